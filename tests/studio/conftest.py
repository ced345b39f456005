"""A desk in a workspace of its own, as a notebook would have it."""

import pytest

from omoto_kit.journey import Workspace, init_workspace
from omoto_kit.plugins import Trust
from omoto_kit.studio import Desk


@pytest.fixture
def space(tmp_path, monkeypatch):
    """Give an example workspace, and stand in it."""
    init_workspace(tmp_path, Trust.default())
    monkeypatch.chdir(tmp_path)
    return Workspace.find()


@pytest.fixture
def desk(space):
    """Give a desk in the example workspace."""
    return Desk()


@pytest.fixture
def laid(desk):
    """Give a desk with the example file on it."""
    desk.take("data/kiosk-april.csv")
    return desk

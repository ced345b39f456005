"""What the tests of plugins share: a folder to write plugins into, and a store of trust."""

from textwrap import dedent

import pytest

from omoto_kit.plugins import Trust

CITY = '''
"""Fills the city from the pincode."""
from omoto_kit.plugins import enricher


@enricher("namevaluemap.city")
def city(pincode):
    return {"560001": "Bengaluru"}.get(pincode)
'''


@pytest.fixture
def write(tmp_path):
    """Write a plugin of the workspace and give its path."""

    def write_plugin(text=CITY, name="stores.py"):
        path = tmp_path / "plugins" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write_plugin


@pytest.fixture
def trust(tmp_path):
    """Keep trust in a file of its own, outside the workspace's plugins."""
    return Trust(tmp_path / "home" / "trust.json")

"""`omoto studio`: what it writes, and what it says where it cannot begin. Its pages are looked at in tests/browser."""

import json
import os
import site
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent.parent


def without(package: str, folder: Path) -> dict[str, str]:
    """Give the variables of a Python in which one package is not installed."""
    for place in map(Path, site.getsitepackages()):
        for entry in place.iterdir():
            if not entry.name.startswith(package):
                (folder / entry.name).symlink_to(entry)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}


def test_it_needs_a_workspace(omoto):
    """Outside of one, nothing is written and the next step is named."""
    ran = omoto("studio", "--no-browser")
    assert ran.code == 2
    assert "omoto init" in ran.err
    assert not (omoto.folder / "notebooks").exists()


def test_an_unknown_endpoint_is_refused_before_anything_starts(omoto):
    """The nearest name is offered."""
    omoto("init")
    ran = omoto("studio", "--no-browser", "--to", "sandbx")
    assert ran.code == 2
    assert "'sandbox'" in ran.err


@pytest.mark.parametrize(
    ("package", "option"), [("jupyterlab", "--browser"), ("voila", "--app"), ("anywidget", "--app")]
)
def test_what_is_not_installed_is_named_with_the_command(omoto, tmp_path_factory, package, option):
    """A plain sentence instead of a traceback, with what to type."""
    omoto("init")
    command = [sys.executable, "-S", "-m", "omoto_kit", "studio", option]
    variables = without(package, tmp_path_factory.mktemp("packages"))
    ran = subprocess.run(
        command, cwd=omoto.folder, env=variables, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 2, ran.stderr
    assert "not installed" in ran.stderr
    assert 'pip install "omoto_kit[studio]"' in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr


def test_the_notebook_is_valid_empty_and_never_overwritten(omoto):
    """It is written once, without outputs; a person's own changes stay."""
    omoto("init")
    path = omoto.folder / "notebooks" / "studio.ipynb"
    # The server shows its help and ends.
    ran = omoto("studio", "--no-browser", "--", "--help")
    assert ran.code == 0
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert [cell.get("outputs", []) for cell in book.cells] == [[], []]
    path.write_text(json.dumps({**book, "cells": []}), "utf-8")
    omoto("studio", "--no-browser", "--", "--help")
    assert nbformat.read(path, as_version=4).cells == []

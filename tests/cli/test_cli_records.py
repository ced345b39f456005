from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated

import pytest
import typer

from omoto_kit.cli.check import check
from omoto_kit.cli.pack import pack
from omoto_kit.cli.push import push
from omoto_kit.cli.records import takes_records
from omoto_kit.cli.why import why


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A record within another one."""

    city: Annotated[str, typer.Option()] = "Pune"
    seen: int = 3


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A record of options and of another record."""

    inner: Inner
    days: Annotated[int, typer.Option()]


@takes_records
def visit(outer: Outer, *, twice: bool = False):
    """Tell what arrived."""
    return outer, twice


def test_a_record_within_a_record_is_filled_from_single_options():
    """The command line sees single options, the command sees its records."""
    assert list(inspect.signature(visit).parameters) == ["city", "days", "twice"]
    assert visit(city="Delhi", days=2, twice=True) == (Outer(inner=Inner(city="Delhi"), days=2), True)


def test_options_keep_their_defaults_and_the_command_its_words():
    """What was declared in a record is what the help shows and what is taken where nothing is said."""
    parameters = inspect.signature(visit).parameters
    assert (parameters["city"].default, parameters["days"].default) == ("Pune", inspect.Parameter.empty)
    assert (visit.__name__, visit.__doc__) == ("visit", "Tell what arrived.")


def test_what_is_no_option_keeps_its_default():
    """A field that is not annotated as an option cannot be said, and holds what the record says."""
    assert "seen" not in inspect.signature(visit).parameters
    assert visit(city="Delhi", days=2, twice=False)[0].inner.seen == 3


@pytest.mark.parametrize("command", [check, push, why, pack])
def test_every_command_about_a_file_takes_what_can_be_said_of_files(command):
    """A file is read and mapped the same way by each command, so each takes the same options for that."""
    of_files = {"campaign", "maps", "use_map", "sheet", "reading", "plugin"}
    assert of_files <= inspect.signature(command).parameters.keys()

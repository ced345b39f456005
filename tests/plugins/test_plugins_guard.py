import json

import pytest

from omoto_kit.errors import PluginError, ResponseError
from omoto_kit.plugins import Failure, attempt


def raising(error):
    """Make a call that raises."""

    def call():
        raise error

    return call


def test_what_works_is_passed_through():
    """The guard adds nothing to a call that returns."""
    assert attempt(lambda: 42) == 42


@pytest.mark.parametrize("error", [ValueError("asha@example.com"), SystemExit(3), ResponseError("asha@example.com")])
def test_what_is_thrown_is_named_without_its_text(error):
    """Kind and line are enough to mend a plugin; the text may hold a customer's data."""
    failure = attempt(raising(error), near=__file__)
    assert isinstance(failure, Failure)
    assert failure.kind == type(error).__name__
    assert failure.where.startswith("test_plugins_guard.py:")
    assert "asha" not in str(failure)
    assert "asha" not in repr(failure)


def test_an_error_of_a_plugin_is_said():
    """What a plugin got wrong as a whole is in our own words, and is passed on."""
    failure = attempt(raising(PluginError("There is no table stores.csv.", plugin="stores")))
    assert str(failure) == "There is no table stores.csv."


def test_the_authors_own_line_is_named():
    """An error that a library throws is placed where the author called it; without a file, where it was thrown."""

    def call():
        return json.loads("{")

    line = call.__code__.co_firstlineno + 1
    assert str(attempt(call, near=__file__)) == f"JSONDecodeError at test_plugins_guard.py:{line}"
    assert attempt(call).where.startswith("decoder.py:")


def test_an_interrupt_passes():
    """Who presses Ctrl-C means the whole run."""
    with pytest.raises(KeyboardInterrupt):
        attempt(raising(KeyboardInterrupt()))

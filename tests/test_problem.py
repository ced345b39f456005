"""Problems and fixes: what they tell programs, and what they keep to themselves."""

import dataclasses
import json

import pytest

from omoto_kit.problem import Fix, Problem, Severity

PHONE = "96637982"


def problem(**parts):
    """Make a problem of a damaged phone number."""
    known = {"row": 3, "field": "customerinfo.mobileno", "code": "phone_short", "message": "Two digits are missing."}
    return Problem(**{**known, **parts})


def test_a_problem_is_an_error_without_a_column_unless_it_says_otherwise():
    """The plain problem holds its row."""
    assert (problem().severity, problem().column, problem().value, problem().fix) == (Severity.ERROR, "", None, None)


def test_the_event_has_every_key_that_scripts_rely_on():
    """The JSON of a problem has the fixed keys, plain values, and can be written."""
    fix = Fix(("9663798289",), why="the number with its last digits")
    event = problem(column="Mobile", value=PHONE, severity=Severity.WARNING, fix=fix).as_json()
    assert json.loads(json.dumps(event)) == {
        "row": 3,
        "column": "Mobile",
        "field": "customerinfo.mobileno",
        "code": "phone_short",
        "severity": "warning",
        "value": PHONE,
        "message": "Two digits are missing.",
        "fix": {
            "value": "9663798289",
            "options": ["9663798289"],
            "why": "the number with its last digits",
            "applied": False,
        },
    }


@pytest.mark.parametrize(("options", "value"), [((), None), (("a",), "a"), (("a", "b"), None)])
def test_only_a_single_option_is_a_value(options, value):
    """Two options are a person's choice and none is advice: neither offers a value to apply."""
    told = Fix(options).as_json()
    assert (told["value"], told["options"]) == (value, list(options))


def test_no_fix_is_null():
    """A problem without a fix says so."""
    assert problem().as_json()["fix"] is None


def test_a_problem_shows_no_personal_data():
    """The representation names row, field and code, not the value and not what could stand in its place."""
    shown = repr(problem(value=PHONE, fix=Fix(("9663798289",))))
    assert "phone_short" in shown
    assert PHONE not in shown
    assert "9663798289" not in shown


def test_problems_and_fixes_are_frozen():
    """What a check found is not changed afterwards."""
    for thing, name in ((problem(), "code"), (Fix(), "why")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, "other")


@pytest.mark.parametrize(("severity", "word"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning")])
def test_severities_are_their_words(severity, word):
    """They compare and print as the words that scripts read."""
    assert severity == word
    assert str(severity) == word

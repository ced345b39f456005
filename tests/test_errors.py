"""The error tree: one paragraph each, an exit code each, and the nearest right name."""

import inspect
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit import errors
from omoto_kit.errors import OmotoError, Place, PluginError, RunStopped, UsageError, did_you_mean

TREE = [thing for _, thing in inspect.getmembers(errors, inspect.isclass) if issubclass(thing, OmotoError)]


def make(error, what="The file is empty.", **parts):
    """Make an error of any class of the tree."""
    return error(what, plugin="units", **parts) if issubclass(error, PluginError) else error(what, **parts)


@pytest.mark.parametrize("error", TREE)
def test_an_error_reads_as_one_paragraph(error):
    """Place, what happened and what to do stand in this order, in one line, and can be had apart."""
    made = make(error, where=Place("kiosk.xlsx", row=3, column="Store"), advice="Save it again.")
    assert str(made) == "kiosk.xlsx, row 3, column 'Store': The file is empty. Save it again."
    assert (made.what, made.advice, made.where.row) == ("The file is empty.", "Save it again.", 3)


@pytest.mark.parametrize("error", TREE)
def test_place_and_advice_may_be_missing(error):
    """Without them, no stray colon or blank stays behind."""
    assert str(make(error)) == "The file is empty."
    assert str(make(error, where="a.csv")) == str(make(error, where=Path("a.csv"))) == "a.csv: The file is empty."


@pytest.mark.parametrize("error", TREE)
def test_each_class_has_its_exit_code(error):
    """Wrong usage and settings end with 2, a stopped run with 3; no error ends with 0 or 1."""
    assert error.exit_code == (3 if issubclass(error, RunStopped) else 2)


@pytest.mark.parametrize("error", TREE)
def test_each_class_says_when_it_is_raised(error):
    """Each class has a sentence of its own, not its parent's."""
    assert error.__doc__ not in {parent.__doc__ for parent in error.__mro__[1:]}


def test_the_tree_hangs_together_as_drawn():
    """Each class stands below the parent under which the header draws it, with the standard error beside it."""
    drawn = {}
    stack = []
    for line in inspect.getdoc(errors).splitlines():
        left, _, rest = line.rpartition("|- ") if "|- " in line else ("", "", line)
        name, _, standard = rest.split(" ")[0].partition("(")
        if hasattr(errors, name):
            depth = (len(left) + 3) // 3 if "|- " in line else 0
            stack[depth:] = [name]
            drawn[name] = (stack[depth - 1] if depth else "Exception", standard.rstrip(")"))
    found = {
        error.__name__: (error.__bases__[0].__name__, error.__bases__[1].__name__ if error.__bases__[1:] else "")
        for error in TREE
    }
    assert drawn == found


def test_what_python_users_catch_works_too():
    """Bad input is a ValueError, a missing column a LookupError."""
    assert issubclass(UsageError, ValueError)
    assert issubclass(errors.ColumnError, LookupError)


def test_a_plugin_error_names_its_plugin_and_a_stop_its_rest():
    """What programs need to know is an attribute, not a word in a sentence."""
    assert PluginError("It cannot be loaded.", plugin="units").plugin == "units"
    assert RunStopped("The key is wrong.", left=12).left == 12
    assert RunStopped("The key is wrong.").left == 0


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("a.csv"), "a.csv"),
        (Place("a.csv", row=0), "a.csv, row 0"),
        (Place(row=2, column="Mobile"), "row 2, column 'Mobile'"),
        (Place("154.toml", key="rating.scale"), "154.toml, key 'rating.scale'"),
        (Place("b.xlsx", "April", 12, "Store", "k"), "b.xlsx, sheet 'April', row 12, column 'Store', key 'k'"),
    ],
)
def test_a_place_is_told_from_wide_to_narrow(place, text):
    """Only what is known is said."""
    assert str(place) == text


@pytest.mark.parametrize(
    ("name", "names", "said"),
    [
        ("scael", ["scale", "required"], "Did you mean 'scale'?"),
        ("SCALE", ["scale"], "Did you mean 'scale'?"),
        ("Kormangala", ["Koramangala", "Indiranagar"], "Did you mean 'Koramangala'?"),
        ("दिल्लि", ["दिल्ली", "मुंबई"], "Did you mean 'दिल्ली'?"),
        ("zzz", ["scale"], ""),
        ("", ["scale"], ""),
        ("scale", [], ""),
    ],
)
def test_the_nearest_name_is_offered_only_where_it_is_near(name, names, said):
    """A slip finds its name, in any script and case; what resembles nothing finds nothing."""
    assert did_you_mean(name, names) == said


def test_several_names_can_be_offered():
    """Where asked for, the next best are named, too."""
    assert (
        did_you_mean("MG Road", ["MG Road 1", "MG Road 2", "Delhi"], most=2)
        == "Did you mean 'MG Road 1' or 'MG Road 2'?"
    )


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=5))
def test_any_name_gets_an_answer(name, names):
    """Odd names never break an error text, and what is offered is always one of the names."""
    said = did_you_mean(name, names)
    assert said == "" or said in {f"Did you mean {known!r}?" for known in names}

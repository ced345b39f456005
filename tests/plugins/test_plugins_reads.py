import pytest

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Absent, resolve_reads, rule, snake, steps_of

COLUMNS = [
    "row",
    "key",
    "npsrating",
    "customerinfo.mobileno",
    "customerinfo.name",
    "namevaluemap.pincode",
    "namevaluemap.unitname",
    "catnpsmap.Staff behaviour",
    "source.Store Code",
    "source.Pincode",
    "source.Visit (date)",
]


def step_reading(*arguments, **given):
    """Make a step with these arguments."""
    function = eval(f"lambda {', '.join(arguments)}: None")  # noqa: S307  the test's own words
    return steps_of(rule("comment", reads=given or None)(function))[0]


@pytest.mark.parametrize(
    ("argument", "column"),
    [
        ("npsrating", "npsrating"),
        ("pincode", "namevaluemap.pincode"),
        ("mobileno", "customerinfo.mobileno"),
        ("customerinfo_mobileno", "customerinfo.mobileno"),
        ("unitname", "namevaluemap.unitname"),
        ("staff_behaviour", "catnpsmap.Staff behaviour"),
        ("store_code", "source.Store Code"),
        ("visit_date", "source.Visit (date)"),
    ],
)
def test_an_argument_finds_its_column(argument, column):
    """Fields come before headers, short names stand for paths, and headers are written in snake case."""
    assert resolve_reads(step_reading(argument), COLUMNS) == {argument: column}


@pytest.mark.parametrize(
    ("given", "column"),
    [("Store Code", "source.Store Code"), ("source.Pincode", "source.Pincode"), ("name", "customerinfo.name")],
)
def test_reads_names_the_column_where_the_argument_does_not(given, column):
    """A header can be given as it stands in the file, and the source's own column asked for by its prefix."""
    assert resolve_reads(step_reading("it", it=given), COLUMNS) == {"it": column}


def test_an_ambiguous_name_is_an_error_that_says_both():
    """Which of two fields is meant is never guessed."""
    with pytest.raises(PluginError, match=r"'name' fits 'customerinfo.name' and 'namevaluemap.name'") as caught:
        resolve_reads(step_reading("name"), [*COLUMNS, "namevaluemap.name"])
    assert "reads={" in caught.value.advice


def test_two_headers_of_one_name_are_ambiguous():
    """Headers that read alike in snake case are told apart by the author."""
    with pytest.raises(PluginError, match=r"'Store Code' and 'Store code'"):
        resolve_reads(step_reading("store_code"), ["source.Store Code", "source.Store code"])


def test_what_a_file_does_not_have_is_said_with_the_nearest():
    """Absence in one file is no error; the note names the argument and what may have been meant."""
    absent = resolve_reads(step_reading("store_cod"), COLUMNS)
    assert isinstance(absent, Absent)
    assert str(absent).endswith("was skipped: no column store_cod; did you mean store_code?")
    assert str(resolve_reads(step_reading("zzz"), COLUMNS)).endswith("was skipped: no column zzz.")


def test_the_row_number_is_not_read():
    """A step sees values, never where they stood."""
    assert isinstance(resolve_reads(step_reading("row"), COLUMNS), Absent)


@pytest.mark.parametrize(
    ("header", "argument"),
    [("Store Code", "store_code"), ("StoreCode", "store_code"), ("  NPS-Score ", "nps_score"), ("मोबाइल", None)],
)
def test_headers_in_snake_case(header, argument):
    """Spaces, capitals and punctuation part words; every script keeps its letters."""
    assert snake(header) == (argument or snake(snake(header)))
    assert snake(header)

"""Readers of strangers come first for the endings that they name."""

import polars as pl
import pytest

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError
from omoto_kit.intake import read
from omoto_kit.intake.kinds import KINDS
from omoto_kit.intake.readers import built_in
from omoto_kit.plugins import Plugins, ReaderStep, reader


@reader(".sav", ".CSV")
def spss(path, sheet=None):
    """Read what the test wrote, by the options that it names."""
    return [{"Store": path.read_text(), "Sheet": sheet}]


@reader(".sav")
def whole(path, **options):
    """Give rows back that another reader made."""
    return read([{"Store": path.stem, "given": ", ".join(sorted(options))}])


@reader(".sav")
def broken(path):
    """Fail as strangers do."""
    return {}[path.read_text()]


@reader(".sav")
def silent(path):
    """Forget to return."""
    path.read_text()


@reader(".sav")
def typed(path):
    """Give rows whose columns are no text yet."""
    return Rows(Source("x"), pl.DataFrame({"Store": ["Pune"], "Rating": [9.0]}), pl.Series([4]))


@pytest.fixture
def path(tmp_path):
    """Write a file of a kind that nobody here knows."""
    path = tmp_path / "kiosk.sav"
    path.write_text("ravi@example.com")
    return path


def test_a_strangers_reader_is_asked_for_its_endings(path):
    """Its list of dicts becomes rows of this file, and the words say who read it."""
    rows = read(path, sheet="April", plugins=Plugins().with_functions(spss))
    assert rows.frame.row(0) == ("ravi@example.com", "April")
    assert (rows.source.name, len(rows.source.fingerprint)) == ("kiosk.sav", 64)
    assert "spss" in rows.source.understood


def test_a_strangers_reader_comes_before_ours(tmp_path):
    """An ending that we know, too, is the stranger's where a stranger names it."""
    (tmp_path / "a.csv").write_text("Store\nPune\n")
    assert read(tmp_path / "a.csv", plugins=Plugins().with_functions(spss)).frame["Store"][0] == "Store\nPune\n"
    assert read(tmp_path / "a.csv", plugins=Plugins().with_functions(whole)).frame["Store"][0] == "Pune"


def test_rows_of_a_stranger_are_taken_as_they_are(path):
    """A reader that gives Rows keeps its frame and numbers; all options are there for it."""
    rows = read(path, plugins=Plugins().with_functions(whole))
    assert rows.frame.row(0) == ("kiosk", "as_table, delimiter, encoding, header_row, keep, sheet")
    assert isinstance(rows, Rows)
    assert isinstance(rows.source, Source)
    rows = read(path, plugins=Plugins().with_functions(typed))
    assert (rows.frame.row(0), rows.numbers.to_list()) == (("Pune", "9"), [4])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (broken, r"reader .*broken failed: KeyError at test_intake_plugins.py:\d+"),
        (silent, "silent gave NoneType back"),
    ],
)
def test_a_strangers_failure_is_named_and_shows_no_data(function, message, path):
    """The reader, the author's own line and what to do are there; the customer's data is not."""
    with pytest.raises(IntakeError, match=message) as caught:
        read(path, plugins=Plugins().with_functions(function))
    assert "ravi" not in str(caught.value)


def test_our_readers_are_steps_like_any_other():
    """Each kind of file has its reader, made by the decorator that strangers use."""
    steps = {kind: built_in(kind) for kind in KINDS}
    assert all(isinstance(step, ReaderStep) for step in steps.values())
    assert {step.name for step in steps.values()} == {"table", "workbook", "page", "parquet", "responses"}

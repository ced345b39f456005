"""Dates: the forms of exports, and how a whole column decides what comes first."""

import polars as pl
import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.dates import order_of, read_date
from tests.validation.surveys import batch

FIELD = "namevaluemap.visit"


def dated(texts, kind="datetime", region="IN", source=True, **attribute):
    """Validate a column of dates, with its source column beside it as compose leaves it."""
    rows = [{FIELD: text} | ({"source.Visit": text} if source else {}) for text in texts]
    attributes = {"visit": {"kind": kind, **attribute}}
    given = batch(rows, columns={FIELD: "Visit"}, attributes=attributes, customer={"region": region})
    return validate(given, plugins=Plugins())


def codes(checked):
    """Give the codes about dates."""
    return [code for code in checked.problems["code"] if code.startswith("date")]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-04-01T10:30:00", "2026-04-01T10:30:00"),
        ("2026-04-01", "2026-04-01"),
        ("2026-04-01 10:30:00", "2026-04-01T10:30:00"),
        ("2026-04-01 10:30", "2026-04-01T10:30:00"),
        ("2026-4-1 9:05", "2026-04-01T09:05:00"),
        ("2019-11-01 08:51:12.402", "2019-11-01T08:51:12"),
        ("2026-04-01T10:30:00.123Z", "2026-04-01T10:30:00Z"),
        ("2026-04-01T10:30:00+05:30", "2026-04-01T10:30:00+05:30"),
        ("2026-04-01T10:30:00+0530", "2026-04-01T10:30:00+05:30"),
        ("2024/03/21 12:05:19 PM GMT+5:30", "2024-03-21T12:05:19+05:30"),
        ("2024/03/21 12:05:19 PM IST", "2024-03-21T12:05:19+05:30"),
        ("25/04/2026", "2026-04-25"),
        ("25/04/2026 10:30", "2026-04-25T10:30:00"),
        ("25-04-2026", "2026-04-25"),
        ("25.04.2026 10.30", "2026-04-25T10:30:00"),
        ("25/4/26", "2026-04-25"),
        ("25/04/2026 10:30 PM", "2026-04-25T22:30:00"),
        ("25/04/2026 12:05 am", "2026-04-25T00:05:00"),
        ("25/04/2026 12:05:06 p.m.", "2026-04-25T12:05:06"),
        ("5 Apr 2026", "2026-04-05"),
        ("5th April, 2026", "2026-04-05"),
        ("05-Apr-26", "2026-04-05"),
        ("05-Apr-2026 14:00", "2026-04-05T14:00:00"),
        ("Apr 5, 2026 2:00 PM", "2026-04-05T14:00:00"),
        ("Sunday, 5 April 2026", "2026-04-05"),
        ("Sept 5 2026", "2026-09-05"),
        ("20260401", "2026-04-01"),
        ("46113", "2026-04-01"),
        ("46113.4375", "2026-04-01T10:30:00"),
        ("43290.53487", "2018-07-09T12:50:13"),
        ("45658.999999", "2025-01-02T00:00:00"),
        ("२५/०४/२०२६", "2026-04-25"),
        (" 2026-04-01\u00a0", "2026-04-01"),
    ],
)
def test_a_date_comes_out_as_iso(text, iso):
    """The value is ISO to the second, and a change keeps what stood there."""
    checked = dated([text])
    assert checked.values[FIELD][0] == iso
    assert codes(checked) == []
    assert [change.before for change in checked.why(2, FIELD)] == ([] if text == iso else [text])


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2025 10:00",
        "yesterday",
        "2025-13-05 09:00:00",
        "14-Mrz-25",
        "0",
        "2026-02-30",
        "2026-02-30T10:00:00",
        "2026-04-01T25:00:00",
        "2026-04-01T10:61:00",
        "13:30 PM 2026-04-01",
        "2026-04-01 13:30 PM",
        "1926-04-01",
        "12345",
        "99999",
        "5 Ma 2026",
        "2024/03/21 12:05:19 PM AST",
        "1/2",
        "2026",
    ],
)
def test_what_is_no_date_is_held(text):
    """A day that does not exist, a time zone of elsewhere and a word are held as they are."""
    checked = dated([text])
    assert codes(checked) == ["date_invalid"]
    assert checked.values[FIELD][0] == text


@pytest.mark.parametrize(
    ("text", "calendar"),
    [
        ("1446-09-01", "the Hijri calendar"),
        ("1447/03/15 10:30", "the Hijri calendar"),
        ("15/03/1447", "the Hijri calendar"),
        ("١٤٤٧/٠٣/١٥", "the Hijri calendar"),
        ("15 Ramadan 1447", "the Hijri calendar"),
        ("1447-03-15 هـ", "the Hijri calendar"),
        ("1404/06/31", "the Solar Hijri calendar"),
        ("2568-04-01", "the Buddhist calendar"),
        ("01/04/2568 09:00", "the Buddhist calendar"),
    ],
)
def test_a_year_of_another_calendar_is_named(text, calendar):
    """The row is held, and the message says whose year it seems to be and what to do."""
    checked = dated([text])
    assert codes(checked) == ["date_invalid"]
    (message,) = checked.problems.filter(pl.col("code") == "date_invalid")["message"]
    assert calendar in message
    assert "Gregorian" in message


@pytest.mark.parametrize(
    "text", ["2026-02-30", "1926-04-01", "yesterday at 1430", "2026-04-01 14:47:99", "1447", "9/9"]
)
def test_no_other_calendar_is_seen_where_there_is_none(text):
    """A day that does not exist, an old year and a time of day are of no other calendar."""
    checked = dated([text])
    assert codes(checked) == ["date_invalid"]
    assert not any("calendar" in message for message in checked.problems["message"])


def test_a_date_without_time_drops_the_time():
    """Where the contract wants a date, the time stays only in the change."""
    checked = dated(["2026-04-01 10:30:00", "46113.4375"], kind="date")
    assert checked.values[FIELD].to_list() == ["2026-04-01", "2026-04-01"]
    assert checked.why(2, FIELD)[0].before == "2026-04-01 10:30:00"


def test_one_clear_date_decides_for_the_column():
    """25/04 makes the column day-first, 04/25 month-first."""
    assert dated(["03/04/2026", "25/04/2026"]).values[FIELD][0] == "2026-04-03"
    checked = dated(["03/04/2026", "04/25/2026"])
    assert checked.values[FIELD].to_list() == ["2026-03-04", "2026-04-25"]
    assert checked.notes == (
        "Column 'Visit' was read as month/day/year: 1 of its dates can be nothing else, and 1 can be either.",
    )
    assert dated(["03/04/2026", "25/04/2026"]).notes == ()
    assert dated(["03/04/2026", "04/25/2026"], region="US").notes == ()


def test_one_odd_date_does_not_turn_a_whole_column_round():
    """A single 04/25 among days that can be either proves little in India: those wait, with both readings."""
    texts = [f"{day:02d}/04/2026" for day in (1, 2, 3, 5, 6)]
    checked = dated([*texts, "04/25/2026"])
    assert checked.values[FIELD].to_list() == [*texts, "2026-04-25"]
    assert codes(checked) == ["date_invalid"] * 5
    assert checked.problems.filter(pl.col("code") == "date_invalid")["fix"][0]["options"] == [
        "2026-04-01",
        "2026-01-04",
    ]
    assert "does not show" in checked.notes[0]
    honest = [f"04/{day:02d}/2026" for day in range(1, 31)]
    assert dated(honest).values[FIELD].to_list() == [f"2026-04-{day:02d}" for day in range(1, 31)]


def test_a_column_that_does_not_show_it_is_read_by_region_and_says_so():
    """Day first in India and the Gulf, month first in the United States; a note tells of it once."""
    assert dated(["03/04/2026"]).values[FIELD][0] == "2026-04-03"
    assert dated(["03/04/2026"], region="AE").values[FIELD][0] == "2026-04-03"
    checked = dated(["03/04/2026"], region="US")
    assert checked.values[FIELD][0] == "2026-03-04"
    assert checked.notes == (
        "Column 'Visit' does not show whether the day or the month comes first; it was read as month/day/year.",
    )
    assert validate(checked, plugins=Plugins()).notes == checked.notes


def test_a_column_that_contradicts_itself_is_not_guessed():
    """Clear dates are read each by itself; the others are a choice of two."""
    checked = dated(["25/04/2026", "04/25/2026", "03/04/2026", "05/05/2026"])
    assert checked.values[FIELD].to_list() == ["2026-04-25", "2026-04-25", "03/04/2026", "2026-05-05"]
    assert codes(checked) == ["date_invalid"]
    assert checked.problems.filter(pl.col("code") == "date_invalid")["fix"][0]["options"] == [
        "2026-04-03",
        "2026-03-04",
    ]
    assert len(checked.notes) == 1


def test_one_slip_in_a_long_column_is_the_slip():
    """Among many day-first dates a single month-first one is held, with the day that it means as its option."""
    texts = [f"{day}/04/2026" for day in range(13, 31)] * 2 + ["04/25/2026", "03/04/2026"]
    checked = dated(texts)
    assert codes(checked) == ["date_invalid"]
    assert checked.problems.filter(pl.col("code") == "date_invalid")["row"].to_list() == [38]
    assert checked.values[FIELD][-1] == "2026-04-03"


def test_evidence_is_the_source_not_what_is_left():
    """A date that a person corrects later is read in the order of the whole source column."""
    checked = dated(["04/25/2026", "junk"])
    values = checked.values.with_columns(pl.Series(FIELD, ["2026-04-25", "03/04/2026"]))
    assert validate(checked.with_values(values), plugins=Plugins()).values[FIELD][1] == "2026-03-04"


def test_what_is_no_date_either_way_shows_nothing():
    """A cell such as 31/31/2026 does not speak for either order."""
    checked = dated(["04/25/2026", "03/04/2026", "31/31/2026"])
    assert checked.values[FIELD].to_list() == ["2026-04-25", "2026-03-04", "31/31/2026"]


def test_dots_have_the_day_first_whatever_the_column_says():
    """Nobody writes 04.25.2026."""
    assert read_date("03.04.2026", day_first=False) == "2026-04-03"


def test_a_missing_date_is_a_problem_where_it_is_required():
    """An absent optional date is none."""
    assert codes(dated([None, ""])) == []
    assert codes(dated([None, " "], required=True)) == ["date_missing", "date_missing"]


def test_order_needs_more_than_noise():
    """Twenty to one decides; three to one does not."""
    assert order_of(pl.Series(["25/04/2026"] * 41 + ["04/25/2026"] * 2), "IN", "").day_first is True
    assert order_of(pl.Series(["25/04/2026"] * 3 + ["04/25/2026"]), "IN", "").day_first is None


def test_gulf_time_zones_are_read_where_they_belong():
    """AST is Arabia's time in Riyadh, and not understood in India."""
    assert read_date("2024/03/21 12:05:19 PM AST", region="SA") == "2024-03-21T12:05:19+03:00"
    assert read_date("2024/03/21 12:05:19 PM GST", region="AE") == "2024-03-21T12:05:19+04:00"

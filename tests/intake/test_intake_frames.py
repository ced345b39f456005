"""Frames, lists of dicts and Parquet: each cell as a person would see it."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from omoto_kit.errors import IntakeError
from omoto_kit.intake import read

stamp = dt.datetime.fromisoformat


def test_a_polars_frame_becomes_text():
    """Every type has its text; NaN, null and empty texts are absent."""
    frame = pl.DataFrame(
        {
            "store": ["Pune", "", None],
            "rating": [9, 8, None],
            "phone": [9663798289.0, float("nan"), None],
            "share": [4.5, 4.0, -0.1],
            "vip": [True, False, None],
            "day": [dt.date(2026, 4, 1), None, None],
            "visit": [stamp("2026-04-01T10:30"), stamp("2026-04-02"), None],
            "kind": pl.Series(["a", None, "b"], dtype=pl.Categorical),
            "reasons": [["Too high", "Unclear"], [], None],
            "price": [Decimal("4.50"), None, None],
            "at": [dt.time(10, 30), None, None],
        }
    )
    rows = read(frame)
    assert rows.frame.schema == dict.fromkeys(frame.columns, pl.String())
    assert rows.frame.row(0) == (
        *("Pune", "9", "9663798289", "4.5", "TRUE", "2026-04-01", "2026-04-01T10:30:00", "a"),
        *("Too high; Unclear", "4.50", "10:30:00"),
    )
    assert rows.frame.row(1)[:6] == (None, "8", None, "4", "FALSE", None)
    assert rows.frame["share"][2] == "-0.1"
    assert rows.numbers.to_list() == [1, 2, 3]


def test_stamps_with_nothing_but_days_are_days():
    """A column of midnights shows days; a zone is kept."""
    frame = pl.DataFrame({"day": [stamp("2026-04-01"), None], "n": [1, 2]})
    assert read(frame).frame["day"].to_list() == ["2026-04-01", None]
    zoned = frame.select(pl.col("day").dt.replace_time_zone("Asia/Kolkata"), "n")
    assert read(zoned).frame["day"][0] == "2026-04-01T00:00:00+05:30"


def test_a_lazy_frame_is_collected():
    """A lazy frame is as good as another."""
    assert read(pl.LazyFrame({"Store": ["Pune"]})).frame.row(0) == ("Pune",)


def test_a_pandas_frame_becomes_text():
    """Integers that a gap made floats are whole again; the index is ignored; None, NaN, NA and NaT are absent."""
    frame = pd.DataFrame(
        {
            "Store": ["Pune", None, "NA"],
            "Phone": [9663798289, None, 9663798280],
            "Rating": pd.array([9, None, 7], dtype="Int64"),
            "Visit": pd.to_datetime(["2026-04-01", None, "2026-04-03"]),
            "Mixed": [1, "x", 4.0],
            "Vip": [True, False, None],
            "Gap": [float("nan"), pd.NA, pd.NaT],
            "Exact": np.array([1.5, 2.0, 3.25]),
        },
        index=[40, 41, 42],
    )
    rows = read(frame)
    assert rows.frame.rows() == [
        ("Pune", "9663798289", "9", "2026-04-01", "1", "TRUE", None, "1.5"),
        (None, None, None, None, "x", "FALSE", None, "2"),
        ("NA", "9663798280", "7", "2026-04-03", "4", None, None, "3.25"),
    ]
    assert rows.numbers.to_list() == [1, 2, 3]


def test_headers_of_a_pandas_frame_may_be_anything():
    """Numbers, tuples and repeated headers become unique texts."""
    frame = pd.DataFrame([[1, 2, 3]], columns=["Store", "Store", 7])
    assert read(frame).frame.columns == ["Store", "Store (2)", "7"]
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("Q1", "a"), ("Q1", "b")]))
    assert read(levels).frame.columns == ["Q1 - a", "Q1 - b"]


def test_a_list_of_dicts_becomes_text():
    """Names come in the order in which they appear; blank rows are counted but not kept."""
    rows = read([{"Store": "Pune", "Rating": 9}, {"Store": " "}, {"Comment": "ok", "Rating": 8.0}])
    assert rows.frame.columns == ["Store", "Rating", "Comment"]
    assert rows.frame.rows() == [("Pune", "9", None), (None, "8", "ok")]
    assert rows.numbers.to_list() == [1, 3]


def test_the_fingerprint_is_that_of_the_cells():
    """The same cells give the same fingerprint, however they came; another cell or place gives another."""
    first = read([{"a": "x", "b": "1"}])
    assert first.source.fingerprint == read(pl.DataFrame({"a": ["x"], "b": [1]})).source.fingerprint
    others = [[{"a": "x", "b": "2"}], [{"a": "x1", "b": ""}], [{"a": "x", "c": "1"}], [{"a": "", "b": "x1"}]]
    prints = {read(other).source.fingerprint for other in others}
    assert len(prints - {first.source.fingerprint}) == len(others)


def test_parquet_is_read_as_its_frame(tmp_path):
    """A Parquet file gives what its frame gives, and says what it is."""
    frame = pl.DataFrame({"Store": ["Pune", None], "Phone": [9663798289.0, 1.5], "n": [1, 2]})
    frame.write_parquet(tmp_path / "kiosk [April].parquet")
    rows = read(tmp_path / "kiosk [April].parquet")
    assert rows.frame.equals(read(frame).frame)
    assert rows.source.understood == "Parquet, 2 rows"


def test_a_damaged_parquet_file_says_so(tmp_path):
    """What was cut off is named as such, without a traceback of the parser."""
    pl.DataFrame({"Store": ["Pune"] * 100}).write_parquet(tmp_path / "kiosk.parquet")
    data = (tmp_path / "kiosk.parquet").read_bytes()
    for cut in (5, len(data) // 2, len(data) - 3):
        (tmp_path / "kiosk.parquet").write_bytes(data[:cut])
        with pytest.raises(IntakeError, match="looks like a Parquet file, but it is damaged or cut off"):
            read(tmp_path / "kiosk.parquet")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([], "The list of dicts has no rows"),
        ([{}], "The list of dicts has no rows"),
        ([{"a": None}], "has no filled cells"),
        ([{"a": "x"}, "Pune"], r"Record 2 is no dict, but str"),
        (pl.DataFrame(), "The polars frame has no rows"),
        (pl.DataFrame({"a": pl.Series([], dtype=pl.String)}), "The polars frame has no rows"),
        (pd.DataFrame({"a": []}), "The pandas frame has no rows"),
        (pl.DataFrame({"pic": [b"\xff\x01"]}), r"column 'pic': The column holds bytes"),
        ([{"pic": b"x"}], r"column 'pic': The column holds bytes"),
        (42, "Answers cannot be read from int"),
        (None, "Answers cannot be read from NoneType"),
    ],
)
def test_what_holds_no_answers_is_refused(source, message):
    """Empty and broken frames, and things that are none, each have their own words."""
    with pytest.raises(IntakeError, match=message):
        read(source)

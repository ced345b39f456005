"""Held rows as a workbook: every cell as it was read, what is wrong in words and colour, and the way back."""

import openpyxl
import polars as pl
import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import SettingsError
from omoto_kit.journey import prepare
from omoto_kit.journey.held import PROBLEMS_HEADER, ROW_HEADER, export_held
from omoto_kit.plugins import Plugins
from omoto_kit.validation import apply_fix

CAMPAIGN = Campaign(
    id="154",
    rating={"scale": [0, 10], "required": True},
    identity=["ID"],
    columns={"npsrating": "Rating", "comment": "Comment", "customerinfo.mobileno": "Mobile"},
)
HEADER = "ID,Rating,Comment,Mobile,Desk\n"


@pytest.fixture
def exported(tmp_path):
    """Give a function that checks lines and exports the held ones; it gives count and sheet."""

    def run(*lines, name="held.xlsx", campaign=CAMPAIGN):
        source = tmp_path / "answers.csv"
        source.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        count = export_held(prepare(source, campaign, Plugins()).batch, tmp_path / name)
        return count, openpyxl.load_workbook(tmp_path / name).active

    return run


def table(sheet):
    """Give the cells of a sheet as rows."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_held_rows_stand_with_their_own_columns_and_what_is_wrong(exported):
    """Only held rows are there, with the cells as they were read, the row's number and the problem in words."""
    count, sheet = exported("A1,9,Good,9845012346,3", "A2,Promoter,=1+1,09845012347,007")
    head, row = table(sheet)
    assert count == 1
    assert head == ["ID", "Rating", "Comment", "Mobile", "Desk", ROW_HEADER, PROBLEMS_HEADER]
    assert row[:6] == ["A2", "Promoter", "=1+1", "09845012347", "007", 3]
    assert row[6].startswith("Rating: 'Promoter' is a group of customers")


def test_the_wrong_cell_is_coloured_and_carries_a_note(exported):
    """Colour and note are at the very cell; its neighbours have none, and no text became a formula."""
    _, sheet = exported("A2,Promoter,=1+1,9845012347,007")
    assert sheet["B2"].fill.fgColor.rgb == "FFF8CBAD"
    assert "group of customers" in sheet["B2"].comment.text
    assert sheet["A2"].fill.fill_type is None
    assert sheet["C2"].data_type == "s"


def test_an_empty_cell_is_coloured_too(exported):
    """What is missing shows as a coloured blank."""
    _, sheet = exported("A2,,Good,9845012347,7")
    assert sheet["B2"].value is None
    assert sheet["B2"].fill.fgColor.rgb == "FFF8CBAD"


def test_what_was_mended_is_read_back(exported, tmp_path):
    """The mended workbook is read like any file: same keys, same columns, no problem left."""
    _, sheet = exported("A1,9,Good,9845012346,3", "A2,Promoter,Fine,9845012347,007")
    sheet["B2"] = "10"
    sheet.parent.save(tmp_path / "mended.xlsx")
    back = prepare(tmp_path / "mended.xlsx", CAMPAIGN, Plugins()).batch
    assert back.counts() == {"rows": 1, "ready": 1, "held": 0, "problems": 0, "duplicate": 0}
    assert back.values.select("key", "npsrating", "customerinfo.mobileno").row(0) == ("A2", "10", "9845012347")
    assert back.values["source.Desk"].to_list() == ["007"]


def test_a_date_is_read_back_as_its_whole_column_said(exported, tmp_path):
    """A held row takes the day that it was read as along: its own cell could mean another one when it stands alone."""
    contract = CAMPAIGN.model_dump(exclude_unset=True) | {"attributes": {"visit": {"kind": "date"}}}
    campaign = Campaign(**contract | {"columns": {"npsrating": "Rating", "namevaluemap.visit": "Desk"}})
    _, sheet = exported("A1,9,,,04/25/2026", "A2,11,,,04/05/2026", "A3,12,,,31/31/2026", campaign=campaign)
    assert [row[4] for row in table(sheet)[1:]] == ["2026-04-05", "31/31/2026"]
    back = prepare(tmp_path / "held.xlsx", campaign, Plugins()).batch
    assert back.values["namevaluemap.visit"][0] == "2026-04-05"


def test_what_a_person_has_set_stands_in_the_sheet(exported, tmp_path):
    """Of a row with two faults, the one that was mended before is not asked for again."""
    (tmp_path / "answers.csv").write_text(f"{HEADER}A1,Promoter,Good,12,3\n", encoding="utf-8")
    batch = prepare(tmp_path / "answers.csv", CAMPAIGN, Plugins()).batch
    batch = apply_fix(batch, 2, "npsrating", "9", by="asha", plugins=Plugins())
    assert export_held(batch, tmp_path / "half.xlsx") == 1
    row = table(openpyxl.load_workbook(tmp_path / "half.xlsx").active)[1]
    assert row[:4] == ["A1", "9", "Good", "12"]


def test_a_text_too_long_for_excel_is_told(exported):
    """Its end is missing in the sheet, and the words beside it say so."""
    _, sheet = exported(f"A2,11,{'x' * 40_000},9845012347,7")
    row = table(sheet)[1]
    assert len(row[2]) == 32_767
    assert row[6].startswith("Comment: Excel cannot hold this whole text")


def test_nothing_held_gives_an_empty_sheet(exported):
    """A clean file leaves a header and no rows."""
    count, sheet = exported("A1,9,Good,9845012346,3")
    assert (count, len(table(sheet))) == (0, 1)


def test_only_a_workbook_can_be_written(exported):
    """Another kind of file is refused with what to name it."""
    with pytest.raises(SettingsError, match=r"\.xlsx"):
        exported("A2,,Good,9845012347,7", name="held.csv")


def test_a_place_that_cannot_be_written_is_named(exported, tmp_path):
    """A missing folder is one paragraph, and no half file is left."""
    with pytest.raises(SettingsError, match="cannot be written"):
        exported("A2,,Good,9845012347,7", name="none/held.xlsx")
    assert not list(tmp_path.glob("**/*.part"))


def test_rows_without_columns_are_refused(tmp_path):
    """Rows that came as jsonbody objects have no columns to write."""
    source = tmp_path / "bodies.jsonl"
    source.write_text('{"campaignid":"154","npsrating":"11"}\n', encoding="utf-8")
    batch = prepare(source, CAMPAIGN, Plugins()).batch
    batch = batch.with_values(batch.values.select(~pl.selectors.starts_with("source.")))
    with pytest.raises(SettingsError, match="without columns"):
        export_held(batch, tmp_path / "held.xlsx")

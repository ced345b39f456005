"""The screen Intake in a real browser: every way in, what was understood, and what goes wrong."""

import re

import pytest
from playwright.sync_api import expect

KIOSK = "Response ID,Store,Mobile,Overall Rating\nR-1,Koramangala 4th Block,9663798289,9\nR-2,Hitech City Phase 1,9663798290,3\n"


@pytest.fixture
def intake(lab):
    """Give a notebook whose studio shows Intake."""
    lab.show("omoto.studio()")
    lab.go("Intake")
    return lab


def test_a_file_is_chosen_and_understood(intake, tmp_path):
    """A file from the person's own disk comes over in parts, and the page says what was made of it."""
    intake.check_screen("intake")
    path = tmp_path / "kiosk.csv"
    path.write_text(KIOSK, encoding="utf-8")
    intake.studio.get_by_label("Drop files here, or choose them").set_input_files(path)
    expect(intake.studio.get_by_role("heading", name="kiosk.csv")).to_be_visible()
    expect(intake.studio.get_by_text("2 rows", exact=True)).to_be_visible()
    expect(intake.studio.get_by_role("cell", name="Koramangala 4th Block")).to_be_visible()
    intake.check_screen("intake-read")


def test_columns_are_mapped_beside_the_row_that_they_make(intake):
    """The map says for each column its field and why, unsure ones first; a change is seen at once in the row's JSON."""
    intake.studio.get_by_label("Path or pattern").first.fill("data/kiosk-april.csv")
    intake.studio.get_by_role("button", name="Read path").click()
    intake.studio.get_by_role("button", name="Look at the map").click()
    expect(intake.studio).to_have_attribute("data-screen", "map")
    expect(intake.studio.get_by_text("agreed in the contract").first).to_be_visible()
    expect(intake.studio.get_by_label("jsonbody", exact=True)).to_contain_text('"npsrating": "7"')
    intake.check_screen("map")
    intake.studio.get_by_label("Comment feeds", exact=True).select_option("")
    expect(intake.studio.get_by_label("jsonbody", exact=True)).not_to_contain_text("Price on the shelf")
    intake.check_quiet()

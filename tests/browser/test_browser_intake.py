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

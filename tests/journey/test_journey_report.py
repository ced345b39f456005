"""The report: one page that accounts for every row, masks people, opens without a network, and compares."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from omoto_kit.campaign import Campaign, Unit
from omoto_kit.errors import SettingsError
from omoto_kit.journey import prepare
from omoto_kit.journey.report import masked, report, write_report
from omoto_kit.plugins import Plugins
from omoto_kit.validation import Earlier, History, Portrait

CAMPAIGN = Campaign(
    id="154",
    name="Visits <b>&",
    channels=["kiosk"],
    rating={"scale": [0, 10]},
    identity=["ID"],
    columns={
        "npsrating": "Rating",
        "comment": "Comment",
        "customerinfo.mobileno": "Mobile",
        "customerinfo.email": "Mail",
        "namevaluemap.unitname": "Store",
    },
)
HEADER = "ID,Rating,Comment,Mobile,Mail,Store\n"
LINES = (
    "A1,10,Good,09845012346,asha@example.com,North",
    "A2,9/10,Private words,9845012347,bela@example.com,North",
    "A3,3,Slow,9845012348,chitra.example.com,<i>South</i>",
    "A4,Promoter,Fine,9845012349,divya@example.com,North",
    "A5,2,Fine,9845012350,esha@example.com,<i>South</i>",
)


@pytest.fixture
def batch(tmp_path):
    """Five answers: three ready, two held."""
    source = tmp_path / "answers.csv"
    source.write_text(HEADER + "".join(f"{line}\n" for line in LINES), encoding="utf-8")
    return prepare(source, CAMPAIGN, Plugins()).batch


class Seen(HTMLParser):
    """Collects what a reader sees, and which tags were left open."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br", "wbr", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "rect":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def test_every_row_is_accounted_for(batch):
    """The page says the same sum as every other screen, and all its tags are closed."""
    seen = Seen(report(batch))
    assert "5 rows = 3 ready + 2 held + 0 duplicate" in seen.texts
    assert seen.open == []


def test_people_are_masked_unless_asked_for(batch):
    """No number, address or comment stands on the page, in examples or messages; with `unmasked` they do."""
    page = report(batch)
    for private in ("9845012346", "chitra", "Private words", "example.com"):
        assert private not in page
    full = report(batch, unmasked=True)
    assert "chitra.example.com" in full
    assert "09845012346 → 9845012346" in full
    assert "keep this page as carefully as the file" in full


def test_the_page_needs_no_network(batch):
    """Nothing is loaded from anywhere: no address, no script, no picture, and the page's own policy forbids it."""
    page = report(batch)
    assert not re.search(r"https?://|src=|href=|<script|<link|url\(", page)
    assert "default-src 'none'" in page


def test_names_from_files_are_never_markup(batch):
    """A unit or campaign that holds HTML shows as it is written."""
    page = report(batch)
    assert "<i>South" not in page
    assert "&lt;i&gt;South&lt;/i&gt;" in page
    assert "Visits &lt;b&gt;&amp;" in page


def test_score_and_spread_are_of_the_rows_that_would_be_sent(batch):
    """Two promoters and a detractor among the ready rows; the score has its margin, each group its own."""
    seen = " ".join(Seen(report(batch)).texts)
    assert "NPS +33 ±" in seen
    assert "3 ratings of rows that are ready" in seen
    assert 'aria-label="0: 0, 1: 0, 2: 1, 3: 0, 4: 0, 5: 0, 6: 0, 7: 0, 8: 0, 9: 1, 10: 1"' in report(batch)
    assert "By unit" in seen
    assert "By channel" in seen


def test_problems_and_changes_are_told_by_kind(batch):
    """Each kind of problem once with an example, and each step with the number of cells that it changed."""
    seen = " ".join(Seen(report(batch)).texts)
    assert "is a group of customers" in seen
    assert "the form rules" in seen
    assert "validation: mobileno" in seen
    assert "row 2: 0••• (11 signs) → 9••• (10 signs)" in seen


def test_the_last_batch_stands_beside_this_one(batch):
    """Rows, score and blanks of the last batch are compared; without a history nothing is."""
    history = History((Earlier("march.csv", Portrait.of(batch), "2026-04-02"),))
    seen = Seen(report(batch, history)).texts
    assert "march.csv, put on 2026-04-02" in seen
    assert any("points, within chance" in text for text in seen)
    assert "Beside the last batch" not in Seen(report(batch)).texts


def test_another_scale_has_a_mean_and_no_score(tmp_path):
    """A score is defined from 0 to 10 only; five stars have their mean."""
    source = tmp_path / "answers.csv"
    source.write_text("ID,Rating\n1,5\n2,4\n", encoding="utf-8")
    campaign = Campaign(id="154", rating={"scale": [1, 5]}, columns={"npsrating": "Rating"})
    seen = " ".join(Seen(report(prepare(source, campaign, Plugins()).batch)).texts)
    assert "Mean 4.5" in seen
    assert "NPS" not in seen


def test_a_place_that_cannot_be_written_is_named(batch, tmp_path):
    """A missing folder is one paragraph, and no half page is left."""
    with pytest.raises(SettingsError, match="cannot be written"):
        write_report(batch, tmp_path / "none" / "r.html")
    write_report(batch, tmp_path / "r.html")
    assert [path.name for path in tmp_path.glob("r.html*")] == ["r.html"]


def test_masks_tell_an_empty_cell_from_a_full_one():
    """A mask keeps the first sign and the length; an empty cell is called so."""
    assert masked(None, "comment") == "(empty)"
    assert masked("Asha", "customerinfo.name") == "A••• (4 signs)"
    assert masked("Asha", "customerinfo.name", unmasked=True) == "Asha"


@pytest.mark.parametrize("slipped", ["98450 12345", "asha@example.com"])
def test_what_slipped_into_an_open_column_is_masked_too(tmp_path, slipped):
    """A number or address in the rating's or the store's column is a person's all the same."""
    source = tmp_path / "answers.csv"
    source.write_text(f"{HEADER}A1,{slipped},,9845012346,,{slipped}\n", encoding="utf-8")
    campaign = CAMPAIGN.model_copy(update={"units": (Unit(name="North"),)})
    batch = prepare(source, campaign, Plugins()).batch
    assert set(batch.problems["field"]) >= {"npsrating", "namevaluemap.unitname"}
    assert slipped not in report(batch)


def test_each_kind_says_its_rows_and_what_would_mend_it(tmp_path):
    """Examples of a kind stand together, with the rows and how many of them the offered value would mend."""
    source = tmp_path / "answers.csv"
    stores = ["Kothrud", "Kothrd", "Kothrd", "Kothrud ", "Panjm", "KOTHRUD-"]
    lines = [f"{at},9,ok,98450123{at:02},a{at}@example.com,{store}" for at, store in enumerate(stores)]
    source.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    campaign = CAMPAIGN.model_copy(update={"units": (Unit(name="Kothrud"), Unit(name="Panjim"))})
    seen = " ".join(Seen(report(prepare(source, campaign, Plugins()).batch)).texts)
    assert "row 3: Kothrd; row 6: Panjm" in seen
    assert "of 4 could be mended by the value on offer" in seen
    assert "4 held rows have a unit of which no row is ready." in seen


def test_steps_that_found_no_column_are_one_line(batch):
    """What a plugin could not do for want of a column is told in small print, not as something wrong."""
    told = replace(
        batch, notes=("cities:by_pin was skipped: no column pincode", "x:y was skipped: no column z", "Look!")
    )
    page = report(told)
    assert "2 steps of plugins found no column to read: cities:by_pin, x:y." in page
    assert page.count('class="guard"') == 1

"""Of a large source in batches the report and the workbook of held rows are those of the whole."""

from functools import reduce
from operator import add

import pytest
from openpyxl import load_workbook

from omoto_kit.errors import SettingsError
from omoto_kit.journey import prepare
from omoto_kit.journey.findings import EXAMPLES, Findings
from omoto_kit.journey.held import export_held
from omoto_kit.journey.keeping import Keeper
from omoto_kit.journey.large import prepare_stream
from omoto_kit.journey.report import report
from omoto_kit.plugins import Plugins
from omoto_kit.validation import Earlier, History, Portrait
from tests.journey.test_journey_streaming import CAMPAIGN, written
from tests.validation.surveys import generate

#: Bytes of a batch.
SMALL = 60_000


@pytest.fixture
def both(tmp_path):
    """Prepare a survey with faults as a whole, and in small batches."""
    survey = generate(tmp_path, 3000, 8)
    path = tmp_path / "survey.csv"
    stream = prepare_stream(path, survey.campaign, Plugins(), least=0, block=SMALL)
    return prepare(path, survey.campaign, Plugins()).batch, stream


def gone_through(stream, **kept):
    """Let all batches go by; give what was kept, and the outline of the source."""
    keeper = Keeper(**kept)
    assert sum(1 for _ in keeper.through(stream.batches())) > 5
    return keeper, stream.outline(stream.guards)


@pytest.mark.parametrize("unmasked", [False, True])
def test_the_report_is_that_of_the_whole(both, unmasked):
    """Every number, example, change, unit and comparison of the page."""
    whole, stream = both
    keeper, outline = gone_through(stream, findings=True)
    history = History((Earlier("may.csv", Portrait.of(whole)),))
    page = report(outline, history, unmasked=unmasked, findings=keeper.findings)
    assert page == report(whole, history, unmasked=unmasked)
    assert "Beside the last batch" in page


def test_findings_of_parts_add_up_to_those_of_all(both):
    """In the order of the rows, however the source was cut."""
    whole, stream = both
    parts = [Findings.of(batch) for batch in stream.batches()]
    found, every = reduce(add, parts), Findings.of(whole)
    assert (found.counts, found.kinds, found.groups) == (every.counts, every.kinds, every.groups)
    assert (found.examples, found.changed) == (every.examples, every.changed)
    assert found.sent.ratings == every.sent.ratings
    assert max(map(len, found.examples.values())) == EXAMPLES
    assert any(group.held and group.ready for group in found.groups["namevaluemap.unitname"].values())


def cells(path):
    """Give all cells of a workbook, each with its colour and its note."""
    sheet = load_workbook(path).active
    return [
        [(cell.value, cell.fill.fgColor.rgb, cell.comment and cell.comment.text) for cell in row] for row in sheet.rows
    ]


def test_the_workbook_of_held_rows_is_that_of_the_whole(tmp_path, both):
    """Cells, colours and notes of every held row."""
    whole, stream = both
    keeper, outline = gone_through(stream, held=True)
    assert (
        export_held(keeper.held(outline), tmp_path / "parts.xlsx") == export_held(whole, tmp_path / "whole.xlsx") > 50
    )
    assert cells(tmp_path / "parts.xlsx") == cells(tmp_path / "whole.xlsx")


def test_a_source_without_faults_has_an_empty_workbook(tmp_path):
    """Its headers stand there, and no row."""
    rows = [[f"R{at}", "2026-04-03", f"96637{at:05}", "x" * 60, "tier=a"] for at in range(300)]
    stream = prepare_stream(written(tmp_path / "a.csv", rows), CAMPAIGN, Plugins(), least=0, block=3000)
    keeper, outline = gone_through(stream, held=True)
    assert export_held(keeper.held(outline), tmp_path / "held.xlsx") == 0
    assert [value for value, *_ in cells(tmp_path / "held.xlsx")[0]][:2] == ["ID", "When"]
    with pytest.raises(SettingsError, match="Name it"):
        export_held(keeper.held(outline), tmp_path / "held.csv")

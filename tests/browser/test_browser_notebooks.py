"""The notebooks under notebooks/, each run from top to bottom in a real JupyterLab, and then once more."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))
#: Customers of the example file, in every form that a cell could print.
PERSONAL = ("9000533248", "Noor Singh", "guest2@example.com")
LEDGER = """
import json, omoto_kit
with omoto_kit.Outbox({path!r}) as box:
    found = list(box.receipts())
    print(json.dumps({{"attempts": sum(len(box.attempts(one.id)) for one in found), **box.counts()}}))
"""
SET_CELL = """
([at, before, after]) => {
  const cell = jupyterapp.shell.currentWidget.content.model.cells.get(at);
  cell.sharedModel.setSource(cell.sharedModel.getSource().replace(before, after));
}
"""
PRINTED = """
() => [...jupyterapp.shell.currentWidget.content.model.cells].map((cell) =>
  (cell.toJSON().outputs || []).map((one) => [one.text || ''].flat().join('')).join(''))
"""


@pytest.fixture
def opened(lab):
    """Give a function that opens a copy of a notebook in JupyterLab."""

    def open_copy(path):
        lab.path = lab.workspace / path.name
        shutil.copy(path, lab.path)
        lab.open()
        return lab

    return open_copy


def ledger(lab):
    """Say what the notebook's outbox holds, and how often anything was sent; nothing where there is no outbox."""
    found = list((lab.workspace / "work").glob("*/outbox.db"))
    return json.loads(lab.python(LEDGER.format(path=str(found[0])))) if found else None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_saved_without_outputs(path):
    """Nothing that a cell once printed is kept with it."""
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert "widgets" not in book.metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_a_second_run_sends_nothing(opened, path):
    """Every cell runs, every panel comes up; a second run from the top sends nothing and loses nothing."""
    lab = opened(path)
    lab.run_all()
    panels = lab.page.locator(".omoto")
    for at in range(panels.count()):
        panels.nth(at).scroll_into_view_if_needed()
        expect(panels.nth(at)).to_have_attribute("data-ready", "true", timeout=30_000)
    assert panels.count() >= 1
    before = ledger(lab)
    lab.run_all()
    assert ledger(lab) == before
    if before is not None:
        assert before["attempts"] >= before["delivered"] > 0
        assert before["queued"] == before["sending"] == before["rejected"] == before["unknown"] == 0
    saved = lab.save()
    assert not [word for word in PERSONAL if word in saved]
    lab.check_quiet()


def test_a_plugin_of_a_cell_is_replaced_by_running_it_again(opened):
    """The function is changed in its cell and run again: the new zone stands in the batch, and the old one nowhere."""
    lab = opened(next(path for path in NOTEBOOKS if path.stem.startswith("03")))
    lab.run_all()
    printed = "".join(lab.page.evaluate(PRINTED))
    assert "South" in printed
    assert "Dakshin" not in printed
    at = next(
        number for number, cell in enumerate(nbformat.read(lab.path, as_version=4).cells) if "ZONES =" in cell.source
    )
    source = nbformat.read(lab.path, as_version=4).cells[at].source
    lab.page.evaluate(SET_CELL, [at, source, source.replace("South", "Dakshin")])
    lab.run_all()
    printed = "".join(lab.page.evaluate(PRINTED))
    assert "Dakshin" in printed
    assert "South" not in printed

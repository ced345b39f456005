"""The screens Intake and Map in a real browser: every way in, what was understood, what goes wrong, and the map."""

import json
import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect

HEAD = "Response ID,Store,Mobile,Overall Rating\n"
KIOSK = f"{HEAD}R-1,Koramangala 4th Block,9663798289,9\nR-2,Hitech City Phase 1,9663798290,3\n"
FILES = "Drop files here, or choose them"
LARGE = 20_000_000
#: A locked workbook is a container of this kind that holds only an encrypted package.
DROP = """
([place, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: 'text/csv' }));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}
"""
#: From the choice of a file to what was understood of it, timed in the page.
TIMED = """
() => {
  const root = [...document.querySelectorAll('.omoto')].pop();
  const input = root.querySelector('input[type=file]');
  input.addEventListener('change', () => {
    const begun = performance.now();
    const watch = new MutationObserver(() => {
      if (!root.innerText.includes('What was understood')) return;
      window.takenIn = performance.now() - begun;
      watch.disconnect();
    });
    watch.observe(root, { childList: true, subtree: true });
  }, { capture: true });
}
"""


@pytest.fixture
def intake(lab):
    """Give a notebook whose studio shows Intake; a frame of three rows is among its names."""
    lab.show(
        "import polars as pl\napril = pl.DataFrame({'Store': ['Saket'] * 3, 'Overall Rating': [9] * 3})",
        "omoto.studio()",
    )
    lab.go("Intake")
    return lab


def is_read(notebook, name, rows):
    """Wait until a source of so many rows was read."""
    expect(notebook.studio.get_by_role("heading", name=name, exact=True)).to_be_visible(timeout=30_000)
    expect(notebook.studio.get_by_text(re.compile(f"^{rows} rows?$"))).to_be_visible()


def by_path(notebook, text):
    """Type a path, and read it."""
    notebook.studio.get_by_role("combobox", name="Path or pattern").fill(text)
    notebook.studio.get_by_role("button", name="Read path").click()


def test_a_file_is_chosen_and_understood(intake, tmp_path):
    """A file from the person's own disk comes over in parts, and the page says what was made of it."""
    intake.check_screen("intake")
    path = tmp_path / "किओस्क متجر 😀.csv"
    path.write_text(KIOSK, encoding="utf-8")
    intake.studio.get_by_label(FILES).set_input_files(path)
    is_read(intake, path.name, 2)
    expect(intake.studio.get_by_role("cell", name="Koramangala 4th Block")).to_be_visible()
    for word in ("CSV", "UTF-8", "commas", "1 header row"):
        expect(intake.studio.get_by_text(word, exact=True)).to_be_visible()
    intake.check_screen("intake-read")


def test_a_file_is_dropped(intake):
    """What is dropped on the page is read, and the host does not open it instead."""
    place = intake.studio.locator(".o-drop").element_handle()
    intake.page.evaluate(DROP, [place, "dropped.csv", KIOSK])
    is_read(intake, "dropped.csv", 2)
    intake.check_quiet()


def test_a_path_is_completed_and_read(intake):
    """A path on the server is completed as it is typed, and a pattern reads several files as one source."""
    box = intake.studio.get_by_role("combobox", name="Path or pattern")
    box.fill("data/k")
    option = intake.studio.get_by_role("option").filter(has_text="data/kiosk-april.csv")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("data/kiosk-april.csv")
    intake.studio.get_by_role("button", name="Read path").click()
    is_read(intake, "kiosk-april.csv", 202)
    for name in ("أبريل", "मई"):
        folder = intake.workspace / "महीने"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.csv").write_text(KIOSK.replace("R-", f"{name}-"), encoding="utf-8")
    intake.studio.get_by_role("button", name="Another source").click()
    by_path(intake, "महीने/*.csv")
    expect(intake.studio.get_by_text("أبريل.csv, मई.csv", exact=True)).to_be_visible()
    intake.check_quiet()


def test_cells_are_pasted_and_a_frame_is_read(intake):
    """Cells copied in Excel come as tabs; a frame is chosen by its variable's name."""
    intake.studio.get_by_label("Cells, with their headers").fill(KIOSK.replace(",", "\t"))
    intake.studio.get_by_role("button", name="Read pasted cells").click()
    is_read(intake, "pasted.tsv", 2)
    intake.studio.get_by_role("button", name="Another source").click()
    intake.studio.get_by_label("Variable").select_option("april")
    intake.studio.get_by_role("button", name="Read frame").click()
    is_read(intake, "frame", 3)
    intake.studio.get_by_text("Show code").click()
    expect(intake.studio.get_by_text("rows = omoto.read(april)")).to_be_visible()
    intake.check_quiet()


def test_what_cannot_be_read_is_told_with_the_way_out(intake):
    """A locked workbook and a PDF say what to do; a file read wrongly is read another way in place."""
    (intake.workspace / "page.pdf").write_bytes(b"%PDF-1.7 nothing")
    by_path(intake, "page.pdf")
    alert = intake.studio.get_by_role("alert")
    expect(alert).to_contain_text("This is a PDF, no table of answers.")
    expect(alert).to_contain_text("Export the answers as CSV or XLSX.")
    intake.check_screen("intake-fault")
    (intake.workspace / "odd.csv").write_text("a@b.com;9663798289;9\nc@d.com;9663798290;3\n", encoding="utf-8")
    intake.studio.get_by_role("button", name="Another source").click()
    by_path(intake, "odd.csv")
    expect(alert).to_contain_text("looks like an answer")
    header = intake.studio.get_by_label("Row of the headers")
    header.fill("0")
    header.press("Enter")
    is_read(intake, "odd.csv", 2)
    by_path_again = intake.studio.get_by_text("no header row", exact=True)
    expect(by_path_again).to_be_visible()
    intake.check_quiet()


def test_another_sheet_is_chosen(intake, tmp_path):
    """The workbook's sheets are offered by name, in any script."""
    path = tmp_path / "two.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {"April": 2, "मई": 3}.items():
            sheet = book.add_worksheet(name)
            for row in range(rows + 1):
                sheet.write_row(row, 0, ["Store", "Overall Rating"] if row == 0 else ["Saket", 9])
    intake.studio.get_by_label(FILES).set_input_files(path)
    is_read(intake, "two.xlsx", 2)
    intake.studio.get_by_text("Read it another way").click()
    intake.studio.get_by_label("Sheet", exact=True).select_option("मई")
    is_read(intake, "two.xlsx", 3)
    intake.check_quiet()


def large(path: Path, size: int) -> str:
    """Write answers of at least so many bytes; give the text of how many rows they are."""
    line = "R-{0:07},Koramangala 4th Block,96637{0:05},9,The queue at the till was long and nobody came to help us\n"
    rows = size // len(line.format(0)) + 1
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD.replace("\n", ",Comment\n"))
        file.writelines(line.format(row % 100_000) for row in range(rows))
    return f"{rows:,}"


def stored(notebook) -> list[Path]:
    """List the files that the workspace keeps of what was sent."""
    found = (notebook.workspace / ".omoto" / "intake").rglob("*")
    return [path for path in found if path.is_file() and path.name != ".gitignore"]


def test_twenty_megabytes_are_taken_in(intake, tmp_path):
    """A file twice as large as what a websocket takes comes whole; a larger one is cancelled on its way."""
    rows = large(tmp_path / "large.csv", LARGE)
    intake.page.evaluate(TIMED)
    intake.studio.get_by_label(FILES).set_input_files(tmp_path / "large.csv")
    is_read(intake, "large.csv", rows)
    print(f"20 MB taken in after {intake.page.evaluate('() => window.takenIn'):.0f} ms")  # noqa: T201  for -s
    kept = stored(intake)
    assert [path.stat().st_size for path in kept] == [(tmp_path / "large.csv").stat().st_size]
    large(tmp_path / "huge.csv", 8 * LARGE)
    intake.studio.get_by_role("button", name="Another source").click()
    intake.studio.get_by_label(FILES).set_input_files(tmp_path / "huge.csv")
    intake.studio.get_by_role("button", name="Cancel").click()
    expect(intake.studio.get_by_label(FILES)).to_be_visible()
    expect(intake.studio.get_by_role("status")).to_contain_text("cancelled")
    assert stored(intake) == kept
    intake.check_quiet()


def test_columns_are_mapped_beside_the_row_that_they_make(intake):
    """The map says for each column its field and why; a change is seen at once in the row's JSON, and can be undone."""
    by_path(intake, "data/kiosk-april.csv")
    intake.studio.get_by_role("button", name="Look at the map").click()
    expect(intake.studio).to_have_attribute("data-screen", "map")
    body = intake.studio.get_by_label("jsonbody", exact=True)
    expect(intake.studio.get_by_text("agreed in the contract").first).to_be_visible()
    expect(body).to_contain_text('"npsrating": "7"')
    intake.check_screen("map")
    intake.studio.get_by_label("Comment feeds", exact=True).select_option("")
    expect(body).not_to_contain_text("Price on the shelf")
    intake.studio.get_by_role("button", name="2 unmapped: show").click()
    intake.studio.get_by_role("button", name="Undo what was said of Comment").click()
    expect(body).to_contain_text("Price on the shelf")
    intake.studio.get_by_role("button", name="Next row").click()
    expect(body).to_contain_text("سارة Singh")
    intake.check_quiet()


def test_an_unsure_map_is_settled_saved_and_used_again(intake):
    """A needed column that nobody found is chosen by a person, its words are given ratings, and the next file knows."""
    text = "Response ID,Store,Mobile,Wie war es?\nR-1,Koramangala 4th Block,9663798289,Gut\nR-2,,9663798290,Schlecht\n"
    (intake.workspace / "data" / "mai.csv").write_text(text, encoding="utf-8")
    (intake.workspace / "data" / "juni.csv").write_text(text.replace("R-", "S-"), encoding="utf-8")
    by_path(intake, "data/mai.csv")
    expect(intake.studio.get_by_text("Needed, and fed by no column: Rating.")).to_be_visible()
    intake.studio.get_by_role("button", name="Look at the map").click()
    expect(intake.studio.get_by_role("button", name="Check 2 rows")).to_be_disabled()
    intake.studio.get_by_role("button", name=re.compile("unmapped: show")).click()
    intake.studio.get_by_label("Wie war es? feeds", exact=True).select_option("npsrating")
    intake.studio.get_by_role("button", name="Adjust how Wie war es? is taken").click()
    intake.studio.get_by_label("Gut stands for").fill("9")
    intake.studio.get_by_label("Schlecht stands for").fill("2")
    intake.check_screen("map-adjust", keys=False)
    intake.studio.get_by_role("button", name="Take them so").click()
    body = intake.studio.get_by_label("jsonbody", exact=True)
    expect(body).to_contain_text('"npsrating": "9"')
    intake.studio.get_by_label("Save the map as").fill("german")
    intake.studio.get_by_role("button", name="Save recipe").click()
    expect(intake.studio.get_by_role("status")).to_contain_text("maps/german.toml")
    intake.go("Intake")
    intake.studio.get_by_role("button", name="Another source").click()
    by_path(intake, "data/juni.csv")
    intake.studio.get_by_role("button", name="Check 2 rows").click()
    expect(intake.studio).to_have_attribute("data-screen", "review")
    saved = json.loads(intake.save())
    assert "9663798289" not in json.dumps(saved)
    intake.check_quiet()

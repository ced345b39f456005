"""The screen Review in a real JupyterLab: the grid by keyboard, mouse and clipboard, and what stands beside it."""

import re

import pytest
from playwright.sync_api import expect

HELD = "from omoto_kit.studio import Desk, ReviewGrid\ndesk = Desk()\nbatch = desk.take('../data/kiosk-april.csv')"
LONG = """
import polars as pl
from omoto_kit.campaign import Campaign
from omoto_kit.studio import Desk, ReviewGrid
frame = pl.select(pl.int_range(0, 320_000).alias("n")).select(
    pl.format("C{}", "n").alias("Id"), (pl.col("n") % 11).cast(pl.String).alias("Rating")
)
columns = {"npsrating": "Rating", "customerinfo.regid": "Id"}
desk = Desk(Campaign(id="154", columns=columns, rating={"scale": (0, 10)}))
batch = desk.take(frame)
"""
WORDS = """
import polars as pl
from omoto_kit.campaign import Campaign
from omoto_kit.studio import Desk, ReviewGrid
frame = pl.DataFrame({"Score": ["9", "8"], "Words": ["الخدمة ممتازة", "👩‍👩‍👧 <b>fine</b>\\nsecond line"]})
desk = Desk(Campaign(id="154", columns={"npsrating": "Score", "comment": "Words"}))
batch = desk.take(frame)
"""


class Sheet:
    """The grid as a person finds it: cells by the row's number and the column's title."""

    def __init__(self, notebook, studio):
        self.notebook = notebook
        self.page = notebook.page
        self.studio = studio
        self.grid = studio.get_by_role("grid", name="Rows")
        expect(self.grid.locator(".og-body .og-row[data-loading='']")).not_to_have_count(0)

    def cell(self, number, title):
        head = self.grid.get_by_role("columnheader").filter(has=self.page.locator("b", has_text=exactly(title)))
        at = head.get_attribute("aria-colindex")
        return self.row(number).locator(f"[aria-colindex='{at}']")

    def row(self, number):
        mine = self.page.locator(".og-number", has_text=exactly(str(number)))
        return self.grid.locator(".og-body .og-row", has=mine).locator("visible=true")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, number, title, text):
        """Type over a cell, and go on by Enter."""
        self.cell(number, title).click()
        self.page.keyboard.type(text)
        self.press("Enter")

    def paste(self, text):
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    def copied(self):
        return self.page.evaluate("navigator.clipboard.readText()")

    def button(self, name):
        return self.studio.get_by_role("button", name=name, exact=True)

    def count(self, word):
        return self.studio.get_by_role("group", name="Account of the rows").get_by_role("button", name=word)

    @property
    def status(self):
        return self.studio.locator(".o-says")

    @property
    def side(self):
        return self.studio.get_by_role("tabpanel")


def exactly(text):
    """Match this text and no longer one."""
    return re.compile(f"^{re.escape(text)}$")


@pytest.fixture
def sheet(lab):
    """Give the review of the example file in JupyterLab; nothing may be told in the console."""
    yield Sheet(lab, lab.show(HELD, "ReviewGrid(desk)"))
    lab.check_quiet()


def test_a_cell_is_edited_checked_and_taken_back(sheet):
    """A wrong rating is shown with its reason; typed right it frees its row; Ctrl+Z takes that back."""
    wrong = sheet.cell(47, "Rating")
    sheet.press("Control+End")
    sheet.studio.get_by_role("searchbox").fill("K-0046")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_attribute("aria-label", re.compile(r"Rating: 11\. Error: "))
    expect(sheet.count("held")).to_have_text("18 held")
    sheet.type(47, "Rating", "8")
    expect(wrong).to_have_text("8")
    expect(wrong).not_to_have_attribute("aria-invalid", "true")
    expect(sheet.count("held")).to_have_text("17 held")
    sheet.press("Control+z")
    expect(wrong).to_have_text("11")
    expect(sheet.count("held")).to_have_text("18 held")
    sheet.press("Control+y")
    expect(wrong).to_have_text("8")
    expect(sheet.count("held")).to_have_text("17 held")


def test_f8_goes_to_the_next_problem(sheet):
    """F8 goes on, Shift+F8 back; the reason is read out."""
    sheet.cell(2, "Rating").click()
    sheet.press("F8")
    focused = sheet.page.locator("*:focus")
    expect(focused).to_have_attribute("aria-invalid", "true")
    expect(sheet.status).to_contain_text("Koramangla")
    expect(sheet.row(15)).to_have_class(re.compile("og-here"))
    sheet.press("F8")
    expect(sheet.row(22)).to_have_class(re.compile("og-here"))
    sheet.press("Shift+F8")
    expect(sheet.row(15)).to_have_class(re.compile("og-here"))


def test_known_values_are_offered_while_typing(sheet):
    """The list is filtered by what was typed; an entry is taken by keys, and other text is kept and marked."""
    cell = sheet.cell(5, "Unit")
    cell.click()
    sheet.page.keyboard.type("kor")
    options = sheet.grid.get_by_role("option")
    expect(options.first).to_contain_text("Koramangala")
    name = options.first.locator("span").first.inner_text()
    sheet.press("ArrowDown", "Enter")
    expect(cell).to_have_text(name)
    expect(sheet.cell(6, "Unit")).to_be_focused()
    sheet.type(5, "Unit", "No such store")
    expect(cell).to_have_text("No such store")
    expect(cell).to_have_attribute("aria-invalid", "true")


def test_escape_keeps_what_was_there(sheet):
    """Esc leaves the editor; Tab leaves the grid."""
    cell = sheet.cell(4, "Rating")
    before = cell.inner_text()
    cell.click()
    sheet.press("F2")
    sheet.page.keyboard.type("77")
    sheet.press("Escape")
    expect(cell).to_have_text(before)
    expect(cell).to_be_focused()
    sheet.press("Tab")
    expect(sheet.studio.get_by_role("tab", name="Cell", exact=True)).to_be_focused()


def test_blocks_go_to_and_from_a_spreadsheet(sheet):
    """Tabs, line ends and quotes arrive as one cell each; a block is one step to take back."""
    sheet.cell(2, "Customer").click()
    sheet.press("Shift+ArrowDown", "Shift+ArrowRight", "Control+c")
    block = sheet.copied()
    assert [len(line.split("\t")) for line in block.split("\n")] == [2, 2]
    before = [sheet.cell(20, "Customer").inner_text(), sheet.cell(21, "Mobile").inner_text()]
    sheet.cell(20, "Customer").click()
    sheet.paste('"Asha ""A"" Rao"\t9876543210\r\n"two\nlines"\t98450\r\n')
    expect(sheet.cell(20, "Customer")).to_have_text('Asha "A" Rao')
    expect(sheet.cell(20, "Mobile")).to_have_text("9876543210")
    expect(sheet.cell(21, "Mobile")).to_have_attribute("aria-invalid", "true")
    sheet.cell(21, "Customer").click()
    sheet.press("Control+c")
    assert sheet.copied() == '"two\nlines"'
    sheet.press("Control+z")
    expect(sheet.cell(20, "Customer")).to_have_text(before[0])
    expect(sheet.cell(21, "Mobile")).to_have_text(before[1])


def test_one_cell_fills_a_selection(sheet):
    """A single copied cell fills what is marked; Ctrl+D fills down; Delete clears."""
    sheet.cell(2, "Comment").click()
    sheet.press("Shift+ArrowDown", "Shift+ArrowDown")
    sheet.paste("same")
    for number in (2, 3, 4):
        expect(sheet.cell(number, "Comment")).to_have_text("same")
    sheet.cell(4, "Comment").click()
    sheet.press("Shift+ArrowDown", "Control+d")
    expect(sheet.cell(5, "Comment")).to_have_text("same")
    sheet.press("Delete")
    expect(sheet.cell(4, "Comment")).to_have_text("")
    expect(sheet.cell(5, "Comment")).to_have_text("")


def test_rows_are_sifted_sorted_and_searched(sheet):
    """Only problems, one kind, one value, a text; and the header sorts, also by key."""
    sheet.studio.get_by_role("button", name="Only problems").click()
    expect(sheet.grid).to_have_attribute("aria-rowcount", "22")
    sheet.studio.get_by_role("button", name="unit unknown").click()
    expect(sheet.grid).to_have_attribute("aria-rowcount", "3")
    sheet.button("Show all").click()
    expect(sheet.grid).to_have_attribute("aria-rowcount", "203")
    head = sheet.grid.get_by_role("columnheader").filter(has_text="Overall Rating")
    sheet.cell(2, "Rating").click()
    sheet.press("ArrowUp")
    expect(head).to_be_focused()
    sheet.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    sheet.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    sheet.studio.get_by_role("tab", name="Values", exact=True).click()
    sheet.side.get_by_label("Column").select_option(label="Unit")
    first = sheet.side.get_by_role("checkbox").first
    first.check()
    expect(sheet.status).to_contain_text("shown")
    expect(sheet.grid).not_to_have_attribute("aria-rowcount", "203")


def test_a_cell_is_mended_from_the_side(sheet):
    """The cell's panel explains and offers; taking an offer mends the cell."""
    sheet.cell(15, "Unit").click()
    expect(sheet.side).to_contain_text("kiosk-april.csv, row 15")
    offers = sheet.side.locator(".o-rv-offers").get_by_role("button")
    name = offers.first.inner_text()
    offers.first.click()
    expect(sheet.cell(15, "Unit")).to_have_text(name)
    expect(sheet.cell(15, "Unit")).not_to_have_attribute("aria-invalid", "true")
    expect(sheet.side).to_contain_text("How it came to be")
    expect(sheet.side).to_contain_text("fix:")


def test_many_cells_are_mended_after_a_look(sheet):
    """What a fix would do is said first; then it is one step."""
    sheet.studio.get_by_role("tab", name="Mend", exact=True).click()
    sheet.side.get_by_role("button", name=re.compile("Koramangla 4th Block becomes")).first.click()
    expect(sheet.side).to_contain_text("Before it is done")
    expect(sheet.count("held")).to_have_text("18 held")
    sheet.side.get_by_role("button", name=re.compile("^Mend ")).click()
    expect(sheet.count("held")).to_have_text("17 held")
    sheet.button("Undo").click()
    expect(sheet.count("held")).to_have_text("18 held")


def test_a_text_is_found_and_replaced(sheet):
    """How many cells would change is told while typing."""
    sheet.cell(2, "Comment").click()
    sheet.press("Control+f")
    bar = sheet.studio.get_by_role("group", name="Find and replace")
    expect(bar.get_by_label("Find", exact=True)).to_be_focused()
    sheet.page.keyboard.type("queue")
    expect(bar).to_contain_text(re.compile(r"\d+ cells? would change"))
    bar.get_by_label("Replace with").fill("line")
    expect(bar).to_contain_text(re.compile(r"\d+ cells? would change"))
    bar.get_by_role("button", name="Replace all").click()
    expect(sheet.status).to_contain_text(re.compile(r"\d+ cells? changed"))
    sheet.button("Undo").click()
    expect(sheet.status).to_contain_text("Taken back")


def test_a_row_is_left_out_and_its_body_shown(sheet):
    """Left out by key, it is counted and says that it is not sent; taken in again it is as before."""
    sheet.cell(2, "Rating").click()
    sheet.press("Control+Delete")
    expect(sheet.count("left out")).to_have_text("1 left out")
    expect(sheet.row(2)).to_have_attribute("data-state", "left")
    sheet.studio.get_by_role("tab", name="JSON", exact=True).click()
    expect(sheet.side).to_contain_text('"campaignid":"154"')
    expect(sheet.side).to_contain_text("It is not sent as it stands.")
    sheet.cell(2, "Rating").click()
    sheet.press("Control+Delete")
    expect(sheet.count("left out")).to_have_text("0 left out")


def test_held_rows_are_exported(sheet):
    """The file lies in the workspace."""
    sheet.button("Export held").click()
    expect(sheet.status).to_contain_text("18 held rows written to kiosk-april-held.xlsx")
    assert (sheet.notebook.workspace / "kiosk-april-held.xlsx").exists()


def test_columns_are_hidden_frozen_and_resized(sheet):
    """A frozen column stays in sight; a width is changed by key."""
    sheet.button("Columns").click()
    chooser = sheet.studio.get_by_role("group", name="Columns")
    chooser.get_by_role("checkbox", name="Mobile").uncheck()
    expect(sheet.grid.get_by_role("columnheader", name=re.compile("^Mobile"))).to_have_count(0)
    chooser.get_by_role("button", name="Freeze Rating").click()
    cell = sheet.cell(3, "Rating")
    cell.click()
    sheet.press("End")
    box, row = cell.bounding_box(), sheet.grid.bounding_box()
    assert row["x"] < box["x"] < row["x"] + 100
    head = sheet.grid.get_by_role("columnheader").filter(has_text="Overall Rating")
    assert head.bounding_box()["x"] == box["x"]
    width = box["width"]
    sheet.cell(2, "Rating").click()
    sheet.press("ArrowUp", "Shift+ArrowRight")
    assert cell.bounding_box()["width"] == width + 20


def test_letters_cut_no_cell_and_the_screen_holds(sheet):
    """What stands for every screen stands for this one, in both themes and widths; the keys typed go into cells."""
    sheet.cell(15, "Unit").click()
    expect(sheet.side).to_contain_text("row 15")
    sheet.notebook.check_screen("review")


def test_other_sides_hold_too(sheet):
    """The side's other parts, and the bars above the grid, are as accessible as the first."""
    for tab in ("Mend", "Values", "JSON"):
        sheet.studio.get_by_role("tab", name=tab, exact=True).click()
        expect(sheet.side).not_to_contain_text("One moment")
        sheet.notebook.check_axe()
    sheet.button("Replace").click()
    sheet.button("Columns").click()
    sheet.notebook.check_axe()
    sheet.cell(3, "Unit").click()
    sheet.press("F2")
    expect(sheet.grid.get_by_role("listbox")).to_be_visible()
    sheet.notebook.check_axe()


def test_changes_outlast_a_restart_of_the_kernel(lab):
    """What was changed is kept while the person rests; the next kernel offers it for the same source."""
    sheet = Sheet(lab, lab.show(HELD, "ReviewGrid(desk)"))
    sheet.type(15, "Unit", "Indiranagar 100 Feet Road")
    expect(sheet.count("held")).to_have_text("17 held")
    expect(sheet.studio).to_contain_text("changes kept")
    lab.restart()
    lab.run_all()
    sheet = Sheet(lab, lab.ready())
    expect(sheet.count("held")).to_have_text("18 held")
    sheet.button("Do them again").click()
    expect(sheet.count("held")).to_have_text("17 held")
    expect(sheet.cell(15, "Unit")).to_have_text("Indiranagar 100 Feet Road")
    lab.check_axe()


def test_a_long_table_is_scrolled_to_its_end(lab):
    """Rows beyond what a browser can draw are reached by keys, by the wheel row by row, and by the bar."""
    sheet = Sheet(lab, lab.show(LONG, "ReviewGrid(desk)"))
    sheet.grid.get_by_role("gridcell").first.click()
    sheet.press("Control+End")
    last = sheet.grid.locator(".og-row[aria-rowindex='320001'] .og-number")
    expect(last).not_to_have_text("…")
    expect(sheet.page.locator("*:focus")).to_be_visible()
    sheet.type(int(last.inner_text()), "Rating", "12")
    expect(sheet.count("held")).to_have_text("1 held")
    sheet.press("Control+Home")
    expect(sheet.grid.locator(".og-row[aria-rowindex='2'] .og-number")).to_be_visible()
    sheet.page.mouse.wheel(0, 270)
    expect(sheet.grid.locator(".og-row[aria-rowindex='12'] .og-number")).to_be_visible()
    sheet.grid.locator(".og-scroll").evaluate("one => { one.scrollTop = one.scrollHeight / 2; }")
    expect(sheet.grid.locator(".og-row[aria-rowindex='160000']")).to_have_count(1)
    lab.check_quiet()


def test_texts_of_every_script_are_shown_as_they_are(lab):
    """Right-to-left text stands at its right, and nothing in a text is taken for HTML."""
    sheet = Sheet(lab, lab.show(WORDS, "ReviewGrid(desk)"))
    arabic, other = (sheet.grid.get_by_role("gridcell").filter(has_text=text) for text in ("الخدمة", "fine"))
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    expect(other).to_have_text("👩‍👩‍👧 <b>fine</b> second line")
    expect(sheet.grid.locator("b", has_text="fine")).to_have_count(0)
    lab.check_axe()
    lab.check_quiet()


def test_the_grid_works_in_each_host(everywhere):
    """JupyterLab, Notebook and voila: a cell is typed over, checked, and taken back."""
    sheet = Sheet(everywhere, everywhere.show(HELD, "ReviewGrid(desk)"))
    sheet.type(15, "Unit", "Indiranagar 100 Feet Road")
    expect(sheet.count("held")).to_have_text("17 held")
    sheet.press("Control+z")
    expect(sheet.cell(15, "Unit")).to_have_attribute("aria-invalid", "true")
    expect(sheet.count("held")).to_have_text("18 held")
    everywhere.check_axe()
    everywhere.check_quiet()


def test_numbers_stay_in_sight_while_the_rows_are_shifted(sheet):
    """Row numbers, and their header, stand at the left edge however far the columns are shifted."""
    left = "one => one.getBoundingClientRect().left"
    edge = sheet.grid.evaluate(left)
    for key in ("End", "Home"):
        sheet.cell(3, "Unit").click()
        sheet.press(key)
        for place in (".og-body .og-number", ".og-head .og-number"):
            number = sheet.grid.locator(place).locator("visible=true").first
            sheet.page.wait_for_function(
                "([one, edge]) => Math.abs(one.getBoundingClientRect().left - edge) < 3",
                arg=[number.element_handle(), edge],
            )
        if key == "End":
            assert sheet.grid.locator(".og-scroll").evaluate("one => one.scrollLeft") > 200


def test_where_there_is_little_room_the_rarer_tools_wait(sheet):
    """In a narrow window at most three lines stand above the grid, and one button brings all the rest."""
    sheet.page.set_viewport_size({"width": 768, "height": 1000})
    expect(sheet.button("Columns")).to_be_hidden()
    expect(sheet.button("Next problem")).to_be_visible()
    above = (
        "one => one.getBoundingClientRect().top - document.querySelector('.o-rv-account').getBoundingClientRect().top"
    )
    assert sheet.grid.evaluate(above) < 130
    sheet.button("More…").click()
    expect(sheet.button("Columns")).to_be_visible()
    expect(sheet.studio.get_by_role("button", name="unit unknown")).to_be_visible()
    sheet.button("Less").click()
    expect(sheet.button("Columns")).to_be_hidden()


def test_the_status_line_is_one_line(sheet):
    """A cell with several long problems is told in short; the side says all of it, and each reason once."""
    sheet.cell(15, "Unit").click()
    expect(sheet.status).to_contain_text("is no unit of this campaign")
    expect(sheet.status).to_contain_text("see Cell")
    assert len(sheet.status.inner_text()) < 150
    expect(sheet.side).to_contain_text("units:standard_name suggests")
    assert sheet.side.inner_text().split("How it came to be")[0].count("slip of the finger") == 1


def test_another_file_leaves_nothing_of_the_one_before(lab, tmp_path):
    """The side explains the cell of the file that lies open, and offers nothing that was meant for another row."""
    head = "Response ID,Visit date,Store,Pincode,Customer Name,Mobile,E-mail,Bill No,Overall Rating,Comment"
    row = "{0},04/04/2026,{1},560001,{0} Rao,9845012{2},,B{2},9,fine"
    (tmp_path / "first.csv").write_text(
        f"{head}\n{row.format('Asha', 'Koramangla 4th Block', 345)}\n", encoding="utf-8"
    )
    (tmp_path / "second.csv").write_text(
        f"{head}\n{row.format('Ravi', 'Hitech City Phase 1', 346)}\n", encoding="utf-8"
    )
    studio = lab.show("omoto.studio()")
    for name, key in (("first.csv", "Asha"), ("second.csv", "Ravi")):
        lab.go("Intake")
        if name == "second.csv":
            studio.get_by_role("button", name="Another source").click()
        studio.get_by_label("Drop files here, or choose them").set_input_files(tmp_path / name)
        studio.get_by_role("button", name="Check 1 row").click()
        side = studio.get_by_role("tabpanel")
        expect(side).to_contain_text(f"{name}, row 2")
        expect(side).to_contain_text(key)
    expect(side).not_to_contain_text("Koramangla")
    lab.check_quiet()

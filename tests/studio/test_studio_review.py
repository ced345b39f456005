"""The screen Review: what the page asks for, and how the batch on the desk follows."""

import polars as pl
import pytest

from omoto_kit import read
from omoto_kit.errors import UsageError
from omoto_kit.studio import Desk
from omoto_kit.studio.bridge import Bridge
from omoto_kit.studio.review import resuming
from omoto_kit.studio.review.code import repeated
from omoto_kit.studio.review.columns import columns_of
from omoto_kit.studio.screens.review import Review
from omoto_kit.wire import encode_rows

RATING, UNIT, COMMENT = "npsrating", "namevaluemap.unitname", "comment"


@pytest.fixture
def screen(laid):
    """Give the screen with the example batch on the desk."""
    found = Review(laid)
    found.view()
    return found


def line(answer, number):
    """Find a touched row in an answer: its place, number, state, cells, problems and marks."""
    return next(one for one in answer["rows"] if one[1] == number)


def cell(screen, touched, field):
    """Give one cell of a touched row."""
    return touched[3][screen.table.fields.index(field)]


def test_without_a_batch_there_is_nothing_to_review(desk):
    """The view says so, and an act says what to do."""
    assert Review(desk).view() == {"empty": True}
    with pytest.raises(UsageError, match="Nothing was read"):
        Review(desk).act("rows")(0, 10, 1)


def test_the_view_accounts_for_every_row(screen):
    """Columns with both of their names, and counts that add up."""
    view = screen.view()
    summary = view["summary"]
    assert summary["rows"] == 202 == sum(summary[name] for name in ("ready", "held", "duplicate", "left"))
    columns = {column["field"]: column for column in view["columns"]}
    assert (columns[RATING]["title"], columns[RATING]["header"]) == ("Rating", "Overall Rating")
    assert columns["key"]["readonly"]
    assert columns["campaignid"]["readonly"]
    assert columns[UNIT]["known"]
    assert not columns["campaignid"]["shown"]


def test_columns_stand_as_in_the_source_or_the_contract(screen):
    """Both orders have the same columns."""
    batch = screen.desk.state.batch
    source, contract = (tuple(column.field for column in columns_of(batch, order)) for order in ("source", "contract"))
    assert set(source) == set(contract)
    assert source.index("namevaluemap.visit") < source.index(RATING)
    assert contract.index(RATING) < contract.index("namevaluemap.visit")
    screen.act("arrange")("contract")
    assert [column["field"] for column in screen.view()["columns"]] == list(contract)


def test_pages_are_those_of_the_view(screen):
    """A page of an older view is not given, since its places mean other rows by now."""
    page = screen.act("rows")(100, 200, 1)
    assert [row[0] for row in page["rows"]] == list(range(102, 202))
    summary = screen.act("sieve")(only="held")
    assert screen.act("rows")(0, 100, 1)["rows"] == []
    assert summary["shown"] == summary["held"] == len(summary["first"])


def test_the_desk_follows_an_edit(screen):
    """What was typed is on the desk when somebody looks, checked and on record."""
    answer = screen.act("edit")(47, RATING, "8")
    assert cell(screen, line(answer, 47), RATING) == "8"
    assert line(answer, 47)[2] == "ready"
    batch = screen.desk.state.batch
    assert batch.values.filter(pl.col("row") == 47)[RATING].to_list() == ["8"]
    assert batch.counts()["held"] == answer["summary"]["held"]
    assert batch.why(47, RATING)[-1].step.startswith("fix:")


def test_undo_lasts_over_a_look_of_the_desk(screen):
    """The desk's looking at the batch, as each other screen does, takes no step away."""
    screen.act("edit")(47, RATING, "8")
    assert screen.desk.state.batch.counts()["held"] == 17
    screen.view()
    answer = screen.act("undo")()
    assert (answer["at"], answer["name"]) == ({"at": 45, "field": RATING}, "edit of a cell")
    assert screen.desk.state.batch.counts()["held"] == 18
    assert screen.act("undo")()["nothing"]
    assert cell(screen, line(screen.act("redo")(), 47), RATING) == "8"


def test_another_file_makes_another_table(screen):
    """Nothing of the old rows is shown or undone in the new ones, and no page of the old view is taken."""
    version = screen.act("edit")(47, RATING, "8")["summary"]["version"]
    screen.desk.take(read("data/kiosk-april.csv"))
    summary = screen.view()["summary"]
    assert (summary["undo"], summary["held"]) == ("", 18)
    assert summary["version"] > version


def test_a_block_is_pasted_from_a_place_on(screen):
    """What goes over the last row is left away, and what nobody may write stays."""
    version = screen.act("sieve")(sort=RATING)["version"]
    fields = ["key", RATING, COMMENT]
    answer = screen.act("paste")(200, fields, [["x", "1", "a\nb"], ["y", "2"], ["z", "3", "c"]], version)
    assert answer["cells"] == 3
    touched = {one[0]: one for one in answer["rows"]}
    assert (cell(screen, touched[200], RATING), cell(screen, touched[200], COMMENT)) == ("1", "a\nb")
    assert cell(screen, touched[201], RATING) == "2"
    assert "x" not in screen.table.values["key"]
    with pytest.raises(UsageError, match="sorted or filtered"):
        screen.act("paste")(0, [RATING], [["1"]], version - 1)


def test_a_block_is_filled_and_cleared(screen):
    """The first row's values go down; a cleared cell is absent, not an empty text."""
    version = screen.view()["summary"]["version"]
    first = screen.table.value(0, RATING)
    assert all(cell(screen, one, RATING) == first for one in screen.act("fill")(0, 4, [RATING], version)["rows"])
    answer = screen.act("clear")(0, 4, [RATING, "key"], version)
    assert all(cell(screen, one, RATING) is None for one in answer["rows"])
    assert screen.table.value(0, "key") is not None


def test_a_cell_is_explained(screen):
    """What the source said, who changed it, what is wrong, and what could stand there."""
    found = screen.act("cell")(10, RATING)
    assert (found["said"], found["value"], found["place"]) == ("9/10", "9", "kiosk-april.csv, row 10")
    assert [one["tone"] for one in found["problems"]] == ["note"]
    assert found["chain"][0]["before"] == "9/10"
    wrong = screen.act("cell")(15, UNIT)
    assert wrong["problems"][0]["mine"]
    assert any(one["options"] for one in wrong["problems"])
    assert wrong["state"] == "held"


def test_the_row_is_shown_as_it_will_be_sent(screen):
    """Byte for byte what the encoder writes, for each ready row; and a held one as far as it goes."""
    bodies = dict(encode_rows(screen.desk.state.batch))
    assert all(screen.act("body")(row)["text"] == body for row, body in bodies.items())
    assert screen.act("body")(15)["state"] == "held"
    assert '"npsrating"' in screen.act("body")(15)["text"]


def test_fixes_are_looked_at_before_they_are_done(screen):
    """The preview changes nothing; doing it solves what it said."""
    found = next(one for one in screen.act("fixes")() if one["code"] == "unit_unknown")
    wanted = [{"field": UNIT, "code": found["code"], "before": found["value"], "after": found["options"][0]}]
    before = screen.view()["summary"]
    preview = screen.act("preview")(wanted)
    assert screen.view()["summary"] == before
    answer = screen.act("fix")(wanted)
    assert (preview["cells"], preview["samples"][0]["after"]) == (answer["cells"], found["options"][0])
    assert answer["summary"]["problems"] == before["problems"] - preview["solved"] + preview["new"]


def test_texts_are_counted_and_replaced(screen):
    """The count says what replacing does."""
    counted = screen.act("find")("queue", "line", field=COMMENT)
    answer = screen.act("replace")("queue", "line", field=COMMENT)
    assert answer["cells"] == counted["cells"] > 0
    assert screen.act("find")("queue", "line", field=COMMENT)["cells"] == 0


def test_values_of_a_column_are_counted(screen):
    """The counts of the values of the rows shown add up to them."""
    screen.act("sieve")(only="ready")
    found = screen.act("values")(UNIT)
    assert sum(rows for _, rows in found["values"]) == 183
    assert len(found["values"]) == found["distinct"]
    with pytest.raises(UsageError):
        screen.act("values")("source.Store")


def test_what_tells_people_apart_is_never_called_alike(screen):
    """Two names that differ in a letter are two people; a store's name in two forms is one store."""
    for number, text in ((2, "Asha Rao"), (3, "Asha Roa")):
        screen.act("edit")(number, "customerinfo.name", text)
        screen.act("edit")(number, UNIT, text)
    assert screen.act("clusters")("customerinfo.name") == []
    (found,) = [one for one in screen.act("clusters")(UNIT) if one["keep"].startswith("Asha")]
    preview = screen.act("preview_cluster")(UNIT, found["keep"])
    assert screen.act("fix_cluster")(UNIT, found["keep"])["cells"] == preview["cells"] == 1


def test_held_rows_are_written_to_a_file_of_their_own(screen, space):
    """Rows that were left out are not among them, and no earlier file is written over."""
    summary = screen.act("sieve")(only="held")
    rows = summary["first"]
    screen.act("leave")(0, 1, summary["version"], True)
    first, second = screen.act_export(), screen.act_export()
    assert (first["rows"], first["path"], second["path"]) == (17, "kiosk-april-held.xlsx", "kiosk-april-held-2.xlsx")
    frame = pl.read_excel(space.root / first["path"])
    assert rows[0][0] not in frame["omoto: row"]


def test_a_row_left_out_is_not_put(screen):
    """It is held on the desk, with the reason."""
    summary = screen.act("sieve")(only="ready")
    ready = summary["first"][0][0]
    answer = screen.act("leave")(0, 1, summary["version"], True)
    assert answer["summary"]["left"] == 1
    assert ready not in dict(encode_rows(screen.desk.state.batch))
    assert screen.act("undo")()["summary"]["left"] == 0
    assert ready in dict(encode_rows(screen.desk.state.batch))


def test_a_block_is_copied_as_texts(screen):
    """Rows that the page does not have are read here; too many are refused."""
    assert screen.act("copy")(45, 1, [RATING, "catnpsmap.Price"])[0][0] == "11"
    with pytest.raises(UsageError, match="at once"):
        screen.act("copy")(0, 200, ["comment"] * 1_500)


def test_edits_answer_without_the_view(screen):
    """The page draws what was touched alone: neither frame nor view travels with an edit."""
    bridge = Bridge(screen.desk, [screen])
    message = {"id": "1", "screen": "review", "act": "edit", "args": {"row": 47, "field": RATING, "text": "8"}}
    assert bridge.answer(message).keys() == {"id", "result"}
    assert "error" in bridge.answer({**message, "args": {"row": 99_999, "field": RATING, "text": "8"}})
    assert "error" in bridge.answer({**message, "args": {"row": 47, "field": "nothing", "text": "8"}})


def test_changes_outlast_the_kernel(screen, space):
    """The same source on another desk offers what was changed before; done again, the batch is as it was."""
    screen.act("edit")(47, RATING, "8")
    screen.act("edit")(3, "catnpsmap.Price", "selected")
    screen.act("leave")(7, 1, screen.table.view.version, True)
    screen.act_keep()
    assert screen.view()["kept"] == 0
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    other = Review(desk)
    assert other.view()["kept"] == 3
    assert other.act_resume() == 3
    assert desk.state.batch.values.equals(screen.desk.state.batch.values)
    assert other.view()["summary"]["left"] == 1
    while not other.act("undo")().get("nothing"):
        pass
    other.act_forget()
    assert other.view()["kept"] == 0
    with pytest.raises(UsageError, match="no earlier"):
        other.act_resume()


def test_a_new_change_leaves_the_kept_ones(screen, space):
    """Who edits before doing the earlier changes again loses neither: both are kept, and the newer one wins."""
    screen.act("edit")(47, RATING, "8")
    screen.act("edit")(48, COMMENT, "first")
    assert screen.act_keep() == {"kept": 2, "lost": 0}
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    other = Review(desk)
    other.act("edit")(48, COMMENT, "second")
    other.act("edit")(49, COMMENT, "third")
    assert other.act_keep() == {"kept": 3, "lost": 0}
    assert other.view()["kept"] == 1
    third = Desk()
    third.take("data/kiosk-april.csv")
    last = Review(third)
    assert last.act_resume() == 3
    values = third.state.batch.values
    assert values.filter(pl.col("row").is_in([48, 49]))[COMMENT].to_list() == ["second", "third"]
    assert values.filter(pl.col("row") == 47)[RATING].to_list() == ["8"]


def test_two_desks_on_one_file_keep_the_changes_of_both(screen, space):
    """What another desk kept meanwhile is not written over; each is offered what the other changed."""
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    other = Review(desk)
    other.view()
    screen.act("edit")(47, RATING, "8")
    screen.act_keep()
    other.act("edit")(48, COMMENT, "theirs")
    assert other.act_keep() == {"kept": 2, "lost": 0}
    assert screen.act_keep() == {"kept": 2, "lost": 0}
    assert (screen.view()["kept"], other.view()["kept"]) == (1, 1)
    third = Desk()
    third.take("data/kiosk-april.csv")
    assert Review(third).act_resume() == 2


def test_a_reason_that_holds_the_sign_between_reasons_stays_one(space):
    """A listed reason with a semicolon comes back as that reason, in the grid and in the code that is shown."""
    contract = next((space.root / "campaigns").glob("*.toml"))
    text = contract.read_text(encoding="utf-8")
    contract.write_text(text.replace("Price = [", 'Price = ["Slow; rude", ', 1), encoding="utf-8")
    for act in ("edit", "resume"):
        desk = Desk()
        desk.take("data/kiosk-april.csv")
        review = Review(desk)
        review.view()
        if act == "edit":
            review.act("edit")(47, "catnpsmap.Price", "Slow; rude")
            review.act_keep()
        else:
            assert review.act_resume() == 1
        assert review.table.value(review.table.position(47), "catnpsmap.Price") == ["Slow; rude"]
        assert "(47, 'catnpsmap.Price', ['Slow; rude'])" in repeated(review.table)


def test_forgetting_leaves_what_was_changed_since(screen, space):
    """Only what waited is forgotten; the changes of today stay kept."""
    screen.act("edit")(47, RATING, "8")
    screen.act_keep()
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    other = Review(desk)
    other.act("edit")(49, COMMENT, "today")
    other.act_forget()
    assert other.act_keep() == {"kept": 1, "lost": 0}
    assert other.view()["kept"] == 0


def test_more_changes_than_can_be_kept_are_told(screen, space, monkeypatch):
    """The first ones are kept, and the answer counts those that are not; an undone one frees its place."""
    monkeypatch.setattr(resuming, "MOST", 2)
    for row in (3, 4, 5):
        screen.act("edit")(row, COMMENT, f"number {row}")
    assert screen.act_keep() == {"kept": 2, "lost": 1}
    screen.act("undo")()
    assert screen.act_keep() == {"kept": 2, "lost": 0}
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    assert Review(desk).act_resume() == 2


def test_kept_changes_of_another_campaign_are_not_offered(screen, space):
    """The same file for another contract is other work."""
    screen.act("edit")(47, RATING, "8")
    screen.act_keep()
    contract = (space.root / "campaigns").glob("*.toml").__next__()
    text = contract.read_text(encoding="utf-8")
    other = contract.with_name("other.toml")
    other.write_text(text.replace(f'id = "{screen.desk.campaign.id}"', 'id = "999"'), encoding="utf-8")
    desk = Desk(other)
    desk.take("data/kiosk-april.csv")
    assert Review(desk).view()["kept"] == 0


def test_reasons_are_read_as_the_cell_shows_them(screen):
    """Two reasons that a cell shows as one text are two again when somebody types that text."""
    field = "catnpsmap.Price"
    screen.act("edit")(3, field, "Too high; Unclear")
    assert screen.table.value(1, field) == ["Too high", "Unclear"]


def test_kept_changes_of_another_file_are_not_offered(screen, space):
    """They belong to the source by its content, not to its name."""
    screen.act("edit")(47, RATING, "8")
    screen.act_keep()
    text = (space.root / "data" / "kiosk-april.csv").read_text(encoding="utf-8")
    (space.root / "data" / "kiosk-april.csv").write_text(text.replace("K-0001", "K-9001"), encoding="utf-8")
    desk = Desk()
    desk.take("data/kiosk-april.csv")
    assert Review(desk).view()["kept"] == 0


def test_the_code_repeats_what_was_done(screen):
    """The lines that are shown make of the batch as it was read the same values as the review did."""
    before = screen.desk.state.batch
    assert screen.code() == ""
    screen.act("edit")(47, RATING, "8")
    screen.act("edit")(2, RATING, "nine")
    screen.act("undo")()
    screen.act("edit")(3, "catnpsmap.Price", "selected")
    screen.act("edit")(4, COMMENT, 'it\'s "fine"')
    screen.act("leave")(7, 1, screen.table.view.version, True)
    space = {"batch": before}
    exec(screen.code(), space)  # noqa: S102  it is the kit's own text, shown to be run
    after = screen.desk.state.batch
    assert space["batch"].values.equals(after.values.filter(pl.col("row") != 9))
    assert set(dict(encode_rows(space["batch"]))) == set(dict(encode_rows(after)))


def test_the_lists_are_the_contract_s(screen):
    """Each column whose values are known has its list: units with code and city, ratings, reasons."""
    found = screen.act("options")()
    assert [one["value"] for one in found[RATING]] == [str(rating) for rating in range(11)]
    assert {one["value"] for one in found[UNIT]} == {unit.name for unit in screen.desk.campaign.units}
    assert any(one["note"] for one in found[UNIT])
    assert found.keys() == {column.field for column in screen.table.columns if column.known}

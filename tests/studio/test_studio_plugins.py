"""The screen Plugins: what each did, trust, and what happens to a person's edits when one of them changes."""

import gc

import pytest
from IPython.core.interactiveshell import InteractiveShell

from omoto_kit.errors import UsageError
from omoto_kit.studio import Desk, studio
from omoto_kit.studio.bridge import Bridge
from omoto_kit.studio.cells import after_each_cell
from omoto_kit.studio.review import LEFT_OUT
from omoto_kit.studio.screens.plugins import PluginsScreen
from omoto_kit.studio.screens.review import Review
from omoto_kit.validation import apply_fix


def card(view, name):
    """Find the card of a plugin."""
    return next(one for one in view["cards"] if one["name"] == name)


def test_each_plugin_shows_what_it_did(laid):
    """Set, suggested, silent and seconds are told for each step of the batch on the desk."""
    view = PluginsScreen(laid).view()
    covered = {one["step"]: one for one in card(view, "cities")["coverage"]}
    assert covered["cities:city_of_unit"]["set"] > 0
    assert covered["cities:city_of_unit"]["seconds"] >= 0
    assert card(view, "units")["state"] == "ok"


def test_without_a_batch_the_steps_are_named(desk):
    """Before a file is read, a card says what its steps read and write."""
    (step,) = card(PluginsScreen(desk).view(), "city_from_pincode")["steps"]
    assert step["reads"] == ["pincode"]
    assert step["writes"] == ["namevaluemap.city"]


def test_a_file_runs_once_it_was_looked_at_and_trusted(laid, space):
    """A new file of the folder is told as untrusted, is shown without being run, and joins once it is trusted."""
    file = space.root / "plugins" / "shout.py"
    file.write_text(
        '"""Shouts."""\nfrom omoto_kit import enricher\n\nopen("ran.txt", "w").close()\n\n'
        '@enricher("namevaluemap.zone")\ndef zone(pincode):\n    return "South"\n'
    )
    screen = PluginsScreen(laid)
    screen.act_again()
    shown = card(screen.view(), "shout")
    assert shown["state"] == "untrusted"
    portrait = screen.act_portrait(shown["where"])
    assert "Shouts" in portrait["says"]
    assert not (space.root / "ran.txt").exists()
    text = file.read_text()
    file.write_text(text.replace("South", "elsewhere"))
    with pytest.raises(UsageError, match="not what was looked at"):
        screen.act_trust(shown["where"])
    file.write_text(text)
    screen.act_trust(shown["where"])
    assert card(screen.view(), "shout")["state"] == "ok"
    assert "South" in laid.state.batch.values["namevaluemap.zone"].to_list()


def test_only_files_of_the_workspace_can_be_trusted(laid):
    """A page can name no other file of the machine."""
    with pytest.raises(UsageError, match="no file of this workspace"):
        PluginsScreen(laid).act_trust("/etc/passwd")


@pytest.fixture
def shell():
    """Give a real IPython, as a notebook's kernel has it."""
    made = InteractiveShell.instance()
    yield made
    InteractiveShell.clear_instance()


ZONE = """
from omoto_kit import enricher

@enricher("namevaluemap.zone")
def zone(pincode):
    return {answer!r}
"""


def test_a_persons_edit_outlives_a_replaced_cell(shell, laid):
    """A cell that is run again puts its step in the old one's place; what a person set by hand stays theirs."""
    row = laid.state.batch.values["row"][0]
    laid.set_batch(apply_fix(laid.state.batch, row, "comment", "by hand", by="asha", plugins=laid.plugins))
    after_each_cell(laid.following.notice_cell)
    for answer in ("South", "North"):
        shell.run_cell(ZONE.format(answer=answer)).raise_error()
    values = laid.state.batch.values
    assert values["comment"][0] == "by hand"
    assert set(values["namevaluemap.zone"].drop_nulls()) == {"North"}
    assert laid.state.batch.why(row, "comment")[-1].step.startswith("fix:")


def test_what_stands_after_an_undo_outlives_a_replaced_cell(shell, laid):
    """Of two edits of a cell the second was taken back; of a category a person selected no reason: both stay so."""
    review = Review(laid)
    for text in ("first", "second"):
        review.act("edit")(3, "comment", text)
    review.act("undo")()
    review.act("edit")(4, "npsrating", "9.0")
    review.act("edit")(5, "catnpsmap.Price", "selected")
    after_each_cell(laid.following.notice_cell)
    shell.run_cell(ZONE.format(answer="South")).raise_error()
    values = laid.state.batch.values
    assert "South" in values["namevaluemap.zone"].to_list()
    assert (values["comment"][1], values["npsrating"][2]) == ("first", "9")
    assert values["catnpsmap.Price"][3].to_list() == []
    assert review.act_keep() == {"kept": 3, "lost": 0}


def test_a_cell_that_cannot_be_a_plugin_is_told(shell, laid):
    """Two steps of one kind in conflict, or a mistake, is told by the frame, and the old plugins stay."""
    before = laid.plugins
    after_each_cell(laid.following.notice_cell)
    shell.run_cell("from omoto_kit import hookimpl\n\n@hookimpl\ndef befor_send(response):\n    return None\n")
    laid.following.catch_up()
    assert "before_send" in str(laid.following.trouble)
    assert laid.plugins is before
    shell.run_cell("del befor_send")
    laid.following.catch_up()
    assert laid.following.trouble is None


def test_a_row_that_was_left_out_stays_out_when_a_cell_brings_a_plugin(shell, laid):
    """Nobody's plugin can bring back a row that a person has left out."""
    review = Review(laid)
    review.view()
    row = int(laid.state.batch.ready["row"][0])
    at = laid.state.batch.values["row"].to_list().index(row)
    review.act("leave")(at=at, count=1, version=review.table.view.version, out=True)
    after_each_cell(laid.following.notice_cell)
    shell.run_cell(ZONE.format(answer="South")).raise_error()
    assert "South" in laid.state.batch.values["namevaluemap.zone"].to_list()
    problems = laid.state.batch.problems
    assert problems.filter(problems["row"] == row)["code"].to_list().count(LEFT_OUT) == 1


def test_twenty_studios_leave_one_that_a_cell_tells(shell, laid):
    """However often the studio's cell is run, the notebook calls one, and takes up a plugin only where one looks."""
    made = [studio() for _ in range(20)]
    assert len(shell.events.callbacks["post_run_cell"]) == 1
    first, *others = [panel.desk for panel in made]
    shell.run_cell(ZONE.format(answer="South")).raise_error()
    Bridge(first, []).answer({"id": 1, "screen": "frame", "act": "look"})
    assert "namevaluemap.zone" in first.plugins.fills
    assert not any("namevaluemap.zone" in desk.plugins.fills for desk in others)
    assert others[0].state.batch is None
    assert "namevaluemap.zone" in others[0].plugins.fills


def test_a_desk_that_nobody_holds_is_told_nothing(shell, space):
    """What was let go of is gone: a cell that runs later takes nothing up for it."""
    told = []
    desk = Desk(workspace=space)
    desk.listen(lambda: told.append("a cell ran"))
    after_each_cell(desk.following.notice_cell)
    shell.run_cell("1").raise_error()
    assert told.pop() == "a cell ran"
    del desk
    gc.collect()
    shell.run_cell("2").raise_error()
    assert told == []


def test_a_cell_that_brings_no_plugin_changes_nothing(shell, laid):
    """A cell of other work reads and enriches nothing anew."""
    after_each_cell(laid.following.notice_cell)
    prepared = laid.prepared
    shell.run_cell("1 + 1").raise_error()
    laid.following.catch_up()
    assert laid.prepared is prepared

"""The review's table over the library: edits, undo and redo, views, and what the batch becomes of it."""

import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omoto_kit import validate
from omoto_kit.campaign import Campaign
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.problem import Fix, Problem, Severity
from omoto_kit.studio.review import LEFT_OUT, ReviewTable, Sieve
from omoto_kit.studio.review.bulk import Wanted, alike, cluster_edits, edits_for, groups, replacing
from omoto_kit.studio.review.painting import next_problem, rows_of, summary_of, touched
from omoto_kit.studio.review.typed import cell_of
from omoto_kit.wire import encode_frame
from tests.validation.surveys import batch

PLAIN = Plugins()
CAMPAIGN = Campaign(
    id="154",
    channels=["kiosk", "web"],
    rating={"scale": (0, 10), "required": True},
    categories={"Price": ["Too high", "Unclear"], "Staff": []},
    units=[{"name": "Indiranagar", "code": "B1", "city": "Bengaluru"}, {"name": "Andheri", "city": "Mumbai"}],
    attributes={"unitname": {"required": True}, "tier": {"kind": "choice", "values": ["Gold", "Silver"]}},
    customer={"any_of": ["mobileno", "email"]},
    identity=["Id"],
    columns={"npsrating": "Score", "comment": "Words", "namevaluemap.unitname": "Store"},
)
RATING, UNIT, WORDS, PRICE = "npsrating", "namevaluemap.unitname", "comment", "catnpsmap.Price"
MOBILE = "customerinfo.mobileno"


def row(key, rating="9", unit="Indiranagar", **more):
    """Make one row's fields."""
    return {
        "key": key,
        "channel": "kiosk",
        RATING: rating,
        UNIT: unit,
        MOBILE: "9663798289",
        WORDS: None,
        PRICE: None,
        "source.Score": rating,
        **more,
    }


ROWS = [
    row("a"),
    row("b", rating="42"),
    row("c", unit="Indranagar"),
    row("d", rating="9.0", **{WORDS: "slow, but kind"}),
    row("e", **{PRICE: ["Too high"]}),
    row("a"),
    row("f", unit="Indranagar", **{PRICE: []}),
    row("b", rating="7"),
]


def checked(rows=ROWS, campaign=CAMPAIGN):
    """Give a checked batch of these rows; they are numbered from 2 on."""
    return validate(batch(rows, campaign, columns={RATING: "Score", WORDS: "Words", UNIT: "Store"}), plugins=PLAIN)


@pytest.fixture
def table():
    """Give a table of the sample's rows."""
    return ReviewTable(checked(), PLAIN, "asha")


def write(table, field, cells, name="edit"):
    """Plan and do an edit of one column, by row numbers."""
    edits = {field: {table.position(number): cell_of(table.source, field, text) for number, text in cells.items()}}
    step = table.plan(edits, name=name, why="Typed by a person.")
    return step, table.do(step)


def told(table, number):
    """Give the codes of one row's problems."""
    return sorted(one["code"] for one in table.found.of(table.position(number)))


def by_cell(table):
    """Give what the whole table says: values, and problems by row."""
    made = table.batch()
    values = made.values.select(sorted(made.values.columns)).to_dicts()
    return [{name: cell for name, cell in one.items() if cell is not None} for one in values], problems_of(made)


def problems_of(made):
    """Give a batch's problems as plain data, in an order of their own."""
    return sorted(json.dumps(one, sort_keys=True) for one in made.problems.to_dicts())


def test_an_edit_is_checked_at_once(table):
    """A value set right frees its row, a wrong one holds it, and the counts follow."""
    before = summary_of(table)
    step, touched = write(table, RATING, {3: "8"})
    assert (step.size, touched, told(table, 3)) == (1, [table.position(3), table.position(9)], [])
    assert summary_of(table)["held"] == before["held"] - 1
    write(table, RATING, {2: "eleven"})
    assert told(table, 2) == ["rating_not_integer"]


def test_what_a_rule_makes_of_a_typed_value_stands(table):
    """A rating typed as 8.0 is set to 8, by the person and then by the rule, and both are on record."""
    write(table, RATING, {2: "8.0"})
    assert table.value(0, RATING) == "8"
    assert [(one.before, one.after, one.step.split(":")[0]) for one in table.record.why(0, RATING)] == [
        ("9", "8.0", "fix"),
        ("8.0", "8", "validation"),
    ]


def test_a_value_typed_as_it_stood_changes_nothing(table):
    """A 9 typed as 9.0 ends as 9: there is nothing to take back, and nothing new is said of the row."""
    before = by_cell(table)
    step, _ = write(table, RATING, {2: "9.0"})
    assert (step.size, step.changes, by_cell(table)) == (0, (), before)
    assert table.undo() is None


def test_the_table_says_what_validate_says(table):
    """After edits the batch has the problems that a validation of all its rows finds."""
    write(table, RATING, {3: "8", 5: "x"})
    write(table, UNIT, {4: "Andheri", 2: "Nowhere"})
    write(table, PRICE, {2: "Too high; No such reason"})
    write(table, WORDS, {7: "other words than row 2"})
    made = table.batch()
    assert problems_of(made) == problems_of(validate(made, plugins=PLAIN))


def test_a_row_that_no_longer_repeats_another_is_ready(table):
    """An edit changes what is said of the other row with the same key, too."""
    assert told(table, 7) == ["row_repeated"]
    write(table, WORDS, {2: "only here"})
    assert told(table, 7) == ["id_duplicate"]
    write(table, WORDS, {2: ""})
    assert told(table, 7) == ["row_repeated"]


def test_key_and_campaign_are_read_only(table):
    """What tells a row from others is no cell to type in."""
    step, touched = write(table, "key", {2: "z"})
    assert (step.size, touched, table.value(0, "key")) == (0, [], "a")
    assert write(table, "campaignid", {2: "155"})[0].size == 0


def test_an_empty_category_and_an_absent_one_differ(table):
    """Selected without a reason is an empty list; an emptied cell is absent."""
    write(table, PRICE, {2: "selected", 6: ""})
    assert (table.value(0, PRICE), table.value(4, PRICE)) == ([], None)
    cells = dict(zip(table.fields, rows_of(table, 0, 1)[0][2], strict=True))
    assert cells[PRICE] == ""


def test_a_row_left_out_is_never_put(table):
    """It is held with a reason of its own, its leaving is on record, and taking it in again frees it."""
    table.do(table.leave([0], out=True))
    made = table.batch()
    assert summary_of(table)["left"] == 1
    assert 2 not in encode_frame(made)["row"]
    assert made.problems.filter(pl.col("code") == LEFT_OUT)["row"].to_list() == [2]
    assert made.changes["outcome"].to_list()[-1] == "left out"
    assert sum(summary_of(table)[name] for name in ("ready", "held", "duplicate", "left")) == len(ROWS)
    again = ReviewTable(made, PLAIN, "asha")
    assert summary_of(again)["left"] == 1
    again.do(again.leave([0], out=False))
    assert 2 in encode_frame(again.batch())["row"]


def test_undo_is_on_record(table):
    """What was typed and taken back stands in the batch's record as both."""
    write(table, RATING, {3: "8"})
    table.undo()
    outcomes = table.batch().changes.filter(pl.col("row") == 3)["outcome"].to_list()
    assert outcomes[-2:] == ["set", "undone"]
    assert table.value(1, RATING) == "42"


def test_a_new_edit_ends_what_could_be_done_again(table):
    """Redo does again what was taken back, until something else is done."""
    write(table, RATING, {3: "8"})
    table.undo()
    assert table.redo().size == 1
    assert table.value(1, RATING) == "8"
    table.undo()
    write(table, RATING, {3: "7"})
    assert table.redo() is None


def test_the_batch_is_the_same_until_something_changes(table):
    """Looking makes no new batch; an edit does."""
    first = table.batch()
    table.look(Sieve(only="problems"))
    assert table.batch() is first
    write(table, RATING, {3: "8"})
    assert table.batch() is not first
    assert table.batch() is table.batch()


def test_the_next_problem_goes_round(table):
    """F8 visits each cell that waits, row by row and column by column, and begins anew after the last."""
    write(table, UNIT, {3: "Nowhere"})
    seen, place = [], (0, "key")
    for _ in range(20):
        place = next_problem(table, *place)
        seen.append(place)
    around = seen[: seen.index(seen[0], 1)]
    assert len(set(around)) == len(around)
    assert {(1, RATING), (1, UNIT)} <= set(around)
    back = next_problem(table, *around[0], back=True)
    assert back == around[-1]


def test_without_a_problem_there_is_no_next_one():
    """A clean batch has nothing to go to."""
    assert next_problem(ReviewTable(checked([row("a")]), PLAIN, "asha"), 0, RATING) is None


def test_a_view_holds_what_it_should(table):
    """Problems, states, codes, facets and texts each show their rows, in the order that was asked for."""

    def seen(**wanted):
        table.look(Sieve.of(wanted))
        return [line[0] for line in rows_of(table, 0, 99)]

    assert seen(only="duplicate") == [7]
    assert seen(only="unit_unknown") == [4, 8]
    assert seen(facets={UNIT: ["Indranagar"]}, only="held") == [4, 8]
    assert seen(facets={PRICE: [None]}) == [2, 3, 4, 5, 7, 9]
    assert seen(facets={PRICE: [""]}) == [8]
    assert seen(text="BUT k") == [5]
    assert seen(sort=RATING) == [9, 2, 4, 5, 6, 7, 8, 3]
    assert seen(sort=RATING, descending=True)[0] == 3
    with pytest.raises(UsageError):
        table.look(Sieve(sort="nothing"))


def test_a_touched_row_keeps_its_place_in_a_view(table):
    """A row that is mended does not vanish under the person's hands; the next look sorts it out."""
    table.look(Sieve(only="unit_unknown"))
    _, changed = write(table, UNIT, {4: "Andheri"})
    assert [line[:2] for line in touched(table, changed)] == [[0, 4]]
    assert table.view.height == 2
    table.look(table.view.sieve)
    assert table.view.height == 1


def test_what_could_mend_many_is_grouped(table):
    """All cells with the same value and the same offer are one entry, and mending them is one step."""
    found = next(one for one in groups(table) if one["code"] == "unit_unknown")
    assert (found["value"], found["rows"], found["options"][0]) == ("Indranagar", 2, "Indiranagar")
    wanted = Wanted(UNIT, "Indranagar", "Indiranagar", "unit_unknown")
    step = table.plan(edits_for(table, [wanted]), name="fix", why="Mended.")
    assert summary_of(table)["held"] > 0
    table.do(step)
    assert (step.size, told(table, 4), told(table, 8)) == (2, [], [])
    table.undo()
    assert told(table, 4) == ["unit_unknown"]


def test_a_misnamed_value_moves(table):
    """Where the name is the problem, the value goes to the right name, and never onto another value."""
    rows = [row("a", **{"catnpsmap.Prices": ["Too high"]}), row("b", **{"catnpsmap.Prices": [], PRICE: ["Unclear"]})]
    made = ReviewTable(checked(rows), PLAIN, "asha")
    step = made.plan(
        edits_for(made, [Wanted("catnpsmap.Prices", "Prices", "Price", "category_unknown")]), name="fix", why="Moved."
    )
    made.do(step)
    assert (made.value(0, PRICE), made.value(0, "catnpsmap.Prices")) == (["Too high"], None)
    assert (made.value(1, PRICE), made.value(1, "catnpsmap.Prices")) == (["Unclear"], [])


def test_a_value_moves_to_a_name_that_no_row_had():
    """The column is made then, and taken back it holds nothing."""
    rows = [{**row("a"), "catnpsmap.Prices": ["Too high"]}]
    rows[0].pop(PRICE)
    made = ReviewTable(checked(rows), PLAIN, "asha")
    first = by_cell(made)
    wanted = Wanted("catnpsmap.Prices", "Prices", "Price", "category_unknown")
    made.do(made.plan(edits_for(made, [wanted]), name="fix", why="Moved."))
    assert made.value(0, PRICE) == ["Too high"]
    assert PRICE in made.fields
    made.undo()
    assert by_cell(made) == first


@pytest.mark.parametrize(("code", "held"), [("suggestion", False), ("enrichment_conflict", True)])
def test_what_a_plugin_offered_is_settled_by_the_person(code, held):
    """A value that a person sets ends what plugins offered for the cell; undo brings the offer back."""
    made = checked([row("a"), row("b")])
    fix = Fix(options=("Andheri", "Indiranagar"), why="two plugins")
    offer = Problem(2, UNIT, code, "Choose one.", Severity.ERROR if held else Severity.WARNING, "Store", None, fix)
    table = ReviewTable(made.with_problems([offer]), PLAIN, "asha")
    assert table.found.state_of(0) == ("held" if held else "ready")
    write(table, RATING, {2: "8"})
    assert told(table, 2) == [code]
    write(table, UNIT, {2: "Andheri"})
    assert (told(table, 2), table.found.state_of(0)) == ([], "ready")
    table.undo()
    assert told(table, 2) == [code]


def test_all_cells_alike_are_set(table):
    """Whatever a person types replaces one value in its whole column."""
    table.do(table.plan(alike(table, UNIT, "Indranagar", "Andheri"), name="alike", why="Set."))
    assert [table.value(at, UNIT) for at in (2, 6)] == ["Andheri", "Andheri"]


def test_values_written_in_several_ways_become_one(table):
    """A cluster is set to the value that is kept."""
    rows = [row("a", **{WORDS: "good"}), row("b", **{WORDS: "Good "}), row("c", **{WORDS: "good"})]
    made = ReviewTable(checked(rows), PLAIN, "asha")
    made.do(made.plan(cluster_edits(made, WORDS, "good"), name="one", why="One way."))
    assert [made.value(at, WORDS) for at in range(3)] == ["good"] * 3
    with pytest.raises(UsageError):
        cluster_edits(made, WORDS, "good")


def test_a_text_is_replaced_in_the_rows_shown(table):
    """Signs mean themselves, case matters only where asked, and rows that are not shown stay."""
    table.look(Sieve(only="unit_unknown"))
    edits = replacing(table, "INDRA", "$1")
    assert edits == {UNIT: {2: "$1nagar", 6: "$1nagar"}}
    assert replacing(table, "INDRA", "x", exact=True) == {}
    assert replacing(table, "Indra", "x", whole=True) == {}
    assert replacing(table, "", "x") == {}
    assert replacing(table, "Indra", "x", fields=(WORDS,)) == {}


CELLS = {
    RATING: st.sampled_from(["0", "7", "11", "9.0", "x", ""]),
    UNIT: st.sampled_from(["Indiranagar", "Andheri", "Nowhere", ""]),
    WORDS: st.sampled_from(["fine", "\tslow\n", "", "سريع"]),
    PRICE: st.sampled_from(["Too high", "Unclear; Too high", "selected", "dear", ""]),
    MOBILE: st.sampled_from(["9663798289", "+91 96637 98289", "12", ""]),
}
EDIT = st.sampled_from(sorted(CELLS)).flatmap(
    lambda field: st.tuples(
        st.just(field), st.dictionaries(st.integers(2, len(ROWS) + 1), CELLS[field], min_size=1, max_size=4)
    )
)
ACT = st.one_of(
    EDIT,
    st.tuples(st.just("leave"), st.sets(st.integers(0, len(ROWS) - 1), min_size=1), st.booleans()),
    st.just("undo"),
    st.just("redo"),
)
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
START = checked()


def act(table, what):
    """Do one of the acts that the machine draws."""
    if what == "undo":
        table.undo()
    elif what == "redo":
        table.redo()
    elif what[0] == "leave":
        table.do(table.leave(sorted(what[1]), out=what[2]))
    else:
        write(table, *what)


@SLOW
@given(st.lists(ACT, max_size=8))
def test_whatever_was_done_can_be_taken_back(acts):
    """Any acts, and then undo until nothing is left, give the first values and problems; redo gives the last ones."""
    table = ReviewTable(START, PLAIN, "asha")
    first = by_cell(table)
    for one in acts:
        act(table, one)
    last = by_cell(table)
    steps = 0
    while table.undo():
        steps += 1
    assert by_cell(table) == first
    for _ in range(steps):
        table.redo()
    assert by_cell(table) == last


@SLOW
@given(st.lists(EDIT, min_size=1, max_size=4))
def test_a_block_is_the_same_as_its_cells_one_by_one(edits):
    """What is set together and what is set cell by cell end in the same values and problems."""
    together, single = (ReviewTable(START, PLAIN, "asha") for _ in range(2))
    block = {}
    for field, cells in edits:
        block.setdefault(field, {}).update(cells)
    plan = {
        field: {together.position(number): cell_of(together.source, field, text) for number, text in cells.items()}
        for field, cells in block.items()
    }
    together.do(together.plan(plan, name="paste", why="Pasted."))
    for field, cells in block.items():
        for number, text in cells.items():
            write(single, field, {number: text})
    assert by_cell(together) == by_cell(single)


@SLOW
@given(
    st.lists(EDIT, max_size=3),
    st.sampled_from(["", "problems", "ready", "held", "duplicate", "left", "changed", "unit_unknown"]),
    st.sampled_from(["", RATING, UNIT, PRICE]),
    st.booleans(),
    st.sampled_from(["", "nagar"]),
)
def test_a_view_loses_and_doubles_no_row(edits, only, sort, descending, text):
    """Each row shown is one of the batch, shown once, with its place found again; with nothing chosen all are shown."""
    table = ReviewTable(START, PLAIN, "asha")
    for one in edits:
        write(table, *one)
    table.look(Sieve(only=only, sort=sort, descending=descending, text=text))
    shown = [line[0] for line in rows_of(table, 0, 999)]
    assert len(shown) == len(set(shown)) == table.view.height
    assert set(shown) <= set(range(2, len(ROWS) + 2))
    assert table.view.places([table.position(number) for number in shown]) == list(range(len(shown)))
    if not only and not text:
        assert len(shown) == len(ROWS)


@SLOW
@given(st.lists(ACT, max_size=8))
def test_the_counts_are_those_of_the_batch(acts):
    """Rows = ready + held + duplicate + left out, as the batch counts them, after whatever was done."""
    table = ReviewTable(START, PLAIN, "asha")
    for one in acts:
        act(table, one)
    counts, made = summary_of(table), table.batch().counts()
    assert counts["rows"] == counts["ready"] + counts["held"] + counts["duplicate"] + counts["left"]
    assert (counts["ready"], counts["duplicate"]) == (made["ready"], made["duplicate"])
    assert counts["held"] + counts["left"] == made["held"]
    assert counts["problems"] + counts["left"] == made["problems"]
    waiting = {kind["code"]: kind["rows"] for kind in counts["kinds"]}
    rows = table.batch().problems.filter(pl.col("code") != LEFT_OUT).group_by("code").agg(pl.col("row").n_unique())
    assert waiting == dict(rows.iter_rows())

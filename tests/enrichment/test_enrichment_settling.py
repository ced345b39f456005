import itertools

import pytest

from omoto_kit.batch import Change
from omoto_kit.plugins import Clear, Plugins, Suggest, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of, changes, run


def giving(name, value, rank="derived", **options):
    """Make an enricher of the city that always says the same."""

    def step(pincode):
        return value

    step.__name__ = name
    return enricher(CITY, rank=rank, **options)(step)


def edited(batch, value, field=CITY):
    """Let a person set one field of row 2."""
    before = batch.values[field][0]
    column = batch.values[field].to_list()
    values = batch.values.with_columns(batch.values[field].clone().scatter(0, [value] * bool(column)))
    return batch.with_values(values, [Change(2, field, before, value, "fix:asha")])


RANKED = [giving("list", "Mumbai", "master"), giving("rule", "Pune", "derived"), giving("hunch", "Thane", "guess")]


@pytest.mark.parametrize("order", list(itertools.permutations(RANKED)))
def test_the_higher_rank_wins(order):
    """Master before derived before guess, whatever was loaded first; the losers stay on record."""
    batch = run(batch_of({PINCODE: ["1"]}), *order)
    assert batch.values[CITY].to_list() == ["Mumbai"]
    assert changes(batch, "after", "step", "outcome") == [
        ("Mumbai", "stores:list", "set"),
        ("Thane", "stores:hunch", "lost"),
        ("Pune", "stores:rule", "lost"),
    ]
    assert batch.problems.height == 0


def test_a_lower_rank_fills_what_a_higher_one_leaves():
    """No opinion of the master list lets the guess count, row by row."""

    @enricher(CITY, rank="master")
    def known(pincode):
        return "Mumbai" if pincode == "1" else None

    batch = run(batch_of({PINCODE: ["1", "2"]}), known, giving("hunch", "Thane", "guess"))
    assert batch.values[CITY].to_list() == ["Mumbai", "Thane"]


def test_equal_ranks_that_differ_are_held_and_both_offered():
    """Nothing is written, the row waits for a person, and both values are options."""
    batch = run(batch_of({PINCODE: ["1", None]}), giving("a", "Mumbai"), giving("b", "Pune"), giving("c", "X", "guess"))
    assert batch.values[CITY].to_list() == [None, None]
    (problem,) = batch.problems.to_dicts()
    assert (problem["row"], problem["code"], problem["severity"]) == (2, "enrichment_conflict", "error")
    assert problem["fix"]["options"] == ["Mumbai", "Pune"]
    assert problem["fix"]["applied"] is False
    assert "stores:a and stores:b give different values" in problem["message"]
    assert changes(batch, "after", "outcome") == [("Mumbai", "conflict"), ("Pune", "conflict")]
    assert batch.held_rows.to_list() == [2]


def test_equal_ranks_that_agree_are_one():
    """Two steps with the same value are no conflict, and one change is enough."""
    batch = run(batch_of({PINCODE: ["1"]}), giving("b", "Pune"), giving("a", "Pune"))
    assert changes(batch, "after", "step") == [("Pune", "stores:a")]
    assert batch.problems.height == 0


def test_a_higher_rank_ends_a_conflict_below():
    """What the master list says settles what the others differ in."""
    steps = (giving("a", "Mumbai"), giving("b", "Pune"), giving("list", "Thane", "master"))
    batch = run(batch_of({PINCODE: ["1"]}), *steps)
    assert batch.values[CITY].to_list() == ["Thane"]
    assert batch.problems.height == 0


def test_clearing_against_setting_is_a_conflict():
    """One says that there is no value and the other gives one: a person decides."""

    @enricher(CITY)
    def none(city):
        return Clear("none")

    @enricher(CITY)
    def mended(city):
        return "Pune"

    batch = run(batch_of({CITY: ["?"]}), none, mended)
    assert batch.values[CITY].to_list() == ["?"]
    assert batch.problems["code"].to_list() == ["enrichment_conflict"]
    assert batch.problems["fix"].struct.field("options").to_list() == [["Pune"]]


def test_a_persons_edit_is_never_touched():
    """Neither a standardiser nor overwrite changes what an analyst set; nor does anything fill what she emptied."""

    @enricher(CITY)
    def spelling(city):
        return "Mumbai"

    batch = edited(batch_of({PINCODE: ["1", "1"], CITY: ["Bombay", "Bombay"]}), "Bombay City")
    after = run(batch, spelling, giving("force", "Pune", "guess", overwrite=True))
    assert after.values[CITY].to_list()[0] == "Bombay City"
    emptied = edited(batch_of({PINCODE: ["1"], CITY: ["Bombay"]}), None)
    assert run(emptied, giving("list", "Mumbai", "master")).values[CITY].to_list() == [None]


def test_choosing_an_option_ends_the_conflict():
    """Once a person has chosen, another run neither asks again nor holds the row."""
    steps = (giving("a", "Mumbai"), giving("b", "Pune"))
    held = run(batch_of({PINCODE: ["1"]}), *steps)
    chosen = run(edited(held, "Pune"), *steps)
    assert chosen.problems.height == 0
    assert chosen.values[CITY].to_list() == ["Pune"]


def test_a_value_beats_a_suggestion():
    """A suggestion is shown only where nobody vouches for a value."""

    @enricher(CITY, rank="master")
    def maybe(pincode):
        return Suggest("Thane", why="perhaps")

    batch = run(batch_of({PINCODE: ["1"]}), maybe, giving("hunch", "Pune", "guess"))
    assert batch.values[CITY].to_list() == ["Pune"]
    assert batch.problems.height == 0


def test_two_standardisers_see_the_same_value():
    """Standardisers of one field are weighed against one another and do not see each other's work."""
    seen = []

    @enricher(CITY, rank="master")
    def first(city):
        seen.append(city)
        return "Mumbai"

    @enricher(CITY)
    def second(city):
        seen.append(city)
        return "Bombay City"

    batch = run(batch_of({CITY: ["Bombay"]}), first, second)
    assert seen == ["Bombay", "Bombay"]
    assert batch.values[CITY].to_list() == ["Mumbai"]


def test_each_row_is_settled_by_itself():
    """A conflict in one row leaves its neighbours alone."""

    @enricher(CITY)
    def one(pincode):
        return "Mumbai" if pincode in "12" else None

    @enricher(CITY)
    def two(pincode):
        return "Pune" if pincode in "23" else None

    batch = run(batch_of({PINCODE: ["1", "2", "3", "4"]}), one, two)
    assert batch.values[CITY].to_list() == ["Mumbai", None, "Pune", None]
    assert batch.held_rows.to_list() == [3]


def test_plugins_that_differ_are_named():
    """Steps of two plugins are told apart by the plugin's name, in problems and in changes."""
    plugins = (
        Plugins()
        .with_functions(giving("city", "Pune"), name="pins")
        .with_functions(giving("city", "Mumbai"), name="phones")
    )
    from omoto_kit.enrichment import enrich

    batch = enrich(batch_of({PINCODE: ["1"]}), plugins=plugins)
    assert "phones:city and pins:city give different values" in batch.problems["message"][0]


def test_categories_that_differ_are_shown_readably():
    """Options of a category are reasons, parted as an analyst would write them."""

    @enricher("catnpsmap.Price")
    def one(pincode):
        return ["Too high", "Unclear"]

    @enricher("catnpsmap.Price")
    def two(pincode):
        return []

    batch = run(batch_of({PINCODE: ["1"]}), one, two)
    assert batch.problems["fix"].struct.field("options").to_list() == [["Too high; Unclear", ""]]


def test_rows_are_told_apart_by_their_place():
    """Two rows of one number, as joined sheets can have, each get their own value."""
    batch = batch_of({PINCODE: ["1", "2"]})
    twice = batch.with_values(batch.values.with_columns(row=2).cast({"row": batch.values.schema["row"]}))

    @enricher(ZONE)
    def zone(pincode):
        return f"zone {pincode}"

    assert run(twice, zone).values[ZONE].to_list() == ["zone 1", "zone 2"]

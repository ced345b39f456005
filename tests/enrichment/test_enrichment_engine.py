import asyncio
import random
import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.batch import Change
from omoto_kit.enrichment import enrich
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Clear, Plugins, Suggest, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of, changes, run, same

CITIES = {"560001": "Bengaluru", "110001": "New Delhi"}


@enricher(CITY)
def city(pincode):
    """Know two pincodes."""
    return CITIES.get(pincode)


def test_an_absent_value_is_filled_and_the_change_says_by_whom():
    """The value, the step, its version and what it was made from are on record; other rows are untouched."""
    batch = run(batch_of({PINCODE: ["560001", "999999", None], CITY: [None, None, None]}), city)
    assert batch.values[CITY].to_list() == ["Bengaluru", None, None]
    (change,) = batch.why(2, CITY)
    assert re.fullmatch(r"[0-9a-f]{12}", change.version)
    assert replace(change, version="") == Change(
        2, CITY, None, "Bengaluru", "stores:city", source=f"{PINCODE}=560001", why="from pincode", run=1
    )
    assert len(batch.changes) == 1
    assert (batch.problems.height, batch.notes) == (0, ())


def test_a_field_without_a_column_gets_one():
    """A file that has no city at all is filled the same way, and what nobody could fill is absent."""
    assert run(batch_of({PINCODE: ["560001", None]}), city).values[CITY].to_list() == ["Bengaluru", None]
    assert run(batch_of({PINCODE: [None]}), city).values[CITY].to_list() == [None]


def test_what_the_source_says_stands():
    """An enricher fills what is absent; a value of the source is neither replaced nor asked about."""
    asked = []

    @enricher(CITY)
    def other(pincode):
        asked.append(pincode)
        return "Mysuru"

    batch = run(batch_of({PINCODE: ["560001", "570001"], CITY: ["Bengaluru", None]}), other)
    assert batch.values[CITY].to_list() == ["Bengaluru", "Mysuru"]
    assert asked == ["570001"]


def test_overwrite_replaces_and_shows():
    """With overwrite the source's value goes, and the change keeps it."""

    @enricher(CITY, overwrite=True)
    def other(pincode):
        return "Mysuru"

    batch = run(batch_of({PINCODE: ["570001"], CITY: ["Bengaluru"]}), other)
    assert changes(batch) == [(2, CITY, "Bengaluru", "Mysuru", "stores:other", "set")]


def test_a_standardiser_replaces_what_it_reads():
    """A step that reads the field that it writes mends it, after those that fill it."""

    @enricher(CITY)
    def spelling(city):
        return {"Bombay": "Mumbai"}.get(city)

    @enricher(CITY)
    def a_city(pincode):
        return "Bombay"

    batch = run(batch_of({PINCODE: [None, "400001"], CITY: ["Bombay", None]}), spelling, a_city)
    assert batch.values[CITY].to_list() == ["Mumbai", "Mumbai"]
    assert changes(batch, "row", "before", "after", "step") == [
        (3, None, "Bombay", "stores:a_city"),
        (2, "Bombay", "Mumbai", "stores:spelling"),
        (3, "Bombay", "Mumbai", "stores:spelling"),
    ]


def test_each_distinct_key_is_asked_once():
    """A thousand rows of three stores make three calls, and every row gets its answer."""
    asked = []

    @enricher(CITY)
    def by_store(store_code):
        asked.append(store_code)
        return f"City {store_code}"

    codes = [f"S{number % 3}" for number in range(1000)]
    batch = run(batch_of({"source.Store Code": codes}), by_store)
    assert asked == ["S0", "S1", "S2"]
    assert batch.values[CITY].to_list() == [f"City {code}" for code in codes]
    assert batch.changes.height == 1000


def test_keys_of_two_columns_and_absent_parts():
    """A step sees None for what is absent, and is not asked where all that it reads is."""
    asked = []

    @enricher(ZONE)
    def zone(pincode, city):
        asked.append((pincode, city))
        return "-".join(part or "?" for part in (pincode, city))

    batch = run(batch_of({PINCODE: ["1", "1", None, None], CITY: ["A", None, "A", None]}), zone)
    assert batch.values[ZONE].to_list() == ["1-A", "1-?", "?-A", None]
    assert sorted(asked, key=str) == [("1", "A"), ("1", None), (None, "A")]


def test_bulk_gets_all_keys_at_once():
    """Forty distinct keys are one call; what the mapping lacks is left alone."""
    calls = []

    @enricher(CITY, bulk=True)
    def cities(pincode):
        calls.append(pincode)
        return {key: f"City {key}" for key in pincode if key != "7"}

    batch = run(batch_of({PINCODE: [str(number % 40) for number in range(500)]}), cities)
    assert len(calls) == 1
    assert sorted(calls[0], key=int) == [str(number) for number in range(40)]
    assert batch.values[CITY].to_list()[6:9] == ["City 6", None, "City 8"]


def test_bulk_with_several_columns_gets_tuples():
    """Keys of several columns are tuples, in the order of reads."""

    @enricher(CITY, bulk=True, reads={"code": "Store Code", "pin": "pincode"})
    def cities(keys):
        return {(code, pin): f"{code}/{pin}" for code, pin in keys}

    batch = run(batch_of({PINCODE: ["1", None], "source.Store Code": ["A", "B"]}), cities)
    assert batch.values[CITY].to_list() == ["A/1", "B/None"]


def test_coroutines_are_awaited_together():
    """An async step has a loop of its own, also when the caller's loop is running, as in a notebook."""
    together, most = set(), []

    @enricher(CITY)
    async def cities(pincode):
        together.add(pincode)
        await asyncio.sleep(0.01)
        most.append(len(together))
        together.discard(pincode)
        return f"City {pincode}"

    async def notebook():
        return run(batch_of({PINCODE: [str(number) for number in range(20)]}), cities)

    batch = asyncio.run(notebook())
    assert batch.values[CITY].to_list() == [f"City {number}" for number in range(20)]
    assert max(most) > 1


def test_async_bulk_works_too():
    """A coroutine may take the whole list."""

    @enricher(CITY, bulk=True)
    async def cities(pincode):
        await asyncio.sleep(0)
        return dict.fromkeys(pincode, "Pune")

    assert run(batch_of({PINCODE: ["1", "2"]}), cities).values[CITY].to_list() == ["Pune", "Pune"]


def test_a_step_may_write_several_fields():
    """A mapping by path or short name, or a tuple in order, fills them all; None leaves one alone."""

    @enricher(CITY, ZONE)
    def both(pincode):
        return {
            "1": {"city": "A", ZONE: "north"},
            "2": ("B", None),
            "3": {"zone": "south"},
        }[pincode]

    batch = run(batch_of({PINCODE: ["1", "2", "3"]}), both)
    assert batch.values.select(CITY, ZONE).rows() == [("A", "north"), ("B", None), (None, "south")]


def test_undeclared_fields_are_refused():
    """What a step did not declare it cannot write, whatever it returns; the note names step, place and field."""

    @enricher(CITY)
    def sly(pincode):
        return {"city": "Pune", "campaignid": "155"}

    batch = run(batch_of({PINCODE: ["1"], "campaignid": ["154"]}), sly)
    assert batch.values.select("campaignid", CITY).rows() == [("154", "Pune")]
    (note,) = batch.notes
    assert note.startswith("stores:sly (test_enrichment_engine.py:")
    assert note.endswith("gave campaignid, which it does not declare; it was refused.")


def test_a_suggestion_is_shown_and_not_applied():
    """The row is not held, the value is not set, and the problem offers it with the reason."""

    @enricher(CITY)
    def maybe(pincode):
        return Suggest("Pune", why="the PIN starts with 411")

    batch = run(batch_of({PINCODE: ["411001"]}), maybe)
    assert batch.values[CITY].to_list() == [None]
    (problem,) = batch.problems.to_dicts()
    assert (problem["row"], problem["field"], problem["code"], problem["severity"]) == (
        2,
        CITY,
        "suggestion",
        "warning",
    )
    assert problem["fix"]["options"] == ["Pune"]
    assert "the PIN starts with 411" in problem["fix"]["why"]
    assert batch.counts()["held"] == 0
    assert changes(batch, "after", "outcome") == [("Pune", "suggested")]


def test_a_suggestion_for_what_is_known_is_not_shown():
    """Nobody is bothered by a suggestion where the field has its value, or that very value."""

    @enricher(CITY)
    def maybe(pincode):
        return Suggest("Pune", why="a guess")

    @enricher(CITY)
    def same_again(city):
        return Suggest("Pune", why="the same")

    batch = run(batch_of({PINCODE: ["411001"], CITY: ["Pune"]}), maybe, same_again)
    assert (batch.problems.height, batch.changes.height) == (0, 0)


def test_a_value_can_be_cleared():
    """Clear removes what a standardiser knows to be no value, and the change says why."""

    @enricher(CITY)
    def no_city(city):
        return Clear("it says that there is none") if city == "N/A" else None

    batch = run(batch_of({CITY: ["N/A", "Pune"]}), no_city)
    assert batch.values[CITY].to_list() == [None, "Pune"]
    assert changes(batch, "before", "after", "why", "outcome") == [
        ("N/A", None, "it says that there is none", "cleared")
    ]


@pytest.mark.parametrize(
    ("answer", "value"),
    [(42, "42"), (np.int64(42), "42"), (np.str_("Pune"), "Pune"), ("", None), ("  ", None), (float("nan"), None)],
)
def test_what_is_certainly_a_text_is_taken_as_one(answer, value):
    """A whole number is written out; what a lookup gives for nothing is nothing."""

    @enricher(CITY)
    def odd(pincode):
        return answer

    batch = run(batch_of({PINCODE: ["1"]}), odd)
    assert batch.values[CITY].to_list() == [value]
    assert batch.problems.height == 0


@pytest.mark.parametrize("answer", [4.5, True, ["Pune"], ("Pune", "Mumbai"), b"Pune", object()])
def test_what_is_no_text_is_refused(answer):
    """The row says what came instead of a text, without showing it."""

    @enricher(CITY)
    def odd(pincode):
        return answer

    batch = run(batch_of({PINCODE: ["1"]}), odd)
    assert batch.values[CITY].to_list() == [None]
    (problem,) = batch.problems.to_dicts()
    assert problem["code"] == "enricher_failed"
    assert (
        f"it gave a {type(answer).__name__}; the field takes a text, at test_enrichment_engine.py:"
        in problem["message"]
    )


def test_reasons_of_a_category_are_lists():
    """A category's reasons are read as tuples and written as lists; selected without reason is an empty list."""

    @enricher("catnpsmap.Price")
    def tidy(price):
        return [reason.capitalize() for reason in price]

    @enricher("catnpsmap.Staff")
    def staff(price):
        return ()

    columns = {"catnpsmap.Price": [["too high", "Unclear"], ["Unclear"], [], None]}
    batch = run(batch_of(columns), tidy, staff)
    assert batch.values["catnpsmap.Price"].to_list() == [["Too high", "Unclear"], ["Unclear"], [], None]
    assert batch.values["catnpsmap.Staff"].to_list() == [[], [], [], None]
    assert changes(batch, "field", "before", "after")[0] == (
        "catnpsmap.Price",
        "too high; Unclear",
        "Too high; Unclear",
    )


def test_a_step_without_its_column_is_skipped_with_a_note():
    """A misspelt argument, or another file, is said with the nearest name; the other steps run."""

    @enricher(ZONE)
    def zone(store_cod):
        return "north"

    batch = run(batch_of({PINCODE: ["560001"], "source.Store Code": ["A"]}), zone, city)
    assert batch.notes == ("stores:zone was skipped: no column store_cod; did you mean store_code?",)
    assert batch.values[CITY].to_list() == ["Bengaluru"]


def test_an_ambiguous_argument_skips_its_step_only():
    """Which of two columns is meant is the author's to say; meanwhile the others run."""

    @enricher(ZONE)
    def zone(name):
        return "north"

    columns = {PINCODE: ["560001"], "customerinfo.name": ["A"], "namevaluemap.name": ["B"]}
    batch = run(batch_of(columns), zone, city)
    assert "'name' fits 'customerinfo.name' and 'namevaluemap.name'" in batch.notes[0]
    assert batch.values[CITY].to_list() == ["Bengaluru"]


def test_steps_run_after_what_they_read():
    """A chain of steps is followed from the pincode to the zone, however the steps are named."""

    @enricher(ZONE)
    def a_zone(city):
        return {"Bengaluru": "south"}.get(city)

    @enricher("namevaluemap.manager")
    def a_manager(zone):
        return f"manager {zone}"

    batch = run(batch_of({PINCODE: ["560001"]}), a_manager, a_zone, city)
    assert batch.values["namevaluemap.manager"].to_list() == ["manager south"]


def test_a_circle_is_an_error_that_names_both():
    """Steps that wait for one another can never run; the error says which, and by which fields."""

    @enricher(ZONE)
    def zone(city):
        return None

    @enricher(CITY)
    def town(zone):
        return None

    with pytest.raises(PluginError) as caught:
        run(batch_of({PINCODE: ["1"]}), zone, town)
    said = str(caught.value)
    assert "stores:town and stores:zone wait for one another" in said
    assert f"{CITY} and {ZONE}" in said
    assert "test_enrichment_engine.py:" in said


def test_a_second_run_changes_nothing():
    """Values, changes, problems and notes are the same however often the batch is enriched."""

    @enricher(CITY, rank="guess", overwrite=True)
    def overwriting(pincode):
        return "Bangalore"

    @enricher(CITY)
    def spelling(city):
        return {"Bangalore": "Bengaluru", "Bombay": "Mumbai"}.get(city)

    @enricher(ZONE)
    def one(pincode):
        return "north"

    @enricher(ZONE)
    def two(city):
        return "south"

    @enricher("namevaluemap.manager")
    def maybe(city):
        return Suggest("Asha", why="she was there last year")

    @enricher("namevaluemap.till")
    def failing(city):
        raise LookupError

    @enricher("namevaluemap.floor")
    def absent(no_such_column):
        return None

    steps = (overwriting, spelling, one, two, maybe, failing, absent)
    once = run(batch_of({PINCODE: ["560001", None], CITY: ["Mysuru", "Bombay"]}), *steps)
    assert once.changes.height >= 5
    assert set(once.problems["code"]) == {"enrichment_conflict", "suggestion", "enricher_failed"}
    assert same(once, run(once, *steps))
    assert same(once, run(run(once, *steps), *steps))


PINS = st.sampled_from([None, "560001", "110001", "400001", "1"])
TOWNS = st.sampled_from([None, "Bombay", "Pune", ""])


@enricher(CITY, rank="master")
def from_master(pincode):
    """Know two pincodes, with more weight."""
    return {"400001": "Bombay", "110001": "Delhi"}.get(pincode)


@enricher(CITY, rank="guess", bulk=True)
def from_guess(pincode):
    """Always have a guess."""
    return dict.fromkeys(pincode, "Somewhere")


@enricher(CITY)
def one_spelling(city):
    """Mend one city, and fail at another."""
    if city == "Pune":
        raise LookupError
    return {"Bombay": "Mumbai"}.get(city)


@enricher(ZONE)
def zone_by_city(city):
    """Suggest one zone, and give another."""
    return Suggest("west", why="by the city") if city == "Mumbai" else "south"


@enricher(ZONE)
def zone_by_pin(pincode):
    """Know the zone of one pincode."""
    return "north" if pincode == "110001" else None


STEPS = [city, from_master, from_guess, one_spelling, zone_by_city, zone_by_pin]


@settings(max_examples=40)
@given(st.lists(st.tuples(PINS, TOWNS), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_neither_the_order_of_plugins_nor_of_rows_matters(rows, chance):
    """The same rows and the same plugins give the same result, whatever was loaded or read first."""
    columns = {PINCODE: [pin for pin, _ in rows], CITY: [town for _, town in rows]}
    batch = batch_of(columns)
    shuffled = list(STEPS)
    chance.shuffle(shuffled)
    order = list(range(len(rows)))
    chance.shuffle(order)
    mixed = batch.with_values(batch.values[order])
    plugins = Plugins()
    for function in shuffled:
        plugins = plugins.with_functions(function, name="stores")
    straight, other = run(batch, *STEPS), enrich(mixed, plugins=plugins)
    assert other.values.sort("row").equals(straight.values)
    key = ["row", "field", "step", "outcome"]
    assert other.changes.sort(key).equals(straight.changes.sort(key))
    key = ["row", "field", "code", "message"]
    assert other.problems.sort(key).equals(straight.problems.sort(key))
    assert same(straight, run(straight, *STEPS))


def test_cache_off_asks_for_every_row():
    """A step whose answer may change within a run is asked for each row."""
    numbers = iter(range(10))

    @enricher("namevaluemap.ticket", cache=False)
    def ticket(pincode):
        return next(numbers)

    batch = run(batch_of({PINCODE: ["1", "1", "2"]}), ticket)
    assert sorted(batch.values["namevaluemap.ticket"]) == ["0", "1", "2"]


def test_without_rows_and_without_steps_nothing_happens():
    """An empty file and an empty set of plugins are no special cases."""
    empty = batch_of({PINCODE: [], CITY: []})
    assert run(empty, city).values.height == 0
    batch = batch_of({PINCODE: ["1"]})
    assert same(enrich(batch, plugins=Plugins()), batch)


def test_the_batch_that_came_in_is_left_as_it_was():
    """Every stage returns a new batch."""
    batch = batch_of({PINCODE: ["560001"], CITY: [None]})
    before = batch.values.clone()
    run(batch, city)
    assert batch.values.equals(before)
    assert batch.changes.height == 0


def test_problems_of_others_are_kept():
    """Only what an earlier enrichment said is said anew."""
    batch = batch_of({PINCODE: ["560001"]})
    reading = {"row": 2, "field": "", "column": "", "code": "pair_unreadable", "severity": "error"}
    foreign = pl.DataFrame([reading | {"value": None, "message": "?", "fix": None}], schema=batch.problems.schema)
    assert run(batch.with_problems(foreign), city).problems["code"].to_list() == ["pair_unreadable"]


def test_many_rows_keep_their_places():
    """Each of many rows, in no order at all, gets the answer for its own key."""
    chance = random.Random(7)
    pins = [chance.choice([None, *map(str, range(500))]) for _ in range(5000)]

    @enricher(CITY)
    def by_pin(pincode):
        return f"City {pincode}" if int(pincode) % 3 else None

    batch = run(batch_of({PINCODE: pins}), by_pin)
    expected = [f"City {pin}" if pin is not None and int(pin) % 3 else None for pin in pins]
    assert batch.values[CITY].to_list() == expected
    assert batch.changes["row"].to_list() == [row for row, value in enumerate(expected, 2) if value]

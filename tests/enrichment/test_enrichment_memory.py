import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit import Campaign
from omoto_kit.enrichment import enrich
from omoto_kit.errors import PluginError
from omoto_kit.plugins import Plugins, Suggest, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of, run


def counted(cache, *, bulk=False):
    """Make a step that knows one of three pincodes and fails at another, and the list of what it was asked."""
    asked = []

    def one(pincode):
        asked.append(pincode)
        if pincode == "666":
            raise OSError
        return {"560001": "Bengaluru"}.get(pincode)

    def many(pincode):
        asked.extend(pincode)
        return {"560001": "Bengaluru"}

    return enricher(CITY, cache=cache, bulk=bulk)(many if bulk else one), asked


def twice(step, first, second, **contract):
    """Enrich two batches with one collection, and give what each step was asked in the second run."""
    plugins = Plugins().with_functions(step)
    tallies = []
    enrich(batch_of({PINCODE: first}), plugins=plugins)
    enrich(batch_of({PINCODE: second}, **contract), plugins=plugins, on_step=tallies.append)
    return tallies


def test_hits_misses_and_failures_are_counted():
    """A step's account: rows, distinct keys, calls, and what came of each key."""
    step, _ = counted(cache=True)
    tallies = []
    batch = batch_of({PINCODE: ["560001", "560001", "1", "666", None]})
    enrich(batch, plugins=Plugins().with_functions(step, name="stores"), on_step=tallies.append)
    (tally,) = tallies
    assert (tally.step, tally.rows, tally.keys, tally.calls) == ("stores:one", 4, 3, 3)
    assert (tally.hits, tally.misses, tally.failed, tally.remembered) == (1, 1, 1, 0)
    assert "4 rows, 3 distinct keys (0 remembered), 3 calls; 1 hits, 1 misses, 1 failed" in str(tally)


@pytest.mark.parametrize("bulk", [False, True])
def test_answers_are_kept_for_later_runs(bulk):
    """Hits and misses are both remembered for as long as the step says; only new keys are asked."""
    step, asked = counted(cache=60, bulk=bulk)
    (tally,) = twice(step, ["560001", "1"], ["1", "560001", "2"])
    assert asked == ["1", "560001", "2"]
    assert (tally.remembered, tally.calls, tally.hits, tally.misses) == (2, 1, 1, 2)


def test_failures_are_not_kept():
    """What failed is asked again."""
    step, asked = counted(cache=60)
    twice(step, ["666"], ["666"])
    assert asked == ["666", "666"]


@pytest.mark.parametrize("cache", [True, 1e-9])
def test_answers_end_with_the_run_or_their_time(cache):
    """Without a number each run asks anew; so it does once the time is over."""
    step, asked = counted(cache=cache)
    twice(step, ["560001"], ["560001"])
    assert asked == ["560001", "560001"]


def test_another_contract_asks_anew():
    """A step may look at the contract, so its answers belong to one."""
    step, asked = counted(cache=60)
    twice(step, ["560001"], ["560001"], name="Hotels")
    assert asked == ["560001", "560001"]
    assert Campaign(id="154") != Campaign(id="154", name="Hotels")


def test_a_cell_that_is_run_again_forgets():
    """A new version of a function does not answer with the old one's words."""
    step, asked = counted(cache=60)
    plugins = Plugins().with_functions(step)
    batch = batch_of({PINCODE: ["560001"]})
    enrich(batch, plugins=plugins)
    enrich(batch, plugins=plugins.with_functions(step))
    assert asked == ["560001", "560001"]


def test_bulk_may_say_how_many_keys_a_call_takes():
    """A service with a limit gets no more than that at once."""
    sizes = []

    @enricher(CITY, bulk=40)
    def cities(pincode):
        sizes.append(len(pincode))
        return {}

    run(batch_of({PINCODE: [str(number) for number in range(100)]}), cities)
    assert sizes == [40, 40, 20]


def test_a_poisonous_row_costs_itself_and_few_calls():
    """One of ten thousand fails: it alone is lost, and at most thirty calls find it, wherever it lies."""
    for poison in ("0", "5431", "9999"):
        calls = []

        def asked(pincode, calls=calls, poison=poison):
            calls.append(len(pincode))
            if poison in pincode:
                raise ValueError
            return dict.fromkeys(pincode, "Pune")

        plugins = Plugins().with_functions(_bulk(asked))
        batch = enrich(batch_of({PINCODE: [str(number) for number in range(10_000)]}), plugins=plugins)
        assert batch.values[CITY].null_count() == 1
        assert batch.problems.height == 1
        assert len(calls) <= 30


def _bulk(function):
    """Make a bulk step of a function."""

    @enricher(CITY, bulk=True)
    def cities(pincode):
        return function(pincode)

    return cities


@pytest.mark.parametrize(
    ("options", "said"),
    [({"timeout": 0}, "timeout=0 is not a number of seconds"), ({"bulk": -1}, "bulk=-1 is not a number of keys")],
)
def test_numbers_that_can_be_none_are_refused(options, said):
    """A deadline of nothing, or less than no keys, is the author's slip."""
    with pytest.raises(PluginError, match=said):
        enricher(CITY, **options)(lambda pincode: None)


def test_a_suggestion_may_have_several_options():
    """All are offered, best first and each once; nothing is set."""

    @enricher(CITY)
    def maybe(pincode):
        return Suggest("MG Road 1", why="the number is missing", others=("MG Road 2", "MG Road 1", " "))

    batch = run(batch_of({PINCODE: ["1"]}), maybe)
    assert batch.values[CITY].to_list() == [None]
    (problem,) = batch.problems.to_dicts()
    assert problem["fix"]["options"] == ["MG Road 1", "MG Road 2"]
    assert "suggests 'MG Road 1' or 'MG Road 2'" in problem["message"]
    assert "Nothing is set unless you choose one." in problem["message"]
    assert batch.changes["after"].to_list() == ["MG Road 1"]


def test_a_row_of_suggestions_mixes_with_single_ones():
    """One option or several, or a list of reasons: each row has its own."""

    @enricher("catnpsmap.Price")
    def reasons(pincode):
        if pincode == "1":
            return Suggest(["Too high"], others=(["Too high", "Unclear"],))
        return Suggest(["Unclear"])

    batch = run(batch_of({PINCODE: ["1", "2"]}), reasons)
    options = batch.problems["fix"].struct.field("options").to_list()
    assert options == [["Too high", "Too high; Unclear"], ["Unclear"]]


def test_a_change_names_its_keys_and_tables(tmp_path):
    """Whoever asks why sees what was looked up, in which file, and what that file held."""
    (tmp_path / "stores.csv").write_text("Code,City\nA,Pune\n", encoding="utf-8")
    (tmp_path / "plug.py").write_text(
        '"""Cities."""\nfrom omoto_kit.plugins import enricher\n\n\n@enricher("namevaluemap.city")\n'
        "def city(store_code, region, ctx):\n    return ctx.table('stores.csv', key='Code')[store_code]['City']\n",
        encoding="utf-8",
    )
    plugins = Plugins.load(files=[tmp_path / "plug.py"], entry_points=False)
    batch = enrich(batch_of({"source.Store Code": ["A", "A"], "source.Region": ["W", None]}), plugins=plugins)
    digest = plugins.loaded[0].tables[tmp_path / "stores.csv"].digest
    assert batch.changes["source"].to_list() == [
        f"Store Code=A, Region=W; stores.csv ({digest})",
        f"Store Code=A; stores.csv ({digest})",
    ]
    assert "Store Code=A" not in repr(batch.why(2, CITY)[0])


@given(st.lists(st.sampled_from(["560001", "666", "1", "2", None]), min_size=1, max_size=30), st.integers(1, 7))
def test_the_size_of_batches_makes_no_difference(pincodes, size):
    """Rows in one batch, in several, or by themselves get the same values, changes and problems."""

    @enricher(CITY, bulk=True)
    def cities(pincode):
        if "666" in pincode:
            raise OSError
        return {"560001": "Bengaluru"}

    @enricher(ZONE)
    def zone(city, pincode):
        return f"{city}/{pincode}" if city else None

    plugins = Plugins().with_functions(cities, zone)
    whole = enrich(batch_of({PINCODE: pincodes}), plugins=plugins)
    parts = [
        enrich(batch_of({PINCODE: pincodes[start : start + size]}, first_row=2 + start), plugins=plugins)
        for start in range(0, len(pincodes), size)
    ]
    assert [row for part in parts for row in part.values.rows(named=True)] == whole.values.rows(named=True)
    assert sorted(map(str, (row for part in parts for row in part.changes.rows()))) == sorted(
        map(str, whole.changes.rows())
    )
    assert sorted(row for part in parts for row in part.problems["row"]) == sorted(whole.problems["row"])

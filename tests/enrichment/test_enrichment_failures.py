import threading

import pytest

from omoto_kit import Campaign
from omoto_kit.campaign import Attribute
from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins, enricher
from tests.enrichment.conftest import CITY, PINCODE, ZONE, batch_of, run

SECRET = "asha@example.com"


@enricher(ZONE)
def zone(pincode):
    """Always work."""
    return f"zone {pincode}"


def test_an_error_loses_that_value_only():
    """Rows with the poisonous value keep what they had and say why; all others are filled."""

    @enricher(CITY)
    def city(pincode):
        return {"1": "Pune"}[pincode]

    batch = run(batch_of({PINCODE: ["1", "2", "1", "2"]}), city, zone)
    assert batch.values[CITY].to_list() == ["Pune", None, "Pune", None]
    assert batch.values[ZONE].null_count() == 0
    assert batch.problems.select("row", "field", "code", "severity").rows() == [
        (3, CITY, "enricher_failed", "warning"),
        (5, CITY, "enricher_failed", "warning"),
    ]


def test_the_problem_says_who_where_and_what_was_read():
    """Plugin, the author's own line, the row and the columns, but nothing of the customer."""

    @enricher(CITY)
    def city(email, ctx):
        raise ValueError(f"cannot place {email}")

    batch = run(batch_of({"customerinfo.email": [SECRET]}), city)
    (message,) = batch.problems["message"]
    line = city.__code__.co_firstlineno + 2
    assert f"stores:city failed on row 2 (ValueError at test_enrichment_failures.py:{line})" in message
    assert "It read customerinfo.email." in message
    assert SECRET not in str(batch.problems.to_dicts())
    assert SECRET not in str(batch.notes)


def test_the_line_named_is_the_authors_own():
    """An error deep inside a library is placed where the author called it."""

    @enricher(CITY)
    def city(pincode):
        return Campaign(id="")

    batch = run(batch_of({PINCODE: ["1"]}), city)
    assert f"test_enrichment_failures.py:{city.__code__.co_firstlineno + 2})" in batch.problems["message"][0]


def test_a_required_field_that_is_lost_holds_its_row():
    """Where the contract demands the field, the failure is an error; where something else filled it, a warning."""

    @enricher(CITY)
    def city(pincode):
        raise KeyError

    @enricher(CITY, rank="guess")
    def guess(store):
        return "Pune"

    contract = {"attributes": {"city": Attribute(required=True), "pincode": Attribute()}}
    batch = run(batch_of({PINCODE: ["1", "1"], "source.Store": [None, "A"]}, **contract), city, guess)
    assert batch.problems.select("row", "severity").rows() == [(2, "error"), (3, "warning")]


def test_bulk_is_bisected_down_to_the_poisonous_key():
    """One bad key among five hundred costs itself alone, and few calls."""
    calls = []

    @enricher(CITY, bulk=True)
    def cities(pincode):
        calls.append(len(pincode))
        if "77" in pincode:
            raise ValueError
        return dict.fromkeys(pincode, "Pune")

    batch = run(batch_of({PINCODE: [str(number) for number in range(500)]}), cities)
    assert batch.values.filter(batch.values[CITY].is_null())[PINCODE].to_list() == ["77"]
    assert batch.problems["row"].to_list() == [79]
    assert len(calls) <= 20
    assert calls[0] == 500


def test_a_large_bulk_comes_in_parts():
    """A service is not asked for a hundred thousand keys in one breath."""
    sizes = []

    @enricher(CITY, bulk=True)
    def cities(pincode):
        sizes.append(len(pincode))
        return dict.fromkeys(pincode, "Pune")

    batch = run(batch_of({PINCODE: [str(number) for number in range(2300)]}), cities)
    assert sizes == [1000, 1000, 300]
    assert batch.values[CITY].null_count() == 0


@pytest.mark.parametrize("answer", [["Pune"], "Pune", None])
def test_a_bulk_step_that_returns_no_mapping_is_stopped(answer):
    """A list in place of a mapping is the author's mistake, and is said once, not for every row."""

    @enricher(CITY, bulk=True)
    def cities(pincode):
        return answer

    batch = run(batch_of({PINCODE: [str(number) for number in range(50)]}), cities, zone)
    assert "a bulk enricher returns a mapping from key to value" in batch.notes[0]
    assert batch.problems.height == 0
    assert batch.values[ZONE].null_count() == 0


def test_twenty_failures_in_a_row_stop_a_step():
    """A service that is down is not asked for every row; one note says so, and the others go on."""
    asked = []

    @enricher(CITY)
    def city(pincode):
        asked.append(pincode)
        raise ConnectionError

    batch = run(batch_of({PINCODE: [f"{number:03}" for number in range(100)]}), city, zone)
    assert len(asked) == 20
    assert batch.problems.height == 20
    (note,) = batch.notes
    assert note.startswith("stores:city (test_enrichment_failures.py:")
    assert "was stopped: it failed 20 times in a row, at last by ConnectionError" in note
    assert batch.values[ZONE].null_count() == 0


def test_failures_apart_do_not_stop_a_step():
    """Nineteen failures and a success begin the count anew."""

    @enricher(CITY)
    def city(pincode):
        return {"019": "Pune", "039": "Pune"}[pincode]

    batch = run(batch_of({PINCODE: [f"{number:03}" for number in range(59)]}), city)
    assert (batch.problems.height, batch.notes) == (57, ())


def test_failing_coroutines_are_counted_too():
    """An async step has the same breaker and loses the same rows."""

    @enricher(CITY)
    async def city(pincode):
        raise ConnectionError

    batch = run(batch_of({PINCODE: [f"{number:03}" for number in range(100)]}), city)
    assert "it failed 20 times in a row" in batch.notes[0]
    assert batch.values[CITY].null_count() == 100


def test_a_hung_step_is_left_behind():
    """What gives no answer in its time is stopped; what it answered before stands, and its plugin's others run."""
    hang = threading.Event()

    @enricher(CITY, timeout=0.2)
    def city(pincode):
        if pincode == "3":
            hang.wait(30)
        return f"City {pincode}"

    batch = run(batch_of({PINCODE: ["1", "2", "3", "4"]}), city, zone)
    hang.set()
    assert "was stopped: it gave no answer for 0.2 seconds" in batch.notes[0]
    assert batch.values[CITY].to_list() == ["City 1", "City 2", None, None]
    assert batch.values[ZONE].null_count() == 0


@pytest.mark.parametrize("bulk", [False, True])
def test_a_hung_coroutine_and_a_hung_bulk_call_are_left_behind(bulk):
    """The deadline holds for every way of being called."""
    hang = threading.Event()

    async def awaited(pincode):
        hang.wait(30)

    def listed(pincode):
        hang.wait(30)
        return {}

    function = enricher(CITY, timeout=0.2, bulk=bulk)(listed if bulk else awaited)
    batch = run(batch_of({PINCODE: ["1", "2"]}), function)
    hang.set()
    assert "it gave no answer for 0.2 seconds" in batch.notes[0]


def test_a_slow_step_is_not_a_hung_one():
    """The deadline is for one call; many calls together may take longer."""
    pause = threading.Event()

    @enricher(CITY, timeout=0.25)
    def city(pincode):
        pause.wait(0.05)
        return "Pune"

    batch = run(batch_of({PINCODE: [str(number) for number in range(10)]}), city)
    assert batch.values[CITY].null_count() == 0
    assert batch.notes == ()


def test_each_plugin_has_one_thread_of_its_own():
    """Steps of one plugin share a thread, so that what one opened the other may use; other plugins have theirs."""
    threads = {}

    @enricher(CITY)
    def one(pincode):
        threads["one"] = threading.get_ident()

    @enricher(ZONE)
    def two(pincode):
        threads["two"] = threading.get_ident()

    @enricher("namevaluemap.floor")
    def three(pincode):
        threads["three"] = threading.get_ident()

    plugins = Plugins().with_functions(one, two, name="a").with_functions(three, name="b")
    enrich(batch_of({PINCODE: ["1"]}), plugins=plugins)
    assert threads["one"] == threads["two"] != threads["three"]
    assert threading.get_ident() not in threads.values()


def test_no_thread_is_left_after_a_run():
    """Threads end with their run."""
    run(batch_of({PINCODE: ["1"]}), zone)
    for thread in threading.enumerate():
        if thread.name.startswith("plugin "):
            thread.join(5)
    assert not [thread.name for thread in threading.enumerate() if thread.name == "plugin stores"]


def test_an_error_of_the_plugin_itself_stops_the_step_at_once():
    """A missing table is said once, with its name, and not found missing for every row."""
    asked = []

    @enricher(CITY)
    def city(pincode, ctx):
        asked.append(pincode)
        return ctx.table("stores.csv", "Code")[pincode]["City"]

    batch = run(batch_of({PINCODE: ["1", "2", "3"]}), city, zone)
    assert asked == ["1"]
    assert "was stopped: There is no table stores.csv." in batch.notes[0]
    assert batch.values[ZONE].null_count() == 0


def test_exit_and_generators_out_of_place_are_only_failures():
    """Neither sys.exit nor a stop of iteration in a step ends the run."""

    @enricher(CITY)
    def leaving(pincode):
        raise SystemExit(3)

    @enricher("namevaluemap.floor")
    def stopping(pincode):
        raise StopIteration

    batch = run(batch_of({PINCODE: ["1"]}), leaving, stopping, zone)
    assert batch.problems["code"].to_list() == ["enricher_failed"] * 2
    assert batch.values[ZONE].to_list() == ["zone 1"]


def test_a_tuple_of_the_wrong_length_is_a_failure():
    """For two fields two values are needed, or a mapping that names them."""

    @enricher(CITY, ZONE)
    def both(pincode):
        return ("Pune",)

    batch = run(batch_of({PINCODE: ["1"]}), both)
    assert "for several fields it gives a mapping or a tuple of 2" in batch.problems["message"][0]


def test_without_plugins_those_of_the_installation_run(tmp_path, monkeypatch):
    """Called plainly, enrich finds installed packages, and says which of them are broken."""
    info = tmp_path / "broken_one-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken_one\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[omoto_kit]\nbroken_one = broken_one_module\n")
    (tmp_path / "broken_one_module.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    batch = enrich(batch_of({PINCODE: ["1"]}))
    assert any("ZeroDivisionError at broken_one_module.py:1" in note for note in batch.notes)

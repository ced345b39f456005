"""Looking into an outbox: pages, filters, runs, days and tables, as a person and the studio ask for them."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from omoto_kit.delivery import Filter
from omoto_kit.errors import RunStopped
from omoto_kit.problem import Problem
from omoto_kit.receipt import State

UNITS = ["Koramangala 4th Block", "कोरमंगला", "M.G. Road 100%", "Indira_nagar"]


@pytest.fixture
def many(outbox, endpoint, server, kit):
    """An outbox of three files: 40 rows of which the first 12 were pushed in two runs, then 3 held, then 5 more."""
    rows = [
        {"npsrating": str(n % 11), "customerinfo.email": f"Guest{n}@example.com", "namevaluemap.unitname": UNITS[n % 4]}
        for n in range(40)
    ]
    outbox.put(kit.batch(rows, keys=[f"K{n}" for n in range(40)]), to=endpoint)
    server.replies = [kit.OK, kit.OK, kit.http(400, {"response": "parseerror"}), kit.OK, kit.hang_up]
    list(outbox.push(endpoint, limit=8, canary=()))
    list(outbox.push(endpoint, limit=4, canary=()))
    problems = [Problem(row, "npsrating", "rating_missing", "None.") for row in (2, 3, 4)]
    outbox.put(kit.batch(range(100, 103), name="may.csv", problems=problems), to=endpoint)
    outbox.put(kit.batch(range(200, 205), name="june.csv"), to="sandbox")
    return outbox


def ids(receipts):
    """Give the numbers of receipts."""
    return [receipt.id for receipt in receipts]


def test_pages_cover_everything_once(many):
    """Page after page, newest or oldest first, gives every response once, and each says how many there are."""
    for newest in (True, False):
        pages = [many.page(number=number, size=20, newest=newest) for number in range(4)]
        assert [len(page.receipts) for page in pages] == [20, 20, 8, 0]
        assert {(page.total, page.pages) for page in pages} == {(48, 3)}
        found = [one for page in pages for one in ids(page.receipts)]
        assert found == sorted(range(1, 49), reverse=newest)


def test_each_campaign_is_counted_and_found_by_itself(many, endpoint, kit):
    """The same file under another contract is other rows, by counts, days, pages and receipts."""
    before = many.counts(endpoint)
    batch = kit.batch(range(100, 103), name="may.csv")
    other = replace(batch, campaign=batch.campaign.model_copy(update={"id": "999"}))
    number = many.put(other, to=endpoint).queued
    assert (number, many.counts(endpoint, campaign="999")["queued"]) == (3, 3)
    assert many.counts(endpoint, campaign=batch.campaign.id) == before
    assert many.page(Filter(campaign="999")).total == 3 == len(list(many.find(Filter(campaign="999"))))
    assert sum(states[State.QUEUED] for _, states in many.daily(endpoint, campaign="999")) == 3
    assert not many.page(Filter(campaign="999", source="kiosk.csv")).total
    assert not many.counts(campaign="none")["rows"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(states=[State.REJECTED, State.UNKNOWN]), [3, 5]),
        (Filter(source="may.csv"), [41, 42, 43]),
        (Filter(endpoint="sandbox"), [44, 45, 46, 47, 48]),
        (Filter(source="june.csv", states=[State.HELD]), []),
        (Filter(unit=UNITS[1], states=[State.DELIVERED]), [2, 6, 10]),
        (Filter(unit="Koramangala"), []),
        (Filter(text="guest17@EXAMPLE"), [18]),
        (Filter(text="कोरमंगला", run=2), [10]),
        (Filter(text="100%", run=1), [3, 7]),
        (Filter(text="Indira_nagar", run=1), [4, 8]),
        (Filter(text="Indira%nagar"), []),
        (Filter(text="K39"), [40]),
        (Filter(text="rating_missing"), [41, 42, 43]),
        (Filter(run=1), [1, 2, 3, 4, 5, 6, 7, 8]),
        (Filter(run=2), [9, 10, 11, 12]),
        (Filter(run=99), []),
        (Filter(ids=[40, 2, 2, 99]), [2, 40]),
    ],
    ids=str,
)
def test_filters(many, wanted, expected):
    """Each filter lets through exactly what it names, alone and with others; pages and lists agree."""
    assert ids(many.find(wanted)) == expected
    page = many.page(wanted, size=2, newest=False)
    assert ids(page.receipts) == expected[:2]
    assert page.total == len(expected)


def test_a_filter_may_be_made_of_what_is_read_once(many):
    """States and ids may come from a generator, also over several pages."""
    assert ids(many.find(Filter(states=iter([State.UNKNOWN]), ids=(n for n in (3, 5))))) == [5]
    assert many.page(Filter(ids=iter([40, 2]))).total == 2


def test_text_stands_in_the_sources_own_columns_too(outbox, endpoint, kit):
    """A held row without a jsonbody is found by what its file said."""
    import polars as pl

    batch = kit.batch(range(2), problems=[kit.problem(2)])
    batch = batch.with_values(batch.values.with_columns(pl.Series("source.Note", ['say "hi" \\o/', "no"])))
    outbox.put(batch, to=endpoint)
    assert ids(outbox.find(Filter(text='"HI" \\o/'))) == [1]


def test_runs_are_on_record(many):
    """Each push says when, where, what it came to, and why it stopped; the newest comes first."""
    second, first = many.runs()
    assert first.counts == {"delivered": 6, "rejected": 1, "unknown": 1, "queued": 0, "tried": 8}
    assert second.counts["tried"] == second.counts["delivered"] == 4
    assert (first.endpoint, first.stopped) == ("here", "")
    assert first.started <= first.ended <= second.started
    assert ids(many.runs(limit=1)) == [2]


def test_a_run_that_stopped_says_why(outbox, endpoint, server, kit):
    """A stop, a pause and a run without an end are told apart."""
    outbox.put(kit.batch(range(9)), to=endpoint)
    server.replies = [kit.http(401, {"response": "keymismatch"})]
    with pytest.raises(RunStopped):
        list(outbox.push(endpoint))
    push = outbox.push(endpoint)
    next(push)
    (running, stopped) = outbox.runs()
    assert (running.ended, running.stopped) == (None, "")
    push.close()
    assert outbox.runs()[0].stopped == "paused"
    assert outbox.runs()[0].ended is not None
    assert stopped.stopped.startswith("The push stopped: the api key is wrong")
    assert stopped.counts["queued"] == 1
    list(outbox.push(endpoint))
    assert outbox.runs()[0].stopped == ""


def test_a_push_tells_what_it_sent(outbox, endpoint, server, kit):
    """`sent` counts this run's outcomes, also while it runs in a thread."""
    server.replies = [kit.OK, kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch(range(5)), to=endpoint)
    push = outbox.push(endpoint).start()
    assert push.wait(60)
    assert push.sent == {State.DELIVERED: 4, State.REJECTED: 1}


def test_days(many):
    """Responses are counted by the day of their state, for charts."""
    today = datetime.now(UTC).date()
    days = dict(many.daily())
    assert set(days) <= {today}
    assert days[today][State.DELIVERED] == 10
    assert dict(many.daily(endpoint="sandbox"))[today] == {State.QUEUED: 5}
    assert many.daily(source="nowhere.csv") == []


def test_a_frame_with_fields(many):
    """The fields of the jsonbodies stand beside the receipts; a row without a body has none."""
    frame = many.frame(Filter(source="april.csv"), fields=True)
    assert frame["npsrating"].to_list()[:3] == ["0", "1", "2"]
    assert set(frame["namevaluemap.unitname"].to_list()) == set(UNITS)
    held = many.frame(Filter(source="may.csv"), fields=True)
    assert "npsrating" not in held.columns
    assert held.height == 3
    assert many.frame(Filter(text="nobody")).height == 0


def test_the_form_is_what_is_sent(outbox, endpoint, server, kit):
    """`form` gives the very bytes of the POST, without a key."""
    outbox.put(kit.batch([1]), to=endpoint)
    form = outbox.form(1)
    list(outbox.push(endpoint))
    assert server.forms == form == outbox.form(1)
    assert kit.KEY not in form
    assert outbox.form(99) is None


def test_the_tally_is_what_the_rows_say(many, endpoint, kit):
    """Counts are kept, not counted; a recount of every row gives the same, source by source."""
    many.cancel(44, who="Asha", why="")
    many.decide(5, "resend", who="Asha", why="")
    many.put(kit.batch(range(100, 110), name="copy of may.csv"), to=endpoint)
    with sqlite3.connect(many.path) as raw:
        kept = raw.execute("SELECT source_id, state, rows FROM tally WHERE rows ORDER BY 1, 2").fetchall()
        counted = raw.execute(
            "SELECT source_id, state, count(*) FROM response GROUP BY 1, 2"
            " UNION ALL SELECT source_id, 6, count(*) FROM duplicate GROUP BY 1 ORDER BY 1, 2"
        ).fetchall()
    raw.close()
    assert kept == counted

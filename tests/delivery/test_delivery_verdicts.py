"""What each reply makes of its response and of the run, over real sockets."""

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import RunStopped
from omoto_kit.receipt import State

STATES = {
    "delivered": (State.DELIVERED, False),
    "rejected": (State.REJECTED, False),
    "unknown": (State.UNKNOWN, False),
    "refused": (State.QUEUED, True),
}


@pytest.mark.parametrize(
    "case",
    [
        (200, {"status": "success"}, "delivered"),
        (200, ' {"status": "success", "id": 7}\n', "delivered"),
        (200, {"response": "parseerror"}, "unknown"),
        (200, "<html>Please log in</html>", "unknown"),
        (200, "", "unknown"),
        (201, {"status": "success"}, "unknown"),
        (204, "", "unknown"),
        (400, {"response": "parseerror"}, "rejected"),
        (400, "Bad Request", "unknown"),
        (401, {"response": "keymismatch"}, "refused"),
        (403, "", "refused"),
        (404, "<h1>Not Found</h1>", "refused"),
        (405, "", "refused"),
        (301, "", "refused"),
        (302, "", "refused"),
        (303, "", "refused"),
        (307, "", "refused"),
        (308, "", "refused"),
        (408, "", "unknown"),
        (413, "", "rejected"),
        (415, "", "rejected"),
        (422, "", "rejected"),
        (500, "", "unknown"),
        (502, "<html>Bad Gateway</html>", "unknown"),
        (503, "", "unknown"),
        (504, "", "unknown"),
    ],
)
def test_the_verdict_table(outbox, endpoint, server, kit, case):
    """A reply leads to the state that the table promises; where Omoto refuses us, the run stops with the row queued."""
    status, body, meaning = case
    state, stops = STATES[meaning]
    headers = [f"Location: {server.url}/elsewhere"] if 300 <= status < 400 else []
    server.replies = [kit.http(status, body, *headers)]
    outbox.put(kit.batch(range(2)), to=endpoint)
    push = outbox.push(endpoint, canary=(), max_unknown=0, max_rejects=0)
    if stops:
        with pytest.raises(RunStopped) as stopped:
            list(push)
        assert stopped.value.left == 2
        assert f"omoto push --outbox {outbox.path} --to here" in str(stopped.value)
        assert len(server.bodies) == 1
    else:
        assert next(push).state is state
        assert [receipt.state for receipt in push] == [State.DELIVERED]
        assert len(server.bodies) == 2
    first = outbox.receipt(1)
    assert (first.state, first.status) == (state, status)
    (attempt,) = outbox.attempts(1)
    assert (attempt.status, attempt.bytes_left, attempt.outcome) == (status, True, state)
    assert kit.adds_up(outbox.counts())


@pytest.mark.parametrize("headers", [["Retry-After: 0"], []])
def test_too_many_requests_is_tried_again(outbox, endpoint, server, kit, headers, monkeypatch):
    """429 puts the response back, waits as long as the server asks (or a moment), and sends it again."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0.01)
    server.replies = [kit.http(429, "slow down", *headers)] * 2
    outbox.put(kit.batch(range(2)), to=endpoint)
    receipts = list(outbox.push(endpoint))
    assert [(one.state, one.attempts) for one in receipts] == [(State.DELIVERED, 3), (State.DELIVERED, 1)]
    assert server.bodies[0] == server.bodies[1] == server.bodies[2]
    assert [one.outcome for one in outbox.attempts(1)] == [State.QUEUED, State.QUEUED, State.DELIVERED]


def test_retry_after_is_waited_for(outbox, endpoint, server, kit):
    """503 with Retry-After waits; pausing ends the wait at once, and the row is still queued."""
    server.replies = [kit.http(503, "", "Retry-After: 60")]
    outbox.put(kit.batch(range(2)), to=endpoint)
    push = outbox.push(endpoint).start()
    while not push.note:
        assert push.running
    assert "60 s" in push.note
    push.close()
    assert outbox.counts()["queued"] == 2
    assert len(server.bodies) == 1


def test_a_long_retry_after_stops_the_run(outbox, endpoint, server, kit):
    """Where the server asks for more patience than a run has, the run says so and ends; the next says it again."""
    server.replies = [kit.http(429, "", "Retry-After: 3600")]
    outbox.put(kit.batch(range(1)), to=endpoint)
    with pytest.raises(RunStopped, match="wait 3600 seconds") as stopped:
        list(outbox.push(endpoint))
    assert stopped.value.left == 1
    with pytest.raises(RunStopped, match=r"asked to wait 3[56]"):
        list(outbox.push(endpoint))
    assert len(server.bodies) == 1


def test_a_server_that_never_wants_stops_the_run(outbox, endpoint, server, kit):
    """After eight put-offs in a row the run stops, with everything still queued."""
    server.replies = [kit.http(429, "", "Retry-After: 0")] * 20
    outbox.put(kit.batch(range(3)), to=endpoint)
    with pytest.raises(RunStopped, match="8 tries in a row") as stopped:
        list(outbox.push(endpoint))
    assert (len(server.bodies), stopped.value.left) == (8, 3)


def test_a_rejected_first_response_stops_the_run(outbox, endpoint, server, kit):
    """The first response of a file is the canary: rejected, it keeps the others from the same fate."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch(range(20)), to=endpoint)
    push = outbox.push(endpoint)
    assert next(push).state is State.REJECTED
    with pytest.raises(RunStopped, match="the first response was not delivered"):
        next(push)
    assert outbox.counts()["queued"] == 19
    assert len(list(outbox.push(endpoint))) == 19


def test_a_bad_second_stage_stops_the_run(outbox, endpoint, server, kit):
    """Where most of the next ten are not delivered, the rest stays in the queue."""
    bad = kit.http(400, {"response": "parseerror"})
    server.replies = [kit.OK, kit.OK, *[bad, bad, kit.OK] * 2, bad, bad, *[kit.OK] * 30]
    outbox.put(kit.batch(range(40)), to=endpoint)
    with pytest.raises(RunStopped, match="6 of the first 10 were not delivered"):
        list(outbox.push(endpoint, max_rejects=0))
    assert len(server.bodies) == 11


def test_a_proven_source_needs_no_canary(outbox, endpoint, server, kit):
    """Once Omoto took a response of a file, a single rejection no longer stops a resumed run."""
    outbox.put(kit.batch(range(10)), to=endpoint)
    list(outbox.push(endpoint, limit=2))
    server.replies = [kit.http(400, {"response": "parseerror"})]
    receipts = list(outbox.push(endpoint))
    assert [one.state for one in receipts].count(State.DELIVERED) == 7


@pytest.mark.parametrize(
    "case",
    [(400, {"response": "parseerror"}, "max_rejects", "rejected"), (500, "", "max_unknown", "unknown")],
)
def test_the_same_failure_in_a_row_stops_the_run(outbox, endpoint, server, kit, case):
    """Three in a row stop; two and a success in between do not."""
    status, body, limit, word = case
    bad = kit.http(status, body)
    server.replies = [kit.OK, bad, bad, kit.OK, bad, bad, bad, kit.OK]
    outbox.put(kit.batch(range(20)), to=endpoint)
    with pytest.raises(RunStopped, match=f"3 responses in a row were {word}"):
        list(outbox.push(endpoint, canary=(), **{limit: 3}))
    counts = outbox.counts()
    assert (counts["delivered"], counts[word], counts["queued"]) == (2, 5, 13)
    assert len(server.bodies) == 7


def test_the_contract_teaches_replies(outbox, endpoint, server, kit):
    """A reply that the campaign file names is read as it says."""
    campaign = Campaign(id="154", delivered=[{"status": 200, "path": "ok", "value": "yes"}])
    server.replies = [kit.http(200, {"ok": "yes"}), kit.http(200, {"ok": "no"})]
    outbox.put(kit.batch(range(2), campaign=campaign), to=endpoint)
    states = [one.state for one in outbox.push(endpoint, campaign=campaign)]
    assert states == [State.DELIVERED, State.UNKNOWN]


def test_an_unknown_response_is_never_sent_again_by_itself(outbox, endpoint, server, kit):
    """Neither the next push nor the same file brings an unknown response back on the wire."""
    server.replies = [kit.OK, kit.hang_up]
    batch = kit.batch(range(3))
    outbox.put(batch, to=endpoint)
    list(outbox.push(endpoint))
    outbox.put(batch, to=endpoint)
    outbox.put(kit.batch(range(3), name="may.csv"), to=endpoint)
    assert list(outbox.push(endpoint)) == []
    assert len(server.bodies) == 3
    assert outbox.counts()["unknown"] == 1


def test_a_reply_longer_than_the_cap_is_unknown(outbox, endpoint, server, kit):
    """A success that never ends is no success, and little of it is kept."""
    server.replies = [kit.OK, kit.http(200, '{"status":"success","pad":"' + "x" * 200_000 + '"}')]
    outbox.put(kit.batch(range(2)), to=endpoint)
    assert [one.state for one in outbox.push(endpoint)] == [State.DELIVERED, State.UNKNOWN]
    assert len(outbox.attempts(2)[0].reply) == 4096

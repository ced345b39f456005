"""The plain way: put, push, receipts; the same again; other endpoints."""

import json

import pytest

from omoto_kit.delivery import HttpEndpoint
from omoto_kit.errors import OutboxBusy
from omoto_kit.receipt import State


def test_every_row_gets_a_receipt(outbox, endpoint, server, kit):
    """What is put is sent once each, in order, and each receipt says delivered."""
    put = outbox.put(kit.batch(range(30)), to=endpoint)
    assert (put.rows, put.queued, put.held, put.duplicate, put.already) == (30, 30, 0, 0, 0)
    receipts = list(outbox.push(endpoint))
    assert [receipt.row for receipt in receipts] == list(range(2, 32))
    assert {receipt.state for receipt in receipts} == {State.DELIVERED}
    assert [json.loads(body)["customerinfo"]["name"] for body in server.bodies] == [f"Asha {n}" for n in range(30)]
    assert receipts == [receipt for receipt in outbox.receipts() if receipt.attempts == 1], (
        "what was yielded is what is written down"
    )
    counts = outbox.counts()
    assert counts["delivered"] == counts["rows"] == 30
    assert kit.adds_up(counts)


def test_the_request_is_what_the_vendor_asks_for(outbox, endpoint, server, kit):
    """A form of two parameters goes by POST over one connection, with the key in the query."""
    outbox.put(kit.batch(range(3)), to=endpoint)
    list(outbox.push(endpoint))
    assert server.connections == 1
    assert server.requests[0].startswith("POST /omoto/response.htm?key=CANARY-k3y%2F%2B9 HTTP/1.1")
    assert "application/x-www-form-urlencoded" in server.requests[0]
    assert server.forms.startswith("jsonheader=%7B%22processid%22%3A%2276%22%7D&jsonbody=%7B%22campaignid")


def test_the_same_file_again_is_a_no_op(outbox, endpoint, server, kit):
    """A batch that was put and sent is recognised, before and after the push."""
    batch = kit.batch(range(5))
    outbox.put(batch, to=endpoint)
    assert outbox.put(batch, to=endpoint).already == 5
    list(outbox.push(endpoint))
    put = outbox.put(batch, to=endpoint)
    assert (put.rows, put.queued, put.already) == (5, 0, 5)
    assert list(outbox.push(endpoint)) == []
    assert len(server.bodies) == 5
    assert outbox.counts(source=put.source) == outbox.counts()


def test_what_went_to_one_endpoint_is_still_to_be_sent_to_another(outbox, endpoint, make_server, kit):
    """Sandbox and live have keys of their own."""
    other = make_server()
    live = kit.endpoint_of(other, name="live")
    batch = kit.batch(range(3))
    outbox.put(batch, to=endpoint)
    list(outbox.push(endpoint))
    assert outbox.put(batch, to=live).queued == 3
    list(outbox.push(live))
    assert len(other.bodies) == 3
    assert outbox.counts(endpoint=live)["delivered"] == outbox.counts(endpoint="here")["delivered"] == 3
    assert outbox.counts()["delivered"] == 6


def test_an_opener_gives_the_address_for_the_push(outbox, server, kit):
    """The built-in sandbox starts for the push and stops after it; its name stays its identity."""
    from contextlib import contextmanager

    seen = []

    @contextmanager
    def opened():
        seen.append("open")
        yield server.url
        seen.append("closed")

    sandbox = HttpEndpoint(name="sandbox", address="http://127.0.0.1/omoto/x.htm", sandbox=True, opener=opened)
    outbox.put(kit.batch(range(2)))
    assert len(list(outbox.push(sandbox))) == 2
    assert seen == ["open", "closed"]
    assert sandbox.identity == str(sandbox) == "sandbox"


def test_a_second_sender_is_refused(outbox, endpoint, kit):
    """While one push works, another on the same file says so and sends nothing; afterwards it may."""
    outbox.put(kit.batch(range(3)), to=endpoint)
    first = outbox.push(endpoint)
    next(first)
    with pytest.raises(OutboxBusy, match="Another push"):
        next(outbox.push(endpoint))
    first.close()
    assert len(list(outbox.push(endpoint))) == 2


def test_a_push_that_is_dropped_settles_at_once(outbox, endpoint, server, kit):
    """Leaving the loop early sends nothing more, loses nothing, and frees the outbox."""
    outbox.put(kit.batch(range(5)), to=endpoint)
    for receipt in outbox.push(endpoint):
        assert receipt.row == 2
        break
    counts = outbox.counts()
    assert (counts["delivered"], counts["queued"], counts["sending"]) == (1, 4, 0)
    assert len(server.bodies) == 1
    assert len(list(outbox.push(endpoint))) == 4

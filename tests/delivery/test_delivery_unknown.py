"""The settings for unknown responses: asked about, sent again by the next push, or let be; each receipt says which."""

import pytest

from omoto_kit.delivery.running import begin_run
from omoto_kit.errors import SettingsError
from omoto_kit.receipt import State


def lose_one(outbox, endpoint, server, kit, unknown):
    """Push three rows, the second of which gets no reply."""
    server.replies = [kit.OK, kit.hang_up]
    outbox.put(kit.batch(range(3)), to=endpoint)
    return list(outbox.push(endpoint, unknown=unknown))


@pytest.mark.parametrize("unknown", ["ask", "always", "never"])
def test_the_receipt_names_the_setting(outbox, endpoint, server, kit, unknown):
    """Both the receipt of the run and the one in the outbox say by which setting the row waits."""
    receipts = lose_one(outbox, endpoint, server, kit, unknown)
    assert receipts[1].state is State.UNKNOWN
    assert f"(unknown={unknown})" in receipts[1].reason
    kept = outbox.receipt(2).reason
    assert kept.count(f"unknown={unknown}") == 1, "said once, not twice"
    assert "after the request had left" in kept
    assert [receipt.reason for receipt in receipts if receipt.state is State.DELIVERED] == ["", ""]


@pytest.mark.parametrize("unknown", ["ask", "never"])
def test_asked_about_or_let_be_is_not_sent_again(outbox, endpoint, server, kit, unknown):
    """With ask and never, no later push sends an unknown response, also not when it may send others always."""
    lose_one(outbox, endpoint, server, kit, unknown)
    assert list(outbox.push(endpoint, unknown=unknown)) == []
    if unknown == "never":
        assert list(outbox.push(endpoint, unknown="always")) == []
    assert len(server.bodies) == 3
    assert outbox.counts()["unknown"] == 1


def test_always_sends_it_once_in_each_push(outbox, endpoint, server, kit):
    """What became unknown goes with the next push, once, and the receipt says for good that it may be there twice."""
    lose_one(outbox, endpoint, server, kit, "always")
    server.replies = [kit.hang_up]
    (again,) = outbox.push(endpoint, unknown="always")
    assert (again.state, again.attempts) == (State.UNKNOWN, 2)
    (third,) = outbox.push(endpoint, unknown="always")
    assert (third.state, third.attempts, server.bodies.count(server.bodies[1])) == (State.DELIVERED, 3, 3)
    assert "may have arrived twice" in outbox.receipt(2).reason
    assert outbox.counts() == outbox.counts() | {"delivered": 3, "unknown": 0}
    assert list(outbox.push(endpoint, unknown="always")) == []


def test_the_setting_is_of_one_endpoint(outbox, endpoint, server, kit, make_server):
    """Always sends the unknown responses of the endpoint that is pushed to, and of no other."""
    lose_one(outbox, endpoint, server, kit, "ask")
    elsewhere = kit.endpoint_of(make_server(), name="elsewhere")
    assert list(outbox.push(elsewhere, unknown="always")) == []
    assert outbox.counts(endpoint=endpoint)["unknown"] == 1


def test_a_person_overrules_never(outbox, endpoint, server, kit):
    """Let be is no state of its own: a person may still decide, and that is kept as theirs."""
    lose_one(outbox, endpoint, server, kit, "never")
    assert outbox.decide(2, "resend", who="Asha", why="not in Omoto") == 1
    (sent,) = outbox.push(endpoint, unknown="never")
    assert sent.state is State.DELIVERED
    assert "Asha" in outbox.receipt(2).reason


def test_decisions_of_a_setting_are_kept_as_its_own(outbox, endpoint, server, kit):
    """Who decided is the setting, so that nobody is blamed for what a setting did."""
    lose_one(outbox, endpoint, server, kit, "never")
    assert outbox._store.ask("decisions", {"id": 2})[0][:3] == ("never", 4, "the setting")


def test_a_crash_is_followed_too(tmp_path, endpoint, server, kit):
    """What a killed run left open is sent again with always, by the run that finds it."""
    from omoto_kit.delivery import Outbox

    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(2)), to=endpoint)
        outbox._store._reserve = lambda *_: None
        number, _ = begin_run(outbox._store, endpoint)
        parcel = outbox._store.window(number, 1, 0)[0]
        assert outbox._store.claim_next(parcel, None, [parcel.id]) == 1
    with Outbox(tmp_path / "outbox.db") as outbox:
        assert outbox.counts()["unknown"] == 1
        assert len(list(outbox.push(endpoint, unknown="always"))) == 2


def test_another_word_is_refused(outbox, endpoint):
    """A misspelt setting stops before anything is sent."""
    with pytest.raises(SettingsError, match="ask, always or never"):
        outbox.push(endpoint, unknown="sometimes")

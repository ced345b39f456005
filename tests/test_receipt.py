"""States, attempts and receipts: the words they use, and what they keep to themselves."""

import json
from datetime import UTC, datetime

import pytest

from omoto_kit.receipt import Attempt, Receipt, State

NOW = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def receipt(**parts):
    """Make the receipt of a delivered response."""
    known = {"id": 1, "source": "kiosk.csv", "row": 3, "key": "ab12", "state": State.DELIVERED}
    return Receipt(**{**known, **parts})


def test_the_states_are_the_words_of_the_glossary():
    """Seven states, spelt as every screen spells them."""
    assert [str(state) for state in State] == [
        "queued",
        "held",
        "sending",
        "delivered",
        "rejected",
        "unknown",
        "cancelled",
    ]


@pytest.mark.parametrize("state", State)
def test_each_state_says_what_a_person_can_do(state):
    """Where a person is needed there is a next step; what is over or under way has none."""
    needs_a_person = {State.QUEUED, State.HELD, State.REJECTED, State.UNKNOWN}
    assert bool(state.next_step) == (state in needs_a_person)


def test_the_event_has_every_key_that_scripts_rely_on():
    """The JSON of a receipt has plain values in fixed keys, and can be written."""
    event = receipt(
        state=State.UNKNOWN, at=NOW, status=500, reply="oops", reason="HTTP 500", attempts=2, endpoint="live"
    ).as_json()
    assert json.loads(json.dumps(event)) == {
        "id": 1,
        "source": "kiosk.csv",
        "sheet": "",
        "row": 3,
        "key": "ab12",
        "state": "unknown",
        "endpoint": "live",
        "attempts": 2,
        "at": "2026-04-01T12:00:00+00:00",
        "status": 500,
        "reply": "oops",
        "reason": "HTTP 500",
        "next": State.UNKNOWN.next_step,
        "corrects": None,
    }


def test_what_was_never_tried_has_no_moment():
    """A queued response has no time, status or reply."""
    event = receipt(state=State.QUEUED).as_json()
    assert (event["at"], event["status"], event["reply"], event["attempts"]) == (None, None, None, 0)


@pytest.mark.parametrize(
    ("reason", "line"),
    [("", "row 3 of kiosk.csv: delivered"), ("Omoto took it", "row 3 of kiosk.csv: delivered (Omoto took it)")],
)
def test_a_receipt_is_one_line_for_a_person(reason, line):
    """Row, source, state, and the reason where there is one."""
    assert str(receipt(reason=reason)) == line


def test_neither_receipt_nor_attempt_shows_a_reply_or_an_identity():
    """A server may echo what was sent, and a row's own key may be a phone number: neither is in a representation."""
    shown = repr(receipt(reply="echo 9663798289", identity="asha@example.com"))
    shown += repr(Attempt(NOW, reply="echo 9663798289"))
    assert "9663798289" not in shown
    assert "asha" not in shown
    assert "ab12" in shown


def test_an_open_attempt_knows_nothing_yet():
    """Until its outcome is written down, an attempt claims neither an end nor that nothing left."""
    attempt = Attempt(NOW)
    assert (attempt.ended, attempt.outcome, attempt.bytes_left) == (None, None, None)

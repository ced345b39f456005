"""Mending one response by hand: in its place, or beside it where Omoto may have it already."""

import json

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Outbox
from omoto_kit.errors import OutboxError, SettingsError
from omoto_kit.receipt import State


def answer(rating, who="Asha"):
    """Make the fields of one answer."""
    return {"npsrating": str(rating), "customerinfo.name": who}


@pytest.fixture
def rejected(outbox, endpoint, server, kit):
    """An outbox whose second row was rejected."""
    server.replies = [kit.OK, kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch([answer(1), answer(2)]), to=endpoint)
    list(outbox.push(endpoint))
    return outbox


def test_a_rejected_response_goes_again_under_its_number(rejected, endpoint, server, kit):
    """It is queued with its new form; what Omoto refused stays as a version, with who mended it and why."""
    receipt = rejected.mend(2, kit.batch([answer(9)]), who="Asha", why="the store called")
    assert (receipt.id, receipt.state, receipt.row) == (2, State.QUEUED, 3)
    (version,) = rejected.versions(2)
    assert json.loads(version.body)["npsrating"] == "2"
    assert (version.who, version.why) == ("Asha", "the store called")
    assert [(one.word, one.was, one.who) for one in rejected.decisions(2)] == [("mend", State.REJECTED, "Asha")]
    (sent,) = rejected.push(endpoint)
    assert (sent.state, sent.attempts) == (State.DELIVERED, 2)
    assert json.loads(server.bodies[-1])["npsrating"] == "9"
    assert rejected.counts()["delivered"] == rejected.counts()["rows"] == 2


def test_a_held_row_is_mended(outbox, endpoint, server, kit):
    """A row that was held for an error is queued once it has none, and is held again where it has another."""
    outbox.put(kit.batch([answer(1)], problems=[kit.problem(2)]), to=endpoint)
    assert outbox.problems(1)[0]["code"] == "rating_missing"
    other = kit.batch([answer(1)], problems=[kit.problem(2, "other", message="Else.")])
    assert outbox.mend(1, other, who="Asha").reason == "other: Else."
    assert outbox.mend(1, kit.batch([answer(7)], first=50), who="Asha").state is State.QUEUED
    assert outbox.problems(1) == []
    assert outbox.versions(1) == [], "nothing of it was ever sent"
    list(outbox.push(endpoint))
    assert json.loads(server.bodies[0])["npsrating"] == "7"
    assert kit.adds_up(outbox.counts())


@pytest.mark.parametrize("reply", ["success", "lost"])
def test_what_omoto_may_have_gets_a_second_response(outbox, endpoint, server, kit, reply):
    """Omoto has no update: the mended one stands beside the first, held, linked to it, and on the recall list later."""
    server.replies = [kit.OK if reply == "success" else kit.hang_up]
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    second = outbox.mend(1, kit.batch([answer(9)]), who="Asha", why="misread")
    assert (second.id, second.state, second.corrects) == (2, State.HELD, 1)
    assert "corrects row 2 of april.csv" in second.reason
    assert outbox.recall() == []
    assert list(outbox.push(endpoint)) == []
    assert outbox.release(2, who="Asha", why="agreed") == 1
    assert [one.corrects for one in outbox.push(endpoint)] == [1]
    assert [(first.id, later.id) for first, later in outbox.recall()] == [(1, 2)]
    assert [(first.id, later.id) for first, later in outbox.recall(endpoint)] == [(1, 2)]
    assert outbox.recall("elsewhere") == []
    assert outbox.counts()["rows"] == 2
    assert kit.adds_up(outbox.counts())


def test_a_second_response_may_need_mending_itself(outbox, endpoint, kit):
    """Where the second one has an error, it says so, and is mended in its own place; the link stays."""
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    list(outbox.push(endpoint))
    wrong = kit.batch([answer(1)], problems=[kit.problem(2)])
    assert outbox.mend(1, wrong, who="Asha").reason == "rating_missing: There is no rating."
    right = outbox.mend(2, kit.batch([answer(4)]), who="Asha")
    assert (right.id, right.corrects) == (2, 1)
    assert outbox.mend(1, kit.batch([answer(5)]), who="Asha").id == 3
    assert kit.adds_up(outbox.counts())


def test_a_mended_row_no_longer_follows_its_file(rejected, endpoint, kit):
    """Put again with another mapping, the file does not take back what a person mended."""
    rejected.mend(2, kit.batch([answer(9)]), who="Asha")
    put = rejected.put(kit.batch([answer(1), answer(3)]), to=endpoint)
    assert (put.already, put.queued) == (2, 0)
    assert json.loads(rejected.body(2))["npsrating"] == "9"


def test_a_mended_answer_is_recognised(rejected, endpoint, kit):
    """The mended answer from another file is a duplicate; the one that was refused is free again."""
    rejected.mend(2, kit.batch([answer(9)]), who="Asha")
    put = rejected.put(kit.batch([answer(9), answer(2)], name="may.csv"), to=endpoint)
    assert (put.duplicate, put.queued) == (1, 1)


def test_what_cannot_be_mended_says_so(rejected, endpoint, server, kit):
    """A cancelled one, several rows, another campaign, an answer that is there already, and a number that is not."""
    other = kit.batch([answer(9) | {"campaignid": "155"}], campaign=Campaign(id="155"))
    with pytest.raises(SettingsError, match="campaign 154, not to 155"):
        rejected.mend(2, other, who="Asha")
    with pytest.raises(SettingsError, match="one row; this batch has 2"):
        rejected.mend(2, kit.batch([answer(1), answer(2)]), who="Asha")
    with pytest.raises(SettingsError, match="the same as response 1"):
        rejected.mend(2, kit.batch([answer(1)]), who="Asha")
    with pytest.raises(OutboxError, match="no response 99"):
        rejected.mend(99, kit.batch([answer(1)]), who="Asha")
    rejected.put(kit.batch([answer(6)], name="may.csv"), to=endpoint)
    rejected.cancel(3, who="Asha", why="")
    with pytest.raises(SettingsError, match="It is cancelled"):
        rejected.mend(3, kit.batch([answer(7)]), who="Asha")
    assert rejected.versions(2) == []
    assert kit.adds_up(rejected.counts())


def test_what_is_being_sent_cannot_be_mended(outbox, endpoint, server, kit):
    """A row on the wire is left alone."""
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    seen = []

    def meanwhile(_):
        with pytest.raises(SettingsError, match="being sent right now"):
            outbox.mend(1, kit.batch([answer(7)]), who="Asha")
        seen.append(outbox.receipt(1).state)

    server.on_request = meanwhile
    list(outbox.push(endpoint))
    assert seen == [State.SENDING]
    assert outbox.receipt(1).state is State.DELIVERED


@pytest.mark.parametrize("window", [1, 8])
def test_what_is_mended_during_a_push_goes_as_it_is_then(tmp_path, endpoint, server, kit, window):
    """A row that was fetched ahead and then mended is not sent as it was: what arrives is what the outbox shows."""
    with Outbox(tmp_path / "o.db", window=window) as outbox:
        outbox.put(kit.batch([answer(1, f"Asha {n}") for n in range(6)]), to=endpoint)

        def meanwhile(count):
            if count == 2:
                outbox.mend(3, kit.batch([answer(9, "Ravi")]), who="Asha")
                outbox.mend(5, kit.batch([answer(9, "Zoe")]), who="Asha")

        server.on_request = meanwhile
        receipts = list(outbox.push(endpoint, canary=()))
        assert {receipt.state for receipt in receipts} == {State.DELIVERED}
        assert sorted(server.bodies) == sorted(outbox.body(number) for number in range(1, 7))
        assert len(server.bodies) == outbox.counts()["delivered"] == 6


def test_a_mended_correction_stays_one(outbox, endpoint, kit):
    """A held correction of a delivered row key is still held after it was mended, with the reason."""
    outbox.put(kit.batch([answer(1)], keys=["R1"]), to=endpoint)
    list(outbox.push(endpoint))
    outbox.put(kit.batch([answer(2)], keys=["R1"], name="may.csv"), to=endpoint)
    mended = outbox.mend(2, kit.batch([answer(3)], keys=["R1"]), who="Asha")
    assert (mended.state, mended.corrects) == (State.HELD, 1)
    assert "which is delivered" in mended.reason


def test_a_purge_removes_versions_too(rejected, endpoint, kit):
    """What was sent before a response was mended leaves the file with its body."""
    rejected.mend(2, kit.batch([answer(9)]), who="Asha")
    list(rejected.push(endpoint))
    assert rejected.purge() == 2
    assert [version.body for version in rejected.versions(2)] == [None]


def test_mending_a_held_correction_again_does_not_release_it(outbox, endpoint, kit):
    """A correction of what Omoto has waits for its release, however often it is mended before."""
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    second = outbox.mend(1, kit.batch([answer(8)]), who="Asha")
    again = outbox.mend(second.id, kit.batch([answer(9)]), who="Asha")
    assert (again.id, again.state, again.corrects) == (2, State.HELD, 1)
    assert again.reason == second.reason
    assert list(outbox.push(endpoint)) == []


def test_mending_does_not_release_what_an_older_copy_holds(outbox, endpoint, kit):
    """A row that may have been sent since the copy was made waits until somebody has looked, mended or not."""
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    outbox.mark_restored(who="Asha")
    assert outbox.mend(1, kit.batch([answer(9)]), who="Asha").state is State.HELD
    assert list(outbox.push(endpoint)) == []


def test_two_of_one_row_key_never_wait_to_go(outbox, endpoint, server, kit):
    """Where another response of the same row key waits already, the mended one is refused, and says which."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch([answer(1)], keys=["K"]), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    outbox.put(kit.batch([answer(2)], keys=["K"], name="may.csv"), to=endpoint)
    with pytest.raises(SettingsError, match="Response 2 has the same row key"):
        outbox.mend(1, kit.batch([answer(3)], keys=["K"]), who="Asha")
    assert outbox.receipt(1).state is State.REJECTED

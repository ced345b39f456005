"""Rows that repeat another file's row, and what becomes of them when that row changes, is mended, or goes."""

import json
import sqlite3
from dataclasses import replace

from omoto_kit.batch import DUPLICATE
from omoto_kit.delivery import Filter, Outbox
from omoto_kit.problem import Guard, Problem, Severity
from omoto_kit.receipt import State


def answer(rating, who="Asha"):
    """Make the fields of one answer."""
    return {"npsrating": str(rating), "customerinfo.name": who}


def put(outbox, endpoint, kit, name, *ratings, **more):
    """Put a file, a rating a row; its rows are numbered from 2."""
    return outbox.put(kit.batch([answer(rating) for rating in ratings], name=name, **more), to=endpoint)


def sent(server):
    """List the ratings that arrived."""
    return [json.loads(body)["npsrating"] for body in server.bodies]


def states(outbox, name):
    """Give the states of one file's rows, those that repeat another one with the row that they repeat."""
    found = {receipt.row: receipt.state.value for receipt in outbox.receipts(source=name)}
    return found | {row: f"repeats {of.id}" for row, of in outbox.duplicates(name)}


def test_a_row_is_no_repetition_once_the_other_file_says_something_else(outbox, endpoint, server, kit):
    """The row that it repeated changes: its own answer waits for its file, and goes once that is put again."""
    put(outbox, endpoint, kit, "a.csv", 1)
    assert put(outbox, endpoint, kit, "b.csv", 1).duplicate == 1
    assert put(outbox, endpoint, kit, "a.csv", 7).parted == 1
    assert states(outbox, "b.csv") == {2: "held"}
    assert "repeated row 2 of a.csv, which says something else now" in outbox.receipt(2).reason
    assert put(outbox, endpoint, kit, "b.csv", 1).queued == 1
    list(outbox.push(endpoint))
    assert sent(server) == ["7", "1"]
    assert kit.adds_up(outbox.counts())
    assert kit.adds_up(outbox.counts(source="b.csv"))


def test_a_repetition_that_is_mapped_anew_like_its_original_stays_one(outbox, endpoint, server, kit):
    """Both files are put again with another mapping: still one answer, which goes once."""
    for rating in (1, 7):
        put(outbox, endpoint, kit, "a.csv", rating)
        assert put(outbox, endpoint, kit, "b.csv", rating).duplicate == 1
    assert states(outbox, "b.csv") == {2: "repeats 1"}
    list(outbox.push(endpoint))
    assert sent(server) == ["7"]
    assert kit.adds_up(outbox.counts())


def test_a_repetition_that_changes_goes(outbox, endpoint, server, kit):
    """A row that repeated another one, and now says something else, is an answer of its own."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1, 2)
    assert put(outbox, endpoint, kit, "b.csv", 9, 2).queued == 1
    assert outbox.counts(source="b.csv")["rows"] == 2
    assert put(outbox, endpoint, kit, "b.csv", 9, 2).already == 2
    list(outbox.push(endpoint))
    assert sorted(sent(server)) == ["1", "2", "9"]
    assert kit.adds_up(outbox.counts(source="b.csv"))


def test_a_row_that_goes_leaves_no_repetition_without_its_answer(outbox, endpoint, server, kit):
    """The row that others repeat turns out a repetition itself: each answer still goes once, and all can be listed."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1)
    put(outbox, endpoint, kit, "c.csv", 5)
    assert put(outbox, endpoint, kit, "a.csv", 5).duplicate == 1
    assert states(outbox, "a.csv") == {2: "repeats 2"}
    assert states(outbox, "b.csv") == {2: "held"}
    assert put(outbox, endpoint, kit, "b.csv", 1).queued == 1
    list(outbox.push(endpoint))
    assert sorted(sent(server)) == ["1", "5"]
    assert kit.adds_up(outbox.counts())


def test_a_row_that_becomes_faulty_brings_nobodys_answer(outbox, endpoint, server, kit):
    """The row that others repeat fails a new check: what they say is still sent, by their own file."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1)
    put(outbox, endpoint, kit, "a.csv", 1, problems=[kit.problem(2)])
    assert put(outbox, endpoint, kit, "b.csv", 1).queued == 1
    list(outbox.push(endpoint))
    assert sent(server) == ["1"]
    assert put(outbox, endpoint, kit, "a.csv", 1).duplicate == 1
    assert list(outbox.push(endpoint)) == []


def test_what_repeated_a_mended_row_is_no_repetition(outbox, endpoint, server, kit):
    """A waiting row is mended by hand: the file that brought the same as before may be put again, and goes."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1)
    outbox.mend(1, kit.batch([answer(9)]), who="Asha")
    assert states(outbox, "b.csv") == {2: "held"}
    assert put(outbox, endpoint, kit, "b.csv", 1).queued == 1
    list(outbox.push(endpoint))
    assert sorted(sent(server)) == ["1", "9"]


def test_mending_what_changes_nothing_leaves_repetitions_alone(outbox, endpoint, kit):
    """A row that is mended into what it said already still brings the answer of those that repeat it."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1)
    outbox.mend(1, kit.batch([answer(1)]), who="Asha")
    assert states(outbox, "b.csv") == {2: "repeats 1"}


def test_a_repetition_within_a_file_follows_it(outbox, endpoint, server, kit):
    """Two rows of one file and their copy in another: whatever is mapped anew, each row keeps its answer."""
    put(outbox, endpoint, kit, "c.csv", 3)
    put(outbox, endpoint, kit, "a.csv", 1, 3)
    put(outbox, endpoint, kit, "a.csv", 3, 1)
    assert states(outbox, "a.csv") == {2: "repeats 1", 3: "queued"}
    put(outbox, endpoint, kit, "a.csv", 1, 3)
    put(outbox, endpoint, kit, "a.csv", 1, 3)
    list(outbox.push(endpoint))
    assert sorted(sent(server)) == ["1", "3"]
    assert outbox.counts(source="a.csv")["rows"] == 2
    assert kit.adds_up(outbox.counts(source="a.csv"))


def test_a_repetition_and_its_original_change_together(outbox, endpoint, server, kit):
    """Two rows that a check calls the same are mapped anew: still one answer, counted once."""
    again = Problem(3, "", DUPLICATE, "The same as row 2.", Severity.WARNING)
    put(outbox, endpoint, kit, "a.csv", 1, 1, problems=[again])
    put(outbox, endpoint, kit, "a.csv", 2, 2, problems=[again])
    assert states(outbox, "a.csv") == {2: "queued", 3: "repeats 1"}
    assert kit.adds_up(outbox.counts())
    put(outbox, endpoint, kit, "a.csv", 2, 5)
    put(outbox, endpoint, kit, "a.csv", 2, 5)
    list(outbox.push(endpoint))
    assert sent(server) == ["2", "5"]
    assert kit.adds_up(outbox.counts())


def test_a_repetition_of_what_was_sent_is_not_sent(outbox, endpoint, server, kit):
    """The row that it repeats went as it was: mapped anew, or put only by then, its repetition does not follow it."""
    again = Problem(3, "", DUPLICATE, "The same as row 2.", Severity.WARNING)
    put(outbox, endpoint, kit, "a.csv", 1, 1, problems=[again])
    list(outbox.push(endpoint))
    assert put(outbox, endpoint, kit, "a.csv", 2, 2, problems=[again]).already == 2
    later = Problem(4, "", DUPLICATE, "The same as row 2.", Severity.WARNING)
    assert put(outbox, endpoint, kit, "a.csv", 2, 2, 2, problems=[again, later]).held == 1
    assert states(outbox, "a.csv") == {2: "delivered", 3: "repeats 1", 4: "held"}
    assert list(outbox.push(endpoint)) == []


def test_what_a_person_cancelled_is_not_sent_from_another_file(outbox, endpoint, server, kit):
    """Cancelled is the answer: neither the row's own file, however it is mapped, nor a copy of it sends it."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1)
    outbox.cancel(1, who="Asha", why="the customer took it back")
    assert put(outbox, endpoint, kit, "b.csv", 1).already == 1
    assert put(outbox, endpoint, kit, "c.csv", 1).duplicate == 1
    assert put(outbox, endpoint, kit, "a.csv", 7).already == 1
    assert list(outbox.push(endpoint)) == []
    assert put(outbox, endpoint, kit, "d.csv", 7).queued == 1


def test_a_rejected_row_that_repeated_another_comes_back(outbox, endpoint, server, kit):
    """Rejected, mapped into what another row said, and then mapped into an answer of its own: that one goes."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    put(outbox, endpoint, kit, "a.csv", 1)
    list(outbox.push(endpoint, canary=()))
    put(outbox, endpoint, kit, "b.csv", 9)
    assert put(outbox, endpoint, kit, "a.csv", 9).duplicate == 1
    assert put(outbox, endpoint, kit, "a.csv", 9).already == 1
    put(outbox, endpoint, kit, "b.csv", 8)
    assert put(outbox, endpoint, kit, "a.csv", 9).queued == 1
    list(outbox.push(endpoint))
    assert sorted(sent(server)) == ["1", "8", "9"]
    assert len(outbox.attempts(1)) == 2
    assert kit.adds_up(outbox.counts())


def test_what_a_person_decided_about_is_not_removed(outbox, endpoint, kit):
    """A released row that turns out a repetition keeps its number and the decision."""
    put(outbox, endpoint, kit, "a.csv", 1)
    outbox.mark_restored(who="Asha")
    outbox.release(1, who="Ravi", why="not there")
    put(outbox, endpoint, kit, "b.csv", 5)
    assert put(outbox, endpoint, kit, "a.csv", 5).duplicate == 1
    assert outbox.receipt(1).state is State.CANCELLED
    assert [decided.word for decided in outbox.decisions(1)] == ["hold", "release"]


def test_numbers_are_never_given_twice(outbox, endpoint, kit):
    """The newest response goes since another brings its answer; the next one gets a number that none ever had."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 2)
    put(outbox, endpoint, kit, "b.csv", 1)
    assert [one.id for one in outbox.receipts()] == [1]
    put(outbox, endpoint, kit, "c.csv", 4)
    assert [one.id for one in outbox.receipts()] == [1, 3]


def test_a_changed_row_of_which_the_fate_was_open_follows_later(outbox, endpoint, server, kit):
    """A row changes while its reply is awaited, then Omoto refuses the old form: the same file again sends the new."""

    def meanwhile(_):
        assert put(outbox, endpoint, kit, "a.csv", 7).already == 1

    server.on_request = meanwhile
    server.replies = [kit.http(400, {"response": "parseerror"})]
    put(outbox, endpoint, kit, "a.csv", 1)
    list(outbox.push(endpoint, canary=()))
    server.on_request = None
    assert put(outbox, endpoint, kit, "a.csv", 7).queued == 1
    list(outbox.push(endpoint))
    assert sent(server) == ["1", "7"]


# An outbox that came back from an older copy


def test_a_row_that_may_have_been_sent_does_not_follow_its_file(outbox, endpoint, server, kit):
    """Held after a restore, it stays as it is while its file changes; released, it follows once more."""
    put(outbox, endpoint, kit, "a.csv", 1)
    outbox.mark_restored(who="Asha")
    for _ in range(2):
        assert put(outbox, endpoint, kit, "a.csv", 7).already == 1
    assert outbox.receipt(1).state is State.HELD
    assert json.loads(outbox.body(1))["npsrating"] == "1"
    assert list(outbox.push(endpoint)) == []
    outbox.release(1, who="Asha", why="not in Omoto")
    assert put(outbox, endpoint, kit, "a.csv", 7).queued == 1
    list(outbox.push(endpoint))
    assert sent(server) == ["7"]


def test_a_correction_of_what_may_have_been_sent_waits(outbox, endpoint, kit):
    """The same row key in another file does not replace a row that may be there already: it waits beside it."""
    put(outbox, endpoint, kit, "a.csv", 1, keys=["K"])
    outbox.mark_restored(who="Asha")
    assert put(outbox, endpoint, kit, "b.csv", 7, keys=["K"]).held == 1
    assert states(outbox, "a.csv") | states(outbox, "b.csv") == {2: "held"}
    assert outbox.receipt(2).corrects == 1
    assert list(outbox.push(endpoint)) == []


def test_mending_what_may_have_been_sent_makes_a_second_one(outbox, endpoint, kit):
    """What may be in Omoto stays on record, and its answer from another file is not sent as if it were new."""
    put(outbox, endpoint, kit, "a.csv", 1)
    outbox.mark_restored(who="Asha")
    second = outbox.mend(1, kit.batch([answer(9)]), who="Asha")
    assert (second.id, second.state, second.corrects) == (2, State.HELD, 1)
    assert json.loads(outbox.body(1))["npsrating"] == "1"
    assert put(outbox, endpoint, kit, "b.csv", 1).duplicate == 1
    assert put(outbox, endpoint, kit, "a.csv", 7).already == 1
    assert list(outbox.push(endpoint)) == []


def test_what_the_copy_knows_as_faulty_or_rejected_waits_once_it_is_right(outbox, endpoint, server, kit):
    """It may have been mended and sent since the copy was made: put again, it is held until somebody has looked."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    put(outbox, endpoint, kit, "a.csv", 1, 2, 3, problems=[kit.problem(3)])
    list(outbox.push(endpoint, limit=1, canary=()))
    assert outbox.mark_restored(who="Asha") == 1
    assert states(outbox, "a.csv") == {2: "rejected", 3: "held", 4: "held"}
    assert outbox.release([2], who="Asha", why="") == 0, "it has no jsonbody to release"
    assert put(outbox, endpoint, kit, "a.csv", 7, 2, 3).held == 1
    assert states(outbox, "a.csv") == {2: "held", 3: "held", 4: "held"}
    assert all("older copy" in receipt.reason for receipt in outbox.receipts())
    assert list(outbox.push(endpoint)) == []
    assert put(outbox, endpoint, kit, "a.csv", 8, 2, 3).already == 3
    assert outbox.release([1, 2, 3], who="Asha", why="not there") == 3
    list(outbox.push(endpoint))
    assert sent(server) == ["1", "7", "2", "3"]


def test_mending_what_the_copy_knows_as_rejected_waits(outbox, endpoint, server, kit):
    """By hand as by its file: of a rejected one a second is made and held, a faulty one is mended and held."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    put(outbox, endpoint, kit, "a.csv", 1, 2, problems=[kit.problem(3)])
    list(outbox.push(endpoint, canary=()))
    outbox.mark_restored(who="Asha")
    rejected = outbox.mend(1, kit.batch([answer(5)]), who="Asha")
    faulty = outbox.mend(2, kit.batch([answer(6)]), who="Asha")
    assert [(one.id, one.state) for one in (rejected, faulty)] == [(3, State.HELD), (2, State.HELD)]
    assert list(outbox.push(endpoint)) == []


def test_a_batch_that_a_guard_held_in_the_copy_waits_row_by_row(outbox, server, kit):
    """It may have been let go since: neither letting it go nor a guard that is gone queues it."""
    live = kit.endpoint_of(server, sandbox=False)
    batch = kit.batch([answer(1)], name="a.csv")
    outbox.put(replace(batch, guards=(Guard("scale_small", "Small."),)), to=live)
    assert outbox.mark_restored(who="Asha") == 1
    assert outbox.let_go("a.csv", who="Asha") == 0
    assert outbox.put(batch, to=live).queued == 0
    assert outbox.receipt(1).state is State.HELD
    assert outbox.release(1, who="Asha", why="not there") == 1


def test_a_released_correction_keeps_waiting_when_its_key_is_dropped(outbox, endpoint, server, kit):
    """A correction of a delivered row, put again by a contract without row keys, still waits for a person."""
    put(outbox, endpoint, kit, "a.csv", 1, keys=["K"])
    list(outbox.push(endpoint))
    assert put(outbox, endpoint, kit, "b.csv", 7, keys=["K"]).held == 1
    put(outbox, endpoint, kit, "b.csv", 8)
    assert outbox.receipt(2).state is State.HELD
    assert list(outbox.push(endpoint)) == []


def test_a_correction_of_what_is_sent_again_waits(outbox, endpoint, server, kit):
    """A person decided to send an unknown row again: another file's correction does not take its place unseen."""
    server.replies = [kit.hang_up]
    put(outbox, endpoint, kit, "a.csv", 1, keys=["K"])
    list(outbox.push(endpoint, canary=()))
    outbox.decide(1, "resend", who="Asha", why="")
    assert put(outbox, endpoint, kit, "b.csv", 7, keys=["K"]).held == 1
    assert "which is queued, but may have been sent" in outbox.receipt(2).reason
    list(outbox.push(endpoint))
    outbox.release(2, who="Asha", why="")
    list(outbox.push(endpoint))
    assert sent(server) == ["1", "1", "7"]
    assert [(first.id, later.id) for first, later in outbox.recall()] == [(1, 2)]


def test_a_receipt_says_for_good_that_it_was_sent_again(outbox, endpoint, server, kit):
    """Sent again by decision, then mapped anew: that it may have arrived twice is still told."""
    server.replies = [kit.hang_up]
    put(outbox, endpoint, kit, "a.csv", 1)
    list(outbox.push(endpoint, canary=()))
    outbox.decide(1, "resend", who="Asha", why="")
    assert put(outbox, endpoint, kit, "a.csv", 7).queued == 1
    list(outbox.push(endpoint))
    assert "sent again by decision of Asha; it may have arrived twice" in outbox.receipt(1).reason


# Outboxes that were made before


def test_an_old_repetition_without_its_response_is_brought_forward(outbox, endpoint, kit):
    """A file in which a repetition points nowhere, as earlier versions could leave it, opens with that row held."""
    put(outbox, endpoint, kit, "a.csv", 1)
    put(outbox, endpoint, kit, "b.csv", 1, 4)
    outbox.close()
    with sqlite3.connect(outbox.path) as raw:
        raw.execute("DELETE FROM payload WHERE id = 1")
        raw.execute("DELETE FROM response WHERE id = 1")
        raw.execute("UPDATE source SET total = 0 WHERE id = 1")
        raw.execute("PRAGMA user_version=2")
    raw.close()
    with Outbox(outbox.path) as again:
        assert list(again.duplicates()) == []
        assert states(again, "b.csv") == {2: "held", 3: "queued"}
        assert kit.adds_up(again.counts())
        assert put(again, endpoint, kit, "b.csv", 1, 4).queued == 1
        assert [one.state for one in again.find(Filter(source="b.csv"))] == [State.QUEUED] * 2

"""What is new, known, repeated, corrected, held, mended: the outbox's memory."""

import hashlib
import json
from dataclasses import replace

import polars as pl
import pytest

from omoto_kit.batch import DUPLICATE, Parts
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import keys
from omoto_kit.delivery.putting import digest_of
from omoto_kit.errors import OutboxError, SettingsError
from omoto_kit.problem import Problem, Severity
from omoto_kit.receipt import State


def answer(rating, who="Asha", **more):
    """Make the fields of one answer."""
    return {"npsrating": str(rating), "customerinfo.name": who, **more}


def by_row(outbox, name):
    """Give the states of one file's rows."""
    return {receipt.row: receipt.state.value for receipt in outbox.receipts(source=name)}


def test_held_rows_are_kept_with_their_reason(outbox, endpoint, server, kit):
    """A row with errors is held, with codes and the first message in words, and is never sent."""
    batch = kit.batch(range(3), problems=[kit.problem(3)])
    put = outbox.put(batch, to=endpoint)
    assert (put.queued, put.held) == (2, 1)
    list(outbox.push(endpoint))
    (held,) = outbox.receipts(states=[State.HELD])
    assert held.reason == "rating_missing: There is no rating."
    assert outbox.body(held.id) is None
    assert len(server.bodies) == 2
    assert kit.adds_up(outbox.counts())


def test_a_reason_quotes_no_phone_number(outbox, endpoint, kit):
    """Personal values stay out of reasons; a unit's name may stand there."""
    phone = kit.problem(2, "phone_short", "customerinfo.mobileno", "'96637' is too short.", "96637")
    unit = kit.problem(3, "unit_unknown", "namevaluemap.unitname", "'Kormangala' is no unit.", "Kormangala")
    outbox.put(kit.batch(range(2), problems=[phone, unit]), to=endpoint)
    assert [one.reason for one in outbox.receipts()] == [
        "phone_short: '...' is too short.",
        "unit_unknown: 'Kormangala' is no unit.",
    ]


def test_a_mended_row_is_queued(outbox, endpoint, server, kit):
    """A row that was held and is ready now, since contract or plugin changed, becomes queued and goes once."""
    outbox.put(kit.batch(range(3), problems=[kit.problem(3)]), to=endpoint)
    list(outbox.push(endpoint))
    put = outbox.put(kit.batch(range(3)), to=endpoint)
    assert (put.queued, put.already) == (1, 2)
    assert [one.row for one in outbox.push(endpoint)] == [3]
    assert outbox.counts()["delivered"] == outbox.counts()["rows"] == len(server.bodies) == 3


def test_a_row_that_is_still_held_follows_its_newest_reason(outbox, endpoint, kit):
    """Put again with another problem, a held row says the new one, and counts once."""
    outbox.put(kit.batch(range(2), problems=[kit.problem(3)]), to=endpoint)
    put = outbox.put(kit.batch(range(2), problems=[kit.problem(3, "other", message="Else.")]), to=endpoint)
    assert (put.rows, put.queued, put.held, put.already) == (2, 0, 0, 2)
    assert outbox.receipt(2).reason == "other: Else."
    assert outbox.counts()["rows"] == 2


def test_a_waiting_row_takes_its_new_form(outbox, endpoint, server, kit):
    """A queued row whose mapping was mended goes out mended; a row that fails a new check is held."""
    outbox.put(kit.batch([answer(1), answer(2), answer(3)]), to=endpoint)
    again = kit.batch([answer(1), answer(9), answer(3)], problems=[kit.problem(4)])
    put = outbox.put(again, to=endpoint)
    assert (put.queued, put.held, put.already) == (1, 1, 1)
    list(outbox.push(endpoint))
    assert [json.loads(body)["npsrating"] for body in server.bodies] == ["1", "9"]
    assert by_row(outbox, "april.csv") == {2: "delivered", 3: "delivered", 4: "held"}


def test_a_rejected_row_that_was_mended_goes_again(outbox, endpoint, server, kit):
    """Omoto said no, the mapping was mended, the file is put again: the row is queued, both tries on record."""
    server.replies = [kit.OK, kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch([answer(1), answer(2)]), to=endpoint)
    list(outbox.push(endpoint))
    assert outbox.put(kit.batch([answer(1), answer(2)]), to=endpoint).already == 2
    assert outbox.put(kit.batch([answer(1), answer(7)]), to=endpoint).queued == 1
    (receipt,) = outbox.push(endpoint)
    assert (receipt.state, receipt.attempts) == (State.DELIVERED, 2)
    assert outbox.counts()["rows"] == 2


def test_what_was_sent_stays_as_it_is(outbox, endpoint, server, kit):
    """A delivered row does not change when its file is put again with another mapping."""
    outbox.put(kit.batch([answer(1)]), to=endpoint)
    list(outbox.push(endpoint))
    assert outbox.put(kit.batch([answer(9)]), to=endpoint).already == 1
    assert list(outbox.push(endpoint)) == []
    assert json.loads(outbox.body(1))["npsrating"] == "1"


def test_another_file_with_the_same_rows_is_duplicate(outbox, endpoint, server, kit):
    """The same answers from another export are not sent again, and the record says which response they repeat."""
    outbox.put(kit.batch(range(4)), to=endpoint)
    list(outbox.push(endpoint, limit=2))
    put = outbox.put(kit.batch(range(6), name="may.csv", first=10), to=endpoint)
    assert (put.queued, put.duplicate) == (2, 4)
    assert [(row, of.id, of.state.value) for row, of in outbox.duplicates("may.csv")] == [
        (10, 1, "delivered"),
        (11, 2, "delivered"),
        (12, 3, "queued"),
        (13, 4, "queued"),
    ]
    counts = outbox.counts(source=put.source)
    assert (counts["rows"], counts["duplicate"], counts["queued"]) == (6, 4, 2)
    assert kit.adds_up(outbox.counts())
    list(outbox.push(endpoint))
    assert len(server.bodies) == 6
    assert outbox.put(kit.batch(range(6), name="may.csv", first=10), to=endpoint).already == 6


def test_honest_identical_answers_both_go(outbox, endpoint, server, kit):
    """Two customers without a name may say the very same; both are sent, and neither twice."""
    batch = kit.batch([answer(9), answer(9), answer(9)])
    assert outbox.put(batch, to=endpoint).queued == 3
    list(outbox.push(endpoint))
    assert len(server.bodies) == 3
    put = outbox.put(kit.batch([answer(9)] * 4, name="may.csv"), to=endpoint)
    assert (put.duplicate, put.queued) == (3, 1)


def test_a_mended_twin_keeps_its_place(outbox, endpoint, server, kit):
    """A held row that turns out to be the same answer as a sent one of its file is an answer of its own."""
    outbox.put(kit.batch([answer(9), answer(9)], problems=[kit.problem(2)]), to=endpoint)
    list(outbox.push(endpoint))
    assert outbox.put(kit.batch([answer(9), answer(9)]), to=endpoint).queued == 1
    list(outbox.push(endpoint))
    assert len(server.bodies) == 2
    assert outbox.counts()["delivered"] == 2


def test_a_mended_row_may_turn_out_a_duplicate(outbox, endpoint, server, kit):
    """A held row that, once mended, is what another file brought, is recorded as its duplicate, and never sent."""
    outbox.put(kit.batch([answer(9)], problems=[kit.problem(2)]), to=endpoint)
    outbox.put(kit.batch([answer(9)], name="may.csv"), to=endpoint)
    put = outbox.put(kit.batch([answer(9)]), to=endpoint)
    assert (put.duplicate, put.queued) == (1, 0)
    assert [(row, of.source) for row, of in outbox.duplicates("april.csv")] == [(2, "may.csv")]
    list(outbox.push(endpoint))
    assert len(server.bodies) == 1
    assert outbox.counts()["rows"] == 2
    assert kit.adds_up(outbox.counts())
    assert kit.adds_up(outbox.counts(source="april.csv"))


def test_a_rejected_row_may_turn_out_a_duplicate(outbox, endpoint, server, kit):
    """A rejected row that was mended into what another file brought keeps its tries, and is not sent again."""
    server.replies = [kit.OK, kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch([answer(1), answer(2)]), to=endpoint)
    list(outbox.push(endpoint))
    outbox.put(kit.batch([answer(9)], name="may.csv"), to=endpoint)
    put = outbox.put(kit.batch([answer(1), answer(9)]), to=endpoint)
    assert (put.duplicate, put.already) == (1, 1)
    assert outbox.receipt(2).state is State.CANCELLED
    assert len(outbox.attempts(2)) == 1
    list(outbox.push(endpoint))
    assert len(server.bodies) == 3
    assert kit.adds_up(outbox.counts())


def test_other_scripts_go_as_they_are(outbox, endpoint, server, kit):
    """Hindi, Arabic, emoji and signs that a form escapes arrive as they were written."""
    texts = ["बहुत अच्छा & 100%", "خدمة ممتازة", "👍 ok=+?", "a\tb\nc\x7f\\", "50% + tax; \"x\" <y> 'z' {a|b} [c] ^`~"]
    outbox.put(kit.batch([answer(n, comment=text) for n, text in enumerate(texts)]), to=endpoint)
    list(outbox.push(endpoint))
    assert [json.loads(body)["comment"] for body in server.bodies] == texts
    assert [outbox.body(number) for number in range(1, 6)] == server.bodies


def test_a_row_that_the_check_calls_repeated_is_duplicate(outbox, endpoint, server, kit):
    """What validation found repeated within the file is recorded as a duplicate of the row that it repeats."""
    repeated = Problem(4, "", DUPLICATE, "The same as row 2.", Severity.WARNING)
    put = outbox.put(kit.batch([answer(1), answer(2), answer(1)], problems=[repeated]), to=endpoint)
    assert (put.queued, put.duplicate) == (2, 1)
    assert [(row, of.row) for row, of in outbox.duplicates()] == [(4, 2)]
    list(outbox.push(endpoint))
    assert len(server.bodies) == 2
    assert kit.adds_up(outbox.counts())


def test_a_correction_replaces_what_waits(outbox, endpoint, server, kit):
    """The same row key with another answer: the earlier one is cancelled while it still can be."""
    outbox.put(kit.batch([answer(1), answer(2)], keys=["R1", "R2"]), to=endpoint)
    put = outbox.put(kit.batch([answer(1), answer(8)], keys=["R1", "R2"], name="may.csv"), to=endpoint)
    assert (put.duplicate, put.queued, put.corrected) == (1, 1, 1)
    assert outbox.receipt(2).state is State.CANCELLED
    assert outbox.receipt(2).reason == "replaced by row 3 of may.csv"
    list(outbox.push(endpoint))
    assert [json.loads(body)["npsrating"] for body in server.bodies] == ["1", "8"]
    assert kit.adds_up(outbox.counts())


def test_a_correction_within_one_file(outbox, endpoint, server, kit):
    """Of two rows with one key, the later replaces the earlier."""
    put = outbox.put(kit.batch([answer(1), answer(8)], keys=["R1", "R1"]), to=endpoint)
    assert put.corrected == 1
    assert by_row(outbox, "april.csv") == {2: "cancelled", 3: "queued"}
    assert outbox.put(kit.batch([answer(1), answer(8)], keys=["R1", "R1"], fingerprint="x"), to=endpoint).duplicate == 2


@pytest.mark.parametrize("reply", ["success", "lost"])
def test_a_correction_of_what_may_be_there_is_held(outbox, endpoint, server, kit, reply):
    """Omoto has no update: a correction of a delivered or unknown response waits until a person releases it."""
    server.replies = [kit.OK if reply == "success" else kit.hang_up]
    outbox.put(kit.batch([answer(1)], keys=["R1"]), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    corrected = kit.batch([answer(9)], keys=["R1"], name="may.csv")
    put = outbox.put(corrected, to=endpoint)
    assert (put.held, put.corrected) == (1, 1)
    state = "delivered" if reply == "success" else "unknown"
    assert f"corrects row 2 of april.csv, which is {state}" in outbox.receipt(2).reason
    assert list(outbox.push(endpoint)) == []
    assert outbox.put(corrected, to=endpoint).already == 1
    assert outbox.release([2], who="Asha", why="the store asked") == 1
    assert len(list(outbox.push(endpoint))) == 1
    assert json.loads(server.bodies[-1])["npsrating"] == "9"


def test_a_correction_of_a_rejected_one_goes(outbox, endpoint, server, kit):
    """Omoto refused the first; the corrected row is queued, and the rejected one stays on record."""
    server.replies = [kit.http(400, {"response": "parseerror"})]
    outbox.put(kit.batch([answer(1)], keys=["R1"]), to=endpoint)
    list(outbox.push(endpoint, canary=()))
    outbox.put(kit.batch([answer(9)], keys=["R1"], name="may.csv"), to=endpoint)
    assert [one.state for one in outbox.push(endpoint)] == [State.DELIVERED]
    assert outbox.receipt(1).state is State.REJECTED


def test_the_same_key_in_another_campaign_is_no_correction(outbox, endpoint, kit):
    """Row keys are counted within one campaign and one endpoint."""
    outbox.put(kit.batch([answer(1)], keys=["1"]), to=endpoint)
    other = kit.batch([answer(9, campaignid="155")], keys=["1"], name="b.csv", campaign=Campaign(id="155"))
    assert (outbox.put(other, to=endpoint).corrected, outbox.put(other, to="sandbox").corrected) == (0, 0)


def test_a_customer_who_answered_before_is_warned_about(outbox, endpoint, kit):
    """A second answer of one customer goes, with a note on its receipt; another campaign's does not count."""
    first = [answer(1, **{"customerinfo.mobileno": "9663798289"}), answer(2, **{"customerinfo.mobileno": "9663798280"})]
    outbox.put(kit.batch(first), to=endpoint)
    put = outbox.put(kit.batch([answer(5, **{"customerinfo.mobileno": "9663798289"})], name="may.csv"), to=endpoint)
    assert (put.queued, put.warned) == (1, 1)
    assert outbox.receipt(3).reason == "this customer already answered in row 2 of april.csv"
    assert [one.reason for one in outbox.push(endpoint)][2] == outbox.receipt(3).reason != ""


def test_counts_of_many_files_add_up(outbox, endpoint, kit):
    """Whatever is put again and again, rows stay the sum of their states, for each file and for all."""
    for step in range(6):
        problems = [kit.problem(row) for row in range(2, 12, step + 1)]
        outbox.put(kit.batch([n % 4 for n in range(10)], problems=problems), to=endpoint)
        outbox.put(kit.batch(range(step, 10), name="b.csv", fingerprint=f"b{step}", first=2 + step), to=endpoint)
        list(outbox.push(endpoint, limit=2))
        assert kit.adds_up(outbox.counts())
        for source in outbox.sources():
            assert kit.adds_up(outbox.counts(source=source["fingerprint"]))
    assert outbox.counts(source="april.csv")["rows"] == 10


def test_a_large_batch_in_one_commit(outbox, endpoint, kit):
    """Thousands of rows, over several bulk writes, keep their order and all count."""
    put = outbox.put(kit.batch([answer(n % 11, f"Customer {n}") for n in range(12_000)]), to=endpoint)
    assert put.queued == 12_000
    assert [one.row for one in outbox.receipts(limit=3)] == [2, 3, 4]
    assert sum(1 for _ in outbox.receipts()) == 12_000
    again = outbox.put(
        kit.batch([answer(n % 11, f"Customer {n}") for n in range(12_000)], fingerprint="x"), to=endpoint
    )
    assert again.duplicate == 12_000


def test_a_batch_that_cannot_be_read_puts_nothing(outbox, endpoint, kit):
    """An error in the middle of a put leaves the outbox as it was."""
    batch = kit.batch(range(3))
    broken = batch.with_values(batch.values.with_columns(pl.Series("npsrating", ["1", "2", "3"]).cast(pl.Int64)))
    broken = broken.with_values(broken.values.drop("campaignid"))
    with pytest.raises(Exception, match="campaignid"):
        outbox.put(broken, to=endpoint)
    assert outbox.counts()["rows"] == 0
    assert outbox.sources() == []
    assert outbox.put(batch, to=endpoint).queued == 3


def test_an_endpoint_may_be_named(outbox, server, kit):
    """A known name or an URL stands for its endpoint; an unknown name is refused."""
    endpoint = kit.endpoint_of(server)
    outbox.put(kit.batch(range(1)), to=endpoint)
    assert outbox.put(kit.batch(range(1)), to="here").already == 1
    assert outbox.put(kit.batch(range(1)), to=server.url).already == 1
    with pytest.raises(SettingsError, match="knows no endpoint 'elsewhere'"):
        outbox.put(kit.batch(range(1)), to="elsewhere")


def test_a_source_without_a_fingerprint_is_known_by_its_content(outbox, kit):
    """A frame that brings no fingerprint is still recognised when put again."""
    from dataclasses import replace

    batch = kit.batch(range(3))
    bare = replace(batch, source=replace(batch.source, fingerprint=""))
    assert outbox.put(bare).queued == 3
    assert outbox.put(bare).already == 3


def test_keys_are_what_they_promise():
    """White space, order and composition do not matter; endpoint, process, row key and text do."""

    def hashed(endpoint, header, body, *identity):
        text = "\0".join((keys.content_head(endpoint, header) + keys.canonical(body), *identity))
        return keys.content_hashes([text.encode()])[0]

    one = hashed("e", "76", '{"a":"1","b":"Zoë"}')
    assert one == hashed("e", "76", '{ "b": "Zoe\u0308", "a": "1" }')
    others = [("f", "76", '{"a":"1","b":"Zoë"}'), ("e", "77", '{"a":"1","b":"Zoë"}')]
    others += [("e", "76", '{"a":"1","b":"Zoe"}'), ("e", "76", '{"a":"1","b":"Zoë"}', "R1")]
    assert len({one, *(hashed(*other) for other in others)}) == 5
    assert keys.shown_key(one, 0) == one != keys.shown_key(one, 1)
    fields = ["mobileno", "email"]
    mine = keys.subject_hasher(b"s", "e", "1", fields)
    assert mine([None, "A@x.in "]) == mine(["", "a@X.in"]) != mine(["A@x.in", None])
    assert keys.subject_hasher(b"t", "e", "1", fields)([None, "a@x.in"]) != mine([None, "a@x.in"])
    assert mine([None, ""]) is None


def test_the_order_of_columns_makes_no_new_answer(outbox, kit):
    """Another mapping, with columns in another order or texts composed otherwise, brings the same answers."""
    one = {"customerinfo.name": "Zo\u00eb", "npsrating": "9", "namevaluemap.b": "1", "namevaluemap.a": "2"}
    other = {"namevaluemap.a": "2", "npsrating": "9", "customerinfo.name": "Zoe\u0308", "namevaluemap.b": "1"}
    assert outbox.put(kit.batch([one])).queued == 1
    assert outbox.put(kit.batch([other], name="may.csv")).duplicate == 1


def test_parts_that_are_not_those_that_were_checked_are_not_put(outbox, endpoint, kit):
    """A file that changes between the check and the put leaves the outbox as it was, and says so."""
    checked, other = kit.batch([1, 2]), kit.batch([1, 3])
    digest = hashlib.sha256(digest_of(checked)).digest()
    parts = Parts(checked.campaign, checked.source, digest, checked.counts(), again=lambda: [other])
    with pytest.raises(OutboxError, match="not what it was when it was checked"):
        outbox.put(parts, to=endpoint)
    assert outbox.counts()["rows"] == 0
    assert outbox.put(replace(parts, again=lambda: [checked]), to=endpoint).queued == 2

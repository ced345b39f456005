"""`omoto outbox`: mending, runs, recall list, an older copy, purging, finding; and who let a batch go."""

import json
import sqlite3

import pytest

from tests.cli.survey import line, mobile

COMMAND = ("-c", "c.toml", "--outbox", "o.db", "--json")


@pytest.fixture
def outbox(omoto):
    """Run `omoto outbox` on the test's outbox, as JSON."""
    return lambda *words: omoto("outbox", *words, "--outbox", "o.db", "--json")


def test_a_rejected_response_is_fixed_and_goes(omoto, answers, outbox):
    """`fix` checks what was set by the contract, queues the same response, and the next push delivers it."""
    answers(line(1), line(2), line(3))
    server = omoto.sandbox("--faults", "400@2")
    push = ("push", "--to", server.url(), *COMMAND)
    assert omoto(push[0], "answers.csv", *push[1:]).summary["rejected"] == 1
    (rejected,) = outbox("list", "--state", "rejected").events
    fixed = outbox("fix", rejected["id"], "--set", "npsrating=4", "-c", "c.toml", "--why", "called", "--who", "Asha")
    (receipt,) = fixed.of("receipt")
    assert (fixed.code, receipt["id"], receipt["state"]) == (0, rejected["id"], "queued")
    assert omoto(*push).summary["delivered"] == 3
    assert server.bodies()[-1]["npsrating"] == "4"
    (shown,) = outbox("show", rejected["id"]).events
    assert [(one["decision"], one["was"], one["who"]) for one in shown["decisions"]] == [("mend", "rejected", "Asha")]
    assert [json.loads(one["jsonbody"])["npsrating"] for one in shown["versions"]] == ["2"]
    assert [one["outcome"] for one in shown["tries"]] == ["rejected", "delivered"]
    assert "mend by Asha: called" in omoto("outbox", "show", rejected["id"], "--outbox", "o.db").out


def test_a_held_row_is_fixed_by_its_own_columns(omoto, answers, outbox):
    """A row without a jsonbody is composed anew from what its file said; an error that is left still holds it."""
    answers(line(1), line(2, rating="Promoter", store="Hitech City"))
    assert omoto("push", "answers.csv", *COMMAND).summary["held"] == 1
    (held,) = outbox("list", "--state", "held").events
    half = outbox("fix", held["id"], "--set", "npsrating=10", "-c", "c.toml")
    assert (half.code, half.of("receipt")[0]["state"]) == (1, "held")
    assert {problem["field"] for problem in half.of("problem")} == {"namevaluemap.unitname"}
    both = ("--set", "npsrating=10", "--set", "namevaluemap.unitname=Hitech City Phase 2")
    whole = outbox("fix", held["id"], *both, "-c", "c.toml")
    assert (whole.code, whole.of("receipt")[0]["state"]) == (0, "queued")
    assert omoto("push", *COMMAND).summary["delivered"] == 2


def test_a_delivered_one_gets_a_second_beside_it(omoto, answers, outbox):
    """It is held until somebody releases it; then it is sent, and the first stands on the recall list."""
    answers(line(1))
    omoto("push", "answers.csv", *COMMAND)
    fixed = outbox("fix", 1, "--set", "npsrating=2", "-c", "c.toml")
    (second,) = fixed.of("receipt")
    assert (fixed.code, second["state"], second["corrects"]) == (1, "held", 1)
    assert outbox("recall").events == []
    assert second["next"].startswith("release it")
    omoto("outbox", "release", second["id"], "--outbox", "o.db", "--by", "Asha", "--why", "called")
    omoto("push", *COMMAND)
    (pair,) = outbox("recall").of("recall")
    assert (pair["remove"]["id"], pair["instead"]["id"]) == (1, second["id"])
    assert "Ask it to remove the first" in omoto("outbox", "recall", "--outbox", "o.db").out


def test_a_fix_that_is_none_is_refused(omoto, answers, outbox):
    """An unknown field, a setting without a value, and a response that is not there end with wrong usage."""
    answers(line(1))
    omoto("push", "answers.csv", *COMMAND)
    for words, said in (
        (("1", "--set", "colour=red"), "'colour' is no field"),
        (("1", "--set", "npsrating"), "sets nothing"),
        (("99", "--set", "npsrating=1"), "no response 99"),
        (("1", "--set", "npsrating=9"), ""),
    ):
        ran = outbox("fix", *words, "-c", "c.toml")
        assert ran.code == (2 if said else 1)
        assert said in ran.err


def test_after_an_older_copy_came_back(omoto, answers, outbox):
    """`restored` holds what the copy thinks is still to be sent, and nothing of it goes until a person looked."""
    answers(line(1), line(2), line(3))
    server = omoto.sandbox()
    push = ("push", "--to", server.url(), *COMMAND)
    omoto(push[0], "answers.csv", *push[1:], "--limit", "1")
    copy = (omoto.folder / "o.db").read_bytes()
    omoto(*push)
    (omoto.folder / "o.db").write_bytes(copy)
    assert outbox("list", "--state", "queued").events, "the copy does not know what was sent since"
    said = omoto("outbox", "restored", "--outbox", "o.db", "--who", "Asha")
    assert "2 held" in said.out
    assert omoto(*push).summary["sent"] == 0
    assert len(server.bodies()) == 3
    held = outbox("list", "--state", "held").events
    assert all("put back from an older copy" in one["reason"] for one in held)
    assert outbox("list", "--state", "queued", "--limit", "1").events == []


def test_an_older_copy_for_one_endpoint(omoto, answers):
    """`--to` narrows it to what waits for one endpoint."""
    answers(line(1), line(2))
    server = omoto.sandbox()
    omoto("push", "answers.csv", *COMMAND, "--to", server.url(), "--limit", "1")
    assert "0 held" in omoto("outbox", "restored", "--to", "sandbox", "--outbox", "o.db").out
    assert "1 held" in omoto("outbox", "restored", "--to", server.url(), "--outbox", "o.db").out


def test_rows_of_another_file_that_wait_now_are_told(omoto, answers, outbox):
    """The file that brought their answer is mapped anew: they are held, named, and go once theirs is pushed again."""
    answers(line(1))
    answers(line(1), line(2), name="copy.csv")
    server = omoto.sandbox()
    push = ("--to", server.url(), *COMMAND)
    omoto("push", "answers.csv", *push, "--limit", "0")
    omoto("push", "copy.csv", *push, "--limit", "0")
    contract = (omoto.folder / "c.toml").read_text("utf-8")
    (omoto.folder / "c.toml").write_text(contract.replace('comment = "Comment"\n', ""), encoding="utf-8")
    assert "1 row of other files" in omoto("push", "answers.csv", *push[:-1], "--limit", "0").out
    (held,) = outbox("list", "--state", "held").events
    assert (held["source"], "put its own file again" in held["reason"]) == ("copy.csv", True)
    assert omoto("push", "copy.csv", *push).summary["duplicate"] == 1


def test_a_purge(omoto, answers, outbox, tmp_path):
    """Delivered rows lose their bodies, what waits keeps its own; a state that needs its body is refused."""
    answers(line(1), line(2, rating="Promoter"))
    omoto("push", "answers.csv", *COMMAND)
    assert omoto("outbox", "purge", "--outbox", "o.db").code == 2, "how old must be said"
    assert "of 0 rows" in omoto("outbox", "purge", "--older-than", 1, "--outbox", "o.db").out
    assert mobile(1).encode() in (tmp_path / "o.db").read_bytes()
    purged = omoto("outbox", "purge", "--older-than", 0, "--outbox", "o.db").out
    assert "of 1 rows" in purged
    assert "still in o.sandbox.jsonl" in purged
    assert mobile(1).encode() not in (tmp_path / "o.db").read_bytes()
    assert outbox("show", 1).events[0]["jsonbody"] is None
    assert omoto("push", "answers.csv", *COMMAND).summary["sent"] == 0
    refused = omoto("outbox", "purge", "--older-than", 0, "--state", "held", "--outbox", "o.db")
    assert (refused.code, "still needs its jsonbody" in refused.err) == (2, True)


def test_runs_and_what_they_tried(omoto, answers, outbox):
    """Each push is on record, and `list --run` names what it tried."""
    answers(line(1), line(2), line(3))
    server = omoto.sandbox()
    push = ("push", "--to", server.url(), *COMMAND)
    omoto(push[0], "answers.csv", *push[1:], "--limit", "1")
    omoto(*push)
    second, first = outbox("runs").of("run")
    assert (first["delivered"], second["delivered"], first["stopped"]) == (1, 2, "")
    assert [one["id"] for one in outbox("list", "--run", second["id"]).events] == [2, 3]
    assert "delivered" in omoto("outbox", "runs", "--outbox", "o.db").out


def test_finding(omoto, answers, outbox):
    """By unit, and by a text anywhere."""
    answers(
        line(1, store="Hitech City Phase 1"),
        line(2, store="Koramangala 4th Block"),
        line(3, store="Hitech City Phase 2"),
    )
    omoto("push", "answers.csv", *COMMAND)
    assert [one["id"] for one in outbox("list", "--unit", "Hitech City Phase 1").events] == [1]
    assert [one["id"] for one in outbox("list", "--find", "hitech city").events] == [1, 3]
    assert [one["id"] for one in outbox("list", "--find", mobile(2)).events] == [2]


def test_who_let_a_batch_go_is_kept(omoto, answers, tmp_path):
    """`push --go` leaves a record of who said so, and of which guard."""
    answers(*(line(number, rating=str(number % 5 + 1)) for number in range(1, 31)))
    server = omoto.sandbox()
    live = f'[endpoints.live]\nurl = "{server.address}"\nsandbox = false\n'
    (tmp_path / "omoto.toml").write_text(live, encoding="utf-8")
    words = ("push", "answers.csv", *COMMAND, "--to", "live", "--unverified", "--go", "scale_small")
    assert omoto(*words, OMOTO_KEY_LIVE="k-154", LOGNAME="asha").summary["delivered"] == 30
    with sqlite3.connect(tmp_path / "o.db") as raw:
        (kept,) = raw.execute("SELECT decision, who, why, source_id FROM decision").fetchall()
    raw.close()
    assert kept == ("go", "asha", "scale_small: omoto push --go", 1)


def test_exports_of_every_kind(omoto, answers, tmp_path):
    """By the file's name, by a flag, or to stdout; two kinds at once, or none, are wrong usage."""
    answers(line(1), line(2, rating="Promoter"))
    omoto("push", "answers.csv", *COMMAND)
    export = ("outbox", "export", "--outbox", "o.db")
    assert "Wrote 2 receipts" in omoto(*export, "r.csv", "--originals").out
    assert "Response ID" in (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()[0]
    assert omoto(*export, "r.dat", "--xlsx").code == 0
    assert (tmp_path / "r.dat").read_bytes().startswith(b"PK")
    told = json.loads(omoto(*export, "--json").out)
    assert [one["state"] for one in told] == ["delivered", "held"]
    assert omoto(*export, "--csv").out.lstrip("\ufeff").startswith("file,sheet,row,key,state")
    for words in (("--csv", "--json"), (), ("r.pdf",)):
        assert omoto(*export, *words).code == 2


def test_many_are_decided_by_what_they_have_in_common(omoto, answers, outbox):
    """Unknown ones by file, text or run; held and queued ones by file."""
    answers(line(1), line(2), line(3), line(4))
    answers(line(11), line(12), name="may.csv")
    server = omoto.sandbox("--faults", "drop@1-3")
    push = ("push", "--to", server.url(), "--canary", "0", *COMMAND)
    assert omoto(push[0], "answers.csv", *push[1:]).summary["unknown"] == 3
    decide = ("outbox", "decide", "--outbox", "o.db", "--why", "seen", "delivered")
    assert omoto(*decide).code == 2
    assert "1 decided" in omoto(*decide, "--find", mobile(2)).out
    assert "0 decided" in omoto(*decide, "--source", "may.csv").out
    assert "2 decided" in omoto(*decide, "--run", 1).out
    omoto("push", "may.csv", *push[1:], "--limit", "0")
    assert "2 cancelled" in omoto("outbox", "cancel", "--source", "may.csv", "--outbox", "o.db").out
    assert outbox("list", "--state", "cancelled", "--source", "may.csv").events[1]["row"] == 3


def test_a_decision_that_does_not_fit_says_so(omoto, answers, outbox):
    """A response in another state is left as it is and named, with exit code 1; a number that none has is an error."""
    answers(line(1), line(2, rating="Promoter"))
    omoto("push", "answers.csv", *COMMAND)
    here = ("--outbox", "o.db", "--why", "seen")
    for words, said in (
        (("decide", "delivered", 1), "0 decided: delivered.\n1 left as they were: 1 is delivered. Only unknown"),
        (("cancel", 1), "0 cancelled.\n1 left as they were: 1 is delivered. Only queued and held"),
        (("release", 2), "1 left as they were: 2 is held. Only held responses that have a jsonbody"),
    ):
        ran = omoto("outbox", *words, *here)
        assert (ran.code, said in ran.out) == (1, True), ran.out
    assert omoto("outbox", "cancel", 2, *here).code == 0
    strange = omoto("outbox", "cancel", 99, *here)
    assert (strange.code, "no response 99" in strange.err) == (2, True)


def test_a_purged_response_says_that_it_was_purged(omoto, answers):
    """What was delivered and purged is not told as if it had been held."""
    answers(line(1))
    omoto("push", "answers.csv", *COMMAND)
    omoto("outbox", "purge", "--older-than", 0, "--outbox", "o.db")
    assert "no jsonbody any more: it was purged" in omoto("outbox", "show", 1, "--outbox", "o.db").out

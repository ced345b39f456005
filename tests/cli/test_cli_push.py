"""`omoto push`: each ready row at most once, a receipt for every row, and the same command goes on."""

import json
import os
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.survey import line, mobile

STATES = ("delivered", "rejected", "unknown", "held", "queued", "cancelled", "duplicate")
SAMPLES = Path(__file__).parent.parent / "samples"


def accounted(summary):
    """Tell whether every row of the source stands in exactly one state."""
    return sum(summary[state] for state in STATES) == summary["rows"]


def test_every_row_gets_a_receipt(omoto, answers):
    """Delivered, held and duplicate rows each get one receipt, and the summary adds up."""
    answers(line(1), line(2, rating="Promoter"), line(3), line(3))
    server = omoto.sandbox()
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    states = {receipt["row"]: receipt["state"] for receipt in ran.of("receipt")}
    assert states == {2: "delivered", 3: "held", 4: "delivered", 5: "duplicate"}
    assert accounted(ran.summary)
    assert (ran.summary["label"], ran.summary["sent"], ran.code) == ("SANDBOX", 2, 1)
    assert [body["npsrating"] for body in server.bodies()] == ["1", "3"]


def test_the_same_file_again_sends_nothing(omoto, answers):
    """A second run posts nothing, and still accounts for every row."""
    answers(*(line(number) for number in range(1, 31)))
    server = omoto.sandbox()
    command = ("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    assert omoto(*command).code == 0
    again = omoto(*command)
    assert (again.summary["sent"], again.summary["rows"], again.code) == (0, 30, 0)
    assert accounted(again.summary)
    assert len(server.bodies()) == 30


def test_two_honest_identical_answers_both_go(omoto, tmp_path):
    """Without a key of their own, two identical rows are two customers; the file again is still a no-op."""
    contract = (tmp_path / "c.toml").read_text("utf-8").replace('[identity]\ncolumns = ["Response ID"]\n', "")
    (tmp_path / "c.toml").write_text(contract, encoding="utf-8")
    (tmp_path / "a.csv").write_text("Rating,Mobile,Store,Comment,Price\n" + "9,9000000001,Hitech City Phase 1,,\n" * 2)
    server = omoto.sandbox()
    for _ in range(2):
        ran = omoto("push", "a.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
        assert ran.summary["delivered"] == 2
    assert len(server.bodies()) == 2


def test_what_went_to_one_endpoint_is_still_to_be_sent_to_another(omoto, answers):
    """The built-in sandbox and another endpoint each get the file once, from the same outbox."""
    answers(line(1), line(2))
    server = omoto.sandbox()
    first = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db", "--json")
    second = omoto("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    assert (first.summary["delivered"], second.summary["sent"], len(server.bodies())) == (2, 2, 2)


def test_the_sandbox_is_the_default_and_says_so(omoto, answers, tmp_path):
    """Without --to nothing leaves the machine, the screen says SANDBOX, and what arrived stands in a log."""
    answers(line(1))
    ran = omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    assert (ran.code, "SANDBOX" in ran.out, "LIVE" in ran.out) == (0, True, False)
    (body,) = map(json.loads, (tmp_path / "o.sandbox.jsonl").read_text("utf-8").splitlines())
    assert body["customerinfo"] == {"mobileno": mobile(1)}


def test_a_dry_run_changes_nothing_on_disk(omoto, answers, tmp_path):
    """A dry run tells what would be sent, posts nothing and leaves every file as it was."""
    answers(line(1), line(2), line(3, rating=""))
    server = omoto.sandbox()
    assert (
        omoto("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "new.db", "--dry-run").code == 1
    )
    answers(line(1), name="first.csv")
    omoto("push", "first.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    words = ("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--dry-run", "--json")
    summary = omoto(*words).summary
    assert (summary["queued"], summary["held"], summary["duplicate"], summary["sent"]) == (1, 1, 1, 0)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert len(server.bodies()) == 1


def test_the_vendors_own_example_arrives_as_it_is(omoto, tmp_path):
    """The page's example, pushed as a JSON Lines file, is in the sandbox's log with exactly its JSON."""
    (tmp_path / "id.toml").write_text('[campaign]\nid = "154"\n')
    server = omoto.sandbox()
    for name in ("example", "template"):
        body = json.loads((SAMPLES / name / "jsonbody.json").read_text("utf-8"))
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(body) + "\n")
        words = ("push", f"{name}.jsonl", "-c", "id.toml", "--to", server.url(), "--outbox", "o.db", "--json")
        assert omoto(*words).summary["delivered"] == 1
        assert server.bodies()[-1] == body


def test_a_lost_reply_is_unknown_until_a_person_decides(omoto, answers):
    """A swallowed reply is never sent again by itself; a decision settles it, and is kept."""
    answers(*(line(number) for number in range(1, 6)))
    server = omoto.sandbox("--faults", "drop@3")
    command = ("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    first = omoto(*command)
    assert (first.summary["unknown"], first.summary["delivered"], first.code) == (1, 4, 1)
    assert omoto(*command).summary["sent"] == 0
    (lost,) = omoto("outbox", "list", "--outbox", "o.db", "--state", "unknown", "--json").events
    decided = omoto("outbox", "decide", "delivered", lost["id"], "--outbox", "o.db", "--why", "seen in the dashboard")
    assert decided.code == 0
    again = omoto(*command)
    assert (again.summary["delivered"], again.summary["unknown"], again.code) == (5, 0, 0)
    assert len(server.bodies()) == 5


def test_a_wrong_key_stops_the_run_and_loses_nothing(omoto, answers):
    """A refused key stops the run with exit code 3 and nothing lost; the right key then sends it all."""
    answers(*(line(number) for number in range(1, 6)))
    server = omoto.sandbox("--key", "right")
    command = ("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db", "--json", "--to")
    refused = omoto(*command, server.url("wrong"))
    assert (refused.code, refused.summary["queued"], server.bodies()) == (3, 5, [])
    assert "key" in refused.err
    resumed = omoto("push", "--outbox", "o.db", "--to", server.url("right"), "--json")
    assert (resumed.code, resumed.summary["delivered"]) == (0, 5)


@pytest.mark.parametrize(
    "resume", [("push", "answers.csv", "-c", "c.toml"), ("push",)], ids=["same file", "outbox alone"]
)
def test_kill_9_in_the_middle(omoto, answers, resume):
    """After kill -9 among 2,000 rows nothing goes twice, at most one row is unknown, the rest is delivered."""
    answers(*(line(number) for number in range(1, 2001)))
    server = omoto.sandbox()
    target = ("--to", server.url(), "--outbox", "o.db", "--json")
    push = omoto.start("push", "answers.csv", "-c", "c.toml", *target, out=subprocess.DEVNULL)
    server.wait_for(300)
    os.kill(push.pid, signal.SIGKILL)
    push.communicate()
    cut = len(server.bodies())
    assert cut < 2000
    summary = omoto(*resume, *target).summary
    assert accounted(summary)
    assert summary["unknown"] <= 1
    assert summary["delivered"] + summary["unknown"] == summary["rows"] == 2000
    arrived = [body["customerinfo"]["mobileno"] for body in server.bodies()]
    assert len(arrived) == len(set(arrived)) >= 1999


def test_ctrl_c_finishes_the_row_and_the_same_command_goes_on(omoto, answers):
    """Ctrl-C settles the row on the wire, ends with 130, and no row is unknown or sent twice afterwards."""
    answers(*(line(number) for number in range(1, 201)))
    server = omoto.sandbox("--faults", "delay=0.02@all")
    words = ("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    push = omoto.start(*words)
    server.wait_for(20)
    push.send_signal(signal.SIGINT)
    out, err = push.communicate(timeout=30)
    assert (push.returncode, "Traceback" in err) == (130, False)
    cut = json.loads(out.splitlines()[-1])
    assert cut["event"] == "summary"
    assert accounted(cut)
    assert 0 < cut["delivered"] < 200
    summary = omoto(*words).summary
    assert (summary["delivered"], summary["unknown"]) == (200, 0)
    assert len(server.bodies()) == 200


def test_a_corrected_row_replaces_its_held_one(omoto, answers):
    """A row that was held is sent once it has been mended, and nothing of the first file goes twice."""
    server = omoto.sandbox()
    command = ("-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    first = omoto("push", answers(line(1), line(2, rating="Promoter")), *command)
    assert (first.summary["delivered"], first.summary["held"]) == (1, 1)
    mended = omoto("push", answers(line(1), line(2, rating="10"), name="mended.csv"), *command)
    assert (mended.summary["delivered"], mended.summary["duplicate"], mended.code) == (1, 1, 0)
    assert [body["npsrating"] for body in server.bodies()] == ["1", "10"]
    held = omoto("outbox", "list", "--outbox", "o.db", "--state", "held", "--json").events
    assert held == []


def test_the_key_is_found_nowhere(omoto, answers, tmp_path):
    """The api key shows in no output, no file and no debug log, whatever the replies are."""
    canary = "K3Y-canary-154"
    answers(*(line(number) for number in range(1, 13)))
    faults = "400@2,drop@4,odd@6,429=0@8,503=0@10,500@12"
    server = omoto.sandbox("--faults", faults, "--key", canary)
    texts = []
    for to in (
        server.url(canary),
        f"http://127.0.0.1:9/omoto/x.htm?key={canary}",
        f"https://127.0.0.1:9/x?key={canary}",
    ):
        words = (
            "push",
            "answers.csv",
            "-c",
            "c.toml",
            "--to",
            to,
            "--outbox",
            "o.db",
            "--canary",
            "0",
            "--limit",
            "12",
        )
        for extra in ((), ("--json",)):
            ran = omoto(*words, *extra, PYTHONWARNINGS="default", OMOTO_MAX_WAIT="0")
            texts += [ran.out, ran.err]
    for words in (("list", "--json"), ("show", "1"), ("export", "all.csv")):
        ran = omoto("outbox", *words, "--outbox", "o.db")
        texts += [ran.out, ran.err]
    assert canary not in "".join(texts)
    assert len(server.bodies()) > 3
    for path in tmp_path.iterdir():
        assert canary.encode() not in path.read_bytes(), path.name


def test_an_outbox_busy_with_another_sender_is_refused(omoto, answers):
    """A second sender on the same outbox is turned away at once and sends nothing."""
    answers(*(line(number) for number in range(1, 101)))
    server = omoto.sandbox("--faults", "delay=0.05@all")
    words = ("push", "answers.csv", "-c", "c.toml", "--to", server.url(), "--outbox", "o.db", "--json")
    first = omoto.start(*words)
    server.wait_for(5)
    second = omoto(*words)
    assert second.code in {2, 3}
    assert "o.db" in second.err
    first.communicate(timeout=60)
    assert len(server.bodies()) == 100


def test_the_sandbox_command_ends_cleanly(omoto):
    """Ctrl-C ends `omoto sandbox` without a traceback, and its port is free again."""
    server = omoto.sandbox()
    server.stop()
    assert server.process.returncode in {0, 130}
    assert "Traceback" not in server.process.stderr.read()


def test_the_outbox_is_plain_sqlite(omoto, answers, tmp_path):
    """The outbox is a SQLite file that passes its own integrity check after a run."""
    answers(line(1))
    omoto("push", "answers.csv", "-c", "c.toml", "--outbox", "o.db")
    with sqlite3.connect(tmp_path / "o.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)

"""What the sandbox keeps and logs: every accepted jsonbody, in order, byte for byte."""

import json
import os
import stat
import sys
import threading

import pytest

from omoto_kit.errors import SandboxError
from omoto_kit.sandbox import Sandbox
from omoto_kit.sandbox.ledger import KEPT, LONGEST_REASON, MOST_REASONS, OTHER, Entry, Ledger

ODDLY_SPACED = '{ "campaignid" : "154",\t"comment":"\u2028 \\u0928 न" }'


def test_the_log_has_each_body_as_it_came(kit, tmp_path):
    """Spaces, escapes and order of names stay; only accepted bodies are there, a line each."""
    log = tmp_path / "log.jsonl"
    with Sandbox(log=log) as sandbox:
        for body in (kit.good_body, ODDLY_SPACED, '{"campaignid":', kit.good_body):
            kit.ask(sandbox, body=kit.form(body))
        assert log.read_bytes().split(b"\n") == [
            kit.good_body.encode(),
            ODDLY_SPACED.encode(),
            kit.good_body.encode(),
            b"",
        ]


def test_the_log_is_written_before_the_reply(kit, tmp_path):
    """When the success is read, the line is there for another program to see."""
    log = tmp_path / "log.jsonl"
    with Sandbox(log=log) as sandbox:
        for count in range(1, 20):
            kit.ask(sandbox)
            assert log.read_bytes().count(b"\n") == count


@pytest.mark.parametrize("fault", ["drop", "reset", "header", "odd", "empty", "gzip", "stall=0"])
def test_the_log_holds_what_was_accepted_without_a_reply(kit, tmp_path, fault):
    """A response whose reply was lost or spoilt counts as accepted, for it was stored: that is the point."""
    log = tmp_path / "log.jsonl"
    with Sandbox(log=log, faults=f"{fault}@all") as sandbox:
        with kit.plug(sandbox) as connection:
            connection.sendall(kit.request_bytes())
            try:
                connection.recv(1000)
            except ConnectionResetError:
                assert fault == "reset"
        assert log.read_text(encoding="utf-8") == f"{kit.good_body}\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_body_of_many_lines_becomes_one(kit, tmp_path, newline):
    """A pretty-printed jsonbody is logged as compact JSON with the same content."""
    log = tmp_path / "log.jsonl"
    body = newline.join(['{"campaignid": "154",', '"comment": "न\\n2"}'])
    with Sandbox(log=log) as sandbox:
        assert kit.ask(sandbox, body=kit.form(body)).status == 200
        assert sandbox.received == [json.loads(body)]
    assert log.read_text(encoding="utf-8") == '{"campaignid":"154","comment":"न\\n2"}\n'


@pytest.mark.parametrize("before", [b"", b"one\n", b"one"])
def test_an_existing_log_is_continued(kit, tmp_path, before):
    """What stood in the log stays, and the first new line starts a line, even after one that broke off."""
    log = tmp_path / "log.jsonl"
    log.write_bytes(before)
    with Sandbox(log=str(log)) as sandbox:
        kit.ask(sandbox)
    assert log.read_bytes().splitlines() == [*before.splitlines(), kit.good_body.encode()]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such permissions")
def test_the_log_is_for_its_owner(kit, tmp_path):
    """A new log, which holds customers' answers, can be read by nobody else."""
    log = tmp_path / "log.jsonl"
    with Sandbox(log=log) as sandbox:
        kit.ask(sandbox)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["missing/log.jsonl", "."])
def test_a_log_that_cannot_be_opened_is_an_error(tmp_path, name):
    """The error names the file and what to do, and the sandbox does not listen."""
    sandbox = Sandbox(log=tmp_path / name)
    with pytest.raises(SandboxError, match="The log cannot be opened") as caught:
        sandbox.start()
    assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_log_may_be_a_pipe(kit, tmp_path):
    """What cannot be read back or sought in, such as another program's input, can still be logged to."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with Sandbox(log=pipe) as sandbox:
            kit.ask(sandbox)
        assert os.read(reader, 1000) == f"{kit.good_body}\n".encode()
    finally:
        os.close(reader)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a disk that is always full")
def test_a_full_disk_is_no_success(kit):
    """What cannot be logged is not accepted: the sender gets 500, and the page says why."""
    with Sandbox(log="/dev/full") as sandbox:
        assert kit.ask(sandbox).status == 500
        assert sandbox.counts == {"posts": 1, "accepted": 0, "refused": 1}
        assert sandbox.received == []
        assert "the log cannot be written" in next(iter(sandbox._ledger.reasons))


def test_many_senders_lose_nothing(kit, tmp_path):
    """Eight senders at once: every response is counted, kept and logged on a line of its own."""
    log = tmp_path / "log.jsonl"

    def send(number):
        for turn in range(25):
            body = kit.form(json.dumps({"campaignid": "154", "comment": f"{number}-{turn}"}))
            assert kit.ask(sandbox, body=body).status == 200

    with Sandbox(log=log) as sandbox:
        senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sandbox.counts == {"posts": 200, "accepted": 200, "refused": 0}
    logged = [json.loads(line)["comment"] for line in log.read_text(encoding="utf-8").splitlines()]
    assert sorted(logged) == sorted(f"{number}-{turn}" for number in range(8) for turn in range(25))
    assert logged == [body["comment"] for body in sandbox.received]


def test_memory_is_bounded_and_counts_are_not():
    """The newest 10,000 are kept; all are counted."""
    ledger = Ledger()
    for number in range(KEPT + 5):
        ledger.begin()
        ledger.accept(f'{{"campaignid":"{number}"}}')
    entries = ledger.entries()
    assert (len(entries), entries[0].body["campaignid"], entries[-1].body["campaignid"]) == (KEPT, "5", str(KEPT + 4))
    assert ledger.counts == {"posts": KEPT + 5, "accepted": KEPT + 5, "refused": 0}


def test_reasons_are_bounded_too():
    """A flood of different mistakes is counted in full, but listed only so far, and cut to a line's length."""
    ledger = Ledger()
    for number in range(MOST_REASONS + 30):
        ledger.refuse(f"reason {number} " + "x" * 1000)
    assert len(ledger.reasons) == MOST_REASONS + 1
    assert ledger.reasons[OTHER] == 30
    assert ledger.counts["refused"] == MOST_REASONS + 30
    assert max(map(len, ledger.reasons)) == LONGEST_REASON


def test_an_entry_shows_no_answer():
    """The representation of what is kept shows when it came, not what a customer said."""
    ledger = Ledger()
    ledger.accept('{"campaignid":"154","comment":"Call Asha"}')
    (entry,) = ledger.entries()
    assert isinstance(entry, Entry)
    assert "Asha" not in repr(entry)
    assert entry.at.tzinfo is not None

"""The README's table "What happens when..." against the code: each row is run and must come out as it says."""

import re
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.errors import RunStopped
from omoto_kit.receipt import State
from omoto_kit.wire import REPLIES, Verdict, decipher
from tests.delivery.lab import Machine

README = Path(__file__).parents[2] / "README.md"
HEAD = "## What happens when..."
PAGE = b"<html>Please log in</html>"


def table():
    """Read the table: what comes back, what the row is then, and what the run does."""
    section = README.read_text(encoding="utf-8").partition(f"{HEAD}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in row) for row in rows[2:]]


ROWS = table()


def cases(words):
    """List the replies that a row speaks of: status, body, and whether they come with Retry-After."""
    statuses = [int(number) for number in re.findall(r"\b[1-5]\d\d\b", words)]
    if " to " in words:
        statuses = list(range(statuses[0], statuses[1] + 1))
    said = re.search(r"`(.*)`", words)
    body = said.group(1).encode() if said else PAGE if "anything else" in words else b""
    for status in statuses:
        waits = status == 429 or (status == 503 and "503 with Retry-After" in words)
        yield status, body, {"Retry-After": "0"} if waits else {}


REPLIED = [(row, *case) for row in ROWS for case in cases(row[0])]
LOST = [row for row in ROWS if not list(cases(row[0]))]


def state_of(words):
    """Give the state that a row's second cell begins with."""
    word = re.match(r"\w+", words).group()
    return State(word)


def test_the_table_is_there():
    """The section exists, and speaks of replies as well as of lost ones."""
    assert len(ROWS) >= 11
    assert len(LOST) == 3


@pytest.mark.parametrize("case", REPLIED, ids=lambda case: str(case[1]))
def test_a_reply_is_read_as_the_table_says(case):
    """The verdict's state, and whether the run stops at once, are those of the table."""
    (_, row_is, run), status, body, headers = case
    reading = decipher(status, body, headers)
    assert reading.verdict.state is state_of(row_is)
    assert reading.verdict.stops == run.startswith("stops at once")
    assert (reading.verdict is Verdict.DEFERRED) == run.startswith("waits")


@pytest.mark.parametrize("case", REPLIED, ids=lambda case: str(case[1]))
def test_the_run_goes_on_or_stops_as_the_table_says(tmp_path, server, kit, case):
    """Over real sockets: the first of four rows gets this reply four times in a row, and the run does what it says."""
    (_, row_is, run), status, body, headers = case
    endpoint, three = kit.endpoint_of(server), "three in a row" in run
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if not (status == 200 and b"success" in body):
        server.replies = [kit.http(status, body.decode(), *lines)] * (3 if three else 1)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(5)), to=endpoint)
        push = outbox.push(endpoint, canary=())
        if three or run.startswith("stops at once"):
            with pytest.raises(RunStopped):
                list(push)
        else:
            list(push)
        states = [receipt.state for receipt in outbox.receipts()]
        tries = len(outbox.attempts(1))
    assert states[0] is (State.DELIVERED if run.startswith("waits") else state_of(row_is))
    assert tries == (2 if run.startswith("waits") else 1)
    assert len(server.bodies) == (3 if three else 1 if run.startswith("stops") else 5 + run.startswith("waits"))


def test_each_line_of_the_verdict_table_is_in_the_readme():
    """Every reply that the code has a line for is spoken of."""
    told = {status for _, status, _, _ in REPLIED}
    for reply in REPLIES:
        assert told & set(reply.statuses), reply


def test_replies_that_never_come_are_as_the_table_says(tmp_path, kit, server, monkeypatch):
    """No reply: queued where no byte left, else unknown; and a killed process leaves unknown what was on the wire."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    rows = {words: (row_is, run) for words, row_is, run in LOST}
    machine = Machine(4, 1)
    machine.vendor.kind = iter(["refused", "taken", "lost", "taken", "taken"]).__next__
    assert machine.push()
    with machine.outbox() as outbox:
        first = [attempt.outcome for attempt in outbox.attempts(1)]
        states = [receipt.state for receipt in outbox.receipts()]
    machine.close()
    assert first == [state_of(rows["no reply, and no byte had left"][0]), State.DELIVERED]
    assert states[1] is state_of(rows["no reply, and bytes had left"][0])
    killed = Machine(4, 1)
    killed.vendor.kind = lambda: "taken"
    assert not killed.push("after bytes", 2)
    killed.restart(power=False)
    with killed.outbox() as outbox:
        states = [receipt.state for receipt in outbox.receipts()]
    killed.close()
    assert states[1] is state_of(rows["the power fails, or the process is killed"][0].replace(",", ""))

"""An outbox of version 1 is brought forward: nothing is lost, nothing is sent twice, and all of it or nothing moves."""

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from omoto_kit.delivery import Outbox, keys
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.migrating import VERSION
from omoto_kit.delivery.queries import MIGRATIONS
from omoto_kit.errors import OutboxBusy, OutboxError
from omoto_kit.receipt import State
from tests.delivery import lab

#: The tables as version 1 made them; a file of that version is made of nothing else.
SCHEMA_1 = (Path(__file__).parent / "schema_1.sql").read_text(encoding="utf-8")
SECRET = b"s" * 32
HEADER = '{"processid":"76"}'
STATES = {"queued": 0, "held": 1, "delivered": 2, "rejected": 3, "unknown": 4, "cancelled": 5}
THEN = 1_760_000_000.0


def body_of(number):
    """Write what the helpers' batches say in this row."""
    return {"campaignid": "154", "npsrating": str(number % 11), "customerinfo": {"name": f"Asha {number}"}}


def content_1(number, endpoint):
    """Hash an answer as version 1 did: all 32 bytes."""
    text = f"{endpoint.identity}\0{HEADER}\0{keys.canonical(json.dumps(body_of(number)))}"
    return hashlib.sha256(text.encode()).digest()


def version_1(path, endpoint, states, *, open_attempt=False):
    """Write an outbox as version 1 left it: a row for each state, tried where it has an outcome."""
    with sqlite3.connect(path) as raw:
        raw.executescript(SCHEMA_1)
        raw.execute("PRAGMA application_id=1330466644")
        raw.execute("PRAGMA user_version=1")
        raw.execute("INSERT INTO setting VALUES ('secret', ?)", (SECRET,))
        raw.execute("INSERT INTO endpoint VALUES (1, ?, 'here')", (endpoint.identity,))
        source = (1, 1, "154", "print of april.csv", "", "april.csv", "/data/april.csv", THEN, len(states) + 1, b"old")
        raw.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", source)
        for number, state in enumerate(states):
            row_1(raw, number, state, endpoint)
        raw.execute("INSERT INTO duplicate VALUES (1, 99, 1, ?)", (THEN,))
        raw.execute("INSERT INTO decision VALUES (1, 1, 'delivered', 4, 'Asha', 'seen', ?)", (THEN,))
        if open_attempt:
            raw.execute("INSERT INTO attempt (response_id, started) VALUES (?, ?)", (states.index("queued") + 1, THEN))
    raw.close()


def row_1(raw, number, state, endpoint):
    """Write one row into the tables of version 1."""
    identifier, content = number + 1, content_1(number, endpoint)
    key = hashlib.sha256(content + (0).to_bytes(8, "big")).digest()
    form = urlencode({"jsonheader": HEADER, "jsonbody": json.dumps(body_of(number))}).encode()
    if state == "held":
        content, key, form = None, hashlib.sha256(b"place %d" % number).digest(), None
    values = (identifier, number + 2, STATES[state], THEN, f"was {state}")
    raw.execute("INSERT INTO response VALUES (?, 1, 1, ?, ?, NULL, ?, ?)", values)
    raw.execute("INSERT INTO detail VALUES (?, ?, ?, NULL, NULL, 'a note', NULL)", (identifier, key, content))
    raw.execute('INSERT INTO payload VALUES (?, ?, \'{"Rating": "9"}\', NULL)', (identifier, form))
    if state in ("delivered", "rejected", "unknown"):
        for outcome, reply in ((0, "later"), (STATES[state], "reply")):
            tried = (identifier, THEN, THEN + 1, outcome, 200, reply)
            raw.execute("INSERT INTO attempt VALUES (NULL, ?, ?, ?, ?, ?, ?, '', 1)", tried)


@pytest.fixture
def old(tmp_path, endpoint):
    """An outbox of version 1 with two rows in each state."""
    path = tmp_path / "old.db"
    version_1(path, endpoint, [*STATES, *STATES])
    return path


def test_every_row_is_brought_forward(old, kit):
    """States, reasons, tries, replies, bodies, originals, duplicates and decisions are what they were."""
    with Outbox(old) as outbox:
        assert outbox.counts() == dict.fromkeys(STATES, 2) | {"sending": 0, "duplicate": 1, "rows": 13}
        assert kit.adds_up(outbox.counts(source="april.csv"))
        assert [receipt.state.value for receipt in outbox.receipts()] == [*STATES, *STATES]
        delivered = outbox.receipt(3)
        assert (delivered.attempts, delivered.status, delivered.reply) == (2, 200, "reply")
        assert delivered.reason == "was delivered; a note"
        assert delivered.at == datetime.fromtimestamp(THEN, UTC)
        assert [one.reply for one in outbox.attempts(3)] == ["later", "reply"]
        assert json.loads(outbox.body(3)) == body_of(2)
        assert outbox.body(2) is None
        assert outbox.original(3) == '{"Rating": "9"}'
        assert [(row, receipt.id) for row, receipt in outbox.duplicates()] == [(99, 1)]
        assert [(one.word, one.was, one.who) for one in outbox.decisions(1)] == [("delivered", State.UNKNOWN, "Asha")]
        assert outbox._store.ask("secret") == [(SECRET,)]


def test_what_was_put_under_version_1_is_recognised(old, endpoint, server, kit):
    """The same answers from another file are duplicates, the same file keeps what is done, and nothing goes twice."""
    with Outbox(old) as outbox:
        again = outbox.put(kit.batch(range(12), name="may.csv"), to=endpoint)
        assert (again.duplicate, again.queued) == (10, 2), "the two rows that were held had no answer yet"
        assert outbox.put(kit.batch(range(12)), to=endpoint).rows == 12
        list(outbox.push(endpoint, canary=()))
    arrived = [json.loads(body)["customerinfo"]["name"] for body in server.bodies]
    assert sorted(arrived) == ["Asha 0", "Asha 1", "Asha 6", "Asha 7"]


def test_twins_keep_their_numbers(tmp_path, endpoint, kit):
    """Of several honest identical answers each keeps its own key, so that a further one is told apart."""
    path = tmp_path / "old.db"
    version_1(path, endpoint, ["delivered", "delivered"])
    content = content_1(0, endpoint)
    with sqlite3.connect(path) as raw:
        for identifier, number in ((1, 3), (2, 5)):
            key = hashlib.sha256(content + number.to_bytes(8, "big")).digest()
            raw.execute("UPDATE detail SET content = ?, key = ? WHERE id = ?", (content, key, identifier))
    raw.close()
    with Outbox(path) as outbox:
        rows = outbox._store.connection.execute("SELECT content, occurrence FROM response ORDER BY id").fetchall()
        assert rows == [(content[:16], 3), (content[:16], 5)]


def test_a_rejected_double_keeps_the_key_of_its_place(tmp_path, endpoint, kit):
    """A row that was tried and then turned out to be another one's double has no answer of its own."""
    path = tmp_path / "old.db"
    version_1(path, endpoint, ["delivered", "cancelled"])
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE response SET reason = 'the same answer stands in another row' WHERE id = 2")
        raw.execute("UPDATE detail SET content = (SELECT content FROM detail WHERE id = 1), key = x'00' WHERE id = 2")
    raw.close()
    with Outbox(path) as outbox:
        assert outbox.receipt(2).state is State.CANCELLED
        assert outbox.put(kit.batch(range(1), name="may.csv"), to=endpoint).duplicate == 1


def test_what_a_crash_left_open_is_unknown(tmp_path, endpoint, server):
    """A claim that version 1 left without an outcome becomes unknown, and counts as a try."""
    path = tmp_path / "old.db"
    version_1(path, endpoint, ["delivered", "queued", "queued"], open_attempt=True)
    with Outbox(path) as outbox:
        assert (outbox.receipt(2).state, outbox.receipt(2).attempts) == (State.UNKNOWN, 1)
        assert "stopped before the outcome" in outbox.attempts(2)[0].error
        assert [receipt.id for receipt in outbox.push(endpoint)] == [3]
    assert len(server.bodies) == 1


def test_it_is_brought_forward_once(old):
    """The file says its new version, and another opening changes nothing."""
    Outbox(old).close()
    with sqlite3.connect(old) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (VERSION,)
        before = raw.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    raw.close()
    assert not [name for name, _ in before if name.startswith("old_")]
    new = old.with_name("new.db")
    Outbox(new).close()
    with sqlite3.connect(new) as raw:
        assert raw.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall() == before
    raw.close()


def test_a_failure_leaves_the_old_file_as_it_was(old, monkeypatch):
    """Where a step fails, the file is of version 1 still, with all its rows; once the step works, it is moved."""
    broken = {1: MIGRATIONS[1] + "DROP TABLE nowhere;\n"}
    monkeypatch.setattr("omoto_kit.delivery.migrating.MIGRATIONS", broken)
    with pytest.raises(OutboxError, match="nowhere"):
        Outbox(old)
    with sqlite3.connect(old) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM detail").fetchone() == (12,)
    raw.close()
    monkeypatch.undo()
    with Outbox(old) as outbox:
        assert outbox.counts()["rows"] == 13


def test_it_waits_for_a_sender_of_the_old_version(old):
    """While another program sends from the file, it is not moved under its hands."""
    lock = SenderLock(old)
    lock.acquire()
    try:
        with pytest.raises(OutboxBusy):
            Outbox(old)
    finally:
        lock.release()
    with Outbox(old) as outbox:
        assert outbox.counts()["rows"] == 13


def test_the_fixture_is_version_1(tmp_path):
    """What the tests call version 1 has its tables: the keys stand in a table of their own."""
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.executescript(SCHEMA_1)
        tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    raw.close()
    assert {"detail", "response", "payload", "attempt", "lease", "decision"} <= tables
    assert not {"tally", "version", "run"} & tables


def test_the_lab_works_on_a_file_that_was_brought_forward(old, endpoint):
    """Dead in the middle of a window after the move, the promises hold as in a new file."""
    Outbox(old).close()
    machine = lab.Machine(0, 8)
    try:
        machine.path.write_bytes(old.read_bytes())
        with sqlite3.connect(machine.path) as raw:
            raw.execute("UPDATE endpoint SET identity = ?", (lab.ENDPOINT.identity,))
        raw.close()
        machine.keep_image()
        machine.vendor.kind = lambda: "taken"
        before = machine.unknown()
        assert not machine.push("reply read", 2)
        with machine.outbox() as outbox:
            assert outbox.counts()["unknown"] == before + 1
        assert machine.push()
        assert max(machine.vendor.arrived.values()) == 1
    finally:
        machine.close()

"""The crash table: each point of death, what is found afterwards, and what is done about it; a test a row."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.delivery.lock import SenderLock
from omoto_kit.errors import OutboxBusy, RunStopped
from omoto_kit.receipt import State
from tests.delivery.lab import ENDPOINT, Machine

ROOT = Path(__file__).parents[2]


@pytest.fixture
def machine():
    """A machine with twelve rows, windows of eight, and a vendor that takes everything."""
    made = Machine(12, 8)
    made.vendor.kind = lambda: "taken"
    yield made
    made.close()


def states(machine):
    """List the states of all rows."""
    with machine.outbox() as outbox:
        return [receipt.state for receipt in outbox.receipts()]


PUT = """
import os, signal, sys
from omoto_kit.delivery import Outbox
from omoto_kit.delivery.writing import Writer
from tests.delivery.conftest import make_batch
from tests.delivery.lab import ENDPOINT
write, done = Writer.write_all, []
def dies(self, *lot):
    written = write(self, *lot)
    done.append(1)
    if len(done) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return written
Writer.write_all = dies
with Outbox(sys.argv[1]) as outbox:
    outbox.put(make_batch(range(12000)), to=ENDPOINT)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_death_during_an_import(tmp_path, kit):
    """Nothing of it is found; the same import again takes all of it, and a third one is a no-op."""
    path = tmp_path / "outbox.db"
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(2), name="earlier.csv"), to=ENDPOINT)
    run = subprocess.run([sys.executable, "-c", PUT, str(path)], cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == -signal.SIGKILL, run.stderr
    with Outbox(path) as outbox:
        assert outbox.counts()["rows"] == 2
        put = outbox.put(kit.batch(range(12000)), to=ENDPOINT)
        assert (put.queued, put.duplicate) == (11998, 2)
        assert outbox.put(kit.batch(range(12000)), to=ENDPOINT).already == 12000


def test_death_before_the_claim_commits(machine):
    """The row is queued, and sent normally."""
    assert not machine.push("before claim", 0)
    assert machine.restart(power=False) == 0
    assert states(machine) == [State.QUEUED] * 12
    assert machine.push()
    assert max(machine.vendor.arrived.values()) == 1
    assert states(machine) == [State.DELIVERED] * 12


@pytest.mark.parametrize("step", ["claimed", "before bytes"])
def test_death_after_the_claim_before_the_first_byte(machine, step):
    """An attempt is open: unknown, though nothing arrived, since nothing can tell that."""
    assert not machine.push(step, 3)
    assert machine.restart(power=False) == 1
    assert states(machine)[2] is State.UNKNOWN
    assert len(machine.vendor.arrived) == 2
    assert machine.push()
    assert len(machine.vendor.arrived) == 11


@pytest.mark.parametrize("step", ["after bytes", "reply read"])
def test_death_with_bytes_on_the_wire_or_answered_but_not_settled(machine, step):
    """An attempt is open: unknown, though it arrived."""
    assert not machine.push(step, 3)
    assert machine.restart(power=False) == 1
    assert states(machine)[:4] == [State.DELIVERED, State.DELIVERED, State.UNKNOWN, State.QUEUED]
    assert len(machine.vendor.arrived) == 3


def test_death_after_the_outcome_was_settled(machine):
    """On the same start of the system the true states are found, and the run goes on."""
    assert machine.push(limit=5)
    assert machine.restart(power=False) == 0
    assert states(machine)[:6] == [State.DELIVERED] * 5 + [State.QUEUED]
    assert machine.push()
    assert len(machine.vendor.arrived) == 12


def test_power_cut_inside_a_window(machine):
    """Back at the state of the window's start: what it reserved is unknown, the others are untouched."""
    assert not machine.push("reply read", 3)
    assert machine.restart(power=True) == 8
    assert states(machine) == [State.UNKNOWN] * 8 + [State.QUEUED] * 4
    assert machine.push()
    assert len(machine.vendor.arrived) == 3 + 4


def test_power_cut_between_windows(machine):
    """What an earlier window settled is kept, since the next window's first commit is forced."""
    assert not machine.push("claimed", 9)
    assert machine.restart(power=True) == 4
    assert states(machine) == [State.DELIVERED] * 8 + [State.UNKNOWN] * 4


class FullAtTheFirstClaim(Machine.store_class):
    """A disk that is full when the first claim is written."""

    def claim_next(self, parcel, settle, lease):
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0]
        self.connection.execute(f"PRAGMA max_page_count={pages}")
        self.connection.execute("CREATE TEMP TRIGGER IF NOT EXISTS grow BEFORE INSERT ON attempt BEGIN "
                                "INSERT INTO setting VALUES (randomblob(8), zeroblob(1000000)); END")  # fmt: skip
        return super().claim_next(parcel, settle, lease)


class FullAtTheThirdClaim(FullAtTheFirstClaim):
    """A disk that is full when the third claim, and with it the second outcome, is written."""

    claims = 0

    def claim_next(self, parcel, settle, lease):
        self.claims += 1
        store = FullAtTheFirstClaim if self.claims == 3 else Machine.store_class
        return store.claim_next(self, parcel, settle, lease)


def test_disk_full_at_a_claim(machine):
    """The error comes before the send: the run stops, nothing was sent, everything is queued."""
    machine.store_class = FullAtTheFirstClaim
    assert not machine.push()
    assert not machine.vendor.arrived
    assert states(machine) == [State.QUEUED] * 12


def test_disk_full_at_an_outcome(machine):
    """The run stops at once; what the reply said is kept in a file beside the outbox, and the row reads unknown."""
    machine.store_class = FullAtTheThirdClaim
    assert not machine.push()
    assert len(machine.vendor.arrived) == 2
    aside = json.loads(Path(f"{machine.path}-unwritten.jsonl").read_text(encoding="utf-8"))
    assert (aside["id"], aside["state"]) == (2, "delivered")
    assert states(machine)[:3] == [State.DELIVERED, State.UNKNOWN, State.QUEUED]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_second_program_on_the_same_outbox(tmp_path, endpoint, server, kit):
    """While a sender lives, even asleep, a second one is refused; once it is dead, the second takes over."""
    path = tmp_path / "outbox.db"
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(6)), to=endpoint)
    script = (
        "import sys; from omoto_kit.delivery import *\n"
        "list(Outbox(sys.argv[1]).push(HttpEndpoint.from_url(sys.argv[2], name='here'), canary=()))"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path), server.url], cwd=ROOT)
    server.on_request = lambda count: count == 2 and process.send_signal(signal.SIGSTOP)
    while not len(server.bodies) >= 2:
        time.sleep(0.02)
    with Outbox(path) as outbox:
        assert outbox.counts()["unknown"] == 0, "the claim of a sender that lives is left alone"
        with pytest.raises(OutboxBusy):
            next(outbox.push(endpoint))
        server.on_request = None
        process.kill()
        process.wait()
        assert [receipt.row for receipt in outbox.push(endpoint)] == [4, 5, 6, 7]
        assert outbox.counts()["unknown"] == 1
    assert len(set(server.bodies)) == len(server.bodies) == 6


def test_an_outbox_put_back_from_a_copy(tmp_path, endpoint, server, kit):
    """What was sent since looks queued, and nothing inside can tell; once a person says so, nothing goes by itself."""
    path, copy = tmp_path / "outbox.db", tmp_path / "copy.db"
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(4)), to=endpoint)
        outbox.put(kit.batch(range(2)), to="sandbox")
    shutil.copy(path, copy)
    with Outbox(path) as outbox:
        list(outbox.push(endpoint))
    with Outbox(copy) as outbox:
        assert outbox.counts(endpoint=endpoint)["queued"] == 4
        assert outbox.mark_restored(who="Asha", endpoint=endpoint) == 4
        assert list(outbox.push(endpoint)) == []
        assert outbox.counts(endpoint="sandbox")["queued"] == 2
        assert "older copy" in outbox.receipt(1).reason
        assert outbox.release([4], who="Asha", why="not in Omoto") == 1
        assert outbox.cancel([1, 2, 3], who="Asha", why="found in Omoto") == 3


def test_a_locked_outbox_is_told(tmp_path, endpoint, server, kit, monkeypatch):
    """Another program keeps the file locked: after some patience the run stops, with nothing sent."""
    monkeypatch.setattr("omoto_kit.delivery.opening.PATIENCE", 0.1)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(2)), to=endpoint)
        other = sqlite3.connect(outbox.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutboxBusy, match="keeps it locked"):
            list(outbox.push(endpoint))
        other.execute("ROLLBACK")
        other.close()
        assert server.bodies == []
        assert len(list(outbox.push(endpoint))) == 2


@pytest.mark.skipif(not hasattr(os, "chmod") or sys.platform == "win32", reason="Windows has no such file modes")
def test_an_outbox_that_becomes_read_only_sends_nothing(machine):
    """The claim cannot be written, so not a byte leaves."""

    class ReadOnly(Machine.store_class):
        def claim_next(self, parcel, settle, lease):
            self.connection.execute("PRAGMA query_only=1")
            return super().claim_next(parcel, settle, lease)

    machine.store_class = ReadOnly
    assert not machine.push()
    assert not machine.vendor.arrived


@pytest.mark.parametrize("jump", [-86_400, 86_400, -86_400 * 365 * 40])
def test_the_clock_jumps_during_a_run(outbox, endpoint, server, kit, monkeypatch, jump):
    """A clock that is set back or forward between two rows changes nothing but the times that are noted."""
    clock, seen = time.time, []
    server.on_request = seen.append
    monkeypatch.setattr(time, "time", lambda: clock() + (jump if len(seen) >= 2 else 0))
    outbox.put(kit.batch(range(5)), to=endpoint)
    assert [receipt.state for receipt in outbox.push(endpoint)] == [State.DELIVERED] * 5
    assert len(set(server.bodies)) == len(server.bodies) == 5
    assert kit.adds_up(outbox.counts())
    assert outbox.attempts(5)[0].ended is not None


def test_the_clock_is_set_back_while_a_row_is_put_off(outbox, endpoint, server, kit, monkeypatch):
    """A row that was put off until a moment which is now far away stays queued, the stop says so, and later it goes."""
    server.replies = [kit.http(503, "", "Retry-After: 130")]
    outbox.put(kit.batch(range(2)), to=endpoint)
    with pytest.raises(RunStopped, match="asks to wait 130 seconds"):
        list(outbox.push(endpoint, canary=()))
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() - 1000)
    with pytest.raises(RunStopped, match=r"asked to wait 11\d\d seconds more"):
        list(outbox.push(endpoint, canary=()))
    assert (outbox.counts()["delivered"], outbox.counts()["queued"]) == (1, 1)
    monkeypatch.setattr(time, "time", lambda: clock() + 200)
    assert len(list(outbox.push(endpoint, canary=()))) == 1
    assert outbox.counts()["delivered"] == 2


def test_the_lock_of_a_dead_sender_is_free(tmp_path):
    """Nobody has to remove anything after a crash: the system frees the lock with its process."""
    path = tmp_path / "outbox.db"
    script = (
        f"import os,signal; from omoto_kit.delivery.lock import SenderLock as L; l = L({str(path)!r}); l.acquire();"
    )
    script += "os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    lock = SenderLock(path)
    assert lock.try_acquire()
    lock.release()

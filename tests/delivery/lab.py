"""The crash lab: an outbox and a vendor that counts, and a machine that dies where it is told to.

A killed process leaves the files as they are. A power cut puts them back to the last commit that was really forced to
disk, and starts the system anew. The lab asks the database itself whether a commit was forced, not the sender.
"""

import collections
import random
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.model import Outcome, jsonbody_of
from omoto_kit.delivery.running import begin_run
from omoto_kit.delivery.sender import Sender
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OutboxError, RunStopped
from omoto_kit.receipt import State
from tests.delivery.conftest import make_batch

STEPS = ["before claim", "claimed", "before bytes", "after bytes", "reply read", "before settle", "forced commit"]
WINDOWS = [1, 2, 3, 8, 16]
ENDPOINT = HttpEndpoint.from_url("http://127.0.0.1:9/omoto/response.htm", name="here")
FULL = 2  #: SQLite's number for a commit that is forced to disk


class Crash(BaseException):
    """The machine stops here."""


class Vendor:
    """A transport that counts what arrived: it takes, rejects, cannot be reached, or swallows the reply."""

    def __init__(self, chance):
        self.chance, self.arrived, self.crash, self.bytes_left = chance, collections.Counter(), None, False

    def kind(self):
        """Choose what happens to the next request."""
        return self.chance.choices(["refused", "lost", "rejected", "taken"], [4, 4, 7, 85])[0]

    def send(self, form, meanwhile):
        """Take one form, or not."""
        self.bytes_left = False
        if self.crash:
            self.crash("before bytes")
        kind = self.kind()
        if kind == "refused":
            return Outcome(error="refused", bytes_left=False)
        self.bytes_left = True
        self.arrived[jsonbody_of(form)] += 1
        meanwhile()
        if self.crash:
            self.crash("after bytes")
        if kind == "lost":
            return Outcome(error="no reply")
        rejected = kind == "rejected"
        return Outcome(400 if rejected else 200, b'{"response":"parseerror"}' if rejected else b'{"status":"success"}')


class LabStore(SqliteStore):
    """Tells the lab of each commit that SQLite was told to force to disk."""

    on_forced = None

    @contextmanager
    def writing(self, *, forced=True):
        """Open a transaction, and look how it was committed."""
        with super().writing(forced=forced) as connection:
            yield connection
        if self.on_forced and connection.execute("PRAGMA synchronous").fetchone()[0] == FULL:
            self.on_forced()


class Machine:
    """An outbox file on a machine that can be killed or lose its power, and the vendor at the other end."""

    store_class = LabStore
    sender_class = Sender

    def __init__(self, rows, window, *, seed=0, vendor=None):
        shared = Path("/dev/shm")  # noqa: S108  memory where there is any, for speed: what was forced is asked, not timed
        self.folder = Path(tempfile.mkdtemp(prefix="lab-", dir=shared if shared.is_dir() else None))
        self.chance = random.Random(seed)
        self.path, self.image = self.folder / "outbox.db", self.folder / "image"
        self.rows, self.window, self.boots = rows, window, 0
        self.vendor = vendor or Vendor(self.chance)
        self.died = ""
        with self.outbox() as outbox:
            begin_run(outbox._store, ENDPOINT)
            if rows:
                outbox.put(make_batch(range(rows)), to=ENDPOINT)
        self.keep_image()

    def close(self):
        """Remove the files."""
        shutil.rmtree(self.folder)

    def outbox(self):
        """Open the outbox as a program does that was started on this machine."""
        return Outbox(self.path, boot=f"boot {self.boots}")

    def keep_image(self):
        """Remember what a power cut would leave: the files as they are now."""
        shutil.rmtree(self.image, ignore_errors=True)
        self.image.mkdir()
        for suffix in ("", "-wal"):
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                shutil.copy(part, self.image / f"db{suffix}")

    def cut_power(self):
        """Put the files back to the last forced commit, and start the system anew."""
        for suffix in ("", "-wal", "-shm"):
            part = Path(f"{self.path}{suffix}")
            part.unlink(missing_ok=True)
            if (self.image / f"db{suffix}").exists():
                shutil.copy(self.image / f"db{suffix}", part)
        self.boots += 1

    def push(self, where="never", at=0, limit=None):
        """Push until the end, or until the machine stops at a step; tell whether it came to the end."""
        self.died = ""
        store = self.store_class(self.path, f"boot {self.boots}")
        store.on_forced = self.keep_image
        claims = 0

        def step(name):
            nonlocal claims
            claims += name == "claimed"
            if name == where and claims >= at:
                self.died = name
                store.close()
                raise Crash

        self.vendor.crash = step
        sender = self.sender_class(store, 1, self.vendor, Brakes((), 0, 0), Control())
        sender.prepare(ENDPOINT, None, None, limit=limit, window=self.window)
        sender.on_step = step
        try:
            collections.deque(sender.run(), maxlen=0)
        except (Crash, OutboxError):
            return False
        except RunStopped:
            assert not self.died, "a machine that is dead says nothing"
        store.close()
        return True

    def restart(self, *, power):
        """Come back after a crash; not more became unknown than was promised."""
        if power:
            self.cut_power()
        before = self.unknown()
        with self.outbox() as outbox:
            counts = outbox.counts()
        self.keep_image()
        assert counts["sending"] == 0
        assert counts["unknown"] - before <= (self.window if power else 1)
        self.agree()
        return counts["unknown"] - before

    def unknown(self):
        """Count unknown rows in the file, without opening it as an outbox."""
        with sqlite3.connect(self.path) as raw:
            (count,) = raw.execute("SELECT count(*) FROM response WHERE state = 4").fetchone()
        raw.close()
        return count

    def agree(self):
        """Hold every row against what arrived: nothing twice, nothing lost, nothing claimed that is not so."""
        with self.outbox() as outbox:
            counts = outbox.counts()
            assert counts["rows"] == self.rows == sum(counts.values()) - counts["rows"]
            for receipt in outbox.receipts():
                arrived = self.vendor.arrived[outbox.body(receipt.id)]
                assert arrived <= 1, f"row {receipt.row} arrived {arrived} times"
                if receipt.state in (State.DELIVERED, State.REJECTED):
                    assert arrived == 1, f"row {receipt.row} is {receipt.state} and never arrived"
                if receipt.state is State.QUEUED:
                    assert arrived == 0, f"row {receipt.row} arrived and waits to be sent"
        return counts


def one_death(machine_class, step, window, at, *, power):
    """Die once at a step, come back, and send the rest; tell at which step it died, and how many became unknown."""
    machine = machine_class(3 * window + 3, window, seed=crc32(f"{step} {window} {at} {power}".encode()))
    try:
        machine.vendor.kind = lambda: "refused" if machine.chance.random() < 0.05 else "taken"
        lost = 0
        if not machine.push(step, at):
            lost = machine.restart(power=power)
        died = machine.died
        assert machine.push()
        assert machine.agree()["queued"] == 0
        return died, lost
    finally:
        machine.close()


def many_deaths(machine_class, seed):
    """Die again and again, by kill or power cut, until all is sent."""
    chance = random.Random(seed)
    machine = machine_class(chance.randint(1, 25), chance.choice(WINDOWS), seed=seed)
    try:
        for _ in range(30):
            if machine.push(chance.choice(STEPS), chance.randint(1, 12)):
                break
            machine.restart(power=chance.random() < 0.4)
        else:
            assert machine.push()
        assert machine.agree()["queued"] == 0
    finally:
        machine.close()

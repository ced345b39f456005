"""Crashes and power cuts: nothing is lost, nothing goes twice, and what cannot be known is unknown."""

import collections
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.delivery.boot import boot_id
from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.model import Outcome, jsonbody_of
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.delivery.sender import Sender
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OutboxError
from omoto_kit.receipt import State

ROOT = Path(__file__).parents[2]
STEPS = ["before claim", "claimed", "before bytes", "after bytes", "reply read", "before settle", "forced commit"]
PUSH = """
import sys
from omoto_kit.delivery import HttpEndpoint, Outbox
path, url, window = sys.argv[1:]
with Outbox(path, window=int(window)) as outbox:
    for receipt in outbox.push(HttpEndpoint.from_url(url, name="here"), canary=()):
        pass
"""


def start_push(path, url, window=1):
    """Start a push in a process of its own."""
    command = [sys.executable, "-c", PUSH, str(path), url, str(window)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def test_the_claim_is_on_disk_before_the_bytes_leave(outbox, endpoint, server, kit):
    """When a request arrives, another process can already read that its row is being sent."""
    seen = []

    def look(count):
        with sqlite3.connect(outbox.path) as other:
            seen.append(other.execute("SELECT response_id, ended FROM attempt ORDER BY id DESC").fetchone())

    server.on_request = look
    outbox.put(kit.batch(range(5)), to=endpoint)
    list(outbox.push(endpoint))
    assert seen == [(number, None) for number in range(1, 6)]


def test_while_it_is_sent_a_row_counts_as_sending(outbox, endpoint, server, kit):
    """The counts add up at every moment of a push, also seen from elsewhere."""
    seen = []

    def look(count):
        with Outbox(outbox.path) as other:
            seen.append(other.counts())

    server.on_request = look
    outbox.put(kit.batch(range(4)), to=endpoint)
    list(outbox.push(endpoint))
    assert [counts["sending"] for counts in seen] == [1] * 4
    assert [counts["delivered"] for counts in seen] == [0, 1, 2, 3]
    assert all(kit.adds_up(counts) for counts in seen)


@pytest.mark.parametrize("window", [1, 16])
def test_kill_minus_nine(tmp_path, server, kit, window):
    """A killed push leaves at most one row unknown; the next push goes on, and nothing arrives twice."""
    path, endpoint = tmp_path / "outbox.db", kit.endpoint_of(server)
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(60)), to=endpoint)
    for kills, stop in enumerate((5, 19, 40), 1):
        process = start_push(path, server.url, window)
        server.on_request = lambda count, stop=stop, process=process: count == stop and process.kill()
        assert process.wait() == -signal.SIGKILL
        with Outbox(path) as outbox:
            counts = outbox.counts()
            assert counts["sending"] == 0
            assert counts["unknown"] <= kills
            assert kit.adds_up(counts)
    server.on_request = None
    assert start_push(path, server.url, window).wait() == 0
    with Outbox(path) as outbox:
        counts = outbox.counts()
        unknown = [outbox.body(receipt.id) for receipt in outbox.receipts(states=[State.UNKNOWN])]
        assert "stopped before the outcome" in next(outbox.receipts(states=[State.UNKNOWN])).reason
    arrived = collections.Counter(server.bodies)
    assert max(arrived.values()) == 1
    assert counts["delivered"] + counts["unknown"] == 60
    assert 1 <= len(unknown) <= 3
    assert len(arrived) == 60


def test_a_crash_is_seen_at_once(tmp_path, server, kit):
    """Opening an outbox after a crash shows the interrupted row as unknown, without any push."""
    path, endpoint = tmp_path / "outbox.db", kit.endpoint_of(server)
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(3)), to=endpoint)
    process = start_push(path, server.url)
    server.on_request = lambda count: process.kill()
    process.wait()
    with Outbox(path) as outbox:
        counts = outbox.counts()
        assert (counts["unknown"], counts["queued"]) == (1, 2)
        (attempt,) = outbox.attempts(1)
        assert (attempt.outcome, attempt.bytes_left) == (State.UNKNOWN, None)


def test_the_system_names_its_start():
    """On Linux the boot has an id, the same for every process."""
    assert boot_id() == boot_id()
    if sys.platform == "linux":
        assert len(boot_id()) == 36


class Crash(BaseException):
    """The machine stops here."""


class Vendor:
    """A transport that counts what arrived: it takes, rejects, cannot be reached, or swallows the reply."""

    def __init__(self, chance):
        self.chance, self.arrived, self.crash, self.bytes_left = chance, collections.Counter(), None, False

    def send(self, form):
        self.bytes_left = False
        if self.crash:
            self.crash("before bytes")
        kind = self.chance.random()
        if kind < 0.04:
            return Outcome(error="refused", bytes_left=False)
        self.bytes_left = True
        self.arrived[jsonbody_of(form)] += 1
        if self.crash:
            self.crash("after bytes")
        if kind < 0.08:
            return Outcome(error="no reply")
        body = b'{"response":"parseerror"}' if kind < 0.15 else b'{"status":"success"}'
        return Outcome(400 if kind < 0.15 else 200, body)


class Lab:
    """One outbox that dies again and again, by a killed process or by a power cut."""

    def __init__(self, folder, seed, kit, endpoint):
        self.chance, self.endpoint = random.Random(seed), endpoint
        self.path, self.image = folder / f"{seed}.db", folder / "image"
        self.rows, self.window = self.chance.randint(1, 25), self.chance.choice([1, 2, 3, 8, 16])
        self.vendor, self.boots = Vendor(self.chance), 0
        self.worst = collections.Counter()
        with Outbox(self.path, boot="boot 0") as outbox:
            outbox.put(kit.batch(range(self.rows)), to=endpoint)
        self.keep_image()

    def keep_image(self):
        """Remember what a power cut would leave: the files at the last forced commit."""
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

    def push(self, where, at):
        """Push until the end, or until the machine stops at a step; tell whether it came to the end."""
        store = SqliteStore(self.path, f"boot {self.boots}")
        claims = 0

        def step(name):
            nonlocal claims
            if name == "forced commit":
                self.keep_image()
            claims += name == "claimed"
            if name == where and claims >= at:
                store.close()
                raise Crash

        self.vendor.crash = step
        sender = Sender(store, 1, self.vendor, Brakes((), 0, 0), Control())
        sender.prepare(self.endpoint, None, None, limit=None, window=self.window)
        sender.on_step = step
        try:
            collections.deque(sender.run(), maxlen=0)
        except (Crash, OutboxError):
            return False
        store.close()
        self.keep_image()
        return True

    def restart(self, *, power):
        """Come back after a crash, and note how many rows became unknown by it."""
        if power:
            self.cut_power()
        with sqlite3.connect(self.path) as raw:
            known = raw.execute("SELECT count(*) FROM response WHERE state = 4").fetchone()[0]
        with Outbox(self.path, boot=f"boot {self.boots}") as outbox:
            counts = outbox.counts()
        self.keep_image()
        kind = "power" if power else "process"
        self.worst[kind] = max(self.worst[kind], counts["unknown"] - known)
        assert counts["unknown"] - known <= (self.window if power else 1)
        assert counts["sending"] == 0

    def run(self):
        """Crash and come back until all is sent, then hold every row against what arrived."""
        for _ in range(30):
            if self.push(self.chance.choice(STEPS), self.chance.randint(1, 12)):
                break
            self.restart(power=self.chance.random() < 0.4)
        else:
            assert self.push("never", 0)
        with Outbox(self.path, boot=f"boot {self.boots}") as outbox:
            counts = outbox.counts()
            assert counts["rows"] == self.rows == sum(counts.values()) - counts["rows"]
            assert counts["queued"] == 0
            for receipt in outbox.receipts():
                arrived = self.vendor.arrived[outbox.body(receipt.id)]
                assert arrived <= 1
                if receipt.state in (State.DELIVERED, State.REJECTED):
                    assert arrived == 1


@pytest.fixture
def lab(tmp_path, kit, endpoint, monkeypatch):
    """Makes labs by their seed."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    return lambda seed: Lab(tmp_path, seed, kit, endpoint)


@pytest.mark.parametrize("seed", range(60))
def test_no_crash_loses_or_doubles_a_row(lab, seed):
    """Death at any step, by kill or power cut, costs at most one unknown row, or the window's."""
    lab(seed).run()


MUTANTS = {
    "forgets open claims": ("recover_claimed", "UPDATE response SET state = 4 WHERE :now < 0 AND :reason = ''"),
    "trusts the lease after a power cut": (
        "recover_leased",
        "UPDATE response SET state = 4 WHERE :now < 0 AND :reason = '' AND :boot = ''",
    ),
    "reserves nothing": ("lease_take", "INSERT INTO lease SELECT ?, ?, ? WHERE 0"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_lab_catches_planted_bugs(lab, monkeypatch, mutant):
    """The lab can fail: with a promise taken out of the code, it soon finds a row sent twice or lost."""
    name, statement = MUTANTS[mutant]
    monkeypatch.setattr("omoto_kit.delivery.store.QUERIES", {**QUERIES, name: statement})
    with pytest.raises(AssertionError):
        collections.deque((lab(seed).run() for seed in range(40)), maxlen=0)

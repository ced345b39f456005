"""Crashes and power cuts: nothing is lost, nothing goes twice, and what cannot be known is unknown."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from omoto_kit.delivery import Outbox
from omoto_kit.delivery.boot import boot_id
from omoto_kit.receipt import State

ROOT = Path(__file__).parents[2]
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

"""Real kills: a process that pushes over real sockets dies by SIGKILL at a chance moment, again and again.

`OMOTO_KILLS` says how often; 20 where it is not set, and `make soak` sets 500.
"""

import collections
import itertools
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.receipt import State

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("OMOTO_KILLS", "20"))
A_FILE = 10  #: kills that one outbox takes
ROWS = 200  #: in an outbox: more than its pushes send before they are killed
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork, and no SIGKILL")


class Pusher:
    """A program that forks a push on demand."""

    def __init__(self):
        command = [sys.executable, "-m", "tests.delivery.pusher"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, path, window, url):
        """Start a push, and give its process."""
        self.process.stdin.write(f"{path}\t{window}\t{url}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def wait(self):
        """Wait for the push that was started, and give its exit code."""
        return int(self.process.stdout.readline())


@pytest.fixture
def pusher():
    """A program that pushes, ended with the test."""
    running = Pusher()
    yield running
    running.process.stdin.close()
    running.process.wait(20)
    running.process.stdout.close()


def kill_after(server, count, delay, child):
    """Kill a process a moment after a request arrived, wherever it is by then; 0 kills it while it waits."""

    def kill():
        time.sleep(delay)
        os.kill(child.get(), signal.SIGKILL)  # waits until the process is known

    def look(arrived):
        if arrived == count and delay:
            threading.Thread(target=kill).start()
        elif arrived == count:
            kill()

    server.on_request = look


def killed_again_and_again(path, server, kit, pusher, chance):
    """Push one outbox through its kills to the end; give how many kills there were, and how many unknown."""
    endpoint, window = kit.endpoint_of(server), chance.choice([1, 4, 16])
    first = len(server.bodies)
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(ROWS)), to=endpoint)
    kills = 0
    for _ in range(A_FILE):
        child = queue.SimpleQueue()
        kill_after(server, len(server.bodies) + chance.randint(1, 9), chance.choice([0, chance.random() / 200]), child)
        child.put(pusher.start(path, window, server.url))
        if pusher.wait() == 0:  # it was faster than the kill, and came to its end
            break
        kills += 1
        with Outbox(path) as outbox:
            counts = outbox.counts()
            assert kit.adds_up(counts)
            assert counts["sending"] == 0
            assert counts["unknown"] <= kills, "at most one for each kill"
    server.on_request = None
    pusher.start(path, window, server.url)
    assert pusher.wait() == 0
    return kills, *held_against(path, collections.Counter(server.bodies[first:]))


def held_against(path, arrived):
    """Hold an outbox's every row against what arrived; give how many are unknown, and how many of these arrived."""
    with Outbox(path) as outbox:
        states = {outbox.body(receipt.id): receipt.state for receipt in outbox.receipts()}
    assert max(arrived.values()) == 1, "something was sent twice"
    assert set(states.values()) <= {State.DELIVERED, State.UNKNOWN}
    assert [body for body, state in states.items() if state is State.DELIVERED and not arrived[body]] == []
    unknown = [body for body, state in states.items() if state is State.UNKNOWN]
    assert len(states) - len(unknown) + sum(arrived[body] for body in unknown) == len(arrived), "something was lost"
    return len(unknown), sum(arrived[body] for body in unknown)


@pytest.mark.timeout(60 + 2 * KILLS)
def test_kill_minus_nine(tmp_path, server, kit, pusher, record_property):
    """Killed again and again, a push doubles nothing and loses nothing; each kill costs at most one unknown row."""
    chance = random.Random(KILLS)
    totals = collections.Counter()
    for number in itertools.count():
        if totals["kills"] >= KILLS:
            break
        kills, unknown, arrived = killed_again_and_again(tmp_path / f"{number}.db", server, kit, pusher, chance)
        totals.update(kills=kills, unknown=unknown, arrived=arrived, rows=ROWS)
    for name, figure in totals.items():
        record_property(name, figure)
    print(  # noqa: T201  the soak's figures, which pytest shows with -s
        f"{totals['kills']} kills -9 over {totals['rows']} rows: 0 lost, 0 sent twice, {totals['unknown']} unknown, "
        f"{totals['arrived']} of which had arrived"
    )
    assert totals["unknown"] <= totals["kills"]

"""Pause, resume, limits, Ctrl-C, and a push in a thread of its own."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.delivery.control import Control
from omoto_kit.errors import OutboxBusy, RunStopped, SettingsError
from omoto_kit.plugins import Plugins, hookimpl
from omoto_kit.receipt import State

ROOT = Path(__file__).parents[2]


def test_pause_finishes_the_row_and_resume_is_the_same_call(outbox, endpoint, server, kit):
    """After a pause nothing more goes out; the next push sends the rest, each once."""
    outbox.put(kit.batch(range(10)), to=endpoint)
    push = outbox.push(endpoint)
    for receipt in push:
        if receipt.row == 5:
            push.pause()
    assert len(server.bodies) == 4
    counts = outbox.counts()
    assert (counts["delivered"], counts["queued"], counts["sending"]) == (4, 6, 0)
    assert len(list(outbox.push(endpoint))) == 6
    assert len(set(server.bodies)) == len(server.bodies) == 10


def test_a_released_claim_says_that_nothing_was_sent(outbox, endpoint, kit):
    """A row that was claimed when the pause came is queued again, and its attempt says that no byte left."""
    outbox.put(kit.batch(range(3)), to=endpoint)
    push = outbox.push(endpoint)
    next(push)
    push.close()
    (attempt,) = outbox.attempts(2)
    assert (attempt.outcome, attempt.bytes_left) == (State.QUEUED, False)
    assert outbox.receipt(2).state is State.QUEUED


@pytest.mark.parametrize("window", [None, 1, 7])
@pytest.mark.parametrize("limit", [0, 1, 5])
def test_a_limit_sends_so_many(tmp_path, endpoint, server, kit, window, limit):
    """Not one response more than the limit goes out, whatever the window."""
    with Outbox(tmp_path / "limited.db", window=window) as outbox:
        outbox.put(kit.batch(range(20)), to=endpoint)
        assert len(list(outbox.push(endpoint, limit=limit, canary=()))) == limit
        assert len(server.bodies) == limit
        assert outbox.counts()["queued"] == 20 - limit


def test_a_thread_of_its_own(outbox, endpoint, server, kit):
    """A started push sends by itself; its counts come from the store, and waiting for it tells its end."""
    outbox.put(kit.batch(range(10)), to=endpoint)
    seen = []
    push = outbox.push(endpoint).start(seen.append)
    assert push.wait(30)
    assert (push.running, push.error) == (False, None)
    assert push.counts["delivered"] == len(seen) == len(server.bodies) == 10


def test_a_started_push_can_be_paused_from_outside(outbox, endpoint, server, kit):
    """The stop button of a notebook: the row on the wire is settled, the rest waits."""
    outbox.put(kit.batch(range(10)), to=endpoint)
    arrived, go_on = threading.Event(), threading.Event()

    def hold(count):
        if count == 3:
            arrived.set()
            go_on.wait(10)

    server.on_request = hold
    push = outbox.push(endpoint).start()
    arrived.wait(10)
    push.pause()
    assert outbox.counts()["sending"] == 1
    go_on.set()
    assert push.wait(10)
    counts = outbox.counts()
    assert (counts["delivered"], counts["queued"]) == (3, 7)


def test_cancel_stops_and_empties_the_queue(outbox, endpoint, server, kit):
    """What this endpoint has not sent yet is cancelled; other endpoints' responses are left alone."""
    outbox.put(kit.batch(range(5)), to=endpoint)
    outbox.put(kit.batch(range(5)), to="sandbox")
    push = outbox.push(endpoint)
    next(push)
    assert push.cancel(who="Asha", why="wrong file") == 4
    counts = outbox.counts(endpoint=endpoint)
    assert (counts["delivered"], counts["cancelled"], counts["queued"]) == (1, 4, 0)
    assert outbox.counts(endpoint="sandbox")["queued"] == 5
    assert len(server.bodies) == 1


def test_a_started_push_is_not_iterated(outbox, endpoint, kit):
    """A push sends either here or in its thread, and says so."""
    outbox.put(kit.batch(range(1)), to=endpoint)
    push = outbox.push(endpoint).start()
    with pytest.raises(SettingsError, match="thread of its own"):
        next(push)
    assert push.wait(10)


def test_waiting_tells_what_stopped_a_started_push(outbox, endpoint, server, kit):
    """The error of a push in a thread is kept and raised where it is waited for."""
    server.replies = [kit.http(401, {"response": "keymismatch"})]
    outbox.put(kit.batch(range(2)), to=endpoint)
    push = outbox.push(endpoint).start()
    with pytest.raises(RunStopped, match="keymismatch"):
        push.wait(10)
    assert isinstance(push.error, RunStopped)


def test_closing_the_outbox_settles_its_pushes(tmp_path, endpoint, server, kit):
    """Leaving the `with` of an outbox ends a push that runs in a thread, with nothing left open."""
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(200)), to=endpoint)
        arrived = threading.Event()
        server.on_request = lambda count: count == 2 and arrived.set()
        outbox.push(endpoint).start()
        arrived.wait(10)
    with Outbox(tmp_path / "outbox.db") as outbox:
        counts = outbox.counts()
        assert counts["unknown"] == counts["sending"] == 0
        assert counts["delivered"] == len(server.bodies)


def test_rows_put_during_a_push_go_with_it(outbox, endpoint, server, kit):
    """What is put while a push runs is sent by the same push, and nothing blocks."""
    outbox.put(kit.batch(range(3)), to=endpoint)
    for receipt in outbox.push(endpoint):
        if receipt.id == 2:
            outbox.put(kit.batch(range(50, 53), name="may.csv"), to=endpoint)
    assert len(server.bodies) == 6


def test_a_row_cancelled_during_a_push_is_not_sent(tmp_path, endpoint, server, kit):
    """Cancelling reaches rows that the sender has already reserved; for the one on the wire it is too late."""
    with Outbox(tmp_path / "outbox.db", window=8) as outbox:
        outbox.put(kit.batch(range(8)), to=endpoint)
        push = outbox.push(endpoint, canary=())
        assert next(push).id == 1
        assert outbox.cancel([2, 4, 5], who="Asha", why="asked to") == 2, "row 2 is claimed already"
        assert [receipt.id for receipt in push] == [2, 3, 6, 7, 8]
        assert len(server.bodies) == 6
        assert outbox.counts()["cancelled"] == 2


def test_the_pace_is_kept(outbox, endpoint, server, kit, monkeypatch):
    """With a least interval, each response waits for its turn, and receipts come before the wait."""
    waits = []
    monkeypatch.setattr(Control, "wait", lambda self, seconds, note="": waits.append(seconds))
    outbox.put(kit.batch(range(4)), to=endpoint)
    slow = kit.endpoint_of(server, min_interval=5)
    assert len(list(outbox.push(slow))) == 4
    assert len(waits) == 4
    assert all(4 < wait <= 5 for wait in waits[1:])


SCRIPT = """
import sys
from omoto_kit.delivery import HttpEndpoint, Outbox
path, url = sys.argv[1:]
with Outbox(path) as outbox:
    try:
        for receipt in outbox.push(HttpEndpoint.from_url(url, name="here"), canary=()):
            print("receipt", receipt.id, flush=True)
    except KeyboardInterrupt:
        print("interrupted", outbox.counts()["sending"], flush=True)
        sys.exit(130)
"""


@contextlib.contextmanager
def running(path, url):
    """Run a push in a process of its own, as a shell would."""
    command = [sys.executable, "-c", SCRIPT, str(path), url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process


def test_the_first_ctrl_c_finishes_the_row(tmp_path, endpoint, server, kit):
    """Ctrl-C while a reply is awaited: the reply is read, its outcome written down, and nothing else is sent."""
    path = tmp_path / "outbox.db"
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(5)), to=endpoint)

    def press(count):
        if count == 2:
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)

    server.on_request = press
    with running(path, server.url) as process:
        output = process.communicate(timeout=30)[0].split("\n")
    assert output[:3] == ["receipt 1", "receipt 2", "interrupted 0"]
    assert process.returncode == 130
    with Outbox(path) as outbox:
        counts = outbox.counts()
    assert (counts["delivered"], counts["queued"], counts["unknown"]) == (2, 3, 0)


def test_the_second_ctrl_c_gives_up_waiting(tmp_path, endpoint, server, kit):
    """Pressed again while the reply does not come: the row is unknown at once, and the program ends."""
    path = tmp_path / "outbox.db"
    with Outbox(path) as outbox:
        outbox.put(kit.batch(range(5)), to=endpoint)
    done = threading.Event()

    def press(count):
        if count == 2:
            for _ in range(2):
                process.send_signal(signal.SIGINT)
                time.sleep(0.3)
            done.wait(20)

    server.on_request = press
    with running(path, server.url) as process:
        output = process.communicate(timeout=15)[0].split("\n")
    done.set()
    assert output[:2] == ["receipt 1", "interrupted 0"]
    with Outbox(path) as outbox:
        counts = outbox.counts()
        assert (counts["delivered"], counts["queued"], counts["unknown"]) == (1, 3, 1)
        assert "interrupted" in outbox.receipt(2).reason
        assert outbox.attempts(2)[0].bytes_left is True


def test_a_plugin_may_hold_a_response(outbox, endpoint, server, kit):
    """before_send takes a response out of the queue with its reason; a plugin that fails holds, too."""

    @hookimpl
    def before_send(response):
        if response.npsrating == "3":
            raise ValueError
        return "asked to be forgotten" if response.npsrating == "1" else None

    seen = []

    @hookimpl
    def after_send(receipt):
        seen.append(receipt.id)

    plugins = Plugins().with_functions(before_send, after_send, name="guard")
    outbox.put(kit.batch(range(5)), to=endpoint)
    receipts = list(outbox.push(endpoint, plugins=plugins))
    assert [receipt.id for receipt in receipts] == [1, 3, 5] == seen
    held = {receipt.id: receipt.reason for receipt in outbox.receipts(states=[State.HELD])}
    assert held[2] == "held by plugin guard: asked to be forgotten"
    assert "ValueError" in held[4]
    assert outbox.release([2], who="Asha", why="it is fine") == 1
    assert [receipt.id for receipt in outbox.push(endpoint)] == [2]


def test_busy_is_told_before_anything_is_sent(outbox, endpoint, server, kit):
    """The second of two started pushes reports the first, and only one sends."""
    outbox.put(kit.batch(range(3)), to=endpoint)
    first = outbox.push(endpoint)
    next(first)
    second = outbox.push(endpoint).start()
    with pytest.raises(OutboxBusy):
        second.wait(10)
    assert len(list(first)) == 2
    assert len(server.bodies) == 3

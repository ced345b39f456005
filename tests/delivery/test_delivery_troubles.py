"""Where nothing can be reached: how often it is tried, what the person is told meanwhile, and how to go on."""

import shlex
import socket

import pytest

from omoto_kit.delivery import HttpEndpoint
from omoto_kit.delivery import sender as loop
from omoto_kit.delivery.control import Control
from omoto_kit.errors import RunStopped
from omoto_kit.receipt import State


@pytest.fixture
def waits(monkeypatch):
    """Collects how long the sender would have waited, and lets it go on at once."""
    waited = []

    def wait(self, seconds, note=""):
        if note and self.on_note is not None:
            self.on_note(note)
        waited.append(seconds)

    monkeypatch.setattr(Control, "wait", wait)
    return waited


@pytest.fixture
def dead():
    """An address of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/omoto/response.htm"


def test_a_wrong_address_is_told_within_seconds(outbox, dead, kit, waits):
    """Before anything was reached, three tries are enough, some four seconds in all; nothing is unknown."""
    away = HttpEndpoint.from_url(dead, name="away")
    outbox.put(kit.batch(range(4)), to=away)
    with pytest.raises(RunStopped, match=r"3 tries in a row .*the connection was refused"):
        list(outbox.push(away))
    assert sum(waits) <= 4
    assert outbox.counts()["queued"] == 4
    assert [len(outbox.attempts(number)) for number in (1, 2)] == [3, 0]
    assert all(attempt.bytes_left is False for attempt in outbox.attempts(1))


def test_once_it_was_reached_it_is_given_longer(outbox, endpoint, server, kit, waits):
    """A connection that breaks during a run is tried eight times, each wait longer, one row probing."""

    def last(connection):
        connection.sendall(kit.OK)
        server.socket.shutdown(socket.SHUT_RDWR)
        server.close()
        return "close"

    server.replies = [last]
    outbox.put(kit.batch(range(4)), to=endpoint)
    with pytest.raises(RunStopped, match="8 tries in a row"):
        list(outbox.push(endpoint, canary=()))
    assert len(waits) == loop.MOST_TRIES - 1
    assert all(0.8 * 2**n <= wait <= 1.2 * 2**n for n, wait in enumerate(waits) if n < 6)
    assert max(waits) <= 1.2 * loop.LONGEST_WAIT
    assert [outbox.receipt(number).state for number in (1, 2, 3)] == [State.DELIVERED, State.QUEUED, State.QUEUED]
    assert [len(outbox.attempts(number)) for number in (1, 2, 3)] == [1, 8, 0]


def test_a_server_that_only_puts_off_is_given_longer(outbox, endpoint, server, kit, waits):
    """429 is a reply: the address is right, so the run has patience."""
    server.replies = [kit.http(429, "slow down")] * 5
    outbox.put(kit.batch(range(1)), to=endpoint)
    assert [receipt.attempts for receipt in outbox.push(endpoint)] == [6]


def test_a_connection_that_comes_back_is_used(outbox, dead, kit, make_server, monkeypatch):
    """Where nothing could be sent, one row probes until it can; then the rest follows, each once."""
    away = HttpEndpoint.from_url(dead, name="away")
    outbox.put(kit.batch(range(4)), to=away)
    revived = []

    def comes_back(self, seconds, note=""):
        if not revived:
            revived.append(make_server(port=int(dead.rsplit(":", 1)[1].split("/")[0])))

    monkeypatch.setattr(Control, "wait", comes_back)
    assert [receipt.state for receipt in outbox.push(away)] == [State.DELIVERED] * 4
    assert [len(outbox.attempts(number)) for number in (1, 2)] == [2, 1]
    assert len(set(revived[0].bodies)) == len(revived[0].bodies) == 4


def test_the_person_is_told_why_it_waits(outbox, dead, kit, waits):
    """Each wait begins with a note that says what happened and when it is tried again."""
    away = HttpEndpoint.from_url(dead, name="away")
    outbox.put(kit.batch(range(1)), to=away)
    notes = []
    push = outbox.push(away)
    push.on_note = notes.append
    assert push.on_note == notes.append
    with pytest.raises(RunStopped):
        list(push)
    assert len(notes) == 2
    assert all(note.startswith("not sent: the connection was refused; trying again in ") for note in notes)


NAMED = {
    "by its name": (lambda url: HttpEndpoint.from_url(url, name="live"), "--to live"),
    "by a name that a shell would part": (lambda url: HttpEndpoint.from_url(url, name="my live"), "--to 'my live'"),
    "by its address": (HttpEndpoint.from_url, "--to {url}"),
    "by its address, the key left out": (
        lambda url: HttpEndpoint.from_url(f"{url}?key=CANARY"),
        "--to {url} (with the key put back: '?key=...' after the address)",
    ),
}


@pytest.mark.parametrize("named", NAMED)
def test_the_advice_goes_on_with_the_same_endpoint(outbox, dead, kit, waits, named):
    """The command that a stop names means the very endpoint of the run, and does not tell the key."""
    make, words = NAMED[named]
    away = make(dead)
    outbox.put(kit.batch(range(1)), to=away)
    with pytest.raises(RunStopped) as stopped:
        list(outbox.push(away))
    assert stopped.value.advice.endswith(f"omoto push --outbox {outbox.path} {words.format(url=dead)}")
    assert "CANARY" not in str(stopped.value)
    command = shlex.split(stopped.value.advice.partition("Then go on with: ")[2].partition(" (with")[0])
    target = command[command.index("--to") + 1]
    again = HttpEndpoint.from_url(target) if "://" in target else away
    assert again.identity == away.identity


def test_the_advice_allows_what_the_run_allowed(kit):
    """An address in clear that was allowed is named with the switch that allows it."""
    plain = HttpEndpoint.from_url("http://omoto.example/x?a=b", allow_http=True, key="CANARY")
    assert plain.arguments.startswith("--to 'http://omoto.example/x?a=b' --allow-http (with the key put back: '&key=")

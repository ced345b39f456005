"""The error lab: each fault leads to its verdict; without the flag the server saw nothing; none shows the key."""

import gc
import json
import logging
import time
import traceback
from urllib.parse import quote

import pytest
import requests

from omoto_kit.delivery import HttpEndpoint, Outbox, Secret, Timeouts
from omoto_kit.delivery.transport import HttpTransport
from omoto_kit.errors import OmotoError, RunStopped
from tests.delivery.conftest import KEY, make_batch
from tests.delivery.faults import FAULTS, REDIRECTS, Scene

# Python leaves the socket of a handshake that was reset to the garbage collector, which mentions it.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket")


@pytest.fixture
def scene(tmp_path, monkeypatch):
    """Where a fault is set up; nothing waits before it tries again."""
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    made = Scene(tmp_path, monkeypatch)
    yield made
    made.close()
    gc.collect()


def suffer(scene, fault):
    """Push through a fault; give the outbox's last receipt, its last try, the error, and all that was told."""
    url = fault.make(scene)
    timeouts = Timeouts(0.4, 0.4, 1.2)
    settings = {"key": Secret(KEY), "timeouts": timeouts, "allow_http": True, **scene.settings}
    endpoint = HttpEndpoint.from_url(url, **settings)
    rows = [{"npsrating": "9", "comment": f"row {number} {fault.body}"} for number in range(fault.rows)]
    error, told = None, [repr(endpoint), str(endpoint)]
    with Outbox(scene.folder / "outbox.db") as outbox:
        outbox.put(make_batch(rows), to=endpoint)
        push = outbox.push(endpoint, canary=())
        try:
            for receipt in push:
                told += [repr(receipt), str(receipt.as_json())]
                time.sleep(0.05)  # a server that closes an idle connection has the time to do so
        except OmotoError as stopped:
            frames = stopped.__traceback__.tb_next  # without this one, which knows what the server saw
            shown = traceback.TracebackException(type(stopped), stopped, frames, capture_locals=True)
            error, told = stopped, [*told, str(stopped), "".join(shown.format())]
        receipt, attempt = outbox.receipt(fault.rows), outbox.attempts(fault.rows)[-1]
        told += [str(outbox.attempts(number + 1)) for number in range(fault.rows)]
    files = b"".join(path.read_bytes() for path in sorted(scene.folder.glob("outbox.db*")))
    return receipt, attempt, error, "\n".join([*told, files.decode("latin-1")])


def examine(scene, fault):
    """Hold what became of the last row against what the fault must lead to; give all that was told."""
    receipt, attempt, error, told = suffer(scene, fault)
    assert (receipt.state, attempt.outcome, attempt.bytes_left) == (fault.state, fault.state, fault.left)
    assert isinstance(error, RunStopped) == (fault.state.value == "queued"), "a row goes back only with a stop"
    sent = [json.loads(body).get("comment", "")[:5] for body in scene.server.bodies]
    assert len(sent) == len(set(sent)), "sent twice"
    if not fault.left:
        assert sent == [], "no byte left, so the server saw nothing"
        assert scene.server.requests == []
    if fault.arrives is not None:
        assert len(sent) == (fault.rows if fault.arrives else 0)
    return told


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_verdict(scene, caplog, capfd, name):
    """The state, the flag and what the server saw agree; and over files, logs and frames, nothing shows the key."""
    caplog.set_level(logging.DEBUG)
    told = examine(scene, FAULTS[name])
    out, err = capfd.readouterr()
    everything = f"{told}\n{caplog.text}\n{out}\n{err}"
    assert [one for one in (KEY, quote(KEY), quote(KEY, safe="")) if one in everything] == []


def test_the_lab_has_thirty_faults():
    """The table is as wide as it promises."""
    assert len(FAULTS) >= 30


def follows_redirects(transport):
    """Planted bug: redirects are followed, as requests does by itself."""

    class Follows:
        def send(self, request, **_):
            with requests.Session() as session:
                session.trust_env = False
                transport._watch.bytes_left = True
                return session.send(request, stream=True)

        def close(self):
            pass

    transport._adapter = Follows()


@pytest.mark.parametrize("status", REDIRECTS)
def test_the_lab_catches_a_followed_redirect(scene, monkeypatch, status):
    """Planted bug: with redirects followed, a page elsewhere would count as delivered, or get the customer's data."""
    post = HttpTransport._post

    def bugged(self, form):
        follows_redirects(self)
        return post(self, form)

    monkeypatch.setattr(HttpTransport, "_post", bugged)
    with pytest.raises(AssertionError):
        examine(scene, FAULTS[f"redirect {status}"])


NO_FLAG = {
    "the flag is never set": ("closed after the body", False),
    "the flag is always set": ("connection refused", True),
}


@pytest.mark.parametrize("bug", NO_FLAG)
def test_the_lab_catches_a_flag_that_lies(scene, monkeypatch, bug):
    """Planted bug: a flag that says the same of every request."""
    name, says = NO_FLAG[bug]
    post = HttpTransport._post

    def bugged(self, form):
        watch = type(self._watch)
        monkeypatch.setattr(watch, "bytes_left", property(lambda _: says, lambda *_: None), raising=False)
        return post(self, form)

    monkeypatch.setattr(HttpTransport, "_post", bugged)
    with pytest.raises(AssertionError):
        examine(scene, FAULTS[name])

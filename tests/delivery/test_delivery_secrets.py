"""The key leaves the process in requests only: not in files, logs, errors, tracebacks, reprs or receipts."""

import logging
import pickle
import signal
import threading
import traceback
from urllib.parse import quote

import pytest

from omoto_kit.delivery import HttpEndpoint, Outbox, Secret, Timeouts
from omoto_kit.errors import OmotoError, SettingsError
from omoto_kit.wire import KeyPlace


def spellings(key):
    """List how a key may look in a text."""
    return [key, quote(key), quote(key, safe="")]


def locals_of(error):
    """Write a traceback out with the locals of every frame but the test's own, chained errors included."""
    shown = traceback.TracebackException(type(error), error, error.__traceback__.tb_next, capture_locals=True)
    return "".join(shown.format()) + repr(error) + str(vars(error))


REPLIES = {
    "delivered": lambda kit: kit.OK,
    "rejected": lambda kit: kit.http(400, {"response": "parseerror"}),
    "refused": lambda kit: kit.http(401, {"response": "keymismatch", "key": kit.KEY}),
    "redirect": lambda kit: kit.http(302, "", f"Location: /login?key={quote(kit.KEY, safe='')}"),
    "echo": lambda kit: kit.http(500, f"no route for /omoto/x?key={quote(kit.KEY, safe='')} ({kit.KEY})"),
    "lost": lambda kit: kit.hang_up,
    "reset": lambda kit: kit.reset,
    "deferred": lambda kit: kit.http(429, kit.KEY, "Retry-After: 999"),
}


@pytest.mark.parametrize("case", [(reply, place) for reply in REPLIES for place in KeyPlace])
def test_no_verdict_leaks_the_key(tmp_path, server, kit, caplog, capfd, case):
    """Over all outcomes and places of the key: files, DEBUG logs, output, errors with locals, receipts."""
    reply, place = case
    caplog.set_level(logging.DEBUG)
    endpoint = kit.endpoint_of(server, key_place=place, key_name="X-Key" if place is KeyPlace.HEADER else "key")
    server.replies = [REPLIES[reply](kit)]
    told = [repr(endpoint), str(endpoint), f"{endpoint.key}"]
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(2)), to=endpoint)
        try:
            told += [repr(receipt) + str(receipt.as_json()) for receipt in outbox.push(endpoint)]
        except OmotoError as error:
            told += [locals_of(error), str(error)]
        told += [str(attempt) + attempt.reply for attempt in outbox.attempts(1)]
        files = b"".join(path.read_bytes() for path in tmp_path.glob("outbox.db*"))
    files += b"".join(path.read_bytes() for path in tmp_path.glob("outbox.db*"))
    out, err = capfd.readouterr()
    text = "\n".join([*told, caplog.text, out, err, files.decode("latin-1")])
    assert [one for one in spellings(kit.KEY) if one in text] == []
    assert "urllib3" in caplog.text, "the logs were on"
    wire = server.requests[0] + server.forms
    assert any(one in wire for one in spellings(kit.KEY)), "the key was sent"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:{dead}/x", "http://no-such-host.invalid/x", "https://127.0.0.1:{live}/x"]
)
def test_no_network_error_leaks_the_key(tmp_path, server, kit, caplog, monkeypatch, address):
    """A refused connection, an unknown name or a failed handshake tells nothing of the URL's query."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("omoto_kit.delivery.sender.FIRST_WAIT", 0)
    settings = {"key": kit.KEY, "allow_http": True, "timeouts": Timeouts(0.1, 0.1, 1)}
    endpoint = HttpEndpoint.from_url(address.format(dead=1, live=server.port), **settings)
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(1)), to=endpoint)
        with pytest.raises(OmotoError) as stopped:
            list(outbox.push(endpoint))
        text = locals_of(stopped.value) + caplog.text + str(outbox.attempts(1))
    assert [one for one in spellings(kit.KEY) if one in text] == []


def test_ctrl_c_leaks_neither_key_nor_customer(tmp_path, server, kit):
    """The interrupt of a waiting request comes without the libraries' frames, which hold the URL and the form."""
    endpoint = kit.endpoint_of(server, timeouts=Timeouts(5, 30, 60))
    main = threading.main_thread().ident

    def press(count):
        for pause in (0.3, 1.0):  # on a busy machine the second must not come before the first was seen
            threading.Event().wait(pause)
            signal.pthread_kill(main, signal.SIGINT)
        threading.Event().wait(2)

    server.on_request = press
    with Outbox(tmp_path / "outbox.db") as outbox:
        outbox.put(kit.batch(range(1)), to=endpoint)
        with pytest.raises(KeyboardInterrupt) as pressed:
            list(outbox.push(endpoint))
        text = locals_of(pressed.value)
        assert outbox.counts()["unknown"] == 1
    assert [one for one in spellings(kit.KEY) if one in text] == []
    assert "Asha" not in text


def test_logs_flow_again_afterwards(outbox, endpoint, kit):
    """The filter on the libraries' loggers lasts as long as the push."""
    outbox.put(kit.batch(range(2)), to=endpoint)
    push = outbox.push(endpoint)
    next(push)
    logger = logging.getLogger("urllib3.connectionpool")
    assert len(logger.filters) == 1
    push.close()
    assert logger.filters == []


def test_a_secret_shows_nothing():
    """No way of printing, copying to disk or comparing by accident gives a secret away."""
    secret = Secret("k-123")
    assert "k-123" not in f"{secret!r} {secret} {[secret]} {dir(secret)}"
    assert secret == Secret("k-123") != Secret("other")
    assert secret != "k-123"
    assert len({secret, Secret("k-123")}) == 1
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert Secret("").scrub("text") == "text"


def test_a_key_that_no_header_can_hold_is_refused(outbox, server, kit):
    """A key with a line break is a setting's fault, told without the key."""
    endpoint = kit.endpoint_of(server, key=Secret("a\nb-CANARY"), key_place=KeyPlace.HEADER)
    outbox.put(kit.batch(range(1)), to=endpoint)
    with pytest.raises(SettingsError, match="No request can be made") as refused:
        list(outbox.push(endpoint))
    assert "CANARY" not in locals_of(refused.value)


def test_a_missing_ca_file_is_named(outbox, server, kit, tmp_path):
    """A CA file that is not there stops the push before anything is sent."""
    endpoint = kit.endpoint_of(server, ca_file=tmp_path / "ca.pem")
    outbox.put(kit.batch(range(1)), to=endpoint)
    with pytest.raises(SettingsError, match="no such CA file"):
        list(outbox.push(endpoint))

"""What the sandbox's tests share: a good form, a sender, and a plain socket that sees every byte."""

import http.client
import json
import socket
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from omoto_kit.sandbox import Sandbox

HEADER = '{"processid":"76"}'
BODY = '{"campaignid":"154","npsrating":"9"}'
FORM_TYPE = "application/x-www-form-urlencoded"


def form(jsonbody=BODY, jsonheader=HEADER, **extra):
    """Make the form of one POST; a parameter that is None is left out."""
    parameters = {"jsonheader": jsonheader, "jsonbody": jsonbody, **extra}
    return urlencode({name: value for name, value in parameters.items() if value is not None}).encode()


@dataclass(frozen=True)
class Answer:
    """A whole reply."""

    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def json(self):
        """The body as JSON."""
        return json.loads(self.body)


def ask(sandbox, *, method="POST", path=None, body=None, headers=None, timeout=30):
    """Send one request on a connection of its own and return the whole reply."""
    parts = urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        target = f"{parts.path}?{parts.query}" if path is None else path
        data = form() if body is None and method == "POST" else body
        connection.request(method, target, data, {"Content-Type": FORM_TYPE, **(headers or {})})
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(), reply.headers)
    finally:
        connection.close()


def plug(sandbox):
    """Open a plain socket to the sandbox."""
    parts = urlsplit(sandbox.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def request_bytes(body=None, headers=(), first="POST /omoto/response.htm?key=k HTTP/1.1"):
    """Write one request as bytes."""
    data = form() if body is None else body
    lines = [first, "Host: sandbox", f"Content-Type: {FORM_TYPE}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def read_all(connection):
    """Read until the other side closes."""
    chunks = []
    while chunk := connection.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


@dataclass(frozen=True)
class Kit:
    """The helpers by name, for tests that get them as a fixture."""

    form = staticmethod(form)
    ask = staticmethod(ask)
    plug = staticmethod(plug)
    request_bytes = staticmethod(request_bytes)
    read_all = staticmethod(read_all)
    good_body = BODY


@pytest.fixture
def kit():
    """Give the helpers."""
    return Kit()


@pytest.fixture
def sandbox():
    """Give a running sandbox that takes any key and any campaign."""
    with Sandbox() as running:
        yield running

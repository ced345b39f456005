"""What delivery is tested with: a small server over real sockets, and batches made by hand."""

import json
import socket
import struct
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import polars as pl
import pytest

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint, Outbox, Secret, Timeouts
from omoto_kit.problem import Problem

KEY = "CANARY-k3y/+9"


def http(status, body, *headers):
    """Write a reply as bytes."""
    if isinstance(body, dict):
        body = json.dumps(body)
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body.encode())}", *headers]
    return "\r\n".join([*lines, "", body]).encode()


OK = http(200, {"status": "success"})


@dataclass
class Server:
    """Answers each request by the next of `replies`, then by success. A reply is bytes or a function of the socket."""

    replies: list = field(default_factory=list)
    bodies: list = field(default_factory=list)  # each whole request's jsonbody, in order of arrival
    requests: list = field(default_factory=list)  # request line and headers
    connections: int = 0
    touched: int = 0  # connections that brought at least one byte
    on_request: object = None
    port: int = 0

    def __post_init__(self):
        self.socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/omoto/response.htm"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            rest = b""
            try:
                while True:
                    while b"\r\n\r\n" not in rest:
                        data = connection.recv(65536)
                        if not data:
                            return
                        self.touched += not rest
                        rest += data
                    head, _, rest = rest.partition(b"\r\n\r\n")
                    sizes = [int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")]
                    length = sum(sizes[:1])
                    while len(rest) < length:
                        rest += connection.recv(65536)
                    form, rest = rest[:length], rest[length:]
                    self.requests.append(head.decode())
                    self.bodies.append(parse_qs(form.decode()).get("jsonbody", ["{}"])[0])
                    self.forms = form.decode()
                    if self.on_request:
                        self.on_request(len(self.bodies))
                    reply = self.replies.pop(0) if self.replies else OK
                    if callable(reply):
                        if reply(connection) == "close":
                            return
                    else:
                        connection.sendall(reply)
            except OSError:
                return

    def close(self):
        self.socket.close()


def reset(connection):
    """End a connection the hard way."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return "close"


def hang_up(_):
    """End a connection without a reply."""
    return "close"


@pytest.fixture
def server():
    """A server that takes everything, unless its `replies` say otherwise."""
    running = Server()
    yield running
    running.close()


@pytest.fixture
def make_server():
    """Makes further servers."""
    made = []

    def make(**settings):
        made.append(Server(**settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def endpoint(server):
    """The server as an endpoint, with a key and short timeouts."""
    return endpoint_of(server)


def endpoint_of(server, **settings):
    """Make an endpoint of a server."""
    fields = {"name": "here", "key": Secret(KEY), "timeouts": Timeouts(2, 2, 4)} | settings
    return HttpEndpoint.from_url(server.url, **fields)


@pytest.fixture
def outbox(tmp_path):
    """A new outbox."""
    with Outbox(tmp_path / "outbox.db") as box:
        yield box


def make_batch(rows, *, name="april.csv", problems=(), campaign=None, keys=None, fingerprint=None, first=2):
    """Make a batch: each row a dict of fields, or a number that stands for a rating and a customer of its own."""
    records = []
    for number, row in enumerate(rows, first):
        fields = row if isinstance(row, dict) else {"npsrating": str(row % 11), "customerinfo.name": f"Asha {row}"}
        records.append({"row": number, "key": keys[number - first] if keys else None, "campaignid": "154", **fields})
    values = pl.DataFrame(records, infer_schema_length=None).with_columns(
        pl.col("row").cast(pl.Int64), pl.col("key").cast(pl.String)
    )
    values = values.with_columns(pl.col("npsrating").alias("source.Rating") if "npsrating" in values.columns else [])
    source = Source(name, path=f"/data/{name}", fingerprint=fingerprint or f"print of {name}")
    return Batch(campaign or Campaign(id="154"), source, values).with_problems(list(problems))


def problem(row, code="rating_missing", field="npsrating", message="There is no rating.", value=None):
    """Make an error that holds a row."""
    return Problem(row, field, code, message, value=value)


def adds_up(counts):
    """Tell whether every row is accounted for."""
    return counts["rows"] == sum(number for name, number in counts.items() if name != "rows")


@pytest.fixture
def kit():
    """The helpers of this file, by name."""
    return Kit


class Kit:
    KEY = KEY
    OK = OK
    http = staticmethod(http)
    reset = staticmethod(reset)
    hang_up = staticmethod(hang_up)
    batch = staticmethod(make_batch)
    problem = staticmethod(problem)
    adds_up = staticmethod(adds_up)
    endpoint_of = staticmethod(endpoint_of)

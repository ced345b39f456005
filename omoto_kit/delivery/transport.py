"""The transport: one POST at a time through requests, and the truth about whether bytes left.

The only place that touches requests. Whether a failed POST may be repeated cannot be read from the exception's class:
a TLS handshake that stalls and a reply that never comes look the same. So our connection classes set a flag just before
the first byte of a request is handed to the socket. The api key never leaves this module: no exception of the libraries
below gets out, replies and log records are scrubbed.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Timeout

from omoto_kit.delivery.endpoint import HttpEndpoint, Timeouts
from omoto_kit.delivery.faults import in_words, proves_nothing_left
from omoto_kit.delivery.model import Outcome
from omoto_kit.delivery.secret import Secret
from omoto_kit.errors import SettingsError
from omoto_kit.wire import FORM, KeyPlace

__all__ = ["HttpTransport", "Transport", "scrubbed_logs"]

REPLY_CAP = 64 * 1024  #: bytes of a reply that are read; a longer one is no documented reply
IDLE = 4.0  #: seconds after which a pooled connection is opened anew, before a server closes it under our hands
LOGGERS = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "urllib3.poolmanager", "requests")


class Transport(Protocol):
    """What the sender needs of a transport."""

    @property
    def bytes_left(self) -> bool:
        """Whether a byte of the last request may have reached the network."""
        ...

    def send(self, form: bytes, meanwhile: Callable[[], None]) -> Outcome:
        """POST one form, and tell what came of it; do something else while the reply is awaited."""
        ...


def _nothing() -> None:
    """Do nothing while the reply is awaited."""


class _Watch:
    """What one request and its connection tell each other: whether bytes left, and until when it may take."""

    def __init__(self, timeouts: Timeouts) -> None:
        self.timeouts = timeouts
        self.bytes_left = False
        self.deadline = 0.0
        self.meanwhile: Callable[[], None] = _nothing


class HttpTransport:
    """Sends forms to one endpoint: prepared once, one pooled connection, no retries, no redirects, TLS verified."""

    def __init__(self, endpoint: HttpEndpoint, address: str) -> None:
        """Prepare for one endpoint at the address that it has now. Raises SettingsError where a CA file is missing."""
        if endpoint.ca_file is not None and not endpoint.ca_file.is_file():
            raise SettingsError("There is no such CA file.", where=endpoint.ca_file, advice="Check ca_file.")
        self._watch = _Watch(endpoint.timeouts)
        self._secret = endpoint.key or Secret("")
        self._adapter = _Adapter(self._watch)
        request = _prepared(endpoint, address)
        if request is None:  # said here, since the frame below knows the key
            advice = "Check the address and the key: a key in a header holds no line break and only Latin letters."
            raise SettingsError(f"No request can be made for {endpoint.place}.", advice=advice)
        self._request = request
        self._tail = b""
        if endpoint.key is not None and endpoint.key_place is KeyPlace.FORM:
            self._tail = ("&" + urlencode({endpoint.key_name: endpoint.key.reveal()})).encode("ascii")
        verify = str(endpoint.ca_file) if endpoint.ca_file else True
        with requests.Session() as session:  # reads the environment's proxies and CA bundle, once
            self._settings = session.merge_environment_settings(
                str(self._request.url), {}, stream=True, verify=verify, cert=None
            )
        self._options: dict[str, Any] = {name: self._settings[name] for name in ("verify", "cert", "proxies")}
        self._trusted = True
        self._used = 0.0

    @property
    def bytes_left(self) -> bool:
        """Whether a byte of the last request may have reached the network."""
        return self._watch.bytes_left

    @property
    def proxy(self) -> str:
        """Host and port of the proxy in use; empty without one."""
        scheme = urlsplit(str(self._request.url)).scheme
        found = self._settings["proxies"].get(scheme) or self._settings["proxies"].get("all", "")
        return urlsplit(found).netloc.rpartition("@")[2] if found else ""

    def close(self) -> None:
        """Close the pooled connection."""
        self._adapter.close()

    def send(self, form: bytes, meanwhile: Callable[[], None] = _nothing) -> Outcome:
        """POST one form and tell what came of it; only a keyboard interrupt is raised.

        `meanwhile` is called once the last byte was handed over, before the reply is read; it must raise nothing.
        """
        watch = self._watch
        watch.bytes_left, watch.meanwhile = False, meanwhile
        began = time.monotonic()
        if began - self._used > IDLE:
            self._adapter.close()
        watch.deadline = began + watch.timeouts.total
        interrupted = False
        outcome = Outcome()
        try:
            outcome = self._post(form + self._tail)
        except KeyboardInterrupt:
            interrupted = True
        except Exception as error:  # noqa: BLE001  whatever it is, only the flag tells whether it may be repeated
            outcome = self._failure(error)
            self._adapter.close()
        self._used = time.monotonic()
        if interrupted:  # raised anew, since the libraries' frames hold the key
            del form
            self._adapter.close()
            raise KeyboardInterrupt
        return outcome

    def _post(self, form: bytes) -> Outcome:
        """Send and read one reply, at most the cap's length of it."""
        raw = self._adapter.post(self._request, form, self._options)
        body = raw.read(REPLY_CAP, decode_content=True)
        if len(body) < REPLY_CAP or not raw.read(1):
            raw.release_conn()
        else:
            raw.close()
        if not self._watch.bytes_left:
            self._trusted = False  # a reply to nothing sent: something below is not ours, so the flag is worth nothing
        scrubbed = self._secret.scrub(body.decode("utf-8", "replace")).encode()
        return Outcome(int(raw.status), scrubbed, raw.headers.get("Retry-After"))

    def _failure(self, error: Exception) -> Outcome:
        """Tell in words, without the key, what went wrong, and whether bytes had left."""
        left = self._watch.bytes_left if self._trusted else not proves_nothing_left(error)
        return Outcome(error=self._secret.scrub(in_words(error)), bytes_left=left)


def _prepared(endpoint: HttpEndpoint, address: str) -> requests.PreparedRequest | None:
    """Make the request that every sending copies, with the key in its place; None where that cannot be."""
    parts = urlsplit(address)
    headers = {"Content-Type": FORM, "Accept": "application/json", "Accept-Encoding": "identity"}
    headers["User-Agent"] = "omoto_kit"
    query = parts.query
    if endpoint.key is not None and endpoint.key_place is KeyPlace.QUERY:
        key = f"{quote(endpoint.key_name)}={quote(endpoint.key.reveal(), safe='')}"
        query = f"{query}&{key}" if query else key
    if endpoint.key is not None and endpoint.key_place is KeyPlace.HEADER:
        headers[endpoint.key_name] = endpoint.key.reveal()
    url = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))
    try:
        return requests.Request("POST", url, data=b"-", headers=headers).prepare()
    except (requests.RequestException, UnicodeError, ValueError):
        return None


class _Reader(io.RawIOBase):
    """The socket's bytes, each piece within the read timeout and all within the deadline.

    A plain read timeout starts anew with each byte, so a server that drips could hold a row for ever.
    """

    def __init__(self, raw: Any, sock: socket.socket, watch: _Watch) -> None:
        self._raw, self._sock, self._watch = raw, sock, watch

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._watch.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply took too long as a whole")
        self._sock.settimeout(min(self._watch.timeouts.read, left))
        return int(self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A reply that is read within the deadline, headers included."""

    def __init__(self, sock: socket.socket, *args: Any, watch: _Watch, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, watch))


class _Flagged:
    """Sets the flag just before the first byte of a request, but not while connecting, nor for a proxy's CONNECT.

    The headers wait for the form, so that both leave in one piece: a packet and a system call less for each response.
    """

    watch: _Watch
    _connecting = False
    _headers: bytes | None = None

    def connect(self) -> None:
        """Connect without raising the flag."""
        self._connecting, self._headers = True, None
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:
        """Keep the headers; with the form after them, raise the flag, then hand the bytes to the socket."""
        if self.sock is None:  # type: ignore[attr-defined]
            self.connect()
        if not self._connecting:
            if self._headers is None:
                self._headers = data
                return
            data, self._headers = self._headers + data, None
            self.watch.bytes_left = True
            super().send(data)  # type: ignore[misc]
            self.watch.meanwhile()
            return
        super().send(data)  # type: ignore[misc]


def _pools(watch: _Watch) -> dict[str, Any]:
    """Make the pool classes of one transport, whose connections know its watch."""
    timed = partial(_TimedResponse, watch=watch)
    fittings = {"watch": watch, "response_class": staticmethod(timed)}
    plain = type("FlaggedHTTPConnection", (_Flagged, HTTPConnection), fittings)
    secure = type("FlaggedHTTPSConnection", (_Flagged, HTTPSConnection), fittings)
    return {
        "http": type("FlaggedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("FlaggedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


class _Adapter(HTTPAdapter):
    """requests' adapter with one connection of ours, and no retries.

    It serves one URL only, so the pool with its TLS settings, the URL and the limits are looked up once and not for
    each response; nor is requests' own reply object made of each, which would hold the key.
    """

    def __init__(self, watch: _Watch) -> None:
        self._classes = _pools(watch)
        self._timeout = Timeout(connect=watch.timeouts.connect, read=watch.timeouts.read)
        self._pool: Any = None
        self._url = ""
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def post(self, request: requests.PreparedRequest, form: bytes, options: Mapping[str, Any]) -> Any:
        """POST a form as the prepared request says, and give urllib3's reply, its body not yet read."""
        if self._pool is None:
            self._pool = self.get_connection_with_tls_context(request, **options)
            self.cert_verify(self._pool, request.url, options["verify"], options["cert"])  # type: ignore[no-untyped-call]
            self._url = self.request_url(request, options["proxies"])
        request.headers["Content-Length"] = str(len(form))
        return self._pool.urlopen(
            "POST",
            self._url,
            form,
            request.headers,
            retries=self.max_retries,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=False,
            decode_content=False,
        )

    def close(self) -> None:
        """Close all connections; the next request opens a new one."""
        self._pool = None
        super().close()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of our classes."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._classes

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Make the pools behind a proxy of our classes, too."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._classes
        return manager


class _Scrub(logging.Filter):
    """Takes the key out of log records, since urllib3 logs each request's URL."""

    def __init__(self, secret: Secret) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._secret.scrub(record.getMessage()), ()
        return True


@contextmanager
def scrubbed_logs(secret: Secret | None) -> Iterator[None]:
    """Keep the key out of the libraries' logs meanwhile."""
    scrub = _Scrub(secret or Secret(""))
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(scrub)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(scrub)

"""HttpEndpoint: where responses go. It prints as host and path; the key never shows."""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from omoto_kit.delivery.secret import Secret
from omoto_kit.errors import SettingsError
from omoto_kit.wire import KeyPlace

__all__ = ["HttpEndpoint", "Timeouts"]

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds: for a connection, for the next piece of the reply, for one response as a whole."""

    connect: float = 5
    read: float = 30
    total: float = 60


@dataclass(frozen=True, repr=False)
class HttpEndpoint:
    """Where responses go, and how.

    `address` is the URL without the key; `opener`, where there is one, starts what must run for a push and gives the
    address to use meanwhile (the built-in sandbox). Raises SettingsError where the address is none, or where it
    would carry key and customers in clear over a network without `allow_http`.

    >>> endpoint = HttpEndpoint.from_url("https://api.example.com/omoto/live.htm?key=k-123", name="live")
    >>> endpoint
    HttpEndpoint('live', LIVE, api.example.com/omoto/live.htm)
    >>> endpoint.address, endpoint.identity
    ('https://api.example.com/omoto/live.htm', 'https://api.example.com:443/omoto/live.htm')
    """

    name: str
    address: str
    key: Secret | None = None
    key_place: KeyPlace = KeyPlace.QUERY
    key_name: str = "key"
    sandbox: bool = False
    timeouts: Timeouts = field(default_factory=Timeouts)
    ca_file: Path | None = None
    allow_http: bool = False
    min_interval: float = 0
    opener: Callable[[], AbstractContextManager[str]] | None = None

    def __post_init__(self) -> None:
        parts = _split(self.address)
        if parts.scheme == "http" and not self.allow_http and not _is_loopback(parts.hostname or ""):
            what = f"http:// to {parts.hostname} would carry the api key and customers' data in clear."
            raise SettingsError(what, advice="Use https://, or say --allow-http (allow_http) where that must be.")

    @classmethod
    def from_url(cls, url: str, *, name: str = "", key: Secret | str | None = None, **settings: Any) -> Self:
        """Make an endpoint of an URL, which may hold the key as `?key=...`; it is taken out.

        `settings` are further fields of the endpoint, such as `allow_http` or `key_name`. A loopback address counts
        as SANDBOX unless `sandbox` says otherwise. Raises SettingsError.
        """
        parts = _split(url)
        key_name = settings.get("key_name", "key")
        query = parse_qsl(parts.query, keep_blank_values=True)
        in_url = [value for name_, value in query if name_ == key_name and value]
        rest = urlencode([pair for pair in query if pair[0] != key_name])
        secret = Secret(key) if isinstance(key, str) else key
        return cls(
            name=name or parts.hostname or "",
            address=urlunsplit((parts.scheme, parts.netloc, parts.path or "/", rest, "")),
            key=secret or (Secret(in_url[0]) if in_url else None),
            **{"sandbox": _is_loopback(parts.hostname or "")} | settings,
        )

    @property
    def identity(self) -> str:
        """What a content key is bound to: the name of a stand-in, else scheme, host, port and path."""
        if self.opener is not None:
            return self.name
        parts = _split(self.address)
        host = (parts.hostname or "").rstrip(".")
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}:{parts.port or PORTS[parts.scheme]}{parts.path or '/'}"

    @property
    def arguments(self) -> str:
        """What a command line needs to mean this endpoint again: its name, or the address where it has none.

        The address comes without the key, in words that say so.

        >>> HttpEndpoint.from_url("https://api.example.com/omoto/live.htm?key=k-123").arguments
        "--to https://api.example.com/omoto/live.htm (with the key put back: '?key=...' after the address)"
        """
        host = _split(self.address).hostname or ""
        if self.opener is not None or self.name != host:
            return f"--to {shlex.quote(self.name)}"
        over = " --allow-http" if self.allow_http and self.address.startswith("http:") else ""
        sign = "&" if urlsplit(self.address).query else "?"
        key = f" (with the key put back: '{sign}{self.key_name}=...' after the address)" if self.key else ""
        return f"--to {shlex.quote(self.address)}{over}{key}"

    @property
    def label(self) -> str:
        """SANDBOX or LIVE, as every screen and summary says it."""
        return "SANDBOX" if self.sandbox else "LIVE"

    @property
    def place(self) -> str:
        """Host and path, which is all that is shown of the address."""
        parts = _split(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname}{port}{parts.path}"

    def __str__(self) -> str:
        return self.name if self.opener is not None else self.place

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.label}, {self.place})"


def _split(url: str) -> SplitResult:
    """Take an URL apart. Raises SettingsError, whose text holds nothing of the query, where it is no http(s) URL."""
    advice = "An endpoint looks like https://HOST/omoto/ENDPOINT.htm."
    parts = port = None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts = None
    if parts is None or port == 0 or parts.scheme not in PORTS or not parts.hostname or _has_control(url):
        raise SettingsError("The address of the endpoint is no http(s) URL.", advice=advice) from None
    if parts.username is not None or parts.password is not None:
        what = f"The address of {parts.hostname} holds a user name or password before its host."
        raise SettingsError(what, advice="Omoto's key goes into the key setting, not there.")
    return parts


def _has_control(url: str) -> bool:
    return any(letter <= " " or letter == "\x7f" for letter in url.strip())


def _is_loopback(host: str) -> bool:
    """Tell whether an address never leaves this machine.

    >>> _is_loopback("127.0.0.1"), _is_loopback("localhost"), _is_loopback("::1"), _is_loopback("10.0.0.1")
    (True, True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

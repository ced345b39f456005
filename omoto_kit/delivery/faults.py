"""What an exception of the network says, in words and without any URL, which could hold the key."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from urllib3 import exceptions as trouble

__all__ = ["in_words", "proves_nothing_left"]

#: Exceptions whose class alone proves that no byte of a request left.
PROVING = (
    trouble.NewConnectionError,
    trouble.ConnectTimeoutError,
    trouble.NameResolutionError,
    ssl.SSLCertVerificationError,
)

#: What each exception means; the first of the chain's innermost that fits.
WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "the server's certificate is not trusted"),
    (ssl.SSLError, "no secure connection came about (TLS)"),
    (trouble.NameResolutionError, "the server's name cannot be found (DNS)"),
    (ConnectionRefusedError, "the connection was refused"),
    (trouble.NewConnectionError, "no connection can be made"),  # a kind of the next
    (trouble.ConnectTimeoutError, "no connection within the time limit"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed while sending"),
    (trouble.ReadTimeoutError, "no reply within the time limit"),
    (TimeoutError, "no reply within the time limit"),
    (trouble.IncompleteRead, "the reply was cut off"),
    (trouble.DecodeError, "the reply cannot be unpacked"),
    (trouble.ProxyError, "the proxy cannot be reached, or refuses"),
    (trouble.ProtocolError, "the connection was closed without a proper reply"),
)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Walk from an exception to what caused it, however the libraries nested it."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [getattr(one, "reason", None), one.__cause__, one.__context__, *one.args]


def in_words(error: BaseException) -> str:
    """Say what went wrong; an exception that is not known is named by its class.

    >>> in_words(ConnectionResetError(104, "GET /omoto/x?key=k-123"))
    'the connection was reset'
    """
    links = list(chain(error))
    for kind, words in WORDS:
        if any(isinstance(link, kind) for link in links):
            return words
    return f"the request failed ({type(links[-1]).__name__})"


def proves_nothing_left(error: BaseException) -> bool:
    """Tell whether the exception's class alone proves that no byte of the request left."""
    return any(isinstance(link, PROVING) for link in chain(error))

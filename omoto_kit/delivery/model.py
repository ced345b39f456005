"""What passes between the outbox's parts: rows coming in, rows going out, and what became of a try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs

from omoto_kit.batch import Source
from omoto_kit.receipt import State

__all__ = ["CODES", "STATES", "Filter", "Incoming", "Outcome", "Parcel", "Put", "Settlement", "jsonbody_of"]

#: States by their number in the store. "Sending" has none: it is an attempt without an end.
STATES = (State.QUEUED, State.HELD, State.DELIVERED, State.REJECTED, State.UNKNOWN, State.CANCELLED)
CODES = {state: number for number, state in enumerate(STATES)}


@dataclass(frozen=True)
class Put:
    """What became of a batch: rows = queued + held + duplicate + already.

    `already` rows were put before and stay as they are; `corrected` rows replace or follow an earlier one with the
    same row key, `warned` rows are of a customer who already answered. `source` names the batch's source in the outbox.
    """

    rows: int
    queued: int
    held: int
    duplicate: int
    already: int
    corrected: int
    warned: int
    source: Source


@dataclass(frozen=True)
class Filter:
    """Which responses are meant; what is None does not narrow. `source` is a Source, a file's name or its path."""

    states: Iterable[State] | None = None
    source: Source | str | None = None
    ids: Iterable[int] | None = None
    endpoint: str | None = None


class Incoming(NamedTuple):
    """One row of a batch, as the store takes it. Without a `form` it is held; `repeated` is what a check called it.

    A named tuple, since one is made for each row and a frozen dataclass takes several times as long to make.
    """

    row: int
    content: bytes | None = None
    identity: str | None = None
    subject: bytes | None = None
    form: bytes | None = None
    original: str | None = None
    problems: str | None = None
    reason: str = ""
    repeated: bool = False

    def __repr__(self) -> str:
        return f"Incoming(row={self.row})"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One queued response, ready to go."""

    id: int
    source: str
    sheet: str
    row: int
    key: bytes
    identity: str | None = field(repr=False)
    note: str
    attempts: int
    form: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one POST came to: a reply, or an error and whether bytes had left by then."""

    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    retry_after: str | None = None
    error: str = ""
    bytes_left: bool = True


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is written down about one attempt, and the state that its response goes to."""

    response: int
    attempt: int
    state: State
    ended: float
    reason: str = ""
    status: int | None = None
    reply: str = field(default="", repr=False)
    error: str = ""
    bytes_left: bool = True
    not_before: float | None = None


def jsonbody_of(form: bytes) -> str:
    """Take the jsonbody out of a form's bytes.

    >>> jsonbody_of(b"jsonheader=%7B%7D&jsonbody=%7B%22campaignid%22%3A%22154%22%7D")
    '{"campaignid":"154"}'
    """
    return str(parse_qs(form.decode("ascii"), keep_blank_values=True)["jsonbody"][0])

"""What passes between the outbox's parts: rows going out, what became of a try, and what a store tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs

from omoto_kit.batch import Source
from omoto_kit.delivery.keys import shown_key
from omoto_kit.receipt import Receipt, State

__all__ = [
    "CODES",
    "DUPLICATE",
    "STATES",
    "Decided",
    "Filter",
    "Outcome",
    "Page",
    "Parcel",
    "Put",
    "Run",
    "Settlement",
    "Version",
    "jsonbody_of",
]

#: States by their number in the store. "Sending" has none: it is an attempt without an end.
STATES = (State.QUEUED, State.HELD, State.DELIVERED, State.REJECTED, State.UNKNOWN, State.CANCELLED)
CODES = {state: number for number, state in enumerate(STATES)}
DUPLICATE = 6  #: by which the tally counts rows that repeat another one


@dataclass(frozen=True)
class Put:
    """What became of a batch: rows = queued + held + duplicate + already.

    `already` rows were put before and stay as they are; `corrected` rows replace or follow an earlier one with the
    same row key, `warned` rows are of a customer who already answered. `source` names the batch's source in the outbox.
    `guards` are the codes for which its ready rows are held as a whole, until a person lets the batch go. `parted` rows
    of other files repeated what these said before: they are held until their own files are put again.
    """

    rows: int
    queued: int
    held: int
    duplicate: int
    already: int
    corrected: int
    warned: int
    source: Source
    guards: tuple[str, ...] = ()
    parted: int = 0


@dataclass(frozen=True)
class Filter:
    """Which responses are meant; what is None does not narrow. `source` is a Source, a file's name or its path.

    `run` is the id of a run that tried them. `unit` is the exact value of namevaluemap.unitname in the jsonbody.
    `campaign` is the id of the contract under which they were put.
    `text` stands, in any case, in the jsonbody, the source's own columns, the row's key, the file's name or the reason.
    """

    states: Iterable[State] | None = None
    source: Source | str | None = None
    ids: Iterable[int] | None = None
    endpoint: str | None = None
    run: int | None = None
    unit: str | None = None
    text: str | None = field(default=None, repr=False)
    campaign: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of receipts: which it is, counted from 0, and how many receipts all pages hold."""

    receipts: list[Receipt]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty outbox has one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True)
class Run:
    """One push: when, where, why it stopped before its end (empty where it did not), and what it came to.

    `ended` is None while it runs, and for good where its program was killed. `counts` are of tries, by outcome:
    delivered, rejected, unknown, and queued for those that are to be tried again; `tried` is their sum.
    """

    id: int
    endpoint: str
    started: datetime
    ended: datetime | None
    stopped: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Version:
    """What was sent under a response's number before it was mended: when that was, by whom and why.

    `body` is None after a purge.
    """

    body: str | None = field(repr=False)
    until: datetime
    who: str
    why: str


@dataclass(frozen=True)
class Decided:
    """A decision about a response, or about its batch as a whole: what, in which state it was, who, why and when."""

    word: str
    was: State | None
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """One queued response, ready to go."""

    id: int
    source: str
    sheet: str
    row: int
    content: bytes
    occurrence: int
    identity: str | None = field(repr=False)
    note: str
    attempts: int
    form: bytes = field(repr=False)
    source_id: int
    endpoint_id: int
    corrects: int | None

    @property
    def key(self) -> str:
        """The key that its receipt shows."""
        return shown_key(self.content, self.occurrence).hex()


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

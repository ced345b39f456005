"""Faults on request: what goes wrong, and at which POST. Pure, no I/O.

A spec is a comma-separated list of `KIND[=VALUE]@WHEN`. WHEN counts the POSTs that the sandbox got, from 1:
`3` the third, `3-5` the third to the fifth, `3-` from the third on, `every:3` each third, `all` every one.

| kind | what happens | is it stored? |
|---|---|---|
| `drop` | the connection closes without a reply | yes |
| `reset` | the connection is reset after the request was read | yes |
| `header` | the connection closes in the middle of the reply's headers | yes |
| `stall=SECONDS` | half of the reply, then silence for so long, then the connection closes | yes |
| `delay=SECONDS` | the reply comes so much later; goes together with another fault | yes |
| `odd`, `odd=TEXT` | 200 with an HTML page, or with TEXT (percent-encoded where it holds a comma) | yes |
| `empty` | 200 with an empty body | yes |
| `gzip` | 200 with a body that says it is gzip and is not | yes |
| `400` `401` `403` `404` `405` `500` `502` `504` | that status | no |
| `429`, `503`, both with or without `=SECONDS` | that status, with Retry-After where seconds are given | no |
| `redirect` | 302 to /login | no |
| `early` | the connection closes before the body is read | no |

"Stored" holds for a good request; a bad one is never stored. Where several faults fall on one POST, delays
add up, and of the others the first one in the spec happens.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from urllib.parse import unquote

from omoto_kit.errors import SandboxError, did_you_mean

__all__ = ["Fault", "Faults", "Span"]

STATUSES = ("400", "401", "403", "404", "405", "429", "500", "502", "503", "504")
REFUSING = (*STATUSES, "redirect", "early")
TIMED = ("delay", "stall")  # need seconds
TIMEABLE = ("429", "503")  # may have seconds
KINDS = (*REFUSING, *TIMED, "drop", "reset", "header", "odd", "empty", "gzip")
ADVICE = "Write KIND@WHEN or KIND=VALUE@WHEN, such as drop@3, 503=2@1-5, delay=0.5@every:10 or 500@all."


@dataclass(frozen=True)
class Span:
    """Which POSTs are meant: those from `first` to `last` (None: without end), each `step`-th."""

    first: int = 1
    last: int | None = None
    step: int = 1

    def __contains__(self, number: int) -> bool:
        """Tell whether the POST of this number is meant."""
        below = self.last is None or number <= self.last
        return number >= self.first and below and (number - self.first) % self.step == 0


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and when. `value` is the text after the equals sign, or ""."""

    kind: str
    when: Span
    value: str = ""

    @property
    def seconds(self) -> float:
        """The value as seconds; 0 where it is none."""
        return float(self.value) if self.value and self.kind in (*TIMED, *TIMEABLE) else 0.0

    @property
    def refuses(self) -> bool:
        """Whether a good request is turned away, and so not stored."""
        return self.kind in REFUSING


@dataclass(frozen=True)
class Faults:
    """All faults of one sandbox, in the order of its spec.

    >>> faults = Faults.parse("drop@3, delay=0.5@every:2")
    >>> [fault.kind for fault in faults.at(3)], [fault.kind for fault in faults.at(4)]
    (['drop'], ['delay'])
    """

    spec: str = ""
    faults: tuple[Fault, ...] = ()

    @classmethod
    def parse(cls, spec: str) -> Faults:
        """Read a spec. Raises SandboxError, which names the part that is wrong."""
        parts = [part.strip() for part in spec.split(",")]
        return cls(spec.strip(), tuple(_fault(part) for part in parts if part))

    def at(self, number: int) -> tuple[Fault, ...]:
        """Give the faults that fall on the POST of this number, which counts from 1."""
        return tuple(fault for fault in self.faults if number in fault.when)


def _fault(part: str) -> Fault:
    """Read one `KIND[=VALUE]@WHEN`."""
    what, at, when = part.rpartition("@")
    if not at:
        raise SandboxError(f"The fault {part!r} does not say when.", advice=ADVICE)
    kind, equals, value = (piece.strip() for piece in what.partition("="))
    kind = kind.lower()
    if kind not in KINDS:
        near = did_you_mean(kind, KINDS) or f"Known are {', '.join(KINDS)}."
        raise SandboxError(f"There is no fault {kind!r} (in {part!r}).", advice=near)
    if bool(equals) != bool(value):
        raise SandboxError(f"The fault {part!r} has nothing after its equals sign.", advice=ADVICE)
    return Fault(kind, _span(when.strip(), part), _value(kind, value, part))


def _value(kind: str, value: str, part: str) -> str:
    """Check that the value is of the sort that the kind needs."""
    if kind == "odd":
        return unquote(value)
    if kind in TIMED or (value and kind in TIMEABLE):
        if _is_seconds(value, whole=kind in TIMEABLE):
            return value
        number = "whole seconds" if kind in TIMEABLE else "seconds"
        raise SandboxError(f"The fault {part!r} needs a number of {number}.", advice=f"Write {kind}=2@3.")
    if value:
        raise SandboxError(f"The fault {kind!r} takes no value (in {part!r}).", advice=f"Write {kind}@3.")
    return ""


def _is_seconds(value: str, *, whole: bool) -> bool:
    """Tell whether a text is a number of seconds that a person could wait for: up to a day."""
    if re.fullmatch(r"[0-9]{1,5}" if whole else r"[0-9]{0,5}\.?[0-9]{1,6}", value) is None:
        return False
    return math.isfinite(float(value)) and float(value) <= 24 * 3600


def _span(when: str, part: str) -> Span:
    """Read the WHEN of one fault."""
    span = _spelled(when)
    if span is None:
        raise SandboxError(f"The fault {part!r} does not say when: {when!r} is no POST's number.", advice=_WHEN)
    if span.first < 1 or span.step < 1 or (span.last is not None and span.last < span.first):
        raise SandboxError(f"The fault {part!r} can never happen: POSTs count upwards from 1.", advice=_WHEN)
    return span


_WHEN = "After the @ write 3, 3-5, 3-, every:3 or all."


def _spelled(when: str) -> Span | None:
    """Take a WHEN as it is spelled; None where it is none."""
    if when == "all":
        return Span()
    if found := re.fullmatch(r"every:([0-9]{1,9})", when):
        return Span(first=int(found[1]), step=int(found[1]))
    if found := re.fullmatch(r"([0-9]{1,9})(-?)([0-9]{0,9})", when):
        first, dash, last = int(found[1]), found[2], found[3]
        return Span(first=first, last=int(last) if last else None if dash else first)
    return None

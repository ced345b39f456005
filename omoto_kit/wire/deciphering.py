"""What an answer means: a status and a body become a verdict by one table.

Sources: the "Omoto Response API" page (200 and 400 replies) and, for what it leaves open, its sibling "Omoto CRM API"
(401 keymismatch).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, NoReturn

from omoto_kit.campaign import Campaign, ReplyPattern
from omoto_kit.receipt import State

__all__ = ["REPLIES", "Reading", "Verdict", "decipher", "retry_after"]


class Verdict(StrEnum):
    """What a reply means for its response, and for the run."""

    DELIVERED = "delivered"  #: Omoto took it
    REJECTED = "rejected"  #: Omoto refused this response; the run goes on
    REFUSED = "refused"  #: Omoto refuses us: key, address or method; back to the queue, the run stops
    DEFERRED = "deferred"  #: Omoto says not now; back to the queue until later
    UNKNOWN = "unknown"  #: it may have arrived; never sent again by itself

    @property
    def state(self) -> State:
        """The state that the response goes to."""
        return _STATES[self]

    @property
    def stops(self) -> bool:
        """Whether the run must stop at once."""
        return self is Verdict.REFUSED


_STATES = {
    Verdict.DELIVERED: State.DELIVERED,
    Verdict.REJECTED: State.REJECTED,
    Verdict.REFUSED: State.QUEUED,
    Verdict.DEFERRED: State.QUEUED,
    Verdict.UNKNOWN: State.UNKNOWN,
}


@dataclass(frozen=True)
class Reading:
    """A reply, understood: the verdict, the reason in words, and how long to wait where the server says so."""

    verdict: Verdict
    reason: str
    retry_after: float | None = None


@dataclass(frozen=True)
class _Rule:
    """One line of the table: which replies it reads, and how. An empty `says` reads any body."""

    statuses: range | tuple[int, ...]
    says: tuple[str, str] | None
    verdict: Verdict
    reason: str
    needs_retry_after: bool = False


#: The verdict table. The first line that fits decides; what no line fits is unknown.
REPLIES: tuple[_Rule, ...] = (
    _Rule((200,), ("status", "success"), Verdict.DELIVERED, "Omoto took it"),
    _Rule((400,), ("response", "parseerror"), Verdict.REJECTED, "Omoto could not read the JSON (parseerror)"),
    _Rule((401,), ("response", "keymismatch"), Verdict.REFUSED, "the api key is wrong (keymismatch)"),
    _Rule((401, 403), None, Verdict.REFUSED, "the api key is missing, wrong or not allowed here"),
    _Rule((404, 405), None, Verdict.REFUSED, "the endpoint's address is wrong"),
    _Rule(range(300, 400), None, Verdict.REFUSED, "the endpoint points elsewhere (a redirect is never followed)"),
    _Rule((413, 415, 422), None, Verdict.REJECTED, "the server refuses this request"),
    _Rule((429,), None, Verdict.DEFERRED, "too many requests; the server asks to wait"),
    _Rule((503,), None, Verdict.DEFERRED, "the server asks to come back later", needs_retry_after=True),
)


def decipher(
    status: int, body: bytes | str, headers: Mapping[str, str] | None = None, campaign: Campaign | None = None
) -> Reading:
    """Read one reply by the table; the contract may add patterns, which only ever decide what the table cannot.

    Only 200 with a JSON `status` of `success`, or a reply that the contract names, is delivered. Anything that no
    line of the table fits is unknown, an HTML page with status 200 included.

    >>> decipher(200, b'{"status":"success"}').verdict
    <Verdict.DELIVERED: 'delivered'>
    >>> decipher(200, b'{"response":"parseerror"}').verdict
    <Verdict.UNKNOWN: 'unknown'>
    """
    reply = _parse(body)
    wait = retry_after({name.lower(): value for name, value in (headers or {}).items()}.get("retry-after"))
    for rule in REPLIES:
        told = rule.says is None or reply.get(rule.says[0]) == rule.says[1]
        if status in rule.statuses and told and (wait is not None or not rule.needs_retry_after):
            return Reading(rule.verdict, rule.reason, wait)
    if campaign is not None and (learnt := _by_contract(status, reply, campaign)):
        return learnt
    return Reading(Verdict.UNKNOWN, f"HTTP {status}, and not a reply that Omoto documents", wait)


def retry_after(value: str | None) -> float | None:
    """Read a Retry-After header as seconds; None where it is absent or not understood.

    >>> retry_after("7"), retry_after("soon")
    (7.0, None)
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value.strip())
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # HTTP dates are in UTC, also where the zone is written as -0000
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - _now())


def _now() -> float:
    import time

    return time.time()


def _parse(body: bytes | str) -> Mapping[str, Any]:
    """Read a reply's JSON object; anything else, and one that contradicts itself, reads as an empty one."""
    try:
        reply = json.loads(body, parse_constant=_refuse, object_pairs_hook=_no_name_twice)
    except (ValueError, RecursionError):
        return {}
    return reply if isinstance(reply, Mapping) else {}


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and its like, which are no JSON."""
    raise ValueError(constant)


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things by one name: which of them counts is anybody's guess."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _by_contract(status: int, reply: Mapping[str, Any], campaign: Campaign) -> Reading | None:
    """Read a reply by the patterns that the contract adds; rejected wins where both fit."""
    for verdict, patterns in ((Verdict.REJECTED, campaign.rejected), (Verdict.DELIVERED, campaign.delivered)):
        if any(_fits(pattern, status, reply) for pattern in patterns):
            return Reading(verdict, f"HTTP {status}, read as {verdict.value} by the campaign file")
    return None


def _fits(pattern: ReplyPattern, status: int, reply: Mapping[str, Any]) -> bool:
    """Tell whether a reply has the pattern's status, and its value at the pattern's dotted path."""
    if pattern.status != status:
        return False
    found: Any = reply
    for name in pattern.path.split(".") if pattern.path else ():
        found = found.get(name) if isinstance(found, Mapping) else None
    return not pattern.path or (found is not None and str(found) == pattern.value)

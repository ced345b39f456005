"""What a step may return. Steps return values; only the engines write."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute

from omoto_kit.problem import Severity

__all__ = ["Clear", "Finding", "Replace", "Suggest"]


@dataclass(frozen=True)
class Suggest:
    """A value that an enricher offers but does not vouch for: shown to a person, never applied by itself.

    `others` are further values that it could be, best first, for a person to choose among.

    >>> Suggest("Bengaluru", why="the phone's prefix").why
    "the phone's prefix"
    >>> Suggest("MG Road 1", why="the number is missing", others=("MG Road 2",)).others
    ('MG Road 2',)
    """

    value: str = attribute(repr=False)
    why: str = ""
    others: tuple[str, ...] = attribute(default=(), repr=False)


@dataclass(frozen=True)
class Clear:
    """An enricher's finding that a field should be absent; `why` is shown beside the change."""

    why: str


@dataclass(frozen=True)
class Finding:
    """What a rule found wrong. It becomes a problem at the rule's field.

    `message` is for an analyst: full sentences that name what is allowed. `options` are values that could stand
    there, best first. `applied` says that a `Replace` returned beside it has already set the first option.

    >>> Finding("rating_missing", "There is no rating.").severity
    <Severity.ERROR: 'error'>
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    options: tuple[str, ...] = attribute(default=(), repr=False)
    why: str = ""
    applied: bool = False


@dataclass(frozen=True)
class Replace:
    """The form that a rule or a standardiser gives to its field's value: same meaning, as the contract writes it.

    `tell` says that a person should see it: an enricher's change is then told as a warning, too, beside the record.

    >>> Replace("Mall of the Emirates", "one slip of the finger", tell=True).tell
    True
    """

    value: str | tuple[str, ...] | None = attribute(repr=False)
    why: str
    tell: bool = False

"""What a check found, how bad it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Any

__all__ = ["Fix", "Guard", "Problem", "Severity"]


class Severity(StrEnum):
    """An error holds its row; a warning lets it go."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Fix:
    """A way to mend one value.

    `options` are the values that could stand there, best first: one is a fix, several are a choice
    that only a person can make, none means that the advice in `why` is all there is.
    `applied` says that the value was already set, and that a change records it.
    """

    options: tuple[str, ...] = attribute(default=(), repr=False)
    why: str = ""
    applied: bool = False

    def as_json(self) -> dict[str, Any]:
        """Give the form that `--json` prints; `value` is there only when it is the single option."""
        single = self.options[0] if len(self.options) == 1 else None
        return {"value": single, "options": list(self.options), "why": self.why, "applied": self.applied}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field of one row.

    `row` is the row's number as a spreadsheet shows it, `column` the source's own header (empty where no
    column feeds the field). The value stays out of the repr, since it may be a person's phone number.
    """

    row: int
    field: str
    code: str
    message: str
    severity: Severity = Severity.ERROR
    column: str = ""
    value: str | None = attribute(default=None, repr=False)
    fix: Fix | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the `problem` event of the command line's JSON, without its `event` key."""
        return {
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "code": self.code,
            "severity": self.severity.value,
            "value": self.value,
            "message": self.message,
            "fix": self.fix.as_json() if self.fix else None,
        }


@dataclass(frozen=True)
class Guard:
    """What looks wrong with a batch as a whole, with the numbers that say so.

    An error holds the batch, not single rows, until a person says go; a warning is only told. The message quotes
    nothing personal.

    >>> Guard("scale_small", "All 40 ratings lie between 1 and 5.").holds
    True
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def holds(self) -> bool:
        """Whether the batch waits for a person."""
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, Any]:
        """Give the `guard` event of the command line's JSON, without its `event` key."""
        return {"code": self.code, "severity": self.severity.value, "holds": self.holds, "message": self.message}

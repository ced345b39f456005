"""The terms of a contract as flat statements: for a fingerprint of its meaning, and for a diff that people can read.

Comments, order and defaults that were spelt out do not count: two files that mean the same have the same terms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from omoto_kit.campaign import Campaign

__all__ = ["TermChange", "Terms", "fingerprint_of", "terms_of"]

#: Parts of the contract that say how our own file feeds it, or how replies are read; Omoto never sees them.
LOCAL = ("name", "starts", "ends", "columns", "identity", "delivered", "rejected")


@dataclass(frozen=True)
class TermChange:
    """One statement that two contracts do not share; `before` or `after` is None where only one makes it."""

    term: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        """Write it as a line of a diff.

        >>> str(TermChange("rating.scale", None, "[1, 5]"))
        '+ rating.scale = [1, 5]'
        """
        if self.before is None:
            return f"+ {self.term} = {self.after}"
        if self.after is None:
            return f"- {self.term} = {self.before}"
        return f"~ {self.term} = {self.before}  ->  {self.after}"


@dataclass(frozen=True)
class Terms:
    """What a contract says: `agreed` is what Omoto verifies, `local` is how our own side reads its file."""

    agreed: Mapping[str, str]
    local: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the agreed statements."""
        return fingerprint_of(self.agreed)

    def changes_from(self, earlier: Terms) -> tuple[TermChange, ...]:
        """List the agreed statements that are new, gone or different since an earlier contract."""
        return _changes(earlier.agreed, self.agreed)

    def local_changes_from(self, earlier: Terms) -> tuple[TermChange, ...]:
        """List the local statements that are new, gone or different since an earlier contract."""
        return _changes(earlier.local, self.local)


def fingerprint_of(agreed: Mapping[str, str]) -> str:
    """Hash statements, whatever their order."""
    return hashlib.sha256(json.dumps(dict(agreed), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def terms_of(campaign: Campaign) -> Terms:
    """Take a contract apart into statements.

    >>> terms = terms_of(Campaign(id="154", categories={"Price": ["Too high"]}, units=["Pune"]))
    >>> list(terms.agreed)
    ['categories', 'categories.Price', 'campaign.id', 'units', 'units.Pune']
    """
    # What equals a default is left out, so that a later kit with more settings still knows the same contract.
    dump = campaign.model_dump(mode="json", exclude_defaults=True)
    dump.pop("path", None)
    agreed = {term: text for name in sorted(dump.keys() - set(LOCAL)) for term, text in _statements(name, dump[name])}
    local = {term: text for name in sorted(dump.keys() & set(LOCAL)) for term, text in _statements(name, dump[name])}
    return Terms(agreed, local)


def _statements(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Say one part of the contract, a line for each name that it lists."""
    if name == "units":
        yield name, "listed" if value is not None else "open"
        yield from _units(value or [])
    elif isinstance(value, Mapping):
        if name in ("categories", "attributes"):
            yield name, "listed"
        for key in sorted(value):
            yield f"{name}.{key}", _text(value[key])
    else:
        yield f"campaign.{name}", _text(value)


def _units(units: list[dict[str, str | None]]) -> Iterator[tuple[str, str]]:
    """Say each unit with its codes and cities; a name that is listed twice is one statement."""
    known: dict[str, set[str]] = {}
    for unit in units:
        known.setdefault(str(unit["name"]), set()).add(", ".join(filter(None, (unit.get("code"), unit.get("city")))))
    for unit_name in sorted(known):
        yield f"units.{unit_name}", " / ".join(sorted(known[unit_name]))


def _text(value: Any) -> str:
    """Write a value on one line: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[TermChange, ...]:
    names = sorted(before.keys() | after.keys())
    return tuple(
        TermChange(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )

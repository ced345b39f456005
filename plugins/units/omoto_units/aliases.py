"""What people confirmed: spellings that are exact from then on, for one list of one campaign.

The file is JSON, so that it can be read, mended and kept under version control:
{"campaign": "154", "aliases": [{"text": "...", "unit": "...", "who": "...", "when": "...", "version": "..."}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from omoto_units.matcher import Matcher
from omoto_units.outcomes import SAME
from omoto_units.reading import letters

__all__ = ["Alias", "Aliases", "Recheck", "version_of"]

_KEYS = {"text", "unit", "who", "when", "version"}


@dataclass(frozen=True, slots=True)
class Alias:
    """One confirmed choice: what was written, the standard name, who chose it and when (UTC), and for which list."""

    text: str
    unit: str
    who: str
    when: str
    version: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """What a new list makes of old choices: those that hold, and each other with the reason why it does not."""

    kept: Aliases
    doubtful: tuple[tuple[Alias, str], ...]


@dataclass(frozen=True, slots=True)
class Aliases:
    """All confirmed choices of one campaign. Immutable; a choice gives a new collection.

    >>> known = Aliases("154").confirm("Phoenix", "Phoenix Marketcity", who="asha", version="1f0e")
    >>> known.table("1f0e")
    {'Phoenix': 'Phoenix Marketcity'}
    >>> known.table("another list")
    {}
    """

    campaign: str
    aliases: tuple[Alias, ...] = ()

    @classmethod
    def load(cls, path: Path, campaign: str) -> Aliases:
        """Read a file; one that does not exist has no choices, and neither has another campaign's.

        Raises ValueError, which names the file, where it holds something else.
        """
        if not path.exists():
            return cls(campaign)
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            owner, found = str(held["campaign"]), tuple(Alias(**one) for one in held["aliases"])
        except (ValueError, KeyError, TypeError) as error:
            what = f"{path} holds no confirmed unit names ({type(error).__name__}). Mend it, or move it away."
            raise ValueError(what) from None
        return cls(campaign, found if owner == campaign else ())

    def save(self, path: Path) -> None:
        """Write the file as a whole, or leave the old one as it is."""
        held = {"campaign": self.campaign, "aliases": [asdict(alias) for alias in self.aliases]}
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)

    def confirm(self, text: str, unit: str, *, who: str, version: str, when: datetime | None = None) -> Aliases:
        """Add a person's choice; a new choice for the same text takes the place of the old one."""
        moment = (when or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")
        others = tuple(alias for alias in self.aliases if letters(alias.text) != letters(text))
        return replace(self, aliases=(*others, Alias(text, unit, who, moment, version)))

    def table(self, version: str) -> dict[str, str]:
        """Give the choices that hold for one version of the list, as the matcher takes them."""
        return {alias.text: alias.unit for alias in self.aliases if alias.version == version}

    def recheck(self, matcher: Matcher, version: str) -> Recheck:
        """Look at all choices anew for a list; `matcher` knows that list and no choices.

        A choice holds where its unit is still there and the new list does not itself say that the text is another.
        """
        kept, doubtful = [], []
        for alias in self.aliases:
            reason = "" if alias.version == version else _doubt(alias, matcher)
            if reason:
                doubtful.append((alias, reason))
            else:
                kept.append(replace(alias, version=version))
        return Recheck(replace(self, aliases=tuple(kept)), tuple(doubtful))


def version_of(rows: Iterable[Sequence[str | None]]) -> str:
    """Name the version of a list by what stands in it, whatever the order of its lines."""
    lines = sorted("\x1f".join(cell or "" for cell in row) for row in rows)
    return sha256("\x1e".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _doubt(alias: Alias, matcher: Matcher) -> str:
    """Say why a choice may no longer hold; empty where it does."""
    if alias.unit not in matcher.names:
        return f"{alias.unit!r} is no longer in the list"
    found = matcher.match(alias.text)
    if found.rule in ("exact", *SAME) and found.name not in (None, alias.unit):
        return f"the list now has {found.name!r} itself"
    return ""

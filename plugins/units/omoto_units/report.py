"""The report for Omoto: names that customers' systems use and that no unit of the list has."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from omoto_units.matcher import Matcher

__all__ = ["HEADER", "MEANS", "Unmatched", "unmatched", "write_report"]

#: The column that a person fills in.
MEANS = "Means"
HEADER = (
    "Written",
    "City",
    "Rows",
    "Why",
    MEANS,
    "Nearest",
    "Difference",
    "2nd",
    "Difference 2",
    "3rd",
    "Difference 3",
)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name that was not accepted: in how many rows, why, and the nearest units with their difference."""

    written: str
    city: str
    rows: int
    why: str
    nearest: tuple[tuple[str, str], ...] = ()


def unmatched(matcher: Matcher, names: Iterable[tuple[str | None, str | None]]) -> list[Unmatched]:
    """Find what was not accepted among names with their rows' cities, the most frequent first.

    >>> found = unmatched(Matcher(["MG Road", "FC Road"]), [("GM Road", ""), ("mg road", ""), ("GM Road", "")])
    >>> [(one.written, one.rows, one.nearest[0]) for one in found]
    [('GM Road', 2, ('MG Road', 'MG instead of GM'))]
    """
    counts = Counter((name or "", city or "") for name, city in names if name and name.strip())
    found = []
    for (name, city), rows in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        match = matcher.match(name, city)
        if match.outcome != "accept":
            nearest = tuple((option.name, option.difference) for option in match.options)
            found.append(Unmatched(name, city, rows, match.why, nearest))
    return found


def write_report(path: Path, found: Iterable[Unmatched]) -> int:
    """Write the report as a CSV file that a spreadsheet opens; give the number of names in it.

    Its column "Means" is empty: whoever knows the unit fills it in.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for one in found:
            nearest = [cell for option in one.nearest for cell in option]
            writer.writerow([_inert(cell) for cell in (one.written, one.city, str(one.rows), one.why, "", *nearest)])
            count += 1
    return count


def _inert(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

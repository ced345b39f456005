"""Cells that hold several things: reasons of a category, selected categories, name-value pairs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from omoto_kit.intake.guesses import fold

__all__ = ["Pairs", "categories_of", "pairs_of", "parts_of", "reasons_of"]

YES = frozenset({"yes", "y", "x", "1", "true", "selected", "checked", "ticked", "✓", "✔", "☑", "☒"})
NO = frozenset({"no", "n", "0", "false", "not selected", "unselected", "unchecked", "none", "-", "☐"})


@dataclass(frozen=True)
class Pairs:
    """The pairs of one cell, and the pieces of it that are none."""

    values: dict[str, str]
    unreadable: tuple[str, ...] = ()


def parts_of(cell: str, split: str | None, known: Iterable[str]) -> list[str]:
    """Part a cell; a known name that holds the delimiter itself stays whole.

    >>> parts_of("Too high, really; Unclear", ";", [])
    ['Too high, really', 'Unclear']
    >>> parts_of("Hot, fresh food, Staff", ",", ["Hot, fresh food", "Staff"])
    ['Hot, fresh food', 'Staff']
    """
    if split is None:
        return [cell.strip()] if cell.strip() else []
    pieces, sign = cell.split(split), split.strip()
    whole = {fold(name) for name in known if sign in name} if sign else None
    parts = _rejoined(pieces, split, whole) if whole else pieces
    return list(dict.fromkeys(bare for part in parts if (bare := part.strip())))


def _rejoined(pieces: list[str], split: str, whole: Collection[str]) -> Iterator[str]:
    """Put together again the pieces of known names that hold the delimiter, the longest first."""
    at = 0
    while at < len(pieces):
        ends = range(len(pieces), at + 1, -1)
        end = next((end for end in ends if fold(split.join(pieces[at:end])) in whole), at + 1)
        yield split.join(pieces[at:end])
        at = end


def reasons_of(cell: str, category: str, options: Collection[str], split: str | None) -> list[str] | None:
    """Give a category's reasons; an empty list is "selected without a reason", None "not selected".

    >>> reasons_of("Too high; Unclear", "Price", (), ";"), reasons_of("yes", "Price", (), None)
    (['Too high', 'Unclear'], [])
    >>> reasons_of("no", "Price", (), None) is None
    True
    """
    parts = parts_of(cell, split, options)
    marks = [part for part in parts if part not in options and _is_mark(part, category)]
    reasons = [part for part in parts if part not in marks]
    if reasons:
        return reasons
    return [] if any(part.casefold() not in NO for part in marks) else None


def categories_of(cell: str, known: Collection[str], split: str | None, option: str = "") -> list[str]:
    """Name the categories that a cell selects; a mere mark selects the option that the column stands for.

    >>> categories_of("Price; Staff", (), ";"), categories_of("1", ("Price",), None, "Price")
    (['Price', 'Staff'], ['Price'])
    """
    parts = [part for part in parts_of(cell, split, known) if part in known or part.casefold() not in NO]
    if not option:
        return parts
    return list(dict.fromkeys(option if part not in known and _is_mark(part, option) else part for part in parts))


def pairs_of(cell: str, pairs: str | None, equals: str) -> Pairs:
    """Take name-value pairs apart; the first value of a repeated name stands.

    >>> pairs_of("city=Pune|tier=Gold|oops", "|", "=")
    Pairs(values={'city': 'Pune', 'tier': 'Gold'}, unreadable=('oops',))
    """
    values: dict[str, str] = {}
    unreadable = []
    for piece in cell.split(pairs) if pairs else [cell]:
        name, sign, value = (part.strip() for part in piece.partition(equals))
        if (name and (sign or not equals.strip())) and values.get(name, value) == value:
            values[name] = value
        elif piece.strip():
            unreadable.append(piece.strip())
    return Pairs({name: value for name, value in values.items() if value}, tuple(unreadable))


def _is_mark(part: str, category: str) -> bool:
    plain = part.casefold()
    return plain in YES or plain in NO or fold(part) == fold(category)

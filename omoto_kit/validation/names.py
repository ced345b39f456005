"""Names that the contract lists: units, categories, reasons, attributes, channels. Nearest ones are offered."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import groupby

import polars as pl
from rapidfuzz import fuzz, process

from omoto_kit.campaign import Unit
from omoto_kit.plugins import Finding, Replace
from omoto_kit.validation.forms import fold, quote, strip

__all__ = [
    "UnitIndex",
    "check_category",
    "check_listed",
    "check_name",
    "check_unit",
    "clear_listed",
    "clear_reasons",
    "differing",
    "listed",
    "nearest",
]

_CLOSE, _LOOSE = 70, 60
_SHOWN = 12
#: What people and forms put between the names in one cell.
_BETWEEN = re.compile(r"\s*[,;|/&+\n\t\u060c\u061b\u3001\uff1b\uff0c]\s*|\s+and\s+", re.IGNORECASE)


def nearest(name: str, names: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Give the known names that look most like one, best first; a name that differs only in case stands alone.

    >>> nearest("too high", ["Too High", "Wrong Bill"])
    ('Too High',)
    """
    folded = fold(name)
    same = tuple(known for known in names if fold(known) == folded)
    if same:
        return same
    return tuple(names[place] for place in _near(folded, [fold(known) for known in names], most))


def _near(folded: str, names: Sequence[str], most: int, words: Collection[str] | None = None) -> list[int]:
    """Find the places of the nearest names: by letters first, by shared words where that finds none.

    `words` are those of all names, so that a name that shares none of them need not be held against each.
    """
    found = process.extract(folded, names, scorer=fuzz.ratio, limit=most, score_cutoff=_CLOSE)
    if not found and (words is None or any(word in words for word in folded.split())):
        found = process.extract(folded, names, scorer=fuzz.token_set_ratio, limit=most, score_cutoff=_LOOSE)
    return [place for _, _, place in found]


def listed(names: Sequence[str]) -> str:
    """Name the allowed names in a sentence's end, the first dozen where there are many."""
    if not names:
        return "none"
    shown = ", ".join(quote(name) for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown


def differing(name: str, known: str) -> str:
    """Show where a known name differs, word by word.

    >>> differing("EXL Bandra East 001", "EXL Bandra West 001")
    "'West' for 'East'"
    """
    parts = []
    for mine, theirs in _steps(name.split(), known.split()):
        here, there = quote(" ".join(mine)), quote(" ".join(theirs))
        if mine and theirs:
            parts.append(f"{there} for {here}")
        elif theirs:
            parts.append(f"with {there}")
        elif mine:
            parts.append(f"without {here}")
    return ", ".join(parts) or "only in white space"


def _steps(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Give the words that differ, mine and theirs: by place where most stand in theirs, else all between the ends."""
    same = [one == other for one, other in zip(mine, theirs, strict=False)]
    if len(mine) == len(theirs) and sum(same) * 2 >= len(same):
        for equal, places in groupby(range(len(same)), key=same.__getitem__):
            run = list(places)
            if not equal:
                yield mine[run[0] : run[-1] + 1], theirs[run[0] : run[-1] + 1]
        return
    shared = [one == other for one, other in zip(reversed(mine), reversed(theirs), strict=False)]
    start = (*same, False).index(False)
    end = min((*shared, False).index(False), len(mine) - start, len(theirs) - start)
    yield mine[start : len(mine) - end], theirs[start : len(theirs) - end]


class UnitIndex:
    """The contract's units, each look-up laid out when it is first needed."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The standard names."""
        return tuple(unit.name for unit in self._units)

    @cached_property
    def exact(self) -> frozenset[str]:
        """The same, to find one at once."""
        return frozenset(self.names)

    @cached_property
    def sendable(self) -> tuple[str, ...]:
        """The names that go out as they are written: all, unless a control character stands in one."""
        return tuple(name for name in self.names if name.isprintable() and name.strip())

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The same without case and white space."""
        return tuple(fold(name) for name in self.names)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the folded names."""
        return frozenset(word for name in self.folded for word in name.split())

    @cached_property
    def by_key(self) -> dict[str, tuple[str, ...]]:
        """Names by folded name and by folded code; a code that is also a name finds the name only."""
        keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for folded, name in zip(self.folded, self.names, strict=True):
            keys[folded][name] = None
        named = set(keys)
        for unit in self._units:
            if unit.code and fold(unit.code) not in named:
                keys[fold(unit.code)][unit.name] = None
        return {key: tuple(found) for key, found in keys.items()}


def check_unit(value: str | None, index: UnitIndex) -> Finding | Replace | None:
    """Hold a name that is no unit's; write it as the standard name where only case, white space or a code differ."""
    bare = strip(value)
    if not bare or value in index.exact:
        return None
    same = index.by_key.get(fold(bare), ())
    if len(same) == 1:
        return Replace(same[0], "The unit's standard name; the cell differed in case or white space, or held its code.")
    if same:
        message = f"{quote(bare)} fits {len(same)} units of this campaign: {listed(same)}. Say which."
        return Finding("unit_unknown", message, options=same)
    near = tuple(index.names[place] for place in _near(fold(bare), index.folded, 3, index.words))
    if not near:
        message = f"{quote(bare)} is no unit of this campaign, and no unit has a name like it."
        return Finding("unit_unknown", f"{message} Use the standard name that Omoto gave.")
    shown = "; ".join(f"{quote(name)} ({differing(bare, name)})" for name in near)
    message = f"{quote(bare)} is no unit of this campaign. The nearest: {shown}."
    return Finding("unit_unknown", message, options=near, why="Choose the right unit; it is never chosen for you.")


def check_listed(value: str | None, allowed: Sequence[str], code: str, what: str) -> Finding | Replace | None:
    """Hold a value that the contract does not list; mend case and white space where one value fits."""
    bare = strip(value)
    if not bare or value in allowed:
        return None
    same = [name for name in allowed if fold(name) == fold(bare)]
    if len(same) == 1:
        return Replace(same[0], f"{what} as the contract writes it.")
    message = f"{what} {quote(bare)} is not in the contract. Allowed: {listed(allowed)}."
    return Finding(code, message, options=nearest(bare, allowed))


def check_name(name: str, known: Sequence[str], code: str, what: str) -> Finding:
    """Refuse a name that the contract does not list, whatever value it holds."""
    message = f"{quote(name)} is no {what} of this campaign."
    if code == "category_unknown" and _names_in(name, known):
        return Finding(code, f"{message} {_SEVERAL}")  # to offer one of them would lose the others
    return Finding(code, f"{message} It has {listed(known)}.", options=nearest(name, known))


_SEVERAL = (
    "It names several, with another sign between them than the column map parts them by. Correct the cell, or what "
    "parts this column in the map (split)."
)


def _names_in(text: str, known: Sequence[str]) -> list[str | None]:
    """Take a text apart that is more than one name: each known name, None for a part that is none.

    Nothing where no part is a known name, or the whole is one.

    >>> _names_in("Parking, cleanliness", ["Parking", "Cleanliness"]), _names_in("Parkng", ["Parking"])
    (['Parking', 'Cleanliness'], [])
    """
    by_fold = {fold(name): name for name in known}
    parts = [fold(part) for part in _BETWEEN.split(text) if part.strip()]
    found = [by_fold.get(part) for part in parts]
    return found if fold(text) not in by_fold and len(parts) > 1 and any(found) else []


def check_category(value: tuple[str, ...] | None, name: str, reasons: Sequence[str], mark: str) -> Finding | None:
    """Hold reasons that the contract does not list for a category; they are offered, never mended silently.

    `mark` stands between reasons where a cell holds several, as in the options.
    """
    wrong = [reason for reason in value or () if reason not in reasons]
    if not wrong:
        return None
    named = listed(wrong)
    if not reasons:
        message = f"{quote(name)} takes no reasons in this campaign, but the cell gives {named}."
        return Finding("subreason_unknown", message)
    isnt = "is no reason" if len(wrong) == 1 else "are no reasons"
    apart = [_names_in(reason, reasons) if reason in wrong else [reason] for reason in value or ()]
    if any(len(found) > 1 for found in apart):
        message = f"{named} {isnt} of {quote(name)}. {_SEVERAL}"
        return Finding("subreason_unknown", message, options=_all(apart, mark))
    near = {reason: nearest(reason, reasons) for reason in wrong}
    options = _mended([near.get(reason, [reason]) for reason in value or ()], mark, one_wrong=len(wrong) == 1)
    hints = "".join(f" Nearest to {quote(reason)}: {listed(found)}." for reason, found in near.items() if found)
    message = f"{named} {isnt} of {quote(name)}.{hints} Allowed: {listed(reasons)}."
    return Finding("subreason_unknown", message, options=options)


def clear_reasons(value: pl.Expr, reasons: Sequence[str]) -> pl.Expr:
    """Tell whether a list is absent, or holds nothing but these reasons."""
    if not reasons:
        return (value.list.len() == 0).fill_null(value=True)
    known = pl.element().is_in(list(reasons)).fill_null(value=False)
    return value.list.eval(known).list.all().fill_null(value=True)


def clear_listed(value: pl.Expr, allowed: Sequence[str]) -> pl.Expr:
    """Tell whether a value is absent, or one of these."""
    return value.is_in(allowed).fill_null(value=True)


def _all(apart: Sequence[Sequence[str | None]], mark: str) -> tuple[str, ...]:
    """Give the whole cell with its reasons apart; nothing where one of them is unknown."""
    found = [part for parts in apart for part in parts or [None]]
    return (_cell([part for part in found if part is not None], mark),) if all(found) else ()


def _mended(found: Sequence[Sequence[str]], mark: str, *, one_wrong: bool) -> tuple[str, ...]:
    """Give the whole cell with the nearest reasons; nothing where a wrong one is near to none."""
    if not all(found):
        return ()
    return _each(found, mark) if one_wrong else (_cell([near[0] for near in found], mark),)


def _each(mended: Sequence[Sequence[str]], mark: str) -> tuple[str, ...]:
    """Give the whole cell once for each way to mend its one wrong reason."""
    most = max(len(found) for found in mended)
    cells = [[found[place] if len(found) > 1 else found[0] for found in mended] for place in range(most)]
    return tuple(dict.fromkeys(_cell(cell, mark) for cell in cells))


def _cell(reasons: Sequence[str], mark: str) -> str:
    return mark.join(dict.fromkeys(reasons))

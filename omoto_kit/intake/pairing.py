"""Name-value pairs of a whole column at once: each name gets a column of its own.

The truth is `pairs_of`, for one cell. Columns take the cells whose pieces plainly are pairs, one place of the pieces
after another; every other cell is read by `pairs_of`, once for each distinct one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from omoto_kit.intake.splitting import Pairs, pairs_of

__all__ = ["PairColumns", "laid_out"]

#: Pieces of a cell, and names at one place of them, beyond which cells are read one by one.
PIECES, NAMES = 24, 12
#: White space, as Python and expressions both take it away.
SPACE = r"\s\x1c-\x1f"


@dataclass
class PairColumns:
    """Columns by name, in the order in which the names first occur, and the cells with pieces that are no pair."""

    values: dict[str, pl.Series] = field(default_factory=dict)
    unreadable: dict[str, Pairs] = field(default_factory=dict)


def laid_out(column: pl.Series, pairs: str | None, equals: str) -> PairColumns:
    """Give each name that a column's cells hold a column of its own; null where a cell lacks it.

    >>> laid_out(pl.Series(["city=Pune|tier=Gold", None, "tier=Silver|x"]), "|", "=").values["tier"].to_list()
    ['Gold', None, 'Silver']
    """
    plain = _plain(column, pairs, equals)
    found: dict[str, tuple[tuple[int, int], pl.Series]] = {}
    if pairs and len(plain):
        plain = _by_place(column, plain, pairs, equals, found)
    rest = pl.int_range(len(column), eager=True).filter(column.is_not_null())
    rest = rest.filter(~rest.is_in(plain.implode())) if len(plain) else rest
    cells = column.gather(rest)
    read = {cell: pairs_of(cell, pairs, equals) for cell in cells.unique(maintain_order=True)}
    _by_cell(len(column), rest, cells, read, found)
    ordered = sorted(found, key=lambda name: found[name][0])
    return PairColumns(
        {name: found[name][1] for name in ordered}, {cell: one for cell, one in read.items() if one.unreadable}
    )


def _plain(column: pl.Series, pairs: str | None, equals: str) -> pl.Series:
    """Give the places of the cells without white space or nothing beside a sign between."""
    signs = f"{pairs or ''}{equals}"
    if len(pairs or "") != 1 or len(equals) != 1 or pairs == equals or signs.isalnum() or signs != signs.strip():
        return pl.Series(dtype=pl.Int64)
    one = "[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in signs) + "]"
    space = f"[{SPACE}]"
    odd = rf"^{one}|{one}$|{one}{one}|{one}{space}|{space}{one}|^{space}|{space}$|^$"
    return (~column.str.contains(odd)).fill_null(value=False).arg_true().cast(pl.Int64)


Found = dict[str, tuple[tuple[int, int], pl.Series]]


def _by_place(column: pl.Series, plain: pl.Series, pairs: str, equals: str, found: Found) -> pl.Series:
    """Take the first pieces of all cells, then the second ones, and so on; give the places of the cells that fit."""
    cells = column.gather(plain) if len(plain) < len(column) else column
    pieces = cells.str.split(pairs)
    fits = pieces.list.len() <= PIECES
    most = min(int(str(pieces.list.len().max() or 0)), PIECES)
    taken: dict[str, list[tuple[int, pl.Series, pl.Series]]] = {}
    for place in range(most):
        fits &= _names_at(pieces.list.get(place, null_on_oob=True), place, equals, taken)
    for parts in taken.values():
        seen = parts[0][1]
        for _, here, _ in parts[1:]:
            fits &= ~(seen & here)
            seen = seen | here
    for name, parts in taken.items():
        _join(name, [(place, here & fits, values) for place, here, values in parts], len(column), plain, found)
    return plain.filter(fits)


def _names_at(
    pieces: pl.Series, place: int, equals: str, taken: dict[str, list[tuple[int, pl.Series, pl.Series]]]
) -> pl.Series:
    """Part the pieces that stand at one place in their cells by name; tell which of them have one."""
    open_ = pieces.is_not_null()
    for _ in range(NAMES):
        first = open_.arg_max()
        if first is None or not open_[first]:
            break
        name, sign, _ = pieces[first].partition(equals)
        if not sign:
            break
        here = open_ & pieces.str.starts_with(name + equals)
        taken.setdefault(name, []).append((place, here, pieces.str.slice(len(name + equals))))
        open_ = open_ & ~here
    return ~open_


def _join(
    name: str, parts: list[tuple[int, pl.Series, pl.Series]], height: int, plain: pl.Series, found: Found
) -> None:
    """Make one column of a name's values at several places."""
    column = pl.repeat(None, height, dtype=pl.String, eager=True)
    first = (height, 0)
    for place, here, values in parts:
        at = here.arg_true()
        if len(at):
            rows = plain.gather(at)
            column = column.scatter(rows, values.gather(at))
            first = min(first, (int(rows[0]), place))
    if first[0] < height:
        found[name] = first, column


def _by_cell(height: int, rows: pl.Series, cells: pl.Series, read: dict[str, Pairs], found: Found) -> None:
    """Add what was read cell by cell."""
    keys = list(read)
    where = cells.to_frame("cell").select(pl.col("cell").replace_strict(keys, range(len(keys)), return_dtype=pl.Int64))
    for name in dict.fromkeys(name for one in read.values() for name in one.values):
        texts = pl.Series([one.values.get(name) for one in read.values()], dtype=pl.String)
        values = texts.gather(where.to_series())
        there = values.is_not_null()
        at = rows.filter(there)
        place = list(read[str(cells[int(there.arg_max() or 0)])].values).index(name)
        first, column = found.get(name, ((height, 0), pl.repeat(None, height, dtype=pl.String, eager=True)))
        found[name] = min(first, (int(at[0]), place)), column.scatter(at, values.filter(there))

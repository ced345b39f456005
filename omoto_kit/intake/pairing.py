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


#: By name: where it first stands (row, place in the cell), and its column.
Found = dict[str, tuple[tuple[int, int], pl.Series]]
#: Some cells' pieces with one name: their place in the cell, the cells, and the values.
Part = tuple[int, pl.Series, pl.Series]


def _by_place(column: pl.Series, plain: pl.Series, pairs: str, equals: str, found: Found) -> pl.Series:
    """Take the first pieces of all cells, then the second ones, and so on; give the places of the cells that fit."""
    cells = column.gather(plain) if len(plain) < len(column) else column
    pieces = cells.str.split(pairs)
    counts = pieces.list.len()
    fits = counts <= PIECES
    taken: dict[str, list[Part]] = {}
    for place in range(min(int(str(counts.max() or 0)), PIECES)):
        strange = _names_at(pieces.list.get(place, null_on_oob=True), place, equals, taken)
        fits = fits.scatter(strange, values=False) if len(strange) else fits
    for parts in taken.values():
        at = pl.concat([cells for _, cells, _ in parts])
        if len(parts) > 1 and at.is_duplicated().any():
            fits = fits.scatter(at.filter(at.is_duplicated()), values=False)
    whole = bool(fits.all())
    for name, parts in taken.items():
        kept = parts if whole else [(place, *_kept(at, values, fits)) for place, at, values in parts]
        _join(name, kept, len(column), plain, found)
    return plain if whole else plain.filter(fits)


def _names_at(pieces: pl.Series, place: int, equals: str, taken: dict[str, list[Part]]) -> pl.Series:
    """Part the pieces that stand at one place in their cells by name; give the cells whose piece has none."""
    at = pieces.is_not_null().arg_true()
    left = pieces.gather(at) if len(at) < len(pieces) else pieces
    for _ in range(NAMES):
        if not len(left):
            break
        name, sign, _ = left[0].partition(equals)
        here = left.str.starts_with(name + sign)
        if not sign:
            break
        mine = here.all()
        part = (
            place,
            at if mine else at.filter(here),
            (left if mine else left.filter(here)).str.slice(len(name + sign)),
        )
        taken.setdefault(name, []).append(part)
        at, left = (at.clear(), left.clear()) if mine else (at.filter(~here), left.filter(~here))
    return at


def _kept(at: pl.Series, values: pl.Series, fits: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Leave out what stands in cells that do not fit."""
    kept = fits.gather(at)
    return at.filter(kept), values.filter(kept)


def _join(name: str, parts: list[Part], height: int, plain: pl.Series, found: Found) -> None:
    """Make one column of a name's values at several places."""
    column, first = None, (height, 0)
    for place, at, values in parts:
        if not len(at):
            continue
        rows = plain.gather(at) if len(plain) < height else at
        first = min(first, (int(rows[0]), place))
        if len(at) == height:
            column = values
        else:
            column = pl.Series([None], dtype=pl.String).new_from_index(0, height) if column is None else column
            column = column.scatter(rows, values)
    if column is not None:
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
        first, column = found.get(name, ((height, 0), pl.Series([None], dtype=pl.String).new_from_index(0, height)))
        found[name] = min(first, (int(at[0]), place)), column.scatter(at, values.filter(there))

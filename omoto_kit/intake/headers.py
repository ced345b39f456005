"""Which row holds the headers, what the columns are called, and which rows below are answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.formats import Look, filled_down
from omoto_kit.intake.guesses import is_usual
from omoto_kit.intake.labels import Labels, find_labels, group_names
from omoto_kit.intake.leaving import KEEP, Table, leave_out
from omoto_kit.intake.wrong import NoAnswersError, refuse_far_table, refuse_long_form, refuse_no_table

__all__ = ["LOOK", "Choices", "Settled", "clean_name", "find_header", "left_out", "no_rows", "settle", "unique_names"]

#: So many rows are looked at to find the header.
LOOK = 40
LISTED = 10
INVISIBLE = re.compile("[\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f]")
NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
PERSONAL = re.compile(r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}|\+?(?:\d[ -]?){9,15}")
#: Headers that Excel could not work out, and such that were a range (10-49) before it took them for a date.
BROKEN = re.compile(r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NUM!|NULL!|SPILL!|CALC!)(?: \(\d+\))?")
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DATED = re.compile(rf"{MONTH}-\d\d|\d{{1,2}}-{MONTH}")
#: So many rows tell the kind of a table.
KIND = 400
#: A row with less than this share of the widest row's cells stands above a table, not in it.
NARROW = 0.3
#: A row with less than the first share may be no header yet, if one with the second share follows.
FULL, WHOLE = 0.6, 0.9
#: So many rows below a header are looked at.
BELOW = 10
#: A longer cell of a first row is a question.
LONG_NAME = 60


@dataclass(frozen=True)
class Choices:
    """What a person says of a table: where its headers are, what is kept, and that it is one whatever it looks like.

    `header_row` is the header's number in the source; 0 says that there is none; None lets it be found. `keep` names
    grounds (KEEP) on which no row is left out. `is_ragged` is what a reader adds: some records are shorter than others.
    """

    header_row: int | None = None
    keep: frozenset[str] = frozenset()
    as_table: bool = False
    is_ragged: bool = False

    @property
    def trusting(self) -> bool:
        """Whether the person has looked at the table, so that no doubt of ours stops it."""
        return self.as_table or self.header_row is not None


@dataclass(frozen=True)
class Settled:
    """A table whose headers are known: its cells by header, its rows' numbers, words about both, other names."""

    frame: pl.DataFrame
    numbers: pl.Series
    words: str
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def settle(cells: pl.DataFrame, choices: Choices, where: Place, look: Look | None = None) -> Settled:
    """Make a table of raw cells, whose row i is row i + 1 of the source.

    Wholly blank rows are left out, and so are columns with neither header nor cells, and rows that are no answers.
    Raises IntakeError where no row holds headers, none follows, or the table is of the wrong kind.
    """
    header_row, look = choices.header_row, look or Look()
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if cells.width else pl.Series([False])
    seen = max(LOOK + (filled.arg_max() or 0), (header_row or 0) + 4)
    head = [[cell or "" for cell in row] for row in cells.head(seen).rows()]
    if not choices.trusting:
        refuse_no_table(_sample(cells), where)
        refuse_far_table(cells, filled, KIND, where)
    at = find_header(head) if header_row is None else header_row - 1
    if at is None or at >= cells.height:
        raise _no_header(cells.height, header_row, where)
    if at < 0:
        return _without_header(cells)
    if not choices.trusting:
        _refuse_data(head[at], head[at + 1 : at + 1 + BELOW], at + 1, where)
    return _below(cells, head, at, choices, where, look)


def _sample(cells: pl.DataFrame) -> list[list[str]]:
    """Give the rows by which a table's kind is told."""
    return [[cell or "" for cell in row] for row in cells.head(KIND).rows()]


def _below(cells: pl.DataFrame, head: list[list[str]], at: int, choices: Choices, where: Place, look: Look) -> Settled:
    """Name the columns and take the rows below the header that are answers."""
    labels = _labels(head, at, look)
    first = at + 1 + labels.rows
    names = unique_names(labels.names, [int(number) + 1 for number in cells.columns])
    cells, spread = filled_down(cells, look.merged, first)
    frame, numbers = _without_blank_rows(cells.slice(first), first + 1)
    kept = _kept(frame, labels.names)
    frame = frame.select(frame.columns[column] for column in kept).rename(
        {frame.columns[column]: names[column] for column in kept}
    )
    others = {
        names[column]: labels.others[column] for column in kept if column < len(labels.others) and labels.others[column]
    }
    above = [[head[row][column].strip() for column in kept] for row in range(first)]
    hidden = [row + 1 for row in look.hidden]
    given = Table(frame, numbers, others, labels.tool, choices.is_ragged)
    table, gone = leave_out(given, hidden, above[at:], choices.keep, above[:at])
    if not table.frame.height and not gone:
        raise no_rows(names, where)
    if not choices.trusting:
        refuse_long_form(table.frame, where)
    told = [_words(at, labels, gone, names), *_gap_words(head[at], kept)]
    told += [f"{spread:,} cell{'' if spread == 1 else 's'} filled from the merged cell above"] if spread else []
    return Settled(table.frame, table.numbers, ", ".join(told), others)


def _labels(head: list[list[str]], at: int, look: Look) -> Labels:
    """Find what belongs to the header, above it or below it."""
    header = [clean_name(name) for name in head[at]]
    labels = find_labels(header, head[at + 1 :])
    groups = [] if labels.rows else _groups(head, at, look)
    if not any(groups):
        return labels
    names, others = group_names(groups, header)
    told, own = [name for name in names if name], [name for name in header if name]
    if len(set(told)) < len(told) or (not look.merged and len(set(own)) == len(own)):
        return labels  # without merged cells, only repeated headers show that the row above tells them apart
    words = f"groups of columns in row {at} joined to the headers" if list(names) != header else ""
    return Labels(0, names, words, "", others)


def _groups(head: list[list[str]], at: int, look: Look) -> list[str]:
    """Give the group that stands above each column: merged cells of XLSX, or a cell with blanks to its right."""
    if not at:
        return []
    above = [clean_name(name) for name in head[at - 1]]
    width = sum(bool(cell) for cell in head[at])
    spans = {cell.left: cell.right for cell in look.merged if cell.top == at - 1}
    inside = [left for left, right in spans.items() if left and right > left and right - left + 1 < width]
    if sum(map(bool, above)) < (1 if inside else 2):  # one cell alone is a title, unless merged above a part of it
        return []
    filled = [column for column, name in enumerate(above) if name]
    ends = [*(column - 1 for column in filled[1:]), len(above) - 1]
    groups = [""] * len(above)
    for column, end in zip(filled, ends, strict=True):
        last = min(spans.get(column, column), len(above) - 1) if spans else end  # the table may end before it
        groups[column : last + 1] = [above[column]] * (last + 1 - column)
    return groups


def find_header(head: Sequence[Sequence[str]]) -> int | None:
    """Find the first row that is as wide as a header must be; None where all rows are blank.

    >>> find_header([["Report for April", "", ""], ["", "", ""], ["Store", "Rating", "Comment"], ["Pune", "9", "ok"]])
    2
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in head]
    rows = [at for at, count in enumerate(filled) if count]
    if not rows:
        return None
    widest = max(filled)
    first = rows[0]
    wide = next(at for at in rows if filled[at] >= max(min(2, widest), NARROW * widest))
    if find_labels(head[first], head[first + 1 :]).rows:
        return first
    wide = _crown_below(head, filled, wide)
    return wide if _looks_like_header(head[wide]) else first


def _crown_below(head: Sequence[Sequence[str]], filled: Sequence[int], wide: int) -> int:
    """Find a full row of headers below one that only looks like them; else give that one."""
    widest = max(filled)
    if filled[wide] == widest:
        return wide
    crown = next((at for at in range(wide + 1, len(head)) if filled[at] and _crowns(head, at, widest)), wide)
    named = any(map(is_usual, head[crown])) and not any(map(is_usual, head[wide]))
    return crown if filled[wide] < FULL * widest or 0 in filled[wide:crown] or named else wide


def _crowns(head: Sequence[Sequence[str]], at: int, widest: int) -> bool:
    """Tell whether a full row of words stands above a column of numbers or dates, as headers do."""
    row = head[at]
    if sum(bool(cell.strip()) for cell in row) < WHOLE * widest or any(NUMBER.fullmatch(cell.strip()) for cell in row):
        return False
    columns = zip(*head[at + 1 : at + 1 + BELOW], strict=False)
    below = [[cell for cell in column if cell.strip()] for column in columns]
    return any(cells and sum(bool(NUMBER.fullmatch(cell)) for cell in cells) * 2 > len(cells) for cells in below)


def _looks_like_header(row: Sequence[str]) -> bool:
    """Headers are mostly words and mostly different from one another."""
    filled = [cell.strip() for cell in row if cell.strip()]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in filled)
    return numbers * 4 <= len(filled) and len(set(filled)) * 2 > len(filled)


def clean_name(name: str) -> str:
    r"""Take what cannot be seen out of a header.

    >>> clean_name("\ufeffMobile\xa0No. ")
    'Mobile No.'
    """
    return INVISIBLE.sub("", name).replace("\xa0", " ").strip()


def unique_names(names: Sequence[str], positions: Sequence[int]) -> list[str]:
    """Name blank headers by their position, and number repeated ones.

    >>> unique_names(["Store", "", "Store"], [1, 2, 3])
    ['Store', 'column 2', 'Store (2)']
    """
    filled = [name or f"column {position}" for name, position in zip(names, positions, strict=True)]
    taken = set(filled)
    unique: list[str] = []
    seen: dict[str, int] = {}
    for name in filled:
        count = seen[name] = seen.get(name, 0) + 1
        fresh = name
        while count > 1 and fresh in taken:
            fresh = f"{name} ({count})"
            count += 1
        taken.add(fresh)
        unique.append(fresh)
    return unique


def _kept(frame: pl.DataFrame, given: Sequence[str]) -> list[int]:
    """List the columns that have a header or cells."""
    empty = frame.null_count().row(0) if frame.width else ()
    return [column for column, header in enumerate(given) if header or empty[column] < frame.height]


def _without_blank_rows(cells: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series]:
    """Leave out rows that hold nothing but white space, and number the others as the source does."""
    numbers = pl.Series("row", range(first, first + cells.height), dtype=pl.Int64)
    if not cells.width:
        return cells.clear(), numbers.clear()
    shown = cells.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
    return (cells, numbers) if shown.all() else (cells.filter(shown), numbers.filter(shown))


def _without_header(cells: pl.DataFrame) -> Settled:
    """Name all columns by their position, as the user asked with header_row=0."""
    frame, numbers = _without_blank_rows(cells, 1)
    names = {column: f"column {int(column) + 1}" for column in cells.columns}
    return Settled(frame.rename(names), numbers, "no header row")


def _refuse_data(header: Sequence[str], below: Sequence[Sequence[str]], row: int, where: Place) -> None:
    """Refuse a first row that is an answer, and would be lost as a header."""
    cells = [cell.strip() for cell in header]
    if any(PERSONAL.fullmatch(cell) for cell in cells):
        seen = "it holds an email address or a long number"
    elif _is_like(cells, below):
        seen = "it holds numbers where the rows below hold such numbers, too, and no usual header"
    else:
        return
    raise IntakeError(
        f"The first row looks like an answer, not like headers: {seen}.",
        where=Place(where.path, sheet=where.sheet, row=row),
        advice="Add a row of headers at the top, or name the header's row (header_row; 0 if there is none).",
    )


def _is_like(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell a row that is like those below it: numbers above columns of numbers, and nothing that is a header's name."""
    numbers = [at for at, cell in enumerate(cells) if NUMBER.fullmatch(cell)]
    columns = [[row[at] for row in below if at < len(row) and row[at]] for at in numbers]
    if not numbers or not all(column and all(map(NUMBER.fullmatch, column)) for column in columns):
        return False
    words = [cell for cell in cells if cell and not NUMBER.fullmatch(cell)]
    return not any(is_usual(word) or word.endswith("?") or len(word) > LONG_NAME for word in words)


def _no_header(height: int, header_row: int | None, where: Place) -> IntakeError:
    if header_row is not None and height:
        return IntakeError(f"There is no row {header_row}: the source has {height:,}.", where=where)
    return IntakeError("There are no cells in it.", where=where, advice="Give a file with headers and answers.")


def no_rows(names: Sequence[str], where: Place) -> IntakeError:
    """Say that nothing but headers is there."""
    shown = ", ".join(repr(name) for name in names[:LISTED]) + (", ..." if len(names) > LISTED else "")
    what = f"There are headers ({shown}), but no rows below them."
    return NoAnswersError(what, where=where, advice="Export the survey again, with its responses.")


def _words(at: int, labels: Labels, gone: Mapping[str, int], names: Sequence[str]) -> str:
    """Say in words where the header stood, what it lacks, and what was left out."""
    words = ["1 header row" if at == 0 else f"header in row {at + 1}"]
    words += [labels.words] if labels.words else []
    broken = [f"{name!r} in column {column}" for column, name in enumerate(names, 1) if BROKEN.fullmatch(name)]
    words += [f"headers that are Excel errors ({', '.join(broken)})"] if broken else []
    dated = [repr(name) for name in names if DATED.fullmatch(name)]
    words += [f"headers that Excel may have made dates ({', '.join(dated)})"] if dated else []
    return ", ".join([*words, *left_out(gone)])


def _gap_words(header: Sequence[str], kept: Sequence[int]) -> Iterator[str]:
    """Say where a wholly blank column parts the headers: what follows may be another table."""
    for left, right in pairwise(kept):
        if right - left > 1 and header[right] and left > kept[0] and right < kept[-1]:
            yield f"a blank column before {header[right]!r}"


def left_out(gone: Mapping[str, int]) -> list[str]:
    """Count in words the rows that were left out on each ground.

    >>> left_out({"partial": 2})
    ['2 partial rows left out']
    """
    return [f"{count:,} {KEEP[ground]} {'row' if count == 1 else 'rows'} left out" for ground, count in gone.items()]

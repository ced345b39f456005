"""A row below the header that tells what the columns hold: their types, units, forms or questions; never an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["describes", "is_type"]

DIGIT = re.compile(r"\d")
RANGE = re.compile(r"\d+\s*(?:-|–|—|to|\.\.)\s*\d+")
#: This share of the cells below must have digits, and at least so many, for words above them to be odd.
MOSTLY, LEAST = 0.8, 2
#: How questions end.
QUESTION = ("?", "؟", "？")
#: Words of somebody who gave no answer.
NOTHING = re.compile(
    r"n\.?/?a\.?|#n/a|none|null|nil|nan|unknown|not \w+|no \w+|-+|\?+|\.+|skipped|refused|don'?t know|test\w*",
    re.IGNORECASE,
)
#: An address, or a number of its own.
VALUE = re.compile(r"[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}|^\+?[\d.,/: -]*\d{3}[\d.,/: -]*$")
#: What programs and people call the kind of a column's cells.
TYPE = re.compile(
    r"(?:(?:var|n?var|long |short |free |open |plain |single.line |multi.line )?(?:char(?:acter)?s?2?|text|string|str)"
    r"|(?:big|small|tiny)?int(?:eger)?(?:32|64)?|numeric(?:al)?|number|num|float(?:32|64)?|double|decimal|real|currency"
    r"|percent(?:age)?|%|bool(?:ean)?|yes/no|true/false|date(?:[ /]?time)?(?:64)?(?:\[\w+\])?|time(?:stamp)?"
    r"|e-?mail|phone|mobile|url|uuid"
    r"|(?:unique )?id|guid|object|category|categorical|enum|factor|drop-?down|choice|list"
    r"|(?:single|multi(?:ple)?)[- ]?(?:select|choice|line)?|checkbox(?:es)?|radio(?: button)?s?|open[- ]?ended|essay"
    r"|rating|scale|likert|nps|star rating|alphanumeric|optional|required|mandatory|nullable|not null|unique"
    r"|[dmyhs]{1,4}(?:[-/. :,T]{1,2}[dmyhsa]{1,4}){1,6}|\d+ ?(?:digits?|chars?|characters)|max\.? \d+.*"
    r"|datum|zahl|texte?|fecha|texto|número|nombre|entier|data|testo|numero"
    r"|पाठ|संख्या|दिनांक|तारीख|نص|رقم|عدد|تاريخ)(?: ?\(\d+(?:, ?\d+)?\))?(?: not null)?"
    r"|(?:e\.? ?g\.?|ex\.|example|sample|for example|such as)[:. ].*"
    rf"|\([^)]*\)|\[[^\]]*\]|{RANGE.pattern}",
    re.IGNORECASE,
)
#: So much of a long cell is looked at.
SEEN = 300

Row = Sequence[str]


def is_type(cell: str) -> bool:
    """Tell a word or form that names the kind of a column's cells.

    >>> [is_type(cell) for cell in ("varchar(20)", "dd/mm/yyyy", "(0-10)", "Open-Ended", "Pune", "9")]
    [True, True, True, True, False, False]
    """
    return TYPE.fullmatch(cell.strip()) is not None


def describes(header: Row, row: Row, below: Sequence[Row]) -> bool:
    """Tell a row that describes its columns from an answer, by the answers below it.

    Each cell names a kind; or words without a digit stand above all columns of numbers, dates or codes, and one of them
    names a kind or asks a question. Each stands below a header, and none says what an answer says. Other odd rows are
    answers with faults, which the checks name.

    >>> header, answers = ["Store", "Rating", "Date"], [["Pune", "9", "01/04/2026"], ["Goa", "8", "02/04/2026"]]
    >>> [describes(header, row, answers) for row in (["text", "0-10", "date"], ["Agra", "N/A", "02/04/2026"])]
    [True, False]
    """
    cells = {at: cell.strip()[:SEEN] for at, cell in enumerate(row) if cell.strip()}
    columns = {at: [other[at].strip() for other in below if at < len(other) and other[at].strip()] for at in cells}
    named = {at for at, name in enumerate(header) if name.strip()}
    if not cells or not cells.keys() <= named or any(cell in columns[at] for at, cell in cells.items()):
        return False
    return _describe(cells, columns)


def _describe(cells: Mapping[int, str], columns: Mapping[int, Sequence[str]]) -> bool:
    """Tell cells that name kinds or ask questions from an answer, by what stands below each of them."""
    numbered = [at for at in cells if _is_numbered(columns[at])]
    odd = [at for at in numbered if _is_odd(cells[at], columns[at])]
    if all(map(is_type, cells.values())):
        return len(cells) >= LEAST or bool(odd)
    if len(odd) < len(numbered) or any(map(VALUE.search, cells.values())):
        return False
    return len(odd) >= LEAST and any(_explains(cells[at]) for at in odd)


def _is_numbered(cells: Sequence[str]) -> bool:
    """Tell a column whose cells have digits."""
    return len(cells) >= LEAST and sum(bool(DIGIT.search(cell)) for cell in cells) >= MOSTLY * len(cells)


def _is_odd(cell: str, below: Sequence[str]) -> bool:
    """Tell words where the answers have digits, or a range where none of them has one."""
    if DIGIT.search(cell) and not cell.endswith(QUESTION):
        return is_type(cell) and not any(map(RANGE.fullmatch, below))
    return not NOTHING.fullmatch(cell)


def _explains(cell: str) -> bool:
    return is_type(cell) or cell.endswith(QUESTION)

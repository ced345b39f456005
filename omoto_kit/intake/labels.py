"""Rows below the header that belong to it: Qualtrics' question texts and import ids, options, headers of two rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Labels", "find_labels", "group_names"]

Row = Sequence[str]

IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:""")
LEGACY_HEADER = re.compile(r"V\d+")
QUALTRICS_FIRST = ("responseid", "startdate", "start date")
ANSWER_KINDS = frozenset({"response", "open-ended response"})
RESPONDENT = frozenset({"respondentid", "respondent id"})
NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
#: Question texts and import ids stand at most so far below the header.
REACH = 3
#: So many of the questions must fit; now and then a tool writes a label of its own.
FITTING = 0.7


@dataclass(frozen=True)
class Labels:
    """What stands below a header: how many rows of it, the header's names with it, the words for it, and the tool.

    `others` gives, for each column, the other names that it goes by.
    """

    rows: int = 0
    names: tuple[str, ...] = ()
    words: str = ""
    tool: str = ""
    others: tuple[tuple[str, ...], ...] = ()


def find_labels(header: Row, below: Sequence[Row]) -> Labels:
    """Recognise the label rows of the survey tools that write them, and headers of two rows."""
    return (
        _qualtrics(header, below)
        or _surveymonkey(header, below)
        or _two_rows(header, below)
        or Labels(names=tuple(header))
    )


def _qualtrics(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row of import ids, or the names below V1, V2, V3, or a row that repeats the header's first names."""
    rows = _import_rows(below)
    if rows:
        words = "Qualtrics question texts and import ids below it" if rows > 1 else "Qualtrics import ids below it"
        return Labels(rows, tuple(header), words, "Qualtrics", _others(header, below[: rows - 1]))
    if below and _names_repeat(header, below[0]):
        words = "Qualtrics question texts below it"
        return Labels(1, tuple(header), words, "Qualtrics", _others(header, below[:1]))
    return None


def _import_rows(below: Sequence[Row]) -> int:
    """Count the rows down to the import ids; 0 where there are none."""
    for at, row in enumerate(below[:REACH]):
        filled = [cell for cell in row if cell]
        if filled and sum(bool(IMPORT_ID.match(cell)) for cell in filled) * 2 > len(filled):
            return at + 1
    return 0


def _names_repeat(header: Row, first: Row) -> bool:
    """Tell the row of question texts that older exports have: it begins with the names of the fixed columns."""
    if len(header) <= REACH:
        return False
    if all(LEGACY_HEADER.fullmatch(name) for name in header[:REACH]):
        return first[0] == "ResponseID"
    repeated = all(name and name == cell for name, cell in zip(header[:REACH], first, strict=False))
    return repeated and header[0].casefold().startswith(QUALTRICS_FIRST)


def _others(header: Row, rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """Collect each column's names of other rows."""
    return tuple(
        tuple(dict.fromkeys(row[at].strip() for row in rows if at < len(row) and row[at].strip() not in ("", name)))
        for at, name in enumerate(header)
    )


def _surveymonkey(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row that holds "Response" and the options, and join it with the questions above."""
    if not below or not (_holds_options(header, below[0]) and _fits_questions(header, below[0])):
        return None
    words = "SurveyMonkey answer options below it joined to the questions"
    joined, options = _joined(header, below[0])
    return Labels(1, joined, words, "SurveyMonkey", options)


def _holds_options(header: Row, row: Row) -> bool:
    """Tell a row of options from an answer: by its words, or by the blank below the respondent's id."""
    kinds = sum(_is_kind(cell) for cell in row)
    below_blanks = sum(1 for name, cell in zip(header, row, strict=False) if cell and not name)
    respondents = header[0].strip().casefold() in RESPONDENT
    if respondents and not row[0] and below_blanks:
        return True
    return bool(kinds and (below_blanks or respondents or kinds * 2 > len(row)))


def _is_kind(cell: str) -> bool:
    return cell.strip().casefold() in ANSWER_KINDS


def _joined(header: Row, row: Row) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Join each option to its question, which stands above the first option only; the option is the other name."""
    names: list[str] = []
    others: list[tuple[str, ...]] = []
    question = ""
    for name, option in zip(header, row, strict=False):
        question = name or question
        if not option or option == question or _is_kind(option):
            names.append(question if name or option else "")
            others.append(())
        else:
            names.append(f"{question} - {option}" if question else option)
            others.append((option,))
    return tuple(names), tuple(others)


def _fits_questions(header: Row, row: Row) -> bool:
    """Tell whether questions of a single column have nothing but an answer's kind below them, as labels do."""
    single = list(_single(header, row))
    fitting = sum(not cell or cell == name or _is_kind(cell) for name, cell in single)
    return fitting >= FITTING * len(single)


def _single(header: Row, row: Row) -> Iterator[tuple[str, str]]:
    """Give the questions of a single column, each with the cell below it."""
    for left, name, right, cell in zip(["", *header], header, [*header[1:], "end"], row, strict=False):
        if name and right and name not in (left, right):
            yield name, cell


def _two_rows(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find a header of two rows: merged cells above, their parts below, and nothing below the single ones."""
    if len(below) < 2 or not header[0] or all(header):  # noqa: PLR2004  the second header row and an answer
        return None
    row = [*below[0], *[""] * (len(header) - len(below[0]))]
    follows = [*(not name for name in header[1:]), False]
    grouped = [not name or blank for name, blank in zip(header, follows, strict=True)]
    parts = [cell for cell, inside in zip(row, grouped, strict=False) if inside]
    single = [cell for cell, inside in zip(row, grouped, strict=False) if not inside]
    if not single or any(single) or not all(parts) or any(NUMBER.fullmatch(part.strip()) for part in parts):
        return None
    names, others = _joined(header, row)
    return Labels(1, names, "a second header row below it joined to the first", "", others)


def group_names(groups: Row, header: Row) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Name the columns below a row of groups: by their own header, and by group and header where that repeats.

    >>> group_names(["", "Food", "Food", "Service"], ["Store", "Rating", "Comment", "Rating"])[0]
    ('Store', 'Food - Rating', 'Comment', 'Service - Rating')
    """
    names, others = [], []
    for group, name in zip(groups, header, strict=True):
        whole = f"{group} - {name}" if group and name else group or name
        repeated = bool(name) and list(header).count(name) > 1
        names.append(whole if repeated or not name else name)
        others.append((whole,) if group and name and not repeated else ())
    return tuple(names), tuple(others)

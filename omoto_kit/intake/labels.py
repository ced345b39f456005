"""Rows below the header that are no answers: Qualtrics' question texts and import ids, SurveyMonkey's options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

__all__ = ["Labels", "drop_previews", "find_labels"]

Row = Sequence[str]

IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:""")
LEGACY_HEADER = re.compile(r"V\d+")
QUALTRICS_FIRST = ("responseid", "startdate", "start date")
ANSWER_KINDS = frozenset({"response", "open-ended response"})
RESPONDENT = frozenset({"respondentid", "respondent id"})
PREVIEW = ("Survey Preview", "1")
#: Question texts and import ids stand at most so far below the header.
REACH = 3
#: So many of the questions must fit; now and then a tool writes a label of its own.
FITTING = 0.7


@dataclass(frozen=True)
class Labels:
    """What stands below a header: how many rows of it, the header's names with it, and the words for it."""

    rows: int = 0
    names: tuple[str, ...] = ()
    words: str = ""
    status: str = ""


def find_labels(header: Row, below: Sequence[Row]) -> Labels:
    """Recognise the label rows of the two survey tools that write them."""
    return _qualtrics(header, below) or _surveymonkey(header, below) or Labels(names=tuple(header))


def _qualtrics(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row of import ids, or the names below V1, V2, V3, or a row that repeats the header's first names."""
    names = tuple(header)
    status = next((name for name in header if name.strip() == "Status"), "")
    for at, row in enumerate(below[:REACH]):
        filled = [cell for cell in row if cell]
        if filled and sum(bool(IMPORT_ID.match(cell)) for cell in filled) * 2 > len(filled):
            rows = at + 1
            words = "Qualtrics question texts and import ids below it" if at else "Qualtrics import ids below it"
            return Labels(rows, names, words, status)
    if below and len(header) > REACH:
        first = below[0]
        if all(LEGACY_HEADER.fullmatch(name) for name in header[:REACH]) and first[0] == "ResponseID":
            status = next((name for name, label in zip(header, first, strict=False) if label == "Status"), "")
            return Labels(1, names, "Qualtrics question texts below it", status)
        if _repeats(header[:REACH], first) and header[0].casefold().startswith(QUALTRICS_FIRST):
            return Labels(1, names, "Qualtrics question texts below it", status)
    return None


def _repeats(names: Row, row: Row) -> bool:
    return all(name and name == cell for name, cell in zip(names, row, strict=False))


def _surveymonkey(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row that holds "Response" and the options, and join it with the questions above."""
    if not below:
        return None
    row = below[0]
    kinds = sum(cell.strip().casefold() in ANSWER_KINDS for cell in row)
    options_below_blanks = sum(1 for name, cell in zip(header, row, strict=False) if cell and not name)
    respondents = header[0].strip().casefold() in RESPONDENT
    starts_blank = respondents and not row[0] and options_below_blanks
    likely = starts_blank or (kinds and (options_below_blanks or respondents or kinds * 2 > len(row)))
    if not (likely and _fits_questions(header, row)):
        return None
    names, question = [], ""
    for name, option in zip(header, row, strict=False):
        question = name or question
        plain = not option or option == question or option.strip().casefold() in ANSWER_KINDS
        names.append(question if plain and (name or option) else f"{question} - {option}" if option else "")
    return Labels(1, tuple(names), "SurveyMonkey answer options below it joined to the questions")


def _fits_questions(header: Row, row: Row) -> bool:
    """Tell whether questions of a single column have nothing but an answer's kind below them, as labels do."""
    around = zip(["", *header], header, [*header[1:], "end"], row, strict=False)
    single = [(name, cell) for left, name, right, cell in around if name and right and name not in (left, right)]
    fitting = sum(not cell or cell == name or cell.strip().casefold() in ANSWER_KINDS for name, cell in single)
    return fitting >= FITTING * len(single)


def drop_previews(cells: pl.DataFrame, numbers: pl.Series, status: str) -> tuple[pl.DataFrame, pl.Series, int]:
    """Leave out the rows that the survey's author made when trying it."""
    if status not in cells.columns:
        return cells, numbers, 0
    real = ~cells[status].is_in(PREVIEW).fill_null(value=False)
    return cells.filter(real), numbers.filter(real), int((~real).sum())

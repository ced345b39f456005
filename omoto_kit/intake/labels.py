"""Rows below the header that belong to it: question texts, import ids, options, types, headers of two rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from omoto_kit.intake.describing import describes, is_type

__all__ = ["Labels", "find_labels", "group_names"]

Row = Sequence[str]

IMPORT_ID = re.compile(r"""\{\s*["']ImportId["']\s*:\s*["']([^"']*)""")
LEGACY_HEADER = re.compile(r"V\d+")
#: Columns that every Qualtrics export has, as its first header row names them in every language.
FIXED = frozenset({"startdate", "enddate", "recordeddate", "responseid", "responseset", "ipaddress", "finished"})
DATES = frozenset({"startdate", "enddate", "recordeddate"})
ANSWER_KINDS = frozenset({"response", "open-ended response"})
RESPONDENT = frozenset({"respondentid", "respondent id"})
NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")
#: Question texts and import ids stand at most so far below the header.
REACH = 3
#: So many rows below labels are looked at.
BELOW = 5
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
        or _described(header, below)
        or Labels(names=tuple(header))
    )


def _qualtrics(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row of import ids, or the names below V1, V2, V3, or a row that repeats the header's first names."""
    rows = _import_rows(below)
    if rows:
        words = "Qualtrics question texts and import ids below it" if rows > 1 else "Qualtrics import ids below it"
        ids = [found[1] if (found := IMPORT_ID.match(cell)) else "" for cell in below[rows - 1]]
        return Labels(rows, tuple(header), words, "Qualtrics", _others(header, [*below[: rows - 1], ids]))
    if below and (_is_legacy(header, below[0]) or _is_texts(header, below[0])):
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


def _is_legacy(header: Row, first: Row) -> bool:
    """Tell the row that older exports have: the names of the fixed columns below V1, V2, V3, or once more."""
    if len(header) <= REACH:
        return False
    if all(map(LEGACY_HEADER.fullmatch, header[:REACH])):
        return first[0] == "ResponseID"
    repeated = all(name and name == cell for name, cell in zip(header[:REACH], first, strict=False))
    return repeated and _plain(header[0]) in FIXED


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _is_texts(header: Row, first: Row) -> bool:
    """Tell a row of question texts, in whatever language, from an answer: no date stands below the names of dates."""
    folded = list(map(_plain, header))
    dates = [cell for name, cell in zip(folded, first, strict=False) if name in DATES]
    fixed = sum(name in FIXED for name in folded)
    return fixed >= REACH and bool(dates) and all(cell and not re.search(r"\d", cell) for cell in dates)


def _others(header: Row, rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """Collect each column's names of other rows."""
    return tuple(
        tuple(dict.fromkeys(row[at].strip() for row in rows if at < len(row) and row[at].strip() not in ("", name)))
        for at, name in enumerate(header)
    )


def _surveymonkey(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find the row that holds "Response" and the options, and join it with the questions above."""
    if not below:
        return None
    known = _holds_options(header, below[0]) and _fits_questions(header, below[0])
    if not (known or _lacks_ids(header, below)):
        return None
    own = header[0].strip().casefold() in RESPONDENT or any(map(_is_kind, below[0]))
    words = "SurveyMonkey answer options" if own else "answer options"
    words = f"{words} below it joined to the questions"
    kinds = () if known else {cell for _, cell in _single(header, below[0])}
    joined, options = _joined(header, below[0], kinds)
    return Labels(1, joined, words, "SurveyMonkey", options)


def _holds_options(header: Row, row: Row) -> bool:
    """Tell a row of options from an answer: by its words, or by the blank below the respondent's id."""
    kinds = sum(_is_kind(cell) for cell in row)
    below_blanks = sum(1 for name, cell in zip(header, row, strict=False) if cell and not name)
    respondents = header[0].strip().casefold() in RESPONDENT
    if respondents and not row[0] and below_blanks:
        return True
    return bool(kinds and (below_blanks or respondents or kinds * 2 > len(row)))


def _lacks_ids(header: Row, below: Sequence[Row]) -> bool:
    """Tell a row of options in any language: blank below the first columns, where each answer has its ids and dates."""
    row, answers = below[0], [row for row in below[1 : 1 + BELOW] if any(row)]
    blank = next((at for at, cell in enumerate(row) if cell), 0)
    if blank < REACH or not answers or not all(header[:blank]):
        return False
    texts = [cell for cell in row if cell]
    filled = all(row[0] and sum(map(bool, row[:blank])) * 2 > blank for row in answers)
    return filled and not any(NUMBER.fullmatch(cell.strip()) for cell in texts) and len(texts) * 2 > len(row) - blank


def _is_kind(cell: str) -> bool:
    return cell.strip().casefold() in ANSWER_KINDS


def _joined(header: Row, row: Row, kinds: Collection[str] = ()) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Join each option to its question, which stands above the first option only; the option is the other name.

    `kinds` are the words by which the row says that a question of one column has an answer, and no options.
    """
    names: list[str] = []
    others: list[tuple[str, ...]] = []
    question = ""
    for name, option, after in zip(header, row, [*header[1:], "end"], strict=False):
        question = name or question
        if not option or option == question or _is_kind(option) or (name and after and option in kinds):
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


def _described(header: Row, below: Sequence[Row]) -> Labels | None:
    """Find a row that tells what the columns hold; a question in it is another name of its column."""
    if len(below) < 2 or not describes(header, below[0], below[1:]):  # noqa: PLR2004  the row and an answer
        return None
    texts = ["" if is_type(cell) else cell for cell in below[0]]
    words = "a row below it that describes the columns"
    return Labels(1, tuple(header), words, "", _others(header, [texts]))


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

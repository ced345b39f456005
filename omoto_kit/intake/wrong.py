"""Files of the wrong kind: summaries, pivots, one row a question, several tables; each with what to ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.guesses import is_usual

__all__ = [
    "MOST_GAPS",
    "WINDOW",
    "NoAnswersError",
    "another_table",
    "may_be_long_form",
    "refuse_far_table",
    "refuse_long_form",
    "refuse_no_table",
]


class NoAnswersError(IntakeError):
    """A table that holds no single answer, such as a summary; another sheet of its workbook may hold them."""


ANYWAY = "If it is a table of answers all the same, say which row holds the headers (header_row), or as_table=True."
ONE_ROW_A_RESPONSE = "Export the single responses, one row a response"
SUMMARY_HEADERS = (
    {"answer choices", "responses"},
    {"answer options", "response percent"},
    {"response percent", "response count"},
    {"answer", "%", "count"},
    {"count", "percent"},
    {"count", "percentage"},
    {"count", "%"},
    {"frequency", "percent"},
    {"frequency", "%"},
    {"responses", "percentage"},
    {"responses", "%"},
    {"field", "choice count"},
    {"minimum", "maximum", "mean", "count"},
    {"min", "max", "mean", "count"},
    {"value", "percent", "responses"},
    {"question", "average", "responses"},
)
#: Headers of a summary by store, month or the like, however wide it is.
GROUP_HEADERS = ({"promoters", "detractors"}, {"% promoters", "% detractors"}, {"promoters %", "detractors %"})
#: Headers of the list that explains a survey's variables.
CODEBOOK = frozenset(
    {"variable", "variable name", "variable label", "label", "field", "field name", "question", "question text"}
    | {"value", "values", "value labels", "type", "question type", "code", "codes", "description", "choices"}
    | {"options", "answer options", "export tag", "position", "notes"}
)
NAMES_FIRST = frozenset({"variable", "variable name", "field", "field name", "export tag"})
#: Lines that only a summary by question has.
SUMMARY_LINES = frozenset({"answered question", "skipped question"})
PIVOT_LABELS = frozenset({"row labels", "column labels"})
PIVOT_VALUES = re.compile(r"(?:sum|count|average|min|max) of .+", re.IGNORECASE)
QUESTION = re.compile(
    r"(?:survey )?question(?: ?(?:no|nr|number|id|text|title|name|code))?\.?|q ?(?:no|id)", re.IGNORECASE
)
ANSWER = re.compile(
    r"answers?(?: ?(?:text|value|choice|label))?|responses?(?: ?(?:text|value))?|value|answer given", re.IGNORECASE
)
#: Each question stands in at least so many rows, and there are at most so many questions.
REPEATS, MOST_QUESTIONS = 2, 500
#: A list of questions has at most so many columns.
LIST_WIDTH = 4
#: A table beside another, and one below another, has at least so many columns and rows.
TABLE_WIDTH, TABLE_HEIGHT = 2, 2
#: So many blocks below blank rows are looked at, and so many rows of each.
MOST_GAPS, WINDOW = 200, 30
#: A report says at most so much of itself above its table, a pair of cells a line.
PAIR, MOST_PAIRS = 2, 12
NUMBER = re.compile(r"[-+]?[\d.,:/ %-]*\d[\d.,:/ %-]*")

Rows = Sequence[Sequence[str]]


def refuse_no_table(head: Rows, where: Place) -> None:
    """Refuse a sheet whose first rows show that it holds no responses. Raises IntakeError.

    `head` are its first rows, an empty text where a cell is empty.
    """
    rows = [[" ".join(cell.split()).lower() for cell in row] for row in head]
    if any(wanted <= set(row) for row in rows for wanted in GROUP_HEADERS):
        what = "a summary by group: it counts promoters and detractors, and holds no single response"
        _refuse(what, "", where, NoAnswersError)
    if _is_summary(rows):
        what = "a summary by question: it counts answers, and holds no single response"
        _refuse(what, "", where, NoAnswersError)
    if _is_pivot(rows):
        what = "a pivot table: it sums responses up, and holds no single one"
        _refuse(what, "the sheet that it was made of", where, NoAnswersError)
    if at := _beside(rows):
        _refuse(f"a sheet of several tables side by side, whose headers stand in row {at}", "one table a sheet", where)
    if at := _below(rows):
        _refuse(f"a sheet of several tables: another begins in row {at}", "one table a sheet", where)


def refuse_far_table(cells: pl.DataFrame, filled: pl.Series, seen: int, where: Place) -> None:
    """Refuse a second table that begins below the first `seen` rows, which `refuse_no_table` has looked at.

    `filled` says of each row of the cells whether it holds anything. Raises IntakeError.
    """
    begins = (filled & ~filled.shift(1, fill_value=True)).arg_true()
    begins = begins.filter(begins >= seen).head(MOST_GAPS)
    if not len(begins):
        return
    top = _texts(cells.head(seen))
    first = next((at for at, row in enumerate(top) if sum(map(bool, row)) >= TABLE_WIDTH), len(top))
    if first == len(top) or not _is_header(top, first, []):
        return
    for begin in begins:
        rows = _texts(cells.slice(begin, WINDOW))
        at = another_table(top[first], rows)
        if at is None:
            continue
        row = begin + at
        above = cells.slice(first + 1, row - first - 1)
        if not any((above.to_series(column) == cell).any() for column, cell in enumerate(rows[at]) if cell):
            _refuse(f"a sheet of several tables: another begins in row {row + 1}", "one table a sheet", where)


def another_table(header: Sequence[str], below: Rows) -> int | None:
    """Give the place of the row that heads another table, among the rows below a blank one; None where none does.

    Whether its words are none of the table above is for the caller to see.
    """
    rows = [[], *below]
    at = next(_after_gaps(rows), 0)
    return at - 1 if at and not _repeats(header, rows[at]) and _is_header(rows, at, []) else None


def _texts(cells: pl.DataFrame) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in cells.rows()]


def refuse_long_form(frame: pl.DataFrame, where: Place) -> None:
    """Refuse a table that has one row a question, or is a list of questions. Raises IntakeError."""
    _refuse_codebook(frame, where)
    _refuse_turned(frame, where)
    question, answer = _asked(frame)
    if question is None:
        return
    count = frame[question].n_unique()
    if answer is not None and count * REPEATS <= frame.height and count <= MOST_QUESTIONS:
        what = f"in long form: one row a question, {count} questions in {question!r}, their answers in {answer!r}"
        _refuse(what, "(wide form), with a column for each question", where)
    texts = frame[question].drop_nulls()
    asked = int(texts.str.contains(r"\?").sum())
    if answer is None and frame.width <= LIST_WIDTH and count == frame.height and asked * 2 > len(texts):
        _refuse("a list of the survey's questions, without any answer", "", where)


def may_be_long_form(frame: pl.DataFrame) -> bool:
    """Tell a table that may have one row a question, or be a list of questions, by its headers."""
    question, answer = _asked(frame)
    return question is not None and (answer is not None or frame.width <= LIST_WIDTH)


def _asked(frame: pl.DataFrame) -> tuple[str | None, str | None]:
    """Name the column that holds questions, and the one that holds their answers."""
    named = {name: re.sub(r"[\W_]+", " ", name).strip() for name in frame.columns}
    question = next((name for name, text in named.items() if QUESTION.fullmatch(text)), None)
    return question, next((name for name, text in named.items() if ANSWER.fullmatch(text)), None)


def _refuse_codebook(frame: pl.DataFrame, where: Place) -> None:
    """Refuse the list that explains a survey's variables."""
    names = {re.sub(r"[\W_]+", " ", name).strip().casefold() for name in frame.columns}
    if len(names) > 1 and names <= CODEBOOK and names & NAMES_FIRST:
        _refuse("a list of the survey's variables, without any answer", "", where)


def _refuse_turned(frame: pl.DataFrame, where: Place) -> None:
    """Refuse a table that lies on its side: usual headers stand in the first column, and none in the first row."""
    if not frame.width or frame.height > MOST_QUESTIONS:
        return
    first = sum(map(is_usual, frame.to_series(0).drop_nulls()))
    if first > 1 and not any(map(is_usual, frame.columns[1:])):
        _refuse(
            "a table on its side: one column a response, and the questions below one another", "turned round", where
        )


def _refuse(what: str, ask: str, where: Place, kind: type[IntakeError] = IntakeError) -> None:
    asked = f"{ONE_ROW_A_RESPONSE}{', ' + ask if ask and not ask.startswith('(') else ' ' + ask if ask else ''}."
    raise kind(f"This is {what}.", where=where, advice=f"{asked} {ANYWAY}")


def _is_summary(rows: Rows) -> bool:
    """Find the headers and lines that survey tools write over and under each question's counts."""
    cells = [{cell for cell in row if cell} for row in rows]
    headed = any(wanted <= row and len(row) <= len(wanted) + 3 for row in cells for wanted in SUMMARY_HEADERS)
    return headed or any(row[:1] and row[0] in SUMMARY_LINES for row in rows)


def _is_pivot(rows: Rows) -> bool:
    """Find what Excel writes at the corner and the border of a pivot table."""
    cells = {cell for row in rows[:20] for cell in row}
    values = [cell for cell in cells if PIVOT_VALUES.fullmatch(cell)]
    return bool(cells & PIVOT_LABELS) or (bool(values) and "grand total" in cells)


def _blocks(row: Sequence[str], gaps: set[int]) -> list[tuple[str, ...]]:
    """Part a row at the columns that are blank in all rows."""
    blocks: list[list[str]] = [[]]
    for at, cell in enumerate(row):
        if at in gaps:
            blocks.append([])
        else:
            blocks[-1].append(cell)
    return [tuple(block) for block in blocks if block]


def _beside(rows: Rows) -> int:
    """Give the number of the row in which two tables begin, a blank column between them; 0 where there is one only.

    They have the same headers, or one is full and ends before the other.
    """
    width = max((len(row) for row in rows), default=0)
    gaps = {at for at in range(width) if not any(row[at] for row in rows if at < len(row))}
    if not gaps:
        return 0
    if at := _shorter_beside(rows, gaps, width):
        return at
    for number, row in enumerate(rows, 1):
        blocks = [block for block in _blocks(row, gaps) if len(block) >= TABLE_WIDTH and all(block)]
        if len(set(blocks)) < len(blocks) and not any(NUMBER.fullmatch(cell) for block in blocks for cell in block):
            return number
    return 0


def _shorter_beside(rows: Rows, gaps: set[int], width: int) -> int:
    """Find a full block of cells beside a longer one, and give the row of their headers; 0 where there is none."""
    top = next((at for at, row in enumerate(rows) if sum(map(bool, row)) >= TABLE_WIDTH * 2), None)
    if top is None:
        return 0
    places = [[at for at in block if at < width] for block in _spans(width, gaps)]
    heights = []
    for block in (block for block in places if len(block) >= TABLE_WIDTH):
        filled = [all(at < len(row) and row[at] for at in block) for row in rows[top:]]
        any_ = [any(at < len(row) and row[at] for at in block) for row in rows[top:]]
        height = max((at for at, cell in enumerate(any_, 1) if cell), default=0)
        heights.append((height, all(filled[:height])))
    longest = max((height for height, _ in heights), default=0)
    short = any(full and TABLE_HEIGHT < height <= longest - TABLE_HEIGHT for height, full in heights)
    return top + 1 if len(heights) > 1 and short else 0


def _spans(width: int, gaps: set[int]) -> list[list[int]]:
    """Give the columns of each block between blank columns."""
    spans: list[list[int]] = [[]]
    for at in range(width):
        if at in gaps:
            spans.append([])
        else:
            spans[-1].append(at)
    return spans


def _below(rows: Rows) -> int:
    """Give the number of the row where, after a blank one, other headers stand over other numbers; 0 where none."""
    first = next((at for at, row in enumerate(rows) if sum(map(bool, row)) >= TABLE_WIDTH), len(rows))
    for at in _after_gaps(rows):
        if at <= first + TABLE_HEIGHT or _repeats(rows[first], rows[at]) or _are_pairs(rows, at):
            continue
        if _is_header(rows[:at], first, []) and _is_header(rows, at, rows[first + 1 : at]):
            return at + 1
    return 0


def _are_pairs(rows: Rows, at: int) -> bool:
    """Tell what a report says of itself, a name and a value a line, above the table of a wide header."""
    above = [sum(map(bool, row)) for row in rows[:at]]
    wide = sum(map(bool, rows[at])) >= PAIR * TABLE_WIDTH
    return wide and max(above) <= PAIR and sum(map(bool, above)) <= MOST_PAIRS and len(rows) - at > len(above)


def _repeats(header: Sequence[str], row: Sequence[str]) -> bool:
    """Tell the header once more, as it stands on each page of a printed report."""
    return all(cell == name for name, cell in zip(header, row, strict=False) if cell)


def _after_gaps(rows: Rows) -> Iterator[int]:
    """Give each row that stands below a blank one, past titles of a single cell."""
    gap = False
    for at, row in enumerate(rows):
        filled = sum(map(bool, row))
        if not filled:
            gap = True
        elif gap and filled >= TABLE_WIDTH:
            yield at
            gap = False


def _is_header(rows: Rows, at: int, above: Rows) -> bool:
    """Tell headers: words only, new in their columns, and over numbers in one that held words alone or nothing."""
    row = rows[at]
    filled = [column for column, cell in enumerate(row) if cell]
    below = rows[at + 1 : at + 1 + 10]
    if len(below) < TABLE_HEIGHT or any(NUMBER.fullmatch(row[column]) for column in filled):
        return False
    if any(row[column] in _column(above, column) for column in filled):
        return False
    return any(_mostly_numbers(_column(below, column)) for column in filled)


def _column(rows: Rows, column: int) -> list[str]:
    return [row[column] for row in rows if column < len(row) and row[column]]


def _mostly_numbers(cells: list[str]) -> bool:
    return len(cells) >= TABLE_HEIGHT and sum(bool(NUMBER.fullmatch(cell)) for cell in cells) * 2 > len(cells)

"""Rows of a table that are no answers: previews, partial ones, repeated headers, totals, hidden rows.

What is left out is counted in words, and each ground can be switched off by its name in KEEP.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from omoto_kit.errors import IntakeError, did_you_mean
from omoto_kit.intake.titles import adds_up, group_sums, group_titles

__all__ = [
    "GROUP_COLUMNS",
    "KEEP",
    "MARKS_BEFORE",
    "SUBTOTAL_WORDS",
    "SUM_BEGINS",
    "TOTAL",
    "Table",
    "check_keep",
    "is_doubtful",
    "is_subtotal",
    "leave_out",
    "leave_out_foot",
    "named_sum",
]

#: Grounds on which rows are left out, by the name that keeps them, each with the words that count them.
KEEP = {
    "hidden": "hidden",
    "headers": "repeated header",
    "previews": "preview or test",
    "partial": "partial",
    "totals": "total or footer",
    "titles": "group title",
}
PREVIEWS = ("Survey Preview", "Survey Test", "Offline Survey Preview")
#: The same in the languages of Qualtrics accounts, by the stem that says preview or test.
PREVIEW_WORDS = re.compile(
    "preview|vorschau|aperçu|vista previa|anteprima|visualizaç|voorbeeld|förhandsgransk|forhåndsvis|esikatselu"
    "|podgląd|náhled|előnézet|önizleme|предварительн|معاينة|תצוגה|ตัวอย่าง|xem trước|pratinjau|プレビュー|预览|預覽|미리"
    r"|\btest\b",
    re.IGNORECASE,
)
#: How Qualtrics numbers previews, tests, previews taken for spam, and previews made offline.
PREVIEW_CODES = ("1", "2", "9", "17")
CHANNEL_PREVIEWS = ("preview", "test")
STATUS = ("status", "responsestatus", "completionstatus", "surveystatus", "responsetype")
#: A column called "State" is no place beside this one: SurveySparrow writes both.
STATE, OF_STATE = "state", "submissionid"
PARTIAL = frozenset(
    {"partial", "partially complete", "partially completed", "incomplete", "in progress", "disqualified", "abandoned"}
    | {"started", "not completed", "not finished", "dropped", "drop-off", "terminated", "timed out", "screened out"}
    | {"screen out", "quota full", "over quota", "overquota"}
)
COMPLETE = frozenset({"complete", "completed", "finished", "complete response", "submitted", "full"})
FINISHED = ("finished", "completed", "complete", "iscomplete", "surveycompleted")
#: A column called "Finished" is a survey tool's only beside one of these.
COMPANIONS = (
    "responseid",
    "respondentid",
    "responseuuid",
    "submissionid",
    "startdate",
    "enddate",
    "recordeddate",
    "progress",
)
#: LimeSurvey's columns, by code, by text and by both; answers that were not sent off have no date in the first.
SUBMITTED = ("submitdate", "datesubmitted", "submitdatedatesubmitted")
LAST_PAGE = ("lastpage", "lastpagelastpage")
NOT_FINISHED = frozenset(
    {"0", "false", "no", "falsch", "faux", "falso", "onwaar", "falsk", "fals", "fałsz", "epätosi", "ложь"}
    | {"偽", "假", "거짓"}
)
IS_FINISHED = frozenset(
    {"1", "true", "yes", "wahr", "vrai", "verdadero", "vero", "verdadeiro", "waar", "sant", "sann", "sandt", "prawda"}
    | {"tosi", "истина", "真", "참"}
)
NUMBER = re.compile(r"[-+]?[\d.,: ]*\d[\d.,: ]*%?")
#: What a row of sums is called elsewhere: western Europe, Russia and Turkey, Arabic, and languages of India.
SUMS = (
    r"total g[ée]n[ée]ral|somme|moyenne|summe|gesamt(?:summe|ergebnis)?|durchschnitt|mittelwert|anzahl|suma|promedio"
    "|media|média|soma|total geral|total general|totale|toplam|ortalama|итого|всего|среднее|итог"
    "|المجموع(?: الكلي)?|مجموع|ال[إا]جمالي|إجمالي|اجمالي|المتوسط|متوسط|المعدل|العدد"
    "|कुल(?: योग)?|योग|औसत|एकूण|सरासरी|মোট|গড়|કુલ|સરેરાશ|ಒಟ್ಟು|ಸರಾಸರಿ|മൊത്തം|ആകെ|ശരാശരി|மொத்தம்|சராசரி|మొత్తం|సగటు"
)
TOTAL = re.compile(
    r"(?:(?:grand |sub-?|overall )?"
    r"(?:total|average|avg\.?|mean|sum|count|median|minimum|maximum|std\.? ?dev(?:iation)?)s?"
    rf"|{SUMS})(?: \(.*\))?\s*[:=]?\s*[-+\d.,%]*",
    re.IGNORECASE,
)
TOTALS = f"(?i)^(?:{TOTAL.pattern})$"
#: How words of sums begin, and perhaps others.
SUM_BEGINS = tuple(
    dict.fromkeys(word[:2] for word in ("gr", "su", "ov", "to", "av", "me", "co", "mi", "ma", "st", *SUMS.split("|")))
)
#: A word of sums with its number in the same cell.
TOLD = re.compile(r"\d")
FOOT = re.compile(
    r"(?:\W*(?:total|generated|exported|downloaded|created|printed|report(?:ed)?|source|notes?|page \d|confidential"
    r"|copyright|powered by|end of|as of|n ?= ?\d|\d[\d,]* (?:records?|rows?|responses?|results?))\b|\(c\)|©|\*).*",
    re.IGNORECASE | re.DOTALL,
)
#: A footer whose commas part it into cells says at once what it is.
TOLD_FOOT = re.compile(r"(?:source|notes?|generated|exported|printed|disclaimer)\b[^,]*:.*", re.IGNORECASE | re.DOTALL)
#: How Excel names the sum of a group, by the group's own name; and in how many columns a group may stand.
SUBTOTAL_WORDS = ("total", "average", "count", "sum", "max", "min", "ergebnis", "mittelwert", "anzahl")
SUBTOTAL = rf"(?i)^\s*(.+?)\s+(?:sub-?)?(?:{'|'.join(SUBTOTAL_WORDS)})\s*$"
GROUP_COLUMNS = 3
#: A line of a printed report.
RULER = r"^\s*:?[-=_]{3,}:?\s*$"
#: A footer stands within so many rows of the end.
FOOT_ROWS = 10
#: A table must be this wide for a row of one cell to be a footer.
WIDE = 3
#: A repeated header repeats at least this share of the headers; these may stand around them.
REPEATED = 0.8
MARKS_BEFORE = "\ufeff \t\xa0"

Row = Sequence[str | None]


@dataclass(frozen=True)
class Table:
    """A table on its way: cells by header, row numbers, other names of headers, and which tool wrote it.

    `is_ragged` says that some of its records were written with fewer cells than others.
    """

    frame: pl.DataFrame
    numbers: pl.Series
    labels: Mapping[str, tuple[str, ...]]
    tool: str = ""
    is_ragged: bool = False

    def column(self, *wanted: str) -> pl.Series | None:
        """Find the column whose header, or another name of it, is one of these without case and signs."""
        for header in self.frame.columns:
            if any(_plain(name) in wanted for name in (header, *self.labels.get(header, ()))):
                return self.frame[header]
        return None


def check_keep(keep: Collection[str]) -> frozenset[str]:
    """Refuse an unknown ground. Raises IntakeError.

    >>> sorted(check_keep(["partial"]))
    ['partial']
    """
    names = (keep,) if isinstance(keep, str) else keep
    for name in names:
        if name not in KEEP:
            advice = f"{did_you_mean(name, KEEP)} Grounds are {', '.join(KEEP)}.".strip()
            raise IntakeError(f"{name!r} is no ground on which rows are left out.", advice=advice)
    return frozenset(names)


def leave_out(
    table: Table, hidden: Collection[int], patterns: Sequence[Row], keep: Collection[str], titles: Sequence[Row] = ()
) -> tuple[Table, dict[str, int]]:
    """Leave out the rows that are no answers; give the table and how many rows went on which ground.

    `hidden` are numbers of rows; `patterns` are the header and label rows as they stand in the source, and
    `titles` those above them.
    """
    grounds: tuple[tuple[str, Callable[[Table], pl.Series]], ...] = (
        ("hidden", lambda found: found.numbers.is_in(list(hidden))),
        ("headers", lambda found: _repeated_headers(found, patterns) | _repeated_titles(found, titles)),
        ("previews", _previews),
        ("partial", _partial),
        ("totals", _subtotals),
        ("totals", _totals),
        ("titles", lambda found: group_titles(found.frame, is_ragged=found.is_ragged)),
    )
    counts: dict[str, int] = {}
    for name, ground in grounds:
        if name in keep or not table.frame.height:
            continue
        gone = ground(table)
        if gone.any():
            counts[name] = counts.get(name, 0) + int(gone.sum())
            table = replace(table, frame=table.frame.filter(~gone), numbers=table.numbers.filter(~gone))
    return table, counts


def leave_out_foot(table: Table) -> tuple[Table, dict[str, int]]:
    """Leave out what sums up or signs off, and nothing else."""
    return leave_out(table, (), (), frozenset(KEEP) - {"totals"})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _none(table: Table) -> pl.Series:
    return pl.repeat(value=False, n=table.frame.height, dtype=pl.Boolean, eager=True)


def _previews(table: Table) -> pl.Series:
    """Find the rows that the survey's author made when trying it."""
    gone = _none(table)
    status = table.column("status", "responsetype")
    if status is not None:
        known = set(status.drop_nulls().unique()) if table.tool == "Qualtrics" else set()
        codes = [word for word in known if word in PREVIEW_CODES or PREVIEW_WORDS.search(word)]
        gone |= status.is_in([*PREVIEWS, *codes]).fill_null(value=False)
    channel = table.column("distributionchannel")
    return gone if channel is None else gone | channel.is_in(CHANNEL_PREVIEWS).fill_null(value=False)


def _partial(table: Table) -> pl.Series:
    """Find the answers that were begun and not sent off."""
    gone = _none(table)
    for status in (table.column(*STATUS), table.column(STATE) if table.column(OF_STATE) is not None else None):
        if status is not None:
            gone |= _told(status, PARTIAL, COMPLETE)
    finished = table.column(*FINISHED)
    if finished is not None and (table.tool == "Qualtrics" or table.column(*COMPANIONS) is not None):
        gone |= _told(finished, NOT_FINISHED, IS_FINISHED)
    submitted = table.column(*SUBMITTED)
    if submitted is not None and table.column(*LAST_PAGE) is not None:
        gone |= submitted.fill_null("").str.strip_chars() == ""
    return gone


def is_doubtful(table: Table) -> bool:
    """Tell a table with a column by which rows may have to be left out."""
    told = (*STATUS, *FINISHED, *LAST_PAGE, OF_STATE, "distributionchannel")
    return table.column(*told) is not None


def _told(column: pl.Series, bad: frozenset[str], good: frozenset[str]) -> pl.Series:
    """Find the cells that say so, in a column that says nothing else."""
    words = column.str.strip_chars().str.to_lowercase()
    found = words.drop_nulls().unique()
    if not set(found.head(20)) <= bad | good | {""}:
        return pl.repeat(value=False, n=len(column), dtype=pl.Boolean, eager=True)
    return words.is_in(list(bad)).fill_null(value=False)


def _repeated_headers(table: Table, patterns: Sequence[Row]) -> pl.Series:
    """Find the header and label rows that stand again between the answers, as in files that were joined."""
    gone = _none(table)
    for pattern in patterns:
        texts = _texts(table.frame, pattern)
        if len(texts) < max(2, REPEATED * table.frame.width):
            continue
        first, *others = texts
        alike = table.frame.select(_repeats(first, texts[first])).to_series()
        if not alike.any():
            continue
        same = [_repeats(column, texts[column]) for column in (first, *others)]
        gone |= table.frame.select(pl.all_horizontal(same)).to_series()
    return gone


def _texts(frame: pl.DataFrame, row: Row) -> dict[str, str]:
    """Give the filled cells of a row by column."""
    return {column: text for column, text in zip(frame.columns, row, strict=True) if text and text.strip()}


def _repeated_titles(table: Table, titles: Sequence[Row]) -> pl.Series:
    """Find what stood above the headers once more, as on each page of a printed report, perhaps with another number."""
    gone = _none(table)
    for title in titles:
        texts = {column: re.sub(r"\d+", "#", text.strip()) for column, text in _texts(table.frame, title).items()}
        if not texts or not any(char.isalpha() for text in texts.values() for char in text):
            continue
        alike = [_masked(column) == text for column, text in texts.items()]
        if table.frame.select(alike[0].any()).item():
            blank = [_masked(column) == "" for column in table.frame.columns if column not in texts]
            gone |= table.frame.select(pl.all_horizontal(*alike, *blank)).to_series()
    return gone


def _masked(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.strip_chars().str.replace_all(r"\d+", "#")


def _repeats(column: str, text: str) -> pl.Expr:
    """Find the cells that hold a header's text, whatever its case; a mark stands before it where files were joined."""
    bare = pl.col(column).str.strip_chars(MARKS_BEFORE).str.to_lowercase()
    return (bare == text.strip().lower()).fill_null(value=False)


def _subtotals(table: Table) -> pl.Series:
    """Find the rows that sum up the group above them: "Pune Total" below rows of Pune, or "Subtotal" that adds up."""
    words = table.frame.to_series(0).str.strip_chars().str.contains(TOTALS).fill_null(value=False)
    gone = group_sums(table.frame, words) if words.any() else _none(table)
    for column in table.frame.columns[:GROUP_COLUMNS]:
        group = table.frame[column].str.extract(SUBTOTAL)
        if not group.is_not_null().any():
            continue
        before = table.frame[column].shift(1).str.strip_chars()
        others = [name for name in table.frame.columns if name != column]
        cells = (pl.col(name).fill_null("").str.contains(rf"^(?:\s*|{NUMBER.pattern})$") for name in others)
        sums = table.frame.select(pl.all_horizontal(*cells, pl.lit(value=True))).to_series()
        gone |= (group == before).fill_null(value=False) & sums
    return gone


def is_subtotal(row: Row, before: Row) -> bool:
    """Tell one row that sums up the group that the row `before` belongs to, by the rule that holds for a whole table.

    >>> is_subtotal(["Pune Total", "", "17"], ["Pune", "R2", "8"]), is_subtotal(["Big Max", "9"], ["Goa", "8"])
    (True, False)
    """
    groups = [re.fullmatch(SUBTOTAL, cell or "") for cell in row[:GROUP_COLUMNS]]
    for at, group in enumerate(groups):
        others = (cell or "" for place, cell in enumerate(row) if place != at)
        if group and group[1] == (before[at] or "").strip() and all(map(_is_number_or_blank, others)):
            return True
    return False


def _is_number_or_blank(cell: str) -> bool:
    return not cell.strip() or NUMBER.fullmatch(cell) is not None


def _totals(table: Table) -> pl.Series:
    """Find the rows at the end that sum up or sign off, and page numbers wherever they stand."""
    height = table.frame.height
    tail = table.frame.tail(FOOT_ROWS + 1).rows()
    numbers = table.numbers.tail(FOOT_ROWS + 1).to_list()
    gone = _signed_off(tail, numbers)
    while gone < len(tail) - 1:
        at = len(tail) - 1 - gone
        after_gap = numbers[at] - numbers[at - 1] > 1
        if not (_is_total(table, tail[at]) or _is_foot(tail[at], after_gap=after_gap)):
            break
        gone += 1
    foot = pl.Series([False] * (height - gone) + [True] * gone, dtype=pl.Boolean)
    return foot | _pages(table.frame) | _rulers(table.frame)


def _signed_off(tail: Sequence[Row], numbers: Sequence[int]) -> int:
    """Count the lines of one cell at the end that stand below a blank row; the gap vouches for all of them."""
    lines = 0
    for at in range(len(tail) - 1, 0, -1):
        if not _is_foot(tail[at], after_gap=True):
            break
        if numbers[at] - numbers[at - 1] > 1:
            lines = len(tail) - at
    return lines


def _pages(frame: pl.DataFrame) -> pl.Series:
    """Find rows that hold nothing but the number of a page, as printed reports have them."""
    if frame.width < WIDE:
        return pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    first, *others = frame.columns
    page = frame[first].str.contains(r"(?i)^\s*page \d+(?: of \d+)?\s*$").fill_null(value=False)
    if not page.any():
        return page
    blank = (pl.col(name).fill_null("").str.strip_chars() == "" for name in others)
    return page & frame.select(pl.all_horizontal(*blank)).to_series()


def _rulers(frame: pl.DataFrame) -> pl.Series:
    """Find rows whose filled cells are all lines of dashes, as printed reports and tables in text have them."""
    begins = frame.to_series(0).str.contains(RULER).fill_null(value=False)
    if not begins.any():
        return begins
    cells = (pl.col(name).fill_null("").str.contains(rf"{RULER}|^\s*$") for name in frame.columns)
    return begins & frame.select(pl.all_horizontal(*cells)).to_series()


def _is_total(table: Table, row: Row) -> bool:
    """Tell a row of sums: a cell says so that no other row has, and all others are numbers.

    The word stands in the first column, or nothing does; and the row is less than half full, or a number is what the
    column adds up to. So an answer that only says "Average" stays.
    """
    columns = table.frame.columns
    filled = {column: cell.strip() for column, cell in zip(columns, row, strict=True) if cell and cell.strip()}
    named = named_sum(filled, columns[0])
    if not named:
        return False
    cells = table.frame[named].str.strip_chars()
    answers = table.frame.filter(~cells.str.contains(TOTALS).fill_null(value=False))
    numbers = ((column, cell) for column, cell in filled.items() if column != named)
    is_sum = len(filled) * 2 < len(columns) or any(
        adds_up(answers[column], cell) or _counts(answers[column], cell) for column, cell in numbers
    )
    return is_sum and int((cells == filled[named]).sum()) == 1


def named_sum(filled: Mapping[str, str], first: str) -> str:
    """Name the column of the one cell that says that its row sums up, all others being numbers; empty for no such row.

    It is the `first` column, or that one is empty.
    """
    words = [column for column, cell in filled.items() if not NUMBER.fullmatch(cell)]
    if len(words) != 1 or (words[0] != first and first in filled):
        return ""
    word = filled[words[0]]
    return words[0] if TOTAL.fullmatch(word) and (len(filled) > 1 or TOLD.search(word)) else ""


def _counts(column: pl.Series, cell: str) -> bool:
    """Tell whether a number says how many rows a column has, or how many numbers."""
    numbers = column.str.strip_chars().cast(pl.Float64, strict=False).drop_nulls()
    return len(numbers) > 0 and cell.replace(",", "") in {str(len(numbers)), str(len(column))}


def _is_foot(row: Row, *, after_gap: bool) -> bool:
    """Tell a line below the table: one text in the first column, after a blank row or with a footer's words."""
    filled = [at for at, cell in enumerate(row) if cell and cell.strip()]
    if len(row) < WIDE or not filled or filled != list(range(len(filled))):
        return False
    if len(filled) > 1:
        return after_gap and len(filled) < len(row) and TOLD_FOOT.fullmatch((row[0] or "").strip()) is not None
    return after_gap or FOOT.fullmatch((row[0] or "").strip()) is not None

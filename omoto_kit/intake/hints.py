"""What a spreadsheet or a survey tool made of answers, with what to do: ends of a scale as words, ranges as dates."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

import polars as pl

from omoto_kit.campaign import Campaign, ColumnRule, split_field
from omoto_kit.problem import Fix, Problem, Severity

__all__ = ["dates_of_ranges", "range_problems", "scale_hints"]

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NUMBER = re.compile(r"([A-Za-z]{3})-(\d{1,2})")
NUMBER_MONTH = re.compile(r"(\d{1,2})-([A-Za-z]{3})")
ISO_DAY = re.compile(r"\d{2}(\d{2})-(\d{2})-(\d{2})")
#: A range, or a date that was one, holds one of these.
DASHES = ("-", "–", "to")
RANGE = r"^\d+\s*(?:-|–|to)\s*\d+"
DATE = r"^(?:[A-Za-z]{3}-\d{1,2}|\d{1,2}-[A-Za-z]{3}|\d{4}-\d\d-\d\d)$"
#: Words of the ends of a scale; those that say no come first, since "not at all likely" holds "likely".
LOW = re.compile(r"\b(?:not|never|dis\w+|un\w+|poor|bad|worst|terrible|no|least|hardly|very low|lowest)", re.IGNORECASE)
HIGH = re.compile(
    r"\b(?:likely|agree|satisf\w+|excellent|best|great|good|always|definitely|extremely|most|highest)", re.IGNORECASE
)
GROUPS = frozenset({"promoter", "promoters", "passive", "passives", "detractor", "detractors", "neutral"})
#: Words are the ends of a scale where at least this share of the cells are numbers, and at most so many words stand.
NUMBERS, WORDS = 0.3, 2
#: Answer scales of five steps, the worst first; at least so many of the words, and this share of the cells, tell one.
FIVE_STEPS = (
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("very dissatisfied", "dissatisfied", "neither satisfied nor dissatisfied", "satisfied", "very satisfied"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    ("very unlikely", "unlikely", "neutral", "likely", "very likely"),
    ("very poor", "poor", "average", "good", "excellent"),
    ("very poor", "poor", "fair", "good", "very good"),
    ("poor", "fair", "good", "very good", "excellent"),
    ("very unhappy", "unhappy", "neutral", "happy", "very happy"),
    ("extremely unhappy", "unhappy", "neutral", "happy", "extremely happy"),
    ("terrible", "bad", "okay", "good", "great"),
    ("very bad", "bad", "average", "good", "very good"),
)
LEAST_STEPS, MOSTLY = 3, 0.7
#: Ratings by stars have so many, and may say them in words.
STARS = 5
TOLD_STARS = re.compile(r"(\d{1,2})[ -]?stars?", re.IGNORECASE)


def scale_hints(frame: pl.DataFrame, rules: Mapping[str, ColumnRule], campaign: Campaign) -> list[str]:
    """Offer the value map where a rating, or the ends of its scale, was exported as words; nothing is applied."""
    rule = rules.get("npsrating")
    if rule is None:
        return []
    cells = frame[rule.column].str.strip_chars().drop_nulls()
    counts: dict[str, int] = dict(cells.filter(cells != "").value_counts(name="count", sort=True).iter_rows())
    known = {text.casefold() for text in rule.values}
    words = {
        text: count for text, count in counts.items() if not re.search(r"\d", text) and text.casefold() not in known
    }
    scale = campaign.rating.scale
    return (
        _end_hints(rule.column, counts, words, scale)
        or _step_hints(rule.column, counts, words, scale)
        or _star_hints(
            rule.column, {text: count for text, count in counts.items() if text.casefold() not in known}, scale
        )
    )


def _end_hints(column: str, counts: Mapping[str, int], words: Mapping[str, int], scale: tuple[int, int]) -> list[str]:
    """Offer the ends of a scale for the words between its numbers."""
    numbers = {text for text in counts if re.fullmatch(r"\d{1,3}(?:\.0+)?", text)}
    filled = sum(counts.values())
    if not words or len(words) > WORDS or sum(counts[text] for text in numbers) < NUMBERS * filled:
        return []
    ends = _ends(words, {int(float(text)) for text in numbers}, scale)
    if not ends:
        return []
    seen = " and ".join(f"{word!r} ({words[word]:,} row{'' if words[word] == 1 else 's'})" for word in ends)
    told = f"Column {column!r} has {seen} between numbers: probably the ends of the scale, exported as words."
    return [f"{told} If so, write {_value_map(column, ends)}."]


def _step_hints(column: str, counts: Mapping[str, int], words: Mapping[str, int], scale: tuple[int, int]) -> list[str]:
    """Offer numbers for the words of an answer scale of five steps, where the contract's scale has five, too."""
    folded = {" ".join(word.casefold().split()): word for word in words}
    steps = max(FIVE_STEPS, key=lambda scale_: len(folded.keys() & {*scale_}))
    told = [(folded[step], at) for at, step in enumerate(steps) if step in folded]
    if len(told) < LEAST_STEPS or sum(words[word] for word, _ in told) < MOSTLY * sum(counts.values()):
        return []
    low, high = scale
    seen = f"Column {column!r} holds the words of a scale of five steps, such as {told[-1][0]!r}."
    if high - low + 1 != len(steps):
        return [f"{seen} The contract's scale runs from {low} to {high}, so no number stands for them by itself."]
    return [f"{seen} If they mean its numbers, write {_value_map(column, {word: low + at for word, at in told})}."]


def _star_hints(column: str, counts: Mapping[str, int], scale: tuple[int, int]) -> list[str]:
    """Offer numbers for ratings that are drawn or counted as stars, where the contract's scale has as many steps."""
    stars = {text: number for text in counts if (number := _stars(text)) is not None}
    if not stars or sum(counts[text] for text in stars) < MOSTLY * sum(counts.values()):
        return []
    low, high = scale
    seen = f"Column {column!r} holds stars, such as {next(iter(stars))!r}."
    if high != STARS or max(stars.values()) > STARS:
        return [f"{seen} The contract's scale runs from {low} to {high}, so no number stands for them by itself."]
    ordered = dict(sorted(stars.items(), key=lambda pair: pair[1]))
    return [f"{seen} If they mean its numbers, write {_value_map(column, ordered)}."]


def _stars(text: str) -> int | None:
    """Count stars that are drawn or told; None where a text is something else.

    >>> _stars("★★★★☆"), _stars("⭐⭐"), _stars("5 stars"), _stars("starry")
    (4, 2, 5, None)
    """
    drawn = text.replace(" ", "").replace("\ufe0f", "")
    if drawn and not drawn.strip("★⭐🌟☆✩"):
        return sum(char in "★⭐🌟" for char in drawn)
    told = TOLD_STARS.fullmatch(text)
    return int(told[1]) if told else None


def _value_map(column: str, values: Mapping[str, int]) -> str:
    """Write a rule of [columns] that says what words stand for."""
    pairs = ", ".join(
        f"{json.dumps(word, ensure_ascii=False)} = {json.dumps(str(value))}" for word, value in values.items()
    )
    return f"npsrating = {{ column = {json.dumps(column, ensure_ascii=False)}, values = {{ {pairs} }} }}"


def _ends(words: Collection[str], numbers: Collection[int], scale: tuple[int, int]) -> dict[str, int]:
    """Give each word the end of the scale that it could stand for; only ends that no number says."""
    low, high = scale
    ends: dict[str, int] = {}
    for word in words:
        if word.casefold() in GROUPS:
            return {}
        end = low if LOW.search(word) else high if HIGH.search(word) else None
        if end is not None and end not in numbers and end not in ends.values():
            ends[word] = end
    return ends


def dates_of_ranges(cell: str) -> tuple[str, ...]:
    """Give the ranges that a spreadsheet could have made this date of; none where it is no such date.

    >>> dates_of_ranges("Oct-49"), dates_of_ranges("2-May"), dates_of_ranges("1949-10-01")
    (('10-49',), ('2-5', '5-2'), ('10-49',))
    """
    cell = cell.strip()
    if (found := MONTH_NUMBER.fullmatch(cell)) and found[1].lower() in MONTHS:
        return (f"{MONTHS.index(found[1].lower()) + 1}-{int(found[2])}",)
    if (found := NUMBER_MONTH.fullmatch(cell)) and found[2].lower() in MONTHS:
        first, second = int(found[1]), MONTHS.index(found[2].lower()) + 1
        return (f"{first}-{second}", f"{second}-{first}")
    if found := ISO_DAY.fullmatch(cell):
        year, month, day = (int(part) for part in found.groups())
        return (f"{month}-{year}",) if day == 1 else (f"{day}-{month}", f"{month}-{day}")
    return ()


def range_problems(field: str, column: pl.Series, numbers: pl.Series, header: str, campaign: Campaign) -> list[Problem]:
    """Warn of cells that were ranges before a spreadsheet took them for dates, each with what it may have been.

    They are told only where the column holds other ranges, or where the contract lists what it may have been.
    """
    group, name = split_field(field)
    attribute = (campaign.attributes or {}).get(name) if group == "namevaluemap" else None
    if group != "namevaluemap" or (attribute and attribute.kind in ("date", "datetime")):
        return []
    dashed = column.filter(column.str.contains_any(list(DASHES)))
    told = _range_fixes(dashed.unique(maintain_order=True), attribute.values if attribute else ())
    if not told:
        return []
    bad = pl.DataFrame({"row": numbers, "cell": column}).filter(pl.col("cell").is_in(list(told)))
    message = "The cell is a date between ranges of numbers: a spreadsheet has probably changed it."
    return [
        Problem(row, field, "range_as_date", message, Severity.WARNING, header, cell, told[cell])
        for row, cell in bad.iter_rows()
    ]


def _range_fixes(cells: pl.Series, listed: Collection[str]) -> dict[str, Fix]:
    """Give the cells that are dates where ranges belong, each with the ranges that it may have been."""
    if not listed and not cells.str.contains(RANGE).any():
        return {}
    told: dict[str, Fix] = {}
    for cell in cells.filter(cells.str.contains(DATE)):
        options = tuple(option for option in dates_of_ranges(cell) if not listed or option in listed)
        if options and cell not in listed:
            told[cell] = Fix(options, f"Excel makes {cell} of {options[0]} when a file is opened in it.")
    return told

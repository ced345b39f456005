"""What a column could feed by what its cells hold: phones, emails, units, ratings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from omoto_kit.campaign import Campaign, split_field
from omoto_kit.intake.guesses import SURE, Guess, fold
from omoto_kit.intake.splitting import parts_of

__all__ = ["content_guesses", "preview", "told_by_columns", "weighed"]

#: So many filled cells are looked at, and fewer than this say nothing.
LOOKED_AT, LEAST = 2000, 5
#: This share of the cells must be of the kind.
MOSTLY, CLEARLY, HALF = 0.7, 0.9, 0.5
PHONE = r"^(?:\+?91|0)?[6-9]\d{9}$"
FOREIGN_PHONE = r"^\+\d{9,15}$"
#: What programs write before a number: Excel's mark of a text, and the kind of a link.
BEFORE_PHONE = r"^(?:'|tel:|sms:|whatsapp:|p:)"
EMAIL = r"^[^\s@]+@[^\s@]+\.[a-zA-Z]{2,}$"
#: Headers of numbers that can look like phones and are none.
SERIAL = re.compile(r"\b(?:id|order|invoice|bill|account|transaction|txn|ref(?:erence)?|serial|ticket|receipt)\b")
PREVIEWED = 3
#: Answers of a question that is no rating, whatever it asks.
YES_NO = frozenset({"yes", "no", "maybe", "not sure", "unsure", "don't know", "n/a", "true", "false", "y", "n"})
#: A header that ends in a number: "Rating_7", "7", "Recommend [7]".
NUMBERED = re.compile(r"(.*?)[\W_]*(\d{1,2})[\])]?", re.DOTALL)
#: Fewer different numbers are no ratings.
LEAST_RATINGS = 4
#: Names by which some tools call a rating; only cells that are ratings make sure of it.
NPS_NAMED = re.compile(r"(?:^|[\W_])nps(?:$|[\W_\d])", re.IGNORECASE)
#: What an NPS is of when it is not the answer.
NOT_THE_ANSWER = re.compile(
    r"\b(?:prev\w*|last|prior|old|target|goal|average|avg|mean|benchmark|month|quarter|year|count|rank|days?|staff)\b",
    re.IGNORECASE,
)
#: Where a column "Question" stands, "Answer" is anything's answer.
ANSWER, QUESTION = "answer", "question"
#: Signs that part the categories of one cell, the likeliest first.
SPLITS = (";", ",", "|", "/", "\n")


def preview(frame: pl.DataFrame, header: str) -> tuple[str, ...]:
    """Give the first values of a column."""
    return tuple(_filled(frame.get_column(header).head(LOOKED_AT)).unique(maintain_order=True).head(PREVIEWED))


def content_guesses(
    frame: pl.DataFrame, headers: Iterable[str], fields: Collection[str], campaign: Campaign
) -> list[Guess]:
    """List what columns could feed by their cells alone, whatever their headers say."""
    units = {fold(text) for unit in campaign.units or () for text in (unit.name, unit.code) if text}
    asked = any(QUESTION in header.casefold() for header in frame.columns)
    guesses: list[Guess] = []
    for header in headers:
        cells = _filled(frame.get_column(header).head(LOOKED_AT))
        if len(cells) < LEAST:
            continue
        found = (
            _phone(header, cells),
            _email(header, cells),
            _unit(header, cells, units),
            _rating(header, cells, campaign, is_answer=fold(header) == ANSWER and not asked),
            _comment(header, cells),
            _categories(header, cells, campaign.categories or {}),
        )
        reasons = _reasons(header, cells, campaign.categories or {})
        guesses += [guess for guess in (*found, *reasons) if guess and guess.field in (*fields, "catnpsmap")]
    return guesses


def weighed(guesses: Sequence[Guess], frame: pl.DataFrame, campaign: Campaign) -> list[Guess]:
    """Lower the guess of a rating by its question where the cells are no numbers; raise it where they fit.

    Lower the guess of a customer's field, too, where its cells only say that nothing is known. Say what parts the
    reasons of a category where cells hold several.
    """
    named = (_parted(_unless_anonymous(guess, frame), frame, campaign) for guess in guesses)
    return sorted((_weighed(guess, frame, campaign) for guess in named), key=lambda guess: -guess.confidence)


def _weighed(guess: Guess, frame: pl.DataFrame, campaign: Campaign) -> Guess:
    is_rating = guess.field == "npsrating" and _is_question(guess)
    cells = _filled(frame.get_column(guess.header).head(LOOKED_AT)) if is_rating else pl.Series(dtype=pl.String)
    if len(cells) < LEAST:
        return guess
    low, top = campaign.rating.scale
    numbers = cells.str.extract(r"^(\d{1,3})(?:[.,]0+)?(?:\D.*)?$").cast(pl.Int64, strict=False)
    fitting = float(numbers.is_between(low, top).fill_null(value=False).sum()) / len(cells)
    confidence, reason = _by_cells(guess, cells, fitting, campaign)
    return replace(guess, confidence=confidence, reason=f"{guess.reason}, {reason}") if reason else guess


def _by_cells(guess: Guess, cells: pl.Series, fitting: float, campaign: Campaign) -> tuple[float, str]:
    """Say how likely a rating a column is whose cells are known, and why; no reason where they say nothing new."""
    low, top = campaign.rating.scale
    if doubt := _doubt(cells, fitting, top - low):
        return round(guess.confidence * 0.6, 2), doubt
    fits = f"and its cells are {low} to {top}"
    if fitting >= CLEARLY and guess.reason.startswith("a question"):
        return max(guess.confidence, 0.95 if "recommend" in guess.header.casefold() else 0.85), fits
    if fitting >= CLEARLY and _is_named_nps(guess.header) and cells.n_unique() >= _least(campaign):
        return 0.85, fits
    return guess.confidence, ""


def _doubt(cells: pl.Series, fitting: float, span: int) -> str:
    """Say why cells are no ratings on a scale of so many steps; empty where they may be."""
    found = set(cells.str.to_lowercase().unique().head(len(YES_NO) + 1))
    if fitting < HALF and cells.n_unique() > (span + 1) * 2:
        return "but its cells are no ratings"
    if span > 1 and found <= {"0", "1"}:
        return "but its cells are only 0 and 1"
    return "but answered yes or no" if not fitting and found <= YES_NO else ""


def told_by_columns(frame: pl.DataFrame, scale: tuple[int, int]) -> tuple[str, ...]:
    """Name the columns that hold one rating together: one for each number, and a mark in that of the answer.

    >>> marks = pl.DataFrame({f"Q_{n}": ["1" if n == at else "0" for at in range(6)] for n in range(6)})
    >>> told_by_columns(marks, (0, 5))
    ('Q_0', 'Q_1', 'Q_2', 'Q_3', 'Q_4', 'Q_5')
    """
    low, top = scale
    groups: dict[str, list[str]] = {}
    for header in frame.columns:
        named = NUMBERED.fullmatch(header.strip())
        if named and low <= int(named[2]) <= top:
            groups.setdefault(named[1], []).append(header)
    for headers in (headers for headers in groups.values() if len(headers) >= LEAST_RATINGS):
        marks = frame.head(LOOKED_AT).select(_is_mark(header) for header in headers)
        if marks.select(pl.all().is_not_null().all()).row(0) == (True,) * len(headers):
            each = marks.select(pl.sum_horizontal(pl.all().cast(pl.UInt8))).to_series()
            if (each <= 1).all() and (each == 1).any():
                return tuple(headers)
    return ()


def _is_mark(header: str) -> pl.Expr:
    """Tell marked cells from blank ones; null for any other."""
    cell = pl.col(header).fill_null("").str.strip_chars().str.to_lowercase()
    marked = pl.when(cell.is_in(["1", "x", "✓", "yes", "true"])).then(pl.lit(value=True))
    return marked.when(cell.is_in(["", "0", "no", "false"])).then(pl.lit(value=False)).alias(header)


def _is_named_nps(header: str) -> bool:
    """Tell the names of an NPS answer from those of other figures of an NPS.

    >>> [_is_named_nps(name) for name in ("Q1_NPS", "nps_1", "Previous NPS", "snps")]
    [True, True, False, False]
    """
    return bool(NPS_NAMED.search(header)) and not NOT_THE_ANSWER.search(header.replace("_", " "))


def _least(campaign: Campaign) -> int:
    """Say how many different numbers make ratings."""
    low, high = campaign.rating.scale
    return min(LEAST_RATINGS, high - low + 1)


def _unless_anonymous(guess: Guess, frame: pl.DataFrame) -> Guess:
    """Lower the guess of a customer's name or address where the survey tool says "anonymous" of every one."""
    if not guess.field.startswith("customerinfo."):
        return guess
    cells = _filled(frame.get_column(guess.header))
    if set(cells.str.to_lowercase().unique().head(2)) != {"anonymous"}:
        return guess
    return replace(guess, confidence=round(guess.confidence * 0.6, 2), reason=f"{guess.reason}, but anonymous")


def _is_question(guess: Guess) -> bool:
    return guess.reason.startswith("a question") or guess.confidence < SURE


def _filled(column: pl.Series) -> pl.Series:
    cells = column.drop_nulls().str.strip_chars()
    return cells.filter(cells != "")


def _share(cells: pl.Series, pattern: str) -> float:
    return float(cells.str.contains(pattern).sum()) / len(cells)


def _phone(header: str, cells: pl.Series) -> Guess | None:
    """Mobile numbers of India, and numbers with a country code."""
    digits = pl.Series([_ascii_digits(cell) for cell in cells], dtype=pl.String)
    digits = digits.str.replace(BEFORE_PHONE, "").str.replace(r"\.0$", "").str.replace_all(r"[\s().\p{Pd}\p{Cf}]", "")
    digits = digits.set(cells.str.contains(r"\d\.\d{2,}"), "")  # a fraction is no phone
    share = _share(digits, PHONE)
    abroad = _share(digits, FOREIGN_PHONE)
    if max(share, abroad, _share(digits, f"{PHONE}|{FOREIGN_PHONE}")) < MOSTLY:
        return None
    words = re.sub(r"[\W_]+", " ", header).casefold()
    confidence = 0.6 if SERIAL.search(words) else 0.85
    kind = "ten-digit numbers that begin with 6 to 9" if share >= abroad else "numbers with a country code"
    return Guess(header, "customerinfo.mobileno", confidence, f"its cells are {kind}")


def _ascii_digits(cell: str) -> str:
    """Write the digits of any script as 0 to 9."""
    if cell.isascii():
        return cell
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in cell)


def _email(header: str, cells: pl.Series) -> Guess | None:
    if _share(cells, EMAIL) < MOSTLY:
        return None
    return Guess(header, "customerinfo.email", 0.9, "its cells are e-mail addresses")


def _unit(header: str, cells: pl.Series, units: set[str]) -> Guess | None:
    """Cells that mostly are names or codes of the contract's units."""
    if not units:
        return None
    counts = cells.value_counts(name="count")
    total = sum(count for cell, count in counts.iter_rows() if fold(cell) in units)
    share = total / len(cells)
    if share < MOSTLY:
        return None
    confidence = 0.93 if share >= CLEARLY else 0.85
    return Guess(header, "namevaluemap.unitname", confidence, f"{share:.0%} of its cells are units of the contract")


def _rating(header: str, cells: pl.Series, campaign: Campaign, *, is_answer: bool) -> Guess | None:
    """Whole numbers of the scale; that could be many things, so a person must say so, but for the one "Answer"."""
    low, high = campaign.rating.scale
    numbers = cells.str.extract(r"^(\d{1,3})(?:\.0+)?$").cast(pl.Int64, strict=False)
    fitting = float(numbers.is_between(low, high).fill_null(value=False).sum()) / len(cells)
    counted_on = bool((numbers.diff().drop_nulls() > 0).all())
    if fitting < CLEARLY or counted_on or cells.n_unique() < _least(campaign):
        return None
    return Guess(header, "npsrating", SURE if is_answer else 0.7, f"its cells are whole numbers from {low} to {high}")


def _comment(header: str, cells: pl.Series) -> Guess | None:
    """Texts of several words that are mostly different ones."""
    worded = float((cells.str.count_matches(r"\s") > 1).sum()) / len(cells)
    if worded < HALF or cells.n_unique() < HALF * len(cells):
        return None
    return Guess(header, "comment", 0.65, "its cells are texts of several words")


def _categories(header: str, cells: pl.Series, categories: Collection[str]) -> Guess | None:
    """Cells that name categories of the contract, one or several in a cell."""
    known = {fold(name) for name in categories}
    texts = cells.to_list()
    best, share, seen = "", 0.0, set[str]()
    for split in SPLITS if known else ():
        parts = [[fold(part) for part in parts_of(text, split, categories)] for text in texts]
        fitting = sum(all(part in known for part in cell) for cell in parts) / len(texts)
        if fitting > share:
            best, share, seen = split, fitting, {part for cell in parts for part in cell} & known
    if share < MOSTLY or len(seen) < 2:  # noqa: PLR2004  one category is a column of its own
        return None
    return Guess(header, "catnpsmap", 0.88, f"{share:.0%} of its cells name categories of the contract", best)


def _reasons(header: str, cells: pl.Series, categories: Mapping[str, Collection[str]]) -> Iterator[Guess]:
    """Cells that are reasons of one category of the contract."""
    for name, reasons in categories.items():
        split, fitting, seen = _split_of(cells, reasons)
        if fitting >= MOSTLY and len(seen) > 1:
            reason = f"{fitting:.0%} of its cells are reasons of this category"
            yield Guess(header, f"catnpsmap.{name}", 0.86, reason, split)


def _parted(guess: Guess, frame: pl.DataFrame, campaign: Campaign) -> Guess:
    """Say what parts the reasons of a category that a column is named after."""
    group, name = split_field(guess.field)
    reasons = (campaign.categories or {}).get(name, ()) if group == "catnpsmap" else ()
    if not reasons or guess.split is not None:
        return guess
    split, _, _ = _split_of(_filled(frame.get_column(guess.header).head(LOOKED_AT)), reasons)
    return replace(guess, split=split)


def _split_of(cells: pl.Series, names: Collection[str]) -> tuple[str | None, float, set[str]]:
    """Find the sign by which most cells part into known names, with the share of these cells, and the names.

    No sign where every cell that fits holds one name only.
    """
    known = {fold(name) for name in names}
    best: tuple[str | None, float, set[str]] = (None, 0.0, set())
    for split in (None, *SPLITS) if known and len(cells) else ():
        parts = [[fold(part) for part in parts_of(text, split, names)] for text in cells.to_list()]
        fitting = [cell for cell in parts if all(part in known for part in cell)]
        share = len(fitting) / len(parts)
        if share > best[1]:
            best = split, share, {part for cell in fitting for part in cell}
    return best

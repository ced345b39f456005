"""Guards over the whole batch: what no single row shows. Each says what it saw, with numbers, and holds the batch.

A guard that cries wolf is soon switched off, so each waits for more than chance would do; batches of fewer than
20 rows are only told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign, split_field
from omoto_kit.problem import Guard, Severity
from omoto_kit.validation.forms import quote
from omoto_kit.validation.portrait import RATING, Column, Portrait

__all__ = ["FEW", "GUARDS", "LEAST", "Names", "look_over"]

GUARDS: Mapping[str, str] = MappingProxyType(
    {
        "answers_absent": "no row has a rating, a comment, a category or an attribute beside the unit",
        "blanks_sudden": "a column is empty from some row on, or far emptier than in earlier batches",
        "column_constant": "a column that tells customers or answers apart holds one value only",
        "column_shifted": "cells hold what belongs into another column",
        "customers_delivered": "most customers, with the same ratings, were delivered before, and no row has a key",
        "dates_early": "dates lie before the year 2000, or long before all earlier batches",
        "dates_future": "dates lie in the future",
        "dates_outside": "dates lie before the campaign starts or after it ends",
        "nps_far": "the score is far from that of earlier batches",
        "phone_shared": "one mobile number fills much of the column",
        "rows_delivered": "most rows were put before, by their keys or to the letter",
        "scale_large": "ratings go far beyond the scale of the contract",
        "scale_small": "ratings use a part of the scale only, as those of a shorter one would",
        "source_delivered": "the same file was put before",
        "units_far": "the units are far from those of earlier batches",
    }
)
#: Batches of fewer rows are only told what looks wrong.
FEW = 20
#: So many headers are named in a message.
_FEW_NAMES = 3
#: Of fewer rows nothing is said as a whole, but for their dates.
LEAST = 8
_SCALES = ((1, 5), (0, 5), (1, 7), (1, 10), (0, 10), (0, 100))
_TELLING = (RATING, "customerinfo.email", "customerinfo.mobileno", "customerinfo.regid", "customerinfo.registrationno")


@dataclass(frozen=True)
class Names:
    """How fields are called in messages: by the source's header where one feeds the field."""

    headers: Mapping[str, str]

    @classmethod
    def of(cls, batch: Batch) -> Names:
        """Take the headers that feed a batch's fields."""
        return cls({name: batch.column_of(name) for name in batch.fields})

    def __getitem__(self, field: str) -> str:
        return quote(self.headers.get(field) or split_field(field)[1] or field)


def look_over(portrait: Portrait, campaign: Campaign, names: Names) -> tuple[Guard, ...]:
    """Give what the batch alone shows; `history` holds it against what was put before."""
    if portrait.unanswered and portrait.unanswered == portrait.rows:
        return (_unanswered(portrait.rows, names),)
    if portrait.rows < LEAST:
        return tuple(softened((*_dates(portrait, names), *_outside(portrait, campaign, names)), portrait.rows))
    found = (
        *_scale(portrait, campaign, names),
        *_constant(portrait, names),
        *_shifted(portrait, names),
        *_ends(portrait, names),
        *_dates(portrait, names),
        *_outside(portrait, campaign, names),
        *_phones(portrait, names),
    )
    return tuple(softened(found, portrait.rows))


def softened(guards: Iterable[Guard], rows: int) -> Iterator[Guard]:
    """Let no guard hold a batch of few rows."""
    for guard in guards:
        yield replace(guard, severity=Severity.WARNING) if rows < FEW else guard


def _unanswered(rows: int, names: Names) -> Guard:
    """Say that no answer would be sent; few rows of that are no better than many."""
    fed = sorted({header for header in names.headers.values() if header})
    headers = ", ".join(map(quote, fed[:_FEW_NAMES]))
    seen = f"The columns that feed a field are {headers}" if fed else "No column of the source feeds any field"
    more = f" and {len(fed) - _FEW_NAMES} more" if len(fed) > _FEW_NAMES else ""
    return Guard(
        "answers_absent",
        f"No response of {rows:,} has a rating, a comment, a category or an attribute beside the unit. {seen}{more}. "
        "It may be the wrong file, or its headers are unknown here: name a column in [columns] of the contract, or "
        'with --map "Header=npsrating".',
    )


def _scale(portrait: Portrait, campaign: Campaign, names: Names) -> Iterator[Guard]:
    """Compare the ratings with the contract's scale."""
    low, top = campaign.rating.scale
    ratings = {rating: count for rating, count in portrait.ratings.items() if rating < 1000}  # noqa: PLR2004  more is a phone number or the like
    total = sum(ratings.values())
    if total < LEAST:
        return
    beyond = sum(count for rating, count in ratings.items() if not low <= rating <= top)
    if beyond * 5 >= total:
        yield _large(ratings, beyond, (low, top), names[RATING])
    elif shorter := _shorter(ratings, (low, top)):
        yield _small(ratings, shorter, (low, top), names[RATING])


def _large(ratings: Mapping[int, int], beyond: int, scale: tuple[int, int], column: str) -> Guard:
    """Say that ratings go far beyond the contract's scale."""
    least, most = min(ratings), max(ratings)
    like = next((f", as on a scale from {a} to {b}" for a, b in _SCALES if a <= least and most <= b), "")
    return Guard(
        "scale_large",
        f"{beyond} of {sum(ratings.values())} ratings in {column} lie outside the contract's scale, {scale[0]} to "
        f"{scale[1]}; they run from {least} to {most}{like}. Those that lie inside by chance would be sent with a "
        "wrong meaning. Map the column to the contract's scale where it comes from, or correct the contract.",
    )


def _shorter(ratings: Mapping[int, int], scale: tuple[int, int]) -> tuple[int, int] | None:
    """Give the shorter scale that the ratings seem to be of; None where they may well be of the contract's.

    That next to none reaches the upper half is so strange that few rows tell it, and a slip or two among them do not
    hide it; that none reaches the top takes many.
    """
    (low, top), least, total = scale, min(ratings), sum(ratings.values())
    half = {rating: count for rating, count in ratings.items() if rating * 2 <= top}
    if least < low:
        return None
    from_here = [one for one in _SCALES if one[0] <= least]
    if total >= FEW and _is_most(half, total):
        return next((one for one in from_here if one[1] - 1 <= max(half) <= one[1] and one[1] * 2 <= top), None)
    if len(ratings) < 3 or total < 5 * FEW:  # noqa: PLR2004  two values are no scale
        return None
    return next((one for one in from_here if one[1] == max(ratings) < top and _is_short(one, scale)), None)


def _is_most(some: Mapping[int, int], total: int) -> bool:
    """Tell whether some ratings, more than one kind of them, are all but a twentieth."""
    return len(some) > 1 and sum(some.values()) * 20 >= total * 19


def _is_short(one: tuple[int, int], scale: tuple[int, int]) -> bool:
    """Tell a scale that is at most seven tenths of another."""
    return (one[1] - one[0]) * 10 <= 7 * (scale[1] - scale[0])


def _small(ratings: Mapping[int, int], shorter: tuple[int, int], scale: tuple[int, int], column: str) -> Guard:
    """Say that ratings look like those of a shorter scale."""
    inside = {rating: count for rating, count in ratings.items() if rating <= shorter[1]}
    many, total = sum(inside.values()), sum(ratings.values())
    counted = f"All {total}" if many == total else f"{many} of {total}"
    return Guard(
        "scale_small",
        f"{counted} ratings in {column} lie between {min(inside)} and {max(inside)}, and the contract's scale runs "
        f"from {scale[0]} to {scale[1]}. They look like answers on a scale from {shorter[0]} to {shorter[1]}; sent as "
        "they are, even the best would count as a bad one. Convert them where they come from, or say go if they are "
        "right.",
    )


def _constant(portrait: Portrait, names: Names) -> Iterator[Guard]:
    """Find columns that should differ from row to row and do not."""
    for field in _TELLING:
        column = portrait.columns.get(field, Column())
        if column.only is None or column.filled < FEW or column.filled * 2 < column.rows:
            continue
        shown = f", {quote(column.only)}," if field == RATING else ""
        yield Guard(
            "column_constant",
            f"{names[field]} holds one and the same value{shown} in all {column.filled} rows that have one. A default "
            "may have filled the column, or the wrong column is mapped.",
        )


def _shifted(portrait: Portrait, names: Names) -> Iterator[Guard]:
    """Find columns whose cells look like those of another column."""
    for (field, kind), count in sorted(portrait.misplaced.items()):
        if count >= LEAST and count * 5 >= portrait.rows:
            yield _shift(f"{count} of {portrait.rows} rows have {kind} in {names[field]}, which should hold none.")
    for field, column in portrait.columns.items():
        for kind, count in column.looks.items():
            if column.sampled >= LEAST and count * 2 >= column.sampled:
                share = f"{count / column.sampled:.0%}"
                yield _shift(f"{share} of the cells in {names[field]}, a text, look like {kind}.")


def _shift(seen: str) -> Guard:
    advice = "The columns are shifted, or two are mapped to each other's field. Look at the column map."
    return Guard("column_shifted", f"{seen} {advice}")


def _ends(portrait: Portrait, names: Names) -> Iterator[Guard]:
    """Find columns that are filled up to some row and empty in all rows after it."""
    for field, column in portrait.columns.items():
        tail = column.rows - column.last
        if not column.last or tail < FEW or tail * 10 < column.rows or column.last < FEW:
            continue
        if column.filled * 20 >= column.last * 19:
            yield Guard(
                "blanks_sudden",
                f"{names[field]} is filled in {column.filled} of the first {column.last} rows, and empty in all "
                f"{tail} rows after them. The export may have been cut, or two files of different columns were put "
                "together.",
            )


def _dates(portrait: Portrait, names: Names) -> Iterator[Guard]:
    """Find dates that no visit can have."""
    for field, span in portrait.dates.items():
        said = (
            ("dates_future", span.future, f"lie in the future, the last on {span.last}"),
            ("dates_early", span.early, f"lie before the year 2000, the first on {span.first}"),
        )
        for code, count, where in said:
            if count:
                many = count * 20 >= span.count and count > 1
                text = (
                    f"{count} of {span.count} dates in {names[field]} {where}. Day and month may have changed places, "
                )
                advice = "or the year is wrong; look at the column where it comes from."
                yield Guard(code, text + advice, Severity.ERROR if many else Severity.WARNING)


def _outside(portrait: Portrait, campaign: Campaign, names: Names) -> Iterator[Guard]:
    """Find dates before the campaign's first day or after its last."""
    starts, ends = (day.isoformat() if day else "" for day in (campaign.starts, campaign.ends))
    for field, span in portrait.dates.items():
        if span.first and ((starts and span.first < starts) or (ends and span.last > ends)):
            runs = " ".join(filter(None, [starts and f"from {starts}", ends and f"to {ends}"]))
            yield Guard(
                "dates_outside",
                f"The {span.count} dates in {names[field]} run from {span.first} to {span.last}, and the campaign runs "
                f"{runs}. Answers of another campaign may be among them, or day and month have changed places.",
            )


def _phones(portrait: Portrait, names: Names) -> Iterator[Guard]:
    """Find one mobile number that much of the column holds; which one is not said."""
    field = "customerinfo.mobileno"
    column = portrait.columns.get(field, Column())
    most = max(column.often.values(), default=0)
    if most >= FEW and most * 5 >= column.filled and column.only is None:
        yield Guard(
            "phone_shared",
            f"One mobile number stands in {most} of the {column.filled} rows that have one, in {names[field]}. A "
            "kiosk's default or the store's own phone may have filled the cells; to Omoto they would be one customer.",
        )

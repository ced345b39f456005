"""What a batch looks like as a whole, in numbers: what the guards look at. Portraits of parts add up to that of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign, split_field
from omoto_kit.problem import Severity

__all__ = [
    "MOBILE",
    "NUMBER",
    "RATING",
    "UNIT",
    "Column",
    "Portrait",
    "Span",
    "as_ratings",
    "is_unanswered",
    "nps",
    "nps_margin",
    "source_portrait",
]

#: How the columns of a source are named beside the fields.
SOURCE = "source."
RATING, UNIT, MOBILE = "npsrating", "namevaluemap.unitname", "customerinfo.mobileno"
#: What counts as a mobile number where rows with the same one are counted.
NUMBER = r"^\+?[0-9]{7,15}$"
#: Texts are looked at in the first rows, and in one row of so many after them: by their numbers, so that the portraits
#: of parts add up to that of all.
_HEAD, _THIN = 2_000, 64
_EARLY = "2000-01-01"
#: A column that has values nearly always has one among so many rows.
_NEAR = 64
#: How a cell of each kind looks, whatever column it stands in; the first that fits names it.
_LOOKS = {
    "an e-mail address": r"^\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$",
    "a date": r"^\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[ T].*)?$",
    "a phone number": r"^\s*\+?\d[\d ()-]{7,15}\d\s*$",
    "a rating": r"^\s*\d{1,2}\s*$",
}
#: What belongs into a field; a text may hold anything, so it is only looked at as a sample.
_RIGHT = {
    RATING: "a rating",
    MOBILE: "a phone number",
    "customerinfo.email": "an e-mail address",
    "namevaluemap.pincode": "a postal code",
    UNIT: "a unit",
}
_TOLD = (RATING, "comment", "catnpsmap", "namevaluemap")
_TEXTS = ("comment", "customerinfo.name")


@dataclass(frozen=True)
class Column:
    """One field over all rows.

    `last` is the place of the last row that has a value, counted from 1; `only` the value where all are equal; `often`
    counts the mobile numbers that fill much of the column. `looks` counts, among `sampled` values, what they look like.
    """

    rows: int = 0
    filled: int = 0
    last: int = 0
    only: str | None = field(default=None, repr=False)
    often: Mapping[str, int] = field(default_factory=dict, repr=False)
    looks: Mapping[str, int] = field(default_factory=dict)
    sampled: int = 0

    @property
    def blank_share(self) -> float:
        """Share of the rows that have no value."""
        return 1 - self.filled / self.rows if self.rows else 0.0

    def __add__(self, other: Column) -> Column:
        only = self.only if self.only == other.only or not other.filled else None
        return Column(
            self.rows + other.rows,
            self.filled + other.filled,
            self.rows + other.last if other.last else self.last,
            only if self.filled else other.only,
            Counter(self.often) + Counter(other.often),
            Counter(self.looks) + Counter(other.looks),
            self.sampled + other.sampled,
        )


@dataclass(frozen=True)
class Span:
    """The dates of one field, as ISO: how many there are, how many lie after tomorrow or before the year 2000."""

    count: int = 0
    future: int = 0
    early: int = 0
    first: str = ""
    last: str = ""

    def __add__(self, other: Span) -> Span:
        first = min(filter(None, (self.first, other.first)), default="")
        last = max(self.last, other.last)
        return Span(self.count + other.count, self.future + other.future, self.early + other.early, first, last)


@dataclass(frozen=True)
class Portrait:
    """A batch in numbers: ratings and units counted, each field's column, dates, and cells in a wrong column.

    `misplaced` counts, by field and by what the cells look like, the held cells that another column should have.
    `unanswered` counts the rows of batches whose source gives no answer at all.
    """

    rows: int = 0
    ratings: Mapping[int, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    dates: Mapping[str, Span] = field(default_factory=dict)
    misplaced: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unanswered: int = 0

    @classmethod
    def of(cls, batch: Batch, today: date | None = None, *, part: bool = False) -> Portrait:
        """Take the portrait of a checked batch; what lies after `today` (left out: this day) and a day is future.

        The portraits of the parts of a source add up to its own, but for `often`, which only the whole of it shows and
        which a `part` leaves out.
        """
        values, day = batch.values, today or date.today()  # noqa: DTZ011  the day where the file is checked
        return cls(
            values.height,
            _ratings(values),
            _counted(values, UNIT),
            _columns(values, [name for name in batch.fields if values.schema[name] == pl.String], part=part),
            dict(_spans(values, batch.campaign, (day + timedelta(days=1)).isoformat())),
            _misplaced(batch),
            values.height if is_unanswered(batch) else 0,
        )

    def __add__(self, other: Portrait) -> Portrait:
        ratings = Counter(self.ratings) + Counter(other.ratings)
        blank, unseen = Column(self.rows), Column(other.rows)
        names = dict.fromkeys([*self.columns, *other.columns])
        spans = dict.fromkeys([*self.dates, *other.dates])
        return Portrait(
            self.rows + other.rows,
            dict(sorted(ratings.items())),
            Counter(self.units) + Counter(other.units),
            {name: self.columns.get(name, blank) + other.columns.get(name, unseen) for name in names},
            {name: self.dates.get(name, Span()) + other.dates.get(name, Span()) for name in spans},
            Counter(self.misplaced) + Counter(other.misplaced),
            self.unanswered + other.unanswered,
        )

    @property
    def rated(self) -> int:
        """How many rows have a whole number as their rating, on the scale or not."""
        return sum(self.ratings.values())


def is_unanswered(batch: Batch) -> bool:
    """Tell whether a source gives no row an answer: a rating, a comment, a category or an attribute beside the unit.

    What the contract itself gives to every row is no answer.
    """
    values, fixed = batch.values, batch.campaign.fixed
    if not (batch.source.bodies or any(name.startswith(SOURCE) for name in values.columns)):
        return False
    told = [name for name in batch.fields if name in _TOLD or (split_field(name)[0] in _TOLD and name != UNIT)]
    return not any(
        values[name].null_count() < values.height for name in told if not {name, split_field(name)[0]} & fixed.keys()
    )


def source_portrait(values: pl.DataFrame, campaign: Campaign) -> Portrait:
    """Take the portrait of responses that were put earlier: fields as columns, all text."""
    columns = _columns(values, values.columns, part=False)
    dates = dict(_spans(values, campaign, "9999"))
    return Portrait(values.height, _ratings(values), _counted(values, UNIT), columns, dates)


def nps(ratings: Mapping[int, int]) -> float | None:
    """Give the Net Promoter Score of counted ratings from 0 to 10, in points from -100 to 100; None without any.

    >>> nps({10: 6, 7: 2, 3: 2})
    40.0
    """
    total = sum(ratings.values())
    if not total:
        return None
    promoters = sum(count for rating, count in ratings.items() if rating >= 9)  # noqa: PLR2004  by definition
    detractors = sum(count for rating, count in ratings.items() if rating <= 6)  # noqa: PLR2004  by definition
    return 100 * (promoters - detractors) / total


def nps_margin(ratings: Mapping[int, int], sure: float = 1.96) -> float:
    """Give how far the score may lie from what all customers would say, in points; 1.96 is for 95 times in 100.

    Few answers all alike still leave doubt, so one of each kind is added before it is reckoned.

    >>> round(nps_margin({10: 60, 7: 20, 3: 20}), 1)
    15.5
    """
    total = sum(ratings.values()) + 3
    promoters = 1 + sum(count for rating, count in ratings.items() if rating >= 9)  # noqa: PLR2004  by definition
    detractors = 1 + sum(count for rating, count in ratings.items() if rating <= 6)  # noqa: PLR2004  by definition
    mean = (promoters - detractors) / total
    spread = (promoters + detractors) / total - mean**2
    return float(100 * sure * (spread / total) ** 0.5)


def as_ratings(counted: Iterable[tuple[str | None, int]]) -> dict[int, int]:
    """Take those of some counted texts that are whole numbers, as ratings are, in their order.

    >>> as_ratings([("9", 4), ("0", 1), ("n/a", 2), (None, 3)])
    {0: 1, 9: 4}
    """
    ratings: Counter[int] = Counter()
    for text, count in counted:
        if text and text.isascii() and text.isdigit() and len(text) < 9:  # noqa: PLR2004  more is no rating
            ratings[int(text)] += count
    return dict(sorted(ratings.items()))


def _ratings(values: pl.DataFrame) -> dict[int, int]:
    return as_ratings(_counted(values, RATING).items())


def _counted(values: pl.DataFrame, name: str) -> dict[str, int]:
    if name not in values.columns:
        return {}
    present = values[name].drop_nulls()
    table = present.filter(present != "").value_counts()
    return dict(table.sort("count", name, descending=[True, False]).iter_rows())


def _columns(values: pl.DataFrame, names: Sequence[str], *, part: bool) -> dict[str, Column]:
    """Describe columns of texts, one field each."""
    row = values["row"] if "row" in values.columns else pl.int_range(values.height, eager=True)
    sample = (row <= _HEAD) | (row % _THIN == 0)
    columns = {name: _column(values[name]) for name in names}
    for name in names:
        if name in _TEXTS and columns[name].filled:
            shown = values[name].filter(sample & (values[name] != ""))
            columns[name] = replace(columns[name], looks=_looking(shown), sampled=len(shown))
        if name == MOBILE and not part:
            columns[name] = replace(columns[name], often=_often(values[name], columns[name].filled))
    return columns


def _column(column: pl.Series) -> Column:
    """Describe one column of texts: how much of it is filled, how far down, and whether with one value only."""
    has = column != ""
    count = int(has.sum() or 0)
    if not count:
        return Column(len(column))
    first = _first_true(has)
    last = len(column) - 1 - (0 if has[-1] else _first_true(has.reverse()))
    alike = column[first] == column[last] and int((column == column[first]).sum()) == count
    return Column(len(column), count, last + 1, column[first] if alike else None)


def _first_true(flags: pl.Series) -> int:
    """Find the first place that is true; it mostly is among the first few."""
    if flags[0]:
        return 0
    near = flags.head(_NEAR).arg_true()
    return int(near[0]) if len(near) else int(flags.arg_true()[0])


def _often(column: pl.Series, filled: int) -> dict[str, int]:
    """Count the numbers that fill much of a column."""
    numbers = column.filter(column.str.contains(NUMBER)).alias("number")
    counts = numbers.value_counts(name="count").filter(pl.col("count") * 10 >= filled)
    return dict(counts.iter_rows())


def _looking(sample: pl.Series) -> dict[str, int]:
    """Count what the cells of a text column look like, where they look like something else than a text."""
    counted = {kind: pl.first().str.contains(look).sum() for kind, look in _LOOKS.items()}
    return {kind: int(count) for kind, count in sample.to_frame().select(**counted).row(0, named=True).items()}


def _spans(values: pl.DataFrame, campaign: Campaign, tomorrow: str) -> Iterator[tuple[str, Span]]:
    """Describe the dates of each field that the contract calls a date."""
    for name, attribute in (campaign.attributes or {}).items():
        key = f"namevaluemap.{name}"
        if attribute.kind not in ("date", "datetime") or key not in values.columns:
            continue
        days = values[key].drop_nulls().str.slice(0, 10)
        days = days.filter(days.str.contains(r"^\d{4}-\d\d-\d\d$"))
        first, last = (str(days.min()), str(days.max())) if len(days) else ("", "")
        yield key, Span(len(days), int((days > tomorrow).sum()), int((days < _EARLY).sum()), first, last)


def _misplaced(batch: Batch) -> dict[tuple[str, str], int]:
    """Count the held cells that look like what belongs into another column."""
    attributes = batch.campaign.attributes or {}
    right = _RIGHT | {f"namevaluemap.{n}": "a date" for n, a in attributes.items() if a.kind in ("date", "datetime")}
    held = batch.problems.filter(
        (pl.col("severity") == Severity.ERROR.value)
        & pl.col("field").is_in(list(right))
        & pl.col("value").is_not_null()
    ).unique(["row", "field"])
    expected = {right[name] for name in batch.fields if name in right and split_field(name)[0]}
    expected |= {_RIGHT[RATING], _RIGHT[UNIT]}
    units = [unit.name for unit in batch.campaign.units or ()]
    kinds = [pl.when(pl.col("value").is_in(units)).then(pl.lit(_RIGHT[UNIT]))]
    kinds += [pl.when(pl.col("value").str.contains(look)).then(pl.lit(kind)) for kind, look in _LOOKS.items()]
    looking = held.select("field", kind=pl.coalesce(kinds)).filter(
        pl.col("kind").is_in(sorted(expected)) & (pl.col("kind") != pl.col("field").replace_strict(right))
    )
    counts = looking.group_by("field", "kind").len().sort("field", "kind")
    return {(name, kind): count for name, kind, count in counts.iter_rows()}

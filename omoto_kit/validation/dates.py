"""Dates and times: the forms that exports use, read into ISO. Whether the day comes first, the whole column decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from omoto_kit.validation.forms import ascii_digits, strip, without_marks

__all__ = ["Evidence", "Order", "calendar_of", "clear", "order_by", "order_of", "quick", "read_date", "readings"]

_TIME = re.compile(
    r"([0-9]{1,2})[:.h]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,][0-9]{1,9})?)?\s*(?:([ap])\.?\s?m\.?)?"
    r"\s*(z|utc|gmt|ist|gst|ast|(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T\s,]+(.+))?", re.IGNORECASE)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[T\s,]+(.+))?", re.IGNORECASE)
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_DAY_NAMED = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,9})\.?,?[\s-]+([0-9]{4}|[0-9]{2})(?:[\s,]+(.+))?", re.IGNORECASE
)
_MONTH_NAMED = re.compile(
    r"([a-z]{3,9})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})(?:[\s,]+(.+))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_SERIAL = re.compile(r"([0-9]{5})([.,][0-9]+)?")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
#: Zone names as people of the regions use them; elsewhere they may mean another hour, so they are not read there.
_ZONES = {"ist": "+05:30", "gst": "+04:00", "ast": "+03:00"}
_ZONE_REGIONS = {"ist": ("IN",), "gst": ("AE", "OM"), "ast": ("SA", "QA", "KW", "BH")}
_MONTH_FIRST_REGIONS = ("US", "PH", "FM", "MH", "PW")
_SERIALS = 40_000, 60_000  # July 2009 to April 2064
_YEARS = 1990, 2100
_UNIX_SERIAL = 25_569  # the day count of 1970-01-01
_HALF = 1e-3
#: Days that every year has, so that an expression needs no calendar; 29 February is left to the exact rule.
_ISO_DAY = (
    "20[0-9]{2}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_DAY_THEN_MONTH = "(?:(?:0[1-9]|1[0-9]|2[0-8])/(?:0[1-9]|1[0-2])|(?:29|30)/(?:0[13-9]|1[0-2])|31/(?:0[13578]|1[02]))"
_MONTH_THEN_DAY = "(?:(?:0[1-9]|1[0-2])/(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])/(?:29|30)|(?:0[13578]|1[02])/31)"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_EITHER_ORDER = r"^\s*([0-9]{1,2})[-/]([0-9]{1,2})[-/][0-9]{2,4}"
#: Years as other calendars count them in our days, each with the calendar's name.
_CALENDARS = (
    (1380, 1420, "the Solar Hijri calendar of Iran and Afghanistan"),
    (1425, 1475, "the Hijri calendar"),
    (2540, 2600, "the Buddhist calendar"),
)
#: A year of four digits before or behind a day's other parts.
_YEAR = re.compile(r"([0-9]{4})[-/.\s].*[0-9].*|.*[0-9][^0-9:]*[-/.\s]([0-9]{4})(?![0-9]).*")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's stamp has no zone
_NOON = 12
_CLEAR_ENOUGH = 20  # one order must show this many times as often as the other before it decides for both
_FEW_OUTVOTED = 4  # an order that is unusual in the region decides for so many others a date that shows it
_FORMS = {True: "day/month/year", False: "month/day/year"}


@dataclass(frozen=True)
class Order:
    """Whether 03/04/2026 is the third of April; None where the column contradicts itself. `note` says why."""

    day_first: bool | None = True
    note: str = ""


@dataclass(frozen=True)
class Evidence:
    """What a column of dates shows of its order: how many can only have the day, or the month, first; how many either.

    Evidence of several pieces of one column is added up.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0

    def __add__(self, other: Evidence) -> Evidence:
        """Take the evidence of two pieces together."""
        return Evidence(
            self.day_first + other.day_first, self.month_first + other.month_first, self.either + other.either
        )

    @classmethod
    def of(cls, values: pl.Series) -> Evidence:
        """Look at a column of texts as they stand in the source."""
        told = values.filter(values.str.contains(_EITHER_ORDER))
        parts = told.str.extract_groups(_EITHER_ORDER).struct
        first, second = parts[0].cast(pl.Int16), parts[1].cast(pl.Int16)
        low, lower = first <= _NOON, second <= _NOON
        either = int((low & lower & (first != second)).sum())
        return cls(int((~low & lower).sum()), int((low & ~lower).sum()), either)


def order_of(values: pl.Series, region: str, header: str) -> Order:
    """Decide by a whole column of texts which part of a date such as 03/04/2026 is the day.

    >>> order_of(pl.Series(["04/25/2026", "03/04/2026"]), "IN", "Visit").day_first
    False
    """
    return order_by(Evidence.of(values), region, header)


def order_by(evidence: Evidence, region: str, header: str) -> Order:
    """Decide by the evidence of a whole column.

    A few dates outvote what is usual in the region only for a column that holds few others that can be either: one
    slip among a hundred days of early April would turn all of them round.
    """
    day_first, month_first, either = evidence.day_first, evidence.month_first, evidence.either
    where = f"Column {header!r}" if header else "A date column"
    usual = region not in _MONTH_FIRST_REGIONS
    if not (day_first or month_first):
        unclear = f"{where} does not show whether the day or the month comes first; it was read as {_FORMS[usual]}."
        return Order(usual, unclear if either else "")
    shown = day_first > month_first
    most, least = max(day_first, month_first), min(day_first, month_first)
    if least and most <= _CLEAR_ENOUGH * least:
        return Order(None, f"{where} writes some dates with the day first and some with the month first.")
    if shown == usual or not either:
        return Order(shown)
    told = f"{most:,} of its dates can be nothing else, and {either:,} can be either"
    if most * _FEW_OUTVOTED < either:
        return Order(
            None, f"{where} does not show whether the day or the month comes first: as {_FORMS[shown]}, {told}."
        )
    return Order(shown, f"{where} was read as {_FORMS[shown]}: {told}.")


def read_date(text: str, *, day_first: bool | None = True, region: str = "IN") -> str | None:
    """Read one cell as ISO: a date, or a date and time to the second, with the offset where one is given.

    None where it is no date, or where `day_first` is None and the text does not show it by itself.

    >>> read_date("05/04/2026 10:30 PM"), read_date("5 Apr 2026"), read_date("46113.4375")
    ('2026-04-05T22:30:00', '2026-04-05', '2026-04-01T10:30:00')
    """
    bare = _WEEKDAY.sub("", strip(without_marks(ascii_digits(text))))
    serial = _SERIAL.fullmatch(bare)
    if serial:
        return _from_serial(float(bare.replace(",", ".")), whole=not serial[2])
    found = _day_of(bare, day_first=day_first)
    if found is None:
        return None
    day, time = found
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        return None
    clock = _read_time(strip(time), region) if time else ""
    return None if clock is None else f"{day.isoformat()}{clock}"


def readings(text: str, region: str) -> tuple[str, ...]:
    """Give the one or two dates that a text can mean when the order is not known."""
    both = (read_date(text, day_first=first, region=region) for first in (True, False))
    return tuple(dict.fromkeys(reading for reading in both if reading))


def calendar_of(text: str) -> str:
    """Name the other calendar whose years a text seems to count by; empty where there is none.

    >>> calendar_of("1447/03/15"), calendar_of("15-03-2568"), calendar_of("2026-13-01")
    ('the Hijri calendar', 'the Buddhist calendar', '')
    """
    bare = strip(without_marks(ascii_digits(text)))
    found = _YEAR.fullmatch(bare)
    year = int(found[1] or found[2]) if found else 0
    return next((name for first, last, name in _CALENDARS if first <= year <= last), "")


def _from_serial(serial: float, *, whole: bool) -> str | None:
    """Turn a spreadsheet's day count into a date, rounded to the second."""
    if not _SERIALS[0] <= serial <= _SERIALS[1]:
        return None
    moment = _EPOCH + timedelta(seconds=round(serial * 86_400))
    return moment.date().isoformat() if whole else moment.isoformat()


def _day_of(bare: str, *, day_first: bool | None) -> tuple[date, str | None] | None:
    """Find the day, and what stands behind it."""
    found = _YEAR_FIRST.fullmatch(bare)
    if found:
        return _dated(found[1], found[3], found[4], found[5])
    found = _YEAR_LAST.fullmatch(bare)
    if found:
        return _year_last(found, day_first=day_first)
    found = _DAY_NAMED.fullmatch(bare)
    if found:
        return _dated(found[3], _month(found[2]), found[1], found[4])
    found = _MONTH_NAMED.fullmatch(bare)
    if found:
        return _dated(found[3], _month(found[1]), found[2], found[4])
    found = _COMPACT.fullmatch(bare)
    return _dated(found[1], found[2], found[3], None) if found else None


def _year_last(found: re.Match[str], *, day_first: bool | None) -> tuple[date, str | None] | None:
    """Read 03/04/2026 by the column's order; dots always have the day first."""
    first, mark, second, year, time = found.groups()
    day_leads = True if mark == "." else day_first
    if day_leads is None:
        if int(first) <= _NOON and int(second) <= _NOON and int(first) != int(second):
            return None
        day_leads = int(first) > _NOON
    month, day = (second, first) if day_leads else (first, second)
    return _dated(year, month, day, time)


def _dated(year: str, month: str, day: str, time: str | None) -> tuple[date, str | None] | None:
    """Make a date where there is such a day; two-digit years are of this century."""
    try:
        return date(int(year) + (2000 if len(year) <= len("26") else 0), int(month), int(day)), time
    except ValueError:
        return None


def _month(name: str) -> str:
    """Number a month by its English name or its first letters; 0 is none."""
    lowered = name.lower()
    known = [
        number for number, month in enumerate(_MONTHS, 1) if month.startswith(lowered) or lowered == "sept" == month[:4]
    ]
    return str(known[0] if len(known) == 1 else 0)


def _read_time(text: str, region: str) -> str | None:
    """Read a time of day as "T10:30:00" with its offset; None where it is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= _NOON and not (hour == 0 and found[4].lower() == "a"):
            return None
        hour = hour % _NOON + (_NOON if found[4].lower() == "p" else 0)
    zone = _zone(found[5], region)
    if zone is None or hour >= 2 * _NOON or minute >= 60 or second >= 60:  # noqa: PLR2004  a clock's own numbers
        return None
    return f"T{hour:02d}:{minute:02d}:{second:02d}{zone}"


def _zone(name: str | None, region: str) -> str | None:
    """Write an offset as ISO does; None for a zone name that does not belong to the region."""
    if not name:
        return ""
    lowered = name.lower()
    if lowered in ("z", "utc", "gmt"):
        return "Z"
    if lowered in _ZONES:
        return _ZONES[lowered] if region in _ZONE_REGIONS[lowered] else None
    digits = re.sub("[^0-9]", "", lowered)
    hours, minutes = (digits, "00") if len(digits) <= len("05") else (digits[:-2], digits[-2:])
    return f"{'-' if '-' in lowered else '+'}{int(hours):02d}:{minutes}"


def clear(value: pl.Expr, *, with_time: bool) -> pl.Expr:
    """Tell whether a value is absent, or such that `read_date` gives it back."""
    form = f"^{_ISO_DAY}T{_CLOCK}:[0-5][0-9]$" if with_time else f"^{_ISO_DAY}$"
    return value.str.contains(form).fill_null(value=True)


def quick(order: Order, *, with_time: bool) -> list[pl.Expr]:
    """Give ISO for the commonest stamps with a time in the column "0", and null for others."""
    value = pl.col("0")
    if not with_time:
        return []
    spaced = pl.when(value.str.contains(f"^{_ISO_DAY} {_CLOCK}:[0-5][0-9]$"))
    stages = [spaced.then(value.str.replace(" ", "T", literal=True))]
    if order.day_first is not None:
        shape = _DAY_THEN_MONTH if order.day_first else _MONTH_THEN_DAY
        day, month = (0, 3) if order.day_first else (3, 0)
        parts = [value.str.slice(6, 4), value.str.slice(month, 2), value.str.slice(day, 2)]
        time = [pl.lit("T"), value.str.slice(11, 5), pl.lit(":00")]
        slashed = pl.when(value.str.contains(f"^{shape}/20[0-9]{{2}} {_CLOCK}$"))
        stages.append(slashed.then(pl.concat_str([pl.concat_str(parts, separator="-"), *time])))
    return [*stages, _serial()]


def _serial() -> pl.Expr:
    """Read a spreadsheet's day count, unless it lies so near to half a second that rounding could differ."""
    number = pl.when(pl.col("0").str.contains(r"^4[0-9]{4}\.[0-9]+$")).then(pl.col("0")).cast(pl.Float64, strict=False)
    seconds = number * 86_400
    clear = ((seconds - seconds.floor()) - 0.5).abs() > _HALF
    days = (pl.when(clear).then(seconds).round().cast(pl.Int64) - _UNIX_SERIAL * 86_400) * 1000
    return days.cast(pl.Datetime("ms")).dt.to_string("%Y-%m-%dT%H:%M:%S")

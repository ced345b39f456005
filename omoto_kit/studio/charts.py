"""What the charts of the history show, as numbers: the page draws them, with the same numbers in a table behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from omoto_kit.receipt import State
from omoto_kit.validation import nps, nps_margin

__all__ = ["by_day", "by_kind", "by_unit", "units_in"]

#: So many days and units are drawn; the table behind has the same.
DAYS, UNITS = 31, 12
RATING, UNIT = "npsrating", "namevaluemap.unitname"
DRAWN = (State.DELIVERED, State.REJECTED, State.UNKNOWN)


def by_day(daily: Iterable[tuple[date, Mapping[State, int]]]) -> list[dict[str, Any]]:
    """Give for each of the last days how many were delivered, rejected and unknown."""
    days = sorted(daily)[-DAYS:]
    return [{"name": day.isoformat(), **{state.value: found.get(state, 0) for state in DRAWN}} for day, found in days]


def by_unit(answers: pl.DataFrame, scale: tuple[int, int]) -> list[dict[str, Any]]:
    """Give for the units with most answers the score and its margin: the NPS on 0 to 10, else the mean rating.

    >>> answers = pl.DataFrame({"npsrating": ["10", "10", "3"], "namevaluemap.unitname": ["Pune"] * 3})
    >>> by_unit(answers, (0, 10))[0]["score"]
    33.3
    """
    if RATING not in answers.columns or UNIT not in answers.columns:
        return []
    rated = answers.select(pl.col(RATING).cast(pl.Int64, strict=False).alias("rating"), pl.col(UNIT).alias("unit"))
    rated = rated.drop_nulls()
    counted: dict[str, Counter[int]] = {}
    for rating, unit in rated.iter_rows():
        counted.setdefault(unit, Counter())[rating] += 1
    most = sorted(counted.items(), key=lambda item: -item[1].total())[:UNITS]
    return [_scored(unit, ratings, scale) for unit, ratings in most]


def units_in(answers: pl.DataFrame) -> list[str]:
    """Name the units of the answers, in order."""
    return answers[UNIT].drop_nulls().unique().sort().to_list() if UNIT in answers.columns else []


def _scored(unit: str, ratings: Counter[int], scale: tuple[int, int]) -> dict[str, Any]:
    total = ratings.total()
    if scale == (0, 10):
        score = nps(ratings)
        margin = nps_margin(ratings)
    else:
        score = sum(rating * number for rating, number in ratings.items()) / total
        spread = sum(number * (rating - score) ** 2 for rating, number in ratings.items()) / total
        margin = 1.96 * (spread / total) ** 0.5
    return {"name": unit, "score": round(score or 0.0, 1), "margin": round(margin, 1), "answers": total}


def by_kind(problems: pl.DataFrame) -> list[dict[str, Any]]:
    """Count the problems of a batch by kind, errors and warnings apart, the most frequent first."""
    if not problems.height:
        return []
    counted = problems.group_by("code", "severity").len().sort("len", "code", descending=[True, False])
    return [{"name": code, "severity": severity, "count": number} for code, severity, number in counted.iter_rows()]

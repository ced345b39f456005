"""What stands beside the grid: a cell explained, a row as it will be sent, and what a step would do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Change
from omoto_kit.errors import Place, ResponseError
from omoto_kit.response import Response
from omoto_kit.studio.review.found import TONES, Wrong, applied, said_of_cell, tone_of
from omoto_kit.studio.review.painting import place_of
from omoto_kit.studio.review.sieve import texts
from omoto_kit.studio.review.steps import Step, shown
from omoto_kit.studio.review.table import ReviewTable

__all__ = ["body_of", "explained", "foreseen"]

_OPTIONS, _CHAIN, _SAMPLES = 8, 30, 8

Answer = dict[str, Any]


def explained(table: ReviewTable, row: int, field: str) -> Answer:
    """Explain a cell: what the source said, who changed it and why, what is wrong, and what could stand there.

    `alike` counts the cells of the column with the same value. Raises UsageError where there is no such row.
    """
    at, column = table.position(row), place_of(table, field)
    problems = sorted(table.found.of(at), key=lambda one: TONES.index(tone_of(one)))
    value = shown(table.value(at, field))
    header = table.columns[column].header if column >= 0 else ""
    said = table.value(at, f"source.{header}") if header else None
    return {
        "row": row,
        "field": field,
        "place": _place(table.source.source.place(row)),
        "state": table.found.state_of(at),
        "value": value,
        "said": None if said is None else str(said),
        "header": header,
        "problems": [_problem(one, mine=place_of(table, one["field"]) == column) for one in problems],
        "chain": [_told(change) for change in table.record.why(at, field)][-_CHAIN:],
        "alike": 0 if value is None else int((texts(table.values, field) == value).sum()),
    }


def body_of(table: ReviewTable, row: int) -> Answer:
    """Give the jsonbody of a row as it will be sent, also of a held one as far as it goes; or say why there is none.

    Raises UsageError where there is no such row.
    """
    at = table.position(row)
    fields = {field: value for field in table.now().fields if (value := table.value(at, field)) is not None}
    answer = {"row": row, "state": table.found.state_of(at), "text": "", "why": ""}
    try:
        return {**answer, "text": Response.from_fields(fields).encode(absent=table.source.campaign.absent)}
    except ResponseError as error:
        return {**answer, "why": str(error)}


def foreseen(table: ReviewTable, step: Step) -> Answer:
    """Put in numbers what a step would do, with some of its cells."""
    changes = [len(after) - len(before) for before, after in step.problems.values()]
    samples = [
        {"row": int(table.numbers[row]), "field": field, "before": shown(before), "after": shown(after)}
        for field, cells in step.cells.items()
        for row, before, after in zip(cells.positions[:5].tolist(), *cells.first(5), strict=True)
    ]
    return {
        "cells": step.size,
        "rows": len(step.positions),
        "solved": -sum(change for change in changes if change < 0),
        "new": sum(change for change in changes if change > 0),
        "samples": samples[:_SAMPLES],
    }


def _problem(problem: Wrong, *, mine: bool) -> Answer:
    fix = problem["fix"]
    told = {name: problem[name] for name in ("code", "field", "value")}
    options = [] if applied(problem) or not fix else list(fix["options"])[:_OPTIONS]
    message = said_of_cell(problem)
    why = _besides(message, fix["why"] if fix else "")
    return {**told, "message": message, "tone": tone_of(problem), "options": options, "why": why, "mine": mine}


def _besides(message: str, why: str) -> str:
    """Give what the reason of a fix says besides its message; the step that gave it is named there, too.

    >>> _besides("units:name suggests 'Pune': one slip.", "one slip (units:name)"), _besides("It is empty.", "Fill it.")
    ('', 'Fill it.')
    """
    reason = re.sub(r"\s*\([\w.-]+:[\w.-]+\)$", "", why)
    return "" if reason and reason in message else why


def _place(place: Place) -> str:
    """Say where a row stood, by the name of its file."""
    return str(replace(place, path=Path(place.path).name))


def _told(change: Change) -> Answer:
    """Put one change in the chain of a cell."""
    return {name: getattr(change, name) for name in ("before", "after", "step", "why", "outcome", "source")}

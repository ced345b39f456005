"""JSON and JSON Lines whose objects are already jsonbody: one response each, by dotted paths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import polars as pl

from omoto_kit.errors import IntakeError, Place, ResponseError
from omoto_kit.response import Response

__all__ = ["read_bodies"]

#: So many bad lines are named, and the others counted.
NAMED = 5
WRAPPED = {"row", "jsonbody"}

Fields = dict[str, Any]


def read_bodies(data: bytes, kind: str, where: Place) -> tuple[pl.DataFrame, pl.Series]:
    """Read responses: their fields in columns, and the line (in a JSON list: the position) of each.

    Raises IntakeError that names the lines which are no jsonbody.
    """
    entries = _lines(data) if kind == "JSON Lines" else _entries(data, where)
    fields: list[Fields] = []
    numbers: list[int] = []
    wrong: list[str] = []
    unit = "Line" if kind == "JSON Lines" else "Entry"
    for number, entry in entries:
        try:
            fields.append(_fields(_parse(entry)))
            numbers.append(number)
        except ResponseError as error:
            wrong.append(f"{unit} {number}: {error.what}")
    if wrong:
        raise _no_bodies(wrong, where)
    return _frame(fields), pl.Series("row", numbers, dtype=pl.Int64)


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(data.decode().split("\n"), 1):
        if line.strip():
            yield number, line


def _entries(data: bytes, where: Place) -> Iterator[tuple[int, Any]]:
    try:
        whole = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        advice = "Give one JSON object, a list of them, or one object a line."
        raise IntakeError(f"This is no JSON: {error}.", where=where, advice=advice) from None
    return enumerate(whole if isinstance(whole, list) else [whole], 1)


def _parse(entry: Any) -> Any:
    """Parse a line; what came from a list is parsed already."""
    if not isinstance(entry, str):
        return entry
    try:
        return json.loads(entry, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"This is no JSON: {error}."
        raise ResponseError(message) from None


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON value"
    raise ValueError(message)


def _fields(body: Any) -> Fields:
    """Take a body apart; an absent campaign id stays absent, for validation to say."""
    if isinstance(body, dict) and body.keys() == WRAPPED:
        body = body["jsonbody"]
    if isinstance(body, dict) and body.get("campaignid") is None:
        fields = Response.from_json(body | {"campaignid": ""}).fields()
        del fields["campaignid"]
        return fields
    return Response.from_json(body).fields()


def _frame(fields: list[Fields]) -> pl.DataFrame:
    """Lay responses out in columns; reasons of a category are lists."""
    names = dict.fromkeys(name for body in fields for name in body)
    columns = []
    for name in names:
        cells = [body.get(name) for body in fields]
        if name.startswith("catnpsmap."):
            lists = [None if cell is None else list(cell) for cell in cells]
            columns.append(pl.Series(name, lists, dtype=pl.List(pl.String)))
        else:
            columns.append(pl.Series(name, cells, dtype=pl.String))
    return pl.DataFrame(columns)


def _no_bodies(wrong: list[str], where: Place) -> IntakeError:
    more = f" And {len(wrong) - NAMED:,} more." if len(wrong) > NAMED else ""
    return IntakeError(
        f"{len(wrong):,} of its entries are no jsonbody. {' '.join(wrong[:NAMED])}{more}",
        where=where,
        advice="Each must be an object as the vendor's page shows it; a table belongs in a CSV or XLSX file.",
    )

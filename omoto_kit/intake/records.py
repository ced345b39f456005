"""JSON that is no jsonbody but a table: one flat object a line, in a list, in the one list of an object, or a frame."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.orients import framed
from omoto_kit.response import ORDER

__all__ = ["as_table"]

#: So many of the first objects tell whether they are rows of a table.
LOOKED_AT = 50
#: Names that only a jsonbody has.
OWN = frozenset({"campaignid", "catnpsmap", "customerinfo", "namevaluemap", "npsrating"})

#: Names of the lines that `omoto check --bodies` writes.
WRAPPED = frozenset({"row", "jsonbody"})

Records = tuple[list[dict[str, Any]], list[int]]


def as_table(data: bytes, kind: str, where: Place) -> Records | None:
    """Give the objects of a JSON text as flat records with their numbers; None where they are jsonbodies.

    A record is numbered by its line in JSON Lines, and by its place in a list. An object inside of a record gives a
    column for each of its names: "values.Q1". Raises IntakeError for a line that is no object between others that are.
    """
    found = _lines(data, where) if kind == "JSON Lines" else _listed(data, where)
    if found is None:
        return None
    records, numbers = found
    return [_flat(record) for record in records], numbers


def _is_body(record: Mapping[str, Any]) -> bool:
    """Tell a jsonbody, also one with a slip in it, from the row of a table."""
    return bool(record.keys() & OWN) or record.keys() <= {*ORDER, *WRAPPED}


def _lines(data: bytes, where: Place) -> Records | None:
    """Read one object a line; what the first lines are, all are."""
    filled = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    first = [record for _, line in filled[:LOOKED_AT] if isinstance(record := _parsed(line), dict)]
    if not first or any(_is_body(record) for record in first):
        return None
    records = [_parsed(line) for _, line in filled]
    for record, (number, _) in zip(records, filled, strict=True):
        if not isinstance(record, dict):
            place = Place(where.path, sheet=where.sheet, row=number)
            raise IntakeError("The line is no JSON object.", where=place, advice="Write one object a line.")
    return records, [number for number, _ in filled]


def _listed(data: bytes, where: Place) -> Records | None:
    """Take a list of objects, or the only list of objects that an object holds, or a frame."""
    document = _parsed(data)
    is_foreign = not isinstance(document, dict) or not _is_body(document)
    if is_foreign and (rows := framed(document, where)) and not any(map(_is_body, rows[:LOOKED_AT])):
        return rows, list(range(1, len(rows) + 1))
    if isinstance(document, dict) and not _is_body(document):
        lists = [value for value in document.values() if _is_table(value)]
        document = lists[0] if len(lists) == 1 else None
    if not _is_table(document) or any(_is_body(record) for record in document[:LOOKED_AT]):
        return None
    return document, list(range(1, len(document) + 1))


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(record, dict) for record in value)


def _parsed(text: bytes) -> Any:
    """Parse JSON; None for what is none, or nested too deeply."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _flat(record: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Give each value its whole name; a list of objects stays JSON.

    >>> _flat({"id": 1, "values": {"Q1": 9}, "tags": ["a", "b"]})
    {'id': 1, 'values.Q1': 9, 'tags': ['a', 'b']}
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{above}{name}.")
        elif isinstance(value, Sequence) and any(isinstance(part, Mapping | list) for part in value):
            flat[above + name] = json.dumps(value, ensure_ascii=False)
        else:
            flat[above + name] = None if value == {} else value
    return flat

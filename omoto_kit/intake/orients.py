"""Frames as pandas and others write them to JSON: cells beside their headers, or by header and by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.guesses import is_usual

__all__ = ["framed"]

#: Names of a frame whose headers, rows' labels and cells stand in lists.
SPLIT = frozenset({"columns", "index", "data", "index_names", "column_names"})
AS_RECORDS = 'Write it as a list of records: frame.to_json(path, orient="records").'

Row = dict[str, Any]


def framed(document: Any, where: Place) -> list[Row]:
    """Give the rows of a frame; none where a document is no frame.

    Labels of rows that are more than numbers are a column of their own, "index". Raises IntakeError where nothing
    shows which names are the headers, or a row has more cells than there are headers.

    >>> framed({"Store": {"0": "Pune", "1": "Goa"}, "Rating": {"0": 9, "1": 8}}, Place("kiosk.json"))
    [{'Store': 'Pune', 'Rating': 9}, {'Store': 'Goa', 'Rating': 8}]
    """
    if isinstance(document, list):
        return _of_lists(document, where)
    if not isinstance(document, dict) or not document:
        return []
    if document.keys() <= SPLIT and {"columns", "data"} <= document.keys():
        return _split(document, where)
    return _named(document, where)


def _named(document: Mapping[str, Any], where: Place) -> list[Row]:
    """Take a frame whose cells stand below their headers' names, or below those of their rows."""
    inner = list(document.values())
    if all(isinstance(cells, list) and len(cells) == len(inner[0]) and _are_cells(cells) for cells in inner):
        return [dict(zip(document, row, strict=True)) for row in zip(*inner, strict=True)] if len(inner) > 1 else []
    if not all(isinstance(cells, dict) and cells for cells in inner):
        return []
    if any(cells.keys() != inner[0].keys() for cells in inner):
        headers = {name for cells in inner for name in cells}
        are_rows = any(map(is_usual, headers)) and not any(map(is_usual, document))
        return _labelled(list(document), inner) if are_rows else []
    if _is_by_column(list(document), list(inner[0]), where):
        rows = {label: {header: cells[label] for header, cells in document.items()} for label in inner[0]}
        return _labelled(list(rows), list(rows.values()))
    return _labelled(list(document), inner)


def _are_cells(values: Sequence[Any]) -> bool:
    return not any(isinstance(value, dict) for value in values)


def _split(document: Mapping[str, Any], where: Place) -> list[Row]:
    """Join the headers of a frame to its rows."""
    names, rows, labels = document["columns"], document["data"], document.get("index")
    if not isinstance(names, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return []
    headers = [" - ".join(map(str, name)) if isinstance(name, list) else str(name) for name in names]
    known = labels if isinstance(labels, list) and len(labels) == len(rows) else []
    return _labelled(list(map(str, known)), _under(headers, rows, where))


def _of_lists(document: Sequence[Any], where: Place) -> list[Row]:
    """Take lists of cells, the first of which holds the headers."""
    if not document or not all(isinstance(row, list) for row in document):
        return []
    first = document[0]
    if not all(isinstance(name, str) for name in first) or not any(map(is_usual, first)):
        what = "These are lists of cells without their headers."
        raise IntakeError(what, where=where, advice=AS_RECORDS)
    return _under(first, document[1:], where)


def _under(headers: Sequence[str], rows: Sequence[Sequence[Any]], where: Place) -> list[Row]:
    """Give each cell its header."""
    for number, row in enumerate(rows, 1):
        if len(row) > len(headers):
            what = f"The row has {len(row)} cells, but there are {len(headers)} headers."
            place = Place(where.path, sheet=where.sheet, row=number)
            raise IntakeError(what, where=place, advice="Give the extra cell a header.")
    return [dict(zip(headers, row, strict=False)) for row in rows]


def _labelled(labels: Sequence[str], rows: list[Row]) -> list[Row]:
    """Put the labels of rows into a column, unless they only count the rows."""
    if all(map(str.isdecimal, labels)):
        return rows
    return [{"index": label, **row} for label, row in zip(labels, rows, strict=True)]


def _is_by_column(outer: Sequence[str], inner: Sequence[str], where: Place) -> bool:
    """Tell whether the outer names of a frame are its headers, by which of them count, or are usual headers."""
    counts = [all(map(str.isdecimal, names)) for names in (outer, inner)]
    unusual = [not any(map(is_usual, names)) for names in (outer, inner)]
    for is_outer_label, is_inner_label in (counts, unusual):
        if is_outer_label != is_inner_label:
            return is_inner_label
    what = "This looks like a frame, and nothing shows whether its columns or its rows are named outside."
    raise IntakeError(what, where=where, advice=AS_RECORDS)

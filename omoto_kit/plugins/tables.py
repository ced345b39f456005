"""Small tables beside a plugin: a CSV or Excel file as texts, with the stamp and the hash of what was read."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

from omoto_kit.errors import PluginError, did_you_mean

__all__ = ["Row", "Stamp", "Table", "find_table", "need_column", "open_table", "stamp_of"]

Row = dict[str, str]
Stamp = tuple[int, int]
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Table:
    """What one file holds: headers, and rows of texts without surrounding white space.

    `digest` is the first 12 hex digits of the SHA-256 of its bytes; `stamp` tells whether it was written since.
    """

    path: Path
    stamp: Stamp
    digest: str
    header: tuple[str, ...]
    rows: Sequence[Row] = attribute(repr=False)

    def by(self, key: str) -> dict[str, Row]:
        """Give the rows by their text of one column; rows without it are left out, and the first of equals stands."""
        found: dict[str, Row] = {}
        for row in self.rows:
            if row[key]:
                found.setdefault(row[key], row)
        return found

    def __str__(self) -> str:
        """Name the file and what it held, as changes do."""
        return f"{self.path.name} ({self.digest})"


def stamp_of(path: Path) -> Stamp | None:
    """Give time and size of a file, which change when it is written; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def find_table(path: Path, folders: Sequence[Path], plugin: str) -> Path:
    """Find a file by its path, or below the first of the folders that has it. Raises PluginError."""
    places = [path] if path.is_absolute() else [folder / path for folder in folders] or [path]
    for place in places:
        if place.is_file():
            return place
    beside = [file.name for place in places if place.parent.is_dir() for file in place.parent.iterdir()]
    near = did_you_mean(path.name, beside)
    looked = f"Looked in {' and '.join(str(place.parent) for place in places)}."
    raise PluginError(f"There is no table {path.name}.", plugin=plugin, advice=f"{near} {looked}".strip())


def open_table(path: Path, plugin: str) -> Table:
    """Read a CSV or Excel file. Raises PluginError where it cannot be read."""
    try:
        contents = path.read_bytes()
        stamp = stamp_of(path) or (0, 0)
        header, rows = _sheet(contents) if path.suffix.lower() in SHEETS else _text(contents)
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        advice = "Save it as a UTF-8 CSV or as XLSX."
        raise PluginError(f"{path.name} cannot be read: {error}.", plugin=plugin, advice=advice) from None
    texts = [{name: (row.get(name) or "").strip() for name in header} for row in rows]
    return Table(path, stamp, hashlib.sha256(contents).hexdigest()[:12], tuple(header), texts)


def need_column(table: Table, column: str, plugin: str, where: str = "") -> None:
    """Raise PluginError, with the nearest one that there is, where a table lacks a column."""
    if column not in table.header:
        near = did_you_mean(column, table.header) or f"Its columns are {', '.join(map(repr, table.header))}."
        what = f"{table.path.name} has no column {column!r}."
        raise PluginError(what, plugin=plugin, where=where, advice=near)


def _text(contents: bytes) -> tuple[list[str], list[Mapping[str, Any]]]:
    text = contents.decode("utf-8-sig")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=first.count), restval="")
    return list(reader.fieldnames or []), list(reader)


def _sheet(contents: bytes) -> tuple[list[str], list[Mapping[str, Any]]]:
    import fastexcel  # needed only where a plugin's table lies in a workbook

    try:
        frame = fastexcel.read_excel(contents).load_sheet(0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from None
    return frame.columns, list(frame.iter_rows(named=True))

"""Exporting receipts: a line for every row, for spreadsheets (.csv, .xlsx) and programs (.json).

Columns: file, sheet, row, key, state, time, http_status, reply, reason, next_step, endpoint, id, row_key; with the
originals, the source's own columns after them, so that failed rows can be mended where they came from.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omoto_kit.errors import OutboxError, SettingsError
from omoto_kit.receipt import Receipt

if TYPE_CHECKING:
    from omoto_kit.delivery.ledger import Ledger

__all__ = ["export"]

COLUMNS = ("file", "sheet", "row", "key", "state", "time", "http_status", "reply", "reason", "next_step",
           "endpoint", "id", "row_key")  # fmt: skip
SHEET_ROWS = 1_048_575  #: rows that an Excel sheet holds below its header
CELL = 32_767  #: characters that an Excel cell holds

Line = dict[str, Any]
Lines = Callable[[], Iterator[Line]]


def export(outbox: Ledger, path: Path, kind: str | None = None, *, originals: bool) -> int:
    """Write every row's receipt to a file, of a kind or as its name says, and tell how many lines.

    Raises SettingsError for another kind of file, OutboxError where it cannot be written.
    """
    write = _writer_of(path, path.suffix if kind is None else f".{kind}")

    def lines() -> Iterator[Line]:
        return _lines(outbox, originals=originals)

    extra: dict[str, None] = {}
    if originals:
        for line in lines():
            extra |= dict.fromkeys(line)
    columns = list(COLUMNS) + [name for name in extra if name not in COLUMNS]
    try:
        return write(path, columns, lines)
    except OSError as error:
        advice = "Close the file where it is open, or choose another place."
        raise OutboxError(f"It cannot be written: {error.strerror}.", where=path, advice=advice) from None


def _lines(outbox: Ledger, *, originals: bool) -> Iterator[Line]:
    """Give a line for every row, those that repeat another one last."""
    for receipt in outbox.receipts():
        line = _line(receipt)
        if originals:
            line |= _original(outbox.original(receipt.id))
        yield line
    names = {source["id"]: source for source in outbox.sources()}
    for source, row, receipt in outbox.doubles():
        reason = f"the same answer as row {receipt.row} of {receipt.source}, which is {receipt.state.value}"
        place = {"file": names[source]["name"], "sheet": names[source]["sheet"], "row": row}
        yield _line(receipt) | place | {"state": "duplicate", "reason": reason, "next_step": ""}


def _line(receipt: Receipt) -> Line:
    values = (
        receipt.source,
        receipt.sheet,
        receipt.row,
        receipt.key,
        receipt.state.value,
        receipt.at.isoformat(timespec="seconds") if receipt.at else "",
        receipt.status,
        receipt.reply,
        receipt.reason,
        receipt.next_step,
        receipt.endpoint,
        receipt.id,
        receipt.identity,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _original(text: str | None) -> Mapping[str, Any]:
    """Give the source's own columns; a name that the receipt uses, too, is told apart."""
    found = json.loads(text) if text else {}
    return {f"{name} (source)" if name in COLUMNS else name: value for name, value in found.items()}


def harmless(value: Any) -> Any:
    """Keep a spreadsheet from reading a text as a formula, and leave phone numbers and negative numbers alone.

    >>> harmless("=1+1"), harmless("+91 98450 12345"), harmless("-3")
    ("'=1+1", '+91 98450 12345', '-3')
    """
    if not isinstance(value, str) or not re.match(r"[=+\-@\t\r\n]", value):
        return value
    return value if re.fullmatch(r"[+-][\d\s().-]*", value) else f"'{value}"


def _clean(value: Any) -> Any:
    """Take out what an Excel cell cannot hold, and keep formulas harmless."""
    if not isinstance(value, str):
        return value
    return harmless(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", value))[:CELL]


def _write_csv(path: Path, columns: Sequence[str], lines: Lines) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells Excel that it is UTF-8
        writer = csv.writer(file)
        writer.writerow([harmless(name) for name in columns])
        for count, line in enumerate(lines(), 1):  # noqa: B007  the last count is what is wanted
            writer.writerow([harmless(line.get(name)) for name in columns])
    return count


def _write_json(path: Path, columns: Sequence[str], lines: Lines) -> int:
    del columns
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, line in enumerate(lines(), 1):
            file.write(("[\n" if count == 1 else ",\n") + json.dumps(line, ensure_ascii=False))
        file.write("\n]\n" if count else "[]\n")
    return count


def _write_cell(sheet: Any, row: int, column: int, value: object) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write(row, column, value)


def _write_xlsx(path: Path, columns: Sequence[str], lines: Lines) -> int:
    """Write all cells as what they are: texts stay texts, and nothing is turned into a formula or a link."""
    import xlsxwriter

    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with path.open("wb") as file, xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("receipts")
        for column, name in enumerate(columns):
            sheet.write_string(0, column, _clean(name))
        for count, line in enumerate(lines(), 1):
            if count > SHEET_ROWS:
                what = f"An Excel sheet holds {SHEET_ROWS} rows, and there are more."
                raise SettingsError(what, where=path, advice="Export to .csv.")
            for column, name in enumerate(columns):
                _write_cell(sheet, count, column, _clean(line.get(name)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


#: How each kind of file is written, by its suffix.
WRITERS: Mapping[str, Callable[[Path, Sequence[str], Lines], int]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".json": _write_json,
}


def _writer_of(path: Path, suffix: str) -> Callable[[Path, Sequence[str], Lines], int]:
    """Choose how a file is written. Raises SettingsError for another kind."""
    if suffix.lower() not in WRITERS:
        what = f"An export cannot be a {suffix or 'file without a suffix'}."
        raise SettingsError(what, where=path, advice="Name it .csv, .xlsx or .json.")
    return WRITERS[suffix.lower()]

"""Looking into a file before it is read: which sheets, or which files of an archive, it has to choose from."""

from __future__ import annotations

from pathlib import Path

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.kinds import find_kind
from omoto_kit.intake.opening import load
from omoto_kit.intake.packed import entries_of
from omoto_kit.intake.sheets import names_of

__all__ = ["sheets_of"]

#: How workbooks and archives begin: no other file has anything to choose from.
CONTAINERS = (b"PK", bytes.fromhex("d0cf11e0"))
WORKBOOKS = ("XLSX", "XLSB", "XLS", "ODS")


def sheets_of(path: str | Path) -> tuple[str, ...]:
    """Name what `sheet` may say of a file: the sheets of a workbook, or the files of a zip archive.

    Empty where there is nothing to choose, and where the file cannot be opened: reading it says why.
    """
    path = Path(path)
    try:
        data = load(path)
        if not data.startswith(CONTAINERS):
            return ()
        entries = entries_of(data)
        if entries:
            return tuple(entries)
        kind = find_kind(data, path.suffix.lower(), Place(path))
        return tuple(names_of(data, kind, Place(path))) if kind in WORKBOOKS else ()
    except IntakeError:
        return ()

"""Packed files: the table inside a gzip or zip file."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from omoto_kit.errors import IntakeError, Place, did_you_mean
from omoto_kit.intake.guard import ARCHIVE_FAULTS, damaged

__all__ = ["GZIP", "LARGEST", "ZIP", "Unpacked", "bare_name", "entries_of", "unpack"]

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
#: What unpacks to more than this is refused: a few bytes can be made to unpack to anything.
LARGEST = 4 << 30
#: A gzip file inside of a zip file is still unpacked, and what is deeper is not.
DEEPEST = 2
#: Entries that computers add by themselves.
CHAFF = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
#: Entries by which an archive is an Office or OpenDocument file.
OFFICE = ("[Content_Types].xml", "mimetype", "xl/workbook.xml", "xl/workbook.bin")
LISTED = 10


@dataclass(frozen=True)
class Unpacked:
    """A file's bytes out of its packing: its name inside, the words for the way, and the entry that was said."""

    data: bytes
    name: str
    words: str = ""
    entry: str = ""


def unpack(data: bytes, path: Path, sheet: str | int | None) -> Unpacked:
    """Take a table out of its packing; what is not packed is given back as it is.

    Of a zip file with several tables, `sheet` says which: its name or number. Raises IntakeError where the packing is
    damaged, where it unpacks to too much, or where nobody has said which table is meant.
    """
    found = Unpacked(data, path.name)
    for _ in range(DEEPEST):
        if found.data.startswith(GZIP):
            found = Unpacked(_gunzip(found.data, path), bare_name(found.name), f"{found.words}gzip, ", found.entry)
        elif found.data.startswith(ZIP) and (names := entries_of(found.data)):
            entry = _choose(names, sheet, path)
            words = f"{found.words}zip, file {entry!r}{f' of {len(names)}' if len(names) > 1 else ''}, "
            name = PurePosixPath(entry).name
            found = Unpacked(_unzip(found.data, entry, path), name, words, entry if len(names) > 1 else "")
        else:
            break
    return found


def bare_name(name: str) -> str:
    """Take the packing's ending off a name.

    >>> bare_name("kiosk.csv.gz"), bare_name("kiosk.tgz")
    ('kiosk.csv', 'kiosk.tgz')
    """
    return name[:-3] if name.lower().endswith(".gz") else name


def _gunzip(data: bytes, path: Path) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            plain = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        raise damaged(Place(path), "a gzip file") from None
    return _of_size(plain, path)


def entries_of(archived: bytes | Path) -> list[str]:
    """List the files in a zip file, given as its bytes or its path.

    None are listed where it is a workbook or another document, encrypted, or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archived) if isinstance(archived, bytes) else archived) as archive:
            entries = archive.infolist()
    except ARCHIVE_FAULTS:
        return []
    names = [entry.filename for entry in entries]
    plain = {name.replace("\\", "/") for name in names}
    if plain & set(OFFICE) or any(entry.flag_bits & 1 for entry in entries):
        return []
    if any(
        name.lower().endswith(("workbook.xml", "workbook.bin", ".iwa")) or name.startswith("word/") for name in plain
    ):
        return []
    return [name for name in names if not name.endswith("/") and not name.startswith(CHAFF) and _is_own(name)]


def _is_own(name: str) -> bool:
    return not PurePosixPath(name).name.startswith((".", "~$")) and PurePosixPath(name).name not in CHAFF


def _choose(names: Sequence[str], sheet: str | int | None, path: Path) -> str:
    """Choose the one file, or the one that was said."""
    if len(names) == 1:
        return names[0]
    if str(sheet).isdecimal() and 1 <= int(str(sheet)) <= len(names):
        return names[int(str(sheet)) - 1]
    wanted = "" if sheet is None else str(sheet).strip().casefold()
    alike = [name for name in names if wanted in (name.casefold(), PurePosixPath(name).name.casefold())]
    if len(alike) == 1:
        return alike[0]
    shown = ", ".join(map(repr, names[:LISTED])) + (", ..." if len(names) > LISTED else "")
    near = did_you_mean(str(sheet), names) if sheet is not None else ""
    advice = f"{near} Say which one as the sheet (sheet={names[0]!r}), or unpack it and give them all.".strip()
    raise IntakeError(f"The zip archive holds {len(names)} files: {shown}.", where=path, advice=advice)


def _unzip(data: bytes, entry: str, path: Path) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(entry) as packed:
            plain = packed.read(LARGEST + 1)
    except ARCHIVE_FAULTS:
        raise damaged(Place(path, sheet=entry), "a zip archive") from None
    return _of_size(plain, path)


def _of_size(plain: bytes, path: Path) -> bytes:
    """Refuse what is too much, and what is nothing."""
    if len(plain) > LARGEST:
        advice = "Unpack it, and give it in several parts."
        raise IntakeError(f"It unpacks to more than {LARGEST >> 30} GB.", where=path, advice=advice)
    if not plain or plain.isspace():
        raise IntakeError("The file inside is empty.", where=path, advice="Export or download it again.")
    return plain

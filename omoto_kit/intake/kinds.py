"""What a file is, by its content and not by its name."""

from __future__ import annotations

import io
import json
import zipfile

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.guard import ARCHIVE_FAULTS, damaged
from omoto_kit.intake.text import wide_order

__all__ = ["KINDS", "find_kind"]

#: Kinds that can be read, each with the endings that its files have.
KINDS = {
    "XLSX": (".xlsx", ".xlsm"),
    "XLSB": (".xlsb",),
    "XLS": (".xls",),
    "ODS": (".ods",),
    "HTML": (".html", ".htm"),
    "XML 2003": (".xml",),
    "Parquet": (".parquet", ".pq"),
    "JSON": (".json",),
    "JSON Lines": (".jsonl", ".ndjson", ".jsonlines"),
    "CSV": (".csv", ".tsv", ".txt", ".tab", ".psv"),
}
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
#: Beginnings of files that people give by mistake, with what to do instead.
STRANGERS = (
    (b"%PDF-", "a PDF", "Export the answers as CSV or XLSX."),
    (b"{\\rtf", "a rich text document", "Save the table as CSV or XLSX."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and give the file inside."),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and give the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and give the file inside."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it and give the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and give the file inside."),
    (b"\xfd7zXZ\0", "an XZ archive", "Unpack it and give the file inside."),
    (b"ORC", "an ORC file", "Write the frame as Parquet, or pass the frame itself."),
    (b"Obj\x01", "an Avro file", "Write the frame as Parquet, or pass the frame itself."),
    (b"$FL2", "a data file of SPSS", "Save it in SPSS as Excel or CSV."),
    (b"<stata_dta>", "a data file of Stata", "Export it from Stata as Excel or CSV."),
    (b"\0\1\0\0Standard", "a database of Access", "Export the table as XLSX or CSV."),
    (b"bplist", "a property list of Apple", "Export the answers as CSV or XLSX."),
    (b"version https://git-lfs", "a pointer of Git LFS", "Fetch the file itself (git lfs pull), and give that."),
    (b"[InternetShortcut]", "a link to a web page", "Open it, download the answers, and give that file."),
    (b"\x89PNG", "a picture (PNG)", "Export the answers as CSV or XLSX."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Export the answers as CSV or XLSX."),
    (b"GIF8", "a picture (GIF)", "Export the answers as CSV or XLSX."),
    (b"RIFF", "a picture or a sound (RIFF)", "Export the answers as CSV or XLSX."),
    (b"ID;P", "a workbook in the form SYLK", "Open it in Excel and save it as XLSX."),
    (b"INSERT INTO", "a script for a database (SQL)", "Export the table itself as CSV."),
    (b"CREATE TABLE", "a script for a database (SQL)", "Export the table itself as CSV."),
    (b"SQLite format 3\0", "a SQLite database", "Export the table as CSV."),
    (b"ARROW1", "an Arrow file", "Write the frame as Parquet, or pass the frame itself."),
    (b"MIME-Version:", "a web archive", "Open it in Excel and save it as XLSX."),
    (b"\x09\x02\x06\x00", "a workbook of Excel 2", "Open it in Excel and save it as XLSX."),
    (b"\x09\x04\x06\x00", "a workbook of Excel 4", "Open it in Excel and save it as XLSX."),
    (b"\x09\x08\x08\x00", "a workbook of Excel 5 without its container", "Open it in Excel and save it as XLSX."),
)
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
MARKUP = ("<!doctype html", "<html", "<table", "<head", "<meta", "<body", "<div", "<style", "<script")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
CONTROL = frozenset(range(32)) - {9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31, 0}


def find_kind(data: bytes, suffix: str, where: Place) -> str:
    """Name the kind of a file, one of KINDS. Raises IntakeError for what holds no survey answers."""
    if data.startswith(b"PK"):
        return _find_zip_kind(data, where)
    if data.startswith(OLE):
        return _find_ole_kind(data, where)
    if data.startswith(b"PAR1"):
        return "Parquet"
    for beginning, name, advice in STRANGERS:
        if data.startswith(beginning):
            raise IntakeError(f"This is {name}, no table of answers.", where=where, advice=advice)
    if data[257:262] == b"ustar":
        raise IntakeError("This is a tar archive.", where=where, advice="Unpack it and give the file inside.")
    if markup := _find_markup(data, where):
        return markup
    if _is_dbase(data):
        advice = "Open it in Excel or LibreOffice and save it as XLSX, or export the answers as CSV."
        raise IntakeError("This is a table of dBASE (DBF).", where=where, advice=advice)
    _refuse_binary(data, where)
    return _find_text_kind(data, suffix)


def _find_zip_kind(data: bytes, where: Place) -> str:
    """Tell workbooks from other things that are zip archives inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename.replace("\\", "/").lower() for entry in entries}
            mimetype = archive.read("mimetype") if "mimetype" in archive.namelist() else b""
    except ARCHIVE_FAULTS:
        raise damaged(where, "a workbook or a zip archive") from None
    if any(name.endswith("workbook.xml") for name in names):
        return "XLSX"
    if any(name.endswith("workbook.bin") for name in names):
        return "XLSB"
    if b"opendocument.spreadsheet" in mimetype:
        return "ODS"
    raise _foreign_zip(names, encrypted=any(entry.flag_bits & 1 for entry in entries), where=where)


def _foreign_zip(names: set[str], *, encrypted: bool, where: Place) -> IntakeError:
    """Say what the archive is instead of a workbook."""
    if encrypted:
        what, advice = "This is an encrypted zip archive.", "Unpack it with its password and give the file inside."
    elif any(name.endswith(".iwa") for name in names):
        what, advice = "This is a Numbers document of Apple.", "Open it in Numbers and export it as Excel or CSV."
    elif "word/document.xml" in names:
        what, advice = "This is a Word document.", "Export the answers as CSV or XLSX."
    elif any(name.startswith("ppt/") for name in names):
        what, advice = "This is a PowerPoint presentation.", "Export the answers as CSV or XLSX."
    else:
        inside = ", ".join(sorted(name for name in names if not name.endswith("/"))[:3]) or "nothing"
        what, advice = f"This is a zip archive that holds {inside}.", "Unpack it and give the file inside."
    return IntakeError(what, where=where, advice=advice)


def _find_ole_kind(data: bytes, where: Place) -> str:
    """Tell old workbooks from other things in the same container; a new workbook with a password is one, too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise locked(where)
    is_word = "WordDocument".encode("utf-16-le") in data
    names = ("Workbook", "WORKBOOK") if is_word else ("Workbook", "WORKBOOK", "Book", "BOOK")
    if any(name.encode("utf-16-le") in data for name in names):
        return "XLS"
    if is_word:
        raise IntakeError("This is a Word document.", where=where, advice="Export the answers as CSV or XLSX.")
    advice = "Export it again; if it is a workbook, open it in Excel and save it as XLSX."
    raise IntakeError("This is an Office file without a workbook in it, or cut off.", where=where, advice=advice)


def locked(where: Place) -> IntakeError:
    """Say that a workbook needs a password."""
    advice = "Open it in Excel, take the password off (File, Info, Protect Workbook), and save it."
    return IntakeError("The workbook is protected by a password.", where=where, advice=advice)


def _is_dbase(data: bytes) -> bool:
    """Tell dBASE by its sign, its date of change, and the end of its header at the place that the header names."""
    signs = (0x03, 0x30, 0x31, 0x83, 0x8B, 0xF5)
    if len(data) < 33 or data[0] not in signs or not (1 <= data[2] <= 12 and 1 <= data[3] <= 31):  # noqa: PLR2004
        return False
    end = int.from_bytes(data[8:10], "little")
    return b"\r" in data[max(end - 265, 0) : end + 1]


def _find_markup(data: bytes, where: Place) -> str:
    """Tell web pages, which many tools name .xls, and Excel's XML of 2003; empty for other texts."""
    head = _text_of(data[:2048]).lstrip("\ufeff \t\r\n").lower()
    if head.startswith("<?xml") and SPREADSHEET in head:
        return "XML 2003"
    if head.startswith(MARKUP) or (head.startswith("<?xml") and "<html" in head):
        return "HTML"
    if head.startswith("<?xml"):
        advice = "Export the answers as CSV or XLSX."
        raise IntakeError("This is an XML document, no table of answers.", where=where, advice=advice)
    return ""


def _text_of(head: bytes) -> str:
    """Decode the beginning of a text, as well as it can be."""
    order = "" if head[:2] in WIDE_MARKS else wide_order(head)
    codec = "utf-16" if head[:2] in WIDE_MARKS else f"utf-16-{order}" if order else "utf-8-sig"
    return head.decode(codec, "ignore")


def _refuse_binary(data: bytes, where: Place) -> None:
    """Refuse rubbish: text has next to no control characters."""
    head = data[:4096]
    if head.startswith(WIDE_MARKS) or wide_order(head):
        return
    found = sum(byte in CONTROL for byte in head)
    if found * 50 > len(head):
        at = next(index for index, byte in enumerate(head) if byte in CONTROL)
        raise IntakeError(
            f"This is binary data, no text and no workbook; the first control character is at byte {at}.",
            where=where,
            advice="Give a CSV, an Excel or a Parquet file, or JSON Lines.",
        )


def _find_text_kind(data: bytes, suffix: str) -> str:
    """Tell JSON from delimited text: by its name where it begins like JSON, else by whether it is JSON."""
    is_wide = data[:2] in WIDE_MARKS or bool(wide_order(data[:4096]))
    head = (_text_of(data).encode() if is_wide else data.removeprefix(b"\xef\xbb\xbf")).lstrip()
    named = next((kind for kind in ("JSON", "JSON Lines") if suffix in KINDS[kind]), "")
    if not head.startswith((b"{", b"[")):
        return named if named and b"\n{" in head else "CSV"
    if named == "JSON Lines" or (_is_json(head.partition(b"\n")[0], dict) and b"\n{" in head):
        return "JSON Lines"
    if named:
        return named
    return "JSON" if _is_json(head, dict, list) else "CSV"


def _is_json(text: bytes, *kinds: type) -> bool:
    """Check whether a whole text is one JSON object or list."""
    try:
        return isinstance(json.loads(text), kinds)
    except (ValueError, RecursionError):
        return False

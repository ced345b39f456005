"""read: from a file, a frame or a list to rows of text. What a file is, its content decides, not its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows, Source
from omoto_kit.errors import IntakeError, Place, did_you_mean
from omoto_kit.intake import bodies, delimited, frames, sheets
from omoto_kit.intake.headers import Settled, find_header, settle
from omoto_kit.intake.kinds import KINDS, find_kind
from omoto_kit.intake.labels import find_labels
from omoto_kit.intake.text import decode

__all__ = ["read"]

WORKBOOKS = ("XLSX", "XLSB", "XLS", "ODS")


@dataclass(frozen=True)
class Options:
    """What the user said about a file; None where it is to be found."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None


def read(
    source: Any,
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
    plugins: Any = None,
) -> Rows:
    r"""Read survey answers as text, each cell as a person saw it, each row with its number.

    `source` is the path of a file (CSV and its kin, XLSX, XLSB, XLS, ODS, Parquet, JSON or JSON Lines of jsonbody
    objects), a polars or pandas frame, or a list of dicts. `sheet` is a name or a number (1 is the first);
    `header_row` is the header's row number, 0 for none. What is not said is found, and told in
    `rows.source.understood`.

    Raises IntakeError, which names the place and the next step.

    >>> rows = read([{"Store": "Pune", "Rating": 9.0}])
    >>> rows.frame.row(0), rows.numbers.to_list()
    (('Pune', '9'), [1])
    """
    options = Options(sheet, encoding, delimiter, header_row)
    if isinstance(source, str | Path):
        return _read_file(Path(source), options)
    if isinstance(source, Rows):
        return source
    where = Place("the given frame")
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if isinstance(source, pl.DataFrame):
        return _frame_rows(frames.texts(source, where), "polars frame", where)
    if frames.is_pandas(source):
        return _frame_rows(frames.from_pandas(source, where), "pandas frame", where)
    if isinstance(source, list | tuple):
        where = Place("the given list")
        return _frame_rows(frames.from_dicts(source, where), "list of dicts", where)
    advice = "Give the path of a file, a polars or pandas frame, or a list of dicts."
    raise IntakeError(f"Answers cannot be read from {type(source).__name__}.", advice=advice)


def _read_file(path: Path, options: Options) -> Rows:
    """Read one file by what its content is."""
    data = _load(path)
    where = Place(path)
    suffix = path.suffix.lower()
    kind = find_kind(data, suffix, where)
    if kind in WORKBOOKS:
        rows = _read_workbook(data, kind, options, where)
    elif kind == "Parquet":
        rows = _frame_rows(frames.read_parquet(data, where), kind, where)
    elif kind == "CSV":
        rows = _read_text(data, options, where)
    else:
        rows = _read_bodies(data, kind, options, where)
    named = suffix in KINDS[kind] or suffix not in {ending for endings in KINDS.values() for ending in endings}
    words = rows.source.understood + ("" if named else f" (although its name ends in {suffix})")
    source = Source(path.name, str(path), rows.source.sheet, hashlib.sha256(data).hexdigest(), words)
    return Rows(source, rows.frame, rows.numbers, rows.bodies)


def _load(path: Path) -> bytes:
    """Read a file's bytes, whatever can be wrong with the file itself."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise _folder(path) from None
    except PermissionError:
        if path.is_dir():
            raise _folder(path) from None
        advice = "Close it in other programs, or ask for the right to read it."
        raise IntakeError("The file may not be read: it is locked or not yours.", where=path, advice=advice) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise IntakeError(f"The file cannot be read: {reason}.", where=path, advice="Check the path.") from None
    if not data.strip():
        raise IntakeError("The file is empty.", where=path, advice="Export or download it again.")
    if path.name.startswith("~$"):
        advice = f"Give the workbook itself, {path.name[2:]!r}."
        raise IntakeError("This is the mark that Excel leaves while a workbook is open.", where=path, advice=advice)
    return data


def _missing(path: Path) -> IntakeError:
    if not path.parent.is_dir():
        what = f"There is no such file, and no folder {str(path.parent)!r}."
        return IntakeError(what, where=path, advice="Check the path.")
    near = did_you_mean(path.name, [found.name for found in path.parent.iterdir() if found.is_file()])
    return IntakeError("There is no such file.", where=path, advice=near or "Check the path.")


def _folder(path: Path) -> IntakeError:
    endings = {ending for kind in KINDS.values() for ending in kind if ending}
    inside = sorted(found.name for found in path.iterdir() if found.suffix.lower() in endings)
    advice = f"Give one of its files, such as {inside[0]!r}." if inside else "Give the path of a file."
    return IntakeError("This is a folder.", where=path, advice=advice)


def _read_workbook(data: bytes, kind: str, options: Options, where: Place) -> Rows:
    sheet = sheets.read_sheet(data, kind, options.sheet, where)
    settled = settle(sheet.cells, options.header_row, Place(where.path, sheet=sheet.name))
    return _rows(settled, f"{kind}, {sheet.words}", sheet.name)


def _read_text(data: bytes, options: Options, where: Place) -> Rows:
    """Read delimited text: encoding, delimiter, width, cells, headers, in that order."""
    text = decode(data, where, options.encoding)
    plain = delimited.tidy_lines(text.data)
    delimiter = options.delimiter or delimited.find_delimiter(plain)
    if len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        advice = "Give a comma, a semicolon, a tab, a pipe or another single character."
        raise IntakeError(f"{delimiter!r} cannot be a delimiter.", where=where, advice=advice)
    head = delimited.first_records(plain, delimiter)
    at = find_header(head) if options.header_row is None else max(options.header_row - 1, 0)
    width = _width(head, at or 0)
    cells = delimited.parse(plain, delimiter, width, where)
    settled = settle(cells, options.header_row, where)
    kind = "TSV" if delimiter == "\t" else "CSV"
    parted = "1 column" if width == 1 else delimited.DELIMITERS.get(delimiter, f"parted by {delimiter!r}")
    return _rows(settled, f"{kind}, {text.words}, {parted}")


def _width(head: delimited.Records, at: int) -> int:
    """Count the columns: as many as the header and its label rows have."""
    if at >= len(head):
        return max((len(record) for record in head), default=1)
    labels = find_labels([*head[at], ""], [[*record, *[""] * len(head[at])] for record in head[at + 1 :]])
    return max(delimited.width_of(head, at, at + labels.rows), 1)


def _read_bodies(data: bytes, kind: str, options: Options, where: Place) -> Rows:
    text = decode(data, where, options.encoding)
    frame, numbers = bodies.read_bodies(text.data, kind, where)
    if not len(numbers):
        raise IntakeError("There are no responses in it.", where=where, advice="Write one jsonbody a line.")
    words = f"{kind} of jsonbody objects, {text.words}, {_count(len(numbers), 'response')}"
    return Rows(Source("", understood=words), frame, numbers, bodies=True)


def _frame_rows(frame: pl.DataFrame, kind: str, where: Place) -> Rows:
    """Number the rows of a frame from 1, and leave out blank ones."""
    if not (frame.height and frame.width):
        raise IntakeError(f"The {kind} has no rows.", where=where, advice="Give one with headers and answers.")
    numbers = pl.Series("row", range(1, frame.height + 1), dtype=pl.Int64)
    shown = frame.select(pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(value=False)).to_series()
    source = Source("frame", fingerprint=frames.fingerprint(frame))
    rows = Rows(source, frame.filter(shown), numbers.filter(shown))
    if not len(rows):
        raise IntakeError(f"The {kind} has no filled cells.", where=where, advice="Give one with answers.")
    words = f"{kind}, {_count(len(rows), 'row')}"
    return Rows(Source("frame", fingerprint=source.fingerprint, understood=words), rows.frame, rows.numbers)


def _rows(settled: Settled, words: str, sheet: str = "") -> Rows:
    understood = f"{words}, {settled.words}, {_count(settled.frame.height, 'row')}"
    return Rows(Source("", sheet=sheet, understood=understood), settled.frame, settled.numbers)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")

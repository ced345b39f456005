"""Frames of polars and pandas, lists of dicts and Parquet: every cell as text, as a person would see it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import polars as pl

from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake.guard import damaged, guarded
from omoto_kit.intake.headers import clean_name, unique_names

__all__ = ["fingerprint", "from_dicts", "from_pandas", "is_pandas", "read_parquet", "texts"]

#: Whole floats up to here are exact, and are written without a point.
EXACT = 2**53


def read_parquet(data: bytes, where: Place) -> pl.DataFrame:
    """Read a Parquet file as text."""
    return texts(guarded(lambda: pl.read_parquet(io.BytesIO(data)), lambda _: damaged(where, "a Parquet file")), where)


def texts(frame: pl.DataFrame, where: Place) -> pl.DataFrame:
    """Turn every column of a polars frame into text; NaN and empty texts become null.

    Raises IntakeError for a column that has no text form, such as bytes.
    """
    columns = [_column(frame[name], where) for name in frame.columns]
    return _named(frame.columns, columns)


def is_pandas(source: object) -> bool:
    """Tell a pandas frame without importing pandas."""
    kind = type(source)
    return kind.__module__.partition(".")[0] == "pandas" and kind.__name__ == "DataFrame"


def from_pandas(frame: Any, where: Place) -> pl.DataFrame:
    """Turn a pandas frame into text; its index is ignored."""
    names = [" - ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    columns = [_pandas_column(frame.iloc[:, at], where, name) for at, name in enumerate(names)]
    return _named(names, columns)


def from_dicts(records: Sequence[object], where: Place) -> pl.DataFrame:
    """Turn a list of dicts into text; a name that some records lack is null there.

    Raises IntakeError where a record is no dict.
    """
    names: dict[str, None] = {}
    for number, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            what = f"Record {number} is no dict, but {type(record).__name__}."
            raise IntakeError(what, where=where, advice="Give a list of dicts, each from header to value.")
        names.update(dict.fromkeys(map(str, record)))
    plain = [{str(name): value for name, value in record.items()} for record in records if isinstance(record, Mapping)]
    columns = [_objects([record.get(name) for record in plain], where, name) for name in names]
    return _named(list(names), columns)


def fingerprint(frame: pl.DataFrame) -> str:
    """Hash a frame of text: the same cells under the same headers give the same SHA-256."""
    digest = hashlib.sha256(json.dumps(frame.columns).encode())
    for column in frame.iter_columns():
        lengths = column.str.len_bytes().fill_null(2**32 - 1)
        digest.update(lengths.to_frame().write_csv(include_header=False).encode())
        digest.update("".join(column.drop_nulls()).encode())
    return digest.hexdigest()


def text_of(value: object) -> str | None:
    """Write one Python value as a person would see it; None for what is missing.

    >>> [text_of(value) for value in (9663798289.0, 4.5, True, datetime(2026, 4, 1, 10, 30), "007", "", float("nan"))]
    ['9663798289', '4.5', 'TRUE', '2026-04-01T10:30:00', '007', None, None]
    """
    if hasattr(value, "item") and type(value).__module__ == "numpy":
        value = value.item()
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, bytes):
        raise TypeError
    writer = next((write for kinds, write in WRITERS if isinstance(value, kinds)), str)
    return writer(value) or None


def _float_text(value: float) -> str | None:
    if value != value:  # noqa: PLR0124  only NaN differs from itself
        return None
    return str(int(value)) if value.is_integer() and abs(value) <= EXACT else repr(value)


def _list_text(values: Sequence[object]) -> str:
    return "; ".join(text for value in values if (text := text_of(value)) is not None)


#: How values of some types are written, the first that fits; all others are written by `str`.
WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str | None]], ...] = (
    (bool, lambda truth: "TRUE" if truth else "FALSE"),
    (float, _float_text),
    (datetime, datetime.isoformat),
    ((list, tuple), _list_text),
)


def _named(names: Sequence[str], columns: Sequence[pl.Series]) -> pl.DataFrame:
    headers = unique_names([clean_name(name) for name in names], range(1, len(names) + 1))
    return pl.DataFrame([column.alias(header) for header, column in zip(headers, columns, strict=True)])


def _column(column: pl.Series, where: Place) -> pl.Series:
    """Turn one polars column into text by its type."""
    kind = column.dtype
    if kind.is_nested() or kind in (pl.Object, pl.Duration):
        return _objects(column.to_list(), where, column.name)
    if kind == pl.Binary:
        column = _decoded(column, where)
    written = next((write(column) for known, write in COLUMN_WRITERS if known(kind)), None)
    if written is not None:
        return written
    return column.cast(pl.String).to_frame().select(pl.when(pl.all() != "").then(pl.all())).to_series()


def _decoded(column: pl.Series, where: Place) -> pl.Series:
    """Read bytes as UTF-8: older writers of Parquet mark texts as nothing more."""
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError:
        raise _no_text(where, column.name) from None


def _float_column(column: pl.Series) -> pl.Series:
    """Write whole numbers without a point; NaN is missing."""
    number = pl.col(column.name)
    whole = (number == number.round()) & (number.abs() <= EXACT)
    written = (
        pl.when(whole)
        .then(pl.when(whole).then(number).cast(pl.Int64).cast(pl.String))
        .otherwise(number.cast(pl.String))
    )
    return column.to_frame().select(pl.when(number.is_not_nan()).then(written)).to_series()


def _stamps(column: pl.Series) -> pl.Series:
    """Write points in time in ISO form; only the day where the column holds nothing but days."""
    zone = "%:z" if getattr(column.dtype, "time_zone", None) else ""
    if not zone and (column.dt.time().drop_nulls() == time()).all():
        return column.dt.strftime("%Y-%m-%d")
    return column.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.f{zone}")


#: How polars columns of some types are written, the first that fits; all others by a cast.
COLUMN_WRITERS: tuple[tuple[Callable[[pl.DataType], bool], Callable[[pl.Series], pl.Series]], ...] = (
    (lambda kind: kind.is_float(), _float_column),
    (lambda kind: isinstance(kind, pl.Decimal), lambda column: column.cast(pl.String).str.replace(r"\.0+$", "")),
    (lambda kind: kind == pl.Boolean, lambda column: column.cast(pl.String).str.to_uppercase()),
    (lambda kind: isinstance(kind, pl.Datetime), _stamps),
    (lambda kind: kind == pl.Time, lambda column: column.dt.strftime("%H:%M:%S%.f")),
)


def _pandas_column(column: Any, where: Place, name: str) -> pl.Series:
    """Take numbers, truth values and plain stamps over at once, everything else value by value."""
    if getattr(column.dtype, "kind", "O") in "iufbM" and type(column.dtype).__module__.startswith("numpy"):
        return _column(pl.Series(name, column.to_numpy()), where)
    return _objects(list(column), where, name)


def _objects(values: list[Any], where: Place, name: str) -> pl.Series:
    """Write Python values of any types as text."""
    stamps = [value for value in values if isinstance(value, datetime) and type(value).__name__ != "NaTType"]
    if stamps and all(stamp.time() == time() and stamp.tzinfo is None for stamp in stamps):
        values = [value.date() if isinstance(value, datetime) else value for value in values]
    try:
        return pl.Series(name, [text_of(value) for value in values], dtype=pl.String)
    except TypeError:
        raise _no_text(where, name) from None


def _no_text(where: Place, name: str) -> IntakeError:
    advice = "Leave the column out, or decode it to text before handing the table over."
    return IntakeError("The column holds bytes that are no text.", where=Place(where.path, column=name), advice=advice)

"""read: from a file, a frame or a list to rows of text. What a file is, its content decides, not its name."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Rows
from omoto_kit.errors import IntakeError, Place
from omoto_kit.intake import frames, several
from omoto_kit.intake.framed import from_frame
from omoto_kit.intake.kinds import KINDS, find_kind
from omoto_kit.intake.leaving import check_keep
from omoto_kit.intake.opening import load
from omoto_kit.intake.packed import unpack
from omoto_kit.intake.readers import built_in
from omoto_kit.plugins import Failure, Plugins, ReaderStep, attempt

__all__ = ["read"]


def read(  # noqa: PLR0913  one keyword for each thing that a person may say
    source: Any,
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
    keep: Collection[str] = (),
    as_table: bool = False,
    plugins: Plugins | None = None,
) -> Rows:
    """Read survey answers as text, each cell as a person saw it, each row with its number.

    `source` is the path of a file (CSV and its kin, XLSX, XLSB, XLS, ODS, Parquet, JSON or JSON Lines of jsonbody
    objects, each also as gzip or in a zip archive, or what a reader among `plugins` reads), a pattern ("april/*.csv")
    or a list of paths, a polars or pandas frame, or a list of dicts. `sheet` is a name or a number (1 is the first),
    also of a file in a zip archive, or "*" for all sheets that hold answers; `header_row` is the header's row number,
    0 for none. `keep` names rows that would be left out: "previews", "partial", "headers" (repeated), "totals",
    "titles" (of groups), "hidden". `as_table` reads a file that looks like a summary, a pivot or another wrong kind.
    What is not said is found, and told in `rows.source.understood`.

    Raises IntakeError, which names the place and the next step.

    >>> rows = read([{"Store": "Pune", "Rating": 9.0}])
    >>> rows.frame.row(0), rows.numbers.to_list()
    (('Pune', '9'), [1])
    """
    if isinstance(source, Rows):
        return source
    files = several.files_of(source)
    if files is None:
        return _read_frame(source, check_keep(keep))
    options: dict[str, Any] = {"sheet": sheet, "encoding": encoding, "delimiter": delimiter}
    options |= {"header_row": header_row, "keep": keep, "as_table": as_table}
    one = partial(_read_file, options=options, plugins=plugins)
    every, name = files
    return one(every[0]) if len(every) == 1 else several.read_several(every, name, one)


def _read_frame(source: Any, keep: frozenset[str]) -> Rows:
    """Read what is in memory already."""
    where = Place("frame")
    if isinstance(source, pl.LazyFrame):
        source = source.collect()
    if isinstance(source, pl.DataFrame):
        return from_frame(frames.texts(source, where), "polars frame", where, keep)
    if frames.is_pandas(source):
        return from_frame(frames.from_pandas(source, where), "pandas frame", where, keep)
    if isinstance(source, list | tuple):
        where = Place("list")
        return from_frame(frames.from_dicts(source, where), "list of dicts", where, keep)
    advice = "Give the path of a file, a polars or pandas frame, or a list of dicts."
    raise IntakeError(f"Answers cannot be read from {type(source).__name__}.", advice=advice)


def _read_file(path: Path, options: Mapping[str, Any], plugins: Plugins | None) -> Rows:
    """Read one file: by a stranger's reader where one is named for its ending, else by what its content is."""
    data = load(path)
    suffix = path.suffix.lower()
    stranger = next((step for step in (plugins.readers if plugins else ()) if suffix in step.suffixes), None)
    if stranger is not None:
        rows, aside = _read_by(stranger, path, options), f"read by plugin {stranger.label}: "
    else:
        rows, aside = _read_built_in(path, data, options)
    source = replace(
        rows.source,
        name=path.name,
        path=str(path),
        fingerprint=hashlib.sha256(data).hexdigest(),
        understood=aside + rows.source.understood,
    )
    return replace(rows, source=source)


def _read_built_in(path: Path, data: bytes, options: Mapping[str, Any]) -> tuple[Rows, str]:
    """Read one file, out of its packing where it has one; give the words about the packing and the ending, too."""
    inner = unpack(data, path, options["sheet"])
    suffix = Path(inner.name).suffix.lower()
    kind = find_kind(inner.data, suffix, Place(path, sheet=inner.entry))
    said = {**options, "sheet": None} if inner.entry else options
    rows = built_in(kind).function(path, data=inner.data, kind=kind, **said)
    if inner.entry:
        rows = replace(rows, source=replace(rows.source, sheet=f"{inner.entry} {rows.source.sheet}".strip()))
    return rows, inner.words + _aside(kind, suffix)


def _aside(kind: str, suffix: str) -> str:
    """Say so where a file's ending promises something else than it holds."""
    endings = {ending for known in KINDS.values() for ending in known}
    return f"not what its ending {suffix} says, but " if suffix in endings - {*KINDS[kind]} else ""


def _read_by(step: ReaderStep, path: Path, options: Mapping[str, Any]) -> Rows:
    """Read a file by a stranger's reader, whatever comes of it."""
    taken = inspect.signature(step.function).parameters.values()
    takes_all = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in taken)
    names = {parameter.name for parameter in taken}
    given = {name: value for name, value in options.items() if takes_all or name in names}
    answer = attempt(lambda: step.function(path, **given), near=inspect.getsourcefile(step.function) or "")
    if isinstance(answer, Rows):
        plain = answer.bodies or all(dtype == pl.String for dtype in answer.frame.dtypes)
        return answer if plain else replace(answer, frame=frames.texts(answer.frame, Place(path)))
    if isinstance(answer, list):
        return from_frame(frames.from_dicts(answer, Place(path)), "list of dicts", Place(path))
    what = f"failed: {answer}" if isinstance(answer, Failure) else f"gave {type(answer).__name__} back"
    advice = "A reader gives Rows or a list of dicts; tell the plugin's author, or leave the plugin out."
    raise IntakeError(f"The reader {step.label} {what}.", where=path, advice=advice)

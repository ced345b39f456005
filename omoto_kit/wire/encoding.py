"""Encoding a batch: whole columns at a time, byte for byte what `Response` writes for each row.

First every value is written as JSON wants it; only few need more than quotes around them, and one look at all texts of
a row finds those. Then the pieces of each row are joined, a piece being null where the row has none. Rows that a
response could not be made of, and columns that are no texts, go through `Response` itself, which says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import CUSTOMER_FIELDS, SCALAR_FIELDS, split_field
from omoto_kit.response import ORDER, Response

__all__ = ["encode_frame", "encode_rows"]

LISTS = pl.List(pl.String)
#: Pieces of a row's text: constants, and expressions that are null where a row has no such piece.
Parts = list[pl.Expr | str]
#: Texts that hold quotes and line ends often enough to be looked at by themselves.
FREE = ("comment",)
#: What JSON escapes.
SPECIAL = r'["\\\x00-\x1f]'
#: Where one row in so many lacks a value at least, the others are written apart.
SPARSE = 2
#: Where less than one row in so many is held, writing all and dropping some beats dropping some of each column.
MOSTLY = 4
#: So many rows are encoded at a time, so that a long batch never stands in memory twice.
ROWS_AT_ONCE = 50_000


def encode_rows(batch: Batch, *, by_name: bool = False) -> Iterator[tuple[int, str]]:
    """Give row number and jsonbody of each ready row of a batch, in order.

    `by_name` writes names in alphabetical order, for comparing; Omoto gets them in the template's. Raises
    ResponseError for a row that is no response, such as one without a campaign id.
    """
    ready = batch.values.select("row", *batch.fields).filter(batch.is_ready)
    for part in ready.iter_slices(ROWS_AT_ONCE):
        yield from _encoded(part, batch, by_name=by_name).iter_rows()


def encode_frame(batch: Batch, *, by_name: bool = False) -> pl.DataFrame:
    """Give `row` and `jsonbody` of each ready row of a batch as a frame, in order; as `encode_rows`, all at once.

    >>> from omoto_kit.batch import Source
    >>> from omoto_kit.campaign import Campaign
    >>> values = pl.DataFrame({"row": [2], "campaignid": ["154"], "catnpsmap.Price": [[]], "npsrating": ["9"]})
    >>> encode_frame(Batch(Campaign(id="154"), Source("a.csv"), values)).row(0)
    (2, '{"campaignid":"154","catnpsmap":{"Price":[]},"npsrating":"9"}')
    """
    rows, ready = batch.values.select("row", *batch.fields), batch.is_ready
    if int(ready.sum()) * MOSTLY > len(ready) * (MOSTLY - 1) and _is_plain(rows):
        return _told(rows, _plainly(rows, batch, by_name=by_name)).filter(ready)
    return _encoded(rows.filter(ready), batch, by_name=by_name)


def _encoded(rows: pl.DataFrame, batch: Batch, *, by_name: bool) -> pl.DataFrame:
    """Encode rows in columns where columns can do it, else row by row."""
    if not rows.height:
        return _told(rows, pl.Series(dtype=pl.String))
    if _is_plain(rows):
        return _told(rows, _plainly(rows, batch, by_name=by_name))
    fields = rows.drop("row").iter_rows(named=True)
    bodies = [_one(row, batch.campaign.absent, by_name=by_name) for row in fields]
    return _told(rows, pl.Series(bodies, dtype=pl.String))


def _told(rows: pl.DataFrame, bodies: pl.Series) -> pl.DataFrame:
    return pl.DataFrame([rows["row"], bodies.alias("jsonbody")])


def _plainly(rows: pl.DataFrame, batch: Batch, *, by_name: bool) -> pl.Series:
    """Encode rows each of which is surely a response."""
    fields, empty = rows.drop("row"), batch.campaign.absent == "empty"
    return _in_columns(_filled(fields) if empty else fields, by_name=by_name, empty=empty)


def _one(fields: Mapping[str, Any], absent: str, *, by_name: bool) -> str:
    """Encode one row by the model."""
    response = Response.from_fields(fields)
    if not by_name:
        return response.encode(absent=absent)
    return json.dumps(response.as_json(absent=absent), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _is_plain(rows: pl.DataFrame) -> bool:
    """Tell whether each row is surely a response: texts and lists of texts, and a campaign id in every row."""
    if "campaignid" not in rows.columns or rows["campaignid"].null_count():
        return False
    lists = [name for name in rows.columns if name.startswith("catnpsmap.")]
    kinds = {name: LISTS if name in lists else pl.String for name in rows.columns if name != "row"}
    if rows.drop("row").schema != kinds:
        return False
    absent = rows.select(pl.col(name).filter(pl.col(name).list.len() > 0).explode().has_nulls() for name in lists)
    return not lists or not any(absent.row(0))


def _filled(fields: pl.DataFrame) -> pl.DataFrame:
    """Put an empty text where one of the template's texts is absent."""
    named = [*SCALAR_FIELDS, *(f"customerinfo.{name}" for name in CUSTOMER_FIELDS)]
    there = [pl.col(name).fill_null("") if name in fields.columns else pl.lit("").alias(name) for name in named]
    return fields.with_columns(there)


def _in_columns(fields: pl.DataFrame, *, by_name: bool, empty: bool) -> pl.Series:
    """Join the pieces of each row; `campaignid` is the first in either order, so every other follows a comma."""
    if not fields.height:
        return pl.Series("jsonbody", [], dtype=pl.String)
    fields = _written(fields)
    parts: Parts = []
    for name in sorted(ORDER) if by_name else ORDER:
        if name not in SCALAR_FIELDS:
            parts += _group(fields, name, by_name=by_name, empty=empty)
        elif name in fields.columns:
            parts += _member(fields[name], name)
    return fields.with_columns(_joined(["{", *_without_comma(parts), "}"]).alias("jsonbody"))["jsonbody"]


def _written(fields: pl.DataFrame) -> pl.DataFrame:
    """Write each text as it stands between quotes in JSON; lists stay."""
    texts = [name for name, kind in fields.schema.items() if kind != LISTS]
    whole = fields.select(pl.col(name).str.join("").cast(pl.Binary) for name in texts if name not in FREE).row(
        0, named=True
    )
    return fields.with_columns(_escaped(fields[name]) for name in texts if name in FREE or _holds_special(whole[name]))


def _escaped(column: pl.Series) -> pl.Series:
    """Write texts as they stand between quotes in JSON; nulls stay."""
    odd = column.str.contains(SPECIAL).fill_null(value=False).arg_true()
    written = pl.struct(pl.col("")).struct.json_encode().str.strip_prefix('{"":"').str.strip_suffix('"}')
    new = column.gather(odd).alias("").to_frame().select(written.alias("")).to_series()
    return column.clone().scatter(odd, new) if len(odd) else column


def _holds_special(whole: bytes) -> bool:
    """Tell whether all texts of a column together hold a sign that JSON escapes."""
    signs = np.frombuffer(whole, np.uint8)
    return bool((signs < 0x20).any()) or b'"' in whole or b"\\" in whole  # noqa: PLR2004  control signs lie below it


def _lists(filled: pl.Series) -> pl.Series:
    """Write lists of texts as JSON."""
    if filled.list.len().max() in (0, None):
        return pl.repeat("[]", len(filled), dtype=pl.String, eager=True)
    encoded = pl.struct(pl.col("")).struct.json_encode().str.strip_prefix('{"":').str.strip_suffix("}")
    return filled.alias("").to_frame().select(encoded.alias("")).to_series()


def _group(fields: pl.DataFrame, group: str, *, by_name: bool, empty: bool) -> Parts:
    """Write one object of the jsonbody after a comma; it is there where any of it is."""
    names = {split_field(field)[1]: field for field in fields.columns if split_field(field)[0] == group}
    bare = names.pop("", None)
    if group == "customerinfo":
        names = {name: names[name] for name in CUSTOMER_FIELDS if name in names}
    if by_name:
        names = dict(sorted(names.items()))
    opening = f",{_quoted(group)}:{{"
    sure = next((at for at, field in enumerate(names.values()) if not fields[field].null_count()), None)
    members = [
        _member(fields[field], name, after=sure is not None and at < sure)
        for at, (name, field) in enumerate(names.items())
    ]
    if sure is not None:
        own = _without_comma(members[sure])
        return [opening, *(part for member in (*members[:sure], own, *members[sure + 1 :]) for part in member), "}"]
    parts = [part for member in members for part in member]
    inside = fields.with_columns(_joined(parts).str.strip_prefix(",").alias(""))[""] if parts else _texts("", fields)
    if empty:
        return [opening, pl.lit(inside), "}"]
    there = pl.lit(inside) != ""
    if bare:
        there |= pl.col(group).is_not_null()
    return [pl.when(there).then(pl.concat_str([pl.lit(opening), pl.lit(inside), pl.lit("}")]))]


def _member(column: pl.Series, name: str, *, after: bool = False) -> Parts:
    """Write one name with its value and a comma before it, or after it; where it is absent, there is no part."""
    listed = column.dtype == LISTS
    quote = "" if listed else '"'
    before, behind = f"{_quoted(name)}:{quote}", f"{quote},"
    before, behind = (before, behind) if after else (f",{before}", quote)
    gaps = column.null_count()
    if gaps == len(column):
        return []
    if not gaps and not listed:
        same = len(column) > 0 and bool((column == column[0]).all())
        return [f"{before}{column[0]}{behind}"] if same else [before, pl.col(column.name), behind]
    if not listed and gaps * SPARSE < len(column):
        return [pl.concat_str(pl.lit(before), pl.col(column.name), pl.lit(behind))]
    there = column.is_not_null().arg_true()
    filled = column.gather(there)
    written = (_lists(filled) if listed else filled).alias("").to_frame()
    pieces = written.select(pl.concat_str(pl.lit(before), "", pl.lit(behind))).to_series()
    return [pl.lit(pieces if not gaps else _texts(None, fields=column.to_frame()).scatter(there, pieces))]


def _texts(text: str | None, fields: pl.DataFrame) -> pl.Series:
    return pl.repeat(text, fields.height, dtype=pl.String, eager=True)


def _without_comma(parts: Parts) -> Parts:
    """Take away the comma that the first part begins with."""
    first, *others = parts
    return [first[1:] if isinstance(first, str) else first.str.strip_prefix(","), *others]


def _joined(parts: Parts) -> pl.Expr:
    """Join parts into one text a row, neighbouring constants beforehand; what is null adds nothing."""
    merged: Parts = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        else:
            merged.append(part)
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in merged], ignore_nulls=True)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

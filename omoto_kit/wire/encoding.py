"""Encoding a batch: whole columns at a time, byte for byte what `Response` writes for each row.

First every text is written as it stands between quotes in JSON; in most columns that is the text itself, and one look
at all of it finds the others. Then the pieces of each row are joined, a piece being null where the row has none. Rows
that a response could not be made of, and columns that are no texts, go through `Response` itself, which says what is
wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from omoto_kit.batch import LISTS, Batch
from omoto_kit.campaign import CUSTOMER_FIELDS, SCALAR_FIELDS, split_field
from omoto_kit.response import ORDER, Response

__all__ = ["encode_frame", "encode_rows"]

#: Pieces of a row's text: constants, and expressions that are null where a row has no such piece.
Parts = list[pl.Expr | str]
#: Texts that hold quotes and line ends so often that nobody need look for them.
FREE = ("comment",)
#: What JSON escapes in a text.
SPECIAL = r'[\x00-\x1f"\\]'
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
        return _told(rows, _plainly(rows, batch, by_name=by_name, ready=ready)).filter(ready)
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


def _plainly(rows: pl.DataFrame, batch: Batch, *, by_name: bool, ready: pl.Series | None = None) -> pl.Series:
    """Encode rows each of which is surely a response; what becomes of those that are not `ready` does not matter."""
    fields, empty = rows.drop("row"), batch.campaign.absent == "empty"
    return _in_columns(_whole(_filled(fields) if empty else fields, ready), by_name=by_name, empty=empty)


def _whole(fields: pl.DataFrame, ready: pl.Series | None) -> pl.DataFrame:
    """Leave out what no ready row has, and fill the gaps of texts that no ready row lacks."""
    if ready is None:
        return fields
    count, kept = int(ready.sum()), []
    for column in fields:
        gaps = int((column.is_null() & ready).sum()) if column.null_count() else 0
        if not gaps and column.dtype == pl.String and column.null_count():
            kept.append(column.fill_null(""))
        elif gaps < count:
            kept.append(column)
    return pl.DataFrame(kept)


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
    return not any(_lacks_texts(rows[name]) for name in lists)


def _lacks_texts(lists: pl.Series) -> bool:
    """Tell whether a null stands among the texts of any list."""
    counts = lists.list.len()
    return bool(counts.max()) and lists.filter(counts > 0).explode().has_nulls()


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
    return fields.select(_joined(["{", *_without_comma(parts), "}"]).alias("jsonbody")).to_series()


def _written(fields: pl.DataFrame) -> pl.DataFrame:
    """Write each text as it stands between quotes in JSON; lists stay."""
    texts = [name for name, kind in fields.schema.items() if kind != LISTS]
    looked = [pl.col(name).str.join("").cast(pl.Binary) for name in texts if name not in FREE]
    whole = fields.select_seq(looked).row(0, named=True)
    return fields.with_columns(_escaped(fields[name]) for name in texts if name in FREE or _holds_special(whole[name]))


def _escaped(texts: pl.Series) -> pl.Series:
    """Write the texts that hold what JSON escapes as they stand between its quotes."""
    at = (texts.is_not_null() if texts.name in FREE else texts.str.contains(SPECIAL)).arg_true()
    return texts.scatter(at, _as_json(texts.gather(at), '{"":"', '"}')) if len(at) else texts


def _as_json(values: pl.Series, before: str = '{"":', behind: str = "}") -> pl.Series:
    """Write values as JSON does, each as an object's only member, and take away what stands around it."""
    return values.alias("").to_frame().to_struct().struct.json_encode().str.slice(len(before)).str.head(-len(behind))


def _holds_special(whole: bytes) -> bool:
    """Tell whether all texts of a column together hold a sign that JSON escapes."""
    signs = np.frombuffer(whole, np.uint8)
    return bool((signs < 0x20).any()) or b'"' in whole or b"\\" in whole  # noqa: PLR2004  control signs lie below it


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
    if sure is None:
        return _perhaps(fields, opening, names, there=empty, bare=group if bare else None)
    members = [_member(fields[field], name, after=at < sure) for at, (name, field) in enumerate(names.items())]
    members[sure] = _without_comma(members[sure])
    return [opening, *(part for member in members for part in member), "}"]


def _perhaps(fields: pl.DataFrame, opening: str, names: Mapping[str, str], *, there: bool, bare: str | None) -> Parts:
    """Write an object that no member is sure to be in: it is there where one is, or `bare` says so, or always."""
    inside = pl.lit(_between([_own(fields[field], name) for name, field in names.items()], fields))
    if there:
        return [opening, inside, "}"]
    found = inside != "" if bare is None else (inside != "") | pl.col(bare).is_not_null()
    return [pl.when(found).then(pl.concat_str([pl.lit(opening), inside, pl.lit("}")]))]


def _between(members: Sequence[pl.Expr | None], fields: pl.DataFrame) -> pl.Series:
    """Join members, each null where it is absent, with commas between them."""
    there = [member for member in members if member is not None]
    if not there:
        return pl.Series([""]).new_from_index(0, fields.height)
    return fields.select(pl.concat_str(there, separator=",", ignore_nulls=True)).to_series()


def _own(column: pl.Series, name: str) -> pl.Expr | None:
    """Write one name with its value, null where it is absent; None where it is absent everywhere."""
    value = pl.col(column.name)
    if column.null_count() == len(column):
        return None
    if column.dtype != LISTS:
        return pl.concat_str(pl.lit(f'{_quoted(name)}:"'), value, pl.lit('"'))
    selected = pl.select(pl.when(column.is_not_null()).then(pl.lit(f"{_quoted(name)}:[]"))).to_series()
    at = (column.list.len() > 0).arg_true()
    if len(at):
        reasons = pl.select(pl.concat_str(pl.lit(f"{_quoted(name)}:"), _as_json(column.gather(at)))).to_series()
        selected = selected.scatter(at, reasons)
    return pl.lit(selected)


def _member(column: pl.Series, name: str, *, after: bool = False) -> Parts:
    """Write one name with its value and a comma before it, or after it; where it is absent, there is no part."""
    if column.dtype == LISTS:
        own = _own(column, name)
        return [] if own is None else [pl.concat_str(own, pl.lit(",")) if after else pl.concat_str(pl.lit(","), own)]
    before, behind = f'{_quoted(name)}:"', '",'
    before, behind = (before, behind) if after else (f",{before}", '"')
    gaps = column.null_count()
    if gaps == len(column):
        return []
    if gaps:
        return [pl.concat_str(pl.lit(before), pl.col(column.name), pl.lit(behind))]
    return [f"{before}{column[0]}{behind}"] if _is_constant(column) else [before, pl.col(column.name), behind]


def _is_constant(column: pl.Series) -> bool:
    """Tell whether all texts of a column are the same; the ends nearly always show that they are not."""
    return len(column) > 0 and column[0] == column[-1] and bool((column == column[0]).all())


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

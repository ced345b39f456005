"""Checks that need several fields or the whole source: who the row is, who the customer is, what repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from omoto_kit.batch import DUPLICATE, LISTS, PROBLEMS, Batch
from omoto_kit.problem import Severity
from omoto_kit.validation.engine import APART, JOINT, as_text, problem_frame
from omoto_kit.validation.forms import fold
from omoto_kit.validation.portrait import MOBILE, NUMBER

__all__ = ["GUARDED", "MANY", "SHARED", "Around", "customer_problems", "identity_problems", "shared_note"]

#: How the note on shared numbers begins; a new validation puts its own in the old one's place.
SHARED = "One mobile number stands in more than"
#: Codes of the problems that are found here.
GUARDED = (DUPLICATE, "customer_missing", "customer_unidentified", "id_duplicate", "id_missing")
#: So many rows may share a number.
MANY = 5
_SEED = 11
#: Hashes that are sorted at once.
_AT_ONCE = 500_000
_SHOWN = 10
_IDENTIFYING = ("email", "regid", "registrationno", "mobileno")


_LATER = {"row": pl.Int64, "key": pl.String, "first": pl.Int64, "same": pl.Int64}


def identity_problems(batch: Batch, around: Around | None = None) -> pl.DataFrame:
    """Find rows without a key, rows that repeat an earlier one, and rows that contradict an earlier one."""
    if not batch.campaign.identity:
        return pl.DataFrame(schema=PROBLEMS)
    headers = [_header(batch, name) for name in batch.campaign.identity]
    header, names = ", ".join(headers), " and ".join(repr(name) for name in headers)
    bare = batch.values.select("row", "key").filter(pl.col("key").is_null() | (pl.col("key") == ""))
    missing = pl.lit(
        f"The row has no key of its own: {names} is empty. Without it a correction cannot be told from a new answer."
    )
    rows = [_found(bare, missing, "id_missing", Severity.ERROR, header)]
    later = _later(batch) if around is None else around.later(batch)
    repeats = pl.col("same").is_not_null()
    text = pl.format("The row says the same as {}, with the same key. It is not sent again.", _named(batch, "same"))
    rows.append(_found(later.filter(repeats), text, DUPLICATE, Severity.WARNING, header))
    text = pl.format(
        "{} has the same key but says something else. Keep the right one of the two, or give this one its own key.",
        _named(batch, "first").str.replace("^r", "R"),
    )
    rows.append(_found(later.filter(~repeats), text, "id_duplicate", Severity.ERROR, header))
    return pl.concat(rows)


def _named(batch: Batch, column: str) -> pl.Expr:
    """Name the row whose number stands in a column; of several files or sheets by its number there."""
    number = pl.col(column)
    parts = batch.source.parts
    if not parts:
        return pl.format("row {}", number)
    by_sheet = len({part.path or part.name for part in parts}) == 1
    named = pl.lit("", pl.String)
    for part in parts:  # numbered on, each from the last of the part before
        here = pl.format("row {} of {}", number - part.after, pl.lit(part.sheet if by_sheet else part.name))
        named = pl.when(number > part.after).then(here).otherwise(named)
    return named


def _header(batch: Batch, name: str) -> str:
    """Give an identity column's header as the source writes it, which may differ in case and white space."""
    sources = [column.removeprefix("source.") for column in batch.values.columns if column.startswith("source.")]
    same = [column for column in sources if fold(column) == fold(name)]
    return name if name in sources or not same else same[0]


def _later(batch: Batch) -> pl.DataFrame:
    """Give the rows whose key an earlier row has: `first` is that row, `same` the first of the same content."""
    keys = batch.values["key"]
    alike = (keys.is_duplicated() & (keys != "")).arg_true()
    if not len(alike):
        return pl.DataFrame(schema=_LATER)
    repeated = batch.values.select("row", "key", *batch.fields)[alike]
    content = [
        pl.col(name).list.join(JOINT) if isinstance(kind, pl.List) else pl.col(name).cast(pl.String)
        for name, kind in repeated.schema.items()
        if name not in ("row", "key")
    ]
    told = pl.struct(content) if content else pl.lit("")
    return _marked(repeated.select("row", "key", told.alias("content")))


def _marked(repeated: pl.DataFrame) -> pl.DataFrame:
    """Mark, among rows with their content, those that have an earlier row's key."""
    marked = repeated.with_columns(at=pl.int_range(pl.len())).with_columns(
        first=pl.col("row").first().over("key"),
        first_at=pl.col("at").first().over("key"),
        same=pl.col("row").first().over("key", "content"),
        same_at=pl.col("at").first().over("key", "content"),
    )
    earlier = pl.when(pl.col("same_at") < pl.col("at")).then(pl.col("same"))
    return marked.filter(pl.col("first_at") < pl.col("at")).with_columns(same=earlier).drop("content")


class Around:
    """What must be known of a whole source while its rows come in batches: keys that repeat, and shared numbers.

    Keys and numbers are held as hashes, 8 and 4 bytes each. `take_keys` is handed all keys beforehand; a key that only
    seems to repeat, because two hashes are alike, is found out by its text.
    """

    def __init__(self) -> None:
        self._hashes: list[pl.Series] = []
        self._rows = pl.DataFrame(schema={"row": pl.Int64, "key": pl.String, "content": pl.String})
        self._present: list[pl.DataFrame] = []

    def take_keys(self, keys: pl.Series) -> None:
        """Take the keys of some rows."""
        self._hashes.append(keys.drop_nulls().hash(_SEED))

    def settle_keys(self) -> None:
        """Keep those keys only that occur more than once."""
        self._hashes = [_occurring(self._hashes, 2)]

    def again(self) -> Around:
        """Begin anew with the same keys."""
        other = Around()
        other._hashes = self._hashes
        return other

    def later(self, batch: Batch) -> pl.DataFrame:
        """Give the rows of a batch whose key an earlier row of the source has, as `_later` does for a whole one."""
        known = self._hashes[0] if self._hashes else pl.Series(dtype=pl.UInt64)
        keys = batch.values["key"]
        again = keys.hash(_SEED).is_in(known.implode()) & (keys != "")
        if not again.any():
            return pl.DataFrame(schema=_LATER)
        repeated = batch.values.select("row", "key", *batch.fields)[again.arg_true()]
        repeated = repeated.select("row", "key", content=_content(repeated.schema))
        together = pl.concat([self._rows, repeated])
        self._rows = together.unique(["key", "content"], keep="first", maintain_order=True)
        return _marked(together).filter(pl.col("row").is_in(repeated["row"].implode()))

    def take_numbers(self, batch: Batch) -> None:
        """Remember which number stands in which row."""
        present = _present(batch)
        if present is not None:
            # half a hash will do: it takes six that are alike by chance to say something wrong
            halves = [(pl.col(name).hash(_SEED) % 2**32).cast(pl.UInt32) for name in ("number", "key")]
            self._present.append(present.select(pl.col("row").cast(pl.UInt32), *halves))

    def shared_note(self, *, by_key: bool) -> str | None:
        """Note a mobile number that stands in many rows, as `shared_note` does for a whole source."""
        often = _occurring([part["number"] for part in self._present], MANY + 1)
        if not len(often):
            return None
        kept = [part.filter(pl.col("number").is_in(often.implode())) for part in self._present]
        return _note_on(pl.concat(kept), by_key=by_key)

    def most_shared(self) -> int:
        """Say how many rows have the commonest mobile number."""
        numbers = [part["number"] for part in self._present]
        again = _occurring(numbers, 2)
        if not len(again):
            return 1 if numbers else 0
        counts = pl.concat([part.filter(part.is_in(again.implode())) for part in numbers]).value_counts()
        return int(str(counts["count"].max()))


def _occurring(parts: Sequence[pl.Series], times: int) -> pl.Series:
    """Give the hashes that occur so often, a share of all of them at a time, so that few are in memory twice."""
    found = [pl.Series(dtype=parts[0].dtype if parts else pl.UInt64)]
    shares = 1 + sum(map(len, parts)) // _AT_ONCE
    for share in range(shares):
        mine = [part.filter(part % shares == share) for part in parts] if shares > 1 else parts
        ordered = pl.concat(mine).sort() if mine else found[0]
        found.append(ordered.filter(ordered == ordered.shift(times - 1)).unique())
    return pl.concat(found)


def _content(schema: Mapping[str, object]) -> pl.Expr:
    """Write down what a row says, whatever columns its batch happens to have."""
    told = [
        pl.concat_str(pl.lit(f"{name}{APART}"), pl.col(name).list.join(APART) if kind == LISTS else pl.col(name))
        for name, kind in sorted(schema.items())
        if name not in ("row", "key")
    ]
    return pl.concat_str(told, separator=APART * 2, ignore_nulls=True) if told else pl.lit("")


def _found(rows: pl.DataFrame, message: pl.Expr, code: str, severity: Severity, header: str) -> pl.DataFrame:
    """Make the same kind of problem for each of these rows, standing at the row's key."""
    if not rows.height:
        return pl.DataFrame(schema=PROBLEMS)
    columns = rows.select(
        "row",
        value=pl.col("key"),
        message=message,
        code=pl.lit(code),
        severity=pl.lit(severity.value),
        options=pl.lit([], pl.List(pl.String)),
        why=pl.lit(""),
        applied=pl.lit(value=False),
    )
    return problem_frame(columns, "", header)


def customer_problems(batch: Batch) -> pl.DataFrame:
    """Find rows that do not say who the customer is, by the contract's demand or at all."""
    customer = batch.campaign.customer
    if customer.any_of:
        named = ", ".join(customer.any_of)
        text = f"Nothing says who the customer is: the contract wants one of {named}."
        return _without(batch, customer.any_of, text, "customer_missing", Severity.ERROR)
    if customer.required:
        return pl.DataFrame(schema=PROBLEMS)
    text = "There is no way to tell customers apart: the row has no e-mail address, registration or mobile number."
    return _without(batch, _IDENTIFYING, text, "customer_unidentified", Severity.WARNING)


def _without(batch: Batch, names: Sequence[str], text: str, code: str, severity: Severity) -> pl.DataFrame:
    """Find the rows that have none of these customer fields; a dash in a cell is no value."""
    blank = [
        ~as_text(batch.values, f"customerinfo.{name}").fill_null("").str.contains(r"[\p{L}\p{N}]") for name in names
    ]
    rows = batch.values.filter(pl.all_horizontal(blank)).with_columns(key=pl.lit(None, pl.String))
    header = next((found for name in names if (found := batch.column_of(f"customerinfo.{name}"))), "")
    return _found(rows, pl.lit(text), code, severity, header).with_columns(field=pl.lit("customerinfo"))


def shared_note(batch: Batch) -> str | None:
    """Note a mobile number that stands in many rows: one family shares a phone, a kiosk's default fills a column."""
    present = _present(batch)
    return None if present is None else _note_on(present, by_key=bool(batch.campaign.identity))


def _present(batch: Batch) -> pl.DataFrame | None:
    """Give number, row and key of the rows that have a mobile number."""
    if MOBILE not in batch.values.columns:
        return None
    number = as_text(batch.values, MOBILE)
    return batch.values.select("row", "key", number=number).filter(pl.col("number").str.contains(NUMBER))


def _note_on(present: pl.DataFrame, *, by_key: bool) -> str | None:
    present = present.filter(pl.len().over("number") > MANY)
    who = pl.col("key").n_unique() if by_key else pl.len()
    shared = present.group_by("number").agg(pl.col("row").sort(), many=who).filter(pl.col("many") > MANY)
    if not shared.height:
        return None
    rows = shared["row"].explode().unique().sort()
    shown = ", ".join(str(row) for row in rows[:_SHOWN]) + (" and others" if len(rows) > _SHOWN else "")
    return (
        f"{SHARED} {MANY} rows ({len(rows)} rows: {shown}). A default or a shop's own phone may have filled the cells."
    )

"""Checks that need several fields or the whole source: who the row is, who the customer is, what repeats."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch
from omoto_kit.problem import Severity
from omoto_kit.validation.engine import as_text, problem_frame
from omoto_kit.validation.forms import fold

__all__ = ["GUARDED", "SHARED", "customer_problems", "identity_problems", "shared_note"]

#: How the note on shared numbers begins; a new validation puts its own in the old one's place.
SHARED = "One mobile number stands in more than"
#: Codes of the problems that are found here.
GUARDED = (DUPLICATE, "customer_missing", "customer_unidentified", "id_duplicate", "id_missing")
_MANY = 5
_SHOWN = 10
_NUMBER = r"^\+?[0-9]{7,15}$"
_IDENTIFYING = ("email", "regid", "registrationno", "mobileno")


def identity_problems(batch: Batch) -> pl.DataFrame:
    """Find rows without a key, rows that repeat an earlier one, and rows that contradict an earlier one."""
    if not batch.campaign.identity:
        return pl.DataFrame(schema=PROBLEMS)
    headers = [_header(batch, name) for name in batch.campaign.identity]
    header, names = ", ".join(headers), " and ".join(repr(name) for name in headers)
    bare = batch.values.filter(pl.col("key").is_null() | (pl.col("key") == ""))
    missing = pl.lit(
        f"The row has no key of its own: {names} is empty. Without it a correction cannot be told from a new answer."
    )
    rows = [_found(bare, missing, "id_missing", Severity.ERROR, header)]
    later = _later(batch)
    repeats = pl.col("same").is_not_null()
    text = pl.format("The row says the same as row {}, with the same key. It is not sent again.", "same")
    rows.append(_found(later.filter(repeats), text, DUPLICATE, Severity.WARNING, header))
    text = pl.format(
        "Row {} has the same key but says something else. Keep the right one of the two, or give this one its own key.",
        "first",
    )
    rows.append(_found(later.filter(~repeats), text, "id_duplicate", Severity.ERROR, header))
    return pl.concat(rows)


def _header(batch: Batch, name: str) -> str:
    """Give an identity column's header as the source writes it, which may differ in case and white space."""
    sources = [column.removeprefix("source.") for column in batch.values.columns if column.startswith("source.")]
    same = [column for column in sources if fold(column) == fold(name)]
    return name if name in sources or not same else same[0]


def _later(batch: Batch) -> pl.DataFrame:
    """Give the rows whose key an earlier row has: `first` is that row, `same` the first of the same content."""
    keyed = batch.values.filter(pl.col("key").is_not_null() & (pl.col("key") != ""))
    repeated = keyed.filter(pl.col("key").is_duplicated())
    content = [as_text(repeated, name).alias(name) for name in batch.fields]
    here = pl.int_range(pl.len())
    marked = (
        repeated.select("row", "key", pl.struct(content).alias("content") if content else pl.lit("").alias("content"))
        .with_columns(here.alias("at"))
        .with_columns(
            first=pl.col("row").first().over("key"),
            first_at=pl.col("at").first().over("key"),
            same=pl.col("row").first().over("key", "content"),
            same_at=pl.col("at").first().over("key", "content"),
        )
    )
    earlier = pl.when(pl.col("same_at") < pl.col("at")).then(pl.col("same"))
    return marked.filter(pl.col("first_at") < pl.col("at")).with_columns(same=earlier).drop("content")


def _found(rows: pl.DataFrame, message: pl.Expr, code: str, severity: Severity, header: str) -> pl.DataFrame:
    """Make the same kind of problem for each of these rows, standing at the row's key."""
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
    if "customerinfo.mobileno" not in batch.values.columns:
        return None
    number = pl.col("customerinfo.mobileno")
    present = batch.values.filter(number.cast(pl.String).str.contains(_NUMBER))
    present = present.filter(pl.len().over("customerinfo.mobileno") > _MANY)
    who = pl.col("key").n_unique() if batch.campaign.identity else pl.len()
    shared = (
        present.group_by("customerinfo.mobileno").agg(pl.col("row").sort(), many=who).filter(pl.col("many") > _MANY)
    )
    if not shared.height:
        return None
    rows = shared["row"].explode().unique().sort()
    shown = ", ".join(str(row) for row in rows[:_SHOWN]) + (" and others" if len(rows) > _SHOWN else "")
    return (
        f"{SHARED} {_MANY} rows ({len(rows)} rows: {shown}). A default or a shop's own phone may have filled the cells."
    )

"""compose: from rows and a column map to a batch. Whole columns at a time; split cells by distinct value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import polars as pl

from omoto_kit.batch import LISTS, Batch, Rows, list_columns
from omoto_kit.campaign import Campaign, ColumnRule, split_field
from omoto_kit.errors import ColumnError, Place, did_you_mean
from omoto_kit.intake.cells import by_value, coalesced, joined, part_of, united, value_changes
from omoto_kit.intake.guesses import fold, option_of
from omoto_kit.intake.hints import range_problems
from omoto_kit.intake.mapping import ColumnMap, column_map, could_be, find_header, listed
from omoto_kit.intake.pairing import laid_out
from omoto_kit.intake.splitting import Pairs, categories_of, reasons_of
from omoto_kit.problem import Problem
from omoto_kit.response import ORDER

__all__ = ["compose", "row_keys"]

#: More names than this in one column of categories or pairs mean that it holds something else.
MOST_NAMES = 300

Columns = dict[str, pl.Series]


def compose(
    rows: Rows,
    campaign: Campaign,
    columns: ColumnMap | Mapping[str, str] | None = None,
    *,
    filled_later: Collection[str] = (),
) -> Batch:
    """Lay the rows of a source out by the fields of a response.

    `columns` is a column map, or overrides for one ({"Header": "field"}). `filled_later` names required fields that a
    plugin will fill. Rows that are jsonbody objects already need no map, and keep the campaign id that they came with.

    Raises ColumnError where a required field has no column, or an identity column is absent.

    >>> from omoto_kit.intake import read
    >>> rows = read([{"Store": " Pune ", "NPS": 9, "Price": "Too high; Unclear"}])
    >>> columns = {"catnpsmap.Price": {"column": "Price", "split": ";"}, "npsrating": "nps"}
    >>> campaign = Campaign(id="154", columns=columns)
    >>> compose(rows, campaign).ready.select("row", "campaignid", "catnpsmap.Price", "npsrating").row(0)
    (1, '154', ['Too high', 'Unclear'], '9')
    """
    if not isinstance(columns, ColumnMap):
        columns = column_map(rows, campaign, columns, filled_later=filled_later)
    if rows.bodies:
        return _compose_bodies(rows, campaign)
    rules = columns.applied
    _refuse_unfed(rows, columns, campaign, {*rules, *filled_later})
    key = row_keys(rows, campaign)
    fields, problems, changes = _fields(rows, campaign, rules)
    problems += [Problem(row, "", code, message) for row, (code, message) in rows.doubts.items()]
    values = _values(rows, key, fields).hstack(rows.frame.rename(lambda header: f"source.{header}"))
    headers = {field: rule.column for field, rule in rules.items()}
    batch = Batch(campaign, rows.source, values, columns=headers, notes=columns.notes)
    return batch.with_values(values, pl.concat(changes) if changes else ()).with_problems(problems)


def _compose_bodies(rows: Rows, campaign: Campaign) -> Batch:
    """Take responses as they are; validation says where they are not what the contract wants."""
    fields = {name: rows.frame[name] for name in rows.frame.columns}
    fields.setdefault("campaignid", _constant(None, len(rows)))
    identity = [find_header(name, rows.frame.columns) for name in campaign.identity]
    found = [name for name in identity if name is not None]
    complete = len(found) == len(identity)
    key = _joined(rows.frame, found) if complete else _constant(None, len(rows))
    note = "The contract's identity columns are no fields, so the responses have no key of their own."
    values = _values(rows, key, fields)
    return Batch(campaign, rows.source, values, columns={}, notes=() if complete else (note,))


def _refuse_unfed(rows: Rows, columns: ColumnMap, campaign: Campaign, fed: set[str]) -> None:
    """Refuse to go on where a required field can never be filled."""
    fed |= campaign.fixed.keys()
    absent = [field for field in campaign.required_fields() if field not in fed and split_field(field)[0] not in fed]
    if not absent:
        return
    names = ", ".join(repr(field) for field in absent)
    fields = "field has" if len(absent) == 1 else "fields have"
    could = could_be(columns.entries, absent[0])
    meant = f" It could be {could}." if could else ""
    raise ColumnError(
        f"The required {fields} no column: {names}.{meant}",
        where=_place(rows),
        advice=f'Name the column in [columns], or with --map "Header={absent[0]}". {listed(rows.frame.columns)}',
    )


def row_keys(rows: Rows, campaign: Campaign) -> pl.Series:
    """Join the identity columns into each row's own key; null where a part of it is absent."""
    found = []
    for wanted in campaign.identity:
        header = find_header(wanted, rows.frame.columns, rows.labels)
        if header is None:
            near = did_you_mean(wanted, rows.frame.columns)
            advice = f"{near} Correct [identity] columns. {listed(rows.frame.columns)}".strip()
            raise ColumnError(f"The identity column {wanted!r} is not there.", where=_place(rows), advice=advice)
        found.append(header)
    return _joined(rows.frame, found)


def _joined(frame: pl.DataFrame, headers: Sequence[str]) -> pl.Series:
    if not headers:
        return _constant(None, frame.height)
    parts = _stripped(frame.select(headers))
    return parts.to_series() if parts.width == 1 else parts.select(pl.concat_str(pl.all(), separator=" | ")).to_series()


def _fields(
    rows: Rows, campaign: Campaign, rules: Mapping[str, ColumnRule]
) -> tuple[Columns, list[Problem], list[pl.DataFrame]]:
    """Fill the fields: fixed values, then mapped columns, then the contract's defaults."""
    fields: Columns = {}
    problems: list[Problem] = []
    changes: list[pl.DataFrame] = []
    for field, text in campaign.fixed.items():
        fields |= _fixed(field, text, len(rows)) if field not in rules else {}
    mapped = dict.fromkeys(header for rule in rules.values() for header in rule.columns)
    stripped = _stripped(rows.frame.select(list(mapped)))
    for field, rule in sorted(rules.items(), key=lambda item: "." not in item[0]):
        cells = _cells(rows, stripped, field, rule, changes)
        found, told = _fed(rows, field, rule, cells, campaign)
        problems += told
        for name, column in found.items():
            fields[name] = _first(fields[name], column) if name in fields else column
    return fields | _defaults(campaign, fields, len(rows)), problems, changes


def _defaults(campaign: Campaign, fields: Collection[str], count: int) -> Columns:
    """Give the contract's own values to fields that nothing feeds."""
    defaults = {
        "campaignid": campaign.id,
        "campaigntype": campaign.type,
        "channel": next(iter(campaign.channels), None),
    }
    open_fields = {field: text for field, text in defaults.items() if text is not None and field not in fields}
    return {field: _constant(text, count) for field, text in open_fields.items()}


def _cells(
    rows: Rows, stripped: pl.DataFrame, field: str, rule: ColumnRule, changes: list[pl.DataFrame]
) -> dict[str, pl.Series]:
    """Take a rule's columns: stripped, one part of each where it says so, and mapped by value."""
    cells = {header: stripped[header] for header in rule.columns}
    if rule.part is not None and rule.split is not None:
        cells = {header: part_of(column, rule.split, rule.part) for header, column in cells.items()}
    if not rule.values:
        return cells
    mapped = {header: by_value(column, rule.values) for header, column in cells.items()}
    changes += [value_changes(rows.numbers, field, cells[header], mapped[header]) for header in cells]
    return mapped


def _fed(
    rows: Rows, field: str, rule: ColumnRule, cells: Mapping[str, pl.Series], campaign: Campaign
) -> tuple[Columns, list[Problem]]:
    """Make of a rule's columns the fields that they feed."""
    group, name = split_field(field)
    first = cells[rule.column]
    if group == "catnpsmap":
        each = [_categories(column, name, rule, campaign, _place(rows, header)) for header, column in cells.items()]
        names = dict.fromkeys(found for fed in each for found in fed)
        return {found: united([fed[found] for fed in each if found in fed]) for found in names}, []
    if field == "namevaluemap":
        found, unreadable = _pairs(first, rule, _place(rows, rule.column))
        return found, _unreadable(rows, first, unreadable, rule)
    column = joined(list(cells.values()), rule.join) if field == "comment" else coalesced(list(cells.values()))
    return {field: column}, range_problems(field, column, rows.numbers, rule.column, campaign)


def _fixed(field: str, text: str, count: int) -> Columns:
    """Give a constant column; a category with an empty text is selected without a reason."""
    group, name = split_field(field)
    if group == "catnpsmap":
        named = field if name else f"catnpsmap.{text}"
        return {named: pl.Series([[text] if name and text else []] * count, dtype=LISTS)}
    return {field: _constant(text, count)}


def _categories(column: pl.Series, category: str, rule: ColumnRule, campaign: Campaign, where: Place) -> Columns:
    """Take the reasons of one category; or give each category that a cell selects, known or not, its own column."""
    option = option_of(where.column)
    if category:
        options = (campaign.categories or {}).get(category, ())
        marked = [reason for reason in options if fold(reason) == fold(option)]
        reasons = _distinct(column, lambda cell: reasons_of(cell, category, options, rule.split))
        reasons = {cell: found or marked for cell, found in reasons.items()}
        return _spread(column, list(reasons), {f"catnpsmap.{category}": list(reasons.values())})
    known = campaign.known_names("catnpsmap") or ()
    own = next((name for name in known if fold(name) == fold(option)), option)
    cells = _distinct(column, lambda cell: categories_of(cell, known, rule.split, own))
    names = _names((name for parts in cells.values() for name in parts), known, where)
    outcomes: dict[str, list[list[str] | None]] = {
        f"catnpsmap.{name}": [[] if name in parts else None for parts in cells.values()] for name in names
    }
    return _spread(column, list(cells), outcomes)


def _pairs(column: pl.Series, rule: ColumnRule, where: Place) -> tuple[Columns, dict[str, Pairs]]:
    """Give each name a column of its own, and the cells with pieces that are no pair."""
    found = laid_out(column, rule.pairs, rule.equals)
    names = _names(found.values, (), where)
    return {f"namevaluemap.{name}": found.values[name] for name in names}, found.unreadable


def _names(found: Any, known: Collection[str], where: Place) -> list[str]:
    """List the names that a column holds; too many mean that it is the wrong column."""
    names = list(dict.fromkeys(found))
    if len(names) > MOST_NAMES + len(known):
        raise ColumnError(
            f"The column holds {len(names):,} different names, so it can hardly be a list of names.",
            where=where,
            advice="Map another column, or correct split, pairs or equals in [columns].",
        )
    return names


def _unreadable(rows: Rows, column: pl.Series, cells: Mapping[str, Pairs], rule: ColumnRule) -> list[Problem]:
    """Hold the rows whose cell has a piece that is no pair."""
    if not cells:
        return []
    bad = pl.DataFrame({"row": rows.numbers, "cell": column}).filter(pl.col("cell").is_in(list(cells)))
    return [
        Problem(
            row=row,
            field="namevaluemap",
            code="pair_unreadable",
            message=f"This is no name{rule.equals}value pair, or names something a second time.",
            column=rule.column,
            value=piece,
        )
        for row, cell in bad.iter_rows()
        for piece in cells[cell].unreadable
    ]


def _distinct(column: pl.Series, exact: Callable[[str], Any]) -> dict[str, Any]:
    """Call a function once for each distinct cell; null cells and empty outcomes are left out."""
    found = ((cell, exact(cell)) for cell in column.drop_nulls().unique(maintain_order=True))
    return {cell: outcome for cell, outcome in found if outcome is not None}


def _spread(column: pl.Series, cells: Sequence[str], outcomes: Mapping[str, Sequence[Sequence[str] | None]]) -> Columns:
    """Give each row the lists of its cell, one column a name; null where there is none."""
    places = column.cast(pl.Enum(cells), strict=False).to_physical().cast(pl.UInt32)
    spread = list_columns(outcomes).select(pl.all().gather(places))
    return {column.name: column for column in spread}


def _first(one: pl.Series, other: pl.Series) -> pl.Series:
    """Keep the first column's value, and take the other's where it has none."""
    return coalesced([one, other])


def _stripped(frame: pl.DataFrame) -> pl.DataFrame:
    """Take white space off both ends, no-break spaces included; what is empty then is absent."""
    stripped = frame.select(pl.all().str.strip_chars())
    return stripped.select(pl.when(pl.all() != "").then(pl.all()))


def _constant(text: str | None, count: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, count)


def _values(rows: Rows, key: pl.Series, fields: Columns) -> pl.DataFrame:
    """Put row, key and the fields side by side, the fields in the template's order."""
    names = sorted(fields, key=lambda field: ORDER.index(split_field(field)[0]))
    columns = [rows.numbers.alias("row").cast(pl.Int64), key.alias("key")]
    return pl.DataFrame([*columns, *(fields[name].alias(name) for name in names)])


def _place(rows: Rows, column: str = "") -> Place:
    return Place(rows.source.path or rows.source.name, sheet=rows.source.sheet, column=column)

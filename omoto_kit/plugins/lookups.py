"""Lookups without code: a section of omoto.toml names a table, the column that is the key, and what it fills.

[lookups.stores]
file = "stores.xlsx"
key = "store_code=Code"                       # the answers' column, and the table's
"namevaluemap.unitname" = "Standard name"     # a field, and the table's column that fills it
"namevaluemap.city" = "City"
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omoto_kit.errors import PluginError, did_you_mean
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.steps import PROTECTED, EnricherStep, Rank, full_field, known_fields
from omoto_kit.plugins.tables import Table, find_table, need_column, open_table

__all__ = ["Lookup", "lookup_of", "lookup_steps"]

SETTINGS = ("file", "key", "rank", "overwrite")
RANKS: Mapping[str, Rank] = {"guess": "guess", "derived": "derived", "master": "master"}


@dataclass(frozen=True)
class Lookup:
    """One `[lookups.NAME]`: `reads` is the answers' column, `column` the table's, `fills` the table's by field."""

    name: str
    file: str
    reads: str
    column: str
    fills: Mapping[str, str]
    rank: Rank = "master"
    overwrite: bool = False


def lookup_of(name: str, section: Mapping[str, Any]) -> Lookup:
    """Take a section apart.

    Raises ValueError, in plain words and with the key in it, for what is missing, of the wrong kind or no field.

    >>> lookup_of("stores", {"file": "stores.csv", "key": "store_code=Code", "city": "City"}).fills
    {'namevaluemap.city': 'City'}
    """
    _check_texts(section)
    rank = RANKS.get(str(section.get("rank", "master")))
    if rank is None:
        raise ValueError(f"rank: Ranks are {', '.join(RANKS)}.")
    if not isinstance(section.get("overwrite", False), bool):
        raise ValueError("overwrite: It is true or false.")  # noqa: TRY004  one kind of error for all of a section
    fills = dict(_fills({key: value for key, value in section.items() if key not in SETTINGS}))
    if not fills:
        raise ValueError('It fills nothing. Write "namevaluemap.unitname" = "Standard name", with the table\'s column.')
    reads, _, column = section["key"].partition("=")
    reads, column = reads.strip(), column.strip() or reads.strip()
    return Lookup(name, section["file"], reads, column, fills, rank, section.get("overwrite", False))


def _check_texts(section: Mapping[str, Any]) -> None:
    """Raise ValueError where the table or its key is not named."""
    for key, example in (("file", 'file = "stores.xlsx"'), ("key", 'key = "store_code=Code"')):
        if not isinstance(section.get(key), str) or not section[key].strip():
            raise ValueError(f"{key}: It needs a text here. Write {example}.")


def _fills(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Give each field with its column; an unquoted dotted key arrives as a table in a table."""
    for key, value in section.items():
        name = above + key
        if isinstance(value, Mapping):
            yield from _fills(value, f"{name}.")
            continue
        field = full_field(name)
        if field is None or field in PROTECTED:
            raise ValueError(f"{name}: {_no_field(name)}")
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f'{name}: It needs the name of a column of the table, such as "Standard name".')
        yield field, value


def _no_field(name: str) -> str:
    if name in PROTECTED:
        return f"{name} comes from the campaign alone."
    known = [*SETTINGS, *known_fields()]
    near = did_you_mean(name, known) or f"Known are {', '.join(SETTINGS)} and fields such as namevaluemap.city."
    return f"{name!r} is neither a setting of a lookup nor a field. {near}"


def lookup_steps(lookup: Lookup, folder: Path | None) -> tuple[tuple[EnricherStep, ...], Table]:
    """Make the step of a lookup, and give its table. Raises PluginError where the table does not fit."""
    path = find_table(Path(lookup.file), [folder] if folder else [], lookup.name)
    table = open_table(path, lookup.name)
    where = f"lookups.{lookup.name}"
    for column in (lookup.column, *lookup.fills.values()):
        need_column(table, column, lookup.name, where)
    _refuse_doubtful(lookup, table)
    step = EnricherStep(
        "look_up",
        _looking_up(lookup, path),
        where=where,
        reads=(lookup.reads,),
        wants_context=True,
        writes=tuple(lookup.fills),
        rank=lookup.rank,
        overwrite=lookup.overwrite,
    )
    return (step,), table


def _looking_up(lookup: Lookup, path: Path) -> Callable[..., dict[str, str] | None]:
    def look_up(key: str, ctx: Context) -> dict[str, str] | None:
        row = ctx.table(path, key=lookup.column).get(key.strip())
        return None if row is None else {field: row[column] for field, column in lookup.fills.items()}

    return look_up


def _refuse_doubtful(lookup: Lookup, table: Table) -> None:
    """Refuse a table that says two things of one key: nobody knows which is right."""
    said = {(row[lookup.column], *(row[column] for column in lookup.fills.values())) for row in table.rows}
    twice = sorted(key for key, count in Counter(key for key, *_ in said).items() if key and count > 1)
    if twice:
        what = f"{table.path.name} says different things of {len(twice)} keys, {twice[0]!r} among them."
        advice = f"Keep one row for each {lookup.column!r}."
        raise PluginError(what, plugin=lookup.name, where=f"lookups.{lookup.name}", advice=advice)

"""The pure part of the road as one call: read, compose, enrich, validate; nothing is put and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Batch, Rows
from omoto_kit.campaign import Campaign
from omoto_kit.enrichment import Tally, enrich
from omoto_kit.errors import ResponseError
from omoto_kit.intake import ColumnMap, SavedMap, compose, read
from omoto_kit.journey.guessing import map_columns
from omoto_kit.journey.workspace import Workspace
from omoto_kit.plugins import Found, Plugins, Recipe, discover
from omoto_kit.validation import validate
from omoto_kit.wire import encode_rows

__all__ = ["Prepared", "ReadingChoices", "body_of", "load_listing", "load_plugins", "map_again", "prepare", "read_rows"]


@dataclass(frozen=True)
class ReadingChoices:
    """What a person may say about a source that its reader would else find out; None leaves it to the reader.

    `columns` (header to field, "" for none) and `saved` say which column feeds which field; of several saved maps the
    one for a file of this shape is used, if there is one.
    """

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    keep: tuple[str, ...] = ()
    as_table: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    saved: SavedMap | Sequence[SavedMap] = ()


@dataclass(frozen=True)
class Prepared:
    """A source that has come as far as it can without being sent: its rows, its column map and its batch.

    `tallies` say what each enricher was asked, what came of it, and how long it took.
    """

    rows: Rows
    columns: ColumnMap | None
    batch: Batch
    plugins: Plugins = field(default_factory=Plugins, repr=False)
    tallies: tuple[Tally, ...] = field(default=(), repr=False)


def load_plugins(workspace: Workspace, files: tuple[Path, ...] = ()) -> Plugins:
    """Load the plugins of the installation, of the workspace, and those named one by one."""
    return Plugins.load(
        workspace=workspace.root,
        files=files,
        settings=workspace.plugin_settings,
        lookups=workspace.lookups,
    ).preferring(workspace.prefer)


def load_listing(workspace: Workspace) -> tuple[Found, ...]:
    """List the plugins that `load_plugins` would find, each with its state, without importing any of them."""
    recipe = Recipe(workspace.root, settings=workspace.plugin_settings, lookups=workspace.lookups)
    return tuple(candidate.found for candidate in discover(recipe))


def prepare(source: Any, campaign: Campaign, plugins: Plugins, choices: ReadingChoices | None = None) -> Prepared:
    """Read, compose, enrich and validate a source. Sends nothing and writes nothing.

    Raises IntakeError or ColumnError where the source cannot be read or lacks a needed column.
    """
    chosen = choices or ReadingChoices()
    plugins = plugins.refreshed()
    return _on(read_rows(source, plugins, chosen), campaign, plugins, chosen)


def read_rows(source: Any, plugins: Plugins, choices: ReadingChoices) -> Rows:
    """Read a source as a person chose. Raises IntakeError where it cannot be read."""
    return read(
        source,
        sheet=choices.sheet,
        encoding=choices.encoding,
        delimiter=choices.delimiter,
        header_row=choices.header_row,
        keep=choices.keep,
        as_table=choices.as_table,
        plugins=plugins,
    )


def map_again(prepared: Prepared, campaign: Campaign, columns: Mapping[str, str]) -> Prepared:
    """Prepare rows that were read already once more, with other columns: header to field, "" for none."""
    return _on(prepared.rows, campaign, prepared.plugins, ReadingChoices(columns=columns))


def body_of(batch: Batch, row: int | None = None) -> str:
    """Give the jsonbody of a row, of the first where none is named, as far as it goes: held rows have one, too.

    Empty where there is no such row, or where none can be made of it.
    """
    values = batch.values.head(1) if row is None else batch.values.filter(pl.col("row") == row)
    try:
        return next((body for _, body in encode_rows(Batch(batch.campaign, batch.source, values))), "")
    except ResponseError:
        return ""


def _on(rows: Rows, campaign: Campaign, plugins: Plugins, chosen: ReadingChoices) -> Prepared:
    """Take rows from their columns to a checked batch."""
    columns = None if rows.bodies else map_columns(rows, campaign, chosen.columns, plugins, chosen.saved)
    composed = compose(rows, campaign, columns, filled_later=plugins.fills)
    if not len(rows):
        note = f"No row of this source is an answer ({rows.source.understood}); keep=... reads what was left out."
        composed = replace(composed, notes=(*composed.notes, note))
    tallies: list[Tally] = []
    batch = validate(enrich(composed, plugins=plugins, on_step=tallies.append), plugins=plugins)
    return Prepared(rows, columns, batch, plugins, tuple(tallies))

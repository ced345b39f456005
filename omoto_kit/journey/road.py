"""The pure part of the road as one call: read, compose, enrich, validate; nothing is put and nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch, Rows
from omoto_kit.campaign import Campaign
from omoto_kit.enrichment import Tally, enrich
from omoto_kit.intake import ColumnMap, compose, read
from omoto_kit.journey.guessing import map_columns
from omoto_kit.journey.workspace import Workspace
from omoto_kit.plugins import Found, Plugins
from omoto_kit.validation import validate

__all__ = ["Prepared", "ReadingChoices", "load_listing", "load_plugins", "prepare"]


@dataclass(frozen=True)
class ReadingChoices:
    """What a person may say about a source that its reader would else find out; None leaves it to the reader."""

    sheet: str | int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    keep: tuple[str, ...] = ()
    as_table: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


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
        prefer=workspace.prefer,
    )


def load_listing(workspace: Workspace) -> tuple[Found, ...]:
    """List the plugins that `load_plugins` would find, each with its state, without importing any of them."""
    return Plugins.scan(workspace=workspace.root, settings=workspace.plugin_settings, lookups=workspace.lookups)


def prepare(source: Any, campaign: Campaign, plugins: Plugins, choices: ReadingChoices | None = None) -> Prepared:
    """Read, compose, enrich and validate a source. Sends nothing and writes nothing.

    Raises IntakeError or ColumnError where the source cannot be read or lacks a needed column.
    """
    chosen = choices or ReadingChoices()
    plugins = plugins.refreshed()
    rows = read(
        source,
        sheet=chosen.sheet,
        encoding=chosen.encoding,
        delimiter=chosen.delimiter,
        header_row=chosen.header_row,
        keep=chosen.keep,
        as_table=chosen.as_table,
        plugins=plugins,
    )
    columns = None if rows.bodies else map_columns(rows, campaign, chosen.columns, plugins)
    composed = compose(rows, campaign, columns, filled_later=plugins.fills)
    if not len(rows):
        note = f"No row of this source is an answer ({rows.source.understood}); keep=... reads what was left out."
        composed = replace(composed, notes=(*composed.notes, note))
    tallies: list[Tally] = []
    batch = validate(enrich(composed, plugins=plugins, on_step=tallies.append), plugins=plugins)
    return Prepared(rows, columns, batch, plugins, tuple(tallies))

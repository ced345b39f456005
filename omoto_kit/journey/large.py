"""Large sources in batches: what must be known of all of one before its first batch.

The file is looked through twice: once for what only the whole of it shows (is it clean, which keys repeat, whether the
day or the month comes first), and once, batch by batch, for the rows themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from omoto_kit.campaign import Campaign
from omoto_kit.errors import IntakeError
from omoto_kit.intake import ColumnMap
from omoto_kit.intake.composing import row_keys
from omoto_kit.intake.mapping import find_header
from omoto_kit.intake.pieces import BLOCK, LARGE, Pieces, is_large, open_pieces
from omoto_kit.journey.guessing import map_columns
from omoto_kit.journey.road import ReadingChoices
from omoto_kit.journey.streaming import Stream
from omoto_kit.plugins import Plugins
from omoto_kit.validation import SourceCheck

__all__ = ["prepare_stream"]


def prepare_stream(
    source: Any,
    campaign: Campaign,
    plugins: Plugins,
    choices: ReadingChoices | None = None,
    *,
    least: int = LARGE,
    block: int | None = None,
) -> Stream | None:
    """Prepare large clean files in bounded memory; None for any other source, which `prepare` takes as a whole.

    `least` is the size in bytes from which on files are streamed, `block` that of what is in memory at once, by default
    as much as suits the plugins. Sends nothing and writes nothing but a temporary file. Raises ColumnError as `prepare`
    does, and IntakeError where the disk has no room for what a packed file holds.
    """
    chosen = choices or ReadingChoices()
    if not is_large(source, least):
        return None
    plugins = plugins.refreshed()
    options = {name: getattr(chosen, name) for name in ("sheet", "encoding", "delimiter", "header_row")}
    foreign = {suffix for reader in plugins.readers for suffix in reader.suffixes}
    blocks = open_pieces(source, block or _block(plugins), foreign=foreign, **options)
    if blocks is None:
        return None
    columns = map_columns(blocks.first, campaign, chosen.columns, plugins, chosen.saved)
    dates = _date_headers(campaign, columns)
    if not all(dates.values()):
        return None
    check = SourceCheck(campaign, plugins)
    try:
        _look_through(blocks, campaign, check, dates)
    except (IntakeError, pl.exceptions.PolarsError):
        return None  # reading it as a whole says what is wrong
    return Stream(campaign, columns, plugins, blocks, check)


def _block(plugins: Plugins) -> int:
    """Choose how much is in memory at once: less where plugins fill fields, which takes memory for each row."""
    return BLOCK // 2 if plugins.enrichers else BLOCK


def _date_headers(campaign: Campaign, columns: ColumnMap) -> dict[str, str]:
    """Name for each date field the column of the source that feeds it; empty where only a plugin could."""
    applied = {name: rule.column for name, rule in columns.applied.items()}
    dates = [name for name, attribute in (campaign.attributes or {}).items() if attribute.kind in ("date", "datetime")]
    fields = [f"namevaluemap.{name}" for name in dates]
    return {name: applied.get(name) or applied.get("namevaluemap", "") for name in fields}


def _look_through(blocks: Pieces, campaign: Campaign, check: SourceCheck, dates: Mapping[str, str]) -> None:
    """Show the check all keys and dates of the source."""
    headers = blocks.first.frame.columns
    identity = [find_header(name, headers, blocks.first.labels) for name in campaign.identity]
    wanted = [name for name in headers if name in {*identity, *dates.values()}]
    for rows in blocks.parts(wanted or headers[:1]):
        check.look(row_keys(rows, campaign), {name: rows.frame[header] for name, header in dates.items()})

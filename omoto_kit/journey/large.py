"""Large sources: which ones are worth streaming, and what must be known of all of one before its first batch.

The file is looked through twice: once for what only the whole of it shows (is it clean, which keys repeat, whether the
day or the month comes first), and once, batch by batch, for the rows themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.campaign import Campaign
from omoto_kit.errors import IntakeError
from omoto_kit.intake import ColumnMap
from omoto_kit.intake.blocks import BLOCK, open_blocks
from omoto_kit.intake.chains import OneFile, Pieces, open_chain
from omoto_kit.intake.composing import row_keys
from omoto_kit.intake.mapping import find_header
from omoto_kit.intake.rowgroups import PARQUET, open_parquet
from omoto_kit.intake.several import files_of
from omoto_kit.intake.unpacking import unpacked_size
from omoto_kit.journey.guessing import map_columns
from omoto_kit.journey.road import ReadingChoices
from omoto_kit.journey.streaming import Stream
from omoto_kit.plugins import Plugins
from omoto_kit.validation import SourceCheck

__all__ = ["LARGE", "PACKED", "is_large", "prepare_stream"]

#: From so many bytes on, a file is worth streaming.
LARGE = 50_000_000
#: A Parquet file holds about so many times its size.
PACKED = 5


def is_large(source: Any, least: int = LARGE) -> bool:
    """Tell whether files hold enough to be worth streaming, out of their packing; what cannot be read does not.

    `source` is what `read` takes: a path, a pattern, or a list of these.
    """
    try:
        found = files_of(source)
        sizes = [_size(path) for path in found[0]] if found is not None else []
    except (IntakeError, OSError):
        return False
    return None not in sizes and sum(filter(None, sizes)) >= least and bool(sizes)


def _size(path: Path) -> int | None:
    """Give about how many bytes a file holds out of its packing; None where it is no file."""
    if not path.is_file():
        return None
    return path.stat().st_size * PACKED if path.suffix.lower() in PARQUET else unpacked_size(path)


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
    found = files_of(source) if is_large(source, least) else None
    if found is None:
        return None
    paths, name = found
    plugins = plugins.refreshed()
    if any(path.suffix.lower() in reader.suffixes for reader in plugins.readers for path in paths):
        return None
    options = {name: getattr(chosen, name) for name in ("sheet", "encoding", "delimiter", "header_row")}
    opener = partial(_open, block=block or _block(plugins), options=options)
    blocks: Pieces | None = opener(paths[0]) if len(paths) == 1 else open_chain(paths, name, opener)
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


def _open(path: Path, block: int, options: Mapping[str, Any]) -> OneFile | None:
    """Open one file, to be gone through in pieces."""
    if path.suffix.lower() in PARQUET:
        return open_parquet(path, **options)
    return open_blocks(path, block=block, **options)


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

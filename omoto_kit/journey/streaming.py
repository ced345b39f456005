"""The road for files larger than memory: the same batches, a part of the rows at a time.

The file is looked through twice: once for what only the whole of it shows (is it clean, which keys repeat, whether the
day or the month comes first), and once for the rows themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from omoto_kit.batch import Batch, Parts, Rows, Source
from omoto_kit.campaign import Campaign, is_field, split_field
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.delivery.putting import digest_of
from omoto_kit.enrichment import enrich
from omoto_kit.errors import IntakeError, OutboxError
from omoto_kit.intake import ColumnMap, compose
from omoto_kit.intake.blocks import BLOCK, Blocks, open_blocks
from omoto_kit.intake.composing import row_keys
from omoto_kit.intake.mapping import find_header
from omoto_kit.intake.rowgroups import PARQUET, RowGroups, open_parquet
from omoto_kit.intake.unpacking import unpacked_size
from omoto_kit.journey.guessing import map_columns
from omoto_kit.journey.history import ROWS, recall
from omoto_kit.journey.road import ReadingChoices
from omoto_kit.journey.spilling import Spill
from omoto_kit.plugins import Plugins
from omoto_kit.problem import Guard
from omoto_kit.validation import SourceCheck, hold_against

__all__ = ["LARGE", "PACKED", "Stream", "is_large", "prepare_stream"]

#: From so many bytes on, a file is worth streaming.
LARGE = 50_000_000
#: A Parquet file holds about so many times its size.
PACKED = 5


@dataclass
class Stream:
    """A large source on its way: `batches` gives its rows in order, each batch read, composed, enriched, validated.

    `counts`, `notes`, `guards`, `portrait` and `source` are of the whole source once all batches have gone by; `head`
    holds its first rows.
    """

    campaign: Campaign
    columns: ColumnMap
    plugins: Plugins = field(repr=False)
    blocks: Blocks | RowGroups = field(repr=False)
    check: SourceCheck = field(repr=False)
    notes: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    head: Batch | None = field(default=None, repr=False)

    @property
    def source(self) -> Source:
        """The file, with what was understood of it."""
        return self.blocks.source(self.counts.get("rows", 0))

    def batches(self) -> Iterator[Batch]:
        """Go through the source from its first row."""
        self.check, self.head = self.check.again(), None
        self.counts = dict.fromkeys(("rows", "ready", "held", "problems", "duplicate"), 0)
        order: dict[str, None] = {}
        for rows in self.blocks.parts():
            batch = self._checked(rows, order)
            self.notes = tuple(dict.fromkeys([*self.notes, *batch.notes]))
            for name, count in batch.counts().items():
                self.counts[name] += count
            if self.head is None or len(self.head) < ROWS:
                self.head = _joined(self.head, batch)
            yield batch
        self.notes = tuple(dict.fromkeys([*self.notes, *self.check.notes()]))
        self.guards = self.check.guards()

    def _checked(self, rows: Rows, order: dict[str, None]) -> Batch:
        """Compose, enrich and validate some rows."""
        composed = compose(rows, self.campaign, self.columns, filled_later=self.plugins.fills)
        return self.check.validate(enrich(_in_order(composed, order), plugins=self.plugins))

    def parts(self, batches: Iterable[Batch], outbox: Path, endpoint: HttpEndpoint | None = None) -> Parts:
        """Go through batches of this stream once, and give what an outbox is to put: it goes through them once more.

        They are laid aside on disk meanwhile, or made a second time where that has no room. What only earlier batches
        show, by the outbox, is among the guards.
        """
        spill = Spill()
        digest = hashlib.sha256()
        for batch in spill.through(batches):
            digest.update(digest_of(batch))
        guards, counts = self.guarded(outbox, endpoint), dict(self.counts)
        again = spill.batches if spill.whole else self.batches
        return Parts(self.campaign, self.source, digest.digest(), counts, guards, self.notes, again=again)

    def guarded(self, outbox: Path, endpoint: HttpEndpoint | None = None) -> tuple[Guard, ...]:
        """Give the guards of the whole source, and those that only show against what an outbox knows."""
        if self.head is None:
            return self.guards
        head = replace(self.head, source=self.source)
        try:
            history = recall(head, outbox, endpoint)
        except OutboxError as error:
            self.notes = (*self.notes, f"Earlier batches were not looked at. {error}")
            return self.guards
        before = tuple(replace(one, looked=self.counts["rows"]) if one.same_file else one for one in history.before)
        found = hold_against(self.check.whole(), replace(history, before=before), self.check.names)
        return (*self.guards, *(guard for guard in found if guard not in self.guards))


def _joined(head: Batch | None, batch: Batch) -> Batch:
    """Add a batch's rows to the first ones, without what is told of them."""
    values = batch.values.head(ROWS)
    if head is not None:
        values = pl.concat([head.values, values], how="diagonal").head(ROWS)
    return Batch(batch.campaign, batch.source, values, columns=batch.columns)


def is_large(path: Path, least: int = LARGE) -> bool:
    """Tell whether a file holds enough to be worth streaming, out of its packing; one that cannot be read does not."""
    is_parquet = path.suffix.lower() in PARQUET
    try:
        return path.is_file() and (path.stat().st_size * PACKED if is_parquet else unpacked_size(path)) >= least
    except OSError:
        return False


def prepare_stream(
    source: Any,
    campaign: Campaign,
    plugins: Plugins,
    choices: ReadingChoices | None = None,
    *,
    least: int = LARGE,
    block: int = BLOCK,
) -> Stream | None:
    """Prepare a large clean file in bounded memory; None for any other source, which `prepare` takes as a whole.

    `least` is the size in bytes from which on a file is streamed, `block` that of what is in memory at once. Sends
    nothing and writes nothing but a temporary file. Raises ColumnError as `prepare` does, and IntakeError where the
    disk has no room for what a packed file holds.
    """
    chosen = choices or ReadingChoices()
    path = Path(source).expanduser() if isinstance(source, str | Path) else None
    if path is None or not is_large(path, least):
        return None
    plugins = plugins.refreshed()
    if any(path.suffix.lower() in reader.suffixes for reader in plugins.readers):
        return None
    options = {name: getattr(chosen, name) for name in ("sheet", "encoding", "delimiter", "header_row")}
    is_parquet = path.suffix.lower() in PARQUET
    blocks = open_parquet(path, **options) if is_parquet else open_blocks(path, block=block, **options)
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


def _date_headers(campaign: Campaign, columns: ColumnMap) -> dict[str, str]:
    """Name for each date field the column of the source that feeds it; empty where only a plugin could."""
    applied = {name: rule.column for name, rule in columns.applied.items()}
    dates = [name for name, attribute in (campaign.attributes or {}).items() if attribute.kind in ("date", "datetime")]
    fields = [f"namevaluemap.{name}" for name in dates]
    return {name: applied.get(name) or applied.get("namevaluemap", "") for name in fields}


def _look_through(blocks: Blocks | RowGroups, campaign: Campaign, check: SourceCheck, dates: Mapping[str, str]) -> None:
    """Show the check all keys and dates of the source."""
    headers = blocks.first.frame.columns
    identity = [find_header(name, headers, blocks.first.labels) for name in campaign.identity]
    wanted = [name for name in headers if name in {*identity, *dates.values()}]
    for rows in blocks.parts(wanted or headers[:1]):
        check.look(row_keys(rows, campaign), {name: rows.frame[header] for name, header in dates.items()})


def _in_order(batch: Batch, order: dict[str, None]) -> Batch:
    """Let names of a map keep the order in which the source first had them, as they do in one whole batch."""
    names = batch.values.columns
    order |= dict.fromkeys(name for name in names if is_field(name) and split_field(name)[1])
    places = {name: place for place, name in enumerate(order)}
    result = list(names)
    for group in ("catnpsmap", "namevaluemap"):
        slots = [at for at, name in enumerate(names) if name in places and split_field(name)[0] == group]
        mine = sorted((names[at] for at in slots), key=places.__getitem__)
        for at, name in zip(slots, mine, strict=True):
            result[at] = name
    return batch if result == names else replace(batch, values=batch.values.select(result))

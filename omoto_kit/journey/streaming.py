"""The road for files larger than memory: the same batches, a part of the rows at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from omoto_kit.batch import Batch, Parts, Rows, Source
from omoto_kit.campaign import Campaign, is_field, split_field
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.delivery.putting import digest_of
from omoto_kit.enrichment import enrich
from omoto_kit.errors import OutboxError
from omoto_kit.intake import ColumnMap, compose
from omoto_kit.intake.chains import Pieces
from omoto_kit.journey.history import ROWS, recall
from omoto_kit.journey.keeping import copied
from omoto_kit.journey.spilling import Spill
from omoto_kit.plugins import Plugins
from omoto_kit.problem import Guard
from omoto_kit.validation import SourceCheck, hold_against

__all__ = ["Stream"]

_NO_ROWS = pl.DataFrame(schema={"row": pl.Int64, "key": pl.String})
#: Rows of a piece: enough that columns pay.
ROWS_AT_ONCE = 10_000


@dataclass
class Stream:
    """A large source on its way: `batches` gives its rows in order, each batch read, composed, enriched, validated.

    `counts`, `notes`, `guards`, `portrait` and `source` are of the whole source once all batches have gone by; `head`
    holds its first rows.
    """

    campaign: Campaign
    columns: ColumnMap
    plugins: Plugins = field(repr=False)
    blocks: Pieces = field(repr=False)
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
            del rows, batch  # the next one is made without them in memory
        self.notes = tuple(dict.fromkeys([*self.notes, *self.check.notes()]))
        self.guards = self.check.guards()

    def _checked(self, rows: Rows, order: dict[str, None]) -> Batch:
        """Compose, enrich and validate some rows."""
        composed = compose(rows, self.campaign, self.columns, filled_later=self.plugins.fills)
        return self.check.validate(enrich(_in_order(composed, order), plugins=self.plugins))

    def parts(self, batches: Iterable[Batch], outbox: Path, endpoint: HttpEndpoint | None = None) -> Parts:
        """Go through batches of this stream once, and give what an outbox is to put: it goes through them once more.

        They are laid aside on disk meanwhile, piece by piece, or made a second time where that has no room. What only
        earlier batches show, by the outbox, is among the guards.
        """
        spill = Spill()
        digest = hashlib.sha256()
        for piece in _pieces(batches):
            spill.keep(piece)
            digest.update(digest_of(piece))
            del piece
        guards, counts = self.guarded(outbox, endpoint), dict(self.counts)
        again = spill.batches if spill.whole else self.pieces
        return Parts(self.campaign, self.source, digest.digest(), counts, guards, self.notes, again=again)

    def pieces(self) -> Iterator[Batch]:
        """Go through the source from its first row, a few rows at a time and without the record of changes."""
        return _pieces(self.batches())

    def outline(self, guards: tuple[Guard, ...]) -> Batch:
        """Give the first rows of the source, with what is said of all of it, once all batches have gone by."""
        head = Batch(self.campaign, self.source, _NO_ROWS) if self.head is None else self.head
        return replace(head, source=self.source, notes=self.notes, guards=guards)

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


def _pieces(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Give batches a few rows at a time, so that whoever packs or seals them never has a long one twice in memory."""
    for batch in batches:
        yield from batch.pieces(ROWS_AT_ONCE)
        del batch  # the next one is made without it in memory


def _joined(head: Batch | None, batch: Batch) -> Batch:
    """Add a copy of a batch's rows to the first ones, without what is told of them; a slice would keep all of it."""
    values = copied(batch.values.select("row", "key", *batch.fields).head(ROWS))
    if head is not None:
        values = pl.concat([head.values, values], how="diagonal").head(ROWS)
    return Batch(batch.campaign, batch.source, values, columns=batch.columns)


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

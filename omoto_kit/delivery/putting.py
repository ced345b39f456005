"""From a batch to the rows that the store takes: hashed lot by lot, and sealed where a row is new.

What is recognised needs its hash only, so forms are made last, and only of rows that are written down.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote_plus

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch, Parts, Source
from omoto_kit.campaign import OPEN_FIELDS
from omoto_kit.delivery.content import content_of
from omoto_kit.delivery.keys import SUBJECT_FIELDS, canonical, content_hashes, content_head, subject_hasher
from omoto_kit.errors import OutboxError
from omoto_kit.problem import Severity
from omoto_kit.wire import Envelope, encode_frame, seal

__all__ = ["Binding", "Details", "Lot", "digest_of", "lots_of", "once_more", "source_of"]

ROWS_AT_ONCE = 5_000  #: rows of a lot: enough that columns pay, few enough to stay in the processor's cache
ASCII = "".join(map(chr, range(128)))
#: What a form writes for the ASCII signs that it cannot hold; the pairs that stand between texts are written at once.
SIGNS = [sign for sign in ASCII if quote_plus(sign) != sign]
PAIRS = ('":"', '","', '":{"', '"},"', '"}}', '{"')
QUOTES = {text: quote_plus(text) for text in (*PAIRS, *SIGNS)}


@dataclass(frozen=True)
class Binding:
    """What keys are bound to: the endpoint's identity, and the outbox's own secret."""

    endpoint: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, repr=False)
class Details:
    """What is written down of rows besides their keys, in columns.

    Who answered, the form of a ready row, the source's own columns, and the problems of a held row.
    """

    subjects: Sequence[bytes | None]
    forms: Sequence[bytes | None]
    originals: Sequence[str | None]
    problems: Sequence[str | None]


@dataclass(frozen=True)
class Lot:
    """Some rows of a batch, in order: their numbers, their own keys, and the hashes of what they say.

    A row without a content is held, for the reason that `held` gives with its problems as JSON; `repeated` names the
    rows that a check called repetitions.
    """

    rows: Sequence[int]
    identities: Sequence[str | None] = field(repr=False)
    contents: Sequence[bytes | None] = field(repr=False)
    held: Mapping[int, tuple[str, str]] = field(repr=False)
    repeated: frozenset[int]
    sealer: Sealer = field(repr=False)
    values: pl.DataFrame = field(repr=False)

    def details(self, places: Sequence[int]) -> Details:
        """Seal the rows at these places of the lot."""
        if not places:
            return Details((), (), (), ())
        values = self.values if len(places) == self.values.height else self.values[list(places)]
        return self.sealer.details(values, self.held)


class Sealer:
    """Hashes and seals the rows of one batch."""

    def __init__(self, batch: Batch, binding: Binding) -> None:
        self._batch = batch
        self._binding = binding
        self._header = seal("", batch.campaign).jsonheader
        self._head = content_head(binding.endpoint, self._header)
        self._empty = Envelope(self._header, "").form()
        there = [name for name in SUBJECT_FIELDS if f"customerinfo.{name}" in batch.values.columns]
        self._customer = [f"customerinfo.{name}" for name in there]
        self._subject = subject_hasher(binding.secret, binding.endpoint, batch.campaign.id, there)
        self._sources = [name for name in batch.values.columns if name.startswith("source.")]
        self._by_hand = batch.changes.filter(pl.col("step").str.starts_with("fix:"))  # once, not for each lot

    def contents(self, values: pl.DataFrame) -> list[bytes]:
        """Hash what makes each answer itself."""
        names = encode_frame(self._sendable(values), by_name=True)["jsonbody"]
        if not _is_ascii(names).all():
            texts = [text if unicodedata.is_normalized("NFC", text) else canonical(text) for text in names]
            names = pl.Series(texts, dtype=pl.String)
        parts: list[pl.Expr] = [pl.lit(self._head), pl.lit(names)]
        if "key" in values.columns and values["key"].null_count() < values.height:
            parts.append(pl.lit("\0" + values["key"].cast(pl.String)).fill_null(""))
        whole = values.select(pl.concat_str(parts).cast(pl.Binary).alias("text"))["text"]
        return content_hashes(whole.to_list())

    def details(self, values: pl.DataFrame, held: Mapping[int, tuple[str, str]]) -> Details:
        """Seal rows: ready ones with their form, held ones with their problems."""
        if not held:
            originals = self._originals(values)
            nothing = [None] * values.height
            return Details(self._subjects(values) or nothing, self._forms(values), originals, nothing)
        ready = values.filter(~pl.col("row").is_in(list(held)))
        rows: list[int] = values["row"].to_list()
        waits = values.filter(pl.col("row").is_in(list(held)))
        waiting = replace(self._batch, values=waits, changes=self._by_hand).as_it_stands()
        forms, subjects = iter(self._forms(ready)), iter(self._subjects(ready) or [None] * ready.height)
        plain, mendable = iter(self._originals(ready)), iter(self._originals(waiting))
        return Details(
            [None if row in held else next(subjects) for row in rows],
            [None if row in held else next(forms) for row in rows],
            [next(mendable if row in held else plain) for row in rows],  # a held row is composed anew, and alone
            [held[row][1] if row in held else None for row in rows],
        )

    def _subjects(self, ready: pl.DataFrame) -> list[bytes | None]:
        """Hash who answered; nothing where no column tells that."""
        return list(map(self._subject, ready.select(self._customer).iter_rows())) if self._customer else []

    def _forms(self, ready: pl.DataFrame) -> list[bytes]:
        """Make the forms' bytes, whole columns at a time."""
        bodies = pl.lit(encode_frame(self._sendable(ready))["jsonbody"])
        others = pl.select(bodies.str.join("").cast(pl.Binary)).item().translate(None, ASCII.encode()).decode()
        quotes = QUOTES | {sign: quote_plus(sign) for sign in set(others)}
        forms = pl.lit(self._empty.decode("ascii")) + bodies.str.replace_many(quotes, leftmost=True)
        return pl.select(forms.cast(pl.Binary)).to_series().to_list()

    def _originals(self, values: pl.DataFrame) -> Sequence[str | None]:
        """Write the source's own columns as JSON objects."""
        if not self._sources:
            return [None] * values.height
        columns = [pl.col(name).alias(name.removeprefix("source.")) for name in self._sources]
        written: list[str | None] = values.select(pl.struct(columns).struct.json_encode().alias("o"))["o"].to_list()
        return written

    def _sendable(self, values: pl.DataFrame) -> Batch:
        return replace(self._batch, values=values, problems=pl.DataFrame(schema=PROBLEMS))


def digest_of(batch: Batch | Parts) -> bytes:
    """Hash all of a batch that decides what is sent, so that the very same batch is recognised at a glance."""
    if isinstance(batch, Parts):
        return batch.digest
    campaign = batch.campaign
    digest = hashlib.sha256(json.dumps([2, campaign.id, campaign.processid, campaign.absent]).encode())
    for table in (batch.values, batch.problems):
        for part in content_of(table):
            digest.update(part)
    return digest.digest()


def source_of(batch: Batch | Parts, digest: bytes) -> Source:
    """Give the batch's source; one without a fingerprint is known by its content."""
    source = batch.source
    return source if source.fingerprint else replace(source, fingerprint=digest.hex())


def lots_of(batch: Batch | Parts, binding: Binding) -> Iterator[Lot]:
    """Give all rows in order, lot by lot, of a source in parts as its batches come.

    Raises OutboxError where these are not the batches that were checked: whoever puts them then undoes all.
    """
    for part in once_more(batch) if isinstance(batch, Parts) else (batch,):
        yield from _lots_of(part, binding)
        del part  # so that it is not in memory beside the next one


def once_more(parts: Parts) -> Iterator[Batch]:
    """Go through a source in parts once more.

    Raises OutboxError at its end where these were not the batches that were checked: nothing may come of them then.
    """
    seen = hashlib.sha256()
    for part in parts.again():
        seen.update(digest_of(part))
        yield part
        del part  # so that it is not in memory beside the next one
    if seen.digest() != parts.digest:
        what = f"{parts.source.name} is not what it was when it was checked a moment ago, so nothing of it was put."
        raise OutboxError(what, where=parts.source.path, advice="Let nobody write to it meanwhile, and push it again.")


def _lots_of(batch: Batch, binding: Binding) -> Iterator[Lot]:
    """Give the rows of one batch: ready ones hashed, held ones with the reason, repeated ones marked."""
    held, repeated = dict(_reasons(batch)), frozenset(batch.duplicate_rows)
    sealer = Sealer(batch, binding)
    for values in batch.values.iter_slices(ROWS_AT_ONCE):
        rows: list[int] = values["row"].to_list()
        keys = values["key"].cast(pl.String).to_list() if "key" in values.columns else [None] * len(rows)
        mine = {row: held[row] for row in rows if row in held} if held else {}
        contents: list[bytes | None]
        if mine:
            hashed = iter(sealer.contents(values.filter(~pl.col("row").is_in(list(mine)))))
            contents = [None if row in mine else next(hashed) for row in rows]
        else:
            contents = list(sealer.contents(values))
        again = repeated.intersection(rows) if repeated else repeated
        yield Lot(rows, keys, contents, mine, again, sealer, values)
        del keys, contents


def _is_ascii(texts: pl.Series) -> pl.Series:
    return texts.str.len_bytes() == texts.str.len_chars()


def _reasons(batch: Batch) -> Iterator[tuple[int, tuple[str, str]]]:
    """Give each held row's reason, which quotes nothing personal, and its problems as JSON."""
    errors = batch.problems.filter(pl.col("severity") == Severity.ERROR.value).sort("row", maintain_order=True)
    for row, problems in groupby(errors.iter_rows(named=True), key=itemgetter("row")):
        told = list(problems)
        first = told[0]
        message = first["message"]
        if first["value"] and first["field"] not in OPEN_FIELDS:
            message = message.replace(first["value"], "...")
        codes = ", ".join(dict.fromkeys(problem["code"] for problem in told))
        yield row, (f"{codes}: {message}", json.dumps(told, ensure_ascii=False))

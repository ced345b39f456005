"""From a batch to the rows that the store takes: sealed, hashed, and held rows with their reasons."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch, Source
from omoto_kit.delivery.keys import SUBJECT_FIELDS, content_hash, subject_key
from omoto_kit.delivery.model import Incoming
from omoto_kit.problem import Severity
from omoto_kit.wire import encode_rows, seal

__all__ = ["Binding", "digest_of", "incoming_rows", "source_of"]

#: Fields whose values name no person, so that a reason may quote them.
OPEN_FIELDS = ("campaignid", "channel", "campaigntype", "npsrating", "namevaluemap.unitname", "namevaluemap.city")


@dataclass(frozen=True)
class Binding:
    """What keys are bound to: the endpoint's identity, and the outbox's own secret."""

    endpoint: str
    secret: bytes


def digest_of(batch: Batch) -> bytes:
    """Hash all of a batch that decides what is sent, so that the very same batch is recognised at a glance."""
    campaign = batch.campaign
    digest = hashlib.sha256(json.dumps([1, campaign.id, campaign.processid, campaign.absent]).encode())
    for frame in (batch.values, batch.problems):
        buffer = io.BytesIO()
        frame.rechunk().write_ipc(buffer)
        digest.update(buffer.getbuffer())
    return digest.digest()


def source_of(batch: Batch, digest: bytes) -> Source:
    """Give the batch's source; one without a fingerprint is known by its content."""
    source = batch.source
    return source if source.fingerprint else replace(source, fingerprint=digest.hex())


def incoming_rows(batch: Batch, binding: Binding) -> Iterator[Incoming]:
    """Give every row in order: ready ones sealed, held ones with the reason, repeated ones marked."""
    held, repeated = set(batch.held_rows), set(batch.duplicate_rows)
    sendable = replace(
        batch,
        values=batch.values.filter(~pl.col("row").is_in(list(held))),
        problems=pl.DataFrame(schema=PROBLEMS),
    )
    bodies = encode_rows(sendable)
    reasons = dict(_reasons(batch))
    for row, identity, original, customer in _places(batch):
        if row in held:
            reason, problems = reasons[row]
            yield Incoming(row, identity=identity, original=original, problems=problems, reason=reason)
            continue
        number, body = next(bodies)
        if number != row:
            raise AssertionError("bodies and rows must run side by side")
        envelope = seal(body, batch.campaign)
        yield Incoming(
            row,
            content=content_hash(binding.endpoint, envelope.jsonheader, body, identity),
            identity=identity,
            subject=subject_key(binding.secret, binding.endpoint, batch.campaign.id, customer),
            form=None if row in repeated else envelope.form(),
            original=original,
            repeated=row in repeated,
        )


def _places(batch: Batch) -> Iterator[tuple[int, str | None, str | None, Mapping[str, str | None]]]:
    """Give each row's number, own key, original columns as JSON, and what tells its customer."""
    values = batch.values
    sources = [name for name in values.columns if name.startswith("source.")]
    originals: pl.Expr = pl.lit(None, pl.String)
    if sources:
        originals = pl.struct(pl.col(name).alias(name.removeprefix("source.")) for name in sources).struct.json_encode()
    key = pl.col("key").cast(pl.String) if "key" in values.columns else pl.lit(None, pl.String)
    fields = [f"customerinfo.{name}" for name in SUBJECT_FIELDS if f"customerinfo.{name}" in values.columns]
    names = [name.removeprefix("customerinfo.") for name in fields]
    frame = values.select(pl.col("row"), key.alias("key"), originals.alias("original"), *fields)
    for number, identity, original, *customer in frame.iter_rows():
        yield number, identity, original, dict(zip(names, customer, strict=True))


def _reasons(batch: Batch) -> Iterator[tuple[int, tuple[str, str]]]:
    """Give each held row's reason, which quotes nothing personal, and its problems as JSON."""
    errors = batch.problems.filter(pl.col("severity") == Severity.ERROR.value)
    for (row,), problems in errors.group_by("row", maintain_order=True):
        first = problems.row(0, named=True)
        message = first["message"]
        if first["value"] and first["field"] not in OPEN_FIELDS:
            message = message.replace(first["value"], "...")
        codes = ", ".join(problems["code"].unique(maintain_order=True))
        yield int(str(row)), (f"{codes}: {message}", json.dumps(problems.to_dicts(), ensure_ascii=False))

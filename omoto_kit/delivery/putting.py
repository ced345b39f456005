"""From a batch to the rows that the store takes: sealed, hashed, and held rows with their reasons."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

import polars as pl

from omoto_kit.batch import PROBLEMS, Batch, Parts, Source
from omoto_kit.delivery.keys import SUBJECT_FIELDS, canonical, content_hash, subject_key
from omoto_kit.delivery.model import Incoming
from omoto_kit.problem import Severity
from omoto_kit.wire import Envelope, encode_frame, seal

__all__ = ["Binding", "digest_of", "incoming_rows", "source_of"]

ROWS_AT_ONCE = 10_000
#: What a form writes for the ASCII signs that it cannot hold.
QUOTES = {chr(code): quote_plus(chr(code)) for code in range(128) if quote_plus(chr(code)) != chr(code)}
#: Fields whose values name no person, so that a reason may quote them.
OPEN_FIELDS = ("campaignid", "channel", "campaigntype", "npsrating", "namevaluemap.unitname", "namevaluemap.city")


@dataclass(frozen=True)
class Binding:
    """What keys are bound to: the endpoint's identity, and the outbox's own secret."""

    endpoint: str
    secret: bytes


def digest_of(batch: Batch | Parts) -> bytes:
    """Hash all of a batch that decides what is sent, so that the very same batch is recognised at a glance."""
    if isinstance(batch, Parts):
        return batch.digest
    campaign = batch.campaign
    digest = hashlib.sha256(json.dumps([1, campaign.id, campaign.processid, campaign.absent]).encode())
    for frame in (batch.values, batch.problems):
        buffer = io.BytesIO()
        frame.rechunk().write_ipc(buffer)
        digest.update(buffer.getbuffer())
    return digest.digest()


def source_of(batch: Batch | Parts, digest: bytes) -> Source:
    """Give the batch's source; one without a fingerprint is known by its content."""
    source = batch.source
    return source if source.fingerprint else replace(source, fingerprint=digest.hex())


def incoming_rows(batch: Batch | Parts, binding: Binding) -> Iterator[Incoming]:
    """Give every row in order, of a source in parts as its batches come."""
    for part in batch.again() if isinstance(batch, Parts) else (batch,):
        yield from _incoming_rows(part, binding)


def _incoming_rows(batch: Batch, binding: Binding) -> Iterator[Incoming]:
    """Give every row in order: ready ones sealed, held ones with the reason, repeated ones marked."""
    held, repeated = dict(_reasons(batch)), set(batch.duplicate_rows)
    header = seal("", batch.campaign).jsonheader
    empty = Envelope(header, "").form()
    customer = _customer_fields(batch)
    for part in batch.values.iter_slices(ROWS_AT_ONCE):
        for row, identity, original, body, by_name, quoted, *who in _sealed(batch, part, list(held)).iter_rows():
            if row in held:
                reason, problems = held[row]
                yield Incoming(row, identity=identity, original=original, problems=problems, reason=reason)
                continue
            unique = by_name if unicodedata.is_normalized("NFC", by_name) else canonical(body)
            known = dict(zip(customer, who, strict=True))
            yield Incoming(
                row,
                content=content_hash(binding.endpoint, header, unique, identity),
                identity=identity,
                subject=subject_key(binding.secret, binding.endpoint, batch.campaign.id, known),
                form=None if row in repeated else _form(header, empty, body, quoted),
                original=original,
                repeated=row in repeated,
            )


def _sealed(batch: Batch, part: pl.DataFrame, held: list[int]) -> pl.DataFrame:
    """Give row, own key, original columns as JSON, jsonbody in both orders, and quoted, and what tells the customer."""
    values = part.filter(~pl.col("row").is_in(held))
    sendable = replace(batch, values=values, problems=pl.DataFrame(schema=PROBLEMS))
    bodies = encode_frame(sendable).select("row", body="jsonbody", quoted=pl.col("jsonbody").str.replace_many(QUOTES))
    bodies = bodies.with_columns(encode_frame(sendable, by_name=True)["jsonbody"].alias("by_name"))
    sources = [name for name in part.columns if name.startswith("source.")]
    original: pl.Expr = pl.lit(None, pl.String)
    if sources:
        original = pl.struct(pl.col(name).alias(name.removeprefix("source.")) for name in sources).struct.json_encode()
    key = pl.col("key").cast(pl.String) if "key" in part.columns else pl.lit(None, pl.String)
    customer = [pl.col(f"customerinfo.{name}") for name in _customer_fields(batch)]
    frame = part.select("row", key.alias("key"), original.alias("original"), *customer)
    whole = frame.join(bodies, on="row", how="left", maintain_order="left")
    return whole.select("row", "key", "original", "body", "by_name", "quoted", *customer)


def _customer_fields(batch: Batch) -> list[str]:
    """Name the fields of this batch that tell one customer from another."""
    return [name for name in SUBJECT_FIELDS if f"customerinfo.{name}" in batch.values.columns]


def _form(header: str, empty: bytes, body: str, quoted: str) -> bytes:
    """Give the form's bytes; what columns quoted is right for ASCII; `empty` is the form without a body."""
    if body.isascii():
        return empty + quoted.encode("ascii")
    return Envelope(header, body).form()


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

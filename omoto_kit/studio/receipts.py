"""Receipts as the history shows them: one response in full, and the campaigns that an outbox's rows are of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from omoto_kit.batch import Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Filter, HttpEndpoint, Outbox
from omoto_kit.errors import OmotoError
from omoto_kit.plugins import Plugins
from omoto_kit.receipt import Attempt, Receipt, State
from omoto_kit.response import Response

__all__ = ["campaigns_in", "campaigns_of", "dossier", "scale_of", "source_of"]

CORRECTION = (
    "Omoto has this response, or may have it, and knows no update: a mended one would be a second answer of the same "
    "customer. It is put as held; release it when you are sure, and send Omoto the recall list, so that the first is "
    "removed."
)


def campaigns_in(box: Outbox, endpoint: HttpEndpoint) -> list[str]:
    """Name the campaigns of which something was put for an endpoint."""
    mine = ("", endpoint.name, endpoint.identity)
    return sorted({one["campaign"] for one in box.sources() if one["endpoint"] in mine})


def campaigns_of(box: Outbox, numbers: Sequence[int]) -> dict[int, str]:
    """Name the campaign of each of these responses."""
    names = {one["campaign"] for one in box.sources()}
    return {one.id: name for name in sorted(names) for one in box.find(Filter(ids=numbers, campaign=name))}


def source_of(one: Mapping[str, Any]) -> Source:
    """Name a source as the outbox finds it again."""
    return Source(one["name"], sheet=one["sheet"], fingerprint=one["fingerprint"])


def scale_of(name: str, chosen: Campaign | None, files: Sequence[Path]) -> tuple[int, int] | None:
    """Give the scale of a campaign by its id: that of the chosen contract, or of a file of the workspace; else None."""
    if chosen is not None and chosen.id == name:
        return chosen.rating.scale
    for path in files:
        try:
            campaign = Campaign.load(path)
        except OmotoError:
            continue  # a contract that is wrong says so where it is chosen
        if campaign.id == name:
            return campaign.rating.scale
    return None


def dossier(box: Outbox, number: int, plugins: Plugins) -> dict[str, Any]:
    """Give one response in full: request, replies, problems, decisions, versions, and what a correction means."""
    receipt = box.receipt(number)
    return {
        "receipt": receipt.as_json(),
        "campaign": campaigns_of(box, [number])[number],
        "corrects": receipt.corrects,
        "request": _request(box.form(receipt.id)),
        "original": box.original(receipt.id),
        "attempts": [_attempt(one) for one in box.attempts(receipt.id)],
        "problems": [
            {"severity": one["severity"], "message": one["message"], "field": one["field"], "code": one["code"]}
            for one in box.problems(receipt.id)
        ],
        "decisions": [
            {"word": one.word, "who": one.who, "why": one.why, "at": one.at.isoformat(timespec="seconds")}
            for one in box.decisions(receipt.id)
        ],
        "versions": [
            {"body": one.body, "until": one.until.isoformat(timespec="seconds"), "who": one.who, "why": one.why}
            for one in box.versions(receipt.id)
        ],
        "explained": _explained(receipt, box.body(receipt.id), plugins),
        "warning": CORRECTION if receipt.state in (State.DELIVERED, State.UNKNOWN) else "",
    }


def _request(form: str | None) -> Mapping[str, str] | None:
    """Show what was or will be posted, as the two parameters that it is made of; the key is no part of it."""
    if form is None:
        return None
    sent = parse_qs(form, keep_blank_values=True)
    header, body = sent["jsonheader"][0], sent["jsonbody"][0]
    return {
        "jsonheader": header,
        "jsonbody": body,
        "pretty": json.dumps(json.loads(body), ensure_ascii=False, indent=2),
    }


def _explained(receipt: Receipt, body: str | None, plugins: Plugins) -> list[str]:
    """Let plugins say what Omoto may have disliked."""
    if receipt.state is not State.REJECTED or not body:
        return []
    answers = plugins.call("explain_reject", response=Response.parse(body), reply=receipt.reply)
    return [f"{one.plugin}: {one.failure or getattr(one.value, 'why', one.value)}" for one in answers]


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "started": one.started.isoformat(timespec="seconds"),
        "seconds": (one.ended - one.started).total_seconds() if one.ended else None,
        "outcome": one.outcome.value if one.outcome else "",
        "status": one.status,
        "reply": one.reply,
        "error": one.error,
        "left": one.bytes_left,
    }

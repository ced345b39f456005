"""Aside: the small file beside an outbox for outcomes that the outbox itself could not take."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from omoto_kit.delivery.lock import SenderLock
from omoto_kit.delivery.looking import moment
from omoto_kit.delivery.model import Settlement
from omoto_kit.errors import OutboxBusy, OutboxError

__all__ = ["purge_aside", "put_aside"]


def aside_of(outbox: Path) -> Path:
    """Give the place of an outbox's file of unwritten outcomes."""
    return Path(f"{outbox}-unwritten.jsonl")


def put_aside(outbox: Path, settlement: Settlement) -> None:
    """Keep an outcome that the outbox cannot take, where it can be written at all."""
    told: dict[str, object] = {
        "id": settlement.response,
        "state": settlement.state.value,
        "at": moment(settlement.ended).isoformat(),
    }
    told |= {"http_status": settlement.status, "reply": settlement.reply, "error": settlement.error}
    with suppress(OSError):  # the same disk may be full; the error on the screen says it all the same
        file = os.open(aside_of(outbox), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(file, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(told) + "\n")


def purge_aside(outbox: Path, purged: Callable[[Sequence[int]], set[int]]) -> None:
    """Remove the outcomes of responses that were purged; `purged` tells which of these numbers are.

    What cannot be read as an outcome goes, too. Raises OutboxBusy while a sender could add to the file, OutboxError
    where it cannot be written.
    """
    place = aside_of(outbox)
    if not place.exists():
        return
    lock = SenderLock(outbox)
    if not lock.try_acquire():
        what = "A push uses this outbox, so the file of unwritten outcomes was left as it is."
        raise OutboxBusy(what, where=place, advice="Purge once more when the push has ended.")
    try:
        _rewrite(place, purged)
    finally:
        lock.release()


def _rewrite(place: Path, purged: Callable[[Sequence[int]], set[int]]) -> None:
    """Write the file without the outcomes that go; remove it where none stays."""
    try:
        lines = {line: _number(line) for line in place.read_text(encoding="utf-8", errors="replace").splitlines()}
        gone = purged([number for number in lines.values() if number is not None])
        kept = [line for line, number in lines.items() if number is not None and number not in gone]
        part = place.with_name(f"{place.name}.part")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as rest:
            rest.writelines(f"{line}\n" for line in kept)
        part.replace(place)
        if not kept:
            place.unlink()
    except OSError as error:
        what = f"Replies may still stand in the file of unwritten outcomes, which cannot be changed: {error.strerror}."
        raise OutboxError(
            what, where=place, advice="Delete it, or give the right to write it, and purge again."
        ) from None


def _number(line: str) -> int | None:
    """Read the number of the response that a line is about."""
    with suppress(ValueError):
        told = json.loads(line)
        if isinstance(told, dict) and isinstance(told.get("id"), int):
            return int(told["id"])
    return None

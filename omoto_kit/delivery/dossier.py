"""Dossier: what an outbox keeps of one response. Nothing here changes a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from omoto_kit.delivery.looking import attempts_of, moment
from omoto_kit.delivery.model import STATES, Decided, Filter, Version, jsonbody_of
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OutboxError
from omoto_kit.receipt import Attempt, Receipt

__all__ = ["Dossier"]


class Dossier:
    """Receipt, tries, bodies and decisions of one response of an outbox file, by its number."""

    def __init__(self, path: Path, boot: str) -> None:
        self.path = path
        self._boot = boot
        self._store = SqliteStore(path, boot)

    def receipt(self, number: int) -> Receipt:
        """Give one receipt. Raises OutboxError where there is no such response."""
        for found in self._store.page(Filter(ids=[number])):
            return found
        advice = "`omoto outbox list` shows the numbers."
        raise OutboxError(f"There is no response {number} in this outbox.", where=self.path, advice=advice)

    def attempts(self, number: int) -> list[Attempt]:
        """Give the tries of one response, oldest first."""
        return attempts_of(self._store, number)

    def body(self, number: int) -> str | None:
        """Give the jsonbody as it was or will be sent; None for a held row without one, or after a purge."""
        form = self._payload(number)[0]
        return None if form is None else jsonbody_of(form)

    def form(self, number: int) -> str | None:
        """Give the whole form as it was or will be sent, without any key; None as for `body`."""
        form = self._payload(number)[0]
        return None if form is None else str(form.decode("ascii"))

    def original(self, number: int) -> str | None:
        """Give the source's own columns of a response as a JSON object; None after a purge."""
        found = self._payload(number)[1]
        return None if found is None else str(found)

    def problems(self, number: int) -> list[dict[str, Any]]:
        """Give what a check found on a held row, as the batch's table of problems has it; none for any other row."""
        found = self._payload(number)[2]
        return [] if found is None else list(json.loads(found))

    def versions(self, number: int) -> list[Version]:
        """Give what was sent under this number before it was mended, oldest first."""
        return [
            Version(None if form is None else jsonbody_of(form), moment(until), who, why)
            for form, until, who, why in self._store.ask("versions", {"id": number})
        ]

    def decisions(self, number: int) -> list[Decided]:
        """Give what was decided about a response, and about its batch as a whole, oldest first."""
        return [
            Decided(word, None if was is None else STATES[was], who, why, moment(at))
            for word, was, who, why, at in self._store.ask("decisions", {"id": number})
        ]

    def is_live(self, number: int) -> bool:
        """Tell whether a response belongs to a live endpoint; one of which that is not known counts as live."""
        rows = self._store.ask("response_live", {"id": number})
        return bool(rows) and rows[0][0] != 0

    def _payload(self, number: int) -> tuple[Any, Any, Any]:
        rows = self._store.ask("payload", {"id": number})
        return rows[0] if rows else (None, None, None)

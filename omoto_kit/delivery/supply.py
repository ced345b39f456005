"""Supply: which responses go next, how many are reserved at once, and fetching them while the wire waits."""

from __future__ import annotations

import time
from typing import Any

from omoto_kit.delivery.brakes import Brakes
from omoto_kit.delivery.control import Control
from omoto_kit.delivery.model import Parcel, jsonbody_of
from omoto_kit.delivery.pace import Pace
from omoto_kit.delivery.store import SqliteStore
from omoto_kit.errors import OutboxError
from omoto_kit.response import Response

__all__ = ["Supply"]


class Supply:
    """Gives windows of queued responses, within the run's limit and the stage that the brakes allow."""

    def __init__(self, store: SqliteStore, endpoint: int, brakes: Brakes, control: Control) -> None:
        self._store = store
        self._endpoint = endpoint
        self._brakes = brakes
        self._control = control
        self._ahead: list[Parcel] = []
        self._proven = False
        self.plugins: Any = None  #: whose `before_send` may hold a response
        self.limit: int | None = None
        self.pace = Pace(None)
        self.alone = False  #: reserve one at a time: there is trouble, or a least interval
        self.sent = 0

    def window(self, pending: int) -> list[Parcel]:
        """Give the responses to reserve next; `pending` is the one whose outcome is not written down yet."""
        found, self._ahead = self._ahead, []
        while not self._control.stopping:
            window = found or self._fetch(self._size(in_flight=0), pending)
            going = [parcel for parcel in window if not self._holds(parcel)]
            if going or not window:
                self._trust(going)
                return going[:1] if self.alone else going
            found = []
        return []

    def fetch_ahead(self, pending: int) -> None:
        """Fetch the next window while a response is on the wire; one that fails is fetched again when it is needed."""
        size = self._size(in_flight=1)
        try:
            self._ahead = self._fetch(size, pending)
        except OutboxError:
            self._ahead = []

    def forget_ahead(self) -> None:
        """Fetch anew: after trouble, what was fetched may not be what goes next."""
        self._ahead = []

    def next_moment(self) -> float | None:
        """Seconds until the first response that the server put off may go; None where none waits, or none may go."""
        moment = self._store.next_moment(self._endpoint)
        if moment is None or (self.limit is not None and self.sent >= self.limit):
            return None
        return moment - time.time()

    def _size(self, in_flight: int) -> int:
        """Tell how many may be reserved, when so many are still on their way."""
        size = 1 if self.alone else self._brakes.room(self.pace.window(), in_flight)
        return size if self.limit is None else min(size, self.limit - self.sent - in_flight)

    def _fetch(self, size: int, pending: int) -> list[Parcel]:
        return self._store.window(self._endpoint, size, pending) if size > 0 else []

    def _trust(self, going: list[Parcel]) -> None:
        """Leave out the stages where the first response belongs to a source that Omoto already took some of."""
        if going and not self._proven:
            self._proven = True
            if self._store.proven(going[0].source_id):
                self._brakes.trust()

    def _holds(self, parcel: Parcel) -> bool:
        """Ask the plugins whether a response must wait; a plugin that fails holds it, since it may guard something."""
        if self.plugins is None or not self.plugins.calling.has("before_send"):
            return False
        answers = self.plugins.call("before_send", response=Response.parse(jsonbody_of(parcel.form)))
        reasons = [answer.value or answer.failure for answer in answers]
        if reasons:
            self._store.hold(parcel.id, f"held by plugin {answers[0].plugin}: {reasons[0]}")
        return bool(reasons)

"""Going on with the file that an earlier kernel was left with: what lies open is kept, and can be read again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from omoto_kit.errors import SettingsError, UsageError
from omoto_kit.studio.leaving import LeftOff, read_left, write_left

if TYPE_CHECKING:
    from omoto_kit.studio.reading import Reading, Taken

__all__ = ["Resuming"]

#: The name under which the shelf has where a person left off.
LAST = "source"


class Resuming:
    """Keeps what lies open in a reading, and takes it up again."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    @property
    def left_off(self) -> LeftOff | None:
        """The file at which an earlier kernel was left, where it is still there; None where something lies open."""
        left = self.last if self._reading.taken is None else None
        return left if left is not None and left.there else None

    @property
    def last(self) -> LeftOff | None:
        """The file that lay open last in this workspace, here or in another kernel."""
        return read_left(self._reading.desk.shelf.load().get(LAST))

    def go_on(self) -> bool:
        """Read the file that was left, as it was read and mapped, and check its rows where nothing is missing.

        Tells whether the file was changed since. Raises UsageError where there is none, or another campaign is chosen.
        """
        left = self._to_go_on_with()
        reading = self._reading
        reading.open(left.source, left.said, replace(left.choices, columns={}))
        taken = reading.taken
        if taken is None or taken.rows is None:
            return True
        self._map_as(left, taken.rows.frame.columns)
        changed = taken.rows.source.fingerprint != left.fingerprint
        if not changed and not reading.unfed() and not reading.unkeyed():
            reading.check()
        return changed

    def _to_go_on_with(self) -> LeftOff:
        left = self.left_off
        if left is None:
            raise UsageError("There is nothing to go on with.", advice="Read a file on the screen Intake.")
        if left.campaign != self._reading.desk.campaign.id:
            what = f"{left.name} was read for campaign {left.campaign}."
            raise UsageError(what, advice="Choose that campaign first.")
        return left

    def _map_as(self, left: LeftOff, headers: Sequence[str]) -> None:
        """Take up what was said of the columns of a file that was left, as far as they are still there."""
        if left.identity != tuple(self._reading.desk.campaign.identity) and set(left.identity) <= set(headers):
            self._reading.identify(left.identity)
        columns = {header: name for header, name in left.choices.columns.items() if header in headers}
        fitting = all(column in headers for rule in left.rules.values() for column in rule.columns)
        self._reading.map_again(columns, left.rules if fitting else {})

    def keep(self, taken: Taken | None) -> None:
        """Keep what lies open for a later kernel; where nothing can be kept, work goes on all the same."""
        left = _left_at(taken) if taken is not None else None
        if taken is None or left is not None:
            with suppress(SettingsError):
                self._reading.desk.shelf.keep(LAST, left and write_left(left))


def _left_at(taken: Taken) -> LeftOff | None:
    """Say what a later kernel needs to go on with what lies open; None where that is no file, or is not mapped."""
    if taken.rows is None or taken.campaign is None or not taken.paths:
        return None
    source, campaign = taken.rows.source, taken.campaign
    paths = tuple(path.resolve() for path in taken.paths)
    work = (source.name, taken.said, campaign.id, source.fingerprint)
    return LeftOff(paths, *work, taken.choices, taken.rules, tuple(campaign.identity))

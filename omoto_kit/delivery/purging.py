"""Purging: customers' data leave the file, its old pages included; keys, states and decisions stay."""

from __future__ import annotations

from collections.abc import Sequence

from omoto_kit.delivery.aside import purge_aside
from omoto_kit.delivery.database import Database
from omoto_kit.delivery.looking import as_list
from omoto_kit.delivery.queries import QUERIES
from omoto_kit.errors import OutboxBusy

__all__ = ["purge"]

READERS = 3_000  #: milliseconds to wait for others who read, before the old pages are told of


def purge(database: Database, states: Sequence[int], before: float) -> int:
    """Remove bodies, originals, problems and replies of responses in these states that changed before a moment.

    Raises OutboxBusy where old pages stay since somebody reads them, OutboxError where the file of unwritten outcomes
    cannot be changed; what was to go from the outbox is gone from it then all the same.
    """
    values = {"states": as_list(states), "before": before}
    with database.writing() as connection:
        removed = connection.execute(QUERIES["purge_payloads"], values).rowcount
        connection.execute(QUERIES["purge_versions"], values)
        connection.execute(QUERIES["purge_replies"], values)
    folded = database.fold(READERS)
    purge_aside(database.path, lambda numbers: {row[0] for row in database.ask("bodiless", {"ids": as_list(numbers)})})
    if not folded:
        what = f"The data of {removed} rows were removed, but old pages with them are still in {database.path.name}-wal"
        advice = "Close what has this outbox open (the studio, a notebook, a push), then purge once more."
        raise OutboxBusy(f"{what}: another program reads the outbox.", where=database.path, advice=advice)
    return removed

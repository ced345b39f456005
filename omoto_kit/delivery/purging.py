"""Purging: customers' data leave the file, its old pages included; keys, states and decisions stay."""

from __future__ import annotations

from collections.abc import Sequence

from omoto_kit.delivery.database import Database
from omoto_kit.delivery.looking import as_list
from omoto_kit.delivery.queries import QUERIES

__all__ = ["purge"]


def purge(database: Database, states: Sequence[int], before: float) -> int:
    """Remove bodies, originals, problems and replies of responses in these states that changed before a moment."""
    values = {"states": as_list(states), "before": before}
    with database.writing() as connection:
        removed = connection.execute(QUERIES["purge_payloads"], values).rowcount
        connection.execute(QUERIES["purge_versions"], values)
        connection.execute(QUERIES["purge_replies"], values)
    database.ask("checkpoint")
    return removed

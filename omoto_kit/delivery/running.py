"""Runs on record: which push tried which responses, when, and why it stopped."""

from __future__ import annotations

import time

from omoto_kit.delivery.database import Database
from omoto_kit.delivery.endpoint import HttpEndpoint
from omoto_kit.delivery.queries import QUERIES

__all__ = ["begin_run", "end_run"]


def begin_run(database: Database, endpoint: HttpEndpoint) -> tuple[int, int]:
    """Write down that a push begins; give the number of its endpoint, whose present name is kept, and its own."""
    values = {"identity": endpoint.identity, "name": endpoint.name, "live": not endpoint.sandbox}
    with database.writing() as connection:
        number = connection.execute(QUERIES["endpoint_add"], values).fetchone()[0]
        run = connection.execute(QUERIES["run_add"], {"endpoint": number, "now": time.time()}).fetchone()[0]
    return int(number), int(run)


def end_run(database: Database, number: int, stopped: str) -> None:
    """Write down that a push ended, and why it stopped before its end, where it did."""
    with database.writing() as connection:
        connection.execute(QUERIES["run_end"], {"id": number, "now": time.time(), "stopped": stopped})

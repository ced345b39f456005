"""The named SQL statements of the outbox, read from `queries.sql`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

__all__ = ["MIGRATIONS", "QUERIES", "SCHEMA"]


def _named(text: str) -> Mapping[str, str]:
    """Part a file into its statements, each below a line `-- name: ...`."""
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return MappingProxyType({name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)})


_FILES = resources.files("omoto_kit.delivery")
SCHEMA = (_FILES / "schema.sql").read_text(encoding="utf-8")
#: Statements that bring the tables forward, by the version that they come from.
MIGRATIONS = MappingProxyType({1: (_FILES / "migration_1_to_2.sql").read_text(encoding="utf-8")})
QUERIES = _named((_FILES / "queries.sql").read_text(encoding="utf-8"))

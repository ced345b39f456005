"""The named SQL statements of the outbox, read from `queries.sql`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

__all__ = ["MIGRATIONS", "QUERIES", "SCHEMA"]


def _named(text: str) -> Mapping[str, str]:
    """Part a file into its statements, each below a line `-- name: ...`, and fill in the parts that they share."""
    found = re.split(r"^-- (name|part): (\w+)\n", text, flags=re.MULTILINE)[1:]
    pieces = [(kind, name, sql.strip()) for kind, name, sql in zip(found[::3], found[1::3], found[2::3], strict=True)]
    shared = {name: sql for kind, name, sql in pieces if kind == "part"}
    named = {name: sql.format_map(shared) for kind, name, sql in pieces if kind == "name"}
    return MappingProxyType(named)


_FILES = resources.files("omoto_kit.delivery")
SCHEMA = (_FILES / "schema.sql").read_text(encoding="utf-8")
#: Statements that bring the tables forward, by the version that they come from.
MIGRATIONS = MappingProxyType(
    {start: (_FILES / f"migration_{start}_to_{start + 1}.sql").read_text(encoding="utf-8") for start in (1, 2)}
)
QUERIES = _named((_FILES / "queries.sql").read_text(encoding="utf-8"))

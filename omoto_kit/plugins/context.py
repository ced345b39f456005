"""What a step gets beside its values: the campaign, its settings, tables that lie near it, and its own secrets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

from omoto_kit.campaign import Campaign
from omoto_kit.errors import PluginError
from omoto_kit.plugins.tables import Row, Table, find_table, need_column, open_table, stamp_of

__all__ = ["Context"]


@dataclass(frozen=True)
class Context:
    """The `ctx` of a step.

    `settings` is the plugin's own pydantic model, filled from `[plugins.NAME]`, or None where it has none.
    """

    campaign: Campaign
    settings: Any = attribute(default=None, repr=False)
    plugin: str = ""
    folders: tuple[Path, ...] = attribute(default=(), repr=False)
    secrets: tuple[str, ...] = ()
    tables: dict[Path, Table] = attribute(default_factory=dict, repr=False, compare=False)
    _opened: dict[tuple[str, str], tuple[Table, dict[str, Row]]] = attribute(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def origins(self) -> tuple[str, ...]:
        """Tables that were read so far, each with the hash of what it held: "stores.csv (1f0e2d3c4b5a)"."""
        return tuple(dict.fromkeys(str(table) for table, _ in self._opened.values()))

    def table(self, path: str | Path, key: str) -> dict[str, Row]:
        """Read a CSV or Excel file, as rows by the text of their `key` column; again only once it was written anew.

        A relative path is taken from the plugin's folder, then from the workspace. Cells are texts without
        surrounding white space; rows without a key are left out, and of two rows with one key the first stands.
        Raises PluginError where the file or the column does not exist, or the file cannot be read.
        """
        asked = (str(path), key)
        if asked not in self._opened:
            table = self._read(find_table(Path(path), self.folders, self.plugin))
            need_column(table, key, self.plugin)
            self._opened[asked] = (table, table.by(key))
        return self._opened[asked][1]

    def secret(self, name: str) -> str:
        """Give a secret that the plugin declared, from the environment: `OMOTO_SECRET_<NAME>`.

        The api key of Omoto is none of them. Raises PluginError where it is not declared or not set.
        """
        if name.upper() not in {declared.upper() for declared in self.secrets}:
            advice = f"Declare it beside the function: secrets=({name!r},)."
            raise PluginError(f"The secret {name!r} is not declared.", plugin=self.plugin, advice=advice)
        variable = f"OMOTO_SECRET_{name.upper()}"
        if not os.environ.get(variable):
            advice = f"Set the environment variable {variable}."
            raise PluginError(f"The secret {name!r} is not set.", plugin=self.plugin, advice=advice)
        return os.environ[variable]

    def _read(self, path: Path) -> Table:
        """Read a table unless the plugin holds it as it is now."""
        kept = self.tables.get(path)
        if kept is None or kept.stamp != stamp_of(path):
            kept = self.tables[path] = open_table(path, self.plugin)
        return kept

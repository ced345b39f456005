"""What a step gets beside its values: the campaign, its settings, tables that lie near it, and its own secrets."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

from omoto_kit.campaign import Campaign
from omoto_kit.errors import PluginError, did_you_mean

__all__ = ["Context"]

Table = dict[str, dict[str, str]]
SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


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
    tables: dict[tuple[Path, str], Table] = attribute(default_factory=dict, repr=False, compare=False)

    def table(self, path: str | Path, key: str) -> Table:
        """Read a CSV or Excel file once, as rows by the text of their `key` column.

        A relative path is taken from the plugin's folder, then from the workspace. Cells are texts without
        surrounding white space; rows without a key are left out, and of two rows with one key the first stands.
        Raises PluginError where the file or the column does not exist, or the file cannot be read.
        """
        found = self._find(Path(path))
        if (found, key) not in self.tables:
            header, rows = _read(found, self.plugin)
            if key not in header:
                near = did_you_mean(key, header) or f"Its columns are {', '.join(map(repr, header))}."
                raise PluginError(f"{found.name} has no column {key!r}.", plugin=self.plugin, advice=near)
            table: Table = {}
            for row in rows:
                if row[key]:
                    table.setdefault(row[key], row)
            self.tables[found, key] = table
        return self.tables[found, key]

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

    def _find(self, path: Path) -> Path:
        places = [path] if path.is_absolute() else [folder / path for folder in self.folders] or [path]
        for place in places:
            if place.is_file():
                return place
        looked = " and ".join(str(place.parent) for place in places)
        raise PluginError(f"There is no table {path.name}.", plugin=self.plugin, advice=f"Looked in {looked}.")


def _read(path: Path, plugin: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a small table of text: its headers, and its rows without surrounding white space."""
    try:
        header, rows = _read_sheet(path) if path.suffix.lower() in SHEETS else _read_text(path)
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        advice = "Save it as a UTF-8 CSV or as XLSX."
        raise PluginError(f"{path.name} cannot be read: {error}.", plugin=plugin, advice=advice) from None
    return header, [{name: (row.get(name) or "").strip() for name in header} for row in rows]


def _read_text(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        reader = csv.DictReader(lines, delimiter=max(",;\t|", key=first.count), restval="")
        return list(reader.fieldnames or []), list(reader)


def _read_sheet(path: Path) -> tuple[list[str], list[dict[str, Any]]]:
    import fastexcel  # needed only where a plugin's table lies in a workbook

    try:
        frame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from None
    return frame.columns, list(frame.iter_rows(named=True))

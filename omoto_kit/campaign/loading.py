"""From a TOML file to a Campaign; every mistake is answered with file, key, what is wrong and the nearest name."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from omoto_kit.campaign.contract import Attribute, Campaign, ColumnRule, Comment, Customer, Rating, ReplyPattern
from omoto_kit.campaign.toml import explain, read_toml, refuse_unknown
from omoto_kit.errors import CampaignError, Place, did_you_mean

__all__ = ["load_campaign"]

#: Sections of the file, each with the model whose keys it holds; None where the keys are names of the user's own.
SECTIONS: dict[str, type[BaseModel] | None] = {
    "campaign": None,
    "rating": Rating,
    "categories": None,
    "units": None,
    "attributes": None,
    "customer": Customer,
    "comment": Comment,
    "identity": None,
    "columns": None,
    "fixed": None,
    "replies": None,
}
CAMPAIGN_KEYS = ("id", "name", "type", "channels", "processid", "absent")
UNIT_KEYS = ("file", "sheet", "names", "name", "code", "city")
REPLY_KEYS = ("delivered", "rejected")
SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def load_campaign(path: Path) -> Campaign:
    """Read, check and return the campaign of one file."""
    document = read_toml(path, CampaignError, advice="`omoto init` writes an example.")
    refuse_unknown(document, SECTIONS, Place(path), CampaignError)
    contract = _table(document, "campaign", path)
    refuse_unknown(contract, CAMPAIGN_KEYS, Place(path, key="campaign"), CampaignError)
    if "id" not in contract:
        advice = 'Write the id that Omoto gave: [campaign] id = "154".'
        raise CampaignError("The campaign has no id.", where=Place(path, key="campaign.id"), advice=advice)
    parts: dict[str, Any] = dict(contract)
    for section in ("rating", "categories", "attributes", "customer", "comment", "columns", "fixed"):
        if section in document:
            parts[section] = _table(document, section, path)
    if "identity" in document:
        identity = _table(document, "identity", path)
        refuse_unknown(identity, ["columns"], Place(path, key="identity"), CampaignError)
        parts["identity"] = identity.get("columns", ())
    if "replies" in document:
        replies = _table(document, "replies", path)
        refuse_unknown(replies, REPLY_KEYS, Place(path, key="replies"), CampaignError)
        parts |= replies
    if "units" in document:
        parts["units"] = _units(_table(document, "units", path), path)
    try:
        return Campaign(**parts, path=path)
    except ValidationError as error:
        raise _as_campaign_error(error, path) from None


def _table(document: Mapping[str, Any], section: str, path: Path) -> dict[str, Any]:
    """Return a section, which must be a table."""
    table = document.get(section, {})
    if not isinstance(table, dict):
        raise CampaignError(f"{section!r} must be a section.", where=path, advice=f"Write it as [{section}].")
    return table


def _units(table: dict[str, Any], path: Path) -> Any:
    """Turn the [units] section into the list of units, reading its file where it names one."""
    refuse_unknown(table, UNIT_KEYS, Place(path, key="units"), CampaignError)
    if ("file" in table) == ("names" in table):
        advice = 'Write [units] file = "units.csv", or names = ["...", "..."].'
        raise CampaignError("The units need either a file or names.", where=Place(path, key="units"), advice=advice)
    if "names" in table:
        return table["names"]
    file = path.parent / str(table["file"])
    header, rows = _read_table(file, str(table.get("sheet", "")), path)
    wanted = {"name": str(table.get("name", header[0] if header else "name"))}
    wanted |= {key: str(table[key]) for key in ("code", "city") if key in table}
    for key, column in wanted.items():
        if column not in header:
            near = did_you_mean(column, header) or f"Its columns are {', '.join(map(repr, header))}."
            where = Place(path, key=f"units.{key}")
            raise CampaignError(f"{file.name} has no column {column!r}.", where=where, advice=near)
    units = [{key: row.get(column, "").strip() or None for key, column in wanted.items()} for row in rows]
    return [unit for unit in units if unit["name"]]


def _read_table(file: Path, sheet: str, path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a small table of text: its headers and its rows."""
    where = Place(path, key="units.file")
    try:
        if file.suffix.lower() in SPREADSHEETS:
            return _read_sheet(file, sheet)
        with file.open(encoding="utf-8-sig", newline="") as lines:
            sample = lines.read(4096)
            lines.seek(0)
            delimiter = max(",;\t|", key=sample.partition("\n")[0].count)
            reader = csv.DictReader(lines, delimiter=delimiter, restval="")
            return list(reader.fieldnames or []), list(reader)
    except FileNotFoundError:
        advice = f"Its path is taken from the campaign file's folder, {path.parent}."
        raise CampaignError(f"The units file {file.name} does not exist.", where=where, advice=advice) from None
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        advice = "Save it as a UTF-8 CSV or as XLSX."
        raise CampaignError(f"The units file {file.name} cannot be read: {error}.", where=where, advice=advice) from None


def _read_sheet(file: Path, sheet: str) -> tuple[list[str], list[dict[str, str]]]:
    """Read a spreadsheet's first or named sheet as text."""
    import fastexcel  # noqa: PLC0415  needed only where the units lie in a workbook

    try:
        found = fastexcel.read_excel(file).load_sheet(sheet or 0, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from None
    frame = found.to_polars()
    rows = [{name: cell or "" for name, cell in row.items()} for row in frame.iter_rows(named=True)]
    return frame.columns, rows


def _as_campaign_error(error: ValidationError, path: Path) -> CampaignError:
    """Name every key that is wrong, the first one as the place."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    texts = [explain(detail, _model_at([str(part) for part in detail["loc"]])) for detail in details]
    keys = [_key(detail) for detail in details]
    others = "".join(f" Also {key}: {text}" for key, text in zip(keys[1:], texts[1:], strict=True))
    return CampaignError(texts[0] + others, where=Place(path, key=keys[0]), advice="Correct the file and try again.")


def _key(detail: ErrorDetails) -> str:
    """Write the place of one pydantic error as the file's dotted key."""
    loc = [str(part) for part in detail["loc"]]
    return ".".join(["campaign", *loc] if not loc or loc[0] in CAMPAIGN_KEYS else loc)


def _model_at(loc: Sequence[str]) -> type[BaseModel]:
    """Find the model that refused a key."""
    named = {"attributes": Attribute, "columns": ColumnRule, "delivered": ReplyPattern, "rejected": ReplyPattern}
    return SECTIONS.get(loc[0]) or named.get(loc[0], Campaign)

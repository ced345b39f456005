"""From a TOML file to a Campaign; every mistake is answered with file, key, what is wrong and the nearest name."""

from __future__ import annotations

import csv
import re
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
CAMPAIGN_KEYS = ("id", "name", "type", "channels", "processid", "absent", "starts", "ends")
UNIT_KEYS = ("file", "sheet", "names", "name", "code", "city")
REPLY_KEYS = ("delivered", "rejected")
#: Headers, without blanks and case, that say that a column holds the units' names; the surest first.
NAME_HEADERS = ("standardname", "unitname", "name", "unit", "storename", "store", "branch", "outlet")
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
    units = table["names"] if "names" in table else _units_of_file(table, path)
    if units in ([], ()):
        key, source = ("names", "The list") if "names" in table else ("file", str(table["file"]))
        advice = "Name each unit, or leave the section out, and unit names are not checked."
        raise CampaignError(f"{source} names no units.", where=Place(path, key=f"units.{key}"), advice=advice)
    return units


def _units_of_file(table: Mapping[str, Any], path: Path) -> list[dict[str, str | None]]:
    """Read the units that a file lists; a line that is repeated counts once."""
    file = path.parent / str(table["file"])
    header, rows = _read_table(file, str(table.get("sheet", "")), path)
    if not rows:
        return []
    wanted = {"name": str(table["name"]) if "name" in table else _name_column(header)}
    wanted |= {key: str(table[key]) for key in ("code", "city") if key in table}
    _refuse_absent(wanted, header, file, path)
    lines = dict.fromkeys(tuple(row.get(column, "").strip() or None for column in wanted.values()) for row in rows)
    return [unit for line in lines if (unit := dict(zip(wanted, line, strict=True)))["name"]]


def _name_column(header: Sequence[str]) -> str:
    """Find the column of the units' names where the contract does not say it: by its header, else the first."""
    plain = {re.sub(r"[\W_]", "", column).casefold(): column for column in reversed(header)}
    return next((plain[name] for name in NAME_HEADERS if name in plain), header[0])


def _read_table(file: Path, sheet: str, path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a small table of text: its headers and its rows."""
    where = Place(path, key="units.file")
    try:
        file.stat()
        if file.suffix.lower() in SPREADSHEETS:
            return _read_sheet(file, sheet, path)
        with file.open(encoding="utf-8-sig", newline="") as lines:
            sample = lines.read(4096)
            lines.seek(0)
            delimiter = max(",;\t|", key=sample.partition("\n")[0].count)
            reader = csv.DictReader(lines, delimiter=delimiter, restval="")
            return list(reader.fieldnames or []), list(reader)
    except FileNotFoundError:
        advice = f"Its path is taken from the campaign file's folder, {path.parent}."
        raise CampaignError(f"The units file {file.name} does not exist.", where=where, advice=advice) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        what = f"The units file {file.name} cannot be read: {error}."
        raise CampaignError(what, where=where, advice="Save it as a UTF-8 CSV or as XLSX.") from None


def _refuse_absent(wanted: Mapping[str, str], header: Sequence[str], file: Path, path: Path) -> None:
    """Raise CampaignError where a column that the contract names is not there."""
    for key, column in wanted.items():
        if column not in header:
            near = did_you_mean(column, header) or f"Its columns are {', '.join(map(repr, header))}."
            where = Place(path, key=f"units.{key}")
            raise CampaignError(f"{file.name} has no column {column!r}.", where=where, advice=near)


def _read_sheet(file: Path, sheet: str, path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a spreadsheet's first or named sheet as text."""
    import fastexcel

    try:
        book = fastexcel.read_excel(file)
        if sheet and sheet not in book.sheet_names:
            near = did_you_mean(sheet, book.sheet_names)
            advice = near or f"Its sheets are {', '.join(map(repr, book.sheet_names))}."
            where = Place(path, key="units.sheet")
            raise CampaignError(f"{file.name} has no sheet {sheet!r}.", where=where, advice=advice)
        frame = book.load_sheet(sheet or 0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise OSError(str(error).partition("\n")[0]) from None  # the further lines are the library's own way
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
    section = dict.fromkeys(CAMPAIGN_KEYS, "campaign") | dict.fromkeys(REPLY_KEYS, "replies")
    return ".".join(filter(None, [section.get(loc[0], ""), *loc])) if loc else ""


def _model_at(loc: Sequence[str]) -> type[BaseModel]:
    """Find the model that refused a key; an error of the whole has no place."""
    if not loc:
        return Campaign
    named: dict[str, type[BaseModel]] = {
        "attributes": Attribute,
        "columns": ColumnRule,
        "delivered": ReplyPattern,
        "rejected": ReplyPattern,
    }
    return SECTIONS.get(loc[0]) or named.get(loc[0], Campaign)

"""Columns of the review: which there are, in what order, what they are called, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Attribute, Campaign, split_field

__all__ = ["KEY", "ORDERS", "Column", "columns_of", "options_of", "title_of"]

#: The row's own key is a column of the batch, not a field of the response.
KEY = "key"
ORDERS = ("source", "contract")
_FIXED = (KEY, "campaignid")
_CONSTANT = ("campaignid", "campaigntype")
_TITLES = {
    KEY: "Own key",
    "campaignid": "Campaign",
    "channel": "Channel",
    "campaigntype": "Campaign type",
    "npsrating": "Rating",
    "comment": "Comment",
    "customerinfo.email": "E-mail",
    "customerinfo.mobileno": "Mobile",
    "customerinfo.name": "Customer",
    "customerinfo.regid": "Registration id",
    "customerinfo.registrationno": "Registration no.",
    "namevaluemap.unitname": "Unit",
    "namevaluemap.city": "City",
}
_WIDTHS = {
    "npsrating": 92,
    "comment": 300,
    "customerinfo.email": 210,
    "customerinfo.mobileno": 136,
    "customerinfo.name": 168,
    "namevaluemap.unitname": 220,
}
_WIDTH, _DATE = 140, 172
_CONTRACT = ("", "customerinfo", "npsrating", "catnpsmap", "comment", "namevaluemap", "channel")
#: So many ratings are offered as a list; a longer scale is typed.
_LONGEST_SCALE = 101


@dataclass(frozen=True)
class Column:
    """One column: its field, its names, and how it behaves. `header` is the source's, empty where none feeds it."""

    field: str
    title: str
    header: str
    width: int
    readonly: bool = False
    listed: bool = False
    known: bool = False
    numeric: bool = False
    shown: bool = True

    def as_json(self) -> dict[str, Any]:
        """Give what the page needs."""
        return dict(vars(self))


def title_of(field: str) -> str:
    """Name a field as people do.

    >>> title_of("npsrating"), title_of("catnpsmap.Price")
    ('Rating', 'Price')
    """
    return _TITLES.get(field) or split_field(field)[1] or field


def columns_of(batch: Batch, order: str = "source") -> tuple[Column, ...]:
    """Give the columns of a batch in the order of its source's headers, or of the contract."""
    fields = [name for name in batch.fields if split_field(name)[1] or name not in ("catnpsmap", "namevaluemap")]
    keyed = [KEY] if batch.values[KEY].null_count() < len(batch) else []
    headers = [name.removeprefix("source.") for name in batch.values.columns if name.startswith("source.")]
    places = {header: place for place, header in enumerate(headers)}
    last = len(headers)

    def by_source(field: str) -> tuple[int, int]:
        return places.get(batch.column_of(field), last), fields.index(field)

    def by_contract(field: str) -> tuple[int, int]:
        group = split_field(field)[0]
        return _CONTRACT.index(group) if group in _CONTRACT else len(_CONTRACT), fields.index(field)

    ordered = sorted(fields, key=by_contract if order == "contract" else by_source)
    return tuple(_column(batch, field) for field in [*keyed, *ordered])


def _column(batch: Batch, field: str) -> Column:
    header = ", ".join(batch.campaign.identity) if field == KEY else batch.column_of(field)
    return Column(
        field,
        title_of(field),
        header,
        _WIDTHS.get(field) or (_DATE if _is_date(batch.campaign, field) else _WIDTH),
        readonly=field in _FIXED,
        listed=isinstance(batch.values.schema[field], pl.List),
        known=bool(options_of(batch.campaign, field)),
        numeric=field == "npsrating",
        shown=bool(header) or not (field in _CONSTANT or batch.values[field].null_count() == len(batch)),
    )


def options_of(campaign: Campaign, field: str) -> list[dict[str, str]]:
    """Give what the contract allows in a field, each with a note that tells it from others; empty where it is open."""
    if field == "namevaluemap.unitname" and campaign.units:
        return [_option(unit.name, unit.code, unit.city) for unit in campaign.units]
    return [_option(value) for value in _values_of(campaign, field)]


def _values_of(campaign: Campaign, field: str) -> Sequence[str]:
    """Give the values that the contract allows in a field; none where it is open."""
    group, name = split_field(field)
    if field == "namevaluemap.city" and campaign.units:
        return sorted({unit.city for unit in campaign.units if unit.city})
    if group == "catnpsmap":
        return (campaign.categories or {}).get(name, ())
    if group == "namevaluemap":
        return (campaign.attributes or {}).get(name, Attribute()).values
    return _scalars(campaign).get(field, ())


def _scalars(campaign: Campaign) -> Mapping[str, tuple[str, ...]]:
    low, high = campaign.rating.scale
    scale = tuple(map(str, range(low, high + 1))) if high - low < _LONGEST_SCALE else ()
    return {
        "npsrating": scale,
        "channel": tuple(campaign.channels or ()),
        "campaigntype": (campaign.type,) if campaign.type else (),
    }


def _option(value: str, *notes: str | None) -> dict[str, str]:
    return {"value": value, "note": " · ".join(note for note in notes if note)}


def _is_date(campaign: Campaign, field: str) -> bool:
    attribute = (campaign.attributes or {}).get(split_field(field)[1]) if field.startswith("namevaluemap.") else None
    return attribute is not None and attribute.kind in ("date", "datetime")

"""The jsonbody of a campaign as a JSON Schema (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omoto_kit.campaign.contract import Attribute, Campaign
from omoto_kit.campaign.fields import CUSTOMER_FIELDS

__all__ = ["json_schema"]

TEXT: dict[str, Any] = {"type": "string"}


def json_schema(campaign: Campaign) -> dict[str, Any]:
    """Describe every jsonbody that this campaign allows: names, texts and lists, and what must be there."""
    required = ["campaignid", *(name for name in ("npsrating", "comment") if name in campaign.required_fields())]
    customer, attributes = _customer(campaign), _attributes(campaign)
    if customer.keys() & {"required", "anyOf"}:
        required.append("customerinfo")
    if attributes.get("required"):
        required.append("namevaluemap")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": campaign.name or f"Campaign {campaign.id}",
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {
            "campaignid": {"const": campaign.id},
            "channel": _listed(campaign, campaign.channels),
            "campaigntype": _listed(campaign, filter(None, [campaign.type])),
            "catnpsmap": _categories(campaign),
            "npsrating": _rating(campaign),
            "comment": TEXT | ({"maxLength": campaign.comment.max_length} if campaign.comment.max_length else {}),
            "customerinfo": customer,
            "namevaluemap": attributes,
        },
    }


def _rating(campaign: Campaign) -> dict[str, Any]:
    """List the whole numbers of the scale, as the texts that they are on the wire."""
    low, high = campaign.rating.scale
    return _listed(campaign, [str(number) for number in range(low, high + 1)])


def _listed(campaign: Campaign, values: Iterable[str]) -> dict[str, Any]:
    """Allow the listed texts, and the empty one where the contract sends it for what is absent; without a list, any."""
    listed = list(values)
    if not listed:
        return TEXT
    return {"enum": listed if campaign.absent == "omit" else ["", *listed]}


def _categories(campaign: Campaign) -> dict[str, Any]:
    """Allow the named categories, each with its own reasons."""
    anything = {"type": "array", "items": TEXT}
    if campaign.categories is None:
        return {"type": "object", "additionalProperties": anything}
    named = {
        name: {"type": "array", "items": {"enum": list(reasons)}} if reasons else {"type": "array", "maxItems": 0}
        for name, reasons in campaign.categories.items()
    }
    return {"type": "object", "additionalProperties": False, "properties": named}


def _customer(campaign: Campaign) -> dict[str, Any]:
    """Allow the five attributes, and demand those that the contract demands."""
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict.fromkeys(CUSTOMER_FIELDS, TEXT),
    }
    if campaign.customer.required:
        schema["required"] = list(campaign.customer.required)
    if campaign.customer.any_of:
        schema["anyOf"] = [{"required": [name]} for name in campaign.customer.any_of]
    return schema


def _attributes(campaign: Campaign) -> dict[str, Any]:
    """Allow the agreed names of namevaluemap, each with what it may hold."""
    declared = campaign.attributes or {}
    names = campaign.known_names("namevaluemap") or tuple(declared)
    properties = {name: _attribute(declared.get(name, Attribute())) for name in names}
    if campaign.units is not None:
        properties["unitname"] = {"enum": list(dict.fromkeys(unit.name for unit in campaign.units))}
    prefix = "namevaluemap."
    required = [field.removeprefix(prefix) for field in campaign.required_fields() if field.startswith(prefix)]
    open_ended = TEXT if campaign.attributes is None else False
    schema: dict[str, Any] = {"type": "object", "additionalProperties": open_ended, "properties": properties}
    return schema | ({"required": required} if required else {})


def _attribute(attribute: Attribute) -> dict[str, Any]:
    """Describe one attribute's text."""
    if attribute.values:
        return {"enum": list(attribute.values)}
    formats = {"date": {"format": "date"}, "integer": {"pattern": "^-?[0-9]+$"}}
    schema = TEXT | formats.get(attribute.kind, {})
    if attribute.pattern:
        schema["pattern"] = f"^(?:{attribute.pattern})$"
    if attribute.min_length is not None:
        schema["minLength"] = attribute.min_length
    if attribute.max_length is not None:
        schema["maxLength"] = attribute.max_length
    return schema

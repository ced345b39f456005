"""What the samples must cover: the contract, and where it lists nothing, the names that a file was seen to use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import CUSTOMER_FIELDS, Attribute, Campaign, Unit, split_field
from omoto_kit.errors import UsageError
from omoto_kit.verification.patterns import example_of
from omoto_kit.verification.standins import reshaped

__all__ = ["Fields", "Scope", "scope_of"]

#: A response by dotted paths; a category holds its reasons.
Fields = dict[str, str | tuple[str, ...]]

#: A name that the contract does not list is shown only when so many rows share it: what one row says may be personal.
SHARED_BY = 3
MOST_NAMES = 200
EXAMPLES = {"unitname": "Example Unit", "city": "Bengaluru", "pincode": "560001", "pin": "560001", "pin_code": "560001"}
#: So many signs of a value show its form.
LIKE = 40
KINDS = {"date": "2026-04-15", "datetime": "2026-04-15T10:30:00", "integer": "42"}


@dataclass(frozen=True)
class Scope:
    """The names that samples use, what each must have, and what each always has.

    `found` names the lists (`categories`, `units`, `attributes`, `channels`) that come from a file and not from the
    contract. `alike` gives, for attributes of which the file shows values, an invented one of the same form.
    """

    campaign: Campaign
    categories: Mapping[str, tuple[str, ...]]
    units: tuple[Unit, ...]
    attributes: Mapping[str, Attribute]
    channels: tuple[str, ...]
    required: frozenset[str]
    always: Fields = field(default_factory=dict)
    found: frozenset[str] = frozenset()
    alike: Mapping[str, str] = field(default_factory=dict, repr=False)

    def least_customer(self, wanted: str = "") -> frozenset[str]:
        """Give the fewest customer attributes that the contract lets through, with a wanted one among them."""
        given = {name for name in CUSTOMER_FIELDS if f"customerinfo.{name}" in self.always}
        keys = given | set(self.campaign.customer.required) | ({wanted} if wanted else set())
        any_of = self.campaign.customer.any_of
        if any_of and not keys & set(any_of):
            keys.add(any_of[0])
        return frozenset(keys)

    def may_lack(self, name: str) -> bool:
        """Tell whether the contract lets a response through without a field."""
        group, key = split_field(name)
        only_choice = group == "customerinfo" and self.campaign.customer.any_of == (key,)
        return name not in self.required and name not in self.always and not only_choice

    def city_of(self, unit: str) -> str | None:
        """Find a unit's city."""
        return next((one.city for one in self.units if one.name == unit), None)

    def example(self, name: str) -> str | None:
        """Make up a value of an attribute, as the contract wants it; None where that cannot be done."""
        attribute = self.attributes[name]
        if attribute.values:
            return attribute.values[0]
        shortest, longest = attribute.min_length or 1, attribute.max_length
        seen = self.alike.get(name) or "Example value"
        wanted = KINDS.get(attribute.kind) or EXAMPLES.get(name.casefold(), seen)
        if attribute.kind == "integer" or (attribute.kind == "text" and name not in EXAMPLES):
            wanted = (wanted * (shortest // len(wanted) + 1))[: max(shortest, min(longest or 99, len(wanted)))].strip()
        made = example_of(attribute.pattern, shortest=shortest, longest=longest) if attribute.pattern else None
        return next((value for value in (wanted, made, "4" * shortest) if value and fits(value, attribute)), None)

    def longest(self, name: str) -> str | None:
        """Make up a value of an attribute that is as long as the contract allows; None where it sets no limit."""
        attribute = self.attributes[name]
        top = attribute.max_length
        if top is None or attribute.values or attribute.kind != "text":
            return None
        made = example_of(attribute.pattern, shortest=top, longest=top) if attribute.pattern else "Example" * top
        return made and made[:top]

    def stand_in(self, name: str, text: str, number: int) -> str | None:
        """Give what may stand for a value of an attribute: itself where the contract lists it, else an invented one."""
        attribute = self.attributes[name]
        listed = {unit.name for unit in self.units} if name == "unitname" else {unit.city for unit in self.units}
        if text in attribute.values or (name in ("unitname", "city") and text in listed):
            return text
        if attribute.values or (name == "unitname" and self.units):
            return None
        if attribute.kind in ("date", "datetime") or name in EXAMPLES:
            return self.example(name)
        made = reshaped(text, number)
        return made if fits(made, attribute) else self.example(name)


def fits(value: str, attribute: Attribute) -> bool:
    """Tell whether a value is what the contract wants of an attribute."""
    if attribute.values:
        return value in attribute.values
    formed = attribute.pattern is None or bool(re.fullmatch(attribute.pattern, value))
    return formed and _is_of_length(value, attribute) and _is_of_kind(value, attribute.kind)


def _is_of_length(value: str, attribute: Attribute) -> bool:
    return (attribute.min_length or 0) <= len(value) <= (attribute.max_length or len(value))


def _is_of_kind(value: str, kind: str) -> bool:
    """Tell whether a text is a whole number or a date, where it has to be one."""
    if kind == "integer":
        return bool(re.fullmatch("-?[0-9]+", value))
    return kind not in ("date", "datetime") or _is_date(value, kind)


def _is_date(value: str, kind: str) -> bool:
    try:
        return bool(date.fromisoformat(value) if kind == "date" else datetime.fromisoformat(value))
    except ValueError:
        return False


def scope_of(campaign: Campaign, batch: Batch | None = None) -> Scope:
    """Lay out what a contract allows; a batch gives the names that the contract leaves open.

    Raises UsageError for a batch of another campaign.
    """
    if batch is not None and batch.campaign.id != campaign.id:
        raise UsageError(
            f"The rows are of campaign {batch.campaign.id!r}, the contract of campaign {campaign.id!r}.",
            advice="Prepare the rows with the contract that the pack is made for.",
        )
    seen = _Seen(batch) if batch is not None else None
    open_lists = _open_lists(campaign, seen) if seen is not None else {}
    names: Mapping[str, Attribute] = open_lists.get("attributes", campaign.attributes) or {}
    names = {name: names.get(name, Attribute()) for name in dict.fromkeys((*names, "unitname", "city"))}
    return Scope(
        campaign,
        dict(open_lists.get("categories", campaign.categories) or {}),
        open_lists.get("units", campaign.units) or (),
        names,
        open_lists.get("channels", campaign.channels),
        frozenset(campaign.required_fields()) | {"campaignid"},
        _always(campaign),
        frozenset(open_lists),
        seen.alike(names) if seen is not None else {},
    )


def _open_lists(campaign: Campaign, seen: _Seen) -> dict[str, Any]:
    """Give what the rows show of the lists that the contract leaves open; a list that they do not show is left out."""
    shown: dict[str, Any] = {}
    if campaign.categories is None:
        shown["categories"] = seen.categories()
    if campaign.units is None:
        shown["units"] = tuple(map(_unit, seen.values("namevaluemap.unitname")))
    if not campaign.channels:
        shown["channels"] = seen.values("channel")
    if campaign.attributes is None:
        shown["attributes"] = {name: Attribute() for name in seen.names("namevaluemap")}
    return {name: found for name, found in shown.items() if found}


def _unit(name: str) -> Unit:
    return Unit(name=name)


def _always(campaign: Campaign) -> Fields:
    """Give what the contract sets by itself, for columns that are not mapped."""
    fields: Fields = {"campaignid": campaign.id}
    if campaign.type:
        fields["campaigntype"] = campaign.type
    for path, text in campaign.fixed.items():
        if path not in campaign.columns:
            fields |= _fixed(path, text)
    return fields


def _fixed(path: str, text: str) -> Fields:
    """Give the field that a fixed text sets; a whole map of pairs sets none."""
    group, name = split_field(path)
    if group == "catnpsmap":
        return {path: (text,) if text else ()} if name else {f"catnpsmap.{text}": ()}
    return {} if group == "namevaluemap" and not name else {path: text}


@dataclass(frozen=True)
class _Seen:
    """The names that a batch's ready rows share."""

    batch: Batch

    def names(self, group: str) -> tuple[str, ...]:
        """List the names of an object that enough rows have."""
        ready = self.batch.ready
        paths = [path for path in self.batch.fields if path.startswith(f"{group}.")]
        enough = [path for path in paths if ready.height - ready[path].null_count() >= SHARED_BY]
        return tuple(split_field(path)[1] for path in sorted(enough))[:MOST_NAMES]

    def values(self, path: str) -> tuple[str, ...]:
        """List the values of a field that enough rows share."""
        if path not in self.batch.fields:
            return ()
        return _shared(self.batch.ready[path])

    def alike(self, names: Iterable[str]) -> dict[str, str]:
        """Invent a value in the form of those that the rows show; one with letters where any has some."""
        found = {}
        for name in names:
            path = f"namevaluemap.{name}"
            texts = self.batch.ready[path].drop_nulls() if path in self.batch.fields else pl.Series(dtype=pl.String)
            if len(texts):
                worded = texts.filter(texts.str.contains(r"\p{L}"))
                found[name] = reshaped((worded[0] if len(worded) else texts[0])[:LIKE], 1)
        return found

    def categories(self) -> dict[str, tuple[str, ...]]:
        """List the categories that enough rows select, and their reasons."""
        ready = self.batch.ready
        names = self.names("catnpsmap")
        return {name: _shared(ready[f"catnpsmap.{name}"].explode(empty_as_null=True)) for name in names}


def _shared(values: pl.Series) -> tuple[str, ...]:
    """List, in order, the values that enough rows share."""
    counted = values.drop_nulls().value_counts()
    name = values.name
    enough = counted.filter((pl.col("count") >= SHARED_BY) & (pl.col(name) != ""))[name].sort()
    return tuple(enough.head(MOST_NAMES))

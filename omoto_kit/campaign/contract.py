"""Campaign and its parts: what the contract may say. Frozen, and checked as a whole when made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from omoto_kit.campaign.fields import CUSTOMER_FIELDS, is_field, split_field
from omoto_kit.errors import did_you_mean

__all__ = [
    "Attribute",
    "Campaign",
    "ColumnRule",
    "Comment",
    "Customer",
    "Rating",
    "ReplyPattern",
    "Unit",
]

#: Names of `namevaluemap` that the vendor's own page uses; they are known without being declared.
VENDOR_ATTRIBUTES = ("unitname", "city")


class _Part(BaseModel):
    """What all parts share: frozen, nothing unknown, and no input values in error texts."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, hide_input_in_errors=True, validate_default=False
    )


def _as_tuple(value: object) -> object:
    """Take a single text where a list of texts is meant."""
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


def _texts_in(value: object) -> tuple[Any, ...]:
    """Give the texts of a list, or a single one; none where there is neither."""
    if isinstance(value, list | tuple):
        return tuple(value)
    return (value,) if value and isinstance(value, str) else ()


class Rating(_Part):
    """The scale of `npsrating`, ends included, and whether each response must have one."""

    scale: tuple[int, int] = (0, 10)
    required: bool = False

    @field_validator("scale")
    @classmethod
    def _low_before_high(cls, scale: tuple[int, int]) -> tuple[int, int]:
        low, high = scale
        if low >= high:
            message = f"the scale must run from a lower to a higher number, not from {low} to {high}"
            raise ValueError(message)
        return scale


class Unit(_Part):
    """A store or branch by the standard name that Omoto gave, with its code and city where the list has them."""

    name: str = Field(min_length=1)
    code: str | None = None
    city: str | None = None


class Attribute(_Part):
    """One name of `namevaluemap`: whether it must be there and what it may hold."""

    required: bool = False
    kind: Literal["text", "integer", "date", "datetime", "choice"] = "text"
    values: Texts = ()
    pattern: str | None = None
    min_length: int | None = Field(default=None, ge=0)
    max_length: int | None = Field(default=None, ge=1)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"{pattern!r} is no regular expression: {error}"
                raise ValueError(message) from None
        return pattern

    @model_validator(mode="after")
    def _choice_has_values(self) -> Self:
        if self.kind == "choice" and not self.values:
            message = 'kind = "choice" needs values = [...]'
            raise ValueError(message)
        return self


CustomerField = Literal["email", "regid", "registrationno", "mobileno", "name"]


class Customer(_Part):
    """What must be known of the customer, and how phone numbers are read and written.

    `any_of`: at least one of these; `required`: each of these. `region` is the two-letter country of numbers
    without a country code; `phone` says how they go out: "national" (10 digits in India) or "e164" (+91...).
    """

    any_of: tuple[CustomerField, ...] = ()
    required: tuple[CustomerField, ...] = ()
    region: str = Field(default="IN", pattern="^[A-Z]{2}$")
    phone: Literal["national", "e164"] = "national"
    name_max_length: int | None = Field(default=None, ge=1)


class Comment(_Part):
    """Limits of the free comment."""

    max_length: int | None = Field(default=None, ge=1)
    required: bool = False


class ColumnRule(_Part):
    """Which source columns feed a field, and how their cells are taken apart or together.

    `column` names one column, `columns` several: a category takes the reasons of all, a comment joins their texts by
    `join`, any other field takes the first that has a value. `split` parts one cell into several values, of which
    `part` takes one alone (1 is the first); `pairs` and `equals` part one cell into name-value pairs. `values` says
    what a cell's text stands for, whatever its case: {"Very satisfied" = "5"}.

    >>> ColumnRule(columns=["Liked", "Disliked"]).column
    'Liked'
    """

    column: str = Field(min_length=1)
    columns: Texts = ()
    split: str | None = Field(default=None, min_length=1)
    part: int | None = Field(default=None, ge=1)
    pairs: str | None = Field(default=None, min_length=1)
    equals: str = Field(default="=", min_length=1)
    join: str = "\n"
    values: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _first_of_several(cls, rule: Any) -> Any:
        """Let `column` always name the first column, and `columns` all of them."""
        if not isinstance(rule, Mapping):
            return rule
        first, names = rule.get("column"), _texts_in(rule.get("columns"))
        if not names:
            return {**rule, "columns": (first,)} if isinstance(first, str) else rule
        if first and first != names[0]:
            message = "name one column, or several as columns = [...]"
            raise ValueError(message)
        return {**rule, "column": names[0], "columns": names}

    @model_validator(mode="after")
    def _part_of_a_split(self) -> Self:
        if self.part is not None and self.split is None:
            message = "part needs split, which says where the cell is parted"
            raise ValueError(message)
        return self


def _as_rule(rule: object) -> object:
    """Take a header, or a list of headers, for the rule that names them."""
    if isinstance(rule, str):
        return {"column": rule}
    return {"columns": rule} if isinstance(rule, list | tuple) else rule


class ReplyPattern(_Part):
    """A reply that Omoto was seen to give: status, and a value at a dotted path of its JSON."""

    status: int = Field(ge=100, le=599)
    path: str = ""
    value: str = ""


class Campaign(_Part):
    """The contract agreed with Omoto: everything that decides whether a response is right.

    Only `id` is required. An absent list (`units`, `categories`, `attributes`, `channels`) means that the contract
    does not say, so names are not checked against it; an empty response value is left out of the jsonbody unless
    `absent` is "empty", which sends an empty text instead. `starts` and `ends` are the first and the last day of the
    campaign; dates outside hold a batch.

    >>> Campaign(id="154", channels=["kiosk"]).channels
    ('kiosk',)
    """

    id: str = Field(min_length=1)
    name: str = ""
    type: str | None = None
    channels: Texts = ()
    processid: str = "76"
    absent: Literal["omit", "empty"] = "omit"
    starts: date | None = None
    ends: date | None = None
    rating: Rating = Rating()
    categories: Mapping[str, Texts] | None = None
    units: tuple[Unit, ...] | None = None
    attributes: Mapping[str, Attribute] | None = None
    customer: Customer = Customer()
    comment: Comment = Comment()
    identity: Texts = ()
    columns: Mapping[str, ColumnRule] = Field(default_factory=dict)
    fixed: Mapping[str, str] = Field(default_factory=dict)
    delivered: tuple[ReplyPattern, ...] = ()
    rejected: tuple[ReplyPattern, ...] = ()
    path: Path | None = Field(default=None, exclude=True, repr=False)

    @field_validator("units", mode="before")
    @classmethod
    def _names_are_units(cls, units: object) -> object:
        if isinstance(units, Iterable) and not isinstance(units, str | Mapping):
            return tuple({"name": unit} if isinstance(unit, str) else unit for unit in units)
        return units

    @field_validator("columns", mode="before")
    @classmethod
    def _headers_are_rules(cls, columns: object) -> object:
        if isinstance(columns, Mapping):
            return {field: _as_rule(rule) for field, rule in columns.items()}
        return columns

    @field_validator("fixed", mode="before")
    @classmethod
    def _dates_are_text(cls, fixed: object) -> object:
        if isinstance(fixed, Mapping):
            return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in fixed.items()}
        return fixed

    @field_validator("columns", "fixed")
    @classmethod
    def _are_fields(cls, table: Mapping[str, Any]) -> Mapping[str, Any]:
        for field in table:
            if not is_field(field):
                known = ["npsrating", "comment", "channel", "campaigntype", "catnpsmap", "namevaluemap"]
                near = did_you_mean(field, [*known, *(f"customerinfo.{name}" for name in CUSTOMER_FIELDS)])
                message = f"{field!r} is no field of a response. {near}".rstrip()
                raise ValueError(message)
        return table

    @model_validator(mode="after")
    def _starts_first(self) -> Self:
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            message = f"the campaign ends on {self.ends}, before it starts on {self.starts}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        for section, table in (("columns", self.columns), ("fixed", self.fixed)):
            for field in table:
                if unknown := self._unknown_name(field):
                    message = f"[{section}] {field!r} names an unknown {unknown}".rstrip()
                    raise ValueError(message)
        fixed_id = self.fixed.get("campaignid", self.id)
        if fixed_id != self.id:
            message = f"[fixed] campaignid is {fixed_id!r}, but [campaign] id is {self.id!r}"
            raise ValueError(message)
        return self

    def _unknown_name(self, field: str) -> str:
        """Name the kind of a name that the contract does not list, and the nearest one; empty where it may be."""
        group, name = split_field(field)
        known = self.known_names(group)
        if not name or known is None or name in known:
            return ""
        return f"{'category' if group == 'catnpsmap' else 'attribute'}. {did_you_mean(name, known)}"

    def known_names(self, group: str) -> tuple[str, ...] | None:
        """Names that `catnpsmap` or `namevaluemap` may hold; None where the contract does not list them."""
        if group == "catnpsmap" and self.categories is not None:
            return tuple(self.categories)
        if group == "namevaluemap" and self.attributes is not None:
            return (*self.attributes, *(name for name in VENDOR_ATTRIBUTES if name not in self.attributes))
        return None

    def required_fields(self) -> tuple[str, ...]:
        """Fields that each response must have, by dotted path."""
        attributes = self.attributes or {}
        parts: dict[str, Rating | Comment] = {"npsrating": self.rating, "comment": self.comment}
        fields = [name for name, part in parts.items() if part.required]
        fields += [f"customerinfo.{name}" for name in self.customer.required]
        if self.units is not None and "unitname" not in attributes:
            fields.append("namevaluemap.unitname")
        fields += [f"namevaluemap.{name}" for name, attribute in attributes.items() if attribute.required]
        return tuple(fields)

    @classmethod
    def load(cls, path: str | Path) -> Campaign:
        """Read a campaign file.

        Raises CampaignError, which names file, key, what is wrong and the nearest right name.
        """
        from omoto_kit.campaign.loading import load_campaign

        return load_campaign(Path(path))

    def json_schema(self) -> dict[str, Any]:
        """Describe the jsonbody of this campaign as a JSON Schema (draft 2020-12)."""
        from omoto_kit.campaign.schema import json_schema

        return json_schema(self)

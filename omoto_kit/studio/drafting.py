"""Drafting: one response in a form, from what is typed to a checked batch of one row. No widget."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from omoto_kit.batch import Batch, Rows, Source
from omoto_kit.campaign import Campaign, split_field
from omoto_kit.enrichment import enrich
from omoto_kit.intake import compose
from omoto_kit.journey import body_of
from omoto_kit.plugins import Plugins
from omoto_kit.response import Response
from omoto_kit.validation import validate
from omoto_kit.verification.patterns import example_of
from omoto_kit.wire import seal

__all__ = ["Draft", "FormField", "check", "form_fields", "sealed", "started_from"]

Value = str | tuple[str, ...]
ROW = 1
CUSTOMER_TITLES: Mapping[str, str] = {
    "name": "Name",
    "mobileno": "Mobile",
    "email": "E-mail",
    "registrationno": "Registration no",
    "regid": "Registration id",
}
DATES: Mapping[str, str] = {"date": "2026-04-30", "datetime": "2026-04-30 18:05"}


@dataclass(frozen=True)
class Draft:
    """What was typed so far, by field; a category holds its reasons.

    `origin` says what it was started from, `mends` numbers the response whose place it takes, `key` is the row's own
    key where that response had one.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    origin: str = ""
    mends: int | None = None
    key: str = field(default="", repr=False)

    def having(self, name: str, value: Value | None) -> Draft:
        """Set one field; None or an empty text takes it away, an empty tuple selects a category without a reason."""
        rest = {known: old for known, old in self.values.items() if known != name}
        return replace(self, values=rest if value is None or value == "" else {**rest, name: value})


@dataclass(frozen=True)
class FormField:
    """One field of the form: where it goes, what it is called, and what it may hold.

    `kind` is "rating", "text", "long", "choice", "unit", "date", "datetime" or "integer".
    """

    field: str
    title: str
    kind: str = "text"
    required: bool = False
    options: tuple[str, ...] = ()
    help: str = ""


def form_fields(campaign: Campaign) -> tuple[FormField, ...]:
    """List the fields that a form for this campaign has, categories apart.

    >>> [one.field for one in form_fields(Campaign(id="154"))][:3]
    ['npsrating', 'comment', 'customerinfo.name']
    """
    required = set(campaign.required_fields())
    low, high = campaign.rating.scale
    scale = tuple(str(number) for number in range(low, high + 1))
    longest = campaign.comment.max_length
    fields = [
        FormField("npsrating", "Rating", "rating", options=scale),
        FormField("comment", "Comment", "long", help=f"{longest} characters at most" if longest else ""),
        *(FormField(f"customerinfo.{name}", title) for name, title in CUSTOMER_TITLES.items()),
        _unit(campaign),
        *_attributes(campaign),
    ]
    if len(campaign.channels) != 1:
        fields.append(
            FormField("channel", "Channel", "choice" if campaign.channels else "text", options=campaign.channels)
        )
    return tuple(replace(one, required=one.field in required) for one in fields)


def _unit(campaign: Campaign) -> FormField:
    title = "Unit"
    if campaign.units is None:
        return FormField("namevaluemap.unitname", title)
    return FormField("namevaluemap.unitname", title, "unit", help=f"{len(campaign.units):,} known units")


def _attributes(campaign: Campaign) -> list[FormField]:
    """Give the attributes that the contract names; without a list, the vendor's city alone."""
    attributes = campaign.attributes or {}
    found = []
    for name, one in attributes.items():
        if name != "unitname":
            shape = _shape(one.pattern or "", one.kind)
            found.append(FormField(f"namevaluemap.{name}", name, one.kind, options=one.values, help=shape))
    if "city" not in attributes:
        found.append(FormField("namevaluemap.city", "city"))
    return found


def _shape(pattern: str, kind: str) -> str:
    """Show by an example how a value looks; a pattern is for programs, and stands alone where no example is found."""
    if kind in DATES:
        return DATES[kind]
    return f"like {example_of(pattern) or pattern}" if pattern else ""


def started_from(text: str, campaign: Campaign, *, origin: str) -> Draft:
    """Start a draft from a jsonbody. Raises ResponseError where it is none."""
    response = Response.parse(text)
    values: dict[str, Value] = {}
    for name, value in response.fields().items():
        if name not in ("campaignid", "campaigntype"):
            values[name] = value if isinstance(value, str) else tuple(value)
    if response.campaignid != campaign.id:
        origin = f"{origin}, of campaign {response.campaignid}"
    return Draft(values=values, origin=origin)


def check(draft: Draft, campaign: Campaign, plugins: Plugins) -> Batch:
    """Take a draft the same road as any row: composed, enriched, validated."""
    source = Source(f"composed {datetime.now():%Y-%m-%d}", fingerprint=draft.id, understood="composed in a form")  # noqa: DTZ005  a person reads the day of their own clock
    columns = [_column(name, value) for name, value in _complete(draft, campaign).items()]
    rows = Rows(source, pl.DataFrame(columns), pl.Series("row", [ROW], dtype=pl.Int64), bodies=True)
    composed = compose(rows, campaign)
    # Nobody gave this answer a key, so the draft's own number is one: sent twice by a slip, it is told.
    key = pl.lit(draft.key or f"composed {draft.id[:8]}").alias("key")
    composed = composed.with_values(composed.values.with_columns(key))
    return validate(enrich(replace(composed, notes=()), plugins=plugins), plugins=plugins)


def _complete(draft: Draft, campaign: Campaign) -> dict[str, Value]:
    """Add what the contract itself says, and lay the fields in the order of the vendor's template."""
    said: dict[str, Value] = {"campaignid": campaign.id}
    if campaign.type:
        said["campaigntype"] = campaign.type
    if campaign.channels:
        said["channel"] = campaign.channels[0]
    said |= campaign.fixed
    fields = {one.field: "" for one in form_fields(campaign)}
    return fields | said | dict(draft.values)


def _column(name: str, value: Value) -> pl.Series:
    if split_field(name)[0] == "catnpsmap":
        reasons = [value] if isinstance(value, str) and value else list(value)
        return pl.Series(name, [reasons], dtype=pl.List(pl.String))
    return pl.Series(name, [value or None], dtype=pl.String)


def sealed(batch: Batch) -> tuple[str, str]:
    """Give jsonheader and jsonbody of the batch's only row, exactly as they would be sent; also of a held one.

    What could not be written at all gives an empty jsonbody.
    """
    envelope = seal(body_of(batch), batch.campaign)
    return envelope.jsonheader, envelope.jsonbody

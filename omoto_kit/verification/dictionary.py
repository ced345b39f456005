"""The data dictionary: every attribute of the jsonbody, what it means, where it comes from and what it may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from omoto_kit.campaign import CUSTOMER_FIELDS, Attribute
from omoto_kit.verification.samples import Sample
from omoto_kit.verification.scope import Scope

__all__ = ["Entry", "dictionary_of"]

MEANINGS = {
    "campaignid": "The campaign, by the id that Omoto gave",
    "channel": "How the customer was asked",
    "campaigntype": "The kind of campaign",
    "npsrating": "The overall rating",
    "comment": "What the customer wrote",
    "customerinfo.email": "The customer's mail address",
    "customerinfo.regid": "An id of the customer",
    "customerinfo.registrationno": "A number of the visit or registration, such as a bill number",
    "customerinfo.mobileno": "The customer's mobile number",
    "customerinfo.name": "The customer's name",
    "namevaluemap.unitname": "The store or branch, by the standard name that Omoto gave",
    "namevaluemap.city": "The city",
}
KINDS = {"date": "a date, 2026-04-15", "datetime": "a date with time, 2026-04-15T10:30:00", "integer": "a whole number"}


@dataclass(frozen=True)
class Entry:
    """One line of the dictionary; `required` is "always", "one of ..." or "optional"."""

    field: str
    meaning: str
    origin: str
    example: str
    required: str
    allowed: str


def dictionary_of(scope: Scope, samples: Sequence[Sample]) -> tuple[Entry, ...]:
    """Describe every attribute, in the order of the vendor's template."""
    examples = _examples(samples)
    return tuple(
        Entry(path, _meaning(path), _origin(path, scope), examples.get(path, ""), _required(path, scope), allowed)
        for path, allowed in _allowed(scope)
    )


def _meaning(path: str) -> str:
    if path.startswith("catnpsmap."):
        return "Selected by the customer; the list holds the reasons"
    return MEANINGS.get(path, "Qualifying information, by a name agreed with Omoto")


def _origin(path: str, scope: Scope) -> str:
    """Say where a value comes from: a column, the contract, or a plugin."""
    group = path.partition(".")[0]
    columns: Mapping[str, str] = {field: rule.column for field, rule in scope.campaign.columns.items()}
    column = columns.get(path) or columns.get(group)
    if column:
        return f"column {column!r}"
    if path in scope.always or (path == "channel" and scope.campaign.channels):
        return "the contract"
    return "a column of that name, or a plugin"


def _required(path: str, scope: Scope) -> str:
    any_of = scope.campaign.customer.any_of
    if path in scope.required:
        return "always"
    if path.removeprefix("customerinfo.") in any_of and path.startswith("customerinfo."):
        return "always" if len(any_of) == 1 else f"one of {', '.join(any_of)}"
    return "optional"


def _examples(samples: Sequence[Sample]) -> dict[str, str]:
    """Give the first value of each attribute that the samples show, an empty list only where there is no other."""
    examples: dict[str, str] = {}
    for sample in samples:
        for path, value in sample.response.fields().items():
            text = value if isinstance(value, str) else "[" + ", ".join(value) + "]"
            if text and examples.get(path, "[]") == "[]":
                examples[path] = text
    return examples


def _allowed(scope: Scope) -> Iterator[tuple[str, str]]:
    """Give every attribute with what it may hold."""
    campaign = scope.campaign
    low, high = campaign.rating.scale
    top = campaign.comment.max_length
    yield "campaignid", campaign.id
    yield "channel", ", ".join(scope.channels) or "any text"
    yield "campaigntype", campaign.type or "any text; not sent today"
    for name, reasons in scope.categories.items():
        yield f"catnpsmap.{name}", f"reasons: {', '.join(reasons)}" if reasons else "an empty list"
    if not scope.categories:
        yield "catnpsmap", "any category, a list of texts each"
    yield "npsrating", f"a whole number from {low} to {high}, as a text"
    yield "comment", f"a text of at most {top:,} characters" if top else "a text"
    for name in CUSTOMER_FIELDS:
        yield f"customerinfo.{name}", _contact(name, scope)
    for name, rule in scope.attributes.items():
        yield f"namevaluemap.{name}", _attribute(name, rule, scope)


def _contact(name: str, scope: Scope) -> str:
    rules = scope.campaign.customer
    if name == "mobileno":
        form = "as dialled in the country" if rules.phone == "national" else "with + and country code"
        return f"digits, {form} ({rules.region}); numbers of other countries with +"
    longest = rules.name_max_length if name == "name" else None
    return f"a text of at most {longest:,} characters" if longest else "a text"


def _attribute(name: str, rule: Attribute, scope: Scope) -> str:
    if name == "unitname" and scope.units:
        return f"one of the {len(scope.units):,} units listed below"
    if rule.values:
        return ", ".join(rule.values)
    said = [KINDS.get(rule.kind, "a text")]
    said += [f"of the form {rule.pattern}"] if rule.pattern else []
    said += [f"at least {rule.min_length:,} characters"] if rule.min_length else []
    said += [f"at most {rule.max_length:,} characters"] if rule.max_length else []
    return ", ".join(said)

"""The built-in rules, made with the same decorator as a stranger's, and which of them a batch needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Attribute, Campaign, split_field
from omoto_kit.plugins import Context, Finding, Replace, RuleStep, rule, steps_of
from omoto_kit.validation import attributes, dates, emails, names, phones, ratings, texts
from omoto_kit.validation.codes import missing_code
from omoto_kit.validation.engine import JOINT, Memory, Said
from omoto_kit.validation.fields import Clear, FieldCheck, FieldRules, Quick
from omoto_kit.validation.forms import quote, strip

__all__ = ["OWNER", "built_in", "date_columns", "date_orders"]

#: Name before the colon in the changes that built-in rules make.
OWNER = "validation"
UNIT = "namevaluemap.unitname"
_FREE_TEXTS = ("comment", "customerinfo.name")


@rule("campaignid")
def campaignid(campaignid: str | None, ctx: Context) -> Finding | Replace | None:
    """Hold a response that is not of this campaign."""
    expected = ctx.campaign.id
    if campaignid == expected:
        return None
    if strip(campaignid) == expected:
        return Replace(expected, "White space around the campaign id was taken away.")
    given = f"The campaign id is {quote(strip(campaignid))}" if strip(campaignid) else "There is no campaign id"
    message = f"{given}, but the contract is for {quote(expected)}; Omoto takes no other."
    return Finding("campaign_mismatch", message, options=(expected,))


@rule("channel")
def channel(channel: str | None, ctx: Context) -> Finding | Replace | None:
    """Hold a channel that the contract does not list."""
    if not ctx.campaign.channels:
        return None
    return names.check_listed(channel, ctx.campaign.channels, "channel_unknown", "The channel")


@rule("campaigntype")
def campaigntype(campaigntype: str | None, ctx: Context) -> Finding | Replace | None:
    """Hold a campaign type that is not the contract's."""
    if ctx.campaign.type is None:
        return None
    return names.check_listed(campaigntype, (ctx.campaign.type,), "campaigntype_unknown", "The campaign type")


_DECORATED: Mapping[str, Callable[..., Said]] = MappingProxyType(
    {
        "campaignid": campaignid,
        "channel": channel,
        "campaigntype": campaigntype,
        "npsrating": ratings.npsrating,
        phones.FIELD: phones.mobileno,
        emails.FIELD: emails.email,
    }
)


def built_in(batch: Batch, orders: Mapping[str, dates.Order], memory: Memory) -> Iterator[FieldRules]:
    """Give the rules of each field that a batch needs."""
    campaign = batch.campaign
    required, schema = campaign.required_fields(), batch.values.schema
    units = memory.of("units").setdefault("index", names.UnitIndex(campaign.units or ()))
    for field in dict.fromkeys(["campaignid", *batch.fields, *required]):
        if isinstance(schema.get(field), pl.List):
            rules = _category(campaign, field)
        elif field.startswith("namevaluemap."):
            rules = _attribute(campaign, field, orders.get(field), units)
        else:
            rules = _own(campaign, field)
        if field in required:
            check = _named("required", field, partial(_required, field, campaign))
            rules = replace(rules, checks=(*rules.checks, check), clear=_there(rules.clear, blanks=rules.blanks))
        if rules.checks:
            yield rules


def _there(clear: Clear | None, *, blanks: bool) -> Clear | None:
    """Let what is absent or blank be looked at, too."""
    if clear is None:
        return None
    if not blanks:
        return lambda value: clear(value) & value.is_not_null()
    return lambda value: clear(value) & value.str.contains(r"[!-~\p{L}\p{N}]").fill_null(value=False)


def date_columns(batch: Batch) -> dict[str, str]:
    """Name for each date field the column that shows its order of parts: the source's own where there is one."""
    columns = {}
    for name, attribute in (batch.campaign.attributes or {}).items():
        field = f"namevaluemap.{name}"
        if attribute.kind in ("date", "datetime") and field in batch.values.columns:
            source = f"source.{batch.column_of(field)}"
            columns[field] = source if source in batch.values.columns else field
    return columns


def date_orders(batch: Batch, evidence: Mapping[str, dates.Evidence] | None = None) -> dict[str, dates.Order]:
    """Decide for each date field what comes first in its dates, by all texts of its column.

    `evidence`, by field, is that of the whole source where the batch is a part of it.
    """
    region = batch.campaign.customer.region
    return {
        field: dates.order_by(
            (evidence or {}).get(field) or dates.Evidence.of(batch.values[column].cast(pl.String)),
            region,
            batch.column_of(field),
        )
        for field, column in date_columns(batch).items()
    }


def _decorated(function: Callable[..., Said], campaign: Campaign) -> FieldCheck:
    """Take a decorated rule of this package."""
    (step,) = (step for step in steps_of(function) if isinstance(step, RuleStep))
    call = partial(function, ctx=Context(campaign)) if step.wants_context else function
    return FieldCheck(replace(step, plugin=OWNER), call)


def _named(name: str, field: str, function: Callable[..., Said], shown: str | None = None) -> FieldCheck:
    """Make a rule for one field, where its name comes from the contract or the file."""
    step = RuleStep(name, function, plugin=OWNER, reads=("value",), field=field)
    return FieldCheck(step, function, shown)


def _own(campaign: Campaign, field: str) -> FieldRules:
    """Check a field whose name the vendor gave."""
    text = _named("text", field, texts.clean)
    if field in _FREE_TEXTS:
        return _free_text(campaign, field, text)
    if field not in _DECORATED:
        return FieldRules(field, (text,), texts.clear_plain)
    check = _decorated(_DECORATED[field], campaign)
    if field == phones.FIELD:
        quick = Quick(check.step, phones.SAME, partial(phones.quick, campaign.customer))
        return FieldRules(field, (text, check), partial(phones.clear, customer=campaign.customer), quick, blanks=False)
    if field == emails.FIELD:
        return FieldRules(
            field, (text, check), emails.clear, Quick(check.step, emails.SAME, emails.quick), blanks=False
        )
    if field == "npsrating":
        low, top = campaign.rating.scale
        return FieldRules(
            field,
            (text, check),
            partial(names.clear_listed, allowed=[str(n) for n in range(low, top + 1)]),
            blanks=False,
        )
    return FieldRules(field, (text, check))


def _free_text(campaign: Campaign, field: str, text: FieldCheck) -> FieldRules:
    limits = {
        "comment": (campaign.comment.max_length, "comment_too_long", "The comment"),
        "customerinfo.name": (campaign.customer.name_max_length, "name_too_long", "The customer's name"),
    }
    longest, code, what = limits[field]
    checks = [text, _named("encoding", field, texts.check_garbled)]
    if longest is not None:
        too_long = partial(texts.check_length, longest=longest, code=code, what=what)
        checks.append(_named("length", field, too_long))
    return FieldRules(field, tuple(checks), partial(texts.clear, longest=longest))


def _attribute(campaign: Campaign, field: str, order: dates.Order | None, units: names.UnitIndex) -> FieldRules:
    """Check one name of `namevaluemap`, and its values by what the contract says of it."""
    _, name = split_field(field)
    text, encoding = _named("text", field, texts.clean), _named("encoding", field, texts.check_garbled)
    known = campaign.known_names("namevaluemap")
    if known is not None and name not in known:
        refuse = partial(_unlisted, finding=names.check_name(name, known, "nvname_unknown", "attribute"))
        return FieldRules(field, (text, _named("names", field, refuse, shown=name)), pl.Expr.is_null)
    if field == UNIT and campaign.units is not None:
        unit = _named(name, field, partial(names.check_unit, index=units))
        shape = _shape(campaign, field, order)
        clear = None if shape else partial(names.clear_listed, allowed=units.sendable)
        return FieldRules(field, (text, unit, *shape), clear, blanks=False)
    shape = _shape(campaign, field, order)
    checks = (text, *shape, encoding)
    if not shape:
        return FieldRules(field, checks, texts.clear_plain)
    attribute = (campaign.attributes or {})[name]
    step = shape[0].step
    if order is not None:
        with_time = attribute.kind == "datetime"
        quick = Quick(step, attributes.SAME[attribute.kind], partial(dates.quick, order, with_time=with_time))
        return FieldRules(field, checks, partial(dates.clear, with_time=with_time), quick, blanks=False)
    if attributes.is_plain_code(name, attribute):
        return FieldRules(
            field, checks, attributes.clear_code, Quick(step, attributes.PLAIN, attributes.quick_code), blanks=False
        )
    return FieldRules(field, checks)


def _shape(campaign: Campaign, field: str, order: dates.Order | None) -> tuple[FieldCheck, ...]:
    """Give the rule for an attribute's kind, values, pattern and lengths; none where the contract gives none."""
    _, name = split_field(field)
    attribute = (campaign.attributes or {}).get(name, Attribute())
    if order is not None:
        region = campaign.customer.region
        return (_named(name, field, partial(attributes.check_date, kind=attribute.kind, order=order, region=region)),)
    if attribute == Attribute(required=attribute.required):
        return ()
    return (_named(name, field, partial(attributes.check_attribute, name=name, attribute=attribute)),)


def _category(campaign: Campaign, field: str) -> FieldRules:
    """Check one category's name, and the reasons given for it."""
    _, name = split_field(field)
    if campaign.categories is None or not name:
        return FieldRules(field, ())
    if name not in campaign.categories:
        finding = names.check_name(name, tuple(campaign.categories), "category_unknown", "category")
        check = _named("categories", field, partial(_unlisted, finding=finding), shown=name)
        return FieldRules(field, (check,), pl.Expr.is_null)
    column = campaign.columns.get(field)
    mark = column.split if column and column.split else JOINT
    reasons = campaign.categories[name]
    check = _named("reasons", field, partial(names.check_category, name=name, reasons=reasons, mark=mark))
    return FieldRules(field, (check,), partial(names.clear_reasons, reasons=reasons))


def _unlisted(value: object, finding: Finding) -> Finding | None:
    """Refuse whatever stands under a name that the contract does not list."""
    return None if value is None else finding


def _required(field: str, campaign: Campaign, value: str | None) -> Finding | None:
    """Hold a row that lacks what the contract requires."""
    if strip(value):
        return None
    code = missing_code(field, campaign)
    what = _WANTED.get(code) or f"{quote(split_field(field)[1] or field)} is empty"
    return Finding(code, f"{what}, and the contract requires it.")


_WANTED = {
    "rating_missing": "The rating is empty",
    "comment_missing": "The comment is empty",
    "mobile_missing": "The mobile number is empty",
    "email_missing": "The e-mail address is empty",
    "name_missing": "The customer's name is empty",
    "unit_missing": "The unit is empty",
}

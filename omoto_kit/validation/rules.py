"""The built-in rules, made with the same decorator as a stranger's, and which of them a batch needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import Attribute, Campaign, split_field
from omoto_kit.plugins import Context, Finding, Replace, RuleStep, rule, steps_of
from omoto_kit.validation import attributes, dates, emails, names, phones, ratings, texts
from omoto_kit.validation.codes import missing_code
from omoto_kit.validation.engine import JOINT, Check, Said
from omoto_kit.validation.forms import BLANK, quote, strip

__all__ = ["OWNER", "built_in", "date_columns", "date_orders"]

#: Name before the colon in the changes that built-in rules make.
OWNER = "validation"
UNIT = "namevaluemap.unitname"
_FREE_TEXTS = ("comment", "customerinfo.name")
_LONG_SCALE = 1000  # of a longer one, the first ratings are known to be right


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


def built_in(batch: Batch, orders: Mapping[str, dates.Order]) -> Iterator[Check]:
    """Give the rules that a batch needs, in the order in which they are asked."""
    campaign = batch.campaign
    scalars = [name for name in batch.fields if not isinstance(batch.values.schema[name], pl.List)]
    for name in scalars:
        yield replace(_check("text", name, texts.clean, texts.doubtful_control()), gate=texts.any_control)
    yield _fixed(campaignid, campaign)
    scale = range(campaign.rating.scale[0], campaign.rating.scale[1] + 1)
    doubts = {
        ratings.npsrating: _unlike(list(map(str, scale[:_LONG_SCALE]))),
        phones.mobileno: phones.doubtful(campaign.customer),
        emails.email: emails.doubtful(),
    }
    quick = {
        phones.mobileno: (phones.quick(campaign.customer), phones.SAME),
        emails.email: (emails.quick(), emails.SAME),
    }
    for function in (ratings.npsrating, channel, campaigntype, phones.mobileno, emails.email):
        check = replace(_fixed(function, campaign, doubts.get(function)), quick=quick.get(function))
        if check.step.field in scalars:
            yield check
    yield from _free_texts(campaign, scalars)
    for name in batch.fields:
        group, part = split_field(name)
        if group == "namevaluemap" and part:
            yield from _attribute(campaign, name, part, orders.get(name))
        if group == "catnpsmap" and part:
            yield from _category(campaign, name, part)
    for name in campaign.required_fields():
        absent = pl.col("0").is_null() | pl.col("0").str.contains(f"^{BLANK}*$")
        yield _check("required", name, partial(_required, name, campaign), absent)


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


def _fixed(function: Callable[..., Said], campaign: Campaign, doubt: pl.Expr | None = None) -> Check:
    """Take a decorated rule of this package."""
    (step,) = (step for step in steps_of(function) if isinstance(step, RuleStep))
    call = partial(function, ctx=Context(campaign)) if step.wants_context else function
    return Check(replace(step, plugin=OWNER), (step.field,), call, doubt)


def _check(
    name: str, field: str, function: Callable[..., Said], doubt: pl.Expr | None = None, shown: str | None = None
) -> Check:
    """Make a rule for one field, where its name comes from the contract or the file."""
    step = RuleStep(name, function, plugin=OWNER, reads=("value",), field=field)
    return Check(step, (field,), function, doubt, shown=shown)


def _free_texts(campaign: Campaign, scalars: list[str]) -> Iterator[Check]:
    limits = {
        "comment": (campaign.comment.max_length, "comment_too_long", "The comment"),
        "customerinfo.name": (campaign.customer.name_max_length, "name_too_long", "The customer's name"),
    }
    for field in _FREE_TEXTS:
        longest, code, what = limits[field]
        if field in scalars:
            yield _encoding(field)
        if field in scalars and longest is not None:
            too_long = partial(texts.check_length, longest=longest, code=code, what=what)
            yield _check("length", field, too_long, pl.col("0").str.len_chars() > longest)


def _attribute(campaign: Campaign, field: str, name: str, order: dates.Order | None) -> Iterator[Check]:
    """Check one name of `namevaluemap`, and its values by what the contract says of it."""
    known = campaign.known_names("namevaluemap")
    if known is not None and name not in known:
        refuse = partial(_unlisted, finding=names.check_name(name, known, "nvname_unknown", "attribute"))
        yield _check("names", field, refuse, pl.col("0").is_not_null(), shown=name)
        return
    if field == UNIT and campaign.units is not None:
        index = names.UnitIndex.of(campaign.units)
        yield _check(name, field, partial(names.check_unit, index=index), _unlike(index.names))
    attribute = (campaign.attributes or {}).get(name, Attribute())
    if order is not None:
        region = campaign.customer.region
        read = partial(attributes.check_date, kind=attribute.kind, order=order, region=region)
        with_time = attribute.kind == "datetime"
        check = _check(name, field, read, dates.doubtful(with_time=with_time))
        yield replace(check, quick=(dates.quick(order, with_time=with_time), attributes.SAME[attribute.kind]))
    elif attribute != Attribute(required=attribute.required):
        shape = partial(attributes.check_attribute, name=name, attribute=attribute)
        check = _check(name, field, shape, attributes.doubtful(name, attribute))
        yield replace(check, quick=(attributes.quick(name, attribute), attributes.PLAIN))
    if field != UNIT or campaign.units is None:
        yield _encoding(field)


def _encoding(field: str) -> Check:
    check = _check("encoding", field, texts.check_garbled, texts.doubtful_garbled())
    return replace(check, gate=texts.any_foreign)


def _unlike(names: Sequence[str]) -> pl.Expr:
    """Select, among the values of a column named "0", those that are none of these."""
    return ~pl.col("0").is_in(list(names))


def _category(campaign: Campaign, field: str, name: str) -> Iterator[Check]:
    """Check one category's name, and the reasons given for it."""
    if campaign.categories is None:
        return
    if name not in campaign.categories:
        finding = names.check_name(name, tuple(campaign.categories), "category_unknown", "category")
        yield _check("categories", field, partial(_unlisted, finding=finding), pl.col("0").is_not_null(), shown=name)
        return
    column = campaign.columns.get(field)
    mark = column.split if column and column.split else JOINT
    reasons = partial(names.check_category, name=name, reasons=campaign.categories[name], mark=mark)
    yield _check("reasons", field, reasons, pl.col("0").list.len() > 0)


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

"""The samples: a few responses that together show every part of the contract.

Made up: each dimension of a response (rating, customer, each category, ...) has its variants; sample n takes the nth of
each, so that as many samples as the longest dimension has variants show them all. From rows: the rows that show most,
with stand-ins for all that could be personal. What adds nothing is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import polars as pl

from omoto_kit.batch import Batch
from omoto_kit.campaign import CUSTOMER_FIELDS, split_field
from omoto_kit.response import Response
from omoto_kit.verification import standins
from omoto_kit.verification.parts import MOST_VALUES, Part, habits_of
from omoto_kit.verification.scope import Fields, Scope

__all__ = ["Sample", "choose_samples"]

MOST_ROWS = 10
MOST_CANDIDATES = 1000
CATEGORY, CUSTOMER, ATTRIBUTE = "catnpsmap.", "customerinfo.", "namevaluemap."

Variants = list[Fields]


@dataclass(frozen=True)
class Sample:
    """One sample: its number, its title, whether a row stands behind it, and the parts that it shows."""

    number: int
    title: str
    response: Response = attribute(repr=False)
    of_row: bool
    shows: tuple[Part, ...] = attribute(repr=False)

    @property
    def name(self) -> str:
        """Its name in the pack: 01, 02, ..."""
        return f"{self.number:02d}"


@dataclass(frozen=True)
class _Draft:
    """A response on its way to be a sample: not numbered yet, so its stand-ins are not yet its own."""

    fields: Fields
    title: str = ""
    of_row: bool = False


def choose_samples(scope: Scope, parts: Sequence[Part], batch: Batch | None = None) -> tuple[Sample, ...]:
    """Choose few responses that show all parts that can be shown: rows first, made-up ones for the rest."""
    open_parts = list(parts)
    chosen: list[_Draft] = []
    if batch is not None:
        chosen, open_parts = _greedy(_from_rows(scope, batch), open_parts, MOST_ROWS)
    made = _made_up(scope)
    kept, open_parts = ([], open_parts) if chosen else (made[:2], _unshown(made[:2], open_parts))
    more, _ = _greedy(made, open_parts, len(made))
    drafts = [*chosen, *sorted([*kept, *more], key=made.index)]
    return tuple(_sample(number, draft, scope, parts) for number, draft in enumerate(drafts, 1))


def _unshown(drafts: Iterable[_Draft], parts: Sequence[Part]) -> list[Part]:
    """List the parts that no draft shows."""
    drafts = list(drafts)
    return [part for part in parts if not any(part.shows(draft.fields) for draft in drafts)]


def _greedy(drafts: Sequence[_Draft], parts: Sequence[Part], most: int) -> tuple[list[_Draft], list[Part]]:
    """Take, again and again, the draft that shows most of what is not yet shown; give what is then left, too."""
    left = list(parts)
    shown = [{part for part in parts if part.shows(draft.fields)} for draft in drafts]
    chosen: list[int] = []
    while left and len(chosen) < most and drafts:
        gains = [len(parts_ & set(left)) for parts_ in shown]
        best = gains.index(max(gains))
        if not gains[best]:
            break
        chosen.append(best)
        left = [part for part in left if part not in shown[best]]
    return [drafts[place] for place in chosen], left


def _sample(number: int, draft: _Draft, scope: Scope, parts: Sequence[Part]) -> Sample:
    """Give a draft its number, and with it customer data of its own."""
    fields = _personal(draft.fields, number, scope)
    shows = tuple(part for part in parts if part.shows(fields))
    return Sample(number, draft.title or _title(shows), Response.from_fields(fields), draft.of_row, shows)


def _title(shows: Sequence[Part]) -> str:
    """Say what is particular about a sample."""
    telling = [part for part in shows if part.group in ("Comment", "Customer") and "without" not in part.label]
    words = [
        part.label if part.label.startswith(("a ", "all ")) else f"{part.group.lower()} {part.label}"
        for part in telling
    ]
    words = [
        word.replace("comment none", "no comment").replace("customer none at all", "no customer") for word in words
    ]
    text = "; ".join(words[:2]) or "a plain response"
    return text[:1].upper() + text[1:]


# ---- made up


def _made_up(scope: Scope) -> list[_Draft]:
    """Make the drafts: the least, everything at once, then a walk through all variants."""
    dimensions = _dimensions(scope)
    count = 2 + max(len(variants) for variants in dimensions)
    drafts = []
    for turn in range(count):
        fields: Fields = dict(scope.always)
        for place, variants in enumerate(dimensions):
            shift = place if turn > 1 else 0  # so that variants meet others than their neighbours
            fields |= variants[(turn + shift) % len(variants)]
        titles = ("The least that the contract lets through", "Everything at once")
        drafts.append(_Draft(_with_city(fields, scope), titles[turn] if turn < len(titles) else ""))
    return drafts


def _with_city(fields: Fields, scope: Scope) -> Fields:
    """Let unit and city agree, where the unit list knows the city."""
    city = scope.city_of(str(fields.get(ATTRIBUTE + "unitname", "")))
    path = ATTRIBUTE + "city"
    attribute_ = scope.attributes.get("city")
    if city and path in fields and path not in scope.always and attribute_ and not attribute_.values:
        fields[path] = scope.stand_in("city", city, 0) or fields[path]
    return fields


def _dimensions(scope: Scope) -> list[Variants]:
    """List what may vary, each with its variants: first the least, then the fullest, then the others."""
    free = [_ratings(scope), _comments(scope), _customers(scope), _channels(scope)]
    free += [_reasons(CATEGORY + name, reasons) for name, reasons in scope.categories.items()]
    free += [_units(scope)]
    free += [_values(scope, name) for name in scope.attributes if not (name == "unitname" and scope.units)]
    kept = [[{path: v for path, v in one.items() if path not in scope.always} for one in many] for many in free]
    return [variants for variants in kept if any(variants)] or [[{}]]


def _optional(scope: Scope, path: str, values: Iterable[str]) -> Variants:
    """Let a field be absent, where it may, or take each of its values."""
    found: Variants = [{}] if scope.may_lack(path) else []
    found += [{path: value} for value in dict.fromkeys(values)]
    return found or [{}]


def _ratings(scope: Scope) -> Variants:
    low, high = scope.campaign.rating.scale
    return _optional(scope, "npsrating", map(str, (high, low, (low + high) // 2)))


def _channels(scope: Scope) -> Variants:
    return [{"channel": channel} for channel in scope.channels[:MOST_VALUES]] or [{}]


def _comments(scope: Scope) -> Variants:
    top = scope.campaign.comment.max_length
    texts = standins.comment_texts(top)
    fitting = [next((text for text in many if top is None or len(text) <= top), "") for many in texts.values()]
    quotes_first = [fitting[-1], *fitting[:-1]]
    return _optional(scope, "comment", filter(None, quotes_first))


def _reasons(path: str, reasons: Sequence[str]) -> Variants:
    """Not selected; selected with all reasons, with none, with one."""
    found: Variants = [{}, {path: tuple(reasons)}]
    return [*found, {path: ()}, {path: (reasons[0],)}] if reasons else found


def _customers(scope: Scope) -> Variants:
    """The fewest attributes, all five, each alone, a foreign number, names in other scripts."""
    longest = scope.campaign.customer.name_max_length
    sets = [scope.least_customer(), frozenset(CUSTOMER_FIELDS), *map(scope.least_customer, CUSTOMER_FIELDS)]
    variants = [_unfilled(names) for names in sets]
    variants.append(_unfilled(scope.least_customer("mobileno")) | {CUSTOMER + "mobileno": standins.FOREIGN_MOBILE})
    for script in ("Devanagari", "Arabic"):
        text = standins.person(0, standins.SENTENCES[script][:1], longest)
        variants.append(_unfilled(scope.least_customer("name")) | {CUSTOMER + "name": text})
    return variants


def _unfilled(names: Iterable[str]) -> Fields:
    """Leave attributes of the customer open until the sample has its number."""
    return {CUSTOMER + name: "" for name in CUSTOMER_FIELDS if name in set(names)}


def _units(scope: Scope) -> Variants:
    """As few units as show every way of naming them."""
    if not scope.units:
        return [{}]
    habits = habits_of(scope.units)
    left, names = set(habits), []
    having = {unit.name: {habit for habit, units in habits.items() if unit.name in units} for unit in scope.units}
    while left:
        best = max(having, key=lambda name: len(having[name] & left))
        names.append(best)
        left -= having[best]
    return _optional(scope, ATTRIBUTE + "unitname", names)


def _values(scope: Scope, name: str) -> Variants:
    """An attribute's values: an example or the whole choice, and the longest."""
    rule = scope.attributes[name]
    made = filter(None, (scope.example(name), scope.longest(name)))
    return _optional(scope, ATTRIBUTE + name, rule.values[:MOST_VALUES] or made)


def _personal(fields: Fields, number: int, scope: Scope) -> Fields:
    """Fill the customer's attributes that are still open with stand-ins of this number."""
    rules = scope.campaign.customer
    made = {
        "email": standins.address(number),
        "regid": f"REG{number:05d}",
        "registrationno": f"EXL{number:03d}",
        "mobileno": standins.mobile(number, rules.region, rules.phone),
        "name": standins.person(number, "", rules.name_max_length),
    }
    filled = {
        path: made[path.removeprefix(CUSTOMER)] for path, v in fields.items() if path.startswith(CUSTOMER) and not v
    }
    return fields | filled


# ---- from rows


def _from_rows(scope: Scope, batch: Batch) -> list[_Draft]:
    """Make drafts of rows that differ in more than their values, with stand-ins for what may be personal."""
    found = []
    for number, row in enumerate(_candidates(batch)):
        fields = _stand_ins(row, number, scope)
        if all(path in fields for path in scope.required) and _customer_allowed(fields, scope):
            found.append(_Draft(_with_city(fields, scope), of_row=True))
    return found


def _customer_allowed(fields: Fields, scope: Scope) -> bool:
    any_of = scope.campaign.customer.any_of
    return not any_of or any(CUSTOMER + name in fields for name in any_of)


def _candidates(batch: Batch) -> list[dict[str, Any]]:
    """Take the first row of each kind."""
    ready, fields = batch.ready, batch.fields
    kinds = [_kind(path, ready[path]).alias(path) for path in fields]
    if not fields:
        return []
    first = ready.with_columns(pl.concat_str(kinds, separator="\x1f").alias("\x1fkind")).unique(
        "\x1fkind", keep="first", maintain_order=True
    )
    return first.head(MOST_CANDIDATES).select(fields).to_dicts()


def _kind(path: str, column: pl.Series) -> pl.Expr:
    """Reduce a column to what makes one row's shape differ from another's."""
    value = pl.col(path)
    if isinstance(column.dtype, pl.List):
        return pl.when(value.is_null()).then(pl.lit("-")).otherwise(value.list.join("\x1e"))
    if path in ("npsrating", "channel", "campaigntype"):
        return value.fill_null("-")
    marks = [value.str.contains(rule).fill_null(value=False).cast(pl.String) for rule in _TELLING.get(path, ())]
    return pl.concat_str([value.is_not_null().cast(pl.String), *marks])


_TELLING = {
    "comment": ("\n", "[\u0900-\u097f]", "[\u0600-\u06ff]", '"', "[\U0001f300-\U0001faff]"),
    "customerinfo.mobileno": (r"^\+",),
    "customerinfo.name": ("[\u0900-\u097f]", "[\u0600-\u06ff]"),
    "namevaluemap.unitname": ("[0-9]", "[^A-Za-z0-9 ]"),
}


def _stand_ins(row: Mapping[str, Any], number: int, scope: Scope) -> Fields:
    fields = dict(scope.always)
    for path, value in row.items():
        kept = None if value is None else _stand_in(path, value, number, scope)
        if kept is not None:
            fields[path] = kept
    return fields


def _stand_in(path: str, value: Any, number: int, scope: Scope) -> str | tuple[str, ...] | None:
    """Keep what the contract lists; put an invented value of the same shape for all else; None drops the field."""
    group, name = split_field(path)
    if path in scope.always:
        return scope.always[path]
    if group == "catnpsmap":
        known = scope.categories.get(name)
        return None if known is None else tuple(reason for reason in value if reason in known)
    if group == "namevaluemap":
        return scope.stand_in(name, value, number) if name in scope.attributes else None
    scalars: dict[str, Callable[[], str | None]] = {
        "customerinfo": lambda: _customer(name, value, number, scope),
        "comment": lambda: standins.comment(value, scope.campaign.comment.max_length) or None,
        "channel": lambda: value if value in scope.channels else None,
    }
    return scalars.get(group, lambda: str(value))()


def _customer(name: str, value: str, number: int, scope: Scope) -> str:
    """Put a stand-in for a customer's attribute; empty where the sample's own number will fill it."""
    rules = scope.campaign.customer
    if name == "mobileno":
        return standins.mobile_like(value, number) if value.startswith("+") else ""
    if name == "name" and standins.script_of(value) != "Latin":
        return standins.person(number, value, rules.name_max_length)
    return standins.reshaped(value, number) if name in ("regid", "registrationno") else ""

"""The parts of a contract that samples must show: each with its place, its name and how to recognise it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute

from omoto_kit.campaign import CUSTOMER_FIELDS, Unit
from omoto_kit.verification.scope import Fields, Scope
from omoto_kit.verification.standins import EMOJI, LENGTHS, script_of

__all__ = ["MOST_VALUES", "Part", "habits_of", "parts_of"]

#: So many values of one choice are shown; the others stand in the lists.
MOST_VALUES = 12

HABITS = {
    "with a digit": r"[0-9]",
    "with a comma": ",",
    "with an apostrophe or quote": "['\"\u2018\u2019]",
    "with & or +": "[&+]",
    "with a dash": "[-\u2013\u2014]",
    "with brackets": r"[()\[\]]",
    "with a slash": r"[/\\]",
    "with a full stop": r"\.",
    "with two blanks in a row": r"\s\s",
    "in capitals only": r"^(?=.*[A-Z])(?!.*[a-z])",
    "in small letters only": r"^(?=.*[a-z])(?!.*[A-Z])",
    "in letters beyond English": r"[^\x00-\x7f]",
    "in one word": r"^\S+$",
    "in several words": r"\S\s+\S",
}


Test = Callable[[Fields], bool]


@dataclass(frozen=True)
class Part:
    """One part of the contract: its group, what it is in words, and whether a response shows it."""

    group: str
    label: str
    shows: Test = attribute(repr=False, compare=False)

    @property
    def leaves_out(self) -> bool:
        """Whether a response shows this part by what it does not have."""
        return self.label.endswith((" not selected", " absent")) or self.label.startswith("without ")

    def __str__(self) -> str:
        """Name it with its group."""
        return f"{self.group}: {self.label}"


def parts_of(scope: Scope) -> tuple[Part, ...]:
    """List all parts of a contract, in the order of the vendor's template."""
    makers = (_channels, _categories, _rating, _comment, _customer, _units, _attributes)
    return tuple(part for make in makers for part in make(scope))


def _has(path: str, value: object) -> Test:
    return lambda fields: fields.get(path) == value


def _present(path: str) -> Test:
    return lambda fields: path in fields


def _absent(path: str) -> Test:
    return lambda fields: path not in fields


def _one_of(path: str, values: frozenset[str]) -> Test:
    return lambda fields: fields.get(path) in values


def _written(path: str, holds: Callable[[str], bool]) -> Test:
    """Ask something of a field's text, which is empty where the field is absent."""
    return lambda fields: holds(str(fields.get(path, "")))


def _reasons(path: str, holds: Callable[[frozenset[str]], bool]) -> Test:
    """Ask something of a category's reasons, which are none where it is not selected."""
    return lambda fields: holds(frozenset(fields.get(path, ())))


def _exactly(names: frozenset[str]) -> Test:
    """Ask whether a response has these attributes of the customer, and no other."""
    prefix = "customerinfo."
    return lambda fields: {path.removeprefix(prefix) for path in fields if path.startswith(prefix)} == names


def _selects_nothing(fields: Fields) -> bool:
    return not any(path.startswith("catnpsmap.") for path in fields)


def _channels(scope: Scope) -> Iterator[Part]:
    if "channel" not in scope.always:
        for channel in scope.channels[:MOST_VALUES]:
            yield Part("Channel", f"{channel!r}", _has("channel", channel))


def _categories(scope: Scope) -> Iterator[Part]:
    if not any(path.startswith("catnpsmap.") for path in scope.always):
        yield Part("Categories", "none selected", _selects_nothing)
    for name, reasons in scope.categories.items():
        path = f"catnpsmap.{name}"
        if path in scope.always:
            continue
        yield Part("Categories", f"{name!r} selected, without reasons", _has(path, ()))
        yield Part("Categories", f"{name!r} not selected", _absent(path))
        if reasons:
            count = "its reason" if len(reasons) == 1 else f"all {len(reasons)} reasons"
            yield Part("Categories", f"{name!r} with {count}", _reasons(path, frozenset(reasons).issubset))
        if len(reasons) > 1:
            yield Part("Categories", f"{name!r} with one reason", _reasons(path, lambda given: len(given) == 1))


def _rating(scope: Scope) -> Iterator[Part]:
    if "npsrating" in scope.always:
        return
    low, high = scope.campaign.rating.scale
    yield Part("Rating", f"the lowest, {low}", _has("npsrating", str(low)))
    yield Part("Rating", f"the highest, {high}", _has("npsrating", str(high)))
    if scope.may_lack("npsrating"):
        yield Part("Rating", "none", _absent("npsrating"))


def _comment(scope: Scope) -> Iterator[Part]:
    if "comment" in scope.always:
        return
    top = scope.campaign.comment.max_length
    size = top or LENGTHS[-1]
    named = f"as long as allowed, {top:,} characters" if top else f"{size:,} characters (the contract sets no limit)"
    tests: dict[str, Callable[[str], bool]] = {
        named: lambda text: len(text) == size,
        "with line breaks": lambda text: "\n" in text,
        "with emoji": lambda text: bool(EMOJI.search(text)),
        "in Hindi": lambda text: script_of(text) == "Devanagari",
        "in Arabic": lambda text: script_of(text) == "Arabic",
        "with quotes": lambda text: '"' in text,
    }
    for label, holds in tests.items():
        yield Part("Comment", label, _written("comment", holds))
    if scope.may_lack("comment"):
        yield Part("Comment", "none", _absent("comment"))


def _customer(scope: Scope) -> Iterator[Part]:
    yield Part("Customer", "all five attributes", _exactly(frozenset(CUSTOMER_FIELDS)))
    if not scope.least_customer():
        yield Part("Customer", "none at all", _exactly(frozenset()))
    for name in CUSTOMER_FIELDS:
        least = scope.least_customer(name)
        others = ", ".join(sorted(least - {name}))
        yield Part("Customer", f"{name} beside {others} only" if others else f"{name} alone", _exactly(least))
        if scope.may_lack(f"customerinfo.{name}"):
            yield Part("Customer", f"without {name}", _absent(f"customerinfo.{name}"))
    yield from _foreign_customer(scope)


def _foreign_customer(scope: Scope) -> Iterator[Part]:
    """Show that a number of another country and names in other scripts arrive as they are."""
    if "customerinfo.mobileno" not in scope.always:
        abroad = _written("customerinfo.mobileno", lambda text: text.startswith("+44"))
        yield Part("Customer", "a mobile number of another country", abroad)
    if "customerinfo.name" not in scope.always:
        hindi = _written("customerinfo.name", lambda text: script_of(text) == "Devanagari")
        arabic = _written("customerinfo.name", lambda text: script_of(text) == "Arabic")
        yield Part("Customer", "a name in Hindi", hindi)
        yield Part("Customer", "a name in Arabic", arabic)


def habits_of(units: Sequence[Unit]) -> dict[str, frozenset[str]]:
    """Tell which ways of naming the units have, each with its units.

    >>> sorted(habits_of([Unit(name="Pune"), Unit(name="Hitech City 1")]))
    ['in one word', 'in several words', 'the longest', 'the shortest', 'with a digit']
    """
    names = [unit.name for unit in units]
    found = {habit: frozenset(name for name in names if re.search(rule, name)) for habit, rule in HABITS.items()}
    if names:
        found["the longest"] = frozenset([max(names, key=len)])
        found["the shortest"] = frozenset([min(names, key=len)])
    return {habit: having for habit, having in found.items() if having}


def _units(scope: Scope) -> Iterator[Part]:
    path = "namevaluemap.unitname"
    if not scope.units or path in scope.always:
        return
    for habit, names in habits_of(scope.units).items():
        label = f"{habit} name" if habit.startswith("the ") else f"a name {habit}"
        yield Part("Unit", label, _one_of(path, names))
    if scope.may_lack(path):
        yield Part("Unit", "none", _absent(path))


def _attributes(scope: Scope) -> Iterator[Part]:
    for name, rule in scope.attributes.items():
        path = f"namevaluemap.{name}"
        if path in scope.always or (name == "unitname" and scope.units):
            continue
        yield Part("Attributes", f"{name!r} present", _present(path))
        if scope.may_lack(path):
            yield Part("Attributes", f"{name!r} absent", _absent(path))
        for value in rule.values[:MOST_VALUES]:
            yield Part("Attributes", f"{name!r} = {value!r}", _has(path, value))
        if (longest := scope.longest(name)) is not None:
            size = len(longest)
            label = f"{name!r} as long as allowed, {size:,} characters"
            yield Part("Attributes", label, _written(path, size_is(size)))


def size_is(size: int) -> Callable[[str], bool]:
    """Ask whether a text has so many characters."""
    return lambda text: len(text) == size

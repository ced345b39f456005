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


@dataclass(frozen=True)
class Part:
    """One part of the contract: its group, what it is in words, and whether a response shows it."""

    group: str
    label: str
    shows: Callable[[Fields], bool] = attribute(repr=False, compare=False)

    def __str__(self) -> str:
        """Name it with its group."""
        return f"{self.group}: {self.label}"


def parts_of(scope: Scope) -> tuple[Part, ...]:
    """List all parts of a contract, in the order of the vendor's template."""
    makers = (_channels, _categories, _rating, _comment, _customer, _units, _attributes)
    return tuple(part for make in makers for part in make(scope))


def _has(path: str, value: str) -> Callable[[Fields], bool]:
    return lambda fields: fields.get(path) == value


def _present(path: str) -> Callable[[Fields], bool]:
    return lambda fields: path in fields


def _absent(path: str) -> Callable[[Fields], bool]:
    return lambda fields: path not in fields


def _channels(scope: Scope) -> Iterator[Part]:
    if "channel" not in scope.always:
        for channel in scope.channels[:MOST_VALUES]:
            yield Part("Channel", f"{channel!r}", _has("channel", channel))


def _categories(scope: Scope) -> Iterator[Part]:
    fixed = [path for path in scope.always if path.startswith("catnpsmap.")]
    if not fixed:
        none = lambda fields: not any(path.startswith("catnpsmap.") for path in fields)  # noqa: E731  one line says it
        yield Part("Categories", "none selected", none)
    for name, reasons in scope.categories.items():
        path = f"catnpsmap.{name}"
        if path in scope.always:
            continue
        yield Part("Categories", f"{name!r} selected, without reasons", lambda f, path=path: f.get(path) == ())
        yield Part("Categories", f"{name!r} not selected", _absent(path))
        if reasons:
            every = lambda f, path=path, all_of=frozenset(reasons): all_of <= set(f.get(path, ()))  # noqa: E731  as above
            yield Part("Categories", f"{name!r} with {_count(reasons)}", every)
        if len(reasons) > 1:
            yield Part("Categories", f"{name!r} with one reason", lambda f, path=path: len(f.get(path, ())) == 1)


def _count(reasons: Sequence[str]) -> str:
    return "its reason" if len(reasons) == 1 else f"all {len(reasons)} reasons"


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
        yield Part("Comment", label, lambda fields, holds=holds: holds(str(fields.get("comment", ""))))
    if scope.may_lack("comment"):
        yield Part("Comment", "none", _absent("comment"))


def _customer(scope: Scope) -> Iterator[Part]:
    def exactly(names: frozenset[str]) -> Callable[[Fields], bool]:
        return lambda fields: {path[13:] for path in fields if path.startswith("customerinfo.")} == names

    yield Part("Customer", "all five attributes", exactly(frozenset(CUSTOMER_FIELDS)))
    if not scope.least_customer():
        yield Part("Customer", "none at all", exactly(frozenset()))
    for name in CUSTOMER_FIELDS:
        least = scope.least_customer(name)
        others = ", ".join(sorted(least - {name}))
        label = f"{name} beside {others} only" if others else f"{name} alone"
        yield Part("Customer", label, exactly(least))
        if scope.may_lack(f"customerinfo.{name}"):
            yield Part("Customer", f"without {name}", _absent(f"customerinfo.{name}"))
    if "customerinfo.mobileno" not in scope.always:
        abroad = lambda fields: str(fields.get("customerinfo.mobileno", "")).startswith("+44")  # noqa: E731  one line
        yield Part("Customer", "a mobile number of another country", abroad)
    for script, word in (("Devanagari", "Hindi"), ("Arabic", "Arabic")):
        if "customerinfo.name" not in scope.always:
            wrote = lambda f, script=script: script_of(str(f.get("customerinfo.name", ""))) == script  # noqa: E731  as above
            yield Part("Customer", f"a name in {word}", wrote)


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
    if not scope.units or "namevaluemap.unitname" in scope.always:
        return
    for habit, names in habits_of(scope.units).items():
        label = f"a name {habit}" if not habit.startswith("the ") else f"{habit} name"
        yield Part("Unit", label, lambda f, names=names: f.get("namevaluemap.unitname") in names)
    if scope.may_lack("namevaluemap.unitname"):
        yield Part("Unit", "none", _absent("namevaluemap.unitname"))


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
        if scope.longest(name) is not None:
            longest = lambda f, path=path, top=rule.max_length: len(str(f.get(path, ""))) == top  # noqa: E731  one line
            yield Part("Attributes", f"{name!r} as long as allowed, {rule.max_length:,} characters", longest)

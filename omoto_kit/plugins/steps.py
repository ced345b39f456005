"""Steps and the decorators that make them.

A decorated function stays a plain callable. Beside it lies a step: what it reads (its arguments), what it writes and
how it wants to be called. Mistakes that would otherwise show late or never are named where the function is decorated.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel

from omoto_kit.campaign import CUSTOMER_FIELDS, SCALAR_FIELDS, is_field, split_field
from omoto_kit.errors import PluginError, did_you_mean
from omoto_kit.plugins.signatures import arguments_of, place_of
from omoto_kit.plugins.worker import CHUNK, TIMEOUT, Call

__all__ = [
    "PROTECTED",
    "EnricherStep",
    "Rank",
    "ReaderStep",
    "RuleStep",
    "Step",
    "enricher",
    "full_field",
    "known_fields",
    "reader",
    "rule",
    "steps_of",
]

Rank = Literal["guess", "derived", "master"]
Settings = type[BaseModel]
Function = TypeVar("Function", bound=Callable[..., Any])

#: Names that no plugin may write: they say whose answer it is and where it goes.
PROTECTED = ("campaignid", "processid", "endpoint")
#: The one argument that is not read from the row.
CONTEXT = "ctx"
_MARK = "__omoto_steps__"


@dataclass(frozen=True)
class Step:
    """What all steps have: a name, a function, and where both come from.

    `plugin` and `version` are filled in when the plugin is loaded; `version` is the package's, or the first 12 hex
    digits of the file's SHA-256. `where` is the author's place, "cities.py:12".
    """

    name: str
    function: Callable[..., Any] = attribute(repr=False)
    plugin: str = attribute(default="", kw_only=True)
    version: str = attribute(default="", kw_only=True)
    where: str = attribute(default="", kw_only=True)

    @property
    def label(self) -> str:
        """Who it is, as changes and problems name it: "plugin:function"."""
        return f"{self.plugin}:{self.name}" if self.plugin else self.name


@dataclass(frozen=True)
class _ReadingStep(Step):
    """A step whose arguments are read from the row; `given` says where from, where the name does not."""

    reads: tuple[str, ...] = attribute(default=(), kw_only=True)
    given: Mapping[str, str] = attribute(default_factory=dict, kw_only=True, hash=False, repr=False)
    wants_context: bool = attribute(default=False, kw_only=True, repr=False)
    settings: Settings | None = attribute(default=None, kw_only=True, repr=False)
    secrets: tuple[str, ...] = attribute(default=(), kw_only=True, repr=False)

    def bound(self, context: object) -> Callable[..., Any]:
        """Give the function with its `ctx` filled in; what is left are the values that it reads, by position."""
        if not self.wants_context:
            return self.function
        arguments = [name for name in arguments_of(self.function) if name != CONTEXT]
        return lambda *values: self.function(**dict(zip(arguments, values, strict=True)), ctx=context)


@dataclass(frozen=True)
class EnricherStep(_ReadingStep):
    """A step that offers values for the fields in `writes`."""

    writes: tuple[str, ...] = attribute(default=(), kw_only=True)
    bulk: int = attribute(default=0, kw_only=True)
    rank: Rank = attribute(default="derived", kw_only=True)
    overwrite: bool = attribute(default=False, kw_only=True)
    examples: tuple[tuple[Mapping[str, Any], Any], ...] = attribute(default=(), kw_only=True, hash=False, repr=False)
    timeout: float | None = attribute(default=None, kw_only=True)
    cache: bool | float = attribute(default=True, kw_only=True)

    def called(self, context: object) -> Call:
        """Say how its function wants to be called, with its `ctx` filled in."""
        code = getattr(inspect.unwrap(self.function), "__code__", None)
        return Call(
            self.bound(context),
            near=code.co_filename if code else "",
            timeout=self.timeout or TIMEOUT,
            bulk=self.bulk,
            awaits=inspect.iscoroutinefunction(self.function),
        )


@dataclass(frozen=True)
class RuleStep(_ReadingStep):
    """A step that checks values; what it finds stands at `field`."""

    field: str = attribute(default="", kw_only=True)


@dataclass(frozen=True)
class ReaderStep(Step):
    """A step that reads files whose names end in one of `suffixes` (lower case, with the dot)."""

    suffixes: tuple[str, ...] = attribute(default=(), kw_only=True)


def enricher(  # noqa: PLR0913  each is one word of the author's own vocabulary, by name only
    *writes: str,
    reads: Mapping[str, str] | None = None,
    bulk: bool | int = False,
    rank: Rank = "derived",
    overwrite: bool = False,
    examples: Sequence[tuple[Mapping[str, Any], Any]] = (),
    timeout: float | None = None,
    cache: bool | float = True,
    settings: Settings | None = None,
    secrets: Sequence[str] = (),
) -> Callable[[Function], Function]:
    """Make a function an enricher of the named fields; what it reads are its arguments.

    It returns a text (or `Replace`, which says why), `Suggest`, `Clear`, or None for no opinion; for several fields a
    dict or a tuple of these.
    `reads` names the field or source header of an argument where the argument's own name does not; "given.city" is
    the city as the source gave it, or None where it has no such column. `bulk` hands over the list of distinct keys
    (tuples, where `reads` names several) and takes a mapping back; one call instead of many, of at most 1,000 keys
    or as many as `bulk` says. `rank` decides between enrichers that differ; `overwrite` lets it replace what the
    source says. `timeout` is in seconds for a call. `cache=False` says that the same key may get another answer
    within one run; a number keeps answers, and that there was none, for later runs, in seconds.
    Raises PluginError for a field that plugins cannot write and for a function that could never be called rightly.

    >>> @enricher("namevaluemap.city", examples=[({"pincode": "560001"}, "Bengaluru")])
    ... def city_from_pincode(pincode):
    ...     return {"560001": "Bengaluru"}.get(pincode)
    >>> city_from_pincode("560001")
    'Bengaluru'
    """
    if len(writes) == 1 and callable(writes[0]):
        _refuse(
            writes[0],
            "the decorator lacks its field",
            'Write @enricher("namevaluemap.city") above the function.',
        )

    def decorate(function: Function) -> Function:
        arguments, context = _split_context(arguments_of(function))
        _check_writes(function, writes)
        _check_numbers(function, bulk=bulk, timeout=timeout, cache=cache)
        _check_rank(function, rank)
        step = EnricherStep(
            function.__name__,
            function,
            where=place_of(function),
            reads=_bulk_reads(function, arguments, reads) if bulk else _reads(function, arguments, reads),
            given=dict(reads or {}),
            wants_context=context,
            settings=settings,
            secrets=tuple(secrets),
            writes=writes,
            bulk=CHUNK if bulk is True else int(bulk),
            rank=rank,
            overwrite=overwrite,
            examples=tuple(examples),
            timeout=timeout,
            cache=cache,
        )
        return _mark(function, step)

    return decorate


def rule(
    field: str,
    *,
    reads: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    secrets: Sequence[str] = (),
) -> Callable[[Function], Function]:
    """Make a function a rule, whose problems stand at `field`; what it reads are its arguments.

    It returns None where all is well, else a `Finding`, a `Replace`, or a list of these. It is called once for each
    distinct value, with None for what is absent. Raises PluginError as `enricher` does.

    >>> from omoto_kit.plugins import Finding
    >>> @rule("comment")
    ... def no_shouting(comment):
    ...     if comment and comment.isupper():
    ...         return Finding("comment_loud", "The comment is all capitals.")
    >>> no_shouting("GOOD").code
    'comment_loud'
    """

    def decorate(function: Function) -> Function:
        arguments, context = _split_context(arguments_of(function))
        if field and not is_field(field):
            _refuse(function, f"{field!r} is no field of a response", did_you_mean(field, known_fields()))
        step = RuleStep(
            function.__name__,
            function,
            where=place_of(function),
            reads=_reads(function, arguments, reads),
            given=dict(reads or {}),
            wants_context=context,
            settings=settings,
            secrets=tuple(secrets),
            field=field,
        )
        return _mark(function, step)

    return decorate


def reader(*suffixes: str) -> Callable[[Function], Function]:
    """Make a function a reader of files whose names end so: `f(path, **options) -> Rows | list[dict]`.

    Raises PluginError where no suffix is given or one lacks its dot.

    >>> @reader(".sav")
    ... def spss(path, **options):
    ...     return [{"Overall Rating": "9"}]
    """

    def decorate(function: Function) -> Function:
        arguments_of(function, options=True)
        if not suffixes or not all(suffix.startswith(".") for suffix in suffixes):
            _refuse(function, "a reader needs suffixes that begin with a dot", 'Write @reader(".sav").')
        lowered = tuple(suffix.lower() for suffix in suffixes)
        return _mark(function, ReaderStep(function.__name__, function, where=place_of(function), suffixes=lowered))

    return decorate


def steps_of(thing: object) -> tuple[Step, ...]:
    """Give the steps that decorators have laid beside a function; a step stands for itself."""
    if isinstance(thing, Step):
        return (thing,)
    if inspect.isclass(thing):
        return ()
    found = getattr(thing, "__dict__", {}).get(_MARK, ())
    return tuple(step for step in found if isinstance(step, Step))


def _mark(function: Function, step: Step) -> Function:
    setattr(function, _MARK, (*steps_of(function), step))
    return function


def _split_context(arguments: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Part the arguments that are read from the row from `ctx`."""
    return tuple(name for name in arguments if name != CONTEXT), CONTEXT in arguments


def _reads(function: object, arguments: tuple[str, ...], reads: Mapping[str, str] | None) -> tuple[str, ...]:
    for name in reads or {}:
        if name not in arguments:
            near = did_you_mean(name, arguments) or f"Its arguments are {', '.join(arguments)}."
            _refuse(function, f"reads= names {name!r}, which is no argument of the function", near)
    if not arguments:
        _refuse(function, "the function reads nothing", "Name a field as its argument, such as pincode.")
    return arguments


def _bulk_reads(function: object, arguments: tuple[str, ...], reads: Mapping[str, str] | None) -> tuple[str, ...]:
    if len(arguments) != 1:
        advice = "Take one list of keys, and name the fields that make up a key in reads={...}."
        _refuse(function, f"a bulk enricher takes one argument beside ctx, not {len(arguments)}", advice)
    return tuple(reads) if reads else arguments


def full_field(name: str) -> str | None:
    """Give the field that a name means, where its last part alone can only mean one; None for what is no field.

    >>> full_field("unitname"), full_field("mobileno"), full_field("namevaluemap.zone"), full_field("Zone")
    ('namevaluemap.unitname', 'customerinfo.mobileno', 'namevaluemap.zone', None)
    """
    group, last = split_field(name)
    if is_field(name) and (last or group in SCALAR_FIELDS):
        return name
    return next((field for field in known_fields() if split_field(field)[1] == name), None)


def known_fields() -> Iterator[str]:
    """Give the fields that every campaign may have, by their full names."""
    yield from SCALAR_FIELDS
    yield from (f"customerinfo.{name}" for name in CUSTOMER_FIELDS)
    yield from ("namevaluemap.unitname", "namevaluemap.city")


def _check_writes(function: object, writes: tuple[str, ...]) -> None:
    if not writes:
        _refuse(function, "the enricher names no field", 'Write @enricher("namevaluemap.city").')
    for field in writes:
        if field in PROTECTED:
            _refuse(function, f"{field} can never be written by a plugin", "It comes from the campaign alone.")
        if not _is_whole_field(field):
            near = did_you_mean(field, known_fields())
            advice = near or "Fields are npsrating, customerinfo.mobileno, namevaluemap.NAME, catnpsmap.NAME and so on."
            _refuse(function, f"{field!r} is no field that can be written", advice)


def _is_whole_field(field: str) -> bool:
    """Tell a field from a group without a name in it."""
    group, name = split_field(field)
    return is_field(field) and (group in SCALAR_FIELDS or bool(name))


def _check_rank(function: Function, rank: str) -> None:
    if rank not in get_args(Rank):
        near = did_you_mean(rank, get_args(Rank)) or f"Ranks are {', '.join(get_args(Rank))}."
        _refuse(function, f"{rank!r} is no rank", near)


def _check_numbers(function: object, **numbers: float | None) -> None:
    """Refuse what can be no number of seconds or keys."""
    for name, number in numbers.items():
        if number is None or isinstance(number, bool):
            continue
        if number <= 0 and not (name == "bulk" and number == 0):
            unit = "a number of keys" if name == "bulk" else "a number of seconds"
            _refuse(function, f"{name}={number!r} is not {unit}", f"Write {name}=30, or leave it out.")


def _refuse(function: object, what: str, advice: str) -> None:
    name = getattr(function, "__name__", repr(type(function).__name__))
    plugin = Path(str(getattr(function, "__module__", "") or "")).name
    raise PluginError(f"In {name}, {what}.", plugin=plugin, where=place_of(function), advice=advice)

"""Options by the record: a command takes a frozen dataclass, and each annotated field of it is an option.

So an option is declared once, where its meaning is kept, and a command takes few things however much may be said.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from inspect import Parameter
from typing import Annotated, Any, get_origin

__all__ = ["takes_records"]


def takes_records(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command be called by its options: a record that it takes is made of those that are the record's fields.

    A field that is a record itself is made likewise; one that is not `Annotated` is no option, and keeps its default.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Place:
    ...     city: Annotated[str, "an option"]
    ...     near: bool = True
    >>> @takes_records
    ... def visit(place: Place, *, days: int = 1):
    ...     return place, days
    >>> list(inspect.signature(visit).parameters)
    ['city', 'days']
    >>> visit(city="Pune", days=2)
    (Place(city='Pune', near=True), 2)
    """
    taken = inspect.signature(command, eval_str=True).parameters.values()

    def by_options(**said: Any) -> Any:
        return command(**{one.name: _value(one, said) for one in taken})

    options = [option for one in taken for option in _options(one)]
    by_options.__name__, by_options.__doc__ = command.__name__, command.__doc__
    by_options.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]  # inspect looks for it
    return by_options


def _options(one: Parameter) -> Iterator[Parameter]:
    """Give the options that make up what a command takes: itself, or the fields of its record."""
    if _is_record(one):
        for field in _said(one.annotation):
            yield from _options(field)
    else:
        yield one.replace(kind=Parameter.KEYWORD_ONLY)


def _value(one: Parameter, said: dict[str, Any]) -> Any:
    """Make what a command takes of the options that were said."""
    if _is_record(one):
        return one.annotation(**{field.name: _value(field, said) for field in _said(one.annotation)})
    return said[one.name]


def _said(record: Any) -> list[Parameter]:
    """Give the fields of a record that a person can say."""
    fields = inspect.signature(record, eval_str=True).parameters.values()
    return [one for one in fields if _is_record(one) or get_origin(one.annotation) is Annotated]


def _is_record(one: Parameter) -> bool:
    return is_dataclass(one.annotation)

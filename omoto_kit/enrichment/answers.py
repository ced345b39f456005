"""What a step's answers mean: for each distinct key, an offer for each field that it writes, or a failure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from numbers import Integral
from types import NoneType
from typing import Any

from omoto_kit.campaign import split_field
from omoto_kit.enrichment.cells import is_list, to_cell
from omoto_kit.plugins import Clear, EnricherStep, Failure, Replace, Suggest

__all__ = ["CLEAR", "NOTHING", "SUGGEST", "TOLD", "VALUE", "Offers", "Sorted", "sort_out"]

#: Kinds of offers; a value that is told to a person is a value.
NOTHING, VALUE, SUGGEST, CLEAR, TOLD = range(5)


@dataclass
class Offers:
    """Offers for one field, one for each distinct key; `others` has the further options of a suggestion, by key."""

    kinds: list[int]
    values: list[str | None]
    whys: list[str]
    others: dict[int, tuple[str, ...]] = attribute(default_factory=dict)

    @classmethod
    def none(cls, count: int, why: str) -> Offers:
        """Start with no offers for so many keys."""
        return cls([NOTHING] * count, [None] * count, [why] * count)

    def put(self, index: int, field: str, answer: object) -> None:
        """Take one answer. Raises TypeError, without the value, for what is neither text nor whole number."""
        if isinstance(answer, Suggest | Clear | Replace):
            self.whys[index] = answer.why or self.whys[index]
        if isinstance(answer, Clear):
            self.kinds[index] = CLEAR
            return
        kind = SUGGEST if isinstance(answer, Suggest) else TOLD if getattr(answer, "tell", False) else VALUE
        value = _value(field, answer.value if isinstance(answer, Suggest | Replace) else answer)
        if value is not None:
            self.kinds[index], self.values[index] = kind, value
        if isinstance(answer, Suggest) and answer.others:
            others = (_value(field, other) for other in answer.others)
            self.others[index] = tuple(other for other in others if other is not None)


@dataclass
class Sorted:
    """All answers of one step: offers by field, failures by key, and fields that it may not write."""

    offers: dict[str, Offers]
    failures: dict[int, Failure] = attribute(default_factory=dict)
    refused: set[str] = attribute(default_factory=set)


def _are_texts(step: EnricherStep, answers: Sequence[Any]) -> bool:
    """Tell whether all answers are texts, or none, for one field that takes a text."""
    return set(map(type, answers)) <= {str, NoneType} and len(step.writes) == 1 and not is_list(step.writes[0])


def _of_texts(answers: Sequence[str | None], count: int, why: str) -> Offers:
    """Make offers of texts at once: what most steps answer, and what large tables are made of."""
    values = [answer if answer and not answer.isspace() else None for answer in answers]
    values += [None] * (count - len(values))
    kinds = [NOTHING if value is None else VALUE for value in values]
    return Offers(kinds, values, [why] * count)


def sort_out(step: EnricherStep, answers: Sequence[Any], count: int) -> Sorted:
    """Turn the answers for `count` keys into offers; keys beyond the answers have none."""
    why = f"from {' and '.join(step.reads)}"
    result = Sorted({field: Offers.none(count, why) for field in step.writes})
    if _are_texts(step, answers):
        return Sorted({step.writes[0]: _of_texts(answers, count, why)})
    for index, answer in enumerate(answers):
        if isinstance(answer, Failure):
            result.failures[index] = answer
        elif answer is not None:
            _put_all(step, result, index, answer)
    return result


def _put_all(step: EnricherStep, result: Sorted, index: int, answer: object) -> None:
    try:
        for field, value in _by_field(step, answer):
            if field in result.offers:
                result.offers[field].put(index, field, value)
            else:
                result.refused.add(field)
    except TypeError as error:
        result.failures[index] = Failure("TypeError", step.where, str(error))
        for offers in result.offers.values():
            offers.kinds[index] = NOTHING


def _by_field(step: EnricherStep, answer: object) -> Iterator[tuple[str, object]]:
    """Part an answer by the fields that the step writes; a mapping may use their short names."""
    if isinstance(answer, Mapping):
        short = {split_field(field)[1] or field: field for field in step.writes}
        yield from ((short.get(str(name), str(name)), value) for name, value in answer.items())
    elif len(step.writes) == 1:
        yield step.writes[0], answer
    elif isinstance(answer, tuple) and len(answer) == len(step.writes):
        yield from zip(step.writes, answer, strict=True)
    else:
        wanted = f"a mapping or a tuple of {len(step.writes)}"
        raise TypeError(f"it gave a {type(answer).__name__}; for several fields it gives {wanted}")


def _value(field: str, value: object) -> str | None:
    """Take a text, or what is certainly one; blank is no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if is_list(field):
        return _list(value)
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    message = f"it gave a {type(value).__name__}; the field takes a text"
    raise TypeError(message)


def _list(value: object) -> str:
    """Take one reason, or several."""
    parts = [value] if isinstance(value, str) else value
    if not (isinstance(parts, list | tuple) and all(isinstance(part, str) for part in parts)):
        message = f"it gave a {type(value).__name__}; the field takes a list of texts"
        raise TypeError(message)
    return to_cell(parts)

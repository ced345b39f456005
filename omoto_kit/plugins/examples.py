"""The examples beside a step: run as the engine would run it, each answered by a sentence where it does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omoto_kit.errors import did_you_mean
from omoto_kit.plugins.context import Context
from omoto_kit.plugins.guard import Failure
from omoto_kit.plugins.steps import EnricherStep
from omoto_kit.plugins.worker import Worker

__all__ = ["Example", "wrong_examples", "wrong_with"]

Example = tuple[Mapping[str, Any], Any]


def wrong_examples(step: EnricherStep, context: Context) -> Iterator[str]:
    """Run each example of a step; say of each that does not hold what is wrong with it."""
    for number, example in enumerate(step.examples, start=1):
        wrong = wrong_with(step, context, example)
        if wrong:
            yield f"{step.label}, example {number}: {wrong}"


def wrong_with(step: EnricherStep, context: Context, example: Example) -> str:
    """Run one example; give what is wrong with it, or an empty text."""
    given, expected = example
    for name in given:
        if name not in step.reads:
            near = did_you_mean(name, step.reads) or f"Its arguments are {', '.join(step.reads)}."
            return f"{name!r} is none of its arguments. {near}"
    worker = Worker(step.plugin)
    heard = worker.ask(step.called(context), [tuple(given.get(name) for name in step.reads)])
    worker.close()
    if not heard.answers or isinstance(heard.answers[0], Failure):
        return f"failed: {heard.answers[0] if heard.answers else heard.tripped.rstrip('.')}."
    return "" if heard.answers[0] == expected else f"gave {heard.answers[0]!r}, not {expected!r}."

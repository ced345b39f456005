"""A thread of its own for each plugin, so that a hung one can be left behind, and a loop for its coroutines.

A thread cannot be killed: what hangs keeps its thread, as a daemon, and what it may still answer is dropped.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import SimpleQueue
from typing import Any

from omoto_kit.errors import PluginError
from omoto_kit.plugins import Failure, attempt

__all__ = ["BREAKER", "TIMEOUT", "Key", "Worker"]

#: Failures in a row after which a step is asked no more.
BREAKER = 20
#: Seconds that one call may take, where the step does not say otherwise.
TIMEOUT = 10.0
#: Keys of one bulk call, and coroutines under way at once.
CHUNK, TOGETHER = 500, 8

Key = tuple[Any, ...]


class Asked:
    """What a step has answered so far, in the order of its keys; shared by the thread that asks and the one that waits.

    `answers` may be shorter than `keys` where the step was tripped; `tripped` then says why. `since` is when the call
    under way began, on the monotonic clock.
    """

    def __init__(self, function: Callable[..., Any], keys: Sequence[Key], near: str) -> None:
        self.function = function
        self.keys = keys
        self.near = near
        self.answers: list[Any] = []
        self.tripped = ""
        self.since = time.monotonic()
        self.finished = threading.Event()
        self.abandoned = False

    def one_by_one(self) -> None:
        """Call the function for each key; one that fails loses its own key only."""
        while not self._stopped() and len(self.answers) < len(self.keys):
            failure = attempt(self._calls, near=self.near)
            if failure is not None:
                self.answers.append(failure)

    def together(self, loop: asyncio.AbstractEventLoop) -> None:
        """Await the function for a few keys at a time."""
        while not self._stopped() and len(self.answers) < len(self.keys):
            self.since = time.monotonic()
            start = len(self.answers)
            keys = self.keys[start : start + TOGETHER]
            answers = attempt(lambda keys=keys: loop.run_until_complete(self._gather(keys)), near=self.near)  # type: ignore[misc]
            if isinstance(answers, Failure):
                answers = [answers] * len(keys)
            self.answers += [
                Failure.of(answer, near=self.near) if isinstance(answer, BaseException) else answer
                for answer in answers
            ]

    def in_bulk(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call the function for many keys at once; halves of a failing call are tried by themselves."""
        while not self._stopped() and len(self.answers) < len(self.keys):
            start = len(self.answers)
            self._bisect(self.keys[start : start + CHUNK], loop)

    def _calls(self) -> None:
        function, answers, keys = self.function, self.answers, self.keys
        for number in range(len(answers), len(keys)):
            if self.abandoned:
                return
            self.since = time.monotonic()
            answers.append(function(*keys[number]))

    async def _gather(self, keys: Sequence[Key]) -> list[Any]:
        return await asyncio.gather(*(self.function(*key) for key in keys), return_exceptions=True)

    def _bisect(self, keys: Sequence[Key], loop: asyncio.AbstractEventLoop) -> None:
        if self._stopped():
            return
        self.since = time.monotonic()
        simple = [key[0] if len(key) == 1 else key for key in keys]
        outcome = attempt(lambda: self._bulk_call(simple, loop), near=self.near)
        if not isinstance(outcome, Failure):
            self.answers += outcome
        elif len(keys) == 1 or outcome.said:
            self.answers += [outcome] * len(keys)
        else:
            self._bisect(keys[: len(keys) // 2], loop)
            self._bisect(keys[len(keys) // 2 :], loop)

    def _bulk_call(self, keys: list[Any], loop: asyncio.AbstractEventLoop) -> list[Any]:
        result = self.function(keys)
        if inspect.isawaitable(result):
            result = loop.run_until_complete(_awaited(result))
        if not isinstance(result, Mapping):
            what = f"It gave a {type(result).__name__}; a bulk enricher returns a mapping from key to value."
            raise PluginError(what, plugin="")
        return [result.get(key) for key in keys]

    def _stopped(self) -> bool:
        """Tell whether the step is to be asked no more: left behind, out of order, or failing without end.

        A PluginError says what is wrong with the plugin as a whole; it is said once, and not for each key.
        """
        while self.answers and isinstance(self.answers[-1], Failure) and self.answers[-1].said:
            self.tripped = self.answers.pop().said
        last = self.answers[-BREAKER:]
        if len(last) == BREAKER and all(isinstance(answer, Failure) for answer in last):
            self.tripped = f"it failed {BREAKER} times in a row, at last by {last[-1]}"
        return self.abandoned or bool(self.tripped)


async def _awaited(result: Any) -> Any:
    return await result


class Worker:
    """The thread of one plugin. A hung call costs the plugin its thread; the next call gets a new one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._work: SimpleQueue[Callable[[asyncio.AbstractEventLoop], None] | None] | None = None

    def ask(
        self, function: Callable[..., Any], keys: Sequence[Key], *, near: str, timeout: float, bulk: bool, awaits: bool
    ) -> tuple[list[Any], str]:
        """Call a function for all keys in the plugin's thread, and wait for it as long as its calls come to an end.

        Returns the answers in the order of the keys, fewer where the step was tripped, and why it was tripped.
        `timeout` is in seconds for one call (for one round of coroutines).
        """
        asked = Asked(function, keys, near)

        def work(loop: asyncio.AbstractEventLoop) -> None:
            try:
                if bulk:
                    asked.in_bulk(loop)
                elif awaits:
                    asked.together(loop)
                else:
                    asked.one_by_one()
            finally:
                asked.finished.set()

        self._queue().put(work)
        while not asked.finished.wait(max(asked.since + timeout - time.monotonic(), 0.001)):
            if time.monotonic() - asked.since > timeout:
                asked.abandoned = True
                asked.tripped = f"it gave no answer for {timeout:g} seconds"
                self.close()
                break
        return list(asked.answers), asked.tripped

    def close(self) -> None:
        """Let the thread end once it is done with what it does."""
        if self._work is not None:
            self._work.put(None)
        self._work = None

    def _queue(self) -> SimpleQueue[Callable[[asyncio.AbstractEventLoop], None] | None]:
        if self._work is None:
            self._work = SimpleQueue()
            threading.Thread(target=_serve, args=(self._work,), name=f"plugin {self.name}", daemon=True).start()
        return self._work


def _serve(work: SimpleQueue[Callable[[asyncio.AbstractEventLoop], None] | None]) -> None:
    loop = asyncio.new_event_loop()
    try:
        while (task := work.get()) is not None:
            task(loop)
    finally:
        loop.close()

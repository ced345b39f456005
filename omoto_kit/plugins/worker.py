"""A thread of its own for each plugin, so that a hung one can be left behind, and a loop for its coroutines.

A thread cannot be killed: what hangs keeps its thread, as a daemon, and what it may still answer is dropped.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from omoto_kit.errors import PluginError
from omoto_kit.plugins.guard import Failure, attempt

if TYPE_CHECKING:
    import asyncio

__all__ = ["BREAKER", "CHUNK", "TIMEOUT", "Call", "Heard", "Key", "Worker"]

#: Failures in a row after which a step is asked no more.
BREAKER = 20
#: Seconds that one call may take, where the step does not say otherwise.
TIMEOUT = 10.0
#: Keys of one bulk call where the step does not say otherwise, and coroutines under way at once.
CHUNK, TOGETHER = 1000, 8

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Call:
    """How a function wants to be called: `near` is the author's file, `bulk` the most keys of a call (0: one by one).

    `timeout` is in seconds for one call, for one round of coroutines where `awaits` says that it gives such.
    """

    function: Callable[..., Any]
    near: str = ""
    timeout: float = TIMEOUT
    bulk: int = 0
    awaits: bool = False


@dataclass(frozen=True)
class Heard:
    """The answers in the order of the keys, fewer where the step was `tripped`, which says why; calls and seconds."""

    answers: list[Any]
    tripped: str = ""
    calls: int = 0
    seconds: float = 0.0


class Loop:
    """The event loop of one thread, made when the first coroutine asks for it."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Wait for a coroutine."""
        if self._loop is None:
            import asyncio  # most plugins have no coroutines

            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(coroutine)

    def close(self) -> None:
        """Free what the loop holds."""
        if self._loop is not None:
            self._loop.close()


class Asked:
    """What a step has answered so far, in the order of its keys; shared by the thread that asks and the one that waits.

    `answers` may be shorter than `keys` where the step was tripped; `tripped` then says why. `since` is when the call
    under way began, on the monotonic clock.
    """

    def __init__(self, call: Call, keys: Sequence[Key]) -> None:
        self.call = call
        self.keys = keys
        self.answers: list[Any] = []
        self.calls = 0
        self.tripped = ""
        self.since = time.monotonic()
        self.finished = threading.Event()
        self.abandoned = False

    def work(self, loop: Loop) -> None:
        """Ask for every key in the way that the step wants to be asked."""
        try:
            if self.call.bulk:
                self._in_bulk(loop)
            elif self.call.awaits:
                self._together(loop)
            else:
                self._one_by_one()
        finally:
            self.finished.set()

    def _one_by_one(self) -> None:
        """Call the function for each key; one that fails loses its own key only."""
        while not self._stopped() and len(self.answers) < len(self.keys):
            failure = attempt(self._calls, near=self.call.near)
            if failure is not None:
                self.answers.append(failure)
        self.calls = len(self.answers)

    def _calls(self) -> None:
        function, answers, keys = self.call.function, self.answers, self.keys
        for number in range(len(answers), len(keys)):
            if self.abandoned:
                return
            self.since = time.monotonic()
            answers.append(function(*keys[number]))

    def _together(self, loop: Loop) -> None:
        """Await the function for a few keys at a time."""
        near = self.call.near
        while not self._stopped() and len(self.answers) < len(self.keys):
            self.since = time.monotonic()
            keys = self.keys[len(self.answers) :][:TOGETHER]
            answers = attempt(lambda keys=keys: loop.run(self._gather(keys)), near=near)  # type: ignore[misc]
            if isinstance(answers, Failure):
                answers = [answers] * len(keys)
            self.calls += len(keys)
            self.answers += [
                Failure.of(answer, near=near) if isinstance(answer, BaseException) else answer for answer in answers
            ]

    async def _gather(self, keys: Sequence[Key]) -> list[Any]:
        import asyncio

        return await asyncio.gather(*(self.call.function(*key) for key in keys), return_exceptions=True)

    def _in_bulk(self, loop: Loop) -> None:
        """Call the function for many keys at once; halves of a failing call are tried by themselves."""
        while not self._stopped() and len(self.answers) < len(self.keys):
            self._bisect(self.keys[len(self.answers) :][: self.call.bulk], loop)

    def _bisect(self, keys: Sequence[Key], loop: Loop, known: Failure | None = None) -> bool:
        """Ask for these keys, in halves where that fails; tell whether all went well.

        `known` is a failure that these keys are certain to give: the other half of them went well.
        """
        if self._stopped():
            return False
        outcome = known if known and len(keys) > 1 else self._bulk(keys, loop)
        if not isinstance(outcome, Failure):
            self.answers += outcome
            return True
        if len(keys) == 1 or outcome.said:
            self.answers += [outcome] * len(keys)
            return False
        middle = len(keys) // 2
        well = self._bisect(keys[:middle], loop)
        self._bisect(keys[middle:], loop, outcome if well else None)
        return False

    def _bulk(self, keys: Sequence[Key], loop: Loop) -> list[Any] | Failure:
        self.since = time.monotonic()
        self.calls += 1
        simple = [key[0] if len(key) == 1 else key for key in keys]
        return attempt(lambda: self._bulk_call(simple, loop), near=self.call.near)

    def _bulk_call(self, keys: list[Any], loop: Loop) -> list[Any]:
        result = self.call.function(list(keys))
        if inspect.isawaitable(result):
            result = loop.run(_awaited(result))
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
        self._work: SimpleQueue[Callable[[Loop], None] | None] | None = None

    def ask(self, call: Call, keys: Sequence[Key]) -> Heard:
        """Call a function for all keys in the plugin's thread, and wait for it as long as its calls come to an end."""
        asked = Asked(call, keys)
        self._queue().put(asked.work)
        while not asked.finished.wait(max(asked.since + call.timeout - time.monotonic(), 0.001)):
            if time.monotonic() - asked.since > call.timeout:
                asked.abandoned = True
                asked.tripped = f"it gave no answer for {call.timeout:g} seconds"
                self.close()
                break
        return Heard(list(asked.answers), asked.tripped, asked.calls)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let the thread end once it is done with what it does."""
        if self._work is not None:
            self._work.put(None)
        self._work = None

    def _queue(self) -> SimpleQueue[Callable[[Loop], None] | None]:
        if self._work is None:
            self._work = SimpleQueue()
            threading.Thread(target=_serve, args=(self._work,), name=f"plugin {self.name}", daemon=True).start()
        return self._work


def _serve(work: SimpleQueue[Callable[[Loop], None] | None]) -> None:
    loop = Loop()
    try:
        while (task := work.get()) is not None:
            task(loop)
    finally:
        loop.close()

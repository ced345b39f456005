"""What a person decides about several responses: carried out, with a word on those that it does not fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from omoto_kit.cli.output import Face
from omoto_kit.delivery import Outbox

__all__ = ["carry_out"]

#: So many responses that were left as they are are named.
SHOWN = 5


def carry_out(box: Outbox, ids: Sequence[int], decide: Callable[[Sequence[int]], int], done: str, only: str) -> int:
    """Decide, and tell how many took it and which did not; give the exit code, 1 where some did not.

    `done` goes on after the number, `only` says which responses the decision is for. Raises OutboxError for a number
    that no response has, before anything is decided.
    """
    before = [box.receipt(number) for number in ids]
    face = Face()
    face.say(f"{decide(ids)} {done}")
    left = [receipt for receipt in before if box.receipt(receipt.id).state is receipt.state]
    if not left:
        return 0
    named = ", ".join(f"{receipt.id} is {receipt.state.value}" for receipt in left[:SHOWN])
    more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
    face.paragraph(f"{len(left)} left as they were: {named}{more}. {only}")
    return 1

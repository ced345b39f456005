"""What a person sees of the guards over a whole batch, and how one lets it go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from omoto_kit.batch import Batch, Parts
from omoto_kit.cli.output import Face
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.errors import SettingsError, did_you_mean
from omoto_kit.journey.history import put_before
from omoto_kit.problem import Guard
from omoto_kit.validation import GUARDS

__all__ = ["may_go", "tell_guards"]

ALL = "all"
HOLDS = "holds the batch"
#: So many messages of a kind are shown to a person.
SHOWN = 3


def tell_guards(face: Face, guards: Sequence[Guard], go: Sequence[str] = (), *, known: bool = False) -> None:
    """Tell what looks wrong with the batch as a whole, and how to let it go, or that somebody just did.

    `known` says that nobody is asked: it goes to a sandbox, or was let go before.
    """
    alike: dict[tuple[str, str], list[str]] = {}
    for guard in guards:
        gone = _let_go(guard, go)
        face.event("guard", **guard.as_json() | {"let_go": gone})
        word = HOLDS if guard.holds and not gone else "let go" if gone and not known else "look"
        alike.setdefault((guard.code, word), []).append(guard.message)
    for (code, word), messages in alike.items():
        style = "bold red" if word == HOLDS else "yellow"
        face.say(f"[{style}]{word}[/] [dim]{code}[/]")
        for message in messages[:SHOWN]:
            face.paragraph(message, indent=6)
        if len(messages) > SHOWN:
            face.paragraph(f"And {len(messages) - SHOWN} more of this kind; --json tells each.", indent=6)
    if codes := _holding(guards, go):
        said = " ".join(f"--go {code}" for code in codes)
        what = "A live endpoint does not get this batch as it is; the sandbox does. If it is right all the same:"
        face.say(f"{what} [bold]omoto push ... {escape(said)}[/]")


def may_go(face: Face, batch: Batch | Parts, outbox: Path, endpoint: HttpEndpoint, go: Sequence[str]) -> bool:
    """Tell the guards of a batch before it is put; False holds it as a whole.

    A sandbox does no harm and shows what would go, so there they only tell. What was put at the endpoint before was
    let go then, and goes on. Raises SettingsError for a code that no guard has.
    """
    _refuse_unknown(go)
    known = endpoint.sandbox or (_holding(batch.guards, go) and put_before(batch, outbox, endpoint))
    said = [ALL] if known else go
    tell_guards(face, batch.guards, said, known=bool(known))
    return not _holding(batch.guards, said)


def _refuse_unknown(go: Sequence[str]) -> None:
    for code in go:
        if code not in (ALL, *GUARDS):
            near = did_you_mean(code, [*GUARDS, ALL]) or "`omoto check` shows the codes."
            raise SettingsError(f"--go {code!r} names no guard.", advice=near)


def _let_go(guard: Guard, go: Sequence[str]) -> bool:
    return guard.holds and (ALL in go or guard.code in go)


def _holding(guards: Sequence[Guard], go: Sequence[str]) -> list[str]:
    """Name the guards that hold the batch still."""
    return list(dict.fromkeys(guard.code for guard in guards if guard.holds and not _let_go(guard, go)))

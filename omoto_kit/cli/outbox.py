"""`omoto outbox`: what waits, what happened, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from omoto_kit.cli.options import By, Json, OutboxFile, Why, person
from omoto_kit.cli.output import Face
from omoto_kit.cli.records import takes_records
from omoto_kit.cli.wanted import FixWanted
from omoto_kit.receipt import State

if TYPE_CHECKING:
    from omoto_kit.delivery import Outbox

__all__ = ["outbox_app"]

outbox_app = typer.Typer(
    help="See what waits and what happened, and decide what only a person can.", no_args_is_help=True
)

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers of responses, as `list` shows them.")]
States = Annotated[list[State] | None, typer.Option("--state", help="Only responses in this state. May be repeated.")]
OfFile = Annotated[str | None, typer.Option("--source", metavar="FILE", help="Only responses of this file.")]
Find = Annotated[str | None, typer.Option("--find", metavar="TEXT", help="Only where this text stands anywhere.")]
OfRun = Annotated[int | None, typer.Option("--run", metavar="ID", help="Only what this run tried.")]


@dataclass(frozen=True)
class Sought:
    """Which responses are listed; what is left out does not narrow."""

    state: States = None
    source: OfFile = None
    unit: Annotated[str | None, typer.Option(help="Only responses of this unit, by its standard name.")] = None
    find: Find = None
    run: OfRun = None


@dataclass(frozen=True)
class Choice:
    """Which responses a person decides about, who that is, and why."""

    ids: Ids = None
    source: OfFile = None
    find: Find = None
    why: Why = ""
    who: By = None
    outbox: OutboxFile = None

    @contextmanager
    def responses(
        self, *states: State, run: int | None = None, every: bool = False
    ) -> Iterator[tuple[Outbox, list[int]]]:
        """Open the outbox, and name what is decided about: the ids, or all in these states that are meant."""
        from omoto_kit.cli import showing
        from omoto_kit.delivery import Filter

        with showing.open_outbox(self.outbox) as box:
            wanted = Filter(states=states, source=self.source, text=self.find, run=run)
            yield box, showing.chosen_ids(box, self.ids, wanted, every=every)


@outbox_app.command("list")
@takes_records
def list_responses(
    sought: Sought,
    *,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    outbox: OutboxFile = None,
    as_json: Json = False,
) -> None:
    """List responses, a line each: id, source, row, key, state, attempts, reason."""
    from omoto_kit.cli import showing
    from omoto_kit.delivery import Filter

    face = Face(as_json)
    wanted = Filter(states=sought.state, source=sought.source, unit=sought.unit, text=sought.find, run=sought.run)
    with showing.open_outbox(outbox) as box:
        receipts = box.find(wanted, limit=limit)
        if as_json:
            for receipt in receipts:
                face.event("response", **receipt.as_json())
            return
        heads = ["#id", "file", "#row", "key", "state", "#tries", "reason"]
        rows = (
            [str(r.id), r.source, str(r.row), r.key[:12], r.state.value, str(r.attempts), r.reason] for r in receipts
        )
        face.table("", heads, rows)
        showing.account(face, box.counts())


@outbox_app.command()
def show(
    number: Annotated[int, typer.Argument(metavar="ID")], *, outbox: OutboxFile = None, as_json: Json = False
) -> None:
    """Show one response: its receipt, each try, and the jsonbody as it was or will be sent."""
    from omoto_kit.cli import showing

    with showing.open_outbox(outbox) as box:
        showing.show_response(Face(as_json), box, number)


@outbox_app.command()
@takes_records
def decide(
    decision: Annotated[Literal["delivered", "resend", "cancel"], typer.Argument()],
    choice: Choice,
    *,
    all_unknown: Annotated[bool, typer.Option("--all", help="Every unknown response.")] = False,
    run: OfRun = None,
) -> None:
    """Decide what became of unknown responses: they arrived, send them again, or let them be."""
    from omoto_kit.cli.deciding import carry_out

    with choice.responses(State.UNKNOWN, run=run, every=all_unknown) as (box, ids):
        decided = partial(box.decide, decision=decision, who=person(choice.who), why=choice.why)
        only = "Only unknown responses wait for a decision."
        raise typer.Exit(carry_out(box, ids, decided, f"decided: {decision}.", only))


@outbox_app.command()
@takes_records
def fix(
    number: Annotated[int, typer.Argument(metavar="ID")],
    wanted: FixWanted,
    *,
    outbox: OutboxFile = None,
    as_json: Json = False,
) -> None:
    """Mend one response and put it again; of one that Omoto has, a second one is made and held."""
    from omoto_kit.cli.fixing import fix_response

    raise typer.Exit(fix_response(Face(as_json), number, wanted, outbox))


@outbox_app.command()
def reconcile(ids: Ids = None, *, outbox: OutboxFile = None, as_json: Json = False) -> None:
    """Ask the plugins whether unknown responses arrived; it decides nothing. Without ids: every unknown one."""
    from omoto_kit.cli import reconciling

    raise typer.Exit(reconciling.ask_plugins(Face(as_json), outbox, ids))


@outbox_app.command()
@takes_records
def cancel(choice: Choice, *, state: States = None) -> None:
    """Never send these; only queued and held responses can still be cancelled."""
    from omoto_kit.cli.deciding import carry_out

    with choice.responses(*(state or (State.QUEUED, State.HELD)), every=bool(state)) as (box, ids):
        decided = partial(box.cancel, who=person(choice.who), why=choice.why)
        only = "Only queued and held responses can be cancelled."
        raise typer.Exit(carry_out(box, ids, decided, "cancelled.", only))


@outbox_app.command()
@takes_records
def release(choice: Choice) -> None:
    """Queue held responses whose jsonbody is right, such as a correction of one that was delivered."""
    from omoto_kit.cli.deciding import carry_out

    with choice.responses(State.HELD) as (box, ids):
        decided = partial(box.release, who=person(choice.who), why=choice.why)
        only = "Only held responses that have a jsonbody can be released; `omoto outbox fix` mends the others."
        raise typer.Exit(carry_out(box, ids, decided, "released; push to send them.", only))


@outbox_app.command()
def export(
    path: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Left out: to stdout.")] = None,
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, whatever the file's name.")] = False,
    as_xlsx: Annotated[bool, typer.Option("--xlsx", help="As an Excel workbook.")] = False,
    as_array: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    originals: Annotated[bool, typer.Option("--originals", help="With the source's own columns.")] = False,
    outbox: OutboxFile = None,
) -> None:
    """Write every receipt: source, row, key, state, time, reply, reason and the next step."""
    from omoto_kit.cli import exporting, showing

    chosen = [kind for kind, said in (("csv", as_csv), ("xlsx", as_xlsx), ("json", as_array)) if said]
    with showing.open_outbox(outbox) as box:
        exporting.write_receipts(Face(), box, path, chosen, originals=originals)


@outbox_app.command()
def runs(*, outbox: OutboxFile = None, as_json: Json = False) -> None:
    """List the last pushes: when, where, what they came to, and why they stopped."""
    from omoto_kit.cli import showing

    with showing.open_outbox(outbox) as box:
        showing.show_runs(Face(as_json), box.runs())


@outbox_app.command()
def recall(*, outbox: OutboxFile = None, as_json: Json = False) -> None:
    """List what Omoto must be asked to remove: responses that were delivered, and later corrected by a second one."""
    from omoto_kit.cli import showing

    with showing.open_outbox(outbox) as box:
        showing.show_recall(Face(as_json), box.recall())


@outbox_app.command()
def restored(
    *,
    to: Annotated[str | None, typer.Option(metavar="NAME|URL", help="Only what waits for this endpoint.")] = None,
    who: By = None,
    outbox: OutboxFile = None,
) -> None:
    """After the outbox came back from an older copy: hold what is queued, since it may have been sent meanwhile."""
    from omoto_kit.cli import showing

    with showing.open_outbox(outbox) as box:
        count = box.mark_restored(who=person(who), endpoint=to)
    Face().say(
        f"{count} held. Look for each in Omoto: `omoto outbox release ID` what is not there, `omoto outbox cancel ID` "
        "what is."
    )


@outbox_app.command()
def purge(
    older_than: Annotated[int, typer.Option("--older-than", metavar="DAYS", min=0, help="0: whatever its age.")],
    *,
    state: States = None,
    outbox: OutboxFile = None,
) -> None:
    """Remove bodies and replies of delivered and cancelled rows; keys and states stay. It cannot be undone."""
    from datetime import timedelta

    from omoto_kit.cli import showing

    with showing.open_outbox(outbox) as box:
        count = box.purge(timedelta(days=older_than), state or (State.DELIVERED, State.CANCELLED))
        log = box.path.with_suffix(".sandbox.jsonl")
    face = Face()
    face.say(f"Removed the bodies of {count} rows. They are still recognised when they are put again.")
    if log.exists():
        face.say(f"What the sandbox took is still in {log.name}. Delete it when you no longer need it.")

"""`omoto outbox`: what waits, what happened, and what a person decides about it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from omoto_kit.cli.options import AcceptDrift, By, CampaignFile, Given, Json, OutboxFile, PluginFiles, person
from omoto_kit.cli.output import Face
from omoto_kit.receipt import State

__all__ = ["outbox_app"]

outbox_app = typer.Typer(
    help="See what waits and what happened, and decide what only a person can.", no_args_is_help=True
)

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID...", help="Numbers of responses, as `list` shows them.")]
States = Annotated[list[State] | None, typer.Option("--state", help="Only responses in this state. May be repeated.")]
OfFile = Annotated[str | None, typer.Option("--source", metavar="FILE", help="Only responses of this file.")]
Find = Annotated[str | None, typer.Option("--find", metavar="TEXT", help="Only where this text stands anywhere.")]
OfRun = Annotated[int | None, typer.Option("--run", metavar="ID", help="Only what this run tried.")]
Why = Annotated[str, typer.Option("--why", help="The reason, kept with the decision.")]


@outbox_app.command("list")
def list_responses(
    *,
    outbox: OutboxFile = None,
    state: States = None,
    source: OfFile = None,
    unit: Annotated[str | None, typer.Option(help="Only responses of this unit, by its standard name.")] = None,
    find: Find = None,
    run: OfRun = None,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    as_json: Json = False,
) -> None:
    """List responses, a line each: id, source, row, key, state, attempts, reason."""
    from omoto_kit.cli import showing
    from omoto_kit.delivery import Filter

    face = Face(as_json)
    with showing.open_outbox(outbox) as box:
        receipts = box.find(Filter(states=state, source=source, unit=unit, text=find, run=run), limit=limit)
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
def decide(
    decision: Annotated[Literal["delivered", "resend", "cancel"], typer.Argument()],
    ids: Ids = None,
    *,
    all_unknown: Annotated[bool, typer.Option("--all", help="Every unknown response.")] = False,
    source: OfFile = None,
    find: Find = None,
    run: OfRun = None,
    why: Why = "",
    who: By = None,
    outbox: OutboxFile = None,
) -> None:
    """Decide what became of unknown responses: they arrived, send them again, or let them be."""
    from omoto_kit.cli import deciding, showing
    from omoto_kit.delivery import Filter

    with showing.open_outbox(outbox) as box:
        wanted = Filter(states=[State.UNKNOWN], source=source, text=find, run=run)
        chosen = showing.chosen_ids(box, ids, wanted, every=all_unknown)
        decided = partial(box.decide, decision=decision, who=person(who), why=why)
        only = "Only unknown responses wait for a decision."
        raise typer.Exit(deciding.carry_out(box, chosen, decided, f"decided: {decision}.", only))


@outbox_app.command()
def fix(
    number: Annotated[int, typer.Argument(metavar="ID")],
    settings: Annotated[
        list[str], typer.Option("--set", metavar="FIELD=VALUE", help="What the field is to be; empty: absent.")
    ],
    *,
    campaign: CampaignFile = None,
    plugin: PluginFiles = None,
    accept_drift: AcceptDrift = False,
    why: Why = "",
    who: By = None,
    outbox: OutboxFile = None,
    as_json: Json = False,
) -> None:
    """Mend one response and put it again; of one that Omoto has, a second one is made and held."""
    from omoto_kit.cli import fixing

    said = fixing.Said(tuple(settings), person(who), why, accept_drift)
    raise typer.Exit(fixing.fix_response(Face(as_json), number, said, Given(campaign, plugin=plugin), outbox))


@outbox_app.command()
def reconcile(ids: Ids = None, *, outbox: OutboxFile = None, as_json: Json = False) -> None:
    """Ask the plugins whether unknown responses arrived; it decides nothing. Without ids: every unknown one."""
    from omoto_kit.cli import reconciling

    raise typer.Exit(reconciling.ask_plugins(Face(as_json), outbox, ids))


@outbox_app.command()
def cancel(
    ids: Ids = None,
    *,
    state: States = None,
    source: OfFile = None,
    find: Find = None,
    why: Why = "",
    who: By = None,
    outbox: OutboxFile = None,
) -> None:
    """Never send these; only queued and held responses can still be cancelled."""
    from omoto_kit.cli import deciding, showing
    from omoto_kit.delivery import Filter

    with showing.open_outbox(outbox) as box:
        wanted = Filter(states=state or [State.QUEUED, State.HELD], source=source, text=find)
        chosen = showing.chosen_ids(box, ids, wanted, every=bool(state))
        decided = partial(box.cancel, who=person(who), why=why)
        only = "Only queued and held responses can be cancelled."
        raise typer.Exit(deciding.carry_out(box, chosen, decided, "cancelled.", only))


@outbox_app.command()
def release(
    ids: Ids = None,
    *,
    source: OfFile = None,
    find: Find = None,
    why: Why = "",
    who: By = None,
    outbox: OutboxFile = None,
) -> None:
    """Queue held responses whose jsonbody is right, such as a correction of one that was delivered."""
    from omoto_kit.cli import deciding, showing
    from omoto_kit.delivery import Filter

    with showing.open_outbox(outbox) as box:
        chosen = showing.chosen_ids(box, ids, Filter(states=[State.HELD], source=source, text=find))
        decided = partial(box.release, who=person(who), why=why)
        only = "Only held responses that have a jsonbody can be released; `omoto outbox fix` mends the others."
        raise typer.Exit(deciding.carry_out(box, chosen, decided, "released; push to send them.", only))


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

"""What a person sees at the gate before a push: what is not as it was verified, and what may be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape

from omoto_kit.batch import Batch, Parts
from omoto_kit.campaign import Campaign
from omoto_kit.cli.options import person
from omoto_kit.cli.output import Face
from omoto_kit.cli.pushable import Ready
from omoto_kit.cli.wanted import Passing
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.errors import SettingsError
from omoto_kit.journey import Workspace
from omoto_kit.journey.gate import Gate, accept_drift, examine

__all__ = ["campaigns_of", "may_pass", "passes"]


def may_pass(face: Face, endpoint: HttpEndpoint, campaigns: Sequence[Campaign], ready: Ready, said: Passing) -> bool:
    """Tell what differs from the sign-off; False holds everything, since a live endpoint would get what is new.

    Raises SettingsError for a live endpoint without a sign-off.
    """
    if said.needs_signoff and not campaigns and not endpoint.sandbox:
        advice = "Name its contract with -c CAMPAIGN.toml, or say --unverified."
        raise SettingsError("Whether this was verified cannot be told: no campaign is named.", advice=advice)
    source = ready.batch.source.name if ready.batch is not None else "what waits in the outbox"
    passed = []  # each is shown, also where one before it did not pass
    for campaign in campaigns:
        gate = examine(campaign, endpoint, ready.batch, required=said.needs_signoff, watch=ready.watch)
        passed.append(passes(face, gate, source, said))
    return all(passed)


def campaigns_of(workspace: Workspace, batch: Batch | Parts | None, named: Campaign | None) -> list[Campaign]:
    """Find the contracts that a push is about: the batch's, the named one, or all of the workspace."""
    if batch is not None:
        return [batch.campaign]
    return [named] if named is not None else [Campaign.load(path) for path in workspace.campaigns()]


def passes(face: Face, gate: Gate, source: str, said: Passing) -> bool:
    """Show one campaign's differences, and say whether the responses of a source may go."""
    _show(face, gate, said)
    if not gate.drifted:
        return True
    if said.accept and not said.dry_run:
        place = accept_drift(gate, person(said.by), source)
        face.say(
            f"[bold]Accepted[/]: what is new counts as verified from now on; it is recorded in {escape(str(place))}."
        )
        return True
    if gate.holds and not said.unverified and not said.accept:
        face.say(
            "[bold red]Held[/]: nothing was put and nothing was sent. Look at what is new, then say it again with "
            "--accept-drift, or let a new pack be verified: omoto pack."
        )
        return False
    face.say("A live endpoint would hold this until it is accepted or verified." if not gate.live else "")
    return True


def _show(face: Face, gate: Gate, said: Passing) -> None:
    """Tell what is not as it was verified."""
    signoff = gate.signoff
    if signoff is None:
        _show_unsigned(face, gate, said)
        return
    for change in gate.changes:
        face.event("contract_change", term=change.term, before=change.before, after=change.after)
    for drift in gate.drifts:
        face.event("drift", **drift.as_json())
    by, on = escape(signoff.by), signoff.on
    _list(face, f"The contract is not the one that {by} verified on {on}", gate.changes)
    _list(face, f"The rows hold what {by} did not see when verifying on {on}", gate.drifts)
    for change in gate.local:
        face.say(f"[yellow]note[/] {escape(f'since the sign-off, on our side only: {change}')}")
    if not gate.drifted:
        face.say(f"Verified by {escape(signoff.by)} on {signoff.on}.")


def _show_unsigned(face: Face, gate: Gate, said: Passing) -> None:
    """Tell that nothing was verified, where that matters."""
    if gate.live:
        why = "unverified, as you said" if said.unverified else "a real push would be refused"
        face.say(f"[yellow]note[/] Campaign {escape(gate.campaign.id)} has no sign-off: {why}.")


def _list(face: Face, title: str, lines: Sequence[object]) -> None:
    """List what differs below a title; nothing where nothing does."""
    if lines:
        face.say(f"[bold]{title}[/]", *(escape(f"  {line}") for line in lines))

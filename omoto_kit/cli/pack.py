"""`omoto pack`: samples for Omoto to verify, the sign-off that records it, and the check that nothing moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from omoto_kit.cli.options import By, Given, Json, person
from omoto_kit.cli.output import Face
from omoto_kit.cli.records import takes_records

if TYPE_CHECKING:
    from omoto_kit.batch import Batch
    from omoto_kit.campaign import Campaign

__all__ = ["pack"]


@dataclass(frozen=True)
class Errand:
    """What is to be done: write a pack, record what Omoto answered, or hold a pack against what would be made now."""

    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR|ZIP", help="Where to write the pack.")] = None
    verified: Annotated[
        Path | None, typer.Option(metavar="answers.toml", help="Record the filled-in form as the sign-off.")
    ] = None
    check: Annotated[
        Path | None, typer.Option(metavar="DIR|ZIP", help="Make the pack again and show what is not the same.")
    ] = None


@takes_records
def pack(
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="Answers to take samples from; without it, all are made up.")
    ] = None,
    *,
    given: Given,
    errand: Errand,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Make the samples that Omoto verifies before it grants the endpoint; or record the sign-off; or check a pack.

    Nothing in the pack is secret or personal: names, numbers, mail addresses and texts of people are invented ones.
    """
    from omoto_kit.campaign import Campaign
    from omoto_kit.cli import preparing
    from omoto_kit.errors import UsageError
    from omoto_kit.journey import Workspace

    face = Face(as_json)
    if sum(path is not None for path in (errand.out, errand.verified, errand.check)) > 1:
        raise UsageError(
            "-o, --verified and --check are three different things to do.", advice="Say one of them at a time."
        )
    path = Workspace.find().campaign_file(given.campaign)
    batch = preparing.prepare_file(file, replace(given, campaign=path)).batch if file is not None else None
    if errand.verified is not None:
        raise typer.Exit(_record(face, path, errand.verified, batch, person(by)))
    contract = Campaign.load(path)
    if errand.check is not None:
        raise typer.Exit(_check(face, contract, batch, errand.check))
    raise typer.Exit(_make(face, contract, batch, errand.out or Path(f"pack-{contract.id}")))


def _make(face: Face, contract: Campaign, batch: Batch | None, target: Path) -> int:
    """Write the pack and say what it shows."""
    from rich.markup import escape

    from omoto_kit.verification import pack as make_pack
    from omoto_kit.verification import write_pack

    made = make_pack(contract, batch)
    written = write_pack(made, target)
    shown = len(made.parts) - len(made.uncovered)
    face.event(
        "pack",
        path=str(target),
        campaign=contract.id,
        fingerprint=made.fingerprint,
        samples=len(made.samples),
        parts=len(made.parts),
        shown=shown,
        gaps=list(made.gaps),
        files=len(written),
    )
    rows = ([sample.name, sample.title, "a row" if sample.of_row else "made up"] for sample in made.samples)
    face.table(f"Samples of campaign {contract.id}", ["sample", "what is particular", "after"], rows)
    face.say(f"They show {shown} of {len(made.parts)} parts of the contract.")
    for gap in made.gaps:
        face.say(f"[yellow]note[/] {escape(gap)}")
    page = target if target.suffix.lower() == ".zip" else target / "index.html"
    face.say(f"Wrote {escape(str(page))}. Look at it, then send the whole pack to Omoto.")
    face.say("When it is verified, fill in answers.toml and record it: omoto pack --verified answers.toml")
    return 0


def _record(face: Face, path: Path, answers: Path, batch: Batch | None, who: str) -> int:
    """Take the answers into the contract and write the sign-off."""
    from rich.markup import escape

    from omoto_kit.verification import record

    done = record(path, answers, who=who, rows=batch)
    signoff = done.signoff
    changes = [str(change) for change in done.changes]
    face.event(
        "signoff",
        path=str(done.path),
        campaign=signoff.campaign,
        fingerprint=signoff.fingerprint,
        by=signoff.by,
        on=signoff.on.isoformat(),
        changes=changes,
    )
    face.say(f"Campaign {escape(signoff.campaign)}: verified by {escape(signoff.by)} on {signoff.on}.")
    for change in changes:
        face.say(escape(f"  taken into {path}: {change}"))
    if not done.from_pack:
        face.say(
            "The form lies outside its pack, so what was verified is the contract alone, not names that a file showed."
        )
    settings = (("key_place", "query", "key_in"), ("key_name", "key", "key_name"), ("min_interval", 0, "min_interval"))
    for key, default, setting in settings:
        if (answer := signoff.answers.get(key, default)) != default:
            face.say(escape(f"  write into the endpoint's section of omoto.toml: {setting} = {answer!r}"))
    face.say(f"Wrote {escape(str(done.path))}; keep it beside the contract.")
    return 0


def _check(face: Face, contract: Campaign, batch: Batch | None, written: Path) -> int:
    """Make the pack again and show what is not the same; 1 where anything is."""
    from rich.markup import escape

    from omoto_kit.errors import UsageError
    from omoto_kit.verification import differences, made_of_rows
    from omoto_kit.verification import pack as make_pack

    source = made_of_rows(written)
    if source and batch is None:
        advice = f"Name it, too: omoto pack FILE --check {written}."
        raise UsageError("This pack was made of the rows of a file.", where=written, advice=advice)
    if batch is not None and batch.source.fingerprint != source:
        face.say("[yellow]note[/] The pack was made of another file, or of none; differences may come from that alone.")
    found = differences(make_pack(contract, batch), written)
    for one in found:
        face.event("difference", file=one.name, what=one.what, lines=list(one.lines))
        face.say(f"[bold]{escape(one.name)}[/]: {one.what}")
        for line in one.lines:
            face.say(escape(f"    {line}"))
    face.event("summary", differences=len(found))
    face.say(f"{len(found)} files are not the same." if found else "Made again, the pack is the same, byte for byte.")
    return 1 if found else 0

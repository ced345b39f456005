"""`--fix` and `--export-held`: fixes of many cells at once, and held rows as a workbook."""

from __future__ import annotations

import getpass
from dataclasses import replace
from pathlib import Path

from omoto_kit.cli.output import Face
from omoto_kit.errors import SettingsError, did_you_mean
from omoto_kit.journey import Prepared
from omoto_kit.journey.held import export_held
from omoto_kit.validation import CODES, mend, offers

__all__ = ["mended", "write_held"]

SAFE = "safe"


def mended(face: Face, prepared: Prepared, which: str | None) -> Prepared:
    """Apply the fixes that a person asked for, and tell each: all safe ones, or all single offers of one kind.

    Raises SettingsError for a word that is neither.
    """
    if which is None:
        return prepared
    if which not in (SAFE, "suggestion", *CODES):
        near = did_you_mean(which, [SAFE, *CODES]) or "Say safe, or the code of a problem."
        raise SettingsError(f"--fix {which!r} names no fixes.", advice=near)
    batch = prepared.batch
    chosen = offers(batch, safe=True) if which == SAFE else offers(batch, code=which)
    for one in chosen:
        face.event(
            "fix",
            field=one.field,
            code=one.code,
            before=one.before,
            after=one.after,
            rows=list(one.rows),
            safe=one.safe,
        )
    lines = ([one.field, one.before or "", one.after, str(len(one.rows))] for one in chosen)
    if chosen:
        face.table("Mended", ["field", "from", "to", "#rows"], lines)
    else:
        face.say(f"No fix to apply: --fix {which} found nothing with a single answer.")
    return replace(prepared, batch=mend(batch, chosen, by=getpass.getuser(), plugins=prepared.plugins))


def write_held(face: Face, prepared: Prepared, path: Path | None) -> None:
    """Write the held rows to a workbook where one is named."""
    if path is None:
        return
    batch = prepared.batch
    count = export_held(batch, path)
    face.event("held_export", path=str(path), rows=count)
    face.say(f"Wrote {count} held rows to {path}. Mend the coloured cells there, then: omoto push {path}")
    if count and not batch.campaign.identity:
        face.say(
            "[yellow]note[/] The contract has no \\[identity]: mended rows cannot replace the held ones by their key."
        )

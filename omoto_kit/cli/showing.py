"""What a person sees of a prepared source: columns, problems, changes, and the account of every row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from rich.markup import escape

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.cli.options import parse_maps
from omoto_kit.cli.output import Face
from omoto_kit.journey import Prepared, ReadingChoices, Workspace, load_plugins, prepare
from omoto_kit.problem import Severity
from omoto_kit.receipt import State

__all__ = ["account", "prepare_file", "show_prepared", "tell_changes", "tell_problems"]

def prepare_file(
    file: str, campaign: Path | None, maps: list[str] | None, sheet: str | None, plugin: list[Path] | None
) -> Prepared:
    """Take a file as far as it can go without being sent, by the settings of the workspace."""
    workspace = Workspace.find()
    contract = Campaign.load(workspace.campaign_file(campaign))
    plugins = load_plugins(workspace, tuple(plugin or ()))
    return prepare(file, contract, plugins, ReadingChoices(sheet=sheet, columns=parse_maps(maps)))


def tell_problems(face: Face, batch: Batch) -> None:
    """Print each problem as a JSON line, by row."""
    if face.as_json:
        for problem in batch.problems.sort("row", maintain_order=True).iter_rows(named=True):
            fix = problem["fix"]
            options = (fix or {}).get("options") or []
            single = {"value": options[0] if len(options) == 1 else None}
            face.event("problem", **problem | {"fix": fix and single | fix})


def tell_changes(face: Face, batch: Batch) -> None:
    """Print each change, as JSON lines or as a table."""
    ordered = batch.changes.sort("row", maintain_order=True)
    if face.as_json:
        for change in ordered.iter_rows(named=True):
            face.event("change", **change)
        return
    keys = ("row", "field", "before", "after", "step", "why")
    rows = ([_cell(change[key]) for key in keys] for change in ordered.iter_rows(named=True))
    face.table("Changes", ["#row", *keys[1:]], rows)


def show_prepared(face: Face, prepared: Prepared, *, every: bool = False) -> None:
    """Show a person what was understood, what feeds what, and what is wrong."""
    if face.as_json:
        return
    batch = prepared.batch
    campaign = batch.campaign
    face.say(f"[bold]{escape(campaign.name or 'Campaign')}[/] · campaign {escape(campaign.id)}")
    face.say(f"{escape(batch.source.name)}: {escape(batch.source.understood)}")
    if prepared.columns is not None:
        entries = [entry for entry in prepared.columns.entries if entry.applied]
        rows = ([e.field, e.rule.column, f"{e.confidence:.0%}", e.reason] for e in entries)
        face.table("Columns", ["field", "from column", "#sure", "because"], rows)
    for note in batch.notes:
        face.say(f"[yellow]note[/] {escape(note)}")
    _show_problems(face, batch, every=every)
    _show_changed(face, batch)
    counts = batch.counts()
    face.say(
        f"[bold]{counts['rows']} rows[/] = {counts['ready']} ready + {counts['held']} held"
        f" + {counts['duplicate']} duplicate"
    )


def _show_problems(face: Face, batch: Batch, *, every: bool) -> None:
    """Show problems: each kind with its rows, or every one."""
    if every:
        keys = ("row", "column", "severity", "code", "value", "message")
        ordered = batch.problems.sort("row", maintain_order=True)
        rows = ([_cell(problem[key]) for key in keys] for problem in ordered.iter_rows(named=True))
        face.table("Problems", ["#row", *keys[1:]], rows)
        return
    kinds = (
        batch.problems.group_by("severity", "code", "column", maintain_order=True)
        .agg(pl.len().alias("rows"), pl.col("row").head(4), pl.col("message").first())
        .sort("severity", "rows", descending=[False, True])
    )
    rows = (
        [
            "holds" if kind["severity"] == Severity.ERROR.value else "warns",
            kind["code"],
            kind["column"],
            str(kind["rows"]),
            ", ".join(map(str, kind["row"])) + ("..." if kind["rows"] > len(kind["row"]) else ""),
            kind["message"],
        ]
        for kind in kinds.iter_rows(named=True)
    )
    if kinds.height:
        face.table("Problems", ["", "code", "column", "#times", "in rows", "the first one says"], rows)


def _show_changed(face: Face, batch: Batch) -> None:
    """Say how many cells each step changed."""
    done = batch.changes.filter(pl.col("outcome") == "set")
    steps = done.group_by("step", "field", maintain_order=True).agg(pl.len().alias("cells"))
    if steps.height:
        rows = ([step["field"], str(step["cells"]), step["step"]] for step in steps.iter_rows(named=True))
        face.table("Changed cells", ["field", "#cells", "by"], rows)


def _cell(value: object) -> str:
    """Show a cell on one line."""
    return "" if value is None else json.dumps(str(value), ensure_ascii=False)[1:-1]


def account(face: Face, counts: Mapping[str, int], title: str = "Every row") -> None:
    """Show where each row of a source stands, with what a person should do next; the numbers add up to its rows."""
    rows = [
        [state.value, str(counts[state.value]), state.next_step] for state in State if counts.get(state.value)
    ]
    if counts.get("duplicate"):
        rows.append(["duplicate", str(counts["duplicate"]), "nothing: the same answer stands in another row"])
    rows.append(["rows", str(counts["rows"]), ""])
    face.table(title, ["state", "#rows", "what to do next"], rows)

"""What plugins guess of a source's columns: weaker than the user's word, the contract and the built-in guesses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from omoto_kit.batch import Rows
from omoto_kit.campaign import Campaign, is_field
from omoto_kit.errors import did_you_mean
from omoto_kit.intake import ColumnMap, SavedMap, column_map
from omoto_kit.plugins import Plugins, known_fields

__all__ = ["map_columns"]

#: How sure the word of a plugin is; see `omoto_kit.intake.guesses` for the built-in ones.
CONFIDENCE = 0.8


@dataclass(frozen=True)
class Hint:
    """A header that a plugin takes for a field."""

    header: str
    field: str
    plugin: str


def map_columns(
    rows: Rows,
    campaign: Campaign,
    said: Mapping[str, str],
    plugins: Plugins,
    saved: SavedMap | Sequence[SavedMap] = (),
) -> ColumnMap:
    """Map a source's columns; what is left over is offered to the hook `column_guesses` of the plugins.

    `saved` is the map to use, or several of which the one for this campaign and for a file of this shape is used. A
    guess is applied where the contract has no [columns], or where it feeds a required field; else it is a note.
    Raises ColumnError as `column_map` does.
    """
    chosen_map, told = _choose(saved, rows, campaign)
    columns = column_map(rows, campaign, said, filled_later=plugins.fills, saved=chosen_map)
    hints, notes = _hints(rows, campaign, columns, plugins)
    required = set(campaign.required_fields())
    applied = [hint for hint in hints if not campaign.columns or hint.field in required]
    notes += [_offer(hint) for hint in hints if hint not in applied]
    if applied:
        chosen = {**said, **{hint.header: hint.field for hint in applied}}
        mapped = column_map(rows, campaign, chosen, filled_later=plugins.fills, saved=chosen_map)
        columns = _relabelled(mapped, applied)
    if not rows.bodies and not columns.applied:
        notes.append(_nothing_fed(rows))
    return replace(columns, notes=(*told, *columns.notes, *notes))


def _nothing_fed(rows: Rows) -> str:
    """Say that no answer is taken from this source, and what the one column of a file may be."""
    note = "No column feeds any field, so the responses hold nothing but what the contract and plugins give them."
    if rows.frame.width == 1:
        note += " If the cells of its one column hold several values, say what parts them, as delimiter=;."
    return note


def _choose(
    saved: SavedMap | Sequence[SavedMap], rows: Rows, campaign: Campaign
) -> tuple[SavedMap | None, tuple[str, ...]]:
    """Choose the saved map to use, and say so where nobody named it."""
    if isinstance(saved, SavedMap):
        return saved, ()
    if rows.bodies:
        return None, ()
    fitting = [one for one in saved if one.campaign in ("", campaign.id) and one.fits(rows.frame.columns)]
    if not fitting:
        return None, ()
    best = min(fitting, key=lambda one: len(one.drift(rows.frame.columns)))
    return best, (f"The columns are mapped as {best.path} says, which was saved from a file of the same shape.",)


def _hints(rows: Rows, campaign: Campaign, columns: ColumnMap, plugins: Plugins) -> tuple[list[Hint], list[str]]:
    """Ask the plugins, and leave out what is mapped already, what is no field, and what two of them see differently."""
    found: list[Hint] = []
    notes = []
    for answer in plugins.call("column_guesses", columns=tuple(rows.frame.columns), campaign=campaign):
        if answer.failure or not isinstance(answer.value, Mapping):
            wrong = answer.failure or f"column_guesses gave a {type(answer.value).__name__}, and no mapping"
            notes.append(f"The plugin {answer.plugin} could not guess columns: {wrong}.")
            continue
        for header, field in answer.value.items():
            if not is_field(str(field)):
                near = did_you_mean(str(field), known_fields())
                notes.append(f"The plugin {answer.plugin} guesses {field!r}, which is no field. {near}".rstrip())
            elif header in columns.unmapped and field not in columns.applied:
                found.append(Hint(str(header), str(field), answer.plugin))
    doubtful = _doubtful(found, "header") | _doubtful(found, "field")
    notes += [
        f"Column {hint.header!r} could feed {hint.field} (plugin {hint.plugin}); choose with --map."
        for hint in doubtful
    ]
    return [hint for hint in dict.fromkeys(found) if hint not in doubtful], notes


def _doubtful(hints: Collection[Hint], part: str) -> set[Hint]:
    """Find hints that share a header or a field and say different things of it."""
    groups = defaultdict(set)
    for hint in hints:
        groups[getattr(hint, part)].add((hint.header, hint.field))
    return {hint for hint in hints if len(groups[getattr(hint, part)]) > 1}


def _offer(hint: Hint) -> str:
    return (
        f"Column {hint.header!r} could feed {hint.field} (plugin {hint.plugin}); it is not sent unless [columns] "
        "or --map says so."
    )


def _relabelled(columns: ColumnMap, hints: Collection[Hint]) -> ColumnMap:
    """Say of each column that a plugin guessed that it is a guess, and whose."""
    whose = {(hint.header, hint.field): hint.plugin for hint in hints}
    entries = [
        replace(entry, confidence=CONFIDENCE, reason=f"guessed by plugin {plugin}")
        if (plugin := whose.get((entry.rule.column, entry.field)))
        else entry
        for entry in columns.entries
    ]
    return replace(columns, entries=tuple(entries))

"""Reading: the source that lies open, how it was understood, and which column feeds which field. No widget here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omoto_kit.batch import Batch, Rows
from omoto_kit.campaign import Campaign, ColumnRule, split_field
from omoto_kit.enrichment import enrich
from omoto_kit.errors import ColumnError, OmotoError, UsageError
from omoto_kit.intake import ColumnMap, SavedMap, column_map, compose
from omoto_kit.intake.guesses import targets
from omoto_kit.intake.mapping import find_header
from omoto_kit.journey import Prepared, ReadingChoices, read_rows
from omoto_kit.journey.guessing import map_columns
from omoto_kit.plugins import Plugins
from omoto_kit.studio.resuming import Resuming
from omoto_kit.studio.state import with_rows
from omoto_kit.validation import validate

if TYPE_CHECKING:
    from omoto_kit.studio.desk import Desk

__all__ = ["Reading", "Taken", "read_once"]


@dataclass(frozen=True)
class Taken:
    """A source that was taken in: what it is, the expression of Python that names it, and what a person said of it.

    `rows` is None where it could not be read; `fault` then says why. `columns` is its map for `campaign`, `rules` what
    a person said beside it of how single fields take their cells.
    """

    source: Any = field(repr=False)
    said: str
    choices: ReadingChoices = field(default_factory=ReadingChoices)
    rows: Rows | None = None
    columns: ColumnMap | None = None
    campaign: Campaign | None = None
    fault: OmotoError | None = None
    rules: Mapping[str, ColumnRule] = field(default_factory=dict, repr=False)

    @property
    def paths(self) -> list[Path]:
        """The files that it was read from; none for a frame, or for what nobody could read again."""
        found = self.source if isinstance(self.source, list) else [self.source]
        return found if all(isinstance(one, Path) for one in found) else []


def read_once(source: Any, plugins: Plugins, choices: ReadingChoices) -> Rows:
    """Read a source, each column in one piece. Raises IntakeError where it cannot be read."""
    # What is composed of whole columns shares their memory, and the review's table needs no copy of them.
    rows = read_rows(source, plugins, choices)
    return replace(rows, frame=rows.frame.rechunk())


class Reading:
    """Reads a source, maps its columns, and lays the checked batch on the desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.resuming = Resuming(self)
        self._taken: Taken | None = None

    @property
    def taken(self) -> Taken | None:
        """What lies open. For another campaign than before its columns are mapped anew, by that one's contract."""
        taken, campaign = self._taken, self.desk.state.campaign
        if taken is not None and taken.rows is not None and taken.campaign is not campaign:
            choices = replace(taken.choices, columns={}, saved=())
            columns = self._mapped(taken.rows, choices)
            self._taken = replace(taken, choices=choices, columns=columns, campaign=campaign, rules={})
        return self._taken

    def open(self, source: Any, said: str, choices: ReadingChoices | None = None) -> None:
        """Read a source and map its columns. What cannot be read is kept with the reason, to be read another way."""
        chosen = choices or ReadingChoices()
        try:
            rows = read_once(source, self.desk.plugins, chosen)
            taken = Taken(source, said, chosen, rows, self._mapped(rows, chosen), self.desk.state.campaign)
        except OmotoError as error:
            taken = Taken(source, said, chosen, fault=error)
        self.put(taken)

    def put(self, taken: Taken | None) -> None:
        """Lay what was taken on the desk; a batch of before is put away with it."""
        self._taken = taken
        self.resuming.keep(taken)
        self.desk.move(with_rows(self.desk.state, taken.rows if taken else None))

    def map_again(self, columns: Mapping[str, str], rules: Mapping[str, ColumnRule]) -> None:
        """Map the columns another way: header to field, and rules of fields that say more than their column.

        Raises ColumnError where a header or a field does not exist.
        """
        taken, rows = self._open()
        saved = self._with_rules(rows, rules) if rules else ()
        choices = replace(taken.choices, columns=dict(columns), saved=saved)
        self.put(replace(taken, choices=choices, columns=self._mapped(rows, choices), rules=rules))

    def identify(self, headers: Sequence[str]) -> None:
        """Let these columns make a row itself from now on, instead of those of the contract's file; none: no column.

        Raises ColumnError where the source has no such column.
        """
        taken, rows = self._open()
        strange = [header for header in headers if header not in rows.frame.columns]
        if strange:
            raise ColumnError(f"There is no column {strange[0]!r}.", advice="Choose one of the source's columns.")
        campaign = self.desk.campaign.model_copy(update={"identity": tuple(headers)})
        self.desk.choose_campaign(campaign)
        self.put(replace(taken, campaign=campaign, columns=self._mapped(rows, taken.choices)))

    def unkeyed(self) -> list[str]:
        """Name the columns that the contract makes a row itself by, and that the source does not have."""
        _, rows = self._open()
        if rows.bodies:
            return []
        headers, labels = rows.frame.columns, rows.labels
        return [one for one in self.desk.campaign.identity if find_header(one, headers, labels) is None]

    def check(self) -> Batch:
        """Take the rows to a checked batch on the desk. Raises ColumnError where a needed column is absent."""
        taken, rows = self._open()
        saved = taken.choices.saved or self.desk.workspace.maps()
        return self.desk.take(rows, replace(taken.choices, saved=saved))

    def follow(self, source: Any, prepared: Prepared, choices: ReadingChoices) -> None:
        """Take over what was read past this one, so that Intake and Map show it."""
        if self._taken is None or self._taken.rows is not prepared.rows:
            said = repr(str(source)) if isinstance(source, str | Path) else "..."
            campaign = self.desk.state.campaign
            self._taken = Taken(source, said, choices, prepared.rows, prepared.columns, campaign)

    def unfed(self) -> list[str]:
        """Name the required fields that neither a column, nor the contract, nor a plugin fills."""
        taken, _ = self._open()
        if taken.columns is None:
            return []
        campaign = self.desk.campaign
        fed = {*taken.columns.applied, *campaign.fixed, *self.desk.plugins.fills}
        return [name for name in campaign.required_fields() if name not in fed and split_field(name)[0] not in fed]

    def one(self, at: int) -> Batch:
        """Take one row, by its place from 0, the whole way by itself: what would be sent of it."""
        taken, rows = self._open()
        alone = replace(rows, frame=rows.frame.slice(at, 1), numbers=rows.numbers.slice(at, 1))
        every = targets(self.desk.campaign)
        composed = compose(alone, self.desk.campaign, taken.columns, filled_later=every)
        plugins = self.desk.plugins
        return validate(enrich(composed, plugins=plugins), plugins=plugins)

    def _open(self) -> tuple[Taken, Rows]:
        taken = self.taken
        if taken is None or taken.rows is None:
            raise UsageError("No file was read.", advice="Read one on the screen Intake.")
        return taken, taken.rows

    def _mapped(self, rows: Rows, choices: ReadingChoices) -> ColumnMap | None:
        """Map the columns, also where a needed one is absent: a person then chooses it."""
        if rows.bodies or self.desk.state.campaign is None:
            return None
        campaign, plugins = self.desk.campaign, self.desk.plugins
        saved = choices.saved or self.desk.workspace.maps()
        try:
            return map_columns(rows, campaign, choices.columns, plugins, saved)
        except ColumnError:
            one = saved if isinstance(saved, SavedMap) else None
            found = column_map(rows, campaign, choices.columns, filled_later=targets(campaign), saved=one)
            return _only_offered(found, campaign)

    def _with_rules(self, rows: Rows, rules: Mapping[str, ColumnRule]) -> SavedMap:
        """Lay rules over the saved map that fits the file, or over none."""
        headers = tuple(rows.frame.columns)
        fitting = [one for one in self.desk.workspace.maps() if one.fits(headers)]
        base = fitting[0] if fitting else SavedMap(headers, {}, self.desk.campaign.id)
        return replace(base, rules={**base.rules, **rules})


def _only_offered(columns: ColumnMap, campaign: Campaign) -> ColumnMap:
    """Offer what was guessed in the place of a column that the contract names and the source lacks.

    The rows are not taken by such a guess, so the map must not look as if they were.
    """
    entries = (
        replace(entry, applied=False) if entry.confidence < 1 and entry.field in campaign.columns else entry
        for entry in columns.entries
    )
    return replace(columns, entries=tuple(entries))

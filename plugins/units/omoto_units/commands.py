"""`omoto x units`: look a list over, report the names that it lacks, and keep what people confirmed."""

from __future__ import annotations

import csv
import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from omoto_kit import Campaign
from omoto_kit.errors import SettingsError, did_you_mean
from omoto_kit.journey import Workspace, prepare
from omoto_kit.plugins import Plugins
from omoto_units.aliases import Aliases
from omoto_units.report import HEADER, MEANS, unmatched, write_report
from omoto_units.selftest import selftest
from omoto_units.settings import Units, matcher_of_units, version_of_units

__all__ = ["units_app"]

units_app = typer.Typer(help="Look over a list of units, and keep what its names mean.", no_args_is_help=True)

Contract = Annotated[
    Path | None, typer.Option("--campaign", "-c", metavar="CAMPAIGN.toml", help="The contract with the list of units.")
]
UNIT, CITY = "namevaluemap.unitname", "namevaluemap.city"


@units_app.command()
def check(campaign: Contract = None) -> None:
    """Name units that cannot be told apart, and look at every confirmed name anew. Exit code 1: a person is needed."""
    contract, settings = _opened(campaign)
    matcher = matcher_of_units(contract, settings.brand)
    found = selftest(matcher)
    for sentence in found.sentences():
        typer.echo(sentence)
    path, version = settings.aliases_of(contract), version_of_units(contract)
    again = _aliases(path, contract).recheck(matcher, version)
    for alias, reason in again.doubtful:
        chosen = f"{alias.who} chose it on {alias.when[:10]}"
        typer.echo(f"{alias.text!r} no longer means {alias.unit!r}: {reason}. {chosen}.")
    if again.kept.aliases:
        again.kept.save(path)
    counts = f"{len(matcher.names):,} units, {found.tried:,} changed names tried, {len(again.kept.aliases)} confirmed"
    typer.echo(f"{counts}. List version {version}.")
    raise typer.Exit(1 if found.pairs or found.accepted or again.doubtful else 0)


@units_app.command()
def report(
    source: Annotated[str, typer.Argument(metavar="FILE", help="Answers, as for omoto check.")],
    campaign: Contract = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The report, a CSV file.")] = Path("unmatched-units.csv"),
) -> None:
    """Write the names that no unit has, with the nearest ones. Fill in the column Means, and confirm it."""
    contract, settings = _opened(campaign)
    values = prepare(source, contract, Plugins()).batch.values  # without enrichers: as they were written
    if UNIT not in values.columns:
        what = "No column of this file holds units."
        raise SettingsError(what, where=source, advice=f"Name it in the contract: [columns] {UNIT!r} = ...")
    cities = values[CITY] if CITY in values.columns else [None] * values.height
    matcher = matcher_of_units(contract, settings.brand, _aliases(settings.aliases_of(contract), contract))
    count = write_report(out, unmatched(matcher, zip(values[UNIT], cities, strict=True)))
    typer.echo(f"{count} names are no unit's. They are in {out}.")
    if count:
        typer.echo(f"Fill in its column {MEANS!r} where you know the unit, then: omoto x units confirm {out}")


@units_app.command()
def confirm(
    file: Annotated[Path, typer.Argument(help="A report whose column Means was filled in.")],
    campaign: Contract = None,
) -> None:
    """Keep what names mean: they are exact from then on, for this version of the list."""
    contract, settings = _opened(campaign)
    path, version = settings.aliases_of(contract), version_of_units(contract)
    aliases, known = _aliases(path, contract), {unit.name for unit in contract.units or ()}
    chosen = list(_choices(file))
    for text, unit, row in chosen:
        if unit not in known:
            near = did_you_mean(unit, known) or "Write a standard name of the list."
            raise SettingsError(f"{unit!r} is no unit. Nothing was kept.", where=f"{file}, row {row}", advice=near)
        aliases = aliases.confirm(text, unit, who=getpass.getuser(), version=version)
    if chosen:
        aliases.save(path)
    typer.echo(f"{len(chosen)} names are kept in {path}.")


def _opened(named: Path | None) -> tuple[Campaign, Units]:
    """Open the contract and the plugin's settings. Raises SettingsError where there are no units."""
    space = Workspace.find()
    path = space.campaign_file(named)
    contract = Campaign.load(path)
    if not contract.units:
        raise SettingsError("The contract lists no units.", where=path, advice="Name the list: [units] file = ...")
    given = space.plugin_settings.get("units", {})
    return contract, Units(**{name: given[name] for name in Units.model_fields if name in given})


def _aliases(path: Path, contract: Campaign) -> Aliases:
    try:
        return Aliases.load(path, contract.id)
    except (OSError, ValueError) as error:
        raise SettingsError(str(error), advice="Then say it again.") from None


def _choices(file: Path) -> Iterator[tuple[str, str, int]]:
    """Read the filled-in lines of a report: what was written, the unit, and the line's number."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader: Any = csv.DictReader(opened)
            lines = list(reader)
            header = reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsError(f"It cannot be read: {why}.", where=file, advice="Save it as a UTF-8 CSV.") from None
    if not {HEADER[0], MEANS} <= set(header):
        what = f"It has no columns {HEADER[0]!r} and {MEANS!r}."
        raise SettingsError(what, where=file, advice="Write a report first: omoto x units report FILE.")
    for row, line in enumerate(lines, start=2):
        text, unit = (line[HEADER[0]] or "").removeprefix("'").strip(), (line[MEANS] or "").removeprefix("'").strip()
        if text and unit:
            yield text, unit, row

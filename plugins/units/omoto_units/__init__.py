"""Writes unit names as Omoto gave them: what is beyond doubt is set, the rest is suggested, and nothing is guessed.

Only letters of ordinary words may differ. Numbers, directions, initials and words such as new and old must be equal,
and every word on both sides needs an explanation.
"""

from typing import Any

from omoto_kit import Suggest, enricher, hookimpl
from omoto_kit.plugins import Context, Replace
from omoto_units.aliases import Alias, Aliases, Recheck
from omoto_units.matcher import Matcher
from omoto_units.outcomes import RULES, Match, Option
from omoto_units.report import Unmatched, unmatched, write_report
from omoto_units.selftest import Selftest, selftest
from omoto_units.settings import Units, matcher_of_categories, matcher_of_units, version_of_units

__all__ = [
    "RULES",
    "Alias",
    "Aliases",
    "Match",
    "Matcher",
    "Option",
    "Recheck",
    "Selftest",
    "Units",
    "Unmatched",
    "matcher_of_categories",
    "matcher_of_units",
    "selftest",
    "standard_name",
    "unmatched",
    "version_of_units",
    "write_report",
]

#: Rules by which the words are the same; what was set by another is told to a person, too.
SURE = ("code", "alias", "exact", "letters", "words", "spaces")
READS = {
    "unitname": "unitname",
    "city": "given.city",
    "store_code": "given.store_code",
    "unit_code": "given.unit_code",
    "branch_code": "given.branch_code",
    "outlet_code": "given.outlet_code",
}


@enricher("namevaluemap.unitname", reads=READS, settings=Units, timeout=60)
def standard_name(  # noqa: PLR0913, PLR0917  one argument a column
    unitname: str | None,
    city: str | None,
    store_code: str | None,
    unit_code: str | None,
    branch_code: str | None,
    outlet_code: str | None,
    ctx: Context,
) -> Replace | Suggest | None:
    """Give the standard name of the unit that is meant, or up to three that may be."""
    campaign = ctx.campaign
    if not campaign.units:
        return None
    matcher = ctx.settings.matcher(campaign)
    code = store_code or unit_code or branch_code or outlet_code or ""
    found = matcher.match(unitname or "", city=city or "", code=code)
    sure = found.rule in SURE
    if found.name is not None and (sure or ctx.settings.accept == "explained"):
        return Replace(found.name, found.why, tell=not sure) if found.name != unitname else None
    return _suggested(found, unitname)


@hookimpl
def commands(cli: Any) -> None:
    """Add `omoto x units`."""
    from omoto_units.commands import units_app  # brings the command line with it

    cli.add_typer(units_app, name="units")


def _suggested(found: Match, written: str | None) -> Suggest | None:
    """Offer what was found, each unit with its difference; nothing where the name is a standard one or like none."""
    names = list(dict.fromkeys(option.name for option in found.options))
    if not names or (written in names and found.rule != "code_differs"):
        return None
    shown = "; ".join(f"{one.name}: {one.difference}" if one.difference else one.name for one in found.options)
    return Suggest(names[0], why=f"{found.why} ({shown})", others=tuple(names[1:]))

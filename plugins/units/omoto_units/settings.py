"""Settings of the plugin, from `[plugins.units]`, and the matcher that they make for a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr

from omoto_kit import Campaign
from omoto_kit.errors import PluginError
from omoto_units.aliases import Aliases, version_of
from omoto_units.matcher import Matcher

__all__ = ["Units", "matcher_of_categories", "matcher_of_units", "version_of_units"]


def version_of_units(campaign: Campaign) -> str:
    """Name the version of a campaign's unit list by what stands in it."""
    return version_of((unit.name, unit.code, unit.city) for unit in campaign.units or ())


def matcher_of_units(campaign: Campaign, brand: tuple[str, ...] = (), aliases: Aliases | None = None) -> Matcher:
    """Make the matcher for a campaign's units; choices of another version of the list are left out."""
    units = campaign.units or ()
    known = aliases.table(version_of_units(campaign)) if aliases else {}
    return Matcher(
        [unit.name for unit in units],
        places=[unit.city for unit in units],
        codes=[unit.code for unit in units],
        brand=brand,
        aliases=known,
    )


def matcher_of_categories(campaign: Campaign, aliases: dict[str, str] | None = None) -> Matcher:
    """Make the matcher for a campaign's categories; `aliases` says which other words mean which category.

    >>> campaign = Campaign(id="154", categories={"Staff Behaviour": [], "Price": []})
    >>> categories = matcher_of_categories(campaign, {"Staff Attitude": "Staff Behaviour"})
    >>> categories.match("STAFF ATTITUDE").name, categories.match("prices").outcome
    ('Staff Behaviour', 'suggest')
    """
    return Matcher(tuple(campaign.categories or ()), aliases=aliases)


class Units(BaseModel):
    """`[plugins.units]`: `brand` are words that any name may have; `aliases` is the file of confirmed choices.

    A relative `aliases` lies beside the campaign file. `accept` says which names are set without a question:
    "same" only those with the same words and numbers, since a response cannot be taken back; what else the matcher
    accepts is offered as the only choice, and `omoto check --fix suggestion` takes all such offers at a word.
    "explained" sets all that the matcher accepts: every word on both sides is explained, and only one unit fits. Each
    of those that is not the same words is told as a warning beside its change.
    """

    model_config = ConfigDict(extra="forbid")

    brand: tuple[str, ...] = ()
    aliases: Path = Path("units.aliases.json")
    accept: Literal["same", "explained"] = "same"
    _kept: tuple[Campaign, float, Matcher] | None = PrivateAttr(default=None)

    def matcher(self, campaign: Campaign) -> Matcher:
        """Give the matcher of a campaign: the same one until the campaign or the file of choices is another.

        Raises PluginError where that file cannot be read.
        """
        path = self.aliases_of(campaign)
        stamp = path.stat().st_mtime if path.exists() else 0.0
        if self._kept is None or self._kept[0] is not campaign or self._kept[1] != stamp:
            try:
                aliases = Aliases.load(path, campaign.id)
            except (OSError, ValueError) as error:
                advice = "Until then, no name is standardised."
                raise PluginError(str(error), plugin="units", advice=advice) from None
            self._kept = (campaign, stamp, matcher_of_units(campaign, self.brand, aliases))
        return self._kept[2]

    def aliases_of(self, campaign: Campaign) -> Path:
        """Find the file of confirmed choices for a campaign."""
        home = campaign.path.parent if campaign.path else Path()
        return self.aliases if self.aliases.is_absolute() else home / self.aliases

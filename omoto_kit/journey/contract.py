"""The contract as the front door shows it: with the calls that join it to other rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from omoto_kit import campaign
from omoto_kit.batch import Batch
from omoto_kit.verification import Pack, pack

__all__ = ["Campaign"]


class Campaign(campaign.Campaign):
    """The contract agreed with Omoto; `Campaign.load("campaigns/154.toml")` reads one."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a campaign file. Raises CampaignError, which names the file, the key and the nearest right one."""
        loaded = campaign.Campaign.load(path)
        return cls(**{name: getattr(loaded, name) for name in {*loaded.model_fields_set, "path"}})

    def pack(self, rows: Batch | None = None) -> Pack:
        """Make the verification pack: samples and all that Omoto needs to verify them, written by `Pack.write`.

        `rows` is a prepared batch whose ready rows give samples, with stand-ins for all that could be personal; without
        it all are made up. Raises UsageError for rows of another campaign.

        >>> len(Campaign(id="154", categories={"Price": []}).pack().samples) > 5
        True
        """
        return pack(self, rows)

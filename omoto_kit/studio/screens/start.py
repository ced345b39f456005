"""The screen Start: what is there to go on with, the campaign, and where responses go."""

from __future__ import annotations

from collections.abc import Sized
from pathlib import Path
from typing import Any, ClassVar

from omoto_kit.campaign import Campaign
from omoto_kit.errors import OmotoError
from omoto_kit.journey import SANDBOX
from omoto_kit.studio.drafting import Draft
from omoto_kit.studio.screens.screen import Screen
from omoto_kit.studio.wording import label_of, labels
from omoto_kit.verification import SignOff, pack, signoff_path, write_pack

__all__ = ["Start"]


class Start(Screen):
    """Where work begins: continue, a file, one response, or what must be mended."""

    name: ClassVar[str] = "start"

    def view(self) -> dict[str, Any]:
        """Give what can be gone on with, and what the campaign says."""
        desk = self.desk
        state, space = desk.state, desk.workspace
        draft, left = desk.composer.draft, desk.reading.resuming.left_off
        return {
            "workspace": str(space.root) if space.root else "",
            "outbox": str(desk.outbox_path),
            "campaigns": [str(path) for path in space.campaigns()],
            "targets": [SANDBOX, *space.endpoints],
            "target": state.target,
            "running": state.running,
            **self._chosen(state.campaign),
            "left": left and {"name": left.name, "mine": state.campaign is None or left.campaign == state.campaign.id},
            "batch": state.batch and {"name": state.batch.source.name, **state.batch.counts()},
            "draft": _draft_words(draft),
            "counts": dict(state.counts),
            "plugins": [{"name": found.name, "state": found.state} for found in desk.plugins.listing()],
        }

    def _chosen(self, campaign: Campaign | None) -> dict[str, Any]:
        """Give what there is to say of the campaign; nothing where none was chosen."""
        if campaign is None:
            return {"chosen": "", "facts": [], "signoff": ""}
        path = str(campaign.path or "")
        return {"chosen": path, "facts": self._facts(campaign), "signoff": self._signoff(campaign)}

    def act_campaign(self, path: str) -> None:
        """Work on another campaign. Raises CampaignError where its file is wrong."""
        self.desk.choose_campaign(Path(path).expanduser())

    def act_target(self, name: str) -> None:
        """Send to another endpoint. Raises SettingsError where its key is missing."""
        self.desk.choose_target(name)

    def act_go_on(self) -> dict[str, bool]:
        """Go on with the file that an earlier kernel was left with. Tells whether it was `changed` since."""
        changed = self.desk.reading.resuming.go_on()
        taken = self.desk.reading.taken
        checked = self.desk.state.batch is not None
        self.desk.go("review" if checked else "intake" if taken is None or taken.fault else "map")
        return {"changed": changed}

    def act_pack(self) -> dict[str, str]:
        """Write the verification pack of the campaign, from the batch on the desk where there is one."""
        desk = self.desk
        folder = (desk.workspace.root or Path.cwd()) / "pack"
        made = pack(desk.campaign, desk.state.batch)
        write_pack(made, folder)
        return {"folder": str(folder), "samples": str(len(made.samples))}

    def _facts(self, campaign: Campaign) -> list[dict[str, str]]:
        """Say in words what the contract asks for."""
        low, high = campaign.rating.scale
        needed = ", ".join(labels(campaign.required_fields()).values()) or "nothing"
        one_of = " or ".join(label_of(f"customerinfo.{name}") for name in campaign.customer.any_of)
        found = {
            "Scale": f"{low} to {high}" + (", required" if campaign.rating.required else ""),
            "Channels": ", ".join(campaign.channels) or "not said",
            "Categories": _how_many(campaign.categories),
            "Units": _how_many(campaign.units),
            "Must be there": needed + (f"; {one_of}" if one_of else ""),
        }
        return [{"name": name, "value": value} for name, value in found.items()]

    def _signoff(self, campaign: Campaign) -> str:
        """Say who verified the contract."""
        if campaign.path is None:
            return "There is no file of it, so no sign-off."
        try:
            signoff = SignOff.load(signoff_path(campaign.path))
        except OmotoError as error:
            return error.what
        if signoff is None:
            return (
                "Omoto has not signed it off yet: make the verification pack and send it. A live push waits for that."
            )
        return f"Verified by {signoff.by} on {signoff.on}."


def _draft_words(draft: Draft) -> str:
    """Say what the form holds; empty where nothing was typed."""
    return draft.origin or (f"{len(draft.values)} fields typed" if draft.values else "")


def _how_many(listed: Sized | None) -> str:
    return f"{len(listed):,}" if listed is not None else "not said"

"""The whole studio, and each of its screens as a part for one's own notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ipywidgets import Label, VBox, Widget

from omoto_kit.campaign import Campaign
from omoto_kit.journey import SANDBOX
from omoto_kit.studio.cells import after_each_cell
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.panel import Panel
from omoto_kit.studio.screens.compose import Compose
from omoto_kit.studio.screens.history import HistoryScreen
from omoto_kit.studio.screens.intake import Intake
from omoto_kit.studio.screens.mapping import Mapping
from omoto_kit.studio.screens.plugins import PluginsScreen
from omoto_kit.studio.screens.push import PushScreen
from omoto_kit.studio.screens.review import Review
from omoto_kit.studio.screens.start import Start

__all__ = ["ComposeForm", "History", "IntakePanel", "PushPanel", "ReviewGrid", "studio", "whole"]


def studio(
    campaign: Campaign | str | Path | None = None, *, to: str = SANDBOX, outbox: str | Path | None = None
) -> Widget:
    """Show the studio: compose, read, map, review, push, and what came of it.

    Without a campaign it takes the workspace's only one, or asks. Panels of plugins stand below. Raises CampaignError
    or SettingsError as their files are read.
    """
    return whole(Desk(campaign, to=to, outbox=outbox))


def whole(desk: Desk) -> Widget:
    """Show the studio over a desk of one's own, such as one with a file on it already."""
    screens = [Start(desk), Compose(desk), Intake(desk), Mapping(desk), Review(desk), PushScreen(desk)]
    panel = Panel(desk, [*screens, HistoryScreen(desk), PluginsScreen(desk)], framed=True)
    after_each_cell(desk.following.notice_cell)
    below = _of_plugins(desk)
    return VBox([panel, *below]) if below else panel


def _of_plugins(desk: Desk) -> list[Widget]:
    """Ask the plugins for panels of their own; one that fails at it says so in its place."""
    shown: list[Widget] = []
    for answer in desk.plugins.call("studio_panels", studio=desk):
        if answer.failure:
            shown.append(Label(f"The panel of plugin {answer.plugin} failed: {answer.failure}"))
        else:
            shown += [VBox([Label(str(title)), widget]) for title, widget in answer.value or ()]
    return shown


class ComposeForm(Panel):
    """The form for one response."""

    def __init__(self, desk: Desk | None = None, **choices: Any) -> None:
        desk = desk or Desk(**choices)
        super().__init__(desk, [Compose(desk)])


class IntakePanel(Panel):
    """A file taken in."""

    def __init__(self, desk: Desk | None = None, **choices: Any) -> None:
        desk = desk or Desk(**choices)
        super().__init__(desk, [Intake(desk)])


class ReviewGrid(Panel):
    """The rows of a batch, to be looked through and mended."""

    def __init__(self, desk: Desk | None = None, **choices: Any) -> None:
        desk = desk or Desk(**choices)
        super().__init__(desk, [Review(desk)])


class PushPanel(Panel):
    """The sending of what is ready, with its progress."""

    def __init__(self, desk: Desk | None = None, **choices: Any) -> None:
        desk = desk or Desk(**choices)
        super().__init__(desk, [PushScreen(desk)])


class History(Panel):
    """What became of the responses, and what a person decides about them."""

    def __init__(self, desk: Desk | None = None, **choices: Any) -> None:
        desk = desk or Desk(**choices)
        super().__init__(desk, [HistoryScreen(desk)])

"""What an analyst may choose, as `[plugins.contacts]` of omoto.toml."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Contacts(BaseModel):
    """Settings of the plugin; each has a default that guesses nothing.

    `several` says what becomes of a cell with several numbers or addresses: "ask" leaves the choice to a person,
    "first" takes the first. `placeholders` are further texts that stand for nothing, `providers` further mail hosts
    whose slips are suggested. `names = false` leaves the case of names alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    several: Literal["ask", "first"] = "ask"
    placeholders: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    names: bool = True


def chosen(ctx):
    """Give the settings of a run, or the defaults where there are none."""
    return ctx.settings or Contacts()

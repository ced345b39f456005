"""The whole road from a file to receipts, joined: what the command line and the studio both drive."""

from omoto_kit.journey.contract import Campaign
from omoto_kit.journey.endpoints import SANDBOX, Endpoint, built_in, load_endpoint
from omoto_kit.journey.reopening import reopen
from omoto_kit.journey.road import (
    Prepared,
    ReadingChoices,
    body_of,
    load_listing,
    load_plugins,
    map_again,
    prepare,
    read_rows,
)
from omoto_kit.journey.workspace import EndpointSettings, Workspace, init_workspace

__all__ = [
    "SANDBOX",
    "Campaign",
    "Endpoint",
    "EndpointSettings",
    "Prepared",
    "ReadingChoices",
    "Workspace",
    "body_of",
    "built_in",
    "init_workspace",
    "load_endpoint",
    "load_listing",
    "load_plugins",
    "map_again",
    "prepare",
    "read_rows",
    "reopen",
]

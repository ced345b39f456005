"""From the files and settings that a person named to a prepared source: one in memory, or a large one in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from omoto_kit.campaign import Campaign
from omoto_kit.cli.options import Given
from omoto_kit.cli.parsing import parse_maps, parse_reading
from omoto_kit.intake import SavedMap
from omoto_kit.intake.pieces import is_large
from omoto_kit.journey import Prepared, ReadingChoices, Workspace, load_plugins, prepare
from omoto_kit.journey.large import prepare_stream
from omoto_kit.journey.streaming import Stream
from omoto_kit.plugins import Plugins

__all__ = ["prepare_file", "prepare_files", "stream_files"]


def prepare_file(file: str, given: Given) -> Prepared:
    """Take one file as far as it can go without being sent, by the settings of the workspace."""
    return prepare_files([file], given)


def prepare_files(files: Sequence[str], given: Given) -> Prepared:
    """Take files or patterns as one source, as far as it can go without being sent."""
    return prepare(_source(files), *_settings(given))


def stream_files(files: Sequence[str], given: Given) -> Stream | None:
    """Prepare large clean files to be taken in batches; None for any other, which `prepare_files` takes."""
    source = _source(files)
    return prepare_stream(source, *_settings(given)) if is_large(source) else None


def _source(files: Sequence[str]) -> str | list[str]:
    return files[0] if len(files) == 1 else list(files)


def _settings(given: Given) -> tuple[Campaign, Plugins, ReadingChoices]:
    """Load the contract and the plugins of the workspace, and take what the person said of the file."""
    workspace = Workspace.find(given.folder)
    contract = Campaign.load(workspace.campaign_file(given.campaign))
    plugins = load_plugins(workspace, tuple(given.plugin or ()))
    saved = SavedMap.load(given.use_map) if given.use_map is not None else workspace.maps()
    choices = ReadingChoices(sheet=given.sheet, columns=parse_maps(given.maps), saved=saved)
    return contract, plugins, replace(choices, **parse_reading(given.reading))

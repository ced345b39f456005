"""What is to be pushed: files that are read and checked first, or what waits in the outbox already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from omoto_kit.batch import Batch, Parts
from omoto_kit.cli import preparing, showing
from omoto_kit.cli.mending import mended
from omoto_kit.cli.output import Face
from omoto_kit.cli.streaming import told_parts
from omoto_kit.cli.wanted import PushWanted
from omoto_kit.delivery import HttpEndpoint
from omoto_kit.journey import Workspace, load_plugins
from omoto_kit.journey.gate import Watch
from omoto_kit.journey.history import guarded
from omoto_kit.plugins import Plugins

__all__ = ["Ready", "make_ready"]


@dataclass(frozen=True)
class Ready:
    """A batch as it is to be put, if any, with its plugins, and the watch that saw it where it comes in parts."""

    batch: Batch | Parts | None
    plugins: Plugins
    watch: Watch | None = None


def make_ready(face: Face, wanted: PushWanted, outbox: Path, endpoint: HttpEndpoint) -> Ready:
    """Read and check the files, in parts where that may be, and show what was found."""
    given = wanted.given
    if not wanted.files:
        return Ready(None, load_plugins(Workspace.find(), tuple(given.plugin or ())))
    stream = preparing.stream_files(wanted.files, given) if wanted.fix is None else None
    if stream is not None:
        watch = Watch(stream.campaign)
        return Ready(told_parts(face, stream, watch, outbox, endpoint), stream.plugins, watch)
    prepared = mended(face, preparing.prepare_files(wanted.files, given), wanted.fix, wanted.passing.by)
    showing.show_prepared(face, prepared)
    return Ready(guarded(prepared.batch, outbox, endpoint), prepared.plugins)

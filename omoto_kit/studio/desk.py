"""Desk: what a studio works with. It calls the library, and moves the state on. No widget here."""

from __future__ import annotations

import getpass
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch, Rows
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.errors import UsageError
from omoto_kit.journey import SANDBOX, Prepared, ReadingChoices, Workspace, load_endpoint, load_plugins, prepare
from omoto_kit.sandbox import Sandbox
from omoto_kit.studio.composing import Composer
from omoto_kit.studio.following import Following
from omoto_kit.studio.keeping import Shelf
from omoto_kit.studio.reading import Reading, read_once
from omoto_kit.studio.sending import Sending
from omoto_kit.studio.state import State, rail, with_batch, with_campaign, with_target

__all__ = ["Desk"]

Listener = Callable[[], None]


class Desk:
    """One person's work: a workspace, a campaign, an endpoint, an outbox, and what lies open.

    Several panels may share it. `listen` is told after each change.
    """

    def __init__(
        self,
        campaign: Campaign | str | Path | None = None,
        *,
        to: str = SANDBOX,
        outbox: str | Path | None = None,
        workspace: Workspace | None = None,
        sandbox: Sandbox | None = None,
    ) -> None:
        """Lay the desk: the campaign that is named, or the workspace's only one.

        `sandbox` is the stand-in for the built-in endpoint, such as one with faults.
        """
        self.workspace = workspace or Workspace.find()
        self.outbox_path = Path(outbox) if outbox is not None else self.workspace.outbox
        self.plugins = load_plugins(self.workspace)
        self.sandbox = sandbox or Sandbox()
        self.prepared: Prepared | None = None
        self.source: Any = None
        self.choices = ReadingChoices()
        # JupyterLab calls from a thread of its own while a cell runs, so that a cell and a page may come together.
        self.lock = threading.RLock()
        self.who = getpass.getuser()
        self.shelf = Shelf(self.workspace.root or Path.cwd())
        self.promised: Callable[[], Batch] | None = None
        self.following = Following(self)
        #: How often a campaign or an endpoint was chosen: what was armed before a choice is armed no longer.
        self.choices_made = 0
        self._state = State()
        self._listeners: list[Listener] = []
        self._endpoints: dict[str, HttpEndpoint] = {}
        files = self.workspace.campaigns()
        chosen = campaign if campaign is not None else files[0] if len(files) == 1 else None
        if chosen is not None:
            self.choose_campaign(chosen)
        self.choose_target(to)
        self.composer = Composer(self)
        self.sending = Sending(self)
        self.reading = Reading(self)

    # What changes the state

    def listen(self, listener: Listener) -> None:
        """Call this after each change."""
        self._listeners.append(listener)

    @property
    def state(self) -> State:
        """What is on the desk; a batch that was promised is made now."""
        with self.lock:
            self.following.catch_up()
            if self.promised is not None:
                batch = self.promised()
                self.promised = None
                self._state = with_batch(self._state, batch)
            return self._state

    def move(self, state: State) -> None:
        """Take a new state, and tell who listens."""
        self.promised = None
        self._state = state
        self.tell()

    def tell(self) -> None:
        """Tell who listens that something changed."""
        for listener in self._listeners:
            listener()

    def go(self, screen: str) -> None:
        """Turn to a screen. Raises UsageError where it cannot be opened yet, with the reason."""
        step = next((step for step in rail(self.state) if step.name == screen), None)
        if step is None or not step.open:
            raise UsageError(step.why if step else f"There is no screen {screen!r}.")
        self.move(replace(self.state, screen=screen))

    def choose_campaign(self, campaign: Campaign | str | Path) -> None:
        """Work on a campaign. Raises CampaignError where its file is wrong."""
        loaded = campaign if isinstance(campaign, Campaign) else Campaign.load(campaign)
        self.choices_made += 1
        self.move(with_campaign(self.state, loaded))
        if self.state.batch is None:
            self.prepared = None

    def choose_target(self, name: str) -> None:
        """Send to another endpoint. Raises SettingsError where there is none of this name, or its key is missing."""
        endpoint = self.endpoint(name)
        self.choices_made += 1
        self.move(with_target(self.state, name, sandbox=endpoint.sandbox, counts=self.counts(endpoint)))

    def take(self, source: Any, choices: ReadingChoices | None = None) -> Batch:
        """Read, compose, enrich and validate a source, and put the batch on the desk.

        Raises IntakeError or ColumnError where it cannot be read.
        """
        chosen = choices or ReadingChoices()
        with self.lock:
            rows = source if isinstance(source, Rows) else read_once(source, self.plugins.refreshed(), chosen)
            self.prepared = prepare(rows, self.campaign, self.plugins, chosen)
            self.source, self.choices = source, chosen
            self.reading.follow(source, self.prepared, chosen)
            self.move(with_batch(replace(self.state, rows=self.prepared.rows), self.prepared.batch))
            return self.prepared.batch

    def set_batch(self, batch: Batch) -> None:
        """Lay a changed batch on the desk."""
        with self.lock:
            self.move(with_batch(self.state, batch))

    def follow_cells(self) -> None:
        """Take up what the notebook's cells define now, where no panel does so by itself."""
        self.following.follow()

    def promise(self, make: Callable[[], Batch]) -> None:
        """Lay a changed batch on the desk that is made when somebody looks: an edit must not wait for it."""
        self.promised = make
        self.tell()

    def refresh(self) -> None:
        """Count the outbox anew."""
        with self.lock:
            counts = self.counts(self.endpoint())
            self.move(replace(self.state, counts=counts, running=self.sending.running))

    # What is looked up

    @property
    def campaign(self) -> Campaign:
        """The campaign that is worked on. Raises UsageError where none is chosen."""
        if self.state.campaign is None:
            raise UsageError("No campaign is chosen.", advice="Choose one on the first screen.")
        return self.state.campaign

    def endpoint(self, name: str | None = None) -> HttpEndpoint:
        """Give an endpoint by name; the chosen one where none is named."""
        name = name or self.state.target
        if name not in self._endpoints:
            self._endpoints[name] = load_endpoint(name, self.workspace, sandbox=self.sandbox)
        return self._endpoints[name]

    def counts(self, endpoint: HttpEndpoint) -> dict[str, int]:
        """Count an endpoint's rows in the outbox by state."""
        if not self.outbox_path.exists():
            return {}
        with self.outbox() as box:
            return box.counts(endpoint=endpoint)

    @contextmanager
    def outbox(self) -> Iterator[Outbox]:
        """Open the outbox for a moment."""
        with Outbox(self.outbox_path) as box:
            yield box

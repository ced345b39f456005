"""What the browser's tests share: hosts on free ports, a real Chromium, and for each test a notebook of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.hosts import KINDS, environment_in, start
from tests.browser.notebook import Notebook, workspace_in

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
#: So many milliseconds a fact of the page may take to come, on a machine that is busy with other tests.
PATIENCE = 20_000
NUMBERS = itertools.count(1)
# Two hosts and two browsers may share two slow cores; what never comes still fails.
expect.set_options(timeout=20_000)


class Hosts:
    """The hosts of this session: each is started when the first test asks for it, and serves all of them."""

    def __init__(self, make) -> None:
        self.make = make
        self.running = {}

    def __getitem__(self, kind: str):
        if kind not in self.running:
            self.running[kind] = start(kind, self.make(kind))
        return self.running[kind]

    def stop(self) -> None:
        """End them all."""
        for host in self.running.values():
            host.stop()


@pytest.fixture(scope="session")
def hosts(tmp_path_factory):
    """Give the session's hosts by kind."""
    found = Hosts(tmp_path_factory.mktemp)
    yield found
    found.stop()


# Playwright keeps an event loop in this thread, in which no other test may stand: so it ends with this folder.
@pytest.fixture(scope="package")
def chromium(tmp_path_factory):
    """Give a real Chromium without a window, in a fresh profile; where there is none, tests fail and say so."""
    if not CHROMIUM:
        pytest.fail("These tests need Chromium: `apt-get install chromium`, or its path in the variable CHROMIUM.")
    with sync_playwright() as playwright:
        profile = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            headless=True,
            env=environment_in(tmp_path_factory.mktemp("chromium")),
            args=FLAGS,
            viewport={"width": 1280, "height": 1000},
            locale="en-GB",
            permissions=["clipboard-read", "clipboard-write"],
        )
        expect.set_options(timeout=PATIENCE)
        yield profile
        profile.close()


@pytest.fixture
def page(chromium):
    """Give a page of its own."""
    one = chromium.new_page()
    yield one
    one.close()


@pytest.fixture
def open_in(hosts, page):
    """Give a function that makes a fresh workspace and its notebook in a host of a kind."""
    opened = []

    def make(kind: str) -> Notebook:
        host = hosts[kind]
        opened.append(Notebook(host, page, workspace_in(host, f"w{next(NUMBERS)}")))
        return opened[-1]

    yield make
    for notebook in opened:
        notebook.leave()


@pytest.fixture
def lab(open_in):
    """Give a notebook in JupyterLab, in a workspace of its own."""
    return open_in("lab")


@pytest.fixture(params=KINDS)
def everywhere(request, open_in):
    """Give a notebook in each host, one after the other."""
    return open_in(request.param)


@pytest.fixture
def exports() -> Path:
    """Give the folder of sample files."""
    return Path(__file__).parent.parent / "samples"

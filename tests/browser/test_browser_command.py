"""`omoto studio` as a person starts it: the notebook in JupyterLab, and the page of voila without any code."""

import os
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.hosts import TOKEN, Host, environment_in, free_port, wait_for
from tests.browser.notebook import Notebook, workspace_in


@pytest.fixture
def command(tmp_path, page):
    """Give a function that starts the command in a fresh workspace, and gives the notebook that it opens."""
    started = []

    def start(kind, *options, more=()):
        port = free_port()
        environment = environment_in(tmp_path / "home")
        host = Host(kind, f"http://127.0.0.1:{port}", tmp_path, environment, None, tmp_path / "log")
        workspace = workspace_in(host, "space")
        words = [
            sys.executable,
            "-m",
            "omoto_kit",
            "studio",
            "--no-browser",
            "--port",
            str(port),
            *options,
            "--",
            *more,
        ]
        with host.log.open("wb") as log:
            process = subprocess.Popen(
                words, cwd=workspace, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        notebook = Notebook(host, page, workspace)
        notebook.path = workspace / "notebooks" / "studio.ipynb"
        return notebook, process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_the_notebook_opens_in_jupyterlab(command):
    """The workspace's notebook is there, and running it shows the studio; the second Ctrl-C ends all."""
    more = ["--ServerApp.allow_root=True", f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True"]
    notebook, process = command("lab", more=more)
    wait_for(f"{notebook.host.address}/api?token={TOKEN}", process, notebook.host.log)
    notebook.page.goto(f"{notebook.host.address}/lab/tree/notebooks/studio.ipynb?token={TOKEN}")
    notebook.wait_for_app()
    notebook.run_all()
    notebook.ready()
    expect(notebook.studio.get_by_text("SANDBOX", exact=True)).to_be_visible()
    notebook.check_quiet()
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 0


def test_the_page_shows_the_studio_and_no_code(command):
    """With --app the studio stands alone: no code is shown, and nothing is asked of another host."""
    notebook, process = command("voila", "--app")
    wait_for(f"{notebook.host.address}/voila/static/voila.js", process, notebook.host.log)
    notebook.page.goto(notebook.host.address)
    notebook.ready()
    expect(notebook.page.get_by_role("heading", name="Omoto studio")).to_be_visible()
    expect(notebook.page.get_by_text("import omoto_kit")).to_have_count(0)
    notebook.check_axe()
    notebook.check_quiet()


def test_the_page_is_as_good_in_the_dark(command):
    """In voila's dark theme every screen has the dark colours, and axe-core finds nothing on any of them."""
    notebook, process = command("voila", "--app", more=["--theme=dark"])
    wait_for(f"{notebook.host.address}/voila/static/voila.js", process, notebook.host.log)
    notebook.page.goto(notebook.host.address)
    studio = notebook.ready()
    ground = "one => getComputedStyle(one).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    assert max(studio.evaluate(ground)) < 64
    notebook.go("Intake")
    studio.get_by_label("Path or pattern").first.fill("data/kiosk-april.csv")
    studio.get_by_role("button", name="Read path", exact=True).click()
    studio.get_by_role("button", name="Check 202 rows").click()
    expect(studio).to_have_attribute("data-screen", "review")
    for title in ("Start", "Compose", "Intake", "Map", "Review", "Push", "History", "Plugins"):
        notebook.go(title)
        notebook.page.mouse.move(0, 0)
        for width in (1280, 768):
            notebook.page.set_viewport_size({"width": width, "height": 1000})
            notebook.picture(f"dark-{title.lower()}-{width}")
            notebook.check_axe()
    notebook.check_quiet()

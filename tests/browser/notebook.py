"""One notebook in a host, driven by a real Chromium: run, restart, reload, save, and what must hold on every screen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Locator, Page, expect

from omoto_kit.journey import init_workspace
from omoto_kit.plugins import Trust
from tests.browser import axe
from tests.browser.hosts import Host

SCREENS = Path(__file__).parent.parent.parent / "build" / "screens"
WIDTHS = (1280, 768)
THEMES = ("light", "dark")
IMPORT = "import omoto_kit as omoto"
#: What a host itself reports of its own parts, and what we cannot change.
HOSTS_OWN = (
    # Notebook 7 reads its settings while it still registers them, in its own code.
    "Cannot read properties of undefined (reading 'schema')\nTypeError",
)
APP = """
async (work) => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  %s
}
"""
RUN_ALL = (
    APP
    % """
  await panel.sessionContext.session.kernel.info;
  await jupyterapp.commands.execute('notebook:run-all-cells');
  const errors = [];
  for (const cell of panel.content.model.cells)
    for (const output of cell.toJSON().outputs || [])
      if (output.output_type === 'error') errors.push(`${output.ename}: ${output.evalue}`);
  return errors;
"""
)
RESTART = APP % "await panel.sessionContext.session.kernel.restart(); return [];"
SAVE = APP % "await panel.context.save(); return [];"
EXECUTE = (
    "async (code) => { await jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    ".requestExecute({ code }).done; }"
)
CELLS = "() => jupyterapp.shell.currentWidget.content.model.cells.length"
NAMED = """
() => {
  const one = document.activeElement;
  if (!one || !one.closest('.omoto') || one.matches('.omoto')) return null;
  const textOf = (id) => document.getElementById(id)?.innerText || '';
  const byId = (ids) => (ids || '').split(' ').map(textOf).join(' ').trim();
  const label = one.labels && one.labels.length ? one.labels[0].innerText : '';
  const name = one.getAttribute('aria-label') || byId(one.getAttribute('aria-labelledby')) || label || one.innerText;
  return `${one.getAttribute('role') || one.localName}: ${(name || '').trim().replace(/\\s+/g, ' ').slice(0, 60)}`;
}
"""


class Notebook:
    """A notebook file in a workspace of its own, open in one host.

    `page` is playwright's, `studio` the panel's element, `workspace` its folder. What the page's console and its
    requests told is kept from the first moment on.
    """

    def __init__(self, host: Host, page: Page, workspace: Path) -> None:
        self.host = host
        self.page = page
        self.workspace = workspace
        self.path = workspace / "notebooks" / "test.ipynb"
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self._hear("error", f"{error}\n{error.stack}"))
        page.on("request", self._look)

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not any(own in text for own in HOSTS_OWN):
            self.errors.append(text)

    def _look(self, request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname != "127.0.0.1":
            self.elsewhere.append(request.url)

    # The notebook

    def write(self, *cells: str) -> None:
        """Write the notebook's file with these cells of code."""
        book = nbformat.v4.new_notebook()
        book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(book, self.path)

    def open(self, path: Path | None = None) -> None:
        """Open the notebook's file in the host; voila runs it at once."""
        self.path = path or self.path
        self.page.goto(self.host.url_of(self.path))
        if self.host.kind == "voila":
            self.page.wait_for_selector("#rendered_cells", state="visible", timeout=60_000)
            return
        self.wait_for_app()

    def wait_for_app(self) -> None:
        """Wait until the host shows the notebook, and give it the whole width."""
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext && document.querySelector('.jp-Notebook')",
            timeout=60_000,
        )
        if self.host.kind == "lab":
            self.page.evaluate("() => jupyterapp.shell.collapseLeft()")

    def run_all(self) -> None:
        """Run every cell, and wait for the end. A cell that fails fails the test."""
        errors = self.page.evaluate(RUN_ALL)
        assert not errors, errors

    def show(self, *cells: str) -> Locator:
        """Write, open and run these cells below the import of the kit; give the last panel once it is ready."""
        self.write(IMPORT, *cells)
        self.open()
        if self.host.kind != "voila":
            self.run_all()
        return self.ready()

    def ready(self) -> Locator:
        """Wait until the last panel shows its screen."""
        expect(self.studio).to_have_attribute("data-ready", "true", timeout=30_000)
        return self.studio

    @property
    def studio(self) -> Locator:
        """The last panel of the page."""
        return self.page.locator(".omoto").last

    def go(self, title: str) -> None:
        """Turn to a screen by its button in the rail, and wait until it shows."""
        name = {"Map": "map"}.get(title, title.lower())
        rail = self.studio.get_by_role("navigation", name="Screens")
        rail.get_by_role("button", name=title).click()
        expect(self.studio).to_have_attribute("data-screen", name)
        self.ready()

    def restart(self) -> None:
        """Restart the kernel, as the toolbar's button does after its question."""
        self.page.evaluate(RESTART)

    def run(self, code: str, written: str = "") -> str:
        """Run code in the kernel, as a cell does, to its end; give what it wrote into a file of its folder."""
        self.page.evaluate(EXECUTE, code)
        return (self.path.parent / written).read_text(encoding="utf-8") if written else ""

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        if self.host.kind == "voila":
            self.page.wait_for_selector("#rendered_cells", state="visible", timeout=60_000)
        else:
            self.wait_for_app()

    def save(self) -> str:
        """Save the notebook, and give the text of its file."""
        self.page.evaluate(SAVE)
        return self.path.read_text(encoding="utf-8")

    def python(self, code: str) -> str:
        """Run a program in the workspace with the host's own variables, and give what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.workspace,
            env=self.host.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def counts(self, outbox: str = "outbox.db") -> dict[str, int]:
        """Count the workspace's outbox by state, from another process than the kernel."""
        code = f"import json, omoto_kit as o; print(json.dumps(o.Outbox({outbox!r}).counts()))"
        return json.loads(self.python(code))

    def leave(self) -> None:
        """Leave the page, and end its kernel: a machine has no room for those of all tests."""
        if self.host.kind == "voila":
            self.page.goto("about:blank")
        elif "jupyterapp" in self.page.evaluate("() => Object.keys(window)"):
            self.page.evaluate("() => jupyterapp.serviceManager.sessions.shutdownAll()")

    # What must hold on every screen

    def check_screen(self, name: str, *, keys: bool = True) -> None:
        """Check what stands for every screen, and keep its pictures as build/screens/NAME-WIDTH-THEME.png.

        In both themes and at both widths: axe-core finds nothing. No control cuts a cell by `x`, `dd` or `0 0`. Each
        control that Tab reaches has a name. The console told no error, and nothing was asked of another host.
        """
        for theme in THEMES if self.host.kind != "voila" else THEMES[:1]:
            self.theme(theme)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 1000})
                self.picture(f"{name}-{width}-{theme}")
                self.check_axe()
        self.theme("light")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 1000})
        nameless = [stop for stop in self.tab_order() if stop.endswith(": ")]
        assert not nameless, nameless
        if keys:
            self.check_keys()
        self.check_quiet()

    def check_axe(self) -> None:
        """Let axe-core look at the studio."""
        found = axe.violations(self.page, ".omoto")
        assert not found, "\n".join(found)

    def check_quiet(self) -> None:
        """No error in the console, and nothing asked of another host."""
        assert not self.errors, self.errors
        assert not self.elsewhere, self.elsewhere

    def check_keys(self) -> None:
        """The notebook's one-letter commands do nothing while anything of the studio has the focus."""
        if self.host.kind == "voila":
            return
        before = self.page.evaluate(CELLS)
        targets = self.studio.locator("button:not([disabled]), select, [tabindex='0']").all()
        kinds: dict[str, Locator] = {}
        for target in targets:
            if target.is_visible():
                kinds.setdefault(target.evaluate("one => one.localName + '.' + one.className + one.role"), target)
        for target in [*kinds.values(), self.studio]:
            target.focus()
            for key in ("x", "d", "d", "0", "0"):
                self.page.keyboard.press(key)
        assert self.page.evaluate(CELLS) == before, "a key cut a cell"
        expect(self.page.locator(".jp-Dialog")).to_have_count(0)

    def tab_order(self, most: int = 150) -> list[str]:
        """Walk through the studio by Tab; give each stop as "role: name"."""
        self.studio.evaluate("one => one.focus()")
        stops: list[str] = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(NAMED)
            if stop is None:
                break
            stops.append(stop)
        return stops

    def theme(self, theme: str) -> None:
        """Turn the host light or dark. voila takes its theme from its command line and is left as it is."""
        if self.host.kind == "voila":
            return
        name = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[theme]
        self.page.evaluate("name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })", name)
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", str(theme == "light").lower())

    def picture(self, name: str) -> Path:
        """Keep a picture of the whole studio under build/screens; for it, the window is made as high as that needs."""
        SCREENS.mkdir(parents=True, exist_ok=True)
        path = SCREENS / f"{self.host.kind}-{name}.png"
        window = self.page.viewport_size
        needed = self.studio.evaluate("one => Math.ceil(one.getBoundingClientRect().height)")
        self.page.set_viewport_size({"width": window["width"], "height": needed + 400})
        self.studio.screenshot(path=path, animations="disabled")
        self.page.set_viewport_size(window)
        return path


def workspace_in(host: Host, name: str) -> Path:
    """Write the example workspace, as `omoto init` does, for this host's user."""
    folder = host.root / name
    init_workspace(folder, Trust(Path(host.environment["XDG_CONFIG_HOME"]) / "omoto" / "trust.json"))
    return folder

"""Takes the README's pictures of the studio anew (`make pictures`); a person looks at them before they are kept."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.hosts import environment_in, start
from tests.browser.notebook import Notebook, workspace_in

KEPT = Path(__file__).parent.parent.parent / "notebooks" / "pictures"
LARGEST = 150_000
SIZE = {"width": 1180, "height": 900}
#: A studio over the example file. Its sandbox refuses one response, loses one reply, and is slow enough to be watched.
LAID = """
from omoto_kit.sandbox import Sandbox
from omoto_kit.studio import Desk
from omoto_kit.studio.app import whole
desk = Desk(sandbox=Sandbox(faults="400@12, drop@30, delay=0.03@all"))
desk.take("../data/kiosk-april.csv")
whole(desk)
"""


def review(notebook: Notebook) -> None:
    """Stand on the first problem of the example's rows."""
    notebook.go("Review")
    grid = notebook.studio.get_by_role("grid", name="Rows")
    expect(grid.locator(".og-body .og-row[data-loading='']")).not_to_have_count(0)
    grid.get_by_role("gridcell").first.click()
    notebook.page.keyboard.press("F8")
    expect(notebook.studio.get_by_text("Choose the right unit")).to_be_visible()


def push(notebook: Notebook) -> None:
    """Stop a push on its way, so that something waits for a person."""
    notebook.go("Push")
    notebook.studio.get_by_label("First releases").fill("0")
    notebook.studio.get_by_label("First releases").press("Tab")
    notebook.studio.get_by_role("button", name="Start the push", exact=True).click()
    half = re.compile(r"^(9\d|1[0-3]\d)$")
    expect(notebook.studio.get_by_role("progressbar")).to_have_attribute("aria-valuenow", half, timeout=60_000)
    notebook.studio.get_by_role("button", name="Pause", exact=True).click()
    expect(notebook.studio.get_by_role("status")).to_contain_text("Paused")


def shrink(path: Path) -> None:
    """Write a picture with 256 colours, which is all that a screen of text needs."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def main() -> int:
    """Take each picture in voila, where nothing but the studio is on the page; tell how large it is."""
    folder = Path(tempfile.mkdtemp())
    KEPT.mkdir(parents=True, exist_ok=True)
    host = start("voila", folder)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, env=environment_in(folder / "chromium"), args=FLAGS
            )
            notebook = Notebook(host, browser.new_page(viewport=SIZE), workspace_in(host, "example"))
            notebook.show(LAID)
            for take in (review, push):
                take(notebook)
                notebook.page.mouse.move(0, 0)
                path = KEPT / f"{take.__name__}.png"
                notebook.studio.screenshot(path=path, animations="disabled")
                shrink(path)
                print(f"{path.name}: {path.stat().st_size:,} bytes")  # noqa: T201  a script for a person
            browser.close()
    finally:
        host.stop()
        shutil.rmtree(folder)
    return int(any(path.stat().st_size > LARGEST for path in KEPT.glob("*.png")))


if __name__ == "__main__":
    sys.exit(main())

"""What a person waits for in the studio beside its grid, in a real JupyterLab: its start, a large file, a pause.

`python -m tests.benchmarks.bench_moments` prints the median and the worst of several runs, each taken inside the page:
from running the cell to a studio that can be used (in a fresh kernel, imports included, and in one that has it), from
choosing a file of 20 MB to what was understood of it, and from the click on Pause to the word that it is pausing and
to the end of the run. The sandbox takes 50 ms a reply meanwhile, and a pause lets the one on the wire finish.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.bench_studio import chromium, verdict

RUNS = 5
LIMIT = 60_000
SLOW = "delay=0.05@all"
#: What each may be at most, in milliseconds.
BUDGETS = {"start": 2_000, "start again": 2_000, "20 MB file": 2_000, "pause seen": 150}
CELL = """
async (code) => {
  const panel = jupyterapp.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  jupyterapp.commands.execute('notebook:insert-cell-below');
  const cell = panel.content.activeCell;
  cell.model.sharedModel.setSource(code);
  const start = performance.now();
  jupyterapp.commands.execute('notebook:run-cell');
  while (!cell.node.querySelector('.omoto[data-ready=true]')) await new Promise((next) => requestAnimationFrame(next));
  await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  return performance.now() - start;
}
"""
PAUSE = """
async () => {
  const root = [...document.querySelectorAll('.omoto')].pop();
  const until = async (text) => {
    while (!root.innerText.includes(text)) await new Promise((next) => requestAnimationFrame(next));
    await new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
    return performance.now() - start;
  };
  const button = [...root.querySelectorAll('button')].find((one) => one.innerText.trim() === 'Pause');
  const start = performance.now();
  button.click();
  return [await until('Pausing'), await until('Paused after')];
}
"""


def main() -> None:
    """Print a line for each moment, with what it may be at most."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.browser.hosts import start

    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        host = start("lab", Path(folder))
        try:
            for measure in (starts, intakes, pauses):
                for run in range(RUNS):
                    with notebook(host, browser, f"{measure.__name__}{run}") as book:
                        for name, figure in measure(book).items():
                            found.setdefault(name, []).append(figure)
        finally:
            host.stop()
    for name, figures in found.items():
        told = verdict(max(figures), BUDGETS.get(name), "ms")
        print(f"  {name:12} median {median(figures):>6,.0f} ms, worst {max(figures):>6,.0f} ms{told}")


def starts(book: Any) -> dict[str, float]:
    """Run the studio's cell in a fresh kernel, and once more."""
    code = "import omoto_kit as omoto\nomoto.studio()"
    return {"start": book.page.evaluate(CELL, code), "start again": book.page.evaluate(CELL, code)}


def intakes(book: Any) -> dict[str, float]:
    """Choose a file of 20 MB."""
    from tests.browser.test_browser_intake import FILES, LARGE, TIMED, large

    path = book.workspace / "large.csv"
    large(path, LARGE)
    book.page.evaluate(CELL, "from omoto_kit.studio import IntakePanel\nIntakePanel()")
    book.page.evaluate(TIMED)
    book.studio.get_by_label(FILES).set_input_files(path)
    book.page.wait_for_function("() => window.takenIn", timeout=LIMIT)
    return {"20 MB file": book.page.evaluate("() => window.takenIn")}


def pauses(book: Any) -> dict[str, float]:
    """Pause a push in its middle."""
    from tests.browser.test_browser_push import A_FEW, LAID, start

    book.page.evaluate(CELL, LAID.format(faults=SLOW))
    book.go("Push")
    start(book.studio)
    bar = book.studio.get_by_role("progressbar")
    _until(lambda: A_FEW.match(bar.get_attribute("aria-valuenow") or ""), book.page)
    seen, stopped = book.page.evaluate(PAUSE)
    return {"pause seen": seen, "stopped": stopped}


def _until(told: Callable[[], Any], page: Any) -> None:
    while not told():
        page.wait_for_timeout(20)


@contextmanager
def notebook(host: Any, browser: Any, name: str) -> Iterator[Any]:
    """Open an empty notebook in a workspace of its own; its kernel ends with it."""
    from tests.browser.notebook import Notebook, workspace_in

    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    book = Notebook(host, page, workspace_in(host, name))
    book.write("")
    try:
        book.open()
        yield book
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        context.close()


if __name__ == "__main__":
    main()

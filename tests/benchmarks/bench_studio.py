"""The review grid in a real JupyterLab, beside ipydatagrid on the same rows in the same run.

`python -m tests.benchmarks.bench_studio [ROWS...]` (1,000, 100,000 and 1,000,000 by default). All times are taken
inside the page, from the key or the click to the frame that shows what the kernel answered: an edit to its validated
cell, a jump to painted rows, a block of 1,500 pasted cells to the last one validated, a click on "Only problems" to the
first painted row. ipydatagrid validates nothing: its edit ends when the page shows that the kernel has the value.
Memory is the kernel's, above what it has with a thousand rows. Needs Chromium, and the extra `bench` to compare.
"""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

SIZES = (1_000, 100_000, 1_000_000)
EDITS, JUMPS, PASTES, FILTERS = 40, 25, 5, 3
BLOCK = 500  # rows of three columns: 1,500 cells
LIMIT = 120_000
#: What each figure may be at most, by number of rows; the share is that of ipydatagrid's time.
BUDGETS = {
    ("edit", 100_000): 60,
    ("jump", 100_000): 100,
    ("jump", 1_000_000): 100,
    ("paste", 100_000): 150,
    ("filter", 1_000_000): 250,
    ("memory", 100_000): 150,
}
SHARE = 1 / 8
PEER_ALONE = "ipydatagrid"
CONTRACT = """
[campaign]
id = "154"
channels = ["kiosk", "web"]
[rating]
scale = [0, 10]
required = true
[categories]
Price = ["Too high", "Unclear"]
[units]
names = [%s]
[attributes.unitname]
required = true
[attributes.agent]
[attributes.visit]
kind = "date"
[attributes.city]
[identity]
columns = ["Id"]
[columns]
npsrating = "Rating"
comment = "Comment"
channel = "Channel"
"customerinfo.regid" = "Id"
"customerinfo.name" = "Name"
"customerinfo.mobileno" = "Mobile"
"customerinfo.email" = "Email"
"namevaluemap.unitname" = "Store"
"namevaluemap.city" = "City"
"namevaluemap.agent" = "Agent"
"namevaluemap.visit" = "Visit"
"catnpsmap.Price" = { column = "Price", split = ";" }
"""
FIRST = """
import gc, json
from pathlib import Path
from omoto_kit.plugins import Plugins
from omoto_kit.studio import Desk, ReviewGrid

def memory():
    gc.collect()
    return int(Path('/proc/self/statm').read_text().split()[1]) * 4096 / 2**20

desk = Desk('bench.toml')
desk.plugins = Plugins()
desk.take('warm.csv')
ReviewGrid(desk)
before = memory()
"""
TAKE = "batch = desk.take('rows.csv')"
SHOW = "ReviewGrid(desk)"
WEIGH = "Path('memory.json').write_text(json.dumps(memory() - before))"
PEER = """
import ipywidgets, pandas
from ipydatagrid import DataGrid
frame = pandas.read_csv('rows.csv', dtype=str, keep_default_na=False)
said = ipywidgets.HTML('<span class="said">-</span>')
grid = DataGrid(frame, editable=True, layout={'height': '520px'}, selection_mode='cell')
grid.on_cell_change(lambda cell: setattr(said, 'value', f'<span class="said">{cell["value"]}</span>'))
display(said, grid)
"""
WATCH = """
() => {
  const found = window.found = { edits: [], pastes: [] };
  let since = 0, what = null;
  const begin = (name) => { since = performance.now(); what = name; };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.classList.contains('og-editor')) begin('edits');
  }, true);
  document.addEventListener('paste', () => begin('pastes'), true);
  new MutationObserver((list) => {
    const checked = (one) => one.attributeName === 'data-wait' && !('wait' in one.target.dataset);
    if (!what || !list.some(checked) || document.querySelector('[data-wait]')) return;
    const [start, name] = [since, what];
    what = null;
    requestAnimationFrame(() => setTimeout(() => found[name].push(performance.now() - start)));
  }).observe(document.querySelector('.og-body'), { subtree: true, attributes: true });
}
"""
JUMP = """
(share) => new Promise((done) => {
  const scroller = document.querySelector('.og-scroll');
  const rows = Number(document.querySelector('.og').getAttribute('aria-rowcount'));
  const start = performance.now();
  scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
  const look = () => {
    const box = scroller.getBoundingClientRect();
    const seen = [...document.querySelectorAll('.og-body .og-row')].filter((row) => {
      const own = row.getBoundingClientRect();
      return own.height && own.top >= box.top + 40 && own.bottom <= box.bottom;
    });
    const there = seen.length > 10 && seen.every((row) => row.dataset.loading === '')
      && Math.abs(Number(seen[0].getAttribute('aria-rowindex')) / rows - share) < 0.02;
    if (there) setTimeout(() => done(performance.now() - start));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""
FILTER = """
() => new Promise((done) => {
  const grid = document.querySelector('.og');
  const before = grid.getAttribute('aria-rowcount');
  const start = performance.now();
  document.querySelector('.o-rv-only').click();
  const look = () => {
    const row = grid.querySelector('.og-body .og-row[aria-rowindex="2"][data-loading=""]');
    if (grid.getAttribute('aria-rowcount') !== before && row) setTimeout(() => done(performance.now() - start));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""
PEER_PAINTED = """
() => [...document.querySelectorAll('.lm-DataGrid canvas')].some((canvas) => {
  if (canvas.width < 200) return false;
  const cells = canvas.getContext('2d').getImageData(90, 30, 300, 150).data;
  let dark = 0;
  for (let at = 0; at < cells.length; at += 4) dark += cells[at] < 120 && cells[at + 3] > 0;
  return dark > 100;
})
"""
PEER_WATCH = """
() => {
  window.found = [];
  let since = 0;
  document.addEventListener('keydown', (event) => { if (event.key === 'Enter') since = performance.now(); }, true);
  const panel = document.querySelector('.said').closest('.jp-OutputArea');
  new MutationObserver(() => {
    const said = panel.querySelector('.said');
    if (!since || !said || said.textContent === window.last) return;
    window.last = said.textContent;
    const start = since;
    since = 0;
    requestAnimationFrame(() => setTimeout(() => window.found.push(performance.now() - start)));
  }).observe(panel, { subtree: true, childList: true, characterData: true });
}
"""


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print a table for each size, with what each figure may be at most."""
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from tests.browser.hosts import start

    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        host = start("lab", Path(folder))
        try:
            for rows in sizes:
                compare(host, browser, rows)
        finally:
            host.stop()


def compare(host: Any, browser: Any, rows: int) -> None:
    """Measure our grid and ipydatagrid on the same rows."""
    ours = studio_figures(host, browser, rows)
    print(f"{rows:,} rows")
    for name, figure in ours.items():
        unit = "MB" if name == "memory" else "ms"
        most = BUDGETS.get((name, rows))
        print(f"  {name:8} {figure:>8,.0f} {unit}{verdict(figure, most, unit)}")
    if importlib.util.find_spec("ipydatagrid") is None:
        print("  ipydatagrid is left out, since it is not installed")
        return
    told = peer_apart(rows)
    if told is None:
        return
    paint, edit = told
    share = ours["median"] / edit
    print(f"  ipydatagrid: paint {paint:,.0f} ms, edit {edit:,.0f} ms (median)")
    print(f"  an edit takes {share:.3f} of ipydatagrid's time{verdict(share, SHARE, '')}")


def peer_apart(rows: int) -> tuple[float, float] | None:
    """Measure ipydatagrid in a process of its own, since it may take the browser's driver with it; say so then."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_studio", PEER_ALONE, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        paint, edit = json.loads(done.stdout.splitlines()[-1])
        return paint, edit
    words = [line for line in done.stderr.splitlines() if "FATAL" in line or "Error" in line]
    print(f"  ipydatagrid does not come up with {rows:,} rows: {words[0].strip() if words else done.returncode}")
    return None


def peer_alone(rows: int) -> None:
    """Print ipydatagrid's two figures as JSON."""
    from tests.browser.hosts import start

    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder)) as browser:
        host = start("lab", Path(folder))
        try:
            print(json.dumps(peer_figures(host, browser, rows)))
        finally:
            host.stop()


def verdict(figure: float, most: float | None, unit: str) -> str:
    """Say whether a figure holds its budget, where it has one."""
    if most is None:
        return ""
    return f"   at most {most:g} {unit}: {'holds' if figure <= most else 'FALLS SHORT'}"


def studio_figures(host: Any, browser: Any, rows: int) -> dict[str, float]:
    """Measure the review of so many rows; 95th percentiles but for what its name says otherwise."""
    with opened(host, browser, rows, [FIRST, TAKE]) as book:
        page = book.page
        book.run_all()
        paint = page.evaluate(
            """async (code) => {
              const panel = jupyterapp.shell.currentWidget;
              jupyterapp.commands.execute('notebook:insert-cell-below');
              const cell = panel.content.activeCell;
              cell.model.sharedModel.setSource(code);
              const start = performance.now();
              jupyterapp.commands.execute('notebook:run-cell');
              const shown = () => cell.node.querySelector('.og-body .og-row[data-loading=""]');
              while (!shown()) await new Promise((next) => requestAnimationFrame(next));
              return performance.now() - start;
            }""",
            SHOW,
        )
        page.evaluate(WATCH)
        edits = measured_edits(page)
        jumps = [page.evaluate(JUMP, (step * 7919 % JUMPS) / (JUMPS + 1)) for step in range(JUMPS)]
        pastes = measured_pastes(page)
        filters = []
        for _ in range(FILTERS):
            filters.append(page.evaluate(FILTER))
            page.evaluate(FILTER)  # and all rows again
        weight = book.weigh()
    return {
        "paint": paint,
        "median": median(edits),
        "edit": percentile(edits),
        "jump": percentile(jumps),
        "paste": percentile(pastes),
        "filter": percentile(filters),
        "memory": weight,
    }


def measured_edits(page: Any) -> list[float]:
    """Type ratings one below the other, some of them wrong, each after the one before was validated."""
    at = page.locator(".og-head [role=columnheader]", has_text="Rating").get_attribute("aria-colindex")
    page.locator(f".og-body [aria-rowindex='3'] [aria-colindex='{at}']").click()
    for done in range(1, EDITS + 1):
        now = page.evaluate("document.activeElement.textContent")
        page.keyboard.type(f"x{done}" if done % 5 == 0 else "7" if now != "7" else "8")
        page.keyboard.press("Enter")
        page.wait_for_function("done => window.found.edits.length >= done", arg=done)
        page.wait_for_timeout(120)  # a person's pause: the side panel asks about the next cell meanwhile
    return page.evaluate("window.found.edits")


def measured_pastes(page: Any) -> list[float]:
    """Paste blocks of new texts over name, mobile number and address, some of them wrong."""
    at = page.locator(".og-head [role=columnheader]", has_text="Name").get_attribute("aria-colindex")
    page.evaluate("document.querySelector('.og-scroll').scrollTop = 0")
    for done in range(1, PASTES + 1):
        page.locator(f".og-body [aria-rowindex='3'] [aria-colindex='{at}']").click()
        lines = [f"Asha {done}-{n}\t98765{n % 90000:05d}\tasha{n}.{done}@example.com" for n in range(BLOCK)]
        page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join(lines))
        page.keyboard.press("Control+v")
        page.wait_for_function("done => window.found.pastes.length >= done", arg=done, timeout=LIMIT)
        page.wait_for_timeout(300)
    return page.evaluate("window.found.pastes")


def peer_figures(host: Any, browser: Any, rows: int) -> tuple[float, float]:
    """Measure ipydatagrid: from running its cell to its first painted rows, and an edit."""
    import time

    with opened(host, browser, rows, [PEER]) as book:
        page = book.page
        start = time.perf_counter()
        book.run_all()
        page.wait_for_function(PEER_PAINTED, timeout=LIMIT)
        paint = (time.perf_counter() - start) * 1000
        page.evaluate(PEER_WATCH)
        box = page.locator(".lm-DataGrid").first.bounding_box()
        for done in range(1, 7):
            page.mouse.click(box["x"] + 190, box["y"] + 48 + 20 * done)
            page.wait_for_timeout(250)
            page.keyboard.type(f"new{done}")
            page.keyboard.press("Enter")
            page.wait_for_function("done => window.found.length >= done", arg=done, timeout=LIMIT)
        return paint, median(page.evaluate("window.found"))


def percentile(figures: Sequence[float], share: float = 0.95) -> float:
    """Give the figure that so large a share of all does not exceed."""
    return sorted(figures)[min(len(figures) - 1, int(len(figures) * share))]


@contextmanager
def opened(host: Any, browser: Any, rows: int, cells: Sequence[str]) -> Iterator[Any]:
    """Open a notebook with these cells in a folder that has the rows; its kernel ends with it."""
    from tests.browser.notebook import Notebook

    class Weighed(Notebook):
        """A notebook that tells what its kernel weighs."""

        def weigh(self) -> float:
            """Ask the kernel what it weighs more than with few rows, in MB."""
            self.page.evaluate(
                """async (code) => {
                  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                  await kernel.requestExecute({ code }).done;
                }""",
                WEIGH,
            )
            return float(json.loads((self.path.parent / "memory.json").read_text(encoding="utf-8")))

    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    workspace = Path(tempfile.mkdtemp(dir=host.root))
    book = Weighed(host, page, workspace)
    book.write(*cells)
    write_sample(book.path.parent, rows)
    try:
        book.open()
        yield book
        page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    finally:
        context.close()


@contextmanager
def chromium(folder: Path) -> Iterator[Any]:
    """Start a real Chromium without a window."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS
    from tests.browser.hosts import environment_in

    if not CHROMIUM:
        raise FileNotFoundError("Chromium")
    with sync_playwright() as playwright:
        home = environment_in(folder / "chromium")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, env=home, args=FLAGS)
        yield browser
        browser.close()


def write_sample(folder: Path, rows: int) -> None:
    """Write a contract, the rows, and a thousand rows to warm up with; the same for the same number of rows."""
    units = [f"Store {number:03d} {place}" for number in range(200) for place in ("North", "South")]
    (folder / "bench.toml").write_text(CONTRACT % ", ".join(f'"{name}"' for name in units), encoding="utf-8")
    sample(rows, units).write_csv(folder / "rows.csv")
    sample(1_000, units).write_csv(folder / "warm.csv")


def sample(rows: int, units: Sequence[str]) -> pl.DataFrame:
    """Make twelve columns of survey answers, about one in twenty with something wrong."""
    chance = random.Random(7)
    number = range(rows)
    words = (
        "billing",
        "slow",
        "staff",
        "helpful",
        "price",
        "high",
        "internet",
        "waited",
        "long",
        "queue",
        "fine",
        "app",
    )
    pool = [" ".join(chance.choices(words, k=chance.randrange(3, 14))) for _ in range(5_000)]
    return pl.DataFrame(
        {
            "Id": [f"EXL{n:07d}" for n in number],
            "Visit": [f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in number],
            "Store": [chance.choice(units) if chance.random() > 0.01 else "Stoer 001 North" for _ in number],
            "City": [chance.choice(("Bengaluru", "Mumbai", "Dubai", "Pune", "")) for _ in number],
            "Name": [
                f"{chance.choice(('Asha', 'Omar', 'Ravi'))} {chance.choice(('Rao', 'Khan', 'Iyer'))}" for _ in number
            ],
            "Mobile": [str(chance.randrange(7_000_000_000, 9_999_999_999)) for _ in number],
            "Email": [f"user{n}@example.com" if chance.random() > 0.02 else "n/a" for n in number],
            "Rating": [
                str(chance.randrange(11)) if chance.random() > 0.02 else chance.choice(("11", "nine", "-1"))
                for _ in number
            ],
            "Price": [chance.choice(("", "", "Too high", "Unclear")) for _ in number],
            "Comment": [f"{chance.choice(pool)} {n}" for n in number],
            "Channel": [chance.choice(("kiosk", "web")) for _ in number],
            "Agent": [f"AG{chance.randrange(400):03d}" for _ in number],
        }
    )


if __name__ == "__main__":
    if sys.argv[1:2] == [PEER_ALONE]:
        peer_alone(int(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or SIZES)

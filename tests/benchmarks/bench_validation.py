"""Read, map, normalise, check, encode: rows a CPU second and peak memory, beside other ways on the same file.

`python -m tests.benchmarks.bench_validation [ROWS...]` (100,000 and 1,000,000 by default). Each way runs in a process
of its own, ours and the prototype's in turn; CPU seconds are those of that process, without its start. Ours has the
environment of `omoto check` and `omoto push`: one thread, and memory that is kept for the next block. Other ways than
ours do less: they keep no change, no message and no suggestion. What takes a part of the rows only says so.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from omoto_kit.cli.app import FRUGAL
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from tests.benchmarks.peers import PEERS, read, unit_names
from tests.validation.surveys import Survey

SHARED = Path(__file__).parents[3] / "shared"
GENERATOR = SHARED / "bench" / "make_survey.py"
PROTOTYPE = SHARED / "prototypes" / "validation" / "limit.py"
SIZES = (100_000, 1_000_000)
#: Runs of which the median counts, and rows beyond which only the quick ways are run.
RUNS, QUICK_ONLY = 3, 200_000
#: Rows that the slow ways take, at most.
MOST = {"loop": 20_000, "bare": 20_000, "core": 20_000, "parsed": 20_000, "frictionless": 20_000}
OURS = ("ours", "plugins")
WORDS = {
    "ours": "omoto_kit, in batches: fixes, messages, changes",
    "plugins": "the same with the plugins that come with it",
    "prototype": "the prototype's limit: codes only",
    "bare": "pydantic-core alone: types of finished responses, dicts",
    "core": "pydantic-core alone: finished `Response`s, dicts",
    "parsed": "pydantic-core alone: finished `Response`s, JSON",
    "loop": "pandas iterrows + pydantic + JSON",
}


def main(*sizes: int) -> None:
    """Print one line a way, for each size."""
    if not GENERATOR.is_file():
        raise FileNotFoundError(GENERATOR)
    print(f"one response, composed, enriched and validated: {_single():.1f} ms")
    for rows in sizes or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            make = [sys.executable, str(GENERATOR), str(rows), folder, "--no-truth"]
            subprocess.run(make, check=True, capture_output=True)
            _table(rows, folder)


def _table(rows: int, folder: str) -> None:
    """Measure every way, ours and the prototype's in turn, and print them."""
    slow = ("bare", "core", "parsed", "loop", *(name for name in ("plugins", *PEERS) if rows <= QUICK_ONLY))
    turns = [name for _ in range(RUNS) for name in ("ours", "prototype")] + list(slow)
    found: dict[str, list[dict[str, float]]] = {}
    for name in turns:
        if _absent(name) is None:
            found.setdefault(name, []).append(_measured(name, folder))
    ours = median(run["rate"] for run in found["ours"])
    print(f"{rows:,} rows; of ours and the prototype the median of {RUNS} runs in turn")
    for name in dict.fromkeys(turns):
        absent = _absent(name)
        if absent is not None:
            print(f"  {WORDS.get(name, name):52} NOT MEASURED: {absent}")
            continue
        rate, peak = median(run["rate"] for run in found[name]), max(run["peak"] for run in found[name])
        ratio = f"ours is {ours / rate:6.2f}x" if name not in OURS else ""
        part = f"  (of {MOST[name]:,} rows)" if MOST.get(name, rows) < rows else ""
        print(f"  {WORDS.get(name, name):52} {rate:>10,.0f} rows/CPU s  {peak:>5.0f} MB  {ratio}{part}")
    if rows > QUICK_ONLY:
        print(f"  not run at this size: {WORDS['plugins']}, {', '.join(PEERS)}; see the smaller one")


def _absent(name: str) -> str | None:
    """Say why a way cannot be run here; None where it can."""
    if name == "prototype" and not PROTOTYPE.is_file():
        return f"{PROTOTYPE} is not there"
    if name in PEERS and importlib.util.find_spec(name) is None:
        return "it is not installed; `pip install -e .[bench]` does that"
    return None


def _measured(name: str, folder: str) -> dict[str, float]:
    """Run one way in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_validation", "--way", name, folder]
    if name == "prototype":
        command = [sys.executable, str(PROTOTYPE), folder]
    environment = os.environ | FRUGAL if name in OURS else None
    said = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2], env=environment
    )
    one = json.loads(said.stdout.splitlines()[-1])
    rate = one.get("rows_per_cpu_s") or one["rows"] / one["cpu"]
    return {"rate": rate, "peak": one.get("peak_mb") or one["peak"]}


def _single(runs: int = 50) -> float:
    """Take one response of a form the whole way, again and again; give the median in milliseconds."""
    from omoto_kit.enrichment import enrich
    from omoto_kit.intake import column_map, compose
    from omoto_kit.intake import read as read_rows
    from omoto_kit.validation import validate

    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(GENERATOR), "20", folder, "--no-truth"], check=True, capture_output=True)
        campaign, rows = Survey(folder).campaign, read(Path(folder) / "survey.csv")
    plugins = Plugins()
    form = read_rows(rows.head(1).to_dicts())
    columns = column_map(form, campaign)
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        validate(enrich(compose(form, campaign, columns), plugins=plugins), plugins=plugins)
        taken.append(time.perf_counter() - start)
    return median(taken) * 1000


Run = Callable[[], int]


def _ours(folder: Path, *, enriched: bool = False) -> Run:
    """Take the file the road that `omoto check` takes, as far as the jsonbody texts."""
    from omoto_kit.wire import encode_frame

    plugins = Plugins.load() if enriched else Plugins()

    def run() -> int:
        stream = _stream(folder, plugins)
        for batch in stream.batches():
            encode_frame(batch)
            del batch  # so that it is not in memory beside the next one
        return int(stream.counts["rows"])

    return run


def _stream(folder: Path, plugins: Plugins) -> Any:
    stream = prepare_stream(folder / "survey.csv", Survey(folder).campaign, plugins, least=0)
    if stream is None:
        raise FileNotFoundError("the survey is no clean file")
    return stream


def _loop(folder: Path) -> Run:
    """Do what people write by hand, with the prototype's exact rules: a row at a time, and through a model."""
    import pandas as pd

    from omoto_kit.response import Response

    sys.path.insert(0, str(PROTOTYPE.parent))
    rules = importlib.import_module("rules")
    spec = rules.load_spec(str(folder))

    def run() -> int:
        frame = pd.read_csv(folder / "survey.csv", dtype=str, keep_default_na=False, nrows=MOST["loop"])
        for _, row in frame.iterrows():
            cells = [row[name] for name in frame.columns]
            values, found = rules.check(cells, spec)
            if all(rules.SEVERITY.get(code) == "warning" for _, code, _ in found):
                Response.from_json(rules.wire(values, cells, spec)).encode()
        return len(frame)

    return run


def _bare(folder: Path) -> Run:
    """Let pydantic-core check nothing but the types of finished responses that are dicts."""
    from pydantic import BaseModel

    class Customer(BaseModel):
        email: str | None = None
        regid: str | None = None
        registrationno: str | None = None
        mobileno: str | None = None
        name: str | None = None

    class Bare(BaseModel):
        campaignid: str
        channel: str | None = None
        campaigntype: str | None = None
        catnpsmap: dict[str, list[str]] | None = None
        npsrating: str | None = None
        comment: str | None = None
        customerinfo: Customer | None = None
        namevaluemap: dict[str, str] | None = None

    check, bodies = Bare.__pydantic_validator__, [json.loads(body) for body in _bodies(folder)]
    return lambda: len([check.validate_python(body) for body in bodies])


def _core(folder: Path) -> Run:
    """Let pydantic-core check finished responses that are dicts; nothing is read, mapped, normalised or written."""
    from omoto_kit.response import Response

    bodies = [json.loads(body) for body in _bodies(folder)]
    return lambda: len([Response.model_validate(body) for body in bodies])


def _parsed(folder: Path) -> Run:
    """Let pydantic-core parse and check finished responses."""
    from omoto_kit.response import Response

    bodies = _bodies(folder)
    return lambda: len([Response.model_validate_json(body) for body in bodies])


def _bodies(folder: Path) -> list[str]:
    """Give finished responses of the survey, again and again where it has too few."""
    from omoto_kit.wire import encode_rows

    bodies = [body for _, body in encode_rows(next(_stream(folder, Plugins()).batches()))]
    return (bodies * (MOST["core"] // len(bodies) + 1))[: MOST["core"]]


def _peer(name: str, folder: Path) -> Run:
    """Let another library count the errors; reading is a part of it."""
    units, path = Survey(folder).spec["units"], folder / f"{name}.csv"
    frame = unit_names(read(folder / "survey.csv").head(MOST.get(name, sys.maxsize)), units)
    frame.write_csv(path)
    PEERS[name](_first(frame, folder), units)  # what is imported once, and compiled, is not timed

    def run() -> int:
        PEERS[name](path, units)
        return int(frame.height)

    return run


def _first(frame: Any, folder: Path) -> Path:
    frame.head(10).write_csv(folder / "first.csv")
    return folder / "first.csv"


def _way(name: str, folder: Path) -> None:
    """Run one way, and print its rows, CPU seconds and peak memory."""
    ways = {
        "ours": _ours,
        "plugins": partial(_ours, enriched=True),
        "loop": _loop,
        "bare": _bare,
        "core": _core,
        "parsed": _parsed,
    }
    run = ways[name](folder) if name in ways else _peer(name, folder)
    start = time.process_time()
    rows = run()
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    if "--way" in sys.argv:
        _way(sys.argv[2], Path(sys.argv[3]))
    else:
        main(*(int(argument) for argument in sys.argv[1:]))

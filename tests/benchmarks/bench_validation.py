"""Read, map, normalise, check, encode: rows a CPU second and peak memory, beside other ways on the same file.

`python -m tests.benchmarks.bench_validation [ROWS]` (100,000 by default). Each way runs in a process of its own; CPU
seconds are those of that process, without its start. The loop of pandas and pydantic, and pydantic alone, take the
first rows only. Other ways than ours do less: they keep no change, no message and no suggestion.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SHARED = Path(__file__).parents[3] / "shared"
GENERATOR = SHARED / "bench" / "make_survey.py"
PROTOTYPE = SHARED / "prototypes" / "validation" / "limit.py"
#: Rows that the slow ways take, and runs of which the median counts.
SAMPLE, RUNS = 20_000, 3
PEERS = ("pandera", "frictionless", "pointblank", "dataframely")


def main(rows: int = 100_000) -> None:
    """Print one line a way."""
    if not GENERATOR.is_file():
        raise FileNotFoundError(GENERATOR)
    with tempfile.TemporaryDirectory() as folder:
        make = [sys.executable, str(GENERATOR), str(rows), folder, "--no-truth"]
        subprocess.run(make, check=True, capture_output=True)
        ways = {name: _measured(name, folder) for name in ("ours", "prototype", "core", "loop")}
    ours = ways["ours"]["rate"]
    names = {
        "ours": "omoto_kit, in batches: fixes, messages, changes",
        "prototype": "the prototype's limit: codes only",
        "core": f"pydantic-core alone, {SAMPLE:,} finished responses",
        "loop": f"pandas iterrows + pydantic, {SAMPLE:,} rows",
    }
    print(f"{rows:,} rows, median of {RUNS}")
    for name, words in names.items():
        way = ways[name]
        ratio = f"ours is {ours / way['rate']:6.2f}x" if name != "ours" else ""
        print(f"  {words:52} {way['rate']:>10,.0f} rows/CPU s  {way['peak']:>5.0f} MB  {ratio}")
    absent = [name for name in PEERS if importlib.util.find_spec(name) is None]
    print(f"  left out, since not installed: {', '.join(absent)}" if absent else "  peers are not measured here")


def _measured(name: str, folder: str) -> dict[str, float]:
    """Run one way in processes of its own, and take the median."""
    command = [sys.executable, "-m", "tests.benchmarks.bench_validation", "--way", name, folder]
    if name == "prototype":
        command = [sys.executable, str(PROTOTYPE), folder]
    found = []
    for _ in range(RUNS):
        said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        found.append(json.loads(said.stdout.splitlines()[-1]))
    rates = [one.get("rows_per_cpu_s") or one["rows"] / one["cpu"] for one in found]
    return {"rate": median(rates), "peak": max(one.get("peak_mb") or one["peak"] for one in found)}


def _ours(folder: Path) -> int:
    """Take the file the road that `omoto check` takes, as far as the jsonbody texts."""
    from omoto_kit.journey.streaming import prepare_stream
    from omoto_kit.plugins import Plugins
    from omoto_kit.wire import encode_frame
    from tests.validation.surveys import Survey

    stream = prepare_stream(folder / "survey.csv", Survey(folder).campaign, Plugins(), least=0)
    if stream is None:
        raise FileNotFoundError("the survey is no clean file")
    for batch in stream.batches():
        encode_frame(batch)
    return stream.counts["rows"]


def _loop(folder: Path) -> int:
    """Do what people write by hand, with the prototype's exact rules: a row at a time, and through a model."""
    import pandas as pd

    from omoto_kit.response import Response

    sys.path.insert(0, str(PROTOTYPE.parent))
    rules = importlib.import_module("rules")
    spec = rules.load_spec(str(folder))
    frame = pd.read_csv(folder / "survey.csv", dtype=str, keep_default_na=False, nrows=SAMPLE)
    for _, row in frame.iterrows():
        cells = row.tolist()
        values, found = rules.check(cells, spec)
        if all(rules.SEVERITY.get(code) == "warning" for _, code, _ in found):
            Response.from_json(rules.wire(values, cells, spec)).encode()
    return len(frame)


def _core(folder: Path) -> int:
    """Let pydantic-core parse and check finished responses; nothing is read, mapped, normalised or written."""
    from omoto_kit.response import Response

    for text in (folder / "bodies.jsonl").read_bytes().splitlines():
        Response.model_validate_json(text)
    return SAMPLE


def _prepare(name: str, folder: Path) -> None:
    """Make what a way needs before the clock starts."""
    if name == "core" and not (folder / "bodies.jsonl").exists():
        from omoto_kit.journey.streaming import prepare_stream
        from omoto_kit.plugins import Plugins
        from omoto_kit.wire import encode_rows
        from tests.validation.surveys import Survey

        stream = prepare_stream(folder / "survey.csv", Survey(folder).campaign, Plugins(), least=0)
        if stream is None:
            raise FileNotFoundError("the survey is no clean file")
        bodies = [body for _, body in encode_rows(next(stream.batches()))]
        bodies = (bodies * (SAMPLE // len(bodies) + 1))[:SAMPLE]
        (folder / "bodies.jsonl").write_text("\n".join(bodies), encoding="utf-8")


def _way(name: str, folder: Path) -> None:
    """Run one way, and print its rows, CPU seconds and peak memory."""
    _prepare(name, folder)
    start = time.process_time()
    rows = {"ours": _ours, "loop": _loop, "core": _core}[name](folder)
    cpu = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "cpu": cpu, "peak": peak}))


if __name__ == "__main__":
    if "--way" in sys.argv:
        _way(sys.argv[2], Path(sys.argv[3]))
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))

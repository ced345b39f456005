"""Run measurements: `python -m tests.benchmarks [name...]`, each bench_*.py's main(), all of them without a name."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the named benchmarks one after the other; one that cannot run here says so and the others go on."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    strange = [name for name in names if name.removeprefix("bench_") not in known]
    if strange:
        print(f"There is no benchmark {', '.join(strange)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    for name in [name.removeprefix("bench_") for name in names] or known:
        print(f"\n== {name}", flush=True)
        try:
            importlib.import_module(f"tests.benchmarks.bench_{name}").main()
        except (ImportError, FileNotFoundError) as error:
            print(f"left out: {error}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

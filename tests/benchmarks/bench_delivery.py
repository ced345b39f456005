"""Durable delivery beside the loop people write today: a bare `requests.Session.post` of the same forms.

Both send to the same fast server on this machine, in turns, and what is printed are ratios, medians over the rounds.
Run it by `python -m tests.benchmarks.bench_delivery [--rounds N] [--only sends|store]`; the store takes a minute and a
half, most of it for a million rows.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import requests

from omoto_kit.batch import Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import HttpEndpoint, Outbox
from omoto_kit.delivery.store import SqliteStore

SERVER_C = Path(__file__).with_name("server.c")
SERVER_PY = """
import socketserver, sys, time
OK = b'HTTP/1.1 200 OK\\r\\nContent-Length: 20\\r\\n\\r\\n{"status":"success"}'
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline():
            length = 0
            while (line := self.rfile.readline()) != b"\\r\\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line[15:])
            self.rfile.read(length)
            time.sleep(float(sys.argv[2]) / 1000)
            self.wfile.write(OK)
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
#: Delay of the server in milliseconds, and how many responses a round sends at it.
SENDS = {0: 1500, 5: 200, 50: 20}
#: Rows of the store that is measured, and rounds at it.
STORES = {100_000: 3, 1_000_000: 1}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WRITTEN = 16384  #: bytes that a claim with the outcome before it writes: four pages
MEMORY = Path("/dev/shm")  # noqa: S108  a disk of no time, to part what the code costs from what the disk costs


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds of some work."""

    wall: float
    cpu: float


def cost_of(work: Callable[[], object]) -> Cost:
    """Measure one run."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def say(what: str, figure: float, unit: str, bar: float | None = None, *, most: bool = False) -> None:
    """Print a line: the figure, the bar beside it, and whether it holds."""
    verdict = ""
    if bar is not None:
        holds = figure <= bar if most else figure >= bar
        verdict = f"  (bar: {'at most' if most else 'at least'} {bar:,g}{unit})  {'holds' if holds else 'falls short'}"
    print(f"{what:<72} {figure:>12,.2f}{unit}{verdict}", flush=True)


@contextlib.contextmanager
def serving(folder: Path, delay: int) -> Iterator[str]:
    """Run a server in a process of its own, in C where there is a compiler; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program, compiler = folder / "server", shutil.which("gcc") or shutil.which("cc")
    if compiler and not program.exists():
        subprocess.run([compiler, "-O2", "-pthread", "-o", program, SERVER_C], check=True)
    command = [str(program)] if compiler else [sys.executable, "-c", SERVER_PY]
    process = subprocess.Popen([*command, str(port), str(delay)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/omoto/response.htm?key=k-123"
    finally:
        process.kill()
        process.wait()


def batch_of(rows: int, name: str = "bench.csv") -> Batch:
    """Make a batch of answers of a usual size."""
    numbers = pl.int_range(rows, eager=True)
    text = numbers.cast(pl.String)
    words = "Staff was helpful, but the wait at the counter was far too long on Saturday"
    values = pl.DataFrame(
        {
            "row": numbers + 2,
            "key": pl.Series([None] * rows, dtype=pl.String),
            "campaignid": ["154"] * rows,
            "channel": ["kiosk"] * rows,
            "npsrating": (numbers % 11).cast(pl.String),
            "comment": words + " " + text,
            "customerinfo.email": "guest" + text + "@example.com",
            "customerinfo.mobileno": (numbers + 9_663_000_000).cast(pl.String),
            "customerinfo.name": ["Asha Rao"] * rows,
            "namevaluemap.unitname": ["Koramangala 4th Block"] * rows,
            "namevaluemap.city": ["Bengaluru"] * rows,
        }
    )
    return Batch(Campaign(id="154"), Source(name, path=f"/data/{name}", fingerprint=name), values)


def forms_of(outbox: Outbox, count: int) -> list[bytes]:
    """Take the forms that the outbox would send."""
    return [parcel.form for parcel in outbox._store.window(1, count, 0)]


def bare(url: str, forms: list[bytes]) -> Cost:
    """Send the loop that people write today."""
    with requests.Session() as session:

        def loop() -> None:
            for form in forms:
                reply = session.post(url, data=form, headers=FORM, timeout=30, allow_redirects=False)
                assert reply.json()["status"] == "success"

        session.post(url, data=forms[0], headers=FORM, timeout=30)
        return cost_of(loop)


def durable(outbox: Outbox, endpoint: HttpEndpoint, count: int) -> Cost:
    """Push so many; the connection is opened in the time that is measured, too."""
    before = outbox.counts()["delivered"]
    cost = cost_of(lambda: sum(1 for _ in outbox.push(endpoint, limit=count)))
    assert outbox.counts()["delivered"] == before + count
    return cost


def forced_write(folder: Path, count: int = 200) -> float:
    """Give the median seconds that this disk takes to force a small write, which every forced claim pays once."""
    times = []
    with (folder / "forced").open("wb", buffering=0) as file:
        file.write(bytes(WRITTEN * count))
        os.fsync(file.fileno())
        file.seek(0)
        for _ in range(count):
            file.write(bytes(WRITTEN))
            began = time.perf_counter()
            getattr(os, "fdatasync", os.fsync)(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def sends(folder: Path, delay: int, rounds: int) -> None:
    """Compare the bare loop with pushes, by turns."""
    count = SENDS[delay]
    boxes = {"auto": (folder, None), "every claim forced": (folder, 1)}
    with serving(folder, delay) as url, contextlib.ExitStack() as held:
        if MEMORY.is_dir():
            memory = held.enter_context(tempfile.TemporaryDirectory(dir=MEMORY))
            boxes["every claim forced, a disk of no time"] = (Path(memory), 1)
        ratios: dict[str, list[Cost]] = {name: [] for name in boxes}
        endpoint = HttpEndpoint.from_url(url, name="bench")
        outboxes = {name: held.enter_context(Outbox(place / f"{name} {delay}.db", window=window))
                    for name, (place, window) in boxes.items()}  # fmt: skip
        for outbox in outboxes.values():
            outbox.put(batch_of(count * (rounds + 1)), to=endpoint)
            durable(outbox, endpoint, count // 2)
        forms = forms_of(outboxes["auto"], count)
        for _ in range(rounds):
            base = bare(url, forms)
            for name, outbox in outboxes.items():
                cost = durable(outbox, endpoint, count)
                ratios[name].append(Cost(base.wall / cost.wall, cost.cpu / base.cpu))
    bars = {("auto", 0): 1.2, ("every claim forced", 5): 0.95}
    for name, found in ratios.items():
        speed = statistics.median(one.wall for one in found)
        say(f"push, {name}, {delay} ms: speed of the bare loop", speed, "x", bars.get((name, delay)))
    say(f"a forced write of {WRITTEN} bytes on this disk", forced_write(folder) * 1000, " ms")
    cpu = statistics.median(one.cpu for one in ratios["auto"])
    say(f"push, auto, {delay} ms: CPU of the bare loop", cpu, "x", 0.75 if delay == 0 else None, most=True)


def best(rounds: int, work: Callable[[int], Cost]) -> float:
    """Give the median seconds of several runs."""
    return statistics.median(work(number).wall for number in range(rounds))


def quickest(rounds: int, work: Callable[[int], Cost]) -> Cost:
    """Give the quickest of several runs: what a busy machine slows is measured by that."""
    return min((work(number) for number in range(rounds)), key=lambda cost: cost.wall)


def store(folder: Path, rows: int, rounds: int) -> None:
    """Measure enqueue, re-import, recovery and counts."""
    batch = batch_of(rows)
    endpoint = HttpEndpoint.from_url("http://127.0.0.1:9/x", name="bench")

    def put(number: int, what: Batch) -> Cost:
        with Outbox(folder / f"store {rows} {number}.db") as outbox:
            return cost_of(lambda: outbox.put(what, to=endpoint))

    other = batch_of(rows, "exported again.csv")
    grown = Batch(batch.campaign, batch.source, batch.values.with_columns(pl.lit("x").alias("source.New")))
    enqueued = quickest(rounds, lambda n: put(n, batch))
    say(f"enqueue, {rows:,} rows", rows / enqueued.wall, " rows/s", 50_000)
    say(f"enqueue, {rows:,} rows, a second of CPU", rows / enqueued.cpu, " rows/s")
    kinds = {"the same file": batch, "the same rows in a changed file": grown, "the same rows in another file": other}
    for name, again in kinds.items():  # each store meets each kind once
        cost = quickest(rounds, lambda n, again=again: put(n, again))
        say(f"re-import, {rows:,} rows, {name}", rows / cost.wall, " rows/s", 150_000)
        say(f"re-import, {rows:,} rows, {name}, a second of CPU", rows / cost.cpu, " rows/s")
    path = folder / f"store {rows} 0.db"

    def recover(number: int) -> Cost:
        store = SqliteStore(path, "boot")
        (parcel,) = store.window(1, 1, 0)
        store.claim_next(parcel, None, [parcel.id])
        store.close()
        store = SqliteStore(path, "boot")
        cost = cost_of(store.recover)
        store.close()
        return cost

    say(f"recovery after kill -9, {rows:,} rows", best(5, recover) * 1000, " ms", 5, most=True)
    with Outbox(path) as outbox:
        say(
            f"counts, {outbox.counts()['rows']:,} rows",
            best(5, lambda _: cost_of(outbox.counts)) * 1000,
            " ms",
            20,
            most=True,
        )


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=["sends", "store"])
    chosen = parser.parse_args(arguments or [])
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as name:
        folder = Path(name)
        for delay in SENDS if chosen.only != "store" else ():
            sends(folder, delay, chosen.rounds)
        for rows, rounds in STORES.items() if chosen.only != "sends" else ():
            store(folder, rows, rounds)


if __name__ == "__main__":
    main(sys.argv[1:])

"""A large file shows as any other does, though its batches are gone by then."""

import base64
import os
import random
import subprocess
import sys
import weakref

import polars as pl
import pytest

from omoto_kit.cli import showing
from omoto_kit.cli.output import Face
from omoto_kit.cli.streaming import Teller
from omoto_kit.intake import compose
from omoto_kit.intake.pieces import LARGE, PACKED
from omoto_kit.journey import prepare, streaming
from omoto_kit.journey.gate import Watch
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from tests.cli.survey import HEADER, line
from tests.validation.surveys import generate


@pytest.mark.parametrize("as_json", [True, False])
def test_what_is_told_of_a_stream_is_what_is_told_of_the_whole(tmp_path, capsys, as_json):
    """Problems line by line for scripts; columns, problems, changed cells and the account for people."""
    survey = generate(tmp_path, 1500, 3)
    path, face = tmp_path / "survey.csv", Face(as_json)
    prepared = prepare(path, survey.campaign, Plugins())
    showing.tell_problems(face, prepared.batch)
    showing.show_prepared(face, prepared)
    whole = capsys.readouterr().out
    stream = prepare_stream(path, survey.campaign, Plugins(), least=0, block=100_000)
    teller = Teller(face, stream, changes=False, every=False)
    assert len(list(teller)) > 1
    teller.show()
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(whole.splitlines())


@pytest.mark.parametrize("as_json", [True, False])
def test_one_batch_at_a_time_is_in_memory(tmp_path, monkeypatch, as_json):
    """What went by is let go before the next is made, on all the way to whoever takes it."""
    survey = generate(tmp_path, 1500, 3)
    stream = prepare_stream(tmp_path / "survey.csv", survey.campaign, Plugins(), least=0, block=100_000)
    given, left = [], []

    def composed(*rows, **options):
        left.extend(one for one in given if one() is not None)
        return compose(*rows, **options)

    monkeypatch.setattr(streaming, "compose", composed)
    for batch in Watch(survey.campaign).through(Teller(Face(as_json), stream, problems=False)):
        given += [weakref.ref(batch), weakref.ref(batch.values)]
        del batch
    assert len(given) > 4
    assert not left


def test_a_large_file_is_pushed_in_batches_and_accounts_for_every_row(omoto):
    """Sent in two runs of the same command: a repeated row and a held one stay behind, the rest arrives once."""
    cells = [line(at).rstrip("\n").split(",") for at in range(90)]
    frame = pl.DataFrame(cells, schema=HEADER.strip().split(","), orient="row")
    noise = [base64.b64encode(random.Random(at).randbytes(90_000)).decode() for at in range(90)]
    frame = frame.with_columns(Comment=pl.Series(noise))
    frame[50, "Store"] = "Nowhere"
    frame = pl.concat([frame.head(70), frame[7:8], frame.tail(19)])
    frame.write_parquet(omoto.folder / "large.parquet", compression="uncompressed")
    assert (omoto.folder / "large.parquet").stat().st_size * PACKED > LARGE
    push = ("push", "large.parquet", "-c", "c.toml", "--outbox", "box.db", "--json", "--canary", "0")
    first = omoto(*push, "--limit", 30)
    assert (first.summary["delivered"], first.summary["queued"]) == (30, 58)
    second = omoto(*push)
    assert second.code == 1
    counts = {name: second.summary[name] for name in ("rows", "delivered", "held", "duplicate", "queued")}
    assert counts == {"rows": 90, "delivered": 88, "held": 1, "duplicate": 1, "queued": 0}
    held = [one for one in second.of("receipt") if one["state"] == "held"]
    assert [one["row"] for one in held] == [51]


COUNT_THREADS = """
import sys
from omoto_kit.cli import main
try:
    main()
except SystemExit:
    import polars
    print(polars.thread_pool_size())
"""


@pytest.mark.parametrize(
    ("command", "asked", "threads"), [("check", None, 1), ("push", None, 1), ("check", "3", 3), ("why", None, None)]
)
def test_commands_for_files_take_one_thread_unless_told_otherwise(command, asked, threads):
    """Polars hears of it before it is imported; what the environment says stands, and other commands say nothing."""
    environment = {name: text for name, text in os.environ.items() if name != "POLARS_MAX_THREADS"}
    environment |= {} if asked is None else {"POLARS_MAX_THREADS": asked}
    run = [sys.executable, "-c", COUNT_THREADS, command, "--help"]
    said = subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout
    assert int(said.splitlines()[-1]) == (threads or len(os.sched_getaffinity(0)))

"""Batches that were checked are laid aside on disk, and put from there; without room they are made again."""

import gc
import resource
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest

from omoto_kit.batch import Change
from omoto_kit.delivery import Outbox
from omoto_kit.journey import prepare
from omoto_kit.journey.large import prepare_stream
from omoto_kit.journey.spilling import Spill
from omoto_kit.plugins import Plugins
from tests.journey.test_journey_parts import answers, outcome
from tests.journey.test_journey_streaming import CAMPAIGN, written


def streamed(tmp_path, rows):
    """Prepare a file in small blocks."""
    return prepare_stream(written(tmp_path / "a.csv", rows), CAMPAIGN, Plugins(), least=0, block=3000)


@contextmanager
def disk_of(room):
    """Let no file of this process grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def open_files():
    """Name the files that this process has open."""
    return [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]


def test_batches_come_back_as_they_were(tmp_path):
    """All tables, notes and columns; twice, and also by two who go through them at the same time."""
    spill, stream = Spill(), streamed(tmp_path, answers())
    change = Change(2, "npsrating", "nine", "9", "person:me")
    first = [batch.with_values(batch.values, [change]) for batch in stream.batches()]
    for batch in first:
        spill.keep(batch)
    assert len(first) > 3
    assert any(batch.problems.height for batch in first)
    for again in (spill.batches(), *zip(*zip(spill.batches(), spill.batches(), strict=True), strict=True)):
        for one, other in zip(first, again, strict=True):
            assert one.values.equals(other.values)
            assert one.problems.equals(other.problems)
            assert one.changes.equals(other.changes)
            assert (one.notes, one.columns, one.source) == (other.notes, other.columns, other.source)
            assert one.counts() == other.counts()


def test_what_was_checked_is_put_though_its_file_is_gone(tmp_path):
    """Nothing is read or checked a second time."""
    stream = streamed(tmp_path, answers())
    whole = prepare(tmp_path / "a.csv", CAMPAIGN, Plugins()).batch
    parts = stream.parts(stream.batches(), tmp_path / "none.db")
    (tmp_path / "a.csv").unlink()
    with Outbox(tmp_path / "one.db") as one, Outbox(tmp_path / "two.db") as two:
        assert outcome(one, one.put(parts)) == outcome(two, two.put(whole))


@pytest.mark.parametrize("room", [0, 900, 5000])
def test_a_full_disk_lets_the_batches_be_made_again(tmp_path, room):
    """Whether not even the first batch finds room, or one of those after it: what is put is the same."""
    stream = streamed(tmp_path, answers())
    with disk_of(room):
        parts = stream.parts(stream.batches(), tmp_path / "none.db")
    assert parts.again == stream.pieces
    whole = prepare(tmp_path / "a.csv", CAMPAIGN, Plugins()).batch
    with Outbox(tmp_path / "one.db") as one, Outbox(tmp_path / "two.db") as two:
        assert outcome(one, one.put(parts)) == outcome(two, two.put(whole))


def test_a_piece_has_the_problems_of_its_own_rows(tmp_path):
    """A batch in pieces of a few rows accounts for the same rows, each held or not as it was."""
    whole = prepare(written(tmp_path / "a.csv", answers()), CAMPAIGN, Plugins()).batch
    pieces = list(whole.pieces(7))
    assert [len(piece) for piece in pieces[:2]] == [7, 7]
    assert pl.concat(piece.values for piece in pieces).equals(whole.values)
    assert pl.concat(piece.problems for piece in pieces).equals(whole.problems)
    assert sum(piece.counts()["held"] for piece in pieces) == whole.counts()["held"] > 0
    assert not any(piece.changes.height for piece in pieces)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells its open files there")
def test_the_file_has_no_name_and_goes_with_its_last_user(tmp_path):
    """Nobody finds answers of customers in the folder of temporary files, even after a kill."""
    stream = streamed(tmp_path, answers())
    before = open_files()
    parts = stream.parts(stream.batches(), tmp_path / "none.db")
    (mine,) = [one for one in open_files() if one not in before]
    assert not Path(mine).exists()
    del parts
    gc.collect()
    assert open_files() == before

"""A large file goes into the outbox batch by batch, and comes out as the whole would."""

from dataclasses import replace

import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.journey import prepare
from omoto_kit.journey.history import guarded
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from tests.journey.test_journey_streaming import CAMPAIGN, written


def answers(count=400):
    """Rows with a repeated one, a contradicting one, and one that is held."""
    rows = [[f"R{at}", "2026-04-03", f"96637{at:05}", "x" * 40, "tier=a"] for at in range(count)]
    rows[150] = [*rows[3]]
    rows[300] = [*rows[4][:3], "other", ""]
    rows[200][1] = "no day"
    return rows


@pytest.fixture
def stream(tmp_path):
    """Prepare such a file in small blocks."""
    return prepare_stream(written(tmp_path / "a.csv", answers()), CAMPAIGN, Plugins(), least=0, block=3000)


def outcome(box, put):
    """Give what the outbox holds of a source: its rows with their states and bodies."""
    receipts = list(box.receipts(source=put.source))
    return [(one.row, one.state, box.body(one.id)) for one in receipts], box.counts(source=put.source)


def test_parts_are_put_as_the_whole_is(tmp_path, stream):
    """Queued, held and repeated rows are those of the whole; put again, all is known already."""
    parts = stream.parts(stream.batches(), tmp_path / "none.db")
    whole = prepare(tmp_path / "a.csv", CAMPAIGN, Plugins()).batch
    assert len(list(stream.batches())) > 3
    assert (len(parts), parts.counts(), parts.source) == (len(whole), whole.counts(), whole.source)
    with Outbox(tmp_path / "one.db") as one, Outbox(tmp_path / "two.db") as two:
        put = one.put(parts)
        assert replace(put, source=whole.source) == replace(two.put(whole), source=whole.source)
        assert outcome(one, put) == outcome(two, two.put(whole))
        assert one.put(parts).already == put.rows
        assert one.put(whole).queued == 0


def test_guards_by_history_are_those_of_the_whole(tmp_path, stream):
    """The very file was put before, and so were the rows of another one."""
    path = tmp_path / "box.db"
    for name, rows, code in (("b.csv", answers()[:300], "rows_delivered"), ("a.csv", answers(), "source_delivered")):
        with Outbox(path) as box:
            box.put(prepare(written(tmp_path / name, rows), CAMPAIGN, Plugins()).batch)
        parts = stream.parts(stream.batches(), path)
        assert parts.guards == guarded(prepare(tmp_path / "a.csv", CAMPAIGN, Plugins()).batch, path).guards
        assert code in {guard.code for guard in parts.guards}


def test_a_stream_can_be_gone_through_again(stream):
    """The second time gives the same batches, problems and counts."""
    first = [(batch.values, batch.problems) for batch in stream.batches()]
    counts, guards = stream.counts, stream.guards
    second = [(batch.values, batch.problems) for batch in stream.batches()]
    assert all(a.equals(c) and b.equals(d) for (a, b), (c, d) in zip(first, second, strict=True))
    assert (stream.counts, stream.guards) == (counts, guards)

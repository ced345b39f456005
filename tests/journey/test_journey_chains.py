"""Several large files as one source, in batches, give what the same files give as a whole."""

from dataclasses import replace

import polars as pl
import pytest

from omoto_kit.delivery import Outbox
from omoto_kit.intake.pieces import is_large
from omoto_kit.journey import prepare
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from tests.journey.test_journey_parts import outcome
from tests.journey.test_journey_streaming import CAMPAIGN, assert_same, written


def answers(start, count=200):
    """Rows of one month; some keys are those of the month before, once with other words."""
    rows = [[f"R{at}", "2026-04-03", f"96637{at:05}", "x" * 40, "tier=a"] for at in range(start, start + count)]
    if start:
        rows[7] = [f"R{start - 3}", "2026-04-03", f"96637{start - 3:05}", "x" * 40, "tier=a"]
        rows[9] = [f"R{start - 5}", "2026-04-03", f"96637{start - 5:05}", "other words", "desk=2"]
    rows[30][1] = "no day"
    return rows


def streamed(source, **options):
    """Prepare files in small blocks."""
    return prepare_stream(source, CAMPAIGN, Plugins(), least=0, block=30_000, **options)


@pytest.fixture
def months(tmp_path):
    """Write three months: the first with a footer far below, the second with its columns in another order and case."""
    long = [[*row[:3], row[3] * 20, row[4]] for row in answers(0, 2000)]
    april = written(tmp_path / "1 april.csv", [*long, [""] * 5, ["Total", "", "", "", "2000"]])
    turned = [[*row[1:], row[0]] for row in answers(2000)]
    may = written(tmp_path / "2 may.csv", turned, ("when", "MOBILE", "comment", "More", "id"))
    june = written(tmp_path / "3 june.csv", answers(2200))
    return [april, may, june]


def test_files_in_batches_are_the_files_as_a_whole(months):
    """Rows are numbered on, keys repeat across files, columns are found by name, a footer is left out."""
    whole, stream = prepare(months, CAMPAIGN, Plugins()).batch, streamed(months)
    parts = list(stream.batches())
    assert len(parts) > 9
    assert {"row_repeated", "id_duplicate", "date_invalid"} <= set(whole.problems["code"])
    assert_same(whole, stream, parts)
    columns = whole.values.columns
    assert pl.concat((part.values for part in parts), how="diagonal").select(columns).equals(whole.values)
    last = parts[-1]
    assert last.source.place(last.values["row"][-1]) == whole.source.place(whole.values["row"][-1])


def test_files_are_put_as_the_whole_is(tmp_path, months):
    """What the outbox holds is the same, and put again all of it is known."""
    stream = streamed([str(path) for path in months])
    parts, whole = stream.parts(stream.batches(), tmp_path / "none.db"), prepare(months, CAMPAIGN, Plugins()).batch
    with Outbox(tmp_path / "one.db") as one, Outbox(tmp_path / "two.db") as two:
        put = one.put(parts)
        assert replace(put, source=0) == replace(two.put(whole), source=0)
        assert outcome(one, put) == outcome(two, two.put(whole))
        assert one.put(parts).already == put.rows


def test_a_pattern_is_one_source_and_a_repeated_file_is_left_out(tmp_path, months):
    """As reading does, and both say so."""
    (tmp_path / "4 june again.csv").write_bytes(months[2].read_bytes())
    pattern = str(tmp_path / "*.csv")
    whole, stream = prepare(pattern, CAMPAIGN, Plugins()).batch, streamed(pattern)
    assert_same(whole, stream, list(stream.batches()))
    assert "left out as repeated: 4 june again.csv" in stream.source.understood


def test_csv_and_parquet_go_together(tmp_path, months):
    """Each file is gone through in its own way."""
    pl.read_csv(months[2], infer_schema=False).write_parquet(tmp_path / "june.parquet")
    files = [months[0], tmp_path / "june.parquet", months[1]]
    assert_same(prepare(files, CAMPAIGN, Plugins()).batch, (stream := streamed(files)), list(stream.batches()))


@pytest.mark.parametrize("text", ["ID,When\nR1,2026-04-03\n", 'ID,When,Mobile,Comment,More\nR1,,,5" pipe,\n'])
def test_files_that_do_not_fit_together_are_read_as_a_whole(tmp_path, months, text):
    """Where one has other columns, or is not clean."""
    (tmp_path / "odd.csv").write_text(text, encoding="utf-8")
    assert streamed([*months, tmp_path / "odd.csv"]) is None


def test_files_are_large_together(tmp_path, months):
    """Their sizes add up; where one is missing, reading says so."""
    size = sum(path.stat().st_size for path in months)
    assert is_large(months, size)
    assert is_large(str(tmp_path / "*.csv"), size)
    assert not is_large(months, size + 1)
    assert not is_large([*months, tmp_path / "gone.csv"], 0)
    assert not is_large(str(tmp_path / "*.gone"), 0)
    assert not is_large([], 0)
    assert not is_large([{"ID": "R1"}], 0)

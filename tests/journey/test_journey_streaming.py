"""A large file in batches gives what the same file gives as a whole."""

import csv
import gc
import gzip
import io
import zipfile
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from omoto_kit.campaign import Campaign
from omoto_kit.delivery.putting import once_more
from omoto_kit.errors import IntakeError
from omoto_kit.intake import read
from omoto_kit.intake.blocks import GLANCE, open_blocks
from omoto_kit.intake.pieces import is_large
from omoto_kit.intake.rowgroups import open_parquet
from omoto_kit.intake.unpacking import copy_pieces
from omoto_kit.journey import prepare
from omoto_kit.journey.large import prepare_stream
from omoto_kit.plugins import Plugins
from omoto_kit.wire import encode_rows
from tests.validation.surveys import generate

SMALL = 40_000


def compared(path, campaign, block=SMALL):
    """Take a file both ways; give the whole's batch, the stream and its batches."""
    stream = prepare_stream(path, campaign, Plugins(), least=0, block=block)
    assert stream is not None
    return prepare(path, campaign, Plugins()).batch, stream, list(stream.batches())


def assert_same(whole, stream, parts):
    """Problems, changes, notes, counts and jsonbody texts are those of the whole."""
    keys = ["row", "field", "code", "severity", "value", "message", "column", "fix"]
    problems = pl.concat(part.problems for part in parts)
    assert problems.select(keys).rows() == whole.problems.select(keys).rows()
    order = ["row", "field", "step", "before"]
    assert pl.concat(part.changes for part in parts).sort(order).equals(whole.changes.sort(order))
    assert [pair for part in parts for pair in encode_rows(part)] == list(encode_rows(whole))
    assert stream.counts == whole.counts()
    assert stream.notes == whole.notes
    assert stream.guards == whole.guards
    assert stream.source == whole.source


def test_a_survey_in_many_batches_is_the_survey_as_a_whole(tmp_path):
    """Quotes, line ends in comments, duplicates and every planted fault come out alike."""
    survey = generate(tmp_path, 4000, 5)
    whole, stream, parts = compared(tmp_path / "survey.csv", survey.campaign)
    assert len(parts) > 10
    assert_same(whole, stream, parts)


def packed(path, how):
    """Pack a file beside itself."""
    goal = path.with_name(f"{path.name}.{how}")
    if how == "gz":
        goal.write_bytes(gzip.compress(path.read_bytes()))
    else:
        with zipfile.ZipFile(goal, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, "out/survey.csv")
            archive.writestr("__MACOSX/._survey.csv", b"\0\5")
    return goal


@pytest.mark.parametrize("how", ["gz", "zip"])
def test_a_packed_survey_in_many_batches_is_the_survey_as_a_whole(tmp_path, monkeypatch, how):
    """Rows, problems, name and fingerprint are those of the packed file read as a whole, and nothing stays on disk."""
    survey = generate(tmp_path, 4000, 5)
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    whole, stream, parts = compared(packed(tmp_path / "survey.csv", how), survey.campaign)
    assert len(parts) > 10
    assert_same(whole, stream, parts)
    plain = prepare(tmp_path / "survey.csv", survey.campaign, Plugins()).batch
    assert pl.concat(part.problems for part in parts).equals(plain.problems)
    assert [pair for part in parts for pair in encode_rows(part)] == list(encode_rows(plain))
    del stream
    gc.collect()
    assert list(aside.iterdir()) == []


def test_packed_files_that_are_not_clean_are_read_as_a_whole(tmp_path):
    """Cut off, of another kind inside, of several files, or with an untidy end: nothing is left open."""
    good = gzip.compress(b"ID,Rating\n" + b"R1,9\n" * 1000)
    files = {"cut.csv.gz": good[:-20], "other.json.gz": good, "odd.csv.gz": gzip.compress(b'ID,Rating\nR1,5" pipe\n')}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        assert open_blocks(tmp_path / name) is None
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "ID,Rating\nR1,9\n")
        archive.writestr("b.csv", "ID,Rating\nR1,9\n")
    assert open_blocks(tmp_path / "two.zip") is None


def test_what_unpacks_to_too_much_is_left_to_reading(tmp_path, monkeypatch):
    """A few bytes can be made to unpack to anything; no more than the limit is written to the disk."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"ID,Rating\n" + b"R1,9\n" * 1_000_000))
    monkeypatch.setattr("omoto_kit.intake.unpacking.LARGEST", 1 << 20)
    assert open_blocks(path) is None


def test_a_packed_file_is_large_by_what_it_unpacks_to(tmp_path):
    """Gzip and zip both say so, and what cannot be opened is not large: reading it says why."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"ID,Rating\n" + b"R1,9\n" * 100_000)
    size = path.stat().st_size
    for one in (path, packed(path, "gz"), packed(path, "zip")):
        assert is_large(one, size)
        assert not is_large(one, size + 1)
    assert not is_large(tmp_path, 0)
    assert not is_large(tmp_path / "absent.csv.gz", 0)


def test_a_full_disk_is_named(tmp_path):
    """Where the temporary folder has no room, the message says which setting names another."""
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(IntakeError, match=r"no room .* TMPDIR"):
        copy_pieces(io.BytesIO(b"R1,9\n" * 100_000).read, full, tmp_path / "a.csv.gz")


def written(path, rows, header=("ID", "When", "Mobile", "Comment", "More"), encoding="utf-8"):
    """Write a CSV of rows."""
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows([header, *rows])
    return path


CAMPAIGN = Campaign(
    id="154",
    identity=["ID"],
    attributes={"visit": {"kind": "date"}, "tier": {}, "desk": {}},
    columns={
        "namevaluemap.visit": "When",
        "customerinfo.mobileno": "Mobile",
        "comment": "Comment",
        "namevaluemap": {"column": "More", "pairs": "|"},
    },
)


def test_what_only_the_whole_file_shows_is_right_in_every_batch(tmp_path):
    """Keys that repeat far apart, a date order that only the last rows show, a number in many rows, names' order."""
    rows = [[f"R{at}", "03/04/2026", f"96637{at:05}", "x" * 60, "tier=a|desk=1"] for at in range(1000)]
    rows[10][4] = "desk=2"
    rows[700] = [*rows[3]]
    rows[800] = [*rows[4][:3], "other", ""]
    rows[900] = [*rows[4][:3], "other", ""]
    for at in range(0, 1000, 100):
        rows[at][2] = "9663798289"
    for at in range(601, 1000):
        rows[at][1] = "04/25/2026"
    whole, stream, parts = compared(written(tmp_path / "a.csv", rows), CAMPAIGN, 5000)
    assert_same(whole, stream, parts)
    assert {"row_repeated", "id_duplicate"} <= set(whole.problems["code"])
    assert ["month/day/year" in note for note in stream.notes] == [True, False]
    assert parts[0].values["namevaluemap.visit"][0] == "2026-03-04"


def test_a_large_file_full_of_problems_is_the_same_when_it_is_gone_through_again(tmp_path):
    """Thousands of different faults lie in memory in another order each time, but what they say is the same."""
    rows = "".join(f"{at},{at % 11},not {at} but {at * 7919} is the number to call\n" for at in range(6_000))
    (tmp_path / "a.csv").write_text("ID,NPS,Mobile\n" + rows, encoding="utf-8")
    stream = prepare_stream(tmp_path / "a.csv", Campaign(id="154", identity=["ID"]), Plugins(), least=0)
    parts = stream.parts(stream.batches(), tmp_path / "o.db")
    assert parts.counts()["held"] == 6_000
    assert sum(map(len, once_more(parts))) == 6_000


def test_a_footer_and_blank_rows_are_left_out_alike(tmp_path):
    """Rows keep their numbers, and the total below the table is no answer."""
    rows = [[f"R{at}", "2026-04-03", f"96637{at:05}", "x" * 60, ""] for at in range(300)]
    rows[150] = [""] * 5
    whole, stream, parts = compared(written(tmp_path / "a.csv", rows), CAMPAIGN, 5000)
    assert_same(whole, stream, parts)
    assert 152 not in whole.values["row"]
    assert stream.counts["rows"] == 299


@pytest.mark.parametrize(
    "text",
    [
        'a,b\n1,"x\n2,y\n',  # a quote that is never closed
        'a,b\n5" pipe,x\n',  # a quote inside a cell
        "a,b\n1,x\n\n2,y\r3,z\n",  # mixed line ends
        "a,a\n1,x\n",  # a header twice
        "Title\n\na,b\n1,x\n",  # a title above
        "Status,a\nSurvey Preview,x\nIP Address,y\n",  # previews are to be left out
        "sep=;\na;b\n1;2\n",
    ],
)
def test_what_is_not_clean_is_read_as_a_whole(tmp_path, text):
    """No block is promised of a file that needs a closer look."""
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert open_blocks(path) is None


def test_answers_that_may_have_to_be_left_out_are_read_as_a_whole(tmp_path):
    """A column that tells answers from those that were not sent off asks for a look at all rows; a place does not."""
    for name, header in (("lime.csv", "submitdate,lastpage"), ("sparrow.csv", "SubmissionId,State")):
        (tmp_path / name).write_text(f"{header},Rating\n" + "2026-04-01,3,9\n" * 3, encoding="utf-8")
        assert open_blocks(tmp_path / name) is None
    (tmp_path / "place.csv").write_text("Store,State,Rating\n" + "Pune,Goa,9\n" * 3, encoding="utf-8")
    assert open_blocks(tmp_path / "place.csv") is not None


def test_other_kinds_and_mixed_encodings_are_read_as_a_whole(tmp_path):
    """Other endings, two encodings in one file, and half a character at the end are left to `read`."""
    for name, data in {
        "a.csv": "a,b\n1,café\n".encode("cp1252") + "2,café\n".encode(),
        "b.csv": "a,b\n1,x\n".encode("utf-16")[:-1],
        "c.json": b'[{"a":"1"}]',
    }.items():
        (tmp_path / name).write_bytes(data)
        assert open_blocks(tmp_path / name) is None


def test_blocks_are_the_rows_that_reading_gives(tmp_path):
    """A mark at the beginning, CRLF, quotes and empty cells; some columns only, too."""
    path = tmp_path / "a.csv"
    rows = [[f"R{at}", 'say "so"' if at % 3 else "", "a\r\nb", "é", " "] for at in range(500)]
    written(path, rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    blocks = open_blocks(path, block=3000)
    whole = read(path)
    parts = list(blocks.parts())
    assert len(parts) > 3
    assert pl.concat(part.frame for part in parts).equals(whole.frame)
    assert pl.concat(part.numbers for part in parts).equals(whole.numbers)
    assert blocks.source(len(whole)) == whole.source
    some = pl.concat(part.frame for part in blocks.parts(["Mobile", "ID"]))
    assert some.equals(whole.frame.select("Mobile", "ID"))


COMMENTS = {
    "cp1252": ("très bien – mais “cher”", "garçon sympathique, café froid"),
    "cp1256": ("الخدمة ممتازة والموظفون ودودون", "السعر مرتفع جدا وانتظرنا طويلا"),
    "utf-16": ("बहुत अच्छा अनुभव", "சேவை நன்று 😊"),
    "koi8_r": ("очень вежливый персонал и быстрое обслуживание", "долго ждали, но всё хорошо"),
}


@pytest.mark.parametrize("encoding", COMMENTS)
def test_a_large_file_in_another_encoding_is_the_file_as_a_whole(tmp_path, encoding):
    """Its name is told, its fingerprint is that of the file on disk; what is not ASCII may come late."""
    texts = COMMENTS[encoding]
    rows = [[f"R{at}", "01/04/2026", "", texts[at % 2] if at > 300 else "good", ""] for at in range(900)]
    whole, stream, parts = compared(written(tmp_path / "a.csv", rows, encoding=encoding), CAMPAIGN)
    assert "UTF-8" not in whole.source.understood
    assert stream.source == whole.source
    assert pl.concat(part.values for part in parts).equals(whole.values)


def test_cells_of_many_lines_lie_across_every_border(tmp_path):
    """One holds the end of what is looked at first, others are larger than what is looked at together."""
    lines = "good, but\nslow\n"
    rows = [[f"R{at}", "01/04/2026", "", lines * (150_000 if at in (40, 41, 160) else 600), ""] for at in range(200)]
    path = written(tmp_path / "a.csv", rows)
    first = path.read_bytes()[:GLANCE]
    assert first.count(b'"') % 2, "the first look ends within a cell"
    blocks, whole = open_blocks(path, block=1 << 21), read(path)
    parts = list(blocks.parts())
    assert len(parts) > 2
    assert pl.concat(part.frame for part in parts).equals(whole.frame)
    assert pl.concat(part.numbers for part in parts).equals(whole.numbers)


def test_small_files_are_not_streamed(tmp_path):
    """Below the size that makes it worth it, the whole is quicker."""
    path = written(tmp_path / "a.csv", [["R1", "", "", "x", ""]])
    assert prepare_stream(path, CAMPAIGN, Plugins()) is None
    assert prepare_stream(tmp_path / "none.csv", CAMPAIGN, Plugins()) is None
    assert prepare_stream([{"a": "b"}], CAMPAIGN, Plugins()) is None


CELLS = {
    "ID": st.sampled_from(["R1", "R2", "R3", "", " R4 "]) | st.integers(10, 99).map(str),
    "When": st.sampled_from(["03/04/2026", "25/04/2026", "2026-04-03", "04/25/2026", "", "x", "01/01/2099"]),
    "Mobile": st.sampled_from(["9663798289", "+91 96637 98289", "9999999999", "", "12", "9663798290"]),
    "Comment": st.sampled_from(["good", 'say "so", twice', "two\r\nlines", "", "cafÃ©", "2026-04-01", "आ" * 9]),
    "More": st.sampled_from(["tier=a", "tier=a|desk=1", "desk=2", "odd", "", "desk=1|tier=b", "tier=a|tier=b"]),
}


@settings(
    deadline=None,
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.lists(st.tuples(*CELLS.values()), min_size=8, max_size=60),
    block=st.integers(60, 3000),
)
def test_any_cut_gives_the_whole(tmp_path, rows, block):
    """Keys, dates of either order, pairs, guards and notes, wherever the blocks end."""
    path = written(tmp_path / "a.csv", rows)
    stream = prepare_stream(path, CAMPAIGN, Plugins(), least=0, block=block)
    if stream is not None:  # a first cell may look like a header, and then the whole is read
        assert_same(prepare(path, CAMPAIGN, Plugins()).batch, stream, list(stream.batches()))


def test_a_parquet_file_in_pieces_is_the_file_as_a_whole(tmp_path, monkeypatch):
    """Texts, whole numbers, stamps that are mostly days, blank rows and a footer."""
    monkeypatch.setattr("omoto_kit.intake.pieces.open_parquet", partial(open_parquet, step=70))
    count = 600
    frame = pl.DataFrame(
        {
            "ID": [f"R{at}" if at != 150 else None for at in range(count)],
            "When": [datetime(2026, 4, 1 + at % 28) if at != 150 else None for at in range(count)],  # noqa: DTZ001  a file's stamp has no zone
            "Mobile": [9663700000.0 + at % 400 if at != 150 else None for at in range(count)],
            "Comment": ["good" if at != 150 else None for at in range(count)],
            "More": ["tier=a" if at % 3 else "desk=1" if at != 150 else None for at in range(count)],
        }
    )
    frame[590, "ID"] = "R3"
    frame[400, "When"] = datetime(2026, 4, 3, 10, 30)  # noqa: DTZ001  as above
    frame.write_parquet(tmp_path / "a.parquet", row_group_size=100)
    whole, stream, parts = compared(tmp_path / "a.parquet", CAMPAIGN)
    assert len(parts) > 5
    assert_same(whole, stream, parts)
    assert stream.counts["rows"] == count - 1
    assert parts[0].values["source.When"][0] == "2026-04-01T00:00:00"


def test_a_parquet_file_that_needs_a_closer_look_is_read_as_a_whole(tmp_path):
    """Lists in cells, label rows of a survey tool, a column by which rows are left out, and what is no Parquet."""
    texts = pl.DataFrame({"ID": ["R1"], "Q1": ["x"]})
    for name, frame in {
        "a": texts.with_columns(more=pl.Series([["x"]])),
        "b": pl.DataFrame(
            {"Q1": ["How likely?", '{"ImportId":"QID1"}', "9"], "Q2": ["Why?", '{"ImportId":"QID2"}', "x"]}
        ),
        "c": texts.with_columns(Status=pl.lit("Survey Preview")),
    }.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
        assert open_parquet(tmp_path / f"{name}.parquet") is None
    (tmp_path / "d.parquet").write_bytes(b"PAR1 but no more")
    assert open_parquet(tmp_path / "d.parquet") is None

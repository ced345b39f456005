"""A large messy file gives the same in blocks as a whole, or is not taken in blocks."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from omoto_kit.intake import blocks, read
from omoto_kit.intake.blocks import GLANCE, open_blocks
from tests.intake.messes import ENDS, FIRST, LINES, ROWS, both_ways, table, written

PLAIN = {"width": 8, "quoted": False, "line_end": "\n", "end": "nothing"}


@pytest.fixture
def near(monkeypatch):
    """Let what is looked at first be a small part of the file."""
    monkeypatch.setattr(blocks, "GLANCE", 4096)
    monkeypatch.setattr(blocks, "HEAD", 500)


@pytest.mark.usefixtures("near")
@settings(
    deadline=None,
    max_examples=60,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.sampled_from(list(FIRST)),
    count=st.sampled_from([30, 1300]),
    messes=st.lists(st.tuples(st.sampled_from([*ROWS, *LINES]), st.floats(0, 1)), min_size=1, max_size=3),
    form=st.fixed_dictionaries(
        {
            "width": st.integers(1, 8),
            "quoted": st.booleans(),
            "line_end": st.sampled_from(["\n", "\r\n"]),
            "end": st.sampled_from(list(ENDS)),
        }
    ),
    encoding=st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"]),
    block=st.sampled_from([3000, 40_000, 1 << 24]),
)
def test_any_mess_is_the_same_both_ways(tmp_path, first, count, messes, form, encoding, block):  # noqa: PLR0917  one for each thing drawn
    """Rows, their numbers, what was left out, doubts, and what is told of the source."""
    data = written(table(first, count), messes, **form)
    if encoding != "utf-8":
        data = data.decode("utf-8", "ignore").encode(encoding)
    (tmp_path / "a.csv").write_bytes(data)
    both = both_ways(tmp_path / "a.csv", block)
    assert both is None or both[0] == both[1]


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("name", [*ROWS, *LINES])
def test_each_mess_far_below_is_the_same_both_ways(tmp_path, name, first):
    """What stands behind all that is looked at first, between answers and at their end."""
    for share in (0.95, 1):
        (tmp_path / "a.csv").write_bytes(written(table(first, 1300), [(name, share)], **PLAIN))
        both = both_ways(tmp_path / "a.csv", 40_000)
        assert both is None or both[0] == both[1]


LEFT_OUT = {
    "title": "1 group title row",
    "title with its header": "1 group title row",
    "subtotal": "1 total or footer row",
    "header again": "1 repeated header row",
    "header in capitals": "1 repeated header row",
    "page": "1 total or footer row",
    "rule of Markdown": "1 total or footer row",
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_no_answer_beyond_the_first_megabyte_is_left_out(tmp_path, name):
    """A file of its real size: the row is no answer, whichever way the file goes."""
    rows = table("codes", 24_000)
    (tmp_path / "a.csv").write_bytes(written(rows, [(name, 0.98)], **PLAIN))
    assert (tmp_path / "a.csv").stat().st_size > GLANCE
    assert open_blocks(tmp_path / "a.csv") is None
    whole = read(tmp_path / "a.csv")
    assert f"{LEFT_OUT[name]} left out" in whole.source.understood
    assert len(whole) == len(rows)


CLEAN = [
    "blank line",
    "blank lines",
    "blank cells",
    "blank but for a space",
    "only a rating",
    "store that sounds like a sum",
    "answer that sounds like a sum",
    "footer",
    "long cell",
    "odd spaces",
    "most of a header",
    "footer below a gap",
]


@pytest.mark.usefixtures("near")
@pytest.mark.parametrize("name", CLEAN)
@pytest.mark.parametrize("quoted", [False, True])
def test_what_is_clean_is_taken_in_blocks(tmp_path, name, quoted):
    """No answer, blank row or footer makes a large file be read as a whole."""
    rows = table("codes", 1300)
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + written(rows, [(name, 1)], **PLAIN | {"quoted": quoted}))
    both = both_ways(tmp_path / "a.csv", 40_000)
    assert both is not None
    assert both[0] == both[1]


def test_other_kinds_by_the_name_of_a_table_are_read_as_a_whole(tmp_path):
    """What a file is, its content says in either way: JSON and a web page that are called .csv."""
    for data in (b'{"Store":"Pune","Rating":9}\n' * 9, b"<table><tr><td>Store</td></tr></table>\n"):
        (tmp_path / "a.csv").write_bytes(data)
        assert open_blocks(tmp_path / "a.csv") is None


def test_one_row_a_question_is_seen_although_the_first_rows_do_not_show_it(tmp_path):
    """Rows sorted by question look like answers at first; only the whole shows how few questions there are."""
    lines = [f"R{number},Question {number % 450},{number % 11}\n" for number in range(1200)]
    (tmp_path / "a.csv").write_text("ID,Question,Answer\n" + "".join(lines), encoding="utf-8")
    assert open_blocks(tmp_path / "a.csv") is None


@pytest.mark.parametrize("header", ["Store", "ID,Store"])
def test_the_sum_of_a_group_is_seen_in_the_last_column_of_a_narrow_file(tmp_path, header):
    """Nothing need stand behind it; such a file is read as a whole, which leaves that row out."""
    wide = header.count(",")
    lines = [f"{'R,' * wide}{('Pune', 'Goa')[at // 500 % 2]}" for at in range(3000)]
    lines.insert(1500, f"{',' * wide}Pune Total")
    path = tmp_path / "a.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    assert len(read(path)) == 3000
    assert open_blocks(path, block=3000) is None

"""Where a lot of rows ends makes no difference to what becomes of them."""

from itertools import count

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Outbox, putting

CAMPAIGN = Campaign(id="154")
#: A row: what it says, its own key, whether a check held it or called it a repetition, and who answered.
ROWS = st.tuples(
    st.sampled_from("abcd"),
    st.none(),
    st.sampled_from(["", "", "", "held", "repeated"]),
    st.sampled_from([None, "9663798289", "9663798280"]),
)
#: All of an outbox that a put decides, but for the numbers of responses.
KEPT = """
WITH place AS (SELECT id, source_id || ':' || row AS place FROM response)
SELECT 'response', p.place, r.state, r.tries, r.content, r.occurrence, r.identity, r.corrects IS NULL, r.mended,
    r.reason, r.note
FROM response r JOIN place p ON p.id = r.id
UNION ALL SELECT 'payload', place, form, original, problems, 0, 0, 0, 0, 0, 0 FROM payload JOIN place USING (id)
UNION ALL SELECT 'duplicate', source_id || ':' || row, place, 0, 0, 0, 0, 0, 0, 0, 0
FROM duplicate JOIN place ON id = response_id
UNION ALL SELECT 'version', place, form, 0, 0, 0, 0, 0, 0, 0, 0 FROM version JOIN place p ON p.id = response_id
UNION ALL SELECT 'tally', source_id, state, rows, 0, 0, 0, 0, 0, 0, 0 FROM tally
UNION ALL SELECT 'source', id, total, digest IS NULL, 0, 0, 0, 0, 0, 0, 0 FROM source
ORDER BY 1, 2, 3
"""


def batch_of(name, rows):
    """Make a batch of a file's rows."""
    values = pl.DataFrame(
        {
            "row": range(2, len(rows) + 2),
            "key": pl.Series([key for _, key, *_ in rows], dtype=pl.String),
            "campaignid": ["154"] * len(rows),
            "comment": [said for said, *_ in rows],
            "customerinfo.mobileno": [number for *_, number in rows],
        },
        schema_overrides={"row": pl.Int64, "customerinfo.mobileno": pl.String},
    )
    codes = {"held": ("blank", "error"), "repeated": (DUPLICATE, "warning")}
    problems = [
        {"row": row, "field": "comment", "column": "", "code": codes[what][0], "severity": codes[what][1]}
        | {"value": "", "message": "No answer.", "fix": None}
        for row, (_, _, what, _) in enumerate(rows, 2)
        if what
    ]
    return Batch(CAMPAIGN, Source(name, fingerprint=name), values, problems=pl.DataFrame(problems, schema=PROBLEMS))


def put_all(path, story):
    """Put files one after the other; give what came of each, and what is kept."""
    with Outbox(path) as box:
        puts = []
        puts = [box.put(batch_of(name, rows)) for name, rows in story]
        return puts, box._store.connection.execute(KEPT).fetchall()


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Give a new place for each outbox."""
    folder = tmp_path_factory.mktemp("lots")
    return (folder / f"{number}.db" for number in count())


def in_lots_of(size, path, story):
    """Put all in lots of so many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(putting, "ROWS_AT_ONCE", size)
        return put_all(path, story)


@settings(max_examples=40, deadline=None)
@given(files=st.lists(st.lists(ROWS, min_size=1, max_size=7), min_size=1, max_size=3), lot=st.sampled_from([1, 2]))
def test_new_files_come_to_the_same_in_any_lots(paths, files, lot):
    """Rows that repeat others, are held or warned of: a customer's newest answer is named, of this file or another."""
    story = [(f"{number}.csv", rows) for number, rows in enumerate(files)]
    assert in_lots_of(lot, next(paths), story) == in_lots_of(5_000, next(paths), story)


@pytest.mark.parametrize("said", ["a", "b", "c"])
def test_a_row_that_was_replaced_before_its_turn_is_what_it_was(paths, said):
    """An earlier row took its key: it follows its source all the same, in the next lot as in the same one."""
    story = [
        ("a.csv", [("a", None, "", None), ("b", "k1", "", None)]),
        ("a.csv", [("a", "k1", "", None), (said, None, "", None)]),
    ]
    one, other = in_lots_of(1, next(paths), story), in_lots_of(5_000, next(paths), story)
    assert one == other
    assert one[0][1].queued == 2

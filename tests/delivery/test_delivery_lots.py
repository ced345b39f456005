"""Where a lot of rows ends makes no difference: files put anew, changed and mixed come to the same in any lots."""

from itertools import count

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omoto_kit.batch import DUPLICATE, PROBLEMS, Batch, Source
from omoto_kit.campaign import Campaign
from omoto_kit.delivery import Outbox, putting

CAMPAIGN = Campaign(id="154")
#: A row: what it says, its own key, and whether a check held it or called it a repetition.
ROWS = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from([None, "k1", "k2", "k3"]),
    st.sampled_from(["", "", "", "held", "repeated"]),
)
FILES = st.tuples(st.sampled_from(["a.csv", "b.csv"]), st.lists(ROWS, min_size=1, max_size=7))
#: What happens between two files: nothing, or responses in these places get another state by another hand.
MEANWHILE = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0, 1, 2, 3, 4, 5])), max_size=3)
#: All of an outbox that a put decides.
KEPT = """
SELECT id, source_id, row, state, tries, content, occurrence, identity, corrects, mended, reason, note FROM response
UNION ALL SELECT 'payload', id, form, original, problems, 0, 0, 0, 0, 0, 0, 0 FROM payload
UNION ALL SELECT 'duplicate', source_id, row, response_id, 0, 0, 0, 0, 0, 0, 0, 0 FROM duplicate
UNION ALL SELECT 'version', response_id, form, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM version
UNION ALL SELECT 'tally', source_id, state, rows, 0, 0, 0, 0, 0, 0, 0, 0 FROM tally
UNION ALL SELECT 'source', id, total, digest IS NULL, 0, 0, 0, 0, 0, 0, 0, 0 FROM source
ORDER BY 1, 2, 3, 4
"""


def batch_of(name, rows):
    """Make a batch of a file's rows."""
    values = pl.DataFrame(
        {
            "row": range(2, len(rows) + 2),
            "key": pl.Series([key for _, key, _ in rows], dtype=pl.String),
            "campaignid": ["154"] * len(rows),
            "comment": [said for said, _, _ in rows],
        },
        schema_overrides={"row": pl.Int64},
    )
    codes = {"held": ("blank", "error"), "repeated": (DUPLICATE, "warning")}
    problems = [
        {"row": row, "field": "comment", "column": "", "code": codes[what][0], "severity": codes[what][1]}
        | {"value": "", "message": "No answer.", "fix": None}
        for row, (_, _, what) in enumerate(rows, 2)
        if what
    ]
    return Batch(CAMPAIGN, Source(name, fingerprint=name), values, problems=pl.DataFrame(problems, schema=PROBLEMS))


def put_all(path, story):
    """Put files one after the other, with what happens in between; give what came of each, and what is kept."""
    with Outbox(path) as box:
        puts = []
        for (name, rows), meanwhile in story:
            puts.append(box.put(batch_of(name, rows)))
            with box._store.writing() as connection:
                connection.execute("UPDATE setting SET value = ? WHERE name = 'secret'", (b"s" * 32,))
                for number, state in meanwhile:
                    change = "UPDATE response SET state = ? WHERE id = ? AND (content IS NOT NULL OR ? IN (1, 5))"
                    connection.execute(change, (state, number, state))
        return puts, box._store.connection.execute(KEPT).fetchall()


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Give a new place for each outbox."""
    folder = tmp_path_factory.mktemp("lots")
    return (folder / f"{number}.db" for number in count())


@settings(max_examples=120, deadline=None)
@given(story=st.lists(st.tuples(FILES, MEANWHILE), min_size=2, max_size=5), lot=st.sampled_from([1, 2, 3]))
def test_lots_of_any_size_come_to_the_same(paths, story, lot):
    """Rows that repeat, correct, replace or part from one another, within a lot or far from it."""
    told = []
    for size in (lot, 5_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(putting, "ROWS_AT_ONCE", size)
            told.append(put_all(next(paths), story))
    assert told[0] == told[1]

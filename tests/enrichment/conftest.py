"""What the tests of enrichment share: batches from a few columns, and runs with a few functions."""

import polars as pl

from omoto_kit import Campaign
from omoto_kit.batch import Batch, Source
from omoto_kit.enrichment import enrich
from omoto_kit.plugins import Plugins

CITY, PINCODE, ZONE = "namevaluemap.city", "namevaluemap.pincode", "namevaluemap.zone"


def batch_of(columns, first_row=2, **contract):
    """Make a batch of columns by field; rows are numbered as below one header row."""
    count = len(next(iter(columns.values())))
    lists = {name: pl.List(pl.String) for name in columns if name.startswith("catnpsmap.")}
    frame = pl.DataFrame(columns, schema_overrides={name: lists.get(name, pl.String) for name in columns})
    numbers = pl.Series("row", range(first_row, first_row + count), dtype=pl.Int64)
    frame = frame.insert_column(0, numbers).insert_column(1, pl.Series("key", [None] * count, dtype=pl.String))
    return Batch(Campaign(id="154", **contract), Source("kiosk.csv"), frame)


def run(batch, *functions):
    """Enrich a batch by these functions alone."""
    return enrich(batch, plugins=Plugins().with_functions(*functions, name="stores"))


def changes(batch, *columns):
    """Give the changes as tuples of these columns."""
    return batch.changes.select(columns or ("row", "field", "before", "after", "step", "outcome")).rows()


def same(one, other):
    """Tell whether two batches are the same in all that a person can see of them."""
    frames = [(one.values, other.values), (one.changes, other.changes), (one.problems, other.problems)]
    return all(left.equals(right) for left, right in frames) and one.notes == other.notes

"""Values that a standardiser has set and tells: a warning that stands as long as the value does."""

from dataclasses import replace

import polars as pl
import pytest

from omoto_kit.batch import Change
from omoto_kit.enrichment import enrich, undo
from omoto_kit.plugins import Plugins, Replace, enricher
from tests.enrichment.conftest import CITY, batch_of

EMAIL = "customerinfo.email"


@enricher(CITY)
def city(city):
    """Mend one spelling, and say so."""
    return Replace("Bengaluru", "the usual spelling.", tell=True) if city == "Bangalore" else None


@enricher(EMAIL)
def email(email):
    """Mend one domain, and say so."""
    return Replace(email.replace("gmial", "gmail"), "one slip", tell=True) if "gmial" in email else None


PLUGINS = Plugins().with_functions(city, email, name="mending")


def told(batch):
    """Give what is told: row, field and sentence."""
    found = batch.problems.filter(pl.col("code") == "corrected")
    return [(one["row"], one["field"], one["message"]) for one in found.iter_rows(named=True)]


@pytest.fixture
def batch():
    """Two rows, one of which was mended."""
    return enrich(batch_of({CITY: ["Bangalore", "Pune"]}), plugins=PLUGINS)


def test_it_is_set_recorded_and_told(batch):
    """The value stands, the change keeps both, and the warning names them with the fix marked as applied."""
    assert batch.values[CITY].to_list() == ["Bengaluru", "Pune"]
    assert [change.outcome for change in batch.why(2, CITY)] == ["set"]
    sentence = "mending:city has set 'Bengaluru' in place of 'Bangalore': the usual spelling."
    assert told(batch) == [(2, CITY, sentence)]
    (problem,) = batch.problems.to_dicts()
    assert (problem["severity"], problem["value"]) == ("warning", "Bangalore")
    assert problem["fix"] == {"options": ["Bengaluru"], "why": "the usual spelling.", "applied": True}
    assert list(batch.held_rows) == []


def test_another_run_tells_it_once(batch):
    """What stands is told after a second run as after the first, and no more often."""
    again = enrich(batch, plugins=PLUGINS)
    assert told(again) == told(batch)
    assert again.values.equals(batch.values)


def test_it_is_told_no_more_once_it_no_longer_stands(batch):
    """An undo, and a person's edit, take the warning away; that of another row stays."""
    assert told(undo(batch, step="mending")) == []
    edited = batch.values.with_columns(pl.Series(CITY, ["Mysuru", "Pune"]))
    change = Change(2, CITY, "Bengaluru", "Mysuru", "fix:asha")
    assert told(enrich(batch.with_values(edited, [change]), plugins=PLUGINS)) == []
    both = enrich(batch_of({CITY: ["Bangalore", "Bangalore"]}), plugins=PLUGINS)
    one = both.values.with_columns(pl.Series(CITY, ["Mysuru", "Bengaluru"]))
    assert [row for row, *_ in told(enrich(replace(both, values=one), plugins=PLUGINS))] == [3]


def test_what_customers_say_of_themselves_is_not_in_the_sentence():
    """The value and the fix have the address; the sentence, which logs may repeat, has not."""
    mended = enrich(batch_of({EMAIL: ["asha@gmial.com"]}), plugins=PLUGINS)
    assert mended.values[EMAIL].to_list() == ["asha@gmail.com"]
    ((_, _, sentence),) = told(mended)
    assert sentence == "mending:email has set another value in place of what stood there: one slip."

"""Clusters of alike values: found by letters, words and slips, counted, and never applied by themselves."""

import pytest

from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins
from omoto_kit.validation import cluster_mends, clusters, mend, validate
from tests.validation.surveys import batch

NONE = Plugins.load(entry_points=False)
UNIT = "namevaluemap.unitname"


def stores(*names, **contract):
    """Make a batch of answers from these stores."""
    return batch([{"npsrating": "9", UNIT: name} for name in names], **contract)


def found(rows, column=UNIT):
    """Give each cluster as the value to keep, the values and the reason."""
    return [(one.keep, [value for value, _ in one.values], one.why) for one in clusters(rows, column)]


def test_the_same_letters_are_one_cluster():
    """Case, white space, signs and accents do not part names; the most frequent one is kept."""
    rows = stores("Café Pune", "Café Pune", "cafe  PUNE", "Cafe-Pune", "Goa")
    assert found(rows) == [("Café Pune", ["Café Pune", "Cafe-Pune", "cafe  PUNE"], "the same letters")]


def test_the_same_words_in_another_order_are_one_cluster():
    """A city before or after the street is the same store."""
    rows = stores("Pune, Kothrud", "Kothrud Pune")
    assert found(rows) == [("Kothrud Pune", ["Kothrud Pune", "Pune, Kothrud"], "the same words in another order")]


def test_a_slip_joins_long_names_only():
    """Two letters may differ in a long name, one in a short one, none in a very short one."""
    rows = stores("Koramangala", "Kormangla", "Delhi", "Dehli", "Goa", "Gea", "Pune", "Pane")
    assert [values for _, values, _ in found(rows)] == [["Dehli", "Delhi"], ["Koramangala", "Kormangla"]]


def test_other_numbers_are_other_stores():
    """Sector 14 is not Sector 15, however alike the rest is."""
    assert found(stores("Gurgaon Sector 14", "Gurgaon Sector 15", "Gurgaon Sectors 14")) == [
        ("Gurgaon Sector 14", ["Gurgaon Sector 14", "Gurgaon Sectors 14"], "one or two letters differ")
    ]


def test_names_of_the_contract_stay_apart_and_are_kept():
    """Two units whose names differ by a letter are two clusters, and a listed name wins over a frequent one."""
    units = ["Bandra East", "Bandra West", "Whitefield"]
    rows = stores("Bandra East", "Bandra West", "Whitefeild", "Whitefeild", "Whitefield", units=units)
    assert found(rows) == [("Whitefield", ["Whitefeild", "Whitefield"], "one or two letters differ")]


def test_vowel_signs_of_indian_scripts_count():
    """In Hindi a vowel sign makes another word; it is no accent."""
    assert found(stores("पुणे", "पणे")) == []


def test_a_source_column_is_looked_at_too_but_not_set():
    """What a plugin reads can be looked over; only fields can be mended."""
    rows = batch([{"source.Staff": name, "npsrating": "9"} for name in ("Asha Rao", "asha rao")])
    (one,) = clusters(rows, "source.Staff")
    assert one.rows == 2
    assert "Asha" not in repr(one)
    with pytest.raises(UsageError, match="No row of this batch has a field"):
        cluster_mends(rows, one)


def test_an_unknown_column_is_named():
    """The nearest column is offered."""
    with pytest.raises(UsageError, match=r"Did you mean 'namevaluemap\.unitname'"):
        clusters(stores("Goa"), "namevaluemap.unitnam")


def test_a_person_applies_a_cluster():
    """The values that were ticked become the one to keep, with a change for each row."""
    rows = validate(stores("Koramangala", "Koramangala", "Kormangala", "Koramangla"), plugins=NONE)
    (one,) = clusters(rows, UNIT)
    mends = cluster_mends(rows, one, only=["Kormangala"])
    mended = mend(rows, mends, by="asha", plugins=NONE)
    assert mended.values[UNIT].to_list() == ["Koramangala", "Koramangala", "Koramangala", "Koramangla"]
    assert [change.step for change in mended.why(4, UNIT)] == ["fix:asha"]
    assert one.as_json()["values"] == [["Koramangala", 2], ["Koramangla", 1], ["Kormangala", 1]]

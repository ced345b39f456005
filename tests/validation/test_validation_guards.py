"""Checks over the whole source: keys, repetitions, and who the customer is."""

from dataclasses import replace

import polars as pl

from omoto_kit.batch import DUPLICATE, Part, Source
from omoto_kit.plugins import Plugins
from omoto_kit.problem import Problem
from omoto_kit.validation import apply_fix, validate
from tests.validation.surveys import batch

PHONE = "9663798289"


def keyed(*rows):
    """Validate rows given as key, rating and phone."""
    table = [{"key": key, "npsrating": rating, "customerinfo.mobileno": phone} for key, rating, phone in rows]
    return validate(batch(table, identity=["Response ID"]), plugins=Plugins())


def told(checked):
    """Give the problems of keys as (row, code)."""
    return [
        (row, code) for row, code, field in checked.problems.select("row", "code", "field").iter_rows() if not field
    ]


def test_a_row_without_a_key_is_held():
    """The problem stands at the identity column."""
    checked = keyed(("A", "9", PHONE), (None, "9", PHONE), ("", "8", PHONE))
    assert told(checked) == [(3, "id_missing"), (4, "id_missing")]
    assert checked.problems["column"].unique().to_list() == ["Response ID"]


def test_the_same_row_again_is_a_repetition():
    """Same key and same content, in whatever form, is a warning: the row is a duplicate, not held."""
    checked = keyed(("A", "9", PHONE), ("B", "9", PHONE), ("A", "9.0", "+91 " + PHONE))
    assert told(checked) == [(4, DUPLICATE)]
    assert "row 2" in checked.problems.filter(pl.col("code") == DUPLICATE)["message"][0]
    assert checked.counts() | {"problems": 0} == {"rows": 3, "ready": 2, "held": 0, "problems": 0, "duplicate": 1}


def test_the_same_key_with_other_content_is_held():
    """The later row is held and names the earlier; a repetition of the later one names the later."""
    checked = keyed(("A", "9", PHONE), ("A", "3", PHONE), ("A", "3", PHONE), ("A", "9", PHONE))
    assert told(checked) == [(3, "id_duplicate"), (4, DUPLICATE), (5, DUPLICATE)]
    messages = checked.problems["message"].to_list()
    assert "Row 2 has the same key" in messages[0]
    assert "row 3" in messages[1]
    assert "row 2" in messages[2]


def test_a_row_of_another_file_is_named_by_its_number_there():
    """Of several files, the earlier row is named as its own file numbers it; of several sheets by its sheet."""
    table = [{"key": key, "npsrating": rating} for key, rating in (("A", "9"), ("B", "8"), ("B", "8"), ("A", "1"))]
    rows = batch(table, identity=["ID"])
    for parts, names in (
        ((Part("may.csv"), Part("june.csv", after=2)), ("may.csv", "june.csv")),
        ((Part("a.xlsx", sheet="May"), Part("a.xlsx", sheet="June", after=2)), ("May", "June")),
    ):
        checked = validate(replace(rows, source=Source("2", parts=parts)), plugins=Plugins())
        messages = checked.problems.filter(pl.col("field") == "").sort("row")["message"].to_list()
        assert f"the same as row 1 of {names[1]}, with" in messages[0]
        assert messages[1].startswith(f"Row 2 of {names[0]} has the same key")


def test_reasons_are_content_too():
    """Two rows that differ in a category's reasons alone say different things."""
    rows = [{"key": "A", "catnpsmap.Price": reasons} for reasons in (["x"], ["x"], ["y"], [], None)]
    checked = validate(batch(rows, identity=["ID"]), plugins=Plugins())
    assert told(checked) == [(3, DUPLICATE), (4, "id_duplicate"), (5, "id_duplicate"), (6, "id_duplicate")]


def test_without_an_identity_equal_rows_both_go():
    """Two honest identical answers are no problem where the contract names no key."""
    rows = [{"npsrating": "9", "customerinfo.regid": "R"}] * 2
    checked = validate(batch(rows), plugins=Plugins())
    assert checked.counts()["ready"] == 2


def test_one_of_several_ways_to_know_the_customer_is_enough():
    """With any_of, a row that has none is held."""
    rows = [{"customerinfo.email": "a@b.in"}, {"customerinfo.mobileno": PHONE}, {"customerinfo.name": "Asha"}, {}]
    checked = validate(batch(rows, customer={"any_of": ["mobileno", "email"]}), plugins=Plugins())
    assert checked.problems.select("row", "code").rows() == [(4, "customer_missing"), (5, "customer_missing")]
    assert "mobileno, email" in checked.problems["message"][0]


def test_a_customer_nobody_can_tell_apart_is_a_warning():
    """Without a demand in the contract the row may go; a name alone tells nobody apart."""
    checked = validate(batch([{"customerinfo.name": "Asha"}, {"customerinfo.regid": "R1"}]), plugins=Plugins())
    assert checked.problems.select("row", "code", "severity").rows() == [(2, "customer_unidentified", "warning")]


def test_problems_of_others_stay_and_ours_are_found_anew():
    """A problem that composing made survives; one that no longer holds is gone."""
    checked = keyed(("A", "11", PHONE))
    other = Problem(2, "namevaluemap", "pair_unreadable", "No equals sign.")
    checked = validate(checked.with_problems([other]), plugins=Plugins())
    assert checked.problems["code"].to_list() == ["pair_unreadable", "rating_out_of_range"]
    right = checked.with_values(checked.values.with_columns(npsrating=pl.lit("9")))
    assert validate(right, plugins=Plugins()).problems["code"].to_list() == ["pair_unreadable"]


def test_problems_come_in_the_order_of_the_rows():
    """A person reads them from top to bottom."""
    checked = keyed(("A", "11", PHONE), (None, "x", "12"), ("A", "9", PHONE))
    assert checked.problems["row"].is_sorted()


def test_an_empty_batch_is_fine():
    """No rows, no problems, and nothing raised."""
    empty = batch([{"key": "A", "npsrating": "9", "customerinfo.mobileno": PHONE, "comment": "x"}], identity=["ID"])
    checked = validate(empty.with_values(empty.values.clear()), plugins=Plugins())
    assert checked.counts() == {"rows": 0, "ready": 0, "held": 0, "problems": 0, "duplicate": 0}


def test_a_key_that_a_person_sets_ends_the_problem():
    """Field "" is the row's own key; setting it frees the row."""
    checked = apply_fix(keyed(("A", "9", PHONE), ("A", "8", PHONE)), 3, "", "B", by="asha", plugins=Plugins())
    assert told(checked) == []
    assert checked.values["key"].to_list() == ["A", "B"]

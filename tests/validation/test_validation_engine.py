"""The engine by itself: one question for each distinct value, and answers that find their way back to every row."""

import polars as pl
import pytest

from omoto_kit.batch import CHANGES, PROBLEMS
from omoto_kit.plugins import Finding, Replace, RuleStep
from omoto_kit.problem import Severity
from omoto_kit.validation.engine import Check, as_text, ask
from omoto_kit.validation.forms import ascii_digits, fold, quote, strip, without_marks

VALUES = pl.DataFrame(
    {
        "row": [2, 3, 4, 5, 6],
        "comment": ["a", "b", "a", None, "a"],
        "npsrating": ["1", "1", "1", None, "2"],
        "catnpsmap.Price": [["x", "y"], [], None, ["x", "y"], ["x"]],
    }
)


class Asked:
    """A rule that remembers what it was asked, and answers from a table."""

    def __init__(self, answers=None):
        self.calls = []
        self.answers = answers or {}

    def __call__(self, *values):
        self.calls.append(values)
        return self.answers.get(values)


def put(rule, field, *columns):
    """Ask a rule about the values above."""
    step = RuleStep("probe", rule, plugin="tests", version="1", reads=columns, field=field)
    return ask(Check(step, columns, rule), VALUES, "Header")


def test_each_distinct_value_is_asked_once():
    """Null is a value too; the order is that of the rows."""
    rule = Asked()
    answers = put(rule, "comment", "comment")
    assert rule.calls == [("a",), ("b",), (None,)]
    assert answers.values.equals(VALUES)
    assert answers.problems.schema == PROBLEMS
    assert answers.changes.schema == CHANGES


def test_several_fields_are_asked_as_one_key():
    """Each pair that occurs is asked once."""
    rule = Asked()
    put(rule, "comment", "comment", "npsrating")
    assert rule.calls == [("a", "1"), ("b", "1"), (None, None), ("a", "2")]


def test_lists_arrive_as_tuples_and_empty_is_not_absent():
    """A category that is selected without reasons differs from one that is not selected."""
    rule = Asked()
    put(rule, "catnpsmap.Price", "catnpsmap.Price")
    assert rule.calls == [(("x", "y"),), ((),), (None,), (("x",),)]


def test_a_column_that_is_not_there_is_absent_everywhere():
    """It is asked once, with None."""
    rule = Asked({(None,): Finding("gone", "Gone.")})
    answers = put(rule, "customerinfo.email", "customerinfo.email")
    assert rule.calls == [(None,)]
    assert answers.problems["row"].to_list() == [2, 3, 4, 5, 6]
    assert answers.problems["value"].null_count() == 5


def test_problems_reach_every_row_of_their_value():
    """Field, header, value and fix are those of the finding; one without advice has no fix."""
    warning = Finding("w", "Look.", Severity.WARNING, ("c", "d"), "why")
    rule = Asked({("a",): [warning, Finding("e", "Bad.")], (None,): Finding("n", "None.")})
    problems = put(rule, "comment", "comment").problems
    assert problems.select("row", "code").rows() == [
        (2, "w"), (2, "e"), (4, "w"), (4, "e"), (5, "n"), (6, "w"), (6, "e"),
    ]  # fmt: skip
    first, second = problems.head(2).iter_rows(named=True)
    assert first == {
        "row": 2,
        "field": "comment",
        "column": "Header",
        "code": "w",
        "severity": "warning",
        "value": "a",
        "message": "Look.",
        "fix": {"options": ["c", "d"], "why": "why", "applied": False},
    }
    assert second["fix"] is None


def test_a_replacement_reaches_every_row_and_is_recorded():
    """Values keep their order and their columns; each row has its own change."""
    rule = Asked({("a",): Replace("A", "capital"), (None,): Replace("none", "filled")})
    answers = put(rule, "comment", "comment")
    assert answers.values["comment"].to_list() == ["A", "b", "A", "none", "A"]
    assert answers.values.columns == VALUES.columns
    assert answers.values.drop("comment").equals(VALUES.drop("comment"))
    assert answers.changes.select("row", "before", "after", "step", "version", "why", "outcome").rows() == [
        (2, "a", "A", "tests:probe", "1", "capital", "set"),
        (4, "a", "A", "tests:probe", "1", "capital", "set"),
        (5, None, "none", "tests:probe", "1", "filled", "set"),
        (6, "a", "A", "tests:probe", "1", "capital", "set"),
    ]


def test_a_replacement_by_nothing_clears():
    """None makes the field absent, and the change says so."""
    answers = put(Asked({("b",): Replace(None, "cleared")}), "comment", "comment")
    assert answers.values["comment"].to_list() == ["a", None, "a", None, "a"]
    assert answers.changes.select("before", "after").rows() == [("b", None)]


def test_lists_are_replaced_by_lists():
    """Texts of the change join the reasons."""
    answers = put(Asked({(("x", "y"),): Replace(("z", "x"), "w"), ((),): Replace(None, "w")}), *["catnpsmap.Price"] * 2)
    assert answers.values["catnpsmap.Price"].to_list() == [["z", "x"], None, None, ["z", "x"], ["x"]]
    assert answers.changes.select("before", "after").rows() == [("x; y", "z; x"), ("", None), ("x; y", "z; x")]


def test_the_value_shown_is_the_one_that_stands():
    """A finding beside a replacement shows the new value, unless it tells of the replacement itself."""
    told = Finding("told", "Told.", Severity.WARNING, ("A",), applied=True)
    rule = Asked({("a",): [Replace("A", "w"), Finding("stays", "Stays."), told]})
    problems = put(rule, "comment", "comment").problems
    assert dict(problems.select("code", "value").rows()) == {"stays": "A", "told": "a"}


def test_equal_row_numbers_do_not_multiply_rows():
    """Rows are told apart by where they stand, not by their number."""
    twice = pl.concat([VALUES, VALUES])
    rule = Asked({("a",): Replace("A", "w")})
    step = RuleStep("probe", rule, reads=("comment",), field="comment")
    answers = ask(Check(step, ("comment",), rule), twice, "")
    assert answers.values.height == 10
    assert answers.values["comment"].to_list() == ["A", "b", "A", None, "A"] * 2


def test_columns_are_shown_as_text():
    """Lists are joined; what is not there is null."""
    shown = VALUES.select(as_text(VALUES, "catnpsmap.Price").alias("a"), as_text(VALUES, "gone").alias("b"))
    assert shown["a"].to_list() == ["x; y", "", None, "x; y", "x"]
    assert shown["b"].null_count() == 5


@pytest.mark.parametrize(
    ("function", "given", "wanted"),
    [
        (strip, None, ""),
        (strip, " \u200e\u00a0a b\ufeff ", "a b"),
        (strip, "\u200b", ""),
        (without_marks, "a\u200db", "ab"),
        (ascii_digits, "٣ and ९ and ９ and ²", "3 and 9 and 9 and ²"),
        (fold, " A\u00a0 b ", "a b"),
        (fold, "STRASSE", fold("straße")),
        (fold, "cafe\u0301", fold("CAFÉ")),
        (quote, "it", "'it'"),
    ],
)
def test_small_readings(function, given, wanted):
    """White space, marks, digits and case, as the rules read them; twice is once."""
    assert function(given) == wanted
    if function is not quote:
        assert function(function(given)) == wanted


def test_long_values_are_cut_in_sentences():
    """A message stays readable whatever stands in the cell."""
    assert len(quote("x" * 10_000)) < 70

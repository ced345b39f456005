"""The rules of a field: asked about each distinct value once, and the same whether columns help or not."""

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from omoto_kit.plugins import Finding, Plugins, Replace, RuleStep
from omoto_kit.problem import Severity
from omoto_kit.validation import fields, validate
from omoto_kit.validation.engine import Memory
from omoto_kit.validation.fields import Account, FieldCheck, FieldRules, Quick, outcome_of
from tests.validation.surveys import batch
from tests.validation.test_validation_properties import ADDRESS, CONTRACT, FIELDS, LIKELY, NUMBER, PIN, STAMP, WHOLE

VALUES = pl.DataFrame(
    {
        "row": [2, 3, 4, 5, 6],
        "comment": ["a", "b", "a", None, "a"],
        "catnpsmap.Price": [["x", "y"], [], None, ["x", "y"], ["x"]],
    }
)


class Asked:
    """A rule that remembers what it was asked, and answers from a table."""

    def __init__(self, answers=None):
        self.calls = []
        self.answers = answers or {}

    def __call__(self, value):
        self.calls.append(value)
        return self.answers.get(value)


def check(rule, name="probe", field="comment", **how):
    """Make a rule of a field."""
    return FieldCheck(RuleStep(name, rule, plugin="tests", version="1", reads=("value",), field=field), rule, **how)


def put(field, *checks, memory=None, **how):
    """Take the rules of one field through the values above."""
    account = Account(VALUES, lambda name: f"Header of {name}", memory or Memory())
    account.take(FieldRules(field, checks, **how))
    values, problems, changes = account.result()
    return values, pl.concat(problems) if problems else None, pl.concat(changes) if changes else None


@pytest.fixture(autouse=True, params=[0, fields.FEW], ids=["columns", "values"])
def few(request, monkeypatch):
    """Let each test run with columns that decide first, and with few rows, where values are asked at once."""
    monkeypatch.setattr(fields, "FEW", request.param)
    return request.param


def test_each_rule_is_asked_about_what_the_one_before_it_left():
    """Two changes of one value are two records, in order; the finding shows the value that stands."""
    first, second = Asked({"a": Replace("A", "one")}), Asked({"A": [Replace("AA", "two"), Finding("f", "Found.")]})
    values, problems, changes = put("comment", check(first, "first"), check(second, "second"))
    assert sorted(first.calls, key=str) == [None, "a", "b"]
    assert values["comment"].to_list() == ["AA", "b", "AA", None, "AA"]
    assert changes.filter(pl.col("row") == 4).select("before", "after", "step", "why", "version").rows() == [
        ("a", "A", "tests:first", "one", "1"),
        ("A", "AA", "tests:second", "two", "1"),
    ]
    assert problems.select("row", "value", "column").rows() == [(row, "AA", "Header of comment") for row in (2, 4, 6)]


def test_what_was_said_is_remembered():
    """The next batch of the same source does not ask again."""
    memory, rule = Memory(), Asked({"a": Finding("f", "Found.")})
    for _ in range(2):
        _, problems, _ = put("comment", check(rule), memory=memory)
        assert problems["row"].to_list() == [2, 4, 6]
    assert len(rule.calls) == 3


def test_lists_arrive_as_tuples_and_are_replaced_by_lists():
    """A category that is selected without reasons differs from one that is not selected."""
    rule = Asked({("x", "y"): Replace(("z", "x"), "w"), (): Replace(None, "w")})
    values, _, changes = put("catnpsmap.Price", check(rule, field="catnpsmap.Price"))
    assert values["catnpsmap.Price"].to_list() == [["z", "x"], None, None, ["z", "x"], ["x"]]
    assert changes.select("before", "after").rows() == [("x; y", "z; x"), ("", None), ("x; y", "z; x")]


def test_a_column_that_is_not_there_is_absent_everywhere():
    """It is asked once, with None."""
    rule = Asked({None: Finding("gone", "Gone.")})
    _, problems, _ = put("npsrating", check(rule, field="npsrating"))
    assert rule.calls == [None]
    assert problems["row"].to_list() == [2, 3, 4, 5, 6]


def test_columns_spare_the_rules_what_is_clear_and_what_is_quick(few):
    """Quick answers and exact ones are written together, each with its reason."""
    rule = Asked({"b": Replace("B", "exact"), "a": Replace("A", "quick")})
    probe = check(rule)
    quick = Quick(probe.step, "quick", lambda: [pl.when(pl.col("0") == "a").then(pl.lit("A"))])
    values, _, changes = put("comment", probe, clear=pl.Expr.is_null, quick=quick)
    assert rule.calls == (["a", "b", None] if few else ["b"])
    assert values["comment"].to_list() == ["A", "B", "A", None, "A"]
    assert sorted(changes.select("row", "why").rows()) == [(2, "quick"), (3, "exact"), (4, "quick"), (6, "quick")]


def test_an_applied_finding_shows_what_stood_there():
    """One that tells of the replacement itself shows the old value, any other the new one."""
    told = Finding("told", "Told.", Severity.WARNING, ("A",), applied=True)
    outcome = outcome_of(
        FieldRules("comment", (check(lambda _: [Replace("A", "w"), Finding("stays", "Stays."), told]),)), "a"
    )
    assert [(finding.code, value) for finding, value in outcome.findings] == [("stays", "A"), ("told", "a")]


CELLS = {
    "customerinfo.mobileno": NUMBER,
    "customerinfo.email": ADDRESS,
    "namevaluemap.visit": STAMP,
    "namevaluemap.pincode": PIN,
    "namevaluemap.unitname": st.sampled_from(["EXL Deira Dubai 101", " exl olaya riyadh 102", "EXL Olaya"]),
    "npsrating": st.sampled_from(["9", "9/10", "ten", "11", " 7 "]),
}
ROWS = st.fixed_dictionaries(
    {name: st.none() | CELLS.get(name, WHOLE) | WHOLE | LIKELY for name in FIELDS}
    | {"catnpsmap.Price": st.sampled_from([None, [], ["Too High"], ["too high"], ["Dear"]])}
)


@settings(deadline=None, max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=st.lists(ROWS, min_size=1, max_size=12), e164=st.booleans(), region=st.sampled_from(["IN", "AE", "US"]))
def test_columns_and_values_come_to_the_same(rows, e164, region):
    """For every field of a contract, whatever stands in it: same values, same changes, same problems."""
    contract = CONTRACT | {"customer": {"region": region, "phone": "e164" if e164 else "national"}}
    raw, found = batch(rows, **contract), []
    for few in (0, 10_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fields, "FEW", few)
            found.append(validate(raw, plugins=Plugins()))
    columns, values = found
    order = ["row", "field", "step", "before"]
    assert columns.values.equals(values.values)
    assert columns.problems.equals(values.problems)
    assert columns.changes.sort(order).equals(values.changes.sort(order))

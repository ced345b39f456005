"""A person's fixes: set, recorded as theirs, and checked again."""

import pytest

from omoto_kit import compose, enrich, read
from omoto_kit.campaign import Campaign
from omoto_kit.errors import UsageError
from omoto_kit.plugins import Plugins, Replace, rule
from omoto_kit.validation import Mend, apply_fix, mend, validate
from tests.validation.surveys import batch, generate

CONTRACT = {
    "categories": {"Price": ["Too High", "Wrong Bill"], "Parking": []},
    "attributes": {"daypart": {}},
    "rating": {"required": True},
    "identity": ["ID"],
}


def checked(*rows):
    """Validate rows of known customers."""
    full = [{"key": f"K{place}", "customerinfo.regid": "R", "npsrating": "9"} | row for place, row in enumerate(rows)]
    return validate(batch(full, **CONTRACT), plugins=Plugins())


def fix(given, row, field, value):
    """Fix as asha, without plugins."""
    return apply_fix(given, row, field, value, by="asha", plugins=Plugins())


def test_a_fix_sets_the_value_and_frees_the_row():
    """The change says who, from what, to what; the problem is gone and others stay."""
    before = checked({"npsrating": "eleven"}, {"npsrating": "12"})
    after = fix(before, 2, "npsrating", "8")
    assert after.values["npsrating"].to_list() == ["8", "12"]
    assert after.problems["row"].to_list() == [3]
    (change,) = after.why(2, "npsrating")
    assert (change.before, change.after, change.step) == ("eleven", "8", "fix:asha")


def test_a_fix_in_another_form_is_mended_in_turn():
    """What a person types goes through the rules like a cell; both changes are told, in order."""
    after = fix(checked({"npsrating": "x"}), 2, "npsrating", "8/10")
    assert after.values["npsrating"][0] == "8"
    assert [change.step for change in after.why(2, "npsrating")] == ["fix:asha", "validation:npsrating"]
    assert after.problems["code"].to_list() == ["rating_form"]


def test_a_fix_over_an_applied_one_ends_its_warning():
    """The warning about a form belongs to the value that it told of."""
    before = checked({"npsrating": "8/10"})
    assert before.problems["code"].to_list() == ["rating_form"]
    assert fix(before, 2, "npsrating", "7").problems.height == 0


def test_a_wrong_fix_is_a_problem_like_any_other():
    """A person's value is checked too."""
    after = fix(checked({}), 2, "npsrating", "11")
    assert after.problems["code"].to_list() == ["rating_out_of_range"]
    assert fix(after, 2, "npsrating", "").problems["code"].to_list() == ["rating_missing"]


def test_a_fix_equals_a_whole_validation():
    """Checking one row again finds what checking all rows finds."""
    rows = [{"npsrating": "9.0"}, {"npsrating": "ten", "comment": "a\x00"}, {"catnpsmap.Price": ["too high"]}]
    after = fix(checked(*rows), 3, "npsrating", "10")
    whole = validate(after, plugins=Plugins())
    assert whole.values.equals(after.values)
    assert whole.problems.equals(after.problems)
    assert whole.changes.equals(after.changes)


def test_reasons_are_fixed_as_the_options_write_them():
    """An option's text and a list of reasons both become the list."""
    before = checked({"catnpsmap.Price": ["too high", "Wrong Bill"]})
    (option,) = before.problems["fix"][0]["options"]
    for value in (option, ["Too High", "Wrong Bill"]):
        after = fix(before, 2, "catnpsmap.Price", value)
        assert after.values["catnpsmap.Price"].to_list() == [["Too High", "Wrong Bill"]]
        assert after.problems.height == 0
    assert fix(before, 2, "catnpsmap.Price", []).values["catnpsmap.Price"].to_list() == [[]]
    assert fix(before, 2, "catnpsmap.Price", None).values["catnpsmap.Price"].to_list() == [None]


def test_a_wrong_name_is_fixed_by_moving_the_value():
    """The selection, or the value, goes to the right name; both fields have their change."""
    before = checked({"catnpsmap.Parkng": [], "namevaluemap.Day Part": "Lunch"}, {"catnpsmap.Parkng": []})
    after = fix(before, 2, "catnpsmap.Parkng", "Parking")
    after = fix(after, 2, "namevaluemap.Day Part", "daypart")
    assert after.values["catnpsmap.Parking"].to_list() == [[], None]
    assert after.values["catnpsmap.Parkng"].to_list() == [None, []]
    assert after.values["namevaluemap.daypart"].to_list() == ["Lunch", None]
    assert after.problems["row"].to_list() == [3]
    assert after.why(2, "namevaluemap.daypart")[0].after == "Lunch"
    assert after.why(2, "namevaluemap.Day Part")[0].before == "Lunch"


def test_a_field_without_a_column_can_be_set():
    """A comment can be added where the source has none, half characters and all."""
    after = fix(checked({}, {}), 3, "comment", "good\ud83d")
    assert after.values["comment"].to_list() == [None, "good\ufffd"]


def test_row_and_field_must_exist():
    """The message names what is near."""
    given = checked({})
    with pytest.raises(UsageError, match="no row 99"):
        fix(given, 99, "npsrating", "9")
    with pytest.raises(UsageError, match="npsrating"):
        fix(given, 2, "npsratin", "9")
    for field in ("namevaluemap", "catnpsmap"):
        with pytest.raises(UsageError):
            fix(given, 2, field, "9")


def test_a_fix_asks_the_plugins_too():
    """A stranger's rule sees what the person wrote."""

    @rule("comment")
    def tidy(comment):
        return Replace(comment.rstrip("!"), "Calm.") if comment and comment.endswith("!") else None

    after = apply_fix(checked({}), 2, "comment", "wow!", by="asha", plugins=Plugins().with_functions(tidy))
    assert after.values["comment"][0] == "wow"
    assert [change.step for change in after.why(2, "comment")] == ["fix:asha", "notebook:tidy"]


def test_every_single_option_of_the_survey_mends_its_problem(tmp_path):
    """Applying the one option that a problem offers ends that problem, for every planted fault that has one."""
    before = validate(generate(tmp_path, 1500, 7).batch(), plugins=Plugins())
    tried = 0
    for problem in before.problems.filter(before.problems["severity"] == "error").iter_rows(named=True):
        options = problem["fix"]["options"] if problem["fix"] else []
        if len(options) == 1 and not problem["fix"]["applied"]:
            after = fix(before, problem["row"], problem["field"], options[0])
            same = (after.problems["row"] == problem["row"]) & (after.problems["code"] == problem["code"])
            assert after.problems.filter(same & (after.problems["field"] == problem["field"])).height == 0, problem
            tried += 1
    assert tried >= 5


TWO_ZONES = """
from omoto_kit import enricher

@enricher("namevaluemap.zone")
def north(pincode):
    return "North"

@enricher("namevaluemap.zone")
def south(pincode):
    return "South"
"""


@pytest.mark.parametrize("chosen", ["South", "West", None])
def test_a_conflict_ends_where_a_person_has_chosen(chosen):
    """Two plugins differ and the row is held; what a person sets, or leaves empty, frees it, by one fix or by many."""
    space: dict[str, object] = {}
    exec(TWO_ZONES, space)  # noqa: S102  as a cell of a notebook defines plugins
    plugins = Plugins().with_notebook({name: value for name, value in space.items() if not name.startswith("__")})
    campaign = Campaign(id="154", attributes={"zone": {}, "pincode": {}})
    rows = [{"NPS": "9", "Pincode": "560001", "Mobile": "9663798289"}] * 2
    batch = validate(enrich(compose(read(rows), campaign), plugins=plugins), plugins=plugins)
    first, second = batch.values["row"].to_list()
    assert set(batch.problems["code"]) >= {"enrichment_conflict"}
    fixed = apply_fix(batch, first, "namevaluemap.zone", chosen, by="asha", plugins=plugins)
    fixed = mend(fixed, [Mend("namevaluemap.zone", "", None, chosen or "", (second,))], by="asha", plugins=plugins)
    assert "enrichment_conflict" not in fixed.problems["code"]
    assert fixed.values["namevaluemap.zone"].to_list() == [chosen, chosen]
    again = validate(enrich(fixed, plugins=plugins), plugins=plugins)
    assert again.values["namevaluemap.zone"].to_list() == [chosen, chosen]

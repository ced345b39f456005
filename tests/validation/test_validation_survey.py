"""The generated survey: every planted fault is found where it is, and nothing else is held."""

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import CODES, validate
from tests.validation.surveys import generate


@pytest.fixture(scope="module", params=[7, 11])
def survey(request, tmp_path_factory):
    """Generate 5,000 rows, about 250 of them with faults."""
    return generate(tmp_path_factory.mktemp("survey"), 5000, request.param)


@pytest.fixture(scope="module")
def checked(survey):
    """Read, compose and validate the survey."""
    return validate(survey.batch(), plugins=Plugins())


def placed(checked):
    """Give the problems by the source's own columns."""
    rows = checked.problems.select("row", "column", "code", "severity").iter_rows()
    return {(row, column, code): severity for row, column, code, severity in rows}


def test_every_planted_fault_is_found_at_its_place(survey, checked):
    """Row, column, code and severity of each fault are those that the generator planted."""
    truth, seen = survey.truth(), placed(checked)
    assert len(truth) > 200
    assert {place: seen.get(place) for place in truth} == truth


def test_nothing_else_is_held(survey, checked):
    """No error stands at a cell that the generator left right."""
    errors = {place for place, severity in placed(checked).items() if severity == "error"}
    assert errors - survey.truth().keys() == set()


def test_every_row_is_accounted_for(survey, checked):
    """Rows are ready, held or duplicate, and the held ones are those with a planted error."""
    counts = checked.counts()
    held = {row for (row, _, _), severity in survey.truth().items() if severity == "error"}
    assert counts["rows"] == 5000 == counts["ready"] + counts["held"] + counts["duplicate"]
    assert set(checked.held_rows) == held


def test_validating_twice_changes_nothing(checked):
    """Values, changes, problems and notes of a second validation are those of the first."""
    again = validate(checked, plugins=Plugins())
    assert again.values.equals(checked.values)
    assert again.changes.equals(checked.changes)
    assert again.problems.equals(checked.problems)
    assert again.notes == checked.notes


def test_ready_rows_go_out_in_the_agreed_forms(checked):
    """What is ready has plain ratings, standard unit names, ISO dates and ten-digit or +country numbers."""
    ready = checked.ready
    units = {unit.name for unit in checked.campaign.units}
    assert set(ready["npsrating"]) == {str(number) for number in range(11)}
    assert set(ready["namevaluemap.unitname"]) <= units
    assert ready["namevaluemap.submittedat"].str.contains(r"^2025-\d\d-\d\d(T\d\d:\d\d:\d\d)?$").all()
    assert ready["customerinfo.mobileno"].str.contains(r"^([6-9]\d{9}|\+9715\d{8}|\+9665\d{8})$").all()
    assert ready["namevaluemap.pincode"].drop_nulls().str.contains("^[1-9][0-9]{5}$").all()


def test_every_changed_value_has_its_change(survey, checked):
    """A value differs from the composed one exactly where a change says so, with what it was and what it is."""
    before = survey.batch().values
    for field in checked.fields:
        if field.startswith("catnpsmap."):
            continue
        differs = before[field].ne_missing(checked.values[field])
        told = checked.changes.filter(checked.changes["field"] == field)
        assert sorted(told["row"]) == sorted(before["row"].filter(differs)), field
        assert told["after"].null_count() == 0
        assert told["step"].str.starts_with("validation:").all()
        assert (told["why"] != "").all()


def test_every_code_is_explained(checked):
    """Each code that was found stands in the public table of codes."""
    assert set(checked.problems["code"]) - CODES.keys() == set()


def test_messages_do_not_repeat_personal_data(checked):
    """No message shows a customer's number, address or comment; the value column has them."""
    for problem in checked.problems.iter_rows(named=True):
        if problem["field"] in ("customerinfo.mobileno", "customerinfo.email", "comment"):
            assert not problem["value"] or problem["value"] not in problem["message"]

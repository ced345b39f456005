"""Guards over the whole batch: each sees its own fault, and honest batches pass."""

import random
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from omoto_kit.campaign import Campaign
from omoto_kit.plugins import Plugins
from omoto_kit.validation import (
    GUARDS,
    Before,
    Earlier,
    History,
    Names,
    Portrait,
    apply_fix,
    hold_against,
    look_over,
    nps,
    nps_margin,
    validate,
)
from omoto_kit.validation.portrait import is_unanswered
from tests.validation.surveys import batch

CONTRACT = {
    "rating": {"scale": [0, 10]},
    "attributes": {"unitname": {}, "visit": {"kind": "date"}},
    "units": ["North", "South", "East", "West"],
}
NONE = Plugins.load(entry_points=False)
TODAY = date(2026, 5, 1)


def rows(count, *, seed=1, ratings=None, **other):
    """Give honest answers: most are content, units are mixed, each customer has a number of his own."""
    draw = random.Random(seed)
    usual = [10, 9, 9, 10, 8, 8, 7, 9, 6, 3, 0, 10]
    made = []
    for number in range(count):
        row = {
            "npsrating": str(draw.choice(ratings or usual)),
            "comment": draw.choice(["Good service", "", "Slow", "Fine, thanks", "Too dear"]) or None,
            "customerinfo.mobileno": f"98{number * 7_654_321 % 10**8:08d}",
            "customerinfo.email": f"guest{number}@example.com",
            "namevaluemap.unitname": draw.choice(CONTRACT["units"]),
            "namevaluemap.visit": f"2026-04-{draw.randint(1, 28):02d}",
        }
        made.append(row | {name: value(number) if callable(value) else value for name, value in other.items()})
    return made


def checked(table, **contract):
    """Validate rows against the contract of these tests."""
    return validate(batch(table, **(CONTRACT | contract)), plugins=NONE)


def codes(guards):
    """Give code and whether it holds."""
    return [(guard.code, guard.holds) for guard in guards]


def message(guards, code):
    """Give the one message of a code."""
    (text,) = [guard.message for guard in guards if guard.code == code]
    return text


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("count", [8, 20, 60, 400])
def test_honest_batches_pass(count, seed):
    """Whatever chance does with honest answers, no guard speaks."""
    assert checked(rows(count, seed=seed)).guards == ()


@pytest.mark.parametrize("fields", [{}, {"customerinfo.mobileno": "9845012345", "namevaluemap.unitname": "North"}])
def test_a_source_without_answers_is_seen(fields):
    """Rows that only say who and where hold the batch, however few they are; a response made by hand does not."""
    table = [{"source.Zz": f"red{number}", **fields} for number in range(30)]
    guards = checked(table).guards
    assert codes(guards) == [("answers_absent", True)]
    assert "No response of 30 has a rating" in guards[0].message
    assert codes(checked(table[:1]).guards) == [("answers_absent", True)]
    assert checked([fields]).guards == ()


@pytest.mark.parametrize("answer", [{"comment": "fine"}, {"catnpsmap.Price": []}, {"namevaluemap.visit": "2026-04-01"}])
def test_one_answer_is_enough(answer):
    """A comment, a category without a reason and an attribute are answers, too; what the contract gives is none."""
    table = [{"source.Zz": "red"}, {"source.Zz": "blue", **answer}]
    assert not is_unanswered(batch(table, **CONTRACT))
    fixed = {name: value or "" for name, value in answer.items()}
    assert is_unanswered(batch(table, **CONTRACT, fixed=fixed))


def test_parts_of_a_source_without_answers_add_up():
    """A file that comes in batches is seen as one that comes at once, and one batch with an answer is enough for it."""
    table = [{"source.Zz": f"red{number}"} for number in range(30)]
    part = Portrait.of(batch(table, **CONTRACT))
    names = Names({})
    assert codes(look_over(part + part, Campaign(id="154"), names)) == [("answers_absent", True)]
    answered = Portrait.of(batch(rows(8), **CONTRACT))
    assert "answers_absent" not in {guard.code for guard in look_over(part + answered, Campaign(id="154"), names)}


def test_a_shorter_scale_is_seen():
    """Stars from 1 to 5 in a campaign from 0 to 10 hold the batch, with the numbers that say so."""
    guards = checked(rows(40, ratings=[1, 2, 3, 4, 5, 5, 5])).guards
    assert codes(guards) == [("scale_small", True)]
    assert "All 40 ratings" in guards[0].message
    assert "between 1 and 5" in guards[0].message


@pytest.mark.parametrize(("count", "ratings"), [(20, [4, 5]), (60, [4, 4, 5]), (40, [1, 2, 3, 4])])
def test_a_shorter_scale_is_seen_by_a_part_of_it(count, ratings):
    """Happy customers who give only 4 and 5 of five stars, or nobody who gives the top, are seen as well."""
    guards = checked(rows(count, ratings=ratings)).guards
    assert codes(guards) == [("scale_small", True)]
    assert "on a scale from 1 to 5" in guards[0].message


def test_a_slip_does_not_hide_a_shorter_scale():
    """One 9 among 59 stars changes nothing, and is not counted with them; honest bad ratings are more than that."""
    stars = rows(59, ratings=[1, 3, 4, 5, 5])
    guards = checked([*stars, *rows(1, ratings=[9])]).guards
    assert [guard.code for guard in guards] == ["scale_small"]
    assert "59 of 60 ratings" in guards[0].message
    assert "between 1 and 5" in guards[0].message
    assert checked(rows(60, ratings=[0, 1])).guards == ()
    assert checked([*rows(45, ratings=[0, 1, 3, 4, 5]), *rows(15, seed=2, ratings=[7, 9, 10])]).guards == ()


def test_a_scale_to_seven_needs_more_rows_to_be_seen():
    """Ratings that end at 7 are believed in 60 rows, and not in 300."""
    assert codes(checked(rows(60, ratings=[1, 2, 3, 4, 5, 6, 7])).guards) == []
    assert codes(checked(rows(300, ratings=[1, 2, 3, 4, 5, 6, 7])).guards) == [("scale_small", True)]


def test_a_slider_is_seen():
    """A slider from 0 to 100 holds the batch, since those ratings that are 10 or less would be sent wrongly."""
    guards = checked(rows(50, ratings=range(101))).guards
    assert codes(guards) == [("scale_large", True)]
    assert "0 to 10" in guards[0].message
    assert "from 0 to 100" in guards[0].message


def test_a_contract_with_five_stars_is_at_home_with_them():
    """The same ratings are right where the contract says so, and ten points are wrong there."""
    stars = {"rating": {"scale": [1, 5]}}
    assert checked(rows(60, ratings=[1, 3, 4, 5, 5]), **stars).guards == ()
    assert codes(checked(rows(60), **stars).guards) == [("scale_large", True)]


def test_few_rows_are_only_told():
    """Fewer than 20 rows never hold the batch."""
    assert codes(checked(rows(12, ratings=range(101))).guards) == [("scale_large", False)]
    assert checked(rows(5, ratings=[1])).guards == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [("npsrating", "8"), ("customerinfo.email", "desk@example.com"), ("customerinfo.mobileno", "9845012345")],
)
def test_a_constant_column_is_seen(field, value):
    """A rating, an address or a number that never changes is a default or a wrong column; what it is stays out."""
    guards = checked(rows(30, **{field: value})).guards
    assert codes(guards) == [("column_constant", True)]
    assert "30 rows" in guards[0].message
    assert (value in guards[0].message) == (field == "npsrating")


def test_one_unit_or_one_remark_in_all_rows_is_no_fault():
    """Files of one store are common, and so are columns that hold the same remark."""
    assert checked(rows(30, comment="Fine", **{"namevaluemap.unitname": "North"})).guards == ()


def test_columns_that_were_shifted_are_seen():
    """Numbers among the addresses hold the batch as a whole."""
    shifted = {"customerinfo.email": lambda number: f"98450{number:05d}"}
    found = checked(rows(40, **shifted), customer={"any_of": ["mobileno", "email"]}).guards
    assert "40 of 40 rows have a phone number" in message(found, "column_shifted")


def test_units_in_another_column_are_seen():
    """Where half of the rows slipped by a column, units stand among the dates; a few of them are no shift."""
    slipped = {"namevaluemap.visit": lambda n: "North" if n % 2 else "2026-04-04"}
    guards = checked(rows(40, **slipped)).guards
    assert codes(guards) == [("column_shifted", True)]
    assert "20 of 40 rows have a unit in" in guards[0].message
    few = {"namevaluemap.visit": lambda n: "North" if n < 5 else "2026-04-04"}
    assert checked(rows(40, **few)).guards == ()


def test_a_text_full_of_addresses_is_seen():
    """A comment that holds e-mail addresses would be sent without any row being wrong, so the batch is held."""
    found = checked(rows(40, comment=lambda number: f"guest{number}@example.com")).guards
    assert codes(found) == [("column_shifted", True)]
    assert "an e-mail address" in found[0].message


def test_a_column_that_ends_early_is_seen():
    """A column that is filled to row 70 and empty after it holds the batch; scattered blanks do not."""
    cut = {"namevaluemap.visit": lambda number: "2026-04-03" if number < 70 else None}
    guards = checked(rows(100, **cut)).guards
    assert codes(guards) == [("blanks_sudden", True)]
    assert "30 rows after them" in guards[0].message
    scattered = {"namevaluemap.visit": lambda number: "2026-04-03" if number % 3 else None}
    assert checked(rows(100, **scattered)).guards == ()


def test_dates_to_come_hold_and_a_single_one_is_told():
    """Many visits in the future hold the batch, one of many is only told."""
    names = Names({"namevaluemap.visit": "Visit date"})
    for many, holds in ((10, True), (1, False)):
        late = {"namevaluemap.visit": lambda number, many=many: "2026-12-04" if number < many else "2026-04-04"}
        portrait = Portrait.of(checked(rows(60, **late)), today=TODAY)
        guards = look_over(portrait, Campaign(id="154", **CONTRACT), names)
        assert codes(guards) == [("dates_future", holds)]
        assert f"{many} of 60 dates in 'Visit date'" in guards[0].message


def test_dates_of_very_few_rows_are_told_too():
    """Dates need no crowd to be wrong: five rows of next year are told, and hold nothing."""
    late = {"namevaluemap.visit": "2026-12-04"}
    portrait = Portrait.of(checked(rows(5, **late)), today=TODAY)
    guards = look_over(portrait, Campaign(id="154", **CONTRACT), Names({}))
    assert codes(guards) == [("dates_future", False)]
    assert guards[0].message.startswith("5 of 5 dates")


def test_dates_of_another_century_hold():
    """Dates that begin to count in 1900 or 1970 are told with the first of them."""
    guards = checked(rows(40, **{"namevaluemap.visit": "1970-01-01"})).guards
    assert codes(guards) == [("dates_early", True)]
    assert "1970-01-01" in guards[0].message


def test_one_number_in_many_rows_holds_without_being_named():
    """A kiosk's own number in a third of the rows holds the batch; the message does not hold the number."""
    shared = {"customerinfo.mobileno": lambda n: "9845012345" if n % 3 == 0 else f"98{n * 7_654_321 % 10**8:08d}"}
    guards = checked(rows(90, **shared)).guards
    assert codes(guards) == [("phone_shared", True)]
    assert "9845012345" not in guards[0].message


def test_portraits_of_parts_add_up_to_that_of_the_whole():
    """A batch in parts has the portrait of the whole batch, so streaming sees the same."""
    whole = checked(rows(200, **{"namevaluemap.visit": lambda number: "2026-04-03" if number < 120 else None}))
    parts = [replace(whole, values=whole.values[place : place + 37]) for place in range(0, 200, 37)]
    summed = sum((Portrait.of(part, TODAY) for part in parts), Portrait())
    one = Portrait.of(whole, TODAY)
    assert (summed.rows, summed.ratings, dict(summed.units)) == (one.rows, one.ratings, dict(one.units))
    assert summed.dates == one.dates
    for name, column in one.columns.items():
        other = summed.columns[name]
        assert (column.rows, column.filled, column.last, column.only) == (
            other.rows,
            other.filled,
            other.last,
            other.only,
        )


def test_a_fix_lets_the_guards_look_again():
    """A guard that a person's fix settles is gone, and validating again doubles none."""
    found = checked(rows(30, npsrating="8"))
    assert codes(validate(found, plugins=NONE).guards) == [("column_constant", True)]
    assert apply_fix(found, 2, "npsrating", "9", by="asha", plugins=NONE).guards == ()


def past(count, *, seed=50, ratings=None, **other):
    """Give the portrait of an earlier batch."""
    return Portrait.of(checked(rows(count, seed=seed, ratings=ratings, **other)), TODAY)


def against(table, *earlier, before=()):
    """Hold rows against earlier batches."""
    found = checked(table)
    history = History(tuple(Earlier(f"{n}.csv", portrait) for n, portrait in enumerate(earlier)), before)
    return hold_against(Portrait.of(found, TODAY), history, Names.of(found))


@pytest.mark.parametrize("seed", range(20))
def test_honest_batches_agree_with_their_history(seed):
    """Two honest batches of one campaign differ by chance only, and nothing is said."""
    assert against(rows(60, seed=seed), past(80, seed=seed + 100)) == ()


def test_a_score_turned_round_is_seen():
    """A batch whose scale is turned round is far from all batches before it, and says both scores."""
    guards = against(rows(60, ratings=[0, 1, 1, 2, 3, 0, 10]), past(80), past(90, seed=51))
    assert codes(guards) == [("nps_far", True)]
    assert "60 ratings" in guards[0].message
    assert "170 ratings in the 2 batches" in guards[0].message


def test_a_campaign_that_always_swings_is_not_held_for_it():
    """Where earlier batches lay far apart themselves, another such one is no news."""
    low, high = past(60, ratings=[1, 2, 3, 9]), past(60, ratings=[9, 10, 10, 8])
    assert against(rows(60, ratings=[2, 3, 3, 9]), low, high) == ()


def test_few_answers_say_nothing_about_a_score():
    """Twenty ratings are too few to be held against a history."""
    assert against(rows(20, ratings=[0, 1, 2]), past(80)) == ()


def test_a_mix_of_units_that_was_never_seen_holds():
    """All rows of one store, where all stores were there before, is told with the numbers."""
    guards = against(rows(60, **{"namevaluemap.unitname": "West"}), past(80), past(90, seed=51))
    assert codes(guards) == [("units_far", True)]
    assert "'West' has 60 of 60 rows" in guards[0].message


def test_one_file_a_store_is_a_habit():
    """Where each batch before was of one store, the next store's is not held."""
    north = past(60, **{"namevaluemap.unitname": "North"})
    south = past(60, **{"namevaluemap.unitname": "South"})
    assert against(rows(60, **{"namevaluemap.unitname": "North"}), north, south) == ()


def test_a_column_that_was_filled_before_is_missed():
    """A column that is empty all at once, or not there at all, is told with both shares."""
    empty = against(rows(60, **{"customerinfo.email": None}), past(80))
    assert codes(empty) == [("blanks_sudden", True)]
    assert "empty in 100% of 60 rows" in empty[0].message
    gone = [{name: value for name, value in row.items() if name != "customerinfo.email"} for row in rows(60)]
    assert codes(against(gone, past(80))) == [("blanks_sudden", True)]


def test_dates_of_last_year_are_seen():
    """Visits that all lie more than a year before those of earlier batches hold the batch."""
    guards = against(rows(60, **{"namevaluemap.visit": "2024-04-03"}), past(80))
    assert codes(guards) == [("dates_early", True)]
    assert "2024-04-03" in guards[0].message


def test_the_same_file_and_the_same_keys_are_only_told():
    """What the outbox will not send twice anyway holds nothing up."""
    same = Before("sandbox", same_file=True, looked=40, delivered=39)
    keys = Before("live", looked=40, keys=35, files=("april.csv",))
    guards = against(rows(40), before=(same, keys))
    assert codes(guards) == [("source_delivered", False), ("rows_delivered", False)]
    assert "39 of its 40 rows" in guards[0].message
    assert "35 of 40" in guards[1].message
    assert "april.csv" in guards[1].message


def test_customers_who_would_be_counted_twice_hold():
    """Without keys, the same customers with the same ratings in another form would be sent a second time."""
    known = Before("live", looked=40, customers=20, files=("april.csv",))
    assert codes(against(rows(40), before=(known,))) == [("customers_delivered", True)]
    few = replace(known, customers=19)
    assert against(rows(40), before=(few,)) == ()


def test_every_code_is_listed_with_its_meaning():
    """Scripts find each code that a guard may have in one list."""
    tried = {
        *codes(checked(rows(40, ratings=[1, 2, 3, 4, 5])).guards),
        *codes(against(rows(60, **{"namevaluemap.unitname": "West"}), past(80))),
    }
    assert {code for code, _ in tried} <= GUARDS.keys()
    assert list(GUARDS) == sorted(GUARDS)


def test_the_score_and_its_margin():
    """The score is promoters less detractors in points; its margin shrinks with the root of the answers."""
    assert nps({}) is None
    assert nps({10: 1, 0: 1}) == 0
    assert nps({9: 5, 8: 3, 6: 2}) == pytest.approx(30)
    few, many = nps_margin({9: 5, 8: 3, 6: 2}), nps_margin({9: 500, 8: 300, 6: 200})
    assert 8 < few / many < 12
    assert nps_margin({10: 20}) > 0


def test_nothing_personal_shows():
    """Portraits keep numbers and addresses out of their repr."""
    found = checked(rows(30, **{"customerinfo.mobileno": "9845012345"}))
    assert "9845012345" not in repr(Portrait.of(found)) + repr(found)
    assert isinstance(found.values, pl.DataFrame)


def test_dates_outside_of_the_campaign_hold_the_batch():
    """A first day before the campaign starts, or a last one after it ends, is told with all four dates."""
    dates = [f"2026-04-{day:02}" for day in range(1, 29)]
    rows = [{"npsrating": str(at % 11), "namevaluemap.visit": day} for at, day in enumerate(dates)]
    contract = {"attributes": {"visit": {"kind": "date"}}}
    for period, held in (
        ({"starts": "2026-04-02"}, True),
        ({"ends": "2026-04-27"}, True),
        ({"starts": "2026-04-01", "ends": "2026-04-28"}, False),
        ({}, False),
    ):
        found = {guard.code: guard for guard in validate(batch(rows, **contract, **period), plugins=NONE).guards}
        assert ("dates_outside" in found) == held
        if held:
            assert "The 28 dates in 'visit' run from 2026-04-01 to 2026-04-28" in found["dates_outside"].message
            assert found["dates_outside"].holds


def test_a_campaign_that_ends_before_it_starts_is_refused():
    """The contract's own mistake is told when it is read."""
    with pytest.raises(ValidationError, match="before it starts on 2026-04-02"):
        Campaign(id="154", starts="2026-04-02", ends="2026-04-01")


def test_a_shifted_number_is_not_quoted_as_a_unit():
    """What stands in the unit's column may be a customer's number; the guard counts it and keeps it to itself."""
    before = Portrait(rows=100, units={"Pune": 100}, ratings={9: 100})
    shifted = Portrait(rows=100, units={f"98450{at:05}": 1 for at in range(100)}, ratings={9: 100})
    (guard,) = hold_against(shifted, History((Earlier("a.csv", before),)), Names({}))
    assert guard.code == "units_far"
    assert "98450" not in guard.message


def test_rows_that_were_put_to_the_letter_are_told():
    """Without keys, the very same answers of another file are told with their number and the file."""
    known = Before("live", looked=10, answers=9, files=("a.csv",))
    (guard,) = hold_against(Portrait(rows=100), History((), (known,)), Names({}))
    assert (guard.code, guard.holds) == ("rows_delivered", False)
    assert "9 of 10 rows say to the letter what was put before at live, from a.csv" in guard.message

"""Strangers' rules: asked like our own, and what goes wrong in one stays with it."""

import polars as pl
import pytest

from omoto_kit.plugins import Finding, Plugins, Replace, rule
from omoto_kit.problem import Severity
from omoto_kit.validation import validate
from tests.validation.surveys import batch


def ran(functions, rows, **contract):
    """Validate rows with these live rules."""
    rows = [{"customerinfo.regid": "R1"} | row for row in rows]
    return validate(batch(rows, **contract), plugins=Plugins().with_functions(*functions))


def test_a_rule_is_asked_once_for_each_distinct_value():
    """A hundred rows with three values are three questions, in one pass."""
    asked = []

    @rule("comment")
    def no_shouting(comment):
        asked.append(comment)
        if comment and comment.isupper():
            return Finding("comment_loud", "The comment is all capitals.", severity=Severity.WARNING)
        return None

    checked = ran([no_shouting], [{"comment": text} for text in ("GOOD", "fine", None) * 33])
    assert sorted(asked, key=str) == ["GOOD", None, "fine"]
    assert checked.problems["code"].to_list() == ["comment_loud"] * 33
    assert checked.problems["row"].to_list() == list(range(2, 101, 3))


def test_a_rule_reads_several_fields_headers_and_the_campaign():
    """Arguments are fields or source headers; ctx has the contract."""

    @rule("npsrating")
    def low_needs_words(npsrating, comment, store_code, ctx):
        if npsrating == "2" and not comment and store_code == "7" and ctx.campaign.id == "154":
            return Finding("why_missing", "A low rating needs a comment.", options=("3",), why="Ask again.")
        return None

    rows = [{"npsrating": rating, "comment": None, "source.Store Code": "7"} for rating in ("2", "9")]
    checked = ran([low_needs_words], rows)
    (problem,) = checked.problems.iter_rows(named=True)
    assert (problem["row"], problem["field"], problem["value"]) == (2, "npsrating", "2")
    assert problem["fix"] == {"options": ["3"], "why": "Ask again.", "applied": False}


def test_a_replacement_is_a_change_and_is_checked_again():
    """What a plugin writes goes through the built-in rules too, and the change names plugin and rule."""

    @rule("npsrating")
    def stars(npsrating):
        return Replace(f"{npsrating.count('*')}.0", "Stars are counted.") if npsrating and "*" in npsrating else None

    checked = ran([stars], [{"npsrating": "****"}, {"npsrating": "*" * 12}])
    assert checked.values["npsrating"].to_list() == ["4", "12.0"]
    assert checked.problems.select("row", "code").rows() == [(2, "rating_form"), (3, "rating_out_of_range")]
    assert [change.step for change in checked.why(2, "npsrating")] == ["notebook:stars", "validation:npsrating"]
    again = validate(checked, plugins=Plugins().with_functions(stars))
    assert again.problems.equals(checked.problems)
    assert again.values.equals(checked.values)


def test_a_rule_that_raises_loses_its_value_only():
    """The others go on; the problem names plugin, line and row, and shows nothing personal."""

    @rule("customerinfo.name")
    def fragile(name):
        if name == "Asha":
            raise ValueError(name)

    @rule("customerinfo.name")
    def steady(name):
        return Finding("seen", "Seen.", severity=Severity.WARNING)

    checked = ran([fragile, steady], [{"customerinfo.name": "Asha"}, {"customerinfo.name": "Ravi"}])
    (failed,) = checked.problems.filter(pl.col("code") == "rule_failed").iter_rows(named=True)
    assert (failed["row"], failed["severity"]) == (2, "warning")
    assert "'notebook'" in failed["message"]
    assert "test_validation_plugins.py:" in failed["message"]
    assert "ValueError" in failed["message"]
    assert "Row 2" in failed["message"]
    assert "Asha" not in failed["message"]
    assert checked.problems["code"].to_list().count("seen") == 2


@pytest.mark.parametrize(
    "answer",
    ["text", True, [None, Finding("x", "y")], Replace(9, "why"), Replace(["a"], "why"), Finding("", "no code")],
)
def test_an_answer_that_is_none_is_told(answer):
    """Whatever else a rule returns becomes a problem at the row, never an exception."""

    @rule("comment")
    def odd(comment):
        return answer

    checked = ran([odd], [{"comment": "fine"}])
    assert checked.problems["code"].to_list() == ["rule_failed"]
    assert checked.values["comment"].to_list() == ["fine"]


def test_a_rule_cannot_write_the_campaign_id():
    """Whose campaign it is comes from the contract alone."""

    @rule("campaignid")
    def thief(campaignid):
        return Replace("999", "mine")

    checked = ran([thief], [{"comment": "fine"}])
    assert checked.values["campaignid"].to_list() == ["154"]
    assert checked.problems["code"].to_list() == ["rule_failed"]


def test_a_rule_without_its_column_is_skipped_with_a_note():
    """The note says which column it wanted, and what is near."""

    @rule("comment")
    def branchy(store_cod):
        return None

    checked = ran([branchy], [{"comment": "fine", "source.Store Code": "7"}])
    (note,) = checked.notes
    assert "store_cod" in note
    assert "did you mean store_code" in note
    assert checked.problems.height == 0


def test_rules_of_categories_get_and_give_tuples():
    """A category's reasons arrive as a tuple, and can be replaced by one."""

    @rule("catnpsmap.Price")
    def tidy(price):
        assert price is None or isinstance(price, tuple)
        return (
            Replace(tuple(sorted(set(price))), "Each reason once.") if price and len(set(price)) < len(price) else None
        )

    rows = [{"catnpsmap.Price": reasons} for reasons in (["b", "a", "b"], [], None)]
    checked = ran([tidy], rows)
    assert checked.values["catnpsmap.Price"].to_list() == [["a", "b"], [], None]
    assert [(change.before, change.after) for change in checked.why(2, "catnpsmap.Price")] == [("b; a; b", "a; b")]


def test_problems_of_plugins_are_found_anew():
    """A stranger's problem goes when its rule no longer finds it, and when its plugin is gone."""

    @rule("comment")
    def loud(comment):
        return Finding("comment_loud", "Loud.") if comment == "GOOD" else None

    checked = ran([loud], [{"comment": "GOOD"}])
    assert checked.problems["code"].to_list() == ["comment_loud"]
    assert validate(checked, plugins=Plugins()).problems.height == 0


def test_rules_that_quarrel_do_not_hang():
    """Two rules that undo one another end, with a note."""

    @rule("comment")
    def flip(comment):
        return Replace("b" if comment == "a" else "a", "flip")

    checked = ran([flip], [{"comment": "a"}])
    assert any("again and again" in note for note in checked.notes)


def test_a_replacement_by_the_same_value_is_no_change():
    """A rule that gives back what stood there leaves no trace and ends at once."""

    @rule("comment")
    def same(comment):
        return Replace(comment, "as it was")

    checked = ran([same], [{"comment": "a"}, {"comment": None}])
    assert checked.changes.height == 0
    assert checked.notes == ()


def test_half_characters_from_a_plugin_do_no_harm():
    """A lone surrogate in a value or a message becomes the mark for a lost character."""

    @rule("comment")
    def broken(comment):
        return (
            [Replace("x\ud83d", "why\ud83d"), Finding("odd", "m\ud83d", options=("o\ud83d",))]
            if comment == "x"
            else None
        )

    checked = ran([broken], [{"comment": "x"}])
    assert checked.values["comment"][0].encode() == "x\ufffd".encode()


def test_a_rule_that_is_asked_again_says_it_once():
    """Another rule's change lets all of them be asked anew; what they said before is dropped."""

    @rule("comment")
    def whisper(comment):
        return Replace("excellent", "in full") if comment == "x" else None

    @rule("npsrating")
    def nine(npsrating):
        return Finding("nine", "A nine.") if npsrating == "9" else None

    checked = ran([whisper, nine], [{"comment": "x", "npsrating": "9"}])
    assert checked.problems["code"].to_list().count("nine") == 1

"""Free texts: control characters, wrong encodings, lengths, and characters that no encoding can write."""

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.texts import clean, repaired
from tests.validation.surveys import batch


def said(text, field="comment", **contract):
    """Validate one text; give its value after, and the batch."""
    row = {"customerinfo.regid": "R1", field: text}
    checked = validate(batch([row], **contract), plugins=Plugins())
    return checked.values[field][0], checked


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a\x00b", "ab"),
        ("\x07ring", "ring"),
        ("a\x1f\x7fb", "ab"),
        ("keep\nthis\tand\r\nthis\x0b", "keep\nthis\tand\r\nthis"),
    ],
)
def test_control_characters_are_taken_out_and_told(text, after):
    """The text goes on without them; line ends and tabs stay; the warning shows the applied fix."""
    value, checked = said(text)
    assert value == after
    assert checked.problems["code"].to_list() == ["control_characters"]
    assert checked.problems["fix"][0] == {
        "options": [after],
        "why": "Control characters come from damaged exports and cannot be shown or sent safely.",
        "applied": True,
    }
    assert checked.why(2, "comment")[0].before == text
    assert validate(checked, plugins=Plugins()).problems.equals(checked.problems)


def test_control_characters_are_taken_out_of_every_text_field():
    """A NUL in a phone number does not keep the number from being read, and both changes are told."""
    value, checked = said("96637\x0098289", "customerinfo.mobileno")
    assert value == "9663798289"
    assert checked.problems["code"].to_list() == ["control_characters"]


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("cafÃ© was nice", "café was nice"),
        ("donâ€™t like the wait", "don\u2019t like the wait"),
        ("à¤…à¤šà¥\x8dà¤›à¤¾", "अच्छा"),
        ("ðŸ˜Š good", "😊 good"),
        ("don\x92t", "don\u2019t"),
        ("अच्छा, cafÃ©", "अच्छा, café"),
    ],
)
def test_a_text_in_the_wrong_encoding_is_doubted(text, better):
    """The repaired text is offered where it can be had, and never set."""
    value, checked = said(text)
    assert value == text
    assert checked.problems["code"].to_list() == ["text_garbled"]
    assert checked.problems["severity"][0] == "warning"
    assert checked.problems["fix"][0]["options"] == [better]
    assert checked.problems["fix"][0]["applied"] is False


@pytest.mark.parametrize("text", ["â€œgoodâ€ service", "caf\ufffd"])
def test_what_cannot_be_repaired_has_no_option(text):
    """Lost bytes are not made up; the advice is to export again."""
    _, checked = said(text)
    assert checked.problems["code"].to_list() == ["text_garbled"]
    assert checked.problems["fix"][0]["options"] == []
    assert "UTF-8" in checked.problems["fix"][0]["why"]


@pytest.mark.parametrize(
    "text",
    [
        "José, Zoë and Björn",
        "café—terrible",
        "बहुत अच्छा",
        "الخدمة ممتازة",
        "👨‍👩‍👧 ₹1,299",
        "5 °C “cold”",
        "ÄÖÜß",
        "Ñandú «bien»",
    ],
)
def test_honest_texts_are_left_in_peace(text):
    """Accents, other scripts, quotes and emoji are no damage."""
    value, checked = said(text)
    assert value == text
    assert checked.problems.height == 0


def test_long_texts_are_held():
    """Characters are counted, not bytes; the message names both numbers."""
    assert said("अ" * 2000, comment={"max_length": 2000})[1].problems.height == 0
    _, checked = said("अ" * 2001, comment={"max_length": 2000})
    assert checked.problems["code"].to_list() == ["comment_too_long"]
    assert "2,001" in checked.problems["message"][0]
    assert "2,000" in checked.problems["message"][0]
    _, checked = said("A" * 31, "customerinfo.name", customer={"name_max_length": 30})
    assert checked.problems["code"].to_list() == ["name_too_long"]


def test_a_required_comment_is_missed():
    """White space is no comment."""
    for text in (None, "", " \n"):
        assert said(text, comment={"required": True})[1].problems["code"].to_list() == ["comment_missing"]


def test_half_a_character_never_breaks_encoding():
    """A lone surrogate becomes the mark for a lost character."""
    replaced, finding = clean("a\ud83d b")
    assert replaced.value.encode() == "a\ufffd b".encode()
    assert finding.options == ("a\ufffd b",)
    assert repaired("\ud83d") == "\ud83d"

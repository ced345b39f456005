"""Made-up texts: examples of patterns, stand-ins, and small edits of TOML files."""

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.verification.patterns import example_of
from omoto_kit.verification.standins import comment, mobile, person, reshaped, script_of
from omoto_kit.verification.tomltext import edited, key_text, value_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    "pattern",
    [
        "[1-9][0-9]{5}",
        r"\d{2}-[A-Z]{3}",
        "(?:GOLD|SILVER)(?P<n>[0-9]+)?",
        "^EXL[0-9]{3,}$",
        r"[A-Za-z0-9._%+-]+@[a-z]+\.(com|in)",
        r"\+971 5[0-9] \d{7}",
        "a{2}b{,3}c?d*e+",
        "[^0-9]{4}",
        r"[\]\-x]+",
        "(ab|cd){3}",
        ".{10,}",
        "",
    ],
)
def test_an_example_fits_its_pattern(pattern):
    """What contracts write as patterns gets an example that fits, and the same one each time."""
    made = example_of(pattern, shortest=0)
    assert made is not None
    assert re.fullmatch(pattern, made)
    assert example_of(pattern, shortest=0) == made


@given(st.integers(1, 12), st.integers(0, 12))
def test_an_example_keeps_to_its_length(least, more):
    """Lengths are kept with the pattern, or nothing is made up."""
    made = example_of("[A-Z]+[0-9]*", shortest=least, longest=least + more)
    assert made is None or least <= len(made) <= least + more
    assert example_of("[0-9]{5}", shortest=6) is None


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?!x)[a-z]", r"(a)\1", "[^\\w\\W]", "(?i)abc"])
def test_what_cannot_be_followed_gives_nothing_or_something_right(pattern):
    """An expression beyond this reader never gives a text that does not fit."""
    made = example_of(pattern)
    assert made is None or re.fullmatch(pattern, made)


@given(TEXTS, st.integers(0, 50))
def test_a_stand_in_holds_no_word_of_what_it_stands_for(text, number):
    """Letters and digits are all replaced; signs stay where they were."""
    made = reshaped(text, number)
    for word in re.findall(r"[b-df-km-oq-zB-DF-KM-OQ-Z\u0915-\u0939]{4,}", text):
        assert word not in made or set(word) <= set("SAMPLEsample")
    assert [sign for sign in made if not sign.isalnum()] == [
        sign for sign in text if not sign.isalnum() and not re.match(r"[\u0300-\u036f]", sign) and sign in made
    ] or any(not sign.isascii() for sign in text)


@given(TEXTS, st.integers(1, 3000) | st.none())
def test_a_comments_stand_in_fits_the_contract(text, longest):
    """A stand-in is never longer than allowed, keeps the script, and says nothing of the original."""
    made = comment(text, longest)
    assert longest is None or longest < 12 or len(made) <= longest
    if len(text) > 20 and (longest is None or longest > 60):
        assert script_of(made) == script_of(text)


def test_numbers_are_nobodys_and_of_the_region():
    """Each region has a block of its own; names keep script and limit."""
    assert mobile(7, "IN", "e164") == "+916400000007"
    assert len({mobile(number, "AE", "national") for number in range(50)}) == 50
    assert person(1, "नाम") == "रवि नमूना"
    assert len(person(1, "x" * 90, 10)) <= 10


@given(st.dictionaries(TEXTS, TEXTS | st.booleans() | st.integers() | st.lists(TEXTS)))
def test_what_is_written_as_toml_reads_back(table):
    """Any text, in any script and with any control character, survives a TOML file."""
    lines = "\n".join(f"{key_text(key)} = {value_text(value)}" for key, value in table.items())
    assert tomllib.loads(lines) == table


FILE = """\
# ours
[campaign]
id = "154"              # given by Omoto
"processid" = "76"
channels = ["a # b", "c"]  # two

[categories] # names
Price = ["Too high"]
"""


def test_an_edit_leaves_the_rest_alone():
    """A value changes in its line, with its comment; a new key and a new section are added; None takes a key out."""
    new = edited(
        FILE,
        {
            ("campaign", "processid"): "81",
            ("campaign", "channels"): ["x"],
            ("campaign", "absent"): "empty",
            ("categories", "Price"): None,
            ("rating", "scale"): (1, 5),
        },
    )
    assert new == (
        '# ours\n[campaign]\nabsent = "empty"\nid = "154"              # given by Omoto\nprocessid = "81"\n'
        'channels = ["x"]  # two\n\n[categories] # names\n\n[rating]\nscale = [1, 5]\n'
    )


@pytest.mark.parametrize(
    "text",
    ['rating = { scale = [1, 5] }\n[campaign]\nid = "1"\n', "[rating]\nscale = [\n  1,\n  5,\n]\n"],
)
def test_a_layout_that_cannot_be_edited_safely_is_left_to_the_person(text):
    """Inline tables and values over several lines give nothing, never a broken file."""
    assert edited(text, {("rating", "scale"): [0, 10]}) is None


def test_line_ends_stay():
    """A file of Windows stays one."""
    assert edited('[campaign]\r\nid = "1"\r\n', {("campaign", "absent"): "empty"}) == (
        '[campaign]\r\nabsent = "empty"\r\nid = "1"\r\n'
    )

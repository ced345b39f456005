"""The spec of faults: what can be asked for, when it happens, and how mistakes are answered."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.errors import SandboxError
from omoto_kit.sandbox import Faults
from omoto_kit.sandbox.faults import KINDS, TIMED


def hits(spec, posts=12):
    """List the POSTs, of the first twelve, on which something happens."""
    faults = Faults.parse(spec)
    return [number for number in range(1, posts + 1) if faults.at(number)]


@pytest.mark.parametrize(
    ("when", "numbers"),
    [
        ("3", [3]),
        ("1", [1]),
        ("3-5", [3, 4, 5]),
        ("4-4", [4]),
        ("10-", [10, 11, 12]),
        ("every:4", [4, 8, 12]),
        ("every:1", list(range(1, 13))),
        ("all", list(range(1, 13))),
        (" 2 ", [2]),
    ],
)
def test_when_names_the_posts(when, numbers):
    """One number, a range, an open range, every so many, or all."""
    assert hits(f"drop@{when}") == numbers


def test_no_spec_means_no_faults():
    """Nothing, blanks and stray commas ask for nothing."""
    assert [hits(spec) for spec in ("", "  ", ",", " , ")] == [[], [], [], []]


@pytest.mark.parametrize("kind", KINDS)
def test_every_documented_kind_can_be_asked_for(kind):
    """Each kind of the table is taken, in either case, and stands in the module's own documentation."""
    import omoto_kit.sandbox.faults as module

    value = "=1" if kind in TIMED else ""
    assert [fault.kind for fault in Faults.parse(f"{kind.upper()}{value}@2").at(2)] == [kind]
    assert f"`{kind}" in module.__doc__


def test_faults_on_one_post_keep_the_order_of_the_spec():
    """All that falls on a POST is given, in the order in which it was asked for."""
    faults = Faults.parse("delay=0.5@all, drop@2-3, 500@3")
    assert [[fault.kind for fault in faults.at(n)] for n in (1, 2, 3)] == [
        ["delay"],
        ["delay", "drop"],
        ["delay", "drop", "500"],
    ]


def test_values_are_read_by_kind():
    """Seconds are numbers, also behind 429 and 503, and an odd text may be percent-encoded or hold an at sign."""
    spec = "delay=.25@1,429=7@2,503@3,odd=a%2Cb%40c@4,odd=x@y@5,stall=2@6"
    values = {n: Faults.parse(spec).at(n)[0] for n in range(1, 7)}
    assert [values[n].seconds for n in (1, 2, 3, 6)] == [0.25, 7.0, 0.0, 2.0]
    assert [values[n].value for n in (4, 5)] == ["a,b@c", "x@y"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("drop", "'drop' does not say when"),
        ("drop@", "'' is no POST's number"),
        ("drop@x", "'x' is no POST's number"),
        ("drop@-3", "'-3' is no POST's number"),
        ("drop@1.5", "'1.5' is no POST's number"),
        ("drop@0", "can never happen"),
        ("drop@5-3", "can never happen"),
        ("drop@every:0", "can never happen"),
        ("drop@every", "'every' is no POST's number"),
        ("drop@\N{ARABIC-INDIC DIGIT THREE}", "is no POST's number"),
        ("dorp@3", "Did you mean 'drop'?"),
        ("418@3", "no fault '418'"),
        ("@3", "no fault ''"),
        ("drop=2@3", "'drop' takes no value"),
        ("500=2@3", "'500' takes no value"),
        ("delay@3", "needs a number of seconds"),
        ("delay=@3", "nothing after its equals sign"),
        ("delay=soon@3", "needs a number of seconds"),
        ("delay=-1@3", "needs a number of seconds"),
        ("delay=nan@3", "needs a number of seconds"),
        ("delay=99999@3", "needs a number of seconds"),
        ("delay=.@3", "needs a number of seconds"),
        ("429=1.5@3", "needs a number of whole seconds"),
        ("drop@1,stall@2", "'stall@2' needs a number of seconds"),
    ],
)
def test_mistakes_are_named(spec, said):
    """The part that is wrong is quoted, and the advice shows how to write it."""
    with pytest.raises(SandboxError) as caught:
        Faults.parse(spec)
    assert said in str(caught.value)
    assert caught.value.advice
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_spec_or_a_clear_error(spec):
    """No text, however odd, makes anything but faults or a SandboxError."""
    with contextlib.suppress(SandboxError):
        assert len(Faults.parse(spec).at(1)) <= len(spec)


@given(first=st.integers(1, 200), length=st.integers(0, 50), number=st.integers(1, 300))
def test_a_range_holds_exactly_its_numbers(first, length, number):
    """A POST is hit just when its number lies in the range, ends included."""
    faults = Faults.parse(f"drop@{first}-{first + length}")
    assert bool(faults.at(number)) == (first <= number <= first + length)

# ruff: noqa: RUF001  digits of other scripts are what is read
import csv
import re

import omoto_contacts
import pytest
from hypothesis import given
from hypothesis import strategies as some
from omoto_contacts import phones
from omoto_contacts.phones import phone, phone_can_be

from omoto_kit import Campaign, Clear, Suggest
from omoto_kit.plugins import Context
from omoto_kit.testing import check_examples, try_plugin
from omoto_kit.validation.phones import PLANS, read_phone

FIELD = "customerinfo.mobileno"
NATIONAL = {*PLANS, "GB", "US", "EG", "IT", "MX", "AC"}


def test_the_examples_hold():
    """What the plugin says of itself is so."""
    assert check_examples(omoto_contacts) == ()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("9663798289", "9663798289"),
        ("09663798289", "9663798289"),
        ("+91 96637 98289", "9663798289"),
        ("91-9663798289", "9663798289"),
        ("0091 9663798289", "9663798289"),
        ("9663798289.0", "9663798289"),
        ("9.663798289E9", "9663798289"),
        ("'9663798289", "9663798289"),
        ("+919663798289 / 080-25551234", "9663798289"),
        ("00966501234567", "+966501234567"),
        ("+971 50 123 4567", "+971501234567"),
        ('="9663798289"', "9663798289"),
        ("+91 +91 9663798289", "9663798289"),
        ("9191 9663798289", "9663798289"),
        ("tel:+91-96637-98289", "9663798289"),
        ("9663798289 (Asha)", "9663798289"),
        ("9663798289 ext 12", "9663798289"),
        ("9663798289, 09663798289", "9663798289"),
        ("9663798289;", "9663798289"),
        ("९६६३७९८२८९", "9663798289"),
        ("\u200e+91\u00a096637 98289", "9663798289"),
        ("+44 (0)7911 123456", "+447911123456"),
    ],
)
def test_a_number_is_mended(cell, written, number):
    """What stands around a number is taken out, and nothing is left to say."""
    found = cell(FIELD, written)
    assert (found.value, found.codes) == (number, frozenset())


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("966379828", {"mobile_invalid"}),
        ("99999 99999", {"mobile_suspect"}),
        ("1234567890", {"mobile_invalid", "mobile_suspect"}),
        ("0501234567", {"mobile_invalid"}),
        ("9.66E+09", {"mobile_precision_lost"}),
        ("080-25551234", {"phone_not_mobile"}),
        ("+44 20 7946 0018", {"phone_not_mobile"}),
        ("+18005551234", {"phone_not_mobile"}),
        ("+999 1234 5678", {"mobile_invalid", "phone_unassigned"}),
        ("+49 1", {"mobile_invalid"}),
    ],
)
def test_a_doubtful_number_is_flagged_or_refused(cell, written, codes):
    """A number that cannot be right, or takes no messages, gets a reason; none is silently let through."""
    found = cell(FIELD, written)
    assert found.codes
    assert found.codes <= codes


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("9663798289/9845012345", {"9663798289", "9845012345"}),
        ("9663798289 9845012345", {"9663798289"}),
        ("98450 12345/46", {"9845012345"}),
        ("call 96637 98289 after 6", {"9663798289"}),
        ("966379828O", {"9663798280"}),
        ("447911123456", {"+447911123456"}),
        ("971501234567", {"+971501234567"}),
    ],
)
def test_two_readings_are_left_to_a_person(cell, written, offered):
    """Where a cell could mean two things, the value stays as it was and what it could be is offered."""
    found = cell(FIELD, written)
    assert found.value == written
    assert found.options == offered


@pytest.mark.parametrize("written", ["-", "--", "N/A", "na", "none", "Not given", "0", "000-000-0000", "لا يوجد"])
def test_a_placeholder_is_absent(cell, written):
    """A cell that says that there is no number becomes an absent one, and no error."""
    found = cell(FIELD, written)
    assert (found.value, found.codes) == (None, frozenset())


@pytest.mark.parametrize(
    ("region", "form", "written", "number"),
    [
        ("AE", "national", "050 123 4567", "501234567"),
        ("AE", "e164", "(050) 1234567 office", "+971501234567"),
        ("SA", "e164", "0501234567", "+966501234567"),
        ("SA", "national", "+966 50 123 4567 / 011 234 5678", "501234567"),
        ("GB", "national", "+44 7911 123456", "7911123456"),
        ("GB", "e164", "07911 123456", "+447911123456"),
        ("US", "e164", "(415) 555-2671", "+14155552671"),
        ("EG", "national", "0100 123 4567 mobile", "1001234567"),
    ],
)
def test_region_and_form_come_from_the_campaign(cell, region, form, written, number):
    """The same digits are another number elsewhere: only the contract says where, and how they go out."""
    assert cell(FIELD, written, customer={"region": region, "phone": form}).value == number


def test_the_first_of_several_may_be_chosen():
    """An analyst who says so gets the first of two numbers."""
    ctx = Context(Campaign(id="154"), omoto_contacts.Contacts(several="first"))
    assert phone("9663798289 9845012345", ctx) == "9663798289"


def test_more_placeholders_may_be_named():
    """A chain's own word for no number is learnt from the settings."""
    ctx = Context(Campaign(id="154"), omoto_contacts.Contacts(placeholders=("keine",)))
    assert isinstance(phone("Keine", ctx), Clear)


@given(
    some.text(alphabet="0123456789+-/ ().,;'\"=eExO०٥\u00a0", max_size=28),
    some.sampled_from([*PLANS, "GB", "US"]),
    some.sampled_from(["national", "e164"]),
)
def test_the_kit_takes_what_the_plugin_writes(text, region, form):
    """Whatever stands in a cell, a number that the plugin writes or suggests is one that the kit leaves as it is."""
    offer = phone(text, Context(Campaign(id="154", customer={"region": region, "phone": form})))
    value = offer.value if isinstance(offer, Suggest) else offer
    if isinstance(value, str):
        assert read_phone(value, region, form).number == value


@given(some.from_regex("[6-9][0-9]{9}", fullmatch=True), some.sampled_from(["{}", "+91{}", "0{}", "91 {}", "{}.0"]))
def test_what_the_kit_reads_is_left_to_it(number, shape):
    """A number that the kit's own rule takes gets no second opinion, but for one that is all zeros."""
    assert phone(shape.format(number), Context(Campaign(id="154"))) is None


def test_a_second_run_changes_nothing(cells):
    """What came out goes in again and stays."""
    written = ["+91 +91 9663798289", "9663798289 (Asha)", "N/A", "447911123456", "+44 (0)7911 123456"]
    once = [one.value for one in cells(FIELD, written)]
    assert [one.value for one in cells(FIELD, once)] == once


def test_a_change_names_the_plugin():
    """The change keeps what stood there and says who changed it."""
    (change,) = try_plugin(omoto_contacts, [{FIELD: "9663798289 (Asha)"}]).changes_of("mobileno")
    assert (change.step, change.before, change.after) == ("omoto_contacts:phone", "9663798289 (Asha)", "9663798289")


def test_numbers_of_every_country(cells, shared):
    """Of 1,277 numbers of all regions each valid one goes out right or has a reason; each invalid one has a reason."""
    with shared("torture/phones/example_numbers.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["region"].isalpha()]
    wrong = []
    for region in sorted({row["region"] for row in rows}):
        own = [row for row in rows if row["region"] == region]
        contract = {"customer": {"region": region, "phone": "national" if region in NATIONAL else "e164"}}
        for row, one in zip(own, cells(FIELD, [row["e164"] for row in own], **contract), strict=True):
            right = one.value and row["e164"].endswith(one.value) and row["expected"] == "valid"
            if not (right or one.codes):
                wrong.append((region, row["type"], row["expected"], row["e164"], one.value))
    assert wrong == []


DIGITS = some.from_regex(r"(\+(91|971|966|974|965|973|968|1|44|94))?[0-9]{7,11}", fullmatch=True)


@given(number=DIGITS, region=some.sampled_from([*PLANS, "US", "GB"]), form=some.sampled_from(["national", "e164"]))
def test_aplain_mobile_is_never_doubted_by_the_tables(number, region, form):
    """What one look at a number lets pass, the tables of the numbering plans would let pass, too."""
    if phones.plain_mobile(region, form).fullmatch(number):
        ctx = Context(Campaign(id="154", customer={"region": region, "phone": form}))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(phones, "plain_mobile", lambda *_: re.compile("(?!)"))
            assert phone_can_be(number, ctx) is None


def testplain_mobiles_are_let_pass_at_once():
    """One look does spare the tables the common numbers, and none that is a landline or a service."""
    plain = phones.plain_mobile("IN", "national")
    passed = [text for text in ("9663798289", "+971501234567", "8025551234", "18001234567") if plain.fullmatch(text)]
    assert passed == ["9663798289", "+971501234567"]

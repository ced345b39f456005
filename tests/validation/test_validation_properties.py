"""What holds for every text: no rule raises, twice is once, and the fast way agrees with the exact one."""

from functools import partial

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from omoto_kit.campaign import Attribute, Campaign, Customer
from omoto_kit.plugins import Plugins, Replace
from omoto_kit.validation import attributes, dates, emails, names, phones, ratings, texts, validate
from omoto_kit.validation.engine import Memory
from omoto_kit.validation.fields import staged
from omoto_kit.validation.phones import check_phone
from omoto_kit.validation.rules import built_in
from omoto_kit.wire import encode_rows
from tests.validation.surveys import batch

NAUGHTY = [
    "", " ", "\x00", "\ufeff", "\u200b", "\u202eabc", "null", "None", "NaN", "undefined", "true", "-", "--", "0", "-0",
    "1e999", "1/0", "0x10", "∞", "½", "１２３", "٣", "Ⅷ", "９9", "9" * 5000, "+" * 50, "()", "((", "+91+91", "1,2,3",
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "%s%n", "${jndi:ldap://x}", "=2+2", "@SUM(1)", "\\", '"',
    "𝟗", "🤷🏽‍♀️", "👨‍👩‍👧", "Ṱ̺̺o͞ ̷i", "ﷺ", "ﬁ", "İ", "ß", "ǅ", "cafe\u0301", "NULL\x00BYTE", "a\r\nb", "\u2028",
    "@", "@@", "a@b", "a@b.c@d.e", "<a@b.in", "mailto:", "01/01/0001", "99/99/9999", "2026-00-00", "2026-04-01T", "T",
    "24:00", "1/1/1", "31/12/99", "46113.", ".5", "5.", "9..0", "9//10", "/10", "9/", "of 10", "9 of", "10 of 10 of 10",
    "Ã", "â€", "Â", "ðŸ", "\ufffd", "ÃÃÃÃ", "\x80\x9f", "Ã\x83Â©", "tel:", "tel: ", "whatsapp", "+00", "00", "0" * 9,
]  # fmt: skip
CONTRACT = {
    "rating": {"required": True},
    "units": ["EXL Deira Dubai 101", "EXL Olaya Riyadh 102"],
    "categories": {"Price": ["Too High"]},
    "channels": ["kiosk"],
    "attributes": {
        "visit": {"kind": "datetime"},
        "day": {"kind": "date"},
        "age": {"kind": "integer"},
        "tier": {"kind": "choice", "values": ["Gold"]},
        "pincode": {"pattern": "[1-9][0-9]{5}"},
        "code": {"min_length": 2, "max_length": 5},
    },
    "comment": {"max_length": 40},
    "identity": ["ID"],
}
FIELDS = [
    "key", "channel", "npsrating", "comment", "customerinfo.email", "customerinfo.mobileno", "customerinfo.name",
    "customerinfo.regid", "namevaluemap.unitname", "namevaluemap.visit", "namevaluemap.day", "namevaluemap.age",
    "namevaluemap.tier", "namevaluemap.pincode", "namevaluemap.code", "namevaluemap.unknown",
]  # fmt: skip
LIKELY = st.text(alphabet="0123456789+-/. :,()eE@'apmTZoftruePrt٩९\u00a0\u200e", max_size=24)
#: Any text that a frame can hold: no half characters.
WHOLE = st.sampled_from(NAUGHTY) | LIKELY | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize("absent", ["omit", "empty"])
def test_naughty_texts_in_every_field(absent):
    """Every naughty text in every field at once: nothing is raised, twice is once, and what is ready can be sent."""
    rows = [dict.fromkeys(FIELDS, text) | {"catnpsmap.Price": [text], f"catnpsmap.{text}x": []} for text in NAUGHTY]
    checked = validate(batch(rows, absent=absent, **CONTRACT), plugins=Plugins())
    again = validate(checked, plugins=Plugins())
    assert again.values.equals(checked.values)
    assert again.problems.equals(checked.problems)
    assert len(list(encode_rows(checked))) == checked.counts()["ready"]


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=st.lists(st.fixed_dictionaries({name: st.none() | WHOLE for name in FIELDS}), min_size=1, max_size=5))
def test_validating_twice_is_validating_once(rows):
    """Whatever stands in the cells, a second validation finds the same and changes nothing."""
    checked = validate(batch(rows, **CONTRACT), plugins=Plugins())
    again = validate(checked, plugins=Plugins())
    assert again.values.equals(checked.values)
    assert again.changes.equals(checked.changes)
    assert again.problems.equals(checked.problems)
    assert set(checked.problems["row"]) <= set(checked.values["row"])


@given(text=st.text(max_size=40) | LIKELY, region=st.sampled_from([*phones.PLANS, "US"]))
def test_a_number_that_was_read_reads_as_itself(text, region):
    """In both forms, for every region, half characters included."""
    for form in ("national", "e164"):
        number = phones.read_phone(text, region, form).number
        if number is not None:
            assert phones.read_phone(number, region, form).number == number


@given(text=st.text(max_size=40) | LIKELY)
def test_other_readings_read_as_themselves(text):
    """Addresses, dates and ratings that were read are read as themselves."""
    address = emails.read_email(text)
    assert address is None or emails.read_email(address) == address
    day = dates.read_date(text)
    assert day is None or dates.read_date(day) == day
    number = ratings.read_rating(text, 10).number
    assert number is None or number >= 10**9 or ratings.read_rating(str(number), 10).number == number


@given(text=st.text(max_size=60))
def test_repairing_and_cleaning_never_fail(text):
    """Any text at all, half characters included; what was cleaned is clean."""
    texts.repaired(text)
    texts.check_garbled(text)
    said = texts.clean(text)
    if said:
        (after,) = (one.value for one in said if isinstance(one, Replace))
        assert texts.clean(after) is None
        after.encode()


def passed_over(clear, values):
    """Give the values that a column takes for clear."""
    frame = pl.DataFrame({"0": values}, schema={"0": pl.String})
    return frame.filter(clear(pl.col("0")))["0"].drop_nulls().to_list()


@settings(deadline=None)
@given(values=st.lists(WHOLE, max_size=20), region=st.sampled_from([*phones.PLANS, "US"]))
def test_what_the_fast_way_passes_over_the_exact_rule_leaves_alone(values, region):
    """A column may only accept what the exact function accepts, with the same result."""
    values = [*values, "9663798289", "asha@gmail.com", "2026-04-01", "2026-04-01T10:30:00", "560001", "501234567"]
    customer = Customer(region=region)
    for value in passed_over(partial(phones.clear, customer=customer), values):
        assert check_phone(value, customer) == []
    for value in passed_over(emails.clear, values):
        assert not emails.email(value)
    for kind in ("date", "datetime"):
        for value in passed_over(partial(dates.clear, with_time=kind == "datetime"), values):
            assert attributes.check_date(value, kind, dates.Order(), region) == []
    pin = Attribute(pattern="[1-9][0-9]{5}")
    for value in passed_over(attributes.clear_code, values):
        assert attributes.check_attribute(value, "pincode", pin) == []
    for value in passed_over(texts.clear_plain, values):
        assert texts.clean(value) is None
        assert texts.check_garbled(value) is None
    for value in passed_over(partial(texts.clear, longest=20), values):
        assert texts.clean(value) is None
        assert texts.check_garbled(value) is None
        assert texts.check_length(value, 20, "", "") is None


@settings(deadline=None)
@given(values=st.lists(st.none() | st.lists(st.sampled_from(["a", "b", "", "x"])), max_size=20))
def test_lists_of_reasons_that_are_passed_over_hold_known_ones_only(values):
    """Absent and empty lists are clear; one unknown reason is enough to ask the rule."""
    frame = pl.DataFrame({"0": values}, schema={"0": pl.List(pl.String)})
    clear = frame.select(names.clear_reasons(pl.col("0"), ["a", "b"])).to_series().to_list()
    exact = [names.check_category(value and tuple(value), "Price", ["a", "b"], ";") is None for value in values]
    assert clear == exact


BLANKS = ["", " ", "\t", "\u00a0", "\u200b", " \ufeff "]


def test_what_says_so_never_passes_over_a_blank():
    """A required field may leave out a look of its own for blanks only where its rules take none for clear."""
    contract = Campaign(id="154", **{**CONTRACT, "customer": {"required": ["mobileno", "email"]}})
    row = {name: "x" for name in FIELDS if not name.startswith("catnpsmap")}
    rules = list(built_in(batch([row], contract), {"namevaluemap.visit": dates.Order()}, Memory()))
    sure = [one for one in rules if one.clear is not None and not one.blanks]
    assert {"customerinfo.mobileno", "customerinfo.email", "npsrating", "namevaluemap.unitname"} <= {
        one.field for one in sure
    }
    for one in sure:
        assert passed_over(one.clear, BLANKS) == []


def test_the_fast_way_does_pass_over_clear_values():
    """It is not so careful that it saves nothing."""
    phone = partial(phones.clear, customer=Customer())
    assert passed_over(phone, ["9663798289", "9999999999", "x"]) == ["9663798289"]
    assert passed_over(emails.clear, ["asha@gmail.com", "asha@gmial.com"]) == ["asha@gmail.com"]
    assert passed_over(partial(dates.clear, with_time=True), ["2026-04-01T10:30:00", "2026-02-30T10:30:00"]) == [
        "2026-04-01T10:30:00"
    ]
    assert passed_over(partial(texts.clear, longest=9), ["good", "बहुत", "cafÃ©", "a\x00", "x" * 10]) == ["good", "बहुत"]


NUMBER = st.from_regex(
    r"(\+|00|0)?(91|971|966|974|965|973|968)?[ (-]{0,2}[3-9][0-9]{3}[ )-]?[0-9]{3,6}(\.0{0,2})?",
    fullmatch=True,
)
#: Numbers as a spreadsheet shortens them: zeros at their end are left out.
SHORTENED = st.from_regex(r"[3-9]\.[0-9]{4,10}E\+?0?[6-9]", fullmatch=True)
STAMP = st.from_regex(
    r"(20[0-9]{2}-[0-3][0-9]-[0-3][0-9]|[0-3][0-9]/[0-3][0-9]/20[0-9]{2}) [0-3][0-9]:[0-6][0-9](:[0-6][0-9])?",
    fullmatch=True,
)


def quickly(stages, values):
    """Give value and result for the values that expressions settle."""
    column = pl.Series("0", values, dtype=pl.String)
    after = staged(column, stages)
    return [(value, new) for value, new in zip(column, after, strict=True) if new is not None]


@settings(deadline=None, max_examples=200)
@given(values=st.lists(NUMBER | SHORTENED | LIKELY | WHOLE, max_size=20), region=st.sampled_from([*phones.PLANS, "US"]))
def test_numbers_settled_quickly_are_those_of_the_exact_rule(values, region):
    """Same number, same reason, and nothing else to say."""
    customer = Customer(region=region)
    for value, after in quickly(phones.quick(customer), [*values, "+91 96637 98289", "050-123-4567", "9663798289.0"]):
        assert check_phone(value, customer) == ([] if value == after else [Replace(after, phones.SAME)]), value


@settings(deadline=None, max_examples=200)
@given(values=st.lists(STAMP | LIKELY | WHOLE, max_size=20), day_first=st.sampled_from([True, False, None]))
def test_stamps_settled_quickly_are_those_of_the_exact_rule(values, day_first):
    """Same moment, same reason, whatever the column's order."""
    order = dates.Order(day_first)
    for value, after in quickly(
        dates.quick(order, with_time=True), [*values, "2026-04-01 10:30:00", "25/04/2026 10:30"]
    ):
        exact = attributes.check_date(value, "datetime", order, "IN")
        assert exact == [Replace(after, attributes.SAME["datetime"])], value


def test_the_quick_way_does_settle_the_common_forms():
    """The expressions are not so careful that they save nothing."""
    forms = ["+91 96637 98289", "091234", "9663798289.0", "91-96637-98289", "9999999999", "9.66379829E9", "9.66E9"]
    settled = ["9663798289", "9663798289", "9663798289", "9663798290"]
    assert [after for _, after in quickly(phones.quick(Customer()), forms)] == settled
    stamps = ["2026-04-01 10:30:00", "25/04/2026 10:30", "2026-02-30 10:30:00"]
    assert [after for _, after in quickly(dates.quick(dates.Order(), with_time=True), stamps)] == [
        "2026-04-01T10:30:00",
        "2026-04-25T10:30:00",
    ]


ADDRESS = st.from_regex(
    r"[A-Za-z0-9._-]{1,8}@(gmail|GMAIL|gmial|yahoo|a-b|-b)\.(com|con|CO\.IN|c|museum)", fullmatch=True
)
PIN = st.from_regex(r"[0-9]{2,3} ?[0-9]{3}(\.0{0,2}|,0)?", fullmatch=True)
SERIAL = st.floats(39_000, 61_000).map(lambda number: f"{number:.6f}") | st.integers(39_000, 61_000).map(str)


@settings(deadline=None, max_examples=200)
@given(values=st.lists(ADDRESS | WHOLE, max_size=20))
def test_addresses_settled_quickly_are_those_of_the_exact_rule(values):
    """Same address, same reason, and nothing else to say; what is passed over needs nothing."""
    values = [*values, "Asha@GMail.com", "asha@shop.example.in"]
    for value, after in quickly(emails.quick(), values):
        assert (emails.email(value) or []) == ([] if value == after else [Replace(after, emails.SAME)]), value
    for value in passed_over(emails.clear, values):
        assert not emails.email(value), value


@settings(deadline=None, max_examples=200)
@given(values=st.lists(PIN | WHOLE, max_size=20))
def test_postal_codes_settled_quickly_are_those_of_the_exact_rule(values):
    """Six digits with a space in them or a fraction of zeros, and no other."""
    pin = Attribute(pattern="[1-9][0-9]{5}")
    for value, after in quickly(attributes.quick_code(), [*values, "560 001", "560001.0"]):
        exact = attributes.check_attribute(value, "pincode", pin)
        assert exact == ([] if value == after else [Replace(after, attributes.PLAIN)]), value


@settings(deadline=None, max_examples=200)
@given(values=st.lists(SERIAL | STAMP, max_size=20), day_first=st.sampled_from([True, False, None]))
def test_day_counts_settled_quickly_are_those_of_the_exact_rule(values, day_first):
    """A spreadsheet's day count gives the same second both ways."""
    order = dates.Order(day_first)
    for value, after in quickly(dates.quick(order, with_time=True), [*values, "46113.4375", "04/25/2026 10:30"]):
        exact = attributes.check_date(value, "datetime", order, "IN")
        assert exact == [Replace(after, attributes.SAME["datetime"])], value

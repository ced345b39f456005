"""E-mail addresses: shape, form, and slips of well-known domains."""

import pytest

from omoto_kit.plugins import Plugins
from omoto_kit.validation import validate
from omoto_kit.validation.emails import read_email
from tests.validation.surveys import batch


def mailed(text, **customer):
    """Validate one address; give its value after, and the batch."""
    checked = validate(batch([{"customerinfo.email": text}], customer=customer), plugins=Plugins())
    return checked.values["customerinfo.email"][0], checked


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("asha@gmail.com", "asha@gmail.com"),
        (" Asha@GMAIL.COM ", "Asha@gmail.com"),
        ("mailto:asha@gmail.com", "asha@gmail.com"),
        ("asha@gmail.com,", "asha@gmail.com"),
        ("asha@gmail.com ;", "asha@gmail.com"),
        ("<asha@gmail.com>", "asha@gmail.com"),
        ("Asha Kumar <asha@gmail.com>", "asha@gmail.com"),
        ("asha\u200b@gmail.com", "asha@gmail.com"),
        ("a.b+c@mail.co-op.in", "a.b+c@mail.co-op.in"),
        ("o'neil@emirates.net.ae", "o'neil@emirates.net.ae"),
        ("'asha@gmail.com", "asha@gmail.com"),
        ("'asha@gmail.com'", "asha@gmail.com"),
        ("अनिता@example.org", "अनिता@example.org"),
    ],
)
def test_an_address_in_another_form_is_mended(text, address):
    """What stands around an address goes, its domain becomes lower case, and a change tells of both."""
    value, checked = mailed(text)
    assert value == address
    assert checked.problems.height == 0
    assert checked.changes.height == (text != address)


@pytest.mark.parametrize(
    "text",
    [
        "asha.gmail.com",
        "ravi@@gmail.com",
        "a..b@yahoo.com",
        "no email",
        "priya@gmail",
        "x@-bad.com",
        "imran@gmail.com.",
        "NA",
        "@gmail.com",
        "asha@",
        "a b@gmail.com",
        ".a@gmail.com",
        "a@b.c",
        "x" * 65 + "@gmail.com",
        "a@" + "b" * 64 + ".com",
    ],
)
def test_what_is_no_address_is_held(text):
    """The value stays, and the message tells what an address looks like."""
    value, checked = mailed(text)
    assert value == text
    assert checked.problems["code"].to_list() == ["email_invalid"]


@pytest.mark.parametrize("text", ["ash\u0430@gmail.com", "asha@hotm\u0430il.com", "asha@\u03bfutlook.com"])
def test_a_letter_that_only_looks_latin_is_held(text):
    """A Cyrillic or Greek letter among Latin ones makes another address, which nobody can see."""
    value, checked = mailed(text)
    assert value == text
    assert checked.problems["code"].to_list() == ["email_invalid"]
    assert "another alphabet" in checked.problems["message"][0]


def test_an_address_in_one_other_alphabet_is_none_of_that():
    """An address that is Cyrillic as a whole is one."""
    assert mailed("\u0430\u0448\u0430@\u043f\u043e\u0447\u0442\u0430.\u0440\u0443")[1].problems.height == 0


def test_options_where_the_address_can_be_seen():
    """A final dot, a space or two addresses leave a choice to a person."""
    assert mailed("imran@gmail.com.")[1].problems["fix"][0]["options"] == ["imran@gmail.com"]
    assert mailed("imran @ gmail.com")[1].problems["fix"][0]["options"] == ["imran@gmail.com"]
    assert mailed("a@x.in; b@y.in")[1].problems["fix"][0]["options"] == ["a@x.in", "b@y.in"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("asha@gmial.com", "asha@gmail.com"),
        ("asha@gmal.com", "asha@gmail.com"),
        ("asha@gmail.con", "asha@gmail.com"),
        ("asha@gmail.co", "asha@gmail.com"),
        ("asha@yahoo.coin", "asha@yahoo.co.in"),
        ("asha@hotnail.com", "asha@hotmail.com"),
        ("asha@shop.con", "asha@shop.com"),
    ],
)
def test_a_slip_is_doubted_and_offered(text, meant):
    """The row may go, the value stays, and the domain that was probably meant is offered."""
    value, checked = mailed(text)
    assert value == text
    assert checked.problems["code"].to_list() == ["email_suspect"]
    assert checked.problems["severity"][0] == "warning"
    assert checked.problems["fix"][0]["options"] == [meant]
    assert "asha" not in checked.problems["message"][0]


@pytest.mark.parametrize("domain", ["ymail.com", "mail.com", "live.com", "yahoo.in", "hotmail.co.uk", "example.com"])
def test_real_domains_are_no_slips(domain):
    """Rarer hosts are left in peace."""
    assert mailed(f"asha@{domain}")[1].problems.height == 0


def test_a_required_address_is_missed():
    """The code says which field it is."""
    assert mailed(None, required=["email"])[1].problems["code"].to_list() == ["email_missing"]


def test_reading_twice_is_reading_once():
    """An address that was read is read as itself."""
    address = read_email(" mailto:Asha@GMail.com; ")
    assert read_email(address) == address == "Asha@gmail.com"


@pytest.mark.parametrize("text", ["-", "...", "--"])
def test_a_dash_for_no_address_only_warns(text):
    """A cell of signs alone is no wrong address: nobody could be meant, so the row may go, with a warning."""
    _, checked = mailed(text)
    (problem,) = (p for p in checked.problems.iter_rows(named=True) if p["field"] == "customerinfo.email")
    assert (problem["code"], problem["severity"]) == ("email_placeholder", "warning")


def test_a_dash_is_no_way_to_know_the_customer():
    """Where the contract wants one of the contacts, a dash for an address does not count as one."""
    _, checked = mailed("-", any_of=["mobileno", "email"])
    assert "customer_missing" in checked.problems["code"].to_list()

# ruff: noqa: RUF001  signs of other widths are what is mended
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as some
from omoto_contacts import Contacts, emails
from omoto_contacts.domains import PROVIDERS, REAL, meant_by
from omoto_contacts.emails import email, email_can_be, is_placeholder

from omoto_kit import Campaign, Suggest
from omoto_kit.plugins import Context
from omoto_kit.validation.emails import read_email

FIELD = "customerinfo.email"
CTX = Context(Campaign(id="154"))


@pytest.mark.parametrize(
    "written",
    [
        "asha@gmail.com",
        " asha@gmail.com ",
        "asha@gmail.com.",
        "asha@gmail.com,",
        "mailto:asha@gmail.com",
        "mailto:asha@gmail.com?subject=hello",
        "Asha Rao <asha@gmail.com>",
        '"Rao, Asha" <asha@gmail.com>',
        "asha @gmail.com",
        "asha@ gmail . com",
        "asha@@gmail.com",
        "asha@gmail,com",
        "asha@gmail..com",
        "asha(at)gmail(dot)com",
        "asha [at] gmail [dot] com",
        "email: asha@gmail.com",
        "E-mail id - asha@gmail.com",
        "asha@gmail.com (work)",
        "'asha@gmail.com'",
        "asha@gmail.com; ASHA@gmail.com",
        "\u200easha@gmail.com\u00a0",
        "asha＠gmail．com",
    ],
)
def test_an_address_is_mended(cell, written):
    """What stands around an address is taken out, and nothing is left to say."""
    found = cell(FIELD, written)
    assert (found.value, found.codes) == ("asha@gmail.com", frozenset())


@pytest.mark.parametrize(
    "written",
    [
        "-", "n/a", "NA", "none", "no email", "Not Available", "na@na.com", "noemail@noemail.com", "no@no.com",
        "test@test.com", "abc@abc.com", "xyz@xyz.com", "a@a.com", "xx@xx.xx", "noemail@gmail.com", "no.email@yahoo.com",
        "test@gmail.com", "notavailable@hotmail.com", "none@none.in", "aaa@aaa.com",
    ],
)  # fmt: skip
def test_a_placeholder_is_absent(cell, written):
    """An address that nobody has, made up because a form insisted, becomes an absent one."""
    found = cell(FIELD, written)
    assert (found.value, found.codes) == (None, frozenset())


@pytest.mark.parametrize(
    "written",
    ["nadia@gmail.com", "tata@tata.com", "na.rao@gmail.com", "test.lab@aiims.edu", "guest.relations@tajhotels.com",
     "noel@noel.in", "nomail.rao@gmail.com", "info@abc.com", "customer.care@abc.in"],
)  # fmt: skip
def test_a_real_address_stays(cell, written):
    """What only resembles a placeholder is left alone."""
    found = cell(FIELD, written)
    assert (found.value, found.codes) == (written, frozenset())


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahooo.co.in", "yahoo.co.in"),
        ("protonmial.com", "protonmail.com"),
        ("etisalt.ae", "etisalat.ae"),
        ("live.con", "live.com"),
        ("rediffmial.con", "rediffmail.com"),
    ],
)
def test_the_domain_of_a_slip_is_suggested(cell, domain, meant):
    """A slip of a well-known domain stays as it was written, and the right one is offered once."""
    found = cell(FIELD, f"asha@{domain}")
    assert found.value == f"asha@{domain}"
    assert found.options == {f"asha@{meant}"}
    assert len(found.codes) == 1


@pytest.mark.parametrize(
    ("written", "offered"),
    [
        ("asha@gmail", "asha@gmail.com"),
        ("asha@gmailcom", "asha@gmail.com"),
        ("ashagmail.com", "asha@gmail.com"),
        ("asha at gmail dot com", "asha@gmail.com"),
        ("asha..rao@gmail.com", "asha.rao@gmail.com"),
        ("asha rao@gmail.com", "asharao@gmail.com"),
        ("Asha Rao asha@gmail.com", "asha@gmail.com"),
        ("asha@gmail.com; rao@yahoo.com", "rao@yahoo.com"),
    ],
)
def test_two_readings_are_left_to_a_person(cell, written, offered):
    """Where a cell could mean two things it stays as it was, is held, and what it could be is offered."""
    found = cell(FIELD, written)
    assert found.value == written
    assert offered in found.options
    assert "email_invalid" in found.codes


@pytest.mark.parametrize("written", ["asha@", "@gmail.com", "asha", "asha@localhost", "a, b, c and d", "asha@-x-.com"])
def test_what_is_no_address_is_refused(cell, written):
    """A cell that holds no address is held with a reason."""
    found = cell(FIELD, written)
    assert found.value == written
    assert "email_invalid" in found.codes


@pytest.mark.parametrize("written", ["asha@shop.local", "asha@shop.invalid", "asha@xn--0.com"])
def test_what_the_standards_forbid_is_doubted(cell, written):
    """An address of the right shape that no mail can reach is warned about."""
    assert cell(FIELD, written).codes & {"email_unreachable", "email_invalid"}


@pytest.mark.parametrize("domain", [*PROVIDERS, *sorted(REAL)])
def test_a_real_domain_is_no_slip(domain):
    """No well-known domain is taken for a slip of another."""
    assert meant_by(domain) is None


@pytest.mark.parametrize("domain", ["tcs.com", "infosys.com", "mailchimp.com", "gmx.net", "bmw.in", "uae.ae", "me.in"])
def test_a_company_is_no_slip(domain):
    """Short and foreign domains are not bent to a well-known one."""
    assert meant_by(domain) is None


def test_a_campaigns_own_provider_is_known():
    """Slips of a domain that the settings name are suggested, too."""
    ctx = Context(Campaign(id="154"), Contacts(providers=("landmarkgroup.com",)))
    assert email("asha@landmarkgruop.com", ctx).value == "asha@landmarkgroup.com"


def test_the_first_of_several_may_be_chosen():
    """An analyst who says so gets the first of two addresses."""
    ctx = Context(Campaign(id="154"), Contacts(several="first"))
    assert email("asha@gmail.com / rao@yahoo.com", ctx) == "asha@gmail.com"


@given(some.text(alphabet="asha@.,; <>()[]gmail-+_=ß@@. /\\'\"\u200eत", max_size=40))
def test_the_kit_takes_what_the_plugin_writes(text):
    """Whatever stands in a cell, an address that the plugin writes or suggests is one that the kit leaves as it is."""
    offer = email(text, CTX)
    value = offer.value if isinstance(offer, Suggest) else offer
    if isinstance(value, str):
        assert read_email(value) == value
        assert not is_placeholder(value) or isinstance(offer, Suggest)


def test_a_second_run_changes_nothing(cells):
    """What came out goes in again and stays."""
    written = ["asha @ gmail.com.", "na@na.com", "asha@gmial.com", "mailto:asha@gmail.com", "asha rao@gmail.com"]
    once = [one.value for one in cells(FIELD, written)]
    assert [one.value for one in cells(FIELD, once)] == once


def test_labelled_addresses(cells, shared):
    """Of 164 labelled addresses no broken one goes out as it stands, and each plain valid one goes out untouched."""
    tests = [
        (_decoded(test.findtext("address") or ""), (test.findtext("category") or "").removeprefix("ISEMAIL_"))
        for test in ET.parse(shared("torture/isemail/tests.xml")).getroot().iter("test")  # noqa: S314  our own
    ]
    wrong = []
    for (written, label), one in zip(tests, cells(FIELD, [text for text, _ in tests]), strict=True):
        mended = one.value is None or one.value != written
        if label in ("ERR", "RFC5322") and written.strip() and not (mended or one.codes):
            wrong.append((label, written, one.value))
        if label == "VALID_CATEGORY" and one.value != written and not (one.codes or one.value is None):
            wrong.append((label, written, one.value))
    assert wrong == []
    assert len(tests) > 100


def _decoded(address):
    """Read the set's stand-ins for control characters."""
    return "".join(chr(ord(sign) - 0x2400) if 0x2400 <= ord(sign) <= 0x2420 else sign for sign in address)


DOMAINS = ("gmail.com", "shop.example.in", "test", "a.test", "x.invalid", "-a.com", "a-.com", "a..com", "x.c", "a" * 64)
LOCALS = some.text("abXY09._%+-", min_size=1, max_size=66)


@given(local=LOCALS, domain=some.sampled_from(DOMAINS))
def test_a_plain_address_is_judged_by_its_domain_alone(local, domain):
    """What one look at an address says is what the whole of the standards says."""
    address = f"{local}@{domain}"
    found = email_can_be(address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emails, "PLAIN", re.compile("(?!)"))
        assert found == email_can_be(address)

# ruff: noqa: RUF001  letters of other scripts are what is left alone
import pytest
from hypothesis import given
from hypothesis import strategies as some
from omoto_contacts import Contacts
from omoto_contacts.names import in_usual_case, name

from omoto_kit import Campaign, Clear
from omoto_kit.plugins import Context

FIELD = "customerinfo.name"


@pytest.mark.parametrize(
    ("written", "usual"),
    [
        ("ASHA RAO", "Asha Rao"),
        ("asha rao", "Asha Rao"),
        ("  ASHA   RAO ", "Asha Rao"),
        ("R.K. NARAYAN", "R.K. Narayan"),
        ("r.k. narayan", "R.K. Narayan"),
        ("RK NARAYAN", "RK Narayan"),
        ("S K IYER", "S K Iyer"),
        ("SEAN O'BRIEN", "Sean O'Brien"),
        ("d’souza", "D’Souza"),
        ("MARIA D'SOUZA", "Maria D'Souza"),
        ("MCDONALD", "McDonald"),
        ("mary macdonald", "Mary MacDonald"),
        ("MACHADO", "Machado"),
        ("SA'AD KHALID", "Sa'ad Khalid"),
        ("AHMED BIN SALEM", "Ahmed bin Salem"),
        ("ABDUL-RAHMAN AL-MASRI", "Abdul-Rahman Al-Masri"),
        ("MD ASIF KHAN", "Md Asif Khan"),
        ("DR. ASHA RAO", "Dr. Asha Rao"),
        ("JOHN SMITH III", "John Smith III"),
        ("JOSÉ ÁLVAREZ", "José Álvarez"),
        ("RAO, ASHA", "Rao, Asha"),
        ("asha", "Asha"),
    ],
)
def test_a_name_gets_the_usual_case(cell, written, usual):
    """A name all in capitals, or with none, is written as its bearer would write it."""
    assert cell(FIELD, written).value == usual


@pytest.mark.parametrize(
    "written",
    [
        "Asha Rao", "Asha RAO", "deepa McRae", "LaToya Jackson", "JAN VAN DER BERG", "MARIA DE SOUZA", "MC DONALD",
        "TATA MOTORS LTD", "J&K BANK", "RKS", "LI", "K2", "ASHA123", "आशा राव", "أحمد سالم", "李小龙", "ИВАН ПЕТРОВ",
        "IŞIK", "ΜΑΡΙΑ", "க\u200dரா",
    ],
)  # fmt: skip
def test_what_is_not_safe_stays(cell, written):
    """Mixed case, other scripts, companies, initials and names that only their bearer can write stay as they are."""
    assert cell(FIELD, written).value == written


@pytest.mark.parametrize(
    "written",
    ["NA", "n/a", "-", ".", "Test", "test user", "Customer", "CUSTOMER 12", "Guest", "walk-in", "Walk in Customer",
     "unknown", "Anonymous", "xxx", "aaaa", "No Name", "nil", "नहीं", "لا يوجد", "dummy"],
)  # fmt: skip
def test_a_placeholder_is_absent(cell, written):
    """A cell that names nobody becomes an absent one."""
    assert cell(FIELD, written).value is None


@pytest.mark.parametrize("written", ["Nair", "Nila", "Testa Rossi", "Asha Guest", "Noneeta", "Nanda", "Oo"])
def test_a_name_like_a_placeholder_stays(cell, written):
    """Only a whole cell can be a placeholder."""
    assert cell(FIELD, written).value == written


def test_case_can_be_left_alone():
    """With `names = false` capitals stay, and placeholders still go."""
    ctx = Context(Campaign(id="154"), Contacts(names=False))
    assert name("ASHA RAO", ctx) is None
    assert isinstance(name("n/a", ctx), Clear)


@given(some.text(max_size=30))
def test_only_case_changes(text):
    """Whatever the script, a name keeps its letters; and what is in the usual case stays there."""
    usual = in_usual_case(text)
    assert usual.casefold() == text.casefold()
    assert in_usual_case(usual) == usual or text.isupper() or text.islower()

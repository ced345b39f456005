import pytest
from hypothesis import given
from hypothesis import strategies as some
from omoto_contacts.comments import is_luhn, is_verhoeff, private_digits

CODE = "comment_private_digits"


@pytest.mark.parametrize(
    ("comment", "masked"),
    [
        ("Charged on 4111 1111 1111 1111 twice", "Charged on xxxx xxxx xxxx 1111 twice"),
        ("5500-0000-0000-0004", "xxxx-xxxx-xxxx-0004"),
        ("amex 378282246310005.", "amex xxxxxxxxxxx0005."),
        ("RuPay 6521111111111110", "RuPay xxxxxxxxxxxx1110"),
        ("my aadhaar is 2345 6789 0124", "my aadhaar is xxxx xxxx 0124"),
        ("uid 234567890124", "uid xxxxxxxx0124"),
        ("कार्ड ४१११ ११११ ११११ ११११", "कार्ड xxxx xxxx xxxx ११११"),
    ],
)
def test_a_card_or_identity_number_is_warned_of(cell, comment, masked):
    """The comment is not held, the warning does not repeat the digits, and masking them is offered."""
    found = cell("comment", comment)
    assert found.value == comment
    assert (found.codes, found.options) == ({CODE}, {masked})
    assert not set("0123456789") & set(private_digits(comment).message)


@pytest.mark.parametrize(
    "comment",
    [
        "Order 1234567890123456 is late",
        "call me on 919663798289",
        "+91 96637 98289 or 080 2555 1234",
        "0000 0000 0000 0000",
        "4111 1111 1111 1112",
        "Bill no. AB4111111111111111X",
        "2345 6789 0123",
        "Visited 2026-04-01 10:22, 2026-04-02 11:30",
        "Great!",
        "",
    ],
)
def test_other_numbers_are_no_matter(cell, comment):
    """Phone numbers, orders, dates and digits with a wrong check digit are not warned of."""
    assert CODE not in cell("comment", comment).codes


def test_two_numbers_are_both_masked(cell):
    """All that is found in one comment is masked at once."""
    found = cell("comment", "4111111111111111 and 2345 6789 0124")
    assert found.options == {"xxxxxxxxxxxx1111 and xxxx xxxx 0124"}


@given(some.from_regex("[1-9][0-9]{10,17}", fullmatch=True))
def test_one_check_digit_is_right(digits):
    """Of the ten digits that could end a number, both checks take exactly one."""
    assert sum(is_luhn(f"{digits}{last}") for last in range(10)) == 1
    assert sum(is_verhoeff(f"{digits}{last}") for last in range(10)) == 1


@given(some.from_regex("[2-9][0-9]{10}", fullmatch=True), some.integers(0, 10))
def test_neighbours_that_changed_places_are_noticed(digits, place):
    """Verhoeff's check notices two neighbouring digits that changed places, as Luhn's does not always."""
    whole = next(f"{digits}{last}" for last in range(10) if is_verhoeff(f"{digits}{last}"))
    swapped = whole[:place] + whole[place : place + 2][::-1] + whole[place + 2 :]
    assert is_verhoeff(swapped) == (swapped == whole)

"""Numbers that do not belong in a comment: payment cards, and Aadhaar numbers of persons in India."""

import re

from omoto_kit import Finding, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.forms import ascii_digits

_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.+])[0-9](?:[ \-\u2010-\u2014\u00a0.]?[0-9]){11,18}(?![0-9A-Za-z])")
# First digits that the card networks have been given: Visa, Mastercard, American Express, RuPay, Discover, Diners, JCB.
_NETWORKS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|(?:508[5-9]|60(?:6[89]|7\d|8[0-4]|11)|65\d\d|64[4-9]\d|81\d\d|82\d\d|353\d|356\d|35[2-8]\d)\d{12}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|(?:50|5[6-9]|6\d)\d{10,17}"
)
_AADHAAR_WORDS = re.compile(r"a+dha+r|uidai?|आधार", re.IGNORECASE)
_IN_FOURS = re.compile(r"\d{4}\D\d{4}\D\d{4}")
_WITH_CODE = re.compile("91[6-9]")
_AADHAAR_LENGTH = 12
# The dihedral group of order ten, by which Verhoeff's check digit is reckoned, and his permutation.
_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


@rule("comment")
def private_digits(comment):
    """Warn of digits that can be a card's or an Aadhaar number, and offer the comment with them masked."""
    if not comment or sum(map(str.isdigit, comment)) < _AADHAAR_LENGTH:
        return None
    text = ascii_digits(comment)
    found = [(match.span(), kind) for match in _CANDIDATE.finditer(text) if (kind := _kind(match[0], text))]
    if not found:
        return None
    masked = comment
    for (start, end), _ in found:
        masked = masked[:start] + _masked(comment[start:end]) + masked[end:]
    what = " and ".join(sorted({kind for _, kind in found}))
    message = f"The comment holds digits that can be {what}. Take them out before it is sent."
    why = "All but the last four digits are masked."
    return Finding("comment_private_digits", message, Severity.WARNING, (masked,), why)


def is_luhn(digits):
    """Tell whether a card's check digit is right.

    >>> is_luhn("4111111111111111"), is_luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0  # noqa: PLR2004  digits end at nine


def is_verhoeff(digits):
    """Tell whether an Aadhaar number's check digit is right.

    >>> is_verhoeff("2363"), is_verhoeff("2364")
    (True, False)
    """
    check = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit)
        for _ in range(place % 8):
            number = _PERMUTATION[number]
        check = _joined(check, number)
    return check == 0


def _joined(one, other):
    """Multiply two elements of the dihedral group of order ten; from five on they are reflections."""
    if one < 5:  # noqa: PLR2004  the group has five rotations
        return (one + other) % 5 if other < 5 else 5 + (one + other) % 5  # noqa: PLR2004  as above
    return 5 + (one - other) % 5 if other < 5 else (one - other) % 5  # noqa: PLR2004  as above


def _kind(shown, text):
    """Say what a run of digits can be; empty for a phone number, an order and the like."""
    digits = re.sub("[^0-9]", "", shown)
    if len(set(digits)) <= 1:
        return ""
    if _NETWORKS.fullmatch(digits) and is_luhn(digits):
        return "a card's number"
    if len(digits) == _AADHAAR_LENGTH and digits[0] in "23456789" and is_verhoeff(digits):
        told = _IN_FOURS.fullmatch(shown) or _AADHAAR_WORDS.search(text)
        return "an Aadhaar number" if told or not _WITH_CODE.match(digits) else ""
    return ""


def _masked(shown):
    """Write an x for each digit but the last four."""
    last = [place for place, sign in enumerate(shown) if sign.isdigit()][-4:]
    return "".join("x" if sign.isdigit() and place not in last else sign for place, sign in enumerate(shown))

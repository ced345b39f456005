"""Phone numbers: what stands around them, two in a cell, countries that the kit has no plan of, and landlines.

The kit's own reading comes first. What it takes is left to it, so that both never write one number in two ways; and
nothing is written here that it would not take.
"""

import re
from decimal import Decimal, InvalidOperation
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata
from phonenumbers import PhoneNumberType as Kind

from omoto_contacts.settings import Contacts, chosen
from omoto_contacts.words import cleaned, says_nothing
from omoto_kit import Clear, Finding, Suggest, enricher, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.phones import PLANS, read_phone

MOBILE = {Kind.MOBILE, Kind.FIXED_LINE_OR_MOBILE, Kind.PERSONAL_NUMBER, Kind.PAGER, Kind.UNKNOWN}
SPOKEN = {
    Kind.FIXED_LINE: "a landline",
    Kind.TOLL_FREE: "a toll-free number",
    Kind.PREMIUM_RATE: "a premium-rate number",
    Kind.SHARED_COST: "a service number",
    Kind.UAN: "a company's number",
    Kind.VOIP: "an internet phone",
    Kind.VOICEMAIL: "a voicemail number",
}
#: A country code of several countries, by which no region is known.
_SHARED = 1
#: Kinds that are asked for before a mobile number is; what is one of these, too, is told as that.
_BEFORE_MOBILE = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")
_LOOKALIKES = str.maketrans("OoQlI|", "000111")
_ALL_ZERO = re.compile(r"\+?[0\s.\-/]+")
_EXPONENT = re.compile(r"\+?[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,2}")
_DECIMALS = re.compile(r"(?<![0-9.,])(\+?[0-9]{7,15})[.,]0{1,2}(?![0-9.,])")
_DOUBLE_ZERO = re.compile(r"(?<![0-9+])\+?00(?=[1-9][0-9 ()\-.]{6,})")
_TRUNK_SHOWN = re.compile(r"\(0\)")
_APART = re.compile(r"[/,;|&\n]+|\bor\b|\band\b", re.IGNORECASE)
_LONGEST, _ZEROS_LEFT_OUT = 12, 2


@enricher(
    "customerinfo.mobileno",
    reads={"mobileno": "customerinfo.mobileno"},
    settings=Contacts,
    examples=[
        ({"mobileno": '="9663798289"'}, "9663798289"),
        ({"mobileno": "+91 96637 98289 / 080-2555 1234"}, "9663798289"),
        ({"mobileno": "+91 +91 9663798289"}, "9663798289"),
        ({"mobileno": "not given"}, Clear("The cell says that there is no number.")),
        ({"mobileno": "96637 98289"}, None),
    ],
)
def phone(mobileno, ctx):
    """Take out what stands around a number, and leave to a person what could be two."""
    settings, customer = chosen(ctx), ctx.campaign.customer
    text = cleaned(mobileno)
    if says_nothing(text, settings.placeholders) or _ALL_ZERO.fullmatch(text):
        return Clear("The cell says that there is no number.")
    own = read_phone(mobileno, customer.region, customer.phone)
    if own.code == "mobile_precision_lost" or (own.number and _has_plan(own.number, customer)):
        return None
    offer = _offer(text, customer, settings.several)
    if isinstance(offer, Suggest):
        return None if own.options else offer  # the kit asks already
    return None if offer == mobileno else offer


@rule(
    "customerinfo.mobileno",
    reads={"mobileno": "customerinfo.mobileno"},
)
def phone_can_be(mobileno, ctx):
    """Doubt a number that no country has given out, and one that takes no messages."""
    customer = ctx.campaign.customer
    if mobileno and plain_mobile(customer.region, customer.phone).fullmatch(mobileno):
        return None
    taken = mobileno and read_phone(mobileno, customer.region, customer.phone).number
    if not taken:
        return None
    number = _parse(taken, customer.region)
    if not number or not phonenumbers.is_valid_number(number):
        message = "No country has given out a number like this. Look at its digits, and at the code of its country."
        known = _has_plan(taken, customer)
        return None if known else Finding("phone_unassigned", message, Severity.WARNING)
    kind = phonenumbers.number_type(number)
    if kind in MOBILE:
        return None
    what = SPOKEN.get(kind, "no mobile number")
    return Finding("phone_not_mobile", f"This is {what}, so messages may not arrive there.", Severity.WARNING)


@cache
def plain_mobile(region, form):
    """Match mobile numbers as they go out, of the region and of those with a plan, that are no other kind of number.

    The patterns are those of the tables which `is_valid_number` and `number_type` go through.
    """
    own = _mobile_of(region) if form == "national" else None
    abroad = [
        rf"\+{phonenumbers.country_code_for_region(one)}{found}"
        for one in dict.fromkeys([*PLANS, region])
        if (found := _mobile_of(one)) and phonenumbers.country_code_for_region(one) != _SHARED
    ]
    return re.compile("|".join(filter(None, [own, *abroad])))


def _mobile_of(region):
    """Give the pattern of a region's mobile numbers that are of no kind asked for before; None where it has none."""
    tables = PhoneMetadata.metadata_for_region(region)
    if tables is None or not tables.mobile.national_number_pattern:
        return None
    others = (getattr(tables, kind) for kind in _BEFORE_MOBILE)
    barred = "|".join(kind.national_number_pattern for kind in others if kind and kind.national_number_pattern)
    sized = "|".join(f"[0-9]{{{length}}}" for length in tables.mobile.possible_length)
    ahead = rf"(?=(?:{sized})\Z)(?=(?:{tables.general_desc.national_number_pattern})\Z)"
    ahead += rf"(?!(?:{barred})\Z)" if barred else ""
    return f"(?:{ahead}(?:{tables.mobile.national_number_pattern}))"


def _has_plan(number, customer):
    """Tell whether the kit itself knows the numbering plan of a number that it has taken."""
    if not number.startswith("+"):
        return customer.region in PLANS
    return any(number.startswith(f"+{plan.code}") for plan in PLANS.values())


def _offer(text, customer, several):
    """Find the one number that a cell holds, or suggest one."""
    text = _unspoilt(text)
    whole = _whole(text, customer)
    if whole:
        return whole
    found, left_over = _inside(text, customer.region)
    if not found:
        return _nearly(text, customer)
    mobiles = [number for number in found if phonenumbers.number_type(number) in MOBILE] or found
    value = _written(mobiles[0], customer)
    if value is None or (len(mobiles) == 1 and not left_over) or (len(mobiles) > 1 and several == "first"):
        return value
    if len(mobiles) == 1:
        return Suggest(value, "There are more digits in the cell than this number has.")
    return Suggest(value, "The cell holds several numbers; this is the first of them.")


def _whole(text, customer):
    """Read a cell that is one number and nothing else, be its country code missing a plus or written twice."""
    digits = re.sub("[^0-9]", "", text)
    if re.search(r"[^\W\d_]", text) or (_APART.search(text) and len(digits) > _LONGEST):
        return None
    code = str(phonenumbers.country_code_for_region(customer.region))
    forms = [text]
    forms += [f"+{digits[len(code) :]}"] if digits.startswith(code * 2) else []
    forms += [f"+{digits}"] if digits.startswith(code) else []
    return next(filter(None, (_valid(form, customer) for form in forms)), None)


def _nearly(text, customer):
    """Suggest what a cell may have meant: a number without its plus, or letters typed for digits."""
    letters = re.sub(r"[^\w|]", "", text)
    if letters != (mended := letters.translate(_LOOKALIKES)) and mended.isdecimal():
        value = _valid(mended, customer)
        return value and Suggest(value, "A letter in it looks like a digit.")
    abroad = None if text.startswith("+") else _valid("+" + re.sub("[^0-9]", "", text), customer)
    if abroad and re.fullmatch(r"[0-9 ()\-.]+", text):
        return Suggest(abroad, "It would be a number of another country if a + stood before it.")
    return None


def _inside(text, region):
    """Find the distinct valid numbers within a text, and whether there are digits besides them."""
    found, rest = {}, text
    for part in _APART.split(text):
        for match in phonenumbers.PhoneNumberMatcher(part, region, leniency=phonenumbers.Leniency.VALID):
            match.number.extension = None
            found.setdefault(
                phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164), match.number
            )
            rest = rest.replace(match.raw_string, " ", 1)
    return list(found.values()), bool(re.search("[0-9]", rest))


def _unspoilt(text):
    """Undo what spreadsheets do to long numbers, and write 00 before a country code as a plus."""
    bare = text.strip("='\"`\u2019 ")
    if _EXPONENT.fullmatch(bare):
        bare = _from_exponent(bare)
    bare = _TRUNK_SHOWN.sub("", _DECIMALS.sub(r"\1", bare))
    return _DOUBLE_ZERO.sub("+", bare)


def _from_exponent(bare):
    """Write a number such as 9.663798289E9 in full, where it has kept its digits."""
    try:
        number = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        return bare
    whole = number.as_tuple().exponent <= _ZEROS_LEFT_OUT and number == int(number)
    return str(int(number)) if whole else bare


def _parse(text, region):
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number):
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _valid(text, customer):
    """Give a number as it goes out, or None where there is no such number."""
    number = _parse(text, customer.region)
    return _written(number, customer) if number and phonenumbers.is_valid_number(number) else None


def _written(number, customer):
    """Write a number as the contract wants it; None where the kit would not take it."""
    forms = [_e164(number)]
    own = number.country_code == phonenumbers.country_code_for_region(customer.region)
    if own and customer.phone == "national":
        forms.insert(0, phonenumbers.national_significant_number(number))
    for form in forms:
        if read_phone(form, customer.region, customer.phone).number == form:
            return form
    return None

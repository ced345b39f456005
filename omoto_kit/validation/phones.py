"""Mobile numbers: what a cell holds, read without guessing.

India and six Gulf countries have their numbering plan here; a number of any other country is taken when it is written
with + and its length is possible. Messages never repeat a number: the problem's own value column has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from omoto_kit.campaign import Customer
from omoto_kit.plugins import Context, Finding, Replace, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.forms import ascii_digits, strip, without_marks

__all__ = ["FIELD", "PLANS", "SAME", "Plan", "clear", "mobileno", "quick", "read_phone"]


@dataclass(frozen=True)
class Plan:
    """A country's mobile numbers: country code, trunk prefix, the number itself and its length, and all in words."""

    country: str
    code: str
    trunk: str
    mobile: str
    length: int
    words: str

    def national(self, digits: str) -> str | None:
        """Give the number without its trunk prefix, or None where these digits are no mobile of this country."""
        found = re.fullmatch(f"(?:{self.trunk})?({self.mobile})" if self.trunk else f"({self.mobile})", digits)
        return found[1] if found else None


#: From the national numbering plans (ITU-T operational bulletins), reduced to mobile ranges.
PLANS = {
    "IN": Plan("India", "91", "0", "[6-9][0-9]{9}", 10, "an Indian mobile number has 10 digits and begins with 6 to 9"),
    "AE": Plan("the Emirates", "971", "0", "5[024568][0-9]{7}", 9, "an Emirati one has 9 digits and begins with 5"),
    "SA": Plan("Saudi Arabia", "966", "0", "5[0-9]{8}", 9, "a Saudi mobile number has 9 digits and begins with 5"),
    "QA": Plan("Qatar", "974", "", "[3567][0-9]{7}", 8, "a Qatari one has 8 digits and begins with 3, 5, 6 or 7"),
    "KW": Plan("Kuwait", "965", "", "[4569][0-9]{7}", 8, "a Kuwaiti one has 8 digits and begins with 4, 5, 6 or 9"),
    "BH": Plan("Bahrain", "973", "", "[36][0-9]{7}", 8, "a Bahraini one has 8 digits and begins with 3 or 6"),
    "OM": Plan("Oman", "968", "", "[79][0-9]{7}", 8, "an Omani one has 8 digits and begins with 7 or 9"),
}

_LABEL = re.compile(
    r"^(?:tel|telephone|mob|mobile|ph|phone|cell|whatsapp|contact)\b\s*(?:no\b)?\s*[.:]*\s*", re.IGNORECASE
)
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")
_FLOAT = re.compile(r"(\+?[0-9]{7,})[.,]0+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3}){2,}")
_DROPPED = str.maketrans("", "", " -.()_\u00a0\u2010\u2011\u2012\u2013\u2014\u202f\u2009/,\t")
_APART = re.compile(r"[/,;|&\n]+|\bor\b|\band\b", re.IGNORECASE)
_PLAUSIBLE = re.compile(r"[1-9][0-9]{7,14}")
FIELD = "customerinfo.mobileno"
#: Why a number was changed.
SAME = "The same number, written as the contract wants it."
_REPEATED = re.compile(r"([0-9])\1{7,}")
_RUNS = "01234567890123456789", "98765432109876543210"
#: Placeholders as expressions see them, as `_is_made_up` does, and a few that are none, such as eight digits in order.
_MADE_UP = [*(digit * 8 for digit in "0123456789"), *(run[at : at + 8] for run in _RUNS for at in range(10))]
#: Country codes whose numbers can be as long as an Indian one without its code.
_AS_LONG = ("62", "64", "65", "67", "95", "960", "961")
_ZEROS_KEPT_OUT = 2  # a long form such as 9.66379829E9 leaves trailing zeros out; more than two are digits lost
_SHORTEST, _LONGEST, _RUN = 7, 15, 9


class Phone(NamedTuple):
    """What a cell was read as: the number as it goes out, or the code of what is wrong, with why and options."""

    number: str | None
    code: str = ""
    why: str = ""
    options: tuple[str, ...] = ()


def read_phone(text: str, region: str = "IN", form: str = "national") -> Phone:
    """Read one cell as a mobile number of a region, or of another country when it says so itself.

    `form` is "national" (bare digits for the region's own numbers, +country for others) or "e164".

    >>> read_phone("+91 96637 98289").number, read_phone("00971 50 123 4567").number
    ('9663798289', '+971501234567')
    >>> read_phone("9.66E+09").code
    'mobile_precision_lost'
    """
    bare = _LABEL.sub("", strip(without_marks(ascii_digits(text)).replace("\uff0b", "+")).lstrip("'\u2019`"))
    expanded = _expand(bare)
    if expanded is None:
        return Phone(None, "mobile_precision_lost")
    digits = expanded.translate(_DROPPED)
    if re.fullmatch(r"\+?[0-9]+", digits):
        number = _place(digits, region, form)
        if number:
            return Phone(number)
    return _refuse(expanded, digits, region, form)


def _expand(bare: str) -> str | None:
    """Undo what spreadsheets do to long numbers; None where they have lost digits."""
    found = _SCIENTIFIC.fullmatch(bare)
    if found:
        fraction, exponent = found[2] or "", int(found[3])
        if len(fraction) < exponent - _ZEROS_KEPT_OUT:
            return None
        return (found[1] + fraction).ljust(exponent + 1, "0") if len(fraction) <= exponent else bare
    whole = _FLOAT.fullmatch(bare)
    return whole[1] if whole else bare


def _place(digits: str, region: str, form: str) -> str | None:
    """Find the country whose number this is, and write it out."""
    plan = PLANS.get(region)
    abroad = re.fullmatch(r"(?:\+(?:00)?|00)([1-9][0-9]*)", digits)
    if abroad:
        return _with_code(abroad[1], region, form)
    if plan is None:
        bare = digits.removeprefix("+")
        return bare if form == "national" and _SHORTEST <= len(bare) <= _LONGEST else None
    national = plan.national(digits)
    if national is None:
        coded = digits.removeprefix(plan.trunk) if plan.trunk else digits
        found = re.fullmatch(f"{plan.code}({plan.mobile})", coded)  # a bare 91 0... may as well be digits too many
        national = found and found[1]
    return national and (national if form == "national" else f"+{plan.code}{national}")


def _with_code(digits: str, region: str, form: str) -> str | None:
    """Write out a number that names its country itself."""
    for name, plan in PLANS.items():
        if digits.startswith(plan.code):
            national = plan.national(digits[len(plan.code) :])
            return national and (national if name == region and form == "national" else f"+{plan.code}{national}")
    if (own := PLANS.get(region)) and own.national(digits) and not digits.startswith(_AS_LONG):
        return None
    return f"+{digits}" if _PLAUSIBLE.fullmatch(digits) else None


def _refuse(text: str, digits: str, region: str, form: str) -> Phone:
    """Say in words why a cell is no mobile number, and what it could be."""
    parts = _parts(text)
    if len(parts) > 1:
        numbers = [_place(part.translate(_DROPPED), region, form) for part in parts]
        options = tuple(dict.fromkeys(filter(None, numbers)))
        return Phone(None, "mobile_invalid", "The cell holds more than one number; keep one.", options)
    plan = PLANS.get(region)
    rule_of = f"{plan.words}, before which +{plan.code} may stand" if plan else "write it with + and its country code"
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return Phone(None, "mobile_invalid", f"It has other signs than digits; {rule_of}.")
    bare = digits.lstrip("+")
    if abroad := _abroad(bare):
        other, theirs = abroad
        why = f"It may be a number of {other.country} that lacks its +; {rule_of}."
        return Phone(None, "mobile_invalid", why, (f"+{other.code}{theirs}",))
    if plan and (national := plan.national(re.sub(r"^(?:\+(?:00)?|00)", "", digits))):
        why = f"It begins as a number of another country, but may be one of {plan.country} without +{plan.code}."
        return Phone(None, "mobile_invalid", why, (national if form == "national" else f"+{plan.code}{national}",))
    what = f"It begins with {bare[0]}" if plan and len(bare) == plan.length else f"It has {len(bare)} digits"
    return Phone(None, "mobile_invalid", f"{what}; {rule_of}.")


def _parts(text: str) -> list[str]:
    """Part a cell that may hold several numbers; commas that group the digits of one part nothing."""
    parts = [] if _GROUPED.fullmatch(text) else [part.strip() for part in _APART.split(text)]
    return [part for part in parts if sum(map(str.isdigit, part)) >= _SHORTEST]


def _abroad(bare: str) -> tuple[Plan, str] | None:
    """Find the country whose number these digits would be with a + before them, and its number there."""
    for plan in PLANS.values():
        if bare.startswith(plan.code) and (national := plan.national(bare[len(plan.code) :])):
            return plan, national
    return None


def _is_made_up(number: str) -> bool:
    """Tell a placeholder such as 9999999999 or 1234567890 from a number."""
    return bool(_REPEATED.search(number)) or (len(number) >= _RUN and any(number in run for run in _RUNS))


@rule(FIELD)
def mobileno(mobileno: str | None, ctx: Context) -> list[Finding | Replace] | None:
    """Hold what is no mobile number, and write the others the way that the contract says."""
    if not strip(mobileno):
        return None
    return check_phone(mobileno or "", ctx.campaign.customer)


def check_phone(text: str, customer: Customer) -> list[Finding | Replace]:
    """Read one number by the contract's region and form; give the change and what is wrong."""
    phone = read_phone(text, customer.region, customer.phone)
    said: list[Finding | Replace] = []
    if phone.number and phone.number != text:
        said.append(Replace(phone.number, SAME))
    digits = re.sub("[^0-9]", "", phone.number or ascii_digits(text))
    if _is_made_up(digits):
        message = "This looks like a number made up to fill the cell. Ask for the real one, or empty the cell."
        said.append(Finding("mobile_suspect", message, Severity.WARNING))
    if phone.code == "mobile_precision_lost":
        message = "A spreadsheet has shortened this number, and its last digits are lost."
        why = "Format the column as text in the place where the numbers are whole, and export again."
        said.append(Finding(phone.code, message, why=why))
    elif phone.code:
        said.append(Finding(phone.code, f"This is no mobile number. {phone.why}", options=phone.options, why=phone.why))
    return said


def clear(value: pl.Expr, customer: Customer) -> pl.Expr:
    """Tell whether a value is absent, or a number of the region of which there is nothing to say."""
    plan = PLANS.get(customer.region)
    if plan is None or customer.phone == "e164":
        return value.is_null()
    return (value.str.contains(f"^(?:{plan.mobile})$") & ~value.str.contains_any(_MADE_UP)).fill_null(value=True)


def quick(customer: Customer) -> list[pl.Expr]:
    """Give the plain number for the commonest forms of a region's own in the column "0", and null for others."""
    plan = PLANS.get(customer.region)
    if plan is None or customer.phone == "e164":
        return []
    value, most = pl.col("0"), plan.length - 1
    coded = rf"^(?:\+{plan.code}|00{plan.code}|{plan.code}|{plan.trunk})?{plan.mobile}"
    float_ = rf"^([0-9]\.[0-9]{{{most - _ZEROS_KEPT_OUT},{most}}})E\+?0?{most}$"
    expanded = value.str.extract(float_, 1).str.replace(".", "", literal=True).str.pad_end(plan.length, "0")
    plain = pl.when(value.str.contains(f"{coded}$")).then(value.str.tail(plan.length))
    others = "|".join(f"{other.code}{other.mobile}" for other in PLANS.values() if other is not plan)
    abroad = pl.lit("+") + value.str.extract(rf"^(?:\+|00)({others})$", 1)
    numbers = [
        plain,
        pl.when(value.str.contains(rf"{coded}\.0$")).then(value.str.strip_suffix(".0").str.tail(plan.length)),
        _bare(plain),
        pl.when(expanded.str.contains(f"^{plan.mobile}$")).then(expanded),
        _bare(abroad),
    ]
    return [number.map_batches(_not_made_up, return_dtype=pl.String) for number in numbers]


def _bare(number: pl.Expr) -> pl.Expr:
    """Ask an expression about the column "0" without the signs that people group digits by."""
    bare = pl.col("0").str.replace_all("[ ()-]", "")
    return bare.map_batches(lambda cells: cells.to_frame("0").select_seq(number).to_series(), return_dtype=pl.String)


def _not_made_up(numbers: pl.Series) -> pl.Series:
    """Leave out what could be a placeholder, for the rule to look at."""
    doubtful = numbers.str.contains_any(_MADE_UP).fill_null(value=False)
    return numbers.set(doubtful, None) if doubtful.any() else numbers

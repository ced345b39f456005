"""Attributes of `namevaluemap`: each by the kind, values, pattern and lengths that the contract gives it."""

from __future__ import annotations

import re

import polars as pl

from omoto_kit.campaign import Attribute
from omoto_kit.plugins import Finding, Replace
from omoto_kit.validation.dates import Order, calendar_of, read_date, readings
from omoto_kit.validation.forms import ascii_digits, quote, strip, without_marks
from omoto_kit.validation.names import check_listed

__all__ = [
    "PLAIN",
    "SAME",
    "check_attribute",
    "check_date",
    "clear_code",
    "is_pincode",
    "is_plain_code",
    "quick_code",
]

Said = list[Finding | Replace]
_SIX_DIGITS = ("[1-9][0-9]{5}", "[1-9]\\d{5}", "[0-9]{6}", "\\d{6}")
_NAMES = {"date": "date", "datetime": "date and time"}
#: Why a date was changed, by kind.
SAME = {kind: f"The same {name}, written as ISO 8601." for kind, name in _NAMES.items()}
#: Why another value was changed.
PLAIN = "The same value, without what a spreadsheet or keyboard added."
_PINCODE = re.compile("[1-9][0-9]{5}")


def is_pincode(name: str, attribute: Attribute) -> bool:
    """Tell an Indian postal code by its name or its pattern."""
    pattern = (attribute.pattern or "").removeprefix("^").removesuffix("$")
    return name.casefold() in ("pincode", "pin", "pin_code") or pattern in _SIX_DIGITS


def check_attribute(value: str | None, name: str, attribute: Attribute) -> Said:
    """Check one value that is there; give the change first, then what is wrong. Dates have `check_date`."""
    if not strip(value) or value is None:
        return []
    said: Said = []
    plain = _plain(value, name, attribute)
    if plain != value:
        said.append(Replace(plain, PLAIN))
    if attribute.kind == "integer" and not re.fullmatch("-?[0-9]+", plain):
        message = f"{quote(name)} must be a whole number; {quote(plain)} is none."
        grouped = plain.replace(",", "").replace(" ", "")
        options = (grouped,) if re.fullmatch("-?[0-9]+", grouped) else ()
        return [*said, Finding("attribute_invalid", message, options=options)]
    if attribute.values:
        return _allowed(plain, name, attribute, said)
    return [*said, *_shape(plain, name, attribute)]


def _plain(value: str, name: str, attribute: Attribute) -> str:
    """Undo what loses nothing: white space around, digits of other scripts, a number's empty fraction."""
    bare = strip(value)
    if is_pincode(name, attribute):
        short = re.sub(r"[.,]0+$", "", re.sub(r"\s", "", ascii_digits(without_marks(bare))))
        return short if _PINCODE.fullmatch(short) else bare
    if attribute.kind == "integer":
        short = re.sub(r"[.,]0$|\.0+$", "", ascii_digits(without_marks(bare)).replace("\u2212", "-"))
        return short.removeprefix("+") if re.fullmatch("[+-]?[0-9]+", short) else bare
    return bare


def _allowed(plain: str, name: str, attribute: Attribute, said: Said) -> Said:
    """Check a value against the contract's list."""
    found = check_listed(plain, attribute.values, "attribute_not_allowed", f"The value of {quote(name)},")
    if isinstance(found, Replace):
        return [found]
    return [*said, found] if found else said


def _shape(plain: str, name: str, attribute: Attribute) -> Said:
    """Check a value against pattern and lengths."""
    said: Said = []
    if attribute.pattern and not re.fullmatch(attribute.pattern, plain):
        if is_pincode(name, attribute):
            message = f"{quote(plain)} is no postal code: it has six digits and does not begin with 0."
        else:
            message = (
                f"{quote(plain)} does not have the form that the contract wants for {quote(name)}: {attribute.pattern}."
            )
        said.append(Finding("pincode_invalid" if name == "pincode" else "attribute_invalid", message))
    if attribute.max_length is not None and len(plain) > attribute.max_length:
        message = f"{quote(name)} has {len(plain)} characters; the contract allows {attribute.max_length}."
        said.append(Finding("attribute_too_long", message))
    if attribute.min_length is not None and len(plain) < attribute.min_length:
        message = f"{quote(name)} has {len(plain)} characters; the contract wants at least {attribute.min_length}."
        said.append(Finding("attribute_too_short", message))
    return said


def check_date(value: str | None, kind: str, order: Order, region: str) -> Said:
    """Write a date or a date with time as ISO, or hold it."""
    if not value or not strip(value):
        return []
    found = read_date(value, day_first=order.day_first, region=region)
    if found is None:
        return [_no_date(value, kind, order, region)]
    if kind == "date":
        found = found[:10]
    return [] if found == value else [Replace(found, SAME[kind])]


def _no_date(value: str, kind: str, order: Order, region: str) -> Finding:
    """Say why a cell is no date, and what it could mean."""
    bare = quote(strip(value))
    options = readings(value, region)
    if order.day_first is None and len(options) > 1:
        message = f"{bare} can mean two days, and this column does not show which. Choose one."
    elif options:
        message = f"{bare} has day and month the other way round than the rest of this column. Correct it."
    elif calendar := calendar_of(value):
        message = (
            f"{bare} seems to count its years by {calendar}, and is not converted here: days of two calendars do not "
            "always meet. Export the column with Gregorian dates, as 2026-04-01."
        )
    else:
        message = f"{bare} is no {_NAMES[kind]} that exists. Write it as 2026-04-01 or 2026-04-01T10:30:00."
    return Finding(
        "date_invalid", message, options=tuple(option[:10] if kind == "date" else option for option in options)
    )


def is_plain_code(name: str, attribute: Attribute) -> bool:
    """Tell a postal code of which the contract wants no more than six digits."""
    plain = attribute == Attribute(required=attribute.required, pattern=attribute.pattern)
    return plain and is_pincode(name, attribute) and attribute.pattern in (None, *_SIX_DIGITS)


def clear_code(value: pl.Expr) -> pl.Expr:
    """Tell whether a value is absent, or a postal code's six digits."""
    return value.str.contains("^[1-9][0-9]{5}$").fill_null(value=True)


def quick_code() -> list[pl.Expr]:
    """Give the six digits of postal codes with a space in them or a fraction of zeros, by the column "0"."""
    value = pl.col("0")
    known = value.str.contains(r"^[1-9][0-9]{2} ?[0-9]{3}(?:\.0+)?$")
    return [pl.when(known).then(value.str.replace_all(r" |\.0+$", ""))]

"""The rating: a whole number on the contract's scale, in the many forms that exports give it."""

from __future__ import annotations

import re
from typing import NamedTuple

from omoto_kit.plugins import Context, Finding, Replace, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.forms import ascii_digits, quote, strip, without_marks

__all__ = ["WORDS", "npsrating", "read_rating"]

_WHOLE = re.compile(r"([+-]?[0-9]+)(?:[.,]0*)?")
_OF = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*(?:/|\\|out\s+of|of)\s*([0-9]+)(?:[.,]0+)?", re.IGNORECASE)
_LABELLED = re.compile(r"([+-]?[0-9]+)\s*[-\u2013\u2014:=(.)\u2022]+\s*(?!out\b|of\b)[^\W\d][^\d]*", re.IGNORECASE)
_LABEL_FIRST = re.compile(r"[^\W\d][^\d]*?(?:\s+[-\u2013\u2014]\s*|\s*[:=(]\s*)([0-9]+)\s*\)?")
#: A thousand as English writes it; whoever means three places after a decimal comma has to say so.
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,000)+")
_GROUPS = ("promoter", "promoters", "passive", "passives", "detractor", "detractors")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DIGITS = 9  # more are no rating on any scale


class Rating(NamedTuple):
    """What a cell was read as: a number, or the scale of another kind (4/5), or neither."""

    number: int | None = None
    other_top: int | None = None


def read_rating(text: str, top: int) -> Rating:
    """Read one cell as a whole number on a scale that ends at `top`.

    >>> read_rating("9 out of 10", 10).number, read_rating("9 - Very likely", 10).number
    (9, 9)
    >>> read_rating("Extremely likely - 10", 10).number
    10
    >>> read_rating("4/5", 10)
    Rating(number=None, other_top=5)
    """
    bare = strip(without_marks(ascii_digits(text)).replace("\u2212", "-"))
    share = _OF.fullmatch(bare)
    if share and _number(share[2]) != top:
        return Rating(other_top=_number(share[2]))
    labelled = None if share else _LABELLED.fullmatch(bare) or _LABEL_FIRST.fullmatch(bare)
    number = share[1] if share else bare
    whole = None if _THOUSANDS.fullmatch(number) else _WHOLE.fullmatch(number) or labelled
    return Rating(_number(whole[1])) if whole else Rating()


def _number(digits: str) -> int:
    """Read digits as a number; endless ones as one that lies beyond any scale."""
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


@rule("npsrating")
def npsrating(npsrating: str | None, ctx: Context) -> list[Finding | Replace] | None:
    """Hold what is no whole number of the scale; write other forms of one as the plain number."""
    bare = strip(npsrating)
    if npsrating is None or not bare:
        return None
    low, top = ctx.campaign.rating.scale
    rating = read_rating(npsrating, top)
    if rating.number is None:
        return [_no_number(bare, rating.other_top, low, top)]
    if not low <= rating.number <= top:
        message = f"The rating {quote(bare)} lies outside the scale of this campaign, {low} to {top}."
        return [Finding("rating_out_of_range", message)]
    plain = str(rating.number)
    if npsrating == plain:
        return None
    if bare == plain:
        return [Replace(plain, "White space around the rating was taken away.")]
    why = f"{quote(bare)} is another way to write {plain}; nothing is lost."
    message = f"The rating was written as {quote(bare)} and is sent as {plain}."
    form = Finding("rating_form", message, Severity.WARNING, (plain,), why, applied=True)
    return [Replace(plain, why), form]


def _no_number(bare: str, other_top: int | None, low: int, top: int) -> Finding:
    """Say why a cell is no rating of this campaign."""
    allowed = f"The contract wants a whole number from {low} to {top}."
    options: tuple[str, ...] = ()
    if other_top is not None:
        message = f"The rating {quote(bare)} is on another scale, which ends at {other_top}. {allowed}"
    elif bare.casefold() in _GROUPS:
        message = f"{quote(bare)} is a group of customers, not a number, and cannot be turned back into one. {allowed}"
    elif bare.startswith("="):
        message = (
            f"{quote(bare)} is a formula without its result. Save the file in Excel, or write the number. {allowed}"
        )
    elif _THOUSANDS.fullmatch(ascii_digits(bare)):
        message = f"The rating {quote(bare)} is written as a thousand is. {allowed} Write it without the comma."
    elif re.fullmatch(r"[+-]?[0-9]*[.,][0-9]+", ascii_digits(bare)):
        message = f"The rating {quote(bare)} is no whole number, and it is not rounded here. {allowed}"
    else:
        number = WORDS.index(bare.casefold()) if bare.casefold() in WORDS else None
        options = (str(number),) if number is not None and low <= number <= top else ()
        message = f"The rating {quote(bare)} is no number. {allowed} Empty the cell if there was no answer."
    return Finding("rating_not_integer", message, options=options)

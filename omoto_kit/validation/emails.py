"""E-mail addresses: their shape, and slips of well-known domains. Messages name a domain at most, never the person."""

from __future__ import annotations

import re
import unicodedata

import polars as pl
from rapidfuzz.distance import OSA

from omoto_kit.plugins import Finding, Replace, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.forms import quote, strip, without_marks

__all__ = ["FIELD", "SAME", "clear", "email", "quick", "read_email"]

_ATOM = r"[\w!#$%&'*+/=?^`{|}~\u00a1-\U0010ffff-]+"
_SIGN = r"[a-z0-9\u00a1-\U0010ffff]"
_LABEL = rf"{_SIGN}(?:(?:{_SIGN}|-){{0,61}}{_SIGN})?"
_ADDRESS = re.compile(
    rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+(?:xn--[a-z0-9-]+|[a-z\u00a1-\U0010ffff]{{2,24}}))", re.IGNORECASE
)
_BRACKETED = re.compile(r"[^<>]*<\s*([^<>]+?)\s*>")
_LONGEST_LOCAL, _LONGEST = 64, 254

#: Mail hosts that customers of shops in India and the Gulf use; a domain one slip away is doubtful.
FAMOUS = (
    "gmail.com", "yahoo.com", "yahoo.co.in", "hotmail.com", "outlook.com", "rediffmail.com", "icloud.com",
)  # fmt: skip
#: Real hosts that would otherwise pass for such a slip.
REAL = frozenset(
    {"ymail.com", "email.com", "mail.com", "hotmail.co", "fmail.com", "outlook.in", "yahoo.co.id", "yahoo.co.jp"}
)
_ENDINGS = {"con": "com", "cmo": "com", "comm": "com", "vom": "com", "xom": "com", "ocm": "com"}
_CLEAR_LOCAL = r"^[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@"
_LOWER_DOMAIN = f"{_CLEAR_LOCAL}[a-z0-9.-]+$"
FIELD = "customerinfo.email"
#: Why an address was changed.
SAME = "The same address without signs around it, its domain in lower case."


def read_email(text: str) -> str | None:
    """Give the address in a cell with its domain in lower case, or None where it is none.

    >>> read_email(" mailto:Asha@GMail.com; "), read_email("'asha@gmail.com"), read_email("asha@gmail")
    ('Asha@gmail.com', 'asha@gmail.com', None)
    """
    bare = strip(without_marks(text))
    found = _BRACKETED.fullmatch(bare)
    bare = re.sub("^mailto:", "", found[1] if found else bare, flags=re.IGNORECASE).rstrip(",; \t").strip("'").strip()
    parts = _ADDRESS.fullmatch(bare)
    if parts is None or re.search(r"\s", bare) or len(parts[1]) > _LONGEST_LOCAL or len(bare) > _LONGEST:
        return None
    return f"{parts[1]}@{parts[2].lower()}"


def _slip_of(domain: str) -> str | None:
    """Name the well-known domain that was probably meant; None for any other."""
    if domain in FAMOUS or domain in REAL:
        return None
    stem, _, ending = domain.rpartition(".")
    if ending in _ENDINGS:
        domain = f"{stem}.{_ENDINGS[ending]}"
    near = [name for name in FAMOUS if OSA.distance(domain, name, score_cutoff=1) <= 1]
    return near[0] if near else domain if ending in _ENDINGS else None


def _stranger(address: str) -> str:
    """Give a letter that only looks like a Latin one, in a part of an address with Latin letters; empty for none."""
    if address.isascii():
        return ""
    for part in re.split("[.@]", address):
        alphabets = {letter: unicodedata.name(letter, "").partition(" ")[0] for letter in part if letter.isalpha()}
        if "LATIN" in alphabets.values():
            for letter, alphabet in alphabets.items():
                if alphabet in ("CYRILLIC", "GREEK"):
                    return letter
    return ""


@rule(FIELD)
def email(email: str | None) -> list[Finding | Replace] | None:
    """Hold what is no address, write the domain in lower case, and doubt slips such as gmial.com."""
    if not email or not strip(email):
        return None
    if not any(letter.isalnum() for letter in email):
        message = "The cell holds only signs, so there is no address in it. Empty it, or correct it."
        return [Finding("email_placeholder", message, Severity.WARNING)]
    address = read_email(email)
    if address is None:
        return [_invalid(email)]
    if strange := _stranger(address):
        message = (
            f"The letter {quote(strange)} in this address is of another alphabet than those beside it. Type it anew."
        )
        return [Finding("email_invalid", message)]
    said: list[Finding | Replace] = []
    if address != email:
        said.append(Replace(address, SAME))
    local, _, domain = address.rpartition("@")
    meant = _slip_of(domain)
    if meant:
        message = f"The domain {quote(domain)} looks like a slip of {quote(meant)}. Correct it if so."
        said.append(Finding("email_suspect", message, Severity.WARNING, (f"{local}@{meant}",)))
    return said


def _invalid(text: str) -> Finding:
    """Say what is wrong with a cell, and offer what could stand there."""
    pieces = [read_email(piece) for piece in re.split(r"[,;/\s]+", text)]
    several = tuple(dict.fromkeys(piece for piece in pieces if piece))
    trimmed = read_email(strip(text).strip(".")) or read_email(re.sub(r"\s*([@.])\s*", r"\1", strip(text)))
    if len(several) > 1:
        return Finding("email_invalid", "The cell holds more than one e-mail address. Keep one.", options=several)
    if "@" not in text:
        message = "This is no e-mail address: it has no @. Correct it, or empty the cell if there is no address."
    else:
        message = "This is no e-mail address. One looks like name@example.com, with one @ and a full domain."
    return Finding("email_invalid", message, options=(trimmed,) if trimmed else several)


def clear(value: pl.Expr) -> pl.Expr:
    """Tell whether a value is absent, or an address of which there is nothing to say."""
    return value.map_batches(_is_clear, return_dtype=pl.Boolean).fill_null(value=True)


def quick() -> list[pl.Expr]:
    """Give addresses in the column "0" with their domain in lower case, where no more is to be said, else null."""
    value = pl.col("0")
    at = value.str.find("@", literal=True) + 1
    lowered = pl.concat_str(value.str.head(at), value.str.slice(at).str.to_lowercase())
    address = pl.when(value.str.contains(f"{_CLEAR_LOCAL}[A-Za-z0-9.-]+$")).then(lowered)
    return [address.map_batches(_only_clear, return_dtype=pl.String)]


def _only_clear(addresses: pl.Series) -> pl.Series:
    return addresses.set(~_is_clear(addresses).fill_null(value=False), None)


def _is_clear(column: pl.Series) -> pl.Series:
    """Tell of which addresses there is nothing to say; each domain is looked at once."""
    value = pl.col("0")
    at = value.str.find("@", literal=True) + 1
    shaped = value.str.contains(_LOWER_DOMAIN) & (value.str.len_bytes() <= _LONGEST) & (at <= _LONGEST_LOCAL + 1)
    looked = column.alias("0").to_frame().select(shaped=shaped, domain=value.str.slice(at))
    found = looked["domain"].unique().drop_nulls()
    fine = [domain for domain in found if _is_clear_domain(domain)]
    return looked["shaped"] & looked["domain"].is_in(fine)


def _is_clear_domain(domain: str) -> bool:
    return _ADDRESS.fullmatch(f"a@{domain}") is not None and _slip_of(domain) is None

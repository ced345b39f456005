"""E-mail addresses: what stands around them, placeholders, and slips of domains that the kit does not know.

What the kit's own reading takes is left to it. A repair is made where only one address can be meant; where another one
is possible, it is a suggestion.
"""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from omoto_contacts.domains import meant_by
from omoto_contacts.settings import Contacts, chosen
from omoto_contacts.words import NOBODY, NOTHING, cleaned, key_of, says_nothing
from omoto_kit import Clear, Finding, Suggest, enricher, rule
from omoto_kit.problem import Severity
from omoto_kit.validation.emails import email as kit_rule
from omoto_kit.validation.emails import read_email

# Nobody is called so, whatever the domain.
_NO_ADDRESS = re.compile(
    r"(?:no|not|dont|donot|without|dummy|fake)[._-]?"
    r"(?:e?mail|e?mailid|id|address|available|applicable|provided|given|have|shared|known)\d*",
    re.IGNORECASE,
)
_WEAK = NOTHING | NOBODY | {"a", "aa", "aaa", "x", "n", "t", "email", "mail", "mailid", "emailid", "no", "gmail"}
_GMAIL_SHORTEST = 6
_WORDS, _HALVES = 5, 2

_LABEL = re.compile(r"^(?:e[\s-]?mail|mail|id)(?:\s*(?:id|address))?\s*[:=\-]+\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[{<]\s*(at|dot)\s*[)\]}>]\s*", re.IGNORECASE)
_SPOKEN = re.compile(r"\s+(at|dot)\s+", re.IGNORECASE)
_QUERY = re.compile(r"(mailto:[^?\s]+)\?\S*", re.IGNORECASE)
_SPACED = re.compile(r"\s*([@.])\s*")
_ROUND = "<>()[]{}\"'`\u2018\u2019\u201c\u201d,;:.!=|/\\ "
_FOUND = re.compile(r"[^\s<>()\[\]\"',;:|/\\@]+@[^\s<>()\[\]\"',;:|/\\@]+\.[^\s<>()\[\]\"',;:|/\\@]+")
_APART = re.compile(r"[,;|/\s]+|\bor\b|\band\b", re.IGNORECASE)
_NO_AT = re.compile(r"(.+?)[.#]?((?:gmail|yahoo|hotmail|outlook|rediffmail|icloud)\.(?:com|co\.in|in))", re.IGNORECASE)
#: An address whose part before the @ is no question, whatever its domain.
PLAIN = re.compile(r"(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@([a-z0-9.-]+)")
_LONGEST = 254
_CODED = {"at": "@", "dot": "."}


@enricher(
    "customerinfo.email",
    reads={"email": "customerinfo.email"},
    settings=Contacts,
    examples=[
        ({"email": "asha @ example.com."}, "asha@example.com"),
        ({"email": "asha[at]example[dot]com"}, "asha@example.com"),
        ({"email": "noemail@noemail.com"}, Clear("The address is a placeholder.")),
        ({"email": "asha@gmail.com"}, None),
    ],
)
def email(email, ctx):
    """Take out what stands around an address, make a placeholder absent, and suggest the domain of a slip."""
    settings = chosen(ctx)
    text = cleaned(email)
    if says_nothing(text, settings.placeholders):
        return Clear("The cell says that there is no address.")
    address = own = read_email(email)
    if address is None:
        offer = _mended(text, settings.several) or _guessed(text, settings.providers)
        if not isinstance(offer, str):
            return offer if offer and offer.value not in _asked(email) else None  # the kit asks already
        address = offer
    if is_placeholder(address):
        return Clear("The address is a placeholder.")
    return _slip(address, settings.providers) if address == own else address


@rule("customerinfo.email", reads={"email": "customerinfo.email"})
def email_can_be(email):
    """Doubt an address that the standards do not allow, though its shape is right."""
    if email and (plain := PLAIN.fullmatch(email)) and len(email) <= _LONGEST and _takes_mail(plain[1]):
        return None
    address = email and read_email(email)
    if not address or _is_valid(address):
        return None
    message = "No mail can reach this address: its domain is reserved or not well formed, or a part is too long."
    return Finding("email_unreachable", message, Severity.WARNING)


@lru_cache(maxsize=4096)
def _takes_mail(domain):
    """Tell whether the standards allow mail to a domain; customers share few of them."""
    return _is_valid(f"a@{domain}")


def _is_valid(address):
    """Tell whether the standards allow an address; whether there is one, nobody is asked."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def is_placeholder(address):
    """Tell whether an address was made up because a form insisted.

    >>> is_placeholder("na@na.com"), is_placeholder("test@gmail.com"), is_placeholder("nadia@gmail.com")
    (True, True, False)
    """
    local, _, domain = address.rpartition("@")
    name, host = key_of(local.partition("+")[0]), key_of(domain.partition(".")[0])
    if _NO_ADDRESS.fullmatch(local):
        return True
    weak = name in _WEAK or (len(set(name)) == 1 and len(name) > 1)
    if domain == "gmail.com":  # takes no name of less than six signs, so nobody has this one
        return weak and len(name) < _GMAIL_SHORTEST
    return weak and (host in _WEAK or host == name)


def _mended(text, several):
    """Give the one address that a cell holds, a suggestion, or None."""
    bare = _QUERY.sub(r"\1", _LABEL.sub("", text))
    bare = _BRACKETS.sub(lambda found: _CODED[found[1].lower()], bare)
    plain = _address(re.sub("@{2,}", "@", _SPACED.sub(r"\1", bare)).strip(_ROUND))
    if plain:
        return plain
    inside = list(dict.fromkeys(filter(None, map(_address, (one.strip(_ROUND) for one in _FOUND.findall(bare))))))
    inside = list({one.casefold(): one for one in reversed(inside)}.values())[::-1]
    if len(inside) > 1:
        return inside[0] if several == "first" else None
    if inside:
        return _single(bare, inside[0])
    host = re.fullmatch(r"([^@]+)@([^@]+)", bare)
    return _address(f"{host[1].strip()}@{re.sub(r'[,;.]+', '.', host[2]).strip('.')}") if host else None


def _single(bare, address):
    """Decide whether what stands beside an address is surely no part of it."""
    at = bare.find(address.rpartition("@")[0])
    before = bare[:at]
    around = (before + bare[at + len(address) :]).strip(_ROUND)
    if not around or not before or before.rstrip().endswith((",", ";", ":", "-", "<", "(", "[", '"', "'", "/", "|")):
        return address
    if "@" in around or len(around.split()) > _WORDS:
        return None
    joined = _address(bare.replace(" ", "")) if len(bare.split()) <= _HALVES else None
    return Suggest(joined or address, "Words stand before the address; they may be part of it.")


def _guessed(text, providers):
    """Suggest an address for a cell whose kit's reading has nothing to offer."""
    spoken = _SPOKEN.sub(lambda found: _CODED[found[1].lower()], text)
    for guess in (spoken, re.sub(r"\s+", "", text), re.sub(r"\.{2,}", ".", text), _with_host(text, providers)):
        address = guess and _address(guess.strip(_ROUND))
        if address:
            return Suggest(address, "This is the nearest thing that is an address.")
    return None


def _with_host(text, providers):
    """Complete an address that lacks its @ or the end of a well-known domain."""
    bare = text.replace(" ", "")
    local, at, host = bare.rpartition("@")
    if at:
        return f"{local}@{meant}" if (meant := meant_by(host.strip("."), providers, loosely=True)) else None
    found = re.fullmatch(
        r"(.+?)[.#]?((?:gmail|yahoo|hotmail|outlook|rediffmail|icloud)\.(?:com|co\.in|in))", bare, re.IGNORECASE
    )
    return f"{found[1]}@{found[2]}" if found else None


def _slip(address, providers):
    """Suggest the well-known domain that was probably meant, where the kit does not say so itself."""
    local, _, domain = address.rpartition("@")
    meant = meant_by(domain, providers)
    if not meant or _asked(address):
        return None
    return Suggest(f"{local}@{meant}", f"The domain looks like a slip of {meant}.")


def _asked(text):
    """Give what the kit's own rule offers for this cell."""
    return [option for one in kit_rule(text) or () if isinstance(one, Finding) for option in one.options]


def _address(text):
    """Read a text that should be one address; None where the kit or the standards would not take it."""
    address = read_email(text)
    return address if address and read_email(address) == address and _is_valid(address) else None

"""Names of customers: one case where that is safe, and placeholders made absent.

A name is only ever put in another case when all of it is in capitals, or none of it is, and no part of it is written
in a way that only its bearer knows. Scripts without case are left as they are.
"""

import re
import unicodedata

from omoto_contacts.settings import Contacts, chosen
from omoto_contacts.words import cleaned, is_nobody
from omoto_kit import Clear, enricher

# Whoever is written so decides for themselves: van der Berg or Van Der Berg, Le Roux or le Roux.
_CHOICES = "van von der den de di da do dos das du la le los ter ten zu zur mc mac"
_OWN_CHOICE = frozenset(_CHOICES.split())
_WITHIN = frozenset(["bin", "bint", "binti", "ibn"])
_FIRMS = """
    ltd limited pvt private llc llp inc corp co company plc gmbh fze fzc fzco wll est bsc saoc spc and m/s
    industries enterprises enterprise traders trading solutions services technologies systems group hospital
    bank hotel school society trust foundation department dept office store stores shop mart
"""
_COMPANY = frozenset(_FIRMS.split())
# Abbreviations that are no initials, and how they are written.
_SHORT_FORMS = "Md Mhd Mohd Sk Sh Smt Dr Mr Mrs Ms St Sr Jr Kr Ng Shk Adv Prof Engr Km Fr Shri Sri Syd"
_SHORT = {one.casefold(): one for one in _SHORT_FORMS.split()}
_MACS = "MacDonald MacKenzie MacLeod MacGregor MacArthur MacIntyre MacMillan MacPherson"
_MAC = {one.casefold(): one for one in _MACS.split()}
_NUMERALS = frozenset(["II", "III", "IV", "VI", "VII", "VIII"])
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)
_APOSTROPHE = re.compile("([^'\u2019]*)(['\u2019]?)(.*)", re.DOTALL)
_TURKISH = frozenset("\u0131\u0130\u015f\u015e\u011f\u011e")  # in Turkish, I is not the capital of i
_LONGEST_INITIALS, _SHORTEST_ALONE, _MC_FROM = 3, 4, 5
_LAST_LATIN = "\u024f"


@enricher(
    "customerinfo.name",
    reads={"name": "customerinfo.name"},
    settings=Contacts,
    examples=[
        ({"name": "ASHA RAO"}, "Asha Rao"),
        ({"name": "r.k. d'souza"}, "R.K. D'Souza"),
        ({"name": "आशा राव"}, None),
        ({"name": "Walk-in customer"}, Clear("The cell names nobody.")),
    ],
)
def name(name, ctx):
    """Write a name in the usual case where that is safe, and make a placeholder absent."""
    settings = chosen(ctx)
    if is_nobody(cleaned(name), settings.placeholders):
        return Clear("The cell names nobody.")
    bare = " ".join("".join(sign for sign in name if not _is_unseen(sign)).split())
    usual = in_usual_case(bare) if settings.names else bare
    return usual if usual != name else None


def in_usual_case(name):
    """Give a name in the usual case, or as it is where that would not be safe.

    >>> in_usual_case("MARY-ANN O'BRIEN"), in_usual_case("MCDONALD"), in_usual_case("S K IYER")
    ("Mary-Ann O'Brien", 'McDonald', 'S K Iyer')
    >>> in_usual_case("JAN VAN DER BERG"), in_usual_case("Asha RAO"), in_usual_case("ACME LLC")
    ('JAN VAN DER BERG', 'Asha RAO', 'ACME LLC')
    """
    if not (name.isupper() or name.islower()) or not _is_safe(name):
        return name
    words = name.split(" ")
    return " ".join(_word(word, first=place == 0, alone=len(words) == 1) for place, word in enumerate(words))


def _is_unseen(sign):
    """Tell a mark that nobody sees from a letter; joiners shape the letters of many scripts, and stay."""
    return unicodedata.category(sign) in ("Cc", "Cf") and sign not in "\u200c\u200d\t\n\r"


def _is_safe(name):
    """Tell whether no part of a name is in another script with case, a company's, or its bearer's own choice."""
    strange = (sign.isdigit() or sign in "&@" or sign in _TURKISH or _is_foreign(sign) for sign in name)
    words = (word.strip(".,()").casefold() for word in name.split())
    return not any(strange) and not any(word in _COMPANY or word in _OWN_CHOICE for word in words)


def _is_foreign(sign):
    """Tell a letter of a script other than Latin that has case."""
    return sign > _LAST_LATIN and sign.lower() != sign.upper()


def _word(word, *, first, alone):
    """Write one word of a name in the usual case; its parts between hyphens and dots each by itself."""
    bare = word.strip(".,()")
    if not first and bare.casefold() in _WITHIN:
        return word.lower()
    if not first and bare.upper() in _NUMERALS:
        return word.upper()
    if alone and len(bare) < _SHORTEST_ALONE and (word.isupper() or not _VOWEL.search(_plain(word))):
        return word  # initials, or a short name: nobody can tell
    return "".join(_part(part) for part in re.split(r"([-./(),])", word))


def _part(part):
    """Write a run of letters: initials, a name behind an apostrophe, Mc, or a plain word."""
    folded = part.casefold()
    known = _SHORT.get(folded) or _MAC.get(folded)
    if known:
        return known
    if part.isalpha() and len(part) <= _LONGEST_INITIALS and not _VOWEL.search(_plain(part)):
        return part.upper()
    prefix, mark, rest = _APOSTROPHE.fullmatch(part).groups()
    if mark and len(prefix) == 1 and len(rest) > 1:
        return prefix.upper() + mark + _part(rest)
    if folded.startswith("mc") and len(part) >= _MC_FROM:
        return "Mc" + part[2:].capitalize()
    return part.capitalize()


def _plain(part):
    """Take the accents off, so that an accented vowel counts as one."""
    return unicodedata.normalize("NFD", part)

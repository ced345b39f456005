"""Texts as people and forms leave them: cleaned for reading, and known to stand for nothing."""

import re
import unicodedata

# What stands in a cell because a form insisted. Compared without case, spaces, dots and dashes.
_NOTHING = """
    na nan nil none null nothing no blank empty undefined unknown notknown notavailable unavailable
    notapplicable notgiven notprovided notshared notdisclosed donotknow dontknow donothave donthave refused
    declined anonymous confidential private tbd tba dummy test testing testtest tester xx xxx xxxx xxxxx xyz
    xxyyzz abc abcd abcde asd asdf asdfg asdfgh qwe qwer qwerty sample temp demo withheld nophone nomobile
    nonumber noemail nomail noname noid nocontact skip لايوجد غيرمتوفر غيرمعروف مجهول नहीं नहींहै अज्ञात
    उपलब्धनहीं
"""
NOTHING = frozenset(_NOTHING.split())
# Besides, in a name: who somebody is to a shop, not what they are called.
_NOBODY = """
    customer thecustomer newcustomer oldcustomer regularcustomer loyalcustomer valuedcustomer customername cust
    client guest hotelguest visitor walkin walkincustomer walkinguest walkinclient cashcustomer cash cashsale
    counter countersale user testuser testname testcustomer testguest newuser demouser testaccount shopper
    member buyer person somebody someone nobody firstname lastname fullname name yourname namena mr mrs ms sir
    madam sirmadam mrx عميل زبون ग्राहक
"""
NOBODY = frozenset(_NOBODY.split())
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SIGNS = re.compile("[^a-z0-9]+")
_REPEATED = re.compile(r"(.)\1{2,}")
_COUNTED = re.compile(r"(customer|guest|user|test|client|visitor|cust|walkin)[0-9]{1,6}")


def cleaned(text):
    r"""Take away what nobody sees, and white space around; a full-width sign becomes the usual one.

    >>> cleaned(" \u200e\uff41sha\uff20example.com\u00a0")
    'asha@example.com'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_UNSEEN.sub("", text).split())


def key_of(text):
    """Give what two spellings of a placeholder share: its letters and digits, vowel signs of Indian scripts included.

    >>> key_of("N / A."), key_of("No-Email")
    ('na', 'noemail')
    """
    if text.isascii():
        return _SIGNS.sub("", text.lower())
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LMN")


def says_nothing(text, more=()):
    """Tell whether a whole cell stands for an absent value: a dash, "N/A", "not given".

    An ellipsis does not: it stands for what a template leaves out.

    >>> says_nothing("--"), says_nothing("Not available"), says_nothing("Nair"), says_nothing("...")
    (True, True, False, False)
    """
    key = key_of(text)
    if not key:
        return text != "..."
    return key in NOTHING or key in {key_of(one) for one in more}


def is_nobody(text, more=()):
    """Tell whether a whole cell names no person: "Customer", "walk-in", "Guest 12".

    >>> is_nobody("Walk-in customer"), is_nobody("Guest 12"), is_nobody("Asha Guest")
    (True, True, False)
    """
    key = key_of(text)
    return (
        says_nothing(text, more)
        or key in NOBODY
        or bool(_COUNTED.fullmatch(key))
        or _REPEATED.fullmatch(key) is not None
    )

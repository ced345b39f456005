"""Mail hosts that customers of shops in India and the Gulf use, and the slips people make of them."""

from functools import lru_cache

from rapidfuzz.distance import OSA

PROVIDERS = (
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.in", "yahoo.in", "yahoo.co.uk", "ymail.com",
    "rocketmail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "outlook.in", "live.com", "live.in", "msn.com",
    "icloud.com", "aol.com", "rediffmail.com", "rediff.com", "zoho.com", "proton.me", "protonmail.com", "mail.com",
    "email.com", "me.com", "mac.com", "gmx.com", "yandex.com", "sify.com", "indiatimes.com", "vsnl.com", "vsnl.net",
    "eim.ae", "emirates.net.ae", "etisalat.ae", "qatar.net.qa", "batelco.com.bh", "omantel.net.om", "kuwait.net",
)  # fmt: skip
# Real domains that lie one slip from one above.
_REAL = """
    hotmail.co hotmail.in hotmail.fr hotmail.de hotmail.es hotmail.it yahoo.ca yahoo.de yahoo.fr yahoo.es
    yahoo.it yahoo.com.au yahoo.com.sg yahoo.co.id yahoo.co.jp yahoo.co.nz yahoo.ae outlook.sa outlook.fr
    outlook.es outlook.de fmail.com gmx.net gmx.de gmx.at aol.in aol.de live.ca live.ae live.co live.fr live.nl
    mail.ru gmail.in gmx.us zoho.in zoho.eu gomail.com hotmail.be hotmail.nl outlook.be outlook.nl outlook.my
    outlook.ae love.com line.com life.com dive.com five.com like.com hive.com olive.com lime.com lite.com
    give.com proton.com protonmail.ch yandex.ru yandex.by kuwait.com
"""
REAL = frozenset(_REAL.split())
# Ends that no domain has, and what was meant by them.
ENDS = {
    "con": "com", "cmo": "com", "comm": "com", "vom": "com", "xom": "com", "ocm": "com", "coom": "com", "cpm": "com",
    "clm": "com", "cim": "com", "ckm": "com", "c0m": "com", "coml": "com", "comn": "com", "conm": "com", "cok": "com",
    "con.in": "com", "co.om": "com", "com.com": "com", "comcom": "com", "co.inn": "co.in", "inn": "in", "nett": "net",
}  # fmt: skip
# Countries whose end is also a slip of .com; only a well-known name before them makes it one.
_NEAR_COM = ("co", "cm", "om", "comm", "con")
_ONE, _TWO = 8, 11


@lru_cache(maxsize=4096)
def meant_by(domain, more=(), *, loosely=False):
    """Name the well-known domain that was probably meant; None for any that may be real.

    `loosely` also completes a domain that has no end at all.

    >>> meant_by("gmial.com"), meant_by("gmail.cm"), meant_by("email.com"), meant_by("gmail", loosely=True)
    ('gmail.com', 'gmail.com', None, 'gmail.com')
    """
    known = (*PROVIDERS, *more)
    domain = domain.lower()
    if domain in known or domain in REAL:
        return None
    mended = _with_right_end(domain)
    if mended in known:
        return mended
    stem = domain.partition(".")[0]
    if "." not in domain:
        near = [name for name in known if domain in (name.partition(".")[0], name.replace(".", ""))]
        return near[0] if near and loosely else None
    if domain.removeprefix(f"{stem}.") in _NEAR_COM and f"{stem}.com" in known[:3]:
        return f"{stem}.com"
    near = _nearest(mended, known)
    return near or (mended if mended != domain else None)


def _with_right_end(domain):
    for end, right in ENDS.items():
        if domain.endswith(f".{end}"):
            return f"{domain.removesuffix(end)}{right}"
    return domain


def _nearest(domain, known):
    """Find the one known domain that slips of the finger part from this one; short domains allow none."""
    for name in known:
        allowed = 2 if len(name) >= _TWO else 1 if len(name) >= _ONE else 0
        if domain[0] == name[0] and OSA.distance(domain, name, score_cutoff=allowed) <= allowed:
            return name
    return None

"""Which field a header could mean: by its own name, the usual names, the usual questions, and near misses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from omoto_kit.campaign import CUSTOMER_FIELDS, Campaign, split_field

__all__ = ["SURE", "Guess", "fold", "guess_fields", "is_usual", "option_of", "targets"]

#: A guess of at least this confidence is as good as a contract's line.
SURE = 0.8
#: A near miss must be a word of at least so many letters; two slips need a longer one.
ONE_SLIP, TWO_SLIPS = 5, 9
#: In a header of more words than this, a single usual word says nothing.
LONG = 4

#: Qualtrics puts a column beside each NPS question that says promoter, passive or detractor.
NPS_GROUP = re.compile(r"nps[\W_]*group$| - group$", re.IGNORECASE)
#: Form tools for the field put the names of groups before that of a question: "visit/nps", "visit-nps".
GROUPS = re.compile(r"(?:\w+[/-])+(?=\w+$)")
#: The fields that such a name may mean; whose name or phone a group holds, it does not say.
GROUPED = ("npsrating", "comment", "namevaluemap.unitname", "namevaluemap.city")

#: Usual names of a field's column, each group with its confidence.
USUAL: Mapping[str, tuple[tuple[float, tuple[str, ...]], ...]] = {
    "npsrating": (
        (0.98, ("nps rating", "nps score", "nps", "net promoter score", "likelihood to recommend", "ltr")),
        (0.96, ("overall rating", "overall score", "overall satisfaction", "overall experience")),
        (0.94, ("rating", "recommend score", "recommendation score", "recommend")),
        (0.9, ("score", "ratings", "csat", "csat score", "satisfaction score", "stars")),
        (0.94, ("التقييم", "تقييم", "रेटिंग")),
    ),
    "comment": (
        (0.96, ("comments", "customer comment", "customer comments", "verbatim", "verbatims", "open comment")),
        (0.94, ("feedback", "customer feedback", "remarks", "remark", "review", "review text", "why")),
        (0.85, ("suggestion", "suggestions", "open ended response", "additional comments", "other comments", "notes")),
        (0.94, ("التعليق", "تعليق", "التعليقات", "الملاحظات", "ملاحظات", "टिप्पणी", "टिप्पणियाँ", "सुझाव")),
    ),
    "customerinfo.mobileno": (
        (0.98, ("mobile", "mobile no", "mobile number", "customer mobile", "mobile phone", "cell", "cell phone")),
        (0.95, ("phone", "phone no", "phone number", "customer phone", "guest mobile", "guest phone")),
        (0.93, ("contact no", "contact number", "customer contact", "contact phone", "telephone", "tel", "msisdn")),
        (0.9, ("whatsapp", "whatsapp no", "whatsapp number", "contact")),
        (0.95, ("الجوال", "رقم الجوال", "الهاتف", "رقم الهاتف", "رقم الموبايل", "رقم الهاتف المحمول")),
        (0.95, ("मोबाइल", "मोबाइल नंबर", "मोबाइल नं", "फोन नंबर", "फ़ोन नंबर")),
    ),
    "customerinfo.email": (
        (0.98, ("email address", "email id", "mail id", "e mail", "customer email", "guest email")),
        (0.93, ("mail", "recipient email", "contact email")),
        (0.95, ("البريد الإلكتروني", "البريد الالكتروني", "ईमेल", "ई-मेल")),
    ),
    "customerinfo.name": (
        (0.98, ("customer name", "guest name", "client name", "patient name", "member name")),
        (0.94, ("full name", "respondent name", "contact name", "customer", "guest")),
        (0.94, ("اسم العميل", "ग्राहक का नाम")),
    ),
    "customerinfo.regid": ((0.96, ("reg id", "registration id", "registered id")),),
    "customerinfo.registrationno": (
        (0.97, ("registration no", "registration number", "reg no", "reg number")),
        (0.93, ("member id", "membership no", "membership number", "membership id", "member no", "loyalty id")),
        (0.88, ("customer id", "client id", "patient id", "account no", "account number")),
    ),
    "namevaluemap.unitname": (
        (0.98, ("unit name", "store name", "branch name", "outlet name", "location name")),
        (0.95, ("store", "branch", "outlet", "unit", "showroom", "restaurant", "hotel", "clinic")),
        (0.88, ("location", "site", "centre", "center", "property", "shop")),
        (0.95, ("الفرع", "اسم الفرع", "المتجر", "स्टोर", "शाखा")),
    ),
    "namevaluemap.city": ((0.94, ("city name", "customer city", "town", "store city", "المدينة", "शहर")),),
    "channel": ((0.94, ("survey channel", "response channel", "feedback channel", "source channel")),),
    "campaigntype": ((0.94, ("campaign type", "survey type")),),
    "campaignid": ((0.94, ("campaign id",)),),
}
#: Names of columns that tell a row from others, or when it was made.
OF_A_ROW = (
    *("id", "response id", "respondent id", "record id", "sl no", "s no", "sr no", "serial no", "date", "time"),
    *("timestamp", "start date", "end date", "recorded date", "submitted at", "created at", "comment", "mobileno"),
    *("name", "email", "city", "channel", "unitname", "regid", "registrationno", "npsrating"),
)
#: Questions that surveys ask, by what must stand in them.
QUESTIONS: Mapping[str, tuple[tuple[float, str], ...]] = {
    "npsrating": (
        (0.92, r"how likely .*recommend|likel(?:y|ihood) to recommend|would you recommend(?!.*\bwhy\b)"),
        (0.92, r"احتمال.*(?:توص|تنصح|ترشيح)|संभावना.*सिफ़?ारिश|सिफ़?ारिश.*संभावना"),
        (0.8, r"overall.*(?:satisf|rat|experience|score)|(?:rate|rating).*overall"),
        (0.6, r"\bscale of\b|\bhow would you rate\b|\brat(?:e|ing)\b"),
    ),
    "comment": (
        (0.86, r"^(?:and |so )?why\b|(?:main|primary|reason).*\b(?:score|rating)\b|reason for (?:your|the)\b"),
        (0.82, r"(?:any|other|further|additional).*(?:comment|feedback|suggestion|remark)|tell us (?:more|why)"),
        (0.82, r"^anything else\b|what(?:'s|’s| is| was) the (?:main |primary )?reason"),
        (0.7, r"\bwhy\b|\bcomments?\b|\bfeedback\b"),
    ),
}


@dataclass(frozen=True)
class Guess:
    """One header that could feed one field, how surely, why, and the sign that parts its cells, if any does."""

    header: str
    field: str
    confidence: float
    reason: str
    split: str | None = None


def fold(name: str) -> str:
    r"""Reduce a name to its letters and digits, so that case, spaces and punctuation do not count.

    >>> fold(" Mobile\xa0No. ") == fold("mobile_no")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(char for char in plain if char.isalnum() or unicodedata.category(char).startswith("M"))
    return kept or plain.strip()


def is_usual(name: str) -> bool:
    """Tell whether a text is what a column of answers is usually called, or one of the survey tools' own names.

    >>> is_usual("NPS score"), is_usual("Response ID"), is_usual("Pune")
    (True, True, False)
    """
    return fold(name) in _KNOWN


def targets(campaign: Campaign) -> tuple[str, ...]:
    """List the fields of a campaign that a column may feed."""
    attributes = campaign.known_names("namevaluemap") or ("unitname", "city")
    return (
        *("npsrating", "comment", "channel", "campaigntype", "campaignid"),
        *(f"customerinfo.{name}" for name in CUSTOMER_FIELDS),
        *(f"namevaluemap.{name}" for name in attributes),
        *(f"catnpsmap.{name}" for name in campaign.categories or ()),
    )


def guess_fields(
    headers: Iterable[str], fields: Iterable[str], labels: Mapping[str, Iterable[str]] | None = None
) -> list[Guess]:
    """List every header and field that could belong together, the surest first; `labels` are headers' other names.

    >>> [(guess.field, guess.reason) for guess in guess_fields(["Remarks"], ["customerinfo.mobileno", "comment"])]
    [('comment', 'a usual name of it')]
    """
    names = {field: _names(field) for field in fields}
    plain = {folded for usual in names.values() for folded in usual}
    guesses = [
        guess
        for header in headers
        for field, usual in names.items()
        if (guess := _best_name(header, (labels or {}).get(header, ()), field, usual, plain)) is not None
    ]
    return sorted(guesses, key=lambda guess: -guess.confidence)


def _best_name(
    header: str, others: Iterable[str], field: str, usual: Mapping[str, float], plain: set[str]
) -> Guess | None:
    """Rate a header by the best of the names that it goes by."""
    others = tuple(others)
    if field == "npsrating" and any(NPS_GROUP.search(name) for name in (header, *others)):
        return None
    found = [_guess(name, field, usual, plain) for name in (header, *others)]
    best = max((guess for guess in found if guess), key=lambda guess: guess.confidence, default=None)
    return best and replace(best, header=header)


def _names(field: str) -> dict[str, float]:
    """Give the folded names of a field's column, each with its confidence."""
    group, name = split_field(field)
    own = {fold(field): 1.0, fold(name or group): 0.92 if field == "customerinfo.name" else 1.0}
    usual = {fold(text): confidence for confidence, texts in USUAL.get(field, ()) for text in texts}
    return usual | own


def _guess(header: str, field: str, usual: Mapping[str, float], plain: set[str]) -> Guess | None:
    """Rate one header for one field by the strongest evidence there is."""
    folded = fold(header)
    if folded in usual:
        confidence = usual[folded]
        reason = "its own name" if confidence == 1.0 else "a usual name of it"
        return Guess(header, field, confidence, reason)
    if bare := _bare_name(header, field, usual):
        return bare
    if question := _question(header, field):
        return Guess(header, field, question, "a question that is asked for it")
    if option := _option(header, field, usual):
        return option
    if folded in plain:
        return None
    return _contained(header, field, usual) or _near_miss(header, folded, field, usual)


def _bare_name(header: str, field: str, usual: Mapping[str, float]) -> Guess | None:
    """Find a usual name that has something in brackets behind it, or names of groups before it."""
    plain = fold(re.sub(r"\(.*?\)|\[.*?\]", "", header))
    if plain in usual:
        return Guess(header, field, round(usual[plain] - 0.03, 2), "a usual name of it, with an addition")
    inner = fold(GROUPS.sub("", header))
    if inner in usual and field in GROUPED:
        return Guess(header, field, round(usual[inner] - 0.05, 2), "a usual name of it, in a group")
    return None


def option_of(header: str) -> str:
    """Give the option that a column of a question with several answers stands for; empty where there is none.

    >>> option_of("What was wrong? - Price"), option_of("Price:What was wrong?"), option_of("What was wrong? [Price]")
    ('Price', 'Price', 'Price')
    """
    bracketed = re.fullmatch(r".+\[([^\[\]]+)\]\s*", header)
    if bracketed:
        return bracketed[1].strip()
    before, colon, question = header.partition(":")
    if colon and question.strip().endswith("?"):
        return before.strip()
    question, dash, after = header.rpartition(" - ")
    if not dash:
        question, dash, after = header.rpartition("?-")
    return after.strip() if dash and question.strip() else ""


def _option(header: str, field: str, usual: Mapping[str, float]) -> Guess | None:
    """Find a category that has a column of its own below a question."""
    if split_field(field)[0] != "catnpsmap" or fold(option_of(header)) not in usual:
        return None
    return Guess(header, field, 0.9, "it is an option of the question")


def _question(header: str, field: str) -> float:
    text = " ".join(re.sub(r"^[\W\d_]+", "", header).casefold().split())
    found = (confidence for confidence, pattern in QUESTIONS.get(field, ()) if re.search(pattern, text))
    return next(found, 0.0)


def _contained(header: str, field: str, usual: Mapping[str, float]) -> Guess | None:
    """Find a usual name inside a longer header; a short one says little there."""
    words = [fold(word) for word in re.split(r"[\W_]+", header) if word]
    runs = {"".join(words[i:j]): j - i for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words)) + 1)}
    found = [(length, usual[run]) for run, length in runs.items() if run in usual]
    if not found or split_field(field)[0] == "catnpsmap":
        return None
    length, confidence = max(found)
    if length == 1 and len(words) > LONG:
        return None
    factor = 0.85 if length > 1 and length * 2 >= len(words) else 0.65
    return Guess(header, field, round(confidence * factor, 2), "a usual name of it is part of it")


def _near_miss(header: str, folded: str, field: str, usual: Mapping[str, float]) -> Guess | None:
    """Find a usual name that differs by a slip or two of the keyboard."""
    if not folded.isalpha():
        return None
    slips = min((OSA.distance(folded, name), -confidence) for name, confidence in usual.items() if name.isalpha())
    if slips[0] == 1 and len(folded) >= ONE_SLIP:
        return Guess(header, field, round(-slips[1] * 0.86, 2), "one letter away from a usual name of it")
    if slips[0] in (1, 2) and len(folded) >= TWO_SLIPS:
        return Guess(header, field, round(-slips[1] * 0.7, 2), "two letters away from a usual name of it")
    return None


_KNOWN = frozenset(
    fold(name) for name in (*OF_A_ROW, *(name for groups in USUAL.values() for _, names in groups for name in names))
)

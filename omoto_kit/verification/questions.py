"""What the vendor's page leaves open, as questions with our default beside each; and the form that takes the answers.

A binding answer is taken into the contract, or held against the endpoint's settings; any other is kept for people.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from omoto_kit.campaign import CUSTOMER_FIELDS, Campaign
from omoto_kit.errors import Place, UsageError
from omoto_kit.verification.tomltext import value_text
from omoto_kit.wire import KeyPlace

__all__ = ["AS_ASSUMED", "Question", "answers_form", "check_answer", "questions_of"]

#: The answer that says that our default is right.
AS_ASSUMED = "as assumed"
KEY_PLACES = tuple(place.value for place in KeyPlace)


@dataclass(frozen=True)
class Question:
    """One thing to ask: its number and heading, what is asked, what we assume until it is answered.

    `target` is the contract's section and key that the answer sets; None where it only is kept, or where it belongs to
    the endpoint (`endpoint` names the setting). `allowed` lists the possible answers where they are few.
    """

    number: int
    heading: str
    key: str
    asks: str
    default: Any
    means: str
    target: tuple[str, str] | None = None
    endpoint: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def default_text(self) -> str:
        """Our default, as the form has it."""
        return value_text(self.default)


def questions_of(campaign: Campaign) -> tuple[Question, ...]:
    """List all questions for a campaign, each with what its contract says today."""
    return tuple(question for part in PARTS for question in part(campaign))


def _open(number: int, heading: str, key: str, asks: str, means: str) -> Question:
    """Make a question whose answer is kept for people."""
    return Question(number, heading, key, asks, AS_ASSUMED, means)


def _transport(campaign: Campaign) -> Iterator[Question]:
    one = "The api key and the address"
    yield Question(
        1,
        one,
        "key_place",
        "Where does the api key go?",
        "query",
        "?key=APIKEY behind the address",
        None,
        "key_in",
        KEY_PLACES,
    )
    yield Question(
        1,
        one,
        "key_name",
        "What is the key's parameter, header or field called?",
        "key",
        "key=APIKEY",
        None,
        "key_name",
    )
    yield _open(
        1, one, "https", "Is the endpoint reached by https?", "yes; http is refused unless it is allowed in words"
    )
    yield Question(
        2,
        "The process id",
        "processid",
        "Which processid goes into jsonheader? Is it ours alone, or the same for everybody?",
        campaign.processid,
        f'jsonheader is {{"processid":"{campaign.processid}"}}',
        ("campaign", "processid"),
    )


def _channel(campaign: Campaign) -> Iterator[Question]:
    three = "Channel and campaign type"
    means = "these, the first where a row names none" if campaign.channels else "any text; not sent where there is none"
    yield Question(
        3, three, "channels", "Which values may channel have?", list(campaign.channels), means, ("campaign", "channels")
    )
    yield Question(
        3,
        three,
        "campaigntype",
        "Which campaigntype is sent? An empty text: none.",
        campaign.type or "",
        f"campaigntype is {campaign.type!r}" if campaign.type else "campaigntype is not sent",
        ("campaign", "type"),
    )


def _categories(campaign: Campaign) -> Iterator[Question]:
    four = "Categories and reasons"
    yield Question(
        4,
        four,
        "reasons",
        'What stands in a category\'s list: its reasons as texts ("listed"), or never anything ("never")?',
        "never" if campaign.categories and not any(campaign.categories.values()) else "listed",
        "reasons as texts; an empty list where the customer gave none",
        ("categories", ""),
        allowed=("listed", "never"),
    )
    yield _open(4, four, "no_category", "What is sent when no category was selected?", _none_selected(campaign))
    yield Question(
        4,
        four,
        "absent",
        'Is what the customer did not say left out ("omit"), or sent as an empty text ("empty")?',
        campaign.absent,
        "left out" if campaign.absent == "omit" else "sent as an empty text",
        ("campaign", "absent"),
        allowed=("omit", "empty"),
    )


def _none_selected(campaign: Campaign) -> str:
    return "catnpsmap is left out" if campaign.absent == "omit" else "catnpsmap is an empty object"


def _rating(campaign: Campaign) -> Iterator[Question]:
    five = "Rating"
    low, high = campaign.rating.scale
    yield Question(
        5,
        five,
        "scale",
        "Which scale has npsrating?",
        [low, high],
        f"whole numbers from {low} to {high}",
        ("rating", "scale"),
    )
    yield Question(
        5,
        five,
        "rating_required",
        "Must every response have a rating?",
        campaign.rating.required,
        "a response without one is held" if campaign.rating.required else "a response may lack it",
        ("rating", "required"),
    )


def _date_and_ids(_: Campaign) -> Iterator[Question]:
    yield _open(
        6,
        "Date of the answer",
        "response_date",
        "No attribute holds the date of the answer. Is it the time of arrival? Which name of namevaluemap may hold it?",
        "Omoto stamps responses when they arrive",
    )
    yield _open(
        7,
        "Customer ids",
        "unique_id",
        "How do regid and registrationno differ, which is unique, and is a second response recognised by it?",
        "neither is unique, and nothing is recognised",
    )


def _contacts(campaign: Campaign) -> Iterator[Question]:
    phones = "Phones and contacts"
    rules = campaign.customer
    yield Question(
        8,
        phones,
        "phone",
        'Phones as the country dials them ("national"), or with + and the country code ("e164")?',
        rules.phone,
        f"{'no country code' if rules.phone == 'national' else '+ and country code'}; region {rules.region}",
        ("customer", "phone"),
        allowed=("national", "e164"),
    )
    yield Question(
        8,
        phones,
        "contacts_any_of",
        "Of which of these must at least one be there? An empty list: none of them.",
        list(rules.any_of),
        f"at least one of {', '.join(rules.any_of)}" if rules.any_of else "a response may come without any contact",
        ("customer", "any_of"),
        allowed=CUSTOMER_FIELDS,
    )


def _names_and_texts(campaign: Campaign) -> Iterator[Question]:
    texts = "Texts"
    top = campaign.comment.max_length
    yield _open(
        9,
        "Names",
        "names",
        "Do case and blanks count in names? Is an unknown name refused, kept or dropped?",
        "every letter counts, and an unknown name is refused; such rows are held here",
    )
    yield Question(
        10,
        texts,
        "comment_max_length",
        "How many characters may a comment have? 0: no limit.",
        top or 0,
        f"{top:,} characters; a longer one is held" if top else "no limit",
        ("comment", "max_length"),
    )
    yield _open(
        10,
        texts,
        "charset",
        "Is the form read as UTF-8? Do line breaks, emoji, Hindi and Arabic arrive as they are?",
        "yes; see the samples that hold them",
    )


def _pace(_: Campaign) -> Iterator[Question]:
    rate = "Rate and time"
    yield Question(
        11,
        rate,
        "min_interval",
        "How many seconds must lie between two responses? 0: as fast as they are answered.",
        0,
        "one at a time, each after the reply to the one before",
        None,
        "min_interval",
    )
    yield _open(
        11, rate, "timeout", "How long may a reply take at most?", "a response without a reply after 60 s is unknown"
    )


def _afterwards(_: Campaign) -> Iterator[Question]:
    yield _open(
        12,
        "Replies",
        "other_replies",
        "Which replies are there beside 200 success and 400 parseerror: 401, 429, 5xx, 200 with an error?",
        "only 200 with status success is delivered; see the README for all others",
    )
    yield _open(
        13,
        "Afterwards",
        "afterwards",
        "Is there a test mode? How is a wrong response taken back, and how can we see what arrived?",
        "no test mode, no way back; we keep receipts, and hand you a list of what to take out",
    )
    yield _open(
        14,
        "Other questions of the survey",
        "other_questions",
        "Where do answers to further questions go, such as several CSAT ratings?",
        "into namevaluemap, by agreed names",
    )


#: The form's questions, in its order.
PARTS = (
    _transport,
    _channel,
    _categories,
    _rating,
    _date_and_ids,
    _contacts,
    _names_and_texts,
    _pace,
    _afterwards,
)


def check_answer(question: Question, answer: Any, where: Place) -> Any:
    """Check one answer against its question. Raises UsageError that says what may stand there."""
    _check_kind(question, answer, where)
    named = answer if isinstance(answer, list) else [answer]
    if question.allowed and (wrong := [one for one in named if one not in question.allowed]):
        allowed = ", ".join(map(repr, question.allowed))
        raise UsageError(f"{wrong[0]!r} is no answer to this.", where=where, advice=f"It may be {allowed}.")
    if question.key == "scale" and not _is_scale(answer):
        raise UsageError(
            "A scale has two whole numbers, the lower one first.", where=where, advice="Write it as [0, 10]."
        )
    if isinstance(answer, int | float) and answer < 0:
        raise UsageError("The number cannot be below 0.", where=where, advice="0 means: no limit.")
    if question.key in ("processid", "key_name") and not answer:
        raise UsageError("This cannot be empty.", where=where, advice=f"Our default is {question.default_text}.")
    return answer


def _check_kind(question: Question, answer: Any, where: Place) -> None:
    kind = type(question.default)
    same = type(answer) is kind or (question.key == "min_interval" and type(answer) in (int, float))
    if not same:
        words = {str: "a text", bool: "true or false", int: "a number", list: "a list"}
        raise UsageError(
            f"The answer must be {words[kind]}.", where=where, advice=f"Our default is {question.default_text}."
        )


def _is_scale(answer: list[Any]) -> bool:
    whole = all(type(number) is int for number in answer)
    return whole and len(answer) == len(("low", "high")) and answer[0] < answer[1]


def answers_form(campaign: Campaign, fingerprint: str, earlier: Mapping[str, Any] | None = None) -> str:
    """Write the form: every question as a comment, our default as its answer."""
    lines = [
        "# Questions to Omoto, with our default for each. Correct what is wrong, and fill in [verified].",
        "# Then record it: omoto pack -c CAMPAIGN.toml --verified answers.toml",
        "",
        "[pack]                          # which pack this belongs to; leave it as it is",
        f"campaign = {value_text(campaign.id)}",
        f"fingerprint = {value_text(fingerprint)}",
        "",
        "[verified]                      # who at Omoto verified the samples, and when",
        'by = ""',
        'on = ""                         # as 2026-04-15',
        'note = ""',
        "",
        "[answers]",
    ]
    heading = ""
    for question in questions_of(campaign):
        if question.heading != heading:
            heading = question.heading
            lines += ["", f"# {question.number}. {heading}"]
        lines += _folded(question.asks)
        lines += _folded(f"We assume: {question.means}.")
        lines.append(f"{question.key} = {value_text((earlier or {}).get(question.key, question.default))}")
    return "\n".join(lines) + "\n"


def _folded(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 110, initial_indent="# ", subsequent_indent="# ")

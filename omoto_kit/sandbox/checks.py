"""What Omoto would make of a POST: the checks, in the order in which a server makes them. Pure, no I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from omoto_kit.errors import ResponseError
from omoto_kit.response import Response

__all__ = ["Judgement", "Request", "Rules"]

FORM = "application/x-www-form-urlencoded"
ENDPOINT = re.compile(r"/omoto/[^/]+\.htm")
PARAMETERS = ("jsonheader", "jsonbody")
MOST_FIELDS = 100


@dataclass(frozen=True)
class Request:
    """One POST as it was read, header names in lower case.

    Query, headers and body stay out of the repr: they hold the key and people's data.
    """

    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Judgement:
    """The status to answer with. An accepted request has its `jsonbody`, any other the `reason` why not."""

    status: int
    reason: str = ""
    jsonbody: str = field(default="", repr=False)


@dataclass(frozen=True)
class Rules:
    """What is checked beside the shape. `key` None lets any key pass; empty `campaigns` lets any id pass."""

    key: str | None = field(default=None, repr=False)
    campaigns: frozenset[str] = frozenset()

    def judge(self, request: Request) -> Judgement:
        """Answer one POST as Omoto would."""
        if not ENDPOINT.fullmatch(request.path):
            return Judgement(404, "the path is not /omoto/....htm")
        form = _form(request)
        if self.key is not None and not _has_key(self.key, request, form):
            return Judgement(401, "the api key is wrong or missing")
        if isinstance(form, str):
            return Judgement(400, form)
        reason = self._wrong_form(form)
        return Judgement(400, reason) if reason else Judgement(200, jsonbody=form["jsonbody"][0])

    def _wrong_form(self, form: Mapping[str, Sequence[str]]) -> str:
        """Say what is wrong with a form and what it holds; "" where nothing is."""
        for name in PARAMETERS:
            if (times := len(form.get(name, ()))) != 1:
                return f"the form has {name} more than once" if times else f"the form has no {name}"
        header, jsonbody = (form[name][0] for name in PARAMETERS)
        return _wrong_header(header) or self._wrong_body(jsonbody)

    def _wrong_body(self, jsonbody: str) -> str:
        """Say what is wrong with a jsonbody; "" where nothing is."""
        try:
            response = Response.parse(jsonbody)
        except ResponseError as error:
            return f"jsonbody: {error.what}"
        if self.campaigns and response.campaignid not in self.campaigns:
            return f"campaignid {response.campaignid[:40]!r} is not a campaign of this sandbox"
        return ""


def _form(request: Request) -> dict[str, list[str]] | str:
    """Take the form apart; a text says why that is impossible."""
    content_type = request.headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != FORM:
        return f"the content type is not {FORM}"
    try:
        text = request.body.decode("utf-8")
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        return "the form is not UTF-8"
    except ValueError:
        return f"the form has more than {MOST_FIELDS} fields"


def _has_key(key: str, request: Request, form: dict[str, list[str]] | str) -> bool:
    """Look for the key in the query, a header and the form: the vendor's page leaves its place open."""
    places = parse_qs(request.query).get("key", [])
    places += [value.removeprefix("Bearer ") for value in request.headers.values()]
    if not isinstance(form, str):
        places += [value for name, values in form.items() if name not in PARAMETERS for value in values]
    return key in places


def _wrong_header(jsonheader: str) -> str:
    """Say what is wrong with a jsonheader; "" where nothing is."""
    try:
        header: Any = json.loads(jsonheader)
    except (ValueError, RecursionError):
        return "jsonheader is no JSON"
    if not isinstance(header, Mapping):
        return "jsonheader is no JSON object"
    return "jsonheader has no processid" if header.get("processid") in (None, "") else ""

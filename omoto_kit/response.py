"""Response: one customer's answer, exactly the jsonbody of the vendor's page. Frozen.

Names are lower case and in the order of the page's template. Every scalar is a text on the wire, every category holds
an array, and what is absent is left out. Source: the "Omoto Response API" page, template and example.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from omoto_kit.campaign import CUSTOMER_FIELDS, SCALAR_FIELDS, split_field
from omoto_kit.errors import ResponseError, did_you_mean

__all__ = ["CustomerInfo", "Response", "dumps"]

#: Attributes of the jsonbody in the order of the vendor's template.
ORDER = ("campaignid", "channel", "campaigntype", "catnpsmap", "npsrating", "comment", "customerinfo", "namevaluemap")


def dumps(body: Mapping[str, Any]) -> str:
    """Write JSON the one way this package writes it: compact, and every script in itself, not as escapes."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


class _Frozen(BaseModel):
    # A least length, even of 0, makes pydantic look into each text and refuse what UTF-8 cannot write.
    model_config = ConfigDict(
        frozen=True, extra="forbid", coerce_numbers_to_str=True, hide_input_in_errors=True, str_min_length=0
    )


class CustomerInfo(_Frozen):
    """Who answered; all five are optional. Nothing of it shows in a repr."""

    email: str | None = Field(default=None, repr=False)
    regid: str | None = Field(default=None, repr=False)
    registrationno: str | None = Field(default=None, repr=False)
    mobileno: str | None = Field(default=None, repr=False)
    name: str | None = Field(default=None, repr=False)


Name = Annotated[str, Field(min_length=1)]
Names = Annotated[Mapping[Name, str], AfterValidator(MappingProxyType)]
Categories = Annotated[Mapping[Name, tuple[str, ...]], AfterValidator(MappingProxyType)]


class Response(_Frozen):
    """One customer's answer.

    >>> response = Response.parse('{"campaignid": "154", "npsrating": 4, "catnpsmap": {"Price": []}}')
    >>> response.npsrating
    '4'
    >>> response.encode()
    '{"campaignid":"154","catnpsmap":{"Price":[]},"npsrating":"4"}'
    """

    campaignid: str
    channel: str | None = None
    campaigntype: str | None = None
    catnpsmap: Categories | None = None
    npsrating: str | None = None
    comment: str | None = Field(default=None, repr=False)
    customerinfo: CustomerInfo | None = Field(default=None, repr=False)
    namevaluemap: Names | None = Field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str | bytes) -> Response:
        """Read a jsonbody.

        Raises ResponseError where it is no JSON object, has a name that the vendor's page does not know, or holds
        something else than texts and lists of texts.
        """
        try:
            body = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            advice = "A jsonbody is one JSON object, in UTF-8."
            message = f"This is no JSON: {error}."
            raise ResponseError(message, advice=advice) from None
        return cls.from_json(body)

    @classmethod
    def from_json(cls, body: object) -> Response:
        """Take a jsonbody that is already parsed. Raises ResponseError as `parse` does."""
        if not isinstance(body, Mapping):
            message = f"A jsonbody is a JSON object, not {_kind(body)}."
            raise ResponseError(message)
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise _as_response_error(error) from None

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Response:
        """Make a response from dotted paths, as a batch holds them; None is absent.

        >>> Response.from_fields({"campaignid": "154", "customerinfo.mobileno": "9663798289"}).encode()
        '{"campaignid":"154","customerinfo":{"mobileno":"9663798289"}}'
        """
        body: dict[str, Any] = {}
        for field, value in fields.items():
            if value is None:
                continue
            group, name = split_field(field)
            if name:
                body.setdefault(group, {})[name] = value
            elif group in SCALAR_FIELDS:
                body[group] = value
            else:
                body.setdefault(group, {})
        return cls.from_json(body)

    def fields(self) -> dict[str, str | tuple[str, ...]]:
        """Give the dotted paths and their values: the inverse of `from_fields`.

        An object that is there but empty appears by its own name with an empty text.
        """
        flat: dict[str, str | tuple[str, ...]] = {}
        for name, value in self.as_json().items():
            if isinstance(value, str):
                flat[name] = value
                continue
            flat |= {f"{name}.{key}": tuple(part) if isinstance(part, list) else part for key, part in value.items()}
            if not value:
                flat[name] = ""
        return flat

    def as_json(self, *, absent: str = "omit") -> dict[str, Any]:
        """Give the jsonbody as plain dicts, lists and texts, in the template's order.

        `absent` is the contract's setting: "omit" leaves out what is absent, "empty" sends empty texts for the
        template's scalars and customer attributes, and empty objects for its maps.
        """
        body: dict[str, Any] = {}
        for name in ORDER:
            value = _plain(getattr(self, name))
            if value is not None:
                body[name] = value
        return body if absent == "omit" else fill_absent(body)

    def encode(self, *, absent: str = "omit") -> str:
        """Write the jsonbody as it goes on the wire."""
        return dumps(self.as_json(absent=absent))


def fill_absent(body: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a jsonbody to the whole of the vendor's template, with empty texts and empty objects.

    >>> fill_absent({"campaignid": "154"})["customerinfo"]["regid"]
    ''
    """
    empty: dict[str, Any] = dict.fromkeys(SCALAR_FIELDS, "")
    empty |= {"catnpsmap": {}, "namevaluemap": {}, "customerinfo": {}}
    whole = {name: body.get(name, empty[name]) for name in ORDER}
    whole["customerinfo"] = {name: whole["customerinfo"].get(name, "") for name in CUSTOMER_FIELDS}
    return whole


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no JSON value"
    raise ValueError(message)


def _kind(body: object) -> str:
    """Name a JSON value's kind for an error text, without showing the value."""
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(body), "a number")


def _as_response_error(error: ValidationError) -> ResponseError:
    """Name each place that is wrong, without its value."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    sentences = " ".join(_sentence(detail) for detail in details)
    return ResponseError(sentences, advice="Names are lower case, and every value is a text.")


def _sentence(detail: ErrorDetails) -> str:
    """Say one pydantic error in plain words, with the nearest known name for an unknown one."""
    place = ".".join(str(part) for part in detail["loc"]).encode(errors="replace").decode()
    if detail["type"] == "extra_forbidden":
        known = CUSTOMER_FIELDS if place.startswith("customerinfo.") else ORDER
        near = did_you_mean(str(detail["loc"][-1]), known)
        return f"{place!r} is not in the vendor's template. {near}".strip()
    if detail["type"] == "string_unicode":
        return f"{place}: the text holds half a character, which UTF-8 cannot write."
    if detail["type"] == "string_too_short":
        return f"{detail['loc'][0]} has an empty name."
    return f"{place}: {detail['msg'][:1].lower()}{detail['msg'][1:]}."


def _plain(value: Any) -> Any:
    """Give a part of a response as JSON has it; what a customer did not say is left out."""
    if isinstance(value, CustomerInfo):
        return {key: text for key in CUSTOMER_FIELDS if (text := getattr(value, key)) is not None}
    if isinstance(value, Mapping):
        return {key: part if isinstance(part, str) else list(part) for key, part in value.items()}
    return value

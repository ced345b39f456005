"""Keys: by what a second sending, a correction and a customer who already answered are recognised.

A content key is bound to the endpoint, so what went to the sandbox is still to be sent live. It never holds a time, a
run or a file, so the same answers from another export have the same keys.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping

__all__ = ["canonical", "content_hash", "content_key", "held_key", "subject_key"]

#: What tells one customer from another, the surest first.
SUBJECT_FIELDS = ("mobileno", "email", "regid", "registrationno")


def canonical(body: str) -> str:
    """Write a jsonbody so that equal ones are equal texts: sorted names, NFC, no white space.

    >>> canonical('{"b": "1",  "a": {}}')
    '{"a":{},"b":"1"}'
    >>> canonical('{"name":"Zoe\u0308"}') == canonical('{"name":"Zo\u00eb"}')
    True
    """
    composed = unicodedata.normalize("NFC", body)
    return json.dumps(json.loads(composed), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(endpoint: str, header: str, body: str, identity: str | None) -> bytes:
    """Hash what makes an answer itself: where it goes, its process, its jsonbody, and the row's own key where mapped.

    `body` is canonical, and holds the campaign's id; `header` is the jsonheader. Neither can hold a zero character,
    so that one parts them.
    """
    text = f"{endpoint}\0{header}\0{body}" if identity is None else f"{endpoint}\0{header}\0{body}\0{identity}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def content_key(content: bytes, occurrence: int) -> bytes:
    """Tell the n-th of several honest identical answers of one source from the others."""
    return hashlib.sha256(content + occurrence.to_bytes(8, "big")).digest()


def held_key(endpoint: str, fingerprint: str, sheet: str, row: int) -> bytes:
    """Make the key of a row that has no jsonbody yet: the place where it stands."""
    return hashlib.sha256(json.dumps(("held", endpoint, fingerprint, sheet, row)).encode()).digest()


def subject_key(secret: bytes, endpoint: str, campaign: str, customer: Mapping[str, str | None]) -> bytes | None:
    """Make the key of a customer within one campaign at one endpoint; None where nothing tells who answered.

    A keyed hash, since phone numbers could be guessed from a plain one.
    """
    for name in SUBJECT_FIELDS:
        if value := customer.get(name):
            text = "\0".join((endpoint, campaign, name, value.strip().casefold()))
            return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=secret).digest()
    return None

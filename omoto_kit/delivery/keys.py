"""Keys: by what a second sending, a correction and a customer who already answered are recognised.

A content key is bound to the endpoint, so what went to the sandbox is still to be sent live. It never holds a time, a
run or a file, so the same answers from another export have the same keys.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence

__all__ = ["KEY", "canonical", "content_hashes", "content_head", "held_key", "shown_key", "subject_hasher"]

KEY = 16  #: bytes of a key: too many for two answers to share one by chance, and half of what a whole hash takes

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


def content_head(endpoint: str, header: str) -> str:
    """Give what a hashed answer begins with: where it goes and its process.

    The canonical jsonbody follows, which holds the campaign's id; then, after another zero character, the row's own
    key where one is mapped. None of them can hold a zero character, so that one parts them.
    """
    return f"{endpoint}\0{header}\0"


def content_hashes(texts: Iterable[bytes]) -> list[bytes]:
    """Hash what makes answers themselves.

    >>> [len(one) for one in content_hashes([b"a", b"b"])]
    [16, 16]
    """
    sha256 = hashlib.sha256
    return [sha256(text).digest()[:KEY] for text in texts]


def shown_key(content: bytes, occurrence: int) -> bytes:
    """Give the key that a receipt shows: it tells the n-th of several honest identical answers from the others."""
    return content if not occurrence else hashlib.sha256(content + occurrence.to_bytes(8, "big")).digest()[:KEY]


def held_key(endpoint: str, fingerprint: str, sheet: str, row: int) -> bytes:
    """Make the key that a receipt shows of a row that has no jsonbody yet: the place where it stands."""
    return hashlib.sha256(json.dumps(("held", endpoint, fingerprint, sheet, row)).encode()).digest()[:KEY]


def subject_hasher(
    secret: bytes, endpoint: str, campaign: str, fields: Sequence[str]
) -> Callable[[Sequence[str | None]], bytes | None]:
    """Make what gives the key of a customer within one campaign at one endpoint, by the values of these fields.

    The first field that is there counts; without any the key is None, since nothing tells who answered. A keyed hash,
    since phone numbers could be guessed from a plain one.
    """
    begun = [hashlib.blake2b(digest_size=KEY, key=secret) for _ in fields]
    for one, name in zip(begun, fields, strict=True):
        one.update(f"{endpoint}\0{campaign}\0{name}\0".encode())

    def hashed(values: Sequence[str | None]) -> bytes | None:
        for one, value in zip(begun, values, strict=True):
            if value:
                whole = one.copy()
                whole.update(value.strip().casefold().encode("utf-8", "surrogatepass"))
                return whole.digest()
        return None

    return hashed

"""The wire, without I/O: what is sent, and what an answer means. Everything here comes from the vendor's pages.

`encode_rows` and `encode_frame` write jsonbody texts; `seal` makes the form that one POST carries; `decipher` turns a
status and a body into a verdict by one table.
"""

from omoto_kit.wire.deciphering import REPLIES, Reading, Verdict, decipher, retry_after
from omoto_kit.wire.encoding import encode_frame, encode_rows
from omoto_kit.wire.sealing import FORM, Envelope, KeyPlace, seal

__all__ = [
    "FORM",
    "REPLIES",
    "Envelope",
    "KeyPlace",
    "Reading",
    "Verdict",
    "decipher",
    "encode_frame",
    "encode_rows",
    "retry_after",
    "seal",
]

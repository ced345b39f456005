"""Encodings that write other characters as ASCII bytes, such as UTF-7, looked for block by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omoto_kit.intake.delimited import Marks
from omoto_kit.intake.lines import as_table

__all__ = ["Shifts"]

#: A text of UTF-7 begins with this sign; other encodings of ASCII bytes alone with these.
UTF7, OTHERS = b"+", (b"\x1b$", b"~{")
BASE64 = as_table(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/+")
#: A text of UTF-7 that is looked for has at least so many signs, and at most so many.
LEAST, LONGEST = 3, 100


@dataclass
class Shifts:
    """What the blocks of a file have shown so far: whether all is ASCII, and whether some of it may stand for more."""

    is_ascii: bool = True
    may_be: bool = False

    def look(self, block: bytes, marks: Marks) -> None:
        """Look at a block; such an encoding leaves no other bytes anywhere in a file."""
        self.is_ascii = self.is_ascii and block.isascii()
        if self.is_ascii and not self.may_be:
            self.may_be = any(sign in block for sign in OTHERS) or (UTF7 in block and _has_utf7(marks))

    @property
    def are_found(self) -> bool:
        """Whether the file may be in such an encoding, once all of it was looked at."""
        return self.is_ascii and self.may_be


def _has_utf7(marks: Marks) -> bool:
    """Tell whether a plus, at least three signs of base 64 and a minus follow one another."""
    at = np.flatnonzero(marks.signs == ord(UTF7)) + 1
    for step in range(LONGEST):
        at = at[at < len(marks.signs)]
        signs = marks.signs[at]
        if step >= LEAST and (signs == ord("-")).any():
            return True
        at = at[BASE64[signs]] + 1
        if not len(at):
            return False
    return True

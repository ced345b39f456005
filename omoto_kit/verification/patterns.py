"""An example text for a regular expression, the same one each time.

Knows what contracts use: literals, classes, groups, alternatives and counts. Whatever comes out is checked against the
expression itself, so that an expression which this cannot follow gives nothing rather than something wrong.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

__all__ = ["example_of"]

DIGITS, LOWER, UPPER = string.digits, string.ascii_lowercase, string.ascii_uppercase
#: What a class may hold, the nicest first.
ALPHABET = "4702915836" + UPPER + LOWER + " -_.,/:;+&()#@'!?*=%$\"<>[]{}|\\^`~\t\n" + "अسé"
SHORTHANDS = {"d": r"\d", "w": r"\w", "s": r"\s", "D": r"\D", "W": r"\W", "S": r"\S"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
NO_WIDTH = "bBAZ"
#: So often is a part repeated that may come any number of times: first as rarely as it can, then more often.
EXTRAS = (0, 1, 2, 4, 8, 16, 32)


class _Unknown(Exception):
    """The expression uses something that this module does not follow."""


@dataclass
class _Reader:
    """Reads an expression from left to right, writing an example of it."""

    pattern: str
    extra: int
    at: int = 0
    turn: int = 0

    def alternatives(self) -> str:
        """Read up to the end of a group; the first alternative is the example."""
        first = self.sequence()
        while self.peek() == "|":
            self.at += 1
            self.sequence()
        return first

    def sequence(self) -> str:
        """Read parts that follow one another."""
        parts = []
        while self.at < len(self.pattern) and self.peek() not in "|)":
            start, turn = self.at, self.turn
            part = self.part()
            least, most = self.count()
            times = min(least + self.extra, most)
            parts.append(part)
            end = self.at
            for _ in range(times - 1):
                self.at, self.turn = start, max(self.turn, turn + 1)
                parts.append(self.part())
            if times == 0:
                parts.pop()
            self.at = end
        return "".join(parts)

    def part(self) -> str:
        """Read one part without its count."""
        sign = self.pattern[self.at]
        self.at += 1
        if sign in "^$":
            return ""
        if sign == ".":
            return self.pick(r"[A-Za-z0-9]")
        if sign == "(":
            return self.group()
        if sign == "[":
            return self.pick(self.bracket())
        return self.escape() if sign == "\\" else sign

    def group(self) -> str:
        """Read a group up to its closing bracket; look-arounds are left to the final check."""
        opening = re.compile(r"\?(?::|P<\w+>)").match(self.pattern, self.at)
        if opening:
            self.at = opening.end()
        elif self.peek() == "?":
            raise _Unknown
        inside = self.alternatives()
        if self.peek() != ")":
            raise _Unknown
        self.at += 1
        return inside

    def bracket(self) -> str:
        """Read a class in square brackets, which `re` itself then understands."""
        found = re.compile(r"\^?\]?(?:[^\]\\]|\\.)*\]", re.DOTALL).match(self.pattern, self.at)
        if found is None:
            raise _Unknown
        self.at = found.end()
        return "[" + found[0]

    def escape(self) -> str:
        """Read what a backslash makes of the sign behind it."""
        sign = self.pattern[self.at : self.at + 1]
        self.at += 1
        if sign in NO_WIDTH:
            return ""
        if sign in SHORTHANDS:
            return self.pick(SHORTHANDS[sign])
        if not sign or (sign.isalnum() and sign not in ESCAPES):
            raise _Unknown
        return ESCAPES.get(sign, sign)

    def pick(self, one: str) -> str:
        """Choose a sign of a class, another one each time where there are several."""
        allowed = re.compile(one)
        fitting = [sign for sign in ALPHABET if allowed.fullmatch(sign)]
        if not fitting:
            raise _Unknown
        kind = [sign for sign in fitting if sign in DIGITS] or [s for s in fitting if s.isalnum()] or fitting
        self.turn += 1
        return kind[(self.turn - 1) % len(kind)]

    def count(self) -> tuple[int, int]:
        """Read how often the last part may come: at least, and at most."""
        found = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})[?+]?").match(self.pattern, self.at)
        if found is None or (found[1] is None and not (found[2] or found[4])):
            return 1, 1
        self.at = found.end()
        if found[1]:
            return (1 if found[1] == "+" else 0), (1 if found[1] == "?" else 1000)
        least = int(found[2] or 0)
        most = int(found[4]) if found[4] else (1000 if found[3] else least)
        return least, most

    def peek(self) -> str:
        """Look at the next sign; empty at the end."""
        return self.pattern[self.at : self.at + 1]


def example_of(pattern: str, *, shortest: int = 1, longest: int | None = None) -> str | None:
    r"""Give a text that the whole expression fits, of an allowed length; None where none was found.

    >>> example_of("[1-9][0-9]{5}"), example_of(r"(?:GOLD|SILVER)-\d+"), example_of("(?=a)b")
    ('470291', 'GOLD-4', None)
    """
    whole = re.compile(pattern)
    for extra in EXTRAS:
        reader = _Reader(pattern, extra)
        try:
            found = reader.alternatives()
        except (_Unknown, IndexError, re.error):
            return None
        fits = shortest <= len(found) and (longest is None or len(found) <= longest)
        if fits and whole.fullmatch(found):
            return found
    return None

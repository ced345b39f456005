"""Secret: an api key that cannot be shown by accident."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

__all__ = ["Secret"]

MASK = "***"


class Secret:
    """A text that no repr, str, format, comparison by accident or pickle gives away; `reveal` is the one way out.

    >>> Secret("k-123")
    Secret(***)
    >>> f"{Secret('k-123')}"
    '***'
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Give the text itself: for the request, and for nothing else."""
        return self.__value

    def scrub(self, text: str) -> str:
        """Take the text, in every spelling that an URL may give it, out of another text.

        >>> Secret("a b/c").scrub("GET /x?key=a%20b%2Fc or a+b%2Fc")
        'GET /x?key=*** or ***'
        """
        if not self.__value:
            return text
        spellings = {self.__value, quote(self.__value), quote(self.__value, safe=""), quote_plus(self.__value)}
        for spelling in sorted(spellings, key=len, reverse=True):
            text = text.replace(spelling, MASK)
        return text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce__(self) -> str:
        raise TypeError("A secret is never written down.")

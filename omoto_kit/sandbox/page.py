"""The sandbox's page: what it got, what it refused and why, with people's data masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from omoto_kit.sandbox.checks import Rules
from omoto_kit.sandbox.faults import Faults
from omoto_kit.sandbox.ledger import Entry, Ledger
from omoto_kit.sandbox.replies import HTML, Reply

__all__ = ["Page", "mask_email", "mask_phone", "mask_text"]

NEWEST = 100
COMMENT_START = 60
BULLET = "\N{BULLET}"
NONE = "\N{EN DASH}"
#: No request to another host, no script, no framing, and no copy in a cache.
GUARDS = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)
EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
PHONE = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")


def mask_phone(number: str) -> str:
    """Leave the first two and the last two characters of a phone number.

    >>> mask_phone("9663798289")
    '96••••••89'
    """
    if len(number) <= 5:  # noqa: PLR2004  too short to leave four of its characters
        return BULLET * len(number)
    return number[:2] + BULLET * (len(number) - 4) + number[-2:]


def mask_email(address: str) -> str:
    """Leave the first character of each side of an email address.

    >>> mask_email("asha@example.com")
    'a•••@e•••'
    """
    user, at, host = address.rpartition("@")
    return f"{user[:1]}{BULLET * 3}{at}{host[:1]}{BULLET * 3}" if at else BULLET * 3


def mask_text(text: str) -> str:
    """Mask what looks like a phone number or an email address in free text.

    >>> mask_text("Call 98765 43210 or write to asha@example.com")
    'Call 98•••••••10 or write to a•••@e•••'
    """
    text = EMAIL.sub(lambda found: mask_email(found[0]), text)
    return PHONE.sub(lambda found: mask_phone(found[0]), text)


@dataclass(frozen=True)
class Page:
    """Renders the ledger for people (`/`) and, counts only, for programs (`/received.json`)."""

    ledger: Ledger
    faults: Faults
    rules: Rules

    @cached_property
    def _template(self) -> Template:
        return Template(files(__package__).joinpath("page.html").read_text(encoding="utf-8"))

    def reply(self, path: str) -> Reply:
        """Answer a GET for one of the two pages."""
        if path == "/received.json":
            return Reply(200, json.dumps(self.ledger.counts).encode(), headers=GUARDS)
        return Reply(200, self.render().encode(), HTML, GUARDS)

    def render(self) -> str:
        """Write the page as it stands now."""
        entries = self.ledger.entries()[: -NEWEST - 1 : -1]
        reasons = self.ledger.reasons
        counts = {name: f"{count:,}" for name, count in self.ledger.counts.items()}
        return self._template.substitute(
            counts,
            rows="\n".join(_row(entry) for entry in entries) or _EMPTY_ROW,
            shown=f"the newest {len(entries):,}" if entries else "nothing yet",
            reasons="\n".join(_reason(reason, count) for reason, count in reasons.items()) or _NO_REASON,
            faults=_faults(self.faults),
            key="any key passes" if self.rules.key is None else "the key is checked",
            campaigns=escape(", ".join(sorted(self.rules.campaigns)) or "any id passes"),
        )


_EMPTY_ROW = '<tr><td colspan="6" class="quiet">Nothing has come in yet.</td></tr>'
_NO_REASON = '<li class="quiet">Nothing was refused.</li>'


def _row(entry: Entry) -> str:
    """Write one accepted response as a row of the table."""
    body = entry.body
    customer, names = _object(body, "customerinfo"), _object(body, "namevaluemap")
    comment, phone, email = _text(body, "comment"), _text(customer, "mobileno"), _text(customer, "email")
    start = mask_text(comment)[:COMMENT_START] + ("\N{HORIZONTAL ELLIPSIS}" if len(comment) > COMMENT_START else "")
    reach = " ".join(filter(None, [phone and mask_phone(phone), email and mask_email(email)]))
    cells = {
        "Time": f"{entry.at:%H:%M:%S}",
        "Campaign": body.get("campaignid"),
        "Rating": body.get("npsrating"),
        "Unit": names.get("unitname"),
        "Customer": reach,
        "Comment": start,
    }
    texts = {label: escape(str(value or NONE)) for label, value in cells.items()}
    inner = "".join(f'<td data-label="{label}"><bdi>{text}</bdi></td>' for label, text in texts.items())
    return f"<tr>{inner}</tr>"


def _text(part: Mapping[str, Any], name: str) -> str:
    """Give a text of the body, an empty one where it is absent or null."""
    return str(part.get(name) or "")


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give an object of the body, an empty one where it is absent or null."""
    return body.get(name) or {}


def _reason(reason: str, count: int) -> str:
    """Write one reason for refusals as a line of the list."""
    return f"<li><b>{count:,}</b> {escape(mask_text(reason))}</li>"


def _faults(faults: Faults) -> str:
    """Say which faults are asked for."""
    return f"<code>{escape(faults.spec)}</code>" if faults.spec else "none asked for"

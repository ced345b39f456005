"""The pack as one page: readable on a screen, a phone and paper, with nothing loaded from anywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from itertools import groupby
from string import Template
from typing import TYPE_CHECKING

from omoto_kit.campaign import Unit
from omoto_kit.verification.questions import Question
from omoto_kit.verification.samples import Sample

if TYPE_CHECKING:
    from omoto_kit.verification.pack import Pack

__all__ = ["render"]

#: More units than this are folded away.
OPEN_UNITS = 120
STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?')


def render(pack: Pack) -> str:
    """Write the page."""
    files = resources.files("omoto_kit.verification")
    shown = len(pack.parts) - len(pack.uncovered)
    return Template((files / "page.html").read_text("utf-8")).substitute(
        title=escape(f"Verification pack, campaign {pack.campaign.id}"),
        style=(files / "page.css").read_text("utf-8"),
        name=escape(pack.campaign.name or f"Campaign {pack.campaign.id}"),
        campaign=escape(pack.campaign.id),
        fingerprint=pack.fingerprint,
        short=pack.fingerprint[:12],
        samples_count=len(pack.samples),
        parts_shown=shown,
        parts_count=len(pack.parts),
        units_count=f"{len(pack.scope.units):,}",
        questions_count=len(pack.questions),
        gaps=_gaps(pack.gaps),
        samples_origin=_origin(pack.samples),
        samples="\n".join(_sample(pack, sample) for sample in pack.samples),
        coverage=_coverage(pack),
        dictionary=_dictionary(pack),
        absent="left out" if pack.campaign.absent == "omit" else "sent as an empty text",
        lists=_units(pack.scope.units) + _categories(pack),
        questions="\n".join(_questions(pack.questions)),
        schema=escape(json.dumps(pack.campaign.json_schema(), ensure_ascii=False, indent=2), quote=False),
    )


def _gaps(gaps: Sequence[str]) -> str:
    if not gaps:
        return ""
    items = "".join(f"<li>{escape(gap)}</li>" for gap in gaps)
    return f'<div class="gaps"><h3>What this pack cannot show</h3><ul>{items}</ul></div>'


def _origin(samples: Sequence[Sample]) -> str:
    of_rows = sum(sample.of_row for sample in samples)
    if not of_rows:
        return "All are made up."
    made = len(samples) - of_rows
    rest = f", {made} {'is' if made == 1 else 'are'} made up to show the rest" if made else ""
    return f"{of_rows} stand for real answers, with all that is personal replaced{rest}."


def _sample(pack: Pack, sample: Sample) -> str:
    """Lay out one sample: the readable JSON, what it shows, and the exact bytes."""
    from omoto_kit.verification.pack import curl_line

    envelope = pack.envelope(sample)
    readable = json.dumps(json.loads(envelope.jsonbody), ensure_ascii=False, indent=2)
    origin = "After a real answer; personal data replaced" if sample.of_row else "Made up"
    shows = _shows("Shows", [str(part) for part in sample.shows if not part.leaves_out])
    lacks = _shows("Leaves out", [part.label for part in sample.shows if part.leaves_out], "lacks")
    raw = (
        ("jsonbody", envelope.jsonbody),
        ("jsonheader", envelope.jsonheader),
        ("Form body, as it is sent", envelope.form().decode("ascii")),
        ("As a command", curl_line(envelope)),
    )
    exact = "".join(f'<h4>{name}</h4><pre dir="ltr">{escape(text, quote=False)}</pre>' for name, text in raw)
    return (
        f'<article class="sample" id="s{sample.name}"><div class="head"><div class="number">{sample.name}</div>'
        f'<h3>{escape(sample.title)}</h3><div class="origin">{origin}</div></div>'
        f'<div class="both"><pre class="json" dir="ltr">{_coloured(readable)}</pre>'
        f'<div class="shows">{shows}{lacks}</div></div>'
        f'<details><summary>Exactly as sent</summary><div class="raw">{exact}</div></details></article>'
    )


def _shows(title: str, labels: Sequence[str], kind: str = "has") -> str:
    if not labels:
        return ""
    items = "".join(f"<li><span>{escape(label)}</span></li>" for label in labels)
    return f'<h4>{title}</h4><ul class="{kind}">{items}</ul>'


def _coloured(text: str) -> str:
    """Colour names and values; each text is kept apart from its neighbours, whichever way its script runs."""

    def mark(found: re.Match[str]) -> str:
        kind = "k" if found[2] else "v"
        return f'<bdi class="{kind}">{escape(found[1], quote=False)}</bdi>{found[2] or ""}'

    return STRING.sub(mark, text)


def _coverage(pack: Pack) -> str:
    """List the parts by group, each with links to the samples that show it."""
    rows = []
    for group, parts in groupby(pack.parts, key=lambda part: part.group):
        rows.append(f'<tr class="group"><th colspan="2">{escape(group)}</th></tr>')
        for part in parts:
            names = [sample.name for sample in pack.samples if part in sample.shows]
            links = "".join(f'<a href="#s{name}">{name}</a>' for name in names)
            chips = f'<div class="chips">{links}</div>' if links else '<span class="none">not shown</span>'
            rows.append(f"<tr><td>{escape(part.label)}</td><td>{chips}</td></tr>")
    return f"<table>{''.join(rows)}</table>"


def _dictionary(pack: Pack) -> str:
    heads = ("Attribute", "Meaning", "Comes from", "Example", "Required", "Allowed")
    rows = []
    for entry in pack.dictionary:
        must = escape(entry.required)
        cells = (
            f"<span><code>{escape(entry.field).replace('.', '.<wbr>', 1)}</code></span>",
            f"<span>{escape(entry.meaning)}</span>",
            f"<span>{escape(entry.origin)}</span>",
            f"<bdi>{escape(_short(entry.example))}</bdi>" if entry.example else "",
            f'<span class="quiet">{must}</span>'
            if entry.required == "optional"
            else f'<span><b class="must">{must}</b></span>',
            f"<span>{escape(_short(entry.allowed, 240))}</span>",
        )
        row = "".join(f'<td data-label="{head}">{cell}</td>' for head, cell in zip(heads, cells, strict=True))
        rows.append(f"<tr>{row}</tr>")
    head = "".join(f"<th>{head}</th>" for head in heads)
    return f'<table class="fields"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def _units(units: Sequence[Unit]) -> str:
    if not units:
        return '<h3>Units</h3><p class="quiet">The contract lists none.</p>'
    listing = _listing((unit.name, ", ".join(filter(None, (unit.code, unit.city)))) for unit in units)
    if len(units) > OPEN_UNITS:
        listing = f'<div class="box"><details><summary>Show all {len(units):,} units</summary>{listing}</details></div>'
    return f"<h3>{len(units):,} units</h3>{listing}"


def _categories(pack: Pack) -> str:
    categories = pack.scope.categories
    if not categories:
        return '<h3 style="margin-top:1.6rem">Categories</h3><p class="quiet">The contract lists none.</p>'
    listing = _listing((name, ", ".join(reasons) or "no reasons") for name, reasons in categories.items())
    word = "category" if len(categories) == 1 else "categories"
    return f'<h3 style="margin-top:1.6rem">{len(categories):,} {word}, with their reasons</h3>{listing}'


def _listing(lines: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f"<li><bdi>{escape(name)}</bdi>{f'<br><small>{escape(more)}</small>' if more else ''}</li>"
        for name, more in lines
    )
    return f'<ul class="names">{items}</ul>'


def _questions(questions: Sequence[Question]) -> Iterator[str]:
    """Lay out the questions by heading, each with our default."""
    for number, group in groupby(questions, key=lambda question: question.number):
        several = list(group)
        asked = "".join(
            f"<div><p>{escape(one.asks)}</p>"
            f'<div class="answer"><code>{escape(one.key)} = {escape(one.default_text)}</code>'
            f'<span class="quiet">we assume: {escape(one.means)}</span></div></div>'
            for one in several
        )
        yield (
            f'<div class="question"><div class="number">{number}</div><div><h3>{escape(several[0].heading)}</h3>'
            f'<div class="body">{asked}</div></div></div>'
        )

"""The pack: samples and all that Omoto needs to verify them, as files. Same contract and rows, same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Any

from omoto_kit.batch import Batch
from omoto_kit.campaign import Campaign
from omoto_kit.errors import UsageError
from omoto_kit.verification.dictionary import Entry, dictionary_of
from omoto_kit.verification.parts import MOST_VALUES, Part, parts_of
from omoto_kit.verification.questions import Question, answers_form, questions_of
from omoto_kit.verification.samples import Sample, choose_samples
from omoto_kit.verification.scope import Scope, scope_of
from omoto_kit.verification.shape import Shape, shape_of_samples
from omoto_kit.verification.terms import Terms, terms_of
from omoto_kit.wire import Envelope, seal

__all__ = ["ANSWERS", "CONTRACT", "MANIFEST", "PAGE", "SHAPE", "Pack", "curl_line", "pack", "read_files"]

PAGE, ANSWERS, MANIFEST = "index.html", "answers.toml", "manifest.json"
CONTRACT, SHAPE = "contract.json", "shape.json"
ADDRESS = "https://HOST/omoto/ENDPOINT.htm"
FORMAT = 1
#: Where a pack is found.
FIND = "Name the folder or zip that `omoto pack -o` wrote."
#: A zip's entries all carry this time, so that the same files make the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Pack:
    """What goes to Omoto for verification, with nothing secret and nobody's data in it.

    `gaps` says in words what the samples cannot show; `source` is the fingerprint of the file whose rows stand behind
    samples, empty where all are made up.
    """

    campaign: Campaign
    samples: tuple[Sample, ...]
    parts: tuple[Part, ...] = attribute(repr=False)
    gaps: tuple[str, ...] = ()
    source: str = ""
    scope: Scope = attribute(repr=False, kw_only=True)

    @property
    def terms(self) -> Terms:
        """The contract's statements, and with them its fingerprint."""
        return terms_of(self.campaign)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the contract agrees with Omoto."""
        return self.terms.fingerprint

    @property
    def uncovered(self) -> tuple[Part, ...]:
        """The parts of the contract that no sample shows."""
        return tuple(part for part in self.parts if not any(part in sample.shows for sample in self.samples))

    @property
    def shape(self) -> Shape:
        """The shape that Omoto verifies."""
        return shape_of_samples((sample.response.fields() for sample in self.samples), self.scope)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The open questions, with our defaults."""
        return questions_of(self.campaign)

    @property
    def dictionary(self) -> tuple[Entry, ...]:
        """The data dictionary."""
        return dictionary_of(self.scope, self.samples)

    def envelope(self, sample: Sample) -> Envelope:
        """Seal a sample exactly as it would be sent."""
        return seal(sample.response, self.campaign)

    def files(self) -> dict[str, bytes]:
        """Give every file of the pack by its path, the same bytes each time."""
        from omoto_kit.verification.page import render

        texts: dict[str, str] = {PAGE: render(self), ANSWERS: answers_form(self.campaign, self.fingerprint)}
        for sample in self.samples:
            envelope, stem = self.envelope(sample), f"samples/{sample.name}"
            texts[f"{stem}.jsonbody.json"] = envelope.jsonbody
            texts[f"{stem}.jsonheader.json"] = envelope.jsonheader
            texts[f"{stem}.form.txt"] = envelope.form().decode("ascii")
            texts[f"{stem}.curl.sh"] = curl_line(envelope) + "\n"
        texts |= dict(_tables(self))
        texts["schema.json"] = _pretty(self.campaign.json_schema())
        texts[CONTRACT] = _pretty({"fingerprint": self.fingerprint, "agreed": dict(self.terms.agreed)})
        texts[SHAPE] = _pretty({"fingerprint": self.fingerprint, "fields": self.shape.as_document()})
        content = {name: text.encode() for name, text in texts.items()}
        content[MANIFEST] = self._manifest(content)
        return content

    def _manifest(self, content: Mapping[str, bytes]) -> bytes:
        """Say what the pack is, and list its files with their SHA-256."""
        manifest = {
            "omoto_pack": FORMAT,
            "campaign": self.campaign.id,
            "fingerprint": self.fingerprint,
            "source": self.source,
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(content.items())},
        }
        return _pretty(manifest).encode()

    def write(self, target: str | Path) -> tuple[Path, ...]:
        """Write the pack into a folder, or as a zip where the name ends in .zip; give the files that were written.

        A pack that stands there is replaced, but for a form that somebody has filled in. Raises SettingsError where the
        target holds something else or cannot be written.
        """
        from omoto_kit.verification.writing import write_pack

        return write_pack(self, Path(target))

    def zipped(self) -> bytes:
        """Give the pack as one zip file, the same bytes each time."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, data in sorted(self.files().items()):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, data)
        return buffer.getvalue()


def pack(campaign: Campaign, rows: Batch | None = None) -> Pack:
    """Make the verification pack of a campaign.

    `rows` is a prepared batch: its ready rows give samples, with stand-ins for all that could be personal. Without it
    all samples are made up. Raises UsageError for rows of another campaign.

    >>> made = pack(Campaign(id="154", categories={"Price": ["Too high"]}))
    >>> len(made.samples) > 5, made.uncovered
    (True, ())
    """
    scope = scope_of(campaign, rows)
    parts = parts_of(scope)
    samples = choose_samples(scope, parts, rows)
    source = rows.source.fingerprint if rows is not None else ""
    made = Pack(campaign, samples, parts, source=source, scope=scope)
    return Pack(campaign, samples, parts, tuple(_gaps(made, rows)), source, scope=scope)


def _gaps(made: Pack, rows: Batch | None) -> Iterator[str]:
    """Say what the contract leaves open, and what the samples cannot show."""
    if rows is not None and not any(sample.of_row for sample in made.samples):
        yield "No row of the file is ready to be sent, so every sample is made up."
    yield from _missing(made.campaign, made.scope)
    yield from _unshown_values(made.scope)
    unshown = ", ".join(map(str, made.uncovered))
    if unshown:
        yield f"No sample shows: {unshown}."


def _missing(campaign: Campaign, scope: Scope) -> Iterator[str]:
    """Name the lists that the contract lacks, and what the samples do without them."""
    lists = {
        "categories": ("no categories", "The samples select none, and Omoto cannot verify their names"),
        "units": ("no units", 'The unit name "Example Unit" is made up, and Omoto cannot verify store names'),
        "attributes": ("no attributes", "The samples use only unitname and city, which stand on Omoto's page"),
        "channels": ("no channels", "The samples send no channel"),
    }
    for name, (what, so) in lists.items():
        if name in scope.found:
            yield f"The contract lists {what}; the names here are those that at least three rows of the file share."
        elif not getattr(campaign, name):
            yield f"The contract lists {what}. {so}."


def _unshown_values(scope: Scope) -> Iterator[str]:
    """Name the attributes of which the samples show no value, or not all."""
    for name, rule in scope.attributes.items():
        path = f"namevaluemap.{name}"
        if not rule.values and scope.example(name) is None and path not in scope.always:
            must = " It is required, so the samples lack what the contract demands." if path in scope.required else ""
            yield f"No example could be made up for {name!r}, whose form is {rule.pattern or rule.kind!r}.{must}"
        elif len(rule.values) > MOST_VALUES:
            yield f"{name!r} has {len(rule.values)} values; the samples show {MOST_VALUES}, the dictionary lists all."


def curl_line(envelope: Envelope) -> str:
    """Write the request as a command, with APIKEY where the key goes."""
    return (
        f"curl --request POST '{ADDRESS}?key=APIKEY' "
        f"--header 'Content-Type: application/x-www-form-urlencoded' --data-raw '{envelope.form().decode('ascii')}'"
    )


def _tables(made: Pack) -> Iterator[tuple[str, str]]:
    """Write the tables: coverage, dictionary, units, categories, questions."""
    shown = ([str(part), ", ".join(s.name for s in made.samples if part in s.shows)] for part in made.parts)
    yield "coverage.csv", _csv(["part of the contract", "shown by samples"], shown)
    heads = ["attribute", "meaning", "comes from", "example", "required", "allowed"]
    rows = ([e.field, e.meaning, e.origin, e.example, e.required, e.allowed] for e in made.dictionary)
    yield "dictionary.csv", _csv(heads, rows)
    units = ([unit.name, unit.code or "", unit.city or ""] for unit in made.scope.units)
    yield "units.csv", _csv(["unitname", "code", "city"], units)
    reasons = ([name, reason] for name, many in made.scope.categories.items() for reason in many or ("",))
    yield "categories.csv", _csv(["category", "reason"], reasons)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table that spreadsheets open as UTF-8, and in which no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _pretty(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_files(path: Path) -> dict[str, bytes]:
    """Read a pack from its folder or zip. Raises UsageError where there is none."""
    try:
        return _folder_files(path) if path.is_dir() else _zip_files(path)
    except FileNotFoundError:
        raise UsageError("There is no such pack.", where=path, advice=FIND) from None
    except (OSError, zipfile.BadZipFile) as error:
        raise UsageError(f"The pack cannot be read: {error}.", where=path, advice=FIND) from None


def _folder_files(path: Path) -> dict[str, bytes]:
    if not (path / MANIFEST).is_file():
        raise UsageError("This folder holds no pack.", where=path, advice=FIND)
    found = (one for one in sorted(path.rglob("*")) if one.is_file())
    return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}


def _zip_files(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if MANIFEST not in names:
            raise UsageError("This zip holds no pack.", where=path, advice=FIND)
        return {name: archive.read(name) for name in names}

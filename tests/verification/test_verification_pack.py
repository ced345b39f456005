"""The pack as files: the same bytes each time, nothing personal, and every sample taken by the sandbox."""

import hashlib
import io
import json
import re
import shlex
import zipfile
from html.parser import HTMLParser
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import pytest

from omoto_kit.campaign import Campaign, Unit
from omoto_kit.errors import SettingsError, UsageError
from omoto_kit.sandbox import Sandbox
from omoto_kit.verification import differences, made_of_rows, pack, write_pack

FORM = "application/x-www-form-urlencoded"


@pytest.fixture(params=["made up", "after rows"])
def made(request, contract, batch):
    """Give the example's pack, once made up and once of rows."""
    return pack(contract, batch if request.param == "after rows" else None)


def test_the_sandbox_takes_every_sample(made, contract):
    """Each form body, posted as it lies in the pack, is accepted over a socket, and is what jsonbody says."""
    files = made.files()
    with Sandbox(campaigns=(contract,)) as sandbox:
        for sample in made.samples:
            body = files[f"samples/{sample.name}.form.txt"]
            request = Request(sandbox.url, data=body, headers={"Content-Type": FORM})  # noqa: S310  our own sandbox
            with urlopen(request) as reply:  # noqa: S310  the same
                assert (reply.status, json.load(reply)) == (200, {"status": "success"})
        assert sandbox.counts == {"posts": len(made.samples), "accepted": len(made.samples), "refused": 0}
        sent = [json.loads(files[f"samples/{sample.name}.jsonbody.json"]) for sample in made.samples]
        assert sandbox.received == sent


def test_the_curl_line_is_the_same_request(made):
    """The command posts exactly the form body, and has a placeholder where the key goes."""
    files = made.files()
    for sample in made.samples:
        words = shlex.split(files[f"samples/{sample.name}.curl.sh"].decode())
        assert words[words.index("--data-raw") + 1].encode() == files[f"samples/{sample.name}.form.txt"]
        assert words[3] == "https://HOST/omoto/ENDPOINT.htm?key=APIKEY"
        form = parse_qs(words[-1], strict_parsing=True)
        assert form["jsonbody"] == [files[f"samples/{sample.name}.jsonbody.json"].decode()]
        assert form["jsonheader"] == ['{"processid":"76"}']


def test_the_same_contract_and_rows_give_the_same_bytes(made, contract, batch):
    """Made twice, every file and the zip are the same, byte for byte; the manifest lists each with its hash."""
    again = pack(contract, batch if made.source else None)
    assert again.files() == made.files()
    assert again.zipped() == made.zipped()
    files = made.files()
    listed = json.loads(files.pop("manifest.json"))["files"]
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_nothing_personal_is_in_a_pack_of_rows(contract, batch, personal):
    """No name, number, mail address, bill number or comment of the file is in any file of the pack."""
    made = pack(contract, batch)
    assert sum(sample.of_row for sample in made.samples) >= 5
    bodies = "\n".join(made.envelope(sample).jsonbody for sample in made.samples)
    said = [text for text in personal if json.dumps(text, ensure_ascii=False)[1:-1] in bodies]
    assert said == []
    digits = {re.sub(r"\D", "", text)[-9:] for text in personal if sum(map(str.isdigit, text)) >= 9}
    assert not [run for run in digits if run in bodies]
    everything = b"\n".join(made.files().values()).decode()
    assert not [text for text in personal if len(text) > 12 and text in everything]


def test_stand_ins_keep_the_shape(contract, batch):
    """Samples of rows keep scripts, line breaks, emoji and quotes, and numbers stay numbers of the region."""
    of_rows = [sample.response for sample in pack(contract, batch).samples if sample.of_row]
    comments = [response.comment or "" for response in of_rows]
    for marks in ("[\u0900-\u097f]", "[\u0600-\u06ff]", "\n", '"', "[\U0001f300-\U0001faff]"):
        assert any(re.search(marks, comment) for comment in comments), marks
    mobiles = [response.customerinfo.mobileno for response in of_rows if response.customerinfo.mobileno]
    assert mobiles
    assert all(re.fullmatch("640[0-9]{7}", mobile) for mobile in mobiles)
    mails = [response.customerinfo.email for response in of_rows if response.customerinfo.email]
    assert all(mail.endswith("@example.com") for mail in mails)


class Page(HTMLParser):
    """Reads a page: what it would load, where its links lead, and its text."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.ids, self.open, self.words = [], [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.add(given.get("id"))
        if tag not in ("meta", "br", "wbr"):
            self.open.append(tag)
        self.loads += [value for name, value in attrs if name in ("src", "srcset", "action", "data")]
        self.loads += [given["href"]] if tag == "link" else []
        self.links += [given["href"]] if tag == "a" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_stands_alone(made):
    """The page loads nothing, runs nothing, closes what it opens, and its links lead to places in it."""
    text = made.files()["index.html"].decode()
    page = Page(text)
    assert (page.loads, page.open) == ([], [])
    assert "<script" not in text
    assert not re.search(r"url\(|@import", text)
    assert {link[0] for link in page.links} == {"#"}
    assert {link[1:] for link in page.links} <= page.ids
    whole = "".join(page.words)
    for sample in made.samples:
        assert made.envelope(sample).jsonbody in whole
        assert made.envelope(sample).form().decode() in whole
    for question in made.questions:
        assert question.asks in whole
    for part in made.parts:
        assert part.label in whole
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_names_of_the_contract_cannot_become_html_or_formulas():
    """Angle brackets are text on the page, and a cell that begins like a formula is none in the tables."""
    nasty = "<script>alert(1)</script>"
    campaign = Campaign(id="1", name=nasty, units=[Unit(name="=1+1"), Unit(name=nasty)], categories={nasty: [nasty]})
    files = pack(campaign).files()
    page = Page(files["index.html"].decode())
    assert "script" not in page.open
    assert nasty in "".join(page.words)
    assert b"<script" not in files["index.html"]
    assert "'=1+1" in files["units.csv"].decode("utf-8-sig")


def test_a_folder_and_a_zip_hold_the_same(made, tmp_path):
    """Both ways of writing hold every file; a zip that is written twice is the same."""
    folder, archive = tmp_path / "pack", tmp_path / "deep" / "pack.zip"
    write_pack(made, folder)
    write_pack(made, archive)
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
        inside = {name: opened.read(name) for name in opened.namelist()}
    assert inside == made.files()
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(inside)
    for written in (folder, archive):
        assert differences(made, written) == ()
        assert made_of_rows(written) == made.source


def test_a_new_pack_takes_the_old_ones_place(contract, tmp_path):
    """Old samples go with the old pack; a form that was filled in, and other people's files, are never overwritten."""
    folder = tmp_path / "pack"
    write_pack(pack(contract), folder)
    write_pack(pack(Campaign(id="154", rating={"scale": [1, 5]})), folder)
    assert not (folder / "samples" / "09.jsonbody.json").exists() or len(list(folder.glob("samples/*.sh"))) >= 9
    (folder / "answers.toml").write_text((folder / "answers.toml").read_text().replace('by = ""', 'by = "Meera"'))
    with pytest.raises(SettingsError, match="filled in"):
        write_pack(pack(contract), folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(SettingsError, match="something else than a pack"):
        write_pack(pack(contract), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_a_manifest_cannot_reach_out_of_its_folder(contract, tmp_path):
    """A forged manifest that names files elsewhere deletes nothing there."""
    folder, other = tmp_path / "pack", tmp_path / "precious.txt"
    other.write_text("x")
    write_pack(pack(contract), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] |= {"../precious.txt": "", str(other): ""}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    write_pack(pack(contract), folder)
    assert other.exists()


def test_replay_names_what_moved(contract, tmp_path):
    """A changed contract, a changed byte and a lost file are each named; a filled-in form is no difference."""
    write_pack(pack(contract), tmp_path / "p")
    form = tmp_path / "p" / "answers.toml"
    form.write_text(form.read_text().replace('by = ""', 'by = "Meera"'))
    assert differences(pack(contract), tmp_path / "p") == ()
    body = tmp_path / "p" / "samples" / "01.jsonbody.json"
    body.write_text(body.read_text().replace("kiosk", "kiosq"))
    (tmp_path / "p" / "units.csv").unlink()
    found = {one.name: one for one in differences(pack(contract), tmp_path / "p")}
    assert {name: one.what for name, one in found.items()} == {
        "samples/01.jsonbody.json": "changed",
        "units.csv": "missing",
    }
    assert "kiosq" in found["samples/01.jsonbody.json"].lines[0]
    changed = contract.model_copy(update={"processid": "81"})
    names = {one.name for one in differences(pack(changed), tmp_path / "p")}
    assert {"index.html", "contract.json", "samples/02.jsonheader.json", "samples/02.form.txt"} <= names
    assert "samples/02.jsonbody.json" not in names


def test_what_is_no_pack_is_refused(tmp_path):
    """A folder, a zip or a file that is no pack is named, with what to do."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{")
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a.txt", "a")
    for name in ("", "x.zip", "other.zip", "nowhere", "broken"):
        with pytest.raises(UsageError) as error:
            made_of_rows(tmp_path / name)
        assert error.value.advice


def test_rows_of_another_campaign_are_refused(batch):
    """A pack never mixes two campaigns."""
    with pytest.raises(UsageError, match=r"campaign '154'.*campaign '155'"):
        pack(Campaign(id="155"), batch)

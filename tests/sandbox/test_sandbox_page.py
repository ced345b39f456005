"""The page: what it shows, what it masks, and that nothing on it can act."""

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omoto_kit.sandbox import Faults, Sandbox
from omoto_kit.sandbox.checks import Rules
from omoto_kit.sandbox.ledger import Ledger
from omoto_kit.sandbox.page import BULLET, NEWEST, Page, mask_email, mask_phone, mask_text

VOID = {"meta", "link", "img", "br", "input"}


class Reader(HTMLParser):
    """Reads a page: which tags it has, whether they close, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.stack, self.texts, self.attributes = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if "style" not in self.stack:
            self.texts.append(data.strip())

    @property
    def text(self):
        return "\n".join(filter(None, self.texts))


def page_of(kit, sandbox):
    """Fetch and read the page."""
    answer = kit.ask(sandbox, method="GET", path="/")
    assert answer.status == 200
    reader = Reader(answer.body.decode())
    assert reader.stack == []
    return reader


def send(kit, sandbox, **fields):
    """Send one response with these attributes."""
    body = {"campaignid": "154", **fields}
    assert kit.ask(sandbox, body=kit.form(json.dumps(body))).status == 200


def test_an_empty_sandbox_says_so(sandbox, kit):
    """The first look: the big word, no numbers yet, nothing received, nothing refused."""
    text = page_of(kit, sandbox).text
    assert "SANDBOX" in text.splitlines()
    for sentence in ("Nothing has come in yet.", "Nothing was refused.", "any key passes", "none asked for"):
        assert sentence in text


def test_a_response_is_shown_with_its_person_masked(sandbox, kit):
    """Campaign, rating, unit and comment can be read; phone and email only so far that one's own is recognised."""
    customer = {"mobileno": "9663798289", "email": "asha@example.com", "name": "Asha Rao", "regid": "R-77"}
    send(kit, sandbox, npsrating="4", namevaluemap={"unitname": "Koramangala"}, customerinfo=customer, comment="Slow")
    text = page_of(kit, sandbox).text
    for shown in ("154", "4", "Koramangala", "Slow", "96••••••89 a•••@e•••"):
        assert shown in text.splitlines()
    for hidden in ("9663798289", "asha", "example.com", "Asha", "R-77"):
        assert hidden not in text


def test_people_in_comments_are_masked(sandbox, kit):
    """A phone number or an address within a comment is masked, also where the cut goes through it."""
    start = "x" * 50
    send(kit, sandbox, comment=f"{start} 98765 43210 asha@example.com")
    text = page_of(kit, sandbox).text
    assert f"{start} 98" in text
    assert "43210" not in text
    assert "asha" not in text


EVIL = "<script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>\"'&amp;</td></table>"


def test_what_comes_in_is_inert(kit):
    """Tags and quotes in a comment, a unit, an id, a wrong name or a fault are text, and stay text."""
    with Sandbox(campaigns=[EVIL], faults="odd=<script>@9") as sandbox:
        body = {"campaignid": EVIL, "npsrating": EVIL, "comment": EVIL, "namevaluemap": {"unitname": EVIL}}
        kit.ask(sandbox, body=kit.form(json.dumps(body | {"customerinfo": {"mobileno": EVIL, "email": EVIL}})))
        kit.ask(sandbox, body=kit.form(json.dumps({"campaignid": EVIL, EVIL: "1"})))
        kit.ask(sandbox, body=kit.form(json.dumps({"campaignid": EVIL + "2"})))
        assert sandbox.counts == {"posts": 3, "accepted": 1, "refused": 2}
        page = page_of(kit, sandbox)
    assert {"script", "img"} & set(page.tags) == set()
    assert [name for name, _ in page.attributes if name.startswith("on")] == []
    assert EVIL in page.text


@given(st.text(max_size=200))
def test_any_comment_makes_a_whole_page(comment):
    """Whatever a comment holds, the page's tags still fit together."""
    ledger = Ledger()
    ledger.accept(json.dumps({"campaignid": "154", "comment": comment}))
    reader = Reader(Page(ledger, Faults(), Rules()).render())
    assert reader.stack == []
    assert reader.tags.count("td") == 6


def test_the_page_asks_nobody_else(sandbox, kit):
    """No script, no address but its own, and a policy that forbids both; not kept in any cache."""
    answer = kit.ask(sandbox, method="GET", path="/")
    html = answer.body.decode()
    assert re.findall(r"(?:https?:)?//[a-z]|@import|url\(|\ssrc=|\shref=", html) == []
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta http-equiv="refresh" content="5">' in html
    assert "prefers-color-scheme: dark" in html


def test_the_newest_hundred_come_first(sandbox, kit):
    """A long run shows its newest hundred, newest first, and counts all."""
    for number in range(NEWEST + 3):
        sandbox._ledger.begin()
        sandbox._ledger.accept(f'{{"campaignid":"154","comment":"number {number}"}}')
    text = page_of(kit, sandbox).text
    shown = re.findall(r"number (\d+)", text)
    assert shown == [str(number) for number in range(NEWEST + 2, 2, -1)]
    assert "103" in text.splitlines()


def test_refusals_say_why_and_how_often(kit):
    """Each reason stands there with its count; the settings in force do, too."""
    with Sandbox(key="k", campaigns=["154", "77"], faults="503=2@3") as sandbox:
        for body in (kit.form('{"campaignid":"9"}'), kit.form('{"campaignid":"9"}'), None):
            kit.ask(sandbox, body=body)
        kit.ask(sandbox, path="/omoto/x.htm")
        text = page_of(kit, sandbox).text
    for shown in ("2\ncampaignid '9' is not a campaign of this sandbox", "1\nfault: 503", "503=2@3", "154, 77"):
        assert shown in text
    assert "1\nthe api key is wrong or missing" in text
    assert "the key is checked" in text


def test_programs_get_counts_only(sandbox, kit):
    """`/received.json` is for scripts, and holds no answer of anybody."""
    kit.ask(sandbox)
    kit.ask(sandbox, body=b"")
    answer = kit.ask(sandbox, method="GET", path="/received.json")
    assert answer.json == {"posts": 2, "accepted": 1, "refused": 1} == sandbox.counts
    assert answer.headers["Content-Type"].startswith("application/json")


def test_head_tells_the_length_and_sends_nothing(sandbox, kit):
    """HEAD answers as GET does, without the body."""
    with kit.plug(sandbox) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n")
        head, _, body = kit.read_all(connection).partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert int(re.search(rb"Content-Length: (\d+)", head)[1]) > 1000
    assert body == b""


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("9663798289", "96••••••89"),
        ("+971501234567", "+9•••••••••67"),
        ("12345", "•••••"),
        ("", ""),
        ("123456", "12••56"),
    ],
)
def test_mask_phone(number, masked):
    """Two characters at each end stay, and none of a short one."""
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [("asha@example.com", "a•••@e•••"), ("a@b@c.in", "a•••@c•••"), ("no address", "•••"), ("@x.in", "•••@x•••")],
)
def test_mask_email(address, masked):
    """One character of each side stays, and nothing of what is no address."""
    assert mask_email(address) == masked


@given(st.from_regex(r"[6-9][0-9]{9}", fullmatch=True), st.sampled_from(["{}", "+91 {}", "call {}!", "({})", "आप {}"]))
def test_no_mobile_number_survives_in_free_text(number, sentence):
    """Written whole or parted by a blank, a mobile number is masked wherever it stands."""
    for written in (number, f"{number[:5]} {number[5:]}", f"{number[:5]}-{number[5:]}"):
        masked = mask_text(sentence.format(written))
        assert written not in masked
        assert number[5:] not in masked
        assert BULLET in masked

"""Compose in a real notebook: typed, checked, sent to the sandbox, kept over a reload."""

import json

from playwright.sync_api import expect

STUDIO = "omoto.studio()"
BUDGET_TRIES = 12


def fill_in(panel, mobile="98765 43210"):
    """Type an answer that may be sent."""
    panel.get_by_role("button", name="9", exact=True).click()
    panel.get_by_label("Comment").fill("بسیار خوب 😀 नमस्ते")
    panel.get_by_label("Mobile").fill(mobile)
    unit = panel.get_by_role("combobox", name="Unit")
    unit.fill("kora")
    expect(panel.get_by_role("option").first).to_contain_text("Koramangala")
    unit.press("ArrowDown")
    unit.press("Enter")


def body_of(panel):
    """Read the jsonbody that the page shows."""
    return json.loads(panel.get_by_label("jsonbody", exact=True).inner_text())


def test_the_form_holds_on_every_look(lab):
    """At both widths and in both themes the form has no fault of accessibility, and no key cuts a cell."""
    lab.show(STUDIO)
    lab.go("Compose")
    lab.check_screen("compose")


def test_typed_checked_and_sent(lab):
    """An answer typed by keyboard and mouse goes to the sandbox, and its reply stands beside it."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    fill_in(panel, mobile="98765")
    expect(panel.get_by_text("5 digits")).to_be_visible()
    expect(panel.get_by_role("button", name="Send to the sandbox")).to_be_disabled()
    panel.get_by_label("Mobile").fill("98765 43210")
    send = panel.get_by_role("button", name="Send to the sandbox")
    expect(send).to_be_enabled()
    assert body_of(panel)["customerinfo"]["mobileno"] == "9876543210"
    assert body_of(panel)["comment"] == "بسیار خوب 😀 नमस्ते"
    send.click()
    expect(panel.get_by_role("region", name="What came of the last one")).to_contain_text("delivered")
    expect(panel.get_by_label("reply", exact=True)).to_contain_text("success")
    assert lab.counts()["delivered"] == 1
    lab.check_quiet()


def test_categories_and_their_reasons(lab):
    """A category is ticked, its reasons appear, and both stand in the request."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    panel.get_by_label("Price").check()
    panel.get_by_role("button", name="Too high", exact=True).click()
    expect(panel.get_by_role("button", name="Too high", exact=True)).to_have_attribute("aria-pressed", "true")
    assert body_of(panel)["catnpsmap"] == {"Price": ["Too high"]}


def test_what_is_typed_stays_while_the_kernel_answers(lab):
    """Answers that come while somebody types never move the caret or take letters away."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    comment = panel.get_by_label("Comment")
    text = "one two three four five six seven"
    comment.press_sequentially(text, delay=25)
    expect(comment).to_have_value(text)
    expect(panel.get_by_label("jsonbody", exact=True)).to_contain_text(text)
    expect(comment).to_be_focused()


def test_the_draft_is_there_after_a_restart(lab):
    """A new kernel goes on with the draft that lay there."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    panel.get_by_label("Comment").fill("half done")
    expect(panel.get_by_label("jsonbody", exact=True)).to_contain_text("half done")
    lab.restart()
    lab.run_all()
    lab.ready()
    lab.go("Compose")
    expect(lab.studio.get_by_label("Comment")).to_have_value("half done")


def test_a_saved_notebook_holds_no_customer(lab):
    """Nothing of what was typed stands in the saved file."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    fill_in(panel)
    expect(panel.get_by_label("jsonbody", exact=True)).to_contain_text("9876543210")
    saved = lab.save()
    assert "9876543210" not in saved
    assert "98765 43210" not in saved


def test_the_parts_stand_alone(lab):
    """The form and the push panel work as cells of one's own notebook, over one desk."""
    lab.show(
        "from omoto_kit.studio import ComposeForm, Desk, PushPanel\ndesk = Desk()",
        "ComposeForm(desk)",
        "PushPanel(desk)",
    )
    form, push = lab.page.locator(".omoto").first, lab.page.locator(".omoto").last
    fill_in(form)
    form.get_by_role("button", name="Queue", exact=True).click()
    expect(push.get_by_role("button", name="Resume 1")).to_be_enabled()
    push.get_by_role("button", name="Resume 1").click()
    expect(push.get_by_text("1 of 1")).to_be_visible()
    assert lab.counts()["delivered"] == 1
    lab.check_quiet()


def test_what_was_typed_a_moment_ago_is_sent(lab):
    """Who types and clicks at once sends the last letter, too."""
    panel = lab.show(STUDIO)
    lab.go("Compose")
    fill_in(panel)
    send = panel.get_by_role("button", name="Send to the sandbox")
    expect(send).to_be_enabled()
    send.scroll_into_view_if_needed()
    box = send.bounding_box()
    panel.get_by_label("Comment").evaluate("one => one.focus({ preventScroll: true })")
    lab.page.keyboard.insert_text(" and more")
    lab.page.mouse.click(box["x"] + 20, box["y"] + 10)
    expect(panel.get_by_role("region", name="What came of the last one")).to_contain_text("delivered")
    code = "import omoto_kit as o; box = o.Outbox('outbox.db'); print(ascii(box.body(1)))"
    assert "and more" in lab.python(code)
    expect(panel.get_by_label("Comment")).to_have_value("")
    lab.check_quiet()


def test_two_panels_share_no_ids(lab):
    """A label of one panel never means a field of another, however many a notebook shows."""
    lab.show(STUDIO, STUDIO, "omoto.studio()")
    expect(lab.page.locator(".omoto[data-ready=true]")).to_have_count(3, timeout=30_000)
    for panel in lab.page.locator(".omoto").all():
        panel.get_by_role("button", name="Compose", exact=True).click()
        expect(panel).to_have_attribute("data-screen", "compose")
    ids = lab.page.evaluate("[...document.querySelectorAll('.omoto [id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids)) > 20
    first = lab.page.locator(".omoto").first
    first.get_by_text("Comment", exact=True).click()
    assert first.evaluate("one => one.contains(document.activeElement)")
    lab.check_quiet()

"""Push and History in a real notebook: the run, pause, cancel, restart, decisions, mending."""

import os
import re
import signal

from playwright.sync_api import expect

#: A studio over the example file, with a sandbox of one's own making.
LAID = """
from omoto_kit.sandbox import Sandbox
from omoto_kit.studio import Desk
from omoto_kit.studio.app import whole
desk = Desk(sandbox=Sandbox(faults={faults!r}))
desk.take("../data/kiosk-april.csv")
whole(desk)
"""
READY = 183
A_FEW = re.compile(r"^([3-9]|\d\d)$")


def laid(lab, faults=""):
    """Show the studio with the example file on the desk, at the screen Push."""
    panel = lab.show(LAID.format(faults=faults))
    lab.go("Push")
    return panel


def start(panel):
    """Start the push, all at once."""
    panel.get_by_label("First releases").fill("0")
    panel.get_by_label("First releases").press("Tab")
    panel.get_by_role("button", name="Start the push", exact=True).click()


def ended(panel, text):
    """Wait until the run ended as it says."""
    expect(panel.get_by_role("status")).to_contain_text(text, timeout=30_000)


def test_push_and_history_hold_on_every_look(lab):
    """At both widths and in both themes both screens have no fault of accessibility, and no key cuts a cell."""
    panel = laid(lab, "400@2,drop@5")
    start(panel)
    ended(panel, "Done")
    lab.check_screen("push")
    lab.go("History")
    panel.get_by_role("button", name="rejected 1").click()
    panel.get_by_role("button", name="response 2", exact=True).click()
    expect(panel.get_by_role("region", name="Response 2")).to_be_visible()
    lab.check_screen("history")


def test_every_row_gets_its_receipt(lab):
    """From start to end: progress, the last reply, and every row accounted for in page and outbox."""
    panel = laid(lab)
    start(panel)
    ended(panel, f"Done: {READY} responses sent")
    expect(panel.get_by_role("group", name="Rows in the outbox")).to_contain_text(f"{READY}")
    assert lab.counts()["delivered"] == READY
    expect(panel.get_by_role("button", name="Start the push", exact=True)).to_be_disabled()
    lab.check_quiet()


def test_pause_cancel_and_what_is_left(lab):
    """Pause stops after the response on the wire; what is cancelled is never sent; nothing is lost from the sum."""
    panel = laid(lab, "delay=0.05@all")
    start(panel)
    expect(panel.get_by_role("progressbar")).to_have_attribute("aria-valuenow", A_FEW)
    panel.get_by_role("button", name="Pause", exact=True).click()
    ended(panel, "Paused after")
    paused = lab.counts()
    assert paused["queued"] > 0
    assert paused["sending"] == 0
    panel.get_by_role("button", name="Cancel what waits").click()
    expect(panel.get_by_role("group", name="Rows in the outbox")).to_contain_text("cancelled")
    after = lab.counts()
    assert after["delivered"] == paused["delivered"]
    assert after["cancelled"] == paused["queued"]


def test_a_reload_finds_the_run_again(lab):
    """The page is loaded anew in the middle of a run: it shows how far it is, and the run goes on to its end."""
    panel = laid(lab, "delay=0.02@all")
    start(panel)
    expect(panel.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    lab.save()
    lab.reload()
    lab.ready()
    expect(lab.studio.get_by_text(f"{READY} of {READY}")).to_be_visible(timeout=30_000)
    assert lab.counts()["delivered"] == READY


def test_a_killed_kernel_loses_nothing(lab):
    """The kernel is restarted in the middle of a run: the next one goes on from the outbox, and no row goes twice."""
    panel = laid(lab, "delay=0.05@all")
    start(panel)
    expect(panel.get_by_role("progressbar")).to_have_attribute("aria-valuenow", A_FEW)
    lab.restart()
    lab.write("import omoto_kit as omoto", "omoto.studio()")
    lab.reload()
    lab.run_all()
    lab.ready()
    lab.go("Push")
    lab.studio.get_by_role("button", name="Resume").click()
    ended(lab.studio, "Done")
    counts = lab.counts()
    assert counts["queued"] == 0
    assert counts["unknown"] <= 1
    assert counts["delivered"] + counts["unknown"] == READY


def test_an_unknown_one_is_decided(lab):
    """A lost reply waits for a person; with a reason it is decided, and gone from the list."""
    panel = laid(lab, "drop@3")
    start(panel)
    ended(panel, "Done")
    part = panel.get_by_role("region", name="Unknown: may or may not have arrived", exact=True)
    part.get_by_role("checkbox").check()
    part.get_by_role("button", name="It arrived").click()
    expect(panel.get_by_role("alert")).to_contain_text("needs a reason")
    part.get_by_label("Why").fill("seen in Omoto's list")
    part.get_by_role("button", name="It arrived").click()
    expect(panel.get_by_role("status")).to_contain_text("1 response decided")
    assert lab.counts()["unknown"] == 0
    lab.check_quiet()


def test_a_rejected_one_is_mended_and_sent_again(lab):
    """From History into the form, and back to the endpoint: it takes its own place."""
    panel = laid(lab, "400@2")
    start(panel)
    ended(panel, "Done")
    lab.go("History")
    panel.get_by_role("button", name="rejected 1").click()
    panel.get_by_role("button", name="response 2", exact=True).click()
    panel.get_by_role("button", name="Mend it…").click()
    expect(panel.get_by_role("heading", name="Mend response 2")).to_be_visible()
    panel.get_by_label("Comment").fill("mended")
    expect(panel.get_by_label("jsonbody", exact=True)).to_contain_text("mended")
    panel.get_by_role("button", name="Send to the sandbox").click()
    expect(panel.get_by_role("region", name="What came of the last one")).to_contain_text("delivered")
    counts = lab.counts()
    assert counts["rejected"] == 0
    assert counts["delivered"] == READY
    lab.check_quiet()


def test_a_cell_that_runs_holds_up_nothing(lab):
    """While a cell runs for long, the panel is answered all the same, and a push goes to its end."""
    panel = laid(lab)
    lab.page.evaluate(
        "() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({ code: 'import time; time.sleep(60)' }); }"
    )
    start(panel)
    ended(panel, "Done")
    assert lab.counts()["delivered"] == READY


def test_a_kernel_that_stands_still_is_told(lab):
    """A kernel that does not answer is told as busy, then as gone; what was clicked happens once it goes on."""
    panel = laid(lab)
    kernel = int(lab.run("import os; open('pid', 'w').write(str(os.getpid()))", "pid"))
    os.kill(kernel, signal.SIGSTOP)
    try:
        panel.get_by_role("button", name="Start the push", exact=True).click()
        expect(panel.get_by_text("kernel busy")).to_be_visible()
        expect(panel.get_by_role("alert")).to_contain_text("The kernel does not answer")
    finally:
        os.kill(kernel, signal.SIGCONT)
    ended(panel, "Done")
    expect(panel.get_by_text("kernel ready")).to_be_visible()
    assert lab.counts()["delivered"] == READY

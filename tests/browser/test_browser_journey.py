"""The whole road in each host, by the studio's own controls: file, map, review, push, receipts."""

import re
from pathlib import Path

from playwright.sync_api import expect

FILES = "Drop files here, or choose them"
EXAMPLE = Path(__file__).parent.parent.parent / "omoto_kit" / "journey" / "example" / "data" / "kiosk-april.csv"
#: What the example's 202 rows come to.
READY, HELD, DUPLICATE = 183, 18, 1


def read_example(notebook):
    """Read the example file by its path."""
    notebook.go("Intake")
    notebook.studio.get_by_role("combobox", name="Path or pattern").fill("data/kiosk-april.csv")
    notebook.studio.get_by_role("button", name="Read path").click()


def push(notebook):
    """Start the push, and wait for its end."""
    notebook.go("Push")
    notebook.studio.get_by_role("button", name="Start the push", exact=True).click()
    expect(notebook.studio.get_by_role("status")).to_contain_text("Done", timeout=60_000)


def test_from_a_file_to_receipts(everywhere):
    """A file is chosen, mapped, reviewed and pushed by buttons alone; every row is accounted for in the outbox."""
    studio = everywhere.show("omoto.studio()")
    everywhere.go("Intake")
    studio.get_by_label(FILES).set_input_files(EXAMPLE)
    studio.get_by_role("button", name="Look at the map").click()
    expect(studio.get_by_label("jsonbody", exact=True)).to_contain_text('"npsrating": "7"')
    studio.get_by_role("button", name="Check 202 rows").click()
    expect(studio).to_have_attribute("data-screen", "review")
    everywhere.picture("journey-review")
    push(everywhere)
    everywhere.picture("journey-push")
    counts = everywhere.counts()
    assert (counts["delivered"], counts["held"], counts["duplicate"]) == (READY, HELD, DUPLICATE)
    assert counts["rows"] == READY + HELD + DUPLICATE
    everywhere.go("History")
    expect(studio.get_by_role("button", name=re.compile(f"delivered {READY}"))).to_be_visible()
    everywhere.picture("journey-history")
    everywhere.check_quiet()


def test_a_restarted_kernel_is_told_and_the_work_goes_on_from_the_outbox(lab):
    """After a restart the page says that the kernel does not answer; running the cell again finds what was sent."""
    studio = lab.show("omoto.studio()")
    read_example(lab)
    studio.get_by_role("button", name="Check 202 rows").click()
    push(lab)
    lab.restart()
    studio.get_by_role("button", name="History").click()
    expect(studio.get_by_role("alert")).to_contain_text("The kernel does not answer", timeout=30_000)
    lab.run_all()
    lab.ready()
    lab.go("History")
    expect(lab.studio.get_by_role("button", name=re.compile(f"delivered {READY}"))).to_be_visible()
    lab.go("Start")
    lab.studio.get_by_role("button", name="Go on with kiosk-april.csv").click()
    expect(lab.studio).to_have_attribute("data-screen", "review")
    lab.go("Push")
    assert lab.counts()["delivered"] == READY
    lab.check_quiet()


def test_a_reloaded_page_goes_on_where_it_was(lab):
    """The kernel lives on: after the page is loaded again, the same studio stands there with its file, and is whole."""
    studio = lab.show("omoto.studio()")
    read_example(lab)
    expect(studio.get_by_role("heading", name="kiosk-april.csv")).to_be_visible()
    lab.save()
    lab.reload()
    lab.ready()
    expect(lab.studio).to_have_attribute("data-screen", "intake")
    expect(lab.studio.get_by_role("heading", name="kiosk-april.csv")).to_be_visible()
    lab.check_quiet()


def test_a_saved_notebook_holds_nothing_of_what_was_read(lab):
    """Rows, files and replies travel as messages only: the file of the notebook knows none of them."""
    studio = lab.show("omoto.studio()")
    read_example(lab)
    expect(studio.get_by_role("cell", name="9000533248")).to_be_visible()
    studio.get_by_role("button", name="Check 202 rows").click()
    push(lab)
    lab.go("History")
    chip = studio.get_by_role("button", name=f"delivered {READY}")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    studio.get_by_role("button", name=re.compile(r"^response \d+$")).first.click()
    expect(studio.get_by_text("mobileno").first).to_be_visible()
    saved = lab.save()
    for word in ("Noor Singh", "9000533248", "kiosk-april.csv", "mobileno"):
        assert word not in saved

"""Plugins in a real notebook: a function of a cell joins, is replaced, and a mistake is told."""

from playwright.sync_api import expect

LAID = """
from omoto_kit.studio import Desk
from omoto_kit.studio.app import whole
desk = Desk()
desk.take("../data/kiosk-april.csv")
whole(desk)
"""
ENRICHER = """
@omoto.enricher("namevaluemap.zone")
def zone(pincode):
    return {answer!r}
"""
NOTED = """
found = desk.state.batch.values["namevaluemap.zone"].drop_nulls().unique().to_list()
print(found, end="", file=open("zones.txt", "w"))
"""


def test_the_screen_holds_on_every_look(lab):
    """At both widths and in both themes the screen has no fault of accessibility, and no key cuts a cell."""
    lab.show(LAID)
    lab.go("Plugins")
    lab.check_screen("plugins")


def test_a_cell_brings_a_plugin_and_replaces_it(lab):
    """A function below @enricher works once its cell has run; running it again puts the new one in its place."""
    panel = lab.show(LAID)
    lab.go("Plugins")
    lab.run(ENRICHER.format(answer="South"))
    card = panel.get_by_role("region", name="notebook", exact=True)
    expect(card.get_by_role("cell", name="zone", exact=True).first).to_be_visible()
    expect(card).to_contain_text("202")
    expect(card).to_contain_text("cells of this notebook")
    assert lab.run(NOTED, "zones.txt") == "['South']"
    lab.run(ENRICHER.format(answer="North"))
    assert lab.run(NOTED, "zones.txt") == "['North']"
    lab.check_quiet()

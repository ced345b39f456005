"""The studio's frame in each host: it comes up, and holds what stands for every screen."""

from playwright.sync_api import expect


def test_the_studio_comes_up_in_each_host(everywhere):
    """One call shows the studio, with its campaign, its target in words and the way between its screens."""
    studio = everywhere.show("omoto.studio()")
    expect(studio.get_by_text("SANDBOX", exact=True)).to_be_visible()
    expect(studio.get_by_role("navigation", name="Screens").get_by_role("button")).not_to_have_count(0)
    everywhere.check_screen("start")

"""The state of a studio: what follows from what is on the desk."""

import subprocess
import sys

import pytest

from omoto_kit.campaign import Campaign
from omoto_kit.errors import SettingsError, UsageError
from omoto_kit.studio.state import SCREENS, State, rail, target_word, with_campaign, with_target


def opened(state):
    """Name the screens that can be opened."""
    return [step.name for step in rail(state) if step.open]


def test_state_knows_no_widget():
    """State, desk, screens and bridge load neither ipywidgets nor anywidget."""
    script = (
        "import sys, omoto_kit.studio.bridge, omoto_kit.studio.screens.push as p; print('ipywidgets' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_the_studio_can_be_called_whatever_was_imported_first():
    """`omoto.studio` is the function also where a part of the package came in before it."""
    script = "import omoto_kit.studio.state, omoto_kit as omoto; print(callable(omoto.studio))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "True"


def test_without_a_campaign_only_what_needs_none_is_open():
    """Nothing can be composed, read or pushed before a campaign is chosen, and each closed screen says why."""
    assert opened(State()) == ["start", "history", "plugins"]
    assert all(step.why for step in rail(State()) if not step.open)


def test_a_batch_opens_map_review_and_push(laid):
    """Once a file is read, the whole road is open."""
    assert opened(laid.state) == list(SCREENS)


def test_badges_count_what_waits_for_a_person(laid):
    """The rail shows how many rows are held."""
    badges = {step.name: step.badge for step in rail(laid.state)}
    assert badges["review"] == str(laid.state.batch.counts()["held"])


def test_another_campaign_puts_the_batch_away(laid):
    """A batch belongs to its campaign: choosing another one takes it off the desk, the same one leaves it."""
    same = with_campaign(laid.state, laid.campaign)
    other = with_campaign(laid.state, Campaign(id="999"))
    assert same.batch is laid.state.batch
    assert other.batch is None


def test_the_target_stays_while_a_push_runs():
    """Nobody can turn a running push into a live one."""
    running = State(running=True)
    assert with_target(running, "live", sandbox=False) is running
    assert target_word(with_target(State(), "live", sandbox=False)) == "LIVE"


def test_a_closed_screen_is_refused_with_its_reason(desk):
    """Turning to a screen that is not open yet says what is missing."""
    with pytest.raises(UsageError, match="Read a file first"):
        desk.go("review")


def test_an_unknown_endpoint_names_the_known_ones(desk):
    """A misspelt endpoint is an error with the right name, and the target stays."""
    with pytest.raises(SettingsError, match="Did you mean 'sandbox'"):
        desk.choose_target("sandbx")
    assert desk.state.target == "sandbox"


def test_listeners_hear_of_each_change(desk):
    """Panels that share a desk are told that something changed."""
    heard = []
    desk.listen(lambda: heard.append(desk.state.screen))
    desk.go("compose")
    assert heard == ["compose"]

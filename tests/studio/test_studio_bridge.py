"""The bridge between page and screens, and what a widget may carry."""

import json
import re

import pytest

from omoto_kit.studio import ComposeForm, Desk, studio
from omoto_kit.studio.assets import MODULES, script
from omoto_kit.studio.bridge import Bridge, report_of
from omoto_kit.studio.desk import Desk as TheDesk
from omoto_kit.studio.screens.compose import Compose
from omoto_kit.studio.screens.screen import Screen


class Broken(Screen):
    """A screen that fails in the way that libraries do: with a customer's data in the words."""

    name = "broken"

    def view(self):
        """Show nothing."""
        return {}

    def act_fail(self, number):
        """Fail."""
        message = f"could not read {number}"
        raise ValueError(message)


def ask(bridge, screen, act, **args):
    """Ask as the page does."""
    return bridge.answer({"id": "1", "screen": screen, "act": act, "args": args})


def test_an_answer_has_result_view_and_frame(desk):
    """A page gets all that it must draw anew with the answer to what was done."""
    answer = ask(Bridge(desk, [Compose(desk)]), "compose", "set", field="npsrating", value="9")
    assert answer["id"] == "1"
    assert answer["frame"]["target"]["word"] == "SANDBOX"
    assert answer["view"]["fields"][0]["value"] == "9"


def test_a_quiet_act_answers_alone(desk):
    """What is asked while somebody types does not draw the screen anew."""
    answer = ask(Bridge(desk, [Compose(desk)]), "compose", "units", text="")
    assert set(answer) == {"id", "result"}


def test_a_poke_gets_no_answer(desk):
    """The empty message that only carries an acknowledgement is left alone."""
    assert Bridge(desk, []).answer({"poke": True}) is None


def test_an_error_of_the_kit_says_what_to_do(desk):
    """A mistake of the person's comes back in words, and the view with it stays."""
    answer = ask(Bridge(desk, [Compose(desk)]), "compose", "paste", text="{")
    assert "no JSON" in answer["error"]["what"]
    assert answer["error"]["advice"]


def test_any_other_error_tells_no_value(desk):
    """A report names kind and places, and no word of a text that could hold a customer's data."""
    answer = ask(Bridge(desk, [Broken(desk)]), "broken", "fail", number="9876543210")
    assert "ValueError" in answer["error"]["what"]
    assert "9876543210" not in json.dumps(answer)
    assert "act_fail" not in answer["error"]["what"]
    assert "in act_fail" in answer["error"]["report"]


def test_an_unknown_act_is_an_error(desk):
    """A page of another version is told, not ignored."""
    assert "knows no act" in ask(Bridge(desk, [Compose(desk)]), "compose", "nothing")["error"]["what"]


def test_a_report_names_no_folder_of_the_user(desk):
    """Places are told within the kit; of other files only the name."""
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("x")
    report = report_of(caught.value)["report"]
    assert "test_studio_bridge.py" in report
    assert "/" not in report.splitlines()[1].split(":")[0]


def test_the_widget_keeps_no_data(desk):
    """What a notebook saves of a widget names its screens and nothing that was typed."""
    form = ComposeForm(desk)
    form.bridge.answer({"id": "1", "screen": "compose", "act": "set", "args": {"field": "comment", "value": "secret"}})
    saved = {name: value for name, value in form.get_state().items() if name not in ("_esm", "_css")}
    assert "secret" not in json.dumps(saved, default=str)
    assert repr(form) == "ComposeForm(compose)"


def test_panels_of_one_desk_hear_of_one_another(desk):
    """Something done in one panel makes the others ask for what they show."""
    one, other = ComposeForm(desk), ComposeForm(desk)
    sent = []
    other.send = lambda content, buffers=None: sent.append(content)
    one.bridge.answer({"id": "1", "screen": "compose", "act": "set", "args": {"field": "comment", "value": "x"}})
    one.bridge.answer({"id": "2", "screen": "compose", "act": "set", "args": {"field": "comment", "value": "y"}})
    assert sent == [{"stale": True}]


def test_the_whole_studio_has_every_screen(space):
    """`omoto.studio()` brings all screens, framed."""
    shown = studio()
    assert shown.framed
    assert shown.screens == ["start", "compose", "intake", "map", "review", "push", "history", "plugins"]
    assert isinstance(shown.desk, TheDesk)
    assert Desk is TheDesk


def test_the_modules_join_into_one_script():
    """No import between modules is left, one thing is exported, and no name is declared twice at the top."""
    text = script()
    assert not re.findall(r'^import .* from "\./', text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_nothing_is_fetched_from_another_host():
    """Script and style name no address but that of the SVG language."""
    from omoto_kit.studio.assets import style

    addresses = set(re.findall(r"(?:https?:)?//[\w.]+\.\w+[\w/]*", script() + style()))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in style()


@pytest.mark.parametrize("name", MODULES)
def test_no_module_reads_text_as_html(name):
    """What a customer wrote is shown as text and never run."""
    from importlib import resources

    text = (resources.files("omoto_kit.studio") / "parts" / name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)

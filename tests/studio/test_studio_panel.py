"""The widget: what it sends, in which order, and that it keeps no data."""

import threading

from omoto_kit.studio.panel import Panel
from omoto_kit.studio.screens.start import Start


class Slow(Panel):
    """A panel whose first answer takes long to leave."""

    def __init__(self, desk) -> None:
        super().__init__(desk, [Start(desk)])
        self.sent = []
        self.leaving = threading.Event()
        self.going = threading.Event()

    def send(self, content, buffers=None):
        if "id" in content and not self.leaving.is_set():
            self.leaving.set()
            self.going.wait(1)
        self.sent.append(content)


def test_answers_leave_in_the_order_in_which_they_were_made(desk):
    """A host may ask from two threads; what a page gets last is what was found out last, so a turn is never undone."""
    panel = Slow(desk)
    look = {"id": "1", "screen": "start", "act": "look"}
    turn = {"id": "2", "screen": "frame", "act": "go", "args": {"to": "start"}}
    first = threading.Thread(target=panel._receive, args=(None, look, []))
    first.start()
    assert panel.leaving.wait(5)
    second = threading.Thread(target=panel._receive, args=(None, turn, []))
    second.start()
    second.join(0.3)
    panel.going.set()
    first.join()
    second.join()
    assert [answer["id"] for answer in panel.sent if "id" in answer] == ["1", "2"]


def test_a_panel_saves_names_only(desk):
    """What a notebook would keep of a panel are its screens and its script."""
    desk.take("data/kiosk-april.csv")
    kept = {name: value for name, value in Panel(desk, [Start(desk)]).get_state().items() if not name.startswith("_")}
    assert set(kept) <= {"layout", "tabbable", "tooltip", "screens", "framed"}
    assert kept["screens"] == ["start"]

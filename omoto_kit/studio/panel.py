"""Panel: the one widget of the studio. It carries messages, and holds nothing that a saved notebook could keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import anywidget
import traitlets

from omoto_kit.studio.assets import script, style
from omoto_kit.studio.bridge import Bridge
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.screens.screen import Screen

__all__ = ["Panel"]


class Panel(anywidget.AnyWidget):
    """Shows screens of one desk; several panels may share it, and each tells the others that something changed.

    Rows, drafts and replies travel as messages only. The widget's own state names its screens and nothing else, so
    that neither customers' data nor a key can be saved with a notebook.
    """

    _esm = script()
    _css = style()

    screens = traitlets.List(traitlets.Unicode()).tag(sync=True)
    framed = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, desk: Desk, screens: Sequence[Screen], *, framed: bool = False) -> None:
        """Show these screens of a desk; `framed` adds the strip and the rail of the whole studio."""
        super().__init__(screens=[screen.name for screen in screens], framed=framed)
        self.desk = desk
        self.bridge = Bridge(desk, screens)
        self._told = False
        self._answering = False
        self.on_msg(self._receive)
        desk.listen(self._changed)

    def _receive(self, _: Any, message: dict[str, Any], buffers: list[memoryview]) -> None:
        """Answer, and send the answer before the next one is made: a page takes the last that comes for the newest."""
        with self.desk.lock:
            self._told = False
            self._answering = True
            try:
                answer = self.bridge.answer(message, buffers)
            finally:
                self._answering = False
            if answer is not None:
                self.send(answer)

    def _changed(self) -> None:
        """Tell the page once that it is stale; it asks for what it shows when it looks."""
        if not self._told and not self._answering and self.comm is not None:
            self._told = True
            self.send({"stale": True})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self.screens)})"

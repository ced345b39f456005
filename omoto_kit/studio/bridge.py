"""Bridge: messages of the page in, answers out. No widget here, so that it is tested by itself."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from omoto_kit.errors import OmotoError
from omoto_kit.studio.desk import Desk
from omoto_kit.studio.frame import Frame
from omoto_kit.studio.screens.screen import Buffers, Screen
from omoto_kit.studio.wording import on_screen

__all__ = ["Bridge", "report_of"]

CODE = "code"
PACKAGE = Path(__file__).parent.parent


class Bridge:
    """Carries what the page asks to the screen that it means, and gives back what to show."""

    def __init__(self, desk: Desk, screens: Sequence[Screen]) -> None:
        self.desk = desk
        self.frame = Frame(desk, [screen.name for screen in screens])
        self.screens: dict[str, Screen] = {screen.name: screen for screen in [self.frame, *screens]}

    def answer(self, message: Mapping[str, Any], buffers: Buffers = ()) -> dict[str, Any] | None:
        """Answer one message; None where it asks nothing.

        The answer has `result`, `view` and `frame`, or `error` with a report that holds neither values nor secrets.
        """
        if "id" not in message:
            return None
        screen = self.screens.get(str(message.get("screen")), self.frame)
        act = str(message.get("act"))
        with self.desk.lock:
            return self._answered(screen, act, message, buffers)

    def _answered(self, screen: Screen, act: str, message: Mapping[str, Any], buffers: Buffers) -> dict[str, Any]:
        """Do what was asked, one page at a time: hosts may call from another thread while a cell runs."""
        answer: dict[str, Any] = {"id": message["id"]}
        try:
            self.desk.following.catch_up()
            if act != "look":
                answer["result"] = screen.do(act, message.get("args") or {}, buffers)
            if act in {*screen.quiet, CODE}:
                return answer
            answer["frame"] = self.frame.view()
            if screen is not self.frame:
                answer["view"] = screen.view()
        except Exception as error:  # noqa: BLE001  a page has no console that an analyst reads: it is shown there
            answer["error"] = report_of(error)
        return answer


def report_of(error: BaseException) -> dict[str, str]:
    """Put an error in words for a person, and in a report to copy.

    An error of the kit's own says what it says. Of any other, only the kind and the places are told, since its text
    may hold a customer's data.
    """
    places = [
        f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    if isinstance(error, OmotoError):
        where = f"{error.where}: " if str(error.where) else ""
        return {
            "what": on_screen(f"{where}{error.what}"),
            "advice": on_screen(error.advice),
            "report": "\n".join([type(error).__name__, *places]),
            "kind": "told",
        }
    what = f"Something went wrong here ({type(error).__name__}). What was sent, the screens Push and History tell."
    advice = "Copy the report for whoever looks after the kit; it holds no customer's data."
    return {"what": what, "advice": advice, "report": "\n".join([type(error).__name__, *places]), "kind": "fault"}


def _short(filename: str) -> str:
    """Name a file of the kit by its place in it, any other by its name alone."""
    path = Path(filename)
    return str(path.relative_to(PACKAGE.parent)) if path.is_relative_to(PACKAGE) else path.name

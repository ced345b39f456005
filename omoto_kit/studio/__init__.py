"""The studio: compose, validate and push in a notebook.

`studio()` shows it whole; `ComposeForm`, `IntakePanel`, `ReviewGrid`, `PushPanel` and `History` are its screens, each
for one's own notebook. `state` and `desk` and the screens know no widget; `panel` is the only one.
"""

from omoto_kit.studio.app import ComposeForm, History, IntakePanel, PushPanel, ReviewGrid, studio
from omoto_kit.studio.desk import Desk

__all__ = ["ComposeForm", "Desk", "History", "IntakePanel", "PushPanel", "ReviewGrid", "studio"]

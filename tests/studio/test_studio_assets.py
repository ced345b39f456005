"""The studio's script and style: one module of many, in which every name is said once."""

import re
from collections import Counter
from pathlib import Path

from omoto_kit.studio import assets

PARTS = Path(assets.__file__).parent / "parts"
TOP = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)


def test_no_name_is_said_by_two_modules():
    """The modules are joined into one, where a name said twice would keep the whole studio from starting."""
    said = Counter(name for module in assets.MODULES for name in set(TOP.findall((PARTS / module).read_text("utf-8"))))
    assert [name for name, times in said.items() if times > 1] == []


def test_every_module_and_sheet_is_joined():
    """A new file is named where it is joined, and nothing is left to be fetched from beside it."""
    assert {path.name for path in PARTS.glob("*.js")} == set(assets.MODULES)
    assert {path.name for path in PARTS.glob("*.css")} == set(assets.STYLES)
    assert not re.search(r"^import ", assets.script(), re.MULTILINE)
    assert len(re.findall(r"^export default", assets.script(), re.MULTILINE)) == 1


def test_nothing_is_asked_of_another_host():
    """Neither script nor style names an address, but for the name space of SVG."""
    for text in (assets.script(), assets.style()):
        assert set(re.findall(r"https?://[^\"'\s)]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in assets.style()

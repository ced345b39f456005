"""A plugin for pytest: each example beside an enricher is a test, and a sandbox is a fixture.

    pytest --omoto-plugin plugins/stores.py

or, in pytest's own settings, `omoto_plugins = plugins/*.py`. It loads nothing heavy until it is asked for something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from omoto_kit.sandbox import Sandbox

__all__ = ["omoto_sandbox"]


@pytest.fixture
def omoto_sandbox() -> Iterator[Sandbox]:
    """Give a running stand-in for Omoto: `.url` to send to, and what it took."""
    from omoto_kit.sandbox import Sandbox

    with Sandbox() as running:
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names plugin files, and the setting beside it."""
    group = parser.getgroup("omoto_kit")
    told = "test the examples in this one-file plugin; may be said several times"
    group.addoption("--omoto-plugin", metavar="FILE", action="append", default=[], help=told)
    parser.addini("omoto_plugins", "plugin files whose examples are tests; patterns such as plugins/*.py", type="args")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the examples of the named files behind the tests that were found."""
    named = [config.invocation_params.dir / name for name in config.getoption("--omoto-plugin")]
    named += [path for pattern in config.getini("omoto_plugins") for path in sorted(config.rootpath.glob(pattern))]
    for path in dict.fromkeys(named):
        items.extend(PluginFile.from_parent(session, path=path).collect())


class PluginFile(pytest.File):
    """A one-file plugin, whose examples are tests."""

    def collect(self) -> Iterator[pytest.Item]:
        """Give a test for each example; a file that cannot be loaded is one test that fails."""
        from omoto_kit.errors import PluginError
        from omoto_kit.plugins import Plugins
        from omoto_kit.testing.trying import example_checks

        try:
            checks = list(example_checks(Plugins.load(files=[Path(self.path)], entry_points=False)))
        except PluginError as error:
            said = str(error)
            checks = [("load", lambda: said)]
        for name, check in checks:
            yield Example.from_parent(self, name=name, check=check)


class Example(pytest.Item):
    """One example: given these values, the step gives that one."""

    def __init__(self, *, check: Callable[[], str], **rest: Any) -> None:
        super().__init__(**rest)
        self.check = check

    def runtest(self) -> None:
        """Run the example as the engine would."""
        wrong = self.check()
        if wrong:
            raise AssertionError(wrong)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Show the sentence and no traceback of ours."""
        if isinstance(excinfo.value, AssertionError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say which example of which file it is."""
        return Path(self.path), None, f"{self.path.name}: {self.name}"

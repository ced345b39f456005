"""For authors of plugins: try one on a few rows, run its examples, and hold it to its contract.

    from omoto_kit.testing import check_contract, check_examples, try_plugin

    def test_cities():
        assert check_examples("plugins/city_from_pincode.py") == ()
        tried = try_plugin("plugins/city_from_pincode.py", [{"pincode": "560001"}])
        assert tried.rows[0]["city"] == "Bengaluru"
        check_contract("plugins/city_from_pincode.py")

`fake_campaign` and `fake_rows` stand in for a contract and its answers. Installing omoto_kit brings a plugin for
pytest: the fixture `omoto_sandbox`, a running stand-in for Omoto, and `pytest --omoto-plugin FILE`, which makes each
example beside an enricher a test. Names are resolved on first use, so that pytest starts as quickly as without us.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from omoto_kit.testing.checking import check_contract, contract_faults
    from omoto_kit.testing.fakes import fake_campaign, fake_rows
    from omoto_kit.testing.trying import Tried, check_examples, try_plugin

__all__ = [
    "Tried",
    "check_contract",
    "check_examples",
    "contract_faults",
    "fake_campaign",
    "fake_rows",
    "try_plugin",
]

_HOME = {
    "Tried": "trying",
    "check_contract": "checking",
    "check_examples": "trying",
    "contract_faults": "checking",
    "fake_campaign": "fakes",
    "fake_rows": "fakes",
    "try_plugin": "trying",
}


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module, the first time that it is asked for."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)

"""The sandbox: a stand-in for Omoto on this machine, for trying, teaching and testing.

It is a real HTTP server that checks what it gets as Omoto would, keeps what it accepts, and misbehaves on
request. Nothing that is sent to it reaches Omoto.
"""

from omoto_kit.sandbox.faults import Fault, Faults
from omoto_kit.sandbox.server import Sandbox

__all__ = ["Fault", "Faults", "Sandbox"]

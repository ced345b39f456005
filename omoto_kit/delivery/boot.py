"""Which start of the operating system this is: what tells a killed process from a power cut.

After a killed process every commit is still there, since the system kept it. After a power cut only the forced ones
are. Where the system gives no such id, the text is empty, and a power cut is assumed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ["boot_id"]


def boot_id() -> str:
    """Give the id of this start of the system; empty where it is not known."""
    if sys.platform == "darwin":
        command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5)  # noqa: S603  fixed
            return run.stdout.strip()
        except (OSError, subprocess.SubprocessError):
            return ""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""

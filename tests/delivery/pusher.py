"""A program that pushes when it is told to, each time in a process of its own that can be killed.

Python starts and loads once; then each push is a fork, so that hundreds of real kills take seconds. Reads lines of
outbox, window and URL, and prints the process that pushes.
"""

import os
import sys

from omoto_kit.delivery import HttpEndpoint, Outbox, transport

assert transport, "loaded before the first fork"


def push(path, window, url):
    """Send what is queued."""
    with Outbox(path, window=int(window)) as outbox:
        for _ in outbox.push(HttpEndpoint.from_url(url, name="here"), canary=(), max_unknown=0):
            pass


for line in sys.stdin:
    child = os.fork()
    if not child:
        push(*line.rstrip("\n").split("\t"))
        os._exit(0)
    sys.stdout.write(f"{child}\n")
    sys.stdout.flush()
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()

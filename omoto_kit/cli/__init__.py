"""The command line `omoto`: the same verbs as the library."""

from omoto_kit.cli.app import main

__all__ = ["main"]

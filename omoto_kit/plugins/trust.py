"""Which plugin files of a workspace may run: those whose contents the user has trusted, and no later edit of them.

It is consent, not a sandbox: a trusted file may do whatever its user may.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ValidationError

from omoto_kit.errors import PluginError

__all__ = ["Trust", "digest_of"]


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def default_store() -> Path:
    """Say where consent is kept: in the user's own folder, never beside the plugins that ask for it."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "omoto" / "trust.json"


class _Store(BaseModel):
    """What the file holds: the SHA-256 of each trusted file, by its path."""

    files: dict[str, str] = {}


@dataclass(frozen=True)
class Trust:
    """The files that the user trusts, each by its path and the SHA-256 of its contents; kept in `store`."""

    store: Path

    @classmethod
    def default(cls) -> Trust:
        """Use the user's own store: `$XDG_CONFIG_HOME/omoto/trust.json`, else below `~/.config`."""
        return cls(default_store())

    def state(self, path: Path) -> str:
        """Tell "ok", "changed" (trusted once, edited since) or "untrusted". Raises PluginError for a broken store."""
        return self.judge(path, digest_of(path))

    def judge(self, path: Path, digest: str) -> str:
        """Tell the state of contents that were already read, so that what is judged is what runs."""
        return self.judging()(path, digest)

    def judging(self) -> Callable[[Path, str], str]:
        """Give a `judge` for many files, which reads the store once and raises, when asked, what is wrong with it."""
        try:
            known = self._read()
        except PluginError as error:
            return partial(_raise, error)
        return partial(_judge, known)

    def is_trusted(self, path: Path) -> bool:
        """Tell whether a file may run as it is now."""
        return self.state(path) == "ok"

    def add(self, path: Path, contents: bytes | None = None) -> None:
        """Trust a file as it is now, or these very contents of it. Raises PluginError where it cannot be read.

        The contents are kept beside the store, so that the next edit can be shown against them.
        """
        try:
            text = path.read_bytes() if contents is None else contents
        except OSError as error:
            what = f"{path.name} cannot be trusted: {error.strerror}."
            raise PluginError(what, plugin=path.stem, where=path, advice="Give the path of a plugin's file.") from None
        digest = hashlib.sha256(text).hexdigest()
        known = self._read()
        _write(self._kept(digest), text)
        self._write(known | {str(path.resolve()): digest})

    def before(self, path: Path) -> str:
        """Give the text that was trusted last; empty where none was, or it is no longer kept."""
        digest = self._read().get(str(path.resolve()))
        kept = self._kept(digest) if digest else None
        return kept.read_text(encoding="utf-8", errors="replace") if kept and kept.is_file() else ""

    def _kept(self, digest: str) -> Path:
        return self.store.parent / "trusted" / f"{digest}.txt"

    def remove(self, path: Path) -> None:
        """Trust a file no longer; nothing happens where it was not trusted."""
        self._write({name: digest for name, digest in self._read().items() if name != str(path.resolve())})

    def _read(self) -> dict[str, str]:
        try:
            return _Store.model_validate_json(self.store.read_bytes()).files
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            how = error.strerror if isinstance(error, OSError) else "it is not of the form that omoto writes"
            what = f"The list of trusted plugins cannot be read: {how}."
            advice = "Delete the file and trust your plugins again: omoto plugins trust FILE."
            raise PluginError(what, plugin="", where=self.store, advice=advice) from None

    def _write(self, files: dict[str, str]) -> None:
        _write(self.store, _Store(files=dict(sorted(files.items()))).model_dump_json(indent=2).encode())


def _judge(known: Mapping[str, str], path: Path, digest: str) -> str:
    trusted = known.get(str(path.resolve()))
    if trusted is None:
        return "untrusted"
    return "ok" if trusted == digest else "changed"


def _raise(error: PluginError, path: Path, digest: str) -> str:
    del path, digest
    raise error


def _write(path: Path, contents: bytes) -> None:
    """Replace a file in one step, so that a crash leaves the old or the new one. Raises PluginError."""
    try:
        for folder in (path.parent.parent, path.parent):  # a mode given to mkdir is not that of the parents it makes
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".trust-")
        with os.fdopen(handle, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        what = f"The list of trusted plugins cannot be written: {error.strerror}."
        raise PluginError(what, plugin="", where=path, advice="Choose a home that you may write to.") from None

"""Answers kept on disk by what was asked: a file an answer, named by the digest of all that shaped it.

Files are written beside their place and moved there when whole, so that processes may share a folder. What cannot be
read is as good as not there.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from kg.errors import ConfigError

NONE = "none"
"""The name of no cache at all."""

_MOST = 10_000_000
"""Bytes of a file beyond which it is none of ours."""


class BrokenEntryError(Exception):
    """There is a file for an answer, but no answer in it."""


class Cache:
    """A folder of answers; with ``none`` nothing is kept. Raises ConfigError where it cannot be written."""

    def __init__(self, stage: str, folder: str) -> None:
        self._folder = None if folder == NONE else Path(folder) if folder else _default()
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # answers quote what was sent
            with NamedTemporaryFile(dir=self._folder):
                pass
        except OSError as error:
            raise ConfigError(
                f"stage {stage}: {self._folder}: cannot keep answers there: {error.strerror}; give another folder, or "
                f'cache = "{NONE}"'
            ) from None

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the answer under that key, None where there is none. Raises BrokenEntryError where it is broken."""
        if self._folder is None:
            return None
        try:
            with self._place(key).open("rb") as file:
                entry = json.loads(file.read(_MOST).decode("utf-8"))
            if entry["key"] != key or not isinstance(entry["answer"], dict):
                raise BrokenEntryError
            answer: dict[str, Any] = entry["answer"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            raise BrokenEntryError from None
        return answer

    def put(self, key: str, answer: Mapping[str, Any]) -> bool:
        """Keep an answer; False where that cannot be done, for want of room for example."""
        if self._folder is None:
            return True
        place = self._place(key)
        try:
            place.parent.mkdir(exist_ok=True, mode=0o700)
            with NamedTemporaryFile("wb", dir=place.parent, suffix=".part", delete=False) as file:
                try:
                    file.write(json.dumps({"key": key, "answer": answer}).encode("ascii"))
                    file.close()
                    os.replace(file.name, place)  # noqa: PTH105  # Path.replace does the same with one more object
                except BaseException:
                    file.close()
                    with suppress(OSError):
                        os.unlink(file.name)  # noqa: PTH108
                    raise
        except OSError:
            return False
        return True

    def _place(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key}.json"


def _default() -> Path:
    """Return where this user's caches are, as the platform has it."""
    if folder := os.environ.get("XDG_CACHE_HOME", ""):
        caches = Path(folder)
    elif sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    else:
        caches = Path.home() / ".cache"
    return caches / "regional-industry-kg" / "language-models"

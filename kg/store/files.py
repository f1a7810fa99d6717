"""Stores as files: a lock that ends with its process, however it ends, and copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kg.errors import ConfigError, StoreError


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold the lock of that file while the block runs; raises StoreError at once where another process holds it.

    SQLite's own lock is used, because it works alike on every system and leaves nothing to clear away.
    """
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as held:
            held.execute("BEGIN EXCLUSIVE")
            if not path.exists():  # its last holder has just removed it
                raise StoreError(_busy(what))
            try:
                yield
            finally:
                with suppress(OSError):  # a system that removes no open file keeps it, empty
                    path.unlink()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise StoreError(_busy(what)) from None
        raise ConfigError(f"{what}: cannot be written: {error}; give another folder") from error


def _busy(what: str) -> str:
    return f"{what}: another process is writing to it; wait until it is done"


def copy_store(source: Path, target: Path) -> None:
    """Copy a store, with what its journal holds; raises StoreError where it cannot be read or the copy written."""
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
    except sqlite3.Error as error:
        raise StoreError(f"{source}: cannot be copied to {target.parent}: {error}; make room or build anew") from error

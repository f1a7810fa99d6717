"""The working copy in which a folder's store is changed: what it was stays in place until all is new and whole.

A run that is stopped or killed leaves its copy behind, in ``.building``; the next one goes on from there.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import ConfigError, InputError, StoreError
from kg.store import open_store
from kg.store.files import copy_store, locked

STORE = "graph.sqlite"
_WORKING, _LOCK, _COPYING = ".building", ".lock", "copying"
_JOURNALS = (f"{STORE}-wal", f"{STORE}-shm")


def is_store(file: Path) -> bool:
    """Say whether a file is the store or one of its journals."""
    return file.name in (STORE, *_JOURNALS)


@contextmanager
def working_copy(out: Path, *, anew: bool = False, made: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder with a copy of ``out``'s store, or none where there is none yet or ``anew`` is asked for.

    What is in the folder when the block ends well goes to ``out``; of the files ``made`` there, those go that are not
    in it. What a block leaves that is stopped stays for the next, unless an InputError says that there was nothing to
    do. Raises ConfigError where ``out`` cannot be written and StoreError where another process is at it.
    """
    folder = out / _WORKING
    try:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out / _LOCK, str(out)):
            folder.mkdir(exist_ok=True)
            _prepare(folder, out, anew)
            try:
                yield folder
            except InputError:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _publish(folder, out, made)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}; make room, or give another folder") from error


def is_stopped(out: Path) -> bool:
    """Say whether a stopped run left what the next one goes on with."""
    return (out / _WORKING / STORE).exists()


def _prepare(folder: Path, out: Path, anew: bool) -> None:
    for file in folder.iterdir():
        if not is_store(file):
            file.unlink()  # exports and copies that a killed run did not finish
    if (folder / STORE).exists() and (anew or not _goes_on(folder / STORE, out / STORE)):
        for name in (STORE, *_JOURNALS):
            (folder / name).unlink(missing_ok=True)
    if (out / STORE).exists() and not anew and not (folder / STORE).exists():
        with open_store(out / STORE):  # refuses what is no store of ours
            copy_store(out / STORE, folder / _COPYING)
        (folder / _COPYING).replace(folder / STORE)


def _goes_on(copy: Path, original: Path) -> bool:
    """Say whether a copy that a stopped run left has everything that the original has, and can be opened."""
    try:
        with open_store(copy, write=True) as left:
            if not original.exists():
                return True
            with open_store(original) as store:
                return {entry.id for entry in store.entries()} <= {entry.id for entry in left.entries()}
    except StoreError:
        return False


def _publish(folder: Path, out: Path, made: Collection[str]) -> None:
    for left in _JOURNALS:  # a journal beside another database would be played into it
        (out / left).unlink(missing_ok=True)
    for name in made:
        if not (folder / name).exists():
            (out / name).unlink(missing_ok=True)
    files = sorted(file for file in folder.iterdir() if file.name not in _JOURNALS)
    for file in sorted(files, key=lambda file: file.name == STORE):  # the store last: until then all can be made again
        file.replace(out / file.name)

"""Where the Oxigraph index of a store lies: beside it, built when it is first asked and again when the store changed.

An index is a folder named by what it was made from, so it is whole or not there, and a change of the store, the schema
or the base makes another. It is thrown away and rebuilt at will; the store is the truth.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kg.errors import StoreError
from kg.export.iris import DEFAULT_BASE, Iris, make_iris
from kg.export.rdf import nodes, prefixes
from kg.ids import digest
from kg.resources import schemas_path
from kg.schema import Schema, load_schema
from kg.sparql import engine
from kg.spooling import spool_graph
from kg.store import open_store

_FORMAT = 1
"""Raised when what is put into an index changes."""
_PART = ".part"

Tell = Callable[[str], None]
"""Told in one line what a person may want to know."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is whole: its folder, and what names in it begin with."""

    folder: Path
    schema: Schema
    iris: Iris
    prefixes: dict[str, str]


def open_index(
    store: str | Path, *, schema: str | Path | None = None, base: str = DEFAULT_BASE, tell: Tell | None = None
) -> Index:
    """Return the index of a store, which is built where there is none that fits.

    It lies in ``STORE.index``; where that cannot be written, in the user's cache folder; where that cannot either, in a
    temporary folder. ``tell`` is told which of these, and that it is built. Raises StoreError where there is no store.
    """
    path, known, iris = Path(store), load_schema(schema), make_iris(base)
    name = index_name(path, schema=schema, base=iris.base)
    tell = tell or (lambda line: None)
    places = (path.with_name(f"{path.name}.index"), _cache() / digest(str(path.resolve())))
    for place in places:
        if (place / name).is_dir():
            return Index(place / name, known, iris, prefixes(known, iris))
    with open_store(path):  # before anything is made: what is no store is told so
        pass
    for place in places:
        if _writable(place):
            said = f" in {place}, because {places[0].parent} cannot be written" if place != places[0] else ""
            tell(f"{path}: building its index{said}")
            return Index(_build(path, place, name, known, iris), known, iris, prefixes(known, iris))
    tell(f"{path}: building its index in a temporary folder: {places[0].parent} and {places[1]} cannot be written")
    held = Path(tempfile.mkdtemp(prefix="kg-index-"))
    atexit.register(shutil.rmtree, held, ignore_errors=True)
    return Index(_build(path, held, name, known, iris), known, iris, prefixes(known, iris))


def index_name(store: Path, *, schema: str | Path | None, base: str) -> str:
    """Return the name of the index that fits the store as it is now.

    Any writing to the store changes the size or the time of its file or of its journal. Raises StoreError.
    """
    try:
        stamps = [_stamp(store, missing=False), _stamp(Path(f"{store}-wal"), missing=True)]
    except OSError:
        raise StoreError(f"{store}: no such store; build one with kg build") from None
    folder = Path(schema) if schema is not None else schemas_path("default")
    files = [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.toml"))]
    made_by = (str(_FORMAT), version("regional-industry-kg"), engine.VERSION)
    return digest(*stamps, base, *made_by, *files, length=16)


def _stamp(file: Path, *, missing: bool) -> str:
    if missing and not file.exists():
        return "0"
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns}" if found.st_size else "0"


def _cache() -> Path:
    try:
        home = Path.home() / ".cache"
    except RuntimeError:  # a user without a home
        home = Path(tempfile.gettempdir()) / f"kg-{os.getpid()}"
    return Path(os.environ.get("XDG_CACHE_HOME") or home) / "regional-industry-kg"


def _writable(place: Path) -> bool:
    """Make the folder and say whether files can be made in it."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False


def _build(store: Path, place: Path, name: str, schema: Schema, iris: Iris) -> Path:
    """Build the index in a draft folder, give it its name when whole, and drop those of earlier states of the store."""
    target, draft = place / name, place / f"{name}.{os.getpid()}{_PART}"
    _drop_abandoned(place)
    try:
        with open_store(store) as opened, spool_graph(opened.read(), opened.links, schema) as graph:
            engine.fill(draft, nodes(graph, schema, iris, opened.meta()))
        _name(draft, target)
    except OSError as error:
        raise StoreError(f"{place}: the index cannot be built: {error.strerror or error}; make room") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for other in place.iterdir():
        if other != target and not other.name.endswith(_PART):
            shutil.rmtree(other, ignore_errors=True)
    return target


def _name(built: Path, target: Path) -> None:
    try:
        built.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was quicker, and built the same
            raise


def _drop_abandoned(place: Path) -> None:
    """Remove the drafts of builds that were killed."""
    for draft in place.glob(f"*{_PART}"):
        maker = draft.name.removesuffix(_PART).rpartition(".")[2]
        if not (maker.isdigit() and _alive(int(maker))):
            shutil.rmtree(draft, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and so it is there
        return True
    return True

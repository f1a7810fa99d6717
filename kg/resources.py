"""Where the files stand that ship with the package: schemas/ and data/.

They lie at the top of a checkout and inside the package of an installed wheel; no other module knows either place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    shipped = _PACKAGE / "_shipped"
    return shipped if shipped.is_dir() else _PACKAGE.parent


def schemas_path(*parts: str) -> Path:
    """Return the path of a file or folder of schemas/, for example ``schemas_path("default")``."""
    return _root().joinpath("schemas", *parts)


def data_path(*parts: str) -> Path:
    """Return the path of a file or folder of data/, for example ``data_path("regions.tsv")``."""
    return _root().joinpath("data", *parts)


def read_rows(*parts: str) -> Iterator[tuple[str, ...]]:
    """Yield the tab-separated rows of a UTF-8 file of data/; blank lines and lines that begin with # are left out."""
    with data_path(*parts).open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.strip() and not line.startswith("#"):
                yield tuple(line.split("\t"))


def read_words(*parts: str) -> tuple[str, ...]:
    """Return the first column of a lexicon of data/, in file order."""
    return tuple(row[0] for row in read_rows(*parts))

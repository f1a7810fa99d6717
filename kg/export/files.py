"""Where exporters write: a file that is whole or not there, or a binary file that the caller holds open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import ConfigError

Target = str | Path | BinaryIO
_CHUNK = 1 << 16


def make_folder(folder: str | Path) -> Path:
    """Return the folder, made if missing; raises ConfigError where it cannot be."""
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be made: {error.strerror}; give another folder") from error
    return path


@contextmanager
def opened(target: Target) -> Iterator[BinaryIO]:
    """Give a binary file to write to; a path is replaced only when all has been written.

    Raises ConfigError where the path cannot be written.
    """
    if not isinstance(target, (str, Path)):
        yield target
        return
    path = Path(target)
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ConfigError(f"{path}: cannot be written: {error.strerror}; give another place") from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def writing(target: Target) -> Iterator[Callable[[str], None]]:
    """Give a function that writes text as UTF-8, to a file opened as ``opened`` does.

    Half surrogate pairs, which UTF-8 cannot hold, become U+FFFD.
    """
    with opened(target) as file, _buffered(file) as write:
        yield write


@contextmanager
def _buffered(file: BinaryIO) -> Iterator[Callable[[str], None]]:
    parts: list[str] = []
    size = 0

    def flush() -> None:
        nonlocal size
        text = "".join(parts)
        try:
            file.write(text.encode("utf-8"))
        except UnicodeEncodeError:
            file.write("".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text).encode("utf-8"))
        parts.clear()
        size = 0

    def write(text: str) -> None:
        nonlocal size
        parts.append(text)
        size += len(text)
        if size > _CHUNK:
            flush()

    yield write
    flush()

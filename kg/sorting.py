"""Sorting more lines than memory holds: sorted runs on disk, then one merge."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from kg.errors import ConfigError

HELD = 1 << 26
"""How many bytes of lines are held in memory at once, their overhead not counted."""

_RUNS = 64
"""How many runs are merged at once: each is an open file."""


def sort_lines(lines: Iterable[bytes], *, held: int = HELD) -> Iterator[bytes]:
    """Yield different lines, in the order of their bytes, each once; none may hold a line feed or be empty.

    More than ``held`` bytes go through temporary files, which are gone when the iterator is. Raises ConfigError where
    these cannot be written.
    """
    with ExitStack() as stack:
        runs: list[BinaryIO] = []
        batch: list[bytes] = []
        size = 0
        for line in lines:
            batch.append(line)
            size += len(line)
            if size >= held:
                runs.append(stack.enter_context(_run(sorted(set(batch)))))
                batch, size = [], 0
                if len(runs) == _RUNS:
                    whole = stack.enter_context(_run(_merged(runs)))
                    for run in runs:
                        run.close()
                    runs = [whole]
        rest = sorted(set(batch))
        del batch
        yield from _merged(runs, rest) if runs else rest


def _run(lines: Iterable[bytes]) -> BinaryIO:
    try:
        file = tempfile.TemporaryFile(prefix="kg-sort-")  # noqa: SIM115  # the caller's stack closes it
        try:
            file.writelines(b"%b\n" % line for line in lines)
            file.seek(0)
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise no_room(error) from error
    return file


def no_room(error: OSError) -> ConfigError:
    """Return what to tell a person when a temporary file cannot be written."""
    return ConfigError(
        f"a temporary file cannot be written: {error.strerror or error}; set TMPDIR to a folder with room"
    )


def _merged(runs: list[BinaryIO], rest: list[bytes] | None = None) -> Iterator[bytes]:
    """Yield the lines of sorted runs and of a sorted list, each once."""
    streams: list[Iterable[bytes]] = [*((line[:-1] for line in run) for run in runs)]
    last = None
    for line in merge(*streams, rest or ()):
        if line != last:
            yield line
        last = line


def grouped(lines: Iterable[bytes], separator: bytes = b"\t") -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Yield the keys of sorted lines, what stands before the first separator, with the rests of their lines."""
    parts = (line.partition(separator)[::2] for line in lines)
    for key, group in groupby(parts, key=itemgetter(0)):
        yield key, (rest for _, rest in group)

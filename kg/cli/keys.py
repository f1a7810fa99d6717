"""One key at a time from a person, or from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container

import click


def key_reader() -> Callable[[], str]:
    """Return what reads a key: without Enter from a terminal, character by character from a pipe."""
    return click.getchar if sys.stdin.isatty() else lambda: sys.stdin.read(1)


def pressed(press: Callable[[], str], keys: Container[str], *, end: str = "q") -> str:
    """Return the first key that is one of these, in lower case; the end of the input and Ctrl-D count as ``end``."""
    while True:
        try:
            key = press().lower()
        except EOFError:
            return end
        if not key:
            return end
        if key in keys:
            return key

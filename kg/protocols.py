"""The shapes that parts must have to be put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kg.model import Reading


class Stage(Protocol):
    """Reads a batch: as many readings out as came in, in the same order, each with the article it came with.

    A stage adds to a reading; it never changes the article's text. It keeps no state from one article to the next.
    """

    def __call__(self, batch: Sequence[Reading], /) -> Sequence[Reading]: ...

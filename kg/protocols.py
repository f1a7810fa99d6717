"""The shapes that parts must have to be put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kg.model import Mention, Reading, Reference


class Stage(Protocol):
    """Reads a batch: as many readings out as came in, in the same order, each with the article it came with.

    A stage adds to a reading; it never changes the article's text. It keeps no state from one article to the next.
    """

    def __call__(self, batch: Sequence[Reading], /) -> Sequence[Reading]: ...


class Explains(Protocol):
    """Says why a stage does not claim something; a stage that can say more than others carries one as ``explain``.

    ``reading`` is what the stage was given, ``subject`` and ``object_`` stand in one of its sentences or in two that
    follow one another (words for a literal). Each pair returned names a gate and says what it measured there, in one
    line: ``("threshold", "probability 0.31 is below 0.50")``; none where the stage knows nothing of these ends.
    """

    def __call__(
        self, reading: Reading, subject: Mention | Reference, object_: Mention | Reference | str, predicate: str, /
    ) -> Sequence[tuple[str, str]]: ...


class Counts(Protocol):
    """Says what a stage has counted so far: requests sent, tokens, answers dropped and why; one carries ``tallies``.

    The keys are short English words for a person to read, the figures only grow. What is counted never changes what is
    read.
    """

    def __call__(self) -> Mapping[str, float]: ...

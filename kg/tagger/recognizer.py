"""A trained recognizer at work: likely mentions of a text, with their probabilities."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from kg.errors import InputError
from kg.tagger.archive import Archive, read_archive
from kg.tagger.chain import Chain, LikelySpan, Posteriors
from kg.tagger.labels import Scheme
from kg.tagger.network import hidden
from kg.tagger.vocabulary import PADDING, Features

_LONGEST = 128
"""The most characters that are read at once; mentions do not cross from one stretch to the next."""
_ROWS = 256
"""The most stretches that are computed together, which bounds the memory that a long text takes."""
_TOGETHER = 16
"""So many stretches go through the network together: what they take then stays in the processor's cache."""
_LINES = re.compile(r"[^\n]+")
_ENDS = re.compile(r"[。！？；][”’」』）)]*")
_PAUSES = re.compile(r"[，、：,:;\s]")


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which matrices are multiplied on one core, so that no sum depends on their number."""
    context: AbstractContextManager[object] = _blas().limit(limits=1, user_api="blas")
    return context


@dataclass(frozen=True)
class Recognizer:
    """Finds mentions; the same text gives the same mentions, whatever else is read with it."""

    archive: Archive

    @classmethod
    def load(cls, path: Path) -> Recognizer:
        """Read a recognizer from the file that ``kg train`` wrote; raises InputError where it is none."""
        archive = read_archive(path)
        if not archive.types:
            raise InputError(f"{path}: an encoder, which finds nothing; `kg train --start` makes a recognizer of it")
        return cls(archive)

    @property
    def types(self) -> tuple[str, ...]:
        return self.archive.types

    def read(self, text: str) -> Reading:
        """Read a text: what is returned tells the probability of any mention in it."""
        bounds = list(stretches(text))
        blocks = tuple(self._posteriors(text, bounds[at : at + _ROWS]) for at in range(0, len(bounds), _ROWS))
        return Reading(tuple(start for start, _ in bounds), tuple(end for _, end in bounds), blocks)

    def _posteriors(self, text: str, bounds: Sequence[tuple[int, int]]) -> Posteriors:
        sizes = np.array([end - start for start, end in bounds])
        weights, types = self.archive.weights, len(Scheme(self.types))
        scores = np.zeros((len(bounds), int(sizes.max()), types), dtype=np.float32)
        with one_thread():
            for first in range(0, len(bounds), _TOGETHER):
                rows = range(first, min(first + _TOGETHER, len(bounds)))
                places, features = self._features(text, [bounds[row] for row in rows])
                states = hidden(weights, self.archive.shape, features)
                found = states @ weights["head.weight"] + weights["head.bias"]
                for row, place in zip(rows, places, strict=True):
                    scores[row, : sizes[row]] = found[place : place + sizes[row]]
            return self._chain.posteriors(scores, sizes)

    def _features(self, text: str, bounds: Sequence[tuple[int, int]]) -> tuple[list[int], Features]:
        """Return the stretches' features one after another, with gaps between them, and where each begins."""
        gap = np.full(self.archive.shape.gap, PADDING, dtype=np.int32)
        parts: list[Features] = []
        places: list[int] = []
        at = 0
        for start, end in bounds:
            places.append(at)
            parts += [self.archive.vocabulary.encode(text[start:end]), Features(gap, gap, gap, gap, gap)]
            at += end - start + len(gap)
        return places, Features(*map(np.concatenate, zip(*parts, strict=True)))

    @cached_property
    def _chain(self) -> Chain:
        weights = self.archive.weights
        return Chain(Scheme(self.types), weights["chain.after"], weights["chain.start"], weights["chain.end"])


@dataclass(frozen=True)
class Reading:
    """What the network makes of one text."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    blocks: tuple[Posteriors, ...]
    """The sums for the stretches, so many at a time."""

    def likely(self, at_least: float = 0.5) -> Iterator[LikelySpan]:
        """Yield the mentions that are at least so probable; above 0.5 no two of them overlap."""
        for row, start in enumerate(self.starts):
            for span in self.blocks[row // _ROWS].likely(row % _ROWS, at_least):
                yield LikelySpan(start + span.start, start + span.end, span.type, span.probability)

    def probability(self, start: int, end: int, kind: str) -> float:
        """Return how likely a mention of that type at ``text[start:end]`` is; 0 where it was not looked at as one."""
        row = int(np.searchsorted(self.starts, start, side="right")) - 1
        if row < 0 or end > self.ends[row]:
            return 0.0
        block = self.blocks[row // _ROWS]
        if kind not in block.scheme.types:
            return 0.0
        return block.probability(row % _ROWS, start - self.starts[row], end - self.starts[row], kind)


def stretches(text: str, longest: int = _LONGEST) -> Iterator[tuple[int, int]]:
    """Yield ``(start, end)`` of the stretches that are read at once: sentences put together up to the longest.

    A line is never put together with the next. Sentences that are longer are cut at the last pause before the limit,
    or at the limit. Line breaks belong to no stretch.
    """
    for line in _LINES.finditer(text):
        start, end = line.span()
        while end - start > longest:
            cut = _cut(text, start, start + longest)
            yield start, cut
            start = cut
        yield start, end


def _cut(text: str, start: int, limit: int) -> int:
    """Return where to cut ``text[start:]`` at or before the limit: after a sentence, else a pause, else anywhere."""
    sentence = pause = 0
    for match in _ENDS.finditer(text, start, limit):
        sentence = match.end()
    if sentence > start:
        return sentence
    for match in _PAUSES.finditer(text, start, limit):
        pause = match.end()
    return pause if pause > start else limit

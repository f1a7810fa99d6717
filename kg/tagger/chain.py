"""The linear chain over the labels' scores: how likely each mention is, whatever the rest of the text holds.

Lafferty, McCallum and Pereira (2001), "Conditional Random Fields"; the sums run over scaled probabilities as in
Rabiner (1989), so that a step costs one product of matrices for all the texts of a batch. A mention's probability is
that of its path of labels (Culotta and McCallum 2004, "Confidence Estimation for Information Extraction").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.tagger.labels import BEGIN, END, INSIDE, WHOLE, Scheme

Floats = NDArray[np.float32]

_LEAST = np.float32(1e-12)
"""No label is less likely beside the best of its character, so that the sums stay above 0 where only it is legal."""


class LikelySpan(NamedTuple):
    """A mention of a type at ``text[start:end]`` (code points) and its probability."""

    start: int
    end: int
    type: str
    probability: float


@dataclass(frozen=True)
class Chain:
    """The scores of one label after another, of a label at the start and at the end of a text."""

    scheme: Scheme
    after: Floats
    start: Floats
    end: Floats

    def posteriors(self, scores: Floats, sizes: NDArray[np.int64]) -> Posteriors:
        """Sum over all legal sequences of a batch: ``scores`` is [text, character, label], ``sizes`` the lengths."""
        texts, longest, labels = scores.shape
        step = np.where(self.scheme.follows, np.exp(self.after), 0).astype(np.float32)
        first = np.where(self.scheme.may_begin, np.exp(self.start), 0).astype(np.float32)
        last = np.where(self.scheme.may_end, np.exp(self.end), 0).astype(np.float32)
        local = np.maximum(np.exp(scores - scores.max(axis=2, keepdims=True)), _LEAST)
        before = np.empty((longest, texts, labels), dtype=np.float32)
        scale = np.ones((longest, texts), dtype=np.float32)
        local = np.ascontiguousarray(local.transpose(1, 0, 2))
        column = first * local[0]
        for at in range(longest):
            if at:
                column = (before[at - 1] @ step) * local[at]
            scale[at] = column.sum(axis=1)
            before[at] = column / scale[at][:, None]
        behind = np.empty_like(before)
        column = np.tile(last, (texts, 1))
        for at in range(longest - 1, -1, -1):
            ended = (sizes == at + 1)[:, None]
            if at < longest - 1:
                column = np.where(ended, last, ((column * local[at + 1]) @ step.T) / scale[at + 1][:, None])
            behind[at] = column
        total = np.einsum("atl,atl->at", before, behind)
        behind /= np.maximum(total, np.float32(1e-30))[:, :, None]
        local /= scale[:, :, None]
        return Posteriors(self.scheme, before, behind, local, step, sizes)


@dataclass(frozen=True)
class Posteriors:
    """The sums over what stands before and behind each character; all arrays are [character, text, label]."""

    scheme: Scheme
    before: Floats
    behind: Floats
    local: Floats
    """The scores of each character as scaled probabilities."""
    step: Floats
    sizes: NDArray[np.int64]

    def likely(self, text: int, at_least: float) -> Iterator[LikelySpan]:
        """Yield the mentions of one text of the batch that are at least so probable, by start, end and type."""
        size = int(self.sizes[text])
        before, behind, local = self.before[:size, text], self.behind[:size, text], self.local[:size, text]
        nodes = before * behind
        found = []
        for at, label in zip(*np.nonzero(nodes[:, 1:] >= at_least), strict=True):
            kind, part = divmod(int(label), 4)
            name = self.scheme.types[kind]
            if part == WHOLE:
                found.append(LikelySpan(int(at), int(at) + 1, name, min(float(nodes[at, label + 1]), 1.0)))
            elif part == BEGIN:
                found.extend(self._from(int(at), kind, before, behind, local, at_least))
        yield from sorted(found)

    def _from(
        self, at: int, kind: int, before: Floats, behind: Floats, local: Floats, at_least: float
    ) -> Iterator[LikelySpan]:
        begin, inside, end = (1 + 4 * kind + part for part in (BEGIN, INSIDE, END))
        path = float(before[at, begin])
        label = begin
        for stop in range(at + 1, len(before)):
            closed = path * float(self.step[label, end] * local[stop, end] * behind[stop, end])
            if closed >= at_least:
                yield LikelySpan(at, stop + 1, self.scheme.types[kind], min(closed, 1.0))
            path *= float(self.step[label, inside] * local[stop, inside])
            if path * float(behind[stop, inside]) < at_least:
                return
            label = inside

    def probability(self, text: int, start: int, end: int, kind: str) -> float:
        """Return how likely the mention of that type at ``[start:end]`` of a text of the batch is."""
        number = self.scheme.types.index(kind)
        if end - start == 1:
            whole = 1 + 4 * number + WHOLE
            return min(float(self.before[start, text, whole] * self.behind[start, text, whole]), 1.0)
        labels = [1 + 4 * number + part for part in (BEGIN, *(INSIDE,) * (end - start - 2), END)]
        path = float(self.before[start, text, labels[0]])
        for at, (label, following) in enumerate(pairwise(labels), start=start + 1):
            path *= float(self.step[label, following] * self.local[at, text, following])
        return min(path * float(self.behind[end - 1, text, labels[-1]]), 1.0)

"""A trained scorer at work: how likely each candidate pair of an article is joined by each predicate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.errors import ConfigError
from kg.model import Reading
from kg.relations.archive import Model, fingerprint, read_model
from kg.relations.inputs import Arranger
from kg.relations.network import scores
from kg.relations.pairs import Floats, Pairs, allowed_ends, find_pairs
from kg.schema import Schema
from kg.tagger.archive import Archive
from kg.tagger.recognizer import one_thread

_TOGETHER = 4096
"""So many pairs are judged together, which bounds the memory that a long article takes."""


@dataclass(frozen=True)
class Scorer:
    """Scores pairs; the same article gives the same probabilities, whatever else is read with it."""

    model: Model
    base: Archive
    weights: Mapping[str, Floats]
    takes: NDArray[np.bool_]

    @classmethod
    def load(cls, path: Path, base: Archive, schema: Schema) -> Scorer:
        """Read a scorer. Raises ConfigError where it was trained on other embeddings than those of ``base``."""
        model = read_model(path)
        if model.base != fingerprint(base):
            raise ConfigError(f"{path}: trained on another recognizer; train it anew on this one")
        return cls(model, base, {**base.weights, **model.weights}, allowed_ends(schema, model.predicates))

    def read(self, reading: Reading) -> tuple[Pairs, Floats] | None:
        """Return the article's candidate pairs and [pair, predicate], 0 where the schema forbids the predicate.

        None for an article without candidate pairs.
        """
        pairs = find_pairs(reading, self.takes)
        if pairs is None:
            return None
        arranger = Arranger(reading, pairs.nodes, self.model.predicates, self.base.vocabulary, self.model.shape.gap)
        found = np.empty(pairs.allowed.shape, dtype=np.float32)
        with one_thread():  # figures must not depend on how many cores there are
            for start, end in _blocks(pairs):
                part = pairs.part(start, end)
                found[start:end] = scores(self.weights, self.model.shape, arranger.arrange(part))
        return pairs, np.where(pairs.allowed, 1 / (1 + np.exp(-found)), 0).astype(np.float32)


def _blocks(pairs: Pairs) -> Iterator[tuple[int, int]]:
    """Yield from where to where pairs are judged together: those of whole sentences, so many at most."""
    changes = np.flatnonzero(np.diff(pairs.sentences)) + 1
    start = end = 0
    for change in [*changes.tolist(), len(pairs)]:
        if end > start and change - start > _TOGETHER:
            yield start, end
            start = end
        end = change
    yield start, end

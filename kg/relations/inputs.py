"""What the network is given: the sentences that hold candidate pairs, one after another, and where the pairs lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kg.model import Reading
from kg.relations.pairs import Floats, Ints, Node, Pairs
from kg.relations.traits import Traits, find_marks
from kg.tagger.vocabulary import PADDING, Features, Vocabulary

LONGEST = 256
"""So many characters of a stretch are looked at; what is further off says nothing of a pair."""


@dataclass(frozen=True)
class Inputs:
    """Rows are characters: those of whole sentences, with ``gap`` rows of padding behind each.

    ``starts``, ``ends`` and ``kinds`` are of the nodes, ``subjects`` and ``objects`` index those; ``segments``
    [pair, 6] are the rows of the stretches before, between and after; ``traits`` [pair, trait] are zeros and ones.
    """

    features: Features
    marks: Ints
    starts: Ints
    ends: Ints
    kinds: Ints
    subjects: Ints
    objects: Ints
    segments: Ints
    traits: Floats


class Arranger:
    """Puts the sentences of one article, with the pairs in them, into rows."""

    def __init__(
        self, reading: Reading, nodes: Sequence[Node], predicates: Sequence[str], vocabulary: Vocabulary, gap: int
    ) -> None:
        self.reading, self.nodes, self.vocabulary, self.gap = reading, nodes, vocabulary, gap
        self.traits = Traits(reading, nodes, predicates)
        self.marks = find_marks(reading, nodes)

    def arrange(self, pairs: Pairs) -> Inputs:
        """Return the inputs of some of the article's pairs, with all the nodes."""
        reading, gap = self.reading, self.gap
        text = reading.article.text
        first = np.zeros(len(reading.sentences), dtype=np.int64)
        parts: list[Features] = []
        marks: list[Ints] = []
        blank = np.full(gap, PADDING, dtype=np.int32)
        at = 0
        ends = np.union1d(pairs.subjects, pairs.objects)
        where = np.array([node.sentence for node in self.nodes])
        used = np.union1d(where[ends], pairs.sentences)
        for number in used.tolist():
            span = reading.sentences[number]
            first[number] = at - span.start
            parts += [self.vocabulary.encode(text[span.start : span.end]), Features(*[blank] * 5)]
            marks += [self.marks[span.start : span.end], np.zeros(gap, dtype=np.int64)]
            at += len(span) + gap
        traits, segments = self.traits.of(pairs)
        segments = segments + first[pairs.sentences][:, None]
        segments[:, 1::2] = np.clip(segments[:, 1::2], segments[:, ::2], segments[:, ::2] + LONGEST - 1)
        limits = np.array([reading.sentences[number].end for number in where[ends]])
        return Inputs(
            Features(*map(np.concatenate, zip(*parts, strict=True))),
            np.concatenate(marks),
            self.traits.starts[ends] + first[where[ends]],
            np.minimum(self.traits.ends[ends], limits) + first[where[ends]],
            np.array([self.nodes[node].kind for node in ends.tolist()]),
            np.searchsorted(ends, pairs.subjects),
            np.searchsorted(ends, pairs.objects),
            segments,
            traits,
        )

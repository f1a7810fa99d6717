"""The network that scores candidate pairs, forward only.

The encoder is the recognizer's, with an embedding of each character's mark added to its input. A pair is judged by the
encoder's states at both names, by the highest values in the stretches before, between and after them, and by its
traits. Pairs of spans over one encoding of the sentence follow Eberts and Ulges (2020), "Span-based Joint Entity and
Relation Extraction with Transformer Pre-training". ``kg.relations.torch_network`` is the same network for training.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kg.relations.inputs import Inputs
from kg.relations.pairs import Floats, Ints
from kg.tagger.network import Shape, hidden, normal

SEGMENTS = 3


def scores(weights: Mapping[str, Floats], shape: Shape, inputs: Inputs) -> Floats:
    """Return [pair, predicate], the log-odds that the pair is joined so."""
    states = hidden(weights, shape, inputs.features, weights["mark"][inputs.marks])
    ends = np.concatenate([states[inputs.starts], states[inputs.ends - 1]], axis=1)
    subjects = ends @ weights["subject.weight"] + weights["subject.kind"][inputs.kinds]
    objects = ends @ weights["object.weight"] + weights["object.kind"][inputs.kinds]
    pooled = highest(states @ weights["pool.weight"] + weights["pool.bias"], inputs.segments)
    joint: Floats = subjects[inputs.subjects] + objects[inputs.objects]
    joint += inputs.traits @ weights["trait.weight"]
    joint += pooled @ weights["segment.weight"]
    joint += weights["joint.bias"]
    level = np.empty_like(joint)
    normal(joint, weights["norm.weight"], weights["norm.bias"], out=level)
    np.maximum(level, 0, out=level)
    inner: Floats = level @ weights["inner.weight"] + weights["inner.bias"]
    np.maximum(inner, 0, out=inner)
    found: Floats = inner @ weights["predicate.weight"] + weights["predicate.bias"]
    return found


def highest(values: Floats, segments: Ints) -> Floats:
    """Return [pair, 3 * width]: of each stretch of rows the highest values, 0 for an empty one.

    A table of the highest of 1, 2, 4, … rows gives that of any stretch from two overlapping ones (Bender and
    Farach-Colton 2000, "The LCA Problem Revisited").
    """
    width = values.shape[1]
    out = np.zeros((len(segments), SEGMENTS * width), dtype=np.float32)
    starts, ends = segments[:, ::2], segments[:, 1::2]
    sizes = ends - starts
    levels = np.where(sizes > 0, np.log2(np.maximum(sizes, 1)).astype(np.int64), -1)
    table, step = values, 1
    for level in range(int(levels.max(initial=0)) + 1):
        if level:
            table = np.maximum(table[:-step], table[step:])
            step *= 2
        for side in range(SEGMENTS):
            rows = np.flatnonzero(levels[:, side] == level)
            if len(rows):
                both = np.maximum(table[starts[rows, side]], table[ends[rows, side] - step])
                out[rows, side * width : (side + 1) * width] = both
    return out

"""The recognizer's network, forward only: embeddings, then dilated convolutions with residual connections.

The shape is that of Strubell et al. (2017), "Fast and Accurate Entity Recognition with Iterated Dilated Convolutions",
with the normalization before each convolution (He et al. 2016, "Identity Mappings"). ``kg.tagger.torch_network`` is the
same network for training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.tagger.vocabulary import PADDING, Features

Floats = NDArray[np.float32]
_EPSILON = np.float32(1e-5)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network: of the embeddings, of the hidden layers, and the dilation of each convolution."""

    char: int = 96
    bigram: int = 48
    word: int = 64
    tag: int = 16
    hidden: int = 160
    dilations: tuple[int, ...] = (1, 1, 2, 4, 8)

    @property
    def gap(self) -> int:
        """Return how much padding keeps two texts apart: as far as one convolution reaches."""
        return max(self.dilations)


def hidden(weights: Mapping[str, Floats], shape: Shape, features: Features, added: Floats | None = None) -> Floats:
    """Return [character, hidden] for texts that stand one after another, with gaps of padding between them.

    Padding has the features 0 throughout. Gaps of ``shape.gap`` and more keep the texts apart: each is computed as if
    it stood alone. What is returned for padding means nothing. ``added`` [character, hidden] joins the input.
    """
    inputs = np.concatenate(
        [
            weights["char"][features.chars],
            weights["bigram"][features.left],
            weights["bigram"][features.right],
            weights["word"][features.words],
            weights["tag"][features.tags],
        ],
        axis=1,
    )
    state = inputs @ weights["input.weight"]
    state += weights["input.bias"]
    if added is not None:
        state += added
    size, width, gap = len(state), shape.hidden, shape.gap
    padding = np.flatnonzero(features.chars == PADDING)
    padded = np.zeros((size + 2 * gap, width), dtype=np.float32)
    layer = padded[gap : gap + size]
    product = np.empty_like(state)
    for number, dilation in enumerate(shape.dilations):
        normal(state, weights[f"norm{number}.weight"], weights[f"norm{number}.bias"], out=layer)
        np.maximum(layer, 0, out=layer)
        layer[padding] = 0
        kernel = weights[f"conv{number}.weight"]
        for tap in range(3):
            first = gap + (tap - 1) * dilation
            np.matmul(padded[first : first + size], kernel[tap * width : (tap + 1) * width], out=product)
            state += product
        state += weights[f"conv{number}.bias"]
    normal(state, weights["output.weight"], weights["output.bias"], out=product)
    return product


def normal(state: Floats, weight: Floats, bias: Floats, out: Floats) -> None:
    """Write each row, brought to mean 0 and variance 1, to ``out`` (Ba et al. 2016, "Layer Normalization")."""
    np.subtract(state, state.mean(axis=1, keepdims=True), out=out)
    spread = np.einsum("ij,ij->i", out, out) / np.float32(state.shape[1])
    out *= (1 / np.sqrt(spread + _EPSILON))[:, None]
    out *= weight
    out += bias

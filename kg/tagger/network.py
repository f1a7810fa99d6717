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

from kg.tagger.vocabulary import Features

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
    def reach(self) -> int:
        """Return how many characters on either side bear on a character."""
        return sum(self.dilations)


def hidden(weights: Mapping[str, Floats], shape: Shape, features: Features, texts: int) -> Floats:
    """Return [character, hidden] for a batch of ``texts`` texts of one length that stand one after another.

    Positions of padding must have the features 0 throughout; what is computed for them means nothing and does not
    reach the others.
    """
    present = (features.chars != 0).astype(np.float32)[:, None]
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
    state *= present
    length = len(state) // texts
    reach = max(shape.dilations)
    padded = np.zeros((texts, length + 2 * reach, shape.hidden), dtype=np.float32)
    for number, dilation in enumerate(shape.dilations):
        layer = _normal(state, weights[f"norm{number}.weight"], weights[f"norm{number}.bias"])
        np.maximum(layer, 0, out=layer)
        layer *= present
        padded[:, reach : reach + length] = layer.reshape(texts, length, -1)
        kernel = weights[f"conv{number}.weight"]
        for tap, shift in enumerate((-dilation, 0, dilation)):
            window = padded[:, reach + shift : reach + shift + length].reshape(len(state), -1)
            state += window @ kernel[tap * shape.hidden : (tap + 1) * shape.hidden]
        state += weights[f"conv{number}.bias"]
        state *= present
    return _normal(state, weights["output.weight"], weights["output.bias"])


def _normal(state: Floats, weight: Floats, bias: Floats) -> Floats:
    """Normalize each row to mean 0 and variance 1 (Ba et al. 2016, "Layer Normalization")."""
    centred = state - state.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", centred, centred) / np.float32(state.shape[1])
    centred *= (1 / np.sqrt(spread + _EPSILON))[:, None]
    centred *= weight
    centred += bias
    return np.asarray(centred, dtype=np.float32)

"""The recognizer's network for training (PyTorch), weight for weight that of ``kg.tagger.network``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from kg.tagger.labels import Scheme
from kg.tagger.network import Shape
from kg.tagger.vocabulary import Features, Sizes

_NEVER = -1e4


def use_fast_products() -> None:
    """Let products of matrices run at the precision bfloat16 where the processor has it; sums stay 32 bits wide."""
    products = getattr(torch.backends.mkldnn, "matmul", None)  # PyTorch before 2.9 has no such setting
    if products is not None and torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported():
        products.fp32_precision = "bf16"


class Encoder(nn.Module):
    """Embeddings and dilated convolutions: [text, character] ids to [text, character, hidden]."""

    def __init__(self, sizes: Sizes, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.tables = nn.ModuleDict(
            {
                "char": nn.Embedding(sizes.chars, shape.char),
                "bigram": nn.Embedding(sizes.bigrams, shape.bigram),
                "word": nn.Embedding(sizes.words, shape.word),
                "tag": nn.Embedding(sizes.tags, shape.tag),
            }
        )
        for table in self.tables.values():
            nn.init.normal_(table.weight, 0.0, 0.3)
        self.input = nn.Linear(shape.char + 2 * shape.bigram + shape.word + shape.tag, shape.hidden)
        self.norms = nn.ModuleList(nn.LayerNorm(shape.hidden) for _ in shape.dilations)
        self.convolutions = nn.ModuleList(nn.Linear(3 * shape.hidden, shape.hidden) for _ in shape.dilations)
        self.output = nn.LayerNorm(shape.hidden)

    def forward(self, ids: Sequence[Tensor], added: Tensor | None = None) -> Tensor:
        chars, left, right, words, tags = ids
        tables = self.tables
        inputs = torch.cat(
            [
                tables["char"](chars),
                tables["bigram"](left),
                tables["bigram"](right),
                tables["word"](words),
                tables["tag"](tags),
            ],
            dim=-1,
        )
        present = (chars != 0).unsqueeze(-1).to(inputs.dtype)
        state = self.input(self._dropped(inputs))
        state = (state if added is None else state + added) * present
        length = state.shape[1]
        for norm, convolution, dilation in zip(self.norms, self.convolutions, self.shape.dilations, strict=True):
            layer = self._dropped(functional.relu(norm(state)) * present)
            padded = functional.pad(layer, (0, 0, dilation, dilation))
            windows = torch.cat([padded[:, :length], layer, padded[:, 2 * dilation :]], dim=-1)
            state = state + convolution(windows) * present
        return self.output(state)

    def _dropped(self, values: Tensor) -> Tensor:
        return functional.dropout(values, self.dropout, self.training)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as ``kg.tagger.network`` names them."""
        found = {name: table.weight for name, table in self.tables.items()}
        found |= {"input.weight": self.input.weight.T, "input.bias": self.input.bias}
        for number, (norm, convolution) in enumerate(zip(self.norms, self.convolutions, strict=True)):
            found |= {f"norm{number}.weight": norm.weight, f"norm{number}.bias": norm.bias}
            found |= {f"conv{number}.weight": convolution.weight.T, f"conv{number}.bias": convolution.bias}
        found |= {"output.weight": self.output.weight, "output.bias": self.output.bias}
        return {name: np.ascontiguousarray(values.detach().numpy()) for name, values in found.items()}

    def load_arrays(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over weights as ``arrays`` gives them."""
        with torch.no_grad():
            for name, table in self.tables.items():
                table.weight.copy_(torch.from_numpy(arrays[name]))
            self.input.weight.copy_(torch.from_numpy(arrays["input.weight"].T))
            self.input.bias.copy_(torch.from_numpy(arrays["input.bias"]))
            for number, (norm, convolution) in enumerate(zip(self.norms, self.convolutions, strict=True)):
                norm.weight.copy_(torch.from_numpy(arrays[f"norm{number}.weight"]))
                norm.bias.copy_(torch.from_numpy(arrays[f"norm{number}.bias"]))
                convolution.weight.copy_(torch.from_numpy(arrays[f"conv{number}.weight"].T))
                convolution.bias.copy_(torch.from_numpy(arrays[f"conv{number}.bias"]))
            self.output.weight.copy_(torch.from_numpy(arrays["output.weight"]))
            self.output.bias.copy_(torch.from_numpy(arrays["output.bias"]))


class Labeller(nn.Module):
    """An encoder with the labels' scores and the chain over them."""

    def __init__(self, encoder: Encoder, scheme: Scheme) -> None:
        super().__init__()
        size = len(scheme)
        self.encoder = encoder
        self.head = nn.Linear(encoder.shape.hidden, size)
        self.after = nn.Parameter(torch.zeros(size, size))
        self.start = nn.Parameter(torch.zeros(size))
        self.end = nn.Parameter(torch.zeros(size))
        for name, allowed in (("after", scheme.follows), ("start", scheme.may_begin), ("end", scheme.may_end)):
            self.register_buffer(f"no_{name}", torch.where(torch.from_numpy(allowed), 0.0, _NEVER))

    def forward(self, ids: Sequence[Tensor]) -> Tensor:
        return self.head(self.encoder._dropped(self.encoder(ids)))

    def loss(self, ids: Sequence[Tensor], allowed: Tensor) -> Tensor:
        """Return each text's negative log-likelihood of what ``allowed`` [text, character, label] leaves open.

        What is open is summed over (Tsuboi et al. 2008, "Training Conditional Random Fields Using Incomplete
        Annotations").
        """
        scores = self(ids)
        present = ids[0] != 0
        fitting = scores + torch.where(allowed, 0.0, _NEVER)
        both = self._sums(torch.cat([scores, fitting]), torch.cat([present, present]))
        every, fit = both.chunk(2)
        return every - fit

    def _sums(self, scores: Tensor, present: Tensor) -> Tensor:
        """Return the logarithm of the sum over all label sequences, text by text."""
        step = (self.after + self.no_after).exp()
        highest = scores.amax(dim=2, keepdim=True).detach()
        local = (scores - highest).exp()
        column = (self.start + self.no_start).exp() * local[:, 0]
        scale = column.sum(dim=1, keepdim=True).clamp_min(1e-30)
        column = column / scale
        total = scale.log().squeeze(1) + highest[:, 0, 0]
        for at in range(1, scores.shape[1]):
            following = (column @ step) * local[:, at]
            scale = following.sum(dim=1, keepdim=True).clamp_min(1e-30)
            here = present[:, at : at + 1]
            column = torch.where(here, following / scale, column)
            total = total + torch.where(here.squeeze(1), scale.log().squeeze(1) + highest[:, at, 0], 0.0)
        return total + (column * (self.end + self.no_end).exp()).sum(dim=1).clamp_min(1e-30).log()

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return all weights as ``kg.tagger.recognizer`` reads them."""
        own = {
            "head.weight": self.head.weight.T, "head.bias": self.head.bias,
            "chain.after": self.after, "chain.start": self.start, "chain.end": self.end,
        }  # fmt: skip
        return self.encoder.arrays() | {
            name: np.ascontiguousarray(values.detach().numpy()) for name, values in own.items()
        }

    def load_labels(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Take over the labels' own weights as ``arrays`` gives them."""
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(arrays["head.weight"].T))
            self.head.bias.copy_(torch.from_numpy(arrays["head.bias"]))
            for name in ("after", "start", "end"):
                getattr(self, name).copy_(torch.from_numpy(arrays[f"chain.{name}"]))


def batch_ids(features: Sequence[Features]) -> list[Tensor]:
    """Return the ids of several texts as tensors [text, character], padded to the longest."""
    longest = max(len(one.chars) for one in features)
    tensors = []
    for kind in range(len(features[0])):
        rows = np.zeros((len(features), longest), dtype=np.int64)
        for row, one in zip(rows, features, strict=True):
            row[: len(one[kind])] = one[kind]
        tensors.append(torch.from_numpy(rows))
    return tensors

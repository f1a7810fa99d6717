"""The scorer's network for training (PyTorch), weight for weight that of ``kg.relations.network``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.relations.inputs import LONGEST, Inputs
from kg.relations.network import SEGMENTS
from kg.relations.pairs import KINDS, Floats
from kg.relations.traits import MARKS
from kg.tagger.network import Shape
from kg.tagger.torch_network import Encoder
from kg.tagger.vocabulary import UNKNOWN, Sizes

_ROWS, _NODES, _PAIRS = 512, 128, 512
"""Sizes of a batch are rounded up to these: products of matrices of ever new sizes are prepared anew each time."""

_RARE = -4.0
"""What a predicate's log-odds begin with: few pairs are joined by it."""


@dataclass(frozen=True)
class Widths:
    """The sizes of the layers above the encoder."""

    joint: int = 160
    inner: int = 160
    pool: int = 64


@dataclass(frozen=True)
class Batch:
    """The inputs of several articles as tensors; ``pairs`` is how many of the rows of pairs are none of padding."""

    ids: tuple[Tensor, ...]
    marks: Tensor
    starts: Tensor
    ends: Tensor
    kinds: Tensor
    subjects: Tensor
    objects: Tensor
    segments: Tensor
    traits: Tensor
    pairs: int


class _Encoder(Encoder):
    """The recognizer's encoder with marks added to its input; its embeddings do not learn."""

    def __init__(self, sizes: Sizes, shape: Shape, dropout: float, seed: int) -> None:
        super().__init__(sizes, shape, dropout)
        self.marks = nn.Embedding(MARKS, shape.hidden)
        nn.init.normal_(self.marks.weight, 0.0, 0.1)
        self.tables.requires_grad_(False)
        self.random = np.random.default_rng(seed)

    def encode(self, batch: Batch) -> Tensor:
        """Return [row, hidden]."""
        return self([one[None] for one in batch.ids], self.marks(batch.marks)[None])[0]

    def _dropped(self, values: Tensor) -> Tensor:
        return dropped(values, self.dropout, self.training, self.random)


def dropped(values: Tensor, share: float, training: bool, random: np.random.Generator) -> Tensor:
    """Return the values with a share of them, in steps of 1/256, set to 0; four times as fast as PyTorch's own."""
    least = int(share * 256)
    if not training or not least:
        return values
    drawn = np.frombuffer(random.bytes(values.numel()), dtype=np.uint8).reshape(values.shape)
    return values * (torch.from_numpy(drawn >= least).to(values.dtype) * (256 / (256 - least)))


class PairNetwork(nn.Module):
    """Scores pairs: a Batch to [pair, predicate] log-odds."""

    def __init__(
        self, sizes: Sizes, shape: Shape, traits: int, predicates: int, *, widths: Widths | None = None,
        dropout: float = 0.3, seed: int = 1,
    ) -> None:  # fmt: skip
        super().__init__()
        widths = widths or Widths()
        self.dropout = dropout
        self.encoder = _Encoder(sizes, shape, dropout, seed)
        self.pool = nn.Linear(shape.hidden, widths.pool)
        self.subject = nn.Linear(2 * shape.hidden, widths.joint, bias=False)
        self.object = nn.Linear(2 * shape.hidden, widths.joint, bias=False)
        self.subject_kind = nn.Embedding(len(KINDS), widths.joint)
        self.object_kind = nn.Embedding(len(KINDS), widths.joint)
        for table in (self.subject_kind, self.object_kind):
            nn.init.normal_(table.weight, 0.0, 0.1)
        self.trait = nn.Linear(traits, widths.joint, bias=False)
        self.segment = nn.Linear(SEGMENTS * widths.pool, widths.joint)
        self.norm = nn.LayerNorm(widths.joint)
        self.inner = nn.Linear(widths.joint, widths.inner)
        self.predicate = nn.Linear(widths.inner, predicates)
        nn.init.constant_(self.predicate.bias, _RARE)

    def forward(self, batch: Batch) -> Tensor:
        states = self._dropped(self.encoder.encode(batch), self.dropout)
        ends = torch.cat([states[batch.starts], states[batch.ends - 1]], dim=-1)
        subjects = self.subject(ends) + self.subject_kind(batch.kinds)
        objects = self.object(ends) + self.object_kind(batch.kinds)
        joint = subjects[batch.subjects] + objects[batch.objects]
        joint = joint + self.trait(self._dropped(batch.traits, 0.1))
        joint = joint + self.segment(_highest(self.pool(states), batch.segments))
        level = self._dropped(functional.relu(self.norm(joint)), self.dropout)
        inner = self._dropped(functional.relu(self.inner(level)), self.dropout)
        found: Tensor = self.predicate(inner)
        return found

    def _dropped(self, values: Tensor, share: float) -> Tensor:
        return dropped(values, share, self.training, self.encoder.random)

    def arrays(self) -> dict[str, Floats]:
        """Return the weights as ``kg.relations.network`` names them, without the embeddings."""
        found = {
            name: np.ascontiguousarray((weights.T if turned else weights).detach().numpy())
            for name, weights, turned in self._own()
        }
        encoder = self.encoder.arrays()
        return found | {name: values for name, values in encoder.items() if name not in self.encoder.tables}

    def load_arrays(self, arrays: Mapping[str, Floats]) -> None:
        """Take over weights as ``arrays`` gives them, the embeddings among them."""
        self.encoder.load_arrays(arrays)
        with torch.no_grad():
            for name, weights, turned in self._own():
                given = torch.from_numpy(arrays[name])
                weights.copy_(given.T if turned else given)

    def _own(self) -> Iterator[tuple[str, Tensor, bool]]:
        """Yield the weights above the encoder: name, tensor, and whether the array is the tensor transposed."""
        yield "mark", self.encoder.marks.weight, False
        yield "subject.kind", self.subject_kind.weight, False
        yield "object.kind", self.object_kind.weight, False
        yield "norm.weight", self.norm.weight, False
        yield "norm.bias", self.norm.bias, False
        yield "joint.bias", self.segment.bias, False
        for name in ("pool", "subject", "object", "trait", "segment", "inner", "predicate"):
            yield f"{name}.weight", getattr(self, name).weight, True
        for name in ("pool", "inner", "predicate"):
            yield f"{name}.bias", getattr(self, name).bias, False


def _highest(values: Tensor, segments: Tensor) -> Tensor:
    """Return [pair, 3 * width]; see ``kg.relations.network.highest``."""
    starts, ends = segments[:, ::2], segments[:, 1::2]
    sizes = ends - starts
    levels = torch.where(sizes > 0, torch.floor(torch.log2(sizes.clamp_min(1).double())).long(), -1)
    width = values.shape[1]
    out = values.new_zeros(len(segments), SEGMENTS, width)
    table, step = values, 1
    while step <= LONGEST and len(table) > step:
        if step > 1:
            table = torch.maximum(table[: -(step // 2)], table[step // 2 :])
        rows, sides = torch.nonzero(levels == step.bit_length() - 1, as_tuple=True)
        if len(rows):
            first, last = starts[rows, sides], ends[rows, sides] - step
            out = out.index_put((rows, sides), torch.maximum(table[first], table[last]))
        step *= 2
    return out.reshape(len(segments), SEGMENTS * width)


def batch_inputs(inputs: Sequence[Inputs], hidden: Mapping[int, Sequence[int]] | None = None) -> Batch:
    """Put articles together; ``hidden`` lists, article by article, the nodes whose characters are made unknown."""
    ids: list[list[np.ndarray]] = [[], [], [], [], []]
    columns: dict[str, list[np.ndarray]] = {
        name: [] for name in ("marks", "starts", "ends", "kinds", "subjects", "objects", "segments", "traits")
    }
    rows = nodes = pairs = 0
    for number, one in enumerate(inputs):
        features = [np.array(kind) for kind in one.features]
        for node in (hidden or {}).get(number, ()):
            for kind in features:
                kind[one.starts[node] : one.ends[node]] = UNKNOWN
        for of_kind, kind in zip(ids, features, strict=True):
            of_kind.append(kind)
        for name, shift in (
            ("marks", 0), ("starts", rows), ("ends", rows), ("kinds", 0), ("subjects", nodes), ("objects", nodes),
            ("segments", rows), ("traits", 0),
        ):  # fmt: skip
            columns[name].append(getattr(one, name) + shift)
        rows, nodes, pairs = rows + len(one.marks), nodes + len(one.starts), pairs + len(one.subjects)
    padding = {"marks": -rows % _ROWS, "starts": -nodes % _NODES, "ends": -nodes % _NODES, "kinds": -nodes % _NODES}
    tensors = {}
    for name, values in columns.items():
        shape = (padding.get(name, -pairs % _PAIRS), *values[0].shape[1:])
        fill = 1 if name == "ends" else 0
        tensors[name] = torch.from_numpy(np.concatenate([*values, np.full(shape, fill, dtype=values[0].dtype)]))
    blank = np.zeros(-rows % _ROWS, dtype=np.int32)
    texts = tuple(torch.from_numpy(np.concatenate([*of_kind, blank])).long() for of_kind in ids)
    return Batch(texts, pairs=pairs, **tensors)

"""Training of the recognizer on annotated texts: from an encoder pre-trained on plain text, on any processor.

Adam with a linear decay to zero, dropout, and an exponential moving average of the weights, of which the best on
held-out texts is kept. Needs PyTorch (extra ``train``).
"""

from __future__ import annotations

import copy
import hashlib
import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from kg.errors import ConfigError, InputError
from kg.tagger.archive import Archive
from kg.tagger.corpus import Example, cut
from kg.tagger.labels import Scheme
from kg.tagger.measure import Tally, measure
from kg.tagger.network import Shape
from kg.tagger.recognizer import Recognizer, stretches
from kg.tagger.torch_network import Encoder, Labeller, batch_ids, use_fast_products
from kg.tagger.vocabulary import PADDING, UNKNOWN, Features, Vocabulary

_POOL = 50
"""Batches are made of texts of like length from so many batches at a time."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; the defaults are what the figures in the documents were measured with."""

    epochs: int = 14
    batch: int = 32
    rate: float = 1e-3
    table_share: float = 1.0
    """The share of the rate at which embeddings learn."""
    dropout: float = 0.3
    hidden: float = 0.0
    """The share of characters whose bigrams, words and tags are each hidden, so that none is relied on alone."""
    average: float = 0.998
    patience: int = 5
    """Stop after so many epochs without a better score on the held-out texts."""
    warm_up: int = 100
    clip: float = 5.0
    seed: int = 1
    threads: int = 2


class Epoch(NamedTuple):
    """What is told at the end of an epoch."""

    number: int
    loss: float
    held_out: Tally
    best: bool


@dataclass(frozen=True)
class _Item:
    features: Features
    allowed: NDArray[np.bool_]


def train(
    examples: Sequence[Example],
    held_out: Sequence[Example],
    *,
    start: Archive | None = None,
    recipe: Recipe | None = None,
    checkpoint: Path | None = None,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
    tell: Callable[[Epoch], None] = lambda epoch: None,
) -> Archive:
    """Train a recognizer; of the epochs, the one best on ``held_out`` is returned.

    ``start`` is an encoder or a recognizer to go on from; without one, training starts from nothing. A ``checkpoint``
    is written after each epoch and gone on from when it is there; who calls removes it once the result is safe. Raises
    ConfigError where the checkpoint is of another training.
    """
    recipe = recipe or Recipe()
    if not examples or not held_out:
        raise InputError("training needs texts to learn from and held-out texts to measure on")
    use_fast_products()
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    types = tuple(sorted({span.type for example in examples for span in example.spans}))
    if not types:
        raise InputError("the corpus has no mention")
    scheme = Scheme(types)
    vocabulary = start.vocabulary if start else Vocabulary.count((e.text for e in examples), at_least=2)
    shape = start.shape if start else Shape()
    model = Labeller(Encoder(vocabulary.sizes, shape, recipe.dropout), scheme)
    if start is not None:
        model.encoder.load_arrays(start.weights)
        if start.types == types:
            model.load_labels(start.weights)
    average = copy.deepcopy(model)
    tables = list(model.encoder.tables.parameters())
    others = [weights for name, weights in model.named_parameters() if not name.startswith("encoder.tables.")]
    optimizer = torch.optim.Adam([{"params": others}, {"params": tables}], lr=recipe.rate)
    shares = (1.0, recipe.table_share)
    items = list(_items(examples, vocabulary, scheme))
    steps = recipe.epochs * math.ceil(len(items) / recipe.batch)
    warm_up = max(1, min(recipe.warm_up, steps // 10))

    def archive() -> Archive:
        return Archive(vocabulary, shape, average.arrays(), types)

    state = _State(_fingerprint(examples, held_out, recipe, start))
    if checkpoint is not None and checkpoint.exists():
        state.load(checkpoint, model, average, optimizer)
    while state.epoch < recipe.epochs and state.epoch - state.best_epoch < recipe.patience:
        order = random.Random(f"{recipe.seed}/{state.epoch}")
        torch.manual_seed(recipe.seed * 1000 + state.epoch)
        model.train()
        losses = []
        for chosen in _batches(items, recipe.batch, order):
            rate = recipe.rate * min(1.0, (state.step + 1) / warm_up) * (1 - state.step / steps)
            for group, share in zip(optimizer.param_groups, shares, strict=True):
                group["lr"] = rate * share
            ids = _partly_hidden(batch_ids([item.features for item in chosen]), recipe.hidden)
            loss = model.loss(ids, _allowed(chosen)).mean()
            if not math.isfinite(loss.item()):
                raise ConfigError(
                    f"the training broke down in epoch {state.epoch + 1}; give a lower rate than {recipe.rate:g}"
                )
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
            optimizer.step()
            losses.append(loss.item())
            state.step += 1
            _follow(average, model, min(recipe.average, (1 + state.step) / (10 + state.step)))
            progress(state.step, steps)
        state.epoch += 1
        tally = measure(Recognizer(archive()), held_out).all
        best = tally.f1 > state.best_f1 or state.best_f1 <= 0  # a small corpus takes some epochs to find anything
        if best:
            state.best_f1, state.best_epoch = tally.f1, state.epoch
            state.best = copy.deepcopy(average.state_dict())
        if checkpoint is not None:
            state.save(checkpoint, model, average, optimizer)
        tell(Epoch(state.epoch, sum(losses) / len(losses), tally, best))
    if state.best is not None:
        average.load_state_dict(state.best)
    return archive()


class _State:
    """Where a training stands, so that it can be taken up again."""

    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.epoch = self.step = self.best_epoch = 0
        self.best_f1 = -1.0
        self.best: dict[str, Any] | None = None

    def save(self, path: Path, model: Labeller, average: Labeller, optimizer: torch.optim.Optimizer) -> None:
        part = path.with_name(path.name + ".new")
        torch.save(
            vars(self)
            | {"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict()},
            part,
        )
        part.replace(path)  # a killed run leaves the last whole checkpoint

    def load(self, path: Path, model: Labeller, average: Labeller, optimizer: torch.optim.Optimizer) -> None:
        try:
            saved = torch.load(path, weights_only=True)
        except Exception as error:  # torch names no error of its own for a broken file
            raise ConfigError(f"{path}: not a checkpoint; remove it to start anew") from error
        if saved.pop("fingerprint", None) != self.fingerprint:
            raise ConfigError(f"{path}: the checkpoint of another training; remove it, or give another output")
        model.load_state_dict(saved.pop("model"))
        average.load_state_dict(saved.pop("average"))
        optimizer.load_state_dict(saved.pop("optimizer"))
        vars(self).update(saved)


def _fingerprint(
    examples: Sequence[Example], held_out: Sequence[Example], recipe: Recipe, start: Archive | None
) -> str:
    digest = hashlib.sha256(json.dumps([asdict(recipe), len(examples)], sort_keys=True).encode())
    for example in (*examples, *held_out):
        digest.update(repr(example).encode("utf-8", "surrogatepass"))
    if start is not None:
        for name, values in sorted(start.weights.items()):
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()


def _items(examples: Iterable[Example], vocabulary: Vocabulary, scheme: Scheme) -> Iterable[_Item]:
    for example in examples:
        for part in cut(example, stretches(example.text)):
            yield _Item(vocabulary.encode(part.text), allowed_labels(part, scheme))


def allowed_labels(example: Example, scheme: Scheme) -> NDArray[np.bool_]:
    """Return [character, label]: the labels that the annotation leaves open at each character."""
    size = len(example.text)
    allowed = np.zeros((size, len(scheme)), dtype=bool)
    allowed[np.arange(size), scheme.encode(size, example.spans)] = True
    for other in example.alternatives:
        rest = [span for span in example.spans if span.end <= other.start or other.end <= span.start]
        touched = [span for span in example.spans if span not in rest]
        start = min([other.start, *(span.start for span in touched)])
        end = max([other.end, *(span.end for span in touched)])
        labels = scheme.encode(size, [other])
        allowed[np.arange(start, end), labels[start:end]] = True
    for start, end in example.open_spans:
        free = ~(allowed[start:end, 1:].any(axis=1))
        allowed[start:end][free] = True
    return allowed


def _allowed(items: Sequence[_Item]) -> torch.Tensor:
    longest = max(len(item.allowed) for item in items)
    rows = np.zeros((len(items), longest, items[0].allowed.shape[1]), dtype=bool)
    for row, item in zip(rows, items, strict=True):
        row[: len(item.allowed)] = item.allowed
    rows[..., 0] |= ~rows.any(axis=2)
    return torch.from_numpy(rows)


def _batches(items: Sequence[_Item], size: int, order: random.Random) -> list[list[_Item]]:
    """Return the items in random batches, those of a batch of like length."""
    indices = list(range(len(items)))
    order.shuffle(indices)
    batches = []
    for at in range(0, len(indices), size * _POOL):
        pool = sorted(indices[at : at + size * _POOL], key=lambda index: len(items[index].allowed))
        batches += [pool[first : first + size] for first in range(0, len(pool), size)]
    order.shuffle(batches)
    return [[items[index] for index in batch] for batch in batches]


def _partly_hidden(ids: list[torch.Tensor], share: float) -> list[torch.Tensor]:
    """Return the ids with a share of all but the characters' own made unknown."""
    if not share:
        return ids
    chars, left, right, *word = ids
    hide_pair, hide_word = (torch.rand(2, *chars.shape) < share) & (chars != PADDING)
    pairs = [one.masked_fill(hide_pair, UNKNOWN) for one in (left, right)]
    return [chars, *pairs, *(one.masked_fill(hide_word, UNKNOWN) for one in word)]


def _follow(average: Labeller, model: Labeller, keep: float) -> None:
    with torch.no_grad():
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            kept.lerp_(new, 1 - keep)

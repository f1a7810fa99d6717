"""Pre-training of the encoder on plain text: words are hidden, and guessed from what is around them.

Devlin et al. (2019), "BERT", with whole words hidden as Cui et al. (2021), "Pre-Training with Whole Word Masking for
Chinese BERT"; guessing the hidden word's tag teaches what stands where names do. Needs PyTorch (extra ``train``).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import Linear, functional

from kg.errors import InputError
from kg.tagger.archive import Archive
from kg.tagger.network import Shape
from kg.tagger.torch_network import Encoder, use_fast_products
from kg.tagger.vocabulary import HIDDEN, UNKNOWN, Vocabulary

_GUESSED_CHARS = 4000
"""So many of the most frequent characters are told apart when guessing; all others are one."""
_TAG_SHARE = 0.5
_RARELY = 200
"""Losses are told every so many steps."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to pre-train; the defaults are those of the encoder that ships."""

    steps: int = 5100
    windows: int = 96
    length: int = 128
    rate: float = 2e-3
    chosen: float = 0.16
    """The share of words to guess."""
    hidden: float = 0.85
    """The share of these that is really hidden; the others stand as they are."""
    warm_up: int = 200
    seed: int = 0
    threads: int = 2


class Step(NamedTuple):
    """What is told now and then: the losses are mean natural logarithms."""

    number: int
    char_loss: float
    tag_loss: float
    chars_per_second: float


@dataclass(frozen=True)
class _Stream:
    """All texts one after another; ``words`` numbers the words, so that a word can be hidden whole."""

    ids: tuple[NDArray[np.int32], ...]
    word_numbers: NDArray[np.int64]


def pretrain(
    texts: Sequence[str],
    *,
    vocabulary: Vocabulary | None = None,
    shape: Shape | None = None,
    recipe: Recipe | None = None,
    tell: Callable[[Step], None] = lambda step: None,
) -> Archive:
    """Return an encoder trained on the texts; the vocabulary is counted from them if none is given."""
    recipe, shape = recipe or Recipe(), shape or Shape()
    use_fast_products()
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    vocabulary = vocabulary or Vocabulary.count(texts)
    stream = _stream(texts, vocabulary)
    last = len(stream.word_numbers) - recipe.length
    if last < 0:
        raise InputError(f"pre-training needs more than {recipe.length} characters of text")
    starts = np.arange(0, last + 1, recipe.length)
    random.shuffle(starts)
    encoder = Encoder(vocabulary.sizes, shape, dropout=0.0)
    chars = min(_GUESSED_CHARS, vocabulary.sizes.chars)
    heads = torch.nn.ModuleList([Linear(shape.hidden, chars + 1), Linear(shape.hidden, len(vocabulary.tags) + 1)])
    weights = [*encoder.parameters(), *heads.parameters()]
    optimizer = torch.optim.Adam(weights, lr=recipe.rate, betas=(0.9, 0.98))
    told: list[tuple[float, float]] = []
    began, at = time.monotonic(), 0
    for step in range(recipe.steps):
        if at >= len(starts):
            random.shuffle(starts)
            at = 0
        windows = starts[at : at + recipe.windows, None] + np.arange(recipe.length)[None]
        at += recipe.windows
        shown, guessed = _hide(stream, windows, recipe, random)
        states = encoder([torch.from_numpy(ids) for ids in shown])[torch.from_numpy(guessed)]
        wanted = np.minimum(stream.ids[0][windows][guessed], chars)
        tags = np.minimum(_tag_numbers(stream.ids[4][windows][guessed]), len(vocabulary.tags))
        char_loss = functional.cross_entropy(heads[0](states), torch.from_numpy(wanted.astype(np.int64)))
        tag_loss = functional.cross_entropy(heads[1](states), torch.from_numpy(tags))
        share = 0.5 * (1 + math.cos(math.pi * step / recipe.steps))
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1.0, (step + 1) / recipe.warm_up) * max(0.02, share)
        optimizer.zero_grad()
        (char_loss + _TAG_SHARE * tag_loss).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        told.append((char_loss.item(), tag_loss.item()))
        if (step + 1) % _RARELY == 0 or step + 1 == recipe.steps:
            means = np.mean(told[-_RARELY:], axis=0)
            seen = (step + 1) * recipe.windows * recipe.length
            tell(Step(step + 1, float(means[0]), float(means[1]), seen / (time.monotonic() - began)))
    return Archive(vocabulary, shape, encoder.arrays())


def _stream(texts: Iterable[str], vocabulary: Vocabulary) -> _Stream:
    encoded = [vocabulary.encode(f"{text}\n\n") for text in texts]
    ids = tuple(np.concatenate([one[kind] for one in encoded]) for kind in range(5))
    places = np.where(ids[4] > HIDDEN, (ids[4] - HIDDEN - 1) % 4, 3)
    return _Stream(ids, np.cumsum((places == 0) | (places == 3)))


def _hide(
    stream: _Stream, windows: NDArray[np.int64], recipe: Recipe, random: np.random.Generator
) -> tuple[list[NDArray[np.int64]], NDArray[np.bool_]]:
    """Return the windows' ids with the hidden words hidden, and which characters are to be guessed.

    A bigram is hidden where either of its characters is, and a hidden word's tag and boundaries are.
    """
    numbers = stream.word_numbers[windows]
    numbers = numbers - numbers[:, :1]
    words = (len(windows), windows.shape[1] + 1)
    guessed = np.take_along_axis(random.random(words) < recipe.chosen, numbers, axis=1)
    hidden = guessed & np.take_along_axis(random.random(words) < recipe.hidden, numbers, axis=1)
    shown = [ids[windows].astype(np.int64) for ids in stream.ids]
    for ids in shown:
        ids[hidden] = HIDDEN
    shown[1][:, 1:][hidden[:, :-1]] = HIDDEN
    shown[2][:, :-1][hidden[:, 1:]] = HIDDEN
    shown[1][:, 0] = UNKNOWN  # what stands before a window is not part of it
    shown[2][:, -1] = UNKNOWN
    return shown, guessed


def _tag_numbers(ids: NDArray[np.int32]) -> NDArray[np.int64]:
    numbers = (ids.astype(np.int64) - HIDDEN - 1) // 4
    return np.where(ids > HIDDEN, numbers, np.iinfo(np.int64).max)

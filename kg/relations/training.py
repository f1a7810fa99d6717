"""Training of the scorer of pairs on annotated articles.

AdamW with a linear decay to zero, dropout, names hidden at random, and an exponential moving average of the weights,
which is what is kept. Needs PyTorch (extra ``train``).
"""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from kg.model import Reading
from kg.relations.inputs import Inputs
from kg.relations.pairs import Floats, Pairs
from kg.relations.torch_network import PairNetwork, batch_inputs
from kg.schema import Schema
from kg.tagger.archive import Archive
from kg.tagger.network import Shape
from kg.tagger.torch_network import use_fast_products


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; the defaults are what the figures in the documents were measured with."""

    epochs: int = 10
    batch: int = 6
    rate: float = 1e-3
    decay: float = 0.01
    hidden: float = 0.3
    """The share of names whose characters are made unknown, so that the words around them are relied on."""
    doubtful: float = 0.4
    """The weight of facts that two careful readers could disagree on."""
    unmatched: float = 0.5
    """The weight of pairs of which an end is no annotated name."""
    average: float = 0.995
    warm_up: int = 100
    clip: float = 5.0
    seed: int = 1
    threads: int = 2


@dataclass(frozen=True)
class Example:
    """An article's inputs, [pair, predicate] what is to be said of them, and how much each counts."""

    inputs: Inputs
    targets: Floats
    weights: Floats


def targets(
    reading: Reading,
    pairs: Pairs,
    predicates: Sequence[str],
    schema: Schema,
    record: Mapping[str, Any],
    entities: Sequence[str | None],
    recipe: Recipe,
) -> tuple[Floats, Floats]:
    """Return targets and weights [pair, predicate] of an annotated article.

    ``record`` is in the form of the annotated articles (entities, facts with evidence), ``entities`` says which of its
    entities each group of the reading is. A fact is stated once, by its evidence: there the pair of names nearest to
    each other is right. The same two ends elsewhere may or may not state it and do not count.
    """
    found = np.zeros((len(pairs), len(predicates)), dtype=np.float32)
    counts = pairs.allowed.astype(np.float32)
    doubtful = {entity["id"] for entity in record["entities"] if entity.get("optional")}
    rows: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for row in range(len(pairs)):
        nodes = pairs.nodes[pairs.subjects[row]], pairs.nodes[pairs.objects[row]]
        ends = entities[nodes[0].group], entities[nodes[1].group]
        rows[ends].append(row)
        if ends[0] in doubtful or ends[1] in doubtful:
            counts[row] *= recipe.doubtful
        if ends[0] is None or ends[1] is None:
            counts[row] *= recipe.unmatched
    starts = np.array([sentence.start for sentence in reading.sentences])

    def apart(row: int) -> tuple[bool, int]:
        one, other = pairs.nodes[pairs.subjects[row]], pairs.nodes[pairs.objects[row]]
        return one.sentence != other.sentence, abs(one.item.span.start - other.item.span.start)

    for fact in sorted(record["facts"], key=lambda fact: not fact.get("optional")):
        if fact["predicate"] not in predicates:
            continue
        column = predicates.index(fact["predicate"])
        start, end = fact["evidence"]
        first, last = np.searchsorted(starts, [start, max(start, end - 1)], side="right") - 1
        ends = fact["subject"], fact["object"]
        for one in [ends, ends[::-1]] if schema.predicates[fact["predicate"]].symmetric else [ends]:
            counts[rows[one], column] = 0
            stated = [row for row in rows[one] if first <= pairs.sentences[row] <= last]
            if stated:
                row = min(stated, key=apart)
                found[row, column] = 1
                sure = not (fact.get("optional") or one[0] in doubtful or one[1] in doubtful)
                counts[row, column] = 1 if sure else recipe.doubtful
    return found, counts


def network(base: Archive, shape: Shape, traits: int, predicates: int, recipe: Recipe) -> PairNetwork:
    """Return a new network that begins with the recognizer's embeddings, and with its encoder where that is as wide."""
    use_fast_products()
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    new = PairNetwork(base.vocabulary.sizes, shape, traits, predicates, seed=recipe.seed)
    if shape.hidden == base.shape.hidden:
        new.encoder.load_arrays(base.weights)
    with torch.no_grad():
        for name, table in new.encoder.tables.items():
            table.weight.copy_(torch.from_numpy(base.weights[name]))
    return new


def fit(
    start: PairNetwork,
    examples: Sequence[Example],
    recipe: Recipe,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PairNetwork:
    """Return the network after learning from the examples; ``progress`` is told steps done and steps in all."""
    order, hide = random.Random(recipe.seed), np.random.default_rng(recipe.seed)
    model, average = copy.deepcopy(start), copy.deepcopy(start)
    learning = [weights for weights in model.parameters() if weights.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=recipe.rate, weight_decay=recipe.decay)
    steps, step = recipe.epochs * -(-len(examples) // recipe.batch), 0
    model.train()
    for _ in range(recipe.epochs):
        mixed = list(examples)
        order.shuffle(mixed)
        for at in range(0, len(mixed), recipe.batch):
            rate = recipe.rate * min(1.0, (step + 1) / recipe.warm_up) * (1 - step / steps)
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = _loss(model, mixed[at : at + recipe.batch], recipe.hidden, hide)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, recipe.clip)
            optimizer.step()
            keep = min(recipe.average, (1 + step) / (10 + step))
            with torch.no_grad():
                for kept, new in zip(average.parameters(), model.parameters(), strict=True):
                    kept.lerp_(new, 1 - keep)
            step += 1
            progress(step, steps)
    average.eval()
    return average


def _loss(model: PairNetwork, examples: Sequence[Example], share: float, hide: np.random.Generator) -> torch.Tensor:
    """Return the loss of some examples, with that share of their names hidden."""
    hidden = {
        number: np.flatnonzero(hide.random(len(example.inputs.starts)) < share).tolist()
        for number, example in enumerate(examples)
    }
    batch = batch_inputs([example.inputs for example in examples], hidden)
    wanted, weights = (
        torch.from_numpy(np.concatenate(one)) for one in ([e.targets for e in examples], [e.weights for e in examples])
    )
    said = model(batch)[: batch.pairs]
    losses = functional.binary_cross_entropy_with_logits(said, wanted, reduction="none") * weights
    return losses.sum() / len(examples)

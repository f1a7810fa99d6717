"""Fit the weights by which it is told whether a figure is a statistic, and whose.

    python data/scripts/fit_holders.py ANNOTATED.jsonl ...

Each line of an input is a JSON object with "text", "mentions" (start, end, type, subtype, entity) and "facts" (subject,
predicate, object, qualifiers, evidence), those that careful readers could disagree on marked "optional". Writes
data/lexicons/holder_weights.tsv: a logistic regression over all who may hold a figure, nobody among them, on what
stands around them (kg.holders). Who held the figure before is a feature too; it is what a model fitted to the other
articles says, so that errors carried on are learned from. Prints how well those models do. The same inputs in the same
order give the same bytes.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.figures import Candidate, Figure, candidates, figures_of
from kg.holders import Holders, probabilities
from kg.model import Article, Mention, Reading, Span
from kg.quantities import find_quantities
from kg.resources import data_path
from kg.schema import Schema, load_schema
from kg.stages import refer, relate_frames, split
from kg.stages.relate_statistics import relation_sums
from kg.text import fold
from kg.topics import Topics

MIN_ARTICLES = 4  # articles in which a feature is seen
EPOCHS, RATE, DECAY = 12, 0.25, 6.0
FOLDS, SURE = 3, 0.35

Annotated = tuple[dict[str, Any], Reading]
"""A line of an input, and its article with the annotated names."""

Choose = Callable[[int, Sequence[list[str]]], int]
"""Given an article and the features of nobody and of each candidate: whom the figures behind follow, 0 for nobody."""


@dataclass(frozen=True)
class Example:
    """A figure: its article, the features of nobody (0) and of each candidate, which rows are right and which doubtful.

    ``right`` is empty where the holder is none of the candidates or the figure itself is doubtful.
    """

    article: int
    rows: list[list[str]]
    right: frozenset[int]
    doubtful: frozenset[int]
    required: bool


def read_annotated(files: Iterable[str]) -> list[Annotated]:
    """Read the articles with the annotated names, grouped by our own stage, and the facts of our own frames."""
    lines = [json.loads(row) for file in files for row in Path(file).read_text(encoding="utf-8").splitlines()]
    readings: Sequence[Reading] = []
    for number, line in enumerate(lines):
        article = Article(str(number), str(number), 1, line["text"], title=line.get("title"), date=line.get("date"))
        readings = [*readings, Reading(article)]
    readings = split.make()(readings)
    named = [
        Reading(reading.article, reading.sentences, tuple(mentions_of(line)))
        for line, reading in zip(lines, readings, strict=True)
    ]
    return list(zip(lines, relate_frames.make(schema=load_schema())(refer.make()(named)), strict=True))


def mentions_of(line: dict[str, Any]) -> Iterator[Mention]:
    last = 0
    for m in sorted(line["mentions"], key=lambda m: int(m["start"])):
        if m["start"] >= last:
            last = m["end"]
            yield Mention(Span(m["start"], last), line["text"][m["start"] : last], m["type"], m["subtype"], "gold", 1.0)


def examples(
    articles: list[tuple[dict[str, Any], Reading]], schema: Schema, choose: Choose | None
) -> Iterator[Example]:
    """Yield the figures; each sees as the holder of the one before whom ``choose`` names, or the right one."""
    types = schema.predicates["statistic"].domain
    for number, (line, reading) in enumerate(articles):
        topics = Topics(reading, types)
        holders, sums = Holders(topics), relation_sums(reading)
        entity = {(m["start"], m["end"]): m["entity"] for m in line["mentions"]}
        facts = [fact for fact in line["facts"] if fact["predicate"] == "statistic"]
        for index, span in enumerate(reading.sentences):
            quantities = find_quantities(line["text"][span.start : span.end])
            if not quantities:
                continue
            said = [f for f in facts if f["evidence"][0] < span.end and span.start < f["evidence"][1]]
            found = candidates(topics, index)
            for figure in figures_of(topics, index, quantities):
                if (span, figure.quantity.text) in sums:
                    continue
                stated = [f for f in said if is_value(figure.quantity.text, f["qualifiers"].get("value", f["object"]))]
                example = _example(number, holders, index, figure, found, stated, entity)
                right = min(example.right or example.doubtful, default=0)
                chosen = right if choose is None else choose(number, example.rows)
                if choose is not None or right or not stated:
                    holders.remember(index, figure, found[chosen - 1] if chosen else None)
                yield example


def _example(
    number: int,
    holders: Holders,
    index: int,
    figure: Figure,
    found: Sequence[Candidate],
    stated: Sequence[dict[str, Any]],
    entity: dict[tuple[int, int], str],
) -> Example:
    required = {fact["subject"] for fact in stated if not fact.get("optional")}
    optional = {fact["subject"] for fact in stated if fact.get("optional")}
    entities = [{entity.get((m.span.start, m.span.end)) for m in candidate.group.mentions} for candidate in found]
    right = {row for row, of in enumerate(entities, 1) if of & required}
    doubtful = {row for row, of in enumerate(entities, 1) if of & optional} - right
    if not stated:
        right = {0}
    rows = holders.features(index, figure, found)
    return Example(number, rows, frozenset(right), frozenset(doubtful), bool(required))


def is_value(found: str, annotated: str) -> bool:
    """Say whether a figure is the one annotated: the same numbers, and one within the other."""
    left, right = fold(found), fold(annotated)
    return (left in right or right in left) and re.findall(r"[\d.]+", left) == re.findall(r"[\d.]+", right)


def fit(data: Iterable[Example]) -> dict[str, float]:
    """Fit by AdaGrad (Duchi et al. 2011) with an L2 penalty shared over a feature's examples.

    The weights are the mean of those after each epoch of the second half.
    """
    seen: defaultdict[str, set[int]] = defaultdict(set)
    usable = [example for example in data if example.right]
    for example in usable:
        for row in example.rows:
            for feature in row:
                seen[feature].add(example.article)
    kept = {feature for feature, where in seen.items() if len(where) >= MIN_ARTICLES}
    choices: list[tuple[list[list[str]], list[int]]] = []
    counts: Counter[str] = Counter()
    for example in usable:
        rows = [number for number in range(len(example.rows)) if number not in example.doubtful]
        features = [[feature for feature in example.rows[number] if feature in kept] for number in rows]
        counts.update(feature for row in features for feature in row)
        choices.append((features, [rows.index(number) for number in sorted(example.right)]))
    weights = dict.fromkeys(sorted(kept), 0.0)
    squares = dict.fromkeys(weights, 1e-4)
    means = dict.fromkeys(weights, 0.0)
    order = random.Random(1)
    for epoch in range(EPOCHS):
        order.shuffle(choices)
        for features, right in choices:
            chances = probabilities([sum(weights[feature] for feature in row) for row in features])
            sure = sum(chances[number] for number in right) or 1e-9
            for number, row in enumerate(features):
                error = chances[number] - (chances[number] / sure if number in right else 0.0)
                if abs(error) < 1e-4:
                    continue
                for feature in row:
                    gradient = error + DECAY * weights[feature] / counts[feature]
                    squares[feature] += gradient * gradient
                    weights[feature] -= RATE * gradient / math.sqrt(squares[feature])
        if epoch >= EPOCHS // 2:
            for feature, weight in weights.items():
                means[feature] += weight / (EPOCHS - EPOCHS // 2)
    return means


def chances_of(weights: dict[str, float], rows: Sequence[list[str]]) -> list[float]:
    return probabilities([sum(weights.get(feature, 0.0) for feature in row) for row in rows])


def report(data: Iterable[Example], models: Sequence[dict[str, float]]) -> None:
    """Print how well the models do on the articles that they were not fitted to, at the score kept by default."""
    right = said = due = 0
    for example in data:
        chances = chances_of(models[example.article % len(models)], example.rows)
        best = max(range(1, len(chances)), key=chances.__getitem__, default=0)
        due += example.required
        if best and chances[best] >= SURE and best not in example.doubtful and (example.right or example.required):
            said += 1
            right += example.required and best in example.right
    print(f"held out, of {due} figures: precision {right / said:.3f}, recall {right / due:.3f}")


def main(files: Collection[str]) -> None:
    if not files:
        raise SystemExit("fit_holders.py: name one or more annotated .jsonl files")
    articles, schema = read_annotated(files), load_schema()
    taught = list(examples(articles, schema, None))
    models = [fit(e for e in taught if e.article % FOLDS != fold_) for fold_ in range(FOLDS)]

    def follow(article: int, rows: Sequence[list[str]]) -> int:
        chances = chances_of(models[article % FOLDS], rows)
        return max(range(len(chances)), key=chances.__getitem__)

    carried = list(examples(articles, schema, follow))
    report(carried, models)
    weights = fit(carried)
    rows = sorted((feature, f"{weight:.2f}") for feature, weight in weights.items() if abs(weight) >= 0.05)
    header = (
        "By what the holders of figures are told: feature, log-odds. A logistic regression over nobody and all names\n"
        "that may hold a figure, on annotated articles (fit_holders.py); features of fewer than\n"
        f"{MIN_ARTICLES} articles are left out. @ is a name, # a time expression, * an aside."
    )
    path = Path(data_path("lexicons", "holder_weights.tsv"))
    lines = [f"# {line}" for line in header.splitlines()] + [f"{feature}\t{weight}" for feature, weight in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])

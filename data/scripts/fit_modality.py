"""Fit the weights by which planned and ongoing facts are told from those that are done.

    python data/scripts/fit_modality.py ANNOTATED.jsonl ...

Each line of an input is a JSON object with "text", "date", "mentions" (start, end, type, entity) and "facts" (subject,
predicate, object, evidence, qualifiers with "modality" where a fact is not done, perhaps optional: those count half).
Writes data/lexicons/modality_weights.tsv: a logistic regression over three classes (kg/modality.py says on what), with
the biases that give the best F1 of planned and ongoing on articles held out. Needs NumPy. The same inputs in the same
order give the same rows.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.cues import Cues
from kg.modality import Meanings
from kg.model import Article, Mention, Reading, Span
from kg.resources import data_path
from kg.schema import load_schema
from kg.text import sentences

CLASSES = ("done", "planned", "ongoing")
LITERAL = frozenset(("statistic", "hasTitle"))
MIN_ARTICLES, PENALTY, STEPS, RATE, FOLDS = 5, 2.0, 120, 0.1, 4


@dataclass(frozen=True, slots=True)
class Example:
    """A fact: its article's number, its class, whether two readers could disagree, what is weighed of it."""

    article: int
    label: int
    optional: bool
    features: list[str]


def examples(files: Iterable[str]) -> Iterator[Example]:
    """Yield the annotated facts whose words stand in one sentence; timeless ones are left out."""
    cues = Cues(load_schema())
    number = 0
    for file in files:
        for row in Path(file).read_text(encoding="utf-8").splitlines():
            line, number = json.loads(row), number + 1
            mentions, named = _mentions(line)
            article = Article(id=str(number), document=str(number), number=1, text=line["text"], date=line.get("date"))
            reading = Reading(article, tuple(sentences(line["text"])), mentions)
            meanings = Meanings(reading, cues)
            for fact in line["facts"]:
                place = None if fact["predicate"] in cues.timeless else _place(reading, named, fact)
                if place is not None:
                    label = CLASSES.index(fact.get("qualifiers", {}).get("modality", "done"))
                    features = meanings.features(fact["predicate"], *place)
                    yield Example(number, label, bool(fact.get("optional")), features)


def _mentions(line: dict[str, Any]) -> tuple[tuple[Mention, ...], dict[str, list[Span]]]:
    mentions: list[Mention] = []
    named: defaultdict[str, list[Span]] = defaultdict(list)
    for one in sorted(line["mentions"], key=lambda one: (one["start"], one["end"])):
        span = Span(one["start"], one["end"])
        if not mentions or mentions[-1].span.end <= span.start:
            mentions.append(Mention(span, one["text"], one["type"], one.get("subtype"), "annotated", 1.0))
            named[one["entity"]].append(span)
    return tuple(mentions), named


def _place(reading: Reading, named: dict[str, list[Span]], fact: dict[str, Any]) -> tuple[Span, int, int] | None:
    """Return the sentence of a fact's object and the stretch of its words there."""
    first, last = fact["evidence"]
    inside = Span(first, last)
    if fact["predicate"] in LITERAL:
        words = fact.get("qualifiers", {}).get("value", fact["object"])
        found = re.search(re.escape(words), reading.article.text[first:last])
        objects = [Span(first + found.start(), first + found.end())] if found else []
        subjects: list[Span] = []
    else:
        objects, subjects = (
            [one for one in named.get(fact[end], ()) if inside.contains(one)] for end in ("object", "subject")
        )
    if not objects:
        return None
    pairs = [(abs(a.start - b.start), min(a.start, b.start), max(a.end, b.end), b) for a in subjects for b in objects]
    _, start, end, target = min(pairs) if pairs else (0, objects[0].start, objects[0].end, objects[0])
    sentence = next((one for one in reading.sentences if one.start <= target.start < one.end), None)
    if sentence is None:
        return None
    start, end = max(start, sentence.start), min(end, sentence.end)
    return (sentence, start, end) if start < end else None


def fit(data: list[Example]) -> tuple[dict[str, int], Any]:
    """Fit weights by full-batch Adam (Kingma and Ba 2015) with an L2 penalty: feature → row, rows by class."""
    articles: defaultdict[str, set[int]] = defaultdict(set)
    for one in data:
        for feature in one.features:
            articles[feature].add(one.article)
    rows = {feature: row for row, feature in enumerate(sorted(f for f in articles if len(articles[f]) >= MIN_ARTICLES))}
    seen = np.zeros((len(data), len(rows) + 1), np.float32)
    seen[:, -1] = 1
    for number, one in enumerate(data):
        seen[number, [rows[feature] for feature in one.features if feature in rows]] = 1
    right = np.eye(len(CLASSES))[[one.label for one in data]]
    share = np.array([[0.5 if one.optional else 1.0] for one in data])
    weights = np.zeros((len(rows) + 1, len(CLASSES)))
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        odds = seen @ weights
        chance = np.exp(odds - odds.max(1, keepdims=True))
        chance /= chance.sum(1, keepdims=True)
        gradient = seen.T @ ((chance - right) * share)
        gradient[:-1] += PENALTY * weights[:-1]
        gradient /= len(data)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        rate = RATE if step < 0.7 * STEPS else 0.3 * RATE
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return rows, weights


def odds_of(rows: dict[str, int], weights: Any, one: Example) -> tuple[float, float]:
    """Return the log-odds of planned and of ongoing against done."""
    total = weights[-1] + weights[[rows[feature] for feature in one.features if feature in rows]].sum(0)
    return float(total[1] - total[0]), float(total[2] - total[0])


def held_out(data: list[Example]) -> list[tuple[Example, tuple[float, float]]]:
    """Return the required facts with their log-odds by weights fitted to other articles."""
    numbers = sorted({one.article for one in data})
    random.Random(0).shuffle(numbers)
    out: list[tuple[Example, tuple[float, float]]] = []
    for fold in range(FOLDS):
        away = set(numbers[fold::FOLDS])
        rows, weights = fit([one for one in data if one.article not in away])
        out += [(one, odds_of(rows, weights, one)) for one in data if one.article in away and not one.optional]
    return out


def best_shift(scored: list[tuple[Example, tuple[float, float]]]) -> list[float]:
    """Return what to add to the two biases for the best F1 of each class, and print what it gives."""
    labels = np.array([one.label for one, _ in scored])
    odds = np.array([(0.0, *pair) for _, pair in scored])
    shift = [0.0, 0.0]
    for kind in (1, 2):
        tried = []
        for step in range(-4, 13):
            shift[kind - 1] = step / 10
            tried.append((_f1(np.argmax(odds + np.array([0.0, *shift]), 1), labels, (kind,)), step / 10))
        shift[kind - 1] = max(tried)[1]
    said = np.argmax(odds + np.array([0.0, *shift]), 1)
    for name, kinds in (("planned", (1,)), ("ongoing", (2,)), ("both", (1, 2))):
        print(f"F1 on articles held out, {name}: {_f1(said, labels, kinds):.3f}")
    return shift


def _f1(said: Any, labels: Any, kinds: tuple[int, ...]) -> float:
    right = ((said == labels) & np.isin(said, kinds)).sum()
    return float(2 * right / max(1, np.isin(said, kinds).sum() + np.isin(labels, kinds).sum()))


def main(arguments: list[str]) -> None:
    if not arguments:
        raise SystemExit("fit_modality.py: say one or more annotated .jsonl files")
    data = list(examples(arguments))
    shift = best_shift(held_out(data))
    rows, weights = fit(data)
    lines = [
        "# Planned, ongoing or done: feature, log-odds of planned and of ongoing against done (kg/modality.py).",
        "# A logistic regression on annotated articles, by data/scripts/fit_modality.py.",
        "# feature\tplanned\tongoing",
        f"bias\t{weights[-1][1] - weights[-1][0] + shift[0]:.2f}\t{weights[-1][2] - weights[-1][0] + shift[1]:.2f}",
    ]
    for feature, row in rows.items():
        planned, ongoing = weights[row][1] - weights[row][0], weights[row][2] - weights[row][0]
        if max(abs(planned), abs(ongoing)) >= 0.1:
            lines.append(f"{feature}\t{planned:.2f}\t{ongoing:.2f}")
    path = Path(data_path("lexicons", "modality_weights.tsv"))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines) - 3} rows from {len(data)} facts")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Fit the weights by which candidates for industries, events and products are told from other words.

    python data/scripts/fit_weights.py industry|event|product ANNOTATED.jsonl ...

Each line of an input is a JSON object with "text" and "mentions" (start, end, type, and perhaps alt and optional).
Writes data/lexicons/industry_weights.tsv, event_weights.tsv or product_weights.tsv: a logistic regression on what
stands around a candidate and on its make, hardly ever on its own words. The same inputs in the same order give the
same bytes.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rjieba

from kg.industries import branches
from kg.model import Article, Reading
from kg.regions import candidates
from kg.resources import data_path
from kg.stages import (
    find_events,
    find_industries,
    find_organizations,
    find_people,
    find_products,
    find_regions,
    settle,
    split,
)
from kg.weighing import automaton_of

MIN_ARTICLES = 5  # articles in which a feature is seen
PROPER_TAGS = frozenset(("nr", "ns", "nt", "nz", "nrt", "nrfg"))  # words that stand beside one text's names only
EPOCHS, RATE, DECAY = 14, 0.3, 2.0

Example = tuple[int, bool, list[str]]
"""The article's number, whether the candidate is right, its features."""


def examples(kind: str, files: Iterable[str]) -> Iterator[Example]:
    """Yield every candidate but those that another finder's mention covers or a doubtful one of the annotation."""
    before = [module.make() for module in (split, find_regions, find_organizations, find_people)]
    industries = automaton_of(branches())
    events = automaton_of(find_events.event_heads())
    number = 0
    for file in files:
        for row in Path(file).read_text(encoding="utf-8").splitlines():
            line, number = json.loads(row), number + 1
            readings: Any = [Reading(Article(id=str(number), document=str(number), number=1, text=line["text"]))]
            for stage in before:
                readings = stage(readings)
            taken: set[int] = set()
            found: Any
            if kind == "industry":
                taken = {
                    place for m in settle.make()(readings)[0].mentions for place in range(m.span.start, m.span.end)
                }
                found = find_industries.weighed(line["text"], industries)
            elif kind == "event":
                found = find_events.weighed(readings[0], events)
            else:
                found = find_products.weighed(readings[0])
            right, doubtful = annotated(line["mentions"], kind.capitalize())
            for candidate, features in found:
                span = range(candidate.start, candidate.end)
                is_right = (candidate.start, candidate.end) in right
                if taken.isdisjoint(span) and (is_right or doubtful.isdisjoint(span)):
                    yield number, is_right, features


def annotated(mentions: list[dict[str, Any]], kind: str) -> tuple[set[tuple[int, int]], set[int]]:
    """Return the spans that are right, and the places where two careful readers could disagree."""
    right: set[tuple[int, int]] = set()
    doubtful: set[int] = set()
    for mention in mentions:
        if mention.get("optional"):
            doubtful.update(range(mention["start"], mention["end"]))
        elif mention["type"] == kind:
            right.update((start, end) for start, end in [(mention["start"], mention["end"]), *mention.get("alt", [])])
    return right, doubtful


def is_general(feature: str) -> bool:
    """Say whether a feature's word may weigh elsewhere too: no proper name and no number."""
    if "before" not in feature and "after" not in feature:
        return True
    word = feature.rpartition(" ")[2]
    return rjieba.tag(word)[0][1] not in PROPER_TAGS and not any(map(str.isdigit, word)) and not candidates(word)


def regress(data: list[tuple[bool, list[str]]]) -> tuple[float, dict[str, float]]:
    """Fit a logistic regression by AdaGrad (Duchi et al. 2011) with an L2 penalty shared over a feature's examples."""
    counts = Counter(feature for _, features in data for feature in features)
    weights: defaultdict[str, float] = defaultdict(float)
    squares: defaultdict[str, float] = defaultdict(lambda: 1e-6)
    bias, square, order = -1.0, 1e-6, random.Random(1)
    for _ in range(EPOCHS):
        order.shuffle(data)
        for right, features in data:
            error = logistic(bias + sum(weights[f] for f in features)) - right
            square += error * error
            bias -= RATE * error / math.sqrt(square)
            for f in features:
                gradient = error + DECAY * weights[f] / counts[f]
                squares[f] += gradient * gradient
                weights[f] -= RATE * gradient / math.sqrt(squares[f])
    return bias, dict(weights)


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def best_threshold(found: list[Example], bias: float, weights: dict[str, float]) -> float:
    """Return the score from which on keeping candidates gives the best F1, and print what it gives."""
    scored = [(logistic(bias + sum(weights.get(f, 0.0) for f in features)), right) for _, right, features in found]
    every = sum(right for _, right in scored)
    best = (0.0, 0.5, "")
    for percent in range(30, 65, 5):
        kept = [right for score, right in scored if score >= percent / 100]
        f1 = 2 * sum(kept) / max(1, len(kept) + every)
        best = max(best, (f1, percent / 100, f"from {percent}%: {sum(kept)} of {len(kept)} right, of {every} in all"))
    print(best[2])
    return best[1]


def main(arguments: list[str]) -> None:
    if len(arguments) < 2 or arguments[0] not in ("industry", "event", "product"):
        raise SystemExit("fit_weights.py: say industry, event or product, then one or more annotated .jsonl files")
    kind, *files = arguments
    found = list(examples(kind, files))
    articles: defaultdict[str, set[int]] = defaultdict(set)
    for number, _, features in found:
        for feature in features:
            articles[feature].add(number)
    kept = {feature for feature, where in articles.items() if len(where) >= MIN_ARTICLES and is_general(feature)}
    bias, weights = regress([(right, [f for f in features if f in kept]) for _, right, features in found])
    threshold = best_threshold(found, bias, weights)
    bias -= math.log(threshold / (1 - threshold))  # 0.5, below which mentions are dropped, then gives the best F1
    rows = sorted((feature, f"{weight:.2f}") for feature, weight in weights.items() if abs(weight) >= 0.1)
    header = (
        f"By what candidates are weighed ({kind}): feature, log-odds. A logistic regression on annotated articles\n"
        f"(fit_weights.py); features of fewer than {MIN_ARTICLES} articles, and names, are left out. The bias is such\n"
        "that keeping what scores 0.5 or more gives the best F1."
    )
    path = Path(data_path("lexicons", f"{kind}_weights.tsv"))
    lines = [f"# {line}" for line in header.splitlines()] + [f"{f}\t{w}" for f, w in [("bias", f"{bias:.2f}"), *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rows) + 1} rows")


if __name__ == "__main__":
    main(sys.argv[1:])

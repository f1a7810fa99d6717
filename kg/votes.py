"""How sure a mention is for which several finders voted: log-odds of their votes, summed.

The weights (data/lexicons/vote_weights.tsv) say how far each finder is to be believed on each type, and are fitted to
annotated texts by data/scripts/build_recognizer.py: experts combined by logistic regression. Those of finders of one's
own come from a table beside it (data/scripts/fit_votes.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.errors import ConfigError
from kg.weighing import weights

TAGGER = "find_tagger"
WORDS = "find_words"
"""The finder of the words that a user lists: nothing votes them down."""
_SURE, _UNLIKELY = 0.9, 0.02
_LEAST = 0.002
"""Probabilities are kept so far from 0 and 1, beyond which their figures mean nothing."""

WITHOUT = "without "
"""Begins the feature of a mention that a finder did not find, for finders whose silence tells something."""

Weights = Mapping[str, float]
"""Log-odds by feature."""


def features(kind: str, votes: Mapping[str, float], shipped: Weights | None = None) -> Iterator[tuple[str, float]]:
    """Yield the features of a mention and their values: who voted (finder → score), and how surely.

    The recognizer is alone where no rule found the mention: none of the finders that ``shipped`` has weights of, or of
    all without it.
    """
    yield f"type {kind}", 1.0
    for finder, vote in votes.items():
        odds = _odds(vote)
        if finder != TAGGER:
            yield f"{finder} {kind}", 1.0
            yield f"{finder} odds", odds
            continue
        yield f"{finder} odds", odds
        yield f"{finder} odds {kind}", odds
        if vote > _SURE:
            yield f"{finder} sure", 1.0
        if vote < _UNLIKELY:
            yield f"{finder} unlikely", 1.0
    rules = (finder for finder in votes if finder != TAGGER and (shipped is None or f"{finder} odds" in shipped))
    if TAGGER in votes and not any(rules):
        yield f"{TAGGER} alone {kind}", 1.0


def silences(kind: str, votes: Mapping[str, float], known: Weights) -> Iterator[str]:
    """Yield the features that say which finders, of those whose silence has a weight, did not find a mention."""
    for feature in known:
        if feature.startswith(WITHOUT) and feature.endswith(f" {kind}") and feature.split(" ")[1] not in votes:
            yield feature


def read_weights(path: str | Path) -> Weights:
    """Return the shipped weights with those of a table, ``feature<TAB>weight`` a line, beside or instead of them.

    Raises ConfigError where it cannot be read.
    """
    own: dict[str, float] = {}
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}; give a table of weights") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            feature, _, weight = line.partition("\t")
            own[feature] = _number(weight)
            if not math.isfinite(own[feature]):
                raise ConfigError(f"{path}:{number}: not a weight; a line is a feature, a tab and a number")
    return {**weights("vote"), **own}


def probability(kind: str, votes: Mapping[str, float], known: Weights | None = None) -> float:
    """Return how sure a mention of that type is, 0 to 1; a finder without a weight counts as its score says.

    ``known`` are the weights, without it the shipped ones.
    """
    if WORDS in votes:
        return votes[WORDS]
    shipped = weights("vote")
    known = shipped if known is None else known
    total = known["bias"] + sum(known[feature] for feature in silences(kind, votes, known))
    for feature, value in features(kind, votes, shipped):
        weight = known.get(feature)
        if weight is not None:
            total += weight * value
        elif feature.endswith(" odds"):
            total += value
    return round(1 / (1 + math.exp(-total)), 3)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))

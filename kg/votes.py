"""How sure a mention is for which several finders voted: log-odds of their votes, summed.

The weights (data/lexicons/vote_weights.tsv) say how far each finder is to be believed on each type, and are fitted to
annotated texts by data/scripts/build_recognizer.py: experts combined by logistic regression.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from kg.weighing import weights

TAGGER = "find_tagger"
WORDS = "find_words"
"""The finder of the words that a user lists: nothing votes them down."""
_SURE, _UNLIKELY = 0.9, 0.02
_LEAST = 0.002
"""Probabilities are kept so far from 0 and 1, beyond which their figures mean nothing."""


def features(kind: str, votes: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield the features of a mention and their values: who voted (finder → score), and how surely."""
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
    if len(votes) == 1 and TAGGER in votes:
        yield f"{TAGGER} alone {kind}", 1.0


def probability(kind: str, votes: Mapping[str, float]) -> float:
    """Return how sure a mention of that type is, 0 to 1; a finder without a weight counts as its score says."""
    if WORDS in votes:
        return votes[WORDS]
    known = weights("vote")
    total = known["bias"]
    for feature, value in features(kind, votes):
        weight = known.get(feature)
        if weight is not None:
            total += weight * value
        elif feature.endswith(" odds"):
            total += value
    return round(1 / (1 + math.exp(-total)), 3)


def _odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))

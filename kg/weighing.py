"""Candidates for names weighed: what stands around a candidate gives log-odds, and their sum the mention's score.

The weights are rows of a lexicon, so that a reader can see why a word counts, and are fitted to annotated text by
data/scripts/fit_weights.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import ahocorasick

from kg.organization_edges import Tokens
from kg.resources import read_rows


def automaton_of(names: Iterable[str]) -> ahocorasick.Automaton:
    """Return an automaton that finds all the names at once; of each match it gives the last offset and the length."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in names:
        automaton.add_word(name)
    automaton.make_automaton()
    return automaton


@cache
def weights(kind: str) -> Mapping[str, float]:
    """Return the log-odds of the features by which candidates of that kind are weighed, and their ``bias``."""
    return {feature: float(weight) for feature, weight in read_rows("lexicons", f"{kind}_weights.tsv")}


def score(kind: str, features: Sequence[str]) -> float:
    """Return between 0 and 1 how sure a candidate with these features is; unknown features weigh nothing."""
    odds = weights(kind)
    return round(1 / (1 + math.exp(-odds["bias"] - sum(odds.get(feature, 0.0) for feature in features))), 3)


def word_at(tokens: Tokens, offset: int) -> str:
    """Return the word at an offset; ``^`` for white space and beyond either end of the text."""
    word = tokens.words[tokens.at[offset]] if 0 <= offset < len(tokens.text) else ""
    return word.strip() or "^"

"""Candidate pairs of an article: two names that one sentence, or a sentence and what was spoken of before it, joins.

A pair is ordered, subject first: the other way round it is another.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.model import Mention, Reading, Reference
from kg.schema import Schema

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

KINDS = (
    "Organization", "Organization/company", "Organization/financial_institution", "Organization/government",
    "Organization/party", "Organization/university", "Organization/research_institute", "Organization/hospital",
    "Organization/association", "Organization/media", "Organization/cooperative", "Organization/village_committee",
    "Organization/other", "Person", "Region", "Region/country", "Region/province", "Region/prefecture",
    "Region/county", "Region/township", "Region/village", "Region/development_zone", "Region/informal", "Region/site",
    "Program", "Program/plan", "Program/project", "Program/fund", "Program/financial_product", "Program/platform",
    "Program/other", "Industry", "Product", "Event",
)  # fmt: skip
"""What a node may be, by type and subtype; the subtypes of persons say nothing here."""

_KIND = {kind: number for number, kind in enumerate(KINDS)}
_REACH = 2
"""So many names of each type spoken of before a sentence are candidates in it."""

_APART = 12
"""So far down a list of names a pair may reach, which bounds the work on long ones."""


@dataclass(frozen=True, slots=True)
class Node:
    """A name, or a form that stands for one, where it stands; ``group`` numbers the article's groups."""

    item: Mention | Reference
    mention: Mention
    group: int
    kind: int
    sentence: int


@dataclass(frozen=True)
class Pairs:
    """Candidate pairs of one article.

    ``subjects`` and ``objects`` index ``nodes``; ``sentences`` is the sentence that would state the fact. ``allowed``
    [pair, predicate] says which predicates take such ends.
    """

    nodes: tuple[Node, ...]
    subjects: Ints
    objects: Ints
    sentences: Ints
    allowed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.subjects)

    def part(self, start: int, end: int) -> Pairs:
        """Return the pairs from ``start`` to ``end``."""
        rows = slice(start, end)
        return Pairs(self.nodes, self.subjects[rows], self.objects[rows], self.sentences[rows], self.allowed[rows])


def find_pairs(reading: Reading, takes: NDArray[np.bool_]) -> Pairs | None:
    """Return an article's candidate pairs, sentence by sentence; None where there are none.

    ``takes`` is what ``allowed_ends`` returns.
    """
    nodes = _nodes(reading)
    first, second, place = _candidates(nodes)
    kinds = np.array([node.kind for node in nodes], dtype=np.int64)
    allowed = takes[kinds[first], kinds[second]]
    kept = np.flatnonzero(allowed.any(axis=1))
    if not len(kept):
        return None
    return Pairs(tuple(nodes), first[kept], second[kept], place[kept], allowed[kept])


def _nodes(reading: Reading) -> list[Node]:
    number = {mention.span: at for at, group in enumerate(reading.groups) for mention in group.mentions}
    bounds = [sentence.start for sentence in reading.sentences]
    items: list[Mention | Reference] = [*reading.mentions, *reading.references]
    found: list[Node] = []
    last = -1
    for item in sorted(items, key=lambda item: item.span):
        mention = item.mention if isinstance(item, Reference) else item
        group = number.get(mention.span)
        sentence = bisect_right(bounds, item.span.start) - 1
        if group is None or sentence < 0 or item.span.start < last or mention.type not in _KIND:
            continue
        last = item.span.end
        of = reading.groups[group]
        kind = _KIND.get(f"{of.type}/{of.subtype}", _KIND[mention.type])
        found.append(Node(item, mention, group, kind, sentence))
    return found


def _candidates(nodes: Sequence[Node]) -> tuple[Ints, Ints, Ints]:
    """Return subject, object and sentence of every pair in a sentence, and of those with what was spoken of before."""
    found: list[tuple[int, int, int]] = []
    recent: dict[str, list[int]] = {}
    at = 0
    while at < len(nodes):
        sentence = nodes[at].sentence
        end = at
        while end < len(nodes) and nodes[end].sentence == sentence:
            end += 1
        within = {nodes[node].group for node in range(at, end)}
        before = [node for kept in recent.values() for node in kept if nodes[node].group not in within]
        for one in range(at, end):
            near = range(max(at, one - _APART), min(end, one + _APART + 1))
            found += ((one, other, sentence) for other in near if nodes[one].group != nodes[other].group)
            for other in before:
                found += ((one, other, sentence), (other, one, sentence))
        for node in range(at, end):
            kept = recent.setdefault(nodes[node].mention.type, [])
            others = [other for other in kept if nodes[other].group != nodes[node].group]
            kept[:] = [*others[-_REACH + 1 :], node]
        at = end
    first, second, place = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return first, second, place


def allowed_ends(schema: Schema, predicates: Sequence[str]) -> NDArray[np.bool_]:
    """Return [subject's kind, object's kind, predicate]: which facts the schema allows."""
    types = [kind.partition("/")[0] for kind in KINDS]
    table = np.zeros((len(KINDS), len(KINDS), len(predicates)), dtype=bool)
    for number, name in enumerate(predicates):
        for one, subject in enumerate(types):
            for other, object_ in enumerate(types):
                table[one, other, number] = schema.allows(name, subject, object_)
    return table

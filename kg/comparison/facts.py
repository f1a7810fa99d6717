"""Which facts of two stores are one before and after, what changed of them, and who came into a post or left it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from kg.comparison.identities import Canonical
from kg.comparison.records import Changed, PostChange
from kg.comparison.sides import Side, Stated
from kg.model import Qualifier
from kg.schema import Schema
from kg.text import fold


class FactPair(NamedTuple):
    """A fact of either store, one the other's successor."""

    before: Stated
    after: Stated
    changes: tuple[Changed, ...]


class Carried(NamedTuple):
    """Facts that share claims, how many more share them with one of those, and what shares none."""

    pairs: list[tuple[Stated, Stated]]
    shared: int
    went: list[Stated]
    came: list[Stated]


class Matching:
    """Finds for facts of one store those of the other that are their successors."""

    def __init__(self, schema: Schema, canonical: Canonical) -> None:
        self._schema = schema
        self._canonical = canonical
        self.went: list[Stated] = []
        self.came: list[Stated] = []

    def by_claims(self, went: Sequence[Stated], came: Sequence[Stated], one: Side, other: Side) -> Carried:
        """Pair facts that rest on the same claims: their ends have other ids, or their claims are put otherwise.

        A fact that finds no partner has gone nowhere if what it says is told by another one of its claims.
        """
        with_claim: dict[str, Stated] = {claim: fact for fact in reversed(came) for claim in fact.claims}
        pairs, taken, left = [], set[str](), []
        for fact in went:
            successors = [with_claim[claim] for claim in fact.claims if claim in with_claim]
            free = next((each for each in successors if each.id not in taken), None)
            if free is not None:
                taken.add(free.id)
                pairs.append((fact, free))
            else:
                left.append(fact)
        others = [fact for fact in came if fact.id not in taken]
        before, after = self._canonical.before, self._canonical.after
        gone = [fact for fact in left if not _is_told(fact, before, other.ends_of, after)]
        new = [fact for fact in others if not _is_told(fact, after, one.ends_of, before)]
        return Carried(pairs, len(left) - len(gone) + len(others) - len(new), gone, new)

    def by_ends(self, went: Iterable[Stated], came: Iterable[Stated]) -> list[tuple[Stated, Stated]]:
        """Pair what went and came between the same ends, the least different first; keep what has no partner."""
        olds: dict[tuple[str, ...], list[Stated]] = {}
        news: dict[tuple[str, ...], list[Stated]] = {}
        for facts, by_ends, ids in ((went, olds, self._canonical.before), (came, news, self._canonical.after)):
            for fact in facts:
                by_ends.setdefault(self._ends(fact, ids), []).append(fact)
        pairs = []
        for ends in olds.keys() & news.keys():
            ranked = sorted(
                (len(changes), old.id, new.id, old, new)
                for old, new in product(olds[ends], news[ends])
                if (changes := self.changes(old, new)) is not None and self._is_change(old, changes)
            )
            for _, _, _, old, new in ranked:
                if old in olds[ends] and new in news[ends]:
                    olds[ends].remove(old)
                    news[ends].remove(new)
                    pairs.append((old, new))
        self.went += [fact for facts in olds.values() for fact in facts]
        self.came += [fact for facts in news.values() for fact in facts]
        return pairs

    def _ends(self, fact: Stated, ids: Mapping[str, str]) -> tuple[str, ...]:
        """Return what two facts must share to be one before and after: of a figure its indicator, not its value."""
        subject = ids.get(fact.subject, fact.subject)
        if fact.object is None:
            said = _meanings(fact.qualifiers)
            return subject, fact.predicate, said.get("indicator", "") if "value" in said else fold(fact.value or ""), ""
        object_ = ids.get(fact.object, fact.object)
        predicate = self._schema.predicates.get(fact.predicate)
        if predicate is not None and predicate.symmetric:
            subject, object_ = sorted((subject, object_))
        return subject, fact.predicate, "", object_

    def _is_change(self, fact: Stated, changes: Sequence[Changed]) -> bool:
        """A figure of another day with another value is another figure."""
        return fact.object is not None or len([change for change in changes if change.part != "documents"]) == 1

    def changes(self, before: Stated, after: Stated) -> tuple[Changed, ...]:
        """Return what differs between a fact and its successor, ends by their one id."""
        old, new = _meanings(before.qualifiers), _meanings(after.qualifiers)
        texts = [texts_of(each.qualifiers) for each in (before, after)]
        found = [
            Changed(name, texts[0].get(name, ""), texts[1].get(name, ""))
            for name in sorted(old.keys() | new.keys())
            if old.get(name) != new.get(name)
        ]
        ids = self._canonical
        ends = [
            (ids.before.get(before.subject, before.subject), ids.before.get(before.object or "", before.object)),
            (ids.after.get(after.subject, after.subject), ids.after.get(after.object or "", after.object)),
        ]
        if ends[0] != ends[1] and ends[0] != ends[1][::-1]:
            for part, a, b in zip(("subject", "object"), *ends, strict=True):
                found += [Changed(part, a or "", b or "")] if a != b else []
        for part in ("modality", "polarity", "documents"):
            if getattr(before, part) != getattr(after, part):
                found.append(Changed(part, str(getattr(before, part)), str(getattr(after, part))))
        return tuple(found)


def _is_told(
    fact: Stated,
    ids: Mapping[str, str],
    ends_of: Mapping[str, tuple[str, str | None]],
    other_ids: Mapping[str, str],
) -> bool:
    """Say whether a claim of the fact is one of a fact of the other store between the same ends."""
    ends = _ends((fact.subject, fact.object), ids)
    return any(claim in ends_of and _ends(ends_of[claim], other_ids) == ends for claim in fact.claims)


def _ends(ends: tuple[str, str | None], ids: Mapping[str, str]) -> set[str | None]:
    return {ids.get(end, end) if end is not None else None for end in ends}


def _meanings(qualifiers: Iterable[Qualifier]) -> dict[str, str]:
    """Return what qualifiers mean, by name: the normalized value, or the folded words where that is not known."""
    said: dict[str, set[str]] = {}
    for qualifier in qualifiers:
        said.setdefault(qualifier.name, set()).add(repr(qualifier.normal) if qualifier.normal else fold(qualifier.text))
    return {name: "\x1f".join(sorted(values)) for name, values in said.items()}


def texts_of(qualifiers: Iterable[Qualifier]) -> dict[str, str]:
    """Return the words of qualifiers, by name."""
    texts: dict[str, list[str]] = {}
    for qualifier in qualifiers:
        texts.setdefault(qualifier.name, []).append(qualifier.text)
    return {name: "、".join(values) for name, values in texts.items()}


def post_changes(
    matching: Matching,
    changed: Iterable[FactPair],
    one: Side,
    other: Side,
    canonical: Canonical,
    schema: Schema,
) -> Iterator[PostChange]:
    """Yield the posts that somebody came into or left, by body and title."""
    titled = {predicate.name for predicate in schema.predicates.values() if "title" in predicate.identifying}
    moves: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    shown: dict[tuple[str, str], tuple[str, str]] = {}

    def note(fact: Stated, side: Side, ids: Mapping[str, str], arrives: bool) -> None:
        if fact.predicate in titled and fact.object is not None:
            title = texts_of(fact.qualifiers).get("title", "")
            post = ids.get(fact.object, fact.object), fold(title)
            shown[post] = side.name(fact.object), title
            moves.setdefault(post, (set(), set()))[not arrives].add(side.name(fact.subject))

    for fact in matching.went:
        note(fact, one, canonical.before, fact.polarity == "denied")
    for fact in matching.came:
        note(fact, other, canonical.after, fact.polarity != "denied")
    for pair in changed:
        if {"title", "polarity", "subject", "object"} & {change.part for change in pair.changes}:
            note(pair.before, one, canonical.before, pair.before.polarity == "denied")
            note(pair.after, other, canonical.after, pair.after.polarity != "denied")
    for post in sorted(moves):
        came, went = (tuple(sorted(names)) for names in moves[post])
        body, title = shown[post]
        if came != went:
            yield PostChange(body, title, came, went)

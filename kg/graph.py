"""Entities and facts, computed from readings and links; the store holds the truth, this is what follows from it.

A fact is the claims with an equal key. Nothing here depends on the order in which documents were read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypedDict

from kg.errors import KGError
from kg.garbage import collection_paused
from kg.gathering import ADCODE as ADCODE
from kg.gathering import Gathered, Key, Outline, make_fact
from kg.gathering import Presence as Presence
from kg.gathering import Source as Source
from kg.gathering import preferred_name as preferred_name
from kg.model import Claim, Document, Entity, Evidence, Fact, Group, Link, Reading, Span
from kg.periods import make_period, period_of, touches
from kg.places import Place
from kg.regions import is_inside
from kg.schema import Schema
from kg.text import fold

PLACING = ("locatedIn", "partOf")
"""The predicates whose subject lies inside their object."""


class Conditions(TypedDict, total=False):
    """What a part of a graph must satisfy; ``Graph.filter`` says what each means."""

    types: Collection[str] | None
    predicates: Collection[str] | None
    regions: Collection[str] | None
    since: str | None
    until: str | None
    support: int
    planned: bool
    denied: bool
    isolated: bool


@dataclass(frozen=True)
class Graph:
    """Entities by id and facts, each in a fixed order, with what leads from evidence back to the page.

    ``places`` are keyed by article id and span; ``left_out`` counts the claims that gave no fact: ``unlinked`` where
    an end belongs to no entity, ``reflexive`` where both ends are one entity.
    """

    entities: Mapping[str, Entity]
    facts: tuple[Fact, ...]
    sources: Mapping[str, Source]
    places: Mapping[tuple[str, Span], Place]
    presence: Mapping[str, Presence]
    left_out: Mapping[str, int]

    @cached_property
    def _facts_by_entity(self) -> Mapping[str, tuple[Fact, ...]]:
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            for end in {fact.subject, fact.object} - {None}:
                found.setdefault(str(end), []).append(fact)
        return {entity: tuple(facts) for entity, facts in found.items()}

    @cached_property
    def by_code(self) -> Mapping[str, str]:
        """The ids of the entities that have a GB/T 2260 code, by code."""
        return codes_of(self.entities)

    @property
    def outlines(self) -> Iterator[Outline]:
        """The facts without their claims, in their order."""
        return (Outline(fact.subject, fact.predicate, fact.object, fact.modality, fact.polarity) for fact in self.facts)

    def facts_of(self, entity: str) -> tuple[Fact, ...]:
        """Return the facts that have the entity at either end."""
        return self._facts_by_entity.get(entity, ())

    def neighbours(self, entity: str) -> tuple[str, ...]:
        """Return the ids of the entities that a direct fact joins to this one, sorted."""
        ends = {end for fact in self.facts_of(entity) if is_direct(fact) for end in (fact.subject, fact.object) if end}
        return tuple(sorted(ends - {entity}))

    def named(self, name: str) -> tuple[Entity, ...]:
        """Return the entities with that id, code or name."""
        if name in self.entities:
            return (self.entities[name],)
        key = fold(name)
        return tuple(
            entity
            for entity in self.entities.values()
            if key in map(fold, (entity.name, *entity.names)) or any(code == name for _, code in entity.codes)
        )

    def find(self, name: str) -> tuple[Entity, ...]:
        """Return the entities with that id, code or name; where there are none, those with a name that contains it."""
        exact, key = self.named(name), fold(name)
        if exact or not key:
            return exact
        return tuple(
            entity
            for entity in self.entities.values()
            if any(key in fold(known) for known in (entity.name, *entity.names))
        )

    def place(self, evidence: Evidence) -> Place | None:
        """Return where the words stand in their document, None where that is not known."""
        return self.places.get((evidence.article, evidence.span))

    def source(self, evidence: Evidence) -> Source:
        """Return the article that the words stand in."""
        return self.sources[evidence.article]

    def filter(
        self,
        *,
        types: Collection[str] | None = None,
        predicates: Collection[str] | None = None,
        regions: Collection[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        support: int = 1,
        planned: bool = True,
        denied: bool = True,
        isolated: bool = True,
    ) -> Graph:
        """Return the part of the graph that passes every condition given.

        ``types`` keeps entities of these types or subtypes and the facts between them; ``regions`` (ids of entities or
        adcodes) keeps the facts with an end inside one of them, and their other ends. ``since`` and ``until`` are days,
        ISO 8601, both included: a fact is kept whose own dates touch that time, or those of the papers that tell it
        where it has none; one without any is left out. ``support`` is how many documents must tell a fact;
        ``isolated=False`` leaves out entities that have no fact here. Raises KGError where a region is not in the graph
        or a day is none.
        """
        keep = {
            id_
            for id_, entity in self.entities.items()
            if types is None or entity.type in types or entity.subtype in types
        }
        inside = keep & self.inside(*regions) if regions is not None else keep
        time = make_period(since, until)
        facts = tuple(
            fact
            for fact in self.facts
            if (predicates is None or fact.predicate in predicates)
            and (planned or fact.modality != "planned")
            and (denied or fact.polarity != "denied")
            and fact.documents >= support
            and fact.subject in keep
            and (fact.object is None or fact.object in keep)
            and (fact.subject in inside or fact.object in inside)
            and (time == (None, None) or touches(period_of(fact, self.sources), time))
        )
        ends = {end for fact in facts for end in (fact.subject, fact.object)}
        kept = ends | inside if isolated else ends
        return replace(
            self, entities={id_: entity for id_, entity in self.entities.items() if id_ in kept}, facts=facts
        )

    def inside(self, *regions: str) -> set[str]:
        """Return the ids of regions and what lies in them: by code, and by the facts that place one thing in another.

        A region that is not in the graph itself is found by its code. Raises KGError where there is neither.
        """
        placed = (
            (fact.subject, fact.object)
            for fact in self.facts
            if fact.predicate in PLACING and fact.object is not None and is_direct(fact)
        )
        return find_inside(regions, self.entities, coded(self.entities), placed)


def find_inside(
    regions: Iterable[str], known: Container[str], codes: Iterable[tuple[str, str]], placed: Iterable[tuple[str, str]]
) -> set[str]:
    """Return the ids of regions and what lies in them.

    ``regions`` are ids or adcodes, ``known`` the ids there are, ``codes`` ids with their adcodes, ``placed`` pairs of
    what lies in what. Raises KGError for a region that is neither known nor has anything with a code inside it.
    """
    codes = list(codes)
    found: set[str] = set()
    for region in regions:
        around = {code for id_, code in codes if id_ == region} if region in known else {region}
        own = {id_ for id_, code in codes if any(is_inside(code, other) for other in around)}
        own |= {region} if region in known else set()
        if not own:
            raise KGError(f"{region}: no such region in this graph; give an entity's id or a six-digit adcode")
        found |= own
    contents: dict[str, list[str]] = {}
    for subject, object_ in placed:
        contents.setdefault(object_, []).append(subject)
    todo = sorted(found)
    while todo:
        new = set(contents.get(todo.pop(), ())) - found
        found |= new
        todo += sorted(new)
    return found


def coded(entities: Mapping[str, Entity]) -> Iterator[tuple[str, str]]:
    """Yield the ids of the entities that have a GB/T 2260 code, with it."""
    return ((id_, code) for id_, entity in entities.items() for scheme, code in entity.codes if scheme == ADCODE)


def codes_of(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Return the ids of the entities that have a GB/T 2260 code, by code; a division goes before one it took in."""
    found: dict[str, str] = {}
    for id_, code in coded(entities):
        if code not in found or id_.endswith(f":{code}"):
            found[code] = id_
    return found


def is_direct(fact: Fact | Outline) -> bool:
    """Say whether the fact holds as the paper tells it: affirmed, and done or under way."""
    return fact.polarity == "affirmed" and fact.modality != "planned"


def build_graph(
    contents: Iterable[tuple[Document, Iterable[Reading]]],
    links: Iterable[Link],
    schema: Schema,
    *,
    about: Set[str] | None = None,
    other_names: Callable[[Set[str]], Iterable[tuple[str, str, str | None, Group]]] = lambda _: (),
) -> Graph:
    """Return the graph that the readings and links amount to. ``contents`` is what a store's ``read`` gives.

    With ``about``, ids of entities, only the facts with an end among them are in it; ``contents`` need not be more than
    the documents that name these, if ``other_names`` gives for the entities in the graph what the rest calls them, as
    ``Gathered.add_names`` takes it.
    """
    entity_of = {link.group: link.entity for link in links}
    gathered = Gathered()
    claims: dict[Key, list[Claim]] = {}
    places: dict[tuple[str, Span], Place] = {}
    with collection_paused():
        for document, readings in contents:
            for told in gathered.add(document, readings, entity_of, schema):
                if about is None or told.key[0] in about or told.key[2] in about:
                    claims.setdefault(told.key, []).append(told.claim)
                    for where, place in told.places:
                        places.setdefault(where, place)
        if about is not None:
            kept = about | {end for key in claims for end in (key[0], key[2]) if end is not None}
            gathered.keep(kept)
            gathered.add_names(other_names(kept))
        sources, presence = gathered.sources(), gathered.presence()
        facts = [make_fact(key, told, sources) for key, told in claims.items()]
        facts.sort(key=lambda fact: (fact.subject, fact.predicate, fact.object or "", fact.value or "", fact.id))
        return Graph(
            entities=gathered.take_entities(),
            facts=tuple(facts),
            sources=sources,
            places=places,
            presence=presence,
            left_out=gathered.left_out(),
        )

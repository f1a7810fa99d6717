"""Entities and facts, computed from readings and links; the store holds the truth, this is what follows from it.

A fact is the claims with an equal key. Nothing here depends on the order in which documents were read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kg.errors import KGError
from kg.gathering import ADCODE as ADCODE
from kg.gathering import Gathered, Key, make_fact
from kg.gathering import Presence as Presence
from kg.gathering import Source as Source
from kg.gathering import preferred_name as preferred_name
from kg.model import Claim, Document, Entity, Evidence, Fact, Link, Reading, Span
from kg.places import Place
from kg.regions import is_inside
from kg.schema import Schema
from kg.text import fold

PLACING = ("locatedIn", "partOf")
"""The predicates whose subject lies inside their object."""


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
        region: str | None = None,
        planned: bool = True,
        denied: bool = True,
        isolated: bool = True,
    ) -> Graph:
        """Return the part of the graph that passes every condition given.

        ``types`` keeps entities of these types and the facts between them; ``region`` (an entity's id or an adcode)
        keeps the facts with an end inside the region, and their other ends; ``isolated=False`` leaves out entities
        that have no fact here. Raises KGError where the region is not in the graph.
        """
        keep = {id_ for id_, entity in self.entities.items() if types is None or entity.type in types}
        inside = keep & self.inside(region) if region is not None else keep
        facts = tuple(
            fact
            for fact in self.facts
            if (predicates is None or fact.predicate in predicates)
            and (planned or fact.modality != "planned")
            and (denied or fact.polarity != "denied")
            and fact.subject in keep
            and (fact.object is None or fact.object in keep)
            and (fact.subject in inside or fact.object in inside)
        )
        ends = {end for fact in facts for end in (fact.subject, fact.object)}
        kept = ends | inside if isolated else ends
        return replace(
            self, entities={id_: entity for id_, entity in self.entities.items() if id_ in kept}, facts=facts
        )

    def inside(self, region: str) -> set[str]:
        """Return the ids of a region and what lies in it: by code, and by the facts that place one thing in another.

        A region that is not in the graph itself is found by its code. Raises KGError where there is neither.
        """
        if region in self.entities:
            found = {region}
            code = dict(self.entities[region].codes).get(ADCODE)
        else:
            found, code = set(), region
        found |= {id_ for other, id_ in self.by_code.items() if code is not None and is_inside(other, code)}
        if not found:
            raise KGError(f"{region}: no such region in this graph; give an entity's id or a six-digit adcode")
        contents: dict[str, list[str]] = {}
        for fact in self.facts:
            if fact.predicate in PLACING and fact.object is not None and is_direct(fact):
                contents.setdefault(fact.object, []).append(fact.subject)
        todo = sorted(found)
        while todo:
            new = set(contents.get(todo.pop(), ())) - found
            found |= new
            todo += sorted(new)
        return found


def codes_of(entities: Mapping[str, Entity]) -> dict[str, str]:
    """Return the ids of the entities that have a GB/T 2260 code, by code."""
    return {code: id_ for id_, entity in entities.items() for scheme, code in entity.codes if scheme == ADCODE}


def is_direct(fact: Fact) -> bool:
    """Say whether the fact holds as the paper tells it: affirmed, and done or under way."""
    return fact.polarity == "affirmed" and fact.modality != "planned"


def build_graph(contents: Iterable[tuple[Document, Iterable[Reading]]], links: Iterable[Link], schema: Schema) -> Graph:
    """Return the graph that the readings and links amount to. ``contents`` is what a store's ``read`` gives."""
    entity_of = {link.group: link.entity for link in links}
    gathered = Gathered()
    claims: dict[Key, list[Claim]] = {}
    places: dict[tuple[str, Span], Place] = {}
    for document, readings in contents:
        for told in gathered.add(document, readings, entity_of, schema):
            claims.setdefault(told.key, []).append(told.claim)
            for where, place in told.places:
                places.setdefault(where, place)
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

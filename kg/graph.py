"""Entities and facts, computed from readings and links; the store holds the truth, this is what follows from it.

A fact is the claims with an equal key. Nothing here depends on the order in which documents were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from kg.errors import KGError
from kg.ids import digest
from kg.model import Article, Claim, Document, Entity, Evidence, Fact, Group, Link, Mention, Qualifier, Reading, Span
from kg.places import Place, line_starts, locate
from kg.regions import division, is_inside
from kg.schema import Predicate, Schema
from kg.text import fold

ADCODE = "adcode"
"""The scheme of an entity's GB/T 2260 code."""

PLACING = ("locatedIn", "partOf")
"""The predicates whose subject lies inside their object."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a person needs to find an article again."""

    article: str
    document: str
    path: str
    number: int
    title: str | None
    publication: str | None
    date: str | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Presence:
    """How often an entity is named, and in how many documents."""

    mentions: int
    documents: int


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
        return {code: id_ for id_, entity in self.entities.items() for scheme, code in entity.codes if scheme == ADCODE}

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


def is_direct(fact: Fact) -> bool:
    """Say whether the fact holds as the paper tells it: affirmed, and done or under way."""
    return fact.polarity == "affirmed" and fact.modality != "planned"


def preferred_name(names: Iterable[str]) -> str:
    """Return the commonest of the names; ties go to the longer one, then to code point order."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], -len(name), name))


def build_graph(contents: Iterable[tuple[Document, Iterable[Reading]]], links: Iterable[Link], schema: Schema) -> Graph:
    """Return the graph that the readings and links amount to. ``contents`` is what a store's ``read`` gives."""
    entity_of = {link.group: link.entity for link in links}
    draft = _Draft()
    for document, readings in contents:
        lines = line_starts(document.text)
        for reading in readings:
            _add_reading(draft, document, lines, reading, entity_of, schema)
    sources = dict(sorted(draft.sources.items(), key=lambda item: _order(item[1])))
    facts = [_fact(key, claims, sources) for key, claims in draft.claims.items()]
    facts.sort(key=lambda fact: (fact.subject, fact.predicate, fact.object or "", fact.value or "", fact.id))
    return Graph(
        entities={id_: _entity(id_, draft.groups[id_]) for id_ in sorted(draft.groups)},
        facts=tuple(facts),
        sources=sources,
        places=draft.places,
        presence={id_: draft.presence(id_) for id_ in sorted(draft.groups)},
        left_out={reason: draft.left_out[reason] for reason in sorted(draft.left_out)},
    )


_Key = tuple[str, str, str | None, str | None, str, str, tuple[tuple[str, str], ...]]
"""Subject, predicate, object, folded value, modality, polarity, identifying qualifiers: what makes claims one fact."""


@dataclass(slots=True)
class _Draft:
    """What has been gathered so far while a graph is built."""

    groups: dict[str, list[Group]] = field(default_factory=dict)
    documents: dict[str, set[str]] = field(default_factory=dict)
    claims: dict[_Key, list[Claim]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    places: dict[tuple[str, Span], Place] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def presence(self, entity: str) -> Presence:
        return Presence(sum(len(group.mentions) for group in self.groups[entity]), len(self.documents[entity]))


def _add_reading(
    draft: _Draft,
    document: Document,
    lines: Sequence[int],
    reading: Reading,
    entity_of: Mapping[str, str],
    schema: Schema,
) -> None:
    article = reading.article
    draft.sources[article.id] = _source(document, article)
    entity_at: dict[Span, str] = {}
    for group in reading.groups:
        entity = entity_of.get(group.id)
        if entity is not None:
            draft.groups.setdefault(entity, []).append(group)
            draft.documents.setdefault(entity, set()).add(document.id)
            entity_at.update((mention.span, entity) for mention in group.mentions)
    for claim in reading.claims:
        key = _key(claim, entity_at, schema.predicates.get(claim.predicate))
        if key is None:
            draft.left_out["unlinked"] += 1
        elif key[0] == key[2]:
            draft.left_out["reflexive"] += 1
        else:
            draft.claims.setdefault(key, []).append(claim)
            for evidence in claim.evidence:
                if evidence.article == article.id and (article.id, evidence.span) not in draft.places:
                    place = locate(document, article, evidence.span, lines)
                    if place is not None:
                        draft.places[article.id, evidence.span] = place


def _source(document: Document, article: Article) -> Source:
    return Source(
        article.id, document.id, document.path, article.number, article.title,
        article.publication or document.publication, article.date or document.date, article.page or document.page,
    )  # fmt: skip


def _order(source: Source) -> tuple[str, str, int]:
    return source.path, source.document, source.number


def _key(claim: Claim, entity_at: Mapping[Span, str], predicate: Predicate | None) -> _Key | None:
    subject = entity_at.get(claim.subject.span)
    object_ = entity_at.get(claim.object.span) if isinstance(claim.object, Mention) else None
    value = fold(claim.object) if isinstance(claim.object, str) else None
    if subject is None or (object_ is None and value is None):
        return None
    if predicate is not None and predicate.symmetric and object_ is not None:
        subject, object_ = sorted((subject, object_))
    identifying = predicate.identifying if predicate is not None else ()
    said = tuple(sorted((q.name, _meaning(q)) for q in claim.qualifiers if q.name in identifying))
    return subject, claim.predicate, object_, value, claim.modality, claim.polarity, said


def _meaning(qualifier: Qualifier) -> str:
    """Return the normalized value as one text, or the folded words where nothing is known of their value."""
    if not qualifier.normal:
        return fold(qualifier.text)
    return ";".join(f"{name}={_plain(value)}" for name, value in qualifier.normal)


def _plain(value: str | float) -> str | float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fact(key: _Key, claims: list[Claim], sources: Mapping[str, Source]) -> Fact:
    subject, predicate, object_, value, modality, polarity, said = key
    claims.sort(key=lambda claim: (_order(sources[claim.evidence[0].article]), claim.evidence[0].span, claim.id))
    first = claims[0]
    qualifiers: dict[tuple[str, str], Qualifier] = {}
    for claim in claims:
        for qualifier in claim.qualifiers:
            qualifiers.setdefault((qualifier.name, _meaning(qualifier)), qualifier)
    return Fact(
        id=digest("fact", subject, predicate, object_, value, modality, polarity, *chain.from_iterable(said)),
        subject=subject,
        predicate=predicate,
        object=object_,
        value=first.object if isinstance(first.object, str) else None,
        qualifiers=tuple(sorted(qualifiers.values(), key=lambda qualifier: (qualifier.name, qualifier.text))),
        modality=first.modality,
        polarity=first.polarity,
        claims=tuple(claims),
        documents=len({sources[claim.evidence[0].article].document for claim in claims}),
        score=max(claim.score for claim in claims),
    )  # fmt: skip


def _entity(id_: str, groups: list[Group]) -> Entity:
    codes = sorted({group.adcode for group in groups if group.adcode})
    name = (_official_name(codes[0]) if len(codes) == 1 else None) or preferred_name(group.name for group in groups)
    subtypes = [group.subtype for group in groups if group.subtype is not None]
    names = {mention.text for group in groups for mention in group.mentions} | {group.name for group in groups}
    return Entity(
        id=id_,
        type=preferred_name(group.type for group in groups),
        subtype=preferred_name(subtypes) if subtypes else None,
        name=name,
        names=tuple(sorted(names - {name})),
        codes=tuple((ADCODE, code) for code in codes),
    )


def _official_name(adcode: str) -> str | None:
    try:
        return division(adcode).name
    except KeyError:  # a code that GB/T 2260 no longer has, or another stage's own
        return None

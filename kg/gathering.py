"""Entities and facts gathered from readings, one document after the other: a fact is the claims with an equal key.

Nothing here depends on the order in which documents come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from kg.ids import digest
from kg.industry_scheme import industry_codes
from kg.model import Article, Claim, Document, Entity, Fact, Group, Mention, Qualifier, Reading, Span
from kg.places import Place, line_starts, locate
from kg.regions import division
from kg.schema import Predicate, Schema
from kg.text import fold

ADCODE = "adcode"
"""The scheme of an entity's GB/T 2260 code."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a person needs to find an article again; ``original`` is the article that stands for its reprints."""

    article: str
    document: str
    path: str
    number: int
    title: str | None
    publication: str | None
    date: str | None
    page: str | None
    original: str | None = None

    @property
    def witness(self) -> str:
        """The document that counts for what the article tells: reprints are one."""
        return self.original.rpartition("/")[0] if self.original is not None else self.document


@dataclass(frozen=True, slots=True)
class Presence:
    """How often an entity is named, in how many documents, and the first day, ISO 8601, that one of them bears."""

    mentions: int
    documents: int
    first: str | None = None


Key = tuple[str, str, str | None, str | None, str, str, tuple[tuple[str, str], ...]]
"""Subject, predicate, object, folded value, modality, polarity, identifying qualifiers: what makes claims one fact."""


class Outline(NamedTuple):
    """What joins what, and how it is meant: as much of a fact as can be told without its claims."""

    subject: str
    predicate: str
    object: str | None
    modality: str
    polarity: str


@dataclass(frozen=True, slots=True)
class Told:
    """A claim, the key of its fact, and where the words that it rests on stand, as in ``Graph.places``."""

    key: Key
    claim: Claim
    places: tuple[tuple[tuple[str, Span], Place], ...]


class Gathered:
    """What is known of entities and sources while documents are added, one after the other."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}
        self._sources: list[Source] = []
        self._left_out: Counter[str] = Counter()

    def add(
        self, document: Document, readings: Iterable[Reading], entity_of: Mapping[str, str], schema: Schema
    ) -> Iterator[Told]:
        """Add a document; yield its claims that amount to facts. Every document is added once."""
        lines = line_starts(document.text)
        for reading in readings:
            article = reading.article
            self._sources.append(_source(document, article))
            entity_at: dict[Span, str] = {}
            place_of: dict[Span, Place | None] = {}
            for group in reading.groups:
                entity = entity_of.get(group.id)
                if entity is not None:
                    self._see(entity, document.id, self._sources[-1].date, group)
                    entity_at.update((mention.span, entity) for mention in group.mentions)
            for claim in reading.claims:
                key = _key(claim, entity_at, schema.predicates.get(claim.predicate))
                if key is None:
                    self._left_out["unlinked"] += 1
                elif key[0] == key[2]:
                    self._left_out["reflexive"] += 1
                else:
                    spans = [evidence.span for evidence in claim.evidence if evidence.article == article.id]
                    for span in spans:
                        if span not in place_of:
                            place_of[span] = locate(document, article, span, lines)
                    found = ((span, place_of[span]) for span in spans)
                    yield Told(key, claim, tuple(((article.id, span), place) for span, place in found if place))

    def add_names(self, named: Iterable[tuple[str, str, str | None, Group]]) -> None:
        """Add entities' groups of documents of which nothing else is wanted: entity, document, day, group.

        Those of one document come one after the other.
        """
        for entity, document, date, group in named:
            self._see(entity, document, date, group)

    def _see(self, entity: str, document: str, date: str | None, group: Group) -> None:
        self._seen.setdefault(entity, _Seen()).add(group, document, date)

    def keep(self, entities: Collection[str]) -> None:
        """Forget what was gathered of other entities than these."""
        self._seen = {id_: seen for id_, seen in self._seen.items() if id_ in entities}

    def take_entities(self) -> dict[str, Entity]:
        """Return the entities, by id, and forget what was gathered of them: there may be many."""
        return {id_: self._seen.pop(id_).entity(id_) for id_ in sorted(self._seen)}

    def presence(self) -> dict[str, Presence]:
        return {id_: self._seen[id_].presence() for id_ in sorted(self._seen)}

    def sources(self) -> dict[str, Source]:
        return {source.article: source for source in sorted(self._sources, key=_order)}

    def left_out(self) -> dict[str, int]:
        return {reason: self._left_out[reason] for reason in sorted(self._left_out)}


class _Seen:
    """What the groups of one entity said of it; there are many of these, so it is as small as can be."""

    __slots__ = ("documents", "first", "groups", "last", "mentions", "texts")

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str | None, str, str | None], int] = {}  # by type, subtype, name and code
        self.texts: tuple[str, ...] = ()
        self.mentions = 0
        self.documents = 0
        self.first: str | None = None
        self.last = ""

    def add(self, group: Group, document: str, date: str | None) -> None:
        kind = group.type, group.subtype, group.name, group.adcode
        self.groups[kind] = self.groups.get(kind, 0) + 1
        new = {mention.text for mention in group.mentions}.difference(self.texts, (group.name,))
        if new:
            self.texts = (*self.texts, *new)
        self.mentions += len(group.mentions)
        self.documents += document != self.last
        self.last = document
        if date is not None and (self.first is None or date < self.first):
            self.first = date

    def presence(self) -> Presence:
        return Presence(self.mentions, self.documents, self.first)

    def entity(self, id_: str) -> Entity:
        types: Counter[str] = Counter()
        subtypes: Counter[str] = Counter()
        names: Counter[str] = Counter()
        for (type_, subtype, name, _), times in self.groups.items():
            types[type_] += times
            names[name] += times
            if subtype is not None:
                subtypes[subtype] += times
        codes = sorted({code for *_, code in self.groups if code})
        # A division that is gone has the code of the one that took it in, but keeps a name of its own.
        own = len(codes) == 1 and id_.endswith(f":{codes[0]}")
        name = (_official_name(codes[0]) if own else None) or preferred_name(names)
        kind = preferred_name(types)
        return Entity(
            id=id_,
            type=kind,
            subtype=preferred_name(subtypes) if subtypes else None,
            name=name,
            names=tuple(sorted({*self.texts, *names} - {name})),
            codes=(*((ADCODE, code) for code in codes), *(industry_codes(name) if kind == "Industry" else ())),
        )


def _source(document: Document, article: Article) -> Source:
    return Source(
        article.id, document.id, document.path, article.number, article.title,
        article.publication or document.publication, article.date or document.date, article.page or document.page,
        article.original,
    )  # fmt: skip


def _order(source: Source) -> tuple[str, str, int]:
    return source.path, source.document, source.number


def _key(claim: Claim, entity_at: Mapping[Span, str], predicate: Predicate | None) -> Key | None:
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


def fact_id(key: Key) -> str:
    """Return the id of the fact of that key."""
    *parts, said = key
    return digest("fact", *parts, *chain.from_iterable(said))


def make_fact(key: Key, claims: list[Claim], sources: Mapping[str, Source]) -> Fact:
    """Return the fact that the claims, all of this key, are; they are sorted in place."""
    subject, predicate, object_, *_ = key
    claims.sort(key=lambda claim: (_order(sources[claim.evidence[0].article]), claim.evidence[0].span, claim.id))
    first = claims[0]
    qualifiers: dict[tuple[str, str], Qualifier] = {}
    for claim in claims:
        for qualifier in claim.qualifiers:
            qualifiers.setdefault((qualifier.name, _meaning(qualifier)), qualifier)
    return Fact(
        id=fact_id(key),
        subject=subject,
        predicate=predicate,
        object=object_,
        value=first.object if isinstance(first.object, str) else None,
        qualifiers=tuple(sorted(qualifiers.values(), key=lambda qualifier: (qualifier.name, qualifier.text))),
        modality=first.modality,
        polarity=first.polarity,
        claims=tuple(claims),
        documents=len({sources[claim.evidence[0].article].witness for claim in claims}),
        score=max(claim.score for claim in claims),
    )  # fmt: skip


def _official_name(adcode: str) -> str | None:
    try:
        return division(adcode).name
    except KeyError:  # a code that GB/T 2260 no longer has, or another stage's own
        return None


def preferred_name(names: Iterable[str] | Counter[str]) -> str:
    """Return the commonest of the names; ties go to the longer one, then to code point order."""
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], -len(name), name))

"""One of the stores that are compared: its facts one by one, its entities, and which mentions stand for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kg.comparison.records import ComparedFact
from kg.graph import build_graph
from kg.model import Document, Entity, Qualifier, Reading
from kg.schema import Schema
from kg.spooling import GraphView, spool_graph
from kg.store import Store
from kg.text import fold

_HELD = 200_000
"""How many claims a graph may have in memory."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact without its claims' records; equal where nothing that is compared differs."""

    id: str
    subject: str
    predicate: str
    object: str | None
    value: str | None = field(compare=False)
    qualifiers: tuple[Qualifier, ...]
    modality: str
    polarity: str
    documents: int
    claims: tuple[str, ...] = field(compare=False)
    quote: str = field(compare=False)
    where: str = field(compare=False)


class Side:
    """One store as far as it is compared: entities, and which entity each group of mentions stands for."""

    def __init__(self, same: set[str]) -> None:
        self._same = same
        self.entities: Mapping[str, Entity] = {}
        self.entity_of: dict[tuple[str, ...], str] = {}
        self.ends_of: dict[str, tuple[str, str | None]] = {}
        """The ends of the fact that a claim belongs to, by the claim's id."""

    def read(self, store: Store, schema: Schema) -> Iterator[Stated]:
        """Yield the facts; entities and groups are known by then."""
        links = {link.group: link.entity for link in store.links()}

        def contents() -> Iterator[tuple[Document, list[Reading]]]:
            for document, readings in store.read():
                self._add(document, readings, links)
                yield document, readings

        with _graph_of(contents(), store, schema) as graph:
            self.entities = graph.entities
            for fact in graph.facts:
                evidence = fact.claims[0].evidence[0]
                place, source = graph.place(evidence), graph.source(evidence)
                claims = tuple(claim.id for claim in fact.claims)
                self.ends_of.update(dict.fromkeys(claims, (fact.subject, fact.object)))
                where = f"{source.path}:{place.line}" if place is not None and place.box is None else source.path
                yield Stated(
                    fact.id, fact.subject, fact.predicate, fact.object, fact.value, fact.qualifiers, fact.modality,
                    fact.polarity, fact.documents, claims, evidence.quote, where,
                )  # fmt: skip

    def _add(self, document: Document, readings: Iterable[Reading], links: Mapping[str, str]) -> None:
        """Note the document's groups: by id where the other store has the document too, else by path and name."""
        times: Counter[tuple[str, ...]] = Counter()
        for reading in readings:
            for group in reading.groups:
                entity = links.get(group.id)
                if entity is None:
                    continue
                mark: tuple[str, ...] = (group.id,)
                if document.id not in self._same:
                    mark = (document.path, group.type, fold(group.name))
                    times[mark] += 1
                    mark = (*mark, str(times[mark]))
                self.entity_of[mark] = entity

    def name(self, id_: str) -> str:
        return self.entities[id_].name

    def shown(self, fact: Stated) -> ComparedFact:
        said = f"{self.name(fact.subject)} {fact.predicate} {self.name(fact.object) if fact.object else fact.value}"
        texts: dict[str, str] = {}
        for qualifier in fact.qualifiers:
            texts[qualifier.name] = "、".join(filter(None, (texts.get(qualifier.name), qualifier.text)))
        return ComparedFact(
            fact.id, "  ".join([said, *_details(fact)]), fact.subject, fact.predicate, fact.object, fact.value, texts,
            fact.modality, fact.polarity, fact.documents, fact.quote, fact.where,
        )  # fmt: skip


@contextmanager
def _graph_of(contents: Iterator[tuple[Document, list[Reading]]], store: Store, schema: Schema) -> Iterator[GraphView]:
    """Give the graph of a store's contents; where there are many facts, they stay on the disk."""
    if store.counts()["claims"] <= _HELD:
        yield build_graph(contents, store.links(), schema)
    else:
        with spool_graph(contents, store.links, schema) as spooled:
            yield spooled


def _details(fact: Stated) -> list[str]:
    details = [f"{qualifier.name} {qualifier.text}" for qualifier in fact.qualifiers if qualifier.text != fact.value]
    details += [fact.modality] if fact.modality != "done" else []
    return details + ([fact.polarity] if fact.polarity != "affirmed" else [])


def order_of(fact: Stated) -> tuple[str, ...]:
    """Return where a fact stands among others."""
    return fact.subject, fact.predicate, fact.object or "", fact.value or "", fact.id

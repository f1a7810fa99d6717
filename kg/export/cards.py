"""Cards: all that the graph says about one entity, each fact with the words that it rests on and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from kg.graph import Graph, Source
from kg.model import Claim, Entity, Fact
from kg.places import Place


@dataclass(frozen=True, slots=True)
class Quote:
    """The words behind a fact: the sentence, where it stands in the file as it came, who read it."""

    text: str
    source: Source
    place: Place | None
    reader: str
    score: float


@dataclass(frozen=True, slots=True)
class CardFact:
    """A fact of the card's entity, as its subject (``forward``) or its object; ``other`` is the entity at the far end.

    Where that end is a literal, ``other`` is None and ``fact.value`` holds it.
    """

    fact: Fact
    forward: bool
    other: Entity | None
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One entity and its facts: first those of which it is the subject, by predicate."""

    entity: Entity
    facts: tuple[CardFact, ...]
    mentions: int
    documents: int


def make_card(graph: Graph, entity: Entity) -> Card:
    """Return the card of an entity of the graph."""
    facts = [_card_fact(graph, entity, fact) for fact in graph.facts_of(entity.id)]
    facts.sort(key=lambda card: (not card.forward, card.fact.predicate))  # stable: else as the graph orders them
    presence = graph.presence[entity.id]
    return Card(entity, tuple(facts), presence.mentions, presence.documents)


def _card_fact(graph: Graph, entity: Entity, fact: Fact) -> CardFact:
    forward = fact.subject == entity.id
    other = fact.object if forward else fact.subject
    quotes = tuple(quote for claim in fact.claims for quote in _quotes(graph, claim))
    return CardFact(fact, forward, graph.entities[other] if other is not None else None, quotes)


def _quotes(graph: Graph, claim: Claim) -> list[Quote]:
    return [
        Quote(evidence.quote, graph.source(evidence), graph.place(evidence), claim.reader, claim.score)
        for evidence in claim.evidence
    ]

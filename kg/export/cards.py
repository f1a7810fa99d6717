"""Facts for people: in one line, with the words that they rest on, and all of one entity as its card."""

from __future__ import annotations

from dataclasses import dataclass

from kg.graph import Graph, Source
from kg.model import Claim, Entity, Fact
from kg.places import Place


@dataclass(frozen=True, slots=True)
class Quote:
    """The words behind a fact: the sentence, where it stands in the file as it came, who read it and who agreed."""

    text: str
    source: Source
    place: Place | None
    reader: str
    score: float
    agreed: tuple[str, ...] = ()


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


def describe_fact(graph: Graph, fact: Fact) -> str:
    """Return a fact in one line: its ends by name, the predicate, qualifiers, and what it is but done and affirmed."""
    object_ = graph.entities[fact.object].name if fact.object is not None else fact.value or ""
    return "  ".join([f"{graph.entities[fact.subject].name} {fact.predicate} {object_}", *fact_details(fact)])


def fact_details(fact: Fact) -> list[str]:
    """Return the qualifiers of a fact, and its modality and polarity where they are not the usual ones."""
    details = [f"{qualifier.name} {qualifier.text}" for qualifier in fact.qualifiers]
    details += [fact.modality] if fact.modality != "done" else []
    return details + ([fact.polarity] if fact.polarity != "affirmed" else [])


def make_card(graph: Graph, entity: Entity) -> Card:
    """Return the card of an entity of the graph."""
    facts = [_card_fact(graph, entity, fact) for fact in graph.facts_of(entity.id)]
    facts.sort(key=lambda card: (not card.forward, card.fact.predicate))  # stable: else as the graph orders them
    presence = graph.presence[entity.id]
    return Card(entity, tuple(facts), presence.mentions, presence.documents)


def _card_fact(graph: Graph, entity: Entity, fact: Fact) -> CardFact:
    forward = fact.subject == entity.id
    other = fact.object if forward else fact.subject
    quotes = tuple(quote for claim in fact.claims for quote in quotes_of(graph, claim))
    return CardFact(fact, forward, graph.entities[other] if other is not None else None, quotes)


def quotes_of(graph: Graph, claim: Claim) -> list[Quote]:
    """Return the words that a claim rests on: first the sentence that states it, then its antecedents'."""
    return [
        Quote(evidence.quote, graph.source(evidence), graph.place(evidence), claim.reader, claim.score, claim.agreed)
        for evidence in claim.evidence
    ]

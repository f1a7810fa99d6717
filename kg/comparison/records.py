"""What differs between two stores, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from kg.model import Entity

Regrouping = Literal["renamed", "merged", "split", "regrouped"]


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """A fact of one of the stores: in one line, its parts, its first quote and where that stands."""

    id: str
    statement: str
    subject: str
    predicate: str
    object: str | None
    value: str | None
    qualifiers: Mapping[str, str]
    modality: str
    polarity: str
    documents: int
    quote: str
    where: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a part was before and is after: several values are joined by ``、``, none is empty."""

    part: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact before and after, and what differs: qualifiers by name, modality, polarity, value, subject, object,
    and ``documents``, how many tell it."""

    before: ComparedFact
    after: ComparedFact
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class EntityChange:
    """One entity whose ``name``, ``names`` (all that it is called), type, subtype or codes changed."""

    before: Entity
    after: Entity
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Entities that stand for the same mentions under other ids: one renamed, several merged, one split, or both."""

    kind: Regrouping
    before: tuple[Entity, ...]
    after: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class PostChange:
    """Who came into a post at an organization or region, and who left it; names of entities."""

    body: str
    title: str
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two stores, each part in a fixed order.

    Documents are paths, changed ones have another content. Facts that only their ends' new ids tell apart are in none
    of these; ``facts_carried`` counts them. Posts repeat what the facts say of them.
    """

    documents_came: tuple[str, ...]
    documents_went: tuple[str, ...]
    documents_changed: tuple[str, ...]
    entities_came: tuple[Entity, ...]
    entities_went: tuple[Entity, ...]
    entities_changed: tuple[EntityChange, ...]
    identities: tuple[Identity, ...]
    facts_came: tuple[ComparedFact, ...]
    facts_went: tuple[ComparedFact, ...]
    facts_changed: tuple[FactChange, ...]
    posts: tuple[PostChange, ...]
    facts_carried: int

    def counts(self) -> dict[str, int]:
        """Return how many of each there are."""
        sizes = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value if isinstance(value, int) else len(value) for name, value in sizes.items()}

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return any(self.counts().values())

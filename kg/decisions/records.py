"""What people decide about a graph, anchored to the words of its documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kg.model import Modality, Polarity

Kind = Literal["accept", "reject", "add", "type", "merge", "split", "pin"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A name in a quote: the path of the document, words that stand in one of its articles, the name as they have it.

    ``occurrence`` counts from 1 where the quote stands several times in the document.
    """

    document: str
    quote: str
    name: str
    occurrence: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; which fields each kind has stands in ``FIELDS``.

    ``accept`` and ``add``: the quote says this fact, whatever is read in it; ``reject``: it does not. ``type``: what
    the name stands for is of this ``type`` (``Organization``, ``Organization/company``); where no name was read, it is
    one. ``merge``: it is the same thing as ``into``; ``split``: in this article it is another thing, with this ``id``
    where one is given; ``pin``: its id is ``id``. ``note`` is for people.
    """

    kind: Kind
    document: str
    quote: str
    occurrence: int = 1
    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    modality: Modality = "done"
    polarity: Polarity = "affirmed"
    subject_type: str | None = None
    object_type: str | None = None
    name: str | None = None
    type: str | None = None
    id: str | None = None
    into: Anchor | None = None
    note: str | None = None

    @property
    def anchor(self) -> Anchor:
        """Where the name stands, of a decision on one."""
        return Anchor(self.document, self.quote, self.name or "", self.occurrence)


def are_contrary(one: Decision, other: Decision) -> bool:
    """Say whether one decision says of a quote what the other denies of it; qualifiers that only one names aside."""
    if one.subject is None or other.subject is None or (one.kind == "reject") == (other.kind == "reject"):
        return False
    said = dict(other.qualifiers)
    return fact_key(one) == fact_key(other) and all(said.get(name, text) == text for name, text in one.qualifiers)


def fact_key(decision: Decision) -> tuple[object, ...]:
    """Return what decisions on one fact of one quote share."""
    one = decision
    words = "".join(one.quote.split())
    return one.document, words, one.occurrence, one.subject, one.predicate, one.object, one.modality, one.polarity


_FACT = ("subject", "predicate", "object")
_OF_FACT = ("qualifiers", "modality", "polarity")
FIELDS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "accept": (_FACT, (*_OF_FACT, "subject_type", "object_type")),
    "add": (_FACT, (*_OF_FACT, "subject_type", "object_type")),
    "reject": (_FACT, _OF_FACT),
    "type": (("name", "type"), ()),
    "merge": (("name", "into"), ()),
    "split": (("name",), ("id",)),
    "pin": (("name", "id"), ()),
}
"""The fields that a decision of each kind must have and may have, besides document, quote, occurrence and note."""


@dataclass(frozen=True, slots=True)
class Unapplied:
    """A decision that does not apply, and why, in one line."""

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of decisions: how many apply, and those that do not."""

    applied: int
    unapplied: tuple[Unapplied, ...]

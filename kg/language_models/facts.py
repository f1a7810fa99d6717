"""Facts that a model lists, as claims: what stands in the text and passes the schema, and nothing else.

Each gate has a reason, under which what it stops is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast, get_args

from kg.claims import make_claim
from kg.containment import innermost, may_lie_inside
from kg.cues import Cues
from kg.language_models.counting import Tally
from kg.language_models.ends import End, Ends
from kg.language_models.quotes import Passage, bare, folded
from kg.language_models.values import QuotedValues
from kg.modality import Meanings
from kg.model import Claim, Modality, Polarity, Qualifier, Reading, Span
from kg.schema import TEXT, Predicate, Schema

_MOST = 500
"""How many facts of one answer are looked at."""

_SHORTEST = 4
"""Characters that a quote must have to be one."""

_PLACES, _SENTENCES = 20, 3
"""How many places of one quote are looked at, and how many sentences a quote may touch."""

_KEYS = ("subject", "predicate", "object", "evidence", "modality", "polarity")


class _DroppedError(Exception):
    """A fact that does not pass; the message is the reason."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A fact as an answer lists it, of a predicate of the schema."""

    predicate: Predicate
    subject: str
    object: str
    evidence: str
    modality: Modality
    polarity: Polarity
    qualifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where a fact is stated: the number of the sentence, and its ends there; a literal has its qualifier's words."""

    sentence: int
    subject: End
    object: End | None
    literal: tuple[Qualifier, Span, bool] | None

    @property
    def carried(self) -> bool:
        """Whether the sentence leaves an end out."""
        ends = [self.subject] if self.object is None else [self.subject, self.object]
        return any(end.sentences[0] != self.sentence for end in ends)

    @property
    def stretch(self) -> int:
        other = self.object.at if self.object is not None else self.literal[1] if self.literal is not None else None
        assert other is not None
        return max(other.start - self.subject.at.end, self.subject.at.start - other.end)


class FactGate:
    """Turns answers into claims; what does not pass is counted by reason."""

    def __init__(self, schema: Schema, tally: Tally, *, reader: str, score: float) -> None:
        self._schema, self._tally, self._reader, self._score = schema, tally, reader, score
        self._cues = Cues(schema)

    def claims(self, reading: Reading, answers: Iterable[tuple[Span, dict[str, Any]]]) -> list[Claim]:
        """Return the claims that answers about the passages of an article make, in their order."""
        article = _Article(reading, self._schema, self._cues, self._reader, self._score)
        claims: dict[str, Claim] = {}
        for passage, answer in answers:
            listed = answer["facts"]
            self._drop("more than are looked at", max(0, len(listed) - _MOST))
            within = Passage(reading.article.text, passage)
            for item in listed[:_MOST]:
                try:
                    claim, loose = article.claim(_listed(item, self._schema), within)
                except _DroppedError as reason:
                    self._drop(str(reason))
                    continue
                if claim.id in claims:
                    self._drop("said twice")
                    continue
                claims[claim.id] = claim
                self._tally.add("facts: located loosely" if loose else "facts: located exactly")
        kept = innermost(list(claims.values()), self._schema, article.ends.group)
        self._drop("a nearer whole is named", len(claims) - len(kept))
        return kept

    def _drop(self, reason: str, number: int = 1) -> None:
        self._tally.add(f"facts dropped: {reason}", number)


class _Article:
    """One article while what a model says of it is looked at."""

    def __init__(self, reading: Reading, schema: Schema, cues: Cues, reader: str, score: float) -> None:
        self.ends = Ends(reading)
        self._reading, self._schema, self._reader, self._score = reading, schema, reader, score
        self._meanings = Meanings(reading, cues)

    def claim(self, fact: _Listed, passage: Passage) -> tuple[Claim, bool]:
        """Return the claim of a fact and whether any of its words were located loosely; raise _DroppedError."""
        if len(folded(fact.evidence)) < _SHORTEST:
            raise _DroppedError("evidence of hardly a word")
        places = passage.places(fact.evidence)[:_PLACES]
        if not places:
            raise _DroppedError("evidence that does not stand in the text")
        first = self.ends.covered(passage.span)
        found = [one for place in places for one in self._placed(fact, self.ends.covered(place.span), first.start)]
        if not found:
            raise self._astray(fact)
        placed = min(found, key=lambda one: (one.carried, one.stretch, one.sentence))
        predicate, target = fact.predicate, placed.object
        self._demand_allowed(predicate, placed)
        sentence = self._reading.sentences[placed.sentence]
        quoted = list(self._qualifiers(fact, placed, sentence))
        modality = self._modality(fact, placed, sentence)
        loose = [places[0].loose, placed.subject.loose, *(one[2] for one in quoted)]
        loose += [target.loose] if target is not None else []
        ends = [placed.subject, *([target] if target is not None else [])]
        shown = dict.fromkeys([placed.sentence, *(number for end in ends for number in end.sentences)])
        score = self._score
        for end in ends:
            score *= end.weight
        claim = make_claim(
            self._reading.article,
            placed.subject.mention,
            predicate.name,
            target.mention if target is not None else _words(placed),
            evidence=[self._reading.sentences[number] for number in shown],
            qualifiers=[one[0] for one in quoted],
            modality=modality,
            polarity=fact.polarity,
            reader=f"{self._reader} (loose quote)" if any(loose) else self._reader,
            score=round(score, 4),
        )
        return claim, any(loose)

    def _placed(self, fact: _Listed, sentences: range, first: int) -> Iterator[_Placed]:
        """Yield where the sentences of a quote name both ends, or one of them and the other stands before."""
        if len(sentences) > _SENTENCES:
            raise _DroppedError("evidence of more sentences than a fact may rest on")
        domain, range_ = fact.predicate.domain, fact.predicate.range - {TEXT}
        for number in sentences:
            subjects = self.ends.in_sentence(fact.subject, number, domain)
            objects = self.ends.in_sentence(fact.object, number, range_)
            if not subjects and (earlier := self.ends.before(fact.subject, number, domain, first)) is not None:
                subjects = [earlier]
            elif subjects and not objects and (earlier := self.ends.before(fact.object, number, range_, first)):
                objects = [earlier]
            for subject in subjects:
                yield from (_Placed(number, subject, one, None) for one in objects if one is not None)
                if not objects and TEXT in fact.predicate.range:
                    literal = self._literal(fact, number, subject.at.start)
                    if literal is not None:
                        yield _Placed(number, subject, None, literal)

    def _literal(self, fact: _Listed, number: int, near: int) -> tuple[Qualifier, Span, bool] | None:
        values = self._values(self._reading.sentences[number])
        name = "value" if "value" in fact.predicate.qualifiers else TEXT
        read = values.read(name, bare(fact.object), near)
        return None if isinstance(read, str) else read

    def _values(self, sentence: Span) -> QuotedValues:
        return QuotedValues(self._reading.article.text, sentence, self._reading.article.date)

    def _astray(self, fact: _Listed) -> _DroppedError:
        """Return why the ends of a fact are in no sentence of its evidence."""
        literal = TEXT in fact.predicate.range
        names = [fact.subject] if literal else [fact.subject, fact.object]
        if not all(map(self.ends.knows, names)):
            return _DroppedError("an end that is no name of the article")
        everything = frozenset(self._schema.types)
        for number in range(len(self._reading.sentences)):
            sides = [(fact.subject, fact.predicate.domain), (fact.object, fact.predicate.range)][: len(names)]
            for name, types in sides:
                if self.ends.in_sentence(name, number, everything) and not self.ends.in_sentence(name, number, types):
                    return _DroppedError("ends of types that the predicate does not join")
        return _DroppedError("an end that its evidence does not show")

    def _demand_allowed(self, predicate: Predicate, placed: _Placed) -> None:
        if placed.object is None:
            return
        groups = [self.ends.group[end.mention.span] for end in (placed.subject, placed.object)]
        if groups[0].id == groups[1].id:
            raise _DroppedError("both ends are one thing")
        if not self._schema.allows(predicate.name, placed.subject.mention.type, placed.object.mention.type):
            raise _DroppedError("ends of types that the predicate does not join")
        if predicate.inside and not may_lie_inside(groups[0], groups[1], beside=True):
            raise _DroppedError("a part that does not lie in the whole")

    def _qualifiers(self, fact: _Listed, placed: _Placed, sentence: Span) -> Iterator[tuple[Qualifier, Span, bool]]:
        taken = fact.predicate.qualifiers
        values = self._values(sentence)
        if placed.literal is not None and placed.literal[0].name in taken:
            yield placed.literal  # the figure is its own value, whatever else the answer calls its value
        near = placed.literal[1] if placed.literal is not None else (placed.object or placed.subject).at
        for name, quote in fact.qualifiers:
            if placed.literal is not None and name == placed.literal[0].name:
                continue
            read = values.read(name, quote, near.start)
            if isinstance(read, str):
                raise _DroppedError(f"a qualifier {read}")
            yield read
        if placed.literal is not None and "indicator" in taken and "indicator" not in dict(fact.qualifiers):
            raise _DroppedError("a figure that does not say what it measures")

    def _modality(self, fact: _Listed, placed: _Placed, sentence: Span) -> Modality:
        """Return how the model says that the fact is meant; raise _DroppedError where it is only asked or supposed."""
        other = placed.object.at if placed.object is not None else placed.literal[1] if placed.literal else None
        here = [span for span in (placed.subject.at, other) if span is not None and sentence.contains(span)]
        start, end = min(span.start for span in here), max(span.end for span in here)
        if self._meanings.read(fact.predicate.name, sentence, start, end) is None:
            raise _DroppedError("only asked or supposed")
        return "done" if fact.predicate.timeless else fact.modality


def _listed(item: object, schema: Schema) -> _Listed:
    """Return a fact of an answer; raise _DroppedError where it is not of the form or not of the schema."""
    given = item.get("qualifiers", []) if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(given, list):
        raise _DroppedError("not of the form asked for")
    words = [item.get(key) for key in _KEYS]
    pairs = [(one.get("name"), one.get("text")) if isinstance(one, dict) else (None, None) for one in given]
    if not all(isinstance(word, str) for word in (*words, *(part for pair in pairs for part in pair))):
        raise _DroppedError("not of the form asked for")
    subject, name, object_, evidence, modality, polarity = cast("list[str]", words)
    predicate = schema.predicates.get(name)
    if predicate is None:
        raise _DroppedError("predicate that the schema lacks")
    if modality not in get_args(Modality) or polarity not in get_args(Polarity):
        raise _DroppedError("modality or polarity that there is none of")
    qualifiers = tuple((key, text.strip()) for key, text in cast("list[tuple[str, str]]", pairs) if text.strip())
    if any(key not in predicate.qualifiers for key, _ in qualifiers):
        raise _DroppedError("a qualifier that the schema lacks")
    if len(dict(qualifiers)) != len(qualifiers):
        raise _DroppedError("a qualifier given twice")
    return _Listed(
        predicate, bare(subject), bare(object_), evidence,
        cast(Modality, modality), cast(Polarity, polarity), qualifiers,
    )  # fmt: skip


def _words(placed: _Placed) -> str:
    assert placed.literal is not None
    return placed.literal[0].text

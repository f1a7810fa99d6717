"""Claims of what a frame has read: each subject with each object, their sum, how it is meant and what it rests on.

Of as many sums as names each name gets its own (分别); a sum that several share (共, 合计) is nobody's alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.claims import make_claim
from kg.containment import may_lie_inside
from kg.cues import Cues
from kg.dates import Date
from kg.frames import Encoded, Match, mention_of
from kg.modality import Meanings
from kg.model import Claim, Mention, Polarity, Qualifier, Reading, Reference, Span
from kg.money import Amount, Share
from kg.schema import Schema
from kg.sizes import with_size

_JOINTLY = re.compile("合计|总计|共计|总共|一共|(?<!公)共(?![同享建赢有识])")
"""What says that a sum is that of several together."""


@dataclass(frozen=True, slots=True)
class End:
    """A subject or object with the weight that the way of finding it leaves, and its own sentence if that is another;
    ``first`` is false for those further down a list."""

    item: Mention | Reference
    weight: float = 1.0
    sentence: Span | None = None
    first: bool = True


def listed(items: Sequence[Mention | Reference]) -> list[End]:
    """Return the ends that a frame's own words name, in their order."""
    return [End(item, first=not number) for number, item in enumerate(items)]


class FrameClaims:
    """The claims of one article; ``reader`` names the stage that makes them."""

    def __init__(self, reading: Reading, schema: Schema, cues: Cues, reader: str) -> None:
        self.reading = reading
        self.schema = schema
        self.reader = reader
        self.meanings = Meanings(reading, cues)
        self.group = {mention.span: group for group in reading.groups for mention in group.mentions}

    def make(
        self,
        found: Match,
        subjects: Sequence[End],
        objects: Sequence[End],
        encoded: Encoded,
        sentence: Span,
        *,
        polarity: Polarity,
        planned: bool,
    ) -> Iterator[Claim]:
        """Yield what a match in an encoded sentence says of these ends; ``planned``: its own clause says so."""
        jointly = len(subjects) * len(objects) > 1 and _JOINTLY.search(encoded.text, found.start, found.end)
        paired = len(subjects) == len(objects) > 1 and "分别" in encoded.text[max(0, found.start - 2) : found.end]
        for one, subject in enumerate(subjects):
            for other, target in enumerate(objects):
                if paired and one != other:
                    continue
                sums = [
                    None if jointly else _dealt(values, (one, len(subjects)), (other, len(objects)))
                    for values in (found.amounts, found.shares)
                ]
                claim = self._claim(found, subject, target, sums, polarity, planned, encoded, sentence)
                if claim is not None:
                    yield claim

    def _claim(
        self,
        found: Match,
        subject: End,
        target: End,
        sums: Sequence[Amount | Share | None],
        polarity: Polarity,
        planned: bool,
        encoded: Encoded,
        sentence: Span,
    ) -> Claim | None:
        source, frame = found.frame.source, found.frame
        ends = mention_of(subject.item), mention_of(target.item)
        groups = [self.group.get(end.span) for end in ends]
        if groups[0] is None or groups[1] is None or groups[0].id == groups[1].id:
            return None
        predicate = self.schema.predicates[source.predicate]
        if not frame.takes_object(ends[1]) or not self.schema.allows(predicate.name, ends[0].type, ends[1].type):
            return None
        if predicate.inside and not may_lie_inside(groups[0], groups[1], subject.first):
            return None
        evidence = [sentence]
        score = source.score * subject.weight * target.weight
        for end in (subject, target):
            if end.sentence is not None:
                evidence.append(end.sentence)
            if isinstance(end.item, Reference):
                score *= end.item.score
                evidence.append(self._sentence_of(end.item.mention.span))
        here = [item.span for item in (subject.item, target.item) if sentence.contains(item.span)] or [sentence]
        modality = self.meanings.modality(
            predicate.name, sentence, min(span.start for span in here), max(span.end for span in here)
        )
        if planned and not predicate.timeless:
            modality = "planned"  # 签署协议，拟授信10亿元: the frame's own clause says so, behind both names
        own = _qualifiers(found, sums, encoded, predicate.qualifiers)
        return make_claim(
            self.reading.article,
            ends[0],
            predicate.name,
            ends[1],
            evidence=list(dict.fromkeys(evidence)),
            qualifiers=with_size(own, self.reading.article.text, sentence, ends[1], target.item.span, predicate),
            modality=modality,
            polarity=polarity,
            reader=f"{self.reader}:{source.name}",
            score=round(score, 4),
        )

    def _sentence_of(self, span: Span) -> Span:
        number = bisect_right(self.reading.sentences, span.start, key=lambda sentence: sentence.start) - 1
        return self.reading.sentences[max(0, number)]


class Kept:
    """The better of two readings of the same words: the one with a sum, then the one scored higher."""

    def __init__(self, claims: FrameClaims) -> None:
        self._group = claims.group
        self._made: dict[tuple[str, str, str, str], Claim] = {}

    def add(self, claim: Claim) -> None:
        assert isinstance(claim.object, Mention)
        amount = next((qualifier.text for qualifier in claim.qualifiers if qualifier.name == "amount"), "")
        ends = self._group[claim.subject.span].id, claim.predicate, self._group[claim.object.span].id
        if not amount and any(key[:3] == ends for key in self._made):
            return
        if amount:
            self._made.pop((*ends, ""), None)
        rival = self._made.get((*ends, amount))
        if rival is None or rival.score < claim.score:
            self._made[*ends, amount] = claim

    def claims(self) -> list[Claim]:
        return list(self._made.values())


def _dealt(values: Sequence[Amount | Share], *places: tuple[int, int]) -> Amount | Share | None:
    """Return the value of one pair of ends: the only one, or the one at the place of that end which has as many."""
    if len(values) == 1:
        return values[0]
    return next((values[number] for number, count in places if count == len(values)), None)


def _qualifiers(
    found: Match, sums: Sequence[Amount | Share | None], encoded: Encoded, taken: Sequence[str]
) -> Iterator[Qualifier]:
    for name, value in zip(("amount", "share"), sums, strict=True):
        if value is not None and name in taken:
            yield Qualifier(name, value.text, value.normal)
    date = found.date
    if date is None and found.frame.source.dated:
        dates = [item for item in encoded.items[: found.end] if isinstance(item, Date)]
        date = dates[-1] if dates else None
    if date is not None and "date" in taken:
        yield Qualifier("date", date.text, date.normal)

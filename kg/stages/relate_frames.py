"""Claims read by the frames of the schema.

Where a frame leaves the subject out, the topic of the clause, of the sentence or of the sentence before is its subject;
where it leaves the object out, the object of the reading before in the same sentence is. The words around a match
decide on modality and polarity; what is only asked or supposed is no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.cues import Cues
from kg.dates import Date
from kg.frames import Encoded, Frame, Match, compile_frames, encode, match, mention_of, without_places
from kg.model import Claim, Group, Mention, Modality, Polarity, Qualifier, Reading, Reference, Span
from kg.protocols import Stage
from kg.regions import is_inside
from kg.registry import declare
from kg.schema import Schema

_NAME = "relate_frames"
_BREAKS = "，；：。！？\n"
_STOPS = "；：。！？\n"
_GOVERNORS = "在向为给对与和同从由被把将据于、及跟让使以"
"""Characters that make the name after them something other than the subject of the clause."""

_OPENING = re.compile(
    r"(?:其中|据悉|据了解|据介绍|同时|此外|另外|因此|为此|对此|随后|而|但|作为|目前|至此|也|还|\s|[“‘”’\uf8f1])*$"
)
_LEVELS = ("country", "province", "prefecture", "county", "township", "village")
"""Regions from wide to narrow; zones and sites lie inside any of them."""

_SAME_SENTENCE, _SENTENCE_BEFORE = 0.92, 0.75
"""What it costs to carry a subject over from a clause or a sentence before."""


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema, min_score: float = 0.5) -> Stage:
    """Read claims by the frames of the schema; those scored below ``min_score`` are left out."""
    frames = compile_frames(schema)
    cues = Cues(schema)

    def read(reading: Reading) -> Reading:
        article = _Article(reading, schema, frames, cues)
        claims = [claim for claim in article.claims() if claim.score >= min_score]
        return replace(reading, claims=(*reading.claims, *_innermost(claims, schema, article.group)))

    def relate_frames(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch]

    return relate_frames


@dataclass(frozen=True, slots=True)
class _Subject:
    """A subject with the weight that the way of finding it leaves, and its own sentence where that is another;
    ``first`` is false for those further down a list."""

    item: Mention | Reference
    weight: float
    sentence: Span | None = None
    first: bool = True


class _Article:
    """One article while its frames are read, sentence by sentence."""

    def __init__(self, reading: Reading, schema: Schema, frames: Sequence[Frame], cues: Cues) -> None:
        self.reading = reading
        self.schema = schema
        # Where a name lies is read with its places in sight; all else reads more surely without them.
        self.placing = [frame for frame in frames if frame.object_types == {"Region"}]
        self.others = [frame for frame in frames if frame.object_types != {"Region"}]
        self.cues = cues
        self.group = {mention.span: group for group in reading.groups for mention in group.mentions}
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        self.items = sorted(items, key=lambda item: item.span)
        self.starts = [item.span.start for item in self.items]

    def claims(self) -> Iterator[Claim]:
        text = self.reading.article.text
        before: tuple[Encoded, Span] | None = None
        for sentence in self.reading.sentences:
            first = bisect_left(self.starts, sentence.start)
            items = self.items[first : bisect_right(self.starts, sentence.end - 1)]
            inside = [item for item in items if item.span.end <= sentence.end]
            if not inside:
                before = None
                continue
            encoded = encode(text, sentence, inside, self.schema, self.reading.article.date)
            if before is not None and "\n" in text[before[1].end : sentence.start]:
                before = None  # a new paragraph has a new topic
            yield from self._sentence(self.placing, encoded, sentence, before)
            yield from self._sentence(self.others, without_places(encoded), sentence, before)
            before = encoded, sentence

    def _sentence(
        self, frames: Sequence[Frame], encoded: Encoded, sentence: Span, before: tuple[Encoded, Span] | None
    ) -> Iterator[Claim]:
        matches = [found for frame in frames for found in match(frame, encoded)]
        matches.sort(key=lambda found: (found.start, found.end))
        made: dict[tuple[str, str, str, str], tuple[Claim, Match]] = {}
        last: tuple[Match, tuple[Mention | Reference, ...]] | None = None
        for found in matches:
            meaning = self.cues.read(*self._clause(encoded, found))
            objects = found.objects or (last[1] if last is not None and _carries(last[0], found, self.schema) else ())
            subjects = self._subjects(found, encoded, sentence, before)
            if meaning is None or not objects or not subjects:
                continue
            if found.objects:
                last = found, found.objects
            for subject in subjects:
                for target in objects:
                    claim = self._claim(found, subject, target, meaning, encoded, sentence)
                    if claim is not None:
                        _keep(made, claim, found, self.group)
        yield from (claim for claim, _ in made.values())

    def _clause(self, encoded: Encoded, found: Match) -> tuple[str, list[Date], str]:
        """Return the words of a match's clause up to its end, the clauses before them, the time expressions in both."""
        start = max(encoded.text.rfind(mark, 0, found.start) for mark in _BREAKS) + 1
        first = max(encoded.text.rfind(mark, 0, found.start) for mark in _STOPS) + 1
        dates = [item for item in encoded.items[first : found.end] if isinstance(item, Date)]
        return encoded.text[start : found.end], dates, encoded.text[first:start]

    def _subjects(
        self, found: Match, encoded: Encoded, sentence: Span, before: tuple[Encoded, Span] | None
    ) -> list[_Subject]:
        if found.frame.has_subject:
            return [_Subject(item, 1.0, first=not number) for number, item in enumerate(found.subjects)]
        takes = found.frame.takes_subject
        topic = _topic(encoded, found.start, takes)
        if topic is not None:
            same_clause = not any(mark in encoded.text[topic[1] : found.start] for mark in _BREAKS)
            return [_Subject(topic[0], 1.0 if same_clause else _SAME_SENTENCE)]
        opens = not any(mark in encoded.text[: found.start] for mark in _BREAKS) and found.start <= 8
        if before is not None and opens:
            topic = _topic(before[0], len(before[0].text), takes)
            if topic is not None:
                return [_Subject(topic[0], _SENTENCE_BEFORE, before[1])]
        return []

    def _claim(
        self,
        found: Match,
        subject: _Subject,
        target: Mention | Reference,
        meaning: tuple[Modality, Polarity],
        encoded: Encoded,
        sentence: Span,
    ) -> Claim | None:
        source, frame = found.frame.source, found.frame
        ends = mention_of(subject.item), mention_of(target)
        groups = [self.group.get(end.span) for end in ends]
        if groups[0] is None or groups[1] is None or groups[0].id == groups[1].id:
            return None
        predicate = self.schema.predicates[source.predicate]
        if not frame.takes_object(ends[1]) or not self.schema.allows(predicate.name, ends[0].type, ends[1].type):
            return None
        if predicate.inside and not _may_lie_inside(groups[0], groups[1], subject.first):
            return None
        evidence = [sentence]
        score = source.score * subject.weight
        if subject.sentence is not None:
            evidence.append(subject.sentence)
        for item in (subject.item, target):
            if isinstance(item, Reference):
                score *= item.score
                evidence.append(self._sentence_of(item.mention.span))
        return make_claim(
            self.reading.article,
            ends[0],
            predicate.name,
            ends[1],
            evidence=list(dict.fromkeys(evidence)),
            qualifiers=_qualifiers(found, encoded, predicate.qualifiers),
            modality="done" if predicate.timeless else meaning[0],
            polarity=meaning[1],
            reader=f"{_NAME}:{source.name}",
            score=round(score, 4),
        )

    def _sentence_of(self, span: Span) -> Span:
        number = bisect_right(self.reading.sentences, span.start, key=lambda sentence: sentence.start) - 1
        return self.reading.sentences[max(0, number)]


def _topic(encoded: Encoded, before: int, takes: Callable[[Mention], bool]) -> tuple[Mention | Reference, int] | None:
    """Return the nearest name before that position that is spoken of, and where it stands.

    A name that opens its clause comes first; else one that nothing governs, in the position's own clause.
    """
    clause = max(encoded.text.rfind(mark, 0, before) for mark in _BREAKS) + 1
    fallback = None
    for at in range(before - 1, -1, -1):
        item = encoded.items[at]
        if not isinstance(item, Mention | Reference) or not takes(mention_of(item)):
            continue
        after = encoded.text[at + 1 : at + 2]
        if after in ("的", "、") or (isinstance(item, Reference) and item.text == "其"):
            continue
        start = max(encoded.text.rfind(mark, 0, at) for mark in _BREAKS) + 1
        if _OPENING.fullmatch(encoded.text, start, at):
            # 晋江…，帮助长汀发展: with a nearer name in the way, who acts is not certain.
            return (item, at) if fallback is None else None
        if fallback is None and at >= clause and encoded.text[at - 1] not in _GOVERNORS:
            fallback = item, at
    return fallback


def _carries(earlier: Match, later: Match, schema: Schema) -> bool:
    """Say whether an elided object may be the earlier one's: facts of one kind (with sums or without), in order."""
    sums = ["amount" in schema.predicates[one.frame.source.predicate].qualifiers for one in (earlier, later)]
    takes = all(later.frame.takes_object(mention_of(item)) for item in earlier.objects)
    return later.start >= earlier.end and sums[0] == sums[1] and takes


def _may_lie_inside(part: Group, whole: Group, beside: bool) -> bool:
    """Compare codes, else levels; a name further down a list (莆田湄洲岛、漳州) counts by codes alone."""
    if part.adcode is not None and whole.adcode is not None:
        return is_inside(part.adcode, whole.adcode)
    if not beside:
        return False
    levels = [_LEVELS.index(group.subtype) if group.subtype in _LEVELS else None for group in (part, whole)]
    return levels[0] is None or levels[1] is None or levels[0] > levels[1]


def _innermost(claims: Sequence[Claim], schema: Schema, group: dict[Span, Group]) -> list[Claim]:
    """Leave out that a part lies in a whole where the article also names a nearer whole inside that one."""

    def ends(claim: Claim) -> tuple[str, str | None] | None:
        if not schema.predicates[claim.predicate].inside or isinstance(claim.object, str):
            return None
        return group[claim.subject.span].id, group[claim.object.span].adcode

    wholes: dict[str, set[str]] = {}
    for pair in map(ends, claims):
        if pair is not None and pair[1] is not None:
            wholes.setdefault(pair[0], set()).add(pair[1])

    def nearest(claim: Claim) -> bool:
        pair = ends(claim)
        if pair is None or pair[1] is None:
            return True
        return not any(code != pair[1] and is_inside(code, pair[1]) for code in wholes[pair[0]])

    return [claim for claim in claims if nearest(claim)]


def _qualifiers(found: Match, encoded: Encoded, taken: Sequence[str]) -> Iterator[Qualifier]:
    if found.amount is not None and "amount" in taken:
        yield Qualifier("amount", found.amount.text, found.amount.normal)
    if found.share is not None and "share" in taken:
        yield Qualifier("share", found.share.text, found.share.normal)
    date = found.date
    if date is None and found.frame.source.dated:
        dates = [item for item in encoded.items[: found.end] if isinstance(item, Date)]
        date = dates[-1] if dates else None
    if date is not None and "date" in taken:
        yield Qualifier("date", date.text, date.normal)


def _keep(
    made: dict[tuple[str, str, str, str], tuple[Claim, Match]],
    claim: Claim,
    found: Match,
    group: dict[Span, Group],
) -> None:
    """Keep the better of two readings of the same words: the one with a sum, then the one scored higher."""
    assert isinstance(claim.object, Mention)
    amount = next((qualifier.text for qualifier in claim.qualifiers if qualifier.name == "amount"), "")
    ends = group[claim.subject.span].id, claim.predicate, group[claim.object.span].id
    if not amount and any(key[:3] == ends for key in made):
        return
    if amount:
        made.pop((*ends, ""), None)
    rival = made.get((*ends, amount))
    if rival is None or rival[0].score < claim.score:
        made[*ends, amount] = claim, found

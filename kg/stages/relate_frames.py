"""Claims read by the frames of the schema.

Where a frame leaves the subject out, the topic of the clause, of the sentence or of the sentence before is its subject;
where it leaves the object out, the object of the reading before in the same sentence is. Of as many sums as names each
name gets its own (分别); a sum that several share (共, 合计) is nobody's alone. The words around a match decide on
modality and polarity; what is only asked or supposed is no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.containment import innermost, may_lie_inside
from kg.cues import Cues
from kg.dates import Date
from kg.frames import Encoded, Frame, Match, compile_frames, encode, match, mention_of, without_places
from kg.modality import Meanings
from kg.model import Claim, Group, Mention, Polarity, Qualifier, Reading, Reference, Span
from kg.money import Amount, Share
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg.sizes import with_size

_NAME = "relate_frames"
_BREAKS = "，；：。！？\n"
_STOPS = "；：。！？\n"
_GOVERNORS = "在向为给对与和同从由被把将据于、及跟让使以"
"""Characters that make the name after them something other than the subject of the clause."""

_OPENING = re.compile(
    r"(?:其中|据悉|据了解|据介绍|同时|此外|另外|因此|为此|对此|随后|而|但|作为|目前|至此|也|还|\s|[“‘”’\uf8f1])*"
    "(?:[^，；：。！？的\ue000-\uf8ff]{0,6}(?:公司|企业|集团|股东|巨头|龙头|机构))?$"
)
"""What may stand before the name that a clause is about: particles, times, and a word in apposition (上市公司甲)."""

_JOINTLY = re.compile("合计|总计|共计|总共|一共|(?<!公)共(?![同享建赢有识])")
"""What says that a sum is that of several together."""

_CAUSED = re.compile(
    "(?:引导|鼓励|督促|指导|推动|要求|协调|组织|动员)[^，；。]{0,12}(?:银行|机构|企业|部门|单位|地方)|停止|暂停|暂缓"
)
"""A topic that makes others act does not act itself: 甲局引导金融机构向乙厂发放贷款; nor does one that has stopped."""

_LEADING = re.compile("(?:(?:据悉|据了解|据介绍|同时|此外|另外|因此|为此|目前|随后|截至|近日|[\uf8f1\\s“])+，?)?")
"""What may stand before the first clause of a sentence whose subject is that of the sentence before: 去年，…"""

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
        return replace(reading, claims=(*reading.claims, *innermost(claims, schema, article.group)))

    def relate_frames(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch]

    return relate_frames


@dataclass(frozen=True, slots=True)
class _End:
    """A subject or object with the weight that the way of finding it leaves, and its own sentence if that is another;
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
        self.meanings = Meanings(reading, cues)
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
        characters = frozenset(encoded.text)
        matches = [found for frame in frames if frame.may_read(encoded, characters) for found in match(frame, encoded)]
        matches.sort(key=lambda found: (found.start, found.end))
        made: dict[tuple[str, str, str, str], tuple[Claim, Match]] = {}
        last: tuple[Match, tuple[Mention | Reference, ...]] | None = None
        for found in matches:
            meaning = self.cues.read(*self._clause(encoded, found))  # how it is denied or only asked
            subjects = self._subjects(found, encoded, before)
            objects = self._objects(found, encoded, before, last)
            if meaning is None or not objects or not subjects:
                continue
            if found.objects:
                last = found, found.objects
            own = self.cues.read(self._clause(encoded, found)[0], ())
            planned = own is not None and own[0] == "planned"
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
                    claim = self._claim(found, subject, target, sums, meaning[1], planned, encoded, sentence)
                    if claim is not None:
                        _keep(made, claim, found, self.group)
        yield from (claim for claim, _ in made.values())

    def _clause(self, encoded: Encoded, found: Match) -> tuple[str, list[Date], str]:
        """Return the words of a match's clause up to its end, the clauses before them, the time expressions in both."""
        start = max(encoded.text.rfind(mark, 0, found.start) for mark in _BREAKS) + 1
        first = max(encoded.text.rfind(mark, 0, found.start) for mark in _STOPS) + 1
        dates = [item for item in encoded.items[first : found.end] if isinstance(item, Date)]
        return encoded.text[start : found.end], dates, encoded.text[first:start]

    def _subjects(self, found: Match, encoded: Encoded, before: tuple[Encoded, Span] | None) -> list[_End]:
        if found.frame.has_subject:
            return [_End(item, 1.0, first=not number) for number, item in enumerate(found.subjects)]
        return self._spoken_of(found, found.frame.takes_subject, encoded, before)

    def _objects(
        self,
        found: Match,
        encoded: Encoded,
        before: tuple[Encoded, Span] | None,
        last: tuple[Match, tuple[Mention | Reference, ...]] | None,
    ) -> list[_End]:
        if found.frame.has_object:
            return [_End(item, 1.0) for item in found.objects]
        if found.frame.object_is_topic:
            acting = {self._group_id(item) for item in found.subjects}

            def takes(mention: Mention) -> bool:
                return found.frame.takes_object(mention) and self._group_id(mention) not in acting

            return self._spoken_of(found, takes, encoded, before)
        if last is not None and _carries(last[0], found, self.schema):
            return [_End(item, 1.0) for item in last[1]]
        return []

    def _spoken_of(
        self,
        found: Match,
        takes: Callable[[Mention], bool],
        encoded: Encoded,
        before: tuple[Encoded, Span] | None,
    ) -> list[_End]:
        topic = _topic(encoded, found.start, takes)
        if topic is not None and _CAUSED.search(encoded.text, topic[1], found.start):
            return []
        if topic is not None:
            same_clause = not any(mark in encoded.text[topic[1] : found.start] for mark in _BREAKS)
            weight = 1.0 if same_clause else _SAME_SENTENCE
            return [_End(item, weight, first=not number) for number, item in enumerate(topic[0])]
        leading = _LEADING.match(encoded.text)
        first = leading.end() if leading is not None else 0
        opens = found.start - first <= 8 and not any(mark in encoded.text[first : found.start] for mark in _BREAKS)
        if before is not None and opens:
            topic = _topic(before[0], len(before[0].text), takes)
            if topic is not None:
                return [_End(item, _SENTENCE_BEFORE, before[1]) for item in topic[0]]
        return []

    def _group_id(self, item: Mention | Reference) -> str | None:
        group = self.group.get(mention_of(item).span)
        return group.id if group is not None else None

    def _claim(
        self,
        found: Match,
        subject: _End,
        target: _End,
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
            reader=f"{_NAME}:{source.name}",
            score=round(score, 4),
        )

    def _sentence_of(self, span: Span) -> Span:
        number = bisect_right(self.reading.sentences, span.start, key=lambda sentence: sentence.start) - 1
        return self.reading.sentences[max(0, number)]


def _topic(
    encoded: Encoded, before: int, takes: Callable[[Mention], bool]
) -> tuple[list[Mention | Reference], int] | None:
    """Return the nearest name before that position that is spoken of, or names (甲、乙和丙), and where the last stands.

    What opens its clause comes first; else one that nothing governs, in the position's own clause.
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
        first, names = at, [item]
        while True:
            while first > start and encoded.items[first - 1] is not None:  # 湖南长沙县与…: places side by side
                first -= 1
            other = encoded.items[first - 2] if first - 2 >= start else None
            if encoded.text[first - 1] not in "、和及" or not isinstance(other, Mention | Reference):
                break
            if not takes(mention_of(other)):
                break
            first -= 2
            names.insert(0, other)
        if _OPENING.fullmatch(encoded.text, start, first):
            # 晋江…，帮助长汀发展: with a nearer name in the way, who acts is not certain.
            return (names, at) if fallback is None else None
        if fallback is None and at >= clause and encoded.text[at - 1] not in _GOVERNORS:
            fallback = [item], at
    return fallback


def _carries(earlier: Match, later: Match, schema: Schema) -> bool:
    """Say whether an elided object may be the earlier one's: facts of one kind (with sums or without), in order."""
    sums = ["amount" in schema.predicates[one.frame.source.predicate].qualifiers for one in (earlier, later)]
    takes = all(later.frame.takes_object(mention_of(item)) for item in earlier.objects)
    return later.start >= earlier.end and sums[0] == sums[1] and takes


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

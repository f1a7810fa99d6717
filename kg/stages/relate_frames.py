"""Claims read by the frames of the schema.

Where a frame leaves the subject out, the topic of the clause, of the sentence or of the sentence before is its subject;
where it leaves the object out, the object of the reading before in the same sentence is. The words around a match
decide on modality and polarity; what is only asked or supposed is no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kg.containment import innermost
from kg.cues import Cues
from kg.dates import Date
from kg.frame_claims import End, FrameClaims, Kept, listed
from kg.frames import Encoded, Frame, Match, compile_frames, encode, match, mention_of, without_places
from kg.model import Claim, Mention, Reading, Reference, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

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


class _Article:
    """One article while its frames are read, sentence by sentence."""

    def __init__(self, reading: Reading, schema: Schema, frames: Sequence[Frame], cues: Cues) -> None:
        self.reading = reading
        self.schema = schema
        # Where a name lies is read with its places in sight; all else reads more surely without them.
        self.placing = [frame for frame in frames if frame.object_types == {"Region"}]
        self.others = [frame for frame in frames if frame.object_types != {"Region"}]
        self.cues = cues
        self.made = FrameClaims(reading, schema, cues, _NAME)
        self.group = self.made.group
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
        kept = Kept(self.made)
        last: tuple[Match, tuple[Mention | Reference, ...]] | None = None
        for found in matches:
            clause = self._clause(encoded, found)
            meaning = self.cues.read(*clause)  # how it is denied or only asked
            subjects = self._subjects(found, encoded, before)
            objects = self._objects(found, encoded, before, last)
            if meaning is None or not objects or not subjects:
                continue
            if found.objects:
                last = found, found.objects
            own = self.cues.read(clause[0], ())
            planned = own is not None and own[0] == "planned"
            for claim in self.made.make(
                found, subjects, objects, encoded, sentence, polarity=meaning[1], planned=planned
            ):
                kept.add(claim)
        yield from kept.claims()

    def _clause(self, encoded: Encoded, found: Match) -> tuple[str, list[Date], str]:
        """Return the words of a match's clause up to its end, the clauses before them, the time expressions in both."""
        start = max(encoded.text.rfind(mark, 0, found.start) for mark in _BREAKS) + 1
        first = max(encoded.text.rfind(mark, 0, found.start) for mark in _STOPS) + 1
        dates = [item for item in encoded.items[first : found.end] if isinstance(item, Date)]
        return encoded.text[start : found.end], dates, encoded.text[first:start]

    def _subjects(self, found: Match, encoded: Encoded, before: tuple[Encoded, Span] | None) -> list[End]:
        if found.frame.has_subject:
            return listed(found.subjects)
        return self._spoken_of(found, found.frame.takes_subject, encoded, before)

    def _objects(
        self,
        found: Match,
        encoded: Encoded,
        before: tuple[Encoded, Span] | None,
        last: tuple[Match, tuple[Mention | Reference, ...]] | None,
    ) -> list[End]:
        if found.frame.has_object:
            return [End(item) for item in found.objects]
        if found.frame.object_is_topic:
            acting = {self._group_id(item) for item in found.subjects}

            def takes(mention: Mention) -> bool:
                return found.frame.takes_object(mention) and self._group_id(mention) not in acting

            return self._spoken_of(found, takes, encoded, before)
        if last is not None and _carries(last[0], found, self.schema):
            return [End(item) for item in last[1]]
        return []

    def _spoken_of(
        self,
        found: Match,
        takes: Callable[[Mention], bool],
        encoded: Encoded,
        before: tuple[Encoded, Span] | None,
    ) -> list[End]:
        topic = _topic(encoded, found.start, takes)
        if topic is not None and _CAUSED.search(encoded.text, topic[1], found.start):
            return []
        if topic is not None:
            same_clause = not any(mark in encoded.text[topic[1] : found.start] for mark in _BREAKS)
            weight = 1.0 if same_clause else _SAME_SENTENCE
            return [End(item, weight, first=not number) for number, item in enumerate(topic[0])]
        leading = _LEADING.match(encoded.text)
        first = leading.end() if leading is not None else 0
        opens = found.start - first <= 8 and not any(mark in encoded.text[first : found.start] for mark in _BREAKS)
        if before is not None and opens:
            topic = _topic(before[0], len(before[0].text), takes)
            if topic is not None:
                return [End(item, _SENTENCE_BEFORE, before[1]) for item in topic[0]]
        return []

    def _group_id(self, item: Mention | Reference) -> str | None:
        group = self.group.get(mention_of(item).span)
        return group.id if group is not None else None


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

"""Claims of parsed sentences: a predication, told as a plain clause, is read by the frames of the schema.

The frames know the words of each predicate and the order of its ends; a parse knows which names belong to a verb,
however much stands between them. So each predication is encoded as the short clause that it amounts to, such as
甲银行向乙公司、丙公司授信5亿元, and a frame that reads it from subject to object, over the verb, makes the claim.
The words around the names in the article decide on modality and polarity, as for the frames themselves; what is asked
or supposed is no claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.clauses import UNKNOWN, Clauses
from kg.containment import innermost
from kg.cues import Cues
from kg.frame_claims import End, FrameClaims, Kept
from kg.frames import Encoded, Frame, Match, compile_frames, find_marks, match, without_places
from kg.model import Claim, Mention, Reading, Reference, Span
from kg.money import Amount, Share
from kg.parses import Predication
from kg.pieces import cut
from kg.schema import Schema

Parser = Callable[[str, Sequence[Span], Counter[str]], list[list[Predication]]]

_ASKED = re.compile(r"[？?][”’」\s]*$")


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads parses: schema, compiled frames and cues; ``name`` is the stage's, ``weight`` what its parser is
    trusted."""

    schema: Schema
    frames: tuple[Frame, ...]
    cues: Cues
    name: str
    weight: float

    @classmethod
    def of(cls, schema: Schema, name: str, weight: float) -> Reader:
        return cls(schema, compile_frames(schema), Cues(schema), name, weight)

    def frames_for(self, encoded: Encoded) -> Iterator[tuple[Frame, Encoded]]:
        """Yield the frames that may read a clause, and it as they see it: only where a name lies needs its places."""
        characters, bare = frozenset(encoded.text), without_places(encoded)
        for frame in self.frames:
            if frame.has_subject and frame.has_object:
                seen = encoded if frame.object_types == {"Region"} else bare
                if frame.may_read(seen, characters):
                    yield frame, seen


class ParseStage:
    """A stage that reads claims of what a parser finds in sentences of at most ``longest`` characters.

    ``parse`` is given an article's text and parts of it, and returns the predications of each. It counts what is odd.
    """

    def __init__(self, reader: Reader, parse: Parser, longest: int) -> None:
        self.reader = reader
        self.parse = parse
        self.longest = max(1, longest)
        self.counts: Counter[str] = Counter()

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [self._read(reading) for reading in batch]  # an article at a time: the answer never depends on its batch

    def tallies(self) -> Mapping[str, float]:
        """Say what was parsed and what could not be, see kg.protocols.Counts."""
        return self.counts

    def explain(
        self, reading: Reading, subject: Mention | Reference, object_: Mention | Reference | str, predicate: str, /
    ) -> list[tuple[str, str]]:
        """Say which verbs have both as arguments, see kg.protocols.Explains."""
        if isinstance(object_, str):
            return []
        verbs = list(self._joining(reading, {subject.span, object_.span}))
        if not verbs:
            return [("parse", "no verb of the sentence has both as its arguments")]
        return [("parse", f"both belong to {', '.join(verbs)}; a frame of {predicate} must read such a clause")]

    def _joining(self, reading: Reading, ends: set[Span]) -> Iterator[str]:
        article = _Article(reading, self.reader, Counter())
        for sentence, part in self._parts(reading):
            if not all(part.contains(end) for end in ends):
                continue
            clauses = article.clauses(sentence)
            for predication in self.parse(reading.article.text, [part], Counter())[0]:
                clause = clauses.encode(predication)
                if clause is not None and ends <= _spans(clause[0]):
                    yield clause[1]

    def _read(self, reading: Reading) -> Reading:
        parts = self._parts(reading)
        if not parts:
            return reading
        article = _Article(reading, self.reader, self.counts)
        parsed = self.parse(reading.article.text, [part for _, part in parts], self.counts)
        found: dict[Span, list[Predication]] = {}
        for (sentence, _), predications in zip(parts, parsed, strict=True):
            found.setdefault(sentence, []).extend(predications)
        claims = [claim for sentence, predications in found.items() for claim in article.claims(sentence, predications)]
        return replace(reading, claims=(*reading.claims, *innermost(claims, self.reader.schema, article.made.group)))

    def _parts(self, reading: Reading) -> list[tuple[Span, Span]]:
        """Return the sentences with two names or more; of those that are too long, each part with its sentence."""
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        starts = sorted(item.span.start for item in items)
        worth = [one for one in reading.sentences if bisect_left(starts, one.end) - bisect_left(starts, one.start) > 1]
        return [(one, part) for one in worth for part in cut(reading.article.text, [one], self.longest)]


class _Article:
    """One article while the predications of its sentences are read."""

    def __init__(self, reading: Reading, reader: Reader, counts: Counter[str]) -> None:
        self.reading = reading
        self.reader = reader
        self.counts = counts
        self.made = FrameClaims(reading, reader.schema, reader.cues, reader.name)
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        self.items = sorted(items, key=lambda item: item.span)
        self.starts = [item.span.start for item in self.items]

    def clauses(self, sentence: Span) -> Clauses:
        words = self.reading.article.text[sentence.start : sentence.end]
        first, last = bisect_left(self.starts, sentence.start), bisect_right(self.starts, sentence.end - 1)
        items = [item for item in self.items[first:last] if item.span.end <= sentence.end]
        marks = find_marks(words, sentence, items, self.reader.schema, self.reading.article.date)
        return Clauses(sentence, words, marks)

    def claims(self, sentence: Span, predications: Sequence[Predication]) -> list[Claim]:
        """Return what the predications of one sentence of the article claim."""
        clauses = self.clauses(sentence)
        if _ASKED.search(clauses.words):
            return []
        kept = Kept(self.made)
        for predication in predications:
            self.counts["predications"] += 1
            for claim in self._read(clauses, predication):
                kept.add(claim)
        return kept.claims()

    def _read(self, clauses: Clauses, predication: Predication) -> Iterator[Claim]:
        told = {clauses.encode(predication, as_written=way): way for way in (True, False)}
        for clause, way in told.items():
            if clause is None:
                continue
            encoded, verb = clause
            for frame, seen in self.reader.frames_for(encoded):
                at = seen.text.find(verb)
                for found in match(frame, seen):
                    if not found.start <= at < found.end or _is_of_another(found, seen):
                        continue
                    if _needs(found, seen, verb) or self._reads_bare(frame, clauses, predication, way):
                        yield from self._claims(found, seen, clauses.sentence, predication)

    def _reads_bare(self, frame: Frame, clauses: Clauses, predication: Predication, way: bool) -> bool:
        """Say whether a frame reads the verb with its arguments alone: 提供授信, but not 加快淘汰 or 宣布投资."""
        parts = tuple(part for part in predication.parts if part.kind not in ("adverb", "clause"))
        clause = clauses.encode(replace(predication, parts=parts), as_written=way)
        if clause is None:
            return False
        return any(list(match(one, seen)) for one, seen in self.reader.frames_for(clause[0]) if one is frame)

    def _claims(self, found: Match, encoded: Encoded, sentence: Span, predication: Predication) -> Iterator[Claim]:
        own = self.reader.cues.read(encoded.text[: found.end], ())
        ends: tuple[Mention | Reference, ...] = (*found.subjects, *found.objects)
        spans = [item.span for item in ends]
        start = min(predication.verb.start, *(span.start for span in spans))
        end = max(predication.verb.end, *(span.end for span in spans))
        around = self.made.meanings.read(found.frame.source.predicate, sentence, start, end)
        if own is None or around is None:
            return
        denied = predication.denied or "denied" in (own[1], around[1])
        subjects = [End(item, self.reader.weight, first=not number) for number, item in enumerate(found.subjects)]
        yield from self.made.make(
            found, subjects, [End(item) for item in found.objects], encoded, sentence,
            polarity="denied" if denied else "affirmed", planned="planned" in (own[0], around[0]),
        )  # fmt: skip


def _needs(found: Match, encoded: Encoded, verb: str) -> bool:
    """Say whether a frame would not read this without the verb."""
    blotted = Encoded(encoded.text.replace(verb, UNKNOWN * len(verb)), encoded.items)
    return all(other.start != found.start for other in match(found.frame, blotted))


def _spans(encoded: Encoded) -> set[Span]:
    return {item.span for item in encoded.items if isinstance(item, Mention | Reference)}


def _is_of_another(found: Match, encoded: Encoded) -> bool:
    """Say whether an object only describes what is meant (投资甲公司的对手) and the frame looks no further."""
    for at in range(found.start, found.end):
        if encoded.items[at] in found.objects and encoded.text[at + 1 : at + 2] == "的":
            beyond = encoded.items[at + 2] if at + 2 < len(encoded.items) else None
            if found.end <= at + 2 and not isinstance(beyond, Amount | Share):
                return True
    return False

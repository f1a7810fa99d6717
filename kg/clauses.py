"""Predications told as plain clauses, in the encoding that frames read (kg.frames).

甲银行日前向位于乙县的丙公司（“丙”）授信5亿元 becomes 甲银行向丙公司授信5亿元: of each part only what counts, a list
as its names, a phrase whose head is no name as one unknown character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.dates import Date
from kg.frames import JOINT, Encoded, Mark, assemble
from kg.model import Mention, Reference, Span
from kg.money import Amount, Share
from kg.parses import Part, Predication

_Piece = tuple[int, int] | str

_BREAKS = re.compile("[，；：。！？\n]")
_ASIDE = re.compile(r"（[^（）\n]{0,80}）|\([^()\n]{0,80}\)")
_LEAD = re.compile("向|为|给予?|对|与|和|同|跟|由|被|在|于|从|到|至|将|把|以")
"""A preposition before a name."""

_AFTER_NAME = re.compile(r"[》”’\s]*(?:等[^，。；的\n]{0,10})?[》”’\s]*")
"""What may stand behind the name that heads a phrase: 甲、乙等企业."""

_BETWEEN_NAMES = re.compile(rf"[》”’]?(?:{JOINT}|(?<=[》”’])(?=[《“‘]))[《“‘]?")
UNKNOWN = "\ufffd"
"""What stands in a clause for words that do not count."""

_FEW = 6
"""How many characters an adverb has, and what stands between the last part and its sum (共计, 总额为)."""


class Clauses:
    """A sentence of an article, from which clauses are put together; places count from its start."""

    def __init__(self, sentence: Span, words: str, marks: list[Mark]) -> None:
        self.sentence, self.words, self.marks = sentence, words, marks
        self.names = [mark for mark in marks if isinstance(mark[3], Mention | Reference)]
        self.asides = [aside.span() for aside in _ASIDE.finditer(words)]

    def encode(self, predication: Predication, *, as_written: bool = False) -> tuple[Encoded, str] | None:
        """Return the clause that a predication amounts to, and its verb; None where the verb is part of a name.

        Lists are told with 、, for all in them do the same; or ``as_written``: 甲与乙签约 is one with the other.
        """
        verb = self._within(predication.verb)
        if verb is None or any(start < verb[1] and verb[0] < end for start, end, *_ in self.names):
            return None
        pieces: list[_Piece] = []
        for part in predication.parts:
            added = self._part(part, as_written)
            if pieces and added and self._is_name(pieces[-1]) and self._is_name(added[0]):
                pieces.append("，")  # that they stand side by side now says nothing
            pieces += added
        if not any(map(self._is_name, pieces)):
            return None
        dates = [mark for mark in self.marks if isinstance(mark[3], Date) and mark[0] < verb[1]]
        before: list[_Piece] = [dates[-1][:2], "，"] if dates else []
        encoded = assemble(self.words, self.marks, [*before, *pieces, *self._sum(predication, pieces)])
        return encoded, self.words[verb[0] : verb[1]]

    def _part(self, part: Part, as_written: bool) -> list[_Piece]:
        stretches = [inside for span in part.stretches if (inside := self._within(span)) is not None]
        if not stretches:
            return []
        if part.kind not in ("adverb", "word"):
            names, lead = self._heads(stretches), self._lead(stretches)
            if names and (lead or part.kind != "oblique"):
                listed = [(names[0][0], names[-1][1])] if as_written and self._is_plain(names) else _list(names)
                return [*lead, *self._opening_sum(stretches, names[0]), *listed]
            if part.kind in ("name", "oblique"):
                return [*lead, UNKNOWN]
        pieces = [piece for stretch in stretches for piece in self._plain(*stretch)]
        if part.kind == "adverb":
            last = pieces[-1:]  # what stands before a comma belongs to another clause
            few = last and last[0][1] == stretches[-1][1] and last[0][1] - last[0][0] <= _FEW
            return [*last] if few and not self._is_name(last[0]) else []
        return [*pieces]

    def _within(self, span: Span) -> tuple[int, int] | None:
        start, end = max(span.start, self.sentence.start), min(span.end, self.sentence.end)
        return (start - self.sentence.start, end - self.sentence.start) if start < end else None

    def _is_name(self, piece: _Piece) -> bool:
        return isinstance(piece, tuple) and any(piece[0] <= start and end <= piece[1] for start, end, *_ in self.names)

    def _heads(self, stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the names that a phrase ends with: one, or the list that it is."""
        inside = [
            (start, end) for start, end, *_ in self.names
            if any(first <= start and end <= last for first, last in stretches) and not self._aside(start)
        ]  # fmt: skip
        if not inside or not _AFTER_NAME.fullmatch(self._text(stretches, inside[-1][1])):
            return []
        heads = [inside.pop()]
        first = heads[0][0]
        while inside:
            before = inside.pop()
            if before[1] == first:  # 福建省福州市甲公司: the last of names side by side is meant
                first = before[0]
            elif _BETWEEN_NAMES.fullmatch(self._text([(before[1], first)], 0)):
                heads.insert(0, before)
                first = before[0]
            else:
                break
        return heads

    def _is_plain(self, names: Sequence[tuple[int, int]]) -> bool:
        """Say whether nothing but what joins them stands between names."""
        return all(before[1] + 1 == after[0] for before, after in pairwise(names))

    def _aside(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.asides)

    def _text(self, stretches: Sequence[tuple[int, int]], after: int) -> str:
        """Return the words of stretches after a place, without what stands in brackets."""
        places = (at for start, end in stretches for at in range(max(start, after), end))
        return "".join(self.words[at] for at in places if not self._aside(at))

    def _lead(self, stretches: Sequence[tuple[int, int]]) -> list[_Piece]:
        """Return the preposition that a phrase begins with, if any."""
        start, end = stretches[0]
        lead = _LEAD.match(self.words, start, end)
        if lead is None or any(first < lead.end() and start < last for first, last, *_ in self.names):
            return []
        return [lead.span()]

    def _opening_sum(self, stretches: Sequence[tuple[int, int]], name: tuple[int, int]) -> list[tuple[int, int]]:
        """Return the sum or share that a phrase begins with: 3亿元的甲项目."""
        start = stretches[0][0]
        return [
            (first, last)
            for first, last, _, value in self.marks
            if first == start and last <= name[0] and isinstance(value, Amount | Share)
        ]

    def _plain(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the pieces of a stretch, without the ends of clauses in it and names that it would cut."""
        begin = at = start
        while at < end:
            mark = next((mark for mark in self.marks if mark[0] <= at < mark[1]), None)
            if mark is not None and start <= mark[0] and mark[1] <= end:
                at = mark[1]
            elif mark is None and not _BREAKS.match(self.words, at):
                at += 1
            else:
                if begin < at:
                    yield begin, at
                begin = at = mark[1] if mark is not None else at + 1
        if begin < end:
            yield begin, end

    def _sum(self, predication: Predication, pieces: Sequence[_Piece]) -> list[_Piece]:
        """Return the sum or share right behind the last part, where the parse does not count it among the parts."""
        placed = [piece for piece in pieces if isinstance(piece, tuple)]
        end = max([piece[1] for piece in placed], default=0)
        end = max(end, predication.verb.end - self.sentence.start)
        for start, last, _, value in self.marks:
            if start >= end and isinstance(value, Amount | Share):
                between = self.words[end:start]
                named = any(first < start and end < behind for first, behind, *_ in self.names)
                return [(end, last)] if len(between) <= _FEW and not named and not _BREAKS.search(between) else []
        return []


def _list(names: Sequence[tuple[int, int]]) -> Iterator[_Piece]:
    for number, name in enumerate(names):
        if number:
            yield "、"
        yield name

"""The names of one article by their words: which mention, or form that stands for one, a model means by a name."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property

from kg.language_models.quotes import folded
from kg.model import Group, Mention, Reading, Reference, Span

_REACH = 4
"""How many sentences back a name may stand that a sentence leaves out."""

_LOOKED_AT = 20
"""How many places of one name in a sentence are looked at."""

ELSEWHERE = 0.75
"""What it costs to take a name from a sentence before."""


@dataclass(frozen=True, slots=True)
class End:
    """A subject or object: the mention, where its sentence names it or refers to it, the sentences that show it."""

    mention: Mention
    at: Span
    sentences: tuple[int, ...]
    weight: float
    loose: bool


class Ends:
    """The mentions and references of one article."""

    def __init__(self, reading: Reading) -> None:
        self.sentences = reading.sentences
        self.group: dict[Span, Group] = {one.span: group for group in reading.groups for one in group.mentions}
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        self._items = sorted(
            (item for item in items if _mention(item).span in self.group), key=lambda item: (item.span, item.text)
        )
        self._starts = [item.span.start for item in self._items]

    @cached_property
    def _written(self) -> dict[str, frozenset[str]]:
        """By the ids of groups their mentions' words."""
        groups = {group.id: group for group in self.group.values()}
        return {id_: frozenset(one.text for one in group.mentions) for id_, group in groups.items()}

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        """By the ids of groups their mentions' words, folded."""
        return {id_: frozenset(map(folded, words)) for id_, words in self._written.items()}

    @cached_property
    def _known(self) -> frozenset[str]:
        forms = {item.text for item in self._items if isinstance(item, Reference)}
        return frozenset().union(*self._names.values(), map(folded, forms))

    def in_sentence(self, name: str, number: int, types: Container[str]) -> list[End]:
        """Return what the name may mean in that sentence, of one of these types, in text order.

        A name means the mentions written so, those of the same group, and the forms that stand for either.
        """
        sentence, wanted = self.sentences[number], folded(name)
        if wanted not in self._known:
            return []
        found = []
        first = bisect_left(self._starts, sentence.start)
        for item in self._items[first : bisect_left(self._starts, sentence.end, first)]:
            mention = _mention(item)
            if mention.type not in types or item.span.end > sentence.end:
                continue
            if wanted in self._names[self.group[mention.span].id] or (
                mention is not item and wanted == folded(item.text)
            ):
                shown = (number,) if mention is item else (number, self.number(mention.span))
                weight = 1.0 if mention is item else item.score
                found.append(End(mention, item.span, tuple(dict.fromkeys(shown)), weight, self._loose(name, item)))
        exact = [end for end in found if not end.loose]
        return (exact or found)[:_LOOKED_AT]

    def before(self, name: str, number: int, types: Container[str], first: int) -> End | None:
        """Return the nearest mention that the name means in the sentences before, from ``first`` on; None where none
        is near."""
        for other in range(number - 1, max(first, number - _REACH) - 1, -1):
            ends = [end for end in self.in_sentence(name, other, types) if end.at == end.mention.span]
            if ends:
                return End(ends[-1].mention, ends[-1].at, (other,), ELSEWHERE, ends[-1].loose)
        return None

    def knows(self, name: str) -> bool:
        """Say whether the article has a name like this at all."""
        return folded(name) in self._known

    def number(self, span: Span) -> int:
        """Return the number of the sentence in which something stands."""
        return max(0, bisect_right(self.sentences, span.start, key=lambda sentence: sentence.start) - 1)

    def covered(self, span: Span) -> range:
        """Return the numbers of the sentences that a stretch touches."""
        first = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.end)
        return range(first, bisect_left(self.sentences, span.end, key=lambda sentence: sentence.start))

    def _loose(self, name: str, item: Mention | Reference) -> bool:
        """Say whether neither the form nor any name of its group is written quite so."""
        return name != item.text and name not in self._written[self.group[_mention(item).span].id]


def _mention(item: Mention | Reference) -> Mention:
    return item if isinstance(item, Mention) else item.mention

"""The figures of a sentence, how each stands there, and the names that may hold them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.frames import mention_of
from kg.model import Group
from kg.quantities import Quantity
from kg.topics import ASIDE, Item, Topic, Topics

_MASKED = re.compile("[\ue000-\uf8ff]")
AND = ("、", "和", "及", "以及", "与")
"""What stands between figures of one list."""

_ENDS = frozenset("，；：。！？、\n）)”;和及 " + ASIDE)
_NOUN = re.compile(r"(?:(?![和及与]\d)[^，；：。！？、\n的\d（(]){0,14}")
_CHANGES = re.compile(
    r"(?:上|下|大幅)?(?:增长|增加|升|降|提高|提升|上涨|下调|下降|减少|缩短|缩小|收窄|变更|扩大|压缩|增|减|涨|跌|升级|上升"
    r"|跃升|提|缩|调整)[到至为]"
)
_SENTENCES, _ITEMS, _EARLIER, _HERE = 6, 60, 10, 16
"""How far back names are looked at: sentences, names in all, different ones; and how many in the sentence itself."""


Place = Literal["end", "attribute", "before"]
"""How a figure stands: at the end of its phrase, as an attribute (总投资5亿元的), or before its noun (5家企业)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence: where its own words begin, how it stands, and the noun behind it.

    ``topic`` is what the clause opens with or carries on; ``changes``: the figure is the first of a change
    (从5家增加到); ``joined``: it follows another in a list.
    """

    quantity: Quantity
    index: int
    begin: int
    place: Place
    noun: str
    topic: Topic | None
    changes: bool
    joined: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may hold figures of a sentence: its places there, else the features that tell how far back it is."""

    group: Group
    item: Item
    here: tuple[tuple[int, int, Item], ...]
    back: tuple[str, ...] = ()


def figures_of(topics: Topics, number: int, quantities: Sequence[Quantity]) -> list[Figure]:
    """Return the figures of a sentence that are no part of a name, in order, out of all ``quantities`` found there."""
    sentence = topics.sentence(number)
    found: list[Figure] = []
    last = 0
    for quantity in quantities:
        start, end = quantity.span.start, quantity.span.end
        if _MASKED.search(sentence.masked, start, end):
            continue
        joined = bool(found) and sentence.masked[last:start].endswith(AND) and sentence.clause_start(start) <= last
        following = sentence.masked[end : end + 1]
        place: Place = "attribute" if following == "的" else "end" if not following or following in _ENDS else "before"
        noun = _NOUN.match(sentence.words, end) if place == "before" else None
        topic = topics.find(number, start)
        if place == "attribute":
            topic = topics.after(number, end + 1) or topic
        changes = _CHANGES.match(sentence.words, end) is not None
        begin = max(sentence.clause_start(start), last)
        found.append(Figure(quantity, len(found), begin, place, noun[0] if noun else "", topic, changes, joined))
        last = end
    return found


def candidates(topics: Topics, number: int) -> list[Candidate]:
    """Return who may hold the figures of a sentence: the names in it, then those before it, the nearest first."""
    here: dict[str, list[tuple[int, int, Item]]] = {}
    for place in topics.sentence(number).items:
        group = group_of(topics, place[2])
        if group is not None:
            here.setdefault(group.id, []).append(place)
    named = [
        Candidate(topics.group[mention_of(places[0][2]).span], places[0][2], tuple(places))
        for places in list(here.values())[:_HERE]
    ]
    return [*named, *_earlier(topics, number, set(here))]


def group_of(topics: Topics, item: Item) -> Group | None:
    """Return the group of a name that may hold figures, None of any other."""
    mention = mention_of(item)
    return topics.group.get(mention.span) if mention.type in topics.types else None


def _earlier(topics: Topics, number: int, known: set[str]) -> Iterator[Candidate]:
    text, spans = topics.reading.article.text, topics.reading.sentences
    begin = spans[number].start
    last = bisect_left(topics.starts, begin)
    seen = 0
    for index in range(last - 1, max(-1, last - 1 - _ITEMS), -1):
        item = topics.items[index]
        group = group_of(topics, item)
        if group is None or group.id in known:
            continue
        own = max(0, bisect_right(spans, item.span.start, key=lambda span: span.start) - 1)
        if number - own > _SENTENCES or seen == _EARLIER:
            break
        known.add(group.id)
        far = f"{min(number - own, 4)} {min(text.count(chr(10), item.span.end, begin), 2)}"
        opening = topics.first(own)
        opens = opening is not None and any(group_of(topics, other) is group for other in opening.items)
        yield Candidate(
            group, item, (), (f"back {far}", f"order {min(seen, 4)}", *([f"opened {far}"] if opens else []))
        )
        seen += 1

"""Firms that only their officers give away: an unknown name before a title and a person is the body the person serves.

云岭智造首席执行官林知远 names 云岭智造, though nothing in its shape does. Once found, a name is found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.model import Mention, Reading, Span
from kg.organization_edges import Tokens, cut, is_counted, may_stand_in_name, speaks
from kg.protocols import Stage
from kg.registry import declare
from kg.titles import titles_before

_NAME = "find_employers"
_KINDS = ("executive", "officer")
_DEPARTMENTS = "部处科办室组区厂所园"
"""Last characters of departments, which belong to the title: 厨卫事业部总经理."""

_LONGEST = 10
"""Characters that such a name may have."""


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make(*, score: float = 0.7) -> Stage:
    """Find firms by the title of a person behind an unknown name; ``score`` is given to each mention."""

    def find_employers(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(one, mentions=(*one.mentions, *_employers(one, score))) for one in batch]

    return find_employers


def _employers(reading: Reading, score: float) -> list[Mention]:
    text = reading.article.text
    people = [mention for mention in reading.mentions if mention.type == "Person"]
    if not people:
        return []
    taken = {at for mention in reading.mentions for at in range(mention.span.start, mention.span.end)}
    bodies = {mention.span.end - 1 for mention in reading.mentions if mention.type == "Organization"}
    tokens: Tokens | None = None
    names: dict[str, None] = {}
    for person in people:
        run = titles_before(text, person.span.start, max(0, person.span.start - 30))
        if run is None or run.parts[0].head.kind not in _KINDS or run.start - 1 in taken:
            continue
        tokens = tokens or cut(text)
        start = _name_start(tokens, run.start, taken, bodies)
        if start is not None:
            names[text[start : run.start]] = None
    return [
        Mention(Span(start, start + len(name)), name, "Organization", "company", _NAME, score)
        for name in names
        for start in _places(text, name)
    ]


def _name_start(tokens: Tokens, end: int, taken: set[int], bodies: set[int]) -> int | None:
    """Return where the name begins that ends there, or None where the words before make none."""
    if end == 0 or not tokens.is_edge(end):
        return None
    number = tokens.at[end - 1]
    start, told = end, False
    while number >= 0:
        word, tag = tokens.words[number], tokens.tags[number]
        if tokens.starts[number] in taken or not may_stand_in_name(word, tag):
            break
        start = tokens.starts[number]
        told = told or speaks(word, tag)
        number -= 1
    length = end - start
    if not told or not 2 < length <= _LONGEST or is_counted(tokens.text, start):
        return None
    if tokens.text[end - 1] in _DEPARTMENTS or tokens.text[start] in "原兼某" or start - 1 in bodies:
        return None
    return start


def _places(text: str, name: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        yield start
        start = text.find(name, start + len(name))

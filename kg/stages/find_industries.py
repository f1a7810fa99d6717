"""Industries: branches of the economy, by a lexicon, by their tails, and by the lists in which they stand.

Whether a word names a branch is seldom sure from the word alone (汽车 is a car, 汽车企业 are of a branch), so every
candidate is weighed by what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import ahocorasick

from kg.industries import MAX_NAME, branches, cut, edge_words, find_end, find_start, tail_end
from kg.model import Mention, Reading, Span
from kg.organization_edges import Tokens
from kg.protocols import Stage
from kg.registry import declare
from kg.weighing import automaton_of, score, word_at

_NAME = "find_industries"
_LEAST = 0.3
"""Less sure candidates are no mentions at all."""
_RUN = re.compile(r"[\w+/()（）“”·—、-]+")
_HEAD = re.compile(
    r"(?:等)?(?:[\d一二两三四五六七八九十多几]+余?(?:个|大|条|类|项|家))?[\w“”]{0,8}?"
    r"(产业|行业|领域|赛道|板块|集群|门类|方向|方面|企业|项目|业务|品类|产品|制造业|服务业)"
)
_JOINED = re.compile(r"以及|[和与及]")
_TAIL = re.compile(r"全?产业链|产业集群|产业带|产业|行业")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch that may name a branch. ``tier`` is the lexicon's, or coined before a tail, or listed in a list."""

    start: int
    end: int
    tier: str
    tail: str


@dataclass(frozen=True, slots=True)
class _List:
    """The members of a list from start to end, and the noun behind 等 that says what they are: 领域; else ""."""

    members: tuple[tuple[int, int], ...]
    head: str


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a candidate stands in a list: its noun, how many surely are branches, whether it fills its place."""

    head: str
    sure: int
    whole: bool


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find industries; a mention's score is the share of such candidates that careful readers take for a branch."""
    automaton = automaton_of(branches())

    def find(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=(*reading.mentions, *_find(reading, automaton))) for reading in batch]

    return find


def _find(reading: Reading, automaton: ahocorasick.Automaton) -> list[Mention]:
    text = reading.article.text
    return [
        Mention(Span(c.start, c.end), text[c.start : c.end], "Industry", None, _NAME, sure)
        for c, features in weighed(text, automaton)
        if (sure := score("industry", features)) >= _LEAST
    ]


def weighed(text: str, automaton: ahocorasick.Automaton) -> Iterator[tuple[_Candidate, list[str]]]:
    """Yield the candidates in text order with the features by which they are weighed."""
    tokens = cut(text)
    lists = list(_lists(tokens))
    found = _settled([*_known(tokens, automaton), *_tailed(tokens)])
    found = _settled([*found, *_listed(tokens, lists, found)])
    starts = {start: number for number, one in enumerate(lists) for start, _ in one.members}
    ends = {end: number for number, one in enumerate(lists) for _, end in one.members}
    sure = [0] * len(lists)
    numbers = [starts.get(c.start, ends.get(c.end)) for c in found]
    for c, number in zip(found, numbers, strict=True):
        if number is not None:
            sure[number] += _is_sure(c)
    for c, number in zip(found, numbers, strict=True):
        place = None
        if number is not None:
            place = _Place(lists[number].head, sure[number] - _is_sure(c), c.start in starts and c.end in ends)
        if c.tier != "vague":
            yield c, _features(tokens, c, place)


def _is_sure(c: _Candidate) -> bool:
    return c.tier == "branch" or bool(c.tail)


def _known(tokens: Tokens, automaton: ahocorasick.Automaton) -> Iterator[_Candidate]:
    """Names of the lexicon on their own words; neighbours grow together, and with modifiers, followers and a tail."""
    text, tiers, modifiers = tokens.text, branches(), edge_words().modifier
    hits = sorted(
        ((final + 1 - length, final + 1) for final, length in automaton.iter(text)), key=lambda hit: (hit[0], -hit[1])
    )
    start = end = 0
    tier = ""
    for hit_start, hit_end in hits:
        if hit_start < end or not (tokens.is_edge(hit_start) and tokens.is_edge(hit_end)):
            continue
        own = tiers[text[hit_start:hit_end]]
        grows = hit_start == end and hit_end - start <= MAX_NAME and text[end - 1] != "业"
        if grows and tier not in ("", "vague") and own != "vague":
            end, tier = hit_end, min(tier, own)  # "branch" before "mined" before "word"
        else:
            if tier:
                yield _grown(tokens, start, end, tier, modifiers)
            start, end, tier = hit_start, hit_end, own
    if tier:
        yield _grown(tokens, start, end, tier, modifiers)


def _grown(tokens: Tokens, start: int, end: int, tier: str, modifiers: frozenset[str]) -> _Candidate:
    text = tokens.text
    if tier == "vague":
        return _Candidate(start, end, tier, "")
    end = find_end(tokens, start, end)
    tail = tail_end(text, end)
    if tail > end:
        start = min(start, find_start(tokens, end))
    while start > 0 and tokens.words[tokens.at[start - 1]] in modifiers:
        start = tokens.starts[tokens.at[start - 1]]
    return _Candidate(start, tail, tier, text[end:tail])


def _tailed(tokens: Tokens) -> Iterator[_Candidate]:
    """Any nouns before a tail: 香芋产业."""
    text = tokens.text
    for hit in _TAIL.finditer(text):
        end = tail_end(text, hit.start())
        if end > hit.start() and tokens.is_edge(hit.start()):
            start = find_start(tokens, hit.start())
            if start < hit.start():
                yield _Candidate(start, end, "coined", text[hit.start() : end])


def _lists(tokens: Tokens) -> Iterator[_List]:
    """Lists of two members or more: A、B和C, A、B等产业. The last member counts only where 等 or a joint ends it."""
    text = tokens.text
    for run in _RUN.finditer(text):
        pieces = run[0].split("、")
        if len(pieces) < 2:
            continue
        last = run.end() - len(pieces[-1])
        start, members = run.start(), []
        for piece in pieces[:-1]:
            members.append((start, start + len(piece)))
            start += len(piece) + 1
        members[0] = (find_start(tokens, members[0][1]), members[0][1])
        close = text.find("等", last, run.end())
        joints = _JOINED.finditer(text, last, close if close > 0 else run.end())
        joint = next((j for j in joints if tokens.is_edge(j.start()) and tokens.is_edge(j.end())), None)
        if joint is not None:
            members.append((last, joint.start()))
            last = joint.end()
        head = ""
        if close > 0:
            members.append((last, close))
            heading = _HEAD.match(text, close)
            head = heading[1] if heading else "等"
        yield _List(tuple(m for m in members if m[0] < m[1]), head)


def _listed(tokens: Tokens, lists: Sequence[_List], found: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Members of lists that are nouns throughout, where the list has a branch already."""
    known = {c.start: c for c in found if c.tier != "vague"}
    for one in lists:
        if not any(start in known for start, _ in one.members):
            continue
        for start, end in one.members:
            c = known.get(start)
            if c is not None and c.end >= end:
                continue
            if 1 < end - start <= 12 and find_start(tokens, end) <= start and tokens.text[start:end] not in branches():
                yield _Candidate(start, end, c.tier if c else "listed", "")


def _settled(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Keep the longest of candidates that overlap; the result is in text order."""
    kept: list[_Candidate] = []
    taken: set[int] = set()
    for c in sorted(found, key=lambda c: (c.start - c.end, c.start, c.tier)):
        if c.start not in taken and c.end - 1 not in taken:
            taken.update(range(c.start, c.end))
            kept.append(c)
    return sorted(kept, key=lambda c: c.start)


def _features(tokens: Tokens, c: _Candidate, place: _Place | None) -> list[str]:
    """Return what a candidate is weighed by, as rows of data/lexicons/industry_weights.tsv name it."""
    before = word_at(tokens, c.start - 1)
    after = word_at(tokens, c.end)
    kind = c.tier + (" " + c.tail if c.tail else "")
    features = [kind, f"{c.tier} long {min(c.end - c.start - len(c.tail), 6)}"]
    side = "tail" if c.tail else c.tier
    for name in (f"{side} before {before}", f"{side} after {after}"):
        features += [name, name.partition(" ")[2]]
    if place is None:
        features.append(f"{c.tier} alone")
    else:
        features += [
            f"{c.tier} head {place.head}",
            f"{c.tier} sure {min(place.sure, 3)}",
            f"{c.tier} whole {place.whole}",
        ]
    return features

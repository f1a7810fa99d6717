"""People: names found by a title before them, a byline, a verb of speech after them, and every repetition of these.

Scores say how good the evidence is: 0.95 a title or a byline; 0.8 a verb of speech, a foreign name without a title, a
repetition; 0.6 the shape of the name alone, with what the segmenter takes for a name or twice at the start of a clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import ahocorasick
import rjieba

from kg.bylines import byline_names
from kg.model import Mention, Reading, Span
from kg.names import follow_weight, foreign_names, is_han, is_sound, name_ends, name_lexicon, shape_weight, surname_at
from kg.posts import post_subtype
from kg.protocols import Stage
from kg.registry import declare
from kg.titles import title_heads, titles_before

_TITLE, _SPEECH, _REPEATED, _SHAPE = 0.95, 0.8, 0.8, 0.6
_STRONG = 0.9
"""From this score on a name may overlap a mention that another stage found; a later stage settles it."""

_AFTER_TITLE, _OPENS, _SPEAKS, _LISTED = 1.6, 2.9, 3.8, 3.4
"""The weight (kg.names.name_ends) that a name needs after a title, at a clause's start, as a speaker, in a list."""

_CLAUSE_START = re.compile(r"(?:^|(?<=[。！？；，：、”“）)\n\s]))(?=[\u4e00-\u9fff])")
_LIST = re.compile(r"以及|[、和与及]")
_AGED = re.compile(r"岁的|名叫")
_WITHHELD = re.compile(r"[\u4e00-\u9fff]某{1,2}(?![些种个地市县公])")
_BEFORE_NAMES = frozenset("。！？；，：、”“）)\n \u3000对与和由据是")
_ENDS_PLACES = frozenset("省市县区州镇乡村街港岭河湖岛湾江站路鱼社园会")
"""Last characters of what is no person though it has the shape of a name and the segmenter takes it for one."""

_NOT_SURNAMES = frozenset({"p", "c", "d", "u", "uj", "v", "f"})
"""The segmenter's tags (of the Peking University tag set) of words that are seldom surnames: 向, 和, 来."""

_AFTER_NAMES = frozenset({"official", "officer", "expert"})
"""Kinds of the titles that stand after full names: 甲总书记, 甲教授."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The segmenter's words of a text: start → (end, part of speech)."""

    text: str
    at: dict[int, tuple[int, str]]
    is_known: Callable[[str], bool]

    def ordinary(self, start: int) -> int:
        """Return where the dictionary word ends that starts there and is no name, or ``start`` where there is none."""
        end, tag = self.at.get(start, (start, ""))
        return end if end > start and not tag.startswith("nr") and self.is_known(self.text[start:end]) else start

    def cut(self, at: int) -> bool:
        """Say whether ``at`` lies inside a dictionary word."""
        if at in self.at:
            return False
        start = next((back for back in range(at - 1, max(at - 5, -1), -1) if back in self.at), at)
        return self.ordinary(start) > at


@dataclass(frozen=True, slots=True)
class _Found:
    """A name at ``text[start:end]``; ``subtype`` is None where its evidence does not tell."""

    start: int
    end: int
    subtype: str | None
    score: float


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find people by their titles, bylines and speech."""
    heads = ahocorasick.Automaton()
    for head in title_heads():
        heads.add_word(head, len(head))
    heads.make_automaton()

    def find_people(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=reading.mentions + _people(reading, heads)) for reading in batch]

    return find_people


def _people(reading: Reading, heads: ahocorasick.Automaton) -> tuple[Mention, ...]:
    text = reading.article.text
    words = _segment(text)
    bodies = {m.span.end: m for m in reading.mentions if m.type == "Organization"}
    kept = _without_overlaps(
        [
            *_after_titles(text, heads, words, bodies),
            *(_Found(start, end, subtype, _TITLE) for start, end, subtype in byline_names(text)),
            *_foreign(text, bodies),
            *_speakers(text, words),
            *_segmenter_names(text, words),
            *_aged_or_withheld(text, words),
            *_repeated_openers(text, words),
        ]
    )
    kept = _without_overlaps([*kept, *_listed(text, words, kept)])
    kept = _without_overlaps([*kept, *_repetitions(text, kept)])
    subtypes = _subtypes(text, kept)
    taken = {at for mention in reading.mentions for at in range(mention.span.start, mention.span.end)}
    return tuple(
        Mention(Span(p.start, p.end), name, "Person", subtypes[name], "find_people", p.score)
        for p, name in ((p, text[p.start : p.end]) for p in kept)
        if p.score >= _STRONG or taken.isdisjoint(range(p.start, p.end))
    )


def _segment(text: str) -> _Words:
    words: dict[int, tuple[int, str]] = {}
    at = 0
    for word, tag in rjieba.tag(text):
        end = at + len(word)
        words[at] = (end, tag)
        at = end
    return _Words(text, words, rjieba.has_word)


def _after_titles(
    text: str, heads: ahocorasick.Automaton, words: _Words, bodies: dict[int, Mention]
) -> Iterator[_Found]:
    for last, _ in heads.iter(text):
        at = last + 1
        while text[at : at + 1].isspace() and text[at] != "\n":
            at += 1
        end = _name_after_title(text, at, words)
        run = titles_before(text, last + 1) if end is not None else None
        if end is not None and run is not None:
            yield _Found(at, end, post_subtype(text, run, bodies), _TITLE)


def _name_after_title(text: str, at: int, words: _Words) -> int | None:
    """Return where the name ends that starts at ``at``, right after a title, or None where there is none."""
    weighed = [(weight + _segmented(text, at, end, words), end) for weight, end in name_ends(text, at, len(text))]
    weight, end = max(weighed, default=(0.0, at))
    if weight >= _AFTER_TITLE:
        return end
    for end in range(at + 2, min(at + 7, len(text)) + 1):
        if not is_han(text[end - 1]):
            break
        if follow_weight(text, end) >= 2.0 and is_sound(text[at:end]):
            return None if words.is_known(text[at:end]) or words.ordinary(at) >= end else end
    return None


def _segmented(text: str, at: int, end: int, words: _Words) -> float:
    """Return what the segmenter says for a name ``text[at:end]``: a name, the edge of words, another word."""
    if words.cut(at) or text[at + 1 : end] in title_heads():
        return -9.0  # the title would end inside a word (村民宿, 省市长江), or 王主任 has no given name
    stop, tag = words.at.get(at, (at, ""))
    weight = 0.2 if end - at == 3 else 0.0
    if follow_weight(text, end) == 0:
        weight -= 0.7
    if stop == end and tag.startswith("nr"):
        return weight + 0.5
    usual = name_lexicon().surnames.get(text[at]) == 1
    ordinary = words.ordinary(at)
    if ordinary >= end:
        return weight - (3.0 if not usual else 1.0 if tag.startswith("n") else 2.0)
    if ordinary > at + 1:
        return weight - (0.3 if usual else 1.5)
    if ordinary > at and tag in _NOT_SURNAMES and not usual:
        return weight - 1.5
    return weight + (0.3 if end in words.at else -0.3)


def _foreign(text: str, bodies: dict[int, Mention]) -> Iterator[_Found]:
    for start, end in foreign_names(text):
        first = start
        while is_han(text[first]):
            first += 1
        cuts = (cut for cut in range(first - 1, start - 1, -1) if titles_before(text, cut) is not None)
        begin = next(cuts, None)
        run = titles_before(text, begin) if begin is not None else None
        if begin is not None and run is not None:
            yield _Found(begin, end, post_subtype(text, run, bodies), _TITLE)
        elif is_sound("".join(filter(is_han, text[start:end]))):
            yield _Found(start, end, None, _SPEECH)


def _aged_or_withheld(text: str, words: _Words) -> Iterator[_Found]:
    """Yield the names after 45岁的 and the like, and names withheld (张某某)."""
    for match in _AGED.finditer(text):
        end = _name_after_title(text, match.end(), words)
        if end is not None:
            yield _Found(match.end(), end, "citizen", _SPEECH)
    if "某" in text:
        for match in _WITHHELD.finditer(text):
            if surname_at(text, match.start()) is not None:
                yield _Found(*match.span(), None, _SPEECH)


def _listed(text: str, words: _Words, people: Sequence[_Found]) -> Iterator[_Found]:
    """Yield the names that stand in a list after a name: 甲、乙和丙."""
    read: set[int] = set()  # a list is walked once, from its first name on
    for person in people:
        end = person.end
        while (joint := _LIST.match(text, end)) is not None and joint.end() not in read:
            at = joint.end()
            read.add(at)
            weighed = [
                (weight + _segmented(text, at, stop, words), stop) for weight, stop in name_ends(text, at, len(text))
            ]
            weight, end = max(weighed, default=(0.0, at))
            if weight < _LISTED:
                break
            yield _Found(at, end, person.subtype, person.score - 0.1)


def _speakers(text: str, words: _Words) -> Iterator[_Found]:
    """Yield the names that open a clause and speak in it."""
    for match in _CLAUSE_START.finditer(text):
        at = match.start()
        for weight, end in name_ends(text, at, len(text)):
            if follow_weight(text, end) == 3.0 and is_han(text[end : end + 1] or " "):
                if weight >= _SPEAKS and words.ordinary(at) < end:
                    yield _Found(at, end, None, _SPEECH)
                break


def _segmenter_names(text: str, words: _Words) -> Iterator[_Found]:
    """Yield the words that the segmenter takes for names where shape and neighbours agree."""
    for at, (end, tag) in words.at.items():
        if not tag.startswith("nr") or end - at not in (2, 3) or text[end - 1] in _ENDS_PLACES:
            continue
        surname = surname_at(text, at)
        if surname is None or shape_weight(text[at:end], surname) < 1.4:
            continue
        if _is_quoted(text, at, end):
            continue
        follow = follow_weight(text, end)
        opens = at == 0 or text[at - 1] in _BEFORE_NAMES
        three = end - at == 3
        if (follow >= 2.0 and (three or opens)) or (follow >= 1.0 and (tag == "nrfg" or (three and opens))):
            yield _Found(at, end, None, _SHAPE)


def _repeated_openers(text: str, words: _Words) -> Iterator[_Found]:
    """Yield the likely names that open a clause at least twice in the article."""
    seen: dict[str, _Found] = {}
    for match in _CLAUSE_START.finditer(text):
        at = match.start()
        for weight, end in name_ends(text, at, len(text)):
            name = text[at:end]
            if weight < _OPENS or text[end - 1] in _ENDS_PLACES or words.ordinary(at) > at + 1:
                continue
            if _is_quoted(text, at, end):
                break
            found = _Found(at, end, None, _SHAPE)
            if name in seen:
                yield from (seen[name], found)
            seen[name] = found
            break


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Say whether quotation marks enclose just these words, as they do nicknames and brands rather than people."""
    return text[start - 1 : start] == "“" and text[end : end + 1] == "”"


def _without_overlaps(people: Iterable[_Found]) -> list[_Found]:
    """Return the people in text order: of two that overlap the one with the better score, then the longer."""
    kept: list[_Found] = []
    taken: set[int] = set()
    for person in sorted(people, key=lambda p: (-p.score, p.start - p.end, p.start, p.subtype is None)):
        if taken.isdisjoint(range(person.start, person.end)):
            kept.append(person)
            taken.update(range(person.start, person.end))
    return sorted(kept, key=lambda p: p.start)


def _repetitions(text: str, people: Sequence[_Found]) -> Iterator[_Found]:
    """Yield every occurrence of the names found, and of the first and last parts of foreign ones."""
    scores: dict[str, float] = {}
    for person in people:
        name = text[person.start : person.end]
        parts = [part for part in (name.split("·")[0], name.split("·")[-1]) if len(part) > 2 and is_sound(part)]
        for form in (name, *parts) if "·" in name else (name,):
            scores[form] = max(scores.get(form, 0.0), person.score)
    if not scores:
        return
    names = ahocorasick.Automaton()
    for name, score in scores.items():
        names.add_word(name, (len(name), min(score, _REPEATED)))
    names.make_automaton()
    for last, (size, score) in names.iter(text):
        yield _Found(last + 1 - size, last + 1, None, score)


def _subtypes(text: str, people: Sequence[_Found]) -> dict[str, str]:
    """Return each name's subtype: of its best evidence, of a title after the name (甲总书记), else other."""
    subtypes: dict[str, str] = {}
    for person in sorted(people, key=lambda p: -p.score):
        if person.subtype is not None:
            subtypes.setdefault(text[person.start : person.end], person.subtype)
    heads = title_heads()
    for person in people:
        after = (heads.get(text[person.end : person.end + size]) for size in (3, 2))
        kind = next((head.kind for head in after if head is not None and head.kind in _AFTER_NAMES), None)
        if kind is not None:
            subtypes.setdefault(text[person.start : person.end], "official" if kind == "officer" else kind)
    for person in people:
        subtypes.setdefault(text[person.start : person.end], "other")
    return subtypes

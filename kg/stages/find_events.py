"""Events: fairs, forums, races, meetings, festivals, by the words on which their names end and by known names.

A name runs from its head (博览会) to the left up to a word that no name holds (举办, 的, 在), and begins there or at
what opens names: a year, an ordinal, a quotation mark, a place, 中国. What has none of these is rather a description
(交流会), so candidates are weighed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import ahocorasick
import rjieba

from kg.model import Mention, Reading, Span
from kg.organization_edges import Tokens, cut
from kg.protocols import Stage
from kg.registry import declare
from kg.resources import read_rows, read_words
from kg.weighing import automaton_of, score, word_at

_NAME = "find_events"
_MAX_NAME = 60
_SHORT, _LEAST = 0.9, 0.3
_OPENING = {"”": "“", ")": "(", "）": "（", "》": "《", "」": "「"}
_ORDINAL = re.compile(r"第[\d一二三四五六七八九十百零〇]+[届次]|首届|[一二三四五六七八九十]+届")
_COUNTED = re.compile(
    r"(?:(?:19|20)\d\d年?)?(?:第[\d一二三四五六七八九十百零〇]+届|首届)?(?<=[\d年届])\Z"
)  # $ would match before a line break too
_YEAR = re.compile(r"(?:19|20)\d\d年?(?![\d月])(?:度|春季|秋季|夏季|冬季)?")
_DEFINED = re.compile(r"[”\"]?[(（](?:以下|下文|下)?(?:简称|称)[为：:]?[“\"「]?([\w·]{2,12}?)[”\"」]?[)）]")
_SHORT_ENDS = ("博会", "洽会", "交会", "创会", "贸会", "双选会", "论坛", "大赛", "峰会", "大会", "联赛", "节", "展")
_CONGRESS = re.compile(  # the meetings of the party and of the congresses, named by their numbers
    r"(?:党的|中共)?(?:十[五六七八九]|二十)届[一二三四五六七]中全会|(?:党的)?(?:十[七八九]|二十)大(?![类个项家学])|全国两会|"
    r"(?:十[一二三四五六七]|[一二三四五六七八九])届(?:全国|[省市区县])?(?:人大|政协)(?:常委会)?(?:第?[一二三四五六七八九十]+次)会议"
)
_NO_NAME = re.compile("记者|简称|通讯员|[:：]")
_JOINTS = frozenset(("和", "与", "及", "以及"))
_DAY = re.compile(r"\d{1,2}[日月时点分]")
_ALLOWED = re.compile(r"[\w·•&＆+＋\-—–.:：]+")
_PART = re.compile(r"[(（](?:第[一二三四五六七八九十]+场|[^()（）]{1,6}站)[)）]|[一二三]期|总决赛")


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    head: str
    marks: tuple[str, ...]  # what opens or stands in the name: year, ordinal, quoted, region, wide, body, joined


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find events by their heads, by known names, and by the short names that the article gives them."""
    heads = automaton_of(event_heads())

    def find(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=(*reading.mentions, *_find(reading, heads))) for reading in batch]

    return find


@cache
def event_heads() -> dict[str, str]:
    """Return the strength of every head: named, weak, or known where it is the name of one event itself."""
    heads = {row[0]: row[1] for row in read_rows("lexicons", "event_heads.tsv")}
    return heads | dict.fromkeys(read_words("lexicons", "event_names.tsv"), "known")


@cache
def _head_words() -> tuple[str, ...]:
    return tuple(event_heads())


@cache
def _edges() -> dict[str, frozenset[str]]:
    roles: dict[str, set[str]] = {"stop": set(), "opener": set(), "after": set()}
    for word, role in read_rows("lexicons", "event_edges.tsv"):
        roles[role].add(word)
    return {role: frozenset(words) for role, words in roles.items()}


def _find(reading: Reading, heads: ahocorasick.Automaton) -> list[Mention]:
    text = reading.article.text
    spans = {
        (c.start, c.end): sure
        for c, features in weighed(reading, heads)
        if (sure := score("event", features)) >= _LEAST
    }
    names = _defined(text, spans)
    if names:
        for final, length in automaton_of(sorted(names)).iter(text):
            spans[final + 1 - length, final + 1] = _SHORT
    for congress in _CONGRESS.finditer(text):
        spans[congress.span()] = _SHORT
    return [
        Mention(Span(start, end), text[start:end], "Event", None, _NAME, sure)
        for (start, end), sure in sorted(spans.items())
    ]


def _defined(text: str, spans: Mapping[tuple[int, int], float]) -> set[str]:
    """The short names that brackets give: any behind an event, elsewhere those that end as events do (侨交会)."""
    ends = {end for _, end in spans}
    return {found[1] for found in _DEFINED.finditer(text) if found.start() in ends or found[1].endswith(_SHORT_ENDS)}


def weighed(reading: Reading, heads: ahocorasick.Automaton) -> Iterator[tuple[_Candidate, list[str]]]:
    """Yield the candidates in text order with the features by which they are weighed."""
    text = reading.article.text
    tokens = cut(text)
    regions = {m.span.end: m.span.start for m in reading.mentions if m.type == "Region"}
    bodies = {m.span.end: m.span.start for m in reading.mentions if m.type == "Organization"}
    last: dict[int, int] = {}
    for final, length in heads.iter(text):
        last[final + 1] = max(length, last.get(final + 1, 0))
    for end, length in last.items():
        head = text[end - length : end]
        if event_heads()[head] == "known":
            c: _Candidate | None = _counted(tokens, end - length, end, head, regions)
        elif _stands(tokens, end - length, end):
            c = _walk(tokens, end - length, end, head, regions, bodies)
        else:
            continue
        if c is not None:
            yield c, _features(tokens, c)


def _stands(tokens: Tokens, start: int, end: int) -> bool:
    """Say whether a head ends its word and what follows does not go on with it; 展 in 发展 is no head."""
    if not tokens.is_edge(end) or (end < len(tokens.text) and tokens.words[tokens.at[end]] in _edges()["after"]):
        return False
    return end - start > 1 or tokens.is_edge(start) or not rjieba.has_word(tokens.words[tokens.at[start]])


def _counted(tokens: Tokens, start: int, end: int, head: str, regions: Mapping[int, int]) -> _Candidate:
    """A known name with the place, the ordinal and the year before it: 第六届进博会, 杭州亚运会."""
    marks = []
    for mark in ("ordinal", "region", "ordinal"):
        if mark == "region" and start in regions:
            start = regions[start]
            marks.append(mark)
        elif mark == "ordinal" and (before := _COUNTED.search(tokens.text, max(0, start - 16), start)) is not None:
            start = before.start()
            marks.append(mark)
    part = _PART.match(tokens.text, end)
    return _Candidate(start, part.end() if part else end, head, tuple(marks))


def _walk(
    tokens: Tokens, head_start: int, end: int, head: str, regions: Mapping[int, int], bodies: Mapping[int, int]
) -> _Candidate | None:
    """Walk from the head to the left; ``openers`` are the places where a name may begin, from right to left."""
    text, stop = tokens.text, _edges()["stop"]
    position = head_start
    openers: list[tuple[int, str]] = []
    joint = -1
    while position > 0 and end - position < _MAX_NAME:
        character = text[position - 1]
        if position in regions and not (position in bodies and bodies[position] < regions[position]):
            position = regions[position]
            openers.append((position, "region"))
            continue
        if position in bodies:
            if openers or end - position > 12:
                break
            position = bodies[position]
            openers.append((position, "body"))
            if (counted := _COUNTED.search(text, max(0, position - 16), position)) is not None:
                position = counted.start()
                openers.append((position, "year"))
            break
        if character in _OPENING:
            opening = text.rfind(_OPENING[character], max(0, position - 40), position)
            if (
                opening < 0
                or "\n" in text[opening:position]
                or (character in ")）" and _NO_NAME.search(text, opening, position))
            ):
                break
            position = opening
            if character in "”」》":
                openers.append((position, "quoted"))
            continue
        number = tokens.at[position - 1]
        start = tokens.starts[number]
        word = text[start:position]
        if word in _JOINTS:
            if text.endswith(_head_words(), max(0, start - 8), start) or joint >= 0:
                break
            joint = start
        elif (
            word in stop or not _ALLOWED.fullmatch(word) or (len(word) == 1 and word in "：:.—-" and _dash(text, start))
        ):
            break
        position = start
        if word in _edges()["opener"]:
            openers.append((position, "wide"))
        for pattern, mark in ((_ORDINAL, "ordinal"), (_YEAR, "year")):
            if pattern.match(text, position, end):
                openers.append((position, mark))
                break
        else:
            if word[0].isdigit() and text[position - 1] != "第" and _DAY.match(text, position):
                break
    return _begun(tokens, position, end, head, openers, joint)


def _dash(text: str, start: int) -> bool:
    """Say whether a dash or colon is a break of the sentence: doubled, or after white space."""
    return text[start] in "：:" or text.startswith("——", start) or text.endswith("—", 0, start)


def _begun(
    tokens: Tokens, position: int, end: int, head: str, openers: Sequence[tuple[int, str]], joint: int
) -> _Candidate | None:
    text = tokens.text
    if re.match(r"\d{1,3}[日月时点年]?(?!\d)", text[position:end]) and not _YEAR.match(text, position):
        position = next((start for start, _ in reversed(openers) if start > position), position)
    if joint >= 0 and not any(start < joint for start, _ in openers):
        position = max(position, joint + len(tokens.words[tokens.at[joint]]))
    first = min((start for start, _ in openers if start >= position), default=None)
    bare = first is None or first - position > 0
    if (
        first is not None
        and first > position
        and any(kind in ("ordinal", "year", "quoted") for s, kind in openers if s == first)
    ):
        position, bare = first, False
    while position < end and text[position] in "·—-–和与及暨":
        position += 1
    if end - position <= len(head):
        return None
    marks = sorted({kind for start, kind in openers if start >= position})
    if text[position - 1 : position] in ("“", "《") and text[end : end + 1] in ("”", "》"):
        marks.append("enclosed")
    if bare:
        marks.append("bare")
    if joint > position:
        marks.append("joined")
    if "enclosed" in marks and (counted := _COUNTED.search(text, max(0, position - 17), position - 1)) is not None:
        return _Candidate(counted.start(), end + 1, head, (*marks, "ordinal"))
    part = _PART.match(text, end)
    return _Candidate(position, part.end() if part else end, head, tuple(marks))


def _features(tokens: Tokens, c: _Candidate) -> list[str]:
    """Return what a candidate is weighed by, as rows of data/lexicons/event_weights.tsv name it."""
    strength = event_heads()[c.head]
    before, after = word_at(tokens, c.start - 1), word_at(tokens, c.end)
    length = c.end - c.start - len(c.head)
    return [
        f"head {c.head}",
        f"strength {strength}",
        f"{strength} marks {'+'.join(c.marks)}",
        *(f"{strength} mark {mark}" for mark in c.marks),
        *(f"mark {mark}" for mark in c.marks),
        f"long {min(length // 2, 10)}",
        f"before {before}",
        f"after {after}",
        f"{strength} before {before}",
        f"{strength} after {after}",
    ]

"""Find places: divisions and informal regions by table; towns, villages, zones and sites by the shape of the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import ahocorasick
import rjieba

from kg.model import Mention, Reading, Span
from kg.protocols import Stage
from kg.region_names import is_generic, is_glued, splits_class
from kg.regions import Division, candidates, division_names, highest_level, is_inside, is_word
from kg.registry import declare
from kg.resources import read_rows, read_words

_SCORES = {"full": 0.98, "short": 0.95, "table": 0.92, "shape": 0.84}
"""The share of right spans by way of finding, on annotated news, apart from regions inside other names."""

_LONGEST_TOWN = 5
_LONGEST_ZONE = 18
_LONGEST_OWN = 8
_TOWN_HEADS = ("镇", "乡", "村", "街")
_AFTER_STEM = (*_TOWN_HEADS, "路", "山", "河", "江", "湖", "县", "市", "区")
_ABBREVIATED = re.compile(
    r"(?<=[在来抵赴返留驻离入])[京沪津渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇陕甘青宁藏蒙]"
    r"(?=[举召开签投考上落发读工生台成启揭创就期联务设兴购过闭亮])"
)
_NAME_CHARACTERS = re.compile(r"[\u3400-\u9fffA-Za-z0-9()（）—·]+")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a string of the automaton may be: a name of a table, a head word of a rule, or both."""

    length: int
    kind: str = ""
    subtype: str = ""
    head: str = ""
    head_subtype: str = ""
    divisions: tuple[Division, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    kind: str
    subtype: str
    divisions: tuple[Division, ...] = ()


@cache
def _automaton() -> Any:
    """Return the automaton of all names and head words; the first table that lists a name says what it is."""
    entries: dict[str, _Entry] = {}
    divisions = list(division_names())
    for name in (name for name, kind in divisions if kind == "full"):
        entries.setdefault(name, _division(name, "full"))
    for subtype, file in (("development_zone", "region_zones.tsv"), ("country", "region_countries.tsv")):
        for name in read_words("lexicons", file):
            entries.setdefault(name, _Entry(len(name), "table", subtype))
    for name, subtype, *_ in read_rows("lexicons", "region_places.tsv"):
        entries.setdefault(name, _Entry(len(name), "table", subtype))
    for name in read_words("lexicons", "region_informal.tsv"):
        entries.setdefault(name, _Entry(len(name), "table", "informal"))
    for name in (name for name, kind in divisions if kind == "short"):
        entries.setdefault(name, _division(name, "short"))
    for name in ("香港", "澳门", "台湾"):
        for form in (f"中国{name}", f"{name}地区"):
            entries[form] = _division(form, "short")
    for word, subtype, before in read_rows("lexicons", "region_heads.tsv"):
        entry = entries.get(word, _Entry(len(word)))
        entries[word] = replace(entry, head=before, head_subtype=subtype)
    automaton = ahocorasick.Automaton()
    for word, entry in entries.items():
        automaton.add_word(word, entry)
    automaton.make_automaton()
    return automaton


def _division(name: str, kind: str) -> _Entry:
    found = candidates(name)
    return _Entry(len(name), kind, highest_level(found), divisions=found)


@cache
def _stopwords() -> frozenset[str]:
    return frozenset(read_words("lexicons", "region_stopwords.tsv"))


@cache
def _class_words() -> frozenset[str]:
    return frozenset(read_words("lexicons", "region_class_words.tsv"))


@cache
def _name_verbs() -> frozenset[str]:
    return frozenset(read_words("lexicons", "region_name_verbs.tsv"))


@declare(needs=("sentences",), adds=("mentions",))
def make() -> Stage:
    """Find regions: countries, divisions, towns, villages, development zones, informal regions and sites."""

    def find_regions(batch: Sequence[Reading], /) -> Sequence[Reading]:
        return [_read(reading) for reading in batch]

    return find_regions


def _read(reading: Reading) -> Reading:
    text = reading.article.text
    found = []
    for hit in _find(text):
        span = Span(hit.start, hit.end)
        found.append(Mention(span, text[hit.start : hit.end], "Region", hit.subtype, "find_regions", _SCORES[hit.kind]))
    return replace(reading, mentions=(*reading.mentions, *found))


def _find(text: str) -> list[_Hit]:
    """Return the places of a text in its order, none overlapping another."""
    if not text:
        return []
    tokens = _Tokens(text)
    named, heads = _matches(text)
    hits = _choose(text, tokens, named)
    hits += _abbreviated(text)
    shaped = _shaped(text, tokens, heads, hits)
    return _joined(text, _without_overlaps([*hits, *shaped, *_again(text, shaped)]))


class _Tokens:
    """The segmentation of a text: for each end of a token its start."""

    __slots__ = ("start_of",)

    def __init__(self, text: str) -> None:
        self.start_of: dict[int, int] = {}
        position = 0
        for token in rjieba.cut(text):
            self.start_of[position + len(token)] = position
            position += len(token)

    def is_cut(self, position: int) -> bool:
        """Say whether no token spans the position."""
        return position == 0 or position in self.start_of

    def cut_before(self, position: int) -> int:
        """Return the last token boundary at or before the position."""
        while not self.is_cut(position):
            position -= 1
        return position


def _matches(text: str) -> tuple[list[_Hit], list[_Hit]]:
    """Return all names of the tables and all head words in the text, overlapping as they may."""
    named: list[_Hit] = []
    heads: list[_Hit] = []
    for last, entry in _automaton().iter(text):
        start, end = last + 1 - entry.length, last + 1
        if entry.kind:
            named.append(_Hit(start, end, entry.kind, entry.subtype, entry.divisions))
        if entry.head:
            heads.append(_Hit(start, end, entry.head, entry.head_subtype))
    return named, heads


def _choose(text: str, tokens: _Tokens, named: list[_Hit]) -> list[_Hit]:
    """Choose among overlapping names, from left to right, the longest that stand as names."""
    whole = {d.adcode for hit in named if hit.kind == "full" for d in hit.divisions}
    chosen: list[_Hit] = []
    position = 0
    for hit in sorted(named, key=lambda h: (h.start, -h.end)):
        if hit.start < position:
            continue
        before = chosen[-1] if chosen and chosen[-1].end == hit.start else None
        if _stands(text, tokens, hit, before, whole):
            if before and hit.divisions and (inner := _inside(before, hit)):
                hit = replace(hit, subtype=highest_level(inner), divisions=inner)
            if hit.subtype == "informal" and text.startswith("地区", hit.end):
                hit = replace(hit, end=hit.end + 2)
            chosen.append(hit)
            position = hit.end
    return chosen


def _stands(text: str, tokens: _Tokens, hit: _Hit, before: _Hit | None, whole: set[str]) -> bool:
    """Say whether a string that looks like a name of the tables is one here."""
    juxtaposed = before is not None and bool(_inside(before, hit))
    if before is not None and before.subtype == "county" and hit.kind == "short" and hit.subtype == "county":
        return False  # a town's name, not a county inside a county: 蕉城区三都镇
    name = text[hit.start : hit.end]
    long = hit.kind == "table" and len(name) > 3
    begins = juxtaposed or long or before is not None or tokens.is_cut(hit.start)
    if hit.kind == "full" and len(name) == 2 and name[-1] == "区":
        return juxtaposed  # 城区, 郊区, 东区 are words first
    if hit.kind == "full":
        return begins and not splits_class(text, hit.end) and (len(name) > 2 or tokens.is_cut(hit.end))
    # A word of the segmenter may go on behind the name (中国航天, 山西太原), but not behind a county's: 东方红.
    ends = long or tokens.is_cut(hit.end) or (hit.subtype != "county" and tokens.is_cut(hit.start))
    if not (begins and ends) or is_glued(name, hit.subtype, text[hit.end : hit.end + 2]):
        return False
    if hit.kind != "short":
        return True
    if juxtaposed:
        return not is_word(name) or _is_nearest(before, hit)
    if any(d.adcode in whole for d in hit.divisions):
        return True
    if is_word(name):
        return False
    return hit.subtype != "county" or len(name) > 2 or any(d.name[-1] != "区" for d in hit.divisions)


def _is_nearest(outer: _Hit | None, inner: _Hit) -> bool:
    """Say whether a division, unless it is a district, lies right in the one before it: 辽宁振兴 is no place."""
    above = {division.adcode for division in outer.divisions} if outer is not None else set()
    return any(division.parent in above or division.name[-1] != "区" for division in inner.divisions)


def _inside(outer: _Hit, inner: _Hit) -> tuple[Division, ...]:
    """Return the divisions of the one name that lie inside a division of the other."""
    return tuple(i for i in inner.divisions if any(o != i and is_inside(i.adcode, o.adcode) for o in outer.divisions))


def _shaped(text: str, tokens: _Tokens, heads: list[_Hit], hits: list[_Hit]) -> list[_Hit]:
    """Return the places that end in a head word, each with as much to the left as belongs to its name."""
    by_end = {hit.end: hit for hit in hits}
    covered = {position for hit in hits for position in range(hit.start + 1, hit.end)}
    longest: dict[int, _Hit] = {}
    for head in heads:
        known = longest.get(head.end)
        taken = head.end in covered or (head.end in by_end and by_end[head.end].start <= head.start)
        if not taken and (known is None or head.start < known.start):
            longest[head.end] = head
    shaped: list[_Hit] = []
    for head in longest.values():
        is_town = head.subtype in ("township", "village")
        start = _town_start(text, tokens, head, by_end) if is_town else _zone_start(text, tokens, head, by_end)
        if start is not None:
            hit = _Hit(start, head.end, "shape", head.subtype)
            shaped.append(hit)
            by_end[head.end] = hit
    return shaped


def _abbreviated(text: str) -> Iterator[_Hit]:
    """Yield the one-character names of provinces where a word of place or motion marks them: 在京举行, 来鄂考察."""
    for match in _ABBREVIATED.finditer(text):
        found = candidates(match[0])
        if found:
            yield _Hit(match.start(), match.end(), "short", found[0].level, found)


def _again(text: str, shaped: list[_Hit]) -> Iterator[_Hit]:
    """Yield the other places where a town, village or zone that was found is named, towns also without 镇: 沙集."""
    forms: dict[str, str] = {}
    for hit in shaped:
        name = text[hit.start : hit.end]
        if hit.subtype != "site":
            forms[name] = hit.subtype
        if (
            hit.subtype == "township"
            and len(stem := name.removesuffix("街道").rstrip("镇乡")) > 1
            and not is_word(stem)
        ):
            forms.setdefault(stem, hit.subtype)
    for form, subtype in forms.items():
        start = text.find(form)
        while start >= 0:
            end = start + len(form)
            if form[-1] in "镇乡村区园道" or text[end : end + 1] not in _AFTER_STEM:
                yield _Hit(start, end, "shape", subtype)
            start = text.find(form, end)


def _town_start(text: str, tokens: _Tokens, head: _Hit, by_end: dict[int, _Hit]) -> int | None:
    """Return where the name of a town or village begins: behind a region, a mark or a word that cannot be in it."""
    if text[head.start : head.end + 1] in (
        "乡村",
        "乡镇",
        "乡亲",
        "乡土",
        "乡音",
        "村庄",
        "村寨",
        "村镇",
        "村落",
        "村民",
    ):
        return None
    if text[head.start - 1 : head.start] in _TOWN_HEADS:  # 虎门镇|镇长, 岩岭村|村口
        return None
    for length in range(1, _LONGEST_TOWN + 1):
        start = head.start - length
        if start < 0:
            return None
        ends = start == 0 or start in by_end or _ends_name(text[tokens.cut_before(start - 1) : start])
        if start in by_end or (length > 1 and ends and tokens.is_cut(start)):
            stem, certain = text[start : head.start], start in by_end
            if head.kind == "region" and start not in by_end:
                return None  # 未来社区 is a kind of place, 城关镇城南社区 is one
            generic = not stem.isalnum() or is_generic(stem, text[head.start : head.end], certain=certain)
            return None if generic or _has_other_words(stem, certain=certain) else start
    return None


def _has_other_words(stem: str, *, certain: bool) -> bool:
    """Say whether words stand in a stem that no name has; where it may begin elsewhere, also verbs and numbers."""
    if certain:
        return any(len(token) > 1 and token in _stopwords() for token in rjieba.cut(stem))
    return any(token in _stopwords() or tag[0] in "dmpqrv" for token, tag in rjieba.tag(stem))


def _ends_name(token: str) -> bool:
    """Say whether a token cannot be part of a place's name."""
    return token in _stopwords() or not _NAME_CHARACTERS.fullmatch(token)


def _zone_start(text: str, tokens: _Tokens, head: _Hit, by_end: dict[int, _Hit]) -> int | None:
    """Return where the name of a zone or site begins: with its region, or behind a word that cannot be in it."""
    if text[head.end : head.end + 1] in _TOWN_HEADS:
        return None
    if head.end - head.start == 1 and not (tokens.is_cut(head.end) and head.start in by_end):
        return None  # 盐田港 and 广州站, but not 智慧港口
    position = tokens.cut_before(head.start)
    floor = tokens.cut_before(max(0, head.end - _LONGEST_ZONE))
    if head.start in by_end:
        return _with_outer(text, by_end, head)
    tags = dict(_tagged(text, floor, position))
    words, own = 1 if position < head.start else 0, None
    while position > floor:
        if position in by_end:
            if own is not None and _stands_apart(by_end[position], head):
                return own if head.kind == "proper" else position
            return _with_outer(text, by_end, replace(head, start=position))
        start = tokens.start_of[position]
        token, tag = text[start:position], tags.get(start, "")
        if _ends_name(token) or token.isdigit() or _is_other_verb(token, tag):
            break
        if _is_proper(token, tag):
            own = start
        position, words = start, words + 1
    if head.kind == "proper":
        return own if own is not None and tokens.cut_before(head.start) - own <= _LONGEST_OWN else None
    return position if head.kind == "name" and (words >= 2 or own is not None) else None


def _tagged(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for token, tag in rjieba.tag(text[start:end]):
        yield start, tag
        start += len(token)


def _stands_apart(outer: _Hit, head: _Hit) -> bool:
    """Say whether a place before a name of its own is no part of it: 铜仁市|中南门古城, but 乌鲁木齐甘泉堡开发区."""
    return outer.kind == "full" or outer.subtype in ("township", "village") or head.kind == "proper"


def _is_proper(token: str, tag: str) -> bool:
    """Say whether a word is a proper name, as the segmenter has it; it takes some classes of places for such."""
    return len(token) > 1 and tag[:2] in ("nr", "ns", "nt", "nz") and token not in _class_words()


def _is_other_verb(token: str, tag: str) -> bool:
    return tag[:1] in ("v", "d", "p", "r", "c", "u") and tag != "vn" and token not in _name_verbs()


def _with_outer(text: str, by_end: dict[int, _Hit], rest: _Hit) -> int:
    """Return the start of a zone's name whose region ends where ``rest``, the part that names it, begins.

    A prefecture before a county belongs to the name (深圳坪山综合保税区), a province does not; so does the zone of
    which this one is a part (科学城北碚园区), and what stands before a bracket or a dash (中国(福建), 中国—东盟).
    """
    hit = by_end[rest.start]
    before = by_end.get(hit.start)
    if text[hit.start - 1 : hit.start] in ("(", "（", "—") and hit.start - 1 in by_end:
        return by_end[hit.start - 1].start
    if before and before.subtype == "development_zone" and text[rest.end - 2 : rest.end] in ("片区", "园区"):
        return before.start
    if before and before.kind == "short" and before.subtype == "prefecture" and hit.subtype in ("county", "prefecture"):
        return before.start
    return hit.start


def _joined(text: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """Join a zone's part with the zone before it, which belongs to its name: 上海自贸试验区|临港新片区."""
    joined: list[_Hit] = []
    for hit in hits:
        outer = joined[-1] if joined else None
        if (
            outer is not None
            and outer.end == hit.start
            and outer.subtype == hit.subtype == "development_zone"
            and text[hit.end - 2 : hit.end] in ("片区", "园区")
        ):
            joined[-1] = _Hit(outer.start, hit.end, "shape", hit.subtype)
        else:
            joined.append(hit)
    return joined


def _without_overlaps(hits: Iterable[_Hit]) -> list[_Hit]:
    """Return the longest of overlapping hits, in text order."""
    kept: list[_Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start)):
        positions = range(hit.start, hit.end)
        if taken.isdisjoint(positions):
            taken.update(positions)
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)

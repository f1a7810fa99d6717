"""Where an organization's name begins, once it is known on which word it ends.

The walk goes from the head to the left, word by word, through regions and names already found, until something that
no name holds. Offsets are code points of the text, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import rjieba

from kg.organizations import MAX_NAME, PROPER_TAGS, Head, boundary_words

RegionAt = Mapping[int, tuple[int, str | None]]
"""The regions of an article: where each begins and its subtype, by where it ends."""

_NAME_CHARACTERS = re.compile(r"[\w·•&＆\-—–.＋+]+")
_COUNTING = re.compile(r"(?:[该各某每本这那]|[一二三四五六七八九十两几多数\d余](?:家|个|所|名|大|批|座|间|支))$")
_NO_NAME_TAGS = frozenset(
    ("p", "c", "u", "uj", "ul", "uz", "ug", "ud", "uv", "r", "y", "e", "d", "t", "q", "mq", "m", "o")
)
_CONJUNCTIONS = frozenset("和与及暨")
_RANK = {"country": 0, "province": 1, "prefecture": 2, "county": 3, "township": 4, "village": 5}
_NO_RANK, _NO_REGION = 8, 9
_TENANTED = frozenset(("development_zone", "site", "township", "village"))
"""Places that say where a company is and stand outside its name: a registered name begins with a county or above
(《企业名称登记管理规定》, State Council, 2020)."""
_BRACKETED = frozenset(("集团", "控股", "国际", "香港", "中国", "海外", "亚洲", "亚太"))
_BEFORE_REGION = frozenset(("中共", "共青团", "国网", "民革", "民盟", "民建", "民进", "驻"))
_DASHES = frozenset("—–-")
_LEVELS = frozenset("省市县区州旗镇乡")
_FUNCTION = re.compile("[由被把该某的了们]")
_GLUED = frozenset("由据从对被将经是与以和为向好投每")
_HEAD_ENDS = ("局", "厅", "部", "委", "会", "院", "所", "大学", "公司", "集团", "银行", "实验室", "中心", "政府", "办")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text cut into words: their forms, parts of speech (ICTCLAS), starts, and the word at each offset."""

    text: str
    words: list[str]
    tags: list[str]
    starts: list[int]
    at: list[int]

    def is_edge(self, offset: int) -> bool:
        """Say whether a word begins or ends there."""
        return offset in (0, len(self.text)) or self.at[offset] != self.at[offset - 1]


def cut(text: str) -> Tokens:
    """Cut the text into words."""
    words, tags, starts, at = [], [], [], []
    offset = 0
    for number, (word, tag) in enumerate(rjieba.tag(text)):
        words.append(word)
        tags.append(tag)
        starts.append(offset)
        at += [number] * len(word)
        offset += len(word)
    return Tokens(text, words, tags, starts, at)


@dataclass(slots=True)
class Edge:
    """The left edge of a name, and what the walk to it met: the name's parts from right to left."""

    start: int
    pieces: list[tuple[str, str]] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    organization: bool = False


def find_edge(tokens: Tokens, head: Head, head_start: int, regions: RegionAt, organizations: Mapping[int, int]) -> Edge:
    """Walk to the left from a head to where the name begins.

    ``organizations`` gives the start of names already found by their end: a faculty's name holds its university's.
    A conjunction, or a word between two regions, is part of the name only if a region or a name follows it.
    """
    text, edge = tokens.text, Edge(head_start)
    position = head_start + 1 if head.word[0] in _LEVELS and head_start + 1 in regions else head_start
    lowest = _NO_REGION
    doubt: Edge | None = None  # the edge as it was before a word that may not belong
    joined = False  # whether that word was a conjunction
    while position > 0 and head_start - position < MAX_NAME:
        if position in organizations:
            if (
                head.needs != "weak"
                and head_start - organizations[position] < MAX_NAME
                and (doubt is None or not joined or len(edge.pieces) > len(doubt.pieces))
            ):
                position = organizations[position]
                edge.organization = True
                if head.subtype == "company" and position in regions and regions[position][1] != "country":
                    position = regions[position][0]
            break
        if position in regions:
            start, subtype = regions[position]
            rank = _RANK.get(subtype or "site", _NO_RANK)
            if rank >= lowest or (edge.pieces and subtype in _TENANTED and head.subtype in ("company", "other")):
                break
            if rank == 0 and _is_foreign(text[start:position], head, edge):
                break
            edge.regions.append(subtype or "site")
            lowest, position = (rank if rank < _NO_RANK else _NO_RANK), start
            continue
        number = tokens.at[position - 1]
        start = tokens.starts[number]
        begin = max((end for end in range(start + 1, position) if end in regions), default=start)
        piece = text[begin:position]
        tag = tokens.tags[number] if len(piece) == len(tokens.words[number]) else ""
        if lowest < _NO_REGION:
            if piece in _BEFORE_REGION or (piece in _DASHES and begin in regions):
                lowest = _NO_REGION
            elif head.needs == "legal" and len(edge.pieces) < 6 and _is_unknown(piece):
                doubt, lowest = doubt or _copy(edge, position), _NO_REGION
            else:
                break
        elif piece in ")）":
            opening = _opening(text, position, regions)
            if opening is None:
                break
            position = opening
            continue
        elif piece in _CONJUNCTIONS:
            if joined or not _may_be_joined(head, edge) or text[:begin].endswith(_HEAD_ENDS):
                break
            doubt, joined, position = _copy(edge, position), True, begin
            continue
        elif not may_stand_in_name(piece, tag):
            cut_at = _glued(piece)
            if cut_at:
                edge.pieces.append((piece[cut_at:], ""))
                position = begin + cut_at
            break
        elif piece == "联合" and edge.pieces:
            break  # a verb: A联合B; in names it stands before the head (联合实验室)
        if position == head_start and begin == start and tokens.tags[number] == "nt":
            tag = "nt"  # the dictionary has the whole name: 暨南大学
        edge.pieces.append((piece, tag))
        position = begin
        if piece in _LEVELS and position not in regions:
            break
    if edge.pieces and edge.pieces[-1][0] == "原":  # 原X公司: the former
        edge.pieces.pop()
        position += 1
    edge.start = position
    if doubt is not None and not edge.organization and len(edge.regions) == len(doubt.regions):
        return doubt
    return edge


def _copy(edge: Edge, position: int) -> Edge:
    return Edge(position, list(edge.pieces), list(edge.regions), edge.organization)


def _may_be_joined(head: Head, edge: Edge) -> bool:
    """Say whether 和 may stand left of these words inside a name: words of a field, no name of their own."""
    if head.needs != "institution" or not edge.pieces or edge.regions:
        return False
    return not any(speaks(*piece) or piece[0] in boundary_words().front for piece in edge.pieces)


def _is_unknown(piece: str) -> bool:
    """Say whether the word may be part of a firm's coined name: of characters, in no dictionary."""
    return (
        _NAME_CHARACTERS.fullmatch(piece) is not None
        and piece not in boundary_words().stop
        and (len(piece) == 1 or not rjieba.has_word(piece))
    )


def _glued(piece: str) -> int:
    """Return where a name begins in a word that was wrongly cut: 由|省, 据|国采; 0 where it does not."""
    if piece[-1] in _LEVELS and piece[:-1] in boundary_words().stop:
        return len(piece) - 1
    return 1 if len(piece) > 2 and piece[0] in _GLUED and not rjieba.has_word(piece) else 0


def _is_foreign(country: str, head: Head, edge: Edge) -> bool:
    """Say whether the country only says where the body is at home: 美国密歇根大学, but 美国司法部."""
    if country == "中国" or head.subtype in ("government", "party", "association") or not edge.pieces:
        return False
    return head.subtype in ("company", "financial_institution") or any(speaks(*piece) for piece in edge.pieces)


def _opening(text: str, position: int, regions: RegionAt) -> int | None:
    """Return where a bracket inside a name opens: 中国图书进出口(集团)有限公司, 阿里巴巴（中国）有限公司."""
    opening = max(text.rfind("(", position - 10, position), text.rfind("（", position - 10, position))
    if opening < 1:
        return None
    inner = text[opening + 1 : position - 1]
    return opening if inner in _BRACKETED or position - 1 in regions else None


def may_stand_in_name(piece: str, tag: str) -> bool:
    """Say whether a word may be part of a name."""
    if not _NAME_CHARACTERS.fullmatch(piece):
        return False
    words = boundary_words()
    if piece in words.inside or piece in words.front:
        return True
    if piece in words.stop or piece[-1].isdigit():
        return False
    if len(piece) == 1 or not rjieba.has_word(piece):
        # The tagger only guesses at characters on their own and at words that it does not know: its tag says nothing.
        return len(piece) <= MAX_NAME and not _FUNCTION.search(piece) and not _glued(piece)
    return tag not in _NO_NAME_TAGS


def speaks(piece: str, tag: str) -> bool:
    """Say whether a word tells one organization from another: a proper name, or a word that no dictionary has."""
    words = boundary_words()
    if piece in words.common or piece in words.inside or piece in words.front or len(piece) < 2:
        return False
    return tag in PROPER_TAGS or not rjieba.has_word(piece)


def is_counted(text: str, start: int) -> bool:
    """Say whether what stands before makes the words a description: 该公司, 一家银行, 各协会."""
    return _COUNTING.search(text[max(0, start - 2) : start]) is not None

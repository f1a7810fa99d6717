"""What is known about the names of industries: branches of the economy, and where such a name begins and ends.

A branch is named by its word alone (集成电路), with a tail that says that it is one (集成电路产业), or, in front of a
tail, by any noun that no list holds (香芋产业). Offsets are code points of the text, half-open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

import rjieba

from kg.organization_edges import Tokens
from kg.resources import data_path, read_rows

Tier = Literal["branch", "word", "mined", "vague"]
"""How surely a word names a branch; data/lexicons/industries.tsv explains each, "mined" ones were counted in news."""

MAX_NAME = 16
"""The longest name before its tail, in characters."""

_TAIL = re.compile(
    r"(?:全?产业链|产业集群|产业带|产业|行业|工业(?!互联|企|[大学设]))"
    r"(?![园化人协商会])"  # 产业园 is a place, 产业化 a process
    r"|业(?![务绩主界态者内余])"
)
_CORE = re.compile(r"(?:全?产业链|产业集群|产业带|产业|行业|领域|集群)++$")
_GLUED = frozenset(("产业", "行业", "企业", "领域"))
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ0-9+/]*[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ0-9+/]*")
_NOUNS = frozenset(("n", "vn", "nz", "b", "j", "eng", "ng", "an", "nt", "nrt"))


@dataclass(frozen=True, slots=True)
class Edges:
    """Words at the edges of names; data/lexicons/industry_edges.tsv explains each role."""

    stop: frozenset[str]
    inside: frozenset[str]
    modifier: frozenset[str]
    follower: frozenset[str]


@cache
def branches() -> dict[str, Tier]:
    """Return the tier of every name of the lexicons; the one made by hand decides over the mined one."""
    mined = read_rows("lexicons", "industry_mined.tsv") if data_path("lexicons", "industry_mined.tsv").exists() else ()
    names = {row[0]: row[1] for row in mined}
    names.update((row[0], row[1]) for row in read_rows("lexicons", "industries.tsv"))
    return names  # type: ignore[return-value]  # checked by the tests of the lexicon


@cache
def edge_words() -> Edges:
    """Return the words by which the edges of a name are found."""
    roles: dict[str, set[str]] = {"stop": set(), "inside": set(), "modifier": set(), "follower": set()}
    for word, role in read_rows("lexicons", "industry_edges.tsv"):
        roles[role].add(word)
    return Edges(*(frozenset(roles[role]) for role in ("stop", "inside", "modifier", "follower")))


def industry_core(name: str) -> str:
    """Return the name without its tail, as a key for comparison: two names of one branch have one core.

    >>> industry_core("新能源汽车产业链"), industry_core("先进制造业")
    ('新能源汽车', '先进制造')
    """
    core = _CORE.sub("", name) or name
    bare = core.removesuffix("业")
    return bare if bare in branches() or bare.endswith(("制造", "服务", "加工")) else core


def cut(text: str) -> Tokens:
    """Cut the text into words, a tail being a word of its own: the dictionary has 汽车产业 and 餐饮企业 as one."""
    words: list[str] = []
    tags: list[str] = []
    starts: list[int] = []
    at: list[int] = []
    offset = 0
    for word, tag in rjieba.tag(text):
        parts = (word[:-2], word[-2:]) if len(word) > 3 and word[-2:] in _GLUED else (word,)
        for part in parts:
            at += [len(words)] * len(part)
            words.append(part)
            tags.append(tag)
            starts.append(offset)
            offset += len(part)
    return Tokens(text, words, tags, starts, at)


def tail_end(text: str, start: int) -> int:
    """Return where a tail (产业, 行业, 产业链) that begins at ``start`` ends; ``start`` itself where there is none."""
    tail = _TAIL.match(text, start)
    return tail.end() if tail else start


def find_start(tokens: Tokens, end: int) -> int:
    """Return where the nouns begin that stand before ``end``: the name before a tail; ``end`` where there are none."""
    words, position = edge_words(), end
    while position > 0 and end - position < MAX_NAME:
        number = tokens.at[position - 1]
        start = tokens.starts[number]
        piece = tokens.text[start:position]
        if piece in words.stop or not _may_stand_in_name(piece, tokens.tags[number], words):
            break
        position = start
    return position


def find_end(tokens: Tokens, start: int, end: int) -> int:
    """Return where a branch ends with the words that may follow it inside its name: 芯片 in 芯片制造."""
    followers = edge_words().follower
    while end < len(tokens.text) and tokens.is_edge(end):
        number = tokens.at[end]
        word = tokens.words[number]
        if word not in followers or end + len(word) - start > MAX_NAME:
            break
        end += len(word)
    return end


def _may_stand_in_name(piece: str, tag: str, words: Edges) -> bool:
    if piece in words.inside or piece in words.modifier or piece in branches():
        return True
    return (tag in _NOUNS and piece.isalnum()) or _LATIN.fullmatch(piece) is not None

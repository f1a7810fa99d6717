"""What is known about the names of programs: on which words they end, what kind each is, what stands around them.

A program is a plan or a document of policy, a project or a campaign, a fund, a product of finance, a platform. Its name
is right-headed like every Chinese name (行动计划, 工程, 基金); documents stand in 《》, and catchwords in “”.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from kg.regions import region_prefix
from kg.resources import read_rows

Needs = Literal["any", "worded", "named", "placed", "counted", "title"]
"""What must stand before a head in running text; data/lexicons/program_heads.tsv explains each."""

MAX_NAME = 40
"""The longest name looked for in running text, in characters; titles in 《》 may be longer."""

_TAIL = re.compile(  # what may follow the head of a title: 条例(草案), 规划（2021—2025年）, 行动计划2.0
    r"(?:[(（〔\[][^()（）〔〕]{1,20}[)）〕\]]|(?:[—-]|(?<=\d{4})–)\d{4}|\d++(?:\.\d++)?版?|(?<=\d{4})年)++$"
)
_NOT_ALONE = frozenset(("网", "码", "板", "保", "投", "融", "险", "贷", "通", "平台", "系统", "网络", "章程"))
"""Heads that make no document of a text in 《》."""
_PREFIX = re.compile(r"(?:关于印发|关于发布|关于)+")
_BRACKETS = re.compile(r"[《》〈〉“”‘’\s]")
_YEARS = re.compile(r"[(（〔]?(?:\d{4}[—–-])?\d{4}(?:年度?|版)?[)）〕]?")
_YEAR = re.compile(r"\d{4}")
_ISSUERS = (
    "省",
    "市",
    "县",
    "区",
    "政府",
    "委员会",
    "国务院",
    "局",
    "厅",
    "办公厅",
    "中国",
    "全国",
    "国家",
    "中共中央",
)
_DEFINED = re.compile(
    r"[》”]?[(（](?:[^()（）]{0,12}?[,，、])?(?:以下|下文|下)?(?:简称|称)?[为：:]?"
    r"[《“\"]?([\w·\-]{2,15}?)[》”\"]?(?:平台|系统|项目|工程)?[)）]"
)
_INTRODUCED = re.compile(r"以下|下称|简称|下文")
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9.&-]{2,9}")


@dataclass(frozen=True, slots=True)
class ProgramHead:
    """A word on which names of programs end, the subtype that it gives, and what must stand before it."""

    word: str
    subtype: str
    needs: Needs


@dataclass(frozen=True, slots=True)
class Words:
    """Words by their role around the names of programs.

    ``verb`` takes a program as its object; like it, ``stop`` stands before names, never in them; ``lead`` may stand in
    a name, but does not begin one; ``generic`` says of what class a program is, not which one it is.
    """

    verb: frozenset[str]
    stop: frozenset[str]
    lead: frozenset[str]
    generic: frozenset[str]


@cache
def heads() -> dict[str, ProgramHead]:
    """Return the heads by word."""
    return {
        word: ProgramHead(word, subtype, needs)  # type: ignore[arg-type]  # checked by the tests of the lexicon
        for word, subtype, needs in read_rows("lexicons", "program_heads.tsv")
    }


@cache
def program_words() -> Words:
    """Return the words by which a name's left edge is found and its generic words are told from the telling ones."""
    roles: dict[str, set[str]] = {"verb": set(), "stop": set(), "lead": set(), "generic": set()}
    for word, role in read_rows("lexicons", "program_words.tsv"):
        roles[role].add(word)
    return Words(*(frozenset(roles[role]) for role in ("verb", "stop", "lead", "generic")))


@cache
def known_programs() -> dict[str, str]:
    """Return the subtype of every name that stands alone: national strategies, agreements, well-known works."""
    mined = {name: subtype for name, subtype, _ in read_rows("lexicons", "programs.tsv")}
    return mined | {row[0]: row[1] for row in read_rows("lexicons", "program_names.tsv")}


@cache
def _sign_weights() -> dict[str, float]:
    return {sign: float(weight) for sign, weight in read_rows("lexicons", "program_signs.tsv")}


def probability(signs: Iterable[str]) -> float:
    """Return how likely a stretch with these signs is a program's name; each sign adds its log odds."""
    weights = _sign_weights()
    odds = weights.get("always", 0.0) + sum(weights.get(sign, 0.0) for sign in signs)
    return round(1 / (1 + math.exp(-odds)), 3)


@cache
def _longest_head() -> int:
    return max(map(len, heads()))


def head_of(title: str) -> ProgramHead | None:
    """Return the longest head that the title ends on, years, versions and brackets at its end left out."""
    bare = _TAIL.sub("", title).rstrip("”’") or title
    known = heads()
    for length in range(min(len(bare), _longest_head()), 0, -1):
        head = known.get(bare[-length:])
        if head is not None:
            return head
    return None


def is_document(title: str) -> bool:
    """Say whether a text in 《》 is the title of a program: 《…条例（草案）》, not 《人民日报》."""
    head = head_of(title)
    return (head is not None and head.word not in _NOT_ALONE) or title in known_programs()


def subtype_of(title: str) -> str | None:
    """Return the subtype that the name itself shows, or None where it shows none.

    >>> subtype_of("某省数字经济发展规划（2021—2025年）")
    'plan'
    """
    known = known_programs().get(title)
    if known is not None:
        return known
    head = head_of(title)
    return head.subtype if head else None


def same_program(a: str, b: str) -> bool:
    """Say whether two names in one article stand for the same program.

    They do if they differ only in marks, in 关于, in years that one leaves out, or in a region or a public body in
    front of one of them, and what they share says more than its class. A short form behind 以下简称 (《条例》) is no
    matter of names: see ``short_title``.

    >>> same_program("福建省数字经济发展规划", "《数字经济发展规划（2021—2025年）》")
    True
    >>> same_program("数字经济发展规划（2016—2020年）", "数字经济发展规划（2021—2025年）")
    False
    """
    years_a, years_b = _YEAR.findall(a), _YEAR.findall(b)
    if years_a and years_b and years_a != years_b:
        return False
    short, long = sorted((_key(a), _key(b)), key=len)
    if short == long:
        return bool(short)
    return long.endswith(short) and _is_telling(short) and _is_issuer(long[: -len(short)])


def short_title(text: str, end: int) -> str | None:
    """Return the short form that the article gives a program whose name ends at ``end``: 《…条例》(以下简称《条例》).

    Capitals in brackets count too: 《区域全面经济伙伴关系协定》(RCEP).
    """
    defined = _DEFINED.match(text, end)
    if defined and (_INTRODUCED.search(defined[0]) or _ACRONYM.fullmatch(defined[1])):
        return defined[1]
    return None


def _key(title: str) -> str:
    return _PREFIX.sub("", _BRACKETS.sub("", _YEARS.sub("", title)))


def _is_telling(title: str) -> bool:
    """Say whether a title says more than its class: not 行动计划, not 若干措施, not 实施方案."""
    head = head_of(title)
    return head is not None and len(title) - len(head.word) >= 4


def _is_issuer(prefix: str) -> bool:
    return prefix.endswith(_ISSUERS) or region_prefix(prefix) == len(prefix)

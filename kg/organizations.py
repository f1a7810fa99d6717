"""What is known about organizations' names: on which words they end, what those name, and what may stand before them.

A Chinese name of an organization is right-headed: it ends on a word that says what it is (公司, 银行, 局, 协会), and
what must stand before that word depends on it: a registered company may be called anything, while 财政局 is a name
only behind a region or a level.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import rjieba

from kg.resources import read_rows, read_words

Needs = Literal["legal", "named", "weak", "institution", "department", "branch"]
"""What must stand before a head; data/lexicons/organization_heads.tsv explains each."""

MAX_NAME = 40
"""The longest name looked for, in characters: it bounds the work at each head."""


@dataclass(frozen=True, slots=True)
class Head:
    """A word on which names end, the subtype that it gives, and what must stand before it."""

    word: str
    subtype: str
    needs: Needs


@dataclass(frozen=True, slots=True)
class Words:
    """Words by their role at the left edge of a name.

    ``stop`` never stands in a name, ``inside`` does although its part of speech says no, ``front`` begins a name,
    ``common`` does not tell one organization from another.
    """

    stop: frozenset[str]
    inside: frozenset[str]
    front: frozenset[str]
    common: frozenset[str]


@cache
def heads() -> dict[str, Head]:
    """Return the heads by word."""
    return {
        word: Head(word, subtype, needs)  # type: ignore[arg-type]  # checked by the tests of the lexicon
        for word, subtype, needs in read_rows("lexicons", "organization_heads.tsv")
    }


@cache
def known_organizations() -> dict[str, str]:
    """Return the subtype of every name that stands alone: public bodies and well-known companies."""
    mined = {name: subtype for name, subtype, _ in read_rows("lexicons", "organizations.tsv")}
    return mined | public_bodies()


@cache
def public_bodies() -> dict[str, str]:
    """Return the subtype of the public bodies, banks and media that every reader knows by one name."""
    return {row[0]: row[1] for row in read_rows("lexicons", "organization_bodies.tsv")}


@cache
def coined_endings() -> frozenset[str]:
    """Return the words that end a firm's short name when a coined word stands before them: 科技, 锂业."""
    return frozenset(read_words("lexicons", "organization_endings.tsv"))


@cache
def boundary_words() -> Words:
    """Return the words by which the left edge of a name is found."""
    roles: dict[str, set[str]] = {"stop": set(), "inside": set(), "front": set(), "common": set()}
    for word, role in read_rows("lexicons", "organization_common_words.tsv"):
        roles[role].add(word)
    for word, role in read_rows("lexicons", "organization_boundaries.tsv"):
        roles["stop"].discard(word)
        roles[role].add(word)
    return Words(*(frozenset(roles[role]) for role in ("stop", "inside", "front", "common")))


PROPER_TAGS = frozenset(("nz", "nt", "nr", "nrt", "nrfg", "ns", "eng", "j"))
"""The parts of speech of proper names (ICTCLAS, as jieba gives them)."""


def is_plain_word(word: str) -> bool:
    """Say whether the dictionary has the word and calls it no proper name: 火箭, 学院, not 华为 or 思客琦."""
    return rjieba.has_word(word) and rjieba.tag(word)[0][1] not in PROPER_TAGS and word not in known_organizations()


@cache
def _longest_head() -> int:
    return max(map(len, heads()))


def head_of(name: str) -> Head | None:
    """Return the longest head on which the name ends, or None.

    >>> head_of("福建亚南电机有限公司").word
    '有限公司'
    """
    known = heads()
    for length in range(min(len(name), _longest_head()), 0, -1):
        head = known.get(name[-length:])
        if head is not None:
            return head
    return None


_FINANCE_WORDS = ("银行", "证券", "保险", "信托", "期货", "基金", "金融租赁", "融资租赁", "融资担保", "小额贷款",
                  "资产管理", "消费金融", "人寿", "财险", "创投", "信用社", "资本管理", "股权投资")  # fmt: skip
_FIRM_HEADS = ("集团", "公司", "控股", "股份")


def subtype_of(name: str) -> str | None:
    """Return the subtype that the name itself shows, or None where it shows none.

    A company of finance is a financial institution; a party committee's office is party, a government's government.
    """
    known = public_bodies().get(name)
    if known is not None:
        return known
    if name.endswith((")", "）")):
        name = name[: max(name.rfind("("), name.rfind("（"))] or name
    head = head_of(name)
    if head is None:
        return known_organizations().get(name)
    if head.subtype == "company" and any(word in name for word in _FINANCE_WORDS):
        return "company" if "保险经纪" in name or "银行卡" in name else "financial_institution"
    if head.subtype == "government" and head.needs == "department" and _of_party(name):
        return "party"
    return head.subtype


def _of_party(name: str) -> bool:
    """Say whether an office belongs to a party committee: 市委办公室, 中共中央…, 省委政研室."""
    return name.startswith("中共") or any(level in name for level in ("省委", "市委", "县委", "区委", "州委", "党委"))

"""How organizations' names are shortened, and so when two names of one article may be one organization's.

Newspapers give the full name once and then drop, in this order, the region, the legal form and the words of the trade
(宁德市蕉城区澜芯智能装备有限公司, 澜芯智能装备, 澜芯); departments and banks have fixed abbreviations.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import rjieba

from kg.organizations import boundary_words, head_of, heads, is_plain_word, known_organizations, public_bodies
from kg.regions import candidates, region_prefix
from kg.resources import read_rows, read_words
from kg.text import fold

_LEGAL_FORM = re.compile(
    r"(?:[(（]集团[)）])?(?:集团)?(?:股份|控股)?(?:有限责任公司|有限公司|股份公司|总公司|公司)$|[(（]集团[)）]$"
)
_GROUP = re.compile(r"(?:控股)?集团$|股份$|控股$")
_BRACKET = re.compile(r"[(（][^()（）]{1,10}[)）]")
_LEVEL = re.compile(r"[省市县区州旗]$")
_FIELDS = ("银行", "证券", "保险", "人寿")
_FIRM = frozenset(("company", "financial_institution", "cooperative"))
_BRANCH = re.compile(r"(?:支行|分行|分公司|营业部|分理处|代表处|办事处|分会|分院|分校|分局)$")
_APART = frozenset(("集团", "控股", "银行", "北美", "欧洲", "亚太", "海外", "国际", "美国", "中国"))
"""Words that make another firm, or the group, of a name."""

_LONG, _WORD = 4, 2
"""Characters that a name needs to be known without the body in front of it, and of a last word that may be left out."""


@cache
def company_words() -> frozenset[str]:
    """Return the words of the trade on which companies' names end."""
    return frozenset(read_words("lexicons", "company_words.tsv"))


@cache
def _abbreviations() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for full, short in read_rows("lexicons", "department_abbreviations.tsv"):
        table[full] = (*table.get(full, ()), short)
    return table


@lru_cache(maxsize=8192)
def short_forms(full_name: str) -> tuple[str, ...]:
    """Return the forms by which an organization of that name may be called in the same article, the longest first.

    The name itself is not among them. Forms of two characters are given only where they are no common word and no
    region.

    >>> short_forms("福建亚南电机有限公司")
    ('亚南电机有限公司', '福建亚南电机', '亚南电机')
    """
    return tuple(form for form in _forms(full_name) if is_safe(form))


@lru_cache(maxsize=8192)
def _forms(full_name: str) -> tuple[str, ...]:
    forms = _abbreviated(full_name)
    head = head_of(full_name)
    if head is not None and head.subtype in _FIRM and not _BRANCH.search(full_name):
        firm = _firm_forms(full_name)
        forms |= firm.union(*map(_abbreviated, firm))
    forms.discard(full_name)
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


def _firm_forms(name: str) -> set[str]:
    """Drop the legal form, then the region, then the words of the trade from the end."""
    bare = _BRACKET.sub("", name)
    forms = {bare}
    for form in (_LEGAL_FORM.sub("", name), _LEGAL_FORM.sub("", bare)):
        for core in (form, form[region_prefix(form) :]):
            group = _GROUP.sub("", core)
            forms |= {core, group, *_without_trade(group)}
    forms.add(name[region_prefix(name) :])
    return {form for form in forms if region_prefix(form) < len(form)}


def _without_trade(form: str) -> list[str]:
    """Drop words of the trade from the end, one after the other, as long as two characters are left."""
    words, out = company_words(), []
    while True:
        for length in range(min(8, len(form) - 2), 1, -1):
            if form[-length:] in words:
                form = form[:-length]
                out.append(form)
                break
        else:
            return out


def _abbreviated(name: str) -> set[str]:
    """Abbreviate a department or bank: 北京市经济和信息化局 → 北京市经信局, 市经信局; 中国工商银行 → 工商银行, 工行."""
    forms: set[str] = set()
    table = _abbreviations()
    prefix = 2 if name.startswith("中国") else region_prefix(name)
    region, body = name[:prefix], name[prefix:]
    endings = {body, *(short for full, shorts in table.items() if body == full for short in shorts)}
    for full, shorts in table.items():
        if body != full and body.endswith(full):
            endings |= {body[: -len(full)] + short for short in shorts}
    if len(endings) == 1 and head_of(name) is None:
        return forms
    level = _LEVEL.search(region)
    is_firm = _is_firm(name)
    for ending in endings:
        forms.add(region + ending)
        if region == "中国" and not is_firm and not ending.startswith(_FIELDS):
            forms.add(ending)
        elif level and _is_public(name):
            forms |= {level[0] + ending, region[:-1] + ending}
    return forms


def _is_firm(name: str) -> bool:
    head = head_of(name)
    return head is not None and head.subtype == "company"


def _is_public(name: str) -> bool:
    head = head_of(name)
    return head is not None and head.subtype in ("government", "party", "association")


def is_safe(form: str) -> bool:
    """Say whether a form is long or rare enough to stand for the organization."""
    words = boundary_words()
    if len(form) < 2 or form in words.stop or form in words.common or form in company_words():
        return False
    if form in heads() and form not in public_bodies():
        return False
    if len(form) == 2 and rjieba.has_word(form) and form not in known_organizations():
        return False
    return not candidates(form) and not is_plain_word(form)


def is_short_form(short: str, full: str) -> bool:
    """Say whether ``short`` may stand for the organization that ``full`` names, by form alone.

    A bank is not its branch, and a company is not the association of its trade.
    """
    return len(short) < len(full) and fold(short) in {fold(form) for form in short_forms(full)}


def is_recognized_short_form(short: str, full: str) -> bool:
    """Say whether ``short``, which its sentence shows to be an organization, may stand for ``full``.

    A common word (小米, 万达) is a short name too where it has been recognized as one; a generic noun never is. A
    committee is short for its 委员会, a firm or institute may be named without the body that it belongs to
    (洪河农场有限公司 for 北大荒集团洪河农场有限公司), and a field office of an agency by its place.
    """
    if len(short) >= len(full) or len(short) < 2 or short in heads() or short in company_words() or candidates(short):
        return False
    if fold(short) in {fold(form) for form in _forms(full)}:
        return True
    if short.endswith("委") and full == short + "员会":
        return True
    if full.endswith(short) and len(short) >= _LONG and head_of(full[: -len(short)]) is not None:
        return True
    return _is_without_last_word(short, full)


def _is_without_last_word(short: str, full: str) -> bool:
    """Say whether a firm is called by all of its name but a last word of two characters: 云岭光纤 for
    云岭光纤光缆有限公司. Another firm of its group, told by a place or a bracket, it is not:
    云岭北美公司, 云岭(中国)."""
    head = head_of(full)
    if head is None or head.subtype not in _FIRM or _BRANCH.search(full) or _BRACKET.search(full):
        return False
    bare = _LEGAL_FORM.sub("", full)
    name, last = bare[region_prefix(bare) : -_WORD], bare[-_WORD:]
    return name == short and last not in _APART and not candidates(last)


def same_organization(a: str, b: str) -> bool:
    """Say whether two names of one article are one organization's by their form: equal, or one short for the other.

    Two abbreviations of one full form count as well (北京市发改委, 北京市发展改革委).
    """
    if fold(a) == fold(b) or is_short_form(a, b) or is_short_form(b, a):
        return True
    return _unabbreviated(a) == _unabbreviated(b)


@cache
def _first_full_forms() -> dict[str, str]:
    table: dict[str, str] = {}
    for full, shorts in _abbreviations().items():
        for short in shorts:
            table.setdefault(short, full)
    return table


def _unabbreviated(name: str) -> str:
    for length in range(len(name), 1, -1):
        full = _first_full_forms().get(name[-length:])
        if full is not None:
            return name[:-length] + full
    return name

"""What makes two names of organizations one key, whatever article they stand in, and when a name alone is no key.

Sources: a company's name is 行政区划 + 字号 + 行业 + 组织形式 (《企业名称登记管理规定》, State Council, 2020, art. 6),
and a company is called 有限责任公司 or 有限公司, 股份有限公司 or 股份公司 (《公司法》, 2023, art. 7). The bodies of a
government are named by its division (《地方各级人民代表大会和地方各级人民政府组织法》); papers drop the division's
upper levels and abbreviate the body (市发改委).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kg.organizations import head_of, heads, is_plain_word, known_organizations, public_bodies
from kg.resolve.places import LEVELS, Prefix, Setting, code_of, is_division, prefix_of
from kg.resources import read_rows
from kg.short_names import company_words
from kg.text import fold

Key = tuple[str, ...]

_PUBLIC = frozenset(("government", "party"))
_LEGAL = re.compile(r"(?:集团)?(?:股份)?有限公司$")
_LEGAL_TWINS = (("有限责任公司", "有限公司"), ("股份公司", "股份有限公司"))
_BODY_TWINS = (
    ("委员会", "委"),
    ("自治区人民政府", "自治区政府"),
    ("人民政府", "政府"),
    ("人民检察院", "检察院"),
    ("中级人民法院", "中级法院"),
    ("高级人民法院", "高级法院"),
    ("人民法院", "法院"),
)
_BRANCH = re.compile(
    r"(?:支行|分行|分公司|营业部|营业管理部|分理处|代表处|办事处|分会|分院|分校|分局|分社|支公司|分店|门店|事业部|直属机构|工厂|基地)$"
)
"""What makes a part of an organization of its name."""

_RELATIVE = re.compile(
    # 市发改委, 县第一医院: of whichever place the article speaks, unless a place's own name begins so (镇海区, 市中区)
    r"(?P<level>自治区|特区|省|市|县|区|州|盟|旗|镇|乡|村|街道|本|该|全)(?!.{1,2}[市县区旗])"
    r"(?:.*(?:委|委员会|政府|人大|人大常委会|政协|局|厅|办|办公室|部|处|法院|检察院|中心|支队|大队|医院|小学|中学|工商联|联合会|工会|协会)$"
    r"|直|属|第[一二三四五六七八九十]|人民|中医|妇幼|中心)"
)
_ALONE = re.compile(
    # 党委, 管委会, 董事会: of whichever body
    r"(?:中共)?(?:党委|党组|党支部|党总支|党工委|团委|工会|管委会|管理委员会|村委会|居委会|村支部|人民政府|政府|董事会|监事会"
    r"|代表团|秘书处|组委会|组织委员会|理事会|指挥部|办公室|工作组|领导小组|专家组|专家委员会|筹委会|评委会|委员会|编辑部|事业部)$"
)
_ORDINARY = re.compile(
    r"(?:第?[一二三四五六七八九十]|实验|中心|人民|中医|妇幼保健|希望|附属|职工|机关)*"
    r"(?:小学|中学|高中|幼儿园|医院|中医院|保健院|卫生院|卫生服务中心|图书馆|博物馆|体育馆|文化馆|敬老院|福利院)$"
)
_FIRMS = frozenset(
    ("公司", "集团", "集团公司", "分公司", "总公司", "投资公司", "控股公司", "实业公司", "工厂", "总厂", "门店",
     "专卖店", "农场", "林场", "工作室", "商行")
)  # fmt: skip
"""Heads that a place alone makes no name of: 上海公司, but 北京银行."""

_SHORT = 3
_MADE_OF = 2
"""Characters that a name needs besides its head to tell one body from another (研究中心 has none)."""


@lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """Return the folded name with one form of what is written in two: legal forms, brackets around a place.

    >>> plain("亚南电机（中国）有限责任公司")
    '亚南电机中国有限公司'
    """
    key = fold(name).replace("(", "").replace(")", "")
    for long, short in _LEGAL_TWINS:
        if key.endswith(long) and not (long == "股份公司" and key.endswith("有限公司")):
            key = key[: -len(long)] + short
    branch = _BRANCH.search(key)
    if branch is not None:  # 兴业银行股份有限公司宁德分行
        key = key.replace("股份有限公司", "", 1) if "股份有限公司" in key[: branch.start()] else key
    return key


@lru_cache(maxsize=1 << 16)
def _body(name: str) -> str:
    """Return one form of a public body's name: 发改委 for 发展和改革委员会, 委 for 委员会, 政府 for 人民政府."""
    for length in range(len(name), 1, -1):
        full = _full_forms().get(name[-length:])
        if full is not None:
            name = name if name.endswith(full) else name[:-length] + full
            break
    for long, short in _BODY_TWINS:
        if name.endswith(long):
            return name[: -len(long)] + short
    return name


@cache
def _full_forms() -> dict[str, str]:
    """Return the full form of each abbreviation that has just one."""
    table: dict[str, set[str]] = {}
    for full, short in read_rows("lexicons", "department_abbreviations.tsv"):
        table.setdefault(short, set()).add(full)
    return {short: min(fulls) for short, fulls in table.items() if len(fulls) == 1}


@lru_cache(maxsize=1 << 16)
def _without_nation(name: str) -> str:
    """Drop the nation's name before one of its own bodies: 中国商务部, 中华人民共和国国家统计局."""
    for nation in ("中华人民共和国", "中国"):
        rest = name.removeprefix(nation)
        if rest != name and (public_bodies().get(rest) in _PUBLIC or rest.startswith("国家")):
            return rest
    return name


def is_relative(name: str) -> bool:
    """Say whether the folded name names a body only together with the place or body that it belongs to."""
    return _RELATIVE.match(name) is not None or _ALONE.match(name) is not None or _is_bare(name)


_OCCASIONAL = re.compile(r"(?:代表团|考察团|访问团|参观团|采访团|(?:调研|工作|专案|调查|督[察导]|检查|专家|指导)组)$")
"""What is formed for one occasion: 中国代表团 of a congress and of some games are not one body."""


@lru_cache(maxsize=1 << 16)
def _is_bare(name: str) -> bool:
    """Say whether a name is a kind of body and nothing else: 财政局, 海关, 创新中心, 第一医院, 宁德分行, 上海代表团."""
    if _OCCASIONAL.search(name):
        return True
    if name in known_organizations():
        return False
    if name in heads() or name in company_words() or _ORDINARY.match(name):
        return True
    head = head_of(name)
    if head is None:
        return False
    end = prefix_of(name).end
    rest = name[end : -len(head.word)]
    if head.needs == "branch" and len(rest) < _SHORT:
        return True
    if head.word in _FIRMS and not rest:
        return True
    if end:
        return head.word.endswith("分会") and not rest
    if head.needs == "department" and not name.startswith(("国家", "中国", "全国", "中央", "国务院")):
        return len(rest) < _MADE_OF or rest in company_words() or not _has_owner(rest)
    return len(rest) < _MADE_OF and head.needs in ("institution", "branch") and head.subtype != "association"


def _is_everywhere(name: str) -> bool:
    """Say whether the name of a national department is that of a local one too: 发改委, 国资委."""
    head = heads().get(name)
    return head is not None and head.needs == "department"


def _has_owner(rest: str) -> bool:
    """Say whether what stands before a department names a body: 公安部 of 公安部交通管理局."""
    return head_of(rest) is not None or any(rest.startswith(body) for body in public_bodies() if len(body) > 1)


def key_of(name: str, subtype: str | None, setting: Setting) -> Key | None:
    """Return what the organization of that name is known by across articles, None where its name does not tell it.

    A public body is its division and its kind; 市财政局 gets the only city that the article speaks of.
    """
    key = plain(name)
    public = subtype in _PUBLIC
    key = key.removeprefix("中共") if key.startswith("中共") and prefix_of(key[2:]).end else key
    prefix = prefix_of(key)
    if not prefix.end:
        return _unplaced(key, public, setting)
    if is_division(key):
        return None
    if _is_bare(key):
        return None
    piece, body = key[prefix.start : prefix.end], key[prefix.end :]
    if public or _is_body(body):
        code = code_of(key, prefix, setting)
        return None if code is None else ("body", code, _body(body))
    return "name", _shortened(key, prefix, piece, body)


def _is_body(body: str) -> bool:
    head = head_of(body)
    return head is not None and head.subtype in _PUBLIC and head.needs != "branch"


def _shortened(key: str, prefix: Prefix, piece: str, body: str) -> str:
    """Drop the divisions around the innermost where that bears its class: 蕉城区…公司 of 宁德市蕉城区…公司."""
    full = any(d.name == piece for d in prefix.bearers)
    if not full:
        return key
    codes = {d.adcode for d in prefix.bearers}
    if len(codes) == 1 or not prefix.start:
        return key[prefix.start :]
    return key


def _unplaced(key: str, public: bool, setting: Setting) -> Key | None:
    relative = _RELATIVE.match(key)
    if relative is not None:
        level = relative["level"]
        code = setting.only(level) if level in LEVELS else None
        body = key[len(level) :]
        if code is None or not (public or _is_body(body)):
            return None
        return "body", code, _body(body)
    if _ALONE.match(key) or _is_bare(key) or (setting.province is not None and _is_everywhere(key)):
        return None
    key = _without_nation(key)
    return "name", _body(key) if public or key.startswith(("国家", "国务院", "中国", "全国")) else key


def is_sure(key: Key) -> bool:
    """Say whether a key tells one organization by itself: a body of a division, a registered or long or known name."""
    name = key[-1]
    return key[0] == "body" or len(name) > _SHORT or name in known_organizations() or prefix_of(name).end > 0


def without_legal_form(name: str) -> str | None:
    """Return a company's name without its legal form, None where it has none or too little is left."""
    key = plain(name)
    bare = _LEGAL.sub("", key)
    if bare == key or len(bare) <= _SHORT or is_plain_word(bare) or is_relative(bare):
        return None
    return None if is_institution(bare) else bare


def is_institution(name: str) -> bool:
    """Say whether a name ends as that of a hall, a school or a bureau does: 中国国际展览中心 is not the firm of it."""
    head = head_of(name)
    return head is not None and head.needs in ("institution", "department")


def without_place(key: str) -> str | None:
    """Return a registered company's name without its place, None where it has none or is too common without it."""
    prefix = prefix_of(key)
    body = key[prefix.end :]
    if not prefix.end or not _LEGAL.search(body) or len(_LEGAL.sub("", body)) < 4:
        return None
    return body


def is_part(name: str, whole: str) -> bool:
    """Say whether a name is that of a part of an organization: a branch, an office, a faculty.

    兴业银行宁德分行 is a part of 兴业银行, 北京大学光华管理学院 of 北京大学; 亚南电机有限公司 is no part of 亚南电机.
    """
    name, whole = plain(name), plain(whole)
    if len(whole) >= len(name) or _BRANCH.search(whole):
        return False
    if _BRANCH.search(name):
        return True
    head = head_of(whole)
    if head is None or not name.startswith(whole):
        return False
    rest = name[len(whole) :]
    tail = head_of(rest)
    return tail is not None and _LEGAL.fullmatch(rest) is None and rest not in ("集团", "公司", "总公司", "集团公司")


def is_common(short: str) -> bool:
    """Say whether a name could be anybody's: a common word, a kind of body, a place."""
    return (
        len(short) < 2
        or short in heads()
        or short in company_words()
        or is_division(short)
        or is_relative(short)
        or (is_plain_word(short) and short not in known_organizations())
    )

"""Which of two names that one article gives is short for the other, type by type, by their form alone.

Each function takes two names as ``grouping`` spells them, the shorter first. That nothing else in the article may be
meant is for ``grouping`` to see.
"""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

from kg.organizations import head_of, is_plain_word
from kg.programs import head_of as program_head_of
from kg.programs import heads as program_heads
from kg.programs import known_programs
from kg.region_names import countries, zone_in_short
from kg.regions import region_prefix
from kg.short_names import company_words
from kg.spelling import title_in_full, unmarked

LEVELS = "省市县区州旗镇乡村"
"""Classes of divisions that stand for the division of the article: 市政府, 县农业农村局."""

# -- places ------------------------------------------------------------------------------------------------------------


def is_place(text: str) -> bool:
    """Say whether a text is nothing but regions: 中国, 北京市, 广东佛山."""
    if text in ("", "(", "（") or text in countries():
        return True
    rest = text[region_prefix(text) :] if region_prefix(text) else text.removeprefix("中国")
    return rest != text and is_place(rest)


def without_place(short: str, full: str) -> bool:
    """Say whether the short name is the full one without the regions in front: 证监会, 西城区税务局."""
    return len(short) > 1 and full.endswith(short) and is_place(full[: -len(short)])


_CLASSES = ("市", "县", "区", "镇", "乡", "街道", "村", "新区", "半岛", "经济区", "城市群")
_ZONE_CLASSES = ("合作区", "高新区", "产区")
"""Classes of zones that are left out where the zone is not named after a division: 横琴 for 横琴合作区."""


def _zone_key(name: str) -> str:
    return zone_in_short(name).removesuffix("地区")


def same_region(short: str, full: str) -> bool:
    """Say whether two names without codes are one place: 东北, 东北地区; 经开区, 北京经济技术开发区; 虎门, 虎门镇."""
    a, b = (_zone_key(name) for name in (short, full))
    if len(a) > 1 and b.startswith(a):
        return b[len(a) :] in ("", *_CLASSES)
    return without_place(a, b) or (len(a) > 2 and b.endswith(a))


def same_zone(short: str, full: str) -> bool:
    """Say whether a zone's name leaves words out of the full one: 东山基地 for 东山能源化工基地, 横琴 for 横琴合作区.

    Which words stay is no matter of rule; the first and the last do.
    """
    if full.startswith(short) and full[len(short) :] in _ZONE_CLASSES:
        return True
    return len(short) >= 4 and short[:2] == full[:2] and short[-2:] == full[-2:] and in_order(short, full)


def in_order(short: str, full: str) -> bool:
    """Say whether the characters of the short name stand in the full one in their order."""
    rest = iter(full)
    return all(character in rest for character in short)


# -- organizations -----------------------------------------------------------------------------------------------------

_ISSUER = re.compile(r"中共|国务院|国家|中央|(?:中国)?(?:人民解放军|[陆海空]军)|(?:香港|澳门)?特区(?:人民)?政府")
_LEGAL = re.compile(r"(?:控股)?(?:集团)?(?:股份有限公司|股份|有限公司|总公司|公司)?$")
_FINANCE = ("金融", "证券", "银行", "保险", "人寿", "财险", "信托", "基金", "期货", "租赁")
_ARMS = (*_FINANCE, "物流", "销售", "营销")
_FIRMS = ("company", "financial_institution", "cooperative")
_BRANCH = re.compile(r"(?:支行|分行|分公司|营业部|分理处|代表处|办事处|分会|分院|分校|分局|店)$")
_BRACKET = re.compile(r"[(][^()]+[)]")
_APART = (
    *_ARMS, "财务", "投资", "资本", "创投", "国际", "海外", "北美", "欧洲", "亚太", "美国", "中国", "学院", "研究",
    "中心", "厂",
)  # fmt: skip
"""Words that make a firm of its own of a group's name: its financial arm, its branch abroad, a part of it."""


def without_issuer(short: str, full: str) -> bool:
    """Say whether a body is named without what it is a part of: 国资委 for 国务院国资委, 卫生署 for 特区政府卫生署."""
    if len(short) < 2 or short[0] in LEVELS or not full.endswith(short):
        return False
    return _ISSUER.fullmatch(full[: -len(short)]) is not None


def without_parent(short: str, full: str) -> bool:
    """Say whether a body is named by the end of its name: 示范区执委会 for 一体化示范区执委会; no company is."""
    if len(short) < 4 or short[0] in LEVELS or not full.endswith(short) or is_place(full[: -len(short)]):
        return False
    head = head_of(short)
    return head is not None and head.subtype != "company" and len(head.word) < len(short)


def of_level(short: str, full: str) -> bool:
    """Say whether a body is named by the class of its division alone: 市人民政府 for 福州市人民政府."""
    if len(short) < 2 or short[0] not in LEVELS or not full.endswith(short):
        return False
    return is_place(full[: -len(short)]) or is_place(full[: len(full) - len(short) + 1])


@lru_cache(maxsize=1 << 12)
def _parts(name: str) -> tuple[str, str, str]:
    """Return a firm's place, the core of its name, and its legal form; a branch has no core."""
    if _BRANCH.search(name):
        return "", "", ""
    end = region_prefix(name)
    rest = name[end:]
    legal = _LEGAL.search(rest)
    return name[:end], rest[: legal.start()] if legal else rest, legal[0] if legal else ""


def may_be_firm(short: str, full: str) -> bool:
    """Say whether a firm's name may be short for the other: one core begins with the other's, places do not differ."""
    (place, core, form), (full_place, full_core, full_form) = _parts(short), _parts(full)
    if len(core) < 2 or not full_core.startswith(core) or short == full or core in ("中国", "中央", "国家"):
        return False
    if place and full_place and place != full_place:
        return False
    return all(word not in form or word in full_form for word in ("集团", "股份"))


def same_group(short: str, full: str) -> bool:
    """Say whether the name is that of a group: 松澜 is 松澜集团 also where firms of the group are named."""
    return full == short + "集团"


def same_firm(short: str, full: str) -> bool:
    """Say whether a firm's name is the other's without legal form, 集团 or words of the trade.

    三江 for 三江技术有限公司, 三江股份 for 三江技术股份有限公司 (as listed firms are called). But 三江重工集团 may be a
    part of 三江集团, and what the nation's name begins tells its trade: 中国石油 is not 中国石油化工.
    """
    if not may_be_firm(short, full) or not _is_firm(full) or is_another_firm(short, full):
        return False
    (_, core, form), (_, full_core, full_form) = _parts(short), _parts(full)
    rest = full_core[len(core) :]
    if not rest:
        return form != full_form and form in ("", "公司")
    if short.startswith("中国") or form not in ("", "公司", "股份") or any(word in rest for word in _APART):
        return False
    return all(word in company_words() or is_plain_word(word) for word in rjieba.cut(rest))


def _is_firm(name: str) -> bool:
    """Say whether a name is a firm's by its head, or may be one, having none: 三江重工."""
    head = head_of(name)
    return head is None or head.subtype in _FIRMS


def _is_arm(rest: str) -> bool:
    """Say whether what follows a group's name makes its financial or trading arm of it: …金融有限公司, …物流公司."""
    core = _LEGAL.sub("", rest)
    return core.startswith(_ARMS) or core.endswith(_FINANCE)


def is_another_firm(short: str, full: str) -> bool:
    """Say whether a name is no short form although it looks like one: 东山集团 and 东山集团牧业公司 are two firms.

    So are a hospital and the company behind it, a firm and its subsidiary elsewhere: 东山能源(茂名)有限公司.
    """
    at = full.find(short)
    if at < 0:
        return False
    rest = full[at + len(short) :]
    bracket = _BRACKET.match(rest)
    if bracket and is_place(bracket[0][1:-1]) and _LEGAL.fullmatch(rest[bracket.end() :]):
        return True
    if _is_arm(rest):
        return True
    head = head_of(short)
    if head is None or not rest:
        return False
    if head.subtype not in _FIRMS:
        return rest.endswith("公司") and head.subtype != "media"
    return head.word == "集团" and _LEGAL.sub("", rest) != ""


def same_press(short: str, full: str) -> bool:
    """Say whether a newspaper stands for its house or a university for itself: 海西日报社, 海西大学."""
    return full in (short + "社", short + "大学") and (full[-1] != "社" or short.endswith(("报", "出版")))


# -- people ------------------------------------------------------------------------------------------------------------


def part_of_name(short: str, full: str) -> bool:
    """Say whether a name is one part of a transliterated one: 谢里夫 for 夏巴兹·谢里夫 (GB/T 15834-2011, 间隔号)."""
    return len(short) > 1 and short in full.split("·")


# -- programs ----------------------------------------------------------------------------------------------------------

_WORKS = re.compile(r"(?<=.{5})(?:工程项目|建设项目|项目|工程|活动)$")
_SAME_PLAN = ("纲要", "书", "战略")
_APART_BY_WORDS = ("通知", "公告", "强", "榜", "榜单", "名单")
_FIGURES = re.compile(r"\d+|[一二三四五六七八九十]+期")


@lru_cache(maxsize=1 << 12)
def program_core(name: str) -> str:
    """Return a program's name without marks and without the word that says that it is a work: 青龙山电站(项目)."""
    return _WORKS.sub("", title_in_full("Program", name).removeprefix("中华人民共和国"))


def same_plan(short: str, full: str) -> bool:
    """Say whether two names are one plan's: “十五五”规划(纲要), 东北振兴(战略)."""
    return full.removeprefix(short) in _SAME_PLAN


def without_front(short: str, full: str) -> bool:
    """Say whether a program is named by the end of its name: 风电项目, 实施办法; 意见 where one 意见 is spoken of.

    Financial products and lines are named by what stands before the head, and so apart: 产业贷, 苏州中欧班列.
    """
    if len(short) < 2 or len(full) < len(short) + 2 or not full.endswith(short) or short in known_programs():
        return False
    head = program_head_of(short)
    return head is not None and (
        short in program_heads() or len(short) - len(head.word) >= 4 or head.subtype in ("plan", "project", "platform")
    )


def within_program(short: str, full: str) -> bool:
    """Say whether a program's name leaves words out of the other's: 包银高铁 for 包头至银川高铁; numbers are equal."""
    if len(short) < 4 or short[0] != full[0] or full.endswith(short) or not in_order(short, full):
        return False
    head, full_head = program_head_of(short), program_head_of(full)
    if head is None or full_head is None or head.word != full_head.word or short.endswith(_APART_BY_WORDS):
        return False
    # 关于甲的通知 and 关于甲乙的通知 are two, and so are two rankings of firms, a line and a place's part of it.
    bracket = _BRACKET.search(full)
    if bracket and is_place(bracket[0][1:-1]):
        return False
    return _FIGURES.findall(short) == _FIGURES.findall(full)


# -- events ------------------------------------------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)(?:年度?)?")
_TIME = re.compile(r"第[一二三四五六七八九十百\d]+[届次]|首届|本届")
_EDITION = re.compile(r"^(?:(?:19|20)\d\d年?度?|第[一二三四五六七八九十百]+届|首届|本届)+")
_OCCASION = re.compile(r"(?<=...)(?:系列活动|活动|会议)$")


def same_event(short: str, full: str) -> bool:
    """Say whether two names are one event: one without year or number (制造博览会, 第八届制造博览会), or abbreviated.

    An abbreviation takes characters of the full name in order, its last among them: 进博会 for 中国国际进口博览会.
    """
    bare, plain = _without_edition(full), _without_edition(short)
    if len(short) > 2 and bare != full and bare == short:
        return True
    if (
        len(plain) < 3
        or not bare.endswith(plain[-1])
        or bare.startswith(plain)
        or (plain != short and not full.startswith(short[: -len(plain)]))
    ):
        return False
    return in_order(plain, bare)


def same_occasion(short: str, full: str) -> bool:
    """Say whether two names are one event's that differ in year, number or 活动; years and numbers given agree.

    2023海西车展 and 第十九届海西车展 are one where the article names no other; 第八届 and 第九届 are two.
    """
    (years, times, a), (full_years, full_times, b) = _occasion(short), _occasion(full)
    if (years and full_years and years != full_years) or (times and full_times and times != full_times):
        return False
    if len(a) == 3 and a != b:
        return without_place(a, b)  # 亚运会, 杭州亚运会
    return len(a) > 3 and a == b


@lru_cache(maxsize=1 << 12)
def _occasion(name: str) -> tuple[frozenset[str], frozenset[str], str]:
    """Return the years and the numbers in an event's name, and what is left without them."""
    bare = _OCCASION.sub("", _YEAR.sub("", _TIME.sub("", name)))
    return frozenset(_YEAR.findall(name)), frozenset(_TIME.findall(name)), bare


@lru_cache(maxsize=1 << 12)
def _without_edition(name: str) -> str:
    return _EDITION.sub("", name)


# -- industries --------------------------------------------------------------------------------------------------------

_BRANCH_TAIL = re.compile(r"(?<=..)(?:全?产业链|产业集群|产业带|(?<!地)产业|行业|领域|集群|(?<!化)工业|业)$")
_AND = re.compile(r"(?<=..)[与和及、](?=..)")


@lru_cache(maxsize=1 << 12)
def branch_core(name: str) -> str:
    """Return a branch's name without any word that says that it is one: 陶瓷(工业), 陶瓷(产业), 餐饮(业)."""
    plain = core = unmarked(name)
    while (shorter := _BRANCH_TAIL.sub("", core)) != core:  # a loop in the pattern would try every place to begin
        core = shorter
    return title_in_full("Industry", _AND.sub("", core) or plain)


@lru_cache(maxsize=1 << 12)
def branch_words(name: str) -> str:
    """Return the characters of a branch's name in one order: 香料香精 and 香精香料 are one."""
    core = branch_core(name)
    return "".join(sorted(core)) if len(core) > 3 else core


def same_branch(short: str, full: str) -> bool:
    """Say whether a branch's core is short for the other's: 石化 and 石油化工, 煤机装备 and 煤机装备制造.

    Two characters stand for two words by the first of each. Other branches differ from their manufacture (机器人).
    """
    if len(short) == 2 and len(full) == 4 and short == full[0] + full[2]:
        return True
    return short.endswith("装备") and full == short + "制造"

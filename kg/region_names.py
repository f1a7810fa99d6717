"""How the names of administrative divisions are formed, and so how they are shortened.

Sources: 《行政区划管理条例》 (State Council, 2018) names the kinds of division; 《地名管理条例》 (2022) and the
press drop the class word and the names of peoples where no confusion arises: 福建省 → 福建, 延边朝鲜族自治州 → 延边.
"""

from __future__ import annotations

import re
from functools import cache

from kg.resources import read_rows

# The peoples by which autonomous divisions are named; 族 is left out in some names (伊犁哈萨克自治州).
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土"
    "|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春|各"
)
_PEOPLE = rf"(?:(?:{_PEOPLES})族|蒙古|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯)"
_AUTONOMOUS = re.compile(rf"^(?P<stem>..+?)(?:{_PEOPLE}*自治(?P<class>[区州县旗])|{_PEOPLE}+区)")
# Kinds of district drop as a whole where two characters are left; 清新区 and 碑林区 are plain districts, and a mining
# district keeps its name, because its stem is that of the county around it (井陉矿区, 井陉县).
_CLASS = re.compile(r"(?:特别行政区|省|地区|盟|(?<=...)林区|(?<=..)特区|(?<=..)新区|群岛|市|县|(?<!矿)区)$")


def short_names(name: str) -> tuple[str, ...]:
    """Return the short forms of a division's full name, the barest first; none where the name cannot be shortened.

    A stem of one character keeps its class word (泸县, 芒市), and so do banners (杭锦旗), whose stems are names of
    tribes. An autonomous prefecture or county is also called by its stem and class alone: 阿坝州, 长阳县.

    >>> short_names("福建省"), short_names("延边朝鲜族自治州"), short_names("泸县")
    (('福建',), ('延边', '延边州'), ())
    """
    autonomous = _AUTONOMOUS.fullmatch(name)
    if autonomous:
        stem, kind = autonomous["stem"].removesuffix("族"), autonomous["class"] or "区"
        return (stem,) if kind in "区旗" else (stem, stem + kind)
    stem = _CLASS.sub("", name)
    return (stem,) if stem != name and len(stem) > 1 else ()


_GLUED = re.compile(r"市[场级值区属长民政直]|区[域级位长块]|省[级属长际直]|县[级域城长]")


def splits_class(text: str, end: int) -> bool:
    """Say whether the class word that ends at ``end`` belongs to the word behind it: 北京|市场, 海南|区域, 抚顺|市长.

    >>> splits_class("抚顺市长", 3), splits_class("抚顺市市长", 3)
    (True, False)
    """
    return _GLUED.fullmatch(text, max(end - 1, 0), end + 1) is not None


_DIRECTIONS = frozenset("东南西北中")


def is_glued(name: str, subtype: str, behind: str) -> bool:
    """Say whether the characters behind make another word of a name: 蒙古|族, 中国|特色, 西南|部, 亚太|区."""
    if subtype == "country":
        return behind[:1] in ("族", "式", "梦", "结", "画") or behind in ("特色", "节点")
    if subtype != "informal":
        return False
    return (behind[:1] == "区" and behind != "区域") or (behind[:1] in "部角侧向麓" and set(name) <= _DIRECTIONS)


# What stands before 镇, 乡, 村, 街道 where the word is generic (农村, 重镇, 家乡, 各街道) and so no name.
_GENERIC = {
    "村": re.compile(
        r"(?:农|乡|城中|行政|自然|贫困|示范|强|旅游|级|各|个|些|座|全|该|本|小|渔|富|移民|文明|传统|空心|未来|样板|先进|明星"
        r"|亿元|美丽|特色|后进|薄弱|驻|进|到|入|回|出|离|下|护|兴|多|少|老|边境|帮扶|重点|试点|标杆|精品|民族|淘宝|电商|信用)$"
    ),
    "镇": re.compile(
        r"(?:城|乡|重|小|古|集|村|强|名|建制|中心|特色|专业|工业|明星|千年|各|个|些|座|全|该|本|坐|冰|县|市|入|进)$"
    ),
    "乡": re.compile(
        r"(?:城|家|故|老|返|下|侨|水|同|他|异|回|离|还|之|县|各|个|些|全|该|本|民族|思|外|梦|进|入|兴|爱|贵|菜|茶)$"
    ),
    "街道": re.compile(r"(?:各|个|些|条|全|该|本|区|镇|乡|市|县|城市|主)$"),
}


def is_generic(stem: str, head: str, *, certain: bool = False) -> bool:
    """Say whether a word for a town or village is generic with what stands before it: 农|村, 重|镇, 各|街道.

    ``certain`` says that the stem surely begins where it does: then the end of it decides nothing (沙集|镇, 集|镇).
    """
    pattern = _GENERIC.get(head)
    if pattern is None:
        return False
    return (pattern.match(stem) if certain else pattern.search(stem)) is not None


_ZONES = (
    ("自由贸易试验区", "自贸区"), ("自贸试验区", "自贸区"), ("自由贸易港", "自贸港"), ("经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新区"), ("高新技术开发区", "高新区"), ("综合保税区", "综保区"),
)  # fmt: skip
"""Classes of zones and their usual short forms (国务院, 《…自由贸易试验区总体方案》; 《中国开发区审核公告目录》)."""

_PILOT = re.compile(r"^中国[（(]([^（）()]+)[）)](?=.)")


def zone_in_short(name: str) -> str:
    """Return a zone's name with its class in short: 中国(福建)自由贸易试验区 → 福建自贸区."""
    name = _PILOT.sub(r"\1", name)
    for long, short in _ZONES:
        name = name.replace(long, short)
    return name


@cache
def countries() -> dict[str, str]:
    """Return the ISO 3166-1 code of each country's names: 印尼 and 印度尼西亚 are one."""
    return {name: code for name, code, *_ in read_rows("lexicons", "region_countries.tsv")}

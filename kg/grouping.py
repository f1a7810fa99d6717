"""Which mentions of one article name one thing: equal names, one region by its code, short names of full ones.

A short name joins the one full name that it can stand for; where two fit, it stays apart (prudence: a wrong merge
costs more than a missed one).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from kg.ids import group_id
from kg.industries import industry_core
from kg.model import Article, Group, Mention, Span
from kg.programs import same_program, short_title
from kg.regions import assign, region_prefix
from kg.resources import read_rows
from kg.short_names import is_recognized_short_form, is_short_form
from kg.text import fold

_COUNTED = ("province", "prefecture", "county")
"""Subtypes of regions that have codes."""

_DEFINED = re.compile(
    r"[》”]?[（(](?:以下|下文|下)?(?:统|合|并)?(?:简)?称(?:为)?[：:]?\s?[“\"《「]?([^”\"》」）)，。]{2,20})[”\"》」]?[）)]"
)
_BRACKETED = ("Organization", "Program", "Event", "Product")
"""Types of which a name in brackets behind a name is a second name: 宁德时代新能源科技股份有限公司(宁德时代)."""

_EDITION = re.compile(r"^(?:(?:19|20)\d\d年?度?|第[一二三四五六七八九十百\d]+届|首届|本届)+")

_Key = tuple[str, str]
_Clusters = dict[_Key, list[Mention]]


def group_mentions(article: Article, mentions: Sequence[Mention]) -> tuple[Group, ...]:
    """Return the groups of an article's mentions in text order; each mention is in exactly one."""
    codes = _codes(article, mentions)
    clusters: _Clusters = {}
    for mention in mentions:
        clusters.setdefault(_key(mention, codes), []).append(mention)
    reasons = dict.fromkeys(clusters, "equal names")
    reasons |= {key: "one region by its code" for key, cluster in clusters.items() if cluster[0].span in codes}
    _join(clusters, reasons, _defined_pairs(article.text, mentions, codes), "a second name that the article gives")
    for type_, fits, reason in _SHORT:
        _join_short(clusters, reasons, type_, fits, reason)
    groups = [_group(article, key[0], cluster, codes, reasons[key]) for key, cluster in clusters.items()]
    return tuple(sorted(groups, key=lambda group: group.mentions[0].span))


def _key(mention: Mention, codes: dict[Span, str]) -> _Key:
    if mention.span in codes:
        return mention.type, codes[mention.span]
    if mention.type == "Industry":
        return mention.type, fold(industry_core(mention.text))
    if mention.subtype == "country":
        return mention.type, _countries().get(mention.text, mention.text)
    return mention.type, fold(mention.text)


@cache
def _countries() -> dict[str, str]:
    """Return the ISO 3166-1 code of each country's names: 印尼 and 印度尼西亚 are one."""
    return {name: code for name, code, *_ in read_rows("lexicons", "region_countries.tsv")}


def _group(article: Article, type_: str, cluster: list[Mention], codes: dict[Span, str], reason: str) -> Group:
    cluster.sort(key=lambda mention: mention.span)
    fullest = max(cluster, key=lambda mention: (len(mention.text), -mention.span.start))
    subtypes = [mention.subtype for mention in cluster if mention.subtype is not None]
    subtype = fullest.subtype or (subtypes[0] if subtypes else None)
    first = cluster[0].span
    return Group(
        group_id(article.id, first.start), type_, subtype, fullest.text, tuple(cluster), codes.get(first), reason
    )


def _codes(article: Article, mentions: Sequence[Mention]) -> dict[Span, str]:
    regions = [mention for mention in mentions if mention.type == "Region" and mention.subtype in _COUNTED]
    names = [(mention.text, mention.span.start, mention.span.end) for mention in regions]
    assigned = assign(names, article.text)
    return {mention.span: code for mention, code in zip(regions, assigned, strict=True) if code is not None}


def _defined_pairs(text: str, mentions: Sequence[Mention], codes: dict[Span, str]) -> Iterable[tuple[_Key, _Key]]:
    """Yield pairs of keys that the article says are one: （以下简称“…”）, and a name in brackets behind a name."""
    for number, mention in enumerate(mentions):
        end = mention.span.end
        defined = _DEFINED.match(text, end)
        alias = defined[1] if defined else short_title(text, end) if mention.type == "Program" else None
        if alias is not None:
            yield (mention.type, fold(alias)), _key(mention, codes)
        following = mentions[number + 1] if number + 1 < len(mentions) else None
        if (
            following is not None
            and following.type == mention.type
            and mention.type in _BRACKETED
            and text[end : following.span.start] in ("（", "(")
            and text[following.span.end : following.span.end + 1] in ("）", ")")
        ):
            yield _key(following, codes), _key(mention, codes)


def _join(clusters: _Clusters, reasons: dict[_Key, str], pairs: Iterable[tuple[_Key, _Key]], reason: str) -> None:
    """Join the first cluster of each pair to the second, following what was joined before."""
    joined: dict[_Key, _Key] = {}

    def now(key: _Key) -> _Key:
        while key in joined:
            key = joined[key]
        return key

    for short, full in pairs:
        source, target = now(short), now(full)
        if source != target and source in clusters and target in clusters:
            clusters[target] += clusters.pop(source)
            reasons[target] = reason
            joined[source] = target


def _join_short(
    clusters: _Clusters, reasons: dict[_Key, str], type_: str, fits: Callable[[str, str], bool], reason: str
) -> None:
    """Join each short name with the one full name that it can stand for; two candidates: none."""
    keys = [key for key in clusters if key[0] == type_]
    holding: dict[str, dict[_Key, None]] = {}
    for key in keys:
        for character in clusters[key][0].text:
            holding.setdefault(character, {})[key] = None
    for key in sorted(keys, key=lambda key: len(key[1])):
        short = clusters[key][0].text
        # A short form is made of characters of the full one: those that hold its rarest are enough to look at.
        near = min((holding[character] for character in short), key=len)
        full = [
            other
            for other in near
            if other in clusters and len(other[1]) > len(key[1]) and fits(short, clusters[other][0].text)
        ]
        # 亚南电机 and 亚南电机有限公司 may both be short for the longest of three: chained names are one candidate.
        longest = max(full, key=lambda other: len(other[1]), default=None)
        if longest is None or not all(
            other == longest or fits(clusters[other][0].text, clusters[longest][0].text) for other in full
        ):
            continue
        target = min(full, key=lambda other: (len(other[1]), clusters[other][0].span))
        clusters[target] += clusters.pop(key)
        reasons[target] = reason


def _same_event(short: str, full: str) -> bool:
    """Say whether two names are one event: one without year or number (制造博览会, 第八届制造博览会), or abbreviated.

    An abbreviation takes characters of the full name in order, its last among them: 进博会 for 中国国际进口博览会.
    """
    bare, plain = _EDITION.sub("", full), _EDITION.sub("", short)
    if len(short) > 2 and bare != full and fold(bare) == fold(short):
        return True
    if (
        len(plain) < 3
        or plain[-1] != bare[-1]
        or bare.startswith(plain)
        or (plain != short and not full.startswith(short[: -len(plain)]))
    ):
        return False
    rest = iter(bare)
    return all(character in rest for character in plain)


def _same_industry(short: str, full: str) -> bool:
    """Say whether two names are one branch: 文旅 and 文化旅游, 石化 and 石油化工; 煤炭加工 and 煤炭加工业."""
    a, b = industry_core(short), industry_core(full)
    if len(a) == 2 and len(b) == 4 and a == b[0] + b[2]:
        return True
    return len(a) > 1 and b.startswith(a) and b[len(a) :] in ("工业", "业")


def _is_place(text: str) -> bool:
    """Say whether a text is nothing but regions: 中国, 北京市, 广东佛山."""
    rest = text[region_prefix(text) :] if region_prefix(text) else text.removeprefix("中国")
    return rest in ("", "（", "(") or (rest != text and _is_place(rest))


def _without_place(short: str, full: str) -> bool:
    """Say whether the short name is the full one without the regions in front: 证监会, 西城区税务局."""
    return len(short) > 1 and full.endswith(short) and _is_place(full[: -len(short)])


def _same_region(short: str, full: str) -> bool:
    """Say whether two names without codes are one place: 东北, 东北地区; 经开区, 北京经济技术开发区; 虎门, 虎门镇."""
    a, b = (_zone_key(name) for name in (short, full))
    if len(a) > 1 and b.startswith(a):
        return b[len(a) :] in ("", *_CLASSES)
    return _without_place(a, b) or (len(a) > 2 and b.endswith(a))


def _zone_key(name: str) -> str:
    for long, brief in _ZONES:
        name = name.replace(long, brief)
    return re.sub(r"^中国[（(]([^）)]+)[）)]", r"\1", name).removesuffix("地区")


_ZONES = (
    ("自由贸易试验区", "自贸区"), ("自贸试验区", "自贸区"), ("自由贸易港", "自贸港"), ("经济技术开发区", "经开区"),
    ("高新技术产业开发区", "高新区"), ("高新技术开发区", "高新区"), ("综合保税区", "综保区"),
)  # fmt: skip
"""Classes of zones and their usual short forms."""

_CLASSES = ("市", "县", "区", "镇", "乡", "街道", "村", "新区", "半岛", "经济区", "城市群")

_SHORT: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
    ("Organization", is_short_form, "short name of the full one"),
    ("Organization", _without_place, "name without its place"),
    ("Organization", is_recognized_short_form, "short name of the full one"),
    ("Region", _same_region, "short name of the full one"),
    ("Program", same_program, "title without its issuer or years"),
    ("Event", _same_event, "event without its year or number, or abbreviated"),
    ("Industry", _same_industry, "short name of the full one"),
)

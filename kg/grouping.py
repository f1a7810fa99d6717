"""Which mentions of one article name one thing: equal names, one region by its code, short names of full ones.

A short name joins the one full name that it can stand for; where two fit, it stays apart (prudence: a wrong merge
costs more than a missed one).
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from kg import shortened
from kg.ids import group_id
from kg.industries import industry_core
from kg.model import Article, Group, Mention
from kg.organizations import head_of
from kg.programs import same_program, short_title
from kg.region_names import countries
from kg.regions import assign, division
from kg.short_names import is_recognized_short_form, is_short_form
from kg.spelling import spelled_out, title_in_full, unmarked
from kg.text import fold

_COUNTED = ("province", "prefecture", "county")
"""Subtypes of regions that have codes."""

_DEFINED = re.compile(
    r"[》”]?[（(](?:以下|下文|下)?(?:统|合|并)?(?:简)?称(?:为)?[：:]?\s?[“\"《「]?([^”\"》」）)，。]{2,20})[”\"》」]?[）)]"
)
_OPENS = ("》", "”", "（", "(")
"""Marks behind a name with which a second name of it may begin."""

_BRACKETED = ("Organization", "Program", "Event", "Product")
"""Types of which a name in brackets behind a name is a second name: 宁德时代新能源科技股份有限公司(宁德时代)."""

_DEPARTMENTS = ("司", "处", "科")
"""Heads of departments, whose names stand in brackets behind the body's: 发展改革委(价格司)."""

_FORM = frozenset("集团股份有限责任总公司控第届首0123456789")
"""Characters of legal forms, years and numbers, in which a short name and its full one may differ."""

_Key = tuple[str, str]
_Clusters = dict[_Key, list[Mention]]
_Longer = list[tuple[_Key, list[_Key], int]]
"""Names that may be short: the name, names in order of their length, and from which of them on they are longer."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """When a name joins another: both as ``spell`` gives them (None: as they stand) are equal, or ``fits`` says so.

    It must fit no second name, nor may any other be meant that ``rivals`` finds; None: those that fit.
    """

    reason: str
    spell: Callable[[str], str] | None
    fits: Callable[[str, str], bool] | None = None
    rivals: Callable[[str, str], bool] | None = None


def group_mentions(article: Article, mentions: Sequence[Mention]) -> tuple[Group, ...]:
    """Return the groups of an article's mentions in text order; each mention is in exactly one."""
    codes = _codes(article, mentions)
    clusters: _Clusters = {}
    keys: dict[tuple[str, str | None, str], _Key] = {}
    for mention in mentions:
        code = codes.get(mention.span.start)
        if code is not None:
            key = mention.type, code
        else:
            name = mention.type, mention.subtype, mention.text
            known = keys.get(name)
            key = known if known is not None else keys.setdefault(name, _key(mention, codes))
        clusters.setdefault(key, []).append(mention)
    reasons = dict.fromkeys(clusters, "equal names")
    reasons |= {key: "one region by its code" for key, cluster in clusters.items() if cluster[0].span.start in codes}
    _join(clusters, reasons, _defined_pairs(article.text, mentions, codes), "a second name that the article gives")
    keys_of: dict[str, list[_Key]] = {}
    for key in clusters:
        keys_of.setdefault(key[0], []).append(key)
    for type_, same in keys_of.items():
        # Names of people are compared only where one is written in parts, for there are many.
        if len(same) > 1 and type_ in _RULES and (type_ != "Person" or any("·" in key[1] for key in same)):
            _join_short(clusters, reasons, type_, same)
    groups = [_group(article, key[0], cluster, codes, reasons[key]) for key, cluster in clusters.items()]
    return tuple(sorted(groups, key=lambda group: group.mentions[0].span.start))


def _key(mention: Mention, codes: dict[int, str]) -> _Key:
    if mention.span.start in codes:
        return mention.type, codes[mention.span.start]
    if mention.type == "Industry":
        return mention.type, fold(industry_core(mention.text))
    if mention.subtype == "country":
        return mention.type, countries().get(mention.text, mention.text)
    return mention.type, fold(mention.text)


def _group(article: Article, type_: str, cluster: list[Mention], codes: dict[int, str], reason: str) -> Group:
    fullest, subtype = cluster[0], cluster[0].subtype
    if len(cluster) > 1:
        cluster.sort(key=lambda mention: mention.span.start)
        fullest = max(cluster, key=lambda mention: len(mention.text))  # the first of them
        subtypes = (mention.subtype for mention in cluster if mention.subtype is not None)
        subtype = fullest.subtype or next(subtypes, None)
    first = cluster[0].span
    return Group(
        group_id(article.id, first.start), type_, subtype, fullest.text, tuple(cluster), codes.get(first.start), reason
    )


def _codes(article: Article, mentions: Sequence[Mention]) -> dict[int, str]:
    """Return the codes of regions by where they begin; mentions do not overlap."""
    regions = [mention for mention in mentions if mention.type == "Region" and mention.subtype in _COUNTED]
    names = [(mention.text, mention.span.start, mention.span.end) for mention in regions]
    assigned = assign(names, article.text)
    return {mention.span.start: code for mention, code in zip(regions, assigned, strict=True) if code is not None}


def _defined_pairs(text: str, mentions: Sequence[Mention], codes: dict[int, str]) -> Iterable[tuple[_Key, _Key]]:
    """Yield pairs of keys that the article says are one: （以下简称“…”）, and a name in brackets behind a name."""
    for number, mention in enumerate(mentions):
        end = mention.span.end
        if text[end : end + 1] not in _OPENS:
            continue
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
            and not _are_two_bodies(mention, following)
        ):
            yield _key(following, codes), _key(mention, codes)


def _are_two_bodies(mention: Mention, following: Mention) -> bool:
    """Say whether the name in brackets is another body's: a part (发展改革委(价格司)), or one under the same roof."""
    if mention.type != "Organization" or shortened.in_order(following.text, mention.text):
        return False
    if following.text.endswith(_DEPARTMENTS) and not following.text.endswith("公司"):
        return True
    first, second = (head_of(spelled_out(fold(one.text))) for one in (mention, following))
    return (
        first is not None
        and second is not None
        and first.word != second.word
        and "company" not in (first.subtype, second.subtype)
    )


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


def _join_short(clusters: _Clusters, reasons: dict[_Key, str], type_: str, keys: Sequence[_Key]) -> None:
    """Join names of a type that are equal as spelled, and each short name with the one full name that it stands for."""
    known: dict[Callable[[str], str] | None, tuple[dict[_Key, str], _Longer]] = {}
    for rule in _RULES[type_]:
        if rule.spell not in known:
            names = _spelled(clusters, reasons, rule, [key for key in keys if key in clusters])
            known[rule.spell] = names, _longer(names) if rule.fits else []
        if rule.fits is not None:
            _join_fitting(clusters, reasons, rule, rule.fits, *known[rule.spell])


def _join_fitting(
    clusters: _Clusters,
    reasons: dict[_Key, str],
    rule: _Rule,
    fits: Callable[[str, str], bool],
    names: dict[_Key, str],
    longer: _Longer,
) -> None:
    may_be = rule.rivals or fits
    for key, near, after in longer:
        if key not in clusters:
            continue
        short = names[key]
        full = [other for other in islice(near, after, None) if other in clusters and may_be(short, names[other])]
        # 亚南电机 and 亚南电机有限公司 may both be short for the longest of three: chained names are one candidate.
        if not full or not all(other == full[-1] or fits(names[other], names[full[-1]]) for other in full):
            continue
        target = full[0]
        if rule.rivals is not None and not fits(short, names[target]):
            continue
        if (
            key[0] == "Organization"
            and short[0] in shortened.LEVELS
            and _plays_elsewhere(clusters, short, names[target])
        ):
            continue
        clusters[target] += clusters.pop(key)
        reasons[target] = rule.reason


def _longer(names: dict[_Key, str]) -> _Longer:
    """Return each name that may be short, the shortest first, with those longer that share its rarest character.

    A short form is made of characters of the full one, but for its legal form (东山公司, 东山集团). Of two names as
    long one is taken for the longer one (2023海西车展, 第八届海西车展).
    """
    order = sorted(names, key=lambda key: (len(names[key]), names[key]))
    rank = {key: number for number, key in enumerate(order)}
    counts = Counter("".join(names.values()))
    for character in _FORM:
        if character in counts:
            counts[character] = sys.maxsize
    holding: dict[str, list[_Key]] = {}
    longer: _Longer = []
    for key in order:
        if key[0] == "Region" and (key[1].isdigit() or key[1].isupper()):
            continue  # a division or a country is known by its code
        name = names[key]
        rarest = min(name, key=counts.__getitem__, default="")
        if not name or rarest in _FORM or counts[rarest] == name.count(rarest):
            continue
        if rarest not in holding:
            holding[rarest] = [other for other in order if rarest in names[other]]
        near = holding[rarest]
        after = bisect_right(near, rank[key], key=rank.__getitem__)
        if after < len(near):
            longer.append((key, near, after))
    return longer


def _spelled(clusters: _Clusters, reasons: dict[_Key, str], rule: _Rule, keys: Sequence[_Key]) -> dict[_Key, str]:
    """Return the names of clusters of one type as the rule spells them; those spelled alike are joined."""
    if rule.spell is None:
        return {key: clusters[key][0].text for key in keys}
    alike: dict[str, list[_Key]] = {}
    for key in keys:
        # A key is the folded name, but for branches and places.
        name = _folded(clusters[key][0].text) if key[0] in ("Industry", "Region") else key[1]
        alike.setdefault(rule.spell(name), []).append(key)
    names: dict[_Key, str] = {}
    for name, same in alike.items():
        target = max(same, key=lambda key: len(clusters[key][0].text)) if len(same) > 1 else same[0]
        names[target] = name
        for key in same:
            if key != target:
                clusters[target] += clusters.pop(key)
                reasons[target] = rule.reason
    return names


@lru_cache(maxsize=1 << 12)
def _folded(name: str) -> str:
    return fold(name)


def _plays_elsewhere(clusters: _Clusters, short: str, full: str) -> bool:
    """Say whether the article names another division of that class, whose body 省政府 or 县委 may be as well."""
    place = full[: len(full) - len(short) + 1]
    classes = {
        division(key[1]).name for key in clusters if key[0] == "Region" and len(key[1]) == 6 and key[1].isdigit()
    }
    return any(name[-1] == short[0] and not place.endswith(name) for name in classes)


def _is_short_form(short: str, full: str) -> bool:
    return is_short_form(short, full) and not shortened.is_another_firm(fold(short), fold(full))


def _may_be_short(short: str, full: str) -> bool:
    return is_short_form(short, full) or shortened.may_be_firm(short, full)


def _is_recognized_short_form(short: str, full: str) -> bool:
    return is_recognized_short_form(short, full) and not shortened.is_another_firm(fold(short), fold(full))


def _may_be_recognized(short: str, full: str) -> bool:
    return is_recognized_short_form(short, full) or shortened.may_be_firm(short, full)


def _event_in_full(name: str) -> str:
    return title_in_full("Event", name)


_SHORT_NAME, _WRITTEN = "short name of the full one", "one name written in two ways"
_PLACE, _BODY = "name without its place", "name without the body that it belongs to"
_TITLE, _EVENT = "title without its issuer or years", "event without its year or number, or abbreviated"

_RULES: dict[str, tuple[_Rule, ...]] = {
    "Organization": (
        _Rule(_WRITTEN, spelled_out, shortened.without_place),
        _Rule(_SHORT_NAME, None, _is_short_form, _may_be_short),
        _Rule(_PLACE, None, shortened.without_place),
        _Rule(_SHORT_NAME, spelled_out, shortened.same_group),
        _Rule(_SHORT_NAME, None, _is_recognized_short_form, _may_be_recognized),
        _Rule(_BODY, spelled_out, shortened.without_issuer),
        _Rule(_SHORT_NAME, spelled_out, shortened.same_firm, shortened.may_be_firm),
        _Rule(_SHORT_NAME, spelled_out, shortened.same_press),
        _Rule(_BODY, spelled_out, shortened.without_parent),
        _Rule("the only body of that kind and level", spelled_out, shortened.of_level),
    ),
    "Region": (_Rule(_SHORT_NAME, unmarked, shortened.same_region), _Rule(_SHORT_NAME, unmarked, shortened.same_zone)),
    "Person": (_Rule("part of a name in parts", unmarked, shortened.part_of_name),),
    "Program": (
        _Rule(_TITLE, unmarked, same_program),
        _Rule(_WRITTEN, shortened.program_core, shortened.same_plan),
        _Rule("the only program that ends so", unmarked, shortened.without_front),
        _Rule(_SHORT_NAME, unmarked, shortened.within_program),
    ),
    "Product": (_Rule(_WRITTEN, unmarked),),
    "Event": (
        _Rule(_EVENT, _event_in_full, shortened.same_event),
        _Rule(_EVENT, _event_in_full, shortened.same_occasion),
    ),
    "Industry": (
        _Rule(_WRITTEN, shortened.branch_core, shortened.same_branch),
        _Rule(_WRITTEN, shortened.branch_words),
    ),
}

"""What a post says of the person who holds it: the subtype that a run of titles and the body before it give."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.model import Mention
from kg.titles import TitleRun

_PUBLIC = frozenset({"government", "party", "village_committee"})
_PUBLIC_WORDS = re.compile(
    r"委|局|厅|部|署|政府|人大|政协|法院|检察院|县|市|区|省|镇|乡|村|街道|海关|支部|税务|公安|国务院|领事馆|使馆|共和国"
)
_FIRM_WORDS = re.compile(
    r"公司|集团|银行|协会|学院|大学|研究院|商会|医院|学会|联盟|中心|基金|企业|工厂|合作社|学校|研究所|联合会|酒店|股份"
)
_DEPARTMENT = 12
"""How many characters of a department may stand between a body and the title's head."""

_PUBLIC_BODIES = re.compile(
    r"(?:政府|人大|政协|人民银行|侨联|贸促会|国际贸易促进委员会|工商联|文联|作家协会|妇联|总工会|共青团|金管局|金融管理局)[^、，公司集团院]{0,8}$"
)
_POSTS_OF_EXPERTS = frozenset({"工程师", "总工程师", "设计师", "顾问", "技术员", "教师", "老师"})
_NEVER_PUBLIC = frozenset({"院长", "校长", "所长", "馆长", "园长", "董事长", "总经理", "理事长", "创始人"})


def post_subtype(text: str, run: TitleRun, bodies: Mapping[int, Mention]) -> str:
    """Return the subtype that a run of titles gives: for an officer, that of the body before it."""
    heads = [part.head for part in run.parts]
    kinds = [head.kind for head in heads]
    if any(head.kind == "expert" and head.text not in _POSTS_OF_EXPERTS for head in heads):
        return "expert"
    first = next((kind for kind in ("executive", "official", "officer", "expert") if kind in kinds), kinds[-1])
    if first == "official" or (not set(kinds) & {"executive", "officer"} and heads[-1].text not in _POSTS_OF_EXPERTS):
        return first
    if first != "officer":
        public = heads[-1].text not in _NEVER_PUBLIC and _is_public(text, run.start, bodies)
        return "official" if public else first
    return "executive" if _is_firm(text, run.start, bodies) else "official"


def _is_public(text: str, start: int, bodies: Mapping[int, Mention]) -> bool:
    """Say whether the body right before a title is a public one without doubt."""
    body = bodies.get(start)
    known = body is not None and body.subtype in _PUBLIC
    return known or _PUBLIC_BODIES.search(text, max(0, start - 12), start) is not None


def _is_firm(text: str, start: int, bodies: Mapping[int, Mention]) -> bool:
    """Say whether the body before a title, or a department of it, is none of the state's and the party's."""
    if _is_public(text, start, bodies):
        return False
    for back in range(_DEPARTMENT):
        body = bodies.get(start - back)
        if body is not None and body.subtype != "other":
            return body.subtype not in _PUBLIC
    before = text[max(0, start - 16) : start]
    public = max((m.end() for m in _PUBLIC_WORDS.finditer(before)), default=-1)
    firm = max((m.end() for m in _FIRM_WORDS.finditer(before)), default=-1)
    return firm >= 0 and firm >= public

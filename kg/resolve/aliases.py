"""Short names learned from the articles that give them beside the full one.

An article joins 亚南电机 to 福建亚南电机有限公司 because both stand in it. A short name that stands for one and the
same thing in every article that has both means it in the others too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.organizations import known_organizations, public_bodies
from kg.resolve import organizations, works
from kg.resolve.clusters import Clusters
from kg.resolve.places import prefix_of
from kg.short_names import is_recognized_short_form

_OFTEN = 3
"""In so many articles a short name must have one full name to be known by it whatever others begin with it."""

_TWICE = 2
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(slots=True)
class _Short:
    """What the articles say that one short name stands for: full names' keys, in how many articles each."""

    type: str
    form: str
    fulls: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


class Aliases:
    """The short names of all articles, by the numbers of their keys."""

    def __init__(self) -> None:
        self._shorts: dict[int, _Short] = {}

    def add(self, short: int, full: int, type_: str, form: str, name: str) -> None:
        """Add that one article calls ``name`` by ``form`` too."""
        known = self._shorts.get(short)
        if known is None:
            known = self._shorts[short] = _Short(type_, form)
        known.fulls[full] = known.fulls.get(full, 0) + 1
        known.names.setdefault(full, name)

    def join(
        self,
        joined: Clusters,
        rivals: Mapping[str, Sequence[tuple[int, str]]],
        apart: Callable[[int, set[int]], int],
    ) -> Iterator[tuple[int, str]]:
        """Join each short name that means one thing; yield its key's number and why.

        ``rivals`` are the organizations whose name holds a short form, ``apart`` counts the articles that have a short
        name and one of its full names as two things.
        """
        for short, known in sorted(self._shorts.items(), key=lambda item: (-len(item[1].form), item[1].form, item[0])):
            roots = {joined.root(full) for full in known.fulls}
            if len(roots) != 1 or joined.root(short) in roots:
                continue
            told = sum(known.fulls.values())
            name = max(known.names.values(), key=lambda name: (len(name), name))
            if not _fits(known, told, name) or apart(short, set(known.fulls)) * _TWICE >= told:
                continue
            if known.type == "Organization" and told < _OFTEN:
                root = next(iter(roots))
                if any(joined.root(key) not in (root, joined.root(short)) and _is_rival(known.form, rival)
                       for key, rival in rivals.get(known.form, ())):  # fmt: skip
                    continue
            joined.join(short, next(iter(roots)))
            times = "1 article" if told == 1 else f"{told} articles"
            yield short, f"short name of {name} in {times}"

    def numbers(self) -> Iterator[int]:
        """Yield the numbers of the short names and of what they may be short for; some come twice."""
        for short, known in self._shorts.items():
            yield short
            yield from known.fulls

    def forms(self) -> set[str]:
        """Return the short forms of organizations."""
        return {known.form for known in self._shorts.values() if known.type == "Organization"}


_TAIL = re.compile(r"(?:集团|控股|股份|总)*(?:有限责任公司|有限公司|股份公司|公司|集团|总公司)?")
"""What a firm's name may have behind its short name and be the same firm: a legal form, the word 集团."""

_OTHER_FIRM = re.compile(r"关联|旗下|子公司|工厂|门店|专列|财务|投资|金融|资本|基金|租赁|置业|地产|销售|贸易|[(（]")
"""What makes another firm of the same house of the name before it: 中国北车财务有限公司, 丰田汽车(中国)投资有限公司."""


def _fits(known: _Short, told: int, name: str) -> bool:
    """Say whether a form may be a second name outside of the articles that give it as one."""
    form = known.form
    if known.type == "Organization":
        return _fits_organization(form, told, name)
    if known.type == "Program":
        return told >= _TWICE and (_YEAR.search(name) is None or _YEAR.search(form) is not None or told >= _OFTEN)
    if known.type == "Event":
        return works.editions(name) == works.editions(form) and (told >= _TWICE or bool(works.editions(form)))
    return known.type != "Region" and told >= _TWICE


def _fits_organization(form: str, told: int, name: str) -> bool:
    if organizations.is_common(form) or organizations.is_part(name, form):
        return False
    before, _, after = name.partition(form)
    if before in public_bodies():  # 国家监委 is one of the two that 中央纪委国家监委 names
        return False
    if told < _OFTEN:
        legal = _TAIL.fullmatch(after) is not None
        if not legal and (_OTHER_FIRM.search(after) or form in known_organizations()):
            return False
        if legal and after and organizations.is_institution(form):
            return False
    if told >= _TWICE:
        return True
    bare = name[prefix_of(name).end :] == form  # 中房集团 need not be the one of 宁夏
    return not bare and (is_recognized_short_form(form, name) or name.endswith(form))


def _is_rival(form: str, name: str) -> bool:
    """Say whether a short form may be meant for an organization of that name."""
    return name.startswith(form) or is_recognized_short_form(form, name)

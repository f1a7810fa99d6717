"""Claims that cannot both be true. All are kept in the graph; here they are found and put side by side.

Values are compared by what they mean: as stretches of the number line, so that 500万元 and 0.05亿元 agree, and so do
超6亿元 and 6.2亿元, or 500亿元 and 500.3亿元, of which it is the rounded form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from kg.export.cards import Quote, describe_fact, quotes_of
from kg.graph import ADCODE, Graph, is_direct
from kg.intervals import Interval, to_interval
from kg.model import Claim, Entity, Fact, Qualifier
from kg.plausibility import implausible
from kg.regions import is_inside
from kg.text import fold

Kind = Literal[
    "figure", "amount", "post", "denial", "region", "part exceeds whole", "power of ten", "succession", "plan and fact"
]
"""What differs: the value of a statistic, the sum of a relation, the holder of a post that one person holds, whether it
is so, the region above; what is implausible (kg.plausibility). The last two need be no contradictions: one may have
followed the other in a post, and what was planned is told as done."""

_KINDS: tuple[Kind, ...] = get_args(Kind)
_STATISTIC, _POST, _PART = "statistic", "holdsPosition", "partOf"
_MEASURES = ("amount", "share", "count")
_LEVELS = ("province", "prefecture", "county", "township", "village")

# One person at a time: the head of a body under the Organic Law of Local People's Congresses and Governments (2022)
# and the Company Law (2023), but not deputies, acting, former and honorary ones.
_SINGLE = re.compile(
    r"(?:省长|市长|县长|区长|州长|盟长|旗长|镇长|乡长|书记|董事长|理事长|总经理|总裁|行长|校长|会长|台长)$"
)
_SINGLE_IN_PUBLIC = re.compile(r"(?:局长|厅长|主任|部长|主席|院长|检察长)$")
_NOT_SINGLE = re.compile(r"副|原|前|时任|执行|联席|轮值|名誉|荣誉|代|候任|助理|支部|第[二三四]书记|部门|分公司")
_PUBLIC = ("government", "party")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the claims that do not go together: its fact, that in one line, and the claim's quotes."""

    fact: Fact
    claim: Claim
    statement: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims of which at most one can hold, in the order of the graph; ``message`` says what they disagree on."""

    kind: Kind
    message: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    fact: Fact
    claim: Claim


def contradictions(graph: Graph) -> list[Conflict]:
    """Return the contradictions between the graph's claims, by kind and then in the order of its facts."""
    found = (_figures, _amounts, _posts, _denials, _regions, _implausible, _plans)
    conflicts = [conflict for find in found for conflict in find(graph)]
    return sorted(conflicts, key=lambda conflict: _KINDS.index(conflict.kind))  # stable: else as the graph orders them


# --- values ---------------------------------------------------------------------------------------------------------


def _figures(graph: Graph) -> Iterator[Conflict]:
    groups: dict[tuple[str, ...], list[_Side]] = {}
    for side in _sides(graph, lambda fact: fact.predicate == _STATISTIC and fact.polarity == "affirmed"):
        indicator = fold(_said(side.claim, "indicator"))
        if indicator:
            key = side.fact.subject, indicator, _date(graph, side.claim), side.fact.modality
            groups.setdefault(key, []).append(side)
    for found in _disagreeing(groups, "value"):
        said = _said(found[0].claim, "indicator")
        yield _conflict(
            graph, "figure", f"{_name(graph, found[0].fact.subject)}: {said} {_values(found, 'value')}", found
        )


def _amounts(graph: Graph) -> Iterator[Conflict]:
    for measure in _MEASURES:
        groups: dict[tuple[str, ...], list[_Side]] = {}
        for side in _sides(graph, lambda fact: fact.object is not None and fact.polarity == "affirmed"):
            fact = side.fact
            key = fact.subject, fact.predicate, str(fact.object), _date(graph, side.claim), fact.modality
            groups.setdefault(key, []).append(side)
        for found in _disagreeing(groups, measure):
            fact = found[0].fact
            ends = f"{_name(graph, fact.subject)} {fact.predicate} {_name(graph, str(fact.object))}"
            yield _conflict(graph, "amount", f"{ends}: {measure} {_values(found, measure)}", found)


def _disagreeing(groups: Mapping[tuple[str, ...], Sequence[_Side]], name: str) -> Iterator[tuple[_Side, ...]]:
    """Yield of each group those whose value another excludes, one for each value.

    Those of one sentence do not contradict each other, it tells of two: 授信5300万元，再授信1000万元.
    """
    for group in groups.values():
        valued = [(side, value) for side in group if (value := _value(side.claim, name)) is not None]
        kept: dict[Interval, _Side] = {}
        for (a, left), (b, right) in combinations(valued, 2):
            if left.excludes(right) and a.claim.evidence[0] != b.claim.evidence[0]:
                kept.setdefault(left, a)
                kept.setdefault(right, b)
        if kept:
            yield tuple(kept.values())


def _value(claim: Claim, name: str) -> Interval | None:
    """Return what the claim's qualifier says, None where there is none or its value is not known."""
    return next((to_interval(qualifier) for qualifier in claim.qualifiers if qualifier.name == name), None)


def _values(sides: Iterable[_Side], name: str) -> str:
    return " or ".join(dict.fromkeys(_said(side.claim, name) for side in sides))


def _date(graph: Graph, claim: Claim) -> str:
    """Return what time a claim speaks of: the days of its date, or else the words and the issue that they stand in."""
    for qualifier in claim.qualifiers:
        if qualifier.name == "date" and qualifier.normal:
            return ";".join(f"{name}={value}" for name, value in qualifier.normal)
    source = graph.source(claim.evidence[0])
    return f"{fold(_said(claim, 'date'))}@{source.date or source.document}"


# --- posts, denials, regions, plans ---------------------------------------------------------------------------------


def _posts(graph: Graph) -> Iterator[Conflict]:
    groups: dict[tuple[str, str], list[_Side]] = {}
    for side in _sides(graph, lambda fact: fact.predicate == _POST and fact.object is not None and is_direct(fact)):
        title = fold(_said(side.claim, "title"))
        if _is_single(title, graph.entities[str(side.fact.object)]):
            groups.setdefault((str(side.fact.object), title), []).append(side)
    for (body, _), group in groups.items():
        holders: dict[str, _Side] = {}
        for side in group:
            holders.setdefault(side.fact.subject, side)
        if len(holders) < 2:
            continue
        sides = tuple(holders.values())
        dates = [graph.source(side.claim.evidence[0]).date for side in sides]
        people = [
            f"{_name(graph, side.fact.subject)} ({date or 'undated'})" for side, date in zip(sides, dates, strict=True)
        ]
        kind: Kind = "post" if len(set(dates)) == 1 and dates[0] is not None else "succession"
        said = _said(sides[0].claim, "title")
        yield _conflict(graph, kind, f"{_name(graph, body)}: {said} is {' and '.join(people)}", sides)


def _is_single(title: str, body: Entity) -> bool:
    if _NOT_SINGLE.search(title):
        return False
    if title == "书记" and body.name.endswith("书记处"):
        return False  # a secretariat has several
    public = body.type == "Region" or body.subtype in _PUBLIC
    return bool(_SINGLE.search(title) or (public and _SINGLE_IN_PUBLIC.search(title)))


def _denials(graph: Graph) -> Iterator[Conflict]:
    for fact, others in _same_ends(graph, lambda fact: fact.polarity == "denied"):
        against = [
            o for o in others if o.polarity == "affirmed" and o.modality == fact.modality and _may_be_one(fact, o)
        ]
        if against:
            sides = tuple(_Side(one, one.claims[0]) for one in (*against, fact))
            yield _conflict(graph, "denial", f"{describe_fact(graph, against[0])}: affirmed and denied", sides)


def _plans(graph: Graph) -> Iterator[Conflict]:
    for fact, others in _same_ends(graph, lambda fact: fact.modality == "planned" and fact.polarity == "affirmed"):
        dated = fact.predicate == _STATISTIC  # all else is planned at one time and done at another
        done = [
            o for o in others if o.modality == "done" and o.polarity == "affirmed" and _may_be_one(fact, o, dated=dated)
        ]
        if done:
            sides = tuple(_Side(one, one.claims[0]) for one in (fact, *done))
            yield _conflict(graph, "plan and fact", f"{describe_fact(graph, done[0])}: planned and done", sides)


def _same_ends(graph: Graph, wanted: Callable[[Fact], bool]) -> Iterator[tuple[Fact, list[Fact]]]:
    """Yield each wanted fact with the others of the same ends and predicate; of figures, of the same indicator."""
    groups: dict[tuple[str | None, ...], list[Fact]] = {}

    def key(fact: Fact) -> tuple[str | None, ...]:
        if fact.predicate == _STATISTIC:
            return fact.subject, fact.predicate, fold(_said(fact.claims[0], "indicator"))
        return fact.subject, fact.predicate, fact.object, fold(fact.value or "")

    for fact in graph.facts:
        groups.setdefault(key(fact), []).append(fact)
    for fact in filter(wanted, graph.facts):
        yield fact, [other for other in groups[key(fact)] if other is not fact]


def _may_be_one(fact: Fact, other: Fact, *, dated: bool = True) -> bool:
    """Say whether two facts of the same ends may be one: no date, title or value of one excludes the other's."""
    for name in ("date", "title") if dated else ("title",):
        said = [
            {_meaning(q) for claim in one.claims for q in claim.qualifiers if q.name == name} for one in (fact, other)
        ]
        if all(said) and not said[0] & said[1]:
            return False
    for name in (*_MEASURES, "value"):
        left, right = (_value(one.claims[0], name) for one in (fact, other))
        if left is not None and right is not None and (left.unit != right.unit or left.excludes(right)):
            return False
    return True


def _meaning(qualifier: Qualifier) -> str:
    return ";".join(f"{name}={value}" for name, value in qualifier.normal) or fold(qualifier.text)


def _regions(graph: Graph) -> Iterator[Conflict]:
    above: dict[str, list[Fact]] = {}
    for fact in graph.facts:
        if fact.predicate == _PART and fact.object is not None and is_direct(fact):
            above.setdefault(fact.subject, []).append(fact)
    wholes = {part: {str(fact.object) for fact in facts} for part, facts in above.items()}
    for part, facts in above.items():
        kept: dict[str, Fact] = {}
        for a, b in combinations(facts, 2):
            if _are_siblings(graph, str(a.object), str(b.object), wholes):
                kept.setdefault(a.id, a)
                kept.setdefault(b.id, b)
        if kept:
            names = " and ".join(_name(graph, str(fact.object)) for fact in kept.values())
            code = _code(graph, part)
            right = [_name(graph, str(f.object)) for f in kept.values() if _holds(_code(graph, str(f.object)), code)]
            remark = f"; by its code {code} it lies in {right[0]}" if len(right) == 1 else ""
            sides = tuple(_Side(fact, fact.claims[0]) for fact in kept.values())
            yield _conflict(graph, "region", f"{_name(graph, part)} is part of {names}{remark}", sides)


def _implausible(graph: Graph) -> Iterator[Conflict]:
    for one in implausible(graph):
        yield _conflict(graph, one.kind, one.message, (_Side(fact, fact.claims[0]) for fact in one.facts))


def _are_siblings(graph: Graph, a: str, b: str, wholes: Mapping[str, set[str]]) -> bool:
    """Say whether two divisions are of one level, or lie apart: neither in the other by code or by any fact."""
    levels = [graph.entities[region].subtype for region in (a, b)]
    if not all(level in _LEVELS for level in levels):
        return False  # a part of 长三角 is part of its province too
    codes = _code(graph, a), _code(graph, b)
    if a == b or _holds(*codes) or _holds(*reversed(codes)) or _leads(a, b, wholes) or _leads(b, a, wholes):
        return False
    return levels[0] == levels[1] or None not in codes


def _leads(start: str, end: str, wholes: Mapping[str, set[str]]) -> bool:
    seen, todo = {start}, [start]
    while todo:
        new = wholes.get(todo.pop(), set()) - seen
        if end in new:
            return True
        seen |= new
        todo += sorted(new)
    return False


def _code(graph: Graph, region: str) -> str | None:
    return dict(graph.entities[region].codes).get(ADCODE)


def _holds(whole: str | None, part: str | None) -> bool:
    return whole is not None and part is not None and is_inside(part, whole)


# --- what claims say ------------------------------------------------------------------------------------------------


def _sides(graph: Graph, wanted: Callable[[Fact], bool]) -> list[_Side]:
    """Return the claims of the facts wanted, in the order in which they stand in the documents."""

    def place(side: _Side) -> tuple[str, str, int, int, str]:
        evidence = side.claim.evidence[0]
        source = graph.source(evidence)
        return source.path, source.document, source.number, evidence.span.start, side.claim.id

    return sorted((_Side(fact, claim) for fact in graph.facts if wanted(fact) for claim in fact.claims), key=place)


def _said(claim: Claim, name: str) -> str:
    return next((qualifier.text for qualifier in claim.qualifiers if qualifier.name == name), "")


def _name(graph: Graph, entity: str) -> str:
    return graph.entities[entity].name


def _conflict(graph: Graph, kind: Kind, message: str, sides: Iterable[_Side]) -> Conflict:
    told = (
        Side(one.fact, one.claim, describe_fact(graph, one.fact), tuple(quotes_of(graph, one.claim))) for one in sides
    )
    return Conflict(kind, message, tuple(told))

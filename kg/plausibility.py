"""Figures that can hardly be right: a part that exceeds its whole, and one figure told twice with 万 and 亿 confused.

Only what is comparable is compared: the same indicator of the same time in the same unit, undated figures only within
one document. Both facts stay in the graph; a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isclose, log10
from typing import Literal

from kg.graph import Graph, is_direct
from kg.intervals import Interval, to_interval
from kg.model import Fact, Qualifier
from kg.quantities import find_quantities
from kg.regions import is_inside
from kg.text import fold

Kind = Literal["part exceeds whole", "power of ten"]

_STATISTIC, _PART = "statistic", "partOf"
_NOT_ADDED = re.compile(r"增长|增速|增幅|下降|同比|率|比重|比例|占|均|密度|指数|价|最|排名|海拔|温")
"""Indicators whose figure for a whole is no sum of those for its parts: rates, shares, averages, extremes."""

_WAN = (4, 8)
"""The powers of ten between 元, 万 and 亿."""
_NEAR = 0.02
"""How far the ratio of two figures may be from a power of 万, as a share of it: one of them may be rounded."""


@dataclass(frozen=True, slots=True)
class Implausibility:
    """Two facts that can hardly both be right, the larger figure first, and why, in one line."""

    kind: Kind
    facts: tuple[Fact, Fact]
    message: str


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a fact: ``series`` is what it is said of, ``time`` its date or, where it has none, its document."""

    fact: Fact
    text: str
    value: float
    interval: Interval
    series: tuple[str, ...]
    time: tuple[str, ...]
    date: str


def implausible(graph: Graph) -> list[Implausibility]:
    """Return the pairs of facts whose figures can hardly both be right, in the order of the graph's facts.

    A fact is looked at that holds as the paper tells it; plans and denials are not.
    """
    figures = [figure for fact in graph.facts if is_direct(fact) for figure in _figures(graph, fact)]
    order = {fact.id: number for number, fact in enumerate(graph.facts)}
    found = [*_slips(graph, figures), *_parts(graph, figures)]
    return sorted(found, key=lambda one: tuple(sorted(order[fact.id] for fact in one.facts)))


def _figures(graph: Graph, fact: Fact) -> Iterator[_Figure]:
    """Yield the value of a statistic or the amounts of a relation, for each time or document it is told of."""
    statistic = fact.predicate == _STATISTIC
    indicator = next((fold(q.text) for q in fact.qualifiers if q.name == "indicator"), "")
    dates = [q for q in fact.qualifiers if q.name == "date"]
    times = [(_time(date), date.text) for date in dates if date.normal]
    if not times:
        documents = {graph.sources[claim.evidence[0].article].document for claim in fact.claims}
        times = [(("", document, fold(dates[0].text) if dates else ""), "") for document in sorted(documents)]
    for qualifier in fact.qualifiers:
        interval = to_interval(qualifier) if qualifier.name == ("value" if statistic else "amount") else None
        value = dict(qualifier.normal).get("value")
        if interval is not None and isinstance(value, int | float) and value > 0:
            series = (fact.subject, fact.predicate, fact.object or "", indicator)
            for time, date in times:
                yield _Figure(fact, qualifier.text, value, interval, series, time, date)


def _time(date: Qualifier) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in date.normal)


def _slips(graph: Graph, figures: Sequence[_Figure]) -> Iterator[Implausibility]:
    """Yield pairs of figures of one series that are a power of ten apart."""
    told: dict[tuple[tuple[str, ...], tuple[str, ...], str], list[_Figure]] = {}
    for figure in figures:
        told.setdefault((figure.series, figure.time, figure.interval.unit), []).append(figure)
    for same in told.values():
        for one, other in combinations(same, 2):
            small, large = sorted((one, other), key=lambda figure: figure.value)
            power = _power_of_ten(large.value / small.value)
            if power:
                message = f"{_said(graph, large)}: {large.text} and {small.text} are a factor of 10^{power} apart"
                yield Implausibility("power of ten", (large.fact, small.fact), message)


def _power_of_ten(ratio: float) -> int:
    """Return the power of ten that a ratio of at least 1 is, about for 万 and 亿, else exactly; 0 where it is none."""
    power = round(log10(ratio))
    near = _NEAR if power in _WAN else 1e-9
    return power if power > 0 and isclose(ratio, 10.0**power, rel_tol=near) else 0


def _parts(graph: Graph, figures: Sequence[_Figure]) -> Iterator[Implausibility]:
    """Yield the figures of regions that are larger than those of a region around them."""
    told: dict[tuple[str, tuple[str, ...], str], dict[str, list[_Figure]]] = {}
    for figure in figures:
        subject, predicate, _, indicator = figure.series
        if predicate == _STATISTIC and graph.entities[subject].type == "Region" and _adds_up(indicator, figure.text):
            same = told.setdefault((indicator, figure.time, figure.interval.unit), {})
            same.setdefault(subject, []).append(figure)
    above = _regions_above(graph)
    for same in told.values():
        for subject, parts in same.items():
            for whole in sorted(above.get(subject, set()) & set(same)):
                for part in parts:
                    for around in same[whole]:
                        if part.interval.excludes(around.interval) and part.interval.low >= around.interval.high:
                            message = (
                                f"{_said(graph, part)}: {part.text} exceeds the {around.text}"
                                f" of {graph.entities[whole].name}, of which it is a part"
                            )
                            yield Implausibility("part exceeds whole", (part.fact, around.fact), message)


def _adds_up(indicator: str, text: str) -> bool:
    """Say whether the figures of parts add up to that of the whole: sums, counts and measures that are no rates."""
    quantities = find_quantities(text)
    return len(quantities) == 1 and quantities[0].kind != "share" and not _NOT_ADDED.search(indicator)


def _regions_above(graph: Graph) -> Mapping[str, set[str]]:
    """Return the regions around each region: by its code, and by what the facts say."""
    codes = {id_: code for code, id_ in graph.by_code.items()}
    told: dict[str, set[str]] = {}
    for fact in graph.facts:
        if fact.predicate == _PART and fact.object is not None and is_direct(fact):
            told.setdefault(fact.subject, set()).add(fact.object)
    everything: dict[str, set[str]] = {}
    for id_, entity in graph.entities.items():
        if entity.type != "Region":
            continue
        found: set[str] = set()
        todo = [id_]
        while todo:
            at = todo.pop()
            around = {graph.by_code[above] for above in _codes_above(codes.get(at, "")) if above in graph.by_code}
            new = (told.get(at, set()) | around) - found - {id_}
            found |= new
            todo += sorted(new)
        everything[id_] = found
    return everything


def _codes_above(code: str) -> tuple[str, ...]:
    """Return the codes of the province and the prefecture that a code of GB/T 2260 lies in."""
    return tuple(above for above in (f"{code[:2]}0000", f"{code[:4]}00") if above != code and is_inside(code, above))


def _said(graph: Graph, figure: _Figure) -> str:
    """Return what a figure is said of: 云岭市, 产值 (2024年)."""
    subject, predicate, object_, indicator = figure.series
    what = indicator or (f"{predicate} {graph.entities[object_].name}" if object_ else predicate)
    return f"{graph.entities[subject].name}, {what}" + (f" ({figure.date})" if figure.date else "")

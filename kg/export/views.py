"""A graph as a network, in one of five views; denied facts are never drawn, planned ones only when asked for.

``entity``: entities, and one edge for each subject, predicate and object, whatever the number of facts, so that degree
and weight mean something. ``fact``: one edge a fact. ``simple``: one edge a pair. ``reified``: facts and documents are
nodes too, and facts whose object is a literal are drawn. ``dynamic``: the entity view with the days of its facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from kg.errors import ConfigError
from kg.export.drawing import Drawing, Edge, Node, to_color
from kg.export.iris import DEFAULT_BASE, Iris, make_iris
from kg.export.layout import check_layout, lay_out
from kg.export.provinces import find_provinces
from kg.export.values import Value, predicate_label
from kg.gathering import ADCODE, Outline
from kg.model import Entity, Evidence, Fact
from kg.periods import Period, around, period_of
from kg.schema import Schema
from kg.spooling import GraphView

VIEWS = ("entity", "fact", "simple", "reified", "dynamic")

NODE_COLUMNS: dict[str, type] = {
    "name": str,
    "type": str,
    "type_zh": str,
    "subtype": str,
    "subtype_zh": str,
    "names": str,  # the other names, joined by |
    "adcode": str,
    "region": str,  # the province that it is or lies in
    "mentions": int,
    "documents": int,
    "first_seen": str,
    "iri": str,
}
EDGE_COLUMNS: dict[str, type] = {
    "predicate": str,
    "predicate_zh": str,
    "facts": str,  # their ids, joined by |, as are the words of qualifiers below
    "amount": str,
    "amount_cny": float,  # the largest sum in yuan: reports of one sum are never added up
    "amount_bound": str,  # of that sum: exact, above, below, about
    "title": str,
    "date": str,
    "count": str,
    "share": str,
    "modality": str,
    "claims": int,
    "evidence": int,  # sentences
    "documents": int,
    "score": float,
    "first_seen": str,  # the days of the papers
    "last_seen": str,
    "quote": str,  # of the fact that most documents tell
    "path": str,
    "article": str,  # its headline
    "line": int,
}
_EVIDENCE = list(EDGE_COLUMNS).index("evidence")
_GREY, _FACT, _DOCUMENT = (136, 136, 136), (190, 190, 190), (110, 110, 110)
_SMALLEST, _LARGEST = 6.0, 40.0
_ROOM = 12  # characters: Chinese labels are slow to draw, and longer ones cover the picture


def draw(
    graph: GraphView,
    schema: Schema,
    *,
    view: str = "entity",
    planned: bool = False,
    layout: str = "sunflower",
    base: str = DEFAULT_BASE,
) -> Drawing:
    """Return what is drawn of a graph: see the module for the views, kg.export.layout for the layouts.

    The facts are passed over once for the nodes and once for the edges. Raises ConfigError for an unknown view or
    layout.
    """
    if view not in VIEWS:
        raise ConfigError(f"no view is named {view!r}; there are {', '.join(VIEWS)}")
    check_layout(layout)
    drawer = _DRAWERS[view](graph, schema, planned, make_iris(base))

    def nodes() -> Iterator[Node]:
        found = list(drawer.nodes())
        if layout == "none":
            return iter(found)
        places = lay_out([node.id for node in found], drawer.pairs(), layout)
        return (node._replace(position=place) for node, place in zip(found, places, strict=True))

    return Drawing(drawer.node_columns, drawer.edge_columns, nodes, drawer.edges, view == "dynamic")


class _Told(NamedTuple):
    """A fact and the line of its first quote."""

    fact: Fact
    line: int | None


class _Drawer:
    """Draws the entity view; the other views say what they do otherwise."""

    node_columns = NODE_COLUMNS
    edge_columns = EDGE_COLUMNS

    def __init__(self, graph: GraphView, schema: Schema, planned: bool, iris: Iris) -> None:
        self.graph, self.schema, self.iris = graph, schema, iris
        self._planned = planned
        self._colors = {name: to_color(type_.color) or _GREY for name, type_ in schema.types.items()}
        self._labels: dict[str, str] = {}
        self._most = max((graph.presence[id_].mentions for id_ in graph.entities), default=1)

    def facts(self) -> Iterator[Fact]:
        """Yield the facts that are drawn."""
        return filter(self._is_drawn, self.graph.facts)

    def _is_drawn(self, fact: Fact | Outline) -> bool:
        return fact.polarity != "denied" and (self._planned or fact.modality != "planned")

    def told(self) -> Iterator[_Told]:
        """Yield the facts that are drawn with their lines, which the graph may tell only while it is at the fact."""
        for fact in self.facts():
            place = self.graph.place(fact.claims[0].evidence[0])
            yield _Told(fact, place.line if place else None)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the two ends of each thing that pulls nodes together."""
        drawn = filter(self._is_drawn, self.graph.outlines)
        return ((fact.subject, fact.object) for fact in drawn if fact.object is not None)

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes by id, sized by how often they are named."""
        provinces = find_provinces(self.graph)
        return (self.node(entity, provinces.get(entity.id)) for entity in self.graph.entities.values())

    def edges(self) -> Iterator[Edge]:
        """Yield the edges in the order of the facts."""
        for (_, _, object_), group in groupby(self.told(), key=_ends_and_predicate):
            told = list(group)
            if object_ is None:
                continue
            if len(told) == 1 or not self._planned:
                yield self.edge(told)
                continue
            for planned in (False, True):
                part = [one for one in told if (one.fact.modality == "planned") == planned]
                if part:
                    yield self.edge(part)

    def node(self, entity: Entity, province: str | None) -> Node:
        kind = self.schema.types.get(entity.type)
        seen = self.graph.presence[entity.id]
        values = (
            entity.name, entity.type, kind.zh if kind else None, entity.subtype,
            kind.subtypes.get(entity.subtype) if kind and entity.subtype else None,
            "|".join(entity.names) or None, dict(entity.codes).get(ADCODE), province,
            seen.mentions, seen.documents, seen.first, self.iris.entity(entity.id),
        )  # fmt: skip
        size = _SMALLEST + (_LARGEST - _SMALLEST) * math.log1p(seen.mentions) / math.log1p(self._most)
        color = self._colors.get(entity.type, _GREY)
        return Node(entity.id, short_label(entity.name, entity.names), values, color, round(min(size, _LARGEST), 2))

    def edge(self, told: Sequence[_Told]) -> Edge:
        """Return the edge of facts with the same subject, predicate and object."""
        first = told[0].fact
        kind, label = first.predicate, self.label(first.predicate)
        if first.modality == "planned":
            kind, label = f"planned {kind}", f"计划{label}"
        values = self.values(told)
        return Edge(f"e{first.id}", first.subject, first.object or "", kind, label, _weight(values), values)

    def values(self, told: Sequence[_Told]) -> tuple[Value, ...]:
        """Return the values of EDGE_COLUMNS."""
        best, line = told[0] if len(told) == 1 else max(told, key=lambda one: one.fact.documents)  # the first of equals
        evidence = best.claims[0].evidence[0]
        source = self.graph.sources[evidence.article]
        if len(told) == 1:
            facts, predicate, label, modality = [best], best.predicate, self.label(best.predicate), str(best.modality)
        else:
            facts = [fact for fact, _ in told]
            predicates = sorted({fact.predicate for fact in facts})
            predicate, label = "|".join(predicates), "|".join(map(self.label, predicates))
            modality = "|".join(sorted({fact.modality for fact in facts}))
        if len(told) == len(best.claims) == 1:  # most edges: what follows would say the same, slowly
            claims, sentences, documents, days = 1, 1, 1, [source.date] if source.date is not None else []
        else:
            said = {(said.article, said.span.start) for fact in facts for said in _said(fact)}
            papers = [self.graph.sources[article] for article, _ in said]
            claims, sentences = sum([len(fact.claims) for fact in facts]), len(said)
            documents = len({paper.witness for paper in papers})
            days = [paper.date for paper in papers if paper.date is not None]
        words = _words(facts)
        amount, bound = _largest(facts) if "amount" in words else (None, None)
        return (
            predicate, label, "|".join([fact.id for fact in facts]), words.get("amount"), amount, bound,
            words.get("title"), words.get("date"), words.get("count"), words.get("share"), modality, claims, sentences,
            documents, max([fact.score for fact in facts]), min(days, default=None), max(days, default=None),
            evidence.quote, source.path, source.title, line,
        )  # fmt: skip

    def label(self, predicate: str) -> str:
        """Return the predicate's Chinese label."""
        known = self._labels.get(predicate)
        if known is None:
            known = self._labels[predicate] = predicate_label(predicate, self.schema)
        return known


class _FactDrawer(_Drawer):
    """One edge a fact; the second of a kind between the same two ends has kind ``lendsTo 2``."""

    def edges(self) -> Iterator[Edge]:
        for (_, _, object_), group in groupby(self.told(), key=_ends_and_predicate):
            count: dict[str, int] = {}
            for told in group:
                if object_ is None:
                    continue
                edge = self.edge([told])
                number = count[edge.kind] = count.get(edge.kind, 0) + 1
                yield edge if number == 1 else edge._replace(kind=f"{edge.kind} {number}")


class _SimpleDrawer(_Drawer):
    """One edge from one entity to another, its predicates joined."""

    def edges(self) -> Iterator[Edge]:
        for subject, group in groupby(self.told(), key=lambda told: told.fact.subject):
            by_object: dict[str, list[_Told]] = {}
            for one in group:
                if one.fact.object is not None:
                    by_object.setdefault(one.fact.object, []).append(one)
            for object_ in sorted(by_object):
                told = by_object[object_]
                planned = all(one.fact.modality == "planned" for one in told)
                values = self.values(told)
                label = ("计划" if planned else "") + str(values[1]).replace("|", "、")
                kind = "planned" if planned else "related"
                yield Edge(f"e{told[0].fact.id}", subject, object_, kind, label, _weight(values), values)


class _DynamicDrawer(_Drawer):
    """The entity view of what has a day: that of the fact itself, else those of the papers that tell it."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((fact.subject, fact.object) for fact in self.facts() if fact.object is not None)

    def facts(self) -> Iterator[Fact]:
        return (fact for fact in super().facts() if fact.object is not None and period_of(fact, self.graph.sources))

    def nodes(self) -> Iterator[Node]:
        """Yield the nodes that have an edge, from the first day of one to the last."""
        spells: dict[str, Period] = {}
        for fact in self.facts():
            spell = period_of(fact, self.graph.sources)
            for end in (fact.subject, fact.object):
                if end is not None and spell is not None:
                    spells[end] = around(spells[end], spell) if end in spells else spell
        return (node._replace(spells=(spells[node.id],)) for node in super().nodes() if node.id in spells)

    def edge(self, told: Sequence[_Told]) -> Edge:
        found = {spell for fact, _ in told for spell in [period_of(fact, self.graph.sources)] if spell}
        ordered = sorted(found, key=lambda spell: (spell[0] or "", spell[1] or "9999"))
        return super().edge(told)._replace(spells=tuple(ordered))


class _ReifiedDrawer(_Drawer):
    """Facts and documents are nodes: subject → fact → object, fact → document; literal objects stand in the label."""

    node_columns = NODE_COLUMNS | EDGE_COLUMNS
    edge_columns: dict[str, type] = {}  # noqa: RUF012

    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((edge.source, edge.target) for edge in self.edges())

    def nodes(self) -> Iterator[Node]:
        nothing = (None,) * (len(self.node_columns) - len(NODE_COLUMNS))
        yield from (node._replace(values=(*node.values, *nothing)) for node in super().nodes())
        documents: dict[str, str] = {}
        for told in self.told():
            fact = told.fact
            values = dict(zip(EDGE_COLUMNS, self.values([told]), strict=True))
            what = fact.value or next((q.text for q in fact.qualifiers if q.name in ("amount", "title", "value")), "")
            own = {"name": f"{values['predicate_zh']} {what}".strip(), "type": "Fact", "type_zh": "事实"} | values
            row = tuple(own.get(name) for name in self.node_columns)
            yield Node(_fact_node(fact), _cut(str(own["name"])), row, _FACT, _SMALLEST)
            for said in _said(fact):
                source = self.graph.sources[said.article]
                documents.setdefault(source.document, source.path)
        for id_, path in sorted(documents.items()):
            row = tuple({"name": path, "type": "Document", "type_zh": "文献"}.get(name) for name in self.node_columns)
            yield Node(f"document:{id_}", _cut(path), row, _DOCUMENT, _SMALLEST)

    def edges(self) -> Iterator[Edge]:
        for fact in self.facts():
            node, weight = _fact_node(fact), float(len({(said.article, said.span.start) for said in _said(fact)}))
            yield Edge(f"s{fact.id}", fact.subject, node, "subject", "主体", weight, ())
            if fact.object is not None:
                yield Edge(f"o{fact.id}", node, fact.object, "object", "客体", weight, ())
            for number, id_ in enumerate(sorted({self.graph.sources[said.article].document for said in _said(fact)})):
                yield Edge(f"d{number}-{fact.id}", node, f"document:{id_}", "source", "出处", 1.0, ())


_DRAWERS = {
    "entity": _Drawer, "fact": _FactDrawer, "simple": _SimpleDrawer, "reified": _ReifiedDrawer,
    "dynamic": _DynamicDrawer,
}  # fmt: skip


def _ends_and_predicate(told: _Told) -> tuple[str, str, str | None]:
    fact = told.fact
    return fact.subject, fact.predicate, fact.object


def _fact_node(fact: Fact) -> str:
    return f"fact:{fact.id}"


def _said(fact: Fact) -> list[Evidence]:
    """Return the sentences that state the fact; those that only tell who is meant are not among them."""
    return [claim.evidence[0] for claim in fact.claims]


def _weight(values: Sequence[Value]) -> float:
    return float(values[_EVIDENCE] or 1)


def _words(facts: Sequence[Fact]) -> dict[str, str]:
    """Return the words of each qualifier, joined by |."""
    if not any(fact.qualifiers for fact in facts):
        return {}
    words: dict[str, dict[str, None]] = {}
    for fact in facts:
        for qualifier in fact.qualifiers:
            words.setdefault(qualifier.name, {})[qualifier.text] = None
    return {name: "|".join(texts) for name, texts in words.items()}


def _largest(facts: Sequence[Fact]) -> tuple[float | None, str | None]:
    """Return the largest sum in yuan, the lower end of a range, and its bound."""
    sums = [
        (float(normal["value"]), str(normal.get("bound", "exact")))
        for fact in facts
        for qualifier in fact.qualifiers
        if qualifier.name == "amount" and (normal := dict(qualifier.normal)).get("currency") == "CNY"
        and "value" in normal
    ]  # fmt: skip
    return max(sums, default=(None, None))


def short_label(name: str, names: Sequence[str] = ()) -> str:
    """Return the name, or the longest of the others that a drawing has room for, or what there is room for of it.

    >>> short_label("闽东星源电机有限公司", ["星源电机"]), short_label("宁德市蕉城区闽东星源电机有限公司", ["星源电机"])
    ('闽东星源电机有限公司', '星源电机')
    """
    line = _line(name)
    if len(line) <= _ROOM:
        return line
    return max((other for other in names if 1 < len(other) <= _ROOM), key=len, default=_cut(line))


def _cut(text: str) -> str:
    line = _line(text)
    return line if len(line) <= _ROOM else f"{line[: _ROOM - 1]}…"


def _line(text: str) -> str:
    """Return the text on one line; characters that cannot be seen are left out."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable() or char == " ")

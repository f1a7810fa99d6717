"""SHACL through pySHACL, so that a large graph takes little memory and pySHACL its quick way.

Which nodes a shape is about, and what stands around them, is looked up in the data set; pySHACL is given a few
thousand nodes at a time, named one by one (sh:targetNode), with their own triples and the classes of their neighbours.
That says the same as the shapes file on the whole graph, as long as its targets are classes and subjects of
properties and its paths are one step long.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pyshacl
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef

from kg.check.dataset import Blank, Dataset, Object, Subject
from kg.check.findings import Finding
from kg.export.quads import TYPE, Iri, iri, literal
from kg.export.shape_turtle import SEVERITIES
from kg.export.shapes import shapes_namespace
from kg.export.terms import standard

_SH = Namespace("http://www.w3.org/ns/shacl#")
CHUNK = 5_000
"""Nodes that are given to pySHACL at a time."""

_MARK, _MARKED = "urn:x-kg:mark:", URIRef("urn:x-kg:marked")
_SUBCLASS = standard("rdfs:subClassOf")


def count_shapes(shapes: str) -> int:
    """Return how many shapes a shapes file holds: node shapes and property shapes."""
    graph = _parse(shapes)
    return len({shape for kind in (_SH.NodeShape, _SH.PropertyShape) for shape in graph.subjects(RDF.type, kind)})


def validate(
    dataset: Dataset, shapes: str, *, chunk: int = CHUNK, start: Callable[[int], Callable[[int], None]] | None = None
) -> tuple[set[Finding], int]:
    """Return what the shapes (a shapes file's Turtle) find in a data set, and how many nodes they are about.

    ``start`` is told that number and gives what is told how many more are done. Raises MissingPackageError where
    pySHACL is not there.
    """
    graph = _parse(shapes)
    targets = _hoist(graph)
    about: dict[Subject, list[URIRef]] = {}
    for target, mark in targets.items():
        for node in _focus(dataset, *target):
            marks = about.setdefault(node, [])
            if mark not in marks:
                marks.append(mark)
    done = start(len(about)) if start is not None else lambda more: None
    backwards = _inverse_paths(graph)
    findings: set[Finding] = set()
    nodes = iter(sorted(about, key=str))
    while part := list(islice(nodes, chunk)):
        with _quiet():
            around = _around(dataset, {node: about[node] for node in part}, backwards)
            findings |= set(_run(dataset, around, graph))
        done(len(part))
    return _without_repeats(findings), len(about)


def _without_repeats(findings: set[Finding]) -> set[Finding]:
    """Leave out findings without a value where the same rule finds values at the same node."""
    valued = {(one.rule, one.node) for one in findings if one.value is not None}
    return {one for one in findings if one.value is not None or (one.rule, one.node) not in valued}


# --- shapes ---------------------------------------------------------------------------------------------------------


def _hoist(shapes: Graph) -> dict[tuple[URIRef, URIRef], URIRef]:
    """Put marks in place of the targets, and give them to the property shapes, too; return the marks by target.

    A mark is a property that a node has when it is in the target. pySHACL walks through a shape with targets of its
    own in one go, through the property shapes of a node shape once for each node.
    """
    marks: dict[tuple[URIRef, URIRef], URIRef] = {}
    for shape in sorted(shapes.subjects(RDF.type, _SH.NodeShape), key=str):
        parts = [shape, *shapes.objects(shape, _SH.property)]
        shapes.remove((shape, _SH.property, None))
        for kind in (_SH.targetClass, _SH.targetSubjectsOf):
            for name in sorted(shapes.objects(shape, kind), key=str):
                shapes.remove((shape, kind, name))
                mark = marks.setdefault((kind, URIRef(str(name))), URIRef(f"{_MARK}{len(marks)}"))
                for part in parts:
                    shapes.add((part, _MARKED, mark))
    for part, its in list(shapes.subject_objects(_MARKED)):  # only now, as targets of one kind become another
        shapes.remove((part, _MARKED, its))
        shapes.add((part, _SH.targetSubjectsOf, its))
    return marks


def _inverse_paths(shapes: Graph) -> tuple[Iri, ...]:
    """Return the properties that some path goes backwards."""
    paths = shapes.objects(None, _SH.inversePath)
    return tuple(iri(path) for path in sorted(set(map(str, paths))))


# --- nodes ----------------------------------------------------------------------------------------------------------


def _focus(dataset: Dataset, kind: URIRef, target: URIRef) -> Iterator[Subject]:
    name = iri(target)
    if kind == _SH.targetSubjectsOf:
        yield from dataset.subjects(name)
        return
    seen, todo = {name}, [name]
    while todo:
        class_ = todo.pop()
        yield from dataset.subjects(TYPE, class_)
        for below in dataset.subjects(_SUBCLASS, class_):
            if isinstance(below, Iri) and below not in seen:
                seen.add(below)
                todo.append(below)


def _around(dataset: Dataset, nodes: Mapping[Subject, list[URIRef]], backwards: tuple[Iri, ...]) -> Graph:
    """Return all that is said of the nodes, their marks, what refers to them, and their neighbours' classes."""
    found = list(dataset.about(None, _SUBCLASS))
    neighbours: dict[Subject, None] = {}
    for node in nodes:
        own = list(dataset.about(node))
        neighbours.update((quad.object, None) for quad in own if isinstance(quad.object, Subject))
        found += own
        for predicate in backwards:
            found += dataset.about(None, predicate, node)
    for node in neighbours:
        if node not in nodes:
            found += dataset.about(node, TYPE)
    terms: dict[Iri, URIRef] = {}
    graph = Graph()
    for quad in found:
        graph.add((_term(quad.subject, terms), _term(quad.predicate, terms), _term(quad.object, terms)))
    marked = Literal(True)
    for node, marks in nodes.items():
        for mark in marks:
            graph.add((_term(node, terms), mark, marked))
    return graph


def _term(term: Any, terms: dict[Iri, URIRef]) -> Any:
    if isinstance(term, Iri):
        known = terms.get(term)
        if known is None:
            known = terms[term] = URIRef(term.value)
        return known
    if isinstance(term, Blank):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def _back(term: Any) -> Object:
    if isinstance(term, URIRef):
        return iri(str(term))
    if isinstance(term, BNode):
        return Blank(str(term))
    return literal(str(term))


# --- pySHACL --------------------------------------------------------------------------------------------------------


def _parse(shapes: str) -> Any:
    return Graph().parse(data=shapes, format="turtle")


def _run(dataset: Dataset, data: Graph, shapes: Graph) -> Iterator[Finding]:
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    if conforms:
        return
    prefix = shapes_namespace(dataset.iris.base)
    severities = {_SH[severity.capitalize()]: severity for severity in SEVERITIES}
    for result in report.objects(None, _SH.result):
        messages = sorted(report.objects(result, _SH.resultMessage), key=lambda one: (one.language != "en", one))
        node = _back(report.value(result, _SH.focusNode))
        value = report.value(result, _SH.value)
        yield Finding(
            severities[report.value(result, _SH.resultSeverity)],
            str(report.value(result, _SH.sourceShape)).removeprefix(prefix),
            str(messages[0]),
            str(node.value),
            dataset.label(node),
            None if value is None or _back(value) == node else dataset.label(_back(value)),
            dataset.words(node),
        )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from telling of each literal that is not of its type: it is a finding."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl.validate", "pyshacl")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)

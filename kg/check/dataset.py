"""The graph to be checked: a store's, or that of an RDF file, beside the ontology that the schema makes.

What a file itself says of the ontology's terms is left aside, so that it cannot declare its own mistakes right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.check.findings import Words
from kg.errors import InputError
from kg.export.iris import DEFAULT_BASE, Iris, make_iris
from kg.export.quads import TYPE, Iri, Literal, Placed, iri, literal
from kg.export.rdf import nodes
from kg.export.terms import LABEL, declarations, standard
from kg.schema import Schema
from kg.spooling import spool_graph
from kg.store import open_store

STORE = "graph.sqlite"
_SUFFIXES = {"rdf": "rdf", "owl": "rdf", "xml": "rdf", "ttl": "ttl", "nt": "nt", "trig": "trig", "nq": "nq",
             "jsonld": "jsonld"}  # fmt: skip
_ONTOLOGY = re.compile(r"(https?://.+)/ontology#[^/#]+")
_SHOWN = 3
"""How many quotes stand behind one finding."""

Blank = ox.BlankNode
Subject = Iri | Blank
Object = Iri | Blank | Literal
Quad = ox.Quad
_DEFAULT = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Quads and the base of their IRIs; ``triples`` counts those that are not the schema's own."""

    quads: ox.Store
    iris: Iris
    triples: int

    def term(self, name: str) -> Iri:
        """Return a term of the ontology."""
        return iri(self.iris.term(name))

    def about(
        self, subject: Subject | None, predicate: Iri | None = None, object_: Object | None = None
    ) -> Iterator[Quad]:
        """Yield the quads of the graph with that subject, predicate and object, where they are given."""
        return self.quads.quads_for_pattern(subject, predicate, object_, _DEFAULT)

    def select(self, query: str) -> tuple[list[str], Iterator[dict[str, Any]]]:
        """Return the variables of a SELECT and its rows; raises SyntaxError where it is none."""
        found = self.quads.query(query)
        if not isinstance(found, ox.QuerySolutions):
            raise SyntaxError("not a SELECT")
        names = [variable.value for variable in found.variables]
        return names, ({name: row[name] for name in names} for row in found)

    def count(self, class_: str) -> int:
        """Return how many nodes are of a class of the ontology."""
        return len(set(self.subjects(TYPE, self.term(class_))))

    def subjects(self, predicate: Iri, object_: Object | None = None) -> Iterator[Subject]:
        """Yield the subjects of such quads; one may come several times."""
        for quad in self.about(None, predicate, object_):
            yield quad.subject  # type: ignore[misc]  # no triple terms: they are not read

    def objects(self, subject: Subject, predicate: Iri) -> list[Object]:
        """Return the objects of such quads, each once, in the order of their text."""
        found = {quad.object for quad in self.about(subject, predicate)}
        return sorted(found, key=str)  # type: ignore[arg-type]

    def label(self, node: object) -> str:
        """Return what people call a node: a literal's words, a Chinese label, a fact's one line, else its IRI's end."""
        if isinstance(node, Literal):
            return node.value
        if not isinstance(node, Iri):
            return str(node)
        labels = [one for one in self.objects(node, LABEL) if isinstance(one, Literal)]
        labels.sort(key=lambda one: (one.language != "zh", one.value))
        return labels[0].value if labels else re.split(r"[/#]", node.value)[-1] or node.value

    def words(self, node: object) -> tuple[Words, ...]:
        """Return the words behind a node: a fact's quotes, an amount's fact's, an evidence's own, an entity's first."""
        if not isinstance(node, Subject):
            return ()
        quote = standard("nif:anchorOf")
        if self.objects(node, quote):
            return self._quotes([node])
        for facts in self._facts(node):
            cited = [one for fact in facts for one in self.objects(fact, self.term("evidence"))]
            found = self._quotes(one for one in cited if isinstance(one, Subject))
            if found:
                return found
        return ()

    def _facts(self, node: Subject) -> Iterator[list[Subject]]:
        """Yield the facts to look for a node's words in: itself, those that it belongs to, those it takes part in."""
        yield [node]
        belongs = (self.term(f"{name}") for name in ("amount", "countQuantity", "shareQuantity", "valueQuantity"))
        yield sorted({fact for term in belongs for fact in self.subjects(term, node)}, key=str)
        for end in (standard("rdf:subject"), standard("rdf:object")):
            first = min(self.subjects(end, node), key=str, default=None)
            if first is not None:
                yield [first]

    def _quotes(self, nodes: Iterable[Subject]) -> tuple[Words, ...]:
        found = []
        for node in list(dict.fromkeys(nodes))[:_SHOWN]:
            quote = self._one(node, standard("nif:anchorOf"))
            if quote is None:
                continue
            article = next(iter(self.objects(node, standard("nif:referenceContext"))), None)
            path = headline = None
            if isinstance(article, Subject):
                headline = self._one(article, standard("schema:headline"))
                document = next(iter(self.objects(article, standard("schema:isPartOf"))), None)
                path = self._one(document, self.term("path")) if isinstance(document, Subject) else None
            line, column = (self._one(node, self.term(name)) for name in ("line", "column"))
            found.append(Words(quote, path, _counted(line), _counted(column), headline))
        return tuple(found)

    def _one(self, node: Subject, predicate: Iri) -> str | None:
        return next((one.value for one in self.objects(node, predicate) if isinstance(one, Literal)), None)


def _counted(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else None


def open_dataset(source: str | Path, schema: Schema) -> Dataset:
    """Return the graph of a store (its file, or the folder of a build) or of an RDF file.

    Raises InputError where the file is no RDF or holds nothing of ours, StoreError where the store cannot be read.
    """
    path = Path(source)
    if path.is_dir():
        path /= STORE
    if path.suffix.removeprefix(".").lower() in _SUFFIXES:
        return _read_file(path, schema)
    return _read_store(path, schema)


def _read_store(path: Path, schema: Schema) -> Dataset:
    iris = make_iris(DEFAULT_BASE)
    with open_store(path) as store, spool_graph(store.read(), store.links, schema) as graph:
        placed = nodes(graph, schema, iris, store.meta())
        dataset = _dataset(_quads_of(placed), iris, schema)
        articles = {source.article: iri(iris.article(source)) for source in graph.sources.values()}
        whole = standard("nif:isString")
        for article in store.articles():
            node = articles.get(article.id)
            if node is not None and dataset.objects(node, TYPE):
                dataset.quads.add(ox.Quad(node, whole, literal(article.text, language="zh")))
    return dataset


def _quads_of(placed: Iterable[Placed]) -> Iterator[ox.Quad]:
    for graph, (subject, pairs) in placed:
        for predicate, object_ in pairs:
            yield ox.Quad(subject, predicate, object_, graph)


def _read_file(path: Path, schema: Schema) -> Dataset:
    bases = Counter(
        found[1]
        for quad in _quads(path)
        if quad.predicate == TYPE and isinstance(quad.object, Iri)
        if (found := _ONTOLOGY.fullmatch(quad.object.value))
    )
    if not bases:
        raise InputError(f"{path}: nothing in it is of a class of BASE/ontology#; give a file that `kg export` wrote")
    base = min(bases, key=lambda base: (-bases[base], base))
    return _dataset(_quads(path), make_iris(base), schema)


def _quads(path: Path) -> Iterator[ox.Quad]:
    """Yield what an RDF file says; raises InputError, with the line, where it is not what its suffix says."""
    suffix = _SUFFIXES[path.suffix.removeprefix(".").lower()]
    format_ = ox.RdfFormat.from_extension(suffix)
    try:
        yield from ox.parse(path=str(path), format=format_)
    except SyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        name = format_.name if format_ else suffix
        raise InputError(f"{path}{line}: not {name}: {' '.join(str(error.msg).split())}; write it anew") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise InputError(f"{path}: cannot be read: {reason}; give a store or an RDF file") from error


def _dataset(quads: Iterable[ox.Quad], iris: Iris, schema: Schema) -> Dataset:
    """Return the quads, all of them in the default graph and those of a named graph in that one as well.

    Not as a union: that gives a triple as often as documents say it, and a join the product.
    """
    store = ox.Store()
    ontology = f"<{iris.ontology}"
    store.bulk_extend(each for quad in quads if not str(quad.subject).startswith(ontology) for each in _in_both(quad))
    triples = sum(1 for _ in store.quads_for_pattern(None, None, None, _DEFAULT))
    for subject, pairs in declarations(schema, iris):
        store.bulk_extend(ox.Quad(subject, predicate, object_) for predicate, object_ in pairs)
    return Dataset(store, iris, triples)


def _in_both(quad: ox.Quad) -> Iterator[ox.Quad]:
    yield quad
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        yield ox.Quad(quad.subject, quad.predicate, quad.object)

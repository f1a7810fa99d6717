"""The graph as RDF: a direct triple for what is so, and a node a fact for what the paper says of it.

The direct triple stands only for affirmed facts that are done or under way; planned and denied ones live in the fact
layer alone. A fact node is an rdf:Statement with its qualifiers, modality, polarity and evidence; evidence is a NIF
string of its article with the words as the file has them. TriG, N-Quads and JSON-LD put what each document says into a
graph named after the document; Turtle, N-Triples and RDF/XML are the union. There are no blank nodes, no dates of
writing, and what is held in memory does not grow with the number of facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.errors import ConfigError
from kg.export.files import Target, opened
from kg.export.iris import DEFAULT_BASE, INDUSTRY_SCHEMES, KINDS, Iris, make_iris
from kg.export.literals import date, decimal, integer, interval, offset, quantity, zh
from kg.export.quads import FORMATS, TYPE, Iri, Placed, Term, iri, literal, serialize
from kg.export.runs import run_iri, run_nodes
from kg.export.terms import LABEL, VOCABULARIES, declarations, standard, subtype_class
from kg.export.values import predicate_label
from kg.graph import ADCODE, Source, is_direct
from kg.industry_scheme import industry_path
from kg.model import Claim, Entity, Evidence, Fact, Qualifier
from kg.regions import ancestors
from kg.schema import Schema
from kg.spooling import GraphView

_AS_WRITTEN = ("title", "count", "share", "indicator", "value")
_AS_QUANTITY = {"amount": "amount", "count": "countQuantity", "share": "shareQuantity", "value": "valueQuantity"}
"""The qualifiers that a fact node gives as words, and those that it gives as nodes, with the property for these."""

_Pairs = list[tuple[Iri, Term]]


def write_rdf(
    graph: GraphView,
    target: Target,
    *,
    schema: Schema,
    format: str = "turtle",  # noqa: A002  # the word that every RDF library uses
    base: str = DEFAULT_BASE,
    made_by: Mapping[str, str] | None = None,
    tell: Callable[[str], None] | None = None,
) -> None:
    """Write the graph in one of FORMATS, with IRIs under ``base``; raises ConfigError for a bad format or base.

    ``made_by`` is what a store knows of itself (``Store.meta``): the run that generated the facts is told by it.
    ``tell`` is told in one line what the format could not hold.
    """
    if format not in FORMATS:
        raise ConfigError(f"{format!r} is no RDF format; formats: {', '.join(FORMATS)}")
    iris = make_iris(base)
    with opened(target) as file:
        changed = serialize(nodes(graph, schema, iris, made_by), file, format, prefixes(schema, iris))
    if changed and tell is not None:
        tell(
            f"{changed} texts hold control characters, which XML cannot; {format} has their pictures (U+2400…) instead"
        )


def prefixes(schema: Schema, iris: Iris) -> dict[str, str]:
    """Return the prefixes that the exports use, and their namespaces."""
    own = {kind: iris.namespace(kind) for kind in KINDS if kind not in ("software", "dataset")}
    types = {name.lower(): iris.namespace(name) for name in schema.types if re.fullmatch("[A-Za-z][A-Za-z0-9]*", name)}
    return {**types, **VOCABULARIES, "kg": iris.ontology, **own}


def nodes(graph: GraphView, schema: Schema, iris: Iris, made_by: Mapping[str, str] | None = None) -> Iterator[Placed]:
    """Yield all that the graph says, as nodes in no particular order; a node may come in parts, or more than once.

    The default graph has terms, entities, documents and the run; what a document says is in the graph of its name.
    """
    run = run_iri(iris, made_by) if made_by is not None else None
    writer = _Writer(graph, schema, iris, run)
    yield from ((None, node) for node in declarations(schema, iris))
    yield from ((None, writer.entity(entity)) for entity in graph.entities.values())
    yield from ((None, node) for node in writer.industry_classes())
    for fact in graph.facts:
        yield from writer.fact(fact)
    yield from ((None, node) for node in writer.sources())
    if made_by is not None:
        documents = {source.document for source in graph.sources.values() if source.article in writer.used}
        yield from ((None, node) for node in run_nodes(iris, made_by, documents))


@dataclass(slots=True)
class _Writer:
    """Turns entities and facts into nodes; remembers industries' codes and the articles that facts rest on."""

    graph: GraphView
    schema: Schema
    iris: Iris
    run: Iri | None
    used: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    _terms: dict[str, Iri] = field(default_factory=dict)

    def term(self, name: str) -> Iri:
        known = self._terms.get(name)
        if known is None:
            known = self._terms[name] = iri(self.iris.term(name))
        return known

    def entity(self, entity: Entity) -> tuple[Iri, _Pairs]:
        pairs: _Pairs = [(TYPE, self.term(entity.type))]
        if entity.subtype is not None:
            pairs.append((TYPE, self.term(subtype_class(entity.type, entity.subtype))))
        pairs += [(LABEL, zh(entity.name)), (standard("skos:prefLabel"), zh(entity.name))]
        pairs += [(standard("skos:altLabel"), zh(name)) for name in entity.names]
        for scheme, code in entity.codes:
            if scheme in INDUSTRY_SCHEMES:
                self.codes.add(code)
                pairs.append((self.term("classifiedAs"), iri(self.iris.industry_class(scheme, code))))
                continue
            pairs.append((self.term(scheme), literal(code)))
            if scheme == ADCODE:
                pairs += [(standard("schema:containedInPlace"), parent) for parent in self._parent(code)]
        return iri(self.iris.entity(entity.id)), pairs

    def _parent(self, adcode: str) -> list[Iri]:
        """Return the nearest region of the graph that the code lies in, none or one."""
        known = self.graph.by_code
        return [iri(self.iris.entity(known[code])) for code in _above(adcode) if code in known][:1]

    def industry_classes(self) -> Iterator[tuple[Iri, _Pairs]]:
        """Yield the classes of the industries given so far, and those around them."""
        for one in {above for code in self.codes for above in industry_path(code)}:
            title = zh(one.title)
            pairs: _Pairs = [
                (TYPE, self.term("IndustryClass")),
                (LABEL, title),
                (standard("skos:prefLabel"), title),
                (standard("skos:notation"), literal(one.code)),
                (standard("skos:inScheme"), self.term(INDUSTRY_SCHEMES[one.scheme])),
            ]
            if one.broader is not None:
                pairs.append((standard("skos:broader"), iri(self.iris.industry_class(one.scheme, one.broader))))
            yield iri(self.iris.industry_class(one.scheme, one.code)), pairs

    # --- documents and articles -------------------------------------------------------------------------------------

    def sources(self) -> Iterator[tuple[Iri, _Pairs]]:
        """Yield the documents and articles that the facts given so far rest on."""
        for source in self.graph.sources.values():
            if source.article in self.used:
                document = iri(self.iris.document(source.document))
                path = literal(source.path)
                yield document, [(TYPE, self.term("Document")), (LABEL, path), (self.term("path"), path)]
                yield iri(self.iris.article(source)), self._article(source, document)

    def _article(self, source: Source, document: Iri) -> _Pairs:
        pairs: _Pairs = [
            (TYPE, self.term("Article")),
            (standard("schema:isPartOf"), document),
            (standard("prov:wasDerivedFrom"), document),
            (standard("schema:position"), integer(source.number)),
        ]
        if source.title is not None:
            pairs.append((standard("schema:headline"), zh(source.title)))
        if source.publication is not None:
            pairs.append((self.term("publication"), zh(source.publication)))
        if source.date is not None:
            pairs.append((standard("schema:datePublished"), date(source.date)))
        if source.page is not None:
            pairs.append((standard("schema:pagination"), literal(source.page)))
        return pairs

    # --- facts ------------------------------------------------------------------------------------------------------

    def fact(self, fact: Fact) -> Iterator[Placed]:
        """Yield a fact as each of its documents says it: direct triple, fact node, quantities, evidence."""
        claims: dict[str, list[Claim]] = {}
        for claim in fact.claims:
            self.used.update(evidence.article for evidence in claim.evidence)
            claims.setdefault(self.graph.source(claim.evidence[0]).document, []).append(claim)
        node, pairs, quantities = iri(self.iris.fact(fact.id)), self._fact(fact), dict(self._quantities(fact))
        pairs += [(self.term(_AS_QUANTITY[qualifier.name]), name) for name, qualifier in quantities.items()]
        for document, own in claims.items():
            graph = iri(self.iris.document(document))
            if is_direct(fact):
                yield graph, (iri(self.iris.entity(fact.subject)), [(self.term(fact.predicate), self._object(fact))])
            yield graph, (node, pairs + list(self._support(own)))
            for name, qualifier in quantities.items():
                yield graph, (name, quantity(qualifier, self.term))
            for evidence in dict.fromkeys(evidence for claim in own for evidence in claim.evidence):
                yield graph, self._evidence(evidence)

    def _object(self, fact: Fact) -> Term:
        return iri(self.iris.entity(fact.object)) if fact.object is not None else zh(fact.value or "")

    def _fact(self, fact: Fact) -> _Pairs:
        subject, object_ = iri(self.iris.entity(fact.subject)), self._object(fact)
        pairs: _Pairs = [
            (TYPE, self.term("Fact")),
            (LABEL, zh(self._label(fact))),
            (standard("rdf:subject"), subject),
            (standard("rdf:predicate"), self.term(fact.predicate)),
            (standard("rdf:object"), object_),
            (self.term("modality"), self.term(fact.modality)),
            (self.term("polarity"), self.term(fact.polarity)),
            (self.term("confidence"), decimal(round(fact.score, 4))),
            (self.term("documents"), integer(fact.documents)),
        ]
        if self.run is not None:
            pairs.append((standard("prov:wasGeneratedBy"), self.run))
        predicate = self.schema.predicates.get(fact.predicate)
        nary = predicate.nary if predicate is not None else None
        if nary is not None and is_direct(fact) and self._type(fact.object) in nary.types:
            pairs += [(TYPE, standard(nary.class_)), (standard(nary.subject), subject)]
            pairs.append((standard(nary.object), object_))
        for qualifier in fact.qualifiers:
            if qualifier.name == "date":
                pairs.append((self.term("dateText"), zh(qualifier.text)))
                pairs += [(self.term(name), day) for name, day in interval(qualifier)]
            elif qualifier.name in _AS_WRITTEN:
                pairs.append((self.term(qualifier.name), zh(qualifier.text)))
        return pairs

    def _type(self, entity: str | None) -> str | None:
        return self.graph.entities[entity].type if entity is not None else None

    def _label(self, fact: Fact) -> str:
        object_ = self.graph.entities[fact.object].name if fact.object is not None else fact.value or ""
        words = [qualifier.text for qualifier in fact.qualifiers if qualifier.name in ("amount", "title", "indicator")]
        predicate = predicate_label(fact.predicate, self.schema)
        if not is_direct(fact):
            words.append("（否定）" if fact.polarity == "denied" else "（计划）")
        return " ".join([self.graph.entities[fact.subject].name, predicate, object_, *words])

    def _quantities(self, fact: Fact) -> Iterator[tuple[Iri, Qualifier]]:
        """Yield the names of the nodes for amounts and other numbers, which are counted where there are several."""
        number: dict[str, int] = {}
        for qualifier in fact.qualifiers:
            name = qualifier.name
            if name == "amount" or (name in _AS_QUANTITY and qualifier.normal):
                number[name] = number.get(name, 0) + 1
                counted = f"{name}{number[name]}" if number[name] > 1 else name
                yield iri(f"{self.iris.fact(fact.id)}_{counted}"), qualifier

    def _support(self, claims: list[Claim]) -> Iterator[tuple[Iri, Term]]:
        for claim in claims:
            for number, evidence in enumerate(claim.evidence):
                name = self.iris.evidence(self.graph.source(evidence), evidence)
                yield self.term("antecedent" if number else "evidence"), iri(name)
            yield self.term("reader"), literal(claim.reader)
            for reader in claim.agreed:
                yield self.term("agreed"), literal(reader)

    def _evidence(self, evidence: Evidence) -> tuple[Iri, _Pairs]:
        source, place = self.graph.source(evidence), self.graph.place(evidence)
        article = iri(self.iris.article(source))
        pairs: _Pairs = [
            (TYPE, self.term("Evidence")),
            (standard("nif:anchorOf"), zh(evidence.quote)),
            (standard("nif:beginIndex"), offset(evidence.span.start)),
            (standard("nif:endIndex"), offset(evidence.span.end)),
            (standard("nif:referenceContext"), article),
            (standard("prov:wasQuotedFrom"), article),
        ]
        if place is not None:
            pairs += [
                (self.term("line"), integer(place.line)),
                (self.term("column"), integer(place.column)),
                (self.term("rawText"), zh("\n".join(place.pieces))),
            ]
        return iri(self.iris.evidence(source, evidence)), pairs


def _above(adcode: str) -> tuple[str, ...]:
    try:
        return ancestors(adcode)
    except KeyError:  # a code that GB/T 2260 no longer has, or another stage's own
        return ()

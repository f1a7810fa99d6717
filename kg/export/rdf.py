"""The graph as RDF: a direct triple for what is so, and a node a fact for what the paper says of it.

The direct triple stands only for affirmed facts that are done or under way; planned and denied ones live in the fact
layer alone. A fact node is an rdf:Statement with its amount, modality, polarity and evidence; evidence is a NIF string
of its article with the words as the file has them. TriG, N-Quads and JSON-LD put what each document says into a graph
named after the document; Turtle and N-Triples are the union. There are no blank nodes, no dates of writing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.errors import ConfigError
from kg.export.files import Target, opened
from kg.export.iris import DEFAULT_BASE, Iris, make_iris
from kg.export.quads import FORMATS, TYPE, XSD, Iri, Literal, Named, Node, Term, holds_graphs, iri, literal, serialize
from kg.export.terms import LABEL, VOCABULARIES, declarations, standard, subtype_class
from kg.export.values import predicate_label
from kg.graph import ADCODE, Graph, Source, is_direct
from kg.model import Claim, Entity, Evidence, Fact, Qualifier
from kg.regions import ancestors
from kg.schema import Schema

_LITERAL_QUALIFIERS = ("title", "count", "share", "indicator", "value")
_BOUNDS = frozenset({"exact", "above", "below", "about"})

_Pairs = list[tuple[Iri, Term]]


def write_rdf(
    graph: Graph,
    target: Target,
    *,
    schema: Schema,
    format: str = "turtle",  # noqa: A002  # the word that every RDF library uses
    base: str = DEFAULT_BASE,
) -> None:
    """Write the graph in one of FORMATS, with IRIs under ``base``; raises ConfigError for a bad format or base."""
    if format not in FORMATS:
        raise ConfigError(f"{format!r} is no RDF format; formats: {', '.join(FORMATS)}")
    iris = make_iris(base)
    writer = _Writer(graph, schema, iris)
    graphs: Iterable[Named] = writer.by_document() if holds_graphs(format) else [(None, writer.union())]
    with opened(target) as file:
        serialize(graphs, file, format, _prefixes(schema, iris))


def _prefixes(schema: Schema, iris: Iris) -> dict[str, str]:
    own = {kind: iris.namespace(kind) for kind in ("fact", "evidence", "article", "document")}
    types = {name.lower(): iris.namespace(name) for name in schema.types if re.fullmatch("[A-Za-z][A-Za-z0-9]*", name)}
    return {**types, **VOCABULARIES, "kg": iris.ontology, **own}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns a graph into nodes; entities, documents and facts come in the graph's own order."""

    graph: Graph
    schema: Schema
    iris: Iris

    def union(self) -> Iterator[Node]:
        """Yield everything as one graph, each subject once."""
        yield from declarations(self.schema, self.iris)
        direct: dict[str, _Pairs] = {}
        for fact in self.graph.facts:
            if is_direct(fact):
                direct.setdefault(fact.subject, []).append(self._direct(fact))
        for entity in self.graph.entities.values():
            subject, pairs = self._entity(entity)
            yield subject, pairs + list(dict.fromkeys(direct.get(entity.id, ())))
        yield from self._sources()
        yield from self._facts((fact, fact.claims) for fact in self.graph.facts)

    def by_document(self) -> Iterator[Named]:
        """Yield the default graph (terms, entities, documents), then for each document what it says."""
        yield None, (*declarations(self.schema, self.iris), *map(self._entity, self.graph.entities.values()))
        yield None, self._sources()
        said: dict[str, list[tuple[Fact, list[Claim]]]] = {}
        for fact in self.graph.facts:
            claims: dict[str, list[Claim]] = {}
            for claim in fact.claims:
                claims.setdefault(self.graph.source(claim.evidence[0]).document, []).append(claim)
            for document, own in claims.items():
                said.setdefault(document, []).append((fact, own))
        for document in dict.fromkeys(source.document for source in self.graph.sources.values()):
            facts = said.get(document, [])
            if facts:
                yield iri(self.iris.document(document)), self._document_graph(facts)

    def _document_graph(self, facts: list[tuple[Fact, list[Claim]]]) -> Iterator[Node]:
        direct: dict[str, _Pairs] = {}
        for fact, _ in facts:
            if is_direct(fact):
                direct.setdefault(fact.subject, []).append(self._direct(fact))
        for subject, pairs in direct.items():
            yield iri(self.iris.entity(subject)), list(dict.fromkeys(pairs))
        yield from self._facts(facts)

    def _term(self, name: str) -> Iri:
        return _own(self.iris, name)

    def _direct(self, fact: Fact) -> tuple[Iri, Term]:
        return self._term(fact.predicate), self._object(fact)

    def _object(self, fact: Fact) -> Term:
        return iri(self.iris.entity(fact.object)) if fact.object is not None else _zh(fact.value or "")

    def _entity(self, entity: Entity) -> Node:
        pairs: _Pairs = [(TYPE, self._term(entity.type))]
        if entity.subtype is not None:
            pairs.append((TYPE, self._term(subtype_class(entity.type, entity.subtype))))
        pairs += [(LABEL, _zh(entity.name)), (standard("skos:prefLabel"), _zh(entity.name))]
        pairs += [(standard("skos:altLabel"), _zh(name)) for name in entity.names]
        for scheme, code in entity.codes:
            pairs.append((self._term(scheme), literal(code)))
            if scheme == ADCODE:
                pairs += [(standard("schema:containedInPlace"), parent) for parent in self._parent(code)]
        return iri(self.iris.entity(entity.id)), pairs

    def _parent(self, adcode: str) -> list[Iri]:
        """Return the nearest region of the graph that the code lies in, none or one."""
        known = self.graph.by_code
        return [iri(self.iris.entity(known[code])) for code in _above(adcode) if code in known][:1]

    def _sources(self) -> Iterator[Node]:
        """Yield the documents and articles that some fact rests on."""
        used = {evidence.article for fact in self.graph.facts for claim in fact.claims for evidence in claim.evidence}
        seen: set[str] = set()
        for id_, source in self.graph.sources.items():
            if id_ not in used:
                continue
            if source.document not in seen:
                seen.add(source.document)
                pairs: _Pairs = [(TYPE, self._term("Document")), (LABEL, literal(source.path))]
                yield iri(self.iris.document(source.document)), [*pairs, (self._term("path"), literal(source.path))]
            yield self._article(source)

    def _article(self, source: Source) -> Node:
        pairs: _Pairs = [
            (TYPE, self._term("Article")),
            (standard("schema:isPartOf"), iri(self.iris.document(source.document))),
            (standard("schema:position"), _integer(source.number)),
        ]
        if source.title is not None:
            pairs.append((standard("schema:headline"), _zh(source.title)))
        if source.publication is not None:
            pairs.append((self._term("publication"), _zh(source.publication)))
        if source.date is not None:
            pairs.append((standard("schema:datePublished"), _date(source.date)))
        if source.page is not None:
            pairs.append((standard("schema:pagination"), literal(source.page)))
        return iri(self.iris.article(source)), pairs

    def _facts(self, facts: Iterable[tuple[Fact, Iterable[Claim]]]) -> Iterator[Node]:
        """Yield the facts, their amounts, and then each evidence once."""
        quoted: dict[str, Evidence] = {}
        for fact, claims in facts:
            subject = self.iris.fact(fact.id)
            amounts = [qualifier for qualifier in fact.qualifiers if qualifier.name == "amount"]
            names = [f"{subject}_amount{number if number > 1 else ''}" for number in range(1, len(amounts) + 1)]
            pairs = self._fact(fact) + [(self._term("amount"), iri(name)) for name in names]
            cited: dict[tuple[Iri, Term], None] = {}
            for claim in claims:
                for number, evidence in enumerate(claim.evidence):
                    name = self.iris.evidence(self.graph.source(evidence), evidence)
                    quoted.setdefault(name, evidence)
                    cited[self._term("evidence" if number == 0 else "antecedent"), iri(name)] = None
                cited[self._term("reader"), literal(claim.reader)] = None
            yield iri(subject), pairs + sorted(cited, key=str)
            for name, amount in zip(names, amounts, strict=True):
                yield iri(name), self._amount(amount)
        for name, evidence in quoted.items():
            yield iri(name), self._evidence(evidence)

    def _fact(self, fact: Fact) -> _Pairs:
        pairs: _Pairs = [
            (TYPE, self._term("Fact")),
            (LABEL, _zh(self._label(fact))),
            (standard("rdf:subject"), iri(self.iris.entity(fact.subject))),
            (standard("rdf:predicate"), self._term(fact.predicate)),
            (standard("rdf:object"), self._object(fact)),
            (self._term("modality"), self._term(fact.modality)),
            (self._term("polarity"), self._term(fact.polarity)),
            (self._term("confidence"), _number(round(fact.score, 4))),
            (self._term("documents"), _integer(fact.documents)),
        ]
        for qualifier in fact.qualifiers:
            if qualifier.name == "date":
                pairs.append((self._term("dateText"), _zh(qualifier.text)))
                pairs += self._interval(dict(qualifier.normal))
            elif qualifier.name in _LITERAL_QUALIFIERS:
                pairs.append((self._term(qualifier.name), _zh(qualifier.text)))
        return pairs

    def _label(self, fact: Fact) -> str:
        object_ = self.graph.entities[fact.object].name if fact.object is not None else fact.value or ""
        words = [qualifier.text for qualifier in fact.qualifiers if qualifier.name in ("amount", "title", "indicator")]
        predicate = predicate_label(fact.predicate, self.schema)
        if not is_direct(fact):
            words.append("（否定）" if fact.polarity == "denied" else "（计划）")
        return " ".join([self.graph.entities[fact.subject].name, predicate, object_, *words])

    def _interval(self, normal: dict[str, str | int | float]) -> _Pairs:
        pairs: _Pairs = []
        for key, name, last in (("start", "notBefore", False), ("end", "notAfter", True)):
            day = _day(str(normal.get(key, "")), last=last)
            if day is not None:
                pairs.append((self._term(name), literal(day, datatype=f"{XSD}date")))
        return pairs

    def _amount(self, amount: Qualifier) -> _Pairs:
        normal = dict(amount.normal)
        money = "currency" in normal or not normal
        pairs: _Pairs = [(TYPE, standard("schema:MonetaryAmount" if money else "schema:QuantitativeValue"))]
        value, high, bound = normal.get("value"), normal.get("high"), str(normal.get("bound", ""))
        if isinstance(value, (int, float)):
            pairs.append((standard("schema:value"), _number(value)))
            if bound == "above" or high is not None:
                pairs.append((standard("schema:minValue"), _number(value)))
            if bound == "below" and high is None:
                pairs.append((standard("schema:maxValue"), _number(value)))
        if isinstance(high, (int, float)):
            pairs.append((standard("schema:maxValue"), _number(high)))
        if "currency" in normal:
            pairs.append((standard("schema:currency"), literal(str(normal["currency"]))))
        if "unit" in normal:
            pairs.append((standard("schema:unitText"), _zh(str(normal["unit"]))))
        if bound in _BOUNDS:
            pairs.append((self._term("bound"), self._term(bound)))
        return [*pairs, (standard("schema:description"), _zh(amount.text))]

    def _evidence(self, evidence: Evidence) -> _Pairs:
        source, place = self.graph.source(evidence), self.graph.place(evidence)
        offset = f"{XSD}nonNegativeInteger"
        pairs: _Pairs = [
            (TYPE, self._term("Evidence")),
            (standard("nif:anchorOf"), _zh(evidence.quote)),
            (standard("nif:beginIndex"), literal(str(evidence.span.start), datatype=offset)),
            (standard("nif:endIndex"), literal(str(evidence.span.end), datatype=offset)),
            (standard("nif:referenceContext"), iri(self.iris.article(source))),
        ]
        if place is not None:
            pairs += [
                (self._term("line"), _integer(place.line)),
                (self._term("column"), _integer(place.column)),
                (self._term("rawText"), _zh("\n".join(place.pieces))),
            ]
        return pairs


@cache
def _own(iris: Iris, name: str) -> Iri:
    return iri(iris.term(name))


def _above(adcode: str) -> tuple[str, ...]:
    try:
        return ancestors(adcode)
    except KeyError:  # a code that GB/T 2260 no longer has, or another stage's own
        return ()


def _zh(text: str) -> Literal:
    return literal(text, language="zh")


def _integer(number: int) -> Literal:
    return literal(str(number), datatype=f"{XSD}integer")


def _number(number: float) -> Literal:
    """Return the canonical literal: an integer where it is whole, else a decimal."""
    if isinstance(number, int) or number.is_integer():
        return _integer(int(number))
    return literal(format(Decimal(repr(number)), "f"), datatype=f"{XSD}decimal")


def _date(text: str) -> Literal:
    for pattern, datatype in ((r"\d{4}-\d\d-\d\d", "date"), (r"\d{4}-\d\d", "gYearMonth"), (r"\d{4}", "gYear")):
        if re.fullmatch(pattern, text, re.ASCII) and _day(text, last=False) is not None:
            return literal(text, datatype=f"{XSD}{datatype}")
    return literal(text)


def _day(text: str, *, last: bool) -> str | None:
    """Return the first or last day of a year, month or day in ISO form, None where it is none."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text, re.ASCII)
    if not found or found[1] == "0000":
        return None
    year, month = int(found[1]), int(found[2] or (12 if last else 1))
    if not 1 <= month <= 12:
        return None
    longest = monthrange(year, month)[1]
    day = int(found[3] or (longest if last else 1))
    return f"{year:04}-{month:02}-{day:02}" if 1 <= day <= longest else None

"""The description of a data set: VoID counts, DCAT distributions, and how good the graph is in DQV's terms.

Everything is counted in the triples themselves. There is no date of writing: the same graph has the same description.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import ConfigError
from kg.export.files import Target, opened
from kg.export.iris import DEFAULT_BASE, Iris, local, make_iris
from kg.export.literals import decimal, integer
from kg.export.quads import (
    MEDIA_TYPES,
    TYPE,
    Iri,
    Literal,
    Node,
    Term,
    Triple,
    fits_xml,
    iri,
    literal,
    serialize,
    union,
)
from kg.export.rdf import nodes, prefixes
from kg.export.runs import run_iri
from kg.export.terms import VOCABULARIES, standard
from kg.ids import digest
from kg.schema import Schema
from kg.spooling import GraphView

_Pairs = list[tuple[Iri, Term]]
_SHA256 = "spdx:checksumAlgorithm_sha256"


Score = tuple[str, float, int | None]
"""One of the metrics of kg.export.terms, its value, and how many it was measured on where that is known."""


@dataclass(slots=True)
class _Counts:
    """What was counted in the triples, which come sorted by subject."""

    triples: int = 0
    subjects: int = 0
    entities: int = 0
    unfit: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    modalities: Counter[str] = field(default_factory=Counter)
    polarities: Counter[str] = field(default_factory=Counter)
    dates: set[str] = field(default_factory=set)
    confidence: float = 0.0


def write_description(
    graph: GraphView,
    target: Target,
    *,
    schema: Schema,
    base: str = DEFAULT_BASE,
    made_by: Mapping[str, str] | None = None,
    files: Sequence[Path] = (),
    scores: Iterable[Score] = (),
) -> None:
    """Write the description of a graph in Turtle; ``files`` are those it was written to.

    Raises ConfigError where one of them cannot be read.
    """
    iris = make_iris(base)
    counts = _count(union(nodes(graph, schema, iris, made_by)), schema, iris)
    documents = sorted({source.document for source in graph.sources.values()})
    run = run_iri(iris, made_by) if made_by is not None else None
    dataset = iri(f"{iris.namespace('dataset')}{digest(str(run), *documents, length=12)}")
    described = _Description(schema, iris, dataset, counts)
    with opened(target) as file:
        placed = ((None, node) for node in described.nodes(run, documents, files, [*described.own_scores(), *scores]))
        own = {kind: iris.namespace(kind) for kind in ("dataset", "software")}
        serialize(placed, file, "turtle", prefixes(schema, iris) | own)


def _count(triples: Iterable[Triple], schema: Schema, iris: Iris) -> _Counts:
    counts = _Counts()
    fact_predicate, published = standard("rdf:predicate"), standard("schema:datePublished")
    modality, polarity, confidence = (iri(iris.term(name)) for name in ("modality", "polarity", "confidence"))
    things = {iris.term(name) for name in schema.types}
    last = None
    for triple in triples:
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        counts.triples += 1
        counts.subjects += subject != last
        last = subject
        counts.properties[predicate.value] += 1
        if isinstance(object_, Literal):
            counts.unfit += not fits_xml(object_.value)
            if predicate == confidence:
                counts.confidence += float(object_.value)
            elif predicate == published:
                counts.dates.add(object_.value)
        elif isinstance(object_, Iri):
            if predicate == TYPE:
                counts.classes[object_.value] += 1
                counts.entities += object_.value in things
            elif predicate == fact_predicate:
                counts.facts[object_.value] += 1
            elif predicate == modality:
                counts.modalities[object_.value] += 1
            elif predicate == polarity:
                counts.polarities[object_.value] += 1
    return counts


@dataclass(frozen=True, slots=True)
class _Description:
    """Tells what was counted, as nodes below the data set's own name."""

    schema: Schema
    iris: Iris
    dataset: Iri
    counts: _Counts

    def own_scores(self) -> list[Score]:
        facts = sum(self.counts.facts.values())
        return [("meanConfidence", self.counts.confidence / facts, facts)] if facts else []

    def nodes(
        self, run: Iri | None, documents: Sequence[str], files: Sequence[Path], scores: Iterable[Score]
    ) -> Iterator[Node]:
        parts = [
            *self._partitions("class", "void:classPartition", "void:class", "void:entities", self.counts.classes),
            *self._partitions(
                "property", "void:propertyPartition", "void:property", "void:triples", self.counts.properties
            ),
            *self._partitions("facts", "void:subset", "rdf:predicate", "void:entities", self.counts.facts),
            *self._partitions(
                "modality", "void:subset", self.iris.term("modality"), "void:entities", self.counts.modalities
            ),
            *self._partitions(
                "polarity", "void:subset", self.iris.term("polarity"), "void:entities", self.counts.polarities
            ),
            *(self._distribution(file) for file in files),
            *(self._score(score) for score in scores),
        ]
        yield self.dataset, [*self._head(run, len(documents)), *((link, name) for link, (name, _), _ in parts)]
        for _, node, more in parts:
            yield node
            yield from more

    def _head(self, run: Iri | None, documents: int) -> _Pairs:
        counts, iris = self.counts, self.iris
        dates = sorted(counts.dates)
        pairs: _Pairs = [
            (TYPE, standard("void:Dataset")),
            (TYPE, standard("dcat:Dataset")),
            (TYPE, standard("prov:Entity")),
            (standard("dcterms:title"), literal("区域产业知识图谱", language="zh")),
            (standard("dcterms:title"), literal("Regional industry knowledge graph", language="en")),
            (standard("dcterms:conformsTo"), iri(iris.ontology.rstrip("#"))),
            (standard("dcterms:language"), literal("zh")),
            (standard("void:triples"), integer(counts.triples)),
            (standard("void:entities"), integer(counts.entities)),
            (standard("void:distinctSubjects"), integer(counts.subjects)),
            (standard("void:classes"), integer(len(counts.classes))),
            (standard("void:properties"), integer(len(counts.properties))),
            (standard("void:documents"), integer(documents)),
            (standard("void:uriSpace"), literal(f"{iris.base}/id/")),
        ]
        used = [*counts.classes, *counts.properties]
        for namespace in (*VOCABULARIES.values(), iris.ontology):
            if any(term.startswith(namespace) for term in used):
                pairs.append((standard("void:vocabulary"), iri(namespace)))
        if dates:
            pairs.append((standard("schema:temporalCoverage"), literal(f"{dates[0]}/{dates[-1]}")))
        if run is not None:
            pairs.append((standard("prov:wasGeneratedBy"), run))
        return pairs

    def _partitions(
        self, kind: str, link: str, key: str, count: str, counted: Counter[str]
    ) -> Iterator[tuple[Iri, Node, list[Node]]]:
        for term in sorted(counted):
            name = iri(f"{self.dataset.value}_{kind}_{self._short(term)}")
            pairs: _Pairs = [(standard(key), iri(term)), (standard(count), integer(counted[term]))]
            yield standard(link), (name, [(TYPE, standard("void:Dataset")), *pairs]), []

    def _short(self, term: str) -> str:
        """Return a term as the local part of an IRI: its prefix and name, or a digest of what has no prefix."""
        for prefix, namespace in (*VOCABULARIES.items(), ("kg", self.iris.ontology)):
            if term.startswith(namespace):
                return local(f"{prefix}_{term.removeprefix(namespace)}")
        return local(term)

    def _distribution(self, file: Path) -> tuple[Iri, Node, list[Node]]:
        try:
            size = file.stat().st_size
            with file.open("rb") as opened_:
                sha256 = hashlib.file_digest(opened_, "sha256").hexdigest()
        except OSError as error:
            raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
        name = iri(f"{self.dataset.value}_{local(file.name)}")
        sum_ = iri(f"{name.value}_sha256")
        pairs: _Pairs = [
            (TYPE, standard("dcat:Distribution")),
            (standard("dcterms:title"), literal(file.name)),
            (standard("dcat:byteSize"), integer(size)),
            (standard("spdx:checksum"), sum_),
        ]
        type_ = MEDIA_TYPES.get(file.suffix.removeprefix("."))
        if type_ is not None:
            pairs.append((standard("dcat:mediaType"), iri(f"https://www.iana.org/assignments/media-types/{type_}")))
        if type_ == "application/rdf+xml" and self.counts.unfit:
            pairs.append((standard("dcterms:description"), literal(_unfit(self.counts.unfit), language="en")))
        checksum: Node = (
            sum_,
            [
                (TYPE, standard("spdx:Checksum")),
                (standard("spdx:algorithm"), standard(_SHA256)),
                (standard("spdx:checksumValue"), literal(sha256)),
            ],
        )
        return standard("dcat:distribution"), (name, pairs), [checksum]

    def _score(self, score: Score) -> tuple[Iri, Node, list[Node]]:
        metric, value, n = score
        name = iri(f"{self.dataset.value}_{metric}")
        pairs: _Pairs = [
            (TYPE, standard("dqv:QualityMeasurement")),
            (standard("dqv:isMeasurementOf"), iri(self.iris.term(metric))),
            (standard("dqv:computedOn"), self.dataset),
            (standard("dqv:value"), decimal(round(value, 4))),
        ]
        if n is not None:
            pairs.append((iri(self.iris.term("measuredOn")), integer(n)))
        return standard("dqv:hasQualityMeasurement"), (name, pairs), []


def _unfit(number: int) -> str:
    return (
        f"{number} literals hold control characters, which XML cannot; this file has their pictures (U+2400 to U+241F) "
        "in their place, the other files the characters themselves."
    )

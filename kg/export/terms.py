"""The terms of the RDF export, of the fact layer and of the schema, and the standard ones that they specialize."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kg.errors import SchemaError
from kg.export.iris import INDUSTRY_SCHEMES, KINDS, Iris
from kg.export.quads import RDF, TYPE, XSD, Iri, Node, Term, iri, literal
from kg.industry_scheme import SCHEMES as INDUSTRY_TITLES
from kg.schema import TEXT, Schema

VOCABULARIES = {
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": XSD,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "schema": "https://schema.org/",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
}
"""Prefixes and namespaces; ``vocabulary`` in a schema names terms by these prefixes, or by a whole IRI."""

ZH_TEXT = "rdf:langString"


class OwnClass(NamedTuple):
    """A class of the fact layer; ``parents`` are standard classes, or own ones by their bare name."""

    name: str
    zh: str
    en: str
    parents: tuple[str, ...]
    comment: str


class OwnProperty(NamedTuple):
    """A property of the fact layer; domain and range are bare names of own classes, or standard ones; may be empty."""

    name: str
    zh: str
    en: str
    domain: str
    range: str
    parents: tuple[str, ...]
    comment: str


class Concept(NamedTuple):
    """A value of one of the code lists."""

    kind: str
    name: str
    zh: str
    en: str


CLASSES = (
    OwnClass("Fact", "事实", "fact", ("rdf:Statement", "prov:Entity"),
             "What the press says: subject, predicate, object, qualifiers, and the words that say it."),
    OwnClass("Evidence", "原文依据", "evidence", ("nif:String", "prov:Entity"),
             "Words of an article that a fact rests on, with their offsets in it."),
    OwnClass("Document", "文件", "document", ("schema:CreativeWork", "prov:Entity"), "A file as it came."),
    OwnClass("Article", "文章", "article", ("schema:NewsArticle", "nif:Context", "prov:Entity"),
             "An article of a document, its broken lines joined."),
    OwnClass("Run", "构建", "run", ("prov:Activity",), "The reading of the documents with one pipeline and schema."),
    OwnClass("IndustryClass", "行业类别", "class of industries", ("skos:Concept",),
             "A class of GB/T 4754-2017 or of the strategic emerging industries of 2018; see skos:broader."),
    OwnClass("Modality", "情态", "modality", ("skos:Concept",), "Whether something is done, under way or planned."),
    OwnClass("Polarity", "肯定与否定", "polarity", ("skos:Concept",), "Whether something is affirmed or denied."),
    OwnClass("Bound", "数额界限", "bound", ("skos:Concept",), "How a number stands to the one that is meant."),
)  # fmt: skip
SCHEMES = {"Modality": "modalities", "Polarity": "polarities", "Bound": "bounds"}
"""The concept scheme of each code list, by the class of its concepts."""

CONCEPTS = (
    Concept("Modality", "done", "已发生", "done"),
    Concept("Modality", "ongoing", "进行中", "under way"),
    Concept("Modality", "planned", "计划中", "planned"),
    Concept("Polarity", "affirmed", "肯定", "affirmed"),
    Concept("Polarity", "denied", "否定", "denied"),
    Concept("Bound", "exact", "确数", "exact"),
    Concept("Bound", "above", "超过", "above"),
    Concept("Bound", "below", "不足", "below"),
    Concept("Bound", "about", "约数", "about"),
)
_MONEY, _QUANTITY = "schema:MonetaryAmount", "schema:QuantitativeValue"
PROPERTIES = (
    OwnProperty("evidence", "依据", "has evidence", "Fact", "Evidence", ("prov:wasDerivedFrom",),
                "The sentence that says so."),
    OwnProperty("antecedent", "指代依据", "has evidence of what a reference stands for", "Fact", "Evidence",
                ("prov:wasDerivedFrom",), "The sentence that names what 该公司 and the like stand for."),
    OwnProperty("modality", "情态", "has modality", "Fact", "Modality", (), ""),
    OwnProperty("polarity", "肯定与否定", "has polarity", "Fact", "Polarity", (), ""),
    OwnProperty("amount", "金额", "has amount", "Fact", "", ("schema:amount",),
                "A sum of money, or another amount, as a node with its number, unit and bound."),
    OwnProperty("countQuantity", "数量（数值）", "has count as a quantity", "Fact", _QUANTITY, (),
                "The number and unit of kg:count."),
    OwnProperty("shareQuantity", "份额（数值）", "has share as a quantity", "Fact", _QUANTITY, (),
                "The number and unit of kg:share."),
    OwnProperty("valueQuantity", "指标值（数值）", "has value as a quantity", "Fact", "", (),
                "The number and unit, or currency, of kg:value."),
    OwnProperty("bound", "数额界限", "has bound", "", "Bound", (),
                "Of an amount or quantity; schema:value is the number told, minValue and maxValue what it implies."),
    OwnProperty("confidence", "可信度", "confidence", "Fact", "xsd:decimal", (),
                "Between 0 and 1: how often such claims are right; of several claims the best."),
    OwnProperty("documents", "文献数", "number of documents that say so", "Fact", "xsd:integer", (), ""),
    OwnProperty("reader", "抽取规则", "rule or model that read it", "Fact", "xsd:string", (), ""),
    OwnProperty("agreed", "印证规则", "rule or model that read the same", "Fact", "xsd:string", (),
                "Another reader than those of `kg:reader`, that says the same of the same words."),
    OwnProperty("dateText", "日期原文", "date as written", "Fact", ZH_TEXT, (), ""),
    OwnProperty("notBefore", "不早于", "not before", "Fact", "xsd:date", (), "The first day of the date told."),
    OwnProperty("notAfter", "不晚于", "not after", "Fact", "xsd:date", (), "The last day of the date told."),
    OwnProperty("title", "职务", "title as written", "Fact", ZH_TEXT, ("schema:roleName",), ""),
    OwnProperty("count", "数量", "count as written", "Fact", ZH_TEXT, (), ""),
    OwnProperty("share", "份额", "share as written", "Fact", ZH_TEXT, (), ""),
    OwnProperty("indicator", "指标", "indicator", "Fact", ZH_TEXT, (), ""),
    OwnProperty("value", "指标值", "value as written", "Fact", ZH_TEXT, (), ""),
    OwnProperty("adcode", "行政区划代码", "GB/T 2260 code", "", "xsd:string", ("schema:identifier",),
                "Six digits. Wikidata's P442 writes them otherwise; see alignments.ttl."),
    OwnProperty("classifiedAs", "所属行业类别", "is or lies in the class", "", "IndustryClass",
                ("skos:mappingRelation",), "An industry's narrowest classes; skos:broader* leads to all around them."),
    OwnProperty("line", "行", "line of the file", "Evidence", "xsd:integer", (), "Counted from 1."),
    OwnProperty("column", "列", "column of the file", "Evidence", "xsd:integer", (), "In characters, counted from 1."),
    OwnProperty("rawText", "原始字样", "the words as the file has them, a line a stretch", "Evidence", ZH_TEXT,
                ("schema:text",), "Joined without white space they are the words of nif:anchorOf."),
    OwnProperty("path", "文件路径", "path of the file", "Document", "xsd:string", (), ""),
    OwnProperty("publication", "报刊", "publication", "Article", ZH_TEXT, (), ""),
    OwnProperty("pipeline", "流水线", "pipeline, as JSON", "Run", "xsd:string", (), ""),
    OwnProperty("schemaDigest", "模式摘要", "digest of the schema's files", "Run", "xsd:string", (), ""),
    OwnProperty("measuredOn", "测量数量", "how many it was measured on", "dqv:QualityMeasurement", "xsd:integer", (),
                ""),
)  # fmt: skip
"""What fact nodes, evidence, documents and runs are described with."""

METRICS = (
    Concept("Metric", "meanConfidence", "平均可信度", "mean confidence of the facts"),
    Concept(
        "Metric", "precision", "人工评审准确率", "share of facts that people judged right, each predicate by its share"
    ),
    Concept("Metric", "precisionLow", "准确率下限", "lower end of the 95 % interval of the precision"),
    Concept("Metric", "precisionHigh", "准确率上限", "upper end of the 95 % interval of the precision"),
)
"""What the description of a graph measures it by."""

_Pairs = list[tuple[Iri, Term]]


@cache
def standard(name: str) -> Iri:
    """Return the term of a name with one of the prefixes of VOCABULARIES, or of a whole IRI."""
    prefix, _, local = name.partition(":")
    if local.startswith("//"):
        try:
            return iri(name)
        except ValueError as error:
            raise SchemaError(f"{name}: no IRI; give a name with a prefix, or a whole IRI") from error
    if prefix not in VOCABULARIES:
        raise SchemaError(f"{name}: unknown prefix; known: {', '.join(VOCABULARIES)}; or give the whole IRI")
    try:
        return iri(VOCABULARIES[prefix] + local)
    except ValueError as error:
        raise SchemaError(f"{name}: no name of a term; known prefixes: {', '.join(VOCABULARIES)}") from error


LABEL = standard("rdfs:label")
_COMMENT = standard("rdfs:comment")
_SUBCLASS = standard("rdfs:subClassOf")
_SUBPROPERTY = standard("rdfs:subPropertyOf")


def subtype_class(type_: str, subtype: str) -> str:
    """Return the name of a subtype's class; subtypes of different types may have one name."""
    return f"{type_}_{subtype}"


def declarations(schema: Schema, iris: Iris) -> Iterator[Node]:
    """Yield the classes, code lists and properties that the export uses, with labels in Chinese and English.

    Raises SchemaError where a name of the schema is that of a term of the fact layer.
    """
    _refuse_taken(schema)
    yield from _own_classes(iris)
    yield from _types(schema, iris)
    yield from _concepts(iris)
    yield from _own_properties(iris)
    yield from _predicates(schema, iris)


def _refuse_taken(schema: Schema) -> None:
    own = (CLASSES, CONCEPTS, PROPERTIES, METRICS)
    taken = {term.name for terms in own for term in terms} | {*SCHEMES.values(), *INDUSTRY_SCHEMES.values()}
    for name in (*schema.types, *schema.predicates):
        if name in taken:
            raise SchemaError(f"[{name}]: RDF has a term of the fact layer of this name; choose another")
    folders: dict[str, str] = dict.fromkeys(KINDS, "RDF")
    for name in schema.types:
        other = folders.setdefault(name.lower(), f"[{name}]")
        if other != f"[{name}]":
            raise SchemaError(f"[{name}]: {other} has things with the same addresses; choose another name")


def _own_classes(iris: Iris) -> Iterator[Node]:
    for one in CLASSES:
        above: _Pairs = [(_SUBCLASS, standard(parent)) for parent in one.parents]
        yield _term(iris, one.name, standard("owl:Class"), one.zh, one.en, [*above, *_comment(one.comment)])


def _types(schema: Schema, iris: Iris) -> Iterator[Node]:
    for kind in schema.types.values():
        above: _Pairs = [(_SUBCLASS, standard(parent)) for parent in kind.vocabulary]
        yield _term(iris, kind.name, standard("owl:Class"), kind.zh, kind.en, above)
        for subtype, zh in kind.subtypes.items():
            inside: _Pairs = [(_SUBCLASS, iri(iris.term(kind.name)))]
            inside += [(_SUBCLASS, standard(parent)) for parent in kind.standard.get(subtype, ())]
            name = subtype_class(kind.name, subtype)
            yield _term(iris, name, standard("owl:Class"), zh, subtype.replace("_", " "), inside)


def _concepts(iris: Iris) -> Iterator[Node]:
    labels = {one.name: (one.zh, one.en) for one in CLASSES}
    for kind, name in SCHEMES.items():
        zh, en = labels[kind]
        yield _term(iris, name, standard("skos:ConceptScheme"), zh, en, [])
    for scheme, name in INDUSTRY_SCHEMES.items():
        yield _term(iris, name, standard("skos:ConceptScheme"), *INDUSTRY_TITLES[scheme], [])
    for concept in CONCEPTS:
        rest: _Pairs = [
            (standard("skos:inScheme"), iri(iris.term(SCHEMES[concept.kind]))),
            (standard("skos:prefLabel"), literal(concept.zh, language="zh")),
            (standard("skos:prefLabel"), literal(concept.en, language="en")),
        ]
        yield _term(iris, concept.name, iri(iris.term(concept.kind)), concept.zh, concept.en, rest)
    for metric in METRICS:
        yield _term(iris, metric.name, standard("dqv:Metric"), metric.zh, metric.en, [])


def _own_properties(iris: Iris) -> Iterator[Node]:
    for one in PROPERTIES:
        rest: _Pairs = [(_SUBPROPERTY, standard(parent)) for parent in one.parents]
        for side, name in (("rdfs:domain", one.domain), ("rdfs:range", one.range)):
            if name:
                rest.append((standard(side), standard(name) if ":" in name else iri(iris.term(name))))
        type_ = standard("owl:DatatypeProperty" if is_datatype(one) else "owl:ObjectProperty")
        yield _term(iris, one.name, type_, one.zh, one.en, [*rest, *_comment(one.comment)])


def is_datatype(one: OwnProperty) -> bool:
    """Say whether the property's values are literals."""
    return one.range.startswith("xsd:") or one.range == ZH_TEXT


def _predicates(schema: Schema, iris: Iris) -> Iterator[Node]:
    for predicate in schema.predicates.values():
        literal_only = predicate.range == {TEXT}
        sides: _Pairs = [(standard("schema:domainIncludes"), iri(iris.term(name))) for name in sorted(predicate.domain)]
        sides += [(standard("schema:rangeIncludes"), iri(iris.term(name))) for name in sorted(predicate.range - {TEXT})]
        sides += [(_SUBPROPERTY, standard(parent)) for parent in predicate.vocabulary]
        if predicate.symmetric:
            sides.insert(0, (TYPE, standard("owl:SymmetricProperty")))
        if predicate.example:
            sides.append((standard("skos:example"), literal(predicate.example, language="zh")))
        type_ = standard("owl:DatatypeProperty" if literal_only else "owl:ObjectProperty")
        yield _term(iris, predicate.name, type_, predicate.zh, predicate.en, sides)


def _term(iris: Iris, name: str, type_: Iri, zh: str, en: str, rest: _Pairs) -> Node:
    labels: _Pairs = [(LABEL, literal(zh, language="zh")), (LABEL, literal(en, language="en"))]
    defined = (standard("rdfs:isDefinedBy"), iri(iris.ontology.rstrip("#")))
    return iri(iris.term(name)), [(TYPE, type_), *labels, *rest, defined]


def _comment(text: str) -> _Pairs:
    return [(_COMMENT, literal(text, language="en"))] if text else []

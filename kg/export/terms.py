"""The terms of the RDF export that are not in the schema, and the standard vocabularies that they specialize."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from kg.errors import SchemaError
from kg.export.iris import Iris
from kg.export.quads import RDF, TYPE, XSD, Iri, Node, Term, iri, literal
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
}
"""Prefixes and namespaces; ``vocabulary`` in types.toml names classes by these prefixes, or by a whole IRI."""

_CLASSES = (
    ("Fact", "事实", "fact", ("rdf:Statement", "prov:Entity")),
    ("Evidence", "原文依据", "evidence", ("nif:String", "prov:Entity")),
    ("Document", "文件", "document", ("schema:CreativeWork", "prov:Entity")),
    ("Article", "文章", "article", ("schema:NewsArticle", "nif:Context")),
    ("Modality", "情态", "modality", ("skos:Concept",)),
    ("Polarity", "肯定与否定", "polarity", ("skos:Concept",)),
    ("Bound", "数额界限", "bound", ("skos:Concept",)),
)
_CONCEPTS = (
    ("Modality", "done", "已发生", "done"),
    ("Modality", "ongoing", "进行中", "under way"),
    ("Modality", "planned", "计划中", "planned"),
    ("Polarity", "affirmed", "肯定", "affirmed"),
    ("Polarity", "denied", "否定", "denied"),
    ("Bound", "exact", "确数", "exact"),
    ("Bound", "above", "超过", "above"),
    ("Bound", "below", "不足", "below"),
    ("Bound", "about", "约数", "about"),
)
_Pairs = list[tuple[Iri, Term]]
_OBJECT_PROPERTIES = (
    ("evidence", "依据", "has evidence"),
    ("antecedent", "指代依据", "has evidence of what a reference stands for"),
    ("modality", "情态", "has modality"),
    ("polarity", "肯定与否定", "has polarity"),
    ("amount", "金额", "has amount"),
    ("bound", "数额界限", "has bound"),
)
_DATATYPE_PROPERTIES = (
    ("adcode", "行政区划代码", "GB/T 2260 code"),
    ("confidence", "可信度", "confidence"),
    ("documents", "文献数", "number of documents that say so"),
    ("reader", "抽取规则", "rule or model that read it"),
    ("objectValue", "取值", "object, where it is a literal"),
    ("dateText", "日期原文", "date as written"),
    ("notBefore", "不早于", "not before"),
    ("notAfter", "不晚于", "not after"),
    ("title", "职务", "title as written"),
    ("count", "数量", "count as written"),
    ("share", "份额", "share as written"),
    ("indicator", "指标", "indicator"),
    ("value", "指标值", "value as written"),
    ("path", "文件路径", "path of the file"),
    ("publication", "报刊", "publication"),
    ("line", "行", "line of the file"),
    ("column", "列", "column of the file"),
    ("rawText", "原始字样", "the words as the file has them, a line a stretch"),
)


@cache
def standard(name: str) -> Iri:
    """Return the term of a name with one of the prefixes of VOCABULARIES, or of a whole IRI."""
    prefix, _, local = name.partition(":")
    if local.startswith("//"):
        return iri(name)
    if prefix not in VOCABULARIES:
        raise SchemaError(f"{name}: unknown prefix; known: {', '.join(VOCABULARIES)}; or give the whole IRI")
    return iri(VOCABULARIES[prefix] + local)


LABEL = standard("rdfs:label")
_SUBCLASS = standard("rdfs:subClassOf")


def subtype_class(type_: str, subtype: str) -> str:
    """Return the name of a subtype's class; subtypes of different types may have one name."""
    return f"{type_}_{subtype}"


def declarations(schema: Schema, iris: Iris) -> Iterator[Node]:
    """Yield the classes, code lists and properties that the export uses, with labels in Chinese and English."""
    owl_class, thing = standard("owl:Class"), standard("owl:ObjectProperty")
    for name, zh, en, parents in _CLASSES:
        yield _term(iris, name, owl_class, zh, en, [(_SUBCLASS, standard(parent)) for parent in parents])
    for kind in schema.types.values():
        above: _Pairs = [(_SUBCLASS, standard(parent)) for parent in kind.vocabulary]
        yield _term(iris, kind.name, owl_class, kind.zh, kind.en, above)
        for subtype, zh in kind.subtypes.items():
            inside: _Pairs = [(_SUBCLASS, iri(iris.term(kind.name)))]
            yield _term(iris, subtype_class(kind.name, subtype), owl_class, zh, subtype.replace("_", " "), inside)
    for kind_, name, zh, en in _CONCEPTS:
        yield _term(iris, name, iri(iris.term(kind_)), zh, en, [])
    for name, zh, en in _OBJECT_PROPERTIES:
        yield _term(iris, name, thing, zh, en, [])
    for name, zh, en in _DATATYPE_PROPERTIES:
        yield _term(iris, name, standard("owl:DatatypeProperty"), zh, en, [])
    for predicate in schema.predicates.values():
        literal_only = predicate.range == {TEXT}
        sides: _Pairs = [(standard("schema:domainIncludes"), iri(iris.term(name))) for name in sorted(predicate.domain)]
        sides += [(standard("schema:rangeIncludes"), iri(iris.term(name))) for name in sorted(predicate.range - {TEXT})]
        if predicate.symmetric:
            sides.insert(0, (TYPE, standard("owl:SymmetricProperty")))
        type_ = standard("owl:DatatypeProperty") if literal_only else thing
        yield _term(iris, predicate.name, type_, predicate.zh, predicate.en, sides)


def _term(iris: Iris, name: str, type_: Iri, zh: str, en: str, rest: _Pairs) -> Node:
    labels: _Pairs = [(LABEL, literal(zh, language="zh")), (LABEL, literal(en, language="en"))]
    return iri(iris.term(name)), [(TYPE, type_), *labels, *rest]

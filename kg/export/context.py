"""The JSON-LD context of a schema: short names, with which the graph compacts to plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.export.iris import DEFAULT_BASE, Iris, local, make_iris
from kg.export.terms import PROPERTIES, VOCABULARIES, is_datatype
from kg.schema import TEXT, Schema

_ZH = {"@language": "zh"}
_ID = {"@type": "@id"}
_STANDARD: dict[str, dict[str, str | list[str]]] = {
    "label": {"@id": "rdfs:label", "@container": "@language"},
    "name": {"@id": "skos:prefLabel", "@container": "@language"},
    "names": {"@id": "skos:altLabel", "@container": ["@language", "@set"]},
    "subject": {"@id": "rdf:subject", **_ID},
    "predicate": {"@id": "rdf:predicate", **_ID},
    "object": {"@id": "rdf:object"},
    "quote": {"@id": "nif:anchorOf", **_ZH},
    "begin": {"@id": "nif:beginIndex", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "nif:endIndex", "@type": "xsd:nonNegativeInteger"},
    "article": {"@id": "nif:referenceContext", **_ID},
    "quotedFrom": {"@id": "prov:wasQuotedFrom", **_ID},
    "derivedFrom": {"@id": "prov:wasDerivedFrom", **_ID},
    "generatedBy": {"@id": "prov:wasGeneratedBy", **_ID},
    "used": {"@id": "prov:used", **_ID},
    "document": {"@id": "schema:isPartOf", **_ID},
    "headline": {"@id": "schema:headline", **_ZH},
    "published": {"@id": "schema:datePublished", "@type": "xsd:date"},
    "page": {"@id": "schema:pagination"},
    "position": {"@id": "schema:position"},
    "notation": {"@id": "skos:notation"},
    "broader": {"@id": "skos:broader", **_ID},
    "scheme": {"@id": "skos:inScheme", **_ID},
    "inside": {"@id": "schema:containedInPlace", **_ID},
    "number": {"@id": "schema:value"},
    "least": {"@id": "schema:minValue"},
    "most": {"@id": "schema:maxValue"},
    "currency": {"@id": "schema:currency"},
    "unit": {"@id": "schema:unitText", **_ZH},
    "words": {"@id": "schema:description", **_ZH},
    "member": {"@id": "org:member", **_ID},
    "organization": {"@id": "org:organization", **_ID},
}


def write_context(schema: Schema, base: str = DEFAULT_BASE) -> str:
    """Return the context as JSON. A name that a schema takes for its own stands for the schema's term."""
    iris = make_iris(base)
    terms = {"id": "@id", "type": "@type", **_STANDARD, **dict(_own(iris)), **dict(_of_schema(schema, iris))}
    context = {"@version": 1.1, **VOCABULARIES, "kg": iris.ontology, **terms}
    return json.dumps({"@context": context}, ensure_ascii=False, indent=1) + "\n"


def _own(iris: Iris) -> Iterator[tuple[str, dict[str, str]]]:
    for one in PROPERTIES:
        if not is_datatype(one):
            yield one.name, {"@id": iris.term(one.name), **_ID}
        elif one.range.startswith("xsd:") and one.range not in ("xsd:string", "xsd:integer"):
            yield one.name, {"@id": iris.term(one.name), "@type": one.range}
        elif one.range.startswith("xsd:"):
            yield one.name, {"@id": iris.term(one.name)}
        else:
            yield one.name, {"@id": iris.term(one.name), **_ZH}


def _of_schema(schema: Schema, iris: Iris) -> Iterator[tuple[str, dict[str, str]]]:
    for kind in schema.types.values():
        yield local(kind.name), {"@id": iris.term(kind.name)}
    for predicate in schema.predicates.values():
        value = _ZH if predicate.range == {TEXT} else {} if TEXT in predicate.range else _ID
        yield local(predicate.name), {"@id": iris.term(predicate.name), **value}

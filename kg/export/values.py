"""What network files and tables say about an entity and about a fact, column by column."""

from __future__ import annotations

from kg.graph import ADCODE, Graph
from kg.model import Entity, Fact
from kg.schema import Schema

Value = str | int | float | None

ENTITY_COLUMNS: dict[str, type] = {
    "name": str,
    "type": str,
    "type_zh": str,
    "subtype": str,
    "subtype_zh": str,
    "names": str,  # the other names, joined by |
    "adcode": str,
    "mentions": int,
    "documents": int,
}
FACT_COLUMNS: dict[str, type] = {
    "fact": str,
    "predicate": str,
    "predicate_zh": str,
    "amount": str,  # the words
    "amount_value": float,  # in the unit of currency
    "amount_high": float,  # the end of a range
    "amount_bound": str,
    "currency": str,
    "title": str,
    "date": str,
    "count": str,
    "share": str,
    "indicator": str,
    "value": str,
    "modality": str,
    "polarity": str,
    "claims": int,
    "documents": int,
    "score": float,
    "quote": str,
    "path": str,
    "article": str,  # its headline
    "line": int,
}


def entity_values(graph: Graph, entity: Entity, schema: Schema) -> dict[str, Value]:
    """Return the values of ENTITY_COLUMNS for an entity; None where there is nothing to say."""
    kind = schema.types.get(entity.type)
    presence = graph.presence[entity.id]
    return {
        "name": entity.name,
        "type": entity.type,
        "type_zh": kind.zh if kind else None,
        "subtype": entity.subtype,
        "subtype_zh": kind.subtypes.get(entity.subtype) if kind and entity.subtype else None,
        "names": "|".join(entity.names) or None,
        "adcode": dict(entity.codes).get(ADCODE),
        "mentions": presence.mentions,
        "documents": presence.documents,
    }


def fact_values(graph: Graph, fact: Fact, schema: Schema) -> dict[str, Value]:
    """Return the values of FACT_COLUMNS for a fact, with its first quote; None where there is nothing to say."""
    evidence = fact.claims[0].evidence[0]
    source, place = graph.source(evidence), graph.place(evidence)
    predicate = schema.predicates.get(fact.predicate)
    words: dict[str, list[str]] = {}
    for qualifier in fact.qualifiers:
        words.setdefault(qualifier.name, []).append(qualifier.text)
    sum_ = dict(next((qualifier.normal for qualifier in fact.qualifiers if qualifier.name == "amount"), ()))
    values: dict[str, Value] = {
        "fact": fact.id,
        "predicate": fact.predicate,
        "predicate_zh": predicate.zh if predicate else None,
        "amount": None,
        "amount_value": sum_.get("value"),
        "amount_high": sum_.get("high"),
        "amount_bound": sum_.get("bound"),
        "currency": sum_.get("currency", sum_.get("unit")),
        "title": None,
        "date": None,
        "count": None,
        "share": None,
        "indicator": None,
        "value": None,
    }
    values.update((name, "|".join(texts)) for name, texts in words.items() if name in values)
    if fact.value is not None:
        values["value"] = fact.value
    return values | {
        "modality": fact.modality,
        "polarity": fact.polarity,
        "claims": len(fact.claims),
        "documents": fact.documents,
        "score": fact.score,
        "quote": evidence.quote,
        "path": source.path,
        "article": source.title,
        "line": place.line if place else None,
    }


def predicate_label(predicate: str, schema: Schema) -> str:
    """Return the predicate's Chinese label, or its name where the schema does not know it."""
    known = schema.predicates.get(predicate)
    return known.zh if known else predicate

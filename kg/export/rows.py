"""Entities, facts and evidence as rows: a dict of plain values each, for pandas, JSON and the tables that are written.

Nothing is escaped: whoever writes a row escapes it for its place. The graph may lie in memory or on disk.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date

from kg.export.provinces import find_provinces
from kg.export.values import Value
from kg.graph import ADCODE
from kg.model import Fact
from kg.periods import iso_day
from kg.schema import Schema, load_schema
from kg.spooling import GraphView

Row = dict[str, Value]

ENTITY_ROW: dict[str, type] = {
    "id": str,
    "name": str,
    "type": str,
    "type_zh": str,
    "subtype": str,
    "subtype_zh": str,
    "names": str,  # the other names, joined by |
    "adcode": str,
    "region": str,  # the province that it is or lies in
    "classes": str,  # codes of GB/T 4754-2017 (C38) and of the strategic emerging industries (1.2), joined by |
    "mentions": int,
    "documents": int,
    "first_seen": str,  # the first day of publication, ISO 8601 at the precision known
}
FACT_ROW: dict[str, type] = {
    "fact": str,
    "subject": str,
    "subject_name": str,
    "subject_type": str,
    "predicate": str,
    "predicate_zh": str,
    "object": str,
    "object_name": str,
    "object_type": str,
    "value": str,  # the literal, where the object is none
    "indicator": str,
    "figure_value": float,  # what value means where it is a number
    "figure_high": float,  # the end of a range
    "figure_bound": str,
    "figure_unit": str,  # a unit, or a currency's code
    "amount": str,  # the words
    "amount_value": float,  # in the unit of currency
    "amount_high": float,
    "amount_bound": str,
    "currency": str,  # or unit
    "amount_cny": float,  # amount_value where the currency is CNY
    "date": str,
    "date_start": date,  # the days that date means, both included
    "date_end": date,
    "count": str,
    "count_value": float,
    "count_unit": str,
    "share": str,
    "share_value": float,  # in per cent
    "title": str,
    "modality": str,
    "polarity": str,
    "claims": int,
    "evidence": int,  # sentences that state the fact
    "documents": int,
    "score": float,
    "first_seen": str,
    "last_seen": str,
    "quote": str,  # the first sentence
    "path": str,
    "article": str,  # its headline
    "line": int,
}
EVIDENCE_ROW: dict[str, type] = {
    "fact": str,
    "claim": str,
    "number": int,  # 1 is the sentence that states the fact, others are those of its antecedents
    "quote": str,
    "document": str,
    "path": str,
    "article": str,  # its headline
    "article_number": int,
    "start": int,  # code points of the article's text
    "end": int,
    "line": int,
    "column": int,
    "reader": str,
    "agreed": str,  # the other readers that say the same, joined by |
    "score": float,
}
"""The columns of the three tables and their types; a ``date`` stands in a row as its ISO 8601 day."""


def entity_rows(graph: GraphView, *, schema: Schema | None = None) -> Iterator[Row]:
    """Yield a row of ENTITY_ROW for each entity, in the graph's order; None where there is nothing to say.

    The labels are those of ``schema``, the shipped one where none is given.
    """
    schema = schema if schema is not None else load_schema()
    provinces = find_provinces(graph)
    for id_, entity in graph.entities.items():
        kind, presence = schema.types.get(entity.type), graph.presence[id_]
        yield {
            "id": id_,
            "name": entity.name,
            "type": entity.type,
            "type_zh": kind.zh if kind else None,
            "subtype": entity.subtype,
            "subtype_zh": kind.subtypes.get(entity.subtype) if kind and entity.subtype else None,
            "names": "|".join(entity.names) or None,
            "adcode": dict(entity.codes).get(ADCODE),
            "region": provinces.get(id_),
            "classes": "|".join(code for scheme, code in entity.codes if scheme != ADCODE) or None,
            "mentions": presence.mentions,
            "documents": presence.documents,
            "first_seen": presence.first,
        }


def fact_rows(graph: GraphView, *, schema: Schema | None = None) -> Iterator[Row]:
    """Yield a row of FACT_ROW for each fact, planned and denied ones too; see ``modality`` and ``polarity``."""
    schema = schema if schema is not None else load_schema()
    for fact in graph.facts:
        yield fact_row(graph, fact, schema)


def fact_row(graph: GraphView, fact: Fact, schema: Schema) -> Row:
    """Return the row of a fact; of a graph on disk, the one that ``facts`` gave last.

    Different words for one qualifier are joined by |, the numbers are those of the first.
    """
    subject = graph.entities[fact.subject]
    object_ = graph.entities[fact.object] if fact.object is not None else None
    predicate = schema.predicates.get(fact.predicate)
    words: dict[str, str] = {}
    meanings: dict[str, Mapping[str, str | int | float]] = {}
    for qualifier in fact.qualifiers:
        name = qualifier.name
        words[name] = f"{words[name]}|{qualifier.text}" if name in words else qualifier.text
        meanings.setdefault(name, dict(qualifier.normal))
    sum_, when, count, share, figure = (
        meanings.get(name, {}) for name in ("amount", "date", "count", "share", "value")
    )
    amount, currency = _number(sum_.get("value")), sum_.get("currency", sum_.get("unit"))
    sentences = {(claim.evidence[0].article, claim.evidence[0].span) for claim in fact.claims}
    days = [day for article, _ in sentences if (day := graph.sources[article].date) is not None]
    first = fact.claims[0].evidence[0]
    source, place = graph.source(first), graph.place(first)
    return {
        "fact": fact.id,
        "subject": fact.subject,
        "subject_name": subject.name,
        "subject_type": subject.type,
        "predicate": fact.predicate,
        "predicate_zh": predicate.zh if predicate else None,
        "object": fact.object,
        "object_name": object_.name if object_ else None,
        "object_type": object_.type if object_ else None,
        "value": fact.value if fact.value is not None else words.get("value"),
        "indicator": words.get("indicator"),
        "figure_value": _number(figure.get("value")),
        "figure_high": _number(figure.get("high")),
        "figure_bound": figure.get("bound"),
        "figure_unit": figure.get("currency", figure.get("unit")),
        "amount": words.get("amount"),
        "amount_value": amount,
        "amount_high": _number(sum_.get("high")),
        "amount_bound": sum_.get("bound"),
        "currency": currency,
        "amount_cny": amount if currency == "CNY" else None,
        "date": words.get("date"),
        "date_start": iso_day(str(when.get("start", ""))),
        "date_end": iso_day(str(when.get("end", "")), last=True),
        "count": words.get("count"),
        "count_value": _number(count.get("value")),
        "count_unit": count.get("unit"),
        "share": words.get("share"),
        "share_value": _number(share.get("value")),
        "title": words.get("title"),
        "modality": fact.modality,
        "polarity": fact.polarity,
        "claims": len(fact.claims),
        "evidence": len(sentences),
        "documents": fact.documents,
        "score": fact.score,
        "first_seen": min(days, default=None),
        "last_seen": max(days, default=None),
        "quote": first.quote,
        "path": source.path,
        "article": source.title,
        "line": place.line if place else None,
    }


def evidence_rows(graph: GraphView) -> Iterator[Row]:
    """Yield a row of EVIDENCE_ROW for each quote of each claim, by fact."""
    for fact in graph.facts:
        for claim in fact.claims:
            for number, evidence in enumerate(claim.evidence, start=1):
                source, place = graph.source(evidence), graph.place(evidence)
                yield {
                    "fact": fact.id,
                    "claim": claim.id,
                    "number": number,
                    "quote": evidence.quote,
                    "document": source.document,
                    "path": source.path,
                    "article": source.title,
                    "article_number": source.number,
                    "start": evidence.span.start,
                    "end": evidence.span.end,
                    "line": place.line if place else None,
                    "column": place.column if place else None,
                    "reader": claim.reader,
                    "agreed": "|".join(claim.agreed) or None,
                    "score": claim.score,
                }


def _number(value: Value) -> int | float | None:
    """Return the number, None where it is none or has more digits than a double holds: the words still have it."""
    return value if isinstance(value, (int, float)) and abs(value) <= sys.float_info.max else None

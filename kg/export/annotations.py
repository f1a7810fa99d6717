"""Readings as annotated documents: the exchange form that ``kg annotate`` writes and ``kg eval`` scores.

``{"id", "mentions", "entities", "facts"}`` with offsets into the text given, in code points, half-open. An entity is a
group of the article; ids are e1, e2, … in text order.
"""

from __future__ import annotations

from typing import Any

from kg.model import Claim, Mention, Normal, Qualifier, Reading


def to_annotation(reading: Reading, *, name: str | None = None) -> dict[str, Any]:
    """Return the reading in the exchange form; its id is ``name``, else the article's name, else its id.

    Denied claims are left out, a claim that repeats another is written once, and ``modality`` is written only where a
    thing is planned or ongoing.
    """
    article = reading.article
    entities, entity_of = _entities(reading)
    return {
        "id": name or article.name or article.id,
        "mentions": [
            {
                "start": mention.span.start,
                "end": mention.span.end,
                "text": mention.text,
                "type": mention.type,
                "subtype": mention.subtype,
                "entity": entity_of[mention],
            }
            for mention in sorted(reading.mentions, key=lambda mention: mention.span)
        ],
        "entities": entities,
        "facts": _facts(reading, entity_of),
    }


def _entities(reading: Reading) -> tuple[list[dict[str, Any]], dict[Mention, str]]:
    """Return the entities in text order and the entity's id of each mention; one without a group stands alone."""
    grouped = {mention for group in reading.groups for mention in group.mentions}
    found = [(group.mentions, group.type, group.subtype, group.name, group.adcode) for group in reading.groups]
    found += [((m,), m.type, m.subtype, m.text, None) for m in reading.mentions if m not in grouped]
    found.sort(key=lambda entity: entity[0][0].span)
    entities: list[dict[str, Any]] = []
    entity_of: dict[Mention, str] = {}
    for number, (mentions, type_, subtype, name, adcode) in enumerate(found, start=1):
        entity: dict[str, Any] = {"id": f"e{number}", "type": type_, "subtype": subtype, "name": name}
        entity["aliases"] = list(dict.fromkeys(mention.text for mention in mentions))
        if adcode is not None:
            entity["adcode"] = adcode
        entities.append(entity)
        entity_of |= dict.fromkeys(mentions, entity["id"])
    return entities, entity_of


def _facts(reading: Reading, entity_of: dict[Mention, str]) -> list[dict[str, Any]]:
    facts: dict[tuple[object, ...], dict[str, Any]] = {}
    claims = [claim for claim in reading.claims if claim.polarity == "affirmed"]
    for claim in sorted(claims, key=lambda claim: (claim.evidence[0].span, claim.subject.span, claim.id)):
        subject = entity_of[claim.subject]
        object_ = claim.object if isinstance(claim.object, str) else entity_of[claim.object]
        key = (subject, claim.predicate, object_, claim.qualifiers, claim.modality)
        facts.setdefault(key, _fact(claim, subject, object_))
    return list(facts.values())


def _fact(claim: Claim, subject: str, object_: str) -> dict[str, Any]:
    span = claim.evidence[0].span
    qualifiers = {qualifier.name: _value(qualifier) for qualifier in claim.qualifiers}
    if claim.modality != "done":
        qualifiers["modality"] = claim.modality
    return {
        "subject": subject,
        "predicate": claim.predicate,
        "object": object_,
        "qualifiers": qualifiers,
        "evidence": [span.start, span.end],
        "score": claim.score,
    }


def _value(qualifier: Qualifier) -> str | dict[str, str | int | float]:
    """The words as written, beside what they mean where that is known."""
    normal: Normal = qualifier.normal
    return {"text": qualifier.text, **dict(normal)} if normal else qualifier.text

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
        "facts": [_fact(claim, entity_of) for claim in _stated(reading, entity_of)],
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


def stated_claims(reading: Reading) -> list[Claim]:
    """Return the claims that are the facts of ``to_annotation``, in their order."""
    return _stated(reading, _entities(reading)[1])


def _stated(reading: Reading, entity_of: dict[Mention, str]) -> list[Claim]:
    stated: dict[tuple[object, ...], Claim] = {}
    claims = [claim for claim in reading.claims if claim.polarity == "affirmed"]
    for claim in sorted(claims, key=lambda claim: (claim.evidence[0].span, claim.subject.span, claim.id)):
        key = (*_ends(claim, entity_of), claim.predicate, claim.qualifiers, claim.modality)
        stated.setdefault(key, claim)
    return list(stated.values())


def _ends(claim: Claim, entity_of: dict[Mention, str]) -> tuple[str, str]:
    return entity_of[claim.subject], claim.object if isinstance(claim.object, str) else entity_of[claim.object]


def _fact(claim: Claim, entity_of: dict[Mention, str]) -> dict[str, Any]:
    subject, object_ = _ends(claim, entity_of)
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

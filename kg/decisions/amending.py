"""Decisions on facts and names put into what was read in one document, before resolution."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from kg.claims import make_claim
from kg.dates import find_dates
from kg.decisions.anchors import (
    NotApplicableError,
    claims_meant,
    find_end,
    find_mention,
    find_quote,
    nearest_difference,
    place_of_name,
)
from kg.decisions.records import Decision
from kg.grouping import group_mentions
from kg.model import Claim, Mention, Normal, Qualifier, Reading, Span
from kg.money import find_amounts, find_shares
from kg.quantities import find_quantities
from kg.schema import Predicate, Schema

PERSON = "person"
"""The reader of claims and the finder of mentions that people add."""


def amend(readings: list[Reading], decision: Decision, schema: Schema) -> None:
    """Put a decision into the readings of its document; those on what is one thing (merge, split, pin) change nothing.

    Raises NotApplicableError, and changes nothing, where it cannot be.
    """
    found = find_quote(readings, decision.quote, decision.occurrence)
    reading, within = readings[found.number], found.span
    if decision.kind == "reject":
        readings[found.number] = _without(reading, decision, within, schema)
    elif decision.kind in ("accept", "add"):
        readings[found.number] = _with(reading, decision, within, schema)
    elif decision.kind == "type":
        readings[found.number] = _named(reading, decision, within, schema)


def _without(reading: Reading, decision: Decision, within: Span, schema: Schema) -> Reading:
    rejected = claims_meant(reading, decision, within, schema)
    if not rejected:
        other = nearest_difference(reading, decision, within, schema)
        raise NotApplicableError(
            f"the quote is read otherwise now: {other}" if other else "the quote is not read so any more"
        )
    return replace(reading, claims=tuple(claim for claim in reading.claims if claim not in rejected))


def _with(reading: Reading, decision: Decision, within: Span, schema: Schema) -> Reading:
    meant = claims_meant(reading, decision, within, schema)
    if meant:
        sure = {claim.id for claim in meant}
        claims = (replace(claim, score=1.0) if claim.id in sure else claim for claim in reading.claims)
        return replace(reading, claims=tuple(claims))
    predicate = schema.predicates.get(decision.predicate or "")
    if predicate is None:
        raise NotApplicableError(f"the schema has no predicate {decision.predicate}")
    reading, subject = _end(reading, decision.subject or "", within, predicate.domain, decision.subject_type, schema)
    object_: Mention | str = decision.object or ""
    if predicate.range != {"text"}:
        reading, object_ = _end(reading, str(object_), within, predicate.range, decision.object_type, schema)
    elif place_of_name(reading, str(object_), within) is None:
        raise NotApplicableError(f"{object_} does not stand in the quote")
    claim = _claim(reading, decision, within, subject, predicate, object_)
    return replace(reading, claims=(*reading.claims, claim))


def _claim(
    reading: Reading, decision: Decision, within: Span, subject: Mention, predicate: Predicate, object_: Mention | str
) -> Claim:
    ends = [subject, *([object_] if isinstance(object_, Mention) else [])]
    outside = [end.span for end in ends if not within.contains(end.span)]
    antecedents = {sentence for sentence in reading.sentences for span in outside if sentence.contains(span)}
    return make_claim(
        reading.article, subject, predicate.name, object_, evidence=[within, *sorted(antecedents)], reader=PERSON,
        score=1.0, qualifiers=[_qualifier(reading, *each, within, predicate) for each in decision.qualifiers],
        modality=decision.modality, polarity=decision.polarity,
    )  # fmt: skip


def _end(
    reading: Reading, name: str, within: Span, types: frozenset[str], type_: str | None, schema: Schema
) -> tuple[Reading, Mention]:
    """Return the mention of an end of a fact, made where nothing was read, and the reading with it."""
    mention = find_end(reading, name, within)
    if mention is None:
        span = place_of_name(reading, name, within)
        if span is None:
            raise NotApplicableError(f"{name} does not stand in the quote, nor is it named elsewhere in its article")
        if type_ is None and len(types) != 1:
            raise NotApplicableError(
                f"{name} was not read as a name; say of which type it is: {', '.join(sorted(types))}"
            )
        mention = _mention(name, span, type_ or next(iter(types)), schema)
        reading = with_mention(reading, mention, schema)
    if mention.type not in types:
        raise NotApplicableError(f"{name} is of type {mention.type}, which the predicate does not take")
    return reading, mention


def _named(reading: Reading, decision: Decision, within: Span, schema: Schema) -> Reading:
    """Return the reading with a mention of the name, if it has none; its type is settled once entities are known."""
    check_type(decision.type or "", schema)
    name = decision.name or ""
    if find_mention(reading, name, within) is not None:
        return reading
    span = place_of_name(reading, name, within)
    if span is None:
        raise NotApplicableError(f"{name} does not stand in the quote")
    return with_mention(reading, _mention(name, span, decision.type or "", schema), schema)


def check_type(type_: str, schema: Schema) -> tuple[str, str | None]:
    """Return type and subtype of ``Type`` or ``Type/subtype``; raises NotApplicableError where there is no such one."""
    name, _, subtype = type_.partition("/")
    if name not in schema.types:
        raise NotApplicableError(f"the schema has no type {name}; there are {', '.join(schema.types)}")
    if subtype and subtype not in schema.types[name].subtypes:
        raise NotApplicableError(f"{name} has no subtype {subtype}; there are {', '.join(schema.types[name].subtypes)}")
    return name, subtype or None


def _mention(name: str, span: Span, type_: str, schema: Schema) -> Mention:
    return Mention(span, name, *check_type(type_, schema), PERSON, 1.0)


def with_mention(reading: Reading, new: Mention, schema: Schema) -> Reading:
    """Return the reading with a mention in place of those that it overlaps, also as ends of claims; grouped anew.

    Claims that cannot have it as their end are left out.
    """

    def now(mention: Mention) -> Mention:
        return new if mention.span.overlaps(new.span) else mention

    def of_claim(claim: Claim) -> Claim:
        object_ = claim.object if isinstance(claim.object, str) else now(claim.object)
        return replace(claim, subject=now(claim.subject), object=object_)

    mentions = sorted({now(mention) for mention in reading.mentions} | {new}, key=lambda mention: mention.span)
    return replace(
        reading,
        mentions=tuple(mentions),
        groups=group_mentions(reading.article, mentions),
        references=tuple(replace(form, mention=now(form.mention)) for form in reading.references),
        claims=tuple(claim for claim in map(of_claim, reading.claims) if is_possible(claim, {new}, schema)),
    )


def is_possible(claim: Claim, changed: Container[Mention], schema: Schema) -> bool:
    """Say whether a claim can have those of its ends that changed."""
    predicate = schema.predicates.get(claim.predicate)
    if predicate is None:
        return True
    ends = ((claim.subject, predicate.domain), (claim.object, predicate.range))
    return all(end not in changed or end.type in types for end, types in ends if isinstance(end, Mention))


def _qualifier(reading: Reading, name: str, text: str, within: Span, predicate: Predicate) -> Qualifier:
    if name not in predicate.qualifiers:
        raise NotApplicableError(
            f"{predicate.name} takes no {name}; it takes {', '.join(predicate.qualifiers) or 'none'}"
        )
    if "".join(text.split()) not in "".join(reading.article.text[within.start : within.end].split()):
        raise NotApplicableError(f"the {name} {text} does not stand in the quote")
    return Qualifier(name, text, _normal(name, text, reading.article.date))


def _normal(name: str, text: str, date: str | None) -> Normal:
    """Return what a qualifier means, where all of its words are one sum, share, figure or time."""
    found: Sequence[tuple[str, Normal]] = ()
    if name == "date":
        found = [(each.text, each.normal) for each in find_dates(text, date)]
    elif name == "amount":
        found = [(each.text, each.normal) for each in find_amounts(text)]
    elif name == "share":
        found = [(each.text, each.normal) for each in find_shares(text)]
    elif name in ("value", "count"):
        found = [(each.text, each.normal) for each in find_quantities(text)]
    return next((normal for words, normal in found if words == text), ())

"""Where the words of a decision stand in what was read: quotes, names, claims.

Quotes are compared without white space, so that they outlive another repair of the same page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.decisions.records import Decision
from kg.model import Claim, Evidence, Group, Mention, Reading, Span
from kg.schema import Schema
from kg.text import fold


class NotApplicableError(Exception):
    """A decision has nothing to hold on to; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a quote stands: the number of the reading among those of its document, and the span in its text."""

    number: int
    span: Span


def find_quote(readings: Sequence[Reading], quote: str, occurrence: int = 1) -> Found:
    """Return where a quote stands in a document, the ``occurrence``-th time.

    Raises NotApplicableError where it does not.
    """
    found = list(_places(readings, quote))
    said = " ".join(quote.split())
    if not found:
        raise NotApplicableError(f"these words do not stand there: “{said}”")
    if len(found) < occurrence:
        raise NotApplicableError(f"these words stand there {len(found)} times, not {occurrence}: “{said}”")
    return found[occurrence - 1]


def count_quote(readings: Sequence[Reading], quote: str) -> int:
    """Return how many times a quote stands in a document."""
    return sum(1 for _ in _places(readings, quote))


def occurrence_of(readings: Sequence[Reading], evidence: Evidence) -> int:
    """Return which of the places of its quote an evidence is, counted from 1."""
    for number, found in enumerate(_places(readings, evidence.quote), start=1):
        if readings[found.number].article.id == evidence.article and found.span.overlaps(evidence.span):
            return number
    return 1


def _places(readings: Sequence[Reading], quote: str) -> Iterator[Found]:
    words = "".join(quote.split())
    for number, reading in enumerate(readings):
        text = reading.article.text
        kept = [at for at, character in enumerate(text) if not character.isspace()]
        squeezed = "".join(text[at] for at in kept)
        at = squeezed.find(words) if words else -1
        while at >= 0:
            yield Found(number, Span(kept[at], kept[at + len(words) - 1] + 1))
            at = squeezed.find(words, at + len(words))


def names_of(reading: Reading) -> dict[Span, set[str]]:
    """Return the folded names, by the span of each mention, that its group has."""
    names: dict[Span, set[str]] = {mention.span: {fold(mention.text)} for mention in reading.mentions}
    for group in reading.groups:
        called = {fold(group.name), *(fold(mention.text) for mention in group.mentions)}
        names.update((mention.span, called) for mention in group.mentions)
    return names


def find_mention(reading: Reading, name: str, within: Span) -> Mention | None:
    """Return the mention of that name in the quote, or one there whose group has the name."""
    key, names = fold(name), names_of(reading)
    inside = [mention for mention in _mentions(reading) if within.contains(mention.span)]
    exact = (mention for mention in inside if fold(mention.text) == key)
    return next(exact, next((mention for mention in inside if key in names[mention.span]), None))


def find_end(reading: Reading, name: str, within: Span) -> Mention | None:
    """Return the mention that a fact's end is: in the quote, else the last before it, else the first of that name."""
    here = find_mention(reading, name, within)
    if here is not None:
        return here
    names = names_of(reading)
    called = [mention for mention in _mentions(reading) if fold(name) in names[mention.span]]
    before = [mention for mention in called if mention.span.end <= within.start]
    return before[-1] if before else next(iter(called), None)


def _mentions(reading: Reading) -> list[Mention]:
    """Return the mentions of the groups, in text order: those that stand for something."""
    return sorted((mention for group in reading.groups for mention in group.mentions), key=lambda one: one.span)


def find_group(reading: Reading, name: str, within: Span) -> Group | None:
    """Return the group that a name in the quote belongs to."""
    mention = find_mention(reading, name, within)
    if mention is None:
        return None
    return next((group for group in reading.groups if mention in group.mentions), None)


def place_of_name(reading: Reading, name: str, within: Span) -> Span | None:
    """Return where a name stands literally in the quote, whether it was read or not."""
    at = reading.article.text.find(name, within.start, within.end)
    return Span(at, at + len(name)) if at >= 0 else None


def claims_meant(reading: Reading, decision: Decision, within: Span, schema: Schema) -> list[Claim]:
    """Return the claims of the quote that say what a decision speaks of.

    The qualifiers that tell facts apart must be those of the decision, as far as it names them.
    """
    near = _claims_between(reading, decision, within, schema)
    return [claim for claim in near if difference(claim, decision, schema) is None]


def nearest_difference(reading: Reading, decision: Decision, within: Span, schema: Schema) -> str | None:
    """Return how the quote's claim between the same ends differs from a decision, None where there is none."""
    for claim in _claims_between(reading, decision, within, schema):
        if (other := difference(claim, decision, schema)) is not None:
            return other
    return None


def _claims_between(reading: Reading, decision: Decision, within: Span, schema: Schema) -> Iterator[Claim]:
    names = names_of(reading)
    subject, object_ = fold(decision.subject or ""), fold(decision.object or "")
    predicate = schema.predicates.get(decision.predicate or "")
    symmetric = predicate is not None and predicate.symmetric
    for claim in reading.claims:
        if claim.predicate != decision.predicate or not claim.evidence[0].span.overlaps(within):
            continue
        subjects = names.get(claim.subject.span, {fold(claim.subject.text)})
        if isinstance(claim.object, str):
            objects = {fold(claim.object)}
        else:
            objects = names.get(claim.object.span, {fold(claim.object.text)})
        turned = symmetric and subject in objects and object_ in subjects
        if turned or (subject in subjects and object_ in objects):
            yield claim


def difference(claim: Claim, decision: Decision, schema: Schema) -> str | None:
    """Return in words how a claim differs from what a decision says of the same ends, None where it does not."""
    said = {qualifier.name: qualifier.text for qualifier in claim.qualifiers}
    predicate = schema.predicates.get(claim.predicate)
    identifying = predicate.identifying if predicate is not None else ()
    for name, text in decision.qualifiers:
        if name in identifying and fold(said.get(name, "")) != fold(text):
            return f"{name} {said.get(name) or 'not given'} instead of {text}"
    for part in ("modality", "polarity"):
        if getattr(claim, part) != getattr(decision, part):
            return f"{part} {getattr(claim, part)} instead of {getattr(decision, part)}"
    return None


def groups_by_id(readings: Iterable[Reading]) -> Mapping[str, Group]:
    """Return the groups of readings, by id."""
    return {group.id: group for reading in readings for group in reading.groups}

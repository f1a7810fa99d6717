"""Why a fact is not in the graph: the gates that it would have had to pass, and the one that stopped it.

The store's own articles are read again with the store's own pipeline, one stage after the other: what a stage takes
away, scores too low or passes over is seen from outside, so that this holds for any stage.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.config import PipelineConfig, StageConfig
from kg.errors import ConfigError
from kg.graph import Graph, Source
from kg.model import Document, Entity, Fact, Mention, Reading, Reference, Span
from kg.pair_reading import Gate, PairReader
from kg.places import Place, locate
from kg.provenance import Mark, entity_name, find_facts
from kg.schema import TEXT, Schema
from kg.store import Store
from kg.text import fold

_REACH = 1
"""How many sentences before the object's own the subject may stand: as far as subjects are carried over."""

_NEAR, _SHOWN = 5, 10
"""How many near names and how many sentences are given."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that could state the fact, both ends in it or the subject in the one before, and what stopped it."""

    text: str
    marks: tuple[Mark, ...]
    source: Source
    place: Place | None
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What stopped a fact: ``gates`` before any sentence is looked at, then sentence by sentence.

    ``facts`` are those that are in the graph after all; ``more`` counts the sentences beyond those given.
    """

    question: str
    facts: tuple[Fact, ...]
    gates: tuple[Gate, ...]
    candidates: tuple[Candidate, ...]
    more: int


def stored_pipeline(store: Store) -> PipelineConfig:
    """Return the pipeline that a store was built with. Raises ConfigError where the store does not say."""
    meta = store.meta()
    steps, folder = meta.get("pipeline"), meta.get("pipeline_folder")
    if steps is None:
        raise ConfigError("the store does not say with which pipeline it was built; build it anew")
    return PipelineConfig(
        "of the store",
        tuple(
            StageConfig(step["use"], {k: v for k, v in step.items() if k != "use"}, Path(folder) if folder else None)
            for step in json.loads(steps)
        ),
    )


def why_not(graph: Graph, store: Store, schema: Schema, subject: str, predicate: str, object_: str) -> WhyNot:
    """Return what stopped ``subject predicate object_``, or the facts that say it.

    Raises InputError where the schema has no such predicate.
    """
    question = f"{subject} {predicate} {object_}"
    facts = find_facts(graph, schema, subject, predicate, object_)
    if facts:
        return WhyNot(question, tuple(facts), (), (), 0)
    literal = TEXT in schema.predicates[predicate].range
    reader = PairReader(schema, stored_pipeline(store))
    gates: list[Gate] = []
    ends: list[tuple[Entity, ...]] = []
    for name in (subject,) if literal else (subject, object_):
        found = graph.named(name) or graph.find(name)
        if not graph.named(name):
            gates.append(_no_such_name(graph, store, reader, name, found))
        ends.append(found if len(found) == 1 or graph.named(name) else ())
    if not all(ends):
        return WhyNot(question, (), tuple(gates), (), 0)
    gates += _rejected(store, predicate, ends, object_)
    gates += _types(schema, predicate, ends, literal)
    if any(gate.name in ("types", "one thing") for gate in gates):
        return WhyNot(question, (), tuple(gates), (), 0)
    wanted = [{entity.id for entity in found} for found in ends]
    candidates, apart = _candidates(graph, store, reader, wanted, predicate, object_)
    if not candidates:
        gates.append(apart)
    return WhyNot(question, (), tuple(gates), tuple(candidates[:_SHOWN]), len(candidates[_SHOWN:]))


# --- names and types ------------------------------------------------------------------------------------------------


def _no_such_name(graph: Graph, store: Store, reader: PairReader, name: str, found: Sequence[Entity]) -> Gate:
    """Return why nothing has that name: only longer ones do, it was not read as a name, or it stands nowhere."""
    if len(found) == 1:
        return Gate("name", f"nothing is named {name}; taken for {entity_name(found[0])}")
    near = [entity_name(entity) for entity in (found[:_NEAR] or _near(graph, name))]
    hint = f"; near: {', '.join(near)}" if near else ""
    for document, readings in store.read():
        for reading in readings:
            at = reading.article.text.find(name) if name else -1
            if at >= 0:
                span = Span(at, at + len(name))
                stands = _at(document, locate(document, reading.article, span))
                return Gate("name", f"{name} stands in {stands}, but {reader.lost_name(reading, span)}{hint}")
    return Gate("name", f"nothing is named {name}, and no article has these words{hint}")


def _near(graph: Graph, name: str) -> list[Entity]:
    """Return the entities whose names share most with this one: pairs of characters, as a share of all in both."""
    wanted = _pairs(fold(name))

    def likeness(entity: Entity) -> float:
        shares = []
        for known in (entity.name, *entity.names):
            pairs = _pairs(fold(known))
            shares.append(len(pairs & wanted) / len(pairs | wanted))
        return max(shares)

    ranked = sorted(((likeness(entity), entity) for entity in graph.entities.values()), key=lambda r: (-r[0], r[1].id))
    return [entity for share, entity in ranked[:_NEAR] if share >= 0.2]


def _pairs(text: str) -> set[str]:
    framed = f"\x02{text}\x03"
    return {framed[at : at + 2] for at in range(len(framed) - 1)}


def _rejected(store: Store, predicate: str, ends: Sequence[Sequence[Entity]], object_: str) -> Iterator[Gate]:
    """Yield the decisions of people that took the fact out; in the pipeline's eyes it may well be there."""
    called = [{fold(name) for entity in found for name in (entity.name, *entity.names)} for found in ends]
    called += [{fold(object_)}] if len(ends) == 1 else []
    for decided in store.decisions():
        said = json.loads(decided.line)
        if said["decision"] != "reject" or said["predicate"] != predicate or decided.problem is not None:
            continue
        if all(fold(said[end]) in names for end, names in zip(("subject", "object"), called, strict=True)):
            note = f" ({said['note']})" if "note" in said else ""
            yield Gate("decision", f"a person rejected it{note} in {said['document']}: “{said['quote']}”")


def _types(schema: Schema, predicate: str, ends: Sequence[Sequence[Entity]], literal: bool) -> Iterator[Gate]:
    """Yield what the predicate does not take."""
    known = schema.predicates[predicate]
    objects = [TEXT] if literal else [entity.type for entity in ends[1]]
    if not any(schema.allows(predicate, entity.type, kind) for entity in ends[0] for kind in objects):
        takes = f"{', '.join(sorted(known.domain))} → {', '.join(sorted(known.range))}"
        given = " → ".join(" or ".join(map(entity_name, found)) for found in ends)
        turned = any(schema.allows(predicate, kind, entity.type) for entity in ends[0] for kind in objects)
        hint = "; the other way round it would be taken" if turned else ""
        yield Gate("types", f"{predicate} takes {takes}; given: {given}{hint}")
    elif not literal and {entity.id for entity in ends[0]} == {entity.id for entity in ends[1]}:
        yield Gate("one thing", f"both are {entity_name(ends[0][0])}, and nothing is said of a thing and itself")


# --- sentences ------------------------------------------------------------------------------------------------------


def _candidates(
    graph: Graph, store: Store, reader: PairReader, wanted: Sequence[Collection[str]], predicate: str, object_: str
) -> tuple[list[Candidate], Gate]:
    """Return the sentences within reach of both ends, and what to say where there is none."""
    entity_of = {link.group: link.entity for link in store.links()}
    found: list[Candidate] = []
    counts = [0, 0, 0]
    nearest: tuple[int, str] | None = None
    for document, readings in store.read():
        for reading in readings:
            subjects = _places(reading, entity_of, wanted[0])
            objects = _places(reading, entity_of, wanted[1]) if len(wanted) > 1 else _words(reading, object_)
            counts[0] += bool(subjects)
            counts[1] += bool(objects)
            if not subjects or not objects:
                continue
            counts[2] += 1
            distance, pairs = _within_reach(subjects, objects)
            if nearest is None or distance < nearest[0]:
                nearest = distance, _at(document, locate(document, reading.article, _span(objects[0][1])))
            for number, (subject, target) in pairs.items():
                sentence = reading.sentences[number]
                text = reading.article.text[sentence.start : sentence.end]
                gates = reader.gates(reading, sentence, subject, target, predicate)
                marks = [("subject", _span(subject)), ("object", _span(target))]
                place = locate(document, reading.article, sentence)
                source = graph.sources[reading.article.id]
                found.append(Candidate(text, _marks(sentence, marks), source, place, tuple(gates)))
    if not counts[2]:
        said = f"no article names both: the subject stands in {counts[0]}, the object in {counts[1]}"
    else:
        assert nearest is not None
        said = (
            f"articles that name both: {counts[2]}; sentences from one to the other: {nearest[0]} ({nearest[1]}); "
            "a fact is read in one sentence, of which only the subject may stand in the one before"
        )
    return found, Gate("reach", said)


_End = Mention | Reference | Span
_Placed = list[tuple[int, _End]]
"""Ends with the number of the sentence that they stand in, in text order."""


def _places(reading: Reading, entity_of: dict[str, str], wanted: Collection[str]) -> _Placed:
    """Return the names of an article and the forms that stand for names which belong to the entities wanted."""
    spans = {m.span for g in reading.groups if entity_of.get(g.id) in wanted for m in g.mentions}
    ends: list[Mention | Reference] = [mention for mention in reading.mentions if mention.span in spans]
    ends += [form for form in reading.references if form.mention.span in spans]
    ends.sort(key=lambda end: end.span)
    return [(_sentence(reading, end.span), end) for end in ends]


def _words(reading: Reading, words: str) -> _Placed:
    placed: _Placed = []
    at = reading.article.text.find(words) if words else -1
    while at >= 0:
        span = Span(at, at + len(words))
        placed.append((_sentence(reading, span), span))
        at = reading.article.text.find(words, at + 1)
    return placed


def _sentence(reading: Reading, span: Span) -> int:
    return max(0, bisect_right(reading.sentences, span.start, key=lambda sentence: sentence.start) - 1)


def _within_reach(subjects: _Placed, objects: _Placed) -> tuple[int, dict[int, tuple[_End, _End]]]:
    """Return how many sentences lie between the ends at the nearest, and by the object's sentence the nearest pair."""
    pairs: dict[int, tuple[int, tuple[_End, _End]]] = {}
    least = min(abs(there - here) for here, _ in subjects for there, _ in objects)
    for number, target in objects:
        for other, subject in subjects:
            distance = number - other
            if 0 <= distance <= _REACH and (number not in pairs or distance < pairs[number][0]):
                pairs[number] = distance, (subject, target)
    return least, {number: pair for number, (_, pair) in sorted(pairs.items())}


def _span(end: _End) -> Span:
    return end if isinstance(end, Span) else end.span


def _marks(sentence: Span, marks: Sequence[tuple[str, Span]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(role, span.start - sentence.start, span.end - sentence.start)
        for role, span in sorted(marks, key=lambda mark: mark[1])
        if sentence.contains(span)
    )


def _at(document: Document, place: Place | None) -> str:
    """Return path and position in one word, for messages."""
    if place is None or place.box is not None:
        return document.path + (f" p. {place.page}" if place is not None else "")
    return f"{document.path}:{place.line}:{place.column}"

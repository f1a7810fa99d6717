"""Why a fact is in the graph: who read each of its claims, by which rule, in which words, and where those stand.

What is shown of the file is what stands there, broken lines, blanks and all, with the ends of the fact marked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.errors import ConfigError, InputError
from kg.export.cards import describe_fact
from kg.graph import Graph, Source
from kg.model import Article, Box, Claim, Document, Entity, Fact, Mention, Reading, Span
from kg.places import Place, line_starts
from kg.registry import find_stage
from kg.schema import Schema
from kg.store import Store
from kg.text import fold

_AROUND = 40
"""How many characters of a line are shown on either side, where it is longer."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text it comes with, ``text[start:end]``, and what it is: subject, object, a qualifier's name,
    or after ``=`` the words that stand for one of them (``=subject``: 该公司)."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the file as it came, or the part of it around the words; of a PDF a printed line with page and box.

    ``line`` and ``column`` of its first character count from 1, as in Place.
    """

    text: str
    marks: tuple[Mark, ...]
    line: int
    column: int
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that a claim rests on: the one that states it, or an ``antecedent``, which names what it speaks of."""

    kind: str
    text: str
    marks: tuple[Mark, ...]
    source: Source
    place: Place | None
    lines: tuple[RawLine, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who read a claim: the stage and what it does; the rule's name; of a frame its pattern and score too."""

    stage: str
    summary: str
    name: str
    pattern: str | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One claim of a fact, how it was read, and its words; ``resolved`` says what stands for what (该公司 → 甲公司)."""

    claim: Claim
    rule: Rule
    passages: tuple[Passage, ...]
    resolved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fact in one line, and what it rests on."""

    fact: Fact
    statement: str
    grounds: tuple[Ground, ...]


def find_facts(graph: Graph, schema: Schema, subject: str, predicate: str, object_: str) -> list[Fact]:
    """Return the facts between things of these names (any name, id or code; of a literal its words), in graph order.

    The ends of a symmetric predicate may be given in either order. Raises InputError where the schema has no such
    predicate.
    """
    if predicate not in schema.predicates:
        raise InputError(f"no predicate is named {predicate!r}; there are {', '.join(schema.predicates)}")
    subjects, objects = ({entity.id for entity in graph.find(name)} for name in (subject, object_))
    value, symmetric = fold(object_), schema.predicates[predicate].symmetric

    def is_meant(fact: Fact) -> bool:
        if fact.object is None:
            return fact.subject in subjects and value == fold(fact.value or "")
        turned = symmetric and fact.subject in objects and fact.object in subjects
        return turned or (fact.subject in subjects and fact.object in objects)

    return [fact for fact in graph.facts if fact.predicate == predicate and is_meant(fact)]


def explain(graph: Graph, store: Store, fact: Fact, schema: Schema) -> Explanation:
    """Return what a fact of the store's graph rests on, a ground for each of its claims."""
    return Explanation(
        fact,
        describe_fact(graph, fact),
        tuple(_ground(graph, store, claim, schema) for claim in fact.claims),
    )


def _ground(graph: Graph, store: Store, claim: Claim, schema: Schema) -> Ground:
    reading = store.reading(claim.evidence[0].article)
    document = store.document(reading.article.document)
    marks, resolved = _marks(claim, reading)
    passages = tuple(
        Passage(
            "antecedent" if number else "sentence",
            evidence.quote,
            _within(evidence.span, marks if not number else marks[:2]),
            graph.source(evidence),
            graph.place(evidence),
            tuple(raw_lines(document, reading.article, evidence.span, marks)),
        )
        for number, evidence in enumerate(claim.evidence)
    )
    return Ground(claim, rule_of(claim, schema), passages, resolved)


def rule_of(claim: Claim, schema: Schema) -> Rule:
    """Return who read a claim, as far as the stages and the schema know."""
    stage, _, name = claim.reader.partition(":")
    try:
        summary = find_stage(stage).summary
    except ConfigError:  # a stage of somebody else's, not installed here
        summary = ""
    frame = next((frame for frame in schema.frames if frame.name == name), None)
    if frame is None:
        return Rule(stage, summary, name)
    return Rule(stage, summary, name, frame.pattern, frame.score)


# --- marks ----------------------------------------------------------------------------------------------------------


def _marks(claim: Claim, reading: Reading) -> tuple[list[tuple[str, Span]], tuple[str, ...]]:
    """Return the stretches of the article that the claim speaks of, its ends first, and what stands for what."""
    sentence = claim.evidence[0].span
    ends = [("subject", claim.subject)]
    if isinstance(claim.object, Mention):
        ends.append(("object", claim.object))
    marks = [(role, mention.span) for role, mention in ends]
    resolved = []
    for role, mention in ends:
        forms = [form for form in reading.references if form.mention.span == mention.span]
        inside = [form for form in forms if sentence.contains(form.span)]
        for form in inside:
            marks.append((f"={role}", form.span))
            resolved.append(f"{form.text} → {mention.text} ({form.reason}, {form.score:.2f})")
        if not inside and not sentence.contains(mention.span):
            resolved.append(f"{role} left out → {mention.text}")
    words = [] if isinstance(claim.object, Mention) else [("object", claim.object)]
    words += [(qualifier.name, qualifier.text) for qualifier in claim.qualifiers]
    for role, text in words:
        span = _first(reading.article.text, text, sentence, [span for _, span in marks])
        if span is not None:
            marks.append((role, span))
    return marks, tuple(resolved)


def _first(text: str, words: str, sentence: Span, taken: Sequence[Span]) -> Span | None:
    """Return the first place of the words in the sentence that is not taken; words put together stand nowhere."""
    at = text.find(words, sentence.start, sentence.end) if words else -1
    while at >= 0:
        span = Span(at, at + len(words))
        if not any(span.overlaps(other) for other in taken):
            return span
        at = text.find(words, at + 1, sentence.end)
    return None


def _within(sentence: Span, marks: Iterable[tuple[str, Span]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(role, span.start - sentence.start, span.end - sentence.start)
        for role, span in sorted(marks, key=lambda mark: mark[1])
        if sentence.contains(span)
    )


# --- the file as it came --------------------------------------------------------------------------------------------


def raw_lines(
    document: Document, article: Article, span: Span, marks: Sequence[tuple[str, Span]] = ()
) -> Iterator[RawLine]:
    """Yield the lines of the file that hold ``article.text[span.start:span.end]``, in the order of the text.

    ``marks`` are stretches of the article's text; what of them stands on a line is marked there.
    """
    starts = line_starts(document.text)
    role_at = {at: role for role, marked in reversed(marks) for at in range(marked.start, marked.end)}
    characters: list[tuple[int, int, str | None, int | None, Box | None]] = []
    for piece in article.offsets:
        shift = piece.file_start - piece.text_start
        for at in range(max(piece.text_start, span.start), min(piece.text_end, span.end)):
            number = bisect_right(starts, at + shift)
            characters.append((number, at + shift, role_at.get(at), piece.page, piece.box))
    for (number, page, box), group in groupby(characters, key=lambda c: (c[0], c[3], c[4])):
        held = list(group)
        first, last = held[0][1], held[-1][1] + 1
        if box is None:  # a printed line of a PDF is a piece of its own; in a text the whole line is shown
            end = starts[number] if number < len(starts) else len(document.text)
            first, last = max(starts[number - 1], first - _AROUND), min(end, last + _AROUND)
        text = document.text[first:last].rstrip("\r\n")
        found = tuple(_runs([(at - first, role) for _, at, role, _, _ in held], text))
        yield RawLine(text, found, number, first - starts[number - 1] + 1, page, box)


def _runs(characters: Iterable[tuple[int, str | None]], text: str) -> Iterator[Mark]:
    """Yield the stretches of one role; blanks between letter-spaced characters belong to them."""
    current: Mark | None = None
    for at, role in characters:
        if current is not None and role == current.role and not text[current.end : at].strip():
            current = Mark(current.role, current.start, at + 1)
            continue
        if current is not None:
            yield current
        current = Mark(role, at, at + 1) if role is not None else None
    if current is not None:
        yield current


def one_fact(graph: Graph, fact: str) -> Fact:
    """Return the fact of that id. Raises InputError where there is none."""
    found = next((one for one in graph.facts if one.id == fact), None)
    if found is None:
        raise InputError(f"no fact has the id {fact}; `kg show` gives the ids, or name SUBJECT PREDICATE OBJECT")
    return found


def entity_name(entity: Entity) -> str:
    """Return an entity's name with its type, by which namesakes are told apart."""
    return f"{entity.name} ({entity.type}{f'/{entity.subtype}' if entity.subtype else ''})"

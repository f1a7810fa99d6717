"""Facts reviewed one after the other, the most doubtful first; every answer is a decision in the file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kg.decisions.anchors import difference
from kg.decisions.deciding import add_checked, anchor_of, merging, on_fact, on_name
from kg.decisions.files import read_decisions
from kg.decisions.records import Decision
from kg.errors import InputError, KGError
from kg.graph import Graph, build_graph
from kg.model import Fact
from kg.provenance import explain
from kg.review import Answer, Question
from kg.schema import Schema, load_schema
from kg.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of an end of the fact in question: its ``type``, or the entity to ``merge`` it with."""

    kind: Literal["type", "merge"]
    end: Literal["subject", "object"]
    value: str


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """How many decisions were added to the file, and how many facts nobody has decided on yet."""

    given: int
    left: int


def review_facts(
    store: str | Path,
    decisions: str | Path,
    ask: Callable[[Question], Answer | Correction],
    *,
    predicate: str | None = None,
    tell: Callable[[str], None] | None = None,
    schema: str | Path | None = None,
) -> ReviewResult:
    """Ask about each fact of a store on which the file has no decision, lowest score first, and add what is answered.

    ``ask`` says yes (accept), no (reject), skip, back, quit, or a Correction, after which the same fact is asked about
    again; ``tell`` is told in one line what could not be done. Raises InputError where there is no fact to ask about.
    """
    known = load_schema(schema)
    with open_store(store) as opened:
        graph = build_graph(opened.read(), opened.links(), known)
        pool = [fact for fact in graph.facts if predicate is None or fact.predicate == predicate]
        if not pool:
            raise InputError(f"{store}: no fact{f' with the predicate {predicate}' if predicate else ''} to review")
        pool.sort(key=lambda fact: (fact.score, fact.id))
        decided: dict[tuple[str, ...], list[Decision]] = {}
        for one in read_decisions(decisions, missing=True).decisions:
            if one.subject is not None:
                decided.setdefault((one.document, "".join(one.quote.split())), []).append(one)
        todo = [fact for fact in pool if not _is_decided(graph, fact, decided, known)]
        review = _Review(decisions, graph, opened, known)
        at = given = 0
        try:
            while at < len(todo):
                fact = todo[at]
                number = len(pool) - len(todo) + at + 1
                answer = ask(Question(number, len(pool), explain(graph, opened, fact, known), review.said.get(fact.id)))
                if answer == "quit":
                    break
                if answer == "back":
                    at = max(0, at - 1)
                elif answer == "skip":
                    at += 1
                else:
                    try:
                        given += review.keep(fact, answer)
                        at += not isinstance(answer, Correction)
                    except KGError as error:
                        if tell is None:
                            raise
                        tell(str(error))
                        at += not isinstance(answer, Correction)
        except KeyboardInterrupt:
            pass
    return ReviewResult(given, len(todo) - len(review.said))


def _is_decided(
    graph: Graph, fact: Fact, decided: Mapping[tuple[str, ...], Sequence[Decision]], schema: Schema
) -> bool:
    """Say whether a decision speaks of one of the fact's claims."""
    for claim in fact.claims:
        evidence = claim.evidence[0]
        object_ = claim.object if isinstance(claim.object, str) else claim.object.text
        said = claim.subject.text, claim.predicate, object_
        for one in decided.get((graph.source(evidence).path, "".join(evidence.quote.split())), ()):
            if (one.subject, one.predicate, one.object) == said and difference(claim, one, schema) is None:
                return True
    return False


class _Review:
    """Turns answers into decisions in the file; ``said`` holds the verdicts of this run, by fact."""

    def __init__(self, path: str | Path, graph: Graph, store: Store, schema: Schema) -> None:
        self._path, self._graph, self._store, self._schema = path, graph, store, schema
        self.said: dict[str, bool] = {}

    def keep(self, fact: Fact, answer: Answer | Correction) -> int:
        """Add the decisions that an answer amounts to; return how many are new."""
        if isinstance(answer, Correction):
            new = [self._correction(fact, answer)]
        else:
            kind: Literal["accept", "reject"] = "accept" if answer == "yes" else "reject"
            new = on_fact(kind, self._graph, self._store, fact, self._schema)
        added = add_checked(self._path, self._store, new, self._schema)
        if not isinstance(answer, Correction):
            self.said[fact.id] = answer == "yes"
        return len(added)

    def _correction(self, fact: Fact, said: Correction) -> Decision:
        end = fact.subject if said.end == "subject" else fact.object
        if end is None:
            raise InputError("the object of this fact is a text, not an entity")
        anchor = anchor_of(self._graph, self._store, end)
        if said.kind == "type":
            return on_name("type", anchor, type=said.value)
        return merging(self._graph, self._store, anchor, end, said.value)

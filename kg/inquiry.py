"""What people ask of the facts of a store: which contradict each other, why one is there or not, how many are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kg.contradictions import Conflict, contradictions
from kg.errors import InputError
from kg.gates import WhyNot, why_not
from kg.graph import build_graph
from kg.model import Fact
from kg.provenance import Explanation, explain, find_facts, one_fact
from kg.review import (
    Answer,
    AuditResult,
    Question,
    ask_all,
    draw,
    holding,
    judgement,
    read_answers,
    tally,
    write_sample,
)
from kg.schema import load_schema
from kg.store import open_store


def conflicts(store: str | Path, *, schema: str | Path | None = None) -> list[Conflict]:
    """Return the claims of a store that do not go together, and the plans that are told as done (kg.contradictions)."""
    with open_store(store) as opened:
        return contradictions(build_graph(opened.read(), opened.links(), load_schema(schema)))


def why(store: str | Path, *fact: str, schema: str | Path | None = None) -> list[Explanation]:
    """Return what facts rest on: the one of that id, or all of ``subject, predicate, object``.

    Raises InputError where there is no such fact.
    """
    known = load_schema(schema)
    with open_store(store) as opened:
        graph = build_graph(opened.read(), opened.links(), known)
        if len(fact) == 1:
            return [explain(graph, opened, one_fact(graph, fact[0]), known)]
        if len(fact) != 3:
            raise InputError("give the id of a fact, or its subject, predicate and object")
        found = find_facts(graph, known, *fact)
        if not found:
            raise InputError(f"{store}: no fact says {' '.join(fact)}; `kg whynot` with the same words says why")
        return [explain(graph, opened, one, known) for one in found]


def whynot(
    store: str | Path, subject: str, predicate: str, object_: str, *, schema: str | Path | None = None
) -> WhyNot:
    """Return what stopped a fact from being in the graph, or the facts that are there after all.

    The articles in which both ends stand are read again with the pipeline that the store was built with. Raises
    InputError where there is no such predicate.
    """
    known = load_schema(schema)
    with open_store(store) as opened:
        graph = build_graph(opened.read(), opened.links(), known)
        return why_not(graph, opened, known, subject, predicate, object_)


def audit(
    store: str | Path,
    ask: Callable[[Question], Answer] | None = None,
    *,
    n: int = 50,
    predicate: str | None = None,
    seed: int = 1,
    spread: bool = False,
    answers: str | Path | None = None,
    export: str | Path | None = None,
    schema: str | Path | None = None,
) -> AuditResult:
    """Have a random sample of facts judged, and return the precision that all judgements of the store show.

    ``ask`` is given one fact after the other and says yes, no, skip, back or quit; each answer is in the store before
    the next question, and what was judged is not asked again. ``answers`` is a table of answers to take over,
    ``export`` a file to write the sample to, for somebody to fill in. ``spread`` takes as many facts of each predicate
    as can be. Raises InputError where there is nothing to judge.
    """
    known = load_schema(schema)
    with open_store(store) as opened:
        graph = build_graph(opened.read(), opened.links(), known)
        sample = draw(graph, n, predicate=predicate, seed=seed, spread=spread)
        verdicts, _ = holding(graph, opened.judgements())

    def keep(fact: Fact, right: bool) -> None:
        with open_store(store, write=True) as opened:  # anew each time: a build may put another file in its place
            opened.judge(judgement(graph, fact, right))

    def tell(fact: Fact) -> Explanation:
        with open_store(store) as opened:
            return explain(graph, opened, fact, known)

    given = 0
    problems: list[str] = []
    if answers is not None:
        read, problems = read_answers(answers, graph)
        for fact, right in read:
            keep(fact, right)
        given = len(read)
    if ask is not None:
        given += ask_all(sample, verdicts, tell, ask, keep)
    with open_store(store) as opened:
        judgements = list(opened.judgements())
    verdicts, _ = holding(graph, judgements)
    if export is not None:
        write_sample(export, graph, sample, verdicts)
    left = sum(fact.id not in verdicts for fact in sample)
    return replace(tally(graph, judgements), problems=tuple(problems), given=given, left=left)

"""Facts judged by people: a random sample, one answer at a time, and the precision that the answers show.

A sample is the facts with the smallest digests of seed and id: random, the same on every machine, and the first 50 of a
sample of 100 are the sample of 50. Judgements are kept in the store as they are made. One holds as long as the graph
has the fact with the claims that were shown: more support leaves a right fact right, but may mend a wrong one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Literal

from kg.errors import InputError
from kg.export.cards import describe_fact, quotes_of
from kg.export.files import writing
from kg.export.tables import guarded, plain
from kg.graph import Graph
from kg.ids import digest
from kg.model import Fact
from kg.provenance import Explanation
from kg.spooling import GraphView
from kg.store import Judgement

Answer = Literal["yes", "no", "skip", "back", "quit"]
_Z = 1.959963984540054
"""The 97.5 % quantile of the standard normal distribution."""

_HEADER = ("fact", "right", "predicate", "statement", "quote", "place")
_RIGHT = {"y": True, "yes": True, "n": False, "no": False}


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be judged: the ``number``-th of ``total``; ``earlier`` is what was said of it before, if anything."""

    number: int
    total: int
    explanation: Explanation
    earlier: bool | None


@dataclass(frozen=True, slots=True)
class Precision:
    """Of ``judged`` facts ``right`` ones, as a share with its 95 % interval, out of ``facts`` that the graph has."""

    right: int
    judged: int
    facts: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What people said of a store's facts.

    ``overall`` counts every judgement alike, ``weighted`` each predicate as often as the graph has it (of the judged
    predicates): it is the one to quote where the sample was spread over predicates or held to some. ``stale`` are the
    statements of judgements that no longer hold; ``problems`` say which answers could not be taken. ``left`` counts
    the facts of the sample that nobody has judged yet.
    """

    predicates: dict[str, Precision]
    overall: Precision | None
    weighted: Precision | None
    stale: tuple[str, ...]
    problems: tuple[str, ...] = ()
    given: int = 0
    left: int = 0


def wilson(right: float, judged: float) -> tuple[float, float]:
    """Return the score interval at 95 % of a share (Wilson, E. B. 1927, JASA 22 (158), 209-212).

    >>> [round(end, 3) for end in wilson(45, 50)]
    [0.786, 0.957]
    """
    share = right / judged
    middle = share + _Z * _Z / (2 * judged)
    spread = _Z * sqrt(share * (1 - share) / judged + _Z * _Z / (4 * judged * judged))
    scale = 1 + _Z * _Z / judged
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def draw(graph: Graph, n: int, *, predicate: str | None = None, seed: int = 1, spread: bool = False) -> list[Fact]:
    """Return ``n`` facts at random, or all there are; with ``spread`` as many of each predicate as can be.

    Raises InputError where there is no fact to draw.
    """
    pool = [fact for fact in graph.facts if predicate is None or fact.predicate == predicate]
    if not pool:
        raise InputError(f"the store has no fact{f' with the predicate {predicate}' if predicate else ''} to judge")
    pool.sort(key=lambda fact: digest(str(seed), fact.id))
    if spread:
        turn: Counter[str] = Counter()
        turns = {}
        for fact in pool:
            turns[fact.id] = turn[fact.predicate]
            turn[fact.predicate] += 1
        pool.sort(key=lambda fact: turns[fact.id])
    return pool[:n]


def judgement(graph: Graph, fact: Fact, right: bool) -> Judgement:
    """Return the record of what a person said of a fact."""
    return Judgement(
        fact.id, fact.predicate, describe_fact(graph, fact), tuple(claim.id for claim in fact.claims), right
    )


def holding(graph: GraphView, judgements: Iterable[Judgement]) -> tuple[dict[str, bool], tuple[str, ...]]:
    """Return what was said of the facts that are still as they were shown, and the statements of the others."""
    said = list(judgements)
    asked = {one.fact for one in said}
    claims = {fact.id: {claim.id for claim in fact.claims} for fact in graph.facts if fact.id in asked}
    kept: dict[str, bool] = {}
    stale = []
    for one in said:
        now, shown = claims.get(one.fact, set()), set(one.claims)
        if now == shown or (one.right and now > shown):
            kept[one.fact] = one.right
        else:
            stale.append(one.statement)
    return kept, tuple(stale)


def ask_all(
    facts: Sequence[Fact],
    verdicts: dict[str, bool],
    explain: Callable[[Fact], Explanation],
    ask: Callable[[Question], Answer],
    keep: Callable[[Fact, bool], None],
) -> int:
    """Ask about the facts that have no verdict yet, ``keep`` each answer at once, and return how many were given.

    ``back`` goes to the fact asked before; an interrupt counts as ``quit``.
    """
    todo = [number for number, fact in enumerate(facts) if fact.id not in verdicts]
    said: dict[str, bool] = {}
    at = 0
    try:
        while at < len(todo):
            fact = facts[todo[at]]
            answer = ask(Question(todo[at] + 1, len(facts), explain(fact), said.get(fact.id)))
            if answer == "quit":
                break
            if answer == "back":
                at = max(0, at - 1)
                continue
            if answer != "skip":
                said[fact.id] = answer == "yes"
                keep(fact, said[fact.id])
            at += 1
    except KeyboardInterrupt:
        pass
    return len(said)


def audited(graph: GraphView, judgements: Iterable[Judgement]) -> list[tuple[str, float, int]]:
    """Return the precision that the judgements show, for the description of a graph; nothing where there are none."""
    shown = tally(graph, judgements).weighted
    if shown is None:
        return []
    ends = (("precision", shown.share), ("precisionLow", shown.low), ("precisionHigh", shown.high))
    return [(metric, value, shown.judged) for metric, value in ends]


def tally(graph: GraphView, judgements: Iterable[Judgement]) -> AuditResult:
    """Return the precision that the judgements show, per predicate in the order of their names and overall."""
    verdicts, stale = holding(graph, judgements)
    there = Counter(fact.predicate for fact in graph.facts)
    judged: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for fact in graph.facts:
        if fact.id in verdicts:
            judged[fact.predicate] += 1
            right[fact.predicate] += verdicts[fact.id]
    if not judged:
        return AuditResult({}, None, None, stale)
    predicates = {name: _precision(right[name], judged[name], there[name]) for name in sorted(judged)}
    facts = sum(there[name] for name in judged)
    overall = _precision(sum(right.values()), sum(judged.values()), facts)
    weights = {name: there[name] / judged[name] for name in judged}
    share = sum(weights[name] * right[name] for name in judged) / facts
    # So many judgements of equal weight would tell as much (Kish, L. 1965, Survey Sampling, section 11.7).
    size = facts**2 / sum(weights[name] ** 2 * judged[name] for name in judged)
    weighted = Precision(overall.right, overall.judged, facts, share, *wilson(share * size, size))
    return AuditResult(predicates, overall, weighted, stale)


def _precision(right: int, judged: int, facts: int) -> Precision:
    return Precision(right, judged, facts, right / judged, *wilson(right, judged))


# --- files ----------------------------------------------------------------------------------------------------------


def read_answers(path: str | Path, graph: Graph) -> tuple[list[tuple[Fact, bool]], list[str]]:
    """Return the answers of a table: a fact's id and y or n a line, tabs between; what else a line holds is not read.

    Lines without an answer and the header are passed over; what is wrong with others is returned beside. Raises
    InputError where the file cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    facts = {fact.id: fact for fact in graph.facts}
    answers, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        name, answer = (plain(cell.strip()) for cell in (*line.split("\t"), "")[:2])
        if not answer or (number == 1 and (name, answer) == _HEADER[:2]):
            continue
        fact, right = facts.get(name), _RIGHT.get(answer.lower())
        if fact is None:
            problems.append(f"{path}:{number}: no fact has the id {name!r}")
        elif right is None:
            problems.append(f"{path}:{number}: the answer is {answer!r}; write y or n")
        else:
            answers.append((fact, right))
    return answers, problems


def write_sample(path: str | Path, graph: Graph, facts: Iterable[Fact], verdicts: dict[str, bool]) -> None:
    """Write facts as a table that ``read_answers`` takes once its second column is filled in."""
    with writing(path) as write:
        write("\t".join(_HEADER) + "\n")
        for fact in facts:
            quote = quotes_of(graph, fact.claims[0])[0]
            said = {True: "y", False: "n"}.get(verdicts[fact.id], "") if fact.id in verdicts else ""
            line = f":{quote.place.line}:{quote.place.column}" if quote.place and quote.place.box is None else ""
            cells = fact.id, said, fact.predicate, describe_fact(graph, fact), quote.text, f"{quote.source.path}{line}"
            write("\t".join(guarded(" ".join(cell.split())) for cell in cells) + "\n")

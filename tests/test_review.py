"""Facts judged by people: samples, intervals, resuming, and what stays after a rebuild."""

import json
from collections import Counter
from pathlib import Path
from shutil import copyfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.errors import InputError
from kg.graph import Graph
from kg.review import Answer, Question, draw, holding, judgement, tally, wilson
from kg.store import Judgement, open_store


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    copyfile(built / "graph.sqlite", tmp_path / "graph.sqlite")
    return tmp_path / "graph.sqlite"


@pytest.fixture(scope="module")
def graph(built: Path) -> Graph:
    return kg.load_graph(built / "graph.sqlite")


def test_wilson_is_the_published_interval() -> None:
    """Newcombe, R. G. 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    for right, judged, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
                                     (1, 29, 0.0061, 0.1718)):  # fmt: skip
        assert wilson(right, judged) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert -1e-9 <= low <= counts[0] / counts[1] + 1e-9
    assert counts[0] / counts[1] - 1e-9 <= high <= 1 + 1e-9


def test_a_small_sample_begins_a_large_one(graph: Graph) -> None:
    assert draw(graph, 30)[:10] == draw(graph, 10)
    assert len(draw(graph, 10**6)) == len(graph.facts)
    assert draw(graph, 10, seed=2) != draw(graph, 10)
    assert {fact.predicate for fact in draw(graph, 50, predicate="partOf")} == {"partOf"}


def test_a_spread_sample_has_each_predicate(graph: Graph) -> None:
    there = Counter(fact.predicate for fact in graph.facts)
    spread = Counter(fact.predicate for fact in draw(graph, 2 * len(there), spread=True))
    assert set(spread) == set(there)
    assert all(count >= min(2, there[predicate]) for predicate, count in spread.items())


def test_nothing_to_judge_is_one_line(store: Path) -> None:
    with pytest.raises(InputError, match="no fact with the predicate hosts"):
        kg.audit(store, predicate="hosts")


def answering(answers: str, seen: list[Question]):
    keys: dict[str, Answer] = {"y": "yes", "n": "no", "s": "skip", "b": "back", "q": "quit"}
    left = iter(answers)

    def ask(question: Question) -> Answer:
        seen.append(question)
        return keys[next(left)]

    return ask


def test_answers_are_kept_and_not_asked_again(store: Path) -> None:
    seen: list[Question] = []
    first = kg.audit(store, answering("ynsq", seen), n=6)
    assert (first.given, first.left) == (2, 4)
    assert first.overall is not None
    assert (first.overall.right, first.overall.judged) == (1, 2)
    second = kg.audit(store, answering("yyyy", seen), n=6)
    assert (second.given, second.left) == (4, 0)
    assert second.overall is not None
    assert (second.overall.right, second.overall.judged) == (5, 6)
    asked = [question.explanation.fact.id for question in seen]
    assert asked[4:] == asked[2:4] + [f.id for f in draw(kg.load_graph(store), 6)[4:]]
    assert kg.stats(store)["audit"]["overall"]["judged"] == 6
    assert kg.stats(store)["rows"]["judgements"] == 6


def test_back_judges_anew(store: Path) -> None:
    seen: list[Question] = []
    result = kg.audit(store, answering("bybnq", seen), n=6)
    assert [question.number for question in seen] == [1, 1, 2, 1, 2]
    assert [question.earlier for question in seen] == [None, None, None, True, None]
    assert result.overall is not None
    assert (result.overall.right, result.overall.judged) == (0, 1)


def test_an_interrupt_loses_nothing(store: Path) -> None:
    answers = iter(["yes", "no"])

    def ask(question: Question) -> Answer:
        try:
            return next(answers)  # type: ignore[return-value]
        except StopIteration:
            raise KeyboardInterrupt from None

    assert kg.audit(store, ask, n=6).given == 2
    assert kg.audit(store, n=6).left == 4


def test_a_rebuilt_store_keeps_what_still_holds(sample_page: Path, tmp_path: Path) -> None:
    out, store = tmp_path / "out", tmp_path / "out" / "graph.sqlite"
    page = tmp_path / "page.txt"
    page.write_bytes(sample_page.read_bytes())
    kg.build([page], out, pipeline="fast")
    kg.audit(store, answering("yyn", []), n=3)
    kg.build([page], out, pipeline="fast")
    again = kg.audit(store, n=3)
    assert (again.left, again.stale) == (0, ())
    page.write_text("福安市委书记李明川说，福安市发展很快。\n", encoding="utf-8")
    kg.build([page], out, pipeline="fast")
    gone = kg.audit(store, n=3)
    assert gone.overall is None
    assert len(gone.stale) == 3


def test_more_support_keeps_a_yes_and_reopens_a_no(graph: Graph) -> None:
    fact = graph.facts[0]
    yes, no = (judgement(graph, fact, right) for right in (True, False))
    assert holding(graph, [yes]) == ({fact.id: True}, ())
    assert holding(graph, [no]) == ({fact.id: False}, ())
    for shown, right, kept in (((), True, True), ((), False, False), ((*yes.claims, "gone"), True, False)):
        one = Judgement(fact.id, fact.predicate, yes.statement, shown, right)
        assert holding(graph, [one])[0] == ({fact.id: right} if kept else {})


def test_weights_make_up_for_a_spread_sample(graph: Graph) -> None:
    """All of one predicate judged right and one fact of another wrong: the latter stands for all of its kind."""
    there = Counter(fact.predicate for fact in graph.facts)
    posts = [fact for fact in graph.facts if fact.predicate == "holdsPosition"]
    other = next(fact for fact in graph.facts if fact.predicate == "statistic")
    result = tally(graph, [*(judgement(graph, fact, True) for fact in posts), judgement(graph, other, False)])
    assert result.overall is not None
    assert result.weighted is not None
    assert result.overall.share == pytest.approx(len(posts) / (len(posts) + 1))
    assert result.weighted.share == pytest.approx(len(posts) / (len(posts) + there["statistic"]))
    assert list(result.predicates) == ["holdsPosition", "statistic"]


def test_a_sample_goes_out_and_its_answers_come_back(store: Path, tmp_path: Path) -> None:
    table = tmp_path / "sample.tsv"
    kg.audit(store, n=4, export=table)
    header, *rows = table.read_text(encoding="utf-8").splitlines()
    assert header.split("\t")[:2] == ["fact", "right"]
    assert [row.split("\t")[0] for row in rows] == [fact.id for fact in draw(kg.load_graph(store), 4)]
    filled = [row.replace("\t\t", f"\t{answer}\t", 1) for row, answer in zip(rows, ["y", "n", "", "YES"], strict=True)]
    table.write_text(
        "\n".join([header, *filled, "nofact\ty", f"{rows[2].split(chr(9))[0]}\tperhaps"]), encoding="utf-8"
    )
    result = kg.audit(store, n=4, answers=table)
    assert (result.given, result.left) == (3, 1)
    assert len(result.problems) == 2
    assert "sample.tsv:6: no fact has the id 'nofact'" in result.problems[0]
    assert "write y or n" in result.problems[1]
    assert result.overall is not None
    assert (result.overall.right, result.overall.judged) == (2, 3)
    kg.audit(store, n=4, export=table)
    assert [row.split("\t")[1] for row in table.read_text(encoding="utf-8").splitlines()[1:]] == ["y", "n", "", "y"]


def test_judgements_hold_no_time_and_no_order(store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    copyfile(store, other)
    facts = draw(kg.load_graph(store), 4)
    for path, order in ((store, facts), (other, facts[::-1])):
        answers = tmp_path / "answers.tsv"
        answers.write_text("".join(f"{fact.id}\ty\n" for fact in order), encoding="utf-8")
        kg.audit(path, answers=answers)
    read = []
    for path in (store, other):
        with open_store(path) as opened:
            read.append(list(opened.judgements()))
    assert read[0] == read[1]
    assert json.dumps(kg.stats(store)["audit"]) == json.dumps(kg.stats(other)["audit"])

"""Decisions replayed on a store: what each kind does, that it can be undone, and what no longer applies."""

import json
import random
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest

import kg
from kg.decisions import (
    Anchor,
    Decision,
    DecisionFile,
    Replay,
    apply_decisions,
    check_decisions,
    decide,
    decisions_of,
    describe_unapplied,
    read_decisions,
    to_line,
)
from kg.decisions.deciding import anchor_of, on_fact, on_name
from kg.errors import InputError
from kg.graph import Graph, build_graph
from kg.model import Fact
from kg.resolve import resolve
from kg.store import open_store

PAGE = "page.txt"
CREDIT = "云织鞋服董事长苏晚舟表示，海岚银行为该公司提供超4亿元授信，累计投放近1.8亿元。"
BRANCH = "海岚银行宁德分行行长周慕云介绍，该行推出“研值贷”产品"
BUREAU = "当涂县经济和信息化局局长韩既白表示"
REJECT = Decision("reject", PAGE, CREDIT, subject="海岚银行", predicate="grantsCredit", object="云织鞋服",
                  qualifiers=(("amount", "超4亿元"),))  # fmt: skip
ACCEPT = replace(REJECT, kind="accept", predicate="lendsTo", qualifiers=(("amount", "近1.8亿元"),))
ADD = Decision("add", PAGE, CREDIT, subject="海岚银行", predicate="cooperatesWith", object="云织鞋服")
TYPE = Decision("type", PAGE, CREDIT, name="云织鞋服", type="Program/project")
MERGE = Decision("merge", PAGE, BRANCH, name="海岚银行宁德分行", into=Anchor(PAGE, CREDIT, "海岚银行"))
SPLIT = Decision("split", PAGE, CREDIT, name="海岚银行", id="Organization:海岚银行_晋江")
PIN = Decision("pin", PAGE, BUREAU, name="当涂县经济和信息化局", id="Organization:dangtu-jxj")


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    copyfile(built / "graph.sqlite", tmp_path / "graph.sqlite")
    return tmp_path / "graph.sqlite"


def replay(store: Path, *decisions: Decision) -> Replay:
    with open_store(store, write=True) as opened:
        return apply_decisions(opened, decisions, kg.load_schema(), lambda: resolve(opened.readings()))


def reasons(done: Replay) -> list[str]:
    return [describe_unapplied(one) for one in done.unapplied]


def facts(graph: Graph, subject: str, predicate: str, object_: str) -> list[Fact]:
    ends = [{entity.id for entity in graph.named(name)} for name in (subject, object_)]
    return [one for one in graph.facts if (one.predicate, {one.subject} <= ends[0], {one.object} <= ends[1]) ==
            (predicate, True, True)]  # fmt: skip


def rows(store: Path) -> list[str]:
    """Return all that a store holds, less what resolution will work out again."""
    with sqlite3.connect(store) as opened:
        return sorted(line for line in opened.iterdump() if not line.startswith('INSERT INTO "kept"'))


def test_a_rejected_fact_is_not_in_the_graph_but_in_the_store(store: Path) -> None:
    read = kg.load_graph(store)
    assert reasons(replay(store, REJECT)) == []
    graph = kg.load_graph(store)
    (gone,) = facts(read, "海岚银行", "grantsCredit", "云织鞋服有限公司")
    assert {one.id for one in read.facts} - {one.id for one in graph.facts} == {gone.id}
    with open_store(store) as opened:
        ((_, readings),) = opened.as_read([entry.id for entry in opened.entries()])
    assert gone.claims[0] in [claim for reading in readings for claim in reading.claims]


def test_why_not_knows_who_rejected_it(store: Path) -> None:
    replay(store, replace(REJECT, note="只是意向"))
    found = kg.whynot(store, "海岚银行", "grantsCredit", "云织鞋服有限公司")
    (gate,) = [gate for gate in found.gates if gate.name == "decision"]
    assert gate.detail == f"a person rejected it (只是意向) in {PAGE}: “{CREDIT}”"
    other = kg.whynot(store, "海岚银行", "invests", "云织鞋服有限公司")
    assert "decision" not in {gate.name for gate in other.gates}


def test_only_the_fact_of_that_sum_is_rejected(store: Path) -> None:
    done = replay(store, replace(REJECT, qualifiers=(("amount", "5亿元"),)))
    assert reasons(done) == [
        f"{PAGE}: reject 海岚银行 grantsCredit 云织鞋服: "
        "the quote is read otherwise now: amount 超4亿元 instead of 5亿元"
    ]


def test_an_accepted_fact_is_sure(store: Path) -> None:
    assert reasons(replay(store, ACCEPT)) == []
    (fact,) = facts(kg.load_graph(store), "海岚银行", "lendsTo", "云织鞋服有限公司")
    assert fact.score == 1.0
    assert fact.claims[0].reader.startswith("relate_")


def test_an_added_fact_has_its_quote_and_its_reader(store: Path) -> None:
    credit = replace(ADD, predicate="invests", qualifiers=(("amount", "近1.8亿元"),))
    assert reasons(replay(store, ADD, credit)) == []
    graph = kg.load_graph(store)
    (fact,) = facts(graph, "云织鞋服有限公司", "cooperatesWith", "海岚银行")  # its ends in the order of their ids
    assert (fact.claims[0].reader, fact.score, fact.claims[0].evidence[0].quote) == ("person", 1.0, CREDIT)
    (sum_,) = facts(graph, "海岚银行", "invests", "云织鞋服有限公司")
    assert dict(sum_.qualifiers[0].normal) == {"value": 180_000_000, "currency": "CNY", "bound": "below"}
    (why,) = kg.why(store, fact.id)
    assert why.grounds[0].rule.stage == "person"


def test_a_name_that_was_not_read_can_be_an_end(store: Path) -> None:
    add = Decision("add", PAGE, BRANCH, subject="海岚银行宁德分行", predicate="issues", object="研值贷")
    said = reasons(replay(store, add))
    assert said == [] or "say of which type it is" in said[0]
    assert reasons(replay(store, replace(add, object_type="Product"))) == []
    assert facts(kg.load_graph(store), "海岚银行宁德分行", "issues", "研值贷")


def test_a_type_is_corrected_for_the_whole_entity(store: Path) -> None:
    assert reasons(replay(store, TYPE)) == []
    (entity,) = kg.load_graph(store).named("云织鞋服有限公司")
    assert (entity.id, entity.type, entity.subtype) == ("Program:云织鞋服有限公司", "Program", "project")
    graph = kg.load_graph(store)
    schema = kg.load_schema()
    assert all(graph.entities[one.subject].type in schema.predicates[one.predicate].domain for one in graph.facts)
    assert not facts(graph, "苏晚舟", "holdsPosition", "云织鞋服有限公司")
    assert facts(graph, "海岚银行", "grantsCredit", "云织鞋服有限公司")


def test_a_type_gives_a_name_that_was_not_read(store: Path) -> None:
    assert reasons(replay(store, Decision("type", PAGE, BRANCH, name="研值贷", type="Product"))) == []
    assert [entity.type for entity in kg.load_graph(store).named("研值贷")] == ["Product"]


def test_merged_entities_have_one_id_and_a_reason(store: Path) -> None:
    assert reasons(replay(store, MERGE)) == []
    (entity,) = kg.load_graph(store).named("海岚银行宁德分行")
    assert entity.id == "Organization:海岚银行"
    with open_store(store) as opened:
        assert {link.reason for link in opened.links() if link.by == "person"} == {"a person joined it"}


def test_a_split_takes_one_article_out(store: Path) -> None:
    assert reasons(replay(store, SPLIT)) == []
    graph = kg.load_graph(store)
    ids = {entity.id for entity in graph.named("海岚银行")}
    assert ids >= {"Organization:海岚银行_晋江"}
    assert {one.subject for one in graph.facts if one.claims[0].evidence[0].quote == CREDIT} >= {
        "Organization:海岚银行_晋江"
    }


def test_a_split_that_parts_nothing_changes_nothing(store: Path) -> None:
    before = rows(store)
    assert reasons(replay(store, Decision("split", PAGE, BUREAU, name="韩既白"))) == []
    assert [line for line in rows(store) if "decisions" not in line] == [
        line for line in before if "decisions" not in line
    ]


def test_a_pinned_id_stays(store: Path) -> None:
    assert reasons(replay(store, PIN)) == []
    assert kg.load_graph(store).named("当涂县经济和信息化局")[0].id == "Organization:dangtu-jxj"


def test_without_decisions_all_is_as_it_was(store: Path) -> None:
    before = rows(store)
    assert reasons(replay(store, REJECT, ACCEPT, ADD, MERGE, SPLIT, PIN)) == []
    assert rows(store) != before
    replay(store, TYPE, REJECT)
    assert replay(store) == Replay(0, ())
    assert rows(store) == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_decided_the_graph_is_sound_and_all_can_be_undone(seed: int, store: Path) -> None:
    """Decisions at random: types fit predicates and ids, nothing is left behind, checking says the same."""
    chance, schema, before = random.Random(seed), kg.load_schema(), rows(store)
    with open_store(store, write=True) as opened:
        graph = build_graph(opened.read(), opened.links(), schema)
        entities, pool = sorted(graph.entities), list(graph.facts)
        made = set[Decision]()
        for _ in range(12):
            fact, one, other = chance.choice(pool), chance.choice(entities), chance.choice(entities)
            anchor = anchor_of(graph, opened, one)
            if chance.random() < 0.3:  # words that are no name
                at = chance.randrange(len(anchor.quote))
                anchor = replace(anchor, name=anchor.quote[at : at + 4].strip() or "。")
            accept = on_fact("accept", graph, opened, fact, schema)[0]
            made |= {
                chance.choice([accept, on_fact("reject", graph, opened, fact, schema)[0]]),
                replace(accept, kind="add", predicate=chance.choice(list(schema.predicates)), qualifiers=()),
                chance.choice([
                    on_name("type", anchor, type=chance.choice(list(schema.types))),
                    on_name("merge", anchor, into=anchor_of(graph, opened, other)),
                    on_name("split", anchor, id=chance.choice([None, one, other, f"{one}_x"])),
                    on_name("pin", anchor, id=chance.choice([one, other, f"{one}_x"])),
                ]),
            }  # fmt: skip
        decisions = DecisionFile().adding(sorted(made, key=to_line)).decisions
        checked = check_decisions(opened, decisions, schema)
        assert apply_decisions(opened, decisions, schema, lambda: resolve(opened.readings())) == checked
        decided = build_graph(opened.read(), opened.links(), schema)
    assert all(entity.id.startswith(f"{entity.type}:") for entity in decided.entities.values())
    for fact in decided.facts:
        predicate = schema.predicates[fact.predicate]
        assert decided.entities[fact.subject].type in predicate.domain
        assert fact.object is None or decided.entities[fact.object].type in predicate.range
    replay(store)
    assert rows(store) == before


def test_the_order_of_decisions_is_nothing(store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    copyfile(store, other)
    decisions = (REJECT, ACCEPT, ADD, MERGE, SPLIT, PIN)
    replay(store, *decisions)
    replay(other, *decisions[::-1])
    graphs = [kg.load_graph(path) for path in (store, other)]
    assert graphs[0].entities == graphs[1].entities
    assert graphs[0].facts == graphs[1].facts


def test_replaying_twice_is_replaying_once(store: Path) -> None:
    replay(store, REJECT, ACCEPT, TYPE, MERGE)
    once = rows(store)
    replay(store, REJECT, ACCEPT, TYPE, MERGE)
    assert rows(store) == once
    assert decisions_of(store) == (REJECT, ACCEPT, TYPE, MERGE)


GONE = {
    "there is no document none.txt": replace(REJECT, document="none.txt", quote="海岚银行"),
    "these words do not stand there": replace(REJECT, quote="这句话没有"),
    "these words stand there 1 times, not 2": replace(REJECT, occurrence=2),
    "the quote is not read so any more": replace(REJECT, object="当涂县"),
    "is read otherwise now: modality done instead of planned": replace(REJECT, modality="planned"),
    "火星 does not stand in the quote, nor": replace(ADD, object="火星", subject="海岚银行"),
    "the schema has no predicate": replace(ADD, predicate="feeds"),
    "is of type Organization, which the predicate does not take": replace(ADD, predicate="holdsPosition"),
    "cooperatesWith takes no share": replace(ADD, qualifiers=(("share", "5%"),)),
    "the amount 9亿元 does not stand in the quote": replace(ADD, qualifiers=(("amount", "9亿元"),)),
    "the schema has no type Firm": replace(TYPE, type="Firm"),
    "Program has no subtype bank": replace(TYPE, type="Program/bank"),
    "不在 does not stand in the quote": replace(TYPE, name="不在"),
    "不在 is not read as a name in the quote": replace(PIN, name="不在"),
    "is another entity's id": replace(PIN, id="Organization:海岚银行"),
    "cannot be its id; write Organization:": replace(PIN, id="Person:张"),
    "cannot be its id": replace(PIN, id="Organization:a b"),
    "are of different types": replace(MERGE, into=Anchor(PAGE, BUREAU, "韩既白")),
    "there is no document x": replace(MERGE, into=Anchor("x", "韩既白", "韩既白")),
}


@pytest.mark.parametrize("reason", GONE)
def test_what_does_not_apply_says_why(reason: str, store: Path) -> None:
    done = replay(store, GONE[reason], PIN)
    assert done.applied == 1
    (said,) = reasons(done)
    assert reason in said
    assert "\n" not in said
    with open_store(store) as opened:
        assert [one.problem is None for one in opened.decisions()] == [False, True]


def test_contrary_decisions_apply_neither_nor(store: Path) -> None:
    accept = replace(REJECT, kind="accept")
    done = replay(store, REJECT, accept)
    assert done.applied == 0
    assert all("another decision says the contrary" in said for said in reasons(done))
    part = replace(accept, quote="海岚银行为该公司提供超4亿元授信", kind="add")
    assert "rejects it" in reasons(replay(store, REJECT, part))[0]
    assert not facts(kg.load_graph(store), "海岚银行", "grantsCredit", "云织鞋服有限公司")


def test_a_type_that_rules_out_an_accepted_fact_is_told(store: Path) -> None:
    (said,) = reasons(replay(store, ACCEPT, replace(TYPE, type="Product")))
    assert "lendsTo does not take the types" in said


def test_checking_changes_nothing_and_says_the_same(store: Path) -> None:
    decisions = [REJECT, ACCEPT, ADD, MERGE, SPLIT, PIN, *GONE.values()]
    before = rows(store)
    with open_store(store) as opened:
        checked = check_decisions(opened, decisions, kg.load_schema())
    assert rows(store) == before
    assert checked == replay(store, *decisions)
    with open_store(store) as opened:
        assert check_decisions(opened, decisions, kg.load_schema()) == checked


def built_with(folder: Path, text: str, pipeline: str = "fast") -> Path:
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    (folder / "pages" / "one.txt").write_text(text, encoding="utf-8")
    kg.build([folder / "pages"], folder / "out", pipeline=pipeline)
    return folder / "out" / "graph.sqlite"


TEXT = "海岚银行向云岭电机有限公司授信5300万元。泉州市市长陈牧远到云岭电机有限公司调研。\n"
BANK = Decision("reject", "one.txt", "海岚银行向云岭电机有限公司授信5300万元。", subject="海岚银行",
                predicate="grantsCredit", object="云岭电机有限公司")  # fmt: skip
MAYOR = Decision("accept", "one.txt", "泉州市市长陈牧远到云岭电机有限公司调研。", subject="陈牧远",
                 predicate="holdsPosition", object="泉州市", qualifiers=(("title", "市长"),), subject_type="Person",
                 object_type="Region/prefecture")  # fmt: skip


def test_decisions_survive_edited_text(tmp_path: Path) -> None:
    store = built_with(tmp_path, TEXT)
    assert reasons(replay(store, BANK, MAYOR)) == []
    edited = built_with(tmp_path, f"昨日，记者从福建省获悉。{TEXT}")
    assert reasons(replay(edited, BANK, MAYOR)) == []
    graph = kg.load_graph(edited)
    assert not [one for one in graph.facts if one.predicate == "grantsCredit"]
    assert facts(graph, "陈牧远", "holdsPosition", "泉州市")[0].score == 1.0
    corrected = built_with(tmp_path, TEXT.replace("5300", "6000"))
    (said,) = reasons(replay(corrected, BANK, MAYOR))
    assert "these words do not stand there" in said
    assert facts(kg.load_graph(corrected), "海岚银行", "grantsCredit", "云岭电机有限公司")


def test_decisions_survive_changed_rules(sample_page: Path, tmp_path: Path) -> None:
    """What the default pipeline reads is decided on; `fast` reads less and the accepted facts stay."""
    kg.build([sample_page], tmp_path / "default")
    file = tmp_path / "decisions.jsonl"
    graph = kg.load_graph(tmp_path / "default" / "graph.sqlite")
    for number, fact in enumerate(graph.facts):
        kind = "reject" if number % 3 == 0 else "accept"
        decide(file, tmp_path / "default" / "graph.sqlite", kind, fact.id)  # type: ignore[arg-type]
    kg.build([sample_page], tmp_path / "fast", pipeline="fast")
    decisions = read_decisions(file).decisions
    store = tmp_path / "fast" / "graph.sqlite"
    read = {one.id for one in kg.load_graph(store).facts}
    done = replay(store, *decisions)
    assert {one.decision.kind for one in done.unapplied} <= {"reject"}
    assert all("read" in one.reason for one in done.unapplied)
    now = kg.load_graph(store)
    wanted = {fact.id for number, fact in enumerate(graph.facts) if number % 3}
    assert len(wanted - {one.id for one in now.facts}) <= len(wanted) // 20
    assert len(wanted - read) > len(wanted - {one.id for one in now.facts})


def test_a_document_read_again_forgets_what_was_put_into_it(tmp_path: Path) -> None:
    store = built_with(tmp_path, TEXT)
    replay(store, BANK)
    with open_store(store, write=True) as opened:
        ((document, readings),) = opened.as_read([entry.id for entry in opened.entries()])
        assert opened.write(document, readings)
        assert not opened.write(document, readings)
        assert [reading for _, now in opened.read() for reading in now] == readings
        opened.restore()
        assert [reading for _, now in opened.read() for reading in now] == readings


def lines_of(folder: Path, *texts: str) -> Path:
    """Build articles of a JSON-lines file, whose paths have the numbers of their lines."""
    folder.mkdir(exist_ok=True)
    lines = (json.dumps({"id": str(number), "text": text}) for number, text in enumerate(texts))
    (folder / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    kg.build([folder / "all.jsonl"], folder / "out", pipeline="fast")
    return folder / "out" / "graph.sqlite"


def test_decisions_follow_their_words_to_another_line(tmp_path: Path) -> None:
    first = lines_of(tmp_path, TEXT)
    on_line = replace(BANK, document="all.jsonl#1")
    assert reasons(replay(first, on_line)) == []
    later = lines_of(tmp_path, "泉州市位于福建省。", TEXT)
    merge = Decision("merge", "all.jsonl#1", "泉州市市长陈牧远到云岭电机有限公司调研。", name="云岭电机有限公司",
                     into=Anchor("all.jsonl#1", BANK.quote, "海岚银行"))  # fmt: skip
    assert reasons(replay(later, on_line, merge)) == []
    graph = kg.load_graph(later)
    assert not [one for one in graph.facts if one.predicate == "grantsCredit"]
    assert decisions_of(later) == (on_line, merge)
    twice = lines_of(tmp_path, "泉州市位于福建省。", TEXT, f"转载：{TEXT}")
    assert "these words do not stand there" in reasons(replay(twice, on_line))[0]


def test_decisions_follow_a_file_that_was_moved(tmp_path: Path) -> None:
    store = built_with(tmp_path, TEXT)
    assert reasons(replay(store, replace(BANK, document="old/one.txt"))) == []
    short = replace(BANK, document="old/one.txt", quote="授信5300万元")
    assert "there is no document old/one.txt" in reasons(replay(store, short))[0]


def test_quotes_of_a_repaired_page_hold_whatever_its_line_ends(tmp_path: Path) -> None:
    store = built_with(tmp_path, TEXT)
    assert reasons(replay(store, replace(BANK, quote="海岚银行向 云岭电机\n有限公司授信5300万元"))) == []


def test_a_quote_that_stands_twice_is_told_apart(tmp_path: Path) -> None:
    store = built_with(tmp_path, TEXT + TEXT)
    replay(store, replace(BANK, occurrence=2))
    (fact,) = facts(kg.load_graph(store), "海岚银行", "grantsCredit", "云岭电机有限公司")
    (claim,) = fact.claims
    assert claim.evidence[0].span.start < len(TEXT)


def decide_all(file: Path, store: Path, made: Iterable[tuple[str, ...]]) -> None:
    for kind, *words in made:
        decide(file, store, kind, *words)  # type: ignore[arg-type]


def test_deciding_writes_what_applies_and_nothing_else(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.jsonl"
    decide_all(file, store, [
        ("reject", "海岚银行", "grantsCredit", "云织鞋服有限公司"), ("pin", "海岚银行", "Organization:hailan"),
        ("merge", "海岚银行宁德分行", "海岚银行"), ("type", "云织鞋服有限公司", "Program"),
    ])  # fmt: skip
    before = file.read_text(encoding="utf-8")
    for kind, words, complaint in [
        ("reject", ("海岚银行", "lendsTo", "当涂县"), "no fact says"),
        ("accept", ("0000",), "no fact has the id"),
        ("accept", ("海岚银行", "lendsTo"), "accept takes the id of a fact"),
        ("guess", ("海岚银行",), "no decision is named 'guess'"),
        ("pin", ("海岚", "Organization:x"), "no entity is named 海岚"),
        ("pin", ("海岚银行", "x"), "cannot be its id"),
        ("merge", ("海岚银行", "海岚银行"), "are one already"),
        ("add", ("海岚银行", "lendsTo", "当涂县"), "add needs the quote"),
    ]:
        with pytest.raises(InputError, match=complaint):
            decide(file, store, kind, *words)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no document holds these words"):
        decide(file, store, "add", "海岚银行", "lendsTo", "当涂县", quote="没有的话")
    assert file.read_text(encoding="utf-8") == before
    assert decide(file, store, "pin", "海岚银行", "Organization:hailan") == []
    assert len(read_decisions(file).decisions) == 4
    assert reasons(replay(store, *read_decisions(file).decisions)) == []

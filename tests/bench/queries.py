"""How long each named question takes over a large invented graph.

    python tests/bench/queries.py [--facts N] [--folder DIR] [--name NAME]...

Makes a graph with the real regions and invented organizations, people and facts (30,000 facts are over a million
triples), fills an index with it in DIR (kept for the next run; a temporary folder without it), and puts each question
with arguments that find much: the province with most facts, the bank with most customers. Prints rows, milliseconds
with the index open (the best and the worst of three), and the ratio to counting all triples in the same process. Not
part of the test run.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from kg.export.iris import make_iris
from kg.export.rdf import nodes, prefixes
from kg.graph import ADCODE, Graph, Presence, Source
from kg.model import Claim, Entity, Evidence, Fact, Mention, Qualifier, Span
from kg.places import Place
from kg.regions import divisions
from kg.schema import load_schema
from kg.sparql import engine
from kg.sparql.asking import lookup
from kg.sparql.questions import Question, fill_in, list_questions

COUNTS = {"Organization": 12_000, "Person": 6_000, "Program": 3_000, "Product": 1_500, "Event": 500, "Industry": 300}
"""Entities of each type for 30,000 facts."""
WEIGHTS = {
    "holdsPosition": 16, "locatedIn": 14, "statistic": 14, "lendsTo": 6, "grantsCredit": 6, "cooperatesWith": 6,
    "supplies": 5, "developsIndustry": 5, "engagedIn": 5, "issues": 4, "establishes": 4, "invests": 3, "implements": 3,
    "funds": 2, "supports": 2, "develops": 2, "produces": 2, "participatesIn": 2, "hosts": 1, "uses": 1, "hasTitle": 1,
    "subsidiaryOf": 1, "holdsShareOf": 1,
}  # fmt: skip
"""How many of a hundred facts or so have each predicate, about as in newspapers."""
ARGUMENTS = {
    "region": "350000", "entity": "组织0", "organization": "组织0", "person": "人物0", "since": "2024-01-01",
    "kind": "企业", "subject": "组织0", "object": "组织1", "from": "组织0", "to": "组织1",
}  # fmt: skip


def invented(facts: int, seed: int = 1) -> Graph:
    """Return a graph of that many facts; a few entities have many of them, as in real graphs."""
    rng, schema = random.Random(seed), load_schema()
    scale = facts / 30_000
    entities: dict[str, Entity] = {}
    for one in divisions():
        entities[f"Region:{one.adcode}"] = Entity(
            f"Region:{one.adcode}", "Region", one.level, one.name, codes=((ADCODE, one.adcode),)
        )
    for type_, count in COUNTS.items():
        kinds = list(schema.types[type_].subtypes) or [None]
        zh = schema.types[type_].zh
        for number in range(max(2, int(count * scale))):
            name = f"{zh}{number}"
            other = (f"{name}公司",) if number % 3 == 0 else ()
            entities[f"{type_}:{name}"] = Entity(f"{type_}:{name}", type_, rng.choice(kinds), name, other)
    pools: dict[str, list[str]] = {}
    for id_, entity in entities.items():
        pools.setdefault(entity.type, []).append(id_)
    sources = {
        f"d{number}/1": Source(
            f"d{number}/1", f"d{number}", f"{number}.txt", 1, f"第{number}篇", "海峡产业日报",
            f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}", str(number % 16 + 1),
        )
        for number in range(max(1, facts // 10))
    }  # fmt: skip
    articles = list(sources)
    names = list(WEIGHTS)
    made: dict[str, Fact] = {}
    places: dict[tuple[str, Span], Place] = {}
    for number in range(facts):
        predicate = schema.predicates[rng.choices(names, list(WEIGHTS.values()))[0]]
        subject = _pick(rng, pools[rng.choice(sorted(predicate.domain))])
        text = predicate.range == {"text"}
        object_ = None if text else _pick(rng, pools[rng.choice(sorted(predicate.range - {"text"}))])
        if subject == object_:
            continue
        evidence = tuple(
            Evidence(article, Span(at, at + 60), f"第{number}句：{entities[subject].name}的一句话，" * 4)
            for article, at in {(rng.choice(articles), rng.randrange(2_000)) for _ in range(1 + (rng.random() < 0.2))}
        )
        for one in evidence:
            places[one.article, one.span] = Place(one.span.start, 1 + one.span.start // 20, 1, (one.quote,))
        qualifiers = tuple(_qualifier(rng, name) for name in predicate.qualifiers if rng.random() < 0.8)
        mention = Mention(Span(0, 2), "无名", "Organization", None, "bench", 1.0)
        claims = tuple(
            Claim(
                f"c{number}.{n}", mention, predicate.name, mention, qualifiers, "done", "affirmed", (one,), "bench", 0.9
            )
            for n, one in enumerate(evidence)
        )
        id_ = f"{number:016x}"
        made[id_] = Fact(
            id_, subject, predicate.name, object_, f"值{number}" if text else None, qualifiers,
            "planned" if rng.random() < 0.12 else "done", "denied" if rng.random() < 0.01 else "affirmed", claims,
            len({one.article for one in evidence}), round(rng.uniform(0.4, 1), 3),
        )  # fmt: skip
    presence = {id_: Presence(3, 2) for id_ in entities}
    return Graph(entities, tuple(made.values()), sources, places, presence, {})


def _pick(rng: random.Random, pool: list[str]) -> str:
    """Return one of the pool, the first ones more often."""
    return pool[int(len(pool) * rng.random() ** 3)]


def _qualifier(rng: random.Random, name: str) -> Qualifier:
    value = rng.randrange(1, 10_000) * 100_000
    if name == "amount":
        bound = rng.choice(("exact", "exact", "exact", "above", "below", "about"))
        return Qualifier(name, f"{value / 1e8}亿元", (("bound", bound), ("currency", "CNY"), ("value", value)))
    if name == "date":
        year = str(rng.randrange(2015, 2026))
        return Qualifier(name, f"{year}年", (("end", year), ("start", year)))
    return Qualifier(name, {"title": f"职务{value % 50}", "indicator": f"产值{value % 100}"}.get(name, f"{value}"))


def fill(folder: Path, facts: int) -> None:
    started = time.perf_counter()
    draft = folder.with_name(f"{folder.name}.part")
    engine.fill(draft, nodes(invented(facts), load_schema(), make_iris(), {}))
    draft.rename(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*"))
    print(f"index filled in {time.perf_counter() - started:.0f} s, {size >> 20} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=30_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--name", action="append")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary) / "index"
        if not folder.exists():
            fill(folder, asked.facts)
        measure(folder, asked.name)


def measure(folder: Path, only: list[str] | None) -> None:
    schema, iris = load_schema(), make_iris()
    opened, known = engine.open_folder(folder), prefixes(schema, iris)

    def timed(text: str) -> tuple[float, int]:
        started = time.perf_counter()
        found = engine.ask(opened, text, prefixes=known)
        assert isinstance(found, engine.Rows)
        rows = sum(1 for _ in found.rows)
        return time.perf_counter() - started, rows

    started = time.perf_counter()
    (row,) = list(engine.ask(opened, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", prefixes={}).rows)
    count = time.perf_counter() - started
    triples = int(row[0].value)
    print(f"{triples:,} triples, and {len(opened) - triples:,} in graphs of documents; counted in {count:.2f} s\n")
    print(f"{'question':20} {'rows':>7} {'ms':>7} {'worst':>7} {'ratio':>7}   arguments")
    slow = Counter[str]()
    for question in list_questions():
        if only and question.name not in only:
            continue
        for given in variants(question):
            text = fill_in(question, given, iris, schema, lookup(opened))
            runs = [timed(text) for _ in range(3)]
            best, worst = min(runs)[0], max(runs)[0]
            slow[question.name] = max(slow[question.name], int(worst * 1000))
            said = " ".join(f"--{name} {value}" for name, value in given.items())
            figures = f"{best * 1000:7.0f} {worst * 1000:7.0f} {best / count:7.2f}"
            print(f"{question.name:20} {runs[0][1]:7,} {figures}   {said}")
    name, worst_ms = slow.most_common(1)[0]
    print(f"\nslowest: {name}, {worst_ms} ms")


def variants(question: Question) -> list[dict[str, str]]:
    """Return the arguments without those that may be left out, and with all of them."""
    given = {one.name: ARGUMENTS[one.name] for one in question.parameters if one.name in ARGUMENTS}
    needed = {one.name: given[one.name] for one in question.parameters if one.name in given and not one.optional}
    return [needed] if needed == given else [needed, given]


if __name__ == "__main__":
    main()

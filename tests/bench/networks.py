"""Time and memory of writing networks: ``python tests/bench/networks.py [--nodes N] [--edges M]``.

An invented graph in memory is written in each format, once in a process of its own for its memory; networkx's writer
of the same network stands beside it. The layout of forces is timed on 20,000 nodes.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import resource
import subprocess
import sys
import time

import networkx

from kg.claims import make_claim
from kg.export import NETWORKS
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml
from kg.export.layout import lay_out
from kg.export.network_json import write_graphology, write_node_link
from kg.export.networkx_graph import make_network
from kg.export.views import draw
from kg.gathering import Presence, Source
from kg.graph import Graph
from kg.model import Article, Entity, Fact, Mention, Qualifier, Span
from kg.places import Place
from kg.schema import load_schema

WRITERS = dict(zip(NETWORKS, (write_gexf, write_graphml, write_node_link, write_graphology), strict=True))
AN_ARTICLE = 20
"""Facts an article."""


def invented(nodes: int, edges: int) -> Graph:
    """Return a graph of invented firms that supply each other, some with a sum; a few have most of the facts."""
    rng = random.Random(7)
    names = [f"闽东{number:06}电机有限公司" for number in range(nodes)]
    ids = [f"Organization:{name}" for name in names]
    entities = {
        id_: Entity(id_, "Organization", "company", name, (name[2:8],)) for id_, name in zip(ids, names, strict=True)
    }
    sources: dict[str, Source] = {}
    places = {}
    facts = []
    pairs = {(int(nodes * rng.random() ** 2), rng.randrange(nodes)) for _ in range(edges + edges // 20)}
    for number, (one, other) in enumerate(sorted(pairs)[:edges]):
        article = Article(f"a{number // AN_ARTICLE}/1", f"a{number // AN_ARTICLE}", 1, "")
        at = number % AN_ARTICLE * 60
        text = f"{names[one]}向{names[other]}供货，合同金额{number % 900 + 1}万元，双方今年以来合作不断。"
        article = Article(article.id, article.document, 1, " " * at + text)
        sources.setdefault(
            article.id,
            Source(article.id, article.document, f"第{number // AN_ARTICLE}页.txt", 1, "题", None, "2025-06-10", "1"),
        )
        span = Span(at, at + len(text))
        ends = [
            Mention(Span(at, at + 1), name, "Organization", "company", "bench", 0.9)
            for name in (names[one], names[other])
        ]
        value = (number % 900 + 1) * 10_000
        amount = Qualifier(
            "amount", f"{value // 10_000}万元", (("bound", "exact"), ("currency", "CNY"), ("value", value))
        )
        qualifiers = (amount,) if number % 3 == 0 else ()
        claim = make_claim(
            article, ends[0], "supplies", ends[1], evidence=[span], reader="bench", score=0.8, qualifiers=qualifiers
        )
        places[article.id, span] = Place(at, at // 20 + 1, 1, (text,))
        facts.append(
            Fact(
                f"{number:016x}",
                ids[one],
                "supplies",
                ids[other],
                None,
                qualifiers,
                "done",
                "affirmed",
                (claim,),
                1,
                0.8,
            )
        )
    facts.sort(key=lambda fact: (fact.subject, fact.predicate, fact.object or "", fact.id))
    presence = {id_: Presence(3, 2, "2025-06-10") for id_ in ids}
    return Graph(dict(sorted(entities.items())), tuple(facts), sources, places, presence, {})


def measure(nodes: int, edges: int, format_: str, *, beside: bool) -> None:
    graph, schema = invented(nodes, edges), load_schema()
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    target, started = _Counted(), time.perf_counter()
    WRITERS[format_](draw(graph, schema), target)
    seconds = time.perf_counter() - started
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{format_}: {seconds:.1f} s, {used:.0f} MB above the graph's own, {target.size / 1e6:.0f} MB written", end=""
    )
    if beside:
        network = make_network(draw(graph, schema))
        started = time.perf_counter()
        networkx.write_gexf(network, io.BytesIO()) if format_ == "gexf" else networkx.write_graphml(
            network, io.BytesIO()
        )
        theirs = time.perf_counter() - started
        print(f"; networkx {theirs:.1f} s from a network in memory, {theirs / seconds:.1f} times as long", end="")
    print(flush=True)


class _Counted(io.RawIOBase):
    size = 0

    def write(self, data) -> int:
        self.size += len(data)
        return len(data)


def measure_layout(nodes: int) -> None:
    graph = invented(nodes, 3 * nodes)
    pairs = [(fact.subject, str(fact.object)) for fact in graph.facts]
    for layout in ("sunflower", "force"):
        started = time.perf_counter()
        lay_out(list(graph.entities), pairs, layout)
        print(
            f"layout {layout} of {nodes} nodes and {len(pairs)} edges: {time.perf_counter() - started:.1f} s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--edges", type=int, default=300_000)
    parser.add_argument("--format", choices=NETWORKS)
    parser.add_argument("--beside", action="store_true", help="measure networkx's writer too")
    asked = parser.parse_args()
    if asked.format:
        measure(asked.nodes, asked.edges, asked.format, beside=asked.beside)
        return
    for name in NETWORKS:
        counts = ["--nodes", str(asked.nodes), "--edges", str(asked.edges), "--format", name]
        also = ["--beside"] if name in ("gexf", "graphml") else []
        subprocess.run([sys.executable, __file__, *counts, *also], check=True)
    measure_layout(20_000)


if __name__ == "__main__":
    main()

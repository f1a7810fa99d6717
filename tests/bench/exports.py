"""Time and memory of writing a large store as RDF: ``python tests/bench/exports.py FACTS FORMAT...``.

Makes a store of as many facts in a temporary folder (TMPDIR), invented banks granting credit to invented firms, and
exports it in a process of its own for each format.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from kg.claims import make_claim
from kg.ids import article_id, digest, document_id, group_id
from kg.model import Article, Document, Group, Link, Mention, Piece, Qualifier, Reading, Span
from kg.store import open_store

A_DOCUMENT = 50
"""Facts a document."""

_EXPORT = """
import resource, sys, time
import kg
started = time.perf_counter()
(path,) = kg.export_graph(sys.argv[1], sys.argv[2], (sys.argv[3],))
used, size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, path.stat().st_size / 1e6
seconds = time.perf_counter() - started
print(f"{sys.argv[3]}: {seconds:.0f} s, {used:.0f} MB of memory, {size:.0f} MB written", flush=True)
"""


def main(facts: int, formats: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, started = Path(folder) / "graph.sqlite", time.perf_counter()
        links = []
        with open_store(store, write=True) as opened:
            for number in range(0, facts, A_DOCUMENT):
                document, reading = page(number)
                opened.write(document, [reading])
                links += [
                    Link(group.id, f"{group.type}:{group.adcode or group.name}", "name") for group in reading.groups
                ]
            opened.replace_links(links)
        size = store.stat().st_size / 1e6
        print(f"store: {facts} facts, {time.perf_counter() - started:.0f} s, {size:.0f} MB", flush=True)
        for format_ in formats:
            subprocess.run(
                [sys.executable, "-c", _EXPORT, str(store), str(Path(folder) / "graph"), format_], check=True
            )


def page(first: int) -> tuple[Document, Reading]:
    """Return a page that states the facts from that number on, a sentence each."""
    sentences = list(_sentences(first))
    text = "".join(sentence for sentence, _, _ in sentences)
    path = f"{first:09}.txt"
    document = Document(document_id(path, digest(text)), path, digest(text, length=64), text, "闽东日报", "2025-06-10")
    offsets = (Piece(0, len(text), 0),)
    article = Article(article_id(document.id, 1), document.id, 1, text, f"第{first}篇", offsets=offsets)
    mentions: list[Mention] = []
    claims = []
    start = 0
    for sentence, (bank, firm), value in sentences:
        ends = []
        for name in (bank, firm):
            at = start + sentence.index(name)
            ends.append(Mention(Span(at, at + len(name)), name, "Organization", "company", "bench", 0.9))
        amount = Qualifier(
            "amount", f"{value}万元", (("bound", "exact"), ("currency", "CNY"), ("value", value * 10_000))
        )
        span = Span(start, start + len(sentence))
        claims.append(
            make_claim(
                article, ends[0], "grantsCredit", ends[1], evidence=[span], reader="bench", score=0.8,
                qualifiers=(amount,),
            )
        )  # fmt: skip
        mentions += ends
        start = span.end
    by_name: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_name.setdefault(mention.text, []).append(mention)
    groups = tuple(
        Group(group_id(article.id, own[0].span.start), "Organization", "company", name, tuple(own), None, "name")
        for name, own in by_name.items()
    )
    return document, Reading(article, (), tuple(mentions), groups, (), tuple(claims))


def _sentences(first: int) -> Iterator[tuple[str, tuple[str, str], int]]:
    for number in range(first, first + A_DOCUMENT):
        bank, firm, value = f"第{number % 97}海岚银行", f"第{number // 4}云岭电机有限公司", 100 + number % 9000
        yield f"记者了解到，{bank}日前向{firm}提供授信{value}万元，用于扩大生产和技术改造。", (bank, firm), value


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

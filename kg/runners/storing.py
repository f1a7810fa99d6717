"""Articles through a pipeline into a store: a document is written as soon as all its articles are read."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.config import PipelineConfig
from kg.model import Article, Document, Reading
from kg.pipeline import Failure
from kg.runners.local import read_articles
from kg.schema import Schema
from kg.store import Store


@dataclass(frozen=True, slots=True)
class Stored:
    """How many articles were read, the characters of their text and of what belongs to none, and what failed.

    ``tallies`` is what the stages counted (kg.protocols.Counts).
    """

    articles: int
    characters: int
    unplaced: int
    failures: tuple[Failure, ...]
    tallies: Mapping[str, float]


def read_into(
    store: Store,
    sources: Iterable[tuple[Document, Sequence[Article]]],
    config: PipelineConfig,
    schema: Schema,
    *,
    made_by: str | None = None,
    jobs: int | None = 1,
    done: Callable[[int], None],
) -> Stored:
    """Write each document with what was read in its articles; tell ``done`` its characters.

    An article that failed is stored bare, and its document as one to be read again: without ``made_by``. So are the
    lines of a page that belong to no article: headlines and captions are no sentences that state something.
    """
    waiting: deque[tuple[Document, Sequence[Article]]] = deque()
    readings: deque[Reading] = deque()
    failures: list[Failure] = []
    failed: set[str] = set()
    tallies: Counter[str] = Counter()
    articles = characters = unplaced = 0

    def readable() -> Iterator[Article]:
        for document, parts in sources:
            waiting.append((document, parts))
            yield from (part for part in parts if part.kind == "article")

    def write_whole_documents() -> None:
        nonlocal unplaced
        while waiting and len(readings) >= sum(part.kind == "article" for part in waiting[0][1]):
            document, parts = waiting.popleft()
            rows = [readings.popleft() if part.kind == "article" else Reading(part) for part in parts]
            whole = failed.isdisjoint(part.id for part in parts)
            store.write(document, rows, made_by=made_by if whole else None)
            unplaced += sum(len(part.text) for part in parts if part.kind != "article")
            done(len(document.text))

    for batch in read_articles(readable(), config, schema, jobs=jobs):
        by_id = {reading.article.id: reading for reading in batch.readings}
        readings.extend(by_id.get(article.id, Reading(article)) for article in batch.articles)
        failures += batch.failures
        tallies.update(batch.tallies)
        failed.update(failure.article for failure in batch.failures)
        articles += len(batch.articles)
        characters += sum(len(article.text) for article in batch.articles)
        write_whole_documents()
    write_whole_documents()
    return Stored(articles, characters, unplaced, tuple(failures), tallies)

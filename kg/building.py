"""From inputs to a folder that holds the store and its exports, whole or not at all."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from kg.config import PipelineConfig, load_pipeline
from kg.errors import ConfigError, InputError, StoreError
from kg.export import export_into
from kg.graph import Graph, build_graph
from kg.ids import digest
from kg.ingest import SUFFIXES, Skipped, read_inputs
from kg.model import Article, Document
from kg.pipeline import Failure
from kg.repair import repair
from kg.resolve import resolve
from kg.resources import schemas_path
from kg.runners.progress import Progress, meter
from kg.runners.storing import read_into
from kg.schema import Schema, load_schema
from kg.store import Judgement, open_store
from kg.store import Skipped as SkippedRow

STORE = "graph.sqlite"
FORMATS_BUILT = ("gexf", "graphml", "turtle", "csv")
"""What a build writes beside its store."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build made: counts, what was skipped and why, articles set aside because a stage failed on them.

    ``missed`` are those of the skipped that were named, or are of a kind that is read: not the other files of a folder.
    ``characters`` counts the articles' text, ``unplaced`` that of lines of pages that belong to no article and are
    stored unread; ``seconds`` is the whole build, ``reading_seconds`` ingest to claims.
    """

    documents: int
    articles: int
    characters: int
    unplaced: int
    mentions: int
    entities: Mapping[str, int]
    facts: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    missed: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    seconds: float
    reading_seconds: float


def build(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    publication: str | None = None,
    date: str | None = None,
    page: str | None = None,
    pattern: str | None = None,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
    jobs: int = 1,
    progress: Progress | None = None,
) -> BuildSummary:
    """Build the graph of files and folders (``-``: standard input) and write it to the folder ``out``.

    The folder gets graph.sqlite, graph.gexf, graph.graphml, graph.ttl, entities.csv, facts.csv and evidence.csv; those
    of an earlier build are replaced once the new ones are whole. ``publication``, ``date`` and ``page`` hold for all
    inputs; ``pattern`` is a regular expression that reads them from paths. Raises InputError where no article could be
    read.
    """
    started = time.perf_counter()
    config, known = load_pipeline(pipeline), load_schema(schema)
    ingest = partial(read_inputs, inputs, publication=publication, date=date, page=page, pattern=pattern)
    total = None
    if progress is not None and "-" not in map(str, inputs):  # ingest is quick beside reading: once more to know
        total = sum(len(source.document.text) for source in ingest() if not isinstance(source, Skipped))
    skipped: list[Skipped] = []

    def sources() -> Iterator[tuple[Document, Sequence[Article]]]:
        for source in ingest():
            if isinstance(source, Skipped):
                skipped.append(source)
            else:
                yield source.document, source.articles if source.articles is not None else repair(source.document)

    with _written_whole(Path(out)) as folder:
        with open_store(folder / STORE, write=True) as store:
            stored = read_into(store, sources(), config, known, jobs=jobs, done=meter(progress, total))
            read = time.perf_counter()
            if not stored.articles:
                raise InputError(
                    "\n".join([*map(describe_skipped, skipped), "no article could be read; nothing built"])
                )
            store.replace_skipped(_skipped_rows(skipped, stored.failures))
            store.write_meta(_meta(config, schema))
            store.replace_links(resolve(store.readings()))
            for judgement in _judgements(Path(out) / STORE):
                store.judge(judgement)
            graph = build_graph(store.read(), store.links(), known)
            counts, made_by = store.counts(), store.meta()
        export_into(folder, graph, FORMATS_BUILT, schema=known, made_by=made_by)
    return BuildSummary(
        documents=counts["documents"], articles=stored.articles, characters=stored.characters,
        unplaced=stored.unplaced, mentions=counts["mentions"], entities=count_entities(graph, known),
        facts=count_facts(graph, known), skipped=tuple(skipped), missed=_missed(skipped, inputs),
        failures=stored.failures, seconds=time.perf_counter() - started, reading_seconds=read - started,
    )  # fmt: skip


def _judgements(replaced: Path) -> list[Judgement]:
    """Return what people said of the facts of the store that a build replaces, if there is one that can be read."""
    try:
        with open_store(replaced) as store:
            return list(store.judgements())
    except StoreError:
        return []


def _missed(skipped: Iterable[Skipped], inputs: Iterable[str | Path]) -> tuple[Skipped, ...]:
    named = {str(Path(each)) for each in inputs}
    return tuple(each for each in skipped if each.path in named or Path(each.path).suffix.lower() in SUFFIXES)


def describe_skipped(skipped: Skipped) -> str:
    """Return where and why in one line: ``articles.jsonl:7: not JSON``."""
    return f"{_place(skipped)}: {skipped.reason}"


def describe_failure(failure: Failure) -> str:
    """Return which article a stage failed on, and what the stage said, in one line."""
    return f"article {failure.article}: stage {failure.stage} failed: {failure.message}"


def _place(skipped: Skipped) -> str:
    return str(skipped.path) if skipped.line is None else f"{skipped.path}:{skipped.line}"


def _skipped_rows(skipped: Iterable[Skipped], failures: Iterable[Failure]) -> list[SkippedRow]:
    rows = [SkippedRow(_place(item), "ingest", item.reason) for item in skipped]
    return rows + [SkippedRow(failure.article, failure.stage, failure.message) for failure in failures]


def _meta(config: PipelineConfig, schema: str | Path | None) -> dict[str, str]:
    """What made the store: the version, the pipeline as configured and a digest of the schema's files."""
    steps = [{"use": step.use, **step.settings} for step in config.stages]
    folder = Path(schema) if schema is not None else schemas_path("default")
    return {
        "version": version("regional-industry-kg"),
        "pipeline": json.dumps(steps, ensure_ascii=False, sort_keys=True, default=str),
        "schema": digest(*(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.toml")))),
    }


@contextmanager
def _written_whole(out: Path) -> Iterator[Path]:
    """Yield a folder inside ``out`` whose files go to ``out`` if the block ends well, and are dropped otherwise."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        making = tempfile.TemporaryDirectory(prefix=".building-", dir=out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}; give another folder with -o") from error
    with making as folder:
        yield Path(folder)
        for left in (f"{STORE}-wal", f"{STORE}-shm"):  # a journal beside another database would be played into it
            (out / left).unlink(missing_ok=True)
        for file in sorted(Path(folder).iterdir()):
            file.replace(out / file.name)


def count_entities(graph: Graph, schema: Schema) -> dict[str, int]:
    """Return how many entities of each type there are, in the order of the schema."""
    counts = Counter(entity.type for entity in graph.entities.values())
    return {name: counts[name] for name in schema.types if counts[name]}


def count_facts(graph: Graph, schema: Schema) -> dict[str, int]:
    """Return how many facts of each predicate there are, in the order of the schema."""
    counts = Counter(fact.predicate for fact in graph.facts)
    return {name: counts[name] for name in schema.predicates if counts[name]}

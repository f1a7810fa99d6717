"""Corpora in Python: a graph in one line, and readings one after the other, however many there are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict, Unpack, overload

from kg.building import BuildSummary, build_into, describe_failure, describe_skipped
from kg.config import load_pipeline
from kg.graph import Graph
from kg.ingest import Skipped, read_inputs
from kg.loading import read_graph
from kg.model import Article, Reading
from kg.repair import repair
from kg.runners.local import read_articles
from kg.runners.progress import Progress
from kg.schema import load_schema
from kg.store import open_store
from kg.working import STORE


class BuildSettings(TypedDict, total=False):
    """The settings of ``build``, with or without a folder."""

    publication: str | None
    date: str | None
    page: str | None
    pattern: str | None
    schema: str | Path | None
    pipeline: str | Path
    decisions: str | Path | None
    jobs: int | None
    progress: Progress | None


class FolderSettings(BuildSettings, total=False):
    """The settings of ``build`` into a folder."""

    formats: Sequence[str]
    anew: bool
    prune: bool


@overload
def build(inputs: Sequence[str | Path], out: None = None, **settings: Unpack[BuildSettings]) -> Graph: ...
@overload
def build(inputs: Sequence[str | Path], out: str | Path, **settings: Unpack[FolderSettings]) -> BuildSummary: ...
def build(
    inputs: Sequence[str | Path], out: str | Path | None = None, **settings: Unpack[FolderSettings]
) -> Graph | BuildSummary:
    """Build the graph of files and folders (``-``: standard input) and return it; into a folder ``out``, a summary.

    ``publication``, ``date`` and ``page`` hold for all inputs; ``pattern`` is a regular expression that reads them
    from paths. ``schema`` is a schema folder, ``pipeline`` a pipeline file or the name of a shipped one, ``decisions``
    a file of what people decided (kg.decide). ``jobs`` processes read, 1 unless told, None for one a core (a script
    then needs a guarded main module, as multiprocessing says). ``progress`` is told how many characters are done, and
    of how many.

    Without ``out`` the graph is in memory and nothing is left behind; what could not be read is told by warnings.

    The folder ``out`` gets graph.sqlite and the exports of ``formats`` (gexf, graphml, turtle and csv unless told;
    with none the store alone, which is much quicker where it is large, and exports of an earlier build go). Where it
    holds a store, documents are added to it: what it has already is not read again, unless the settings, the models or
    this program changed; another document of the same path replaces what was there, as do the lines of a file of JSON
    lines. ``prune`` drops documents that are not among the inputs, ``anew`` begins from nothing; without ``decisions``
    those of the last build hold. Until all is done ``out`` stays as it was; a build that was stopped goes on where it
    was.

    Raises InputError where no article could be read, ConfigError for what is wrong with the settings.
    """
    if out is not None:
        return build_into(inputs, out, **settings)
    given: FolderSettings = {**settings, "formats": ()}
    with TemporaryDirectory(prefix="kg-build-") as folder:
        summary = build_into(inputs, folder, **given)
        for problem in (*map(describe_skipped, summary.missed), *map(describe_failure, summary.failures)):
            warnings.warn(problem, stacklevel=2)
        with open_store(Path(folder, STORE)) as store:
            return read_graph(store, load_schema(settings.get("schema")))


def read(
    inputs: Sequence[str | Path],
    *,
    publication: str | None = None,
    date: str | None = None,
    page: str | None = None,
    pattern: str | None = None,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
    jobs: int | None = 1,
    tell: Callable[[str], None] = warnings.warn,
) -> Iterator[Reading]:
    """Yield what is read in each article of files and folders, in their order; a few are in memory at a time.

    Arguments are those of ``build``; ``tell`` is told in one line what could not be read and why. Mentions, groups and
    claims are an article's own: only a store joins them across articles.
    """
    config, known = load_pipeline(pipeline), load_schema(schema)
    given = read_inputs(inputs, publication=publication, date=date, page=page, pattern=pattern)

    def articles() -> Iterator[Article]:
        seen: set[str] = set()
        for source in given:
            if isinstance(source, Skipped):
                tell(describe_skipped(source))
            elif source.document.id not in seen:  # a file may be given twice, as itself and in its folder
                seen.add(source.document.id)
                parts = source.articles if source.articles is not None else repair(source.document)
                yield from (part for part in parts if part.kind == "article")

    for batch in read_articles(articles(), config, known, jobs=jobs):
        for failure in batch.failures:
            tell(describe_failure(failure))
        yield from batch.readings


def readings(store: str | Path) -> Iterator[Reading]:
    """Yield what a store holds of each article, one in memory at a time, in the order of their documents' paths.

    Raises StoreError where there is no store.
    """
    with open_store(store) as opened:
        yield from opened.readings()

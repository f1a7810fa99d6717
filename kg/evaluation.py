"""How well texts are read and pages repaired, held against annotated ones: what ``kg eval`` does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.building import describe_skipped
from kg.check.repair import RepairScore, read_gold_pages
from kg.check.score import read_annotations, score
from kg.config import load_pipeline
from kg.errors import InputError
from kg.export.annotations import to_annotation
from kg.ingest import Skipped, Source, read_inputs
from kg.model import Article, Document, Reading
from kg.repair import repair
from kg.repair.form import to_record
from kg.runners.progress import Progress, meter
from kg.runners.records import read_records, to_article
from kg.schema import load_schema


def evaluate(
    gold: str | Path,
    system: str | Path | None = None,
    *,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Score ``system``, or what the pipeline reads in the texts of ``gold``; both are files in the exchange form.

    Returns the result of kg.check.score.score; a text on which a stage fails counts as missing, ``problems`` says why,
    and ``tallies`` is what stages counted. Raises InputError where a file cannot be read.
    """
    wanted = read_annotations(gold)
    if system is not None:
        return {**score(wanted, read_annotations(system)), "problems": [], "tallies": {}}
    for name, document in wanted.items():
        if not isinstance(document.get("text"), str):
            raise InputError(f"{gold}: document {name} has no text to read; give SYSTEM, the annotations to score")
    records = ((name, to_article(number, document)) for number, (name, document) in enumerate(wanted.items(), start=1))
    done = meter(progress, sum(len(document["text"]) for document in wanted.values()))
    found: dict[str, Mapping[str, Any]] = {}
    problems: list[str] = []
    tallies: Counter[str] = Counter()
    for name, one in read_records(records, load_pipeline(pipeline), load_schema(schema), jobs=jobs, tallies=tallies):
        done(len(wanted[name]["text"]))
        if isinstance(one, Reading):
            found[name] = to_annotation(one)
        else:
            problems.append(f"{gold}: {name}: stage {one.stage} failed: {one.message}")
    return {**score(wanted, found), "problems": problems, "tallies": dict(tallies)}


def evaluate_repair(gold: str | Path, *, progress: Progress | None = None) -> dict[str, Any]:
    """Repair the pages of a file of JSON lines ``{"page", "articles"}`` and compare the articles with those given.

    ``page`` is a page's text or, in one line, the path of its file, relative to that of ``gold``; the articles are in
    the form of kg.repair, and may list the ``names`` that must come out whole. Returns the figures of
    kg.check.repair.RepairScore. Raises InputError where a file cannot be read.
    """
    counted = RepairScore()
    pages = list(read_gold_pages(gold))
    done = meter(progress, len(pages))
    for page in pages:
        if "\n" in page.page:
            sources = [Source(Document("page", "page", "", page.page))]
        else:
            sources = _read_sources(Path(gold).parent / page.page)
        articles = [article for source in sources for article in _articles(source)]
        text = "\n".join(source.document.text for source in sources)
        counted.add(text, page.articles, [to_record(article) for article in articles])
        done(1)
    return counted.result()


def repaired_articles(path: str | Path) -> list[Article]:
    """Return the articles of a page, and its other lines as one; raises InputError where nothing of it can be read."""
    return [article for source in _read_sources(path) for article in _articles(source)]


def _read_sources(path: str | Path) -> list[Source]:
    read = list(read_inputs([path]))
    sources = [one for one in read if isinstance(one, Source)]
    if not sources:
        raise InputError("; ".join(describe_skipped(one) for one in read if isinstance(one, Skipped)))
    return sources


def _articles(source: Source) -> tuple[Article, ...]:
    return source.articles if source.articles is not None else repair(source.document)

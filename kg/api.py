"""What ``import kg`` offers: every command of ``kg`` is a function here.

Where articles are read, ``schema`` is a schema folder and ``pipeline`` a pipeline file or the name of a shipped one;
without them the shipped defaults are used. Errors that a person can act on are KGError; what is wrong with one input
or one article among many is returned beside what could be done.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Unpack

from kg.article_view import article_html, displacy_data
from kg.building import (
    FORMATS_BUILT,
    BuildSummary,
    count_entities,
    count_facts,
    describe_failure,
    describe_skipped,
    remove,
)
from kg.check.conformance import check_graph
from kg.check.findings import CheckResult
from kg.check.stages import awkward_readings, steps_before
from kg.check.stages import check_stage as check_contract
from kg.comparison import Comparison, diff
from kg.config import load_pipeline, shipped_pipelines
from kg.corpus import build, read, readings
from kg.decisions import Correction, Decision, Replay, ReviewResult, decide, describe_unapplied, review_facts
from kg.decisions import check_file as check_decisions
from kg.decisions import to_line as decision_line
from kg.docbin import DocBinSummary, write_docbin
from kg.errors import ConfigError, InputError, StageError
from kg.evaluation import evaluate, evaluate_repair, repaired_articles
from kg.export import check_format, check_formats, export, export_into
from kg.export.annotations import to_annotation
from kg.export.cards import Card, make_card
from kg.export.files import Target, writing
from kg.export.iris import DEFAULT_BASE, make_iris
from kg.export.rows import entity_rows, evidence_rows, fact_rows
from kg.fonts import missing_characters, use_chinese_font
from kg.graph import Conditions, Graph, build_graph
from kg.industry_scheme import industry_codes, industry_path
from kg.inquiry import audit, conflicts, why, whynot
from kg.loading import open_graph, read_graph
from kg.model import Article, Reading
from kg.networks import from_networkx, to_networkx, write_network
from kg.page_view import page_html
from kg.pipeline import Failure, make_pipeline
from kg.pipeline_comparison import PipelineComparison, compare
from kg.plotting import plot_network
from kg.recognition import TrainSummary, evaluate_recognizer, train_recognizer
from kg.registry import StageSpec, find_stage, stage_names
from kg.repair.form import to_record
from kg.review import AuditResult, audited, tally
from kg.runners.progress import Progress, meter
from kg.runners.records import json_line, open_lines, parse_records, read_records
from kg.schema import Schema, load_schema
from kg.schema_files import build_schema, copy_schema, describe_schema
from kg.sparql.asking import Answer, query
from kg.sparql.pool import Limits
from kg.sparql.questions import list_questions
from kg.sparql.rdflib_graph import rdf_graph
from kg.sparql.server import serve
from kg.store import Member, open_store

__all__ = [
    "FORMATS_BUILT",
    "AnnotateSummary",
    "Answer",
    "AuditResult",
    "BuildSummary",
    "CheckResult",
    "Comparison",
    "Correction",
    "Decision",
    "DocBinSummary",
    "Limits",
    "PipelineComparison",
    "Replay",
    "ReviewResult",
    "TrainSummary",
    "annotate",
    "article_html",
    "audit",
    "build",
    "build_schema",
    "check_decisions",
    "check_graph",
    "check_stage",
    "compare",
    "conflicts",
    "copy_schema",
    "decide",
    "decision_line",
    "describe_failure",
    "describe_schema",
    "describe_skipped",
    "describe_unapplied",
    "diff",
    "displacy_data",
    "entity_rows",
    "evaluate",
    "evaluate_recognizer",
    "evaluate_repair",
    "evidence_rows",
    "export_graph",
    "fact_rows",
    "from_networkx",
    "industry_codes",
    "industry_path",
    "list_documents",
    "list_members",
    "list_pipelines",
    "list_questions",
    "list_stages",
    "load_graph",
    "load_schema",
    "missing_characters",
    "page_html",
    "plot_network",
    "query",
    "rdf_graph",
    "read",
    "read_text",
    "readings",
    "remove",
    "repair_page",
    "review_facts",
    "serve",
    "show",
    "stats",
    "to_networkx",
    "train_recognizer",
    "use_chinese_font",
    "why",
    "whynot",
    "write_docbin",
    "write_network",
]


@dataclass(frozen=True, slots=True)
class AnnotateSummary:
    """How many texts were given and how many annotated; ``problems`` says for each other one where and why not.

    ``tallies`` is what stages counted (kg.protocols.Counts).
    """

    given: int
    annotated: int
    problems: tuple[str, ...]
    tallies: Mapping[str, float]
    seconds: float


def annotate(
    source: str | Path,
    out: str | Path,
    *,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> AnnotateSummary:
    """Annotate a file of JSON lines ``{"id", "text", "title"?, "date"?}`` into another, in the same order.

    ``-`` is standard input or output. A line that is no such object and a text on which a stage fails are left out and
    reported. Raises InputError or ConfigError where a file cannot be opened.
    """
    started = time.perf_counter()
    config, known = load_pipeline(pipeline), load_schema(schema)
    if "-" not in (str(source), str(out)) and Path(source).resolve() == Path(out).resolve():
        raise ConfigError(f"{out}: is the input itself; give another file with -o")
    problems: list[str] = []
    annotated = 0
    tallies: Counter[str] = Counter()
    with open_lines(source) as lines, writing(_output(out)) as write:
        done = meter(progress, Path(source).stat().st_size if str(source) != "-" else None)
        records = parse_records(lines, where=str(source), problems=problems, done=done)
        for name, found in read_records(records, config, known, jobs=jobs, tallies=tallies):
            if isinstance(found, Failure):
                problems.append(f"{source}: {name}: stage {found.stage} failed: {found.message}")
            else:
                write(json_line({**to_annotation(found), "id": name}))
                annotated += 1
    return AnnotateSummary(
        annotated + len(problems), annotated, tuple(problems), tallies, time.perf_counter() - started
    )


def read_text(
    text: str,
    *,
    title: str | None = None,
    date: str | None = None,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
) -> Reading:
    """Read one text and return its sentences, mentions, groups and claims.

    ``date`` is ISO 8601; relative dates are counted from it. Raises StageError where a stage fails.
    """
    article = Article(id="text", document="", number=1, text=text, title=title, date=date)
    readings, failures = make_pipeline(load_pipeline(pipeline), load_schema(schema))([Reading(article)])
    if failures:
        raise StageError(f"stage {failures[0].stage} failed: {failures[0].message}")
    return readings[0]


def repair_page(path: str | Path, out: str | Path) -> int:
    """Repair a newspaper page and write its articles as JSON lines; return how many there are.

    Lines that belong to none are written last, as one of the kind ``unplaced``. Raises InputError where the page cannot
    be read.
    """
    articles = repaired_articles(path)
    with writing(_output(out)) as write:
        for article in articles:
            write(json_line(to_record(article)))
    return sum(article.kind == "article" for article in articles)


def export_graph(
    store: str | Path,
    out: str | Path,
    formats: Sequence[str] = (),
    *,
    schema: str | Path | None = None,
    base: str = DEFAULT_BASE,
    view: str = "entity",
    layout: str = "sunflower",
    bom: bool = False,
    tell: Callable[[str], None] | None = None,
    **conditions: Unpack[Conditions],
) -> list[Path]:
    """Write a store's graph, or the part that passes the conditions of ``Graph.filter``; return what was written.

    Without ``formats`` the suffix of ``out`` says which. For one format ``out`` is the file, or a folder that is there
    already; for several, and for tables of several files, it is a folder. ``base`` is what IRIs begin with; ``view``
    and ``layout`` say how networks are drawn (kg.export.views, kg.export.layout), where planned facts are left out
    unless ``planned`` is True; ``bom`` marks CSV for Excel; ``tell`` is told in one line what a format could not hold.
    Where there are many facts they stay on the disk: what is in memory does not grow with their number.
    """
    check_formats(formats)
    known, out = load_schema(schema), Path(out)
    make_iris(base)
    drawn = {"view": view, "layout": layout, "planned": conditions.get("planned", False)}
    one = None if len(formats) > 1 or (formats and out.is_dir()) else check_format(next(iter(formats), None), out)
    with open_store(store) as opened, open_graph(opened, known, **conditions) as graph:
        made_by = opened.meta()
        settings: dict[str, dict[str, Any]] = {"csv": {"bom": bom}}
        if "void" in (one, *formats):
            settings["void"] = {"scores": audited(graph, opened.judgements())}
        how: dict[str, Any] = {"schema": known, "base": base, "made_by": made_by, "tell": tell, "drawn": drawn}
        if one is not None:
            export(graph, out, format=one, **how, **settings.get(one, {}))
            return [out]
        return export_into(out, graph, formats, settings=settings, **how)


def load_graph(store: str | Path, *, schema: Schema | None = None, **conditions: Unpack[Conditions]) -> Graph:
    """Return the graph of a store, or the part that passes the conditions of ``Graph.filter``.

    Raises StoreError where there is no store.
    """
    with open_store(store) as opened:
        return read_graph(opened, schema if schema is not None else load_schema(), **conditions)


def show(store: str | Path, name: str, *, schema: str | Path | None = None) -> list[Card]:
    """Return the cards of the entities of that name, id or code; where there are none, of those whose names hold it.

    Raises InputError where there is no such entity either.
    """
    graph = load_graph(store, schema=load_schema(schema))
    found = graph.find(name)
    if not found:
        raise InputError(f"{store}: no entity has {name!r} in its name; try a shorter part of it")
    return [make_card(graph, entity) for entity in found]


def list_members(store: str | Path, name: str, *, schema: str | Path | None = None) -> list[Member]:
    """Return what each article calls an entity, and why that is the entity; ``name`` is a name, id or code of just one.

    Raises InputError where there is none of that name, or more than one.
    """
    cards = show(store, name, schema=schema)
    if len(cards) > 1:
        raise InputError(f"{store}: {len(cards)} entities match {name!r}; give the full name or the id of one")
    with open_store(store) as opened:
        return list(opened.members(cards[0].entity.id))


def stats(store: str | Path, *, schema: str | Path | None = None) -> dict[str, Any]:
    """Return what a store holds: its rows, entities per type, facts per predicate, what was skipped and why.

    ``decisions`` are what people decided, each with the ``problem`` for which it does not apply, None where it does;
    ``audit`` is what its judgements show (kg.review.AuditResult), None where there are none.
    """
    known = load_schema(schema)
    with open_store(store) as opened:
        graph = build_graph(opened.read(), opened.links(), known)
        return {
            "rows": opened.counts(),
            "entities": count_entities(graph, known),
            "facts": count_facts(graph, known),
            "claims_left_out": dict(graph.left_out),
            "skipped": [{"where": row.where, "step": row.step, "message": row.message} for row in opened.skipped()],
            "decisions": [asdict(decided) for decided in opened.decisions()],
            "made_by": opened.meta(),
            "audit": asdict(tally(graph, judgements)) if (judgements := list(opened.judgements())) else None,
        }


def list_documents(store: str | Path) -> list[str]:
    """Return the paths of the documents of a store, in its order."""
    with open_store(store) as opened:
        return [entry.path for entry in opened.entries()]


# --- what there is --------------------------------------------------------------------------------------------------


def list_stages() -> list[StageSpec]:
    """Return the registered stages, by name."""
    return [find_stage(name) for name in stage_names()]


def list_pipelines() -> dict[str, Path]:
    """Return the files of the pipelines that ship, by name: to run, and to copy from."""
    return shipped_pipelines()


def check_stage(
    name: str,
    settings: Mapping[str, Any] | None = None,
    *,
    texts: Iterable[str] = (),
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
) -> None:
    """Try a registered stage on awkward articles and on ``texts``; raise StageError where it breaks the contract.

    It gets what the stages before it in ``pipeline`` read; where it is not in there, what those read that it needs.
    Without ``settings`` it has those of the pipeline. What it adds must stand in the text and pass the schema, the
    answer must be the same again, alone and in any order, and something must be found: give texts in which it is.
    """
    spec, config, known = find_stage(name), load_pipeline(pipeline), load_schema(schema)
    readings = awkward_readings(texts)
    for step in steps_before(spec, config):
        readings = list(find_stage(step.use).make(known, step.located)(readings))
    own = next((step.located for step in config.stages if step.use == name), {})
    check_contract(spec, settings if settings is not None else own, known, readings)


def _output(path: str | Path) -> Target:
    return path if str(path) != "-" else sys.stdout.buffer

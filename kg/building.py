"""From inputs to a folder that holds the store and its exports, whole or not at all."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from importlib.metadata import version
from pathlib import Path

from kg.config import PipelineConfig, load_pipeline
from kg.decisions import Decision, Replay, apply_decisions, decisions_of, read_decisions
from kg.errors import InputError, StoreError
from kg.export import check_formats, export_into
from kg.fingerprint import fingerprint, program_fingerprint
from kg.ids import digest
from kg.ingest import SUFFIXES, Skipped, Source, read_inputs
from kg.loading import open_graph
from kg.pipeline import Failure
from kg.resolve import keys_of, resolve_keys
from kg.resolve.reprints import find_reprints, marks_of
from kg.resources import schemas_path
from kg.runners.progress import Progress, meter
from kg.runners.storing import read_into
from kg.schema import Schema, load_schema
from kg.spooling import GraphView
from kg.store import Judgement, Store, open_store
from kg.store import Skipped as SkippedRow
from kg.updating import Update
from kg.working import STORE, is_store, working_copy

FORMATS_BUILT = ("gexf", "graphml", "turtle", "csv")
"""What a build writes beside its store."""

_KEPT_BY = "kept by"
"""The key under which ``meta`` has the fingerprint of the program that worked out what a store keeps of articles."""

_EXPORTS = "exports"
"""The key under which a store's ``meta`` names the files that were exported with it."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build made: counts, what was skipped and why, articles set aside because a stage failed on them.

    Of the ``documents`` some are ``new``, ``changed`` (another content or date than the store had at that path) or
    read ``again`` with other settings; ``removed`` are no longer there. ``articles`` and ``characters`` count what was
    read in this run, ``unplaced`` the characters of lines of pages that belong to no article and are stored unread.
    ``missed`` are those of the skipped that were named, or are of a kind that is read: not the other files of a folder.
    ``entities`` and ``facts`` count those of the graph, where it was exported. ``tallies`` is what stages counted
    (kg.protocols.Counts), ``decided`` what came of people's decisions. ``seconds`` is the whole build,
    ``reading_seconds`` ingest to claims.
    """

    documents: int
    new: int
    changed: int
    again: int
    removed: int
    articles: int
    characters: int
    unplaced: int
    mentions: int
    entities: Mapping[str, int]
    facts: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    missed: tuple[Skipped, ...]
    failures: tuple[Failure, ...]
    tallies: Mapping[str, float]
    decided: Replay
    seconds: float
    reading_seconds: float


def build_into(
    inputs: Sequence[str | Path],
    out: str | Path,
    *,
    publication: str | None = None,
    date: str | None = None,
    page: str | None = None,
    pattern: str | None = None,
    schema: str | Path | None = None,
    pipeline: str | Path = "default",
    decisions: str | Path | None = None,
    formats: Sequence[str] = FORMATS_BUILT,
    jobs: int | None = 1,
    anew: bool = False,
    prune: bool = False,
    progress: Progress | None = None,
) -> BuildSummary:
    """Build the graph of inputs into a folder; see kg.corpus.build, which says what the settings are."""
    started = time.perf_counter()
    config, known = load_pipeline(pipeline), load_schema(schema)
    check_formats(formats)
    ingest = partial(read_inputs, inputs, publication=publication, date=date, page=page, pattern=pattern)
    ingest()  # a wrong pattern or date is told before anything is touched
    made_by = fingerprint(config, schema)
    wanted = _decisions(decisions, Path(out))
    skipped: list[Skipped] = []
    with (
        working_copy(Path(out), anew=anew, made=_exported(Path(out))) as folder,
        open_store(folder / STORE, write=True) as store,
    ):
        update = Update(store, _paths(Path(out), anew=anew), made_by, prune=prune)
        total = _size(ingest(), update) if progress is not None and "-" not in map(str, inputs) else None
        sources, done = update.sources(ingest(), skipped), meter(progress, total)
        stored = read_into(store, sources, config, known, made_by=made_by, jobs=jobs, done=done)
        read = time.perf_counter()
        if not update.seen:
            raise InputError("\n".join([*map(describe_skipped, skipped), "no article could be read; nothing built"]))
        update.drop()
        store.replace_skipped(_skipped_rows(skipped, stored.failures))
        store.write_meta(_meta(config, schema))
        decided = _link(store, Path(out), wanted, known)
        counts, (new, changed, removed) = store.counts(), update.counts()
        entities, facts = _export(store, folder, known, formats)
    return BuildSummary(
        documents=counts["documents"], new=new, changed=changed, again=update.again, removed=removed,
        articles=stored.articles, characters=stored.characters, unplaced=stored.unplaced, mentions=counts["mentions"],
        entities=entities, facts=facts, skipped=tuple(skipped), decided=decided,
        missed=_missed(skipped, inputs), failures=stored.failures, tallies=stored.tallies,
        seconds=time.perf_counter() - started, reading_seconds=read - started,
    )  # fmt: skip


def remove(out: str | Path, names: Sequence[str], *, schema: str | Path | None = None) -> list[str]:
    """Remove documents from the store of a folder that ``build`` made, and write its graph anew; return their paths.

    ``names`` are paths as the store has them, files of JSON lines, or patterns of paths (``2024-05-*/*.txt``). Raises
    InputError where one matches nothing, and then removes none.
    """
    known = load_schema(schema)
    if not (Path(out) / STORE).exists():
        raise StoreError(f"{out}: no store here; give a folder that kg build made")
    with working_copy(Path(out), made=_exported(Path(out))) as folder, open_store(folder / STORE, write=True) as store:
        entries = list(store.entries())
        found = {name: [entry for entry in entries if _is_named(entry.path, name)] for name in names}
        if missing := [name for name, some in found.items() if not some]:
            raise InputError(f"{out}: no document is named {' or '.join(missing)}; kg stats --documents lists them")
        gone = {entry.id: entry.path for some in found.values() for entry in some}
        for id_ in gone:
            store.remove(id_)
        _link(store, Path(out), decisions_of(Path(out) / STORE), known)
        _export(store, folder, known, FORMATS_BUILT)
    return sorted(gone.values())


def _is_named(path: str, name: str) -> bool:
    return path == name or path.rpartition("#")[0] == name or fnmatchcase(path, name)


def _decisions(file: str | Path | None, out: Path) -> tuple[Decision, ...]:
    """Return the decisions of a file, or those that the graph of a folder follows."""
    return read_decisions(file).decisions if file is not None else decisions_of(out / STORE)


def _link(store: Store, out: Path, decisions: Sequence[Decision], schema: Schema) -> Replay:
    """Link what was read to entities as people decided, and take along what they said of the facts meanwhile."""
    _forget_if_changed(store)
    store.replace_reprints(find_reprints(_kept(store, "marks", _marks)))
    replay = apply_decisions(store, decisions, schema, lambda: resolve_keys(_kept(store, "keys", _keys)))
    for judgement in _judgements(out / STORE):
        store.judge(judgement)
    return replay


def _kept(
    store: Store, what: str, work_out: Callable[[Store, Collection[str] | None], Iterable[tuple[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Yield what was worked out of each article, now or by an earlier build, with its id and in their order."""
    known = [(article, value is None) for article, value in store.kept(what)]
    missing = [article for article, is_missing in known if is_missing]
    if missing:
        store.keep(what, work_out(store, missing if len(missing) < len(known) else None))
    yield from ((article, value) for article, value in store.kept(what) if value is not None)


def _marks(store: Store, articles: Collection[str] | None) -> Iterator[tuple[str, str]]:
    return ((article, marks_of(text)) for article, _, text in store.texts(articles))


def _keys(store: Store, articles: Collection[str] | None) -> Iterator[tuple[str, str]]:
    return ((names.article, keys_of(names)) for names in store.named(articles))


def _forget_if_changed(store: Store) -> None:
    """Drop what another version of this program, or of the data that ships with it, worked out of articles."""
    now = program_fingerprint()
    if store.meta().get(_KEPT_BY) != now:
        store.forget()
        store.write_meta({_KEPT_BY: now})


def _export(
    store: Store, folder: Path, schema: Schema, formats: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Write the graph of a store into its folder; return how many entities and facts it has, none if not asked for."""
    entities, facts = dict[str, int](), dict[str, int]()
    if formats:
        with open_graph(store, schema) as graph:
            export_into(folder, graph, formats, schema=schema, made_by=store.meta())
            entities, facts = count_entities(graph, schema), count_facts(graph, schema)
    store.write_meta({_EXPORTS: "|".join(sorted(file.name for file in folder.iterdir() if not is_store(file)))})
    return entities, facts


def _exported(out: Path) -> list[str]:
    """Return the files that stand beside a folder's store and tell its graph: a build replaces or removes them."""
    if not (out / STORE).exists():
        return []
    with open_store(out / STORE) as store:
        names = store.meta().get(_EXPORTS, "").split("|")
    return [name for name in names if name and Path(name).name == name and not is_store(Path(name))]


def _paths(out: Path, *, anew: bool) -> dict[str, str]:
    """Return the paths of the documents of a folder's store, by id."""
    if anew or not (out / STORE).exists():
        return {}
    with open_store(out / STORE) as store:
        return {entry.id: entry.path for entry in store.entries()}


def _size(given: Iterable[Source | Skipped], update: Update) -> int:
    """Return how many characters there are to read of the inputs; ingest is quick beside reading."""
    documents = (source.document for source in given if not isinstance(source, Skipped))
    return sum(len(document.text) for document in documents if not update.is_current(document))


def _judgements(original: Path) -> list[Judgement]:
    """Return what people said of the facts of a store, if there is one that can be read."""
    try:
        with open_store(original) as store:
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
    """What made the store: the version, the pipeline as configured and a digest of the schema's files.

    ``pipeline_folder`` is where paths among its settings count from; it is told to no export.
    """
    steps = [{"use": step.use, **step.settings} for step in config.stages]
    folder = Path(schema) if schema is not None else schemas_path("default")
    return {
        "version": version("regional-industry-kg"),
        "pipeline": json.dumps(steps, ensure_ascii=False, sort_keys=True, default=str),
        "pipeline_folder": str(config.folder or ""),
        "schema": digest(*(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.toml")))),
    }


def count_entities(graph: GraphView, schema: Schema) -> dict[str, int]:
    """Return how many entities of each type there are, in the order of the schema."""
    counts = Counter(entity.type for entity in graph.entities.values())
    return {name: counts[name] for name in schema.types if counts[name]}


def count_facts(graph: GraphView, schema: Schema) -> dict[str, int]:
    """Return how many facts of each predicate there are, in the order of the schema."""
    counts = Counter(fact.predicate for fact in graph.outlines)
    return {name: counts[name] for name in schema.predicates if counts[name]}

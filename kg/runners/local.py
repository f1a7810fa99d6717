"""Articles through a pipeline on this machine: in this process, or in several at once.

The answer is the same for any number of processes and any size of batch, and comes in the order of the articles.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context

from kg.config import PipelineConfig
from kg.errors import ConfigError, StageError
from kg.model import Article, Reading
from kg.pipeline import Failure, Pipeline, make_pipeline
from kg.registry import find_stage
from kg.schema import Schema

BATCH = 16
"""Articles a batch: enough to pay for the way to another process, few enough to keep all of them busy."""

_FEW = 8
"""Batches that one process has read before others have started."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some articles, what was read in those that went through, and what failed; each in the order given.

    ``tallies`` is what the stages counted while they read them (kg.protocols.Counts).
    """

    articles: tuple[Article, ...]
    readings: tuple[Reading, ...]
    failures: tuple[Failure, ...]
    tallies: Mapping[str, float] = field(default_factory=dict)


def read_articles(
    articles: Iterable[Article],
    config: PipelineConfig,
    schema: Schema,
    *,
    jobs: int | None = 1,
    batch_size: int = BATCH,
) -> Iterator[Batch]:
    """Read the articles with the pipeline in ``jobs`` processes (1: in this one) and yield batches in input order.

    With None there is one process a core, or this one alone where there is little to read. A pipeline with a stage that
    wants one process (kg.registry.declare) gets that, whatever ``jobs`` says. Articles are taken as they
    are needed: at most two batches a process wait at a time. Closing the iterator, or an interrupt, drops the waiting
    batches and ends the processes. Raises ConfigError where the pipeline is wrong and StageError where a process died,
    for example for want of memory.
    """
    if (jobs is not None and jobs < 1) or batch_size < 1:
        raise ConfigError(f"jobs and batch_size must be 1 or more, not {jobs} and {batch_size}")
    batches = _batches(articles, batch_size)
    if any(find_stage(step.use).alone for step in config.stages):
        jobs = 1
    if jobs is None:
        return _read_with_all_cores(batches, config, schema)
    return _read_in(jobs, batches, config, schema)


def _read_with_all_cores(
    batches: Iterator[tuple[Article, ...]], config: PipelineConfig, schema: Schema
) -> Iterator[Batch]:
    first = list(islice(batches, _FEW))
    yield from _read_in(_cores() if len(first) == _FEW else 1, chain(first, batches), config, schema)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # fewer than the machine has, in a container
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_in(
    jobs: int, batches: Iterable[tuple[Article, ...]], config: PipelineConfig, schema: Schema
) -> Iterator[Batch]:
    if jobs == 1:
        pipeline = make_pipeline(config, schema)
        return (_read(pipeline, batch) for batch in batches)
    return _read_in_processes(batches, config, schema, jobs)


def _batches(articles: Iterable[Article], size: int) -> Iterator[tuple[Article, ...]]:
    rest = iter(articles)
    while batch := tuple(islice(rest, size)):
        yield batch


def _read(pipeline: Pipeline, articles: tuple[Article, ...]) -> Batch:
    before = pipeline.tallies()
    readings, failures = pipeline([Reading(article) for article in articles])
    counted = {what: number - before.get(what, 0) for what, number in pipeline.tallies().items()}
    return Batch(articles, tuple(readings), tuple(failures), {what: n for what, n in counted.items() if n})


def _read_in_processes(
    batches: Iterable[tuple[Article, ...]], config: PipelineConfig, schema: Schema, jobs: int
) -> Iterator[Batch]:
    # Processes are spawned, never forked: the same on every platform, and safe beside threads.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _set_up, (config, schema))
    waiting: deque[Future[Batch]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_read_in_worker, batch))
            if len(waiting) >= 2 * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise StageError(
            f"one of the {jobs} reading processes died, perhaps for want of memory; try fewer with -j"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_pipeline: Callable[[], Pipeline]
"""In a reading process: returns its pipeline, made at the first batch so that an error there reaches the caller."""


def _set_up(config: PipelineConfig, schema: Schema) -> None:
    global _pipeline
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's to handle: it ends the processes
    _pipeline = cache(lambda: make_pipeline(config, schema))


def _read_in_worker(articles: tuple[Article, ...]) -> Batch:
    return _read(_pipeline(), articles)

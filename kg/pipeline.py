"""Stages in a checked order, run over batches; an article that fails is set aside and the rest go on.

Stages see traditional characters as simplified ones (kg.traditional); what comes out quotes the article as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.config import PipelineConfig
from kg.errors import ConfigError, StageError
from kg.model import Reading
from kg.protocols import Stage
from kg.registry import find_stage
from kg.schema import Schema
from kg.traditional import restore, simplified


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that was set aside: which stage failed, and what it said."""

    article: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Named stages in order. Make it with ``make_pipeline``, which checks the order."""

    stages: tuple[tuple[str, Stage], ...]

    def __call__(self, batch: Sequence[Reading], /) -> tuple[list[Reading], list[Failure]]:
        """Return the readings that went through, in the order given, and what failed."""
        failures: list[Failure] = []
        readings, written = [], {}
        for reading in batch:
            text = simplified(reading.article.text)
            if text is not reading.article.text:
                written[reading.article.id] = reading.article
                reading = replace(reading, article=replace(reading.article, text=text))
            readings.append(reading)
        for name, stage in self.stages:
            try:
                readings = _run(stage, readings)
            except Exception:  # any stage, also a user's own, may fail in any way: find the article and go on
                readings = _run_singly(name, stage, readings, failures)
        restored = [restore(one, written[one.article.id]) if one.article.id in written else one for one in readings]
        return restored, failures

    def tallies(self) -> Mapping[str, float]:
        """Return what the stages have counted so far (kg.protocols.Counts), by ``stage: what``."""
        said: Counter[str] = Counter()
        for name, stage in self.stages:
            counts = getattr(stage, "tallies", None)
            if counts is not None:
                said.update({f"{name}: {what}": number for what, number in counts().items()})
        return said


def make_pipeline(config: PipelineConfig, schema: Schema) -> Pipeline:
    """Make the stages of a pipeline; raise ConfigError where one needs what none before it adds."""
    have: set[str] = set()
    stages = []
    for step in config.stages:
        spec = find_stage(step.use)
        missing = [part for part in spec.needs if part not in have]
        if missing:
            raise ConfigError(
                f"pipeline {config.name}: stage {step.use} needs {missing[0]}, which no stage before it adds"
            )
        stages.append((step.use, spec.make(schema, step.settings)))
        have.update(spec.adds)
    return Pipeline(tuple(stages))


def _run(stage: Stage, batch: list[Reading]) -> list[Reading]:
    out = list(stage(batch))
    if [reading.article.id for reading in out] != [reading.article.id for reading in batch]:
        raise StageError("a stage must return one reading for each it is given, in the same order")
    return out


def _run_singly(name: str, stage: Stage, batch: list[Reading], failures: list[Failure]) -> list[Reading]:
    out = []
    for reading in batch:
        try:
            out += _run(stage, [reading])
        except Exception as error:  # reported as a failure of this article; the others are not lost
            failures.append(Failure(reading.article.id, name, f"{type(error).__name__}: {error}"))
    return out

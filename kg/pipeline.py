"""Stages in a checked order, run over batches; an article that fails is set aside and the rest go on.

What a stage adds is checked before the next one sees it, whatever model made it (kg.check.readings). Stages see
traditional characters as simplified ones (kg.traditional); what comes out quotes the article as it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.check.readings import check_batch, check_reading
from kg.config import PipelineConfig
from kg.errors import ConfigError, MissingPackageError, StageError
from kg.model import Reading
from kg.protocols import Stage
from kg.registry import PARTS, find_stage
from kg.schema import Schema
from kg.traditional import restore, simplified

_HOPELESS = (ConfigError, MissingPackageError)
"""What a stage raises where no other article would fare better, a refused key or a missing model: the run ends."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that was set aside: which stage failed, and what it said."""

    article: str
    stage: str
    message: str


class Step(NamedTuple):
    """A stage of a pipeline, under the name that it is registered by, and the parts of a reading that it may add to."""

    name: str
    stage: Stage
    adds: tuple[str, ...] = PARTS


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Stages in order, and the schema that their facts must pass. Make it with ``make_pipeline``."""

    stages: tuple[Step, ...]
    schema: Schema

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
        for step in self.stages:
            readings = self._run(step, readings, failures)
        restored = [restore(one, written[one.article.id]) if one.article.id in written else one for one in readings]
        return restored, failures

    def _run(self, step: Step, batch: list[Reading], failures: list[Failure]) -> list[Reading]:
        out: list[Reading] = []
        try:
            pairs = list(zip(batch, check_batch(batch, step.stage(batch)), strict=True))
        except _HOPELESS:
            raise
        except Exception:  # any stage, also a user's own, may fail in any way: find the article and go on
            pairs = []
            for reading in batch:
                try:
                    pairs.append((reading, check_batch([reading], step.stage([reading]))[0]))
                except _HOPELESS:
                    raise
                except Exception as error:  # reported as a failure of this article; the others are not lost
                    failures.append(_failure(reading, step, error))
        for before, after in pairs:
            try:
                check_reading(before, after, self.schema, step.adds)
            except Exception as error:  # what is no reading at all may fail the check in any way
                failures.append(_failure(before, step, error))
            else:
                out.append(after)
        return out

    def tallies(self) -> Mapping[str, float]:
        """Return what the stages have counted so far (kg.protocols.Counts), by ``stage: what``."""
        said: Counter[str] = Counter()
        for step in self.stages:
            counts = getattr(step.stage, "tallies", None)
            if counts is not None:
                said.update({f"{step.name}: {what}": number for what, number in counts().items()})
        return said


def make_pipeline(config: PipelineConfig, schema: Schema) -> Pipeline:
    """Make the stages of a pipeline; raise ConfigError where one needs what none before it adds, or is there twice."""
    have: set[str] = set()
    stages = []
    for number, step in enumerate(config.stages):
        spec = find_stage(step.use)
        missing = [part for part in spec.needs if part not in have]
        if missing:
            raise ConfigError(
                f"pipeline {config.name}: stage {step.use} needs {missing[0]}, which no stage before it adds"
            )
        if "claims" in spec.adds and step in config.stages[:number]:  # every claim of it would be there twice
            raise ConfigError(
                f"pipeline {config.name}: stage {step.use} is in it twice with the same settings; take one out"
            )
        step.check_places(but=spec.idle)
        stages.append(Step(step.use, spec.make(schema, step.located), spec.adds))
        have.update(spec.adds)
    return Pipeline(tuple(stages), schema)


def _failure(reading: Reading, step: Step, error: Exception) -> Failure:
    said = str(error) if isinstance(error, StageError) else f"{type(error).__name__}: {error}"
    return Failure(reading.article.id, step.name, said)

"""Pipelines as files: which stages run, in which order, with which settings.

A pipeline file is TOML: ``name`` and one ``[[stage]]`` table a stage, with ``use`` and the stage's own settings.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.resources import schemas_path


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One step of a pipeline: a registered stage and its settings."""

    use: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """A pipeline as its file says it; not yet checked against the registered stages."""

    name: str
    stages: tuple[StageConfig, ...]


def load_pipeline(source: str | Path = "default") -> PipelineConfig:
    """Read a pipeline file, or the shipped pipeline of that name."""
    path = Path(source)
    if not path.suffix and not path.exists():
        path = schemas_path("pipelines", f"{source}.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        shipped = ", ".join(sorted(file.stem for file in schemas_path("pipelines").glob("*.toml")))
        raise ConfigError(f"{source}: no such pipeline; give a file, or one of: {shipped}") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a pipeline file: {error}") from error
    steps = table.get("stage")
    if not isinstance(steps, list) or not steps:
        raise ConfigError(f"{path}: a pipeline needs at least one [[stage]] table")
    stages = []
    for number, step in enumerate(steps, start=1):
        use = step.get("use") if isinstance(step, dict) else None
        if not isinstance(use, str):
            raise ConfigError(f'{path}: stage {number} needs use = "name of a stage"')
        stages.append(StageConfig(use, {key: value for key, value in step.items() if key != "use"}))
    return PipelineConfig(str(table.get("name", path.stem)), tuple(stages))

"""Pipelines as files: which stages run, in which order, with which settings.

A pipeline file is TOML: ``name`` and one ``[[stage]]`` table a stage, with ``use`` and the stage's own settings. Paths
among the settings count from the folder of the pipeline file, wherever the command is run: ``./names``, ``../names``,
and what looks like a path and is there (``models/ner``, ``names.tsv``). Other words (``zh_core_web_sm``) stay as is.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.resources import schemas_path


@dataclass(frozen=True, slots=True)
class StageConfig:
    """One step of a pipeline: a registered stage and its settings as written.

    ``folder`` is where relative paths among them count from, None for the working directory.
    """

    use: str
    settings: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None

    @property
    def located(self) -> dict[str, Any]:
        """The settings, with paths as they are to be opened; this is what the stage is given."""
        return {key: _located(value, self.folder) for key, value in self.settings.items()}

    def check_places(self, *, but: Container[str] = ()) -> None:
        """Raise ConfigError where a path is there only as seen from the working directory: tomorrow that is another.

        ``but`` are settings that may name what is not there yet.
        """
        for key, value in self.settings.items():
            for one in _each(value):
                if key in but or self.folder is None or not _may_be_path(one):
                    continue
                if _exists(one) and not _exists(self.folder / one):
                    beside = Path(os.path.relpath(one, self.folder)).as_posix()
                    raise ConfigError(
                        f"stage {self.use}: {key} = {one!r} stands in the working directory; paths count from the "
                        f"folder of the pipeline file, {self.folder}: write {beside!r}"
                    )


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """A pipeline as its file says it; not yet checked against the registered stages."""

    name: str
    stages: tuple[StageConfig, ...]

    @property
    def folder(self) -> Path | None:
        """Where the paths among the settings count from, whole; None where there are none."""
        for step in self.stages:
            for value in step.settings.values():
                if any(_is_beside(one, step.folder) for one in _each(value)):
                    return Path(os.path.abspath(step.folder or ""))  # noqa: PTH100  # links stay links
        return None


def shipped_pipelines() -> dict[str, Path]:
    """Return the files of the pipelines that ship, by name."""
    return {path.stem: path for path in sorted(schemas_path("pipelines").glob("*.toml"))}


def load_pipeline(source: str | Path = "default") -> PipelineConfig:
    """Read a pipeline file, or the shipped pipeline of that name."""
    path = shipped_pipelines().get(str(source), Path(source))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        shipped = ", ".join(shipped_pipelines())
        raise ConfigError(f"{source}: no such pipeline; give a file, or one of: {shipped}") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a pipeline file: {error}") from error
    unknown = sorted(set(table) - {"name", "stage"})
    if unknown:
        raise ConfigError(f"{path}: has an unknown key {unknown[0]!r}; a pipeline has a name and [[stage]] tables")
    name = table.get("name", path.stem)
    if not isinstance(name, str):
        raise ConfigError(f"{path}: name must be text, not {name!r}")
    steps = table.get("stage")
    if not isinstance(steps, list) or not steps:
        raise ConfigError(f"{path}: a pipeline needs at least one [[stage]] table")
    stages = []
    for number, step in enumerate(steps, start=1):
        use = step.get("use") if isinstance(step, dict) else None
        if not isinstance(use, str):
            raise ConfigError(f'{path}: stage {number} needs use = "name of a stage"')
        stages.append(StageConfig(use, {key: value for key, value in step.items() if key != "use"}, path.parent))
    return PipelineConfig(name, tuple(stages))


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _located(value: Any, folder: Path | None) -> Any:
    if isinstance(value, list):
        return [_located(one, folder) for one in value]
    return str(folder / value) if folder is not None and _is_beside(value, folder) else value


def _is_beside(value: Any, folder: Path | None) -> bool:
    """Say whether a setting is a path that counts from the folder of the pipeline file."""
    if folder is None or not _may_be_path(value):
        return False
    return value.startswith(("./", "../")) or _exists(folder / value)


def _exists(path: str | Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  # of a text that is too long for a path it says no


def _may_be_path(value: Any) -> bool:
    """Say whether a setting may be a relative path: ``models/ner`` and ``names.tsv``, but not ``ner`` or a URL."""
    if not isinstance(value, str) or "://" in value or Path(value).is_absolute():
        return False
    return "/" in value or os.sep in value or bool(Path(value).suffix)

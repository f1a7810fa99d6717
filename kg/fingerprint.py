"""What a reading depends on besides its text, as one digest: a document read under another one is read again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from kg.config import PipelineConfig, StageConfig
from kg.registry import find_stage
from kg.resources import data_path, schemas_path

_NOT_READ_WITH = ("editor", "fonts", "sample", "scripts", "train")
"""The folders of data/ that no stage reads."""


def fingerprint(config: PipelineConfig, schema: str | Path | None) -> str:
    """Return the digest of the pipeline's steps, the schema's files, the code, the shipped data and the user's models.

    Stages of other packages count by the files of their package, and files and folders that settings name by theirs;
    settings that never change what is read do not, and variables that say what a stage reads with do.
    """
    whole = hashlib.sha256()
    steps = [{"use": step.use, **_telling(step, step.settings), **_environment(step)} for step in config.stages]
    whole.update(json.dumps(steps, ensure_ascii=False, sort_keys=True, default=str).encode())
    folders = [Path(schema) if schema is not None else schemas_path("default"), *_program()]
    folders += [
        place for step in config.stages for value in _telling(step, step.located).values() for place in _places(value)
    ]
    folders += sorted({place for step in config.stages for place in _home(step.use)})
    return _digest(whole, folders)


def program_fingerprint() -> str:
    """Return the digest of the code and the shipped data alone."""
    return _digest(hashlib.sha256(), _program())


def _program() -> list[Path]:
    shipped = [schemas_path("label_maps"), schemas_path("prompts")]
    return [
        Path(__file__).parent,
        *shipped,
        *(each for each in sorted(data_path().iterdir()) if each.name not in _NOT_READ_WITH),
    ]


def _digest(whole: hashlib._Hash, folders: Iterable[Path]) -> str:
    for folder in folders:
        for file in _files(folder):
            whole.update(str(file.relative_to(folder.parent)).encode("utf-8", "surrogatepass"))
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:16]


def _telling(step: StageConfig, settings: Mapping[str, Any]) -> dict[str, Any]:
    idle = find_stage(step.use).idle
    return {name: value for name, value in settings.items() if name not in idle}


def _environment(step: StageConfig) -> dict[str, str]:
    return {f"${name}": os.environ[name] for name in find_stage(step.use).environment if name in os.environ}


def _places(value: object) -> Iterator[Path]:
    """Yield the files and folders that a setting names."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str) and one and os.path.exists(one):  # noqa: PTH110  # of a long text it says no
            yield Path(one)


def _home(stage: str) -> Iterator[Path]:
    """Yield where the code of a stage stands that is not ours: its top package's folders, or its only module."""
    module = import_module(find_stage(stage).factory.__module__.partition(".")[0])
    if module.__name__ != "kg":
        yield from map(Path, getattr(module, "__path__", None) or filter(None, [getattr(module, "__file__", None)]))


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and "_shipped" not in file.parts:
            yield file

"""What a reading depends on besides its text, as one digest: a document read under another one is read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

from kg.config import PipelineConfig
from kg.registry import find_stage
from kg.resources import data_path, schemas_path

_NOT_READ_WITH = ("editor", "fonts", "sample", "scripts", "train")
"""The folders of data/ that no stage reads."""


def fingerprint(config: PipelineConfig, schema: str | Path | None) -> str:
    """Return the digest of the pipeline's steps, the schema's files, the code, the shipped data and the user's models.

    Stages of other packages count by the version of their package; files and folders that settings name, by content.
    """
    whole = hashlib.sha256()
    steps = [{"use": step.use, **step.settings} for step in config.stages]
    whole.update(json.dumps(steps, ensure_ascii=False, sort_keys=True, default=str).encode())
    for part in sorted(_foreign(config)):
        whole.update(part.encode())
    folders = [Path(schema) if schema is not None else schemas_path("default"), Path(__file__).parent]
    folders += [each for each in sorted(data_path().iterdir()) if each.name not in _NOT_READ_WITH]
    folders += [Path(value) for step in config.stages for value in step.settings.values() if _is_path(value)]
    for folder in folders:
        for file in _files(folder):
            whole.update(str(file.relative_to(folder.parent)).encode("utf-8", "surrogatepass"))
            whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()[:16]


def _is_path(value: object) -> bool:
    return isinstance(value, str) and bool(value) and Path(value).exists()


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
        return
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and "_shipped" not in file.parts:
            yield file


def _foreign(config: PipelineConfig) -> Iterator[str]:
    """Yield the name and the version of the packages that stages which are not ours come from."""
    for step in config.stages:
        package = import_module(find_stage(step.use).factory.__module__).__name__.partition(".")[0]
        if package == "kg":
            continue
        for distribution in packages_distributions().get(package, [package]):
            try:
                yield f"{distribution} {version(distribution)}"
            except PackageNotFoundError:
                yield f"{distribution} ?"

"""A schema as people and other programs see it: described, copied to be changed, written as an ontology."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kg.errors import ConfigError
from kg.export.files import writing
from kg.export.iris import DEFAULT_BASE
from kg.resources import schemas_path
from kg.schema import Schema, load_schema


def describe_schema(schema: Schema | str | Path | None = None) -> dict[str, Any]:
    """Return the types, predicates and frames of a schema, or of its folder, as plain values that JSON can hold."""
    schema = schema if isinstance(schema, Schema) else load_schema(schema)
    types = [
        {"name": t.name, "zh": t.zh, "en": t.en, "color": t.color, "vocabulary": list(t.vocabulary),
         "subtypes": dict(t.subtypes)}
        for t in schema.types.values()
    ]  # fmt: skip
    predicates = [
        {"name": p.name, "zh": p.zh, "en": p.en, "domain": sorted(p.domain), "range": sorted(p.range),
         "symmetric": p.symmetric, "qualifiers": list(p.qualifiers), "identifying": list(p.identifying)}
        for p in schema.predicates.values()
    ]  # fmt: skip
    return {"types": types, "predicates": predicates, "frames": [asdict(frame) for frame in schema.frames]}


def copy_schema(folder: str | Path) -> None:
    """Copy the schema that ships into a new folder, to be changed there; raises ConfigError where it cannot be made."""
    try:
        shutil.copytree(schemas_path("default"), folder)
    except FileExistsError:
        raise ConfigError(f"{folder}: is there already; give a folder that is not") from None
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror or error}") from error


def build_schema(
    schema: str | Path | None = None, out: str | Path | None = None, *, base: str = DEFAULT_BASE
) -> list[Path]:
    """Write what says a schema to other programs: ontology.ttl, shapes.ttl, context.jsonld and the page ontology.md.

    ``schema`` is a schema folder, ``out`` the folder for the files. Without either, those of a checkout are written
    anew: in schemas/, and in docs/ the page. Returns the files. Raises ConfigError where ``out`` is needed or cannot be
    written.
    """
    from kg.export.context import write_context  # these need the RDF library, which nothing else here does
    from kg.export.ontology import write_ontology
    from kg.export.reference import write_reference
    from kg.export.shapes import write_shapes

    known = load_schema(schema)
    if out is not None:
        folder = pages = Path(out)
    else:
        folder, pages = schemas_path(), schemas_path().parent / "docs"
        if schema is not None or not pages.is_dir():
            raise ConfigError("where to write? give a folder with -o")
    files = {
        folder / "ontology.ttl": write_ontology(known, base),
        folder / "shapes.ttl": write_shapes(known, base),
        folder / "context.jsonld": write_context(known, base),
        pages / "ontology.md": write_reference(known, base),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}; give another folder with -o") from error
    for path, text in files.items():
        with writing(path) as write:
            write(text)
    return list(files)

"""What another toolkit's labels mean here: PER, GPE and ns as types and subtypes, by a file of schemas/label_maps.

The file is TOML: a table ``labels`` with ``label = "Type"`` or ``"Type/subtype"``, and a list ``ignore`` of the labels
whose entities are left out. A label that it does not name is refused: nothing is dropped in silence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigError
from kg.model import Mention, Span
from kg.organizations import subtype_of
from kg.regions import candidates, highest_level
from kg.resources import schemas_path
from kg.schema import Schema

Kind = tuple[str, str | None]
"""A type and a subtype of the schema."""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """The kind of each label, None for those that are left out; ``source`` is the file, for messages."""

    source: str
    kinds: Mapping[str, Kind | None]

    def check(self, labels: Iterable[str], *, model: str) -> None:
        """Raise ConfigError where a model has labels that the map does not name."""
        unknown = sorted(set(labels) - set(self.kinds))
        if unknown:
            raise ConfigError(
                f"{self.source} does not name the label{'s' * (len(unknown) > 1)} {', '.join(unknown)} of {model}; "
                "give a map that says what each is, or ignores it"
            )

    def mention(self, text: str, start: int, end: int, label: str, *, finder: str, score: float) -> Mention | None:
        """Return the mention of ``text[start:end]`` without white space at its ends, or None where it is left out.

        Where the label gives no subtype, the name may show one. Raises ConfigError for a label that is not named.
        """
        if label not in self.kinds:
            self.check([label], model=finder)
        kind = self.kinds[label]
        words = text[start:end]
        name = words.strip()
        if kind is None or not name:
            return None
        type_, subtype = kind
        begin = start + words.index(name)
        subtype = subtype or _shown(type_, "".join(name.split()))
        return Mention(Span(begin, begin + len(name)), name, type_, subtype, finder, score)


def load_label_map(source: str | Path, schema: Schema) -> LabelMap:
    """Read a label map, or the shipped one of that name; the schema's own types stand for themselves.

    Raises ConfigError where there is none, it is not TOML, or it names a type that the schema lacks.
    """
    path = Path(source)
    if not path.suffix and not path.exists():
        path = schemas_path("label_maps", f"{source}.toml")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        shipped = ", ".join(sorted(file.stem for file in schemas_path("label_maps").glob("*.toml")))
        raise ConfigError(f"{source}: no such label map; give a file, or one of: {shipped}") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a label map: {error}") from error
    labels, ignored = table.get("labels", {}), table.get("ignore", [])
    if not isinstance(labels, dict) or not isinstance(ignored, list) or set(table) - {"labels", "ignore"}:
        raise ConfigError(f"{path}: not a label map; it holds a table [labels] and a list ignore")
    known = _kinds(schema)
    kinds: dict[str, Kind | None] = {**known, **dict.fromkeys(map(str, ignored))}
    for label, kind in labels.items():
        if not isinstance(kind, str) or kind not in known:
            raise ConfigError(f'{path}: {label} = {kind!r} is no type of the schema; write "Type" or "Type/subtype"')
        if label in ignored:
            raise ConfigError(f"{path}: {label} is both in labels and in ignore; keep one")
        kinds[label] = known[kind]
    return LabelMap(str(source), kinds)


def _kinds(schema: Schema) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for type_ in schema.types.values():
        kinds[type_.name] = (type_.name, None)
        kinds |= {f"{type_.name}/{subtype}": (type_.name, subtype) for subtype in type_.subtypes}
    return kinds


def _shown(type_: str, name: str) -> str | None:
    """Return the subtype that the name itself shows."""
    if type_ == "Organization":
        return subtype_of(name)
    if type_ == "Region":
        found = candidates(name)
        return highest_level(found) if found else None
    return None

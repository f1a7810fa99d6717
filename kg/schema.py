"""What the graph can say, read from a folder of small TOML files.

``types.toml`` and ``predicates.toml`` hold the meaning; ``frames/`` and ``cues.toml`` hold the words by which the
predicates and their modality are recognized. Every error names the file and the table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import SchemaError
from kg.resources import schemas_path

_Kinds = Mapping[str, tuple[type, Any]]
"""What a table takes: for each key the kind of its value and the default, None where it is required."""

QUALIFIERS = ("amount", "count", "date", "indicator", "share", "title", "value")
"""The qualifiers that the readers know how to find."""

CUES = ("planned", "ongoing", "denied", "hypothetical", "harmless")
"""The kinds of words that say how a statement is meant; ``harmless`` ones hold a cue and are none."""

TEXT = "text"
"""The range of a predicate whose object is a literal."""


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type of thing: labels, colour (#rrggbb), standard classes that it specializes, subtypes with labels.

    ``standard`` gives subtypes the standard classes that they specialize besides those of the type. ``words`` are names
    that are found as they stand, without a recognizer for the type.
    """

    name: str
    zh: str
    en: str
    color: str
    vocabulary: tuple[str, ...]
    subtypes: Mapping[str, str]
    words: tuple[str, ...]
    standard: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nary:
    """A standard class that a fact node joins where its fact is so and its object is of one of these types.

    ``subject`` and ``object`` are the class's own properties for the two ends.
    """

    class_: str
    subject: str
    object: str
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A kind of fact: the types of its two ends, its qualifiers and those that tell one fact from another.

    ``inside`` asks that the subject lies inside the object, by region codes where both have one and by level else.
    ``timeless`` facts are neither planned nor under way: words such as 将 and 正在 say nothing of them.
    ``example`` is a sentence that states such a fact, for the documents; it may be empty. ``vocabulary`` names the
    standard properties that it specializes.
    """

    name: str
    zh: str
    en: str
    domain: frozenset[str]
    range: frozenset[str]
    symmetric: bool
    inside: bool
    timeless: bool
    qualifiers: tuple[str, ...]
    identifying: tuple[str, ...]
    example: str = ""
    vocabulary: tuple[str, ...] = ()
    nary: Nary | None = None


@dataclass(frozen=True, slots=True)
class FrameSource:
    """A frame as declared: ``pattern`` in the language of kg.frames; ``subject`` and ``object`` narrow the types.

    A narrowed type is ``Type`` or ``Type/subtype``. ``name`` is unique and is cited by the claims that it reads.
    ``dated`` says whether the time expression of the sentence is the fact's date.
    """

    name: str
    predicate: str
    pattern: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    dated: bool
    score: float


@dataclass(frozen=True, slots=True)
class Schema:
    """Types and predicates by name, frames, cues by kind, all in the order of the files."""

    types: Mapping[str, EntityType]
    predicates: Mapping[str, Predicate]
    frames: tuple[FrameSource, ...]
    cues: Mapping[str, tuple[str, ...]]

    def allows(self, predicate: str, subject: str, object_: str) -> bool:
        """Say whether the predicate may join these two types (``text`` for a literal object)."""
        known = self.predicates.get(predicate)
        return known is not None and subject in known.domain and object_ in known.range


def load_schema(folder: str | Path | None = None) -> Schema:
    """Read the schema in ``folder``, or the one that ships with the package.

    Raises SchemaError, with the file and the table, where a file is missing, is not TOML or contradicts another.
    """
    root = Path(folder) if folder is not None else schemas_path("default")
    if not root.is_dir():
        raise SchemaError(f"{root}: no such schema folder; give a folder with types.toml, predicates.toml")
    types = {name: _entity_type(root / "types.toml", name, table) for name, table in _tables(root / "types.toml")}
    predicates = {
        name: _predicate(root / "predicates.toml", name, table, types)
        for name, table in _tables(root / "predicates.toml")
    }
    if not (root / "frames").is_dir():
        raise SchemaError(f"{root / 'frames'}: missing; a schema folder needs it, if only empty")
    seen: set[str] = set()
    paths = sorted((root / "frames").glob("*.toml"))
    frames = tuple(frame for path in paths for frame in _frames(path, predicates, types, seen))
    return Schema(types, predicates, frames, _cues(root / "cues.toml"))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SchemaError(f"{path}: missing; a schema folder needs it") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path}: not valid TOML: {error}") from error


def _tables(path: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    for name, table in _read(path).items():
        if not isinstance(table, dict):
            raise SchemaError(f"{path}: {name} must be a table, [{name}]")
        yield name, table


def _take(path: Path, name: str, table: dict[str, Any], kinds: _Kinds) -> dict[str, Any]:
    """Return the table with defaults filled in; refuse unknown keys, missing keys and wrong kinds of value."""
    unknown = sorted(set(table) - set(kinds))
    if unknown:
        raise SchemaError(f"{path}: [{name}] has an unknown key {unknown[0]!r}; it takes {', '.join(kinds)}")
    values = {}
    for key, (kind, default) in kinds.items():
        value = table.get(key, default)
        if value is None:
            raise SchemaError(f"{path}: [{name}] lacks {key!r}")
        if kind is list and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise SchemaError(f"{path}: [{name}] {key} must be a list of texts")
        if not isinstance(value, kind) and not (kind is float and isinstance(value, int)):
            raise SchemaError(f"{path}: [{name}] {key} must be a {kind.__name__}, not {value!r}")
        values[key] = value
    return values


def _entity_type(path: Path, name: str, table: dict[str, Any]) -> EntityType:
    kinds: _Kinds = {"zh": (str, None), "en": (str, None), "color": (str, "#888888"), "vocabulary": (list, []),
             "subtypes": (dict, {}), "words": (list, []), "standard": (dict, {})}  # fmt: skip
    values = _take(path, name, table, kinds)
    color = values["color"]
    if len(color) != 7 or color[0] != "#" or not all(digit in "0123456789abcdefABCDEF" for digit in color[1:]):
        raise SchemaError(f"{path}: [{name}] color must look like #2f6fb0, not {color!r}")
    if not all(isinstance(label, str) for label in values["subtypes"].values()):
        raise SchemaError(f"{path}: [{name}.subtypes] must give each subtype a label")
    if not all(values["words"]):
        raise SchemaError(f"{path}: [{name}] words holds an empty text")
    standard = _take(path, f"{name}.standard", values["standard"], {key: (list, []) for key in values["subtypes"]})
    return EntityType(
        name, values["zh"], values["en"], color, tuple(values["vocabulary"]), dict(values["subtypes"]),
        tuple(values["words"]), {key: tuple(classes) for key, classes in standard.items() if classes},
    )  # fmt: skip


def _predicate(path: Path, name: str, table: dict[str, Any], types: Mapping[str, EntityType]) -> Predicate:
    kinds: _Kinds = {"zh": (str, None), "en": (str, None), "domain": (list, None), "range": (list, None),
             "symmetric": (bool, False), "inside": (bool, False), "timeless": (bool, False),
             "qualifiers": (list, []),
             "identifying": (list, []), "example": (str, ""), "vocabulary": (list, []),
             "nary": (dict, {})}  # fmt: skip
    values = _take(path, name, table, kinds)
    for key, known in (("domain", [*types]), ("range", [*types, TEXT]), ("qualifiers", [*QUALIFIERS]),
                       ("identifying", values["qualifiers"])):  # fmt: skip
        for item in values[key]:
            if item not in known:
                raise SchemaError(f"{path}: [{name}] {key} names {item!r}; known here: {', '.join(known)}")
    return Predicate(
        name, values["zh"], values["en"], frozenset(values["domain"]), frozenset(values["range"]), values["symmetric"],
        values["inside"], values["timeless"], tuple(values["qualifiers"]), tuple(values["identifying"]),
        values["example"], tuple(values["vocabulary"]), _nary(path, name, values["nary"], values["range"]),
    )  # fmt: skip


def _nary(path: Path, name: str, table: dict[str, Any], range_: list[str]) -> Nary | None:
    if not table:
        return None
    kinds: _Kinds = {"class": (str, None), "subject": (str, None), "object": (str, None), "types": (list, range_)}
    values = _take(path, f"{name}.nary", table, kinds)
    for item in values["types"]:
        if item not in range_:
            raise SchemaError(f"{path}: [{name}.nary] types names {item!r}; the range is {', '.join(range_)}")
    return Nary(values["class"], values["subject"], values["object"], frozenset(values["types"]))


def _cues(path: Path) -> dict[str, tuple[str, ...]]:
    values = _take(path, "cues", _read(path), {kind: (list, []) for kind in CUES})
    return {kind: tuple(words) for kind, words in values.items()}


def _frames(
    path: Path, predicates: Mapping[str, Predicate], types: Mapping[str, EntityType], seen: set[str]
) -> Iterable[FrameSource]:
    tables = _read(path).get("frame", [])
    if not isinstance(tables, list):
        raise SchemaError(f"{path}: frames are written [[frame]], one table each")
    kinds: _Kinds = {"name": (str, None), "predicate": (str, None), "pattern": (str, None), "subject": (list, []),
             "object": (list, []), "dated": (bool, True), "score": (float, 0.8)}  # fmt: skip
    for number, table in enumerate(tables, start=1):
        values = _take(path, f"frame {number}: {table.get('name', 'without a name')}", table, kinds)
        name, predicate = values["name"], predicates.get(values["predicate"])
        if name in seen:
            raise SchemaError(f"{path}: two frames are named {name!r}")
        seen.add(name)
        if predicate is None:
            raise SchemaError(f"{path}: frame {name!r} reads {values['predicate']!r}, which predicates.toml lacks")
        for side, allowed in (("subject", predicate.domain), ("object", predicate.range)):
            for narrowed in values[side]:
                kind, _, subtype = narrowed.partition("/")
                if kind not in allowed:
                    takes = ", ".join(sorted(allowed))
                    raise SchemaError(f"{path}: frame {name!r} {side} {narrowed!r}: {predicate.name} takes {takes}")
                if subtype and subtype not in types[kind].subtypes:
                    raise SchemaError(f"{path}: frame {name!r} {side}: {kind} has no subtype {subtype!r}")
        yield FrameSource(
            name, predicate.name, values["pattern"], tuple(values["subject"]), tuple(values["object"]),
            values["dated"], float(values["score"]),
        )  # fmt: skip

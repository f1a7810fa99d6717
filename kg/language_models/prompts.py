"""The rules that a model is given, made of a file and the schema, and the form that its answer must have.

A prompt is a text file with places in braces, ``{types}`` and ``{predicates}``, which the schema of the run fills. The
text of an article is no part of it: that goes in a message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from kg.errors import ConfigError
from kg.model import Modality, Polarity
from kg.resources import schemas_path
from kg.schema import TEXT, EntityType, Predicate, Schema

_PLACE = re.compile(r"\{([a-z_]+)\}")
_WORDS_SHOWN = 10
"""How many of the words that a schema lists for a type are given as examples."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an answer: an object with one list under ``key``; ``schema`` says it as JSON Schema."""

    key: str
    schema: dict[str, Any]

    def fits(self, answer: object) -> bool:
        """Say whether an answer is of this form; what is in the list is looked at one by one."""
        return isinstance(answer, dict) and isinstance(answer.get(self.key), list)


def read_prompt(stage: str, shipped: str, own: str, schema: Schema) -> str:
    """Return the shipped prompt of that name, or that of a file of one's own, its places filled from the schema.

    Raises ConfigError where there is no such file, it is empty, or it has a place that nothing fills.
    """
    path = Path(own) if own else schemas_path("prompts", f"{shipped}.md")
    try:
        template = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"stage {stage}: {path}: not a prompt that can be read: {error}") from None
    fills = {
        "types": "\n".join(map(_type, schema.types.values())),
        "predicates": "\n".join(map(_predicate, schema.predicates.values())),
    }
    unknown = sorted(set(_PLACE.findall(template)) - set(fills))
    if unknown or not template:
        known = ", ".join(f"{{{name}}}" for name in fills)
        said = f"has an unknown place {{{unknown[0]}}}" if unknown else "is empty"
        raise ConfigError(f"stage {stage}: {path}: the prompt {said}; the places that are filled: {known}")
    return _PLACE.sub(lambda place: fills[place[1]], template)


def names_form(schema: Schema) -> Form:
    """Return the form of an answer that lists names with their types."""
    name = {"name": {"type": "string"}, "type": {"type": "string", "enum": list(kinds(schema))}}
    return Form("names", _list_of("names", _object(name)))


def facts_form(schema: Schema) -> Form:
    """Return the form of an answer that lists facts with their evidence."""
    names = sorted({name for predicate in schema.predicates.values() for name in predicate.qualifiers})
    text = {"type": "string"}
    qualifier = _object({"name": {"type": "string", "enum": names}, "text": text})
    fact = {
        "subject": text,
        "predicate": {"type": "string", "enum": list(schema.predicates)},
        "object": text,
        "evidence": text,
        "modality": {"type": "string", "enum": list(get_args(Modality))},
        "polarity": {"type": "string", "enum": list(get_args(Polarity))},
        **({"qualifiers": {"type": "array", "items": qualifier}} if names else {}),
    }
    return Form("facts", _list_of("facts", _object(fact)))


def kinds(schema: Schema) -> Iterator[str]:
    """Yield the types of the schema, each followed by its subtypes (``Organization/company``)."""
    for type_ in schema.types.values():
        yield type_.name
        yield from (f"{type_.name}/{subtype}" for subtype in type_.subtypes)


def _type(type_: EntityType) -> str:
    subtypes = "，".join(f"{type_.name}/{name} {label}" for name, label in type_.subtypes.items())
    words = "、".join(type_.words[:_WORDS_SHOWN])
    return f"- {type_.name} {type_.zh}" + (f"：{subtypes}" if subtypes else "") + (f"；例如：{words}" if words else "")


def _predicate(predicate: Predicate) -> str:
    ends = " → ".join("、".join(sorted(kinds)) for kinds in (predicate.domain, predicate.range))
    parts = [f"- {predicate.name} {predicate.zh}：{ends}"]
    parts += [f"qualifiers：{'、'.join(predicate.qualifiers)}"] if predicate.qualifiers else []
    parts += [f"{TEXT} 为原文中的文字"] if TEXT in predicate.range else []
    parts += [f"例：{predicate.example}"] if predicate.example else []
    return "；".join(parts)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list_of(key: str, item: dict[str, Any]) -> dict[str, Any]:
    return _object({key: {"type": "array", "items": item}})

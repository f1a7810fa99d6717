"""SHACL shapes as records, and how they are written in Turtle."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from kg.export.iris import local

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

_BREAK = " ;\n    "


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """A property shape: its name within that of its shape, path and constraints in Turtle, and what a failure means."""

    name: str
    path: str
    rules: tuple[str, ...]
    zh: str
    en: str
    severity: Severity = "violation"


@dataclass(frozen=True, slots=True)
class NodeShape:
    """A node shape: whom it is about, the constraints on the node itself, and its property shapes."""

    name: str
    target: str
    rules: tuple[str, ...]
    zh: str
    en: str
    properties: tuple[PropertyShape, ...] = ()
    severity: Severity = "violation"


def turtle(shape: NodeShape) -> str:
    """Return a node shape and its property shapes, each a block of its own."""
    names = [f"shape:{local(shape.name)}-{local(each.name)}" for each in shape.properties]
    head = [f"shape:{local(shape.name)} a sh:NodeShape", shape.target, *shape.rules]
    if shape.rules:
        head += _said(shape.zh, shape.en, shape.severity)
    if names:
        head.append(f"sh:property {' , '.join(names)}")
    blocks = [head]
    for name, each in zip(names, shape.properties, strict=True):
        said = _said(each.zh, each.en, each.severity)
        blocks.append([f"{name} a sh:PropertyShape", f"sh:path {each.path}", *each.rules, *said])
    return "".join(f"{_BREAK.join(block)} .\n\n" for block in blocks)


def _said(zh: str, en: str, severity: Severity) -> list[str]:
    return [f"sh:severity sh:{severity.capitalize()}", f"sh:message {_string(en)}@en , {_string(zh)}@zh"]


def term(name: str) -> str:
    """Return a term of the ontology; terms are slugs, which Turtle takes as they are."""
    return f"kg:{local(name)}"


def listed(terms: Iterable[str]) -> str:
    """Return a list of terms."""
    return f"( {' '.join(terms)} )"


def any_of(kinds: Iterable[str]) -> str:
    """Return the constraint that a node is of one of these kinds; without kinds, one that no node passes."""
    kinds = list(kinds) or ["[ sh:nodeKind sh:BlankNode ]"]
    return kinds[0].removeprefix("[ ").removesuffix(" ]") if len(kinds) == 1 else f"sh:or {listed(kinds)}"


def pattern(expression: str) -> str:
    """Return the constraint that a text or an IRI matches; an expression of XPath, which knows no lookahead."""
    return f"sh:pattern {_string(expression)}"


def quoted(text: str) -> str:
    """Return an IRI as a pattern; its other characters mean themselves."""
    return text.replace(".", r"\.")


def _string(text: str) -> str:
    """Return a Turtle string; JSON's escapes are Turtle's too."""
    return json.dumps(text, ensure_ascii=False)

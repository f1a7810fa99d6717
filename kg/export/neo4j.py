"""The graph as two CSV files that ``neo4j-admin database import full`` reads: nodes, and one relationship a fact.

Format: Neo4j Operations Manual, Import, "CSV header format". Texts are in quotes, so that blanks at their ends stay;
quotes in them are doubled; an empty field is no property. The importer reads no line breaks in a field unless told to
and takes U+FFFF for the end of the file: these and control characters become blanks. It knows no escape for the ; that
delimits a list: within one it becomes the full-width ；.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cache
from pathlib import Path

from kg.export.files import make_folder, writing
from kg.export.rows import ENTITY_ROW, FACT_ROW, Row, entity_rows, fact_row
from kg.export.values import Value
from kg.schema import Schema
from kg.spooling import GraphView

NODES = "neo4j-nodes.csv"
RELATIONSHIPS = "neo4j-relationships.csv"
ENTITY, VALUE = "Entity", "Value"
"""The label of all entities, and that of literals: one node a fact, so that equal figures do not join two regions."""

_TYPES = {str: "", int: ":long", float: ":double", date: ":date"}
_ENDS = ("subject", "subject_name", "subject_type", "object", "object_name", "object_type")
_NODE = {name: type_ for name, type_ in ENTITY_ROW.items() if name not in ("id", "names")}
_RELATIONSHIP = {name: type_ for name, type_ in FACT_ROW.items() if name not in (*_ENDS, "polarity")}
_UNREADABLE = re.compile("\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029\uffff]")


def write_neo4j(graph: GraphView, folder: str | Path, *, schema: Schema) -> None:
    """Write neo4j-nodes.csv and neo4j-relationships.csv into the folder, which is made if missing.

    The labels of a node are its type, its subtype and Entity. Denied facts are left out; planned ones are in, and
    ``modality`` says so. A literal object is a node of its own, labelled Value.
    """
    root = make_folder(folder)
    with writing(root / NODES) as node, writing(root / RELATIONSHIPS) as relationship:
        node(_line(["id:ID(Entity)", "names:string[]", *_header(_NODE), ":LABEL"]))
        relationship(_line([":START_ID(Entity)", ":END_ID(Entity)", ":TYPE", *_header(_RELATIONSHIP)]))
        types = {VALUE, *map(label, schema.types)}
        for row in entity_rows(graph, schema=schema):
            names = graph.entities[str(row["id"])].names
            labels = _labels(str(row["type"]), row["subtype"], types)
            node(_line([_text(row["id"]), _list(names), *_fields(row, _NODE), _list(labels)]))
        for fact in graph.facts:
            if fact.polarity == "denied":
                continue
            row = fact_row(graph, fact, schema)
            end = fact.object
            if end is None:
                end = f"value:{fact.id}"
                value = dict.fromkeys(_NODE) | {"name": fact.value}
                node(_line([_text(end), "", *_fields(value, _NODE), _list([VALUE])]))
            ends = [_text(fact.subject), _text(end), _text(relationship_type(fact.predicate))]
            relationship(_line([*ends, *_fields(row, _RELATIONSHIP)]))


@cache
def label(name: str) -> str:
    """Return a type's or subtype's name as Neo4j's style has labels.

    >>> label("financial_institution"), label("Organization")
    ('FinancialInstitution', 'Organization')
    """
    return _named("".join(word[0].upper() + word[1:] for word in re.split(r"[\W_]+", name) if word))


@cache
def relationship_type(predicate: str) -> str:
    """Return a predicate's name as Neo4j's style has types of relationships.

    >>> relationship_type("grantsCredit")
    'GRANTS_CREDIT'
    """
    return _named(re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", predicate)).strip("_").upper())


def _named(name: str) -> str:
    """Return a name that Cypher takes without backticks: it begins with no digit."""
    return name if re.match(r"[^\W\d]", name) else f"_{name}"


def _labels(type_: str, subtype: Value, types: Collection[str]) -> list[str]:
    """Return the labels of an entity; no subtype's where it would be taken for a type's."""
    own = label(str(subtype)) if subtype is not None else ENTITY
    return list(dict.fromkeys([label(type_), ENTITY if own in types else own, ENTITY]))


def _header(columns: dict[str, type]) -> list[str]:
    return [f"{name}{_TYPES[type_]}" for name, type_ in columns.items()]


def _fields(row: Row, columns: dict[str, type]) -> list[str]:
    return [_FIELD[type_](row[name]) for name, type_ in columns.items()]


def _line(fields: Iterable[str]) -> str:
    return ",".join(fields) + "\n"


def _text(value: Value) -> str:
    return "" if value is None else '"' + _UNREADABLE.sub(" ", str(value)).replace('"', '""') + '"'


def _bare(value: Value) -> str:
    return "" if value is None else str(value)


def _list(texts: Iterable[str]) -> str:
    return _text(";".join(text.replace(";", "；") for text in texts if text) or None)


_FIELD: dict[type, Callable[[Value], str]] = {str: _text, int: _bare, float: _bare, date: _bare}

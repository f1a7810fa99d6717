"""Neo4j's import files, read back by the rules of the Operations Manual: entities are nodes, facts are relationships.

The reader here is as strict as ``neo4j-admin database import`` is documented to be, and as its CSV reader is written:
https://neo4j.com/docs/operations-manual/current/import/ ("CSV header format").
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from exporting import bytes_under_hash_seeds
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import NASTY, sample
from small_graph import small_graph

from kg.errors import ConfigError
from kg.export.neo4j import NODES, RELATIONSHIPS, label, relationship_type, write_neo4j
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()
ABSENT = object()


class Field(NamedTuple):
    text: str
    quoted: bool


class Node(NamedTuple):
    id: str
    labels: frozenset[str]
    properties: dict[str, Any]


class Relationship(NamedTuple):
    start: str
    end: str
    type: str
    properties: dict[str, Any]


def fields(text: str) -> Iterator[list[Field]]:
    """Yield the lines of fields: comma between them, double quotes, no line break and nothing behind quotes."""
    assert not text.startswith("\ufeff"), "a byte-order mark would become part of the first name"
    line: list[Field] = []
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            parts = []
            while True:
                close = text.index('"', end)  # ValueError: no closing quote
                parts.append(text[end:close])
                if text[close + 1 : close + 2] != '"':
                    break
                parts.append('"')
                end = close + 2
            field, at = Field("".join(parts), True), close + 1
            assert not re.search("[\r\n\uffff]", field.text), f"not without --multiline-fields: {field.text!r}"
        else:
            close = re.compile("[,\r\n]|$").search(text, at).start()  # type: ignore[union-attr]
            field, at = Field(text[at:close].strip(), False), close
            assert '"' not in field.text
        line.append(field)
        assert at == len(text) or text[at] in ",\n", f"data after quotes: {text[at : at + 20]!r}"
        if at == len(text) or text[at] == "\n":
            yield line
            line = []
        at += 1
    assert not line


def _long(text: str) -> int:
    assert re.fullmatch("-?[0-9]+", text)
    assert -(2**63) <= int(text) < 2**63
    return int(text)


EXTRACT: dict[str, Callable[[str], Any]] = {
    "": str,
    "string": str,
    "long": _long,
    "double": float,
    "date": date.fromisoformat,
    "string[]": lambda text: text.split(";"),
}


def extract(type_: str, field: Field) -> Any:
    """Return what the importer makes of a field; what is empty and not in quotes is no property."""
    if not field.text and not (field.quoted and type_ in ("", "string")):
        return ABSENT
    return EXTRACT[type_](field.text)


def table(path: Path) -> Iterator[tuple[dict[str, Field], dict[str, Any]]]:
    """Yield the special fields of each line (ID, LABEL, START_ID …) and its properties."""
    first, *lines = fields(path.read_bytes().decode("utf-8"))
    header = [field.text.partition(":")[::2] for field in first]
    names = [name for name, _ in header if name]
    assert len(set(names)) == len(names)
    for line in lines:
        assert len(line) == len(header)
        special: dict[str, Field] = {}
        properties = {}
        for (name, type_), field in zip(header, line, strict=True):
            kind = re.fullmatch(r"([A-Z_]+)(?:\(Entity\))?", type_)
            if kind:
                special[kind[1]] = field
            if name:
                value = extract("" if kind else type_, field)
                if value is not ABSENT:
                    properties[name] = value
        yield special, properties


def read_back(folder: Path) -> tuple[dict[str, Node], list[Relationship]]:
    nodes: dict[str, Node] = {}
    for special, properties in table(folder / NODES):
        id_, labels = special["ID"].text, frozenset(special["LABEL"].text.split(";"))
        assert id_ not in nodes
        assert all(re.fullmatch(r"[^\W\d]\w*", one) for one in labels), "needs no backticks in Cypher"
        nodes[id_] = Node(id_, labels, properties)
    relationships = []
    for special, properties in table(folder / RELATIONSHIPS):
        start, end, type_ = (special[name].text for name in ("START_ID", "END_ID", "TYPE"))
        assert {start, end} <= nodes.keys()
        assert re.fullmatch(r"[^\W\d]\w*", type_)
        relationships.append(Relationship(start, end, type_, properties))
    return nodes, relationships


def readable(text: str) -> str:
    """Return the text as the importer can hold it."""
    return re.sub("\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029\uffff]", " ", re.sub("[\ud800-\udfff]", "\ufffd", text))


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


@pytest.fixture(scope="module")
def written(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("neo4j") / "new" / "folder"
    write_neo4j(graph, folder, schema=SCHEMA)
    assert sorted(file.name for file in folder.iterdir()) == [NODES, RELATIONSHIPS]
    return folder


def test_every_entity_is_a_node(graph: Graph, written: Path) -> None:
    nodes, _ = read_back(written)
    entities = {id_: node for id_, node in nodes.items() if "Entity" in node.labels}
    assert list(entities) == list(graph.entities)
    for id_, entity in graph.entities.items():
        node = entities[id_]
        assert node.properties["id"] == id_
        assert node.properties["name"] == readable(entity.name)
        assert node.properties.get("names", []) == list(entity.names)
        assert node.properties["mentions"] == graph.presence[id_].mentions
        assert node.labels >= {entity.type, "Entity"}
    assert set(map(readable, NASTY)) <= {node.properties["name"] for node in nodes.values()}
    bank = entities["Organization:兴业银行"]
    assert bank.labels == {"Organization", "FinancialInstitution", "Entity"}
    assert entities["Region:350902"].properties | {"documents": 2, "adcode": "350902", "region": "福建省"} == (
        entities["Region:350902"].properties
    )


def test_every_fact_but_the_denied_is_a_relationship(graph: Graph, written: Path) -> None:
    _, relationships = read_back(written)
    told = [fact for fact in graph.facts if fact.polarity == "affirmed"]
    assert {fact.polarity for fact in graph.facts} > {"affirmed"}
    assert [relationship.properties["fact"] for relationship in relationships] == [fact.id for fact in told]
    for fact, relationship in zip(told, relationships, strict=True):
        assert (relationship.start, relationship.end) == (fact.subject, fact.object or f"value:{fact.id}")
        assert relationship.properties["quote"] == readable(fact.claims[0].evidence[0].quote)
        assert relationship.type == re.sub("[A-Z]", r"_\g<0>", fact.predicate).upper()
        assert "polarity" not in relationship.properties


def test_qualifiers_are_typed(written: Path) -> None:
    _, relationships = read_back(written)
    (planned,) = [one for one in relationships if one.properties["modality"] == "planned"]
    assert planned.type == "GRANTS_CREDIT"
    said = {
        "amount": "超6亿元", "amount_value": 6e8, "amount_bound": "above", "currency": "CNY", "amount_cny": 6e8,
        "date": "今年", "date_start": date(2025, 1, 1), "date_end": date(2025, 12, 31), "evidence": 1, "line": 3,
        "first_seen": "2025-06-10", "predicate_zh": "授信", "score": 0.9, "path": "一/第1页.txt",
    }  # fmt: skip
    assert planned.properties | said == planned.properties
    assert {"title", "count_value", "amount_high"}.isdisjoint(planned.properties)
    (post,) = [one for one in relationships if one.type == "HOLDS_POSITION"]
    assert post.properties["title"] == "董事长"


def test_a_literal_is_a_node_of_its_own(graph: Graph, written: Path) -> None:
    nodes, relationships = read_back(written)
    (value,) = [node for node in nodes.values() if node.labels == {"Value"}]
    assert value.properties == {"id": value.id, "name": "电机之窗"}
    (title,) = [one for one in relationships if one.end == value.id]
    assert (title.start, title.type, title.properties["value"]) == ("Region:350902", "HAS_TITLE", "电机之窗")


_TEXTS = st.one_of(
    st.text(),
    st.text(alphabet=";；\"“”',\\\r\n\t\x00\x85\u2028\uffff＝＋ \u3000a福\ud800"),
    st.sampled_from(NASTY),
)


@given(name=_TEXTS, names=st.lists(_TEXTS, max_size=3), quote=_TEXTS, value=_TEXTS)
def test_nasty_texts_come_back(name: str, names: list[str], quote: str, value: str) -> None:
    graph = small_graph(name=name, names=tuple(names), quote=quote, value=value)
    with TemporaryDirectory() as folder:
        write_neo4j(graph, folder, schema=SCHEMA)
        nodes, relationships = read_back(Path(folder))
    first, second, literal = nodes.values()
    assert first.properties["name"] == readable(name)
    assert first.properties.get("names", []) == [readable(one).replace(";", "；") for one in names if one]
    assert literal.properties["name"] == readable(value)
    assert [one.properties["quote"] for one in relationships] == [readable(quote)] * 2
    assert [(one.start, one.end) for one in relationships] == [(first.id, second.id), (first.id, literal.id)]


@given(st.one_of(st.text(min_size=1), st.from_regex("[0-9;:]{1,4}[a-z]?")))
def test_any_name_of_a_schema_becomes_a_label_and_a_type(name: str) -> None:
    assert re.fullmatch(r"[^\W\d]\w*", label(name))
    assert re.fullmatch(r"[^\W\d]\w*", relationship_type(name))


def test_a_subtype_named_as_a_type_gives_no_label(tmp_path: Path) -> None:
    write_neo4j(small_graph(subtype="region"), tmp_path, schema=SCHEMA)
    nodes, _ = read_back(tmp_path)
    assert nodes["Organization:甲"].labels == {"Organization", "Entity"}


def test_numbers_beyond_a_double_stay_words(tmp_path: Path) -> None:
    write_neo4j(small_graph(amount=10**400), tmp_path, schema=SCHEMA)
    _, relationships = read_back(tmp_path)
    assert "amount_value" not in relationships[0].properties
    assert relationships[0].properties["amount"] == "许多元"


@pytest.mark.parametrize("bad", ['"a"b\n', '"a\nb"\n', '"a', 'a"b\n', "\ufeffa\n"])
def test_the_reader_refuses_what_the_importer_refuses(bad: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        list(fields(bad))


def test_a_folder_that_cannot_be_made(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"):
        write_neo4j(graph, tmp_path / "file" / "folder", schema=SCHEMA)


def test_same_bytes_under_any_hash_seed() -> None:
    assert len(bytes_under_hash_seeds("neo4j")) == 1

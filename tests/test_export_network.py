"""GEXF, GraphML and node-link JSON: opened by others' readers, and the rules that Gephi's importers made us keep."""

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import igraph
import networkx
import pytest
from exporting import bytes_under_hash_seeds
from sample_graph import NASTY, sample

from kg.errors import ConfigError
from kg.export import export
from kg.export.network import edges, nodes, write_gexf, write_graphml, write_node_link
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()
GEXF = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
WRITERS = [write_gexf, write_graphml, write_node_link]
NMTOKEN = re.compile(r"[\w.:·-]+")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


def text_of(write, graph: Graph, **settings: bool) -> str:
    target = io.BytesIO()
    write(graph, target, schema=SCHEMA, **settings)
    return target.getvalue().decode("utf-8")


def file_of(write, graph: Graph, folder: Path, name: str, **settings: bool) -> Path:
    write(graph, folder / name, schema=SCHEMA, **settings)
    return folder / name


def expected_edges(graph: Graph, planned: bool = False) -> list[tuple[str, str, str]]:
    return sorted(
        (fact.subject, str(fact.object), fact.id)
        for fact in graph.facts
        if fact.object and fact.polarity == "affirmed" and (planned or fact.modality != "planned")
    )


# --- other readers --------------------------------------------------------------------------------------------------


def test_gexf_opens_in_networkx_with_every_parallel_edge(graph: Graph, tmp_path: Path) -> None:
    read = networkx.read_gexf(file_of(write_gexf, graph, tmp_path, "g.gexf"), version="1.3")
    assert sorted(read.nodes) == list(graph.entities)
    assert read.is_multigraph()
    assert read.is_directed()
    assert sorted(read.edges(data="fact")) == expected_edges(graph)
    bank, firm = "Organization:兴业银行", "Organization:闽东星源电机有限公司"
    credit = [data for data in read[bank][firm].values() if data.get("amount") == "5300万元"]
    assert [(data["amount_value"], data["documents"], data["line"]) for data in credit] == [(53000000.0, 2, 3)]
    assert read.nodes[firm]["names"] == "星源电机"
    assert read.nodes[firm]["viz"]["color"] == {"r": 0x2F, "g": 0x6F, "b": 0xB0, "a": 1.0}


def test_graphml_opens_in_networkx_and_igraph_with_every_parallel_edge(graph: Graph, tmp_path: Path) -> None:
    file = file_of(write_graphml, graph, tmp_path, "g.graphml")
    read = networkx.read_graphml(file, force_multigraph=True)
    assert sorted(read.nodes) == list(graph.entities)
    assert sorted(read.edges(data="fact")) == expected_edges(graph)
    other = igraph.Graph.Read_GraphML(str(file))
    assert sorted(other.vs["id"]) == list(graph.entities)
    ids = other.vs["id"]
    assert sorted((ids[edge.source], ids[edge.target], edge["fact"]) for edge in other.es) == expected_edges(graph)
    assert set(other.vs["name"]) == {name for _, name in read.nodes(data="name")}


def test_node_link_opens_in_networkx(graph: Graph) -> None:
    read = networkx.node_link_graph(json.loads(text_of(write_node_link, graph)), edges="edges")
    assert sorted(read.nodes) == list(graph.entities)
    assert sorted(read.edges(keys=True)) == expected_edges(graph)


def test_nasty_names_survive(graph: Graph, tmp_path: Path) -> None:
    as_written = {re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", name) for name in NASTY}
    gexf = networkx.read_gexf(file_of(write_gexf, graph, tmp_path, "g.gexf"), version="1.3")
    graphml = networkx.read_graphml(file_of(write_graphml, graph, tmp_path, "g.graphml"), force_multigraph=True)
    for read in (gexf, graphml):
        assert as_written <= {data["name"] for _, data in read.nodes(data=True)}
    loaded = json.loads(text_of(write_node_link, graph))
    assert set(NASTY) <= {node["name"] for node in loaded["nodes"]}


# --- what Gephi needs -----------------------------------------------------------------------------------------------


def test_gexf_is_as_gephi_wants_it(graph: Graph) -> None:
    root = ElementTree.fromstring(text_of(write_gexf, graph, planned=True))
    assert root.get("version") == "1.3"
    drawn, joined = root.findall(".//g:node", GEXF), root.findall(".//g:edge", GEXF)
    ids = {node.get("id") for node in drawn}
    assert len(ids) == len(drawn) == len(graph.entities)
    assert len({edge.get("id") for edge in joined}) == len(joined)
    assert len({(edge.get("source"), edge.get("target"), edge.get("kind")) for edge in joined}) == len(joined)
    for edge in joined:
        assert {edge.get("source"), edge.get("target")} <= ids
        assert float(edge.get("weight", 0)) >= 1
        assert edge.get("type") == "directed"
    for node in drawn:
        assert NMTOKEN.fullmatch(node.get("id", ""))
        assert node.get("label") == " ".join(node.get("label", "").split())
        color = node.find("viz:color", GEXF)
        assert color is not None
        assert set(color.attrib) == {"r", "g", "b"}
        assert all(0 <= int(value) <= 255 for value in color.attrib.values())
        size = node.find("viz:size", GEXF)
        assert size is not None
        assert 6 <= float(size.get("value", 0)) <= 40


def test_gexf_attributes_are_declared_and_of_their_type(graph: Graph) -> None:
    root = ElementTree.fromstring(text_of(write_gexf, graph))
    parse = {"string": str, "long": int, "double": float}
    for kind in ("node", "edge"):
        (block,) = root.findall(f".//g:attributes[@class='{kind}']", GEXF)
        declared = {attribute.get("id"): attribute.get("type") for attribute in block}
        assert all(attribute.get("id") == attribute.get("title") for attribute in block)
        assert declared.keys().isdisjoint({"id", "label", "weight", "kind", "color", "size", "x", "y", "z"})
        values = root.findall(f".//g:{kind}/g:attvalues/g:attvalue", GEXF)
        assert values
        for value in values:
            parse[declared[value.get("for")]](value.get("value"))


def test_graphml_has_the_names_that_readers_know(graph: Graph) -> None:
    root = ElementTree.fromstring(text_of(write_graphml, graph))
    keys = [(key.get("for"), key.get("attr.name")) for key in root.findall("g:key", GRAPHML)]
    assert len(keys) == len(set(keys))
    assert {("node", name) for name in ("label", "name", "x", "y", "size", "r", "g", "b")} <= set(keys)
    assert {("edge", "label"), ("edge", "weight"), ("edge", "interaction")} <= set(keys)
    assert {key.get("attr.type") for key in root.findall("g:key", GRAPHML)} == {"string", "int", "double"}
    ids = [edge.get("id") for edge in root.findall(".//g:edge", GRAPHML)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("write", [write_gexf, write_graphml])
def test_no_control_characters(write, graph: Graph) -> None:
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|&#(?!9;|10;|13;)", text_of(write, graph))


@pytest.mark.parametrize("write", WRITERS)
def test_planned_facts_only_when_asked_for_and_denied_ones_never(write, graph: Graph) -> None:
    planned, denied = (
        next(fact.id for fact in graph.facts if predicate(fact))
        for predicate in (lambda fact: fact.modality == "planned", lambda fact: fact.polarity == "denied")
    )
    assert planned not in text_of(write, graph)
    assert planned in text_of(write, graph, planned=True)
    assert denied not in text_of(write, graph, planned=True)


def test_planned_edges_say_so(graph: Graph) -> None:
    (edge,) = [edge for edge in edges(graph, SCHEMA, planned=True) if edge.values["modality"] == "planned"]
    assert (edge.kind, edge.label) == ("planned grantsCredit", "计划授信")


def test_second_fact_of_a_kind_is_numbered(graph: Graph) -> None:
    kinds = [edge.kind for edge in edges(graph, SCHEMA) if edge.values["predicate"] == "grantsCredit"]
    assert kinds == ["grantsCredit", "grantsCredit 2"]


def test_layout_puts_every_node_in_a_place_of_its_own(graph: Graph) -> None:
    drawn = list(nodes(graph, SCHEMA))
    assert len({(node.x, node.y) for node in drawn}) == len(drawn)
    middle = min(drawn, key=lambda node: node.x**2 + node.y**2)
    assert middle.id == "Organization:闽东星源电机有限公司"


def test_an_empty_graph() -> None:
    empty = Graph({}, (), {}, {}, {}, {})
    assert ElementTree.fromstring(text_of(write_gexf, empty)).findall(".//g:node", GEXF) == []
    assert ElementTree.fromstring(text_of(write_graphml, empty)).findall(".//g:node", GRAPHML) == []
    assert json.loads(text_of(write_node_link, empty))["nodes"] == []


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gexf", "graphml", "json"])
def test_same_bytes_under_any_hash_seed(name: str) -> None:
    assert len(bytes_under_hash_seeds(name)) == 1


def test_a_failed_export_leaves_the_old_file(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "g.gexf"
    file.write_text("old", encoding="utf-8")
    broken = Graph(graph.entities, graph.facts, {}, {}, graph.presence, {})
    with pytest.raises(KeyError):
        write_gexf(broken, file, schema=SCHEMA)
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_unwritable_place_and_an_unknown_format(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        export(graph, tmp_path / "none" / "g.gexf", schema=SCHEMA)
    with pytest.raises(ConfigError, match=r"unknown format '\.doc'; formats: gexf \(\.gexf\)"):
        export(graph, tmp_path / "g.doc", schema=SCHEMA)
    with pytest.raises(ConfigError, match="unknown format 'excel'"):
        export(graph, tmp_path / "g.csv", schema=SCHEMA, format="excel")

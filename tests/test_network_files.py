"""GEXF, GraphML and node-link JSON: opened by others' readers, and the rules that Gephi's importers made us keep."""

import io
import json
import math
import re
import statistics
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import igraph
import networkx
import pytest
from exporting import bytes_under_hash_seeds
from sample_graph import NASTY, sample

from kg.errors import ConfigError
from kg.export import NETWORKS, export
from kg.export.drawing import Edge, Node
from kg.export.gexf import write_gexf
from kg.export.graphml import write_graphml
from kg.export.network_json import write_graphology, write_node_link
from kg.export.views import EDGE_COLUMNS, NODE_COLUMNS, VIEWS, draw, short_label
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()
GEXF = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}
GRAPHML = {"g": "http://graphml.graphdrawing.org/xmlns"}
WRITERS = [write_gexf, write_graphml, write_node_link, write_graphology]
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NMTOKEN = re.compile(r"[\w.:·-]+")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


def text_of(write, graph: Graph, **settings: object) -> str:
    target = io.BytesIO()
    write(draw(graph, SCHEMA, **settings), target)
    return target.getvalue().decode("utf-8")


def file_of(write, graph: Graph, folder: Path, name: str, **settings: object) -> Path:
    write(draw(graph, SCHEMA, **settings), folder / name)
    return folder / name


def nodes_of(graph: Graph, **settings: object) -> list[Node]:
    return list(draw(graph, SCHEMA, **settings).nodes())


def edges_of(graph: Graph, **settings: object) -> list[Edge]:
    return list(draw(graph, SCHEMA, **settings).edges())


def values_of(edge: Edge) -> dict[str, object]:
    return dict(zip(EDGE_COLUMNS, edge.values, strict=True))


def expected_edges(graph: Graph, planned: bool = False) -> list[tuple[str, str, str]]:
    """Return source, target and fact of what the view ``fact`` draws."""
    return sorted(
        (fact.subject, str(fact.object), fact.id)
        for fact in graph.facts
        if fact.object and fact.polarity == "affirmed" and (planned or fact.modality != "planned")
    )


BANK, FIRM = "Organization:兴业银行", "Organization:闽东星源电机有限公司"


# --- views ----------------------------------------------------------------------------------------------------------


def test_the_entity_view_has_one_edge_for_each_subject_predicate_and_object(graph: Graph) -> None:
    found = edges_of(graph)
    ends = [(edge.source, edge.kind, edge.target) for edge in found]
    assert len(set(ends)) == len(ends) == len({(f.subject, f.predicate, f.object) for f in graph.facts if f.object}) - 1
    (credit,) = [edge for edge in found if edge.kind == "grantsCredit"]
    values = values_of(credit)
    assert (credit.source, credit.target, credit.label, credit.weight) == (BANK, FIRM, "授信", 2.0)
    assert values["amount"] == "5300万元|6亿元"
    assert (values["amount_cny"], values["amount_bound"]) == (53000000.0, "exact")  # 6亿元 is not normalized there
    assert (values["claims"], values["evidence"], values["documents"]) == (3, 2, 2)
    assert (values["first_seen"], values["last_seen"], values["line"]) == ("2025-06-10", "2025-06-10", 3)
    assert len(str(values["facts"]).split("|")) == 2


def test_the_largest_sum_stands_for_reports_of_several(graph: Graph) -> None:
    (credit,) = [edge for edge in edges_of(graph, planned=True) if edge.kind == "planned grantsCredit"]
    values = values_of(credit)
    assert (values["amount"], values["amount_cny"], values["amount_bound"]) == ("超6亿元", 600000000.0, "above")


def test_the_fact_view_has_one_edge_a_fact(graph: Graph) -> None:
    found = edges_of(graph, view="fact")
    assert sorted((edge.source, edge.target, str(values_of(edge)["facts"])) for edge in found) == expected_edges(graph)
    kinds = [edge.kind for edge in found if values_of(edge)["predicate"] == "grantsCredit"]
    assert kinds == ["grantsCredit", "grantsCredit 2"]


def test_the_simple_view_has_one_edge_a_pair(graph: Graph) -> None:
    found = edges_of(graph, view="simple")
    pairs = [(edge.source, edge.target) for edge in found]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) == {(edge.source, edge.target) for edge in edges_of(graph)}
    (both,) = [edge for edge in found if (edge.source, edge.target) == (BANK, FIRM)]
    assert values_of(both)["predicate"] == "cooperatesWith|grantsCredit|lendsTo"
    assert (both.kind, both.label) == ("related", "合作|授信|放贷".replace("|", "、"))


def test_the_reified_view_draws_facts_and_documents(graph: Graph) -> None:
    drawn, joined = nodes_of(graph, view="reified"), edges_of(graph, view="reified")
    shown = [fact for fact in graph.facts if fact.polarity == "affirmed" and fact.modality != "planned"]
    assert {node.id for node in drawn} == (
        set(graph.entities)
        | {f"fact:{fact.id}" for fact in shown}
        | {f"document:{source.document}" for source in graph.sources.values()}
    )
    assert {edge.kind for edge in joined} == {"subject", "object", "source"}
    title = next(fact for fact in shown if fact.predicate == "hasTitle")
    (node,) = [node for node in drawn if node.id == f"fact:{title.id}"]
    assert node.label.startswith("称号")
    assert "电机之窗" in str(node.values[0])
    assert {edge.kind for edge in joined if node.id in (edge.source, edge.target)} == {"subject", "source"}


def test_the_dynamic_view_gives_edges_their_days(graph: Graph, tmp_path: Path) -> None:
    found = {edge.kind: edge.spells for edge in edges_of(graph, view="dynamic", planned=True)}
    assert found["lendsTo"] == (("2025-06-10", "2025-06-10"),)  # the paper's
    root = ElementTree.fromstring(text_of(write_gexf, graph, view="dynamic"))
    (whole,) = root.findall("g:graph", GEXF)
    assert (whole.get("mode"), whole.get("timeformat"), whole.get("timerepresentation")) == (
        "dynamic", "date", "interval",
    )  # fmt: skip
    spells = root.findall(".//g:spell", GEXF)
    assert spells
    assert all(DAY.fullmatch(day) for spell in spells for day in spell.attrib.values())
    drawn = {node.get("id") for node in root.findall(".//g:node", GEXF)}
    assert drawn == {end for e in edges_of(graph, view="dynamic") for end in (e.source, e.target)}
    networkx.read_gexf(file_of(write_gexf, graph, tmp_path, "g.gexf", view="dynamic"), version="1.3")


def test_a_node_tells_its_province(graph: Graph) -> None:
    provinces = {node.id: node.values[list(NODE_COLUMNS).index("region")] for node in nodes_of(graph)}
    assert provinces["Region:350902"] == provinces["Region:350000"] == provinces[FIRM] == "福建省"
    assert provinces[BANK] is None


@pytest.mark.parametrize(
    ("name", "names", "label"),
    [
        ("兴业银行", (), "兴业银行"),
        ("闽东星源电机有限公司", ("星源电机",), "闽东星源电机有限公司"),
        ("宁德市蕉城区闽东星源电机有限公司", ("星源电机", "闽东星源", "司"), "星源电机"),
        ("宁德市蕉城区闽东星源电机有限公司", (), "宁德市蕉城区闽东星源电…"),
        ("断\n行  公司", (), "断 行 公司"),
        ("换页\x0c公司\x00", (), "换页 公司"),
    ],
)
def test_labels_are_short(name: str, names: tuple[str, ...], label: str) -> None:
    assert short_label(name, names) == label


def test_an_unknown_view_or_layout(graph: Graph) -> None:
    with pytest.raises(ConfigError, match=r"no view is named 'pretty'; there are entity, fact"):
        draw(graph, SCHEMA, view="pretty")
    with pytest.raises(ConfigError, match=r"no layout is named 'pretty'; there are sunflower, force, none"):
        draw(graph, SCHEMA, layout="pretty")


# --- other readers --------------------------------------------------------------------------------------------------


def test_gexf_opens_in_networkx_with_every_parallel_edge(graph: Graph, tmp_path: Path) -> None:
    read = networkx.read_gexf(file_of(write_gexf, graph, tmp_path, "g.gexf", view="fact"), version="1.3")
    assert sorted(read.nodes) == list(graph.entities)
    assert read.is_multigraph()
    assert read.is_directed()
    assert sorted(read.edges(data="facts")) == expected_edges(graph)
    credit = [data for data in read[BANK][FIRM].values() if data.get("amount") == "5300万元"]
    assert [(data["amount_cny"], data["documents"], data["line"]) for data in credit] == [(53000000.0, 2, 3)]
    assert read.nodes[FIRM]["names"] == "星源电机"
    assert read.nodes[FIRM]["viz"]["color"] == {"r": 0x2F, "g": 0x6F, "b": 0xB0, "a": 1.0}


def test_graphml_opens_in_networkx_and_igraph_with_every_parallel_edge(graph: Graph, tmp_path: Path) -> None:
    file = file_of(write_graphml, graph, tmp_path, "g.graphml", view="fact")
    read = networkx.read_graphml(file, force_multigraph=True)
    assert sorted(read.nodes) == list(graph.entities)
    assert sorted(read.edges(data="facts")) == expected_edges(graph)
    other = igraph.Graph.Read_GraphML(str(file))
    assert sorted(other.vs["id"]) == list(graph.entities)
    ids = other.vs["id"]
    assert sorted((ids[edge.source], ids[edge.target], edge["facts"]) for edge in other.es) == expected_edges(graph)
    assert set(other.vs["name"]) == {name for _, name in read.nodes(data="name")}


def test_node_link_opens_in_networkx(graph: Graph) -> None:
    read = networkx.node_link_graph(json.loads(text_of(write_node_link, graph, view="fact")), edges="edges")
    assert sorted(read.nodes) == list(graph.entities)
    assert sorted(read.edges(data="facts")) == expected_edges(graph)


def test_graphology_lists_nodes_and_edges_with_keys_and_attributes(graph: Graph) -> None:
    read = json.loads(text_of(write_graphology, graph, view="fact"))
    assert read["options"] == {"type": "directed", "multi": True, "allowSelfLoops": True}
    assert [node["key"] for node in read["nodes"]] == list(graph.entities)
    assert len({edge["key"] for edge in read["edges"]}) == len(read["edges"])
    assert sorted(
        (edge["source"], edge["target"], edge["attributes"]["facts"]) for edge in read["edges"]
    ) == expected_edges(graph)
    assert all({"label", "x", "y", "size", "color"} <= set(node["attributes"]) for node in read["nodes"])


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
    (edge,) = [edge for edge in edges_of(graph, planned=True) if values_of(edge)["modality"] == "planned"]
    assert (edge.kind, edge.label) == ("planned grantsCredit", "计划授信")


@pytest.mark.parametrize("layout", ["sunflower", "force"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_node_has_a_place_of_its_own(graph: Graph, view: str, layout: str) -> None:
    places = [node.position for node in nodes_of(graph, view=view, layout=layout)]
    assert None not in places
    assert len(set(places)) == len(places)
    assert places == [node.position for node in nodes_of(graph, view=view, layout=layout)]


def test_the_best_connected_stands_in_the_middle(graph: Graph) -> None:
    assert [node.id for node in nodes_of(graph) if node.position == (0.0, 0.0)] == [FIRM]


def test_forces_bring_together_what_is_joined(graph: Graph) -> None:
    at = {node.id: node.position for node in nodes_of(graph, layout="force")}
    joined = [math.dist(at[edge.source], at[edge.target]) for edge in edges_of(graph)]
    others = [math.dist(one, other) for one, other in combinations(at.values(), 2)]
    assert statistics.mean(joined) < 0.8 * statistics.mean(others)


def test_without_a_layout_there_are_no_positions(graph: Graph) -> None:
    assert "viz:position" not in text_of(write_gexf, graph, layout="none")
    assert {node.position for node in nodes_of(graph, layout="none")} == {None}


def test_an_empty_graph() -> None:
    empty = Graph({}, (), {}, {}, {}, {})
    assert ElementTree.fromstring(text_of(write_gexf, empty)).findall(".//g:node", GEXF) == []
    assert ElementTree.fromstring(text_of(write_graphml, empty)).findall(".//g:node", GRAPHML) == []
    assert json.loads(text_of(write_node_link, empty))["nodes"] == []


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
def test_same_bytes_under_any_hash_seed(name: str) -> None:
    assert len(bytes_under_hash_seeds(name)) == 1


def test_a_failed_export_leaves_the_old_file(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "g.gexf"
    file.write_text("old", encoding="utf-8")
    broken = Graph(graph.entities, graph.facts, {}, {}, graph.presence, {})
    with pytest.raises(KeyError):
        write_gexf(draw(broken, SCHEMA), file)
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_an_unwritable_place_and_an_unknown_format(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        export(graph, tmp_path / "none" / "g.gexf", schema=SCHEMA)
    with pytest.raises(ConfigError, match=r"unknown format '\.doc'; formats: gexf \(\.gexf\)"):
        export(graph, tmp_path / "g.doc", schema=SCHEMA)
    with pytest.raises(ConfigError, match="unknown format 'excel'"):
        export(graph, tmp_path / "g.csv", schema=SCHEMA, format="excel")

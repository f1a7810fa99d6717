"""To networkx, back, and out again with what was added there."""

import json
from pathlib import Path

import networkx
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import sample

import kg
from kg.errors import ConfigError, InputError
from kg.export.networkx_graph import draw_network, make_network
from kg.export.views import VIEWS, draw
from kg.graph import Graph
from kg.schema import load_schema

SCHEMA = load_schema()
BANK, FIRM = "Organization:兴业银行", "Organization:闽东星源电机有限公司"


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


@pytest.mark.parametrize("view", VIEWS)
def test_a_drawing_survives_the_way_there_and_back(graph: Graph, view: str) -> None:
    drawing = draw(graph, SCHEMA, view=view, planned=True)
    back = draw_network(make_network(drawing))
    assert sorted(back.nodes()) == sorted(_without_nothing(drawing.nodes(), drawing.node_columns, back.node_columns))
    assert sorted(back.edges()) == sorted(_without_nothing(drawing.edges(), drawing.edge_columns, back.edge_columns))
    assert back.dynamic == drawing.dynamic


def _without_nothing(records, columns, kept):
    """Leave out the columns that are empty everywhere: the network does not have them."""
    for record in records:
        values = dict(zip(columns, record.values, strict=True))
        assert all(values[name] is None for name in columns if name not in kept)
        yield record._replace(values=tuple(values[name] for name in kept))


def test_parallel_edges_and_typed_attributes(graph: Graph) -> None:
    network = kg.to_networkx(graph)
    assert isinstance(network, networkx.MultiDiGraph)
    assert list(network.nodes) == list(graph.entities)
    assert {data["kind"] for data in network[BANK][FIRM].values()} == {"grantsCredit", "lendsTo", "cooperatesWith"}
    (credit,) = [data for data in network[BANK][FIRM].values() if data["kind"] == "grantsCredit"]
    assert (credit["amount_cny"], credit["documents"], credit["weight"]) == (53000000.0, 2, 2.0)
    assert type(credit["documents"]) is int
    assert type(credit["amount_cny"]) is float
    assert "title" not in credit
    assert "x" not in network.nodes[FIRM]
    assert {"x", "y"} <= set(kg.to_networkx(graph, layout="sunflower").nodes[FIRM])


def test_all_of_a_network_is_all_of_the_graph(graph: Graph) -> None:
    for planned in (False, True):
        assert kg.from_networkx(kg.to_networkx(graph, planned=planned), graph) == graph


def test_a_part_of_a_network_is_a_part_of_the_graph(graph: Graph) -> None:
    network = kg.to_networkx(graph)
    network.remove_node("Organization:兴业银行")
    (place,) = [key for _, _, key, kind in network.edges(keys=True, data="kind") if kind == "partOf"]
    network.remove_edge("Region:350902", "Region:350900", place)
    network.add_node("new")
    network.add_edge("new", FIRM)
    part = kg.from_networkx(network, graph)
    assert set(part.entities) == set(graph.entities) - {BANK}
    gone = {fact.id for fact in graph.facts} - {fact.id for fact in part.facts}
    assert gone == {
        fact.id for fact in graph.facts if BANK in (fact.subject, fact.object) or fact.predicate == "partOf"
    }
    literal = [fact for fact in part.facts if fact.object is None]
    assert [fact.predicate for fact in literal] == ["hasTitle"]
    assert all(part.place(claim.evidence[0]) for fact in part.facts for claim in fact.claims)


def test_planned_facts_that_were_drawn_and_taken_out_are_gone(graph: Graph) -> None:
    network = kg.to_networkx(graph, planned=True)
    planned = [(a, b, key) for a, b, key, how in network.edges(keys=True, data="modality") if how == "planned"]
    network.remove_edges_from(planned)
    assert planned
    assert not [fact for fact in kg.from_networkx(network, graph).facts if fact.modality == "planned"]


def test_added_attributes_become_typed_columns(graph: Graph, tmp_path: Path) -> None:
    network = kg.to_networkx(graph)
    for number, node in enumerate(network):
        network.nodes[node].update(
            community=number % 3, centrality=numpy.float64(number / 7), hub=number == 0, tags={"b", "a"}, Color="red",
            mixed=number if number % 2 else "x", part=None,
        )  # fmt: skip
    network.nodes[FIRM]["centrality"] = float("nan")
    kg.write_network(network, tmp_path / "g.gexf")
    read = networkx.read_gexf(tmp_path / "g.gexf", version="1.3")
    first = read.nodes[next(iter(network))]
    assert (first["community"], first["centrality"], first["hub"], first["tags"]) == (0, 0.0, "True", "a|b")
    assert first["Color_"] == "red"
    assert {type(data["mixed"]) for _, data in read.nodes(data=True)} == {str}
    assert "centrality" not in read.nodes[FIRM]
    assert not any("part" in data for _, data in read.nodes(data=True))
    assert read.number_of_edges() == network.number_of_edges()


@pytest.mark.parametrize("name", ["g.gexf", "g.graphml", "g.json", "g.graphology.json"])
def test_a_network_is_written_as_its_graph_is(graph: Graph, tmp_path: Path, name: str) -> None:
    """Columns that are empty everywhere apart: the sample has a value in each column but share and count."""
    kg.write_network(kg.to_networkx(graph, layout="sunflower"), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000
    if name.endswith("json"):
        read = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert len(read["nodes"]) == len(graph.entities)


def test_numbers_that_programs_cannot_hold(tmp_path: Path) -> None:
    network = networkx.MultiDiGraph()
    network.add_node("a", large=2**40, small=7)
    network.add_node("b", large=1, small=-(2**31) + 1)
    kg.write_network(network, tmp_path / "g.graphml")
    read = networkx.read_graphml(tmp_path / "g.graphml")
    assert [(type(data["large"]), type(data["small"])) for _, data in read.nodes(data=True)] == [(float, int)] * 2


def test_networkx_writes_it_too(graph: Graph, tmp_path: Path) -> None:
    network = kg.to_networkx(graph.filter(predicates={"grantsCredit", "locatedIn"}, isolated=False))
    networkx.write_graphml(network, tmp_path / "g.graphml")
    networkx.write_gexf(network, tmp_path / "g.gexf")
    again = networkx.node_link_graph(networkx.node_link_data(network, edges="edges"), edges="edges")
    assert sorted(draw_network(again).edges()) == sorted(draw_network(network).edges())


def test_any_network_of_networkx_can_be_written(tmp_path: Path) -> None:
    for number, made in enumerate(
        [networkx.karate_club_graph(), networkx.MultiGraph([(1, 2), (1, 2), (2, 2)]), networkx.DiGraph([("甲", "乙")])]
    ):
        kg.write_network(made, tmp_path / f"{number}.gexf")
        read = networkx.read_gexf(tmp_path / f"{number}.gexf", version="1.3")
        assert set(read.nodes) == set(map(str, made.nodes))
        assert read.number_of_edges() == made.number_of_edges()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="two nodes of the network are '1' as text"):
        kg.write_network(networkx.Graph([(1, "1")]), tmp_path / "g.gexf")
    red = networkx.Graph()
    red.add_node("a", color="red")
    with pytest.raises(InputError, match=r"node 'a' of the network has the color 'red'; write it as '#rrggbb'"):
        kg.write_network(red, tmp_path / "g.gexf")
    for weight in (0, -1, float("nan")):
        light = networkx.Graph()
        light.add_edge("a", "b", weight=weight)
        with pytest.raises(InputError, match="the edge 'a' to 'b' has the weight"):
            kg.write_network(light, tmp_path / "g.gexf")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ConfigError, match=r"unknown format 'turtle'; formats: gexf \(.gexf\), graphml"):
        kg.write_network(networkx.Graph(), tmp_path / "g.ttl")


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
VALUES = st.one_of(st.text(max_size=20), st.integers(-(2**31), 2**31), st.floats(allow_nan=False), st.booleans())


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=4), max_size=6), st.data())
def test_nasty_names_and_attributes(nodes: dict[str, dict[str, object]], data: st.DataObject) -> None:
    network = networkx.MultiDiGraph()
    drawn = {"label", "x", "y", "size", "color", "spells"}
    for node, attributes in nodes.items():
        network.add_node(node, **{name: value for name, value in attributes.items() if name not in drawn})
    for _ in range(data.draw(st.integers(0, 4)) if nodes else 0):
        network.add_edge(*(data.draw(st.sampled_from(sorted(nodes))) for _ in "ab"))
    drawing = draw_network(network)
    assert [node.id for node in drawing.nodes()] == sorted(nodes)
    found = list(drawing.edges())
    assert (
        len({edge.id for edge in found})
        == len({(edge.source, edge.target, edge.kind) for edge in found})
        == len(network.edges)
    )
    for node in drawing.nodes():
        for value, type_ in zip(node.values, drawing.node_columns.values(), strict=True):
            assert value is None or type(value) is type_

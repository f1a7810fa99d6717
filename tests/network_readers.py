"""Readers of network files that are not the writer: networkx and igraph, graphology where it is installed.

``NODE_PATH`` says where Node's packages lie (npm install graphology graphology-gexf graphology-graphml): Gephi Lite
opens GEXF, GraphML and JSON with them, and with the options given here.
"""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import igraph
import networkx

READERS = {
    "networkx": ("gexf", "graphml", "json"),
    "igraph": ("graphml",),
    "graphology": ("gexf", "graphml", "graphology"),
}
"""The formats that each reader takes."""

_NODE = """
const fs = require('fs'), [format, path] = process.argv.slice(1), Graph = require('graphology');
const text = fs.readFileSync(path, 'utf8');
const read = {
  gexf: () => require('graphology-gexf').parse(Graph, text, {addMissingNodes: true, allowUndeclaredAttributes: true}),
  graphml: () => require('graphology-graphml').parse(Graph, text, {addMissingNodes: true}),
  graphology: () => Graph.from(JSON.parse(text)),
};
const graph = read[format](), nodes = {}, edges = {};
graph.forEachNode((key, attributes) => { nodes[key] = attributes; });
graph.forEachEdge((key, attributes, source, target) => { edges[key] = [source, target, attributes]; });
console.log(JSON.stringify({nodes, edges, directed: graph.type === 'directed'}));
"""


class Read(NamedTuple):
    """What a reader made of a file: attributes by node, and ends and attributes by edge; ids as in the file.

    Of igraph the edges are numbered instead: it mixes up their ids with those of nodes.
    """

    nodes: dict[str, dict[str, Any]]
    edges: dict[str, tuple[str, str, dict[str, Any]]]
    directed: bool


@cache
def available(reader: str) -> bool:
    """Say whether the reader is installed."""
    if reader != "graphology":
        return True
    needed = "require('graphology'); require('graphology-gexf'); require('graphology-graphml')"
    return (
        shutil.which("node") is not None and not subprocess.run(["node", "-e", needed], capture_output=True).returncode
    )


def read(reader: str, format_: str, path: Path) -> Read:
    """Return what the reader finds in the file."""
    return {"networkx": _by_networkx, "igraph": _by_igraph, "graphology": _by_graphology}[reader](format_, path)


def _by_networkx(format_: str, path: Path) -> Read:
    if format_ == "gexf":
        network = networkx.read_gexf(path, version="1.3")
    elif format_ == "graphml":
        network = networkx.read_graphml(path, force_multigraph=True)
    else:
        network = networkx.node_link_graph(json.loads(path.read_text(encoding="utf-8")), edges="edges")
    if network.is_multigraph():
        found = list(network.edges(keys=True, data=True))
    else:  # read_gexf makes it a multigraph only where edges are parallel
        found = [(source, target, data["id"], data) for source, target, data in network.edges(data=True)]
    edges = {str(key): (source, target, dict(data)) for source, target, key, data in found}
    assert len(edges) == network.number_of_edges()
    return Read({id_: _named(data) for id_, data in network.nodes(data=True)}, edges, network.is_directed())


def _named(data: dict[str, Any]) -> dict[str, Any]:
    """Return a node's attributes, what GEXF draws it by under the names that the other formats have."""
    drawn = data.get("viz", {})
    color = drawn.get("color")
    flat = {name: value for name, value in data.items() if name != "viz"} | dict(drawn.get("position", {}))
    flat |= {"size": drawn["size"]} if "size" in drawn else {}
    return flat | ({"r": color["r"], "g": color["g"], "b": color["b"]} if color else {})


def _by_igraph(format_: str, path: Path) -> Read:
    network = igraph.Graph.Read_GraphML(str(path))
    ids = network.vs["id"] if network.vcount() else []
    edges = {str(edge.index): (ids[edge.source], ids[edge.target], edge.attributes()) for edge in network.es}
    return Read({vertex["id"]: vertex.attributes() for vertex in network.vs}, edges, network.is_directed())


def _by_graphology(format_: str, path: Path) -> Read:
    done = subprocess.run(
        ["node", "-e", _NODE, format_, str(path)], capture_output=True, check=False, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    edges = {key: (source, target, data) for key, (source, target, data) in found["edges"].items()}
    return Read(found["nodes"], edges, found["directed"])

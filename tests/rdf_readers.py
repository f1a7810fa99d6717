"""Readers of RDF that are not the writer: rdflib always; raptor, serd, N3.js, jsonld.js where they are installed.

``NODE_PATH`` says where Node's packages lie (npm install n3 jsonld rdfxml-streaming-parser).
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import rdflib

READERS: dict[str, dict[str, str]] = {
    "pyoxigraph": {name: name for name in ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")},
    "rdflib": {"turtle": "turtle", "trig": "trig", "ntriples": "nt", "nquads": "nquads", "rdfxml": "xml",
               "jsonld": "json-ld"},
    "rapper": {"turtle": "turtle", "trig": "trig", "ntriples": "ntriples", "nquads": "nquads", "rdfxml": "rdfxml"},
    "serdi": {"turtle": "turtle", "trig": "trig", "ntriples": "ntriples", "nquads": "nquads"},
    "n3": {"turtle": "text/turtle", "trig": "application/trig", "ntriples": "application/n-triples",
           "nquads": "application/n-quads"},
    "jsonld": {"jsonld": "jsonld"},
    "rdfxml-streaming-parser": {"rdfxml": "rdfxml"},
}  # fmt: skip
"""The formats that each reader takes, by our name, and what it calls them."""

_OXIGRAPH = {
    "turtle": ox.RdfFormat.TURTLE, "trig": ox.RdfFormat.TRIG, "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS, "rdfxml": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
}  # fmt: skip

_NODE = """
const fs = require('fs'), [kind, type, path] = process.argv.slice(1);
const text = fs.readFileSync(path, 'utf8');
const term = t => t.termType === 'NamedNode' ? {iri: t.value} : t.termType === 'DefaultGraph' ? null
  : {value: t.value, language: t.language, datatype: t.datatype.value};
const out = q => console.log(JSON.stringify([q.subject, q.predicate, q.object, q.graph].map(term)));
if (kind === 'n3') new (require('n3').Parser)({format: type}).parse(text).forEach(out);
else if (kind === 'jsonld') require('jsonld').toRDF(JSON.parse(text)).then(quads => quads.forEach(q => {
  const fix = t => ({...t, language: t.language || ''}); q.object = fix(q.object); out(q); }));
else { const {RdfXmlParser} = require('rdfxml-streaming-parser'), parser = new RdfXmlParser();
  parser.on('data', out); parser.on('error', e => { console.error(e); process.exit(1); });
  parser.write(text); parser.end(); }
"""

Quads = set[tuple[str, str, str, str]]


@cache
def available(reader: str) -> bool:
    """Say whether the reader is installed."""
    if reader in ("pyoxigraph", "rdflib"):
        return True
    if reader in ("rapper", "serdi"):
        return shutil.which(reader) is not None
    if shutil.which("node") is None:
        return False
    return subprocess.run(["node", "-e", f"require('{reader}')"], capture_output=True).returncode == 0


def read(reader: str, format_: str, path: Path) -> Quads:
    """Return the quads that the reader finds, in one form; the graph is empty for the default graph."""
    own = READERS[reader][format_]
    readers: dict[str, Callable[[], Quads]] = {
        "pyoxigraph": lambda: from_oxigraph(path.read_bytes(), format_),
        "rdflib": lambda: _from_rdflib(path, own),
        "rapper": lambda: from_oxigraph(
            _said(
                "rapper", "-q", "-i", own, "-o", "nquads" if format_ in ("trig", "nquads") else "ntriples", str(path)
            ),
            "nquads",
        ),
        "serdi": lambda: from_oxigraph(_said("serdi", "-i", own, "-o", "nquads", str(path)), "nquads"),
    }
    if reader in readers:
        return readers[reader]()
    lines = _said("node", "-e", _NODE, reader, own, str(path)).decode().splitlines()
    return {tuple(map(_from_node, json.loads(line))) for line in lines}  # type: ignore[misc]


def from_oxigraph(data: bytes, format_: str) -> Quads:
    """Return the quads of a file's bytes."""
    quads = ox.parse(data, format=_OXIGRAPH[format_])
    return {(str(q.subject), str(q.predicate), str(q.object), _name(q.graph_name)) for q in quads}


def _name(graph: object) -> str:
    return str(graph) if isinstance(graph, ox.NamedNode) else ""


def _from_rdflib(path: Path, format_: str) -> Quads:
    dataset = rdflib.Dataset()
    dataset.parse(path, format=format_)
    default = str(rdflib.graph.DATASET_DEFAULT_GRAPH_ID)
    found = set()
    for subject, predicate, object_, graph in dataset.quads():
        name = "" if graph is None or str(graph) == default or isinstance(graph, rdflib.BNode) else f"<{graph}>"
        found.add((f"<{subject}>", f"<{predicate}>", _from_rdflib_term(object_), name))
    return found


def _from_rdflib_term(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.Literal):
        if term.language is not None:
            return str(ox.Literal(str(term), language=term.language))
        return str(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None))
    return f"<{term}>"


def _from_node(term: dict[str, str] | None) -> str:
    if term is None:
        return ""
    if "iri" in term:
        return f"<{term['iri']}>"
    if term["language"]:
        return str(ox.Literal(term["value"], language=term["language"]))
    return str(ox.Literal(term["value"], datatype=ox.NamedNode(term["datatype"])))


def _said(*command: str) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return done.stdout

"""The description of a graph: its counts are those that another reader finds in the files that it lists."""

import hashlib
from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, PROV, RDF, VOID
from sample_graph import sample

import kg
from kg.errors import ConfigError
from kg.export import export
from kg.export.description import write_description
from kg.schema import load_schema
from kg.store import Judgement, open_store

SCHEMA = load_schema()
KG = rdflib.Namespace("https://kg.example.org/ontology#")
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")
SDO = rdflib.Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def files(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    out = tmp_path_factory.mktemp("described")
    return kg.export_graph(built / "graph.sqlite", out, ("void", "turtle", "rdfxml", "nquads"))


@pytest.fixture(scope="module")
def described(files: list[Path]) -> rdflib.Graph:
    return rdflib.Graph().parse(files[0])


@pytest.fixture(scope="module")
def graph(files: list[Path]) -> rdflib.Graph:
    return rdflib.Graph().parse(files[1])


@pytest.fixture(scope="module")
def dataset(described: rdflib.Graph) -> rdflib.term.Node:
    (one,) = described.subjects(RDF.type, DCAT.Dataset)
    return one


def number(graph: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.URIRef) -> int:
    return int(str(graph.value(subject, predicate)))


def test_counts(described: rdflib.Graph, graph: rdflib.Graph, dataset: rdflib.term.Node) -> None:
    assert number(described, dataset, VOID.triples) == len(graph)
    assert number(described, dataset, VOID.distinctSubjects) == len(set(graph.subjects()))
    assert number(described, dataset, VOID.properties) == len(set(graph.predicates()))
    assert number(described, dataset, VOID.classes) == len(set(graph.objects(None, RDF.type)))
    types = {KG[name] for name in SCHEMA.types}
    assert number(described, dataset, VOID.entities) == sum(kind in types for kind in graph.objects(None, RDF.type))
    assert number(described, dataset, VOID.documents) == 1


def test_partitions(described: rdflib.Graph, graph: rdflib.Graph, dataset: rdflib.term.Node) -> None:
    for link, key, count, wanted in (
        (VOID.classPartition, VOID["class"], VOID.entities, Counter(graph.objects(None, RDF.type))),
        (VOID.propertyPartition, VOID.property, VOID.triples, Counter(graph.predicates())),
    ):
        parts = set(described.objects(dataset, link))
        assert {described.value(part, key): number(described, part, count) for part in parts} == wanted
        assert len(parts) == len(wanted)
    subsets = set(described.objects(dataset, VOID.subset))
    for key, wanted in (
        (RDF.predicate, Counter(graph.objects(None, RDF.predicate))),
        (KG.modality, Counter(graph.objects(None, KG.modality))),
        (KG.polarity, Counter(graph.objects(None, KG.polarity))),
    ):
        parts = {described.value(part, key): part for part in subsets if described.value(part, key)}
        assert {term: number(described, part, VOID.entities) for term, part in parts.items()} == wanted


def test_files_are_listed_with_their_sums(
    described: rdflib.Graph, dataset: rdflib.term.Node, files: list[Path]
) -> None:
    listed = {str(described.value(one, DCTERMS.title)): one for one in described.objects(dataset, DCAT.distribution)}
    assert set(listed) == {"graph.ttl", "graph.rdf", "graph.nq"}
    for file in files[1:]:
        one = listed[file.name]
        assert number(described, one, DCAT.byteSize) == file.stat().st_size
        sum_ = described.value(one, SPDX.checksum)
        assert str(described.value(sum_, SPDX.checksumValue)) == hashlib.sha256(file.read_bytes()).hexdigest()
    types = {str(described.value(one, DCAT.mediaType)).partition("media-types/")[2] for one in listed.values()}
    assert types == {"text/turtle", "application/rdf+xml", "application/n-quads"}


def test_it_says_what_made_the_graph(
    described: rdflib.Graph, graph: rdflib.Graph, dataset: rdflib.term.Node, built: Path
) -> None:
    run = described.value(dataset, PROV.wasGeneratedBy)
    assert set(graph.objects(None, PROV.wasGeneratedBy)) == {run}
    assert set(graph.subjects(PROV.wasGeneratedBy)) == set(graph.subjects(RDF.type, KG.Fact))
    with open_store(built / "graph.sqlite") as store:
        assert str(graph.value(run, KG.pipeline)) == store.meta()["pipeline"]
    assert set(graph.objects(run, PROV.used)) == set(graph.subjects(RDF.type, KG.Document))
    agent = graph.value(run, PROV.wasAssociatedWith)
    assert (agent, RDF.type, PROV.SoftwareAgent) in graph


def test_vocabularies_are_those_used(described: rdflib.Graph, graph: rdflib.Graph, dataset: rdflib.term.Node) -> None:
    named = {str(one) for one in described.objects(dataset, VOID.vocabulary)}
    assert {str(KG), "https://schema.org/", "http://www.w3.org/ns/prov#"} <= named
    used = {str(term) for term in [*graph.predicates(), *graph.objects(None, RDF.type)]}
    assert all(any(term.startswith(one) for term in used) for one in named)
    assert all(any(term.startswith(one) for one in named) for term in used)


def test_two_readers_and_no_blank_nodes(described: rdflib.Graph, files: list[Path]) -> None:
    read = list(pyoxigraph.parse(files[0].read_bytes(), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(read) == len(described)
    assert not [term for triple in described for term in triple if isinstance(term, rdflib.BNode)]


def test_the_same_graph_has_the_same_description(built: Path, files: list[Path], tmp_path: Path) -> None:
    again = kg.export_graph(built / "graph.sqlite", tmp_path, ("nquads", "void", "rdfxml", "turtle"))
    assert again[1].name == "graph.void.ttl"
    assert again[1].read_bytes() == files[0].read_bytes()


def test_scores(built: Path, tmp_path: Path) -> None:
    import shutil

    store = tmp_path / "graph.sqlite"
    shutil.copy(built / "graph.sqlite", store)
    facts = kg.load_graph(store).facts
    with open_store(store, write=True) as opened:
        for index, fact in enumerate(facts[:4]):
            ids = tuple(claim.id for claim in fact.claims)
            opened.judge(Judgement(fact.id, fact.predicate, "", ids, index > 0))
    (path,) = kg.export_graph(store, tmp_path / "about.void.ttl")
    described = rdflib.Graph().parse(path)
    scores = {
        str(described.value(one, DQV.isMeasurementOf)).removeprefix(KG): float(str(described.value(one, DQV.value)))
        for one in described.subjects(RDF.type, DQV.QualityMeasurement)
    }
    assert set(scores) == {"meanConfidence", "precision", "precisionLow", "precisionHigh"}
    assert scores["meanConfidence"] == pytest.approx(sum(fact.score for fact in facts) / len(facts), abs=1e-3)
    assert 0 < scores["precisionLow"] < scores["precision"] < scores["precisionHigh"] <= 1


def test_control_characters_are_declared(tmp_path: Path) -> None:
    told: list[str] = []
    export(sample(SCHEMA), tmp_path / "graph.rdf", schema=SCHEMA, tell=told.append)
    assert len(told) == 1
    number = int(told[0].split()[0])
    write_description(sample(SCHEMA), tmp_path / "graph.void.ttl", schema=SCHEMA, files=[tmp_path / "graph.rdf"])
    described = rdflib.Graph().parse(tmp_path / "graph.void.ttl")
    (note,) = described.objects(None, DCTERMS.description)
    assert str(note).startswith(f"{number} literals hold control characters")
    assert "\u240c" in (tmp_path / "graph.rdf").read_text(encoding="utf-8")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.ttl: cannot be read"):
        write_description(sample(SCHEMA), tmp_path / "d.ttl", schema=SCHEMA, files=[tmp_path / "none.ttl"])

"""RDF: two independent readers find the same triples; direct triples stand only for what is so."""

import io
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from exporting import bytes_under_hash_seeds
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import RDF, RDFS, SKOS
from sample_graph import NASTY, pages, sample

from kg.cli import main
from kg.errors import ConfigError, SchemaError
from kg.export.iris import Iris, local, make_iris
from kg.export.quads import FORMATS as OXIGRAPH
from kg.export.quads import iri, literal, serialize
from kg.export.rdf import FORMATS, write_rdf
from kg.export.terms import standard
from kg.graph import Graph, Source
from kg.model import Claim, Entity, Evidence, Fact, Mention, Qualifier, Span
from kg.schema import Schema, load_schema

SCHEMA = load_schema()
KG = rdflib.Namespace("https://kg.example.org/ontology#")
ID = "https://kg.example.org/id/"
SDO = rdflib.Namespace("https://schema.org/")
NIF = rdflib.Namespace("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#")
BANK = rdflib.URIRef(f"{ID}organization/兴业银行")
FIRM = rdflib.URIRef(f"{ID}organization/闽东星源电机有限公司")
RDFLIB = {"ntriples": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
"""rdflib's names for the formats where they differ from ours."""

ORG, PROV = rdflib.Namespace("http://www.w3.org/ns/org#"), rdflib.Namespace("http://www.w3.org/ns/prov#")
MADE_BY = {"format": "2", "version": "0.1.0", "pipeline": '[{"use": "split"}]', "schema": "abc"}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


@pytest.fixture(scope="module")
def triples(graph: Graph) -> rdflib.Graph:
    return rdflib.Graph().parse(data=written(graph), format="turtle")


def written(graph: Graph, format_: str = "turtle", **settings: str) -> bytes:
    target = io.BytesIO()
    write_rdf(graph, target, schema=SCHEMA, format=format_, **settings)
    return target.getvalue()


def with_oxigraph(data: bytes, format_: str = "turtle") -> set[str]:
    return {
        f"{quad.subject} {quad.predicate} {quad.object}" for quad in pyoxigraph.parse(data, format=OXIGRAPH[format_])
    }


def said(graph: Graph, format_: str) -> set[str]:
    """Return what a format should say: RDF/XML has pictures in place of control characters."""
    found = with_oxigraph(written(graph))
    return {line.replace("\\f", "\u240c") for line in found} if format_ == "rdfxml" else found


def as_oxigraph(read: rdflib.Graph) -> set[str]:
    return with_oxigraph(read.serialize(format="nt", encoding="utf-8"), "ntriples")


# --- two readers ----------------------------------------------------------------------------------------------------


def test_rdflib_and_oxigraph_find_the_same_triples(graph: Graph, triples: rdflib.Graph) -> None:
    found = with_oxigraph(written(graph))
    assert len(found) > 500
    assert as_oxigraph(triples) == found


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of its own Dataset
@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_says_the_same(graph: Graph, format_: str) -> None:
    data = written(graph, format_)
    assert with_oxigraph(data, format_) == said(graph, format_)
    read = rdflib.Dataset(default_union=True)
    read.parse(data=data, format=RDFLIB.get(format_, format_))
    flat = rdflib.Graph()
    for triple in read.triples((None, None, None)):
        flat.add(triple)
    assert as_oxigraph(flat) == said(graph, format_)


def test_quads_are_sorted(graph: Graph) -> None:
    lines = written(graph, "ntriples").splitlines()
    assert lines == sorted(lines)
    graphs = [str(quad.graph_name) for quad in pyoxigraph.parse(written(graph, "nquads"), format=OXIGRAPH["nquads"])]
    changes = [one for one, before in zip(graphs, ["", *graphs], strict=False) if one != before]
    assert changes == ["DEFAULT", *sorted(set(graphs) - {"DEFAULT"})]


@pytest.mark.parametrize("format_", FORMATS)
def test_the_order_in_which_a_graph_is_told_does_not_matter(graph: Graph, format_: str) -> None:
    turned = replace(
        graph,
        entities=dict(reversed(graph.entities.items())),
        facts=tuple(replace(fact, claims=fact.claims[::-1]) for fact in reversed(graph.facts)),
        sources=dict(reversed(graph.sources.items())),
    )
    assert written(turned, format_) == written(graph, format_)


def test_no_triple_is_written_twice(graph: Graph) -> None:
    for format_ in ("ntriples", "nquads"):
        lines = written(graph, format_).decode().splitlines()
        assert len(set(lines)) == len(lines)


def test_each_subject_of_the_union_stands_once(graph: Graph) -> None:
    subjects = [line.split(" ", 1)[0] for line in written(graph, "ntriples").decode().splitlines()]
    changes = [one for one, before in zip(subjects, ["", *subjects], strict=False) if one != before]
    assert len(set(changes)) == len(changes)


def test_a_named_graph_holds_what_its_document_says(graph: Graph) -> None:
    store = pyoxigraph.Store()
    store.load(written(graph, "trig"), format=pyoxigraph.RdfFormat.TRIG)
    (first, second, third) = (pyoxigraph.NamedNode(f"{ID}document/{document.id}") for document, _ in pages())
    assert set(store.named_graphs()) == {first, second, third}
    kind = pyoxigraph.NamedNode(RDF.type), pyoxigraph.NamedNode(KG.Fact)
    assert [len(list(store.quads_for_pattern(None, *kind, name))) for name in (first, second, third)] == [8, 3, 7]
    credit = pyoxigraph.NamedNode(KG.grantsCredit)
    direct = [quad.graph_name for quad in store.quads_for_pattern(None, credit, None, None)]
    assert set(direct) == {first, second}
    in_second = {
        str(quad.object) for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(KG.evidence), None, second)
    }
    assert all(pages()[1][0].id in name for name in in_second)


def test_there_are_no_blank_nodes(triples: rdflib.Graph) -> None:
    assert not [term for triple in triples for term in triple if isinstance(term, rdflib.BNode)]


# --- the model ------------------------------------------------------------------------------------------------------


def test_entities(triples: rdflib.Graph) -> None:
    region = rdflib.URIRef(f"{ID}region/350902")
    assert str(triples.value(region, KG.adcode)) == "350902"
    assert (region, SDO.containedInPlace, rdflib.URIRef(f"{ID}region/350900")) in triples
    assert set(triples.objects(FIRM, RDF.type)) == {KG.Organization, KG.Organization_company}
    assert triples.value(FIRM, SKOS.altLabel) == rdflib.Literal("星源电机", lang="zh")
    labels = {str(label) for label in triples.objects(None, SKOS.prefLabel)}
    assert {name.replace("\x00", "\u2400") for name in NASTY} <= labels


def test_direct_triples_are_the_affirmed_facts_that_are_not_planned(graph: Graph, triples: rdflib.Graph) -> None:
    predicates = {KG[fact.predicate] for fact in graph.facts}
    found = {(s, p) for s, p, _ in triples if p in predicates}
    iris = make_iris()
    wanted = {
        (rdflib.URIRef(iris.entity(fact.subject)), KG[fact.predicate])
        for fact in graph.facts
        if fact.polarity == "affirmed" and fact.modality != "planned"
    }
    assert found == wanted
    (denied,) = triples.subjects(KG.polarity, KG.denied)
    subject, predicate, object_ = (triples.value(denied, RDF[name]) for name in ("subject", "predicate", "object"))
    assert (subject, predicate, object_) not in triples


def test_a_fact(triples: rdflib.Graph) -> None:
    (planned,) = triples.subjects(KG.modality, KG.planned)
    assert triples.value(planned, RDF.subject) == BANK
    assert triples.value(planned, RDF.predicate) == KG.grantsCredit
    assert triples.value(planned, RDF.object) == FIRM
    assert str(triples.value(planned, RDFS.label)) == "兴业银行 授信 闽东星源电机有限公司 超6亿元 （计划）"
    assert triples.value(planned, KG.notBefore).toPython().isoformat() == "2025-01-01"
    assert triples.value(planned, KG.notAfter).toPython().isoformat() == "2025-12-31"
    amount = triples.value(planned, KG.amount)
    told = {
        name: triples.value(amount, SDO[name]).toPython() for name in ("value", "minValue", "currency", "description")
    }
    assert told == {"value": 600000000, "minValue": 600000000, "currency": "CNY", "description": "超6亿元"}
    assert triples.value(amount, KG.bound) == KG.above


def told(fact: Fact, schema: Schema = SCHEMA, **settings: object) -> rdflib.Graph:
    """Return what is written of one fact between a person and an organization."""
    ends = {id_: Entity(id_, id_.partition(":")[0], None, id_) for id_ in ("Person:甲", "Organization:乙", "Region:丙")}
    file = io.BytesIO()
    source = {"d/1": Source("d/1", "d", "a.txt", 1, None, None, None, None)}
    write_rdf(Graph(ends, (fact,), source, {}, {}, {}), file, schema=schema, **settings)
    return rdflib.Graph().parse(data=file.getvalue(), format="turtle")


def one_fact(predicate: str, object_: str = "Organization:乙", *qualifiers: Qualifier, modality: str = "done") -> Fact:
    mention = Mention(Span(0, 1), "甲", "Person", None, "test", 1.0)
    claim = Claim(
        "c", mention, predicate, mention, (), modality, "affirmed", (Evidence("d/1", Span(0, 1), "甲"),), "t", 1
    )
    return Fact("f", "Person:甲", predicate, object_, None, qualifiers, modality, "affirmed", (claim,), 1, 1.0)


FACT = rdflib.URIRef(f"{ID}fact/f")


def test_a_post_at_an_organization_is_a_membership() -> None:
    held = told(one_fact("holdsPosition", "Organization:乙", Qualifier("title", "董事长")))
    person, body = rdflib.URIRef(f"{ID}person/甲"), rdflib.URIRef(f"{ID}organization/乙")
    assert set(held.objects(FACT, RDF.type)) == {KG.Fact, ORG.Membership}
    assert held.value(FACT, ORG.member) == person
    assert held.value(FACT, ORG.organization) == body
    for other in (one_fact("holdsPosition", "Region:丙"), one_fact("holdsPosition", modality="planned")):
        written_ = told(other)
        assert set(written_.objects(FACT, RDF.type)) == {KG.Fact}
        assert written_.value(FACT, ORG.member) is None


@pytest.mark.parametrize(
    ("name", "text", "normal", "expected"),
    [
        ("value", "8.5%", {"bound": "exact", "unit": "%", "value": 8.5}, ("QuantitativeValue", "8.5", "%", None)),
        ("value", "超168亿元", {"bound": "above", "currency": "CNY", "value": 16800000000},
         ("MonetaryAmount", "16800000000", None, "CNY")),
        ("count", "300余家", {"bound": "above", "unit": "家", "value": 300}, ("QuantitativeValue", "300", "家", None)),
        ("share", "51%", {"bound": "exact", "value": 51}, ("QuantitativeValue", "51", "%", None)),
        ("value", "250万", {"bound": "exact", "unit": "", "value": 2500000},
         ("QuantitativeValue", "2500000", None, None)),
    ],
)  # fmt: skip
def test_numbers_are_nodes_beside_their_words(
    name: str, text: str, normal: dict[str, str | float], expected: tuple[str | None, ...]
) -> None:
    qualifier = Qualifier(name, text, tuple(sorted(normal.items())))
    found = told(one_fact("statistic", "Organization:乙", qualifier, replace(qualifier, text=text + "左右")))
    assert {str(words) for words in found.objects(FACT, KG[name])} == {text, text + "左右"}
    nodes = sorted(found.objects(FACT, KG[f"{name}Quantity"]))
    assert nodes == [rdflib.URIRef(f"{FACT}_{name}"), rdflib.URIRef(f"{FACT}_{name}2")]
    kind, value, unit, currency = expected
    assert found.value(nodes[0], RDF.type) == SDO[kind]
    assert str(found.value(nodes[0], SDO.value)) == value
    said = [found.value(nodes[0], SDO[one]) for one in ("unitText", "currency")]
    assert [str(one) if one is not None else None for one in said] == [unit, currency]
    assert (found.value(nodes[0], SDO.minValue) is None) == (normal["bound"] != "above")


def test_words_without_a_number_have_no_node() -> None:
    assert (
        told(one_fact("statistic", "Organization:乙", Qualifier("value", "第一"))).value(FACT, KG.valueQuantity) is None
    )


def test_where_a_fact_comes_from() -> None:
    found = told(one_fact("holdsPosition"), made_by=MADE_BY)
    evidence = found.value(FACT, KG.evidence)
    article = found.value(evidence, PROV.wasQuotedFrom)
    assert article == found.value(evidence, NIF.referenceContext)
    document = found.value(article, PROV.wasDerivedFrom)
    assert (document, RDF.type, KG.Document) in found
    run = found.value(FACT, PROV.wasGeneratedBy)
    assert (run, RDF.type, KG.Run) in found
    assert (run, PROV.used, document) in found
    assert str(found.value(run, KG.pipeline)) == MADE_BY["pipeline"]
    agent = found.value(run, PROV.wasAssociatedWith)
    assert str(found.value(agent, SDO.softwareVersion)) == "0.1.0"
    assert told(one_fact("holdsPosition")).value(FACT, PROV.wasGeneratedBy) is None


def test_confidence_is_always_a_decimal() -> None:
    value = told(one_fact("holdsPosition")).value(FACT, KG.confidence)
    assert value.datatype == rdflib.XSD.decimal
    assert value.toPython() == 1


def test_every_fact_has_evidence_that_leads_to_the_page(graph: Graph, triples: rdflib.Graph) -> None:
    texts = {reading.article.id.replace("/", "_"): reading.article.text for _, found in pages() for reading in found}
    for fact in graph.facts:
        quoted = list(triples.objects(rdflib.URIRef(f"{ID}fact/{fact.id}"), KG.evidence))
        assert quoted
        for evidence in quoted:
            begin, end = (int(triples.value(evidence, NIF[name])) for name in ("beginIndex", "endIndex"))
            article = triples.value(evidence, NIF.referenceContext)
            quote = str(triples.value(evidence, NIF.anchorOf))
            assert texts[str(article).rpartition("/")[2]][begin:end] == quote
            assert "".join(str(triples.value(evidence, KG.rawText)).split()) == "".join(quote.split())
            assert triples.value(triples.value(article, SDO.isPartOf), KG.path)


def test_every_term_of_ours_is_declared_with_labels_in_two_languages(triples: rdflib.Graph) -> None:
    schema_only = {KG.hasTitle} if "hasTitle" not in SCHEMA.predicates else set()
    used = {term for triple in triples for term in triple if str(term).startswith(str(KG))} - schema_only
    assert len(used) > 40
    for term in used:
        assert {label.language for label in triples.objects(term, RDFS.label)} == {"zh", "en"}, term


def test_an_unknown_vocabulary_is_refused() -> None:
    assert standard("https://example.org/x#Y") == iri("https://example.org/x#Y")
    with pytest.raises(SchemaError, match="unknown prefix; known: rdf"):
        standard("nobody:Thing")


# --- IRIs -----------------------------------------------------------------------------------------------------------


def test_base(graph: Graph) -> None:
    data = written(graph, base="http://localhost:8000/graph/").decode()
    assert "@prefix kg: <http://localhost:8000/graph/ontology#> ." in data
    assert "kg.example.org" not in data


@pytest.mark.parametrize("base", ["", "kg", "ftp://x", "https://x y", "https://x/<", "https://x#", "javascript:a(1)"])
def test_bad_bases(base: str) -> None:
    with pytest.raises(ConfigError, match="is no base for IRIs"):
        make_iris(base)


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("Organization:兴业银行", "organization/兴业银行"),
        ("Region:350902", "region/350902"),
        ("Person:阿不都·买买提", "person/阿不都·买买提"),
        ("Product:3M中国", "product/3M中国"),
    ],
)
def test_readable_iris(id_: str, expected: str) -> None:
    assert make_iris().entity(id_) == ID + expected


@given(st.one_of(st.text(), st.sampled_from(NASTY)), st.one_of(st.text(), st.sampled_from(NASTY)))
def test_any_id_makes_an_iri_that_both_readers_take(one: str, other: str) -> None:
    iris = Iris("https://kg.example.org")
    made = iris.entity(f"Product:{one}")
    assert pyoxigraph.NamedNode(made).value == made
    assert rdflib.URIRef(made).n3() == f"<{made}>"
    assert (local(one) == local(other)) == (one == other)


# --- the writer -----------------------------------------------------------------------------------------------------


TEXT = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")), st.sampled_from(NASTY[:-1])
)


def node(text: str, format_: str = "turtle") -> bytes:
    one = (iri("https://kg.example.org/id/x"), [(iri("https://kg.example.org/p"), literal(text, language="zh"))])
    file = io.BytesIO()
    serialize([(None, one)], file, format_, {"x": "https://kg.example.org/id/"})
    return file.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of its own Dataset
@pytest.mark.parametrize("format_", ["turtle", "ntriples", "jsonld"])
@given(text=TEXT)
def test_any_text_is_read_back_as_it_was(format_: str, text: str) -> None:
    (quad,) = pyoxigraph.parse(node(text, format_), format=OXIGRAPH[format_])
    assert quad.object.value == text
    (value,) = rdflib.Graph().parse(data=node(text, format_), format=RDFLIB.get(format_, format_)).objects()
    assert str(value) == text


@given(TEXT)
def test_xml_has_pictures_of_what_it_cannot_hold(text: str) -> None:
    """XML 1.0 holds no C0 control character but tab and line ends, and a reader turns a bare carriage return."""
    pictured = "".join(chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\t\n\r" else c for c in text)
    wanted = pictured.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    (quad,) = pyoxigraph.parse(node(text, "rdfxml"), format=OXIGRAPH["rdfxml"])
    assert quad.object.value == wanted
    (value,) = rdflib.Graph().parse(data=node(text, "rdfxml"), format="xml").objects()
    assert str(value) == wanted
    assert len(wanted) == len(text), "offsets into the text hold"


@pytest.mark.parametrize(("text", "kept"), [("甲\x00乙", "甲\u2400乙"), ("甲\ud800乙", "甲\ufffd乙")])
def test_what_no_reader_takes_has_a_sign_in_its_place(text: str, kept: str) -> None:
    assert literal(text, language="zh").value == kept


@pytest.mark.parametrize("bad", ["https://x y", "https://x/<", 'https://x/"', "https://x/\n", "https://x/{"])
def test_what_no_iri_may_hold_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not an IRI"):
        iri(bad)


@pytest.mark.parametrize("format_", [*FORMATS, "void"])
def test_same_bytes_under_any_hash_seed(format_: str) -> None:
    assert len(bytes_under_hash_seeds(format_)) == 1


def test_unknown_format(graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'jpeg' is no RDF format; formats: turtle"):
        write_rdf(graph, tmp_path / "g", schema=SCHEMA, format="jpeg")


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_writes_any_format_under_any_base(built: Path, tmp_path: Path) -> None:
    arguments = [
        "export",
        str(built / "graph.sqlite"),
        "-o",
        str(tmp_path / "g.rdf"),
        "--base",
        "https://data.example.com/g",
    ]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    read = rdflib.Graph().parse(tmp_path / "g.rdf", format="xml")
    assert not [term for triple in read for term in triple if str(term).startswith("https://kg.example.org")]
    assert len(read) == len(rdflib.Graph().parse(built / "graph.ttl"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "g.ttl", "--base", "nowhere"], "is no base for IRIs; give an http(s) address"),
        (["-o", "g.xyz"], "unknown format '.xyz'; formats: gexf (.gexf)"),
        (["-o", "g.ttl", "--format", "hdt"], "no format is named 'hdt'; there are gexf"),
        (["-o", "missing/g.ttl"], "cannot be written: No such file or directory; give another place"),
    ],
)
def test_what_the_command_refuses(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["export", str(built / "graph.sqlite"), *arguments])
    assert done.exit_code == 1
    assert message in " ".join(done.output.split())

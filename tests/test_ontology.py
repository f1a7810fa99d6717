"""What is generated from the schema, ontology, JSON-LD context and reference page, and what is tied to them."""

import json
import re
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from sample_graph import sample

import kg
from kg.cli import main
from kg.errors import ConfigError, SchemaError
from kg.export.context import write_context
from kg.export.iris import make_iris
from kg.export.ontology import write_ontology
from kg.export.rdf import write_rdf
from kg.export.reference import write_reference
from kg.export.shapes import write_shapes
from kg.export.terms import VOCABULARIES
from kg.regions import divisions
from kg.schema import load_schema

ROOT = Path(__file__).parents[1]
SCHEMA = load_schema()
KG = "https://kg.example.org/ontology#"
SCHEMAS = ROOT / "schemas"
GENERATED = {
    "schemas/ontology.ttl": write_ontology,
    "schemas/shapes.ttl": write_shapes,
    "schemas/context.jsonld": write_context,
    "docs/ontology.md": write_reference,
}


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(SCHEMAS / "ontology.ttl")


@pytest.fixture(scope="module")
def declared(ontology: rdflib.Graph) -> set[str]:
    return {str(subject) for subject in ontology.subjects(RDFS.label)}


def own(text: str) -> set[str]:
    """Return the terms of the ontology that a text of Turtle or SPARQL names."""
    return {KG + name for name in re.findall(r"(?<![\w:/#.])kg:([\w-]+)", text)}


# --- what is committed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GENERATED)
def test_what_is_committed_is_what_the_schema_gives(path: str) -> None:
    """Fails when the schema or the writer has changed: run ``kg schema build``."""
    assert (ROOT / path).read_text(encoding="utf-8") == GENERATED[path](SCHEMA)


def test_schema_build_writes_the_four_files(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for name in ("types.toml", "predicates.toml", "cues.toml"):
        (tmp_path / "own" / name).write_bytes((SCHEMAS / "default" / name).read_bytes())
    (tmp_path / "own" / "frames").mkdir()
    with (tmp_path / "own" / "types.toml").open("a", encoding="utf-8") as types:
        types.write('\n[Crop]\nzh = "作物"\nen = "crop"\nvocabulary = ["schema:Product"]\n')
    written = kg.build_schema(tmp_path / "own", tmp_path / "out", base="https://data.example.com/g")
    assert [path.name for path in written] == ["ontology.ttl", "shapes.ttl", "context.jsonld", "ontology.md"]
    graph = rdflib.Graph().parse(written[0])
    crop = rdflib.URIRef("https://data.example.com/g/ontology#Crop")
    assert graph.value(crop, RDFS.subClassOf) == rdflib.URIRef("https://schema.org/Product")
    assert "kg.example.org" not in "".join(path.read_text(encoding="utf-8") for path in written)
    with pytest.raises(ConfigError, match="give a folder with -o"):
        kg.build_schema(tmp_path / "own")


def test_the_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["schema", "build", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    for name in ("ontology.ttl", "context.jsonld"):
        assert (tmp_path / "out" / name).read_bytes() == (SCHEMAS / name).read_bytes()
    bad = CliRunner().invoke(main, ["schema", "build", "-o", str(tmp_path / "out"), "--base", "nowhere"])
    assert bad.exit_code == 1
    assert "is no base for IRIs" in bad.output


def test_schema_alone_shows_it() -> None:
    plain, shown, folder = (
        CliRunner().invoke(main, ["schema", *arguments]) for arguments in ([], ["show"], [str(SCHEMAS / "default")])
    )
    assert plain.exit_code == shown.exit_code == folder.exit_code == 0
    assert plain.output == shown.output == folder.output
    assert "grantsCredit" in plain.output


# --- the ontology ---------------------------------------------------------------------------------------------------


def test_two_readers_find_the_same(ontology: rdflib.Graph) -> None:
    data = (SCHEMAS / "ontology.ttl").read_bytes()
    read = {str(triple.triple) for triple in pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE)}
    again = pyoxigraph.parse(ontology.serialize(format="nt", encoding="utf-8"), format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert {str(triple.triple) for triple in again} == read


def test_every_term_has_labels_a_type_and_a_place(ontology: rdflib.Graph, declared: set[str]) -> None:
    assert len(declared) > 100
    for term in map(rdflib.URIRef, declared):
        assert {label.language for label in ontology.objects(term, RDFS.label)} == {"zh", "en"}
        assert ontology.value(term, RDF.type) is not None
        assert ontology.value(term, RDFS.isDefinedBy) == rdflib.URIRef(KG[:-1])


def test_classes_and_properties_specialize_terms_of_the_standard_vocabularies(ontology: rdflib.Graph) -> None:
    above = {str(term) for link in (RDFS.subClassOf, RDFS.subPropertyOf) for term in ontology.objects(None, link)}
    used = {prefix for prefix, namespace in VOCABULARIES.items() if any(term.startswith(namespace) for term in above)}
    assert used >= {"org", "prov", "skos", "schema", "nif", "foaf", "rdf"}
    assert all(term.startswith((KG, *VOCABULARIES.values())) for term in above)


def test_standard_domains_and_ranges_hold(ontology: rdflib.Graph) -> None:
    """Whoever infers types from org:'s properties must not make organizations of regions (ORG, sections 5.2, 5.6)."""
    for name in ("subOrganizationOf", "linkedTo"):
        for one in ontology.subjects(RDFS.subPropertyOf, rdflib.URIRef(f"http://www.w3.org/ns/org#{name}")):
            predicate = SCHEMA.predicates[str(one).removeprefix(KG)]
            assert predicate.domain == predicate.range == {"Organization"}


def test_every_code_is_in_a_scheme(ontology: rdflib.Graph) -> None:
    schemes = set(ontology.subjects(RDF.type, SKOS.ConceptScheme))
    codes = set(ontology.subjects(SKOS.inScheme))
    industries = {rdflib.URIRef(f"{KG}{name}") for name in ("gbt4754", "sei2018")}  # their classes are with the graphs
    assert len(schemes) == 5
    assert len(codes) == 9
    assert set(ontology.objects(None, SKOS.inScheme)) == schemes - industries


def test_each_predicate_is_either_kind_of_property(ontology: rdflib.Graph) -> None:
    for name, predicate in SCHEMA.predicates.items():
        types = set(ontology.objects(rdflib.URIRef(KG + name), RDF.type))
        assert (OWL.DatatypeProperty in types) == (predicate.range == {"text"})
        assert (OWL.SymmetricProperty in types) == predicate.symmetric


@pytest.mark.parametrize(
    ("file", "table", "message"),
    [
        ("types", '[Fact]\nzh = "甲"\nen = "a"', r"\[Fact\]: RDF has a term of the fact layer of this name"),
        ("types", '[document]\nzh = "甲"\nen = "a"', "has things with the same addresses"),
        ("types", '[event]\nzh = "甲"\nen = "a"', r"\[Event\] has things with the same addresses"),
        ("predicates", '[amount]\nzh = "甲"\nen = "a"\ndomain = []\nrange = []', "of this name; choose another"),
        ("types", '[Thing]\nzh = "甲"\nen = "a"\nvocabulary = ["owl Thing"]', "unknown prefix"),
        ("types", '[Thing]\nzh = "甲"\nen = "a"\nvocabulary = ["owl:a thing"]', "no name of a term"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(tmp_path: Path, file: str, table: str, message: str) -> None:
    import shutil

    shutil.copytree(SCHEMAS / "default", tmp_path / "own")
    with (tmp_path / "own" / f"{file}.toml").open("a", encoding="utf-8") as out:
        out.write(f"\n{table}\n")
    with pytest.raises(SchemaError, match=message):
        write_ontology(load_schema(tmp_path / "own"))


# --- what rests on it -----------------------------------------------------------------------------------------------


def test_every_term_of_the_context_is_declared(declared: set[str]) -> None:
    context = json.loads((SCHEMAS / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = {str(term["@id"]) for term in context.values() if isinstance(term, dict)}
    assert {name for name in named if name.startswith(KG)} <= declared
    assert {KG + name for name in (*SCHEMA.types, *SCHEMA.predicates)} <= named
    assert all(name.startswith(KG) or name.partition(":")[0] in VOCABULARIES for name in named)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of its own Dataset
def test_a_graph_compacted_with_the_context_says_the_same() -> None:
    import io

    file = io.BytesIO()
    write_rdf(sample(SCHEMA), file, schema=SCHEMA, format="ntriples")
    graph = rdflib.Graph().parse(data=file.getvalue(), format="nt")
    context = json.loads(write_context(SCHEMA))["@context"]
    compact = graph.serialize(format="json-ld", context=context, auto_compact=False)
    facts = [node for node in json.loads(compact)["@graph"] if str(node["id"]).endswith("/fact/") or "evidence" in node]
    assert facts
    assert all({"subject", "predicate", "modality", "confidence"} <= set(fact) for fact in facts)
    with_context = json.dumps({**json.loads(compact), "@context": context})
    read = {str(q.triple) for q in pyoxigraph.parse(with_context.encode(), format=pyoxigraph.RdfFormat.JSON_LD)}
    wanted = {str(q.triple) for q in pyoxigraph.parse(file.getvalue(), format=pyoxigraph.RdfFormat.N_TRIPLES)}
    assert read == wanted


def test_alignments_name_declared_terms_and_known_vocabularies(declared: set[str]) -> None:
    graph = rdflib.Graph().parse(SCHEMAS / "alignments.ttl")
    data = (SCHEMAS / "alignments.ttl").read_bytes()
    assert len(graph) == len(list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TURTLE))) > 40
    ours = {str(term) for term in graph.subjects() if str(term).startswith(KG)}
    assert len(ours) > 15
    assert ours <= declared
    known = ("http://www.wikidata.org/", "https://spec.edmcouncil.org/fibo/", "https://schema.org/",
             "http://www.w3.org/ns/regorg#")  # fmt: skip
    for link in (SKOS.closeMatch, SKOS.relatedMatch):
        assert all(str(term).startswith(known) for term in graph.objects(None, link))
    assert own((SCHEMAS / "alignments.ttl").read_text(encoding="utf-8")) <= declared


def test_the_recipe_for_wikidatas_codes() -> None:
    """The pattern is that of the property's own constraint (www.wikidata.org/wiki/Property:P442)."""
    text = (SCHEMAS / "alignments.ttl").read_text(encoding="utf-8")
    recipe = re.search(r"BIND\(.* AS \?p442\)", text)
    assert recipe is not None
    allowed = re.compile(
        r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-2])( (0[1-9]|[1-6]\d|70|90)( (0[1-9]|[1-9]\d))?)?"
    )
    codes = [one.adcode for one in divisions() if one.adcode != "100000"]
    assert len(codes) > 3000
    values = " ".join(f'"{code}"' for code in codes)
    query = f"SELECT ?adcode ?p442 {{ VALUES ?adcode {{ {values} }} {recipe[0]} }}"
    found = {row["adcode"].value: row["p442"].value for row in pyoxigraph.Store().query(query)}
    assert found["350981"] == "35 09 81"
    assert found["350900"] == "35 09"
    assert found["350000"] == "35"
    assert all(allowed.fullmatch(code) for code in found.values())
    few = query.replace(values, '"350981" "350900" "350000"')
    assert {str(row.p442) for row in rdflib.Graph().query(few)} == {"35 09 81", "35 09", "35"}


def test_the_reference_page_names_every_term(declared: set[str]) -> None:
    page = (ROOT / "docs" / "ontology.md").read_text(encoding="utf-8")
    assert own(page) >= {term for term in declared if not term.endswith(("/ontology",))}


def test_terms_begin_with_no_digit() -> None:
    """RDF/XML writes properties as element names."""
    iris = make_iris()
    assert iris.term("3d打印") == f"{KG}_3d打印"
    assert iris.term("种植") == f"{KG}种植"

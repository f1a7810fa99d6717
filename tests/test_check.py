"""The shapes and the checks: nothing found in a sound graph, and each one finds what it is for."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyshacl")

import pyoxigraph
import pyshacl
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import BASE, CHECKS, SHAPES, clean_dataset, clean_store, mutate, of_the_schema
from rdflib import RDF, Namespace
from rdflib import Graph as Triples
from sample_graph import sample

import kg
from kg.check.conformance import check_graph
from kg.check.dataset import Dataset
from kg.check.shacl import validate
from kg.check.sparql_checks import load_checks, run_check
from kg.cli import main
from kg.errors import KGError, SchemaError
from kg.export import export
from kg.export.shapes import write_shapes
from kg.graph import Graph
from kg.schema import EntityType, Predicate, Schema, load_schema

SCHEMA = load_schema()
SHAPES_FILE = write_shapes(SCHEMA)
MUTANTS = {**SHAPES, **of_the_schema(SCHEMA), **CHECKS}
SH = Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return clean_dataset(tmp_path_factory.mktemp("clean") / "graph.sqlite", SCHEMA)


def sound() -> Graph:
    """Return the sample graph without a denial in it that the schema does not allow."""
    return sample(SCHEMA).filter(denied=False)


def rules_found(dataset: Dataset) -> set[str]:
    findings, _ = validate(dataset, SHAPES_FILE)
    return {one.rule for one in findings} | {one.rule for check in load_checks() for one in run_check(dataset, check)}


def rules() -> set[str]:
    """Return the names of all shapes that constrain something, and of all checks."""
    graph = Triples().parse(data=SHAPES_FILE, format="turtle")
    constrains = {
        shape
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in graph.subjects(RDF.type, kind)
        if set(graph.predicates(shape)) - {RDF.type, SH.targetClass, SH.targetSubjectsOf, SH.property}
    }
    return {str(shape).rpartition("#")[2] for shape in constrains} | {check.name for check in load_checks()}


def test_there_is_a_mutant_for_each_shape_and_check() -> None:
    assert sorted(MUTANTS) == sorted(rules())


def test_nothing_is_found_in_a_sound_graph(clean: Dataset) -> None:
    assert rules_found(clean) == set()


@pytest.mark.parametrize("rule", sorted(rules()))
def test_a_mutant_is_caught_by_its_rule_alone(rule: str, clean: Dataset) -> None:
    assert rules_found(mutate(clean, MUTANTS[rule])) == {rule}


# --- how pySHACL is given the graph ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def broken(clean: Dataset) -> Dataset:
    """A graph with many things wrong, of which each is found at its own node."""
    dataset = clean
    for rule in ("Entity-label", "Place-adcode", "Fact-sure", "Amount-words", "Evidence-used", "supplies", "Run-used"):
        dataset = mutate(dataset, MUTANTS[rule])
    return dataset


def test_parts_of_a_graph_find_what_the_whole_does(broken: Dataset) -> None:
    whole, nodes = validate(broken, SHAPES_FILE, chunk=10_000)
    assert len({one.rule for one in whole}) >= 7
    for chunk in (1, 7):
        assert validate(broken, SHAPES_FILE, chunk=chunk) == (whole, nodes)


def test_the_shapes_file_as_it_stands_finds_the_same(broken: Dataset) -> None:
    """Our way to call pySHACL against its own, with the targets of the file and all triples at once."""
    triples = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in broken.about(None))
    data = Triples().parse(data=triples, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=Triples().parse(data=SHAPES_FILE, format="turtle"))
    plain = {
        (str(report.value(result, SH.sourceShape)).rpartition("#")[2], str(report.value(result, SH.focusNode)))
        for result in report.objects(None, SH.result)
    }
    ours, _ = validate(broken, SHAPES_FILE)
    assert {(one.rule, one.node) for one in ours} == plain


# --- stores and files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["ttl", "nt", "trig", "nq", "rdf", "jsonld"])
def test_a_file_of_any_format_is_checked(suffix: str, tmp_path: Path) -> None:
    graph = sound()
    export(graph, tmp_path / f"graph.{suffix}", schema=SCHEMA)
    result = check_graph(tmp_path / f"graph.{suffix}")
    assert result.counts["violation"] == 0
    assert result.facts == len(graph.facts)
    assert {one.rule for one in result.findings} >= {"Entity-clean", "Amount-known"}


def test_names_that_break_careless_formats_break_nothing(tmp_path: Path) -> None:
    export(sound(), tmp_path / "graph.nq", schema=SCHEMA)
    unclean = [one for one in check_graph(tmp_path / "graph.nq").findings if one.rule == "Entity-clean"]
    assert {one.label for one in unclean} == {"断\n行'公司"}


def test_another_base_is_found_in_the_file(tmp_path: Path) -> None:
    export(sound(), tmp_path / "graph.trig", schema=SCHEMA, base="https://data.example.net/graph-1")
    result = check_graph(tmp_path / "graph.trig")
    assert result.counts["violation"] == 0
    assert result.facts > 0
    assert all("data.example.net" in one.node for one in result.findings)


def test_a_store_is_checked_with_the_text_of_its_articles(tmp_path: Path) -> None:
    clean_store(tmp_path / "graph.sqlite")
    told: list[tuple[int, int | None]] = []
    result = check_graph(tmp_path, progress=lambda done, total: told.append((done, total)))
    assert result.findings == ()
    assert (result.facts, result.checks) == (12, len(load_checks()))
    assert told[0] == (0, None)
    assert told[-1][0] == told[-1][1]


def test_the_graph_of_the_sample_page_breaks_no_promise(built: Path) -> None:
    assert check_graph(built).counts["violation"] == 0


def test_a_file_cannot_declare_its_mistakes_right(tmp_path: Path) -> None:
    export(sound(), tmp_path / "graph.nt", schema=SCHEMA)
    with (tmp_path / "graph.nt").open("a", encoding="utf-8") as file:
        file.write(
            f"<{BASE}/ontology#foundedIn> a_ <{BASE}/ontology#Property> .\n".replace("a_", f"<{RDF.type}>")
            + f'<{BASE}/id/organization/兴业银行> <{BASE}/ontology#foundedIn> "1988" .\n'
        )
    assert [one.rule for one in check_graph(tmp_path / "graph.nt").findings if one.severity == "violation"] == [
        "unknown-term"
    ]


def test_a_node_without_a_name_is_found(tmp_path: Path) -> None:
    export(sound(), tmp_path / "graph.nt", schema=SCHEMA)
    with (tmp_path / "graph.nt").open("a", encoding="utf-8") as file:
        file.write(f"_:x <{RDF.type}> <{BASE}/ontology#Event> .\n")
    found = {one.rule for one in check_graph(tmp_path / "graph.nt").findings if one.severity == "violation"}
    assert found == {"Event", "Entity-prefLabel"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("broken.ttl", "<a> <b> .\n", "broken.ttl:1: not Turtle"),
        ("empty.nt", "", "nothing in it is of a class of BASE/ontology#"),
        ("other.ttl", "<http://a.example/x> a <http://a.example/Y> .", "nothing in it is of a class"),
        ("remote.jsonld", '{"@context": "https://a.example/context", "name": "x"}', "not JSON-LD"),
        ("missing.trig", None, "missing.trig: cannot be read"),
        ("missing.sqlite", None, "no such store"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(name: str, text: str | None, message: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(KGError) as caught:
        check_graph(tmp_path / name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_numbers_that_are_none_are_found_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    export(sound(), tmp_path / "graph.nt", schema=SCHEMA)
    text = (tmp_path / "graph.nt").read_text(encoding="utf-8")
    (tmp_path / "graph.nt").write_text(text.replace('"0.9"^^', '"neun"^^').replace('"2025-01-01"^^', '"heuer"^^'))
    found = {one.rule for one in check_graph(tmp_path / "graph.nt").findings if one.severity == "violation"}
    assert found == {"Fact-confidence", "Fact-notBefore"}
    assert capfd.readouterr() == ("", "")


# --- the queries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?node {}", "must begin with"),
        ("# severity: grave\n# message: x\n# message_zh: x\nSELECT ?node {}", "no severity is called 'grave'"),
    ],
)
def test_a_query_without_its_header_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=message):
        load_checks(tmp_path)


@pytest.mark.parametrize(
    ("query", "message"),
    [("SELECT ?x { ?x ?y ?z }", r"must select \?node, \?whole"), ("ASK {}", "no SPARQL"), ("SELECT", "no SPARQL")],
)
def test_a_query_that_is_none_is_refused(query: str, message: str, tmp_path: Path, clean: Dataset) -> None:
    header = "# severity: info\n# message: {node} in {whole}\n# message_zh: 在\n"
    (tmp_path / "mine.rq").write_text(header + query, encoding="utf-8")
    with pytest.raises(SchemaError, match=message):
        list(run_check(clean, load_checks(tmp_path)[0]))


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_lists_what_is_wrong_with_the_words_behind_it(tmp_path: Path, clean: Dataset) -> None:
    file = tmp_path / "graph.nq"
    mutate(clean, MUTANTS["As-Membership-subject"]).quads.dump(str(file), format=pyoxigraph.RdfFormat.N_QUADS)
    said = CliRunner().invoke(main, ["check", str(file)])
    assert said.exit_code == 1
    assert "violation  As-Membership-subject  org:member is the subject of the fact" in said.output
    assert "“沐禾电驱有限公司董事长林知远、总工程师许澄怀说。”" in said.output
    assert "甲/第1页.txt:" in said.output
    assert "2 violations, 0 warnings, 0 infos; 12 facts" in said.output
    assert "and 1 more; --all shows them" in CliRunner().invoke(main, ["check", str(file), "-n", "1"]).output
    as_json = json.loads(CliRunner().invoke(main, ["check", str(file), "--json"]).output)
    assert as_json["counts"] == {"violation": 2, "warning": 0, "info": 0}
    assert as_json["findings"][0]["words"][0]["path"] == "甲/第1页.txt"


def test_the_command_is_content_with_a_sound_graph(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["check", str(clean_store(tmp_path / "graph.sqlite"))])
    assert said.exit_code == 0
    assert "0 violations, 0 warnings, 0 infos; 12 facts" in said.output


def test_without_pyshacl_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    monkeypatch.delitem(sys.modules, "kg.check.shacl")
    with pytest.raises(KGError, match=r"run: pip install 'regional-industry-kg\[check\]'"):
        kg.check_graph(clean_store(tmp_path / "graph.sqlite"))


def test_the_answer_is_the_same_under_any_hash_seed(broken: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "graph.nq"
    broken.quads.dump(str(file), format=pyoxigraph.RdfFormat.N_QUADS)
    said = {
        subprocess.run(
            [sys.executable, "-m", "kg", "check", str(file), "--json"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert json.loads(said.pop())["counts"]["violation"] > 0


# --- shapes of other schemas ----------------------------------------------------------------------------------------

_WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(type_=_WORDS.filter(bool), predicate=_WORDS.filter(bool), label=_WORDS)
@settings(max_examples=60, deadline=None)
def test_shapes_of_any_names_are_turtle(type_: str, predicate: str, label: str) -> None:
    kind = EntityType(type_, label, label, "#888888", (), {label or "x": label}, ())
    one = Predicate(predicate, label, label, frozenset({type_}), frozenset({type_}), False, False, False, ("date",), ())
    text = write_shapes(Schema({type_: kind}, {predicate: one}, (), {}))
    messages = {triple.object.value for triple in pyoxigraph.parse(input=text, format=pyoxigraph.RdfFormat.TURTLE)}
    assert f"“{label}”的主语类型不对" in messages


def test_a_schema_without_a_type_or_predicate_has_shapes() -> None:
    text = write_shapes(Schema({}, {}, (), {}))
    graph = Triples().parse(data=text, format="turtle")
    assert pyshacl.validate(Triples(), shacl_graph=graph)[0]


def test_a_predicate_that_takes_nothing_is_never_right() -> None:
    one = replace(SCHEMA.predicates["supplies"], domain=frozenset(), range=frozenset())
    text = write_shapes(replace(SCHEMA, predicates={"supplies": one}))
    data = Triples().parse(data=f"<{BASE}/a> <{BASE}/ontology#supplies> <{BASE}/b> .", format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=Triples().parse(data=text, format="turtle"))
    found = {str(shape).rpartition("#")[2] for shape in report.objects(None, SH.sourceShape)}
    assert {"supplies", "supplies-object"} <= found

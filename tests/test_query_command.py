"""``kg query``: files, named questions, forms of answers; and the forms themselves beside the engine's own."""

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from sparql_index import store_of_pages

import kg
from kg.cli import main
from kg.errors import ConfigError
from kg.sparql import engine
from kg.sparql.index import open_index
from kg.sparql.results import write_rows

AWKWARD = """
SELECT ?a ?b ?c ?d {
  VALUES (?a ?b ?c ?d) {
    (<http://x/兴业> "tab\\tline\\nquote\\"comma,"@zh 1 UNDEF) ("=1+1" "-5" 1.50 true) ("a\\rb" "\\\\" 1e3 "x"^^<http://t/>)
    (UNDEF "<b>&amp;</b>" "7"^^<http://www.w3.org/2001/XMLSchema#long> "")
  }
}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of_pages(tmp_path_factory.mktemp("asked") / "graph.sqlite")


def run(*words: str | Path, input: str | None = None):  # noqa: A002
    return CliRunner().invoke(main, ["query", *map(str, words)], input=input)


@pytest.mark.parametrize("format_", ["json", "xml", "csv", "tsv"])
def test_w3c_forms_read_as_the_engines_own_do(format_: str, store: Path) -> None:
    index = open_index(store)
    opened = engine.open_folder(index.folder)
    found = engine.ask(opened, AWKWARD, prefixes=index.prefixes)
    parts: list[str] = []
    write_rows(parts.append, found.variables, found.rows, format_)
    ours = "".join(parts).encode()
    kind = {"json": "JSON", "xml": "XML", "tsv": "TSV", "csv": "CSV"}[format_]
    theirs = opened.query(AWKWARD, prefixes=index.prefixes).serialize(format=getattr(ox.QueryResultsFormat, kind))
    if format_ == "csv":
        assert list(csv.reader(io.StringIO(ours.decode(), newline=""))) == list(
            csv.reader(io.StringIO(theirs.decode(), newline=""))
        )
        return
    read = [
        [[row[variable] for variable in solutions.variables] for row in solutions]
        for solutions in (
            ox.parse_query_results(data, format=getattr(ox.QueryResultsFormat, kind)) for data in (ours, theirs)
        )
    ]
    assert read[0] == read[1]
    assert len(read[0]) == 4


def test_a_file_standard_input_and_a_name_are_asked(store: Path, tmp_path: Path) -> None:
    text = "SELECT ?bank ?firm { ?bank kg:grantsCredit ?firm }"
    (tmp_path / "my.rq").write_text(text, encoding="utf-8")
    for done in (run(store, tmp_path / "my.rq"), run(store, "-", input=text)):
        assert done.exit_code == 0, done.output
        assert done.stdout.splitlines()[1].split() == ["organization:兴业银行", "organization:闽东星源电机有限公司"]
    done = run(store, "posts", "--person", "林知远")
    assert "董事长" in done.stdout
    assert run(store, "posts", "--person=林知远").stdout == done.stdout
    assert run(store, "-", input="ASK{ ?a kg:grantsCredit ?b }").stdout == "yes\n"
    assert "kg:grantsCredit" in run(store, "-", input="CONSTRUCT WHERE { ?a kg:grantsCredit ?b }").stdout


def test_tables_for_spreadsheets_run_nothing(store: Path, tmp_path: Path) -> None:
    (tmp_path / "my.rq").write_text(AWKWARD, encoding="utf-8")
    done = run(store, tmp_path / "my.rq", "-o", tmp_path / "out.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[2] == ["'=1+1", "'-5", "1.5", "True"]


def test_forms_follow_the_suffix(store: Path, tmp_path: Path) -> None:
    for suffix in ("json", "xml", "tsv", "csv"):
        assert run(store, "overview", "-o", tmp_path / f"a.{suffix}").exit_code == 0
        assert (tmp_path / f"a.{suffix}").stat().st_size > 50
    assert json.loads(run(store, "overview", "--format", "json").stdout)["head"]["vars"][0] == "relation"
    assert run(store, "overview", "-o", tmp_path / "a.txt").exit_code == 2
    done = run(store, "overview", "-o", tmp_path / "a.ttl")
    assert done.exit_code == 1
    assert "the answer is a table and cannot be written as turtle" in done.output


def test_the_printed_query_stands_alone(store: Path) -> None:
    printed = run(store, "posts", "--person", "林知远", "--print").stdout
    opened = engine.open_folder(open_index(store).folder)
    found = engine.ask(opened, printed, prefixes={})
    assert isinstance(found, engine.Rows)
    assert len(list(found.rows)) == 1


def test_many_rows_are_cut_and_counted(store: Path) -> None:
    done = run(store, "-", "--rows", "3", input="SELECT * { ?a ?b ?c } LIMIT 10")
    assert len(done.stdout.splitlines()) == 4
    assert "7 more rows" in done.stderr
    assert "no rows" in run(store, "-", input="SELECT * { ?a kg:nothing ?c }").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-",), "column 1: expected one of CONSTRUCT"),
        (("nothing",), "no question is named 'nothing'"),
        (("missing.rq",), "missing.rq: cannot be read"),
        (("overview", "--region", "1"), "overview takes no --region"),
        (("posts", "--person", "无名氏"), "--person 无名氏: no Person of this graph"),
    ],
)
def test_what_cannot_be_asked_is_one_line(words: tuple[str, ...], said: str, store: Path) -> None:
    done = run(store, *words, input="SELECT {")
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", [(), ("posts", "--person"), ("posts", "x"), ("posts", "--person", "a", "--person", "b")]
)
def test_wrong_usage_is_told(words: tuple[str, ...], store: Path) -> None:
    assert run(store, *words).exit_code == 2


def test_help_lists_and_explains_questions(store: Path) -> None:
    assert "who-finances" in run("--list").stdout
    done = run(store, "who-finances", "--help")
    assert done.exit_code == 0
    assert "--region (Region, optional)" in done.stdout
    assert "Ask STORE in SPARQL" in run("--help").stdout


def test_records_are_plain_values(store: Path) -> None:
    (row,) = kg.query(store, "posts", {"person": "林知远"}).records()
    assert row["post"] == "董事长"
    assert row["confidence"] == 0.9
    with pytest.raises(ConfigError, match="cannot be written as turtle"):
        kg.query(store, "overview").write(io.BytesIO(), "turtle")


def test_rdflib_users_get_the_union(store: Path) -> None:
    rdflib = pytest.importorskip("rdflib")
    graph = kg.rdf_graph(store)
    opened = engine.open_folder(open_index(store).folder)
    (row,) = engine.ask(opened, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }", prefixes={}).rows
    assert len(graph) == int(row[0].value)
    assert (None, rdflib.RDF.type, rdflib.URIRef("https://kg.example.org/ontology#Fact")) in graph

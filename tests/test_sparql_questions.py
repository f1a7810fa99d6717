"""Named questions: their headers, their parameters, and answers that rdflib gives as well."""

import re
from pathlib import Path

import pytest
from sparql_index import store_of_pages

import kg
from kg.errors import ConfigError, InputError, SchemaError
from kg.sparql.questions import find_question, list_questions, read_question

NAMES = [question.name for question in list_questions()]
DOCS = Path(__file__).parents[1] / "docs"
TOO_MUCH_FOR_RDFLIB = (
    "finance-of", "neighbourhood", "planned-and-done", "products", "programs-since", "top-financiers", "who-finances",
)  # fmt: skip
"""It joins VALUES and sub-selects last, for minutes, and cannot aggregate over what is unbound."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of all samples, on which the examples of the documentation rest."""
    out = tmp_path_factory.mktemp("sample")
    kg.build([Path(__file__).parents[1] / "data" / "sample"], out)
    return out / "graph.sqlite"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of_pages(tmp_path_factory.mktemp("pages") / "graph.sqlite")


def example(name: str) -> dict[str, str]:
    words = iter(find_question(name).example)
    return {word.removeprefix("--"): next(words) for word in words}


def test_there_are_enough() -> None:
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_the_example_has_an_answer(name: str, store: Path) -> None:
    assert list(kg.query(store, name, example(name)).rows)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TOO_MUCH_FOR_RDFLIB])
def test_rdflib_gives_the_same_rows(name: str, store: Path, graph) -> None:
    answer = kg.query(store, name, example(name))
    expected = sorted(tuple("" if cell is None else _text(cell.value) for cell in row) for row in answer.rows)
    found = sorted(
        tuple("" if cell is None else _text(str(cell)) for cell in row) for row in graph.query(answer.standalone())
    )
    assert [_sorted_lists(row) for row in found] == [_sorted_lists(row) for row in expected]


@pytest.fixture(scope="module")
def graph(store: Path):
    pytest.importorskip("rdflib")
    return kg.rdf_graph(store)


def _text(text: str) -> str:
    return text.rstrip("0").removesuffix(".") if re.fullmatch(r"\d+\.\d+", text) else text


def _sorted_lists(row: tuple[str, ...]) -> list[list[str]]:
    return [sorted(re.split("[、；]", cell)) for cell in row]


def test_the_page_is_what_its_script_writes(store: Path) -> None:
    """Fails when a question, the sample or what is read in it has changed: run docs/write_sparql.py."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("write_sparql", DOCS / "write_sparql.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # A score may differ in its last digit from processor to processor.
    written, now = (
        re.sub(r"\b0\.\d+", "0.#", text) for text in ((DOCS / "sparql.md").read_text("utf-8"), module.page(store))
    )
    assert written == now


def test_sums_stand_apart_by_their_bounds(store: Path) -> None:
    rows = list(kg.query(store, "who-finances", {"region": "350000"}).records())
    by_pair = {(row["financier"], row["financed"], row["relation"]): row for row in rows}
    credit = by_pair["海岚银行", "福建沐禾电驱科技有限公司", "授信"]
    assert (credit["facts"], credit["exact"], credit["at_least"], credit["at_most"]) == (2, 32_000_000, 600_000_000, 0)
    loan = by_pair["海岚银行", "云织鞋服有限公司", "放贷"]
    assert (loan["exact"], loan["at_most"]) == (0, 180_000_000)


def test_planned_facts_are_not_counted_as_finance(pages: Path) -> None:
    rows = [row for row in kg.query(pages, "who-finances").records() if row["relation"] == "授信"]
    assert [(row["exact"], row["at_least"], row["as_written"]) for row in rows] == [
        (53_000_000, 0, "5300万元"),
        (0, 0, "6亿元"),  # words without a value: counted, not added
    ]
    plans = list(kg.query(pages, "planned-and-done").records())
    assert [(row["relation"], row["planned"], row["done"]) for row in plans] == [("授信", 1, 2)]
    assert plans[0]["planned_sums"] == "超6亿元"


def test_a_region_that_the_graph_lacks_stands_for_what_lies_in_it(pages: Path) -> None:
    whole = list(kg.query(pages, "who-finances").records())
    assert list(kg.query(pages, "who-finances", {"region": "350902"}).records()) == whole
    assert list(kg.query(pages, "who-finances", {"region": "宁德市"}).records()) == whole
    with pytest.raises(InputError, match="--region 360000: no Region of this graph"):
        kg.query(pages, "who-finances", {"region": "360000"})


@pytest.mark.parametrize(
    "given", ["海岚银行", "Organization:海岚银行", "https://kg.example.org/id/organization/海岚银行",
              "<https://kg.example.org/id/organization/海岚银行>"],
)  # fmt: skip
def test_an_entity_is_named_in_several_ways(given: str, store: Path) -> None:
    assert len(list(kg.query(store, "people-of", {"organization": given}).rows)) == 1


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("who-finances", {"limit": "0"}, "--limit 0: give a whole number"),
        ("who-finances", {"limit": "1e9"}, "give a whole number"),
        ("who-finances", {"limit": "1 } DROP"}, "give a whole number"),
        ("programs-since", {"since": "2025-02-30"}, "give a day, month or year"),
        ("programs-since", {"since": "yesterday"}, "give a day, month or year"),
        ("evidence", {"subject": "海岚银行", "object": "海岚银行", "predicate": "loves"}, "no such predicate"),
        ("neighbourhood", {"entity": '"} UNION { ?a ?b ?c'}, "no entity of this graph"),
        ("neighbourhood", {"entity": "<http://x/> . ?a ?b ?c . <http://x/>"}, "no entity of this graph"),
        ("neighbourhood", {"entity": "海岚"}, "names with these words: 海岚银行"),
        ("people-of", {"organization": "福安市"}, "no Organization of this graph"),
        ("figures", {"entity": ""}, "no entity of this graph"),
    ],
)  # fmt: skip
def test_bad_values_are_told(name: str, given: dict[str, str], said: str, store: Path) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        kg.query(store, name, given)


def test_bad_parameters_are_told(store: Path) -> None:
    with pytest.raises(ConfigError, match="who-finances takes no --color; it takes --region, --limit"):
        kg.query(store, "who-finances", {"color": "red"})
    with pytest.raises(ConfigError, match="overview takes no --region; it takes no parameter"):
        kg.query(store, "overview", {"region": "350000"})
    with pytest.raises(ConfigError, match="people-of needs --organization"):
        kg.query(store, "people-of")
    with pytest.raises(InputError, match="no question is named 'nothing'; there are between"):
        kg.query(store, "nothing")
    with pytest.raises(ConfigError, match="only named questions take parameters"):
        kg.query(store, "ASK { }", {"region": "1"})


def test_texts_are_texts_whatever_they_hold(store: Path) -> None:
    for text in ('产值") } #', "产\\", "'''", "$entity", "\n"):
        assert not list(kg.query(store, "figures", {"entity": "泉州市", "indicator": text}).rows)


def test_parameters_never_take_the_name_of_an_option() -> None:
    from kg.cli import main

    options = {name.lstrip("-") for one in main.commands["query"].params for name in one.opts}
    for question in list_questions():
        assert not options & {one.name for one in question.parameters}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * {}", "the header needs"),
        ("# a\n# 甲\nASK {}", "the header needs"),
        ("# a\n# 甲\n# @example\n# @param x\nASK {}", "is no @param"),
        ("# a\n# 甲\n# @example\n# @param x (colour): what\nASK {}", "unknown type colour"),
    ],
)
def test_bad_headers_are_told(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.rq").write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=said):
        read_question(tmp_path / "a.rq")

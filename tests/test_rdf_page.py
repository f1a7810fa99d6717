"""docs/rdf.md shows what is written: its Turtle stands in the graph of the sample, its query finds what it says."""

import re
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import RDF

PAGE = (Path(__file__).parents[1] / "docs" / "rdf.md").read_text(encoding="utf-8")
DEBT = rdflib.Namespace("https://spec.edmcouncil.org/fibo/ontology/FBC/DebtAndEquities/Debt/")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def graph(built: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(built / "graph.ttl")


def test_the_example_is_in_the_sample_graph(graph: rdflib.Graph) -> None:
    example = rdflib.Graph().parse(data=block("turtle"), format="turtle")
    assert len(example) > 20
    assert [triple for triple in example if triple not in graph] == []


def test_the_query_gives_facilities(graph: rdflib.Graph) -> None:
    found = graph.query(block("sparql")).graph
    assert found is not None
    facilities = set(found.subjects(RDF.type, DEBT.CreditFacility))
    assert len(facilities) >= 2
    for one in facilities:
        assert found.value(one, DEBT.hasLender) is not None
        assert found.value(one, DEBT.hasBorrower) is not None
    assert any(found.objects(None, DEBT.hasCreditLimit))

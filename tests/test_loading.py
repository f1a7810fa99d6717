"""A part of a store's graph is what the whole graph's filter leaves, however little of the store is read."""

from pathlib import Path
from typing import Any

import pytest
from sample_graph import pages

import kg
from kg.errors import ConfigError, KGError
from kg.export.rows import entity_rows, evidence_rows, fact_rows
from kg.gathering import ADCODE
from kg.graph import PLACING, Graph
from kg.resolve import resolve
from kg.store import open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "graph.sqlite"
    with open_store(path, write=True) as opened:
        for document, readings in pages():
            opened.write(document, readings)
        opened.replace_links(resolve(opened.readings()))
    return path


def rows(graph: Graph) -> list[list[dict[str, Any]]]:
    return [list(entity_rows(graph)), list(fact_rows(graph)), list(evidence_rows(graph))]


@pytest.mark.parametrize("isolated", [True, False])
def test_every_region_of_a_built_store(built: Path, isolated: bool) -> None:
    path = built / "graph.sqlite"
    whole = kg.load_graph(path)
    regions = [id_ for id_, entity in whole.entities.items() if entity.type == "Region"]
    some = [
        *regions,
        *(code for entity in whole.entities.values() for scheme, code in entity.codes if scheme == ADCODE),
    ]
    organization = next(id_ for id_, entity in whole.entities.items() if entity.type == "Organization")
    assert len(some) > 8
    for region in [*some, organization]:  # what lies in an organization's site is inside it too
        part = kg.load_graph(path, regions=[region], isolated=isolated)
        assert rows(part) == rows(whole.filter(regions=[region], isolated=isolated)), region


@pytest.mark.parametrize("region", ["350902", "Region:350902", "350900", "350000", "Organization:闽东星源电机有限公司"])
def test_the_other_ends_are_told_in_full(store: Path, region: str) -> None:
    """Their names and counts come from documents of which nothing else is read."""
    whole = kg.load_graph(store)
    part = kg.load_graph(store, regions=[region])
    assert rows(part) == rows(whole.filter(regions=[region]))
    assert part.entities["Organization:闽东星源电机有限公司"].names == ("星源电机",)


def test_several_regions_and_other_conditions(store: Path) -> None:
    whole = kg.load_graph(store)
    conditions = {"regions": ["350902", "350900"], "predicates": ["locatedIn"], "isolated": False}
    part = kg.load_graph(store, **conditions)
    assert rows(part) == rows(whole.filter(**conditions))
    assert [fact.predicate for fact in part.facts] == ["locatedIn"]


def test_what_is_not_there_is_said(store: Path) -> None:
    with pytest.raises(KGError, match="110000: no such region in this graph; give an entity's id or a six-digit"):
        kg.load_graph(store, regions=["110000"])
    with pytest.raises(ConfigError, match="no type of the schema is named 'Organisation'; did you mean Organization"):
        kg.load_graph(store, types=["Organisation"])
    with pytest.raises(ConfigError, match="no predicate of the schema is named 'lends'; did you mean lendsTo"):
        kg.load_graph(store, predicates=["lends"])


def test_what_the_store_tells_of_entities(store: Path) -> None:
    graph = kg.load_graph(store)
    with open_store(store) as opened:
        assert dict(opened.codes()) == {id_: code for code, id_ in graph.by_code.items()}
        assert set(opened.joined(PLACING)) == {
            (fact.subject, fact.object) for fact in graph.facts if fact.predicate in PLACING
        }
        assert opened.documents_naming([]) == []
        by_document = {document.id for document, _ in opened.read(opened.documents_naming(["Region:鼓楼区"]))}
        assert by_document <= {source.document for source in graph.sources.values()}
        firm = "Organization:闽东星源电机有限公司"
        naming = opened.documents_naming([firm])
        assert len(naming) == graph.presence[firm].documents == 2
        named = list(opened.names([firm], besides=naming[:1]))
        assert [(entity, document, date) for entity, document, date, _ in named] == [(firm, naming[1], "2025-06-10")]
        (group,) = [group for *_, group in named]
        assert group in next(readings[0].groups for document, readings in opened.read() if document.id == naming[1])

"""``import kg``: light, lazy, and every command a function."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg import api
from kg.cli import main
from kg.errors import InputError
from kg.model import Reading

FUNCTION_OF = {
    "build": "build", "remove": "remove", "show": "show", "stats": "stats", "export": "export_graph",
    "annotate": "annotate", "eval": "evaluate", "train": "train_recognizer", "repair": "repair_page",
    "stages": "list_stages", "schema": "describe_schema", "conflicts": "conflicts", "why": "why", "whynot": "whynot",
    "audit": "audit", "diff": "diff", "decide": "decide", "review": "review_facts", "query": "query",
    "serve": "serve", "check": "check_graph", "compare": "compare", "docbin": "write_docbin",
}  # fmt: skip


def test_import_is_light() -> None:
    code = "import sys, kg; print(sorted(name for name in sys.modules if name.startswith('kg')))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "['kg']"


def test_all_that_is_offered_is_there_and_said_what_it_does() -> None:
    assert kg.__all__ == sorted(kg.__all__) == dir(kg)
    for name in kg.__all__:
        assert inspect.getdoc(getattr(kg, name)), name
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'nothing'"):
        kg.nothing  # noqa: B018  # the access is what is tested


def test_every_command_is_a_function() -> None:
    assert set(FUNCTION_OF) == set(main.commands)
    assert all(callable(getattr(kg, name)) for name in FUNCTION_OF.values())


def test_offered_names_are_no_packages() -> None:
    """A package of the same name would take the place of the function once it is imported."""
    packages = {path.stem for path in Path(api.__file__).parent.iterdir()}
    assert not packages & set(kg.__all__)


def test_a_text_is_read() -> None:
    reading = kg.read_text("福建省宁德市蕉城区的福建启明电机有限公司", date="2025-06-10")
    assert isinstance(reading, Reading)
    assert [mention.text for mention in reading.mentions] == ["福建省", "宁德市", "蕉城区", "福建启明电机有限公司"]


def test_a_build_says_what_it_did(sample_page: Path, tmp_path: Path) -> None:
    told = []
    summary = kg.build([sample_page], tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert summary.documents == 1
    assert summary.articles >= 2
    assert not summary.skipped
    assert not summary.failures
    assert summary.characters > 500
    assert summary.entities["Organization"] > 0
    assert sum(summary.facts.values()) > 0
    size = len(sample_page.read_text(encoding="utf-8"))
    assert told[-1] == (size, size)


def test_a_built_graph_loads_and_every_fact_leads_to_the_page(built: Path, sample_page: Path) -> None:
    graph = kg.load_graph(built / "graph.sqlite")
    page = sample_page.read_text(encoding="utf-8")
    assert graph.facts
    for fact in graph.facts:
        for claim in fact.claims:
            for evidence in claim.evidence:
                place = graph.place(evidence)
                assert place is not None
                assert "".join("".join(place.pieces).split()) == "".join(evidence.quote.split())
                assert page[place.start] == evidence.quote.strip()[0]


def test_a_card_holds_all_facts_of_its_entity(built: Path) -> None:
    graph = kg.load_graph(built / "graph.sqlite")
    entity = max(graph.entities.values(), key=lambda entity: (len(graph.facts_of(entity.id)), entity.id))
    (card,) = kg.show(built / "graph.sqlite", entity.id)
    assert {fact.fact for fact in card.facts} == set(graph.facts_of(entity.id))
    assert all(fact.quotes for fact in card.facts)


def test_counts_of_a_store_are_those_of_its_build(built: Path, sample_page: Path, tmp_path: Path) -> None:
    summary = kg.build([sample_page], tmp_path / "out")
    held = kg.stats(built / "graph.sqlite")
    assert held["entities"] == summary.entities
    assert held["facts"] == summary.facts
    assert held["rows"]["articles"] == summary.articles


def test_what_is_skipped_is_told(sample_page: Path, tmp_path: Path) -> None:
    summary = kg.build([sample_page, tmp_path / "missing.txt"], tmp_path / "out")
    (skipped,) = summary.skipped
    assert "missing.txt" in api.describe_skipped(skipped)
    with pytest.raises(InputError, match=r"missing\.txt"):
        kg.build([tmp_path / "missing.txt"], tmp_path / "none")

"""The page of predicates is generated: from the schema, from what the pipeline reads, from the scores."""

import importlib.util
from pathlib import Path

import pytest

from kg.schema import load_schema

DOCS = Path(__file__).parents[1] / "docs"


def _writer():
    spec = importlib.util.spec_from_file_location("write_predicates", DOCS / "write_predicates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_its_script_writes() -> None:
    """Fails when the schema, a frame or a reading has changed: run docs/write_predicates.py."""
    assert (DOCS / "predicates.md").read_text(encoding="utf-8") == _writer().page()


@pytest.mark.parametrize("name", load_schema().predicates)
def test_each_example_is_read(name: str) -> None:
    one = load_schema().predicates[name]
    assert name in {claim.predicate for claim in _writer().claims_of(one.example)}

"""The scorer gives the figures of the reference scorer, and what its docstring says."""

import copy
import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from kg.check.score import VALUE, read_annotations, score
from kg.errors import InputError


def _document(**changes: Any) -> dict[str, Any]:
    """甲公司向乙公司授信5000万元。丙公司 stands in the text as optional."""
    document = {
        "id": "d1",
        "text": "甲公司（甲）向乙公司授信5000万元。丙公司在甲市。",
        "mentions": [
            {"start": 0, "end": 3, "text": "甲公司", "type": "Organization", "subtype": "company", "entity": "e1"},
            {"start": 4, "end": 5, "text": "甲", "type": "Organization", "subtype": "company", "entity": "e1"},
            {"start": 7, "end": 10, "text": "乙公司", "type": "Organization", "subtype": "company", "entity": "e2"},
            {"start": 19, "end": 22, "text": "丙公司", "type": "Organization", "subtype": "company", "entity": "e3",
             "optional": True},
            {"start": 23, "end": 25, "text": "甲市", "type": "Region", "subtype": "prefecture", "entity": "e4"},
        ],
        "entities": [
            {"id": "e1", "type": "Organization", "subtype": "company", "name": "甲公司", "aliases": ["甲公司", "甲"]},
            {"id": "e2", "type": "Organization", "subtype": "company", "name": "乙公司", "aliases": ["乙公司"]},
            {"id": "e3", "type": "Organization", "subtype": "company", "name": "丙公司", "aliases": ["丙公司"],
             "optional": True},
            {"id": "e4", "type": "Region", "subtype": "prefecture", "name": "甲市", "aliases": ["甲市"],
             "adcode": "350900"},
        ],
        "facts": [
            {"subject": "e1", "predicate": "grantsCredit", "object": "e2", "qualifiers": {"amount": "5000万元"},
             "evidence": [0, 18]},
            {"subject": "e3", "predicate": "locatedIn", "object": "e4", "qualifiers": {}, "evidence": [18, 26],
             "optional": True},
        ],
    }  # fmt: skip
    return document | changes


def test_gold_against_itself_is_perfect() -> None:
    result = score({"d1": _document()}, {"d1": _document()})
    assert result["mentions_all"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "right": 4, "system": 4, "gold": 4}
    assert result["facts_related"]["right"] == result["facts_related"]["gold"] == 1  # the optional one is not counted
    assert result["grouping_b3_f1"] == result["adcode_accuracy"] == result["evidence_in_place"] == 1.0
    assert result["qualifiers"]["amount"]["f1"] == 1.0


def test_optional_items_are_neither_required_nor_punished() -> None:
    bare = _document()
    bare["mentions"] = [mention for mention in bare["mentions"] if "optional" not in mention]
    bare["facts"] = [fact for fact in bare["facts"] if "optional" not in fact]
    result = score({"d1": _document()}, {"d1": bare})
    assert result["mentions_all"]["f1"] == result["facts_related"]["f1"] == 1.0


def test_a_missing_document_counts_as_empty() -> None:
    result = score({"d1": _document()}, {})
    assert result["missing"] == ["d1"]
    assert result["mentions_all"] == {"p": 0.0, "r": 0.0, "f1": 0.0, "right": 0, "system": 0, "gold": 4}


def test_a_merge_costs() -> None:
    merged = _document()
    for mention in merged["mentions"]:
        mention["entity"] = "e1" if mention["entity"] == "e2" else mention["entity"]
    merged["facts"][0]["object"] = "e1"
    result = score({"d1": _document()}, {"d1": merged})
    assert result["grouping_b3_f1"] < 1.0
    assert result["facts_related"]["right"] == 0


@pytest.mark.parametrize(
    ("amount", "right"),
    [("5000万元", 1), ("５０００万元", 1), ({"text": "5000万元", "value": 50_000_000}, 1), ("超5000万元", 0), ("", 0)],
)
def test_amounts_must_be_equal_as_written(amount: object, right: int) -> None:
    system = _document()
    system["facts"][0]["qualifiers"] = {"amount": amount}
    assert score({"d1": _document()}, {"d1": system})["qualifiers"]["amount"]["right"] == right


@pytest.mark.parametrize(
    ("content", "message"),
    [('{"id": "a", "mentions": []}\n{"id": \n', ":2: not JSON"), ('["a"]\n', ":1: not an annotated document"),
     ('{"id": "a", "text": "甲"}\n', ":1: not an annotated document")],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_annotations(path)


def _spoil(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the document with a part of everything lost, moved, merged or turned, as a system would have it."""
    spoilt = copy.deepcopy(document)
    ids = [entity["id"] for entity in spoilt["entities"]] or ["e1"]
    for part in ("mentions", "facts", "entities"):
        spoilt[part] = [item for item in spoilt[part] if chance.random() > 0.15]
    for mention in spoilt["mentions"]:
        if chance.random() < 0.1:
            mention["entity"] = chance.choice(ids)
        if chance.random() < 0.1:
            mention["end"] += 1
        if chance.random() < 0.1:
            mention["subtype"] = "other"
    for fact in spoilt["facts"]:
        if chance.random() < 0.1:
            fact["subject"] = chance.choice(ids)
        if fact["predicate"] not in VALUE and chance.random() < 0.2:
            fact["subject"], fact["object"] = fact["object"], fact["subject"]
        if chance.random() < 0.2:
            fact["qualifiers"] = {key: value[1:] for key, value in fact["qualifiers"].items()}
        if chance.random() < 0.1:
            fact["evidence"] = [0, 200]
    return spoilt


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["dev.jsonl", "finance.jsonl"])
def test_the_figures_are_those_of_the_reference_scorer(shared: Path, name: str, seed: int) -> None:
    source = importlib.util.spec_from_file_location("reference_score", shared / "score" / "score.py")
    assert source is not None
    assert source.loader is not None
    reference = importlib.util.module_from_spec(source)
    source.loader.exec_module(reference)
    gold = read_annotations(shared / "gold" / name)
    chance = random.Random(seed)
    system = {key: _spoil(json.loads(json.dumps(document)), chance) for key, document in gold.items()}
    result = score(gold, system)
    assert result == reference.score(gold, system)
    assert 0.2 < result["facts_related"]["f1"] < 0.95  # spoilt, and not beyond comparing

"""Annotated documents become readings again, and what is open in them stays open."""

import json
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.annotated import read_annotated
from kg.errors import InputError
from kg.export.annotations import to_annotation
from kg.model import Mention
from kg.runners.records import to_article

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "articles.jsonl"
TEXT = "海西银行向闽东电机授信5300万元。"


def record(**more: Any) -> dict[str, Any]:
    bank = {"start": 0, "end": 4, "type": "Organization", "subtype": None, "entity": "e1"}
    firm = {"start": 5, "end": 9, "type": "Organization", "subtype": None, "entity": "e2"}
    entities = [{"id": "e1", "name": "海西银行"}, {"id": "e2", "name": "闽东电机"}]
    fact = {"subject": "e1", "predicate": "grantsCredit", "object": "e2", "evidence": [0, len(TEXT)]}
    return {"id": "a", "text": TEXT, "mentions": [firm, bank], "entities": entities, "facts": [fact]} | more


def read(one: dict[str, Any]) -> Any:
    return read_annotated(to_article(1, one), one)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    kg.annotate(SAMPLE, tmp_path / "found.jsonl")
    texts = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    found = [json.loads(line) for line in (tmp_path / "found.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(len(one["facts"]) for one in found) > 50
    for number, (text, one) in enumerate(zip(texts, found, strict=True), start=1):
        back = read_annotated(to_article(number, text), one)
        again = to_annotation(back.reading, name=one["id"])
        assert (back.open_mentions, back.open_facts) == ((), 0)
        assert again["mentions"] == one["mentions"]
        assert again["entities"] == one["entities"]
        assert sorted(map(json.dumps, again["facts"])) == sorted(map(json.dumps, one["facts"]))


def test_mentions_come_in_text_order_and_groups_with_their_names() -> None:
    found = read(record()).reading
    assert [mention.text for mention in found.mentions] == ["海西银行", "闽东电机"]
    assert [(group.name, len(group.mentions)) for group in found.groups] == [("海西银行", 1), ("闽东电机", 1)]


def test_what_is_open_is_no_name_and_nothing_rests_on_it() -> None:
    one = record()
    one["mentions"][0]["optional"] = True
    found = read(one)
    assert [mention.text for mention in found.open_mentions] == ["闽东电机"]
    assert (found.reading.claims, found.open_facts) == ((), 1)


def test_an_object_that_is_no_entity_is_text() -> None:
    fact = {"subject": "e1", "predicate": "hasTitle", "object": "先进企业", "evidence": [0, 4],
            "qualifiers": {"modality": "planned", "date": {"text": "今年", "start": "2025-01-01"}}}  # fmt: skip
    (claim,) = read(record(facts=[fact])).reading.claims
    assert not isinstance(claim.object, Mention)
    assert (claim.object, claim.modality) == ("先进企业", "planned")
    assert [(q.name, q.text, q.normal) for q in claim.qualifiers] == [("date", "今年", (("start", "2025-01-01"),))]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"facts": [{"subject": "e1"}]}, "no 'evidence'"),
        ({"facts": [{"subject": "e1", "predicate": "p", "object": "e2", "evidence": [3, 99]}]}, "3 to 99 is no place"),
        (
            {"facts": [{"subject": "e1", "predicate": "p", "object": "e2", "evidence": [0, 4],
                        "qualifiers": {"modality": "certain"}}]},
            "'certain' is no modality; there are done, ongoing, planned",
        ),
        ({"mentions": 7}, "not an annotation of its text"),
        ({"entities": ["e1"]}, "not an annotation of its text"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(more: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read(record(**more))

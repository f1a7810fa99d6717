"""The annotations of data/train: only places in texts, which lie inside them and name what the schema has."""

import importlib.util
import json
import lzma
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kg.resources import data_path
from kg.schema import load_schema

SCHEMA = load_schema()
SCRIPT = Path(__file__).parent.parent / "data" / "scripts" / "join_annotations.py"


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in data_path("train", "annotations.jsonl").read_text("utf-8").splitlines()]


def places(one: dict[str, Any]) -> Iterator[tuple[int, int]]:
    yield from one["names"]
    for start, end, *_ in one["mentions"]:
        yield start, end
    for _, _, object_, qualifiers, start, end, _ in one["facts"]:
        yield start, end
        yield from (value for value in (object_, *qualifiers.values()) if isinstance(value, list))


def test_every_place_lies_inside_its_text():
    outside = [
        (one["article"], place)
        for one in lines()
        for place in places(one)
        if not 0 <= place[0] < place[1] <= one["end"] - one["start"]
    ]
    assert outside == []


def test_mentions_and_facts_are_the_schemas():
    for one in lines():
        for _, _, kind, subtype, entity, _ in one["mentions"]:
            assert kind in SCHEMA.types
            assert subtype is None or subtype in SCHEMA.types[kind].subtypes
            assert 0 <= entity < len(one["names"])
        for subject, predicate, object_, qualifiers, *_ in one["facts"]:
            assert predicate in SCHEMA.predicates
            assert 0 <= subject < len(one["names"])
            assert not isinstance(object_, int) or 0 <= object_ < len(one["names"])
            assert set(qualifiers) <= {"amount", "date", "modality", "title", "count", "share", "indicator", "value"}


def test_mentions_do_not_overlap():
    for one in lines():
        spans = sorted((start, end) for start, end, *_ in one["mentions"])
        assert all(before[1] <= after[0] for before, after in pairwise(spans)), one["article"]


def test_no_text_is_in_the_file():
    """Only figures' names in the annotators' words and a few titles stand there as words."""
    words = [
        value
        for one in lines()
        for _, _, object_, qualifiers, *_ in one["facts"]
        for value in (object_, *(value for name, value in qualifiers.items() if name != "modality"))
        if isinstance(value, str)
    ]
    assert max(map(len, words)) <= 60


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("join_annotations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_joining_gives_back_what_was_annotated(script, tmp_path, monkeypatch, capsys):
    text = "海峡银行给予云岭电机授信5300万元。发展电机产业。"
    article = {"id": "1", "title": "授信", "date": "2025-06-10", "text": "前文。\n" + text}
    with lzma.open(tmp_path / "news.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article, ensure_ascii=False) + "\n")
    one = {
        "corpus": "news", "article": "1", "start": 4, "end": 4 + len(text), "sha256": sha256(text.encode()).hexdigest(),
        "names": [[0, 4], [6, 10], [21, 23]],
        "mentions": [
            [0, 4, "Organization", "financial_institution", 0, False], [6, 10, "Organization", "company", 1, False],
            [21, 23, "Industry", None, 2, True],
        ],
        "facts": [[0, "grantsCredit", 1, {"amount": [12, 18]}, 0, 19, False]],
    }  # fmt: skip
    gone = one | {"article": "2"}
    changed = one | {"start": 3}
    (tmp_path / "train").mkdir()
    written = "".join(json.dumps(line) + "\n" for line in (one, gone, changed))
    (tmp_path / "train" / "annotations.jsonl").write_text(written, encoding="utf-8")
    monkeypatch.setattr(script, "data_path", lambda *parts: tmp_path.joinpath(*parts))
    out = tmp_path / "joined.jsonl"
    monkeypatch.setattr("sys.argv", ["join", "--raw", str(tmp_path / "news.jsonl.xz"), "--out", str(out)])
    script.main()
    assert capsys.readouterr().out == "1 of 3 annotated passages joined\n"
    (joined,) = map(json.loads, out.read_text("utf-8").splitlines())
    assert joined["text"] == text
    assert [mention["text"] for mention in joined["mentions"]] == ["海峡银行", "云岭电机", "电机"]
    assert joined["mentions"][2]["alt"] == [[21, 25]]
    assert joined["facts"] == [
        {
            "subject": "e0", "predicate": "grantsCredit", "object": "e1", "qualifiers": {"amount": "5300万元"},
            "evidence": [0, 19],
        }
    ]  # fmt: skip
    assert [entity.get("optional", False) for entity in joined["entities"]] == [False, False, True]

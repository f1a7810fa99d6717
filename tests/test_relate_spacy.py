"""Claims by a spaCy pipeline's dependencies, with a parser that is trained here on characters."""

import random
import sys
from dataclasses import replace
from typing import Any

import pytest
from golden import reading
from small_models import need, parsed_sentences, spacy_model, spacy_parser

from kg.config import load_pipeline
from kg.errors import ConfigError, MissingPackageError
from kg.model import Mention, Reading, Span
from kg.pipeline import Pipeline, make_pipeline
from kg.protocols import Stage
from kg.registry import find_stage
from kg.schema import load_schema

SCHEMA = load_schema()
REFER = find_stage("refer").make(SCHEMA, {})
KINDS = {
    "海岚银行": ("Organization", "financial_institution"),
    "云织鞋服有限公司": ("Organization", "company"),
    "沐禾电驱科技有限公司": ("Organization", "company"),
    "福建省": ("Region", "province"),
    "林知远": ("Person", None),
}


def make(**settings: Any) -> Stage:
    return find_stage("relate_spacy").make(SCHEMA, settings)


def named(text: str) -> Reading:
    """Return a reading in which the names of ``KINDS`` are mentions."""
    found = []
    for name, (kind, subtype) in KINDS.items():
        at = text.find(name)
        while at >= 0:
            found.append(Mention(Span(at, at + len(name)), name, kind, subtype, "test", 1.0))
            at = text.find(name, at + 1)
    (out,) = REFER([reading(text, tuple(sorted(found, key=lambda one: one.span)))])
    return out


def claimed(stage: Stage, text: str) -> set[tuple[str, str, str]]:
    (out,) = stage([named(text)])
    assert all(one.quote == text[one.span.start : one.span.end] for claim in out.claims for one in claim.evidence)
    return {(c.subject.text, c.predicate, c.object.text) for c in out.claims if isinstance(c.object, Mention)}


@pytest.fixture(scope="module")
def stage() -> Stage:
    return make(model=spacy_parser())


CLAIMS = [
    ("海岚银行向云织鞋服有限公司授信5300万元。", {("海岚银行", "grantsCredit", "云织鞋服有限公司")}),
    (
        "海岚银行向位于福建省的云织鞋服有限公司授信3亿元。",
        {("海岚银行", "grantsCredit", "云织鞋服有限公司"), ("云织鞋服有限公司", "locatedIn", "福建省")},
    ),
    ("云织鞋服有限公司被海岚银行收购。", {("海岚银行", "holdsShareOf", "云织鞋服有限公司")}),
    ("位于福建省的海岚银行昨日开工，林知远出席。", {("海岚银行", "locatedIn", "福建省")}),
    ("产业规模不断扩大，企业越来越多。", set()),
]


@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_what_the_parser_joins_is_claimed(stage: Stage, text: str, wanted: set[tuple[str, str, str]]) -> None:
    assert claimed(stage, text) == wanted


def test_sums_readers_and_scores(stage: Stage) -> None:
    text = "海岚银行向云织鞋服有限公司授信5300万元。"
    (claim,) = stage([named(text)])[0].claims
    assert [(one.name, one.text) for one in claim.qualifiers] == [("amount", "5300万元")]
    assert claim.reader.startswith("relate_spacy:credit-")
    (less,) = make(model=spacy_parser(), score=0.5)([named(text)])[0].claims
    assert less.score == pytest.approx(claim.score / 0.9 * 0.5, abs=1e-4)


@pytest.mark.parametrize("space", ["　", " ", "\u200b", "\x00"])
def test_white_space_and_odd_characters_move_no_offset(stage: Stage, space: str) -> None:
    text = f"𠮷🏭。{space}海岚银行向云织鞋服有限公司授信5300万元。\n{space}云织鞋服有限公司被海岚银行收购。"
    assert ("海岚银行", "holdsShareOf", "云织鞋服有限公司") in claimed(stage, text)


def test_long_sentences_are_cut() -> None:
    text = "海岚银行向云织鞋服有限公司授信5300万元，" * 40  # one sentence, and one fact
    (out,) = make(model=spacy_parser(), longest=22)([named(text)])
    assert [(claim.subject.text, claim.predicate) for claim in out.claims] == [("海岚银行", "grantsCredit")]


def test_the_answer_does_not_depend_on_the_batch_and_is_counted(stage: Stage) -> None:
    rows = [named("".join(one.words)) for one in parsed_sentences()]
    own = make(model=spacy_parser())
    together = [one.claims for one in own(rows)]
    counted = dict(own.tallies())  # type: ignore[attr-defined]
    assert counted["sentences parsed"] == len([row for row in rows if len(row.mentions) > 1])
    assert counted["predications"] > 0
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    apart = {number: stage([rows[number]])[0].claims for number in order}
    assert together == [apart[number] for number in range(len(rows))]


def test_without_a_parser_or_spacy_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="stage relate_spacy needs the setting model"):
        make()
    with pytest.raises(ConfigError, match="has no parser; its components: ner"):
        make(model=spacy_model())
    with pytest.raises(
        ConfigError, match=r"stage relate_spacy: no spaCy pipeline 'no-such'.* -m spacy download no-such"
    ):
        make(model="no-such")
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingPackageError, match=r"relate_spacy needs spaCy; run: pip install .*\[spacy\]"):
        make(model="zh_core_web_sm")


def shipped(name: str, models: dict[str, dict[str, Any]]) -> Pipeline:
    """Make a shipped pipeline with the models that are trained here."""
    config = load_pipeline(name)
    steps = [replace(step, settings={**step.settings, **models.get(step.use, {})}) for step in config.stages]
    return make_pipeline(replace(config, stages=tuple(steps)), SCHEMA)


def agreed(pipeline: Pipeline) -> dict[str, set[str]]:
    """Return the stages that read each predicate of a text."""
    text = "海岚银行向位于福建省的云织鞋服有限公司授信3亿元。云织鞋服有限公司被海岚银行收购。"
    (out,), failures = pipeline([reading(text)])
    assert failures == []
    return {
        claim.predicate: {reader.partition(":")[0] for reader in (claim.reader, *claim.agreed)} for claim in out.claims
    }


def test_the_shipped_pipeline_joins_what_frames_and_parses_say() -> None:
    pipeline = shipped(
        "spacy", {"find_spacy": {"model": spacy_model(), "disable": []}, "relate_spacy": {"model": spacy_parser()}}
    )
    read = agreed(pipeline)
    assert {"relate_frames", "relate_spacy"} <= read["grantsCredit"]
    assert "relate_spacy" in read["holdsShareOf"]
    assert pipeline.tallies()["relate_spacy: sentences parsed"] == 2


def test_the_shipped_pipeline_names_what_it_lacks() -> None:
    need("spacy")
    with pytest.raises(ConfigError, match=r"zh_core_web_sm.*; or run: python -m spacy download zh_core_web_sm"):
        make_pipeline(load_pipeline("spacy"), SCHEMA)

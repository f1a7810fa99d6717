"""The stage of the trained recognizer, and the model that ships."""

from __future__ import annotations

import subprocess
import sys

import pytest
from golden import parse, reading
from test_tagger import small

from kg.errors import ConfigError
from kg.model import Mention, Span
from kg.schema import load_schema
from kg.stages.find_tagger import make
from kg.tagger.archive import write_archive

TEXT = "本报讯 记者从海西银行获悉，该行向青禾智控授信5300万元，董事长陈立新出席。"


def found(stage, text: str, mentions: tuple[Mention, ...] = ()) -> list[Mention]:
    (out,) = stage([reading(text, mentions)])
    return list(out.mentions[len(mentions) :])


def test_the_shipped_recognizer_finds_a_company_without_a_telling_shape() -> None:
    stage = make(schema=load_schema())
    names = {(m.text, m.type) for m in found(stage, TEXT) if m.score > 0.5}
    assert {("海西银行", "Organization"), ("青禾智控", "Organization"), ("陈立新", "Person")} <= names


def test_it_votes_on_what_others_found() -> None:
    stage = make(schema=load_schema())
    start = TEXT.index("该行向")
    wrong = Mention(Span(start, start + 3), "该行向", "Organization", None, "find_organizations", 0.9)
    (vote,) = [m for m in found(stage, TEXT, (wrong,)) if m.span == wrong.span and m.type == wrong.type]
    assert vote.finder == "find_tagger"
    assert vote.score < 0.1


@pytest.mark.parametrize(
    ("marked", "subtype"),
    [
        ("记者从[海西银行|Organization]获悉，贷款已经到位。", "financial_institution"),
        ("副县长[林知远|Person]介绍了情况。", "official"),
        ("他来到[蕉城区|Region]调研。", "county"),
        ("县里出台了《[茶产业发展规划|Program]》。", "plan"),
    ],
)
def test_names_get_a_subtype(marked: str, subtype: str) -> None:
    text, (wanted,) = parse(marked)
    found_subtypes = {m.span: m.subtype for m in found(make(schema=load_schema()), text) if m.type == wanted.type}
    assert found_subtypes[wanted.span] == subtype


def test_offsets_are_code_points() -> None:
    for mention in found(make(schema=load_schema()), "🏭" + TEXT):
        assert mention.text == ("🏭" + TEXT)[mention.span.start : mention.span.end]


def test_a_missing_model_or_one_of_other_types_gets_one_line(tmp_path) -> None:
    with pytest.raises(ConfigError, match="no such model"):
        make(schema=load_schema(), model=str(tmp_path / "none.npz"))
    write_archive(tmp_path / "other.npz", small(("GAME", "BOOK")))
    with pytest.raises(ConfigError, match="none of which the schema has"):
        make(schema=load_schema(), model=str(tmp_path / "other.npz"))


def test_the_default_pipeline_imports_no_heavy_package() -> None:
    code = (
        "import sys, kg; kg.read_text('海西银行向闽东电机有限公司授信5300万元。');"
        "print(sorted({'torch', 'spacy', 'hanlp', 'transformers'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

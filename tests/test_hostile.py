"""Texts that no newspaper prints: the whole way through, nothing slows, breaks or vanishes."""

import json
import time
from pathlib import Path

import pytest
from golden import reading
from time_limit import time_limit

import kg
from kg.config import load_pipeline
from kg.model import Reading
from kg.pipeline import make_pipeline
from kg.resources import data_path
from kg.schema import load_schema

PIPELINE = make_pipeline(load_pipeline(), load_schema())
SENTENCE = "海岚银行为位于宁德市蕉城区的福建沐禾电驱科技有限公司提供超6亿元授信额度，该公司董事长林听澜出席。"
PER_SECOND = 10_000
"""Characters a second below which something has gone wrong, on however slow a machine."""

LONG = {
    "one line": SENTENCE.replace("。", "，") * 1500,
    "no marks": "".join(mark for mark in SENTENCE if mark not in "，。") * 1000,
    "one character again and again": "公" * 100_000,
    "heads again and again": "公司集团银行大会产业计划" * 4000,
    "open marks": "“《（" * 30_000,
    "digits": "1" * 50_000 + "万元",
    "spaces": " \u3000" * 50_000 + SENTENCE,
    "regions": "福建省宁德市蕉城区" * 4000,
    "names": "、".join(["林听澜", "周砚清", "许望舒"] * 5000),
}


def read(text: str) -> Reading:
    (out,), failures = PIPELINE([reading(text)])
    assert failures == []
    return out


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_texts_stay_fast(text: str) -> None:
    start = time.process_time()
    out = read(text)
    assert time.process_time() - start < len(text) / PER_SECOND
    assert out.article.text == text


REPEATED = [
    *("、", "和", "一", "万", "副", "1", "a", "“", "（", "，", "-"),
    *("亿元", "第一", "公司", "省市", "个百分点", "5家", "1,", "A1", "a\t", "市和", "“a”、", "元百百百百百百"),
]
"""What patterns have loops for."""


@pytest.mark.parametrize("unit", REPEATED)
def test_what_is_said_again_and_again_stays_fast(unit: str) -> None:
    text = unit * (10_000 // len(unit))
    with time_limit(1 + len(text) / PER_SECOND):
        out = read(text)
    assert out.article.text == text


STUCK = {
    "before a figure": "福建省出口额" + "达到" * 60 + "好5亿元，",
    "before growth": "福建省出口额30亿元，" + "较一" * 60 + "5%。",
    "companions": "福建省宁德市，与" + "福安市" * 60 + "获评国家级示范市。",
    "behind an industry's value": "宁德市发展电机产业产值" + "达到" * 60 + "好5亿元。",
    "before an industry's value": "宁德市发展产值" + "达到" * 60 + "好5亿元的电机产业。",
    "behind an industry's firms": "宁德市发展电机产业企业" + "达到" * 60 + "好5家。",
    "before an industry's firms": "宁德市发展5家" + "和" * 60 + "，电机产业。",
    "a list of firms": "宁德市发展5家电机产业" + "和" * 60 + "，。",
    "behind a fund": "宁德市设立云岭科创母基金，首期规模" + "达到" * 60 + "好5亿元。",
    "years behind a title": "印发《云岭市行动计划—2021" + "2021—2025年" * 30 + "号》。",
}
"""Sentences that nearly say something, in each of the 2^n ways in which a careless pattern would try to read them."""


@pytest.mark.parametrize("text", STUCK.values(), ids=STUCK)
def test_a_sentence_that_nearly_says_something_is_read_at_once(text: str) -> None:
    with time_limit(2):
        read(text)


@pytest.mark.parametrize("text", ["省", "\x00", "\n", "。", "\x0b\x0c", "𠮷", "“", "\ue000", "１"])
def test_one_character(text: str) -> None:
    assert read(text).article.text == text


def test_widths_may_be_mixed() -> None:
    out = read("海岚银行给予福建沐禾电驱科技有限公司授信５３００万元，增长１０．５％。")
    (claim,) = (claim for claim in out.claims if claim.predicate == "grantsCredit")
    (amount,) = (one for one in claim.qualifiers if one.name == "amount")
    assert (amount.text, dict(amount.normal)["value"]) == ("５３００万元", 53_000_000)


def test_control_characters_do_not_hide_what_stands_between_them() -> None:
    out = read(f"\x0b{SENTENCE}\x0c\n\x01{SENTENCE}")
    assert sum(claim.predicate == "grantsCredit" for claim in out.claims) == 2


def test_a_hundred_thousand_empty_lines_and_half_a_megabyte_in_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.txt").write_text("\n" * 100_000, encoding="utf-8")
    (tmp_path / "in" / "page.txt").write_bytes(data_path("sample", "page.txt").read_bytes())
    record = {"id": "long", "text": SENTENCE * 3000}
    (tmp_path / "in" / "long.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    summary = kg.build([str(tmp_path / "in")], str(tmp_path / "out"), pipeline="fast")
    assert summary.documents == 2
    assert [Path(skipped.path).name for skipped in summary.skipped] == ["empty.txt"]
    assert summary.facts["grantsCredit"] >= 1

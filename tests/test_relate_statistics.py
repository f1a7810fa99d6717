"""Golden table of statistics: a marked text, and every figure that is read in it.

A statistic is written ``subject indicator=value``, then date and modality (if planned).
"""

from dataclasses import replace

import pytest
from golden import parse, reading

from kg.model import Claim, Reading
from kg.schema import load_schema
from kg.stages import refer, relate_frames, relate_statistics

SCHEMA = load_schema()
CITY = "[云岭市|Region/prefecture]"
PARK = "[云岭产业园|Region/development_zone]"
FIRM = "[云岭电机有限公司|Organization/company]"
WORKS = "[云岭水库工程|Program/project]"

ROWS = [
    (f"{CITY}负责人说，全县监测对象占比达80%。", []),
    # what grows with the nation's figures is the nation's too
    (f"{CITY}迎来客流高峰。国内游客出游总花费5.75万亿元，同比增长17.1%。", []),
    # the figure is the predicate of its clause
    (f"去年，{CITY}化妆品产值达1500亿元。", ["云岭市 化妆品产值=1500亿元 去年"]),
    (f"{WORKS}总投资约28亿元，占地近300亩。", ["云岭水库工程 总投资=约28亿元", "云岭水库工程 占地=近300亩"]),
    # growth is growth of what was measured before it; dates reach to the end of the sentence
    (
        f"今年1至9月，{CITY}出口30.5亿元，同比增长12.7%。",
        ["云岭市 出口=30.5亿元 今年1至9月", "云岭市 出口同比增长=12.7% 今年1至9月"],
    ),
    # words of growth that were said of the figure before are not said twice: indicators stand in the text
    (f"{CITY}带动1.2万户年均增收5000元以上。", ["云岭市 带动年均增收=1.2万户", "云岭市 带动年均增收=5000元以上"]),
    # counts: behind their noun, and before it as objects
    (
        f"{CITY}引进企业350多家，建成26个产业园和5个研发中心。",
        ["云岭市 引进企业=350多家", "云岭市 建成产业园=26个", "云岭市 研发中心=5个"],
    ),
    # counts named in passing, lengths of time, ordinals
    (f"{CITY}14个乡镇参加评选。", []),
    (f"{FIRM}对4家企业进行培训，历时3个月。", []),
    (f"{CITY}、[青川市|Region/prefecture]等8家单位到场。", []),
    # a change: the second figure
    (f"{CITY}规上企业从5家增加到8家。", ["云岭市 规上企业=8家"]),
    (
        f"{CITY}进出口总额由2020年的30亿元增长至2024年的50亿元。",
        ["云岭市 进出口总额=30亿元 2020年", "云岭市 进出口总额=50亿元 至2024年"],
    ),
    # sums and shares of relations are no statistics of the firm
    (f"{FIRM}投资5亿元，持股20%。", []),
    (f"{CITY}累计完成投资5亿元。", ["云岭市 完成投资=5亿元"]),
    # attributes with a word for a quantity are said of the name behind them
    (f"总投资12亿元的{WORKS}近日开工。", ["云岭水库工程 总投资=12亿元"]),
    # each of a list has its own figure, or all have one
    (
        f"{CITY}和[青川市|Region/prefecture]产值分别增长5%和6%。",
        ["云岭市 产值分别增长=5%", "青川市 产值分别增长=6%"],
    ),
    (
        f"{CITY}和[青川市|Region/prefecture]产值均超50亿元。",
        ["云岭市 产值=超50亿元", "青川市 产值=超50亿元"],
    ),
    # the innermost of names side by side; possessives
    (f"[福建省|Region/province]{CITY}{FIRM}年营收超2亿元。", ["云岭电机有限公司 年营收=超2亿元"]),
    (f"{FIRM}的水泥产能过亿吨。", ["云岭电机有限公司 水泥产能=过亿吨"]),
    # words that stand for a name before; the sentence before; across paragraphs where no other name is near
    (f"{WORKS}昨天开工。项目总投资8亿元。", ["云岭水库工程 总投资=8亿元"]),
    (f"{CITY}召开大会。全市GDP达900亿元。", ["云岭市 GDP=900亿元"]),
    (f"{CITY}经济平稳增长。其中，工业投资增长5%。", ["云岭市 工业投资增长=5%"]),
    # what is said of the nation is not said of the town
    (f"{CITY}召开大会。全国粮食产量达7亿吨。", []),
    # neither the agency nor the town of the dateline, nor who speaks, is spoken of
    (f"中新社[福州|Region/prefecture]6月2日电 {CITY}外贸增长5%。", ["云岭市 外贸增长=5%"]),
    (f"[云岭市统计局|Organization/government]介绍，{CITY}外贸增长5%。", ["云岭市 外贸增长=5%"]),
    # plans
    (f"到2027年，{CITY}产业规模将突破500亿元。", ["云岭市 产业规模=突破500亿元 到2027年 planned"]),
    # nothing is claimed
    (f"如果{CITY}产值达500亿元，将建新区。", []),
]


def read(marked: str) -> Reading:
    text, mentions = parse(marked)
    (referred,) = refer.make()([reading(text, mentions, date="2025-06-10")])
    (out,) = relate_statistics.make(schema=SCHEMA)([referred])
    return out


def written(claim: Claim) -> str:
    said = {qualifier.name: qualifier.text for qualifier in claim.qualifiers}
    parts = [claim.subject.text, f"{said['indicator']}={said['value']}", said.get("date", "")]
    return " ".join(part for part in (*parts, claim.modality if claim.modality != "done" else "") if part)


@pytest.mark.parametrize(("marked", "expected"), ROWS)
def test_statistics(marked: str, expected: list[str]) -> None:
    assert [written(claim) for claim in read(marked).claims] == expected


def test_a_subject_of_another_sentence_brings_its_sentence_as_evidence() -> None:
    (claim,) = read(f"{WORKS}昨天开工。项目总投资8亿元。").claims
    assert [evidence.quote for evidence in claim.evidence] == ["项目总投资8亿元。", "云岭水库工程昨天开工。"]


def test_a_reference_counts_as_its_antecedent() -> None:
    (claim,) = read(f"{FIRM}昨天开业。截至6月末，该公司预收账款达9000万元。").claims
    assert claim.subject.text == "云岭电机有限公司"
    assert [evidence.quote for evidence in claim.evidence][1:] == ["云岭电机有限公司昨天开业。"]


def test_the_value_is_the_object_and_has_its_number() -> None:
    (claim,) = read(f"{CITY}引进企业350多家。").claims
    (value,) = (qualifier for qualifier in claim.qualifiers if qualifier.name == "value")
    assert claim.object == value.text == "350多家"
    assert dict(value.normal) == {"bound": "above", "unit": "家", "value": 350}


def test_a_sum_that_is_the_amount_of_a_relation_is_no_statistic() -> None:
    text, mentions = parse(f"[海峡银行|Organization/financial_institution]为{FIRM}提供超6亿元授信，存款达9亿元。")
    (referred,) = refer.make()([reading(text, mentions)])
    (related,) = relate_frames.make(schema=SCHEMA)([referred])
    (out,) = relate_statistics.make(schema=SCHEMA)([related])
    assert [claim.object for claim in out.claims if claim.predicate == "statistic"] == ["9亿元"]


def test_a_schema_without_the_predicate_reads_nothing() -> None:
    schema = replace(SCHEMA, predicates={"locatedIn": SCHEMA.predicates["locatedIn"]})
    text, mentions = parse(f"{CITY}引进企业350多家。")
    (referred,) = refer.make()([reading(text, mentions)])
    assert relate_statistics.make(schema=schema)([referred]) == [referred]


def test_the_schema_says_who_may_have_statistics() -> None:
    statistic = replace(SCHEMA.predicates["statistic"], domain=frozenset({"Organization"}))
    schema = replace(SCHEMA, predicates={**SCHEMA.predicates, "statistic": statistic})
    text, mentions = parse(f"{CITY}引进企业350多家。")
    (referred,) = refer.make()([reading(text, mentions)])
    assert relate_statistics.make(schema=schema)([referred])[0].claims == ()


def test_a_long_list_without_clauses_takes_no_longer_than_its_length() -> None:
    text = "今年产值5亿元和6亿元" * 3_000
    (out,) = relate_statistics.make(schema=SCHEMA)([reading(text)])
    assert out.claims == ()

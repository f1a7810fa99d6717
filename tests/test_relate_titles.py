"""Golden table of titles: a marked text, and every title that is read in it, written ``subject: title date``."""

from dataclasses import replace

import pytest
from golden import parse, reading

from kg.model import Claim, Reading
from kg.schema import load_schema
from kg.stages import refer, relate_titles

SCHEMA = load_schema()
CITY = "[云岭市|Region/prefecture]"
OTHER = "[青川市|Region/prefecture]"
FIRM = "[云岭电机有限公司|Organization/company]"

ROWS = [
    # fixed names of honour
    (f"{CITY}素有“百年菜乡”之称。", ["云岭市: 百年菜乡"]),
    (f"{CITY}被誉为“世界铜都”。", ["云岭市: 世界铜都"]),
    (f"{CITY}素有“百年菜乡”的美誉。", ["云岭市: 百年菜乡"]),
    (f"{CITY}荣获云岭省科技进步一等奖。", ["云岭市: 云岭省科技进步一等奖"]),
    (f"素有“海滨藏城”之称的[青海省|Region/province]{CITY}举办推介会。", ["云岭市: 海滨藏城"]),
    (f"{CITY}是“中国香柚之乡”。", ["云岭市: 中国香柚之乡"]),
    # granted and designated
    (f"2022年，{CITY}被认定为“淘宝村”。", ["云岭市: 淘宝村 2022年"]),
    (f"{CITY}被国际杂志评为“世界十大目的地”“全球旅行地”。", ["云岭市: 世界十大目的地", "云岭市: 全球旅行地"]),
    (
        f"去年，{CITY}、{OTHER}获批设立跨境电子商务综合试验区。",
        ["云岭市: 跨境电子商务综合试验区 去年", "青川市: 跨境电子商务综合试验区 去年"],
    ),
    (f"[云岭省商务厅|Organization/government]将{CITY}和{OTHER}列为示范区。", ["云岭市: 示范区", "青川市: 示范区"]),
    (
        f"商务部确定{CITY}、{OTHER}等38个城市为第一批全国零售业创新试点城市。",
        ["云岭市: 第一批全国零售业创新试点城市", "青川市: 第一批全国零售业创新试点城市"],
    ),
    (
        "[云岭大学|Organization/university]被[工信部|Organization/government]评为“智能制造示范”单位。",
        ["云岭大学: 智能制造示范"],
    ),
    # what the words behind a list say of it; honours of people
    (
        f"{FIRM}先后荣获省质量管理先进集体、节能先锋号等荣誉称号。",
        ["云岭电机有限公司: 省质量管理先进集体", "云岭电机有限公司: 节能先锋号"],
    ),
    (f"{FIRM}获得“杰出企业家”称号。", []),
    (f"{CITY}拥有“世界铜都”的美誉。", ["云岭市: 世界铜都"]),
    # won
    (f"{FIRM}获得“2023年度慈善突出贡献奖”。", ["云岭电机有限公司: 2023年度慈善突出贡献奖"]),
    (f"{FIRM}获中国优秀工业设计金奖。", ["云岭电机有限公司: 中国优秀工业设计金奖"]),
    (f"{FIRM}荣获第四届行业“金牛奖”。", ["云岭电机有限公司: 第四届行业“金牛奖”"]),
    (f"{FIRM}获评国家级专精特新“小巨人”企业。", ["云岭电机有限公司: 国家级专精特新“小巨人”企业"]),
    (f"{FIRM}被授予“风雨同舟”奖。", ["云岭电机有限公司: “风雨同舟”奖"]),
    # the name that follows, and those beside
    (f"刚入选云岭省重点后备企业的{FIRM}，是一家电机企业。", ["云岭电机有限公司: 云岭省重点后备企业"]),
    (f"列入云岭省第二批试点的{CITY}清水河已开工。", []),
    (
        f"{FIRM}与[青川矿业有限公司|Organization/company]等企业一同入选云岭省首批试点单位。",
        ["云岭电机有限公司: 云岭省首批试点单位", "青川矿业有限公司: 云岭省首批试点单位"],
    ),
    (f"{CITY}女篮夺得云岭杯冠军。", []),
    (f"{FIRM}被列为失信被执行人。", []),
    # formal
    (f"{FIRM}是一家研发电机的国家高新技术企业，员工众多。", ["云岭电机有限公司: 国家高新技术企业"]),
    (f"作为首批国家历史文化名城，{CITY}文物众多。", ["云岭市: 首批国家历史文化名城"]),
    (
        f"{CITY}已发展成为商贸服务型国家物流枢纽、跨境电商综合试验区。",
        ["云岭市: 商贸服务型国家物流枢纽", "云岭市: 跨境电商综合试验区"],
    ),
    (
        f"我国将在{CITY}、{OTHER}2个国家数字经济示范区，推出改革举措。",
        ["云岭市: 国家数字经济示范区", "青川市: 国家数字经济示范区"],
    ),
    # not of the name: of some of its villages, of a person, of whoever grants it
    (f"{CITY}12个村入选首批全国乡村旅游重点村。", []),
    ("[云岭大学|Organization/university]学生[陈立新|Person]获得“优秀贡献奖”。", []),
    ("[云岭市政府|Organization/government]授予20家企业“优秀单位”称号。", []),
    # no titles: what is got, passed and called otherwise
    (f"{FIRM}获得一批订单。", []),
    (f"{CITY}未被列为示范区。", []),
    (f"{CITY}力争列入全国建设试点。", []),
    ("[云岭展会|Event]被评为“最佳展会”。", []),
]


def read(marked: str) -> Reading:
    text, mentions = parse(marked)
    (referred,) = refer.make()([reading(text, mentions, date="2025-06-10")])
    (out,) = relate_titles.make(schema=SCHEMA)([referred])
    return out


def written(claim: Claim) -> str:
    return " ".join([f"{claim.subject.text}: {claim.object}", *(qualifier.text for qualifier in claim.qualifiers)])


@pytest.mark.parametrize(("marked", "expected"), ROWS)
def test_titles(marked: str, expected: list[str]) -> None:
    assert sorted(written(claim) for claim in read(marked).claims) == sorted(expected)


def test_a_title_is_planned_where_the_words_say_so() -> None:
    (claim,) = read(f"{CITY}将被列为全国示范区。").claims
    assert claim.modality == "planned"


def test_a_title_said_twice_is_one_claim() -> None:
    assert len(read(f"{CITY}素有“百年菜乡”之称。{CITY}被誉为“百年菜乡”。").claims) == 1


def test_a_schema_without_the_predicate_reads_nothing() -> None:
    schema = replace(SCHEMA, predicates={"locatedIn": SCHEMA.predicates["locatedIn"]})
    text, mentions = parse(f"{CITY}素有“百年菜乡”之称。")
    (referred,) = refer.make()([reading(text, mentions)])
    assert relate_titles.make(schema=schema)([referred]) == [referred]

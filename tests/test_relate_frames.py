"""Golden table of the relation frames: a marked text, and every fact that is read in it.

A fact is written ``subject predicate object``, then qualifiers, modality (if not done) and polarity (if denied).
"""

import pytest
from golden import parse, reading

from kg.model import Claim, Reading
from kg.schema import load_schema
from kg.stages import refer, relate_frames

SCHEMA = load_schema()
BANK = "[海峡银行|Organization/financial_institution]"
FIRM = "[云岭电机有限公司|Organization/company]"

ROWS = [
    # grantsCredit
    (f"{BANK}为{FIRM}提供超6亿元授信额度。", ["海峡银行 grantsCredit 云岭电机有限公司 amount=超6亿元"]),
    (f"{BANK}给予{FIRM}授信审批5300万元。", ["海峡银行 grantsCredit 云岭电机有限公司 amount=5300万元"]),
    (f"{FIRM}获得{BANK}授信额度2亿元。", ["海峡银行 grantsCredit 云岭电机有限公司 amount=2亿元"]),
    # where the borrower lies does not stand in the way
    (
        f"{BANK}为位于[宁德市|Region/prefecture]的{FIRM}提供2亿元授信额度，已投放贷款1亿元。",
        [
            "海峡银行 grantsCredit 云岭电机有限公司 amount=2亿元",
            "海峡银行 lendsTo 云岭电机有限公司 amount=1亿元",
            "云岭电机有限公司 locatedIn 宁德市",
        ],
    ),
    (f"{BANK}将向{FIRM}授信1亿元。", ["海峡银行 grantsCredit 云岭电机有限公司 amount=1亿元 planned"]),
    (f"{BANK}尚未向{FIRM}授信。", ["海峡银行 grantsCredit 云岭电机有限公司 denied"]),
    (f"{FIRM}能否获得{BANK}授信？", []),
    # two sums in one sentence are two facts; the object is carried to the second
    (
        f"其中，{BANK}给予{FIRM}授信审批5300万元，已投放贷款1996万元，为企业提供了保障。",
        [
            "海峡银行 grantsCredit 云岭电机有限公司 amount=5300万元",
            "海峡银行 lendsTo 云岭电机有限公司 amount=1996万元",
        ],
    ),
    # 该企业 is the company spoken of, not the supplier's customer named last
    (
        f"{FIRM}服务[远洋动力|Organization/company]。{BANK}已为该企业提供超6亿元授信额度，累计投放贷款超2亿元。",
        [
            "云岭电机有限公司 supplies 远洋动力",
            "海峡银行 grantsCredit 云岭电机有限公司 amount=超6亿元",
            "海峡银行 lendsTo 云岭电机有限公司 amount=超2亿元",
        ],
    ),
    # lendsTo
    (
        f"{BANK}今年以来为[泉州|Region/prefecture]投放贷款近500亿元。",
        ["海峡银行 lendsTo 泉州 amount=近500亿元 date=今年以来"],
    ),
    (f"{FIRM}在{BANK}贷款了100万元。", ["海峡银行 lendsTo 云岭电机有限公司 amount=100万元"]),
    (f"{FIRM}偿还贷款100万元。", []),
    # what is asked for, and what is vouched for, is not lent
    (f"{FIRM}向{BANK}申请授信1亿元。", []),
    (f"{BANK}为[远洋动力|Organization/company]申请的1亿元贷款提供担保。", []),
    # 公司 in what somebody says is that person's company
    (
        f"{FIRM}总经理[林知远|Person/executive]说，公司获得{BANK}授信2000万元。",
        ["海峡银行 grantsCredit 云岭电机有限公司 amount=2000万元"],
    ),
    # cooperatesWith
    (f"{FIRM}与{BANK}签署战略合作协议。", ["云岭电机有限公司 cooperatesWith 海峡银行"]),
    (f"去年，{FIRM}与{BANK}建立了授信合作关系。", ["云岭电机有限公司 cooperatesWith 海峡银行 date=去年"]),
    (f"{FIRM}联合[山海大学|Organization/university]共同研发新品。", ["云岭电机有限公司 cooperatesWith 山海大学"]),
    ("[甲局|Organization/government]和[乙局|Organization/government]联合印发通知。", []),
    ("[甲局|Organization/government]、[乙局|Organization/government]共同主办论坛。", []),
    (
        f"中新社[福州|Region/prefecture]6月2日电 {FIRM}与{BANK}2日签署合作协议。",
        ["云岭电机有限公司 cooperatesWith 海峡银行 date=2日"],
    ),
    # supplies
    (
        f"{FIRM}是[远洋动力|Organization/company]、[星河车业|Organization/company]的核心供应商。",
        ["云岭电机有限公司 supplies 远洋动力", "云岭电机有限公司 supplies 星河车业"],
    ),
    (f"{FIRM}主要为[远洋动力|Organization/company]配套零部件。", ["云岭电机有限公司 supplies 远洋动力"]),
    # locatedIn: the innermost region; the place inside a name and a nationality are none
    (
        f"走进位于[宁德市|Region/prefecture][蕉城区|Region/county]的{FIRM}车间，",
        ["云岭电机有限公司 locatedIn 蕉城区", "蕉城区 partOf 宁德市"],
    ),
    (f"成立于[福安市|Region/county]的{FIRM}是行业龙头。", ["云岭电机有限公司 locatedIn 福安市"]),
    (f"{FIRM}总部位于[泉州|Region/prefecture]。", ["云岭电机有限公司 locatedIn 泉州"]),
    (f"[泉州|Region/prefecture]企业{FIRM}近日投产。", ["云岭电机有限公司 locatedIn 泉州"]),
    # a place right before a legal name is part of a longer name more often than a statement
    (f"[泉州|Region/prefecture]{FIRM}近日投产。", []),
    (f"[德国|Region/country]{FIRM}近日投产。", []),
    (f"{FIRM}在[泉州|Region/prefecture]举行发布会。", []),
    (
        "[山海电机博览会|Event]6月10日在[福安市|Region/county]开幕。",
        ["山海电机博览会 locatedIn 福安市 date=6月10日"],
    ),
    (
        "[山海电机博览会|Event]在[福安市|Region/county]、[霞浦县|Region/county]同时拉开帷幕。",
        ["山海电机博览会 locatedIn 福安市", "山海电机博览会 locatedIn 霞浦县"],
    ),
    (f"[远洋动力|Organization/company]、{FIRM}等一批企业落户[福安市|Region/county]。", [
        "远洋动力 locatedIn 福安市", "云岭电机有限公司 locatedIn 福安市",
    ]),
    (f"[福安市|Region/county]先后引进了[远洋动力|Organization/company]、{FIRM}等企业。", [
        "远洋动力 locatedIn 福安市", "云岭电机有限公司 locatedIn 福安市",
    ]),
    (f"{FIRM}成立于2010年，总部设在[泉州|Region/prefecture]。", ["云岭电机有限公司 locatedIn 泉州"]),
    ("在[泉州|Region/prefecture]成立了全资子公司[远洋动力|Organization/company]。", ["远洋动力 locatedIn 泉州"]),
    ("在[泉州|Region/prefecture]，[山海电机项目|Program/project]正在建设。", ["山海电机项目 locatedIn 泉州"]),
    # partOf: side by side, the wider first, and nothing else
    ("[泉州|Region/prefecture][晋江市|Region/county]", ["晋江市 partOf 泉州"]),
    (
        "[福建省|Region/province][宁德市|Region/prefecture][蕉城区|Region/county]",
        ["宁德市 partOf 福建省", "蕉城区 partOf 宁德市"],
    ),
    ("[泉州|Region/prefecture]、[宁德|Region/prefecture]", []),
    (
        "[福建|Region/province][泉州|Region/prefecture]、[宁德|Region/prefecture]",
        ["泉州 partOf 福建", "宁德 partOf 福建"],
    ),
    ("[泉州|Region/prefecture][蕉城区|Region/county]", []),
    ("[中亚|Region/informal][南亚|Region/informal]", []),
    # partOf: named as one among several, by its side, as what it is
    (
        "[长三角|Region/informal]区域内的[南通|Region/prefecture]、[合肥|Region/prefecture]等地",
        ["南通 partOf 长三角", "合肥 partOf 长三角"],
    ),
    ("[福安市|Region/county]内[白马工业区|Region/development_zone]的厂房", ["白马工业区 partOf 福安市"]),
    ("[新疆|Region/province]南部[沙雅县|Region/county]的农民", ["沙雅县 partOf 新疆"]),
    ("地处[苍梧县|Region/county]西北部的[京南镇|Region/township]", ["京南镇 partOf 苍梧县"]),
    ("[波兰|Region/country]中部重要工业城市[罗兹|Region/prefecture]", ["罗兹 partOf 波兰"]),
    ("[重庆|Region/province]是[西部地区|Region/informal]唯一的直辖市。", ["重庆 partOf 西部地区"]),
    (
        "[汕潮揭都市圈|Region/informal]包括[汕头|Region/prefecture]、[潮州|Region/prefecture]两市。",
        ["汕头 partOf 汕潮揭都市圈", "潮州 partOf 汕潮揭都市圈"],
    ),
    # no part of a side alone, nor of a site
    ("[白马工业区|Region/development_zone]位于[东南|Region/informal]的海边。", []),
    ("[南平|Region/prefecture]的[湛卢山景区|Region/site]", ["湛卢山景区 partOf 南平"]),
]  # fmt: skip


def read(marked: str, **fields: str) -> Reading:
    text, mentions = parse(marked)
    batch = [reading(text, mentions, **fields)]
    for make in (refer.make(), relate_frames.make(schema=SCHEMA)):
        batch = list(make(batch))
    return batch[0]


def said(claim: Claim) -> str:
    target = claim.object if isinstance(claim.object, str) else claim.object.text
    words = [claim.subject.text, claim.predicate, target]
    words += [f"{qualifier.name}={qualifier.text}" for qualifier in claim.qualifiers]
    words += [word for word in (claim.modality, claim.polarity) if word not in ("done", "affirmed")]
    return " ".join(words)


@pytest.mark.parametrize(("marked", "facts"), ROWS, ids=[row[0] for row in ROWS])
def test_reads_just_these_facts(marked, facts):
    assert sorted(said(claim) for claim in read(marked).claims) == sorted(facts)


def test_every_claim_quotes_its_sentence_and_its_antecedents():
    out = read(f"{FIRM}从事装备制造。{BANK}为该公司提供1亿元授信额度。")
    (claim,) = out.claims
    assert [evidence.quote for evidence in claim.evidence] == [
        "海峡银行为该公司提供1亿元授信额度。",
        "云岭电机有限公司从事装备制造。",
    ]
    for evidence in claim.evidence:
        assert out.article.text[evidence.span.start : evidence.span.end] == evidence.quote
    assert claim.reader.startswith("relate_frames:credit")


def test_what_we_say_in_a_quotation_is_said_of_the_speakers_company():
    speaker = "[云岭电机有限公司|Organization/company]财务总监[林知远|Person/executive]说。"
    out = read(f"“我们起步早。近期，我们公司与{BANK}建立了授信合作关系。”{speaker}")
    assert [said(claim) for claim in out.claims] == ["云岭电机有限公司 cooperatesWith 海峡银行 date=近期"]


def test_a_doubtful_reference_stays_unresolved():
    out = read(f"{FIRM}和[远洋动力|Organization/company]都在扩产。{BANK}为该公司提供1亿元授信额度。")
    assert out.references == ()
    assert out.claims == ()


@pytest.mark.parametrize(
    ("marked", "name", "antecedent"),
    [
        ("[南京|Region/prefecture]公布了数据，该市去年增长15%。", "该市", "南京"),
        ("[忻城县|Region/county]率先探索，该县整合数据。", "该县", "忻城县"),
        ("[宁德|Region/prefecture][福安市|Region/county]有称号，近年来该市加大投入。", "该市", "福安市"),
        (f"{BANK}创新产品。该行累计投放贷款。", "该行", "海峡银行"),
    ],
)
def test_references_find_the_topic(marked, name, antecedent):
    (reference,) = read(marked).references
    assert (reference.text, reference.mention.text) == (name, antecedent)


def test_short_names_join_their_full_name():
    out = read("[宁德市蕉城区山岚装备有限公司|Organization/company]成立。[山岚装备|Organization/company]扩产。")
    assert [[mention.text for mention in group.mentions] for group in out.groups] == [
        ["宁德市蕉城区山岚装备有限公司", "山岚装备"]
    ]


def test_regions_are_one_by_their_code():
    out = read("[福建|Region/province]提速。[福建省|Region/province]出台政策。")
    (group,) = out.groups
    assert (group.name, group.adcode) == ("福建省", "350000")

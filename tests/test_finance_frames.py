"""Golden table of the frames of finance.toml: for each frame sentences that it alone reads, and near misses of all.

A fact is written as in tests/test_relate_frames.py.
"""

import pytest
from golden import parse, reading
from test_relate_frames import said

from kg.frames import compile_frames, encode, match
from kg.model import Span
from kg.schema import load_schema
from kg.stages import refer, relate_frames

SCHEMA = load_schema()
READ = (refer.make(), relate_frames.make(schema=SCHEMA))
PREDICATES = ("grantsCredit", "lendsTo", "invests", "funds", "holdsShareOf", "subsidiaryOf")

BANK = "[海峡银行|Organization/financial_institution]"
BANK2 = "[闽江银行|Organization/financial_institution]"
FUND = "[星河资本|Organization/financial_institution]"
FIRM = "[云岭电机|Organization/company]"
FIRM2 = "[远洋动力|Organization/company]"
FIRM3 = "[星河车业|Organization/company]"
OFFICE = "[甲局|Organization/government]"
CITY = "[泉州|Region/prefecture]"
BRANCH = "[纺织鞋服产业|Industry]"
WORK = "[湖畔水厂项目|Program/project]"
MAN = "[林知远|Person/citizen]"

ROWS = [
    (
        "credit-for",
        f"据悉，{BANK}早已布局，为{FIRM}提供超6亿元授信额度。",
        ["海峡银行 grantsCredit 云岭电机 amount=超6亿元"],
    ),
    ("credit-subject-for", f"{BANK}给予{FIRM}授信审批5300万元。", ["海峡银行 grantsCredit 云岭电机 amount=5300万元"]),
    ("credit-obtained", f"{FIRM}获批{BANK}5亿元授信。", ["海峡银行 grantsCredit 云岭电机 amount=5亿元"]),
    (
        "credit-obtained-topic",
        f"{FIRM}起步早，近日获得{BANK}授信2亿元。",
        ["海峡银行 grantsCredit 云岭电机 amount=2亿元 date=近日"],
    ),
    ("credit-from", f"{FIRM}起步早，从{BANK}获得授信2亿元。", ["海峡银行 grantsCredit 云岭电机 amount=2亿元"]),
    ("credit-direct", f"{BANK}授信{FIRM}2亿元。", ["海峡银行 grantsCredit 云岭电机 amount=2亿元"]),
    ("credit-given-to", f"{BANK}授信2亿元给{FIRM}。", ["海峡银行 grantsCredit 云岭电机 amount=2亿元"]),
    ("credit-of", f"{BANK}对{FIRM}的授信额度由2亿元增至5亿元。", ["海峡银行 grantsCredit 云岭电机 amount=5亿元"]),
    ("credit-with", f"{FIRM}在{BANK}的授信额度由2亿元增至5亿元。", ["海峡银行 grantsCredit 云岭电机 amount=5亿元"]),
    (
        "credit-each",
        f"{BANK}给予{FIRM}5300万元、{FIRM2}2000万元授信。",
        ["海峡银行 grantsCredit 云岭电机 amount=5300万元", "海峡银行 grantsCredit 远洋动力 amount=2000万元"],
    ),
    (
        "credit-agreed",
        f"{FIRM}与{BANK}签署了10亿元授信意向书。",
        ["海峡银行 grantsCredit 云岭电机 amount=10亿元 planned"],
    ),
    (
        "credit-agreed-with",
        f"{BANK}与{FIRM}签订授信协议，授信金额10亿元。",
        ["海峡银行 grantsCredit 云岭电机 amount=10亿元"],
    ),
    ("credit-received", f"{BANK}主动对接，{FIRM}获得2亿元授信。", ["海峡银行 grantsCredit 云岭电机 amount=2亿元"]),
    ("credit-completed", f"{BANK}完成{FIRM}5亿元授信项目。", ["海峡银行 grantsCredit 云岭电机 amount=5亿元"]),
    (
        "credit-elided-object",
        f"{BANK}向{FIRM}发放贷款2亿元，并新增授信1亿元。",
        ["海峡银行 grantsCredit 云岭电机 amount=1亿元", "海峡银行 lendsTo 云岭电机 amount=2亿元"],
    ),
    ("loan-for", f"{BANK}主动上门，为{FIRM}发放贷款300万元。", ["海峡银行 lendsTo 云岭电机 amount=300万元"]),
    (
        "loan-subject-for",
        f"{BANK}累计为{CITY}{BRANCH}投放信贷和非信贷资金近500亿元。",
        ["海峡银行 lendsTo 纺织鞋服产业 amount=近500亿元"],
    ),
    ("loan-paid-to", f"{BANK}向{FIRM}投放500万元。", ["海峡银行 lendsTo 云岭电机 amount=500万元"]),
    (
        "loan-elided-object",
        f"{BANK}给予{FIRM}授信5300万元，已投放中小企业贷款1996万元。",
        ["海峡银行 grantsCredit 云岭电机 amount=5300万元", "海峡银行 lendsTo 云岭电机 amount=1996万元"],
    ),
    (
        "loan-elided-all",
        f"{BANK}给予{FIRM}授信5300万元，已投放1996万元。",
        ["海峡银行 grantsCredit 云岭电机 amount=5300万元", "海峡银行 lendsTo 云岭电机 amount=1996万元"],
    ),
    (
        "loan-elided-object-before",
        f"{BANK}给予{FIRM}授信5300万元，首批发放1996万元贷款。",
        ["海峡银行 grantsCredit 云岭电机 amount=5300万元", "海峡银行 lendsTo 云岭电机 amount=1996万元"],
    ),
    (
        "loan-direct",
        f"{BANK}前5个月投放{BRANCH}贷款46亿元。",
        ["海峡银行 lendsTo 纺织鞋服产业 amount=46亿元 date=前5个月"],
    ),
    ("loan-obtained", f"{FIRM}得到{BANK}300万元信用贷款。", ["海峡银行 lendsTo 云岭电机 amount=300万元"]),
    ("loan-obtained-topic", f"{FIRM}起步早，后来得到{BANK}300万元贷款。", ["海峡银行 lendsTo 云岭电机 amount=300万元"]),
    ("loan-obtained-from", f"{MAN}在{BANK}贷款30万元。", ["海峡银行 lendsTo 林知远 amount=30万元"]),
    (
        "loan-obtained-from-topic",
        f"{FIRM}以股权质押，从{BANK}获得贷款500万元。",
        ["海峡银行 lendsTo 云岭电机 amount=500万元"],
    ),
    (
        "loan-applied-and-obtained",
        f"{FIRM}起步早，向{BANK}申请信用贷款，次日拿到500万元。",
        ["海峡银行 lendsTo 云岭电机 amount=500万元"],
    ),
    ("loan-to", f"{BANK}发放贷款给{FIRM}200万元。", ["海峡银行 lendsTo 云岭电机 amount=200万元"]),
    ("loan-agreed", f"{FIRM}与{BANK}签订20亿元的融资协议。", ["海峡银行 lendsTo 云岭电机 amount=20亿元"]),
    ("loan-agreed-with", f"{BANK}与{FIRM}签订20亿元的融资协议。", ["海峡银行 lendsTo 云岭电机 amount=20亿元"]),
    ("loan-supports", f"{BANK}融资支持{WORK}。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("loan-used-for", f"{BANK}发放绿色贷款25亿元，重点支持{BRANCH}。", ["海峡银行 lendsTo 纺织鞋服产业 amount=25亿元"]),
    ("loan-for-use", f"{BANK}发放25亿元贷款支持{BRANCH}。", ["海峡银行 lendsTo 纺织鞋服产业 amount=25亿元"]),
    (
        "loan-supported-by",
        f"{BANK}重点支持了{WORK}等重大项目，已累计投放贷款超60亿元。",
        ["海峡银行 lendsTo 湖畔水厂项目 amount=超60亿元"],
    ),
    ("loan-more-support", f"{BANK}持续加大对{BRANCH}的信贷支持力度。", ["海峡银行 lendsTo 纺织鞋服产业 ongoing"]),
    (
        "loan-syndicate-by",
        f"{WORK}由{BANK}牵头组织银团贷款，总额达37亿元。",
        ["海峡银行 lendsTo 湖畔水厂项目 amount=37亿元"],
    ),
    (
        "loan-syndicate-for",
        f"{BANK}、{BANK2}组成银团，为{WORK}提供12亿元。",
        ["海峡银行 lendsTo 湖畔水厂项目 amount=12亿元", "闽江银行 lendsTo 湖畔水厂项目 amount=12亿元"],
    ),
    (
        "loan-of-which",
        f"{BANK}新发放贷款近50亿元，其中{BRANCH}贷款近20亿元。",
        ["海峡银行 lendsTo 纺织鞋服产业 amount=近20亿元"],
    ),
    ("loan-in", f"{BANK}在{CITY}累计投放信贷资金接近40亿元。", ["海峡银行 lendsTo 泉州 amount=接近40亿元"]),
    ("loan-outstanding", f"{BANK}对{BRANCH}贷款余额达100亿元。", ["海峡银行 lendsTo 纺织鞋服产业 amount=100亿元"]),
    (
        "loan-share-of",
        f"{WORK}近日开工，其中{BANK}贷款1亿元。",
        ["海峡银行 lendsTo 湖畔水厂项目 amount=1亿元 date=近日"],
    ),
    ("loan-joined", f"{BANK}参与{FIRM}25亿美元绿色银团贷款项目。", ["海峡银行 lendsTo 云岭电机 amount=25亿美元"]),
    ("loan-supported-topic", f"{WORK}由{FIRM}承建、{BANK}融资支持。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("loan-built-with", f"{WORK}由{BANK}提供长期贷款。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("loan-contract", f"{BANK}与{FIRM}签署流动资金贷款协议。", ["海峡银行 lendsTo 云岭电机"]),
    (
        "loan-by-agreement",
        f"{BANK}与{FIRM}签订协议，提供总额为65亿美元的融资额度。",
        ["海峡银行 lendsTo 云岭电机 amount=65亿美元"],
    ),
    ("loan-helped", f"在{BANK}的信贷护航下，{FIRM}完成扩产。", ["海峡银行 lendsTo 云岭电机"]),
    ("loan-to-support", f"{BANK}发放绿色贷款，重点支持{BRANCH}。", ["海峡银行 lendsTo 纺织鞋服产业"]),
    ("loan-relieved", f"{BANK}发放的300万元贷款解决了{FIRM}的难题。", ["海峡银行 lendsTo 云岭电机 amount=300万元"]),
    ("loan-helped-obtain", f"{BANK}帮助{FIRM}取得300万元信用贷款。", ["海峡银行 lendsTo 云岭电机 amount=300万元"]),
    ("loan-approved", f"{BANK}批准{WORK}3亿美元贷款。", ["海峡银行 lendsTo 湖畔水厂项目 amount=3亿美元"]),
    ("loan-comes-from", f"{WORK}的建设资金由{BANK}提供。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("loan-syndicate-of", f"{BANK}牵头{WORK}银团贷款。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("loan-received", f"{BANK}主动对接，{FIRM}获得200万元贷款。", ["海峡银行 lendsTo 云岭电机 amount=200万元"]),
    ("loan-completed", f"{BANK}完成向{WORK}最新一笔贷款发放。", ["海峡银行 lendsTo 湖畔水厂项目"]),
    ("invest-built", f"{FIRM}投资20亿元，建设{WORK}。", ["云岭电机 invests 湖畔水厂项目 amount=20亿元"]),
    (
        "invest-built-topic",
        f"{FIRM}扎根当地多年，计划投资3亿元新建{WORK}。",
        ["云岭电机 invests 湖畔水厂项目 amount=3亿元 planned"],
    ),
    ("invest-of", f"由{FIRM}投资12亿元的{WORK}开工。", ["云岭电机 invests 湖畔水厂项目 amount=12亿元"]),
    ("invested-by", f"{WORK}由{FIRM}投资开发。", ["云岭电机 invests 湖畔水厂项目"]),
    ("invested-by-topic", f"{WORK}规模大，由{FIRM}投资开发。", ["云岭电机 invests 湖畔水厂项目"]),
    ("invest-into", f"{FIRM}向{FIRM2}投入2亿元。", ["云岭电机 invests 远洋动力 amount=2亿元"]),
    (
        "invest-into-topic",
        f"{FIRM}公告，拟以募集资金1亿元对参股公司{FIRM2}增资。",
        ["云岭电机 invests 远洋动力 amount=1亿元 planned"],
    ),
    ("invest-in-region", f"{FIRM}在{CITY}投资10亿元。", ["云岭电机 invests 泉州 amount=10亿元"]),
    ("invest-toward", f"{CITY}对[闽南|Region/informal]投资超过54亿元。", ["泉州 invests 闽南 amount=超过54亿元"]),
    ("invest-more", f"{FIRM}准备扩大在{CITY}的投资。", ["云岭电机 invests 泉州 planned"]),
    ("invest-means-to", f"{FIRM}有意投资{CITY}。", ["云岭电机 invests 泉州"]),
    ("invest-direct", f"{FUND}领投{FIRM}。", ["星河资本 invests 云岭电机"]),
    ("invest-round", f"{FIRM}引入{FIRM2}投资。", ["远洋动力 invests 云岭电机"]),
    ("invest-round-led", f"{FIRM}完成新一轮融资，由{FUND}领投。", ["星河资本 invests 云岭电机"]),
    ("fund-for", f"{OFFICE}向{FIRM}发放奖补资金500万元。", ["甲局 funds 云岭电机 amount=500万元"]),
    (
        "fund-amount",
        f"{OFFICE}预拨4000万元救灾资金，支持{CITY}、[宁德|Region/prefecture]等地。",
        ["甲局 funds 泉州 amount=4000万元", "甲局 funds 宁德 amount=4000万元"],
    ),
    ("fund-sponsor", f"{WORK}由{FIRM}赞助。", ["云岭电机 funds 湖畔水厂项目"]),
    (
        "share-of",
        f"{FIRM}、{FIRM2}分别持有{FIRM3}60%、40%的股权。",
        ["云岭电机 holdsShareOf 星河车业 share=60%", "远洋动力 holdsShareOf 星河车业 share=40%"],
    ),
    ("share-of-topic", f"{FIRM}公告，拟收购{FIRM2}30%股份。", ["云岭电机 holdsShareOf 远洋动力 share=30% planned"]),
    (
        "share-bought-of",
        f"{FIRM}扩张迅速，斥资2亿元买下{FIRM2}51%股权。",
        ["云岭电机 holdsShareOf 远洋动力 amount=2亿元 share=51%"],
    ),
    ("share-held-of", f"{FIRM}对{FIRM2}持股99.9%。", ["云岭电机 holdsShareOf 远洋动力 share=99.9%"]),
    (
        "share-held-topic",
        f"{FIRM}成立初，{FIRM2}持股60%。",
        ["远洋动力 holdsShareOf 云岭电机 share=60%"],
    ),
    (
        "share-held-elided",
        f"{FIRM}入股{FIRM3}，{FIRM2}持股20%。",
        ["云岭电机 holdsShareOf 星河车业", "远洋动力 holdsShareOf 星河车业 share=20%"],
    ),
    ("share-acquired-by", f"{FIRM}被{FIRM2}收购。", ["远洋动力 holdsShareOf 云岭电机"]),
    ("share-bought-by", f"{FIRM}由{FIRM2}收购而来。", ["远洋动力 holdsShareOf 云岭电机"]),
    ("share-held-by", f"{FIRM}由{FIRM2}100%持股。", ["远洋动力 holdsShareOf 云岭电机 share=100%"]),
    ("share-controlling", f"{FIRM}的控股股东为{FIRM2}。", ["远洋动力 holdsShareOf 云岭电机"]),
    ("share-controlling-topic", f"{FIRM}已上市，大股东为{FIRM2}。", ["远洋动力 holdsShareOf 云岭电机"]),
    ("share-controlling-is", f"{FIRM}成为{FIRM2}第一大股东。", ["云岭电机 holdsShareOf 远洋动力"]),
    ("share-rest", f"{FIRM}剩下的0.1%股权属于{FIRM2}。", ["远洋动力 holdsShareOf 云岭电机 share=0.1%"]),
    ("share-sold-to", f"{MAN}将{FIRM}的股权转让给{FIRM2}。", ["远洋动力 holdsShareOf 云岭电机"]),
    ("share-company-held", f"{FIRM}的参股公司{FIRM2}上市。", ["云岭电机 holdsShareOf 远洋动力"]),
    (
        "subsidiary-of",
        f"{FIRM}旗下{FIRM2}、{FIRM3}参展。",
        ["星河车业 subsidiaryOf 云岭电机", "远洋动力 subsidiaryOf 云岭电机"],
    ),
    ("subsidiary-its", f"{FIRM}及其子公司{FIRM2}参展。", ["远洋动力 subsidiaryOf 云岭电机"]),
    ("subsidiary-topic", f"{FIRM}公告，通过下属公司{FIRM2}扩产。", ["远洋动力 subsidiaryOf 云岭电机"]),
    ("subsidiary-is", f"{FIRM}是{FIRM2}的上市子公司。", ["云岭电机 subsidiaryOf 远洋动力"]),
    ("subsidiary-belongs", f"{FIRM}隶属于{FIRM2}。", ["云岭电机 subsidiaryOf 远洋动力"]),
    ("subsidiary-belonging", f"隶属于{FIRM}的{FIRM2}扩产。", ["远洋动力 subsidiaryOf 云岭电机"]),
    ("subsidiary-parent", f"{FIRM}的母公司{FIRM2}扩产。", ["云岭电机 subsidiaryOf 远洋动力"]),
    ("subsidiary-parent-topic", f"{FIRM}扩产，其母公司{FIRM2}增产。", ["云岭电机 subsidiaryOf 远洋动力"]),
    ("subsidiary-founded", f"由{FIRM}全资筹建的{FIRM2}成立。", ["远洋动力 subsidiaryOf 云岭电机"]),
]

NEAR_MISSES = [
    # applied for, paid back, vouched for, priced, rated, advertised
    f"{FIRM}向{BANK}申请授信1亿元。",
    f"{FIRM}向{BANK}申请贷款500万元。",
    f"{FIRM}向{BANK}偿还贷款500万元。",
    f"{FIRM}为{FIRM2}在{BANK}的1亿元贷款提供担保。",
    f"{BANK}为{FIRM}申请的1亿元贷款提供担保。",
    f"{BANK}对{FIRM}贷款利率下调至3%。",
    f"{BANK}运用“技术流授信评价体系”评估{FIRM}。",
    f"{BANK}推出“[人才贷|Program/financial_product]”信用贷款，最高500万元。",
    # figures of a place's banks, and of a bank's own books
    f"{CITY}各项贷款余额500亿元。",
    f"{BANK}各项贷款余额500亿元，存款余额800亿元。",
    # who makes others lend does not lend
    f"{OFFICE}引导金融机构向{FIRM}发放贷款3亿元。",
    f"{BANK}引导金融机构向{FIRM}发放贷款3亿元。",
    f"{BANK}停止向{FIRM}发放贷款。",
    f"{FIRM}能否从{BANK}获得贷款？",
    # investors, parties and offices that only stand near
    f"{WORK}总投资20亿元，建设内容包括{FIRM}厂房。",
    f"{FIRM}公告称，由{FIRM2}作为投资人参与。",
    f"{FIRM}与{FIRM2}收购案无关。",
    f"{FIRM}收购{FIRM2}的不良资产。",
    f"{FIRM}的股东{FIRM2}持股3%保持不变。",
]


def read(marked):
    text, mentions = parse(marked)
    batch = [reading(text, mentions)]
    for stage in READ:
        batch = list(stage(batch))
    return [claim for claim in batch[0].claims if claim.predicate in PREDICATES]


@pytest.mark.parametrize(("frame", "marked", "facts"), ROWS, ids=[row[0] for row in ROWS])
def test_reads_just_these_facts_by_this_frame(frame, marked, facts):
    claims = read(marked)
    assert sorted(said(claim) for claim in claims) == sorted(facts)
    assert f"relate_frames:{frame}" in {claim.reader for claim in claims}


def test_every_frame_has_its_row():
    declared = [frame.name for frame in SCHEMA.frames if frame.predicate in PREDICATES]
    assert sorted(declared) == sorted({row[0] for row in ROWS})


def test_the_quick_test_turns_away_nothing_that_a_frame_reads():
    frames = compile_frames(SCHEMA)
    for _, marked, _ in ROWS:
        text, mentions = parse(marked)
        sentence = encode(text, Span(0, len(text)), mentions, SCHEMA, None)
        characters = frozenset(sentence.text)
        for frame in frames:
            if not frame.may_read(sentence, characters):
                assert not list(match(frame, sentence)), (frame.source.name, marked)


@pytest.mark.parametrize("marked", NEAR_MISSES)
def test_reads_nothing_in_a_near_miss(marked):
    assert [said(claim) for claim in read(marked)] == []


@pytest.mark.parametrize(
    ("marked", "facts"),
    [
        (f"{BANK}拒绝向{FIRM}发放贷款。", ["海峡银行 lendsTo 云岭电机 denied"]),
        (f"{FIRM}未获得{BANK}授信。", ["海峡银行 grantsCredit 云岭电机 denied"]),
        (f"{FIRM}不再持有{FIRM2}股份。", ["云岭电机 holdsShareOf 远洋动力 denied"]),
    ],
)
def test_what_is_denied_is_kept_apart(marked, facts):
    assert [said(claim) for claim in read(marked)] == facts


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        (f"分别向{FIRM}、{FIRM2}发放贷款5000万元、3000万元", ["云岭电机 amount=5000万元", "远洋动力 amount=3000万元"]),
        (f"分别向{FIRM}、{FIRM2}发放贷款5000万元", ["云岭电机 amount=5000万元", "远洋动力 amount=5000万元"]),
        # a sum of several is nobody's alone
        (f"向{FIRM}、{FIRM2}共发放贷款8000万元", ["云岭电机", "远洋动力"]),
        (f"向{FIRM}、{FIRM2}发放贷款合计8000万元", ["云岭电机", "远洋动力"]),
    ],
)
def test_sums_are_dealt_out(words, facts):
    assert [said(claim).removeprefix("海峡银行 lendsTo ") for claim in read(f"{BANK}{words}。")] == facts


def test_two_lenders_and_two_borrowers_go_in_order():
    marked = f"{BANK}、{BANK2}分别向{FIRM}和{FIRM2}发放贷款5000万元和3000万元。"
    assert [said(claim) for claim in read(marked)] == [
        "海峡银行 lendsTo 云岭电机 amount=5000万元",
        "闽江银行 lendsTo 远洋动力 amount=3000万元",
    ]

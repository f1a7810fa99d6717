# ruff: noqa: E501  # a parse is as long as its sentence
"""From parses to claims: sentences parsed by hand, in the labels of each set, and what may be claimed of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from golden import parse, reading
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Claim, Reading, Span
from kg.parse_claims import ParseStage, Reader
from kg.parses import ROOT, Predication, Token, fault, from_dependencies, from_roles, placed, readable
from kg.registry import find_stage
from kg.schema import FrameSource, load_schema

SCHEMA = load_schema()
REFER = find_stage("refer").make(SCHEMA, {})
READER = Reader.of(SCHEMA, "relate_test", 1.0)


def tokens(text: str, tree: str, start: int = 0) -> list[Token]:
    """Read ``word/label/head``, the head by its word (0 the root); a word that comes twice is ``word#2`` as a head."""
    rows = [row.rsplit("/", 2) for row in tree.split()]
    places: list[Span] = []
    names: dict[str, int] = {"0": ROOT}
    seen: Counter[str] = Counter()
    at = start
    for number, (word, _, _) in enumerate(rows):
        at = text.index(word, at)
        places.append(Span(at, at + len(word)))
        at += len(word)
        seen[word] += 1
        names[word if seen[word] == 1 else f"{word}#{seen[word]}"] = number
    return [Token(place, names[head], label) for place, (_, label, head) in zip(places, rows, strict=True)]


def roles(text: str, predicates: str) -> list[Predication]:
    """Read ``verb: LABEL words; LABEL words``, one verb a line; words are looked for from the verb's sentence start."""
    found = []
    for line in predicates.strip().splitlines():
        verb, _, arguments = line.strip().partition(": ")
        at = text.index(verb)
        told = []
        for argument in filter(None, arguments.split("; ")):
            label, _, words = argument.partition(" ")
            start = text.index(words)
            told.append((label, Span(start, start + len(words))))
        found.append((Span(at, at + len(verb)), told))
    return [from_roles(verb, told, text, [verb for verb, _ in found]) for verb, told in found]


def referred(marked: str, date: str = "2025-06-10") -> Reading:
    text, mentions = parse(marked)
    (out,) = REFER([reading(text, mentions, date=date)])
    return out


def claims(marked: str, parsed: Sequence[Predication]) -> list[Claim]:
    """Return what is claimed of the last sentence, parsed so."""
    read = referred(marked)
    last = read.sentences[-1]

    def parser(text: str, parts: Sequence[Span], counts: Counter[str]) -> list[list[Predication]]:
        return [list(parsed) if part == last else [] for part in parts]

    (out,) = ParseStage(READER, parser, 1000)([read])
    return list(out.claims)


def by_tree(marked: str, tree: str) -> list[Claim]:
    text = parse(marked)[0]
    start = referred(marked).sentences[-1].start
    read = tokens(text, tree, start)
    assert fault(read) is None
    return claims(marked, from_dependencies(read, text))


def shown(found: Sequence[Claim]) -> set[str]:
    out = set()
    for claim in found:
        sums = [one.text for one in claim.qualifiers if one.name in ("amount", "share")]
        signs = [sign for sign in (claim.modality, claim.polarity) if sign not in ("done", "affirmed")]
        target = claim.object if isinstance(claim.object, str) else claim.object.text
        out.add(" ".join([claim.subject.text, claim.predicate, target, *sums, *signs]))
    return out


BANK = "[海岚银行|Organization/financial_institution]"
FIRM = "[云岭电机有限公司|Organization/company]"
OTHER = "[沐禾材料有限公司|Organization/company]"

# Labels of spaCy's zh pipelines, then of HanLP's SD (prep and pobj, rcmod), then Universal Dependencies.
TREES = [
    pytest.param(
        f"{BANK}昨日向{FIRM}授信5300万元。",
        "海岚/compound:nn/银行 银行/nsubj/授信 昨日/nmod:tmod/授信 向/case/公司 云岭/compound:nn/公司 电机/compound:nn/公司 "
        "有限/amod/公司 公司/nmod:prep/授信 授信/ROOT/0 5300万/nummod/元 元/dobj/授信 。/punct/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元"},
        id="active with a recipient",
    ),
    pytest.param(
        f"{BANK}为支持县域经济发展、优化信贷结构，经多轮实地走访，日前向{FIRM}授信5300万元。",
        "海岚银行/nsubj/授信 为/mark/支持 支持/advcl/授信 县域/nn/经济 经济/nsubj/发展 发展/ccomp/支持 优化/conj/支持 信贷/nn/结构 "
        "结构/dobj/优化 ，/punct/授信 经/case/走访 多轮/nummod/走访 实地/advmod/走访 走访/nmod:prep/授信 ，/punct/授信 "
        "日前/nmod:tmod/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0 5300万元/range/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元"},
        id="a subject far before its verb",
    ),
    pytest.param(
        f"{BANK}向{FIRM}、{OTHER}授信5亿元。",
        "海岚银行/nsubj/授信 向/prep/授信 云岭电机有限公司/conj/沐禾材料有限公司 、/punct/沐禾材料有限公司 沐禾材料有限公司/pobj/向 "
        "授信/root/0 5亿/nummod/元 元/dobj/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司 5亿元", "海岚银行 grantsCredit 沐禾材料有限公司 5亿元"},
        id="a list, its last name the head",
    ),
    pytest.param(
        f"{BANK}向{FIRM}和{OTHER}共授信5亿元。",
        "海岚银行/nsubj/授信 向/case/云岭电机有限公司 云岭电机有限公司/obl/授信 和/cc/沐禾材料有限公司 沐禾材料有限公司/conj/云岭电机有限公司 "
        "共/advmod/授信 授信/root/0 5亿元/obj/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司", "海岚银行 grantsCredit 沐禾材料有限公司"},
        id="a list, its first name the head; the sum is nobody's alone",
    ),
    pytest.param(
        f"{FIRM}2023年在福州建厂，去年出资3亿元收购{OTHER}51%的股权。",
        "云岭电机有限公司/nsubj/建厂 2023年/tmod/建厂 在/prep/建厂 福州/pobj/在 建厂/root/0 ，/punct/建厂 去年/tmod/出资 出资/conj/建厂 "
        "3亿元/range/出资 收购/dep/出资 沐禾材料有限公司/assmod/股权 51%/nummod/股权 的/cpm/股权 股权/dobj/收购",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司 51%"},
        id="a subject that verbs share",
    ),
    pytest.param(
        f"{OTHER}被{FIRM}收购。",
        "沐禾材料有限公司/nsubjpass/收购 被/pass/收购 云岭电机有限公司/nsubj/收购 收购/root/0",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="passive with 被, SD",
    ),
    pytest.param(
        f"{OTHER}去年被{FIRM}收购。",
        "沐禾材料有限公司/nsubj:pass/收购 去年/obl:tmod/收购 被/case/云岭电机有限公司 云岭电机有限公司/obl:agent/收购 收购/root/0",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="passive with 被, UD",
    ),
    pytest.param(
        f"[闽东电机研究院|Organization/research_institute]由{FIRM}与[福州大学|Organization/university]共同出资设立。",
        "闽东电机研究院/nsubj/设立 由/case/福州大学 云岭电机有限公司/conj/福州大学 与/cc/福州大学 福州大学/nmod:prep/设立 共同/advmod/设立 "
        "出资/conj/设立 设立/ROOT/0",
        {
            "云岭电机有限公司 establishes 闽东电机研究院",
            "福州大学 establishes 闽东电机研究院",
            "云岭电机有限公司 cooperatesWith 福州大学",
        },
        id="由 before those who act",
    ),
    pytest.param(
        f"由{FIRM}投资3亿元的[闽东电机项目|Program/project]开工。",
        "由/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/投资 投资/acl/闽东电机项目 3亿元/range/投资 的/mark/投资 "
        "闽东电机项目/nsubj/开工 开工/ROOT/0",
        {"云岭电机有限公司 invests 闽东电机项目 3亿元"},
        id="a relative clause with 由",
    ),
    pytest.param(
        f"{FIRM}投资的[闽东电机项目|Program/project]开工。",
        "云岭电机有限公司/nsubj/投资 投资/rcmod/闽东电机项目 的/cpm/投资 闽东电机项目/nsubj/开工 开工/root/0",
        {"云岭电机有限公司 invests 闽东电机项目"},
        id="a relative clause of what it is done to",
    ),
    pytest.param(
        f"总部位于[福建省|Region/province][福安市|Region/county]的{FIRM}去年亏损。",
        "总部/nsubj/位于 位于/acl:relcl/云岭电机有限公司 福建省/nmod/福安市 福安市/obj/位于 的/mark:rel/位于 "
        "云岭电机有限公司/nsubj/亏损 去年/obl:tmod/亏损 亏损/root/0",
        set(),
        id="a relative clause with a subject of its own that is no name",
    ),
    pytest.param(
        f"位于[福建省|Region/province][福安市|Region/county]的{FIRM}去年亏损。",
        "位于/acl:relcl/云岭电机有限公司 福建省/nmod/福安市 福安市/obj/位于 的/mark:rel/位于 "
        "云岭电机有限公司/nsubj/亏损 去年/obl:tmod/亏损 亏损/root/0",
        {"云岭电机有限公司 locatedIn 福安市"},
        id="a relative clause of who acts, the innermost region",
    ),
    pytest.param(
        f"{FIRM}是一家好企业。该公司近日收购{OTHER}。",
        "该/det/公司 公司/nsubj/收购 近日/nmod:tmod/收购 收购/ROOT/0 沐禾材料有限公司/dobj/收购",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="该公司",
    ),
    pytest.param(
        f"{BANK}将向{FIRM}授信5300万元。",
        "海岚银行/nsubj/授信 将/advmod/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0 5300万元/range/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元 planned"},
        id="planned by an adverb",
    ),
    pytest.param(
        f"{BANK}计划向{FIRM}授信5300万元。",
        "海岚银行/nsubj/计划 计划/ROOT/0 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/xcomp/计划 5300万元/range/授信",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元 planned"},
        id="planned by the verb above",
    ),
    pytest.param(
        f"{BANK}不向{FIRM}授信。",
        "海岚银行/nsubj/授信 不/neg/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0",
        {"海岚银行 grantsCredit 云岭电机有限公司 denied"},
        id="denied by the parse",
    ),
    pytest.param(
        f"{BANK}未向{FIRM}授信。",
        "海岚银行/nsubj/授信 未/advmod/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0",
        {"海岚银行 grantsCredit 云岭电机有限公司 denied"},
        id="denied by its words",
    ),
    pytest.param(
        f"如果{BANK}向{FIRM}授信，订单就能完成。",
        "如果/mark/授信 海岚银行/nsubj/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/advcl/完成 订单/nsubj/完成 "
        "能/aux:modal/完成 完成/ROOT/0",
        set(),
        id="supposed",
    ),
    pytest.param(
        f"{BANK}向{FIRM}授信了吗？",
        "海岚银行/nsubj/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0 了/aux:asp/授信 吗/discourse/授信",
        set(),
        id="asked",
    ),
    pytest.param(
        f"{BANK}建议{FIRM}收购{OTHER}。",
        "海岚银行/nsubj/建议 建议/ROOT/0 云岭电机有限公司/nsubj/收购 收购/ccomp/建议 沐禾材料有限公司/dobj/收购",
        set(),
        id="proposed",
    ),
    pytest.param(
        f"[福安市财政局|Organization/government]引导{BANK}向{FIRM}发放贷款3亿元。",
        "福安市财政局/nsubj/引导 引导/ROOT/0 海岚银行/dobj/引导 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/发放 "
        "发放/ccomp/引导 贷款/dobj/发放 3亿元/range/发放",
        set(),
        id="who makes others act does not act",
    ),
    pytest.param(
        f"{BANK}向{FIRM}的员工发放贷款3亿元。",
        "海岚银行/nsubj/发放 向/case/员工 云岭电机有限公司/nmod:assmod/员工 的/case/云岭电机有限公司 员工/nmod:prep/发放 发放/ROOT/0 "
        "贷款/dobj/发放 3亿元/range/发放",
        set(),
        id="a name that only describes the recipient",
    ),
    pytest.param(
        f"{FIRM}投资{OTHER}的竞争对手。",
        "云岭电机有限公司/nsubj/投资 投资/ROOT/0 沐禾材料有限公司/nmod:assmod/对手 的/case/沐禾材料有限公司 竞争/compound:nn/对手 "
        "对手/dobj/投资",
        set(),
        id="a name that only describes the object",
    ),
    pytest.param(
        f"{FIRM}的大客户收购{OTHER}。",
        "云岭电机有限公司/nmod:assmod/客户 的/case/云岭电机有限公司 大/amod/客户 客户/nsubj/收购 收购/ROOT/0 沐禾材料有限公司/dobj/收购",
        set(),
        id="a name that only describes the subject",
    ),
    pytest.param(
        f"{FIRM}将{OTHER}收购。",
        "云岭电机有限公司/nsubj/收购 将/aux:ba/收购 沐禾材料有限公司/dobj/收购 收购/ROOT/0",
        set(),
        id="what no frame of the schema reads",
    ),
    pytest.param(
        f"{OTHER}是{FIRM}的全资子公司。",
        "沐禾材料有限公司/nsubj/子公司 是/cop/子公司 云岭电机有限公司/nmod:assmod/子公司 的/case/云岭电机有限公司 全资/amod/子公司 "
        "子公司/ROOT/0",
        {"沐禾材料有限公司 subsidiaryOf 云岭电机有限公司"},
        id="a noun as predicate",
    ),
    pytest.param(
        f"{FIRM}（以下简称“云岭”）近日与[福州大学|Organization/university]签署战略合作协议。",
        "云岭电机有限公司/nsubj/签署 （/punct/云岭电机有限公司 以下/nmod/简称 简称/parataxis:prnmod/云岭电机有限公司 “/punct/简称 "
        "云岭/dobj/简称 ”/punct/简称 ）/punct/云岭电机有限公司 近日/nmod:tmod/签署 与/case/福州大学 福州大学/nmod:prep/签署 签署/ROOT/0 "
        "战略/compound:nn/协议 合作/compound:nn/协议 协议/dobj/签署",
        {"云岭电机有限公司 cooperatesWith 福州大学"},
        id="an aside behind a name",
    ),
    pytest.param(
        f"{FIRM}、{OTHER}等企业参加[中国机电博览会|Event]。",
        "云岭电机有限公司/conj/沐禾材料有限公司 、/punct/沐禾材料有限公司 沐禾材料有限公司/nmod/企业 等/etc/沐禾材料有限公司 企业/nsubj/参加 "
        "参加/root/0 中国机电博览会/dobj/参加",
        {"云岭电机有限公司 participatesIn 中国机电博览会", "沐禾材料有限公司 participatesIn 中国机电博览会"},
        id="甲、乙等企业",
    ),
    pytest.param(
        "[福安市|Region/county]加快淘汰[电机产业|Industry]。",
        "福安市/nsubj/淘汰 加快/advmod/淘汰 淘汰/ROOT/0 电机产业/dobj/淘汰",
        set(),
        id="a verb that no frame knows, beside an adverb that one does",
    ),
    pytest.param(
        "[福安市|Region/county]加快建设[电机产业|Industry]。",
        "福安市/nsubj/建设 加快/advmod/建设 建设/ROOT/0 电机产业/dobj/建设",
        {"福安市 developsIndustry 电机产业 ongoing"},
        id="a verb that a frame knows, beside an adverb that it knows too",
    ),
    pytest.param(
        f"{BANK}向{FIRM}提供授信支持5300万元。",
        "海岚银行/nsubj/提供 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/提供 提供/ROOT/0 授信/compound:nn/支持 支持/dobj/提供 "
        "5300万元/range/提供",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元"},
        id="a light verb",
    ),
    pytest.param(
        f"通过{BANK}向{FIRM}授信5300万元。",
        "通过/case/海岚银行 海岚银行/nmod:prep/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0 5300万元/range/授信",
        set(),
        id="a preposition that makes a name no subject",
    ),
    pytest.param(
        f"{OTHER}被{FIRM}收购后，投资[闽东电机项目|Program/project]。",
        "沐禾材料有限公司/nsubjpass/收购 被/auxpass/收购 云岭电机有限公司/nsubj/收购 收购/dep/投资 后/case/收购 ，/punct/投资 投资/ROOT/0 "
        "闽东电机项目/dobj/投资",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="no subject is shared upwards",
    ),
    pytest.param(
        f"{OTHER}被{FIRM}收购，并投资[闽东电机项目|Program/project]。",
        "沐禾材料有限公司/nsubjpass/收购 被/auxpass/收购 云岭电机有限公司/nsubj/收购 收购/ROOT/0 ，/punct/收购 并/advmod/投资 投资/conj/收购 "
        "闽东电机项目/dobj/投资",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司", "沐禾材料有限公司 invests 闽东电机项目"},
        id="the subject of a passive verb is shared",
    ),
    pytest.param(
        f"{BANK}不给{FIRM}提供贷款。",
        "海岚银行/nsubj/提供 不/advmod/提供 给/advcl/提供 云岭电机有限公司/obj/给 提供/root/0 贷款/obj/提供",
        {"海岚银行 lendsTo 云岭电机有限公司 denied"},
        id="给 as a verb, 不 as any adverb, UD",
    ),
    pytest.param(
        f"{FIRM}与[福州大学|Organization/university]近日签署战略合作协议。",
        "云岭电机有限公司/conj/福州大学 与/cc/福州大学 福州大学/nsubj/签署 近日/nmod:tmod/签署 签署/ROOT/0 战略/compound:nn/协议 "
        "合作/compound:nn/协议 协议/dobj/签署",
        {"云岭电机有限公司 cooperatesWith 福州大学"},
        id="甲与乙, by the parse one subject",
    ),
    pytest.param(
        f"{FIRM}收购{OTHER}等企业的债权。",
        "云岭电机有限公司/nsubj/收购 收购/ROOT/0 沐禾材料有限公司/nmod/企业 等/etc/沐禾材料有限公司 企业/nmod:assmod/债权 的/case/企业 债权/dobj/收购",
        set(),
        id="等企业 that only describes the object",
    ),
]


@pytest.mark.parametrize(("marked", "tree", "wanted"), TREES)
def test_what_dependencies_claim(marked: str, tree: str, wanted: set[str]) -> None:
    assert shown(by_tree(marked, tree)) == wanted


ROLES = [
    pytest.param(
        f"{BANK}昨日向{FIRM}授信5300万元。",
        "授信: ARG0 海岚银行; ARGM-TMP 昨日; ARG2 向云岭电机有限公司; ARG1 5300万元",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元"},
        id="recipient",
    ),
    pytest.param(
        f"{BANK}昨日向{FIRM}授信共计5300万元。",
        "授信: ARG0 海岚银行; ARGM-TMP 昨日; ARGM-BNF 向云岭电机有限公司",
        {"海岚银行 grantsCredit 云岭电机有限公司 5300万元"},
        id="a sum in no role",
    ),
    pytest.param(
        f"{BANK}累计为{FIRM}、{OTHER}提供3亿元贷款。",
        "提供: ARG0 海岚银行; ARGM-ADV 累计; ARG2 为云岭电机有限公司、沐禾材料有限公司; ARG1 3亿元贷款",
        {"海岚银行 lendsTo 云岭电机有限公司 3亿元", "海岚银行 lendsTo 沐禾材料有限公司 3亿元"},
        id="a list",
    ),
    pytest.param(
        f"{OTHER}被{FIRM}收购。",
        "收购: ARG1 沐禾材料有限公司; ARG0 云岭电机有限公司",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="passive",
    ),
    pytest.param(
        f"由{FIRM}投资3亿元的[闽东电机项目|Program/project]开工。",
        "投资: ARG0 由云岭电机有限公司; ARGM-EXT 3亿元; ARG1 闽东电机项目\n开工: ARG0 由云岭电机有限公司投资3亿元的闽东电机项目",
        {"云岭电机有限公司 invests 闽东电机项目 3亿元"},
        id="a relative clause with 由",
    ),
    pytest.param(
        f"由{FIRM}投资的[闽东电机项目|Program/project]开工。",
        "投资: ARG0 云岭电机有限公司; ARG1 闽东电机项目",
        {"云岭电机有限公司 invests 闽东电机项目"},
        id="由 in no role",
    ),
    pytest.param(
        f"{FIRM}投资的[闽东电机项目|Program/project]开工。",
        "投资: ARG0 云岭电机有限公司; ARG1 闽东电机项目",
        {"云岭电机有限公司 invests 闽东电机项目"},
        id="a relative clause of what it is done to",
    ),
    pytest.param(
        f"生产[“云岭”牌水泵|Product]的{FIRM}去年亏损。",
        "生产: ARG1 “云岭”牌水泵; ARG0 云岭电机有限公司",
        {"云岭电机有限公司 produces “云岭”牌水泵"},
        id="a relative clause of who acts",
    ),
    pytest.param(
        f"{FIRM}是一家好企业。该公司近日收购了{OTHER}。",
        "收购: ARG0 该公司; ARGM-TMP 近日; ARG1 沐禾材料有限公司",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司"},
        id="该公司",
    ),
    pytest.param(
        f"{FIRM}去年发布公告，收购位于[福安市|Region/county]的{OTHER}。",
        "发布: ARG0 云岭电机有限公司; ARGM-TMP 去年; ARG1 公告\n"
        "收购: ARG0 云岭电机有限公司; ARG1 位于福安市的沐禾材料有限公司\n位于: ARG1 福安市; ARG0 沐禾材料有限公司",
        {"云岭电机有限公司 holdsShareOf 沐禾材料有限公司", "沐禾材料有限公司 locatedIn 福安市"},
        id="clauses that share a subject",
    ),
    pytest.param(
        f"{BANK}拒绝向{FIRM}授信。",
        "授信: ARG0 海岚银行; ARG2 向云岭电机有限公司",
        {"海岚银行 grantsCredit 云岭电机有限公司 denied"},
        id="denied by its words",
    ),
    pytest.param(
        f"{FIRM}近日与[福州大学|Organization/university]签署战略合作协议。",
        "签署: ARG0 云岭电机有限公司; ARGM-TMP 近日; ARGM-CRD 与福州大学; ARG1 战略合作协议",
        {"云岭电机有限公司 cooperatesWith 福州大学"},
        id="the other party of a deed",
    ),
    pytest.param(
        f"{BANK}讨论向{FIRM}授信5300万元。",
        "讨论: ARG0 海岚银行; ARG1 向云岭电机有限公司授信5300万元\n授信: ARG2 向云岭电机有限公司; ARG1 5300万元",
        set(),
        id="what a verb says of a clause is not what the clause says",
    ),
    pytest.param(
        f"{BANK}支持{FIRM}加快发展。",
        "支持: ARG0 海岚银行; ARG1 云岭电机有限公司加快发展\n发展: ARG0 云岭电机有限公司; ARGM-ADV 加快",
        {"海岚银行 supports 云岭电机有限公司"},
        id="a verb that takes a clause",
    ),
    pytest.param(
        f"{BANK}不再向{FIRM}授信。",
        "授信: ARG0 海岚银行; ARGM-NEG 不再; ARG2 向云岭电机有限公司",
        {"海岚银行 grantsCredit 云岭电机有限公司 denied"},
        id="denied by a role",
    ),
    pytest.param(
        f"{BANK}希望向{FIRM}授信。", "授信: ARG0 海岚银行; ARG2 向云岭电机有限公司", set(), id="only hoped for"
    ),
    pytest.param(
        f"{BANK}董事长向{FIRM}授信5亿元。",
        "授信: ARG0 海岚银行董事长; ARG2 向云岭电机有限公司; ARG1 5亿元",
        set(),
        id="a name that only describes who acts",
    ),
]


@pytest.mark.parametrize(("marked", "predicates", "wanted"), ROLES)
def test_what_semantic_roles_claim(marked: str, predicates: str, wanted: set[str]) -> None:
    assert shown(claims(marked, roles(parse(marked)[0], predicates))) == wanted


def test_what_a_claim_rests_on() -> None:
    (claim,) = by_tree(
        f"{FIRM}是一家好企业。该公司2025年5月收购{OTHER}。",
        "该/det/公司 公司/nsubj/收购 2025年5月/nmod:tmod/收购 收购/ROOT/0 沐禾材料有限公司/dobj/收购",
    )
    assert claim.reader == "relate_test:share-of"
    assert [evidence.quote for evidence in claim.evidence] == [
        "该公司2025年5月收购沐禾材料有限公司。",
        "云岭电机有限公司是一家好企业。",
    ]
    assert [(one.name, one.text) for one in claim.qualifiers] == [("date", "2025年5月")]
    assert claim.score == round(0.88 * 0.85, 4)  # the frame's, and the reference's


def test_a_predicate_of_a_users_own_schema_is_read_too() -> None:
    tests = replace(SCHEMA.predicates["uses"], name="tests", zh="试用")
    frame = FrameSource("test-product", "tests", "{subject}…(?:试用|测试)了?{object:list}", (), (), True, 0.8)
    own = replace(SCHEMA, predicates={**SCHEMA.predicates, "tests": tests}, frames=(frame,))
    text = f"{FIRM}去年在福州的车间里试用了[云岭一号|Product]。"
    tree = (
        "云岭电机有限公司/nsubj/试用 去年/nmod:tmod/试用 在/case/车间 福州/nmod/车间 的/case/福州 车间/nmod:prep/试用 里/case/车间 "
        "试用/ROOT/0 了/aux:asp/试用 云岭一号/dobj/试用"
    )
    read = referred(text)
    stage = ParseStage(
        Reader.of(own, "relate_test", 1.0),
        lambda words, parts, counts: [from_dependencies(tokens(words, tree), words) for _ in parts],
        1000,
    )
    assert shown(stage([read])[0].claims) == {"云岭电机有限公司 tests 云岭一号"}


@pytest.mark.parametrize(
    ("heads", "wanted"),
    [
        ([], None),
        ([ROOT, 0, 0], None),
        ([ROOT, 0, ROOT], None),  # two sentences in one
        ([1, 2, 0], "no root"),
        ([ROOT, 2, 1], "a circle"),
        ([ROOT, 1], "a circle"),
        ([ROOT, 9], "a head that is no word"),
        ([ROOT, -7], "a head that is no word"),
    ],
)
def test_heads_that_are_no_tree_are_left_out_and_counted(heads: list[int], wanted: str | None) -> None:
    read = [Token(Span(at, at + 1), head, "dep") for at, head in enumerate(heads)]
    counts: Counter[str] = Counter()
    assert fault(read) == wanted
    assert readable(read, counts) == (wanted is None)
    assert counts[f"sentences left out: {wanted}"] == (wanted is not None)


def test_labels_of_no_set_and_words_without_a_place_are_counted() -> None:
    counts: Counter[str] = Counter()
    read = [Token(None, ROOT, "root"), Token(Span(0, 1), 0, "SBV"), Token(Span(1, 2), 0, "nsubj:outer")]
    assert readable(read, counts)
    assert from_dependencies(read, "公司") == []
    assert (counts["words with an unknown label"], counts["words without a place"]) == (1, 1)


def test_places_of_words_that_were_changed_are_unknown() -> None:
    part, places = Span(10, 20), [(0, 2), (2, None), (None, 5), (5, 6)]
    assert placed(part, places, 0, 1) == Span(10, 12)
    assert placed(part, places, 1, 3) == Span(12, 15)
    assert placed(part, places, 0, 2) is None
    assert placed(part, places, 3, 5) is None
    assert placed(part, places, 2, 2) is None


LABELS = ("nsubj", "dobj", "nmod:prep", "conj", "acl", "ccomp", "case", "dep", "punct", "cop", "neg", "xyz", "advmod")
MARKED = f"{BANK}向位于[福安市|Region/county]的{FIRM}、{OTHER}授信5亿元，收购了{OTHER}（云岭）51%的股权。"


@given(st.data())
def test_any_tree_makes_claims_that_stand_in_the_text_or_none(data: st.DataObject) -> None:
    """Heads and labels at random, words that cut names: nothing is raised, and what comes out passes the schema."""
    text, _ = parse(MARKED)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), max_size=30)))
    spans = [Span(start, end) for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    places: list[Span | None] = [data.draw(st.sampled_from([span, span, span, None])) for span in spans]
    heads = [data.draw(st.integers(ROOT, at - 1)) for at in range(len(spans))]
    order = data.draw(st.permutations(range(len(spans))))  # any tree: the words of one that grows, in any order
    read = [Token(None, ROOT, "dep")] * len(spans)
    for at, head in enumerate(heads):
        label = data.draw(st.sampled_from(LABELS))
        read[order[at]] = Token(places[order[at]], order[head] if head != ROOT else ROOT, label)
    assert fault(read) is None
    for claim in claims(MARKED, from_dependencies(read, text)):
        assert not isinstance(claim.object, str)
        assert SCHEMA.allows(claim.predicate, claim.subject.type, claim.object.type)
        assert claim.evidence[0].quote == text[claim.evidence[0].span.start : claim.evidence[0].span.end]
        assert 0 <= claim.score <= 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("ARG0", "ARG1", "ARG2", "ARGM-ADV", "ARGM-LOC", "XX")),
            st.integers(0, 60),
            st.integers(1, 30),
        )
    )
)
def test_any_roles_make_claims_or_none(drawn: list[tuple[str, int, int]]) -> None:
    text, _ = parse(MARKED)
    told = [(label, Span(start, min(start + size, len(text)))) for label, start, size in drawn if start < len(text)]
    for verb in ("授信", "收购", "位于", "的"):
        at = text.index(verb)
        claims(MARKED, [from_roles(Span(at, at + len(verb)), told, text)])


def test_why_two_names_are_not_joined() -> None:
    read = referred(f"{BANK}向{FIRM}授信5亿元，{OTHER}亏损。")
    text = read.article.text
    tree = "海岚银行/nsubj/授信 向/case/云岭电机有限公司 云岭电机有限公司/nmod:prep/授信 授信/ROOT/0 5亿元/range/授信 ，/punct/授信 沐禾材料有限公司/nsubj/亏损 亏损/conj/授信"

    def parser(text: str, parts: Sequence[Span], counts: Counter[str]) -> list[list[Predication]]:
        return [from_dependencies(tokens(text, tree, part.start), text) for part in parts]

    stage = ParseStage(READER, parser, 1000)
    bank, firm, other = read.mentions
    assert stage.explain(read, bank, firm, "lendsTo") == [
        ("parse", "both belong to 授信; a frame of lendsTo must read such a clause")
    ]
    assert stage.explain(read, bank, other, "lendsTo") == [
        ("parse", "no verb of the sentence has both as its arguments")
    ]
    assert stage.explain(read, bank, text, "statistic") == []

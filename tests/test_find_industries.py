"""Golden sentences of the finder of industries, and what is known about their names."""

from itertools import pairwise

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.industries import branches, cut, edge_words, find_start, industry_core, tail_end
from kg.model import Mention, Span
from kg.resources import read_rows
from kg.stages import find_industries, settle
from kg.weighing import score, weights

FOUND = [
    # branches of the lexicon
    "该市大力发展[数字经济|Industry]。",
    "推动[集成电路|Industry]、[生物医药|Industry]和[人工智能|Industry]等领域加快发展。",
    "加快发展[先进制造业|Industry]、[现代服务业|Industry]。",
    "布局[具身智能|Industry]和[低空经济|Industry]。",
    # with a tail, and before a noun that is no part of the name
    "做强[新能源汽车产业链|Industry]。",
    "全市[纺织鞋服产业|Industry]实现产值近千亿元。",
    "[钢铁行业|Industry]效益回升。",
    "走访多家[医药|Industry]企业。",
    "当地的[餐饮|Industry]企业纷纷开门迎客。",
    "聚焦[汽车|Industry]、[新材料|Industry]、[电子信息|Industry]等产业。",
    # words that no lexicon has, before a tail
    "香芋种植户多了，[香芋产业|Industry]壮大了。",
    "推动[竹产业|Industry]发展。",
    # words that grow a name
    "发展[绿色化工|Industry]、[高端装备制造|Industry]等产业。",
]

NOT_FOUND = [
    "他买了一辆汽车。",
    "早餐是咖啡和牛奶。",
    "推动传统产业转型升级。",
    "战略性新兴产业增长较快。",
    "工业和农业都很重要。",
    "会议在酒店召开，大家一起看电影。",
    "相关产业的企业。",
    "一二三产业融合。",
    "",
]


def marked(text: str) -> str:
    (found,) = settle.make()(find_industries.make()([reading(text)]))
    return show(text, found.mentions)


@pytest.mark.parametrize("row", FOUND)
def test_found(row: str) -> None:
    assert marked(parse(row)[0]) == row


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert marked(text) == text


def test_mentions_found_before_are_kept() -> None:
    before = Mention(Span(0, 4), "数字经济", "Organization", "other", "somebody", 0.5)
    (read,) = find_industries.make()([reading("数字经济企业。", (before,))])
    assert read.mentions[0] is before


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("新能源汽车产业链", "新能源汽车"),
        ("新能源汽车产业", "新能源汽车"),
        ("新能源汽车", "新能源汽车"),
        ("汽车行业", "汽车"),
        ("电子信息产业集群", "电子信息"),
        ("先进制造业", "先进制造"),
        ("装备制造业", "装备制造"),
        ("人工智能领域", "人工智能"),
        ("物流业", "物流"),
        ("林业", "林业"),
        ("种业", "种业"),
        ("产业", "产业"),
    ],
)
def test_core(name: str, core: str) -> None:
    assert industry_core(name) == core


def test_cores_of_different_branches_differ() -> None:
    assert industry_core("新能源汽车产业") != industry_core("汽车产业")


@given(st.text())
def test_a_core_is_the_beginning_of_its_name(name: str) -> None:
    assert name.startswith(industry_core(name))


@pytest.mark.parametrize(("text", "end"), [("产业链上", 3), ("产业园", 0), ("产业化", 0), ("行业协会", 0), ("企业", 0)])
def test_tail(text: str, end: int) -> None:
    assert tail_end(text, 0) == end


def test_words_that_the_dictionary_glues_are_cut() -> None:
    assert cut("推动汽车产业发展").words == ["推动", "汽车", "产业", "发展"]


def test_a_name_begins_behind_the_words_that_no_name_holds() -> None:
    text = "推动传统香芋产业"
    assert text[find_start(cut(text), text.index("产业")) :] == "香芋产业"


def test_lexicons_hold_what_their_headers_say() -> None:
    assert set(branches().values()) == {"branch", "word", "mined", "vague"}
    assert all(len(name) > 1 for name in branches())
    for file in ("industries.tsv", "industry_mined.tsv"):
        names = [row[0] for row in read_rows("lexicons", file)]
        assert all(first < second for first, second in pairwise(names))
    edges = edge_words()
    assert not edges.stop & (edges.inside | edges.modifier)


@pytest.mark.parametrize("kind", ["industry", "event", "product"])
def test_weights_make_scores(kind: str) -> None:
    odds = weights(kind)
    best, worst = max(odds, key=lambda f: odds[f]), min(odds, key=lambda f: odds[f])
    assert 0 < score(kind, [worst]) < score(kind, ["no such feature"]) < score(kind, [best]) < 1


PIECES = st.sampled_from(
    ["新能源", "汽车", "产业", "产业链", "、", "等", "领域", "和", "医药", "企业", "绿色", "化工", "制造", "业", "，",
     "发展", "。", "\n", "A", "5", "“", "）", "数字经济", "行业协会", "\x00", "𠮷"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_mentions_quote_the_text(text: str) -> None:
    (read,) = find_industries.make()([reading(text)])
    for mention in read.mentions:
        assert mention.text == text[mention.span.start : mention.span.end]
        assert mention.type == "Industry"
        assert mention.subtype is None
    for first, second in pairwise(read.mentions):
        assert first.span.end <= second.span.start

from dataclasses import replace

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Mention, Reading, Span
from kg.registry import find_stage
from kg.schema import load_schema
from kg.stages.find_organizations import make

FIND = make()

# Regions are marked as they come from the stage before; what lies inside an organization's mark is given as a region
# where it stands behind @.
ROWS = [
    # full names: the region inside belongs to them, the region outside does not
    "走进[宁德市蕉城区思客琦智能装备有限公司|Organization/company]@宁德市@蕉城区的生产车间",
    "位于[宁德市|Region/prefecture][蕉城区|Region/county]的[思客琦智能装备有限公司|Organization/company]",
    "[中国图书进出口(集团)有限公司|Organization/company]主办",
    "记者从[福建亚南电机有限公司|Organization/company]@福建获悉",
    "授信对象为[福建亚南电机有限公司|Organization/company]@福建、[宁德东湖机械有限公司|Organization/company]@宁德",
    # government bodies keep their region; conjunctions inside their names
    "[北京市经济和信息化局|Organization/government]@北京市发布通知",
    "[福建省工业和信息化厅|Organization/government]@福建省和[福建省财政厅|Organization/government]@福建省联合印发",
    "[福州市人力资源和社会保障局|Organization/government]@福州市介绍",
    "据[市工信局|Organization/government]介绍，[县农业农村局|Organization/government]已行动",
    "[省发改委|Organization/government]、[国家发改委|Organization/government]、[工信部|Organization/government]支持",
    "[福建省委|Organization/party]@福建、[省政府|Organization/government]要求",
    "由[省商务厅|Organization/government]主办",
    "[北京市委|Organization/party]@北京市常委",
    "[全国人大|Organization/government]代表、[国务院|Organization/government]和[央行|Organization/financial_institution]",
    # a department in front of a title belongs to the title
    "[福建省水利厅|Organization/government]@福建省党组书记说",
    # banks and their branches
    "[建设银行湖北分行|Organization/financial_institution]@湖北行长",
    "[兴业银行泉州分行|Organization/financial_institution]@泉州投放贷款",
    "[国网乌鲁木齐供电公司|Organization/company]@乌鲁木齐介绍",
    # other kinds
    "[厦门大学|Organization/university]@厦门、[福建省农业科学院|Organization/research_institute]@福建省",
    "[福建省电机行业协会|Organization/association]@福建省会长",
    "[福建日报|Organization/media]@福建讯",
    "[中国银行业协会|Organization/association]@中国表示",
    "[世界中餐业联合会|Organization/association]主办",
    # firms called by a coined word and the word of their trade
    "其中，[腾顺锂业|Organization/company]、[瑞朔科技|Organization/company]涨停",
    # no mentions
    "发展锂业、科技产业，向小微企业提供信息",
    "该公司与一家银行、各级政府和有关部门签约，企业、商会、多家银行参加",
    "本公司、某公司、保险公司、物流公司和科技公司",
    "优化产业布局，打开新格局，举办大局",
    "大学生来到证券市场，银行业增长",
]


def _given(row: str) -> tuple[str, tuple[Mention, ...], tuple[Mention, ...]]:
    """Text, the regions to hand in, and the organizations to find."""
    inner: list[str] = []
    marked = row
    while "@" in marked:
        at = marked.index("@")
        end = next((i for i in range(at + 1, len(marked)) if not _is_named(marked[at + 1 : i + 1])), len(marked))
        inner.append(marked[at + 1 : end])
        marked = marked[:at] + marked[end:]
    text, mentions = parse(marked)
    regions = [m for m in mentions if m.type == "Region"]
    organizations = tuple(m for m in mentions if m.type == "Organization")
    for name in dict.fromkeys(inner):
        for organization in organizations:
            start = organization.text.find(name)
            if start >= 0:
                begin = organization.span.start + start
                regions.append(Mention(Span(begin, begin + len(name)), name, "Region", LEVELS.get(name), "gold", 1.0))
    return text, tuple(sorted(set(regions), key=lambda m: m.span)), organizations


LEVELS = {
    "宁德市": "prefecture", "蕉城区": "county", "福建": "province", "宁德": "prefecture", "北京市": "province",
    "福建省": "province", "福州市": "prefecture", "湖北": "province", "泉州": "prefecture", "乌鲁木齐": "prefecture",
    "厦门": "prefecture", "中国": "country",
}  # fmt: skip


def _is_named(prefix: str) -> bool:
    return any(name.startswith(prefix) for name in LEVELS)


def _plain(found: Reading) -> tuple[Mention, ...]:
    return tuple(
        replace(m, finder="gold", score=1.0) for m in found.mentions if m.type == "Organization" and m.finder != "gold"
    )


@pytest.mark.parametrize("row", ROWS)
def test_golden(row: str) -> None:
    text, regions, expected = _given(row)
    found = FIND([reading(text, regions)])[0]
    assert show(text, _plain(found)) == show(text, expected)


SHORT = [
    "[福建亚南电机有限公司|Organization/company](以下简称“[亚南电机|Organization/company]”)成立。[亚南电机|Organization/company]投产。",
    "[卡尔美体育用品有限公司|Organization/company]成立，[卡尔美|Organization/company]说",
    "[思客琦智能装备有限公司|Organization/company]投产。[思客琦|Organization/company]获授信。",
    "[腾顺机电集团|Organization/company](下称“[腾顺|Organization/company]”)说，[腾顺|Organization/company]将扩产",
]


@pytest.mark.parametrize("row", SHORT)
def test_short_forms_are_found_where_the_full_name_stands(row: str) -> None:
    text, expected = parse(row)
    assert show(text, _plain(FIND([reading(text)])[0])) == show(text, expected)


def test_a_short_form_needs_its_full_name() -> None:
    assert _plain(FIND([reading("思客琦获授信。")])[0]) == ()


def test_earlier_mentions_are_kept_and_scores_tell_the_evidence() -> None:
    text, regions, _ = _given(
        "[福建亚南电机有限公司|Organization/company]@福建和[工商银行|Organization/financial_institution]"
    )
    found = FIND([reading(text, regions)])[0].mentions
    assert found[: len(regions)] == regions
    assert [(m.text, m.score, m.finder) for m in found[len(regions) :]] == [
        ("福建亚南电机有限公司", 0.95, "find_organizations"),
        ("工商银行", 0.85, "find_organizations"),
    ]


def test_the_stage_declares_what_it_needs() -> None:
    stage = find_stage("find_organizations")
    assert (stage.needs, stage.adds) == (("sentences", "mentions"), ("mentions",))
    assert stage.make(load_schema(), {})([]) == []


pieces = st.sampled_from(
    [
        "福建",
        "省",
        "财政局",
        "和",
        "（",
        "集团",
        ")",
        "有限公司",
        "思客琦",
        "\n",
        "的",
        "银行",
        "A",
        "1",
        "，",
        "市委",
        "𠮷",
        " ",
        "中国",
    ]
)
texts = st.one_of(st.text(max_size=40), st.lists(pieces, max_size=20).map("".join))


@given(
    texts.filter(lambda text: text.isprintable() or "\n" in text).filter(
        lambda t: t.encode("utf-8", "ignore").decode() == t
    )
)
def test_mentions_quote_the_text_and_do_not_overlap(text: str) -> None:
    mentions = FIND([reading(text)])[0].mentions
    last = 0
    for mention in mentions:
        assert mention.text == text[mention.span.start : mention.span.end]
        assert mention.span.start >= last
        assert mention.subtype in load_subtypes()
        last = mention.span.end


def load_subtypes() -> set[str]:
    return set(load_schema().types["Organization"].subtypes)


@given(st.lists(texts, max_size=3))
def test_one_article_does_not_change_the_next(batch: list[str]) -> None:
    safe = [text.encode("utf-8", "ignore").decode() for text in batch]
    together = FIND([reading(text) for text in safe])
    assert list(together) == [FIND([reading(text)])[0] for text in safe]

"""Golden sentences of the region finder."""

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Mention, Span
from kg.resources import read_rows
from kg.schema import load_schema
from kg.stages.find_regions import make

FOUND = [
    # divisions, one mention each
    "位于[福建省|Region/province][宁德市|Region/prefecture][蕉城区|Region/county]的项目。",
    "[泉州|Region/prefecture][晋江市|Region/county]的鞋业。",
    "落户[浙江|Region/province][义乌|Region/county]。",
    "走进[宁德|Region/prefecture][蕉城|Region/county]。",
    "[忻城县|Region/county]县长说。",
    "[抚顺|Region/prefecture]市长说。",
    "记者来到[阿坝州|Region/prefecture]采访。",
    "[内蒙古|Region/province]与[新疆|Region/province]的风电。",
    # former names
    "[襄樊市|Region/prefecture]的工厂。",
    "原[宣武区|Region/county]的老铺。",
    # towns and villages
    "来到[忻城县|Region/county][红渡镇|Region/township][六纳村|Region/village]采访。",
    "[城关区|Region/county][蔡公堂街道|Region/township]。",
    "[蕉城区|Region/county][三都镇|Region/township]的渔民。",
    # what was named once is found again, towns also by the bare name
    "[睢宁县|Region/county][沙集镇|Region/township]的网店，让[沙集|Region/township]出了名。",
    # zones
    "落户[济南高新区|Region/development_zone]。",
    "位于[北京经济技术开发区|Region/development_zone]。",
    "位于[中国牙谷|Region/development_zone]。",
    "[河北|Region/province][雄安新区|Region/development_zone]的建设。",
    "驶入[深圳坪山综合保税区|Region/development_zone]。",
    "在[中国(福建)自由贸易试验区|Region/development_zone]。",
    # a zone or site with a name of its own stands apart from a division's full name, one of a class alone does not
    "落户[晋江市|Region/county][紫帽山产业园|Region/development_zone]。",
    "落户[晋江市经济开发区|Region/development_zone]。",
    "走进[松溪县|Region/county][湛卢山景区|Region/site]。",
    "在[福安市|Region/county][湾坞镇|Region/township][白马工业区|Region/development_zone]。",
    # one proper name is enough
    "落户[金凤软件园|Region/development_zone]。",
    "打造[山东半岛城市群|Region/informal]，融入[长株潭都市圈|Region/informal]。",
    "[荆门|Region/prefecture][屈家岭遗址|Region/site]出土了文物。",
    # sites
    "抵达[广州南站|Region/site]。",
    "货物经[友谊关口岸|Region/site]出境。",
    "货物运抵[盐田港|Region/site]。",
    "建成[乌鲁木齐国际机场|Region/site]。",
    # countries, foreign places, informal regions
    "出口到[泰国|Region/country]、[印尼|Region/country]和[俄罗斯|Region/country]。",
    "航班飞往[曼谷|Region/prefecture]。",
    "[长三角|Region/informal]、[粤港澳大湾区|Region/informal]和[闽东|Region/informal]。",
    "[西部地区|Region/informal]与[东盟|Region/informal]的贸易。",
    # one character, where a word marks it
    "论坛在[京|Region/province]举行。",
]

NOT_FOUND = [
    "朝阳产业的安全与和平。",
    "推动区域合作，共享资源。",
    "全市和该县的开发区，我国的企业。",
    "建设创新平台。",
    "发展农村经济，走进乡镇。",
    "建成一座工业重镇。",
    "各街道加强管理。",
    "全球和全国的市场。",
    "企业加快入园。",
    "推动智慧口岸建设，各地的旅游景区和山区景区。",
    "建设特色集聚区和主题公园。",
    "",
]


@pytest.mark.parametrize("marked", FOUND)
def test_found(marked: str) -> None:
    text, expected = parse(marked)
    (read,) = make()([reading(text)])
    assert show(text, read.mentions) == show(text, expected)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    (read,) = make()([reading(text)])
    assert show(text, read.mentions) == text


def test_a_guarded_short_name_needs_its_full_name() -> None:
    (alone,) = make()([reading("青岛的同心公司。")])
    assert [m.text for m in alone.mentions] == ["青岛"]
    (told,) = make()([reading("同心县的枸杞。来自同心的客商。")])
    assert [m.text for m in told.mentions] == ["同心县", "同心"]


def test_mentions_found_before_are_kept() -> None:
    before = Mention(Span(0, 2), "福建", "Organization", "other", "somebody", 0.5)
    (read,) = make()([reading("福建某某公司。", (before,))])
    assert read.mentions[0] is before


def test_subtypes_are_those_of_the_schema() -> None:
    subtypes = load_schema().types["Region"].subtypes
    for _, subtype, *_ in read_rows("lexicons", "region_places.tsv"):
        assert subtype in subtypes
    for _, subtype, before in read_rows("lexicons", "region_heads.tsv"):
        assert subtype in subtypes
        assert before in ("name", "proper", "region")


PIECES = st.sampled_from(
    [
        "福建省",
        "宁德",
        "蕉城区",
        "红渡镇",
        "六纳村",
        "高新区",
        "产业园",
        "港",
        "站",
        "在京举行",
        "的",
        "，",
        "。",
        "\n",
        "𠮷",
        "A",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=20).map("".join))
def test_mentions_quote_the_text_and_never_overlap(text: str) -> None:
    (read,) = make()([reading(text)])
    last = 0
    for mention in read.mentions:
        assert text[mention.span.start : mention.span.end] == mention.text
        assert mention.span.start >= last
        assert mention.finder == "find_regions"
        last = mention.span.end

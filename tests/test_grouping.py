"""Which names of one article name one thing. Each row is an article's names of one type; bars part the groups."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.grouping import group_mentions
from kg.model import Article, Mention, Span
from kg.spelling import spelled_out, title_in_full, unmarked


def groups(type_: str, names: list[tuple[str, str | None]]) -> set[frozenset[str]]:
    text, mentions = "", []
    for name, subtype in names:
        mentions.append(Mention(Span(len(text), len(text) + len(name)), name, type_, subtype, "gold", 1.0))
        text += name + "。"
    article = Article(id="d/1", document="d", number=1, text=text)
    return {frozenset(one.text for one in group.mentions) for group in group_mentions(article, mentions)}


ORGANIZATIONS = [
    # one name written in two ways
    "海西银行贵州分行 = 海西银行贵州省分行",
    "海西银行股份有限公司福安支行 = 海西银行福安市支行",
    "宁夏商务厅 = 宁夏回族自治区商务厅",
    "蕉城区政府 = 宁德市蕉城区人民政府",
    "蕉城区人民政府 = 宁德市蕉城区政府",
    "福建省委 = 中共福建省委",
    "云岭-老挝产业园管委会 = 云岭—老挝产业园管理委员会",
    "国家发改委 = 国家发展改革委 = 国家发展和改革委员会",
    "证监会 = 中国证券监督管理委员会",
    "最高检 = 最高人民检察院",
    "西城区税局 = 北京市西城区税务局",
    "福州市松茶办 = 福州市松茶办公室",
    "海峡科大 = 海峡科技大学",
    "海西产业集团 = 海西产业集团有限公司 = 海西产业(集团)有限公司",
    "海西技术公司 | 海西技术股份有限公司 | 海西技术投资有限公司",
    "长春云岭创新中心 = 长春市云岭创新中心",
    "吉林财政厅 = 吉林省财政厅 | 吉林市财政局",
    "长沙县财政局 | 长沙财政局 = 长沙市财政局",
    "福州市财政局 | 厦门市财政局",
    "海西银行 | 海西银行福州分行",
    "海西产业集团有限公司 | 海西产业集团股份有限公司",
    # without place, issuer or parent
    "国资委 = 国务院国资委",
    "卫生署 = 特区政府卫生署",
    "松溪集团 = 泰国松溪集团",
    "示范区执委会 = 云岭示范区执委会",
    "云岭公司 = 海西云岭公司",
    "市政府 = 福州市人民政府",
    "市政府 | 福州市人民政府 | 厦门市人民政府",
    # firms
    "松澜 = 松澜技术有限公司",
    "松澜股份 = 松澜技术股份有限公司",
    "松澜股份 = 福建松澜半导体股份有限公司",
    "松澜 = 松澜乳业",
    "松澜 | 松澜金融有限公司",
    "松澜 | 松澜乳业 | 松澜重工",
    "松澜 | 松澜重工集团 | 松澜股份有限公司",
    "松澜集团 | 松澜集团牧业公司",
    "松澜集团 | 松澜重工集团",
    "松澜能源 | 松澜能源(茂名)有限公司",
    "松澜机场 | 松澜机场物流公司",
    "松澜医院 | 松澜医院股份有限公司",
    "松澜汽车有限公司 | 松澜汽车零部件集团",
    "松澜 = 松澜集团 | 松澜乳业 | 松澜重工",
    "海西日报 = 海西日报社",
]

OTHERS = [
    ("Program", "“百村千户工程” = ‘百村千户工程’"),
    ("Program", "青山•绿水线 = 青山·绿水线"),
    ("Program", "青龙山抽水蓄能电站 = 青龙山抽水蓄能电站项目"),
    ("Program", "“十五五”规划 = “十五五”规划纲要"),
    ("Program", "云岭风电项目 = 海西新能源云岭风电项目"),
    ("Program", "实施办法 = 松溪县数字经济实施办法"),
    ("Program", "意见 | 松溪县数字经济发展意见 | 松溪县智能制造发展意见"),
    ("Program", "福延高铁 = 福州至延平高铁"),
    ("Program", "云岭供水一期工程 | 云岭城乡供水二期工程"),
    ("Program", "云岭班列 | 云岭(厦门)班列"),
    ("Program", "产业贷 | 松溪香茶产业贷"),
    ("Program", "松溪县2019年工作方案 | 松溪县2020年工作方案"),
    ("Program", "税收征管法 = 中华人民共和国税收征收管理法"),
    ("Event", "“松茶-23”联合演练 = “松茶—23”联合演练"),
    ("Event", "云岭车展 = 2023云岭车展 = 第十九届云岭车展"),
    ("Event", "2023海西冰雪季 = 第十届海西冰雪季系列活动"),
    ("Event", "2022云岭车展 | 2023云岭车展"),
    ("Event", "第八届云岭车展 | 第九届云岭车展 | 云岭车展"),
    ("Event", "第136届广交会 = 第136届中国进出口商品交易会"),
    ("Event", "第七届云岭智能大会 | 第七届云岭智能大会新闻发布会"),
    ("Industry", "陶瓷产业 = 陶瓷工业 = 陶瓷"),
    ("Industry", "外贸 = 对外贸易"),
    ("Industry", "电商产业 = 电子商务"),
    ("Industry", "房地产 = 房地产业"),
    ("Industry", "香料香精 = 香精香料行业"),
    ("Industry", "茶机装备 = 茶机装备制造"),
    ("Industry", "汽车 | 新能源汽车 | 汽车制造"),
    ("Industry", "制造业 | 先进制造业"),
    ("Region", "云岭基地 = 云岭能源化工基地"),
    ("Region", "松澜 = 松澜合作区"),
    ("Region", "南亚 | 东南亚"),
    ("Person", "夏木尔 = 夏木尔·萨利姆"),
    ("Person", "萨利姆 | 夏木尔·萨利姆 | 阿里·萨利姆"),
    ("Product", "“松茶”1号 = 松茶1号"),
]


def check(type_: str, row: str, subtype: str | None = None) -> None:
    parts = [part.split(" = ") for part in row.split(" | ")]
    wanted = {frozenset(part) for part in parts}
    names = list(itertools.chain.from_iterable(parts))
    for order in (names, names[::-1]):
        assert groups(type_, [(name, subtype) for name in order]) == wanted


@pytest.mark.parametrize("row", ORGANIZATIONS)
def test_organizations(row: str) -> None:
    check("Organization", row)


@pytest.mark.parametrize(("type_", "row"), OTHERS)
def test_other_names(type_: str, row: str) -> None:
    check(type_, row)


def test_a_body_named_by_its_level_is_not_that_of_one_of_two_divisions() -> None:
    text = "福州和厦门。福州市政府说，市政府要求。"
    spans = [(0, 2, "Region"), (3, 5, "Region"), (6, 11, "Organization"), (13, 16, "Organization")]
    mentions = [
        Mention(Span(a, b), text[a:b], type_, "prefecture" if type_ == "Region" else "government", "gold", 1.0)
        for a, b, type_ in spans
    ]
    article = Article(id="d/1", document="d", number=1, text=text)
    assert len(group_mentions(article, mentions)) == 4
    assert len(group_mentions(article, [mentions[0], *mentions[2:]])) == 2


@pytest.mark.parametrize(
    ("marked", "count"),
    [
        ("中共松溪市委宣传部(松溪市版权局)", 2),
        ("松溪发展改革委(价格司)", 2),
        ("香港金融发展局(金发局)", 1),
        ("松澜智能装备有限公司(松澜)", 1),
    ],
)
def test_a_name_in_brackets_is_a_second_name_or_another_body(marked: str, count: int) -> None:
    first, second = marked.removesuffix(")").split("(")
    mentions = [
        Mention(Span(0, len(first)), first, "Organization", None, "gold", 1.0),
        Mention(Span(len(first) + 1, len(marked) - 1), second, "Organization", None, "gold", 1.0),
    ]
    assert len(group_mentions(Article(id="d/1", document="d", number=1, text=marked), mentions)) == count


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("南沙区政府", "南沙区人民政府"),
        ("农业银行贵州分行", "农业银行贵州省分行"),
        ("中共福建省委", "福建省委"),
        ("吉林财政厅", "吉林省财政厅"),
        ("吉林市财政局", "吉林市财政局"),
        ("香港特别行政区政府", "香港特区人民政府"),
        ("海西(集团)股份有限公司", "海西蒙古族藏族自治州集团股份有限公司"),
        ("和平区政府", "和平区人民政府"),
        ("工信部松茶研究所", "工业信息化部松茶研究所"),
    ],
)
def test_names_are_spelled_out(name: str, full: str) -> None:
    assert spelled_out(name) == full


def test_titles_are_spelled_out() -> None:
    assert unmarked("‘青山•绿水线’") == "青山·绿水线"
    assert title_in_full("Event", "第136届广交会") == "第136届中国进出口商品交易会"
    assert title_in_full("Program", "rcep") == "区域全面经济伙伴关系协定"
    assert title_in_full("Industry", "直播电商") == "直播电商"


TYPES = ["Organization", "Event", "Program", "Region", "Industry", "Person", "Product"]
PIECES = [
    "松澜",
    "福州",
    "市",
    "第八届",
    "2023年",
    "（",
    ")",
    "“",
    "·",
    "集团",
    "有限公司",
    "意见",
    "会",
    "产业",
    "政府",
    "-",
]


@given(
    st.sampled_from(TYPES),
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join), min_size=1, max_size=8),
)
def test_every_name_is_in_one_group_whatever_it_is(type_: str, names: list[str]) -> None:
    found = groups(type_, [(name, None) for name in names])
    assert sorted(name for group in found for name in group) == sorted(set(names))

"""The table of divisions, short and former names, and which division a name stands for."""

import lzma
import re
from pathlib import Path

import pytest
from golden import parse
from hypothesis import given
from hypothesis import strategies as st

from kg.region_names import is_generic, short_names, splits_class
from kg.regions import (
    ancestors,
    assign,
    candidates,
    division,
    division_names,
    divisions,
    full_path,
    is_inside,
    is_word,
    region_prefix,
)
from kg.resources import read_rows

LIST_2023 = Path(__file__).resolve().parents[2] / "shared" / "lists" / "regions_2023.tsv.xz"

# Differences from the list of the statistical bureau (2023), each with its reason.
ONLY_HERE = {
    "460302": "西沙区: the bureau lists the islands under a code of its own",
    "460303": "南沙区: likewise",
    "710000": "台湾省: outside the bureau's list",
    "810000": "香港特别行政区: likewise",
    "820000": "澳门特别行政区: likewise",
}
ONLY_THERE = {
    "110100", "120100", "310100", "500100", "500200",  # 市辖区, 县: no division, only a heading
    "419000", "429000", "469000", "659000",  # 省直辖县级行政区划: likewise
    "460321", "460322",  # 西沙群岛, 南沙群岛: districts since 2020
    "620201",  # 嘉峪关市 has no counties; the bureau counts it a second time as its own county
}  # fmt: skip


def test_table_is_sound() -> None:
    codes = [d.adcode for d in divisions()]
    assert len(codes) == len(set(codes))
    assert codes == sorted(codes)
    for d in divisions():
        assert re.fullmatch(r"\d{6}", d.adcode), d
        assert (d.parent is None) == (d.level == "province"), d
        if d.parent is not None:
            above = division(d.parent)
            assert d.adcode.startswith(above.adcode.rstrip("0")), d
            assert above.level == "province" if d.level == "prefecture" else above.level != "county", d


def test_table_is_complete() -> None:
    levels = [d.level for d in divisions()]
    assert levels.count("province") == 34
    assert levels.count("prefecture") == 333
    assert levels.count("county") == 2850


def test_changes_are_sound() -> None:
    present = {d.adcode for d in divisions()}
    for old, level, old_code, code, name, year, *how in read_rows("region_changes.tsv"):
        assert division(code).name == name, old
        assert level in ("prefecture", "county"), old
        assert old_code == code or old_code not in present, old
        assert 1980 <= int(year) <= 2023, old
        assert how in ([], ["merged"]), old
        assert division(code) in candidates(old), old


def test_table_agrees_with_the_list_of_2023() -> None:
    if not LIST_2023.exists():
        pytest.skip("the list of 2023 is not on this machine")
    theirs = {}
    with lzma.open(LIST_2023, "rt", encoding="utf-8") as lines:
        for line in lines:
            code, name, level, _ = line.rstrip("\n").split("\t")
            code = code.ljust(6, "0")
            if level in ("province", "city", "county") and not (level == "county" and code[4] == "7"):
                theirs[code] = name  # the zones that the bureau counts as counties have no code in GB/T 2260
    theirs.pop("code", None)
    ours = {d.adcode: d.name for d in divisions()}
    assert ours.keys() - theirs.keys() == ONLY_HERE.keys()
    assert theirs.keys() - ours.keys() == ONLY_THERE
    assert [code for code in ours.keys() & theirs.keys() if ours[code] != theirs[code]] == []


@pytest.mark.parametrize(
    ("adcode", "name", "level", "parent"),
    [
        ("350902", "蕉城区", "county", "350900"),
        ("429004", "仙桃市", "county", "420000"),  # directly under its province
        ("441900", "东莞市", "prefecture", "440000"),  # without counties
        ("460400", "儋州市", "prefecture", "460000"),
        ("110105", "朝阳区", "county", "110000"),
        ("659012", "白杨市", "county", "650000"),
        ("710000", "台湾省", "province", None),
    ],
)
def test_division(adcode: str, name: str, level: str, parent: str | None) -> None:
    found = division(adcode)
    assert (found.name, found.level, found.parent) == (name, level, parent)


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises(KeyError):
        division("999999")


def test_paths() -> None:
    assert ancestors("350902") == ("350900", "350000")
    assert full_path("350902") == "福建省宁德市蕉城区"
    assert is_inside("350902", "350000")
    assert is_inside("350902", "350902")
    assert not is_inside("350000", "350902")
    assert not is_inside("350902", "440000")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("福建省", ("福建",)),
        ("内蒙古自治区", ("内蒙古",)),
        ("广西壮族自治区", ("广西",)),
        ("新疆维吾尔自治区", ("新疆",)),
        ("香港特别行政区", ("香港",)),
        ("延边朝鲜族自治州", ("延边", "延边州")),
        ("伊犁哈萨克自治州", ("伊犁", "伊犁州")),
        ("恩施土家族苗族自治州", ("恩施", "恩施州")),
        ("长阳土家族自治县", ("长阳", "长阳县")),
        ("东乡族自治县", ("东乡", "东乡县")),
        ("鄂温克族自治旗", ("鄂温克",)),
        ("管城回族区", ("管城",)),
        ("浦东新区", ("浦东",)),
        ("清新区", ("清新",)),
        ("碑林区", ("碑林",)),
        ("神农架林区", ("神农架",)),
        ("锡林郭勒盟", ("锡林郭勒",)),
        ("大兴安岭地区", ("大兴安岭",)),
        ("蕉城区", ("蕉城",)),
        ("泸县", ()),  # never a stem of one character
        ("芒市", ()),
        ("城区", ()),
        ("杭锦旗", ()),
        ("井陉矿区", ()),
    ],
)
def test_short_names(name: str, short: tuple[str, ...]) -> None:
    assert short_names(name) == short


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("宁德市", ["350900"]),
        ("宁德", ["350900"]),
        ("鼓楼区", ["320106", "320302", "350102", "410204"]),
        ("襄樊市", ["420600"]),  # renamed
        ("襄樊", ["420600"]),
        ("宣武区", ["110102"]),  # merged
        ("龙海市", ["350604"]),  # a city made a district
        ("莱芜市", ["370116"]),  # a prefecture made a district
        ("柳州", ["450200"]),  # not 柳州地区, which is 来宾市 now
        ("思茅", ["530802"]),
        ("中国香港", ["810000"]),
        ("台湾地区", ["710000"]),
        ("京", ["110000"]),
        ("三体", []),
    ],
)
def test_candidates(name: str, codes: list[str]) -> None:
    assert sorted(d.adcode for d in candidates(name)) == codes


@pytest.mark.parametrize(
    ("marked", "codes"),
    [
        # juxtaposition
        ("[福建省|Region][宁德市|Region][蕉城区|Region]", ["350000", "350900", "350902"]),
        ("[泉州|Region][晋江市|Region]", ["350500", "350582"]),
        ("[吉林|Region][船营区|Region]", ["220200", "220204"]),
        ("[长春|Region][朝阳区|Region]", ["220100", "220104"]),
        ("[青海|Region][海南州|Region]", ["630000", "632500"]),
        ("[福州市|Region]的[鼓楼区|Region]", ["350100", "350102"]),
        # the standard reading of a short name
        ("[吉林|Region]与[海南|Region]", ["220000", "460000"]),
        ("[鞍山|Region]、[中山|Region]、[西安|Region]", ["210300", "442000", "610100"]),
        ("[南昌|Region]和[南昌县|Region]", ["360100", "360121"]),
        # the context, never a guess
        ("走进[鼓楼区|Region]", [None]),
        ("走进[朝阳|Region]", [None]),
        ("[福州市|Region]传来消息，[鼓楼区|Region]开工", ["350100", "350102"]),
        ("[北京|Region]传来消息，[朝阳|Region]开工", ["110000", "110105"]),
        ("[鼓楼区|Region]在[福州市|Region]", [None, "350100"]),
        ("[福州市|Region]、[南京市|Region]都有[鼓楼区|Region]", ["350100", "320100", None]),
        ("[南京市|Region][鼓楼区|Region]与[福州市|Region]；[鼓楼区|Region]", ["320100", "320106", "350100", "320106"]),
        # old names
        ("[襄樊市|Region]与[闸北区|Region]", ["420600", "310106"]),
        # no divisions
        ("[美国|Region]与[长三角|Region]", [None, None]),
    ],
)
def test_assign(marked: str, codes: list[str | None]) -> None:
    text, mentions = parse(marked)
    assert assign([(m.text, m.span.start, m.span.end) for m in mentions], text) == codes


def test_assign_nothing() -> None:
    assert assign([], "没有地名") == []


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("宁德市蕉城区思客琦智能装备有限公司", "宁德市蕉城区"),
        ("福建亚南电机", "福建"),
        ("福建省福安市某某电机有限公司", "福建省福安市"),
        ("泉州晋江某某鞋业", "泉州晋江"),
        ("广西壮族自治区南宁市发改委", "广西壮族自治区南宁市"),
        ("龙海市农村信用合作联社", "龙海市"),
        ("内蒙古某某乳业", "内蒙古"),
        ("长沙县财政局", "长沙县"),
        ("北京市场部", "北京"),
        ("东方电气", ""),  # a county-level city, but a word first
        ("海南东方某某公司", "海南东方"),
        ("中国银行", ""),  # countries do not count
        ("兴业银行", ""),
        ("京东", ""),
        ("", ""),
    ],
)
def test_region_prefix(name: str, prefix: str) -> None:
    assert name[: region_prefix(name)] == prefix


@given(st.text(alphabet="福建省宁德市蕉城区东方北京银行公司", max_size=20))
def test_region_prefix_is_a_length_within_the_name(name: str) -> None:
    assert 0 <= region_prefix(name) <= len(name)


@given(st.lists(st.sampled_from(["鼓楼区", "福州", "朝阳", "北京", "吉林", "美国", "襄樊市"]), max_size=8))
def test_assign_gives_only_bearers_of_the_name(surfaces: list[str]) -> None:
    text, names = "", []
    for surface in surfaces:
        names.append((surface, len(text), len(text) + len(surface)))
        text += surface + "，"
    codes = assign(names, text)
    assert len(codes) == len(names)
    for (surface, *_), code in zip(names, codes, strict=True):
        assert code is None or division(code) in candidates(surface)


def test_every_division_is_found_by_its_names() -> None:
    names = {name for name, _ in division_names()}
    for d in divisions():
        assert d.name in names
        assert d in candidates(d.name)
    assert all(len(name) > 1 for name in names)


def test_words_are_names_too() -> None:
    assert is_word("合作")
    assert not is_word("晋江")
    for (word,) in read_rows("lexicons", "region_words.tsv"):
        assert candidates(word), word


@pytest.mark.parametrize(
    ("text", "end", "splits"),
    [
        ("抚顺市长", 3, True),
        ("抚顺市市长", 3, False),
        ("北京市场", 3, True),
        ("海南区域", 3, True),
        ("福建省", 3, False),
    ],
)
def test_splits_class(text: str, end: int, splits: bool) -> None:
    assert splits_class(text, end) is splits


@pytest.mark.parametrize(
    ("stem", "head", "generic"),
    [("农", "村", True), ("六纳", "村", False), ("工业重", "镇", True), ("红渡", "镇", False), ("家", "乡", True)],
)
def test_is_generic(stem: str, head: str, generic: bool) -> None:
    assert is_generic(stem, head) is generic

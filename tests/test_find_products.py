"""Golden sentences of the finder of products."""

from itertools import pairwise

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Mention, Span
from kg.resources import read_rows
from kg.stages import find_products, find_regions, settle

FOUND = [
    # known names
    "国产大飞机[C919|Product]完成首飞。",
    "当地试点使用[数字人民币|Product]缴费。",
    # names with a number
    "[天问一号火星探测器|Product]升空。",
    # a place with its good
    "[五常大米|Product]是国家地理标志产品，[五常大米|Product]远销海外。",
    # a name in quotation marks, with what bears it
    "“[天工|Product]”机器人夺冠。",
    "当地推广“[金穗|Product]”牌大米。",
    # a work
    "电影《[海的那一边|Product]》上映。",
]

NOT_FOUND = [
    "他买了一部手机和一台电视。",
    "气温为20C，面积30km。",
    "大力弘扬“工匠精神”。",
    "第一号文件发布。",
    "发展5G网络。",
    "",
]


def marked(text: str) -> str:
    readings = find_products.make()(find_regions.make()([reading(text)]))
    (found,) = settle.make()(readings)
    return show(text, tuple(m for m in found.mentions if m.type == "Product"))


@pytest.mark.parametrize("row", FOUND)
def test_found(row: str) -> None:
    assert marked(parse(row)[0]) == row


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert marked(text) == text


def test_a_name_found_once_is_found_everywhere() -> None:
    assert marked("电影《海的那一边》上映，海的那一边票房不错。").count("[海的那一边|Product]") == 2


def test_a_known_name_is_no_part_of_a_longer_latin_word() -> None:
    assert marked("型号是XC9190。").count("[C919|") == 0


def test_mentions_found_before_are_kept() -> None:
    before = Mention(Span(0, 4), "C919", "Organization", "other", "somebody", 0.5)
    (read,) = find_products.make()([reading("C919首飞。", (before,))])
    assert read.mentions[0] is before


def test_lexicons_hold_what_their_headers_say() -> None:
    words = list(read_rows("lexicons", "product_words.tsv"))
    assert {role for _, role in words} == {"good", "thing", "make"}
    for rows in (words, list(read_rows("lexicons", "product_names.tsv"))):
        assert all(first < second for first, second in pairwise(rows))


PIECES = st.sampled_from(
    ["“", "”", "《", "》", "C919", "天问", "一号", "卫星", "五常", "大米", "品牌", "系统", "机器人",
     "A", "-", "7", "号",
     "®", "，", "。", "\n", "电影", "发射", "的", "\x00", "𠮷"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_mentions_quote_the_text(text: str) -> None:
    (read,) = find_products.make()(find_regions.make()([reading(text)]))
    products = [mention for mention in read.mentions if mention.type == "Product"]
    for mention in products:
        assert mention.text == text[mention.span.start : mention.span.end]
        assert mention.subtype is None
    assert len({mention.span for mention in products}) == len(products)

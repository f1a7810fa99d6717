"""Reprints are found whatever was changed around them; articles that only share a topic or a stock phrase are not."""

from collections.abc import Iterable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resolve.reprints import find_reprints, marks_of

BODY = (
    "宁德市蕉城区一家电机企业近日建成第三条智能生产线。",
    "企业负责人介绍，新生产线年产电机二十万台，产值预计超过六亿元。",
    "当地财政部门为项目提供了三百万元的设备补贴。",
    "下一步，企业将与两所高校共建联合实验室，研发高效节能电机。",
    "目前，该区已聚集电机及配套企业六十余家，从业人员超过八千人。",
)
OTHER = (
    "南平市的竹产业今年前三季度实现产值近九十亿元，同比增长一成。",
    "多家竹家居企业通过跨境电商把产品卖到三十多个国家和地区。",
    "当地计划在两年内改造竹山便道一千公里，降低采伐成本。",
)


def found_in(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    return find_reprints((article, marks_of(text)) for article, text in texts)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("".join(BODY), True),
        ("\n".join(BODY), True),
        ("本报宁德讯（记者 林知远）" + "\n".join(BODY) + "（责编：陈明）", True),
        ("".join(BODY).replace("，", ","), True),
        ("".join(BODY[:4]), True),
        ("".join(BODY[1:]) + OTHER[0], True),
        ("".join(BODY[:2]), False),
        ("".join(BODY[:3] + OTHER), False),
        ("".join(OTHER), False),
        ("", False),
    ],
)
def test_a_reprint(text: str, same: bool) -> None:
    found = found_in([("b", text), ("a", "".join(BODY))])
    assert found == ({"a": "a", "b": "a"} if same else {})


def test_short_texts_are_not_compared() -> None:
    assert found_in([("a", "编者按：敬请关注本报后续报道。"), ("b", "编者按：敬请关注本报后续报道。")]) == {}


def test_a_stock_phrase_makes_no_reprint() -> None:
    stock = "本报所载内容不构成投资建议并且读者据此操作风险自担，" * 4 + "谢谢各位读者。"
    assert found_in([(str(n), stock) for n in range(60)]) == {}


def test_reprints_of_reprints_are_one() -> None:
    cut = "".join(BODY[:4])
    longer = "".join(BODY) + "记者在现场看到，工人们正在调试最后一批设备。"
    found = found_in([("c", cut), ("b", "".join(BODY)), ("a", longer)])
    assert set(found.values()) == {"a"}


@given(st.lists(st.lists(st.sampled_from(BODY + OTHER), max_size=8).map("".join), max_size=5))
def test_order_does_not_matter(texts: list[str]) -> None:
    articles = [(str(number), text) for number, text in enumerate(texts)]
    answers = [list(found_in(order).items()) for order in permutations(articles)]
    assert all(answer == answers[0] for answer in answers)
    assert all(first <= article for article, first in answers[0])

"""Golden table of figures, and what holds of every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.quantities import find_quantities

ROWS = [
    ("引进企业350多家", [("350多家", "count")]),
    ("产值达1000亿元，同比增长8.5%", [("1000亿元", "money"), ("8.5%", "share")]),
    ("占地近20.5万平方米", [("近20.5万平方米", "measure")]),
    ("年产能不低于12万吨", [("不低于12万吨", "measure")]),
    ("服务群众超6亿人次", [("超6亿人次", "count")]),
    ("提高0.3个百分点", [("0.3个百分点", "share")]),
    ("国产化率达九成以上", [("九成以上", "share")]),
    ("约占全国的三分之一，近一半出口", [("三分之一", "share"), ("近一半", "share")]),
    ("投资额1.2万亿，户数200余万户", [("1.2万亿", "bare"), ("200余万户", "count")]),
    ("增产5%—10%，用工3至5人", [("5%—10%", "share"), ("3至5人", "count")]),
    ("超万家企业，数百家商户，十余家银行", [("超万家", "count"), ("数百家", "count"), ("十余家", "count")]),
    ("拥有两家工厂、十项专利", [("两家", "count"), ("十项", "count")]),
    ("运价0.18元/千立方米·公里", [("0.18元/千立方米·公里", "money")]),
    # a change is two figures, of which the second is found without the first
    ("从3.5万千瓦到16.1万千瓦", [("16.1万千瓦", "measure")]),
    # a word before the number that is no hedge of it
    ("签约15个项目，购物人数157万人次", [("15个", "count"), ("157万人次", "count")]),
    # ordinals, ranks, years, names of models and parts of other words
    ("第3届，前3位，2025年，GR-1，A100，五部门，三成员，万家灯火，五台山", []),
    ("目前3家投产", [("3家", "count")]),
    ("一批企业，一家工厂", []),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_figures_as_written(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(figure.text, figure.kind) for figure in find_quantities(text)] == expected


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("350多家", {"bound": "above", "unit": "家", "value": 350}),
        ("近20.5万平方米", {"bound": "below", "unit": "平方米", "value": 205000}),
        ("约1.5—2万亩", {"bound": "between", "unit": "亩", "value": 15000, "high": 20000}),
        ("超6亿元", {"bound": "above", "currency": "CNY", "value": 600000000}),
        ("３．５亿美元", {"bound": "exact", "currency": "USD", "value": 350000000}),
        ("四万余家", {"bound": "above", "unit": "家", "value": 40000}),
        ("数百家", {}),
        ("三分之一", {}),
    ],
)
def test_figures_in_numbers(text: str, normal: dict[str, str | int | float]) -> None:
    (figure,) = find_quantities(text)
    assert dict(figure.normal) == normal


@given(
    st.text(alphabet="0123456789.,第前超近约数十百千万亿两三余多以上家个元%成倍年月分之一从到至—（）A-", max_size=40)
)
def test_figures_are_in_order_and_quote_the_text(text: str) -> None:
    last = 0
    for figure in find_quantities(text):
        assert text[figure.span.start : figure.span.end] == figure.text
        assert figure.span.start >= last
        last = figure.span.end

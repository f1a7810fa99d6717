import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.money import find_amounts, read_numeral

ROWS = [
    ("授信审批5300万元", "5300万元", 53_000_000, "CNY", "exact"),
    ("提供超6亿元授信额度", "超6亿元", 600_000_000, "CNY", "above"),
    ("资金近500亿元", "近500亿元", 50_000_000_000, "CNY", "below"),
    ("规模约3000亿元", "约3000亿元", 300_000_000_000, "CNY", "about"),
    ("产值逾1.25万亿元", "逾1.25万亿元", 1_250_000_000_000, "CNY", "above"),
    ("收入1000多元", "1000多元", 1000, "CNY", "above"),
    ("补贴3亿余元", "3亿余元", 300_000_000, "CNY", "above"),
    ("收入2000元以上", "2000元以上", 2000, "CNY", "above"),
    ("投资1.5亿元左右", "1.5亿元左右", 150_000_000, "CNY", "about"),
    ("奖励最高2800万元", "最高2800万元", 28_000_000, "CNY", "below"),
    ("不低于1亿元", "不低于1亿元", 100_000_000, "CNY", "above"),
    ("贷款50亿元人民币", "50亿元人民币", 5_000_000_000, "CNY", "exact"),
    ("融资约1650亿美元", "约1650亿美元", 165_000_000_000, "USD", "about"),
    ("数十亿元", "数十亿元", 1_000_000_000, "CNY", "about"),
    ("上百亿元", "上百亿元", 10_000_000_000, "CNY", "about"),
    ("五百三十万元", "五百三十万元", 5_300_000, "CNY", "exact"),
    ("5,300,000元", "5,300,000元", 5_300_000, "CNY", "exact"),
    ("投资３．５亿元", "３．５亿元", 350_000_000, "CNY", "exact"),
    ("注册资本 2 亿元", "2 亿元", 200_000_000, "CNY", "exact"),
]


@pytest.mark.parametrize(("text", "words", "value", "currency", "bound"), ROWS, ids=[row[0] for row in ROWS])
def test_reads_value_currency_and_bound(text, words, value, currency, bound):
    (amount,) = find_amounts(text)
    assert amount.text.strip() == words
    assert dict(amount.normal) == {"value": value, "currency": currency, "bound": bound}


def test_reads_a_range():
    (amount,) = find_amounts("投资6.5亿元至7亿元")
    assert dict(amount.normal) == {"value": 650_000_000, "high": 700_000_000, "currency": "CNY", "bound": "between"}


def test_two_sums_in_one_sentence_stay_two():
    assert [amount.text for amount in find_amounts("授信5300万元，已投放1996万元")] == ["5300万元", "1996万元"]


@pytest.mark.parametrize(
    "text", ["第三产业", "300余家企业", "一体化", "万元", "元旦", "多元化发展", "二三元", "千亿级产业集群"]
)
def test_finds_no_sum_where_there_is_none(text):
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("十", 10), ("一百零五", 105), ("三千二百", 3200), ("一亿二千万", 120_000_000), ("百", 100), ("二三", None)],
)
def test_reads_chinese_numerals(numeral, value):
    assert read_numeral(numeral) == value


@given(st.text(alphabet="0123456789.,超近约万亿千百元美多余至-一二三十 授信", max_size=40))
def test_spans_hold_their_words(text):
    for amount in find_amounts(text):
        assert text[amount.span.start : amount.span.end] == amount.text

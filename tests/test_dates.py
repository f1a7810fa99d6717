import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dates import find_dates

ROWS = [
    ("去年产值", "去年", {"start": "2024-01-01", "end": "2024-12-31"}),
    ("2023年6月，", "2023年6月", {"start": "2023-06-01", "end": "2023-06-30"}),
    ("6月10日，", "6月10日", {"start": "2025-06-10", "end": "2025-06-10"}),
    ("2024年2月29日", "2024年2月29日", {"start": "2024-02-29", "end": "2024-02-29"}),
    ("2025—2027年", "2025—2027年", {"start": "2025-01-01", "end": "2027-12-31"}),
    ("到2027年，", "到2027年", {"end": "2027-12-31"}),
    ("截至今年4月底", "截至今年4月底", {"end": "2025-04-30"}),
    ("“十四五”时期以来", "“十四五”时期以来", {"start": "2021-01-01", "end": "2025-06-10"}),
    ("今年以来", "今年以来", {"start": "2025-01-01", "end": "2025-06-10"}),
    ("今年上半年", "今年上半年", {"start": "2025-01-01", "end": "2025-06-30"}),
    ("2024年第三季度", "2024年第三季度", {"start": "2024-07-01", "end": "2024-09-30"}),
    ("2027年底", "2027年底", {"start": "2027-12-01", "end": "2027-12-31"}),
    ("今年1至9月，", "今年1至9月", {"start": "2025-01-01", "end": "2025-09-30"}),
    ("1—11月份，", "1—11月份", {"start": "2025-01-01", "end": "2025-11-30"}),
    ("今年前三季度", "今年前三季度", {"start": "2025-01-01", "end": "2025-09-30"}),
    ("前5个月", "前5个月", {"start": "2025-01-01", "end": "2025-05-31"}),
    ("2024年全年", "2024年全年", {"start": "2024-01-01", "end": "2024-12-31"}),
    ("12月6日至8日，", "12月6日至8日", {"start": "2025-12-06", "end": "2025-12-08"}),
    ("10月27-29日", "10月27-29日", {"start": "2025-10-27", "end": "2025-10-29"}),
    ("去年11月8日至今年2月28日", "去年11月8日至今年2月28日", {"start": "2024-11-08", "end": "2025-02-28"}),
    ("12月31日至1月2日", "12月31日至1月2日", {}),
    ("今天（6月10日）", "今天（6月10日）", {"start": "2025-06-10", "end": "2025-06-10"}),
    ("昨日（9日）", "昨日（9日）", {}),
    ("10年来", "10年来", {}),
    ("国庆黄金周期间", "国庆黄金周期间", {}),
    ("近日，", "近日", {}),
    ("目前，", "目前", {}),
    ("2025年2月30日", "2025年2月30日", {}),
]


@pytest.mark.parametrize(("text", "words", "days"), ROWS, ids=[row[0] for row in ROWS])
def test_reads_the_days_that_are_certain(text, words, days):
    (date,) = find_dates(text, "2025-06-10")
    assert date.text == words
    assert dict(date.normal) == days


@pytest.mark.parametrize("reference", [None, "unknown", "10 June"])
def test_relative_dates_stay_unresolved_without_a_date(reference):
    (date,) = find_dates("去年产值", reference)
    assert (date.text, date.normal) == ("去年", ())


@pytest.mark.parametrize("text", ["产业链", "第三产业", "5日游", "100家企业", "十四五"[:2]])
def test_finds_no_time_where_there_is_none(text):
    assert find_dates(text, "2025-06-10") == []


@given(st.text(alphabet="0123456789年月日去今前后上下半“”十四五以来底截至到—-近目前第季度", max_size=30))
def test_spans_hold_their_words_and_days_are_in_order(text):
    for date in find_dates(text, "2025-06-10"):
        assert text[date.span.start : date.span.end] == date.text
        days = dict(date.normal)
        assert str(days.get("start", "")) <= str(days.get("end", "9999"))

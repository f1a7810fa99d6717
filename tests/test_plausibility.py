"""Figures that can hardly be right, and those that can. All figures and companies are invented."""

from dataclasses import replace

import pytest
from golden import parse
from sample_graph import Page, Row, page

from kg.dates import find_dates
from kg.graph import build_graph
from kg.model import Modality, Polarity, Qualifier
from kg.money import find_amounts
from kg.plausibility import Implausibility, implausible
from kg.quantities import find_quantities
from kg.resolve import resolve
from kg.schema import load_schema

CODES = {"福安市": "350981", "宁德市": "350900", "南平市": "350700", "福建省": "350000"}


def coded(one: Page) -> Page:
    document, readings = one
    return document, [
        replace(reading, groups=tuple(replace(group, adcode=CODES.get(group.name)) for group in reading.groups))
        for reading in readings
    ]


def found(*given: Page) -> list[Implausibility]:
    pages = [coded(one) for one in given]
    links = resolve(reading for _, readings in pages for reading in readings)
    return implausible(build_graph(pages, links, load_schema()))


def figure(
    path: str,
    region: str,
    value: str,
    indicator: str = "产值",
    date: str = "2024年",
    modality: Modality = "done",
    polarity: Polarity = "affirmed",
) -> Page:
    (quantity,) = find_quantities(value)
    said = (
        Qualifier("indicator", indicator),
        Qualifier("value", value, quantity.normal),
        *(Qualifier("date", one.text, one.normal) for one in find_dates(date, "2025-06-10")),
    )
    name, _, subtype = region.partition("/")
    row: Row = (name, "statistic", value, said, modality, polarity)
    return page(path, *parse(f"{date}[{name}|Region/{subtype}]{indicator}{value}。"), (row,))


CITY, COUNTY, PROVINCE = "宁德市/prefecture", "福安市/county", "福建省/province"


def test_a_county_above_its_prefecture() -> None:
    (one,) = found(figure("a.txt", COUNTY, "900亿元"), figure("b.txt", CITY, "500亿元"))
    assert one.kind == "part exceeds whole"
    assert one.message == "福安市, 产值 (2024年): 900亿元 exceeds the 500亿元 of 宁德市, of which it is a part"
    assert [fact.value for fact in one.facts] == ["900亿元", "500亿元"]


def test_a_county_above_its_province() -> None:
    assert len(found(figure("a.txt", COUNTY, "900亿元"), figure("b.txt", PROVINCE, "500亿元"))) == 1


def test_a_town_that_is_said_to_lie_in_a_city() -> None:
    city, town = "[宁德市|Region/prefecture]", "[云岭镇|Region/township]"
    text, mentions = parse(f"{city}{town}有企业90家。{city}有企业50家。")
    rows: list[Row] = []
    for name, value in (("云岭镇", "90家"), ("宁德市", "50家")):
        (quantity,) = find_quantities(value)
        said = Qualifier("indicator", "企业"), Qualifier("value", value, quantity.normal)
        rows.append((name, "statistic", value, said, "done", "affirmed"))
    placed: Row = ("云岭镇", "partOf", "宁德市", (), "done", "affirmed")
    assert found(page("a.txt", text, mentions, tuple(rows))) == []
    (one,) = found(page("a.txt", text, mentions, (*rows, placed)))
    assert one.message == "云岭镇, 企业: 90家 exceeds the 50家 of 宁德市, of which it is a part"


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (figure("a.txt", COUNTY, "300亿元"), figure("b.txt", CITY, "500亿元")),
        (figure("a.txt", COUNTY, "500.2亿元"), figure("b.txt", CITY, "500亿元")),  # 500 may be rounded
        (figure("a.txt", COUNTY, "900亿元"), figure("b.txt", CITY, "超500亿元")),  # 超 has no upper end
        (figure("a.txt", COUNTY, "900亿元"), figure("b.txt", CITY, "500亿元", date="2023年")),
        (figure("a.txt", COUNTY, "900亿元"), figure("b.txt", CITY, "500亿元", "税收")),
        (figure("a.txt", COUNTY, "900亿元"), figure("b.txt", CITY, "500亿美元")),
        (figure("a.txt", COUNTY, "9%", "产值增长"), figure("b.txt", CITY, "5%", "产值增长")),
        (figure("a.txt", COUNTY, "9万元", "人均收入"), figure("b.txt", CITY, "5万元", "人均收入")),
        (figure("a.txt", COUNTY, "900亿元", modality="planned"), figure("b.txt", CITY, "500亿元")),
        (figure("a.txt", COUNTY, "900亿元", polarity="denied"), figure("b.txt", CITY, "500亿元")),
        (figure("a.txt", COUNTY, "900亿元", date=""), figure("b.txt", CITY, "500亿元", date="")),  # of any year
        (figure("a.txt", COUNTY, "900亿元"), figure("b.txt", "南平市/prefecture", "500亿元")),
    ],
)
def test_what_may_be(part: Page, whole: Page) -> None:
    assert found(part, whole) == []


@pytest.mark.parametrize(
    ("one", "other", "power"),
    [
        ("5300亿元", "5300万元", 4),
        ("5.3亿元", "53000万元", 0),
        ("5.31亿元", "5.3万元", 4),
        ("53亿元", "5.3亿元", 1),
        ("53亿元", "5.4亿元", 0),
        ("5300家", "5300万家", 4),
        ("5300万元", "5300万美元", 0),
    ],
)
def test_powers_of_ten(one: str, other: str, power: int) -> None:
    pages = figure("a.txt", CITY, one), figure("b.txt", CITY, other)
    assert [message.endswith(f" 10^{power} apart") for message in (i.message for i in found(*pages))] == (
        [True] if power else []
    )


def test_the_larger_figure_is_said_first() -> None:
    (one,) = found(figure("a.txt", CITY, "5300万元"), figure("b.txt", CITY, "5300亿元"))
    assert one.message == "宁德市, 产值 (2024年): 5300亿元 and 5300万元 are a factor of 10^4 apart"
    assert [fact.value for fact in one.facts] == ["5300亿元", "5300万元"]


def test_undated_figures_of_two_documents_are_not_compared() -> None:
    assert found(figure("a.txt", CITY, "5300万元", date=""), figure("b.txt", CITY, "5300亿元", date="")) == []


def test_amounts_of_one_relation() -> None:
    def credit(path: str, sum_: str) -> Page:
        said = tuple(Qualifier("amount", a.text, a.normal) for a in find_amounts(sum_))
        said += tuple(Qualifier("date", one.text, one.normal) for one in find_dates("2024年", "2025-06-10"))
        row: Row = ("海岚银行", "grantsCredit", "沐禾电驱有限公司", said, "done", "affirmed")
        bank, firm = "[海岚银行|Organization/financial_institution]", "[沐禾电驱有限公司|Organization/company]"
        return page(path, *parse(f"2024年{bank}向{firm}授信{sum_}。"), (row,))

    (one,) = found(credit("a.txt", "6亿元"), credit("b.txt", "6万元"))
    assert one.message == "海岚银行, grantsCredit 沐禾电驱有限公司 (2024年): 6亿元 and 6万元 are a factor of 10^4 apart"

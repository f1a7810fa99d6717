"""Claims that cannot both be true, and those that can. People and companies are invented."""

from dataclasses import replace

import pytest
from golden import parse
from sample_graph import Page, Row, page, sample

from kg.contradictions import Conflict, contradictions
from kg.dates import find_dates
from kg.graph import build_graph
from kg.model import Modality, Polarity, Qualifier
from kg.money import find_amounts
from kg.quantities import find_quantities
from kg.resolve import resolve
from kg.schema import load_schema

CITY = "[宁德市|Region/prefecture]"
BANK, FIRM = "[海岚银行|Organization/financial_institution]", "[沐禾电驱有限公司|Organization/company]"


def found(*pages: Page) -> list[Conflict]:
    links = resolve(reading for _, readings in pages for reading in readings)
    return contradictions(build_graph(pages, links, load_schema()))


def on(date: str, one: Page) -> Page:
    document, (reading,) = one
    return replace(document, date=date), [replace(reading, article=replace(reading.article, date=date))]


def dated(words: str) -> tuple[Qualifier, ...]:
    return tuple(Qualifier("date", date.text, date.normal) for date in find_dates(words, "2025-06-10"))


def figure(path: str, value: str, date: str = "去年", *, indicator: str = "产值", modality: Modality = "done") -> Page:
    (quantity,) = find_quantities(value)
    said = (Qualifier("indicator", indicator), Qualifier("value", value, quantity.normal), *dated(date))
    row: Row = ("宁德市", "statistic", value, said, modality, "affirmed")
    return page(path, *parse(f"{date}{CITY}{indicator}{value}。"), (row,))


def credit(path: str, sum_: str, *, modality: Modality = "done", polarity: Polarity = "affirmed") -> Page:
    said = tuple(Qualifier("amount", amount.text, amount.normal) for amount in find_amounts(sum_))
    row: Row = ("海岚银行", "grantsCredit", "沐禾电驱有限公司", said, modality, polarity)
    return page(path, *parse(f"{BANK}向{FIRM}授信{sum_}。"), (row,))


def post(path: str, person: str, title: str, body: str = CITY) -> Page:
    text, mentions = parse(f"{body}{title}[{person}|Person/official]")
    row: Row = (person, "holdsPosition", mentions[0].text, (Qualifier("title", title),), "done", "affirmed")
    return page(path, text, mentions, (row,))


def test_a_figure_with_two_values() -> None:
    (conflict,) = found(figure("a.txt", "380亿元"), figure("b.txt", "400亿元"))
    assert (conflict.kind, conflict.message) == ("figure", "宁德市: 产值 380亿元 or 400亿元")
    assert [side.quotes[0].text for side in conflict.sides] == ["去年宁德市产值380亿元。", "去年宁德市产值400亿元。"]
    assert [side.quotes[0].source.path for side in conflict.sides] == ["a.txt", "b.txt"]
    assert all(side.quotes[0].place is not None for side in conflict.sides)


@pytest.mark.parametrize(
    "pages",
    [
        (figure("a.txt", "380亿元"), figure("b.txt", "3800000万元"), figure("c.txt", "超300亿元")),
        (figure("a.txt", "380亿元"), figure("b.txt", "400亿元", "2023年")),
        (figure("a.txt", "380亿元"), figure("b.txt", "400亿元", indicator="税收")),
        (figure("a.txt", "380亿元"), figure("b.txt", "12%")),
        (credit("a.txt", "5300万元"), credit("b.txt", "0.53亿元")),
    ],
)
def test_figures_that_go_together(pages: tuple[Page, ...]) -> None:
    assert found(*pages) == []


def test_undated_figures_are_compared_within_one_day_only() -> None:
    first, second = (figure(f"{name}.txt", value, "") for name, value in (("a", "38家"), ("b", "40家")))
    assert [conflict.kind for conflict in found(first, second)] == ["figure"]
    assert found(first, on("2025-08-01", second)) == []


def test_a_relation_with_two_sums() -> None:
    (conflict,) = found(credit("a.txt", "5300万元"), credit("b.txt", "6000万元"))
    assert conflict.kind == "amount"
    assert conflict.message == "海岚银行 grantsCredit 沐禾电驱有限公司: amount 5300万元 or 6000万元"


def test_two_sums_of_one_sentence_are_two_facts() -> None:
    rows: list[Row] = [
        ("海岚银行", "grantsCredit", "沐禾电驱有限公司", (Qualifier("amount", a.text, a.normal),), "done", "affirmed")
        for a in find_amounts("5300万元，1000万元")
    ]
    assert found(page("a.txt", *parse(f"{BANK}向{FIRM}授信5300万元，再授信1000万元。"), tuple(rows))) == []


def test_affirmed_and_denied() -> None:
    (conflict,) = found(credit("a.txt", "5300万元"), credit("b.txt", "5300万元", polarity="denied"))
    assert conflict.kind == "denial"
    assert {side.fact.polarity for side in conflict.sides} == {"affirmed", "denied"}
    assert found(credit("a.txt", "5300万元"), credit("b.txt", "9亿元", polarity="denied")) == []


def test_planned_and_done_is_listed_apart() -> None:
    kinds = [c.kind for c in found(credit("a.txt", "5300万元", modality="planned"), credit("b.txt", "5300万元"))]
    assert kinds == ["plan and fact"]
    kinds = [c.kind for c in found(figure("a.txt", "380亿元", modality="planned"), figure("b.txt", "380亿元"))]
    assert kinds == ["plan and fact"]


def test_a_post_that_one_person_holds() -> None:
    pages = post("a.txt", "林澄远", "市长"), post("b.txt", "许知行", "市长")
    (conflict,) = found(*pages)
    assert (conflict.kind, conflict.message) == (
        "post", "宁德市: 市长 is 林澄远 (2025-06-10) and 许知行 (2025-06-10)"
    )  # fmt: skip
    (later,) = found(pages[0], on("2026-01-05", pages[1]))
    assert later.kind == "succession"


@pytest.mark.parametrize("title", ["副市长", "原市长", "代市长", "工程师", "常务副市长"])
def test_a_post_that_several_hold(title: str) -> None:
    assert found(post("a.txt", "林澄远", title), post("b.txt", "许知行", title)) == []


def test_a_head_of_department_is_single_in_public_bodies_only() -> None:
    for body, conflicts in (("[福安市发改局|Organization/government]", 1), (FIRM, 0)):
        assert len(found(post("a.txt", "林澄远", "主任", body), post("b.txt", "许知行", "主任", body))) == conflicts


def part(path: str, whole: str, part_: str = "蕉城区") -> Page:
    row: Row = (part_, "partOf", whole, (), "done", "affirmed")
    return page(path, *parse(f"[{whole}|Region/prefecture][{part_}|Region/county]"), (row,))


def test_a_region_in_two_others() -> None:
    (conflict,) = found(part("a.txt", "宁德市"), part("b.txt", "南平市"))
    assert conflict.kind == "region"
    assert "南平市" in conflict.message
    province: Row = ("蕉城区", "partOf", "福建省", (), "done", "affirmed")
    above = page("b.txt", *parse("[福建省|Region/province][蕉城区|Region/county]"), (province,))
    between: Row = ("宁德市", "partOf", "福建省", (), "done", "affirmed")
    chain = page("c.txt", *parse("[福建省|Region/province][宁德市|Region/prefecture]"), (between,))
    assert found(part("a.txt", "宁德市"), above, chain) == []


def test_order_of_the_documents_does_not_matter() -> None:
    pages = figure("a.txt", "380亿元"), figure("b.txt", "400亿元"), credit("c.txt", "1亿元"), credit("d.txt", "2亿元")
    assert found(*pages) == found(*reversed(pages))


def test_words_without_a_known_value_exclude_nothing() -> None:
    """The sample plans 超6亿元 and has done 6亿元, of which it gives the words only."""
    assert [conflict.kind for conflict in contradictions(sample())] == ["plan and fact"]

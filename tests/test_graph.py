"""Facts are claims with an equal key; places lead back to the page."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import page, pages, parse, sample, wrapped

from kg.errors import KGError
from kg.graph import Graph, Presence, build_graph, is_direct, preferred_name
from kg.model import Article, Document, Fact, Link, Piece, Qualifier, Span
from kg.places import locate
from kg.resolve import resolve
from kg.schema import load_schema

BANK, FIRM = "Organization:兴业银行", "Organization:闽东星源电机有限公司"
SCHEMA = load_schema()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return sample(SCHEMA)


def facts(graph: Graph, predicate: str, subject: str | None = None) -> list[Fact]:
    return [fact for fact in graph.facts if fact.predicate == predicate and subject in (None, fact.subject)]


def graph_of(*contents) -> Graph:
    return build_graph(contents, resolve(reading for _, readings in contents for reading in readings), SCHEMA)


# --- entities -------------------------------------------------------------------------------------------------------


def test_entities_have_names_and_codes(graph: Graph) -> None:
    firm = graph.entities[FIRM]
    assert (firm.type, firm.subtype, firm.name) == ("Organization", "company", "闽东星源电机有限公司")
    assert firm.names == ("星源电机",)
    assert graph.entities["Region:350902"].codes == (("adcode", "350902"),)
    assert graph.presence[FIRM] == Presence(mentions=4, documents=2, first="2025-06-10")
    assert list(graph.entities) == sorted(graph.entities)


def test_a_coded_region_has_its_official_name() -> None:
    document, (reading,) = page("p.txt", *parse("[蕉城|Region/county]很大。"))
    coded = replace(reading, groups=tuple(replace(group, adcode="350902") for group in reading.groups))
    entity = graph_of((document, [coded])).entities["Region:350902"]
    assert (entity.name, entity.names) == ("蕉城区", ("蕉城",))


def test_a_code_that_is_not_in_the_table_keeps_the_name_as_written() -> None:
    document, (reading,) = page("p.txt", *parse("[某地|Region/county]很大。"))
    coded = replace(reading, groups=tuple(replace(group, adcode="999999") for group in reading.groups))
    assert graph_of((document, [coded])).entities["Region:999999"].name == "某地"


@pytest.mark.parametrize(
    ("names", "best"),
    [(["甲", "乙", "乙"], "乙"), (["甲公司", "甲"], "甲公司"), (["乙公司", "甲公司"], "乙公司"), (["B", "A"], "A")],
)
def test_preferred_name(names: list[str], best: str) -> None:
    assert preferred_name(names) == preferred_name(reversed(names)) == best


# --- facts ----------------------------------------------------------------------------------------------------------


def test_equal_claims_of_two_documents_are_one_fact(graph: Graph) -> None:
    (fact,) = [fact for fact in facts(graph, "grantsCredit") if fact.documents == 2]
    assert [graph.source(claim.evidence[0]).path for claim in fact.claims] == ["一/第1页.txt", "一/第2页.txt"]
    assert (fact.subject, fact.object, fact.modality) == (BANK, FIRM, "done")
    assert [qualifier.text for qualifier in fact.qualifiers] == ["5300万元"]


def test_another_sum_or_modality_is_another_fact(graph: Graph) -> None:
    credit = facts(graph, "grantsCredit")
    assert sorted((fact.qualifiers[0].text, fact.modality) for fact in credit) == [
        ("5300万元", "done"), ("6亿元", "done"), ("超6亿元", "planned")
    ]  # fmt: skip


def test_ends_of_a_symmetric_fact_are_ordered() -> None:
    row = ("cooperatesWith", (), "done", "affirmed")
    text, mentions = parse("[甲公司|Organization/company]与[乙公司|Organization/company]合作。")
    one = page("1.txt", text, mentions, (("甲公司", row[0], "乙公司", *row[1:]),))
    other = page("2.txt", text, mentions, (("乙公司", row[0], "甲公司", *row[1:]),))
    (fact,) = graph_of(one, other).facts
    assert (fact.subject, fact.object, fact.documents) == ("Organization:乙公司", "Organization:甲公司", 2)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Qualifier("amount", "1亿元", (("value", 100000000),)), Qualifier("amount", "一亿元", (("value", 1e8),)), True),
        (Qualifier("amount", "1亿元", (("value", 100000000),)), Qualifier("amount", "2亿元", (("value", 2e8),)), False),
        (Qualifier("amount", "１亿元"), Qualifier("amount", "1 亿元"), True),
        (Qualifier("date", "今年"), Qualifier("date", "去年"), True),
    ],
)
def test_identifying_qualifiers_are_compared_by_what_they_mean(one: Qualifier, other: Qualifier, same: bool) -> None:
    marked = "[甲银行|Organization/financial_institution]向[乙公司|Organization/company]授信。"
    contents = [
        page(f"{name}.txt", *parse(marked), (("甲银行", "grantsCredit", "乙公司", (said,), "done", "affirmed"),))
        for name, said in (("1", one), ("2", other))
    ]
    found = graph_of(*contents).facts
    assert len(found) == (1 if same else 2)
    if one.name == "date":
        assert [qualifier.text for qualifier in found[0].qualifiers] == ["今年", "去年"]


def test_a_literal_object(graph: Graph) -> None:
    (fact,) = facts(graph, "hasTitle")
    assert (fact.subject, fact.object, fact.value) == ("Region:350902", None, "电机之窗")


def test_support_and_score() -> None:
    document, (reading,) = pages()[1]
    claims = tuple(
        replace(claim, id=f"{claim.id}{score}", score=score) for claim in reading.claims[:1] for score in (0.4, 0.7)
    )
    (fact,) = graph_of((document, [replace(reading, claims=claims)])).facts
    assert (len(fact.claims), fact.documents, fact.score) == (2, 1, 0.7)


def test_claims_that_give_no_fact_are_counted() -> None:
    document, (reading,) = pages()[0]
    links = [link for link in resolve([reading]) if link.entity != BANK]
    graph = build_graph([(document, [reading])], links, SCHEMA)
    assert graph.left_out == {"unlinked": 4}
    one = [Link(link.group, "Organization:一", "test") for link in resolve([reading])]
    graph = build_graph([(document, [reading])], one, SCHEMA)
    assert graph.left_out == {"reflexive": len(reading.claims)}


def test_order_of_documents_and_links_does_not_matter(graph: Graph) -> None:
    for contents in permutations(pages()):
        links = resolve(reading for _, readings in contents for reading in readings)
        other = build_graph(contents, links[::-1], SCHEMA)
        assert other == graph
        assert list(other.entities) == list(graph.entities)
        assert list(other.sources) == list(graph.sources)


def test_ids_are_unique(graph: Graph) -> None:
    assert len({fact.id for fact in graph.facts}) == len(graph.facts) == 17


# --- looking around -------------------------------------------------------------------------------------------------


def test_facts_and_neighbours_of_an_entity(graph: Graph) -> None:
    assert {fact.predicate for fact in graph.facts_of("Region:350902")} == {"locatedIn", "partOf", "hasTitle"}
    assert graph.neighbours("Region:350902") == (FIRM, "Region:350900")
    denied = next(fact.object for fact in graph.facts if fact.polarity == "denied")
    assert denied is not None
    assert graph.facts_of(denied)
    assert graph.neighbours(denied) == ()
    assert graph.facts_of("Region:nowhere") == ()


def test_find(graph: Graph) -> None:
    def ids(name: str) -> list[str]:
        return [entity.id for entity in graph.find(name)]

    assert ids("星源电机") == ids(FIRM) == ids("星源") == [FIRM]
    assert ids("350902") == ids("蕉城区") == ["Region:350902"]
    assert ids("闽东(集团)有限公司") == ["Organization:闽东_集团_有限公司"]
    assert len(ids("鼓楼区")) == 2
    assert ids("没有这个") == ids("") == ids(" ") == []


def test_direct_facts(graph: Graph) -> None:
    kinds = {(fact.modality, fact.polarity) for fact in graph.facts if is_direct(fact)}
    assert kinds == {("done", "affirmed"), ("ongoing", "affirmed")}


# --- filters --------------------------------------------------------------------------------------------------------


def test_filter_by_type_and_predicate(graph: Graph) -> None:
    part = graph.filter(types={"Region"})
    assert {entity.type for entity in part.entities.values()} == {"Region"}
    assert {fact.predicate for fact in part.facts} == {"partOf", "hasTitle"}
    part = graph.filter(predicates={"lendsTo"}, isolated=False)
    assert list(part.entities) == [BANK, FIRM]
    assert [fact.predicate for fact in part.facts] == ["lendsTo"]


def test_filter_by_modality_and_polarity(graph: Graph) -> None:
    assert all(is_direct(fact) for fact in graph.filter(planned=False, denied=False).facts)
    assert len(graph.filter(planned=False).facts) == len(graph.filter(denied=False).facts) == len(graph.facts) - 1
    assert graph.filter() == graph


def test_filter_by_subtype_and_support(graph: Graph) -> None:
    assert set(graph.filter(types={"county"}).entities) <= set(graph.filter(types={"Region"}).entities)
    told_twice = graph.filter(support=2, isolated=False)
    assert [(fact.predicate, fact.documents) for fact in told_twice.facts] == [("grantsCredit", 2)]
    assert list(told_twice.entities) == [BANK, FIRM]


@pytest.mark.parametrize(
    ("since", "until", "dated_2025", "undated"),
    [
        (None, None, True, True),
        ("2025-01-01", None, True, True),  # 今年 is the fact's own; the others are of the paper's day, 2025-06-10
        ("2025-06-11", None, True, False),
        (None, "2025-06-09", True, False),
        ("2025-06-10", "2025-06-10", True, True),
        ("2026-01-01", None, False, False),
        (None, "2024-12-31", False, False),
    ],
)
def test_filter_by_date(graph: Graph, since: str | None, until: str | None, dated_2025: bool, undated: bool) -> None:
    part = graph.filter(since=since, until=until)
    assert any(q.name == "date" for fact in part.facts for q in fact.qualifiers) == dated_2025
    assert any(fact.predicate == "lendsTo" for fact in part.facts) == undated


@pytest.mark.parametrize("day", ["2025", "2025-6-1", "2025-02-30", "今天", ""])
def test_a_day_that_is_none(graph: Graph, day: str) -> None:
    with pytest.raises(KGError, match="no day; write it as in 2025-06-30"):
        graph.filter(since=day)


def test_days_in_the_wrong_order(graph: Graph) -> None:
    with pytest.raises(KGError, match="2025-06-02 is later than 2025-06-01"):
        graph.filter(since="2025-06-02", until="2025-06-01")


def test_several_regions_are_one_part(graph: Graph) -> None:
    both = graph.filter(regions=["350902", "350900"], isolated=False)
    assert both.facts == graph.filter(regions=["350900"], isolated=False).facts


@pytest.mark.parametrize("region", ["350902", "Region:350902", "350900", "350000", "Region:350000"])
def test_filter_by_region(graph: Graph, region: str) -> None:
    part = graph.filter(regions=[region], isolated=False)
    assert {FIRM, BANK, "Region:350902", "Person:林知远"} <= set(part.entities)
    assert not any("双百" in id_ for id_ in part.entities)
    assert all({fact.subject, fact.object} - {None} <= set(part.entities) for fact in part.facts)


def test_a_region_that_is_not_there(graph: Graph) -> None:
    for region in ("110000", "蕉城", ""):
        with pytest.raises(KGError, match="no such region"):
            graph.filter(regions=[region])


# --- places ---------------------------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_evidence_has_its_place(graph: Graph) -> None:
    texts = {document.id: document.text for document, _ in pages()}
    for evidence in (e for fact in graph.facts for claim in fact.claims for e in claim.evidence):
        place, text = graph.place(evidence), texts[graph.source(evidence).document]
        assert place is not None
        assert squeezed("".join(place.pieces)) == squeezed(evidence.quote)
        line = text.replace("\r\n", "\n").split("\n")[place.line - 1]
        assert line[place.column - 1 :].startswith(place.pieces[0])


@given(st.text(alphabet="甲乙𠮷a1，。 \n\u3000", min_size=1, max_size=60), st.integers(1, 7), st.data())
def test_pieces_are_the_quote_but_for_white_space(text: str, width: int, data: st.DataObject) -> None:
    raw, offsets = wrapped(text, width)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    place = locate(Document("d", "p", "s", raw), Article("d/1", "d", 1, text, offsets=offsets), Span(start, end))
    quote = squeezed(text[start:end])
    assert (place is None) == (not quote)
    if place is not None:
        assert squeezed("".join(place.pieces)) == quote
        assert raw[place.start] == quote[0]
        before = raw[: place.start].replace("\r\n", "\n")
        assert place.line == before.count("\n") + 1
        assert place.column == len(before) - before.rfind("\n")


@pytest.mark.parametrize(
    ("raw", "line", "column"), [("ab甲", 1, 3), ("a\n甲", 2, 1), ("a\r\n\r甲", 3, 1), ("a\r\r\n b甲", 3, 3)]
)
def test_lines_end_with_lf_cr_or_both(raw: str, line: int, column: int) -> None:
    article = Article("d/1", "d", 1, "甲", offsets=(Piece(0, 1, raw.index("甲")),))
    place = locate(Document("d", "p", "s", raw), article, Span(0, 1))
    assert place is not None
    assert (place.line, place.column, place.pieces) == (line, column, ("甲",))


def test_letter_spaced_words_are_one_piece_and_columns_are_two() -> None:
    raw = "甲 乙\u3000丙 X\n丁"
    offsets = (Piece(0, 1, 0), Piece(1, 2, 2), Piece(2, 3, 4), Piece(3, 4, 8))
    article = Article("d/1", "d", 1, "甲乙丙丁", offsets=offsets)
    place = locate(Document("d", "p", "s", raw), article, Span(0, 4))
    assert place is not None
    assert place.pieces == ("甲 乙\u3000丙", "丁")


def test_no_offsets_no_place() -> None:
    assert locate(Document("d", "p", "s", "甲"), Article("d/1", "d", 1, "甲"), Span(0, 1)) is None

"""A fact's words are marked in the lines of the page as they stand in the file; what a page holds cannot break out."""

import re
from pathlib import Path

import pytest
from pdf_pages import Sheet, set_line, write_pdf

import kg
from kg.graph import Graph
from kg.model import Fact
from kg.page_view import page_html

SUBJECT, OBJECT, SENTENCE, OTHER = "#c4dcf5", "#fad7a8", "#fff6cc", "#d5ecd4"


def fact_of(graph: Graph, predicate: str, object_: str) -> Fact:
    named = [fact for fact in graph.facts if fact.predicate == predicate and fact.object]
    return next(fact for fact in named if object_ in graph.entities[str(fact.object)].name)


def marked(html: str, color: str) -> list[str]:
    return re.findall(rf'<mark style="background:{color};[^"]*">([^<]*)</mark>', html)


@pytest.fixture(scope="module")
def page(built: Path) -> str:
    graph = kg.load_graph(built / "graph.sqlite")
    return page_html(built / "graph.sqlite", graph, fact_of(graph, "grantsCredit", "云织"))


def test_the_words_are_marked_as_the_page_sets_them(page: str) -> None:
    assert marked(page, SUBJECT)[0] == "海岚银行"
    assert "该 公 司" in marked(page, OBJECT)  # letter-spaced, as it stands there
    assert "超 4 亿 元" in marked(page, OTHER)
    assert "董事长苏晚舟表示，" in marked(page, SENTENCE)


def test_it_says_where_and_for_whom_a_word_stands(page: str) -> None:
    assert "page.txt · line 145 · 《金融活水润泽闽东南县域产业》 · 海峡产业日报 · 2025-06-12 · page 5" in page
    assert "该公司 → 云织鞋服" in page
    assert "在南平市建瓯市，竹产业同样尝到了金融的" in page  # the line below


def test_the_lines_around_can_be_left_out(built: Path) -> None:
    graph = kg.load_graph(built / "graph.sqlite")
    html = page_html(built / "graph.sqlite", graph, fact_of(graph, "grantsCredit", "云织"), around=0)
    assert "在南平市" not in html
    assert html.count("<tr>") == 3


def test_what_a_page_holds_stays_text(tmp_path: Path) -> None:
    article = "<script>alert(1)</script>\n海岚银行<b>向云岭电机有限公司发放贷款5000万元。\n&amp;<img src=x>"
    (tmp_path / "<i>.txt").write_text(article, encoding="utf-8")
    kg.build([tmp_path / "<i>.txt"], tmp_path / "out", publication="<u>")
    graph = kg.load_graph(tmp_path / "out" / "graph.sqlite")
    assert graph.facts
    for fact in graph.facts:
        html = page_html(tmp_path / "out" / "graph.sqlite", graph, fact)
        assert set(re.findall(r"<(\w+)", html)) <= {"div", "b", "table", "tr", "td", "span", "mark"}
        assert "<b>向" not in html
        assert "&lt;script&gt;" in html
        assert "&lt;u&gt;" in html


def test_every_fact_of_a_page_can_be_shown(built: Path) -> None:
    graph = kg.load_graph(built / "graph.sqlite")
    for fact in graph.facts:
        html = page_html(built / "graph.sqlite", graph, fact)
        shown = "".join(re.findall(r"<mark[^>]*>([^<]*)</mark>", html))
        quote = "".join(fact.claims[0].evidence[0].quote.split())
        assert quote in "".join(shown.split()), fact


def test_of_a_pdf_the_printed_lines_are_shown(tmp_path: Path) -> None:
    lines = ["近日，海岚银行向云岭电机有限公", "司发放贷款5000万元，用于扩建厂房，", "今年底前投入生产。"]
    glyphs = [one for number, line in enumerate(lines) for one in set_line(line, 100, 900 - 15 * number, 10)]
    (tmp_path / "page.pdf").write_bytes(write_pdf([Sheet(glyphs)]))
    kg.build([tmp_path / "page.pdf"], tmp_path / "out")
    graph = kg.load_graph(tmp_path / "out" / "graph.sqlite")
    html = page_html(tmp_path / "out" / "graph.sqlite", graph, fact_of(graph, "lendsTo", "云岭"))
    assert "page.pdf · p. 1" in html
    assert marked(html, OBJECT)[:2] == ["云岭电机有限公", "司"]  # over the end of a line
    assert html.count("<tr>") >= 2

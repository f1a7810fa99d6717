"""An article for displaCy and as HTML: what is shown, in which colours, and nothing of a hostile text as markup."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_models import need

import kg
from kg.errors import ConfigError
from kg.marking import tint
from kg.model import Article, Claim, Evidence, Mention, Qualifier, Reading, Span

TEXT = "海西银行向位于宁德市蕉城区的闽东电机有限公司授信5300万元。\n该公司董事长陈立新说：“计划投资2亿元。”"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return kg.read_text(TEXT, title="电机企业添活水", date="2025-06-10")


def test_names_stand_on_the_colours_of_their_types(reading: Reading) -> None:
    (picture,) = kg.displacy_data(reading)
    assert picture["text"] == TEXT
    assert picture["title"] == "电机企业添活水"
    shown = [(TEXT[e["start"] : e["end"]], e["label"], e["params"]["bg"]) for e in picture["ents"]]
    blue, green = (tint(kg.load_schema().types[type_].color) for type_ in ("Organization", "Region"))
    assert shown[:4] == [
        ("海西银行", "金融机构", blue), ("宁德市", "地级行政区", green), ("蕉城区", "县级行政区", green),
        ("闽东电机有限公司", "企业", blue),
    ]  # fmt: skip
    assert json.loads(json.dumps(picture)) == picture


def test_facts_are_arcs_over_the_names_of_a_sentence(reading: Reading) -> None:
    first, second = kg.displacy_data(reading, style="dep")
    assert [word["text"] for word in first["words"]] == ["海西银行", "宁德市", "蕉城区", "闽东电机有限公司"]
    assert {"start": 0, "end": 3, "label": "授信 5300万元", "dir": "right"} in first["arcs"]
    assert {"start": 1, "end": 2, "label": "隶属", "dir": "left"} in first["arcs"]
    assert [word["text"] for word in second["words"]] == ["闽东电机有限公司", "陈立新"]  # 该公司 by its antecedent
    assert second["arcs"] == [{"start": 0, "end": 1, "label": "任职 董事长", "dir": "left"}]


def test_a_style_that_there_is_not_is_refused(reading: Reading) -> None:
    with pytest.raises(ConfigError, match="no style is named 'span'; there are ent, dep"):
        kg.displacy_data(reading, style="span")  # type: ignore[arg-type]


def test_an_article_without_names_is_shown_as_it_is() -> None:
    plain = kg.read_text("天气很好。")
    assert kg.displacy_data(plain) == [{"text": "天气很好。", "ents": [], "title": None}]
    assert kg.displacy_data(plain, style="dep") == []
    assert "天气很好。" in kg.article_html(plain)


class Tags(HTMLParser):
    """Collects the tags, the text and the attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_holds_the_text_the_facts_and_their_quotes(reading: Reading) -> None:
    page = Tags(kg.article_html(reading))
    assert TEXT in page.text
    assert "电机企业添活水" in page.text
    assert "海西银行授信闽东电机有限公司5300万元“海西银行向位于" in page.text
    assert ("title", "金融机构") in page.attributes
    assert set(page.tags) <= {"div", "b", "mark", "table", "tr", "td"}


def test_a_page_of_its_own_can_be_written(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "article.html"
    path.write_text(kg.article_html(reading, page=True), encoding="utf-8")
    assert path.read_text(encoding="utf-8").startswith('<!doctype html><html lang="zh"><meta charset="utf-8">')


BAD = "<script>alert('1')</script>&amp;\"><img src=x onerror=y>{label}"


def hostile() -> Reading:
    """Return a reading in which the title, the text, a name, a type, a predicate and all details are markup."""
    text = f"{BAD}银行{BAD}公司"
    bank = Mention(Span(0, len(BAD) + 2), f"{BAD}银行", BAD, BAD, "test", 1.0)
    firm = Mention(Span(len(BAD) + 2, len(text)), f"{BAD}公司", "Organization", BAD, "test", 1.0)
    evidence = Evidence("a", Span(0, len(text)), text)
    claim = Claim("c", bank, BAD, firm, (Qualifier(BAD, BAD),), "planned", "denied", (evidence,), BAD, 1.0)
    literal = replace(claim, id="d", object=BAD)
    article = Article("a", "d", 1, text, title=BAD, publication=BAD, date=BAD, page=BAD)
    return Reading(article, (Span(0, len(text)),), (bank, firm), (), (), (claim, literal))


def test_nothing_of_a_hostile_article_is_markup() -> None:
    page = Tags(kg.article_html(hostile(), page=True))
    assert set(page.tags) <= {"html", "meta", "title", "div", "b", "mark", "table", "tr", "td"}
    assert {name for name, _ in page.attributes} <= {"lang", "charset", "style", "title"}
    assert hostile().article.text in page.text


@pytest.mark.parametrize("style", ["ent", "dep"])
def test_displacy_draws_it_and_nothing_hostile_is_markup(style: str, reading: Reading) -> None:
    need("spacy")
    from spacy import displacy

    plain = Tags(displacy.render(kg.displacy_data(reading, style=style), style=style, manual=True, jupyter=False))
    assert "闽东电机有限公司" in plain.text
    assert ("授信 5300万元" if style == "dep" else "金融机构") in plain.text
    drawn = Tags(displacy.render(kg.displacy_data(hostile(), style=style), style=style, manual=True, jupyter=False))
    assert set(drawn.tags) <= {*plain.tags, "h2", "br"}
    assert BAD in drawn.text

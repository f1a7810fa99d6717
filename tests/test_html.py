"""HTML: the articles on a page and nothing else, each character with its place in the file, whatever the page is."""

# ruff: noqa: E501 -- markup stands here as sites write it

import html
import io
import itertools
import socket
import sys
import time
import zipfile
from pathlib import Path
from random import Random

import pytest
from html_pages import OUTSIDE, SCRIPT, TEMPLATES, render
from hypothesis import example, given, settings
from hypothesis import strategies as st
from noisy_page import Clean

from kg.ingest import Skipped, Source, read_inputs
from kg.ingest.decoding import decode_markup
from kg.ingest.docx import read_docx
from kg.ingest.html import read_html
from kg.ingest.sources import Origin
from kg.model import Article, Heading, Span
from kg.places import locate

ONE = "清溪市云织鞋服有限公司去年产值超3亿元，同比增长12%，成为当地纺织鞋服产业链的龙头企业。"
TWO = "“我们今年计划再投资5000万元，建设第二条生产线。”公司董事长林晓岚说，产品已销往东南亚。"
THREE = "清溪市工业和信息化局表示，将继续支持企业技术改造，推动产业集群发展。"
TEA = "老茶厂今年引进两条自动化生产线，投资超过800万元，产能提高一倍，带动周边三个村的茶农增收致富。"
TOWN = "镇政府表示，明年将继续推进茶产业升级，建设茶叶交易市场，吸引更多企业入驻园区，形成完整产业链条。"
NOTICE = "现将2025年清溪市示范企业名单予以公布，有效期三年，请各单位做好服务工作。"
UNKNOWN = Origin()
NOTHING = "no article found on this page"


def read(page: str | bytes, encoding: str = "utf-8", origin: Origin = UNKNOWN) -> Source:
    source = read_html(page if isinstance(page, bytes) else page.encode(encoding), "a.html", "a.html", origin)
    assert isinstance(source, Source), source
    check_offsets(source)
    return source


def articles(page: str | bytes, encoding: str = "utf-8") -> tuple[Article, ...]:
    return read(page, encoding).articles or ()


def only(page: str | bytes, encoding: str = "utf-8") -> Article:
    (article,) = articles(page, encoding)
    return article


def reason(page: str | bytes) -> str:
    skipped = read_html(page if isinstance(page, bytes) else page.encode(), "a.html", "a.html", UNKNOWN)
    assert isinstance(skipped, Skipped)
    return skipped.reason


def check_offsets(source: Source) -> None:
    text = source.document.text
    for article in source.articles or ():
        pieces = article.offsets
        assert [article.text[p.text_start : p.text_end] for p in pieces] == [
            text[p.file_start : p.file_start + p.text_end - p.text_start] for p in pieces
        ]
        covered = "".join(article.text[p.text_start : p.text_end] for p in pieces)
        assert covered == "".join(article.text.split())
        assert all(a.text_end <= b.text_start for a, b in itertools.pairwise(pieces))


def wrap(paragraph: str, width: int = 16) -> str:
    """Return a paragraph as old pages write it, its lines broken by <br>."""
    text = "　　" + paragraph
    return "<br>\n".join(text[place : place + width] for place in range(0, len(text), width))


# --- bodies: a golden table of pages


PAGES = [
    pytest.param(
        f"<title>云织鞋服扩产_清溪网</title><body><a href=/>首页</a> <a href=/a>要闻</a><br><font size=5><b>云织鞋服扩产</b></font><br>"
        f"2025-06-10 来源：清溪日报<br><br>　　{ONE}<br><br>　　{TWO}<br><a href=x>上一篇：旧闻一则</a><br>版权所有 清溪网",
        "云织鞋服扩产", [ONE, TWO], "2025-06-10", "清溪日报",
        id="a flat page without any box",
    ),
    pytest.param(
        '<html><head><meta property="og:title" content="云织鞋服扩产"></head><body><div id="js_article"><h1 class="rich_media_title">\n'
        '  云织鞋服扩产\n</h1><div id="meta_content"><a href=#>清溪发布</a> <em>2025年6月10日 18:00</em></div><div id="js_content" '
        f'style="visibility: hidden; opacity: 0;"><section><section><p><span>{ONE}</span></p></section></section><section><section>'
        f"<section><p>{TWO}</p><p><br></p><p>{THREE}</p></section></section></section></div></div></body></html>",
        "云织鞋服扩产", [ONE, TWO, THREE], "2025-06-10", None,
        id="sections in sections",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><div><p>{ONE}<p>{TWO}<ul><li>第一条生产线投资3000万元。<li>第二条投资5000万元。</ul><p>{THREE}</div>",
        "云织鞋服扩产", [ONE, TWO, "第一条生产线投资3000万元。", "第二条投资5000万元。", THREE], None, None,
        id="tags that are never closed",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><div><b><p>{ONE}</b></p><p><font><span>{TWO}</font></p></span></div></div></td></p><p>{THREE}</p>",
        "云织鞋服扩产", [ONE, TWO, THREE], None, None,
        id="tags closed in the wrong order",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><div>{wrap(ONE)}<br>{wrap(TEA)}</div>",
        "云织鞋服扩产", [ONE, TEA], None, None,
        id="lines broken by width",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><div><p>{ONE}</p><table><tr><th>年份<th>产值（亿元）<tr><td>2023年<td>2.1<tr><td><p>2024年</p><td><p>3.0</p>"
        f"</table><p>{TWO}</p><p>{THREE}</p></div>",
        "云织鞋服扩产", [ONE, "年份 产值（亿元）", "2023年 2.1", "2024年 3.0", TWO, THREE], None, None,
        id="a table inside the article, a row a paragraph",
    ),
    pytest.param(
        f"<div class=title>关于公布示范企业名单的通知</div><div>发布日期：2025-06-10</div><div id=zoom><p>各县（市、区）工业和信息化局：</p><p>{NOTICE}</p>"
        "<p>附件：示范企业名单</p><p>清溪市工业和信息化局</p><p>2025年6月9日</p></div>",
        "关于公布示范企业名单的通知",
        ["各县（市、区）工业和信息化局：", NOTICE, "附件：示范企业名单", "清溪市工业和信息化局", "2025年6月9日"], "2025-06-10", None,
        id="a notice with salutation and signature",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><div class=box><p>{ONE}</p><p>{TWO}</p></div><div class=x><h3>相关新闻</h3><p>{TEA}</p><p>{TOWN}</p></div>",
        "云织鞋服扩产", [ONE, TWO], None, None,
        id="prose after related news is another matter",
    ),
    pytest.param(
        f"<title>云织鞋服扩产 - 清溪网</title><div><p>{ONE}</p><p>{THREE}</p><p>延伸阅读：<a href=/1>{TEA[:14]}</a></p><p><a href=/2>{TEA}</a></p><p>{TWO}</p></div>",
        "云织鞋服扩产", [ONE, THREE, TWO], None, None,
        id="links inside the text, the headline in the title alone",
    ),
    pytest.param(
        f"<body class='comment'><div class='hot'><h1>云织鞋服扩产</h1><p>{ONE}</p><p>{TWO}</p></div></body>",
        "云织鞋服扩产", [ONE, TWO], None, None,
        id="classes that say nothing true",
    ),
    pytest.param(
        f"<h1>云织鞋服扩产</h1><pre>　　{ONE}\n　　{TWO}</pre>", "云织鞋服扩产", [ONE, TWO], None, None, id="preformatted text"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("page", "title", "paragraphs", "date", "publication"), PAGES)
def test_pages(page: str, title: str, paragraphs: list[str], date: str | None, publication: str | None) -> None:
    article = only(page)
    assert article.text.split("\n") == paragraphs
    assert (article.title, article.date, article.publication) == (title, date, publication)


NO_ARTICLE = [
    "<html></html>",
    "<title>清溪网</title>" + "".join(f"<li><a href=/{n}>清溪镇扩建蔬菜大棚，村民增收第{n}年</a> 2025-06-{n:02d}" for n in range(1, 25)),
    "".join(f"<article><h2><a href=/{n}>清溪镇扩建大棚</a></h2><p>清溪镇今年扩建大棚。<a href=/{n}>阅读全文</a></p></article>" for n in range(9)),
    f"<script>document.write('<p>{ONE}{TWO}</p>')</script><noscript>{ONE}</noscript>",
    f"<!-- {ONE}{TWO} --><style>{ONE}</style><textarea>{ONE}{TWO}</textarea><div style='display:none'>{ONE}{TWO}</div>",
    "<p>本网站版权所有，未经书面授权不得转载。建议使用新版浏览器访问本站，以获得更好的浏览效果。技术支持：某公司</p>",
    "<p>页面不存在</p>",
]  # fmt: skip


@pytest.mark.parametrize("page", NO_ARTICLE)
def test_pages_without_an_article(page: str) -> None:
    assert reason(page) == NOTHING


def test_several_articles_under_headlines_of_their_own() -> None:
    first, second = articles(
        f"<body><h1>云织鞋服扩产</h1><p>本报记者 林晓岚</p><p>{ONE}</p><p>{TWO}</p>"
        f"<h1>茶厂换上新设备</h1><p>通讯员 陈知远</p><p>{TEA}</p><p>{TOWN}</p></body>"
    )
    assert (first.title, first.byline, first.text) == ("云织鞋服扩产", ("本报记者 林晓岚",), f"{ONE}\n{TWO}")
    assert (second.title, second.byline, second.text) == ("茶厂换上新设备", ("通讯员 陈知远",), f"{TEA}\n{TOWN}")
    assert [first.number, second.number] == [1, 2]


def test_several_articles_in_founder_markup() -> None:
    page = (
        f"<table><tr><td>2025年06月10日 第3版<tr><td><founder-introtitle>产业观察</founder-introtitle><tr><td><founder-title>云织鞋服"
        f"扩产</founder-title><tr><td><founder-content><P>　　{ONE}</P><P>　　{TWO}</founder-content>"
        f"<tr><td><founder-title>茶厂换上新设备</founder-title><tr><td><founder-author>陈知远</founder-author>"
        f"<tr><td><founder-content>　　{TEA}<br>　　{TOWN}</founder-content></table>"
    )
    source = read(page)
    first, second = source.articles or ()
    assert (first.title, first.headings) == ("云织鞋服扩产", (Heading(0, "产业观察"),))
    assert (second.title, second.byline, second.text) == ("茶厂换上新设备", ("陈知远",), f"{TEA}\n{TOWN}")
    assert (source.document.date, source.document.page) == ("2025-06-10", "3")


def test_articles_of_one_page_in_elements_of_their_own() -> None:
    page = "".join(
        f"<article><h2>{t}</h2><p>{a}</p><p>{b}</p></article>" for t, a, b in [("甲事", ONE, TWO), ("乙事", TEA, TOWN)]
    )
    assert [(a.title, a.text) for a in articles(page)] == [("甲事", f"{ONE}\n{TWO}"), ("乙事", f"{TEA}\n{TOWN}")]


def test_headings_and_captions_are_kept_apart() -> None:
    article = only(
        f"<h1>云织鞋服扩产</h1><h4 class=sub>第二条线开建</h4><div><p>{ONE}</p><p><img src=a.jpg></p><p>▲车间一角</p><p><strong>做强产业链</strong></p>"
        f"<p>{TWO}</p><h3>政策加码</h3><figure><img src=b.jpg><figcaption>生产线 林晓岚 摄</figcaption></figure><p>{THREE}</p></div>"
    )
    assert article.text == f"{ONE}\n{TWO}\n{THREE}"
    assert article.headings == (Heading(0, "第二条线开建"), Heading(1, "做强产业链"), Heading(2, "政策加码"))
    assert article.captions == ("▲车间一角", "生产线 林晓岚 摄")


# --- what a page says of itself


@pytest.mark.parametrize(
    ("head", "info", "date", "publication", "byline"),
    [
        ("", "2025年06月10日 08:12 | 来源：<a href=x>清溪日报</a>", "2025-06-10", "清溪日报", ()),
        ("", "发布时间：2025-06-10 09:30　来源：清溪日报　作者：林晓岚　浏览次数：12", "2025-06-10", "清溪日报", ("林晓岚",)),
        ("", "□ 本报记者 林晓岚 通讯员 陈知远", None, None, ("本报记者 林晓岚 通讯员 陈知远",)),
        ("", "<span>2025-06-10</span> <span>清溪日报记者 林晓岚</span> <a href=#>打印</a>", "2025-06-10", None, ("清溪日报记者 林晓岚",)),
        ("", "今天是2025年12月30日", None, None, ()),
        ("", "2025年2月30日", None, None, ()),
        ("", "2025-06-10 至 2025-06-12", None, None, ()),  # two days: neither
        ("", "发布时间：2025-06-10　更新时间：2025-06-12", "2025-06-10", None, ()),
        ('<meta name="PubDate" content="2025-06-10 16:20"><meta name="ContentSource" content="清溪日报">', "", "2025-06-10", "清溪日报", ()),
        ('<meta property="article:published_time" content="2025-06-09T23:30:00Z">', "", None, None, ()),  # another day in China
        ('<meta property="article:published_time" content="2025-06-10T07:30:00+08:00">', "", "2025-06-10", None, ()),
        ('<meta property="og:site_name" content="清溪网"><title>x</title>', "", None, "清溪网", ()),
        ("<title>清溪日报-2025年06月10日-云织鞋服扩产</title>", "", None, "清溪日报", ()),
        ("<!--enpproperty <date>2025-06-10 00:00:00.0</date><author>本报记者 林晓岚</author> /enpproperty-->", "", "2025-06-10", None, ("本报记者 林晓岚",)),
    ],
)  # fmt: skip
def test_date_publication_and_byline(
    head: str, info: str, date: str | None, publication: str | None, byline: tuple[str, ...]
) -> None:
    article = only(f"{head}<h1>云织鞋服扩产</h1><div>{info}</div><div><p>{ONE}</p><p>{TWO}</p></div>")
    assert (article.date, article.publication, article.byline) == (date, publication, byline)
    assert article.text == f"{ONE}\n{TWO}"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (
            f"<title>云织鞋服扩产_清溪网</title><h1>清溪网</h1><p class=bt>云织鞋服扩产</p><div><p>{ONE}<p>{TWO}</div>",
            "云织鞋服扩产",
        ),
        (f"<h1><a href=/>清溪网</a></h1><h2>云织鞋服扩产</h2><div><p>{ONE}<p>{TWO}</div>", "云织鞋服扩产"),
        (f"<h1>云织鞋服扩产<br>第二条线开建</h1><div><p>{ONE}<p>{TWO}</div>", "云织鞋服扩产 第二条线开建"),
        (f"<title>云织鞋服扩产 第二条线开建-清溪日报</title><div><p>{ONE}<p>{TWO}</div>", "云织鞋服扩产 第二条线开建"),
        (f"<title>云织鞋服扩产_清溪网</title><h2>要闻</h2><div><p>{ONE}<p>{TWO}</div>", "云织鞋服扩产"),
        (f"<title>清溪日报数字报</title><div><p>{ONE}<p>{TWO}</div>", None),
        (f"<div><p>{ONE}<p>{TWO}</div>", None),
    ],
)
def test_headlines(page: str, title: str | None) -> None:
    article = only(page)
    assert (article.title, article.headings) == (title, ())


def test_the_page_goes_before_what_was_given() -> None:
    page = f"<div>2025年06月10日 第03版</div><h1>云织鞋服扩产</h1><p>{ONE}</p><p>{TWO}</p>"
    document = read(page, origin=Origin("某报", "2020-01-01", "9")).document
    assert (document.publication, document.date, document.page) == ("某报", "2025-06-10", "3")


# --- offsets


def test_references_are_resolved_in_place() -> None:
    page = (
        "<h1>云织&ldquo;鞋服&rdquo;扩产</h1><p>公司去年产值超 3&nbsp;亿元&mdash;&mdash;同比增长12&#37;，&#8220;龙头&#x201D;企业&middot;清溪的产品销往东南亚。</p>"
        f"<p>{THREE}</p><p>5 &lt; 6 &AMP R&D &unknown; A&#0;B，这一段有各种各样的字符，都要留下。</p>"
    )
    source = read(page)
    (article,) = source.articles or ()
    assert article.title == "云织“鞋服”扩产"
    assert article.text.split("\n") == [
        "公司去年产值超3亿元——同比增长12%，“龙头”企业·清溪的产品销往东南亚。",
        THREE,
        "5 < 6 & R&D &unknown; A�B，这一段有各种各样的字符，都要留下。",
    ]
    assert len(source.document.text) == len(page)
    assert source.document.text.index(THREE) == page.index(THREE)
    assert "&ldquo;鞋服" in source.document.text  # no text of the article: left as it came
    assert "“      " not in page
    assert "亿元—      —      同比" in source.document.text


def test_words_are_found_where_they_stand() -> None:
    page = f"<html>\r\n<h1>云织鞋服扩产</h1>\r\n<p>　　清溪市<b>云织鞋服</b>有限公司&ldquo;去年&rdquo;产值\r\n   超 3 亿元。</p><p>{TWO}</p>"
    source = read(page)
    (article,) = source.articles or ()
    quote = "清溪市云织鞋服有限公司“去年”产值超3亿元。"
    assert article.text.startswith(quote)
    place = locate(source.document, article, Span(0, len(quote)))
    assert place is not None
    assert "".join("".join(place.pieces).split()) == quote
    assert (place.line, page[place.start : place.start + 3]) == (3, "清溪市")


def test_white_space() -> None:
    article = only(
        f"<p>　　林晓岚　陈知远 Tesla Model 3 在 2025 年\n      产出 3000 台，\u200b共\u00ad计<b>5</b> <i>亿</i>元，带动就业，增加收入。</p><p>{TWO}</p>"
    )
    assert (
        article.text.split("\n")[0] == "林晓岚 陈知远Tesla Model 3在2025年产出3000台，共计5亿元，带动就业，增加收入。"
    )


# --- templates: whole pages round clean articles


def make(random: Random, number: int) -> Clean:
    words = [
        "清溪市",
        "云织鞋服",
        "产业链",
        "亿元",
        "企业",
        "“数字”",
        "项目",
        "投资",
        "2025年",
        "技术改造",
        "茶厂",
        "·",
        "——",
    ]
    paragraphs = [
        "".join(random.choices(words, k=random.randint(8, 40))) + "，" + "".join(random.choices(words, k=6)) + "。"
        for _ in range(random.randint(3, 12))
    ]
    title = "".join(random.choices(words[:10], k=4)) + f"第{number}篇"
    captions = [f"图为车间第{number}角。 本报记者 林晓岚摄"] if number % 2 else []
    return Clean(title, paragraphs, ["本报记者 林晓岚 陈知远"], [(2, "做强产业链")], captions)


@pytest.mark.parametrize("entities", [False, True])
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_whole_pages(template: str, entities: bool) -> None:
    for number in range(20):
        clean = make(Random(number), number)
        article = only(render(template, clean, "2025-06-10", "清溪日报", number, entities=entities))
        assert article.text.split("\n") == clean.paragraphs
        assert (article.title, article.date, article.publication) == (clean.title, "2025-06-10", "清溪日报")
        assert list(article.byline) == clean.byline
        assert list(article.captions) == clean.captions
        assert [(heading.before, heading.text) for heading in article.headings] == clean.headings


# --- encodings


@pytest.mark.parametrize(
    ("declared", "encoding", "mark"),
    [
        ('<meta charset="utf-8">', "utf-8", b""),
        ("<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", "gb18030", b""),
        ('<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=GBK" />', "gb18030", b""),
        ('<?xml version="1.0" encoding="gb2312"?>', "gb18030", b""),
        ("<meta charset=big5>", "big5", b""),
        ("", "utf-8", b""),
        ("", "gb18030", b""),
        ("", "utf-8", b"\xef\xbb\xbf"),
        ("", "utf-16-le", b"\xff\xfe"),
        ("<meta charset=gb2312>", "utf-8", b"\xef\xbb\xbf"),
        ("<meta charset=gb2312>", "utf-8", b""),  # not what it declares
        ("<meta charset=utf-8>", "gb18030", b""),
        ("<meta charset=zlib_codec>", "utf-8", b""),
    ],
)
def test_encodings(declared: str, encoding: str, mark: bytes) -> None:
    words = "清溪市去年產值超過三億元，成為當地產業的龍頭。" * 3 if encoding == "big5" else f"㐀镕{ONE}{TWO}"
    page = f"<html><head>{declared}</head><body><p>{words}</p></body></html>"
    assert decode_markup(mark + page.encode(encoding)) == page


def test_a_few_broken_bytes_do_not_lose_the_page() -> None:
    page = f"<meta charset=gb2312><meta name=description content='{ONE}'><h1>云织鞋服扩产</h1><p>{ONE * 20}</p>"
    data = page.encode("gb18030").replace("业链的龙头企业。'".encode("gb18030"), "业".encode("gb18030") + b"\xb5'")
    assert only(data).text == ONE * 20


# --- hostile pages


PARAGRAPHS = f"<p>{ONE}</p><p>{TWO}</p>"


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<div>" * 100_000 + PARAGRAPHS + "</div>" * 100_000, f"{ONE}\n{TWO}"),
        ("<b><i>" * 50_000 + PARAGRAPHS, f"{ONE}\n{TWO}"),
        ("<h1>标题</h1>" + f"<p>{ONE}</p>" * 20_000, "\n".join([ONE] * 20_000)),
        ("<table><tr><td>" * 100_000 + PARAGRAPHS, f"{ONE}\n{TWO}"),
        ("<" * 1_000_000 + "<!-- -->" * 100_000 + "<!-- -- " * 100_000, NOTHING),
        ("<title>" * 200_000, NOTHING),
        ("<script>" * 200_000, NOTHING),
        ("<script>var a = 1;</script>" * 100_000, NOTHING),
        ("<a href='" * 200_000, NOTHING),
        ("<p " + "a=1 " * 500_000 + ">", NOTHING),
        ("<p>" + "&" * 1_000_000 + "&#" + "9" * 1_000_000, ""),
        ("<p>x" * 90_000, NOTHING),
        ("x<br>" * 200_000, "over 100,000 lines of text on one page; give its articles one by one"),
        ("<b></b>" * 600_000, "over 1,000,000 tags on one page; give its articles one by one"),
        ("<p>" + "&amp;" * 300_001, "over 300,000 character references on one page; save it as plain text"),
        ("<p>" + "福" * 6_000_000, "a page of over 16 MB; give its articles one by one"),
        ("", "an empty file"),
        (" \n ", "an empty file"),
        ("\x01\x02\x03" * 1000, "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"),
        ("<p>\0</p>", "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"),
    ],
)
def test_hostile_pages(page: str, wanted: str) -> None:
    started = time.perf_counter()
    read = read_html(page.encode(), "a.html", "a.html", UNKNOWN)
    assert time.perf_counter() - started < 20  # some seconds on a busy machine
    if isinstance(read, Skipped):
        assert read.reason == wanted
    elif wanted:
        assert [article.text for article in read.articles or ()] == [wanted]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>{}</script>",
        "<SCRIPT type=text/javascript>var a = '<p>{}</p>' </SCRIPT >",
        "<script><!-- if (a<b) document.write('<script>{}</script>'); // --></script>",
        "<script>{}",
        "<style>p:before {{ content: '{}' }}</style>",
        "<!-- {} -->",
        "<!--[if lt IE 9]> {} <![endif]-->",
        "<!-- {}",
        "<div style='color:red; DISPLAY : none'><p>{}</p><div>{}</div></div>",
        "<p hidden>{}</p>",
        "<template><p>{}</p></template>",
        "<noscript>{}</noscript>",
        "<textarea>{}</textarea>",
        "<select><option>{}</option></select>",
        "<iframe>{}</iframe>",
        "<svg><text>{}</text></svg>",
        "<p title='{}' data-a=\"{}\"></p>",
        "<a href='x>{}'></a>",
    ],
)
def test_what_cannot_be_seen_is_no_text(hidden: str) -> None:
    secret = "暗处的话，不在正文里。" * 9
    page = f"<h1>云织鞋服扩产</h1><p>{ONE}</p><p>{TWO}</p>" + hidden.replace("{}", secret).replace("{{", "{").replace(
        "}}", "}"
    )
    assert only(page).text == f"{ONE}\n{TWO}"


TAGS = [
    "div",
    "p",
    "b",
    "a",
    "span",
    "table",
    "tr",
    "td",
    "th",
    "ul",
    "li",
    "h1",
    "h2",
    "br",
    "img",
    "script",
    "style",
    "title",
    "pre",
    "section",
    "article",
    "founder-content",
    "form",
    "select",
]
TOKENS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["<a href=x>", "<div class='nav'>", "<p style='display:none'>", "<!--", "-->", "<![CDATA[", "]]>", "<", ">", "&", "\0"]),
    st.sampled_from(["&nbsp;", "&ldquo;", "&#20013;", "&#x", "&#0;", "&#xD800;", "\"", "'", "=", "\r\n", "\u3000", "\ufeff", "😀", "𠀀"]),
    st.sampled_from([ONE, TWO, THREE, "来源：清溪日报", "2025-06-10", "相关新闻", "本报记者 林晓岚"]),
    st.text(max_size=8),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=60))
@example(["<script>", "<!--", "<script>", "</script>", ONE * 3, "-->", "</script>"])
@example(["<h1>", ONE, "</h1>", ONE, "<h1>", TWO, TWO, "</h1>", TWO, TWO])
def test_any_soup_is_read_or_skipped(tokens: list[str]) -> None:
    page = "".join(tokens)
    data = page.encode("utf-8", "surrogatepass")
    first = read_html(data, "a.html", "a.html", UNKNOWN)
    assert first == read_html(data, "a.html", "a.html", UNKNOWN)
    if isinstance(first, Source):
        assert len(first.document.text) == len(decode_markup(data))
        check_offsets(first)
        assert all(article.text.strip() for article in first.articles or ())


@settings(max_examples=200, deadline=None)
@given(st.lists(TOKENS, max_size=30), st.lists(TOKENS, max_size=10))
def test_no_script_leaks_into_text(around: list[str], inside: list[str]) -> None:
    code = f"{SCRIPT}{''.join(inside)}".replace("<!--", "").lower().replace("</script", "").replace("<script", "")
    page = f"{PARAGRAPHS}<script>{code}</script>" + "".join(around).replace("\0", "")
    read = read_html(page.encode("utf-8", "replace"), "a.html", "a.html", UNKNOWN)
    for article in (read.articles or ()) if isinstance(read, Source) else ():
        assert SCRIPT not in article.text
        assert SCRIPT not in (article.title or "")


@settings(max_examples=100, deadline=None)
@given(
    st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)
)
def test_any_text_comes_back_from_its_escaped_form(words: str) -> None:
    sentence = f"本段写的是，{words}，写完了。"
    named = "".join(f"&#{ord(c)};" for c in sentence)
    for written in (html.escape(sentence), named):
        article = only(f"<h1>标题</h1><div><p>{ONE}</p><p>{written}</p><p>{TWO}</p></div>")
        assert article.text.split("\n") == [ONE, sentence, TWO]


# --- among other inputs


def test_pages_are_read_like_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_bytes(render("epaper", make(Random(1), 1), "2025-06-10", "清溪日报", 1))
    (tmp_path / "b.html").write_text("<p>页面不存在</p>", encoding="utf-8")
    source, skipped = list(read_inputs([tmp_path]))
    assert isinstance(source, Source)
    assert source.articles is not None
    assert source.document.path == "a.htm"
    assert (source.document.publication, source.document.date, source.document.page) == ("清溪日报", "2025-06-10", "3")
    assert OUTSIDE not in source.articles[0].text
    assert skipped == Skipped(str(tmp_path / "b.html"), None, NOTHING)


# --- .docx


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body: str, name: str = "word/document.xml", *, before: str = "") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            name, f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        )
    return file.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def test_docx_paragraphs_are_lines(tmp_path: Path) -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('2024年')}</w:tc><w:tc>{paragraph('3.0')}</w:tc></w:tr></w:tbl>"
    deleted = "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>"
    data = docx(paragraph("云织鞋服扩产") + paragraph(ONE[:9], ONE[9:]) + table + deleted + paragraph(TWO))
    assert read_docx(data).split("\n") == ["云织鞋服扩产", ONE, "2024年 \t3.0 \t", "", TWO, ""]
    (tmp_path / "a.docx").write_bytes(data)
    (source,) = read_inputs([tmp_path / "a.docx"])
    assert isinstance(source, Source)
    assert source.articles is None
    assert source.document.text == read_docx(data)


def test_docx_text_boxes_and_notes_are_kept() -> None:
    box = f"<w:txbxContent>{paragraph('图为车间一角。')}{paragraph('本报记者 摄')}</w:txbxContent>"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = (
        f'<mc:AlternateContent xmlns:mc="{compatible}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
        "</mc:AlternateContent>"
    )
    body = f"<w:p><w:r><w:t>{ONE[:9]}</w:t></w:r><w:r>{both}</w:r><w:r><w:t>{ONE[9:]}</w:t></w:r></w:p>{paragraph(TWO)}"
    notes = (
        f'<w:footnotes xmlns:w="{WORD}"><w:footnote w:type="separator">{paragraph("线")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("数据来自企业年报。")}</w:footnote></w:footnotes>'
    )
    file = io.BytesIO(docx(body))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    lines = [line for line in read_docx(file.getvalue()).split("\n") if line]
    assert lines == [ONE, "图为车间一角。", "本报记者 摄", TWO, "数据来自企业年报。"]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"no archive", "a damaged .docx file; save it again"),
        (b"", "a damaged .docx file; save it again"),
        (docx(paragraph(ONE))[:-40], "a damaged .docx file; save it again"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "an encrypted or old .doc file; save it as .docx without a password"),
        (docx("", "xl/workbook.xml"), "no .docx file: it holds no word/document.xml"),
        (docx(""), "no text in this .docx file"),
        (docx("<w:p>"), "a damaged .docx file; save it again"),
        (
            docx("&b;", before='<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
            "a .docx file with a document type, which no office program writes; not read",
        ),
        (docx(" " * (65 << 20)), "a .docx file whose text unpacks to over 64 MB; give its parts"),
    ],
)
def test_docx_files_that_are_not_read(tmp_path: Path, data: bytes, wanted: str) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    assert list(read_inputs([tmp_path])) == [Skipped(str(tmp_path / "a.docx"), None, wanted)]


@pytest.mark.parametrize(
    "data",
    [
        f"<!DOCTYPE html><title>甲</title><p>{ONE}</p><p>{TWO}</p>".encode(),
        f"\n <!-- 注 -->\n<HTML><BODY>{ONE}<br>{TWO}</BODY></HTML>".encode("gb18030"),
        b"\xef\xbb\xbf" + f'<?xml version="1.0"?>\n<html><body><p>{ONE}</p><p>{TWO}</p></body></html>'.encode(),
        b"\xff\xfe" + f"<html><body><p>{ONE}</p><p>{TWO}</p></body></html>".encode("utf-16-le"),
        docx(paragraph(ONE) + paragraph(TWO)),
        f"{ONE}\n{TWO}".encode(),
        f"<{ONE}\n{TWO}".encode(),
    ],
)
def test_standard_input_is_read_as_what_it_is(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (source,) = read_inputs(["-"])
    assert isinstance(source, Source)
    text = source.articles[0].text if source.articles else source.document.text
    assert text.strip("\n<") == f"{ONE}\n{TWO}"


def test_frames_are_said() -> None:
    page = "<html><frameset cols='20%,80%'><frame src=menu.htm><frame src=c.htm></frameset></html>"
    assert reason(page) == "a page of frames without text of its own; give the pages that they show"


def test_nothing_named_in_a_page_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    page = (
        '<!DOCTYPE html SYSTEM "http://example.invalid/a.dtd"><base href="http://example.invalid/"><link rel=stylesheet href=a.css>'
        f'<script src="http://example.invalid/a.js"></script><iframe src=b.html></iframe><img src=c.jpg>{PARAGRAPHS}'
    )
    assert only(page).text == f"{ONE}\n{TWO}"

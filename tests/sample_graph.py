"""A small hand-built graph: two pages and a set of nasty names. Companies and people are invented."""

import re
from itertools import pairwise

from golden import parse

from kg.claims import make_claim
from kg.graph import Graph, build_graph
from kg.ids import article_id, digest, document_id, group_id
from kg.model import (
    Article,
    Claim,
    Document,
    Group,
    Mention,
    Modality,
    Piece,
    Polarity,
    Qualifier,
    Reading,
    Reference,
    Span,
)
from kg.resolve import resolve
from kg.schema import Schema, load_schema
from kg.text import sentences

NASTY = (
    '“双百”"工程"100%国产<电机>&厂',
    "𠮷田\u3000商会",
    "阿不都·买买提公司",
    "闽东（集团）有限公司",
    "=1+1公司",
    "-银行|甲",
    "断\n行'公司",
    "换页\x0c公司\x00",
)
"""Names that break careless formats: quotes, per cent, markup, spaces, control characters, formulas, rare planes."""

ADCODES = {"福建省": "350000", "蕉城区": "350902", "宁德市": "350900"}
SUM = (("bound", "above"), ("currency", "CNY"), ("value", 600000000))
Row = tuple[str, str, str, tuple[Qualifier, ...], Modality, Polarity]
Page = tuple[Document, list[Reading]]

_FIRST = (
    "[兴业银行|Organization/financial_institution]向[闽东星源电机有限公司|Organization/company]授信5300万元，已投放1996万元。"
    "[星源电机|Organization/company]位于[福建省|Region/province][宁德市|Region/prefecture][蕉城区|Region/county]，"
    "该行拟向其再授信超6亿元。董事长[林知远|Person/executive]说，公司没有向[鼓楼区|Region/county]投资。"
)
_SECOND = (
    "[兴业银行|Organization/financial_institution]给予[闽东星源电机有限公司|Organization/company]授信5300万元。"
    "[闽东星源电机有限公司|Organization/company]与[兴业银行|Organization/financial_institution]合作。"
    "[鼓楼区|Region/county]的[蕉城区|Region/county]展厅被评为“电机之窗”。"
)


def wrapped(text: str, width: int = 11) -> tuple[str, tuple[Piece, ...]]:
    """Return the text as a page might hold it, broken into lines and indented, and the offsets into it."""
    raw, pieces, start = "报头\r\n\r\n", [], 0
    for stretch in re.finditer(rf"\S{{1,{width}}}", text):
        assert not text[start : stretch.start()].strip()
        raw += "  "
        pieces.append(Piece(stretch.start(), stretch.end(), len(raw)))
        raw += stretch[0] + "\n"
        start = stretch.end()
    return raw, tuple(pieces)


def page(path: str, text: str, mentions: tuple[Mention, ...], rows: tuple[Row, ...] = (), title: str = "题") -> Page:
    """Return a document of one article, each name a group (short names with the long one), each row a claim.

    A row names the words of its subject and object; the first sentence that has them both is its evidence.
    """
    raw, offsets = wrapped(text)
    document = Document(
        document_id(path, digest(raw)), path, digest(raw, length=64), raw, "闽东日报", "2025-06-10", "3"
    )
    article = Article(
        article_id(document.id, 1),
        document.id,
        1,
        text,
        title,
        byline=("本报记者 林知远",),
        offsets=offsets,
        date="2025-06-10",
    )
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault("闽东星源电机有限公司" if mention.text == "星源电机" else mention.text, []).append(mention)
    made = tuple(
        Group(group_id(article.id, m[0].span.start), m[0].type, m[0].subtype, name, tuple(m), ADCODES.get(name), "same")
        for name, m in groups.items()
    )
    spans = tuple(sentences(text))
    claims = tuple(_claim(article, spans, mentions, row) for row in rows)
    references = (Reference(Span(0, 1), text[0], mentions[0], "nearest", 0.5),)
    return document, [Reading(article, spans, mentions, made, references, claims)]


def _claim(article: Article, spans: tuple[Span, ...], mentions: tuple[Mention, ...], row: Row) -> Claim:
    subject, predicate, object_, qualifiers, modality, polarity = row
    named = {mention.text: mention for mention in reversed(mentions)}
    has_both = [s for s in spans if subject in (t := article.text[s.start : s.end]) and object_ in t]
    return make_claim(
        article, named[subject], predicate, named.get(object_, object_), evidence=has_both[:1] or spans[:2],
        reader="relate_frames/test", score=0.9, qualifiers=qualifiers, modality=modality, polarity=polarity,
    )  # fmt: skip


def pages() -> list[Page]:
    """Return the documents with their readings, by path."""
    exact = (("bound", "exact"), ("currency", "CNY"), ("value", 53000000))
    credit = (Qualifier("amount", "5300万元", exact),)
    lent = (Qualifier("amount", "1996万元", (("bound", "exact"), ("currency", "CNY"), ("value", 19960000))),)
    more = (
        Qualifier("amount", "超6亿元", SUM),
        Qualifier("date", "今年", (("end", "2025-12-31"), ("start", "2025-01-01"))),
    )
    bank, firm = "兴业银行", "闽东星源电机有限公司"
    first = (
        (bank, "grantsCredit", firm, credit, "done", "affirmed"),
        (bank, "lendsTo", firm, lent, "done", "affirmed"),
        (bank, "grantsCredit", firm, more, "planned", "affirmed"),
        (bank, "grantsCredit", firm, (Qualifier("amount", "6亿元"),), "done", "affirmed"),
        ("星源电机", "locatedIn", "蕉城区", (), "done", "affirmed"),
        ("蕉城区", "partOf", "宁德市", (), "done", "affirmed"),
        ("林知远", "holdsPosition", "星源电机", (Qualifier("title", "董事长"),), "done", "affirmed"),
        ("星源电机", "supplies", "鼓楼区", (), "done", "denied"),
    )
    second = (
        (bank, "grantsCredit", firm, credit, "done", "affirmed"),
        (firm, "cooperatesWith", bank, (), "ongoing", "affirmed"),
        ("蕉城区", "hasTitle", "电机之窗", (), "done", "affirmed"),
    )
    marked = "，".join(NASTY)
    starts = [marked.index(name) for name in NASTY]
    nasty = tuple(
        Mention(Span(start, start + len(name)), name, "Organization", "company", "test", 1.0)
        for start, name in zip(starts, NASTY, strict=True)
    )
    chain = tuple((a, "supplies", b, (), "done", "affirmed") for a, b in pairwise(NASTY))
    return [
        page("一/第1页.txt", *parse(_FIRST), first, "星源电机获授信"),
        page("一/第2页.txt", *parse(_SECOND), second, "“窗”与<门>&"),
        page("二/=nasty.txt", marked, nasty, chain, "=题"),
    ]


def sample(schema: Schema | None = None) -> Graph:
    """Return the graph of the pages."""
    contents = pages()
    links = resolve(reading for _, readings in contents for reading in readings)
    return build_graph(contents, links, schema or load_schema())

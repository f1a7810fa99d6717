"""Web pages and pages of electronic papers: the articles that stand on them, without what stands round them.

The document's text is the decoded file itself, so that offsets count its characters as those of a text file do. A
character reference (``&ldquo;``) is the one thing whose text differs from its source: where the text of an article
uses one, the document's text holds the character it stands for, followed by blanks up to the reference's length.
Every offset so stays that of the file, and the pieces of every quote, joined, equal the quote once white space is
removed. Nothing that a page names is fetched, and no script is run.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

from kg.errors import InputError
from kg.ids import article_id, document_id
from kg.ingest.decoding import decode_markup
from kg.ingest.html_body import find_bodies
from kg.ingest.html_head import Head, read_head, read_page
from kg.ingest.html_lines import is_caption, is_furniture, leave_asides, mark_wrapped
from kg.ingest.html_markup import Line, Markup, read_markup
from kg.ingest.html_paragraphs import Content, arrange
from kg.ingest.html_text import join_paragraphs, resolve_references
from kg.ingest.sources import Origin, Skipped, Source
from kg.model import Article, Document

LARGEST = 16 * 1024 * 1024
"""Bytes of a page; more is not read."""

_FRAMES = "a page of frames without text of its own; give the pages that they show"
_NEAR = 6  # lines before or after a body


def read_html(data: bytes, shown: str, name: str, origin: Origin) -> Source | Skipped:
    """Return the page with its articles, or the reason why there is none.

    ``shown`` is the file as it was given, ``name`` its path relative to the input. What the page says of its
    publication, date and page goes before ``origin``.
    """
    try:
        if len(data) > LARGEST:
            raise InputError(f"a page of over {LARGEST >> 20} MB; give its articles one by one")
        source = decode_markup(data)
        if not source.strip():
            raise InputError("an empty file")
        markup = read_markup(source)
        mark_wrapped(markup.lines)
    except InputError as error:
        return Skipped(shown, None, str(error))
    found = [(head, arrange(body, head.title, head.above)) for head, body in _find(markup)]
    found = [(head, content) for head, content in found if content.paragraphs]
    if not found:
        return Skipped(shown, None, _FRAMES if "<frame" in source.lower() else "no article found on this page")
    sha256 = hashlib.sha256(data).hexdigest()
    identity = document_id(name, sha256)
    parts = [part for _, content in found for paragraph in content.paragraphs for part in paragraph]
    page = read_page(markup, {start for start, _, _ in parts})
    stated = Origin(origin.publication, page.date or origin.date, page.page or origin.page)
    articles = [_article(identity, number, *each, stated) for number, each in enumerate(found, start=1)]
    text = resolve_references(source, parts)
    first = articles[0]
    document = Document(identity, name, sha256, text, first.publication, first.date, first.page)
    return Source(document, tuple(articles))


def _article(document: str, number: int, head: Head, content: Content, page: Origin) -> Article:
    text, pieces = join_paragraphs(content.paragraphs)
    return Article(
        id=article_id(document, number),
        document=document,
        number=number,
        text=text,
        title=head.title,
        byline=head.byline,
        headings=tuple(content.headings),
        captions=tuple(content.captions),
        offsets=pieces,
        publication=head.publication or page.publication,
        date=head.date or page.date,
        page=page.page,
    )


def _find(markup: Markup) -> list[tuple[Head, list[Line]]]:
    """Return each article's head and body; classes are not trusted where all text stands in what they call an aside."""
    for by_class in (True, False):
        lines = leave_asides(markup.lines, by_class=by_class)
        stretches = find_bodies(lines)
        if not stretches:
            continue
        found = []
        for number, (start, end) in enumerate(stretches):
            before = lines[stretches[number - 1][1] if number else 0 : start]
            body = lines[start:end]
            head = read_head(markup, before, body, alone=len(stretches) == 1)
            inside = [*_openers(before, head, body), *body, *_captions_after(lines[end:])]
            found.append((head, [line for line in inside if line not in head.used]))
        return found
    return []


def _openers(before: Sequence[Line], head: Head, body: Sequence[Line]) -> list[Line]:
    """Return the lines between head and body that belong to the body: what stands right before it, and captions."""
    first = next((place for place, line in enumerate(before) if line in head.used), max(len(before) - _NEAR, 0))
    block = body[0].element.block
    opening: list[Line] = []
    right_before = True
    for line in reversed(before[first:]):
        own = line.element.block
        right_before = right_before and own.name == block.name and own.parent is block.parent
        right_before = right_before and line not in head.used and not is_furniture(line)
        if right_before or (line not in head.used and is_caption(line)):
            opening.append(line)
    return opening[::-1]


def _captions_after(lines: Sequence[Line]) -> list[Line]:
    """Return the captions that follow a body before anything else does."""
    return list(itertools.takewhile(is_caption, lines[:_NEAR]))

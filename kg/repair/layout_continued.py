"""Articles that run over the end of a PDF page: text that begins a page under no headline goes on with one before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.model import Article, Box
from kg.repair.layout_zones import ENDED

_LATIN = re.compile("[A-Za-z]")
_SAME_EDGE, _NEAR_BOTTOM = 12.0, 40.0  # points


@dataclass(frozen=True, slots=True)
class PageArticles:
    """The articles of one page in reading order.

    ``open`` are the places of those that begin under no headline; ``named`` that the page prints its own number or
    date: it is a page of a newspaper and no sheet of a longer print; ``size`` is the font size of its running text.
    """

    articles: tuple[Article, ...]
    named: bool = False
    size: float = 0.0


def continue_articles(pages: Sequence[PageArticles]) -> list[Article]:
    """Return the articles of all pages, those that go on from page to page joined.

    Text under no headline goes on with an article of the page before that stops within a sentence; where none does,
    with the last, if its page looks like the next sheet of one print.
    """
    done: list[Article] = []
    before: list[int] = []  # the places of the articles of the page before
    size = 0.0
    for page in pages:
        sheet = not page.named and abs(page.size - size) < 0.03 * size
        waiting = {place: done[place] for place in before if done[place].kind == "article" and done[place].text}
        here: list[int] = []
        continued: int | None = None  # the place of the article that the one right before goes on with
        for article in page.articles:
            if article.title is None and article.kind == "article":
                place = _find_open(waiting, article)
                if place is None:
                    place = continued
                if place is None and sheet:
                    place = _find_lowest(waiting)
            else:
                place = None
            if place is None:
                done.append(article)
                here.append(len(done) - 1)
            else:
                done[place] = _join(done[place], article)
                waiting.pop(place, None)
                here.append(place)
            continued = place
        before, size = here or before, page.size
    return done


def _find_open(waiting: Mapping[int, Article], more: Article) -> int | None:
    """Return the place of the article that stops within a sentence, best at the foot of the page and in line."""
    bottom = min((_lowest(article) for article in waiting.values()), default=0.0)
    ranked = [
        (_lowest(article) - bottom < _NEAR_BOTTOM, _is_above(article, more), place)
        for place, article in waiting.items()
        if not ENDED.search(article.text)
    ]
    return max(ranked)[-1] if ranked else None


def _find_lowest(waiting: Mapping[int, Article]) -> int | None:
    """Return the place of the last article that reaches the foot of its page."""
    bottom = min((_lowest(article) for article in waiting.values()), default=0.0)
    return max((place for place, each in waiting.items() if _lowest(each) - bottom < _NEAR_BOTTOM), default=None)


def _last_boxes(article: Article) -> list[Box]:
    last = article.offsets[-1].page if article.offsets else None
    return [piece.box for piece in article.offsets if piece.page == last and piece.box]


def _lowest(article: Article) -> float:
    """Return how low on its last page the text of an article reaches."""
    return min((box[1] for box in _last_boxes(article)), default=float("inf"))


def _is_above(article: Article, more: Article) -> bool:
    """Say whether text begins at the left edge of the columns that an article has on its last page."""
    left = min((box[0] for box in _last_boxes(article)), default=None)
    first = min((piece.box[0] for piece in more.offsets if piece.box), default=None)
    return left is not None and first is not None and abs(left - first) < _SAME_EDGE


def _join(article: Article, more: Article) -> Article:
    """Return the article with the text of another after it, in one paragraph where a sentence goes on."""
    goes_on = not ENDED.search(article.text) and not any(heading.before == 0 for heading in more.headings)
    spaced = _LATIN.match(article.text[-1]) and _LATIN.match(more.text[:1])
    between = ("" if not spaced else " ") if goes_on else "\n"
    start = len(article.text) + len(between)
    paragraphs = article.text.count("\n") + (0 if goes_on else 1)
    return replace(
        article,
        text=article.text + between + more.text,
        byline=article.byline + more.byline,
        headings=article.headings + tuple(replace(each, before=each.before + paragraphs) for each in more.headings),
        captions=article.captions + more.captions,
        offsets=article.offsets
        + tuple(
            replace(piece, text_start=piece.text_start + start, text_end=piece.text_end + start)
            for piece in more.offsets
        ),
    )

"""Who wrote an article, what it is called, when and where it appeared: said on the page or unknown, never guessed."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from kg.ingest.dates import to_iso
from kg.ingest.html_info import LONGEST, MARKS, days, is_byline, is_info, read_infos
from kg.ingest.html_lines import is_after_article, is_heading_tag, is_prose
from kg.ingest.html_markup import Line, Markup, resolve
from kg.ingest.html_text import show
from kg.ingest.sources import Origin

_PAGE = re.compile(r"(?:第\s*|日\s*)0*([A-Z]?\d{1,3})\s*版")
_PAPER = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,12}(?:报|报社|通讯社|新闻社|周刊|杂志|新华社|中新社)")
_EDITION = re.compile("(?:数字|电子)(?:报|版)$")
_TITLE_WORDS = frozenset(["title", "headline", "biaoti", "bt", "tit", "arttitle", "h1", "founder-title"])
_SUBTITLE_WORDS = frozenset(["subtitle", "introtitle", "subhead", "subheadline"])
_BAR = re.compile(r"\s*[_|｜丨»]+\s*|\s+[-–—]+\s+|-{1,2}(?=[^-]{2,20}$)")
_SITE = re.compile(r"(?:报|网|网站|政府|门户|频道|新闻|客户端|首页|委员会|局|电子版|数字报|版)$")
_DATED = ("pubdate", "publishdate", "publish_date", "_pubtime", "article:published_time", "og:release_date",
          "datepublished", "weibo:article:create_at", "weibo: article:create_at", "date")  # fmt: skip
_SOURCES = ("contentsource", "source", "article:publisher", "mediaid")
_SITES = ("og:site_name", "sitename")
_TITLES = ("articletitle", "og:title", "twitter:title")
_PROPERTY = re.compile(r"<(date|title|author)>(.*?)</\1>", re.DOTALL)
_NEAR = 6  # lines before a body that has no headline
_LONGEST_TITLE = 80
_LEAST_TITLE = 2.0


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of an article; ``used`` are the lines that say it, ``above`` headings beside the headline."""

    title: str | None
    byline: tuple[str, ...]
    date: str | None
    publication: str | None
    above: tuple[str, ...]
    used: frozenset[Line]


def read_head(markup: Markup, before: Sequence[Line], body: Sequence[Line], *, alone: bool) -> Head:
    """Read the head of an article from the lines before its body and the body's first lines.

    ``alone`` says that the page holds no other article, so that what the page says of itself holds for it.
    """
    metas = _metas(markup) if alone else {}
    stated = [metas[name] for name in _TITLES if name in metas] + ([markup.title] if alone else [])
    text = "".join(line.text for line in body)
    said = _stated_title(stated, text) if alone else None
    lines = _find_title(before, stated, text, besides=said)
    used = set(lines)
    zone = list(before[before.index(lines[-1]) + 1 :]) if lines else list(before[-_NEAR:])
    above, zone = _subtitles(before, zone, used) if lines else ((), zone)
    infos = read_infos([*zone, *body[:3]])
    date, publication, byline = infos.day, infos.publication, tuple(dict.fromkeys(infos.byline))
    title = " ".join(show(line).strip(MARKS) for line in lines) or said
    if alone:
        date = date or next((iso for name in _DATED if (iso := _to_day(metas.get(name)))), None)
        publication = publication or _publication(metas, markup.title)
        byline = byline or _author(metas.get("author"))
    return Head(title, byline, date, publication, above, frozenset(used | infos.used))


def read_page(markup: Markup, inside: Container[int]) -> Origin:
    """Return the day and the page number that the lines outside articles give, each unknown where they give several.

    ``inside`` holds where the parts of the articles begin.
    """
    outside = [line for line in markup.lines if line.size <= LONGEST and line.parts[0][0] not in inside]
    dated = {day for line in outside if not is_prose(line) for day in days(line.text)}
    numbers = {
        number[1] for line in outside if not line.link_size and line.size <= 60 for number in _PAGE.finditer(line.text)
    }
    return Origin(None, dated.pop() if len(dated) == 1 else None, numbers.pop() if len(numbers) == 1 else None)


def _metas(markup: Markup) -> dict[str, str]:
    metas: dict[str, str] = {}
    for name, content in markup.metas:
        metas.setdefault(name, content)
    for name, content in _PROPERTY.findall(markup.properties):  # Founder's publishing system
        key = {"date": "pubdate", "title": "articletitle", "author": "author"}[name]
        metas.setdefault(key, " ".join(resolve(content).split()))
    return metas


def _find_title(before: Sequence[Line], stated: Sequence[str], text: str, *, besides: str | None) -> Sequence[Line]:
    """Return the lines of the headline among those before the body, none where none is one.

    A line is judged by its element, by what it shares with the title in the page's head, and by what it shares with
    the body; of equals the last counts. ``besides`` is the headline that the head of the page gives: then a line that
    shares nothing is none, whatever its element.
    """
    bigrams = _bigrams(text)
    keys = [_key(each) for each in stated]
    best: tuple[float, int] | None = None
    for place, line in enumerate(before):
        shown = show(line).strip(MARKS)
        if not 2 <= len(shown) <= _LONGEST_TITLE or line.link_size > 0.5 * line.size or is_info(shown):
            continue
        key = _key(shown)
        own = _bigrams(key)
        shared = 6 * max((min(len(key), 20) / 20 for each in keys if len(key) > 3 and key in each), default=0.0)
        shared += 3 * len(own & bigrams) / max(len(own), 1)
        score = shared + _weight(line)
        if score >= _LEAST_TITLE and (shared or not besides) and (best is None or score >= best[0]):
            best = score, place
    return _title_lines(before, best[1]) if best else ()


def _weight(line: Line) -> float:
    block = line.element.block
    if block.name == "founder-title":
        return 6.0
    if block.name == "h1":
        return 4.0
    if block.name in ("h2", "h3"):
        return 2.0
    if not _TITLE_WORDS.isdisjoint(block.words | line.element.words):
        return 3.0
    return 1.0 if line.bold_size == line.size else 0.0


def _title_lines(before: Sequence[Line], place: int) -> Sequence[Line]:
    """Return a line of a headline with those of the same element that <br> sets apart."""
    block = before[place].element.block
    if not is_heading_tag(before[place]) and block.name != "founder-title":
        return before[place : place + 1]
    first = last = place
    while first > 0 and before[first].breaks and before[first - 1].element.block is block:
        first -= 1
    while last + 1 < len(before) and before[last + 1].breaks and before[last + 1].element.block is block:
        last += 1
    return before[first : last + 1]


def _subtitles(before: Sequence[Line], zone: list[Line], used: set[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """Return the headings over and under the headline, and the lines between it and the body without them."""
    found = [line for line in before[-20:] if line.element.block.name in ("founder-introtitle", "founder-subtitle")]
    found += [line for line in zone if _is_subtitle(line)]
    used.update(found)
    return tuple(show(line).strip(MARKS) for line in found), [line for line in zone if line not in used]


def _is_subtitle(line: Line) -> bool:
    words = line.element.block.words | line.element.words
    marked = is_heading_tag(line) or not _SUBTITLE_WORDS.isdisjoint(words)
    return marked and not line.link_size and not is_after_article(line) and not is_info(show(line))


def _stated_title(stated: Sequence[str], text: str) -> str | None:
    """Return the part of the page's title that shares most with the body, None where none does."""
    bigrams = _bigrams(text)
    best: tuple[float, str] | None = None
    for title in stated:
        for part in _BAR.split(title):
            own = _bigrams(_key(part))
            shared = len(own & bigrams)
            if len(part) >= 4 and shared >= max(2, 0.25 * len(own)) and not (_SITE.search(part) and len(part) < 12):
                score = float(shared)
                if best is None or score > best[0]:
                    best = score, part.strip()
    return best[1] if best else None


def _to_day(content: str | None) -> str | None:
    """Return the day of a meta element; a time in UTC may be another day in China and gives none."""
    if not content or content.endswith(("Z", "+00:00")):
        return None
    return to_iso(content) or next(iter(days(content)), None)


def _publication(metas: dict[str, str], title: str) -> str | None:
    """Return the source that the head names, else the paper that the page's title ends with, else the site."""
    for name in _SOURCES:
        if value := re.sub(r"^(?:来源|稿源)[：:]\s*", "", metas.get(name, "")).strip():
            return value
    for part in reversed(_BAR.split(title)):
        if paper := _PAPER.match(_EDITION.sub("", part.strip())):
            return paper[0]
    return next((metas[name] for name in _SITES if metas.get(name)), None)


def _author(content: str | None) -> tuple[str, ...]:
    text = (content or "").strip()
    return (text.strip(MARKS),) if text and len(text) <= 40 and is_byline(text) else ()


def _key(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))

"""Blocks put together as articles: each body with its headline, byline, sub-headings and captions.

Nothing is dropped but white space, doubled print, page furniture and marks; what has no body becomes an article of
the kind ``unplaced``.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kg.ids import article_id
from kg.model import Article, Document, Heading
from kg.repair.blocks import Block
from kg.repair.bodies import split_bodies
from kg.repair.bylines import credited, group_bylines, join_byline, names_in, strip_marks
from kg.repair.furniture import Furniture, merge, read_note
from kg.repair.headlines import Headline, Headlines, find_headlines, may_be_headline, overlap
from kg.repair.offsets import join_paragraphs, latin_words
from kg.repair.wording import pairs

_CAPTION_INSIDE = 0.15  # a caption inside a body belongs there unless another shares clearly more of its words
_CAPTION_LEAST = 0.08
_SAME_NAME = 0.3  # the author of the body also took the picture
_MOST_HEADLINE_LINES = 2


@dataclass(slots=True)
class _Body:
    """An article while it is put together."""

    paragraphs: list[Block]
    title: list[Headline] = field(default_factory=list)
    bylines: list[Block] = field(default_factory=list)
    headings: list[tuple[int, Block]] = field(default_factory=list)
    captions: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Characters of the file that are in no article: page furniture, doubled print, or a mark before a headline.

    ``text`` stands in the file from ``start`` on.
    """

    kind: Literal["furniture", "doubled", "mark"]
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """The articles of a document, and every character but white space that is in none of them."""

    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...]


def assemble(document: Document, blocks: Sequence[Block], *, single: bool = False) -> Repaired:
    """Return the articles of a page, numbered in the order of their bodies, unplaced lines last.

    ``single`` says that the file is one article, so that its text is not cut.
    """
    paragraphs, between = _sequence(blocks)
    runs = {place: find_headlines(run) for place, run in enumerate(between) if run}
    last = len(paragraphs)
    gathered = {
        place: run.headlines for place, run in runs.items() if place in (0, last) or (run.is_gathering and not single)
    }
    notes = [block.place for block in blocks if block.kind == "furniture" and read_note(block.lines[0])]
    wording = [] if single else [pairs(block.text) for block in paragraphs]
    if single:
        starts = [0][:last]
        owners = {place: [0 if paragraphs else None] * len(lines) for place, lines in gathered.items()}
    else:
        starts, owners = split_bodies(paragraphs, between, wording, gathered, notes)
    stretches = list(itertools.pairwise([*starts, last]))
    bodies = [_Body(paragraphs[a:b]) for a, b in stretches]
    for number, body in enumerate(bodies):
        for place in range(starts[number] + 1, starts[number] + len(body.paragraphs)):
            for block in between[place]:
                if block.kind == "byline":
                    body.bylines.append(block)
                else:
                    body.headings.append((place - starts[number], block))
        body.headings[:0] = [(0, block) for block in between[starts[number]] if block.kind == "heading"]
    captions = [block for block in blocks if block.kind == "caption"]
    texts = ["".join(block.text for block in body.paragraphs) for body in bodies] if captions else []
    shared = overlap([_shown(caption) for caption in captions], texts, [wording[a:b] for a, b in stretches])
    unplaced = [block for block in between[-1] if block.kind == "heading"]
    following = {place: number for number, place in enumerate(starts)}
    for place, run in runs.items():
        if place in following or place in gathered:
            unplaced += _place_headlines(bodies, run, owners.get(place), following.get(place))
    if not single:
        _uncover_headlines(bodies)
    unplaced += _place_captions(bodies, captions, shared)
    said = merge(block.furniture for block in blocks if block.furniture)
    words = latin_words(document.text)
    articles = [_article(document, number, body, said, words) for number, body in enumerate(bodies, start=1)]
    if unplaced:
        body = _Body(sorted(unplaced, key=lambda block: block.place))
        articles.append(replace(_article(document, len(bodies) + 1, body, said, words), kind="unplaced"))
    dropped = [*_dropped(blocks), *(mark for body in bodies for mark in _marks(body))]
    return Repaired(tuple(articles), tuple(sorted(dropped, key=lambda each: each.start)))


def _dropped(blocks: Sequence[Block]) -> Iterator[Dropped]:
    for block in blocks:
        for line in block.lines:
            if block.kind == "furniture":
                yield Dropped("furniture", line.raw, line.start)
            for start, length in line.undone:
                yield Dropped("doubled", line.raw[start - line.start : start - line.start + length], start)


def _marks(body: _Body) -> Iterator[Dropped]:
    firsts = [headline.blocks[0] for headline in body.title]
    for block in [*firsts, *body.bylines]:
        line = block.lines[0]
        length = len(line.raw) - len(strip_marks(line.raw))
        if length:
            yield Dropped("mark", line.raw[:length], line.start)


def _sequence(blocks: Sequence[Block]) -> tuple[list[Block], list[list[Block]]]:
    """Return the paragraphs, and the headlines and bylines before each and, last, after them all."""
    paragraphs: list[Block] = []
    between: list[list[Block]] = [[]]
    for block in blocks:
        if block.kind == "text":
            paragraphs.append(block)
            between.append([])
        elif block.kind in ("headline", "heading", "byline"):
            between[-1].append(block)
    return paragraphs, between


def _place_headlines(
    bodies: Sequence[_Body], run: Headlines, owners: Sequence[int | None] | None, following: int | None
) -> list[Block]:
    """Give headlines and bylines that stand together to bodies; return what belongs to none.

    ``owners`` are the bodies of gathered headlines; others belong to the body that follows.
    """
    unplaced: list[Block] = []
    of_headlines = [following] * len(run.headlines) if owners is None else owners
    for headline, number in zip(run.headlines, of_headlines, strict=True):
        if number is None:
            unplaced += headline.blocks
        else:
            bodies[number].title.append(headline)
    for byline, number in _owners_of_bylines(bodies, run, of_headlines, following):
        if number is None and following is not None and not bodies[following].bylines:
            number = following
        if number is None and not run.headlines and bodies:
            number = len(bodies) - 1  # after the last body, and no headline to go with
        if number is None:
            unplaced.append(byline)
        else:
            bodies[number].bylines.append(byline)
    return unplaced


def _owners_of_bylines(
    bodies: Sequence[_Body], run: Headlines, of_headlines: Sequence[int | None], following: int | None
) -> Iterator[tuple[Block, int | None]]:
    """Yield each byline with its body; several in a row may be those of several articles named above them."""
    for owner, group in itertools.groupby(run.bylines, key=lambda each: each[1]):
        bylines = [byline for byline, _ in group]
        if owner is None:
            yield from ((byline, following) for byline in bylines)
            continue
        stretch = [each.run for each in run.headlines].index(run.headlines[owner].run)
        numbers = list(dict.fromkeys(of_headlines[stretch : owner + 1]))
        for byline, number in zip(bylines, _in_order(bylines, numbers), strict=True):
            known = [each for each in numbers if each is not None and _is_named(byline, bodies[each])]
            yield byline, known[0] if len(known) == 1 else number


def _in_order(bylines: Sequence[Block], numbers: Sequence[int | None]) -> list[int | None]:
    """Return for each byline the body that it signs, both in the order of the page."""
    signed = [byline.text for byline in bylines]
    groups = group_bylines(signed, len(numbers))
    if len(numbers) == 1 or len(groups) == 1:
        return [numbers[-1]] * len(bylines)
    apart = (len(numbers) - 1) / (len(groups) - 1)  # some articles have none: nobody knows which
    return [numbers[int(at * apart + 0.5)] for at, group in enumerate(groups) for _ in range(group)]


def _is_named(byline: Block, body: _Body) -> bool:
    names = names_in(join_byline(byline.lines))
    return any(name in block.text for block in body.paragraphs for name in names)


def _uncover_headlines(bodies: Sequence[_Body]) -> None:
    """Give a body without a headline its first lines as one, where their form allows it and the body repeats them.

    A headline as wide as the column could not be told from running text before.
    """
    for body in bodies:
        lines = body.paragraphs[0].lines
        rest = "" if body.title else "".join(block.text for block in body.paragraphs[1:])
        for count in range(min(_MOST_HEADLINE_LINES, len(lines) - 1), 0, -1):
            if not body.title and may_be_headline(lines[:count], "".join(line.text for line in lines[count:]) + rest):
                first = body.paragraphs[0]
                block = Block("headline", lines[:count], first.place)
                body.title.append(Headline((block,), strip_marks(_shown(block)), first.place))
                body.paragraphs[0] = replace(first, lines=lines[count:])


def _place_captions(
    bodies: Sequence[_Body], captions: Sequence[Block], shared: Sequence[Mapping[int, float]]
) -> list[Block]:
    """Give captions to bodies by shared words, place and the photographer's name; return what belongs to none."""
    unplaced = []
    starts = [body.paragraphs[0].place for body in bodies]
    authors = ["\n".join(join_byline(block.lines) for block in body.bylines) for body in bodies]
    by_name: dict[str, list[int]] = {}
    for caption, of_bodies in zip(captions, shared, strict=True):
        scores = dict(of_bodies)
        name = credited(_shown(caption))
        around = bisect_left(starts, caption.place) - 1
        if around >= 0 and caption.place < bodies[around].paragraphs[-1].place:
            scores[around] = scores.get(around, 0.0) + _CAPTION_INSIDE
        if name and name not in by_name:
            by_name[name] = [number for number, names in enumerate(authors) if name in names]
        for number in by_name[name] if name else ():
            scores[number] = scores.get(number, 0.0) + _SAME_NAME
        best = max(scores, key=lambda number: (scores[number], -number), default=None)
        if len(bodies) == 1:
            bodies[0].captions.append(caption)
        elif best is not None and scores[best] >= _CAPTION_LEAST:
            bodies[best].captions.append(caption)
        else:
            unplaced.append(caption)
    return unplaced


def _shown(block: Block) -> str:
    return "".join(line.shown for line in block.lines)


def _article(document: Document, number: int, body: _Body, said: Furniture, words: frozenset[str]) -> Article:
    text, pieces = join_paragraphs([block.lines for block in body.paragraphs], words)
    return Article(
        id=article_id(document.id, number),
        document=document.id,
        number=number,
        text=text,
        title=" ".join(headline.text for headline in body.title) or None,
        byline=tuple(join_byline(block.lines) for block in body.bylines),
        headings=tuple(Heading(before, _shown(block)) for before, block in body.headings),
        captions=tuple(_shown(block) for block in body.captions),
        offsets=pieces,
        publication=document.publication or said.publication,
        date=document.date or said.date,
        page=document.page or said.page,
    )

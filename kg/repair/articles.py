"""Blocks put together as articles: each body with its headline, byline, sub-headings and captions.

Nothing is dropped but white space, doubled print, page furniture and marks; what has no body becomes an article of
the kind ``unplaced``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kg.ids import article_id
from kg.model import Article, Document, Heading
from kg.repair.blocks import Block
from kg.repair.bodies import split_bodies
from kg.repair.bylines import credited, join_byline, strip_marks
from kg.repair.furniture import Furniture, merge, read_note
from kg.repair.headlines import Headline, Headlines, Overlap, find_headlines, may_be_headline
from kg.repair.offsets import join_paragraphs, latin_words

_CAPTION_INSIDE = 0.15  # a caption inside a body belongs there unless another shares clearly more of its words
_CAPTION_LEAST = 0.08
_SAME_NAME = 0.3  # the author of the body also took the picture
_MOST_HEADLINE_LINES = 2
_ROLE = 4  # code points of a byline that say the role


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
    if single:
        starts = [0][:last]
        owners = {place: [0 if paragraphs else None] * len(lines) for place, lines in gathered.items()}
    else:
        starts, owners = split_bodies(paragraphs, between, gathered, notes)
    bodies = [_Body(paragraphs[a:b]) for a, b in itertools.pairwise([*starts, len(paragraphs)])]
    for number, body in enumerate(bodies):
        for place in range(starts[number] + 1, starts[number] + len(body.paragraphs)):
            body.headings += [(place - starts[number], block) for block in between[place]]
        body.headings[:0] = [(0, block) for block in between[starts[number]] if block.kind == "heading"]
    overlap = Overlap(["".join(block.text for block in body.paragraphs) for body in bodies])
    unplaced = [block for block in between[-1] if block.kind == "heading"]
    following = {place: number for number, place in enumerate(starts)}
    for place, run in runs.items():
        if place in following or place in gathered:
            unplaced += _place_headlines(bodies, run, owners.get(place), following.get(place))
    if not single:
        _uncover_headlines(bodies)
    unplaced += _place_captions(bodies, [block for block in blocks if block.kind == "caption"], overlap)
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
    for byline, number in _owners_of_bylines(run, of_headlines, following):
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
    run: Headlines, of_headlines: Sequence[int | None], following: int | None
) -> Iterator[tuple[Block, int | None]]:
    """Yield each byline with its body: as many in a row as articles named above them go in their order."""
    for owner, group in itertools.groupby(run.bylines, key=lambda each: each[1]):
        bylines = [byline for byline, _ in group]
        if owner is None:
            numbers = [following]
        else:
            stretch = [each.run for each in run.headlines].index(run.headlines[owner].run)
            numbers = list(dict.fromkeys(of_headlines[stretch : owner + 1]))
            if len(numbers) != len(bylines) or len({strip_marks(byline.text)[:_ROLE] for byline in bylines}) > 1:
                numbers = [of_headlines[owner]]
        yield from zip(bylines, itertools.chain(numbers, itertools.repeat(numbers[-1])), strict=False)


def _uncover_headlines(bodies: Sequence[_Body]) -> None:
    """Give a body without a headline its first lines as one, where their form allows it and the body repeats them.

    A headline as wide as the column could not be told from running text before.
    """
    for body in bodies:
        lines = body.paragraphs[0].lines
        rest = "".join(block.text for block in body.paragraphs[1:])
        for count in range(min(_MOST_HEADLINE_LINES, len(lines) - 1), 0, -1):
            if not body.title and may_be_headline(lines[:count], "".join(line.text for line in lines[count:]) + rest):
                first = body.paragraphs[0]
                block = Block("headline", lines[:count], first.place)
                body.title.append(Headline((block,), strip_marks(_shown(block)), first.place))
                body.paragraphs[0] = replace(first, lines=lines[count:])


def _place_captions(bodies: Sequence[_Body], captions: Sequence[Block], overlap: Overlap) -> list[Block]:
    """Give captions to bodies by shared words, place and the photographer's name; return what belongs to none."""
    unplaced = []
    for caption in captions:
        text = _shown(caption)
        scores = overlap(text)
        name = credited(text)
        for number, body in enumerate(bodies):
            if body.paragraphs[0].place < caption.place < body.paragraphs[-1].place:
                scores[number] = scores.get(number, 0.0) + _CAPTION_INSIDE
            if name and any(name in join_byline(block.lines) for block in body.bylines):
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

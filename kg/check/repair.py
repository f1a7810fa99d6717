"""Repaired pages against gold ones: articles, headlines, paragraphs, whole names, characters lost or added.

White space is left out of every comparison. Gold is the articles as a person would repair them, in any order; what
gold does not name (furniture, continuation notes) belongs in no article.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.check.score import Tally
from kg.errors import InputError

FOUND = 0.9
"""An article is found if so much of its text is in one article, and so much of that article is its text."""

PARTS = ("title", "byline", "headings", "captions")
_SHINGLE = 5  # characters: by these texts are compared
_CONTEXT = 6  # characters on either side by which a paragraph's end is known
_ACROSS = 4  # characters on either side of a line's end that must come out together

Record = Mapping[str, Any]
"""An article in the exchange form of ``kg repair``."""


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page and its articles. ``page`` is its text, or the path of its file if it is one line."""

    page: str
    articles: Sequence[Record]
    where: str


@dataclass(slots=True)
class RepairScore:
    """Counts over pages; ``right`` counts, for each part of an article, those that are as in gold."""

    pages: int = 0
    articles: int = 0
    system: int = 0
    found: int = 0
    exact: int = 0
    right: Counter[str] = field(default_factory=Counter)
    boundaries: Tally = field(default_factory=Tally)
    names: int = 0
    whole: int = 0
    characters: int = 0
    lost: int = 0
    added: int = 0
    unplaced: int = 0

    def add(self, text: str, gold: Sequence[Record], system: Sequence[Record]) -> None:
        """Count one page: its text as it came, its gold articles, and what repair made of it."""
        made = [article for article in system if article.get("kind", "article") == "article"]
        self.pages += 1
        self.articles += len(gold)
        self.system += len(made)
        for wanted, best, alike in _match(gold, made):
            self.found += alike >= FOUND
            if best is not None:
                self.exact += _body(wanted) == _body(best)
                for part in PARTS:
                    self.right[part] += alike >= FOUND and _part(wanted, part) == _part(best, part)
        wanted_ends, made_ends = Counter(_ends(gold)), Counter(_ends(made))
        self.boundaries.gold += wanted_ends.total()
        self.boundaries.system += made_ends.total()
        self.boundaries.right += (wanted_ends & made_ends).total()
        self._count_names(text, gold, made)
        self._count_characters(gold, system, made)

    def _count_names(self, text: str, gold: Sequence[Record], made: Sequence[Record]) -> None:
        paragraphs = "\n".join(_dense(each) for article in made for each in article["paragraphs"])
        for name, count in _names(text, gold).items():
            self.names += count
            self.whole += min(count, paragraphs.count(name))

    def _count_characters(self, gold: Sequence[Record], system: Sequence[Record], made: Sequence[Record]) -> None:
        wanted, all_, placed = _characters(gold), _characters(system), _characters(made)
        self.characters += wanted.total()
        self.lost += (wanted - all_).total()
        self.added += (placed - wanted).total()
        self.unplaced += all_.total() - placed.total()

    def result(self) -> dict[str, Any]:
        """Return counts, and shares between 0 and 1 of the gold articles and names; a share of none is None."""
        return {
            "pages": self.pages,
            "articles": self.articles,
            "articles_made": self.system,
            "found": _share(self.found, self.articles),
            "exact": _share(self.exact, self.articles),
            **{part: _share(self.right[part], self.articles) for part in PARTS},
            "boundaries": self.boundaries.row(),
            "names": {"whole": _share(self.whole, self.names), "of": self.names},
            "characters": {
                "gold": self.characters, "lost": self.lost, "added": self.added, "unplaced": self.unplaced,
            },
        }  # fmt: skip


def read_gold_pages(path: str | Path) -> Iterator[GoldPage]:
    """Yield the pages of a file of JSON lines ``{"page", "articles"}``. Raises InputError where a line is none."""
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _gold_page(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def _gold_page(line: str, where: str) -> GoldPage:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where}: not JSON: {error}") from error
    if not isinstance(record, dict) or not isinstance(record.get("page"), str):
        raise InputError(f'{where}: not {{"page": text or path, "articles": [...]}}')
    articles = record.get("articles")
    if not isinstance(articles, list) or not all(_is_article(each) for each in articles):
        raise InputError(f'{where}: "articles" must be a list of objects with "paragraphs", a list of strings')
    return GoldPage(record["page"], articles, where)


def _is_article(record: object) -> bool:
    paragraphs = record.get("paragraphs") if isinstance(record, dict) else None
    return isinstance(paragraphs, list) and all(isinstance(each, str) for each in paragraphs)


def _match(gold: Sequence[Record], made: Sequence[Record]) -> Iterator[tuple[Record, Record | None, float]]:
    """Yield each gold article with the article most like it, each used once, and how alike they are (Dice)."""
    shingles = [[_shingles(_body(article)) for article in articles] for articles in (gold, made)]
    alike = [
        (2 * (a & b).total() / max(a.total() + b.total(), 1), wanted, best)
        for wanted, a in enumerate(shingles[0])
        for best, b in enumerate(shingles[1])
    ]
    taken: dict[int, tuple[int, float]] = {}
    for score, wanted, best in sorted(alike, key=lambda each: (-each[0], each[1], each[2])):
        if score and wanted not in taken and all(best != other for other, _ in taken.values()):
            taken[wanted] = best, score
    for number, article in enumerate(gold):
        place, score = taken.get(number, (None, 0.0))
        yield article, None if place is None else made[place], score


def _shingles(text: str) -> Counter[str]:
    return Counter(text[place : place + _SHINGLE] for place in range(max(len(text) - _SHINGLE + 1, 1)))


def _ends(articles: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Yield each end of a paragraph inside an article: the characters before and after it."""
    for article in articles:
        body = _body(article)
        lengths = [length for each in article["paragraphs"] if (length := len(_dense(each)))]
        for end in itertools.accumulate(lengths[:-1]):
            yield body[max(end - _CONTEXT, 0) : end], body[end : end + _CONTEXT]


def _names(text: str, gold: Sequence[Record]) -> Counter[str]:
    """Return the strings that must come out whole, with how often gold has each.

    They are the names that gold gives or, where it gives none, the letters round each end of a line of the page that
    stands inside a paragraph.
    """
    paragraphs = "\n".join(_dense(each) for article in gold for each in article["paragraphs"])
    given = {_dense(name) for article in gold for name in article.get("names", ())}
    if given:
        return Counter({name: paragraphs.count(name) for name in sorted(given) if name})
    across: Counter[str] = Counter()
    for line in {_dense(line) for line in text.splitlines()}:
        start = paragraphs.find(line)
        if start < 0 or len(line) < 2 * _ACROSS:
            continue
        end = start + len(line)
        window = paragraphs[end - _ACROSS : end + _ACROSS]
        if len(window) == 2 * _ACROSS and "\n" not in window and window[_ACROSS - 2 : _ACROSS + 2].isalnum():
            across[window] = paragraphs.count(window)
    return across


def _characters(articles: Iterable[Record]) -> Counter[str]:
    return Counter("".join(_body(article) + "".join(_part(article, part) for part in PARTS) for article in articles))


def _body(article: Record) -> str:
    return _dense("".join(article["paragraphs"]))


def _part(article: Record, part: str) -> str:
    value = article.get(part) or ""
    if isinstance(value, str):
        return _dense(value)
    return _dense("\n".join(each if isinstance(each, str) else str(each[-1]) for each in value))


def _dense(text: str) -> str:
    return "".join(text.split())


def _share(right: int, of: int) -> float | None:
    return round(right / of, 4) if of else None

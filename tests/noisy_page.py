"""Noisy newspaper pages made from clean articles: seeded, so that a failure can be had again.

A page is set as a printer sets it (columns of a width of their own, punctuation kept off line starts, the first line
of a paragraph indented, lines round a picture, headlines above) and then loses what a PDF's text layer loses: the
indents, the layout, the spacing; and gains blank lines, letter-spacing and doubled captions.
"""

import re
from dataclasses import dataclass, field
from random import Random

NOT_FIRST = "，。、；：？！）》”’」』】％%"
NOT_LAST = "（《“‘「『【"
_TOKEN = re.compile(r"[A-Za-z0-9.,%+\-]+|.", re.DOTALL)


@dataclass
class Clean:
    """An article as it should come out."""

    title: str
    paragraphs: list[str]
    byline: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


Labelled = tuple[str, str]
"""A printed line and what it is: furniture, title, byline, heading, first (of a paragraph), text, caption."""


def noisy_page(articles: list[Clean], seed: int) -> str:
    """Return a page of those articles, in their order; headlines may be gathered at the top in another."""
    return "".join(f"{line}\n" for line, _ in labelled_lines(articles, seed))


def labelled_lines(articles: list[Clean], seed: int) -> list[Labelled]:
    """Return the page's lines with their labels; blank lines are labelled blank."""
    random = Random(seed)
    gathered = random.random() < 0.5
    indent = random.choice(["lost", "lost", "lost", "flush", "kept"])
    blank = random.choice([0.0, 0.5, 1.0, 1.0])
    lines: list[Labelled] = []
    if random.random() < 0.5:
        furniture = [["2025年6月10日 星期二", "第 3 版"], ["3", "2025 年 6 月 10 日"], ["第03版 产经 2025年6月10日"]]
        lines += _label(random.choice(furniture), "furniture")
    tops: list[list[Labelled]] = []
    bodies: list[list[Labelled]] = []
    for number, article in enumerate(articles):
        head = _label(_headline(article, random), "title") + _label(_byline(article, random), "byline")
        inline = not gathered or (number and random.random() < 0.2)
        if not inline:
            tops.append(head)
        bodies.append((head if inline else []) + _body(article, indent, random))
    random.shuffle(tops)
    lines += [line for head in tops for line in head]
    lines += [line for body in bodies for line in body]
    captions = [line for article in articles for caption in article.captions for line in _caption(caption, random)]
    lines += _label(captions, "caption")
    if random.random() < 0.3:
        lines.append(("本版编辑：甲乙 丙丁", "furniture"))
    page = []
    for line in lines:
        page.append(line)
        if random.random() < blank:
            page.append(("", "blank"))
    return page


def _label(lines: list[str], label: str) -> list[Labelled]:
    return [(line, label) for line in lines]


def _headline(article: Clean, random: Random) -> list[str]:
    title = article.title
    if "——" in title and random.random() < 0.5:
        before, after = title.split("——", 1)
        return [before, "—", "—", after]
    if len(title) > 14 and random.random() < 0.3:
        middle = len(title) // 2 + random.randint(-2, 2)
        return [title[:middle], title[middle:]]
    return [title]


def _byline(article: Clean, random: Random) -> list[str]:
    lines = []
    for byline in article.byline:
        role, _, name = byline.partition(" ")
        if name and len(name) == 2 and random.random() < 0.3:
            lines += [role, name[0], name[1]] if random.random() < 0.5 else [f"{role} {name[0]} {name[1]}"]
        else:
            lines.append(random.choice(["", "□ "]) + byline)
    return lines


def _body(article: Clean, indent: str, random: Random) -> list[Labelled]:
    column = random.randint(12, 26)
    widths = _widths(column, random)
    headings = dict(article.headings)
    lines: list[Labelled] = []
    for number, paragraph in enumerate(article.paragraphs):
        if number in headings:
            lines.append((headings[number], "heading"))
        set_lines = _set(paragraph, widths, len(lines), 0 if indent == "flush" else 2)
        for place, line in enumerate(set_lines):
            last = place == len(set_lines) - 1
            noisy = _space(line, random, stretch=not last and random.random() < 0.06)
            kept = "　　" if indent == "kept" and place == 0 else ""
            lines.append((kept + noisy, "text" if place else "first"))
    return lines


def _widths(column: int, random: Random) -> list[int]:
    """Return the column's width line by line: some run round a picture."""
    widths = [column] * 400
    if random.random() < 0.4:
        start = random.randint(3, 40)
        narrow = max(column - random.randint(4, 10), 6)
        for place in range(start, start + random.randint(4, 9)):
            widths[place] = narrow
    if random.random() < 0.2:
        start = random.randint(15, 60)
        widths[start:] = [column + random.choice([-4, 5, 8])] * (400 - start)
    return [max(width, 6) for width in widths]


def _set(paragraph: str, widths: list[int], line: int, indent: int) -> list[str]:
    """Break a paragraph into lines as a printer does."""
    lines = [""]
    room = widths[min(line, 399)] - indent + 0.4
    used = 0.0
    for token in _TOKEN.findall(paragraph):
        size = len(token) * (0.5 if token.isascii() else 1)
        size -= 0.35 * (token in NOT_FIRST + NOT_LAST)
        if used + size > room and token not in NOT_FIRST and lines[-1]:
            carry = ""
            while lines[-1][-1:] in NOT_LAST and lines[-1]:
                carry, lines[-1] = lines[-1][-1] + carry, lines[-1][:-1]
            lines.append(carry)
            used = 0.65 * len(carry)
            room = widths[min(line + len(lines) - 1, 399)] + 0.4
        lines[-1] += token
        used += size
    return [each for each in lines if each]


def _space(line: str, random: Random, *, stretch: bool) -> str:
    if stretch:
        return " ".join(_TOKEN.findall(line))
    if random.random() < 0.7:
        line = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", " ", line)
    return line


def _caption(caption: str, random: Random) -> list[str]:
    lines = []
    for line in _set(caption, [34] * 400, 0, 0):
        if random.random() < 0.15:
            lines.append(line)
            continue
        doubled, place = "", 0
        while place < len(line):
            size = 1 if line[place] in NOT_FIRST else random.randint(1, 9)
            run = re.match(r"[^，。、；：]+", line[place : place + size])
            piece = run[0] if run else line[place]
            doubled += piece * 2
            place += len(piece)
        lines.append(doubled)
    return lines

"""Noisy newspaper pages made from clean articles: seeded, so that a failure can be had again.

A page is set as a printer sets it and then loses what a PDF's text layer loses. There are two printers, so that repair
can be tuned on one and judged by the other: ``typeset`` squeezes punctuation, keeps it off line starts and mostly gives
each article a column of its own; ``wrapped`` counts characters, as a script does, often in one width for all articles.

    python tests/noisy_page.py --pages 200 --seed 7 ARTICLES.jsonl > gold.jsonl

reads articles, ``{"title", "paragraphs", ...}`` or ``{"title", "text"}`` a line, and writes the gold of
``kg eval --repair``.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

NOT_FIRST = "，。、；：？！）》”’」』】％%"
NOT_LAST = "（《“‘「『【"
REPORTERS = ["林一凡", "陈朗", "苏未名", "高远", "欧阳子衿", "周一鸣", "许言蹊", "陆知夏"]
URL = "登录官网https://www.example.com/news/index-2025.html可以查询。"
LATIN = "双方与New York Harbor Business Council签署了备忘录。"
_TOKEN = re.compile(r"[A-Za-z0-9.,%+\-]+|.", re.DOTALL)
_LONGEST = 400  # lines of a body


@dataclass
class Clean:
    """An article as it should come out."""

    title: str
    paragraphs: list[str]
    byline: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


Labelled = tuple[str, str]
"""A printed line and what it is: furniture, title, byline, heading, first (of a paragraph), text, caption, blank."""


@dataclass(frozen=True)
class Printer:
    """How a page is set: ``breaks`` cuts a paragraph into lines of those widths after an indent."""

    breaks: Callable[[str, list[int], int, int], list[str]]
    columns: tuple[int, int]  # the least and the greatest width, in em
    one_width: float  # the share of pages where all articles have the same width
    gathered: float  # the share of pages with the headlines at the top
    apart: float  # of those, with all bylines after all headlines
    downwards: float  # the share of headlines set downwards
    stretched: float  # the share of letter-spaced lines
    captions_inside: float
    notes: float
    indents: tuple[str, ...]


def noisy_page(articles: list[Clean], seed: int, style: str = "typeset") -> str:
    """Return a page of those articles, in their order; headlines may be gathered at the top in another."""
    end = Random(f"end {seed}").choice(["\n", "\n", "\n", "\r\n"])
    return "".join(f"{line}{end}" for line, _ in labelled_lines(articles, seed, style))


def labelled_lines(articles: list[Clean], seed: int, style: str = "typeset") -> list[Labelled]:
    """Return the page's lines with their labels."""
    printer = PRINTERS[style]
    random = Random(seed)
    gathered = random.random() < printer.gathered
    apart = gathered and random.random() < printer.apart
    indent = random.choice(printer.indents)
    width = random.randint(*printer.columns) if random.random() < printer.one_width else None
    top, bottom = _furniture(random)
    heads: list[tuple[list[Labelled], list[Labelled]]] = []
    bodies: list[list[Labelled]] = []
    loose: list[Labelled] = []
    for number, article in enumerate(articles):
        head = _label(_headline(article, printer, random), "title"), _label(_byline(article, random), "byline")
        inline = not gathered or (number and random.random() < 0.15)
        if not inline:
            heads.append(head)
        body = _body(article, printer, indent, width or random.randint(*printer.columns), random)
        captions = [_label(_caption(caption, random), "caption") for caption in article.captions]
        for caption in captions:
            if random.random() < printer.captions_inside:
                place = random.choice([at for at, (_, label) in enumerate(body) if label in ("first", "text")])
                body[place:place] = caption
            else:
                loose += caption
        _add_notes(body, printer, random)
        bodies.append([*head[0], *head[1], *body] if inline else body)
    random.shuffle(heads)
    tops = [*(titles for titles, _ in heads), *(names for _, names in heads)] if apart else [a + b for a, b in heads]
    lines = [*top, *(line for part in [*tops, *bodies] for line in part), *loose, *bottom]
    return list(_with_blanks(lines, random))


def _furniture(random: Random) -> tuple[list[Labelled], list[Labelled]]:
    tops = [["2025年6月10日 星期二", "第 3 版"], ["3", "2025 年 6 月 10 日"], ["第03版 产经 2025年6月10日"], [], [], []]
    bottoms = [["本版编辑：林一凡 陈朗"], ["责任编辑 高远 美编 苏未名"], ["新闻热线：0591-0000000"], [], [], [], []]
    return _label(random.choice(tops), "furniture"), _label(random.choice(bottoms), "furniture")


def _with_blanks(lines: list[Labelled], random: Random) -> Iterator[Labelled]:
    """Put blank lines between all lines, some, those of different kinds, or none."""
    way = random.choice(["none", "some", "all", "all", "parts"])
    before = ""
    for line, label in lines:
        part = "text" if label == "first" else label
        if before and (
            way == "all" or (way == "some" and random.random() < 0.5) or (way == "parts" and part != before)
        ):
            yield "", "blank"
        before = part
        yield line, label


def _label(lines: list[str], label: str) -> list[Labelled]:
    return [(line, label) for line in lines]


def _headline(article: Clean, printer: Printer, random: Random) -> list[str]:
    title = article.title
    dense = title.replace(" ", "")
    if random.random() < printer.downwards:
        size = random.choice([1, 2, 3, 4])
        return [dense[at : at + size] for at in range(0, len(dense), size)]
    if "——" in title and random.random() < 0.5:
        before, after = title.split("——", 1)
        return [before, "—", "—", after] if random.random() < 0.7 else [before, "——", after]
    if random.random() < 0.06:
        return [" ".join(dense)]
    if " " in title and random.random() < 0.7:
        return title.split()
    if len(title) > 14 and random.random() < 0.3:
        middle = len(title) // 2 + random.randint(-2, 2)
        return [title[:middle], title[middle:]]
    return [title]


def _byline(article: Clean, random: Random) -> list[str]:
    lines = []
    for byline in article.byline:
        role, _, name = byline.partition(" ")
        if name and " " not in name and len(name) <= 3 and random.random() < 0.25:
            lines += [role, *name] if random.random() < 0.5 else [f"{role} {' '.join(name)}"]
        else:
            lines.append(random.choice(["", "□ "]) + byline)
    return lines


def _body(article: Clean, printer: Printer, indent: str, column: int, random: Random) -> list[Labelled]:
    widths = _widths(column, random)
    headings = dict(article.headings)
    lines: list[Labelled] = []
    for number, paragraph in enumerate(article.paragraphs):
        if number in headings:
            lines.append((headings[number], "heading"))
        set_lines = printer.breaks(paragraph, widths, len(lines), 0 if indent in ("flush", "added") else 2)
        for place, line in enumerate(set_lines):
            last = place == len(set_lines) - 1
            noisy = _space(line, random, stretch=not last and random.random() < printer.stretched)
            kept = "　　" if indent in ("kept", "added") and place == 0 else ""
            lines.append((kept + noisy, "text" if place else "first"))
    return lines


def _widths(column: int, random: Random) -> list[int]:
    """Return the column's width line by line: some run round a picture."""
    widths = [column] * _LONGEST
    if random.random() < 0.4:
        start = random.randint(3, 40)
        narrow = max(column - random.randint(4, 10), 6)
        for place in range(start, start + random.randint(4, 9)):
            widths[place] = narrow
    if random.random() < 0.2:
        start = random.randint(15, 60)
        widths[start:] = [column + random.choice([-4, 5, 8])] * (_LONGEST - start)
    return [max(width, 6) for width in widths]


def _add_notes(body: list[Labelled], printer: Printer, random: Random) -> None:
    if random.random() < printer.notes:
        body.append((random.choice(["（下转第三版）", "（下转第 2 版）", "下转A3版"]), "furniture"))
    if random.random() < printer.notes:
        body.insert(0, (random.choice(["（上接第一版）", "（上接A1版）"]), "furniture"))


def _typeset(paragraph: str, widths: list[int], line: int, indent: int) -> list[str]:
    """Break a paragraph into lines as a printer does."""
    lines = [""]
    room = widths[min(line, _LONGEST - 1)] - indent + 0.4
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
            room = widths[min(line + len(lines) - 1, _LONGEST - 1)] + 0.4
        lines[-1] += token
        used += size
    return [each.strip() for each in lines if each.strip()]


def _wrapped(paragraph: str, widths: list[int], line: int, indent: int) -> list[str]:
    """Break a paragraph by counting characters, two half-width ones as one; marks that may not begin a line hang."""
    lines = [""]
    used = float(indent)
    for character in paragraph:
        size = 0.5 if character.isascii() else 1.0
        if used + size > widths[min(line + len(lines) - 1, _LONGEST - 1)] and character not in NOT_FIRST:
            lines.append("")
            used = 0.0
        lines[-1] += character
        used += size
    return [each.strip() for each in lines if each.strip()]


def _space(line: str, random: Random, *, stretch: bool) -> str:
    if stretch:
        return " ".join(_TOKEN.findall(line))
    if random.random() < 0.7:
        line = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", " ", line)
    return line


def _caption(caption: str, random: Random) -> list[str]:
    """Print a caption twice, by character or by run, in whole or nearly; or once."""
    lines = []
    way = random.choice(["character", "run", "run", "once"])
    for line in _typeset(caption, [34] * _LONGEST, 0, 0):
        if way == "once" or random.random() < 0.1:
            lines.append(line)
            continue
        doubled, place = "", 0
        while place < len(line):
            size = 1 if way == "character" or line[place] in NOT_FIRST else random.randint(1, 9)
            run = re.match(r"[^，。、；：]+", line[place : place + size])
            piece = run[0] if run else line[place]
            doubled += piece * 2
            place += len(piece)
        lines.append(doubled)
    return lines


PRINTERS = {
    "typeset": Printer(
        _typeset, (12, 26), 0.25, 0.55, 0.1, 0.06, 0.05, 0.3, 0.08, ("lost", "lost", "lost", "flush", "kept")
    ),
    "wrapped": Printer(
        _wrapped, (14, 30), 0.6, 0.7, 0.2, 0.1, 0.03, 0.2, 0.05, ("lost", "lost", "kept", "flush", "added")
    ),
}


# --- articles from a file


def read_articles(path: Path) -> list[Clean]:
    """Return the articles of a file that can stand on a page; a line of a text that is no sentence is a sub-heading."""
    articles = []
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "paragraphs" in record:
            headings = [(int(before), text) for before, text in record.get("headings", ())]
            parts = record.get("byline", []), headings, record.get("captions", [])
            articles.append(Clean(record["title"], record["paragraphs"], *parts))
        elif (article := _from_text(record["title"], record["text"])) is not None:
            articles.append(article)
    return articles


def _from_text(title: str, text: str) -> Clean | None:
    paragraphs: list[str] = []
    headings: list[tuple[int, str]] = []
    for line in text.splitlines():
        if re.search(r"[。！？…]”?(?:[（(].{1,9}[）)])?$", line) and len(line) > 11:
            paragraphs.append(line.strip())
        elif 2 <= len(line) <= 20 and not re.search("[，。；：]|电题|记者", line) and paragraphs:
            headings.append((len(paragraphs), line.strip()))
        else:
            return None
    places = [before for before, _ in headings]
    title = re.sub(r"^[\[【（(][^\]】）)]*[\]】）)]\s*", "", title)  # the name of a column
    whole = 4 <= len(paragraphs) <= 24 and 250 <= len(text) <= 3500 and 6 <= len(title) <= 40
    if not whole or len(set(places)) < len(places) or len(paragraphs) in places or len(places) > 5:
        return None
    return Clean(title, paragraphs, headings=headings)


def furnish(article: Clean, random: Random) -> Clean:
    """Return the article with a byline, a caption and Latin words, invented, where it has none."""
    byline, captions, paragraphs = article.byline, article.captions, list(article.paragraphs)
    if not byline and random.random() < 0.7:
        names = random.sample(REPORTERS, random.choice([1, 1, 1, 2]))
        byline = [f"{random.choice(['本报记者', '本报记者', '本报记者', '通讯员'])} {' '.join(names)}"]
    if not captions and random.random() < 0.5:
        clause = random.choice(re.findall("[^，。；：、“”？！（）()]{8,24}", "".join(paragraphs)) or [article.title])
        opening = random.choice(["图为", "近日，", "在"])
        captions = [f"{opening}{clause}。 本报记者 {random.choice(REPORTERS)}摄"]
    for extra in (URL, LATIN):
        place = random.randrange(len(paragraphs))
        if random.random() < 0.08 and paragraphs[place].endswith("。"):
            paragraphs[place] += extra
    return Clean(article.title, paragraphs, byline, article.headings, captions)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write noisy pages of clean articles, with their gold.")
    parser.add_argument("articles", type=Path, metavar="ARTICLES.jsonl")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--style", choices=PRINTERS, default="typeset")
    options = parser.parse_args()
    random = Random(options.seed)
    articles = read_articles(options.articles)
    for _ in range(options.pages):
        chosen = [furnish(each, random) for each in random.sample(articles, min(random.randint(2, 5), len(articles)))]
        page = noisy_page(chosen, random.randrange(1 << 30), options.style)
        gold = {"page": page, "articles": [asdict(article) for article in chosen]}
        sys.stdout.write(json.dumps(gold, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

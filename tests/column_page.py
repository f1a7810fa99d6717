"""A second maker of newspaper pages, which shares but the articles with noisy_page.py: repair is judged by both.

A page is poured into columns as a script would do it: lines are cut by counting, a picture is cut out of the middle
of a body, headlines wait at the top in any order, stand above their bodies, or some of each; every second page comes
with blank lines all over. No weight of repair was fitted to it.

    python tests/column_page.py --pages 200 --seed 5 ARTICLES.jsonl > gold.jsonl
"""

import argparse
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from random import Random

from noisy_page import Clean, read_articles

NAMES = ["江一白", "沈照", "温如许", "司马清", "罗念", "程以安", "叶知秋", "方既明", "白露", "上官云"]
HANGING = "，。、；：！？”）》』」"


def column_page(articles: list[Clean], seed: int) -> str:
    """Return a page of those articles: their bodies in this order, waiting headlines in another."""
    random = Random(f"columns {seed}")
    way = random.choice(["above", "waiting", "waiting", "mixed"])
    usual = random.randint(11, 28)
    width = [usual if random.random() < 0.6 else random.randint(11, 28) for _ in articles]
    indent, kept = random.choice([(2, False), (2, False), (0, False), (2, True)])
    heads = [_head(article, random) for article in articles]
    waits = [way == "waiting" or (way == "mixed" and random.random() < 0.6) for _ in articles]
    top = [number for number, wait in enumerate(waits) if wait]
    random.shuffle(top)
    lines = random.choice(
        [[], ["财经新闻 2024年11月5日 星期二 第7版"], ["A06", "2024 年 11 月 5 日"], ["某某日报", "7"]]
    )
    lines = [*lines, *(line for number in top for line in heads[number])]
    pictures: list[str] = []
    for number, article in enumerate(articles):
        lines += [] if waits[number] else heads[number]
        body = _body(article, width[number], indent, kept, random)
        if random.random() < 0.12:
            note = random.choice(["（下转第五版）", "下转第2版", "(下转A4版)", "【下转3版】"])
            if note[0] in "（(" and random.random() < 0.5:
                body[-1] += note
            else:
                body.append(note)
        if random.random() < 0.08:
            body.insert(0, random.choice(["（上接第一版）", "上接第1版", "（紧接第一版）"]))
        lines += body
        captions = [line for caption in article.captions for line in _caption(caption, random)]
        if random.random() < 0.3:
            lines += captions
        else:
            pictures += captions
    lines += pictures + random.choice([[], [], ["责编：江一白 版式：沈照"], ["本版责任编辑 温如许 校对 罗念"]])
    return random.choice(["\n", "\n\n"]).join(lines) + "\n"


def _head(article: Clean, random: Random) -> list[str]:
    """Return a headline, whole, in two lines or set downwards, and its byline."""
    dense, way = article.title.replace(" ", ""), random.random()
    if way < 0.08:
        titles = list(dense) if random.random() < 0.5 else re.findall(".{1,2}", dense)
    elif way < 0.3 and len(dense) > 12:
        middle = random.randint(len(dense) // 2 - 1, len(dense) // 2 + 1)
        titles = [dense[:middle], "  " + dense[middle:]]
    elif way < 0.5 and " " in article.title:
        titles = article.title.split()
    else:
        titles = [" " + article.title]
    mark = random.choice(["", "", "■", "◆ "])
    return titles + [mark + byline for byline in article.byline]


def _body(article: Clean, width: int, indent: int, kept: bool, random: Random) -> list[str]:
    headings = dict(article.headings)
    picture = random.randint(2, 30) if random.random() < 0.3 else 1000
    hang = random.random() < 0.8
    lines: list[str] = []
    for number, paragraph in enumerate(article.paragraphs):
        if number in headings:
            lines.append(headings[number])
        rest, begins = paragraph, True
        while rest:
            room = width - (width // 3 if picture <= len(lines) < picture + 6 else 0)
            line = _cut(rest, room - (indent if begins else 0), hang)
            rest = rest[len(line) :].lstrip()
            spread = rest and random.random() < 0.04
            shown = " ".join(line.replace(" ", "")) if spread else _air(line.strip(), random)
            lines.append("\u3000\u3000" * (kept and begins) + shown)
            begins = False
    return lines


def _cut(text: str, room: int, hang: bool) -> str:
    """Return as much of the text as fits in so many em, a Latin word or number whole."""
    used, end = 0.0, 0
    for token in re.findall(r"[A-Za-z0-9.%]+|.", text):
        size = sum(0.5 if letter.isascii() else 1.0 for letter in token)
        if end and used + size > room and not (hang and token in HANGING):
            break
        used, end = used + size, end + len(token)
    return text[:end]


def _air(line: str, random: Random) -> str:
    if random.random() < 0.2:
        return line
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", " ", line)


def _caption(caption: str, random: Random) -> list[str]:
    room = random.randint(18, 40)
    lines = [caption[at : at + room] for at in range(0, len(caption), room)]
    size = random.choice([0, 1, 1, 5, 12])
    return ["".join(run * 2 for run in re.findall(f".{{1,{size}}}", line)) if size else line for line in lines]


def furnish(article: Clean, random: Random) -> Clean:
    """Return the article with an invented byline and a caption in words of its own."""
    names = random.sample(NAMES, 3)
    byline = random.choice(
        [
            [],
            [f"本报记者 {names[0]}"],
            [f"本报记者 {names[0]}"],
            [f"记者 {names[0]} 通讯员 {names[1]}"],
            [f"本报记者 {names[0]}", f"通讯员 {names[1]} {names[2]}"],
            [f"本报记者 {names[0]} {names[1]}"],
        ]
    )
    captions = []
    if random.random() < 0.4:
        clauses = re.findall("[^，。；：、“”？！（）()]{6,20}", "".join(article.paragraphs)) or [article.title]
        said = "，".join(random.sample(clauses, min(2, len(clauses))))
        opening, credit = (
            random.choice(["图为", "", "▲"]),
            random.choice([f"本报记者 {names[2]}摄", f"{names[2]} 摄", "（资料图片）"]),
        )
        captions = [f"{opening}{said}。 {credit}"]
    return Clean(article.title, article.paragraphs, byline, article.headings, captions)


def gold_pages(articles: list[Clean], pages: int, seed: int) -> list[tuple[str, list[Clean]]]:
    """Return pages of 2 to 5 of the articles, each with its articles as they should come out."""
    random = Random(seed)
    made = []
    for _ in range(pages):
        chosen = [furnish(each, random) for each in random.sample(articles, min(random.randint(2, 5), len(articles)))]
        made.append((column_page(chosen, random.randrange(1 << 30)), chosen))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description="Write pages in columns of clean articles, with their gold.")
    parser.add_argument("articles", type=Path, metavar="ARTICLES.jsonl")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    for page, articles in gold_pages(read_articles(options.articles), options.pages, options.seed):
        gold = {"page": page, "articles": [asdict(article) for article in articles]}
        sys.stdout.write(json.dumps(gold, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

"""Draw a raw page beside its repaired articles as docs/repaired-page.svg: ``python docs/draw_repair.py``.

Left, the lines of the sample page as its file has them, each in the colour of the article that it went to (grey: in
none); right, the articles. The same page gives the same picture.
"""

from bisect import bisect_right
from html import escape
from pathlib import Path

from kg.model import Article, Document
from kg.places import line_starts
from kg.repair import repair

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "data" / "sample" / "page.txt"
COLORS = ("#2f6fb0", "#c0504d", "#4f9d69", "#8064a2", "#a05d2c")
FONTS = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
WIDTH, LINE, TOP, RAW_LINES, COLUMN = 1280, 17, 56, 76, 36


def _owners(text: str, articles: list[Article]) -> dict[int, int]:
    """Return for each line of the file (from 0) the article whose text stands on it."""
    starts = line_starts(text)
    owners = {}
    for number, article in enumerate(articles):
        for piece in article.offsets:
            owners[bisect_right(starts, piece.file_start) - 1] = number
    return owners


def _line(x: int, y: int, words: str, color: str, size: int = 12, weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" fill="{color}" font-size="{size}" font-weight="{weight}">{escape(words)}</text>'


def main() -> None:
    """Write the picture."""
    text = PAGE.read_text(encoding="utf-8")
    articles = [article for article in repair(Document("sample", PAGE.name, "", text)) if article.kind == "article"]
    owners = _owners(text, articles)
    out = [_line(40, 34, "as the file has it", "#444444", 15, "bold")]
    shown = [(number, line) for number, line in enumerate(text.splitlines()) if line.strip()][: 2 * RAW_LINES]
    for index, (number, line) in enumerate(shown):
        color = COLORS[owners[number] % len(COLORS)] if number in owners else "#999999"
        x, y = 40 + 300 * (index // RAW_LINES), TOP + LINE * (index % RAW_LINES)
        out.append(_line(x, y, line.strip()[:24], color))
    x, y = 700, TOP
    out.append(_line(x, 34, "repaired", "#444444", 15, "bold"))
    for number, article in enumerate(articles):
        color = COLORS[number % len(COLORS)]
        out.append(_line(x, y + 4, article.title or "", color, 16, "bold"))
        y += 24
        if article.byline:
            out.append(_line(x, y, "、".join(article.byline), "#777777"))
            y += LINE
        for paragraph in article.text.split("\n")[:3]:
            words = "\u3000\u3000" + paragraph
            pieces = [words[at : at + COLUMN + 8] for at in range(0, len(words), COLUMN + 8)]
            for piece in pieces[:3]:
                out.append(_line(x, y, piece, "#222222"))
                y += LINE
            if len(pieces) > 3:
                out.append(_line(x, y, "……", "#222222"))
                y += LINE
        y += 16
    height = max(TOP + LINE * RAW_LINES, y) + 20
    body = "\n".join(out)
    (ROOT / "docs" / "repaired-page.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONTS}"><rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()

"""The words that a fact rests on, marked in the lines of the page as they stand in the file: HTML for a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from kg.export.cards import describe_fact
from kg.graph import Graph, Source
from kg.marking import PAGE, colored, mark
from kg.model import Document, Fact
from kg.places import Place, line_starts
from kg.provenance import Ground, Passage, RawLine, explain
from kg.schema import load_schema
from kg.store import open_store

_LONGEST = 60
"""Characters of a line beside the words; the rest of a longer one is cut off."""

_SENTENCE, _OTHER = "#fff6cc", "#d5ecd4"
_COLORS = {"subject": "#c4dcf5", "object": "#fad7a8"}


def page_html(store: str | Path, graph: Graph, fact: Fact, *, around: int = 4, schema: str | Path | None = None) -> str:
    """Return what a fact of a store's graph rests on, as HTML: each sentence in the lines of its page, marked.

    Up to ``around`` lines of the page stand before and after it, blank ones left out; of a PDF, whose text has no
    lines, the printed lines of the sentence alone. Raises StoreError where the store cannot be read.
    """
    with open_store(store) as opened:
        found = explain(graph, opened, fact, load_schema(schema))
        blocks = [
            _block(ground, passage, opened.document(passage.source.document), around)
            for ground in found.grounds
            for passage in ground.passages
        ]
    return f"<div><b>{escape(describe_fact(graph, fact))}</b>{''.join(blocks)}{_legend()}</div>"


def _block(ground: Ground, passage: Passage, document: Document, around: int) -> str:
    rows = "".join(
        f'<tr><td style="color:#999;text-align:right">{number}</td>'
        f'<td style="text-align:left;white-space:pre-wrap">{html}</td></tr>'
        for number, html in _lines(passage, document, around)
    )
    where = f'<div style="color:#666">{escape(_where(passage.source, passage.place))}</div>'
    resolved = "".join(f"<div>{escape(words)}</div>" for words in ground.resolved if passage.kind == "sentence")
    return f'<div style="{PAGE}">{where}<table style="border:0">{rows}</table>{resolved}</div>'


def _where(source: Source, place: Place | None) -> str:
    title = f"《{source.title}》" if source.title else None
    line = f"line {place.line}" if place is not None and place.page is None else None
    page = f"p. {place.page}" if place is not None and place.page is not None else None
    told = source.path, line or page, title, source.publication, source.date, source.page and f"page {source.page}"
    return " · ".join(part for part in told if part)


def _lines(passage: Passage, document: Document, around: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of the page from those before the sentence to those behind it, numbered and marked, as HTML."""
    if any(line.box is not None for line in passage.lines):
        yield from ((line.page or 1, _colored(line, [_SENTENCE] * len(line.text))) for line in passage.lines)
        return
    sentence = set(_covered(passage.place, document.text))
    held = {line.line: line for line in passage.lines}
    starts = [*line_starts(document.text), len(document.text)]
    numbers = range(max(min(held, default=1) - around, 1), min(max(held, default=0) + around, len(starts) - 1) + 1)
    for number in numbers:
        if number in held:
            line = held[number]
            first = starts[number - 1] + line.column - 1
            yield number, _colored(line, [_SENTENCE if first + at in sentence else "" for at in range(len(line.text))])
        elif text := document.text[starts[number - 1] : starts[number]].strip():
            cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
            yield number, f'<span style="color:#888">{escape(cut)}</span>'


def _covered(place: Place | None, text: str) -> Iterator[int]:
    """Yield the offsets in the file of the words."""
    at = place.start if place is not None else 0
    for piece in place.pieces if place is not None else ():
        at = text.find(piece, at)
        yield from range(at, at + len(piece))
        at += len(piece)


def _colored(line: RawLine, colors: list[str]) -> str:
    """Return a line as HTML, its characters on those colours or on that of the mark that they belong to."""
    for one in line.marks:
        color = _COLORS.get(one.role.removeprefix("="), _OTHER)
        colors[one.start : one.end] = [color] * (one.end - one.start)
    return colored(line.text, colors)


def _legend() -> str:
    said = {"the sentence": _SENTENCE, "subject": _COLORS["subject"], "object": _COLORS["object"], "details": _OTHER}
    return '<div style="color:#666">' + " ".join(mark(color, word) for word, color in said.items()) + "</div>"

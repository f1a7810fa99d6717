"""How the commands print quotes, where they stand, and names within them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.cli.screen import clean

if TYPE_CHECKING:
    from rich.text import Text

    from kg.export.cards import Quote
    from kg.graph import Source
    from kg.model import Box
    from kg.places import Place
    from kg.provenance import Mark

_STYLES = {"subject": "bold cyan", "object": "bold yellow"}
_OTHER = "bold green"


def add_line(out: Text, *parts: tuple[str, str]) -> None:
    """Add a line made of texts and their styles."""
    for text, style in parts:
        out.append(clean(text).replace("\n", " "), style=style)
    out.append("\n")


def where(quote: Quote) -> str:
    """Return where a quote stands, in which article, and who read it with what score."""
    read = f"{read_by(quote.reader, quote.agreed)}, score {quote.score:.2f}"
    return "  ".join([source_place(quote.source, quote.place), read])


def read_by(reader: str, agreed: Sequence[str]) -> str:
    """Return who read a claim, and which others said the same."""
    others = f" ({', '.join(agreed)} {'agree' if len(agreed) > 1 else 'agrees'})" if agreed else ""
    return f"read by {reader}{others}"


def source_place(source: Source, place: Place | None) -> str:
    """Return path and position, headline, paper, date and page."""
    title = f"《{source.title}》" if source.title else ""
    said = [title, source.publication, source.date, source.page and f"page {source.page}"]
    return "  ".join([f"{source.path}{_position(place)}", *(part for part in said if part)])


def _position(place: Place | None) -> str:
    """Return where in its file a quote stands: line and column, or of a PDF the page and the box in points."""
    if place is None:
        return ""
    if place.box is not None:
        return f" {page_place(place.page, place.box)}"
    return f":{place.line}:{place.column}"


def page_place(page: int | None, box: Box) -> str:
    """Return the page of a PDF and the box on it, in points."""
    return f"p. {page} at {', '.join(f'{value:.0f}' for value in box)}"


def add_marked(out: Text, before: str, text: str, marks: Sequence[Mark], after: str, *, colored: bool) -> None:
    """Add a line with the marked stretches coloured, or where there is no colour as [words|role]."""
    parts: list[tuple[str, str]] = [(before, "")]
    at = 0
    for mark in marks:
        if mark.start < at:
            continue  # inside the one before
        words = text[mark.start : mark.end]
        style = _STYLES.get(mark.role, _OTHER) if colored else ""
        parts += [(text[at : mark.start], ""), (words if colored else f"[{words}|{mark.role}]", style)]
        at = mark.end
    add_line(out, *parts, (text[at:], ""), (after, ""))

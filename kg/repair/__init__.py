"""The lines of a page become articles, and every character keeps its place in the file."""

from __future__ import annotations

from kg.model import Article, Document
from kg.repair.articles import Dropped, Repaired, assemble
from kg.repair.blocks import sort_lines
from kg.repair.form import to_record
from kg.repair.furniture import part_notes
from kg.repair.layout import repair_layout
from kg.repair.lines import read_lines
from kg.repair.plain import is_plain, sort_paragraphs

__all__ = ["Dropped", "Repaired", "repair", "repair_page", "to_record"]


def repair(document: Document) -> tuple[Article, ...]:
    """Return the articles of a newspaper page or plain article; none for a document of white space.

    Lines that belong to no article make one of the kind ``unplaced``.
    """
    return repair_page(document).articles


def repair_page(document: Document) -> Repaired:
    """Return the articles of a document and what is in none of them.

    White space aside, every character is either in the text, title, byline, sub-headings or captions of an article,
    or among what was dropped: doubled print, marks before headlines and bylines (□), page furniture. The time taken
    is linear in the document's length.
    """
    if document.layout:
        return repair_layout(document)
    lines = part_notes(document.text, read_lines(document.text))
    if not is_plain(lines):
        blocks = sort_lines(lines)
        if any(block.kind == "text" for block in blocks):
            return assemble(document, blocks)
    return assemble(document, sort_paragraphs(lines), single=True)

"""The exchange form of ``kg repair``: an article as a JSON object."""

from __future__ import annotations

from typing import Any

from kg.model import Article


def to_record(article: Article) -> dict[str, Any]:
    """Return the article's exchange form.

    ``offsets`` are [text_start, text_end, file_start]: pieces of "\\n".join(paragraphs) and where each stands in the
    file, in code points of the decoded file. Of a PDF they count its characters in file order, and ``pages`` are
    [file_start, page, [x0, y0, x1, y1]] for each of the pieces: the page from 1, and the box on it in points from the
    lower left corner of the page as it is shown.
    """
    pages = [[piece.file_start, piece.page, list(piece.box)] for piece in article.offsets if piece.box is not None]
    return {
        "title": article.title,
        "byline": list(article.byline),
        "paragraphs": article.text.split("\n") if article.text else [],
        "headings": [[heading.before, heading.text] for heading in article.headings],
        "captions": list(article.captions),
        "offsets": [[piece.text_start, piece.text_end, piece.file_start] for piece in article.offsets],
        **({"pages": pages} if pages else {}),
        **({"kind": article.kind} if article.kind != "article" else {}),
    }

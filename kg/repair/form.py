"""The exchange form of ``kg repair``: an article as a JSON object."""

from __future__ import annotations

from typing import Any

from kg.model import Article


def to_record(article: Article) -> dict[str, Any]:
    """Return the article's exchange form.

    ``offsets`` are [text_start, text_end, file_start]: pieces of "\\n".join(paragraphs) and where each stands in the
    file, in code points of the decoded file.
    """
    return {
        "title": article.title,
        "byline": list(article.byline),
        "paragraphs": article.text.split("\n") if article.text else [],
        "headings": [[heading.before, heading.text] for heading in article.headings],
        "captions": list(article.captions),
        "offsets": [[piece.text_start, piece.text_end, piece.file_start] for piece in article.offsets],
        **({"kind": article.kind} if article.kind != "article" else {}),
    }

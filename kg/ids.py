"""Ids made from content: the same words give the same id, on any machine, in any order."""

from __future__ import annotations

import hashlib


def digest(*parts: str | None, length: int = 16) -> str:
    """Return the first ``length`` hex digits of the SHA-256 of ``parts``.

    Parts are set apart by a unit separator and None differs from the empty text, so that ("ab", "c"), ("a", "bc")
    and ("ab", "", "c") all differ.
    """
    joined = "\x1f".join("\x1e" if part is None else part for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def document_id(path: str, sha256: str) -> str:
    """Return the id of the file with that path (relative to the input's root) and those bytes."""
    return digest("document", path, sha256)


def article_id(document: str, number: int) -> str:
    """Return the id of a document's article of that number (counted from 1)."""
    return f"{document}/{number}"


def group_id(article: str, start: int) -> str:
    """Return the id of the group whose first mention starts there; mentions of a reading never overlap."""
    return f"{article}@{start}"

"""What reading an input gives: a document, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import Article, Document


@dataclass(frozen=True, slots=True)
class Source:
    """A document. ``articles`` is None where its text must still be repaired; JSON lines come as articles."""

    document: Document
    articles: tuple[Article, ...] | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read: the file as it was given, the line (from 1) if one is meant, one clear reason."""

    path: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Publication, ISO date and page of a document; each may be unknown."""

    publication: str | None = None
    date: str | None = None
    page: str | None = None

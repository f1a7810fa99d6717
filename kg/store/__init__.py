"""The record of truth: documents, articles, mentions, groups, claims, links and judgements in one SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from kg.model import Article, Claim, Document, Group, Link, Reading
from kg.named import ArticleNames

FORMAT = 4
"""The version of the file format; one of another version is refused, never guessed at.

A store of format 3, which lacks the readers that agree with a claim, is read as it is and brought up to date when it is
opened for writing.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the store lists it; ``made_by`` is the fingerprint of what it was read with, None if not whole."""

    id: str
    path: str
    made_by: str | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What the last run could not read: an article's id or a file's path, the step that gave up, and why."""

    where: str
    step: str
    message: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of a fact: whether its words say it (``right``).

    ``claims`` are the ids of the claims that were shown; ``statement`` is the fact in words, by which it can be named
    when it is gone.
    """

    fact: str
    predicate: str
    statement: str
    claims: tuple[str, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of a person as a line of the file of decisions, and why it does not apply, None where it does."""

    line: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """What one article calls an entity: its fullest name there, all forms, and why they are one and why this entity.

    ``by`` is ``rule`` or ``person``.
    """

    path: str
    title: str | None
    name: str
    forms: tuple[str, ...]
    within: str
    reason: str
    by: str


class Store(Protocol):
    """What every store offers.

    Iterators stream in a fixed order: documents by path and id, articles by number, what an article holds in text
    order, links by group, judgements by fact. Every method raises StoreError where the store cannot do what is asked.
    """

    def write(self, document: Document, readings: Sequence[Reading], *, made_by: str | None = None) -> bool:
        """Replace the document and all that was read in it, in one transaction; say whether anything changed.

        ``made_by`` is the fingerprint of what it was read with, None where it should be read again.

        Links of groups that are no longer there go too. A claim without evidence, or one that quotes words which do
        not stand in its article, is refused, and the document with it.
        """
        ...

    def remove(self, document_id: str) -> bool:
        """Remove a document and all that was read in it; say whether it was there."""
        ...

    def read(self, documents: Collection[str] | None = None) -> Iterator[tuple[Document, list[Reading]]]:
        """Yield all documents with their readings, or those of these ids."""
        ...

    def readings(self) -> Iterator[Reading]: ...
    def reading(self, article_id: str) -> Reading: ...
    def documents(self) -> Iterator[Document]: ...

    def entries(self) -> Iterator[Entry]:
        """Yield what documents there are, without their texts."""
        ...

    def document(self, document_id: str) -> Document: ...
    def articles(self) -> Iterator[Article]: ...
    def article(self, article_id: str) -> Article: ...
    def groups(self) -> Iterator[Group]: ...

    def named(self, articles: Collection[str] | None = None) -> Iterator[ArticleNames]:
        """Yield what each article names, or those of these ids, by article id, without reading the rest of it."""
        ...

    def texts(self, articles: Collection[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Yield the id, the document's id and the text of each article, or of those of these ids, by article id."""
        ...

    def kept(self, what: str) -> Iterator[tuple[str, str | None]]:
        """Yield each article's id and what was kept of it under that name, None where nothing is, by article id."""
        ...

    def keep(self, what: str, values: Iterable[tuple[str, str]]) -> None:
        """Keep something of articles, by their ids, for as long as what was read in them stays the same."""
        ...

    def forget(self) -> None:
        """Drop all that was kept of articles."""
        ...

    def claims(self) -> Iterator[Claim]: ...

    def links(self, document_id: str | None = None) -> Iterator[Link]:
        """Yield all links, or those of the groups of one document."""
        ...

    def members(self, entity: str) -> Iterator[Member]:
        """Yield what each article calls an entity, by the documents' paths and the articles' order."""
        ...

    def codes(self) -> Iterator[tuple[str, str]]:
        """Yield the entities of which a group has a GB/T 2260 code, with it."""
        ...

    def joined(self, predicates: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield the pairs of entities of which an affirmed claim, not a planned one, says one of these predicates."""
        ...

    def documents_naming(self, entities: Collection[str]) -> list[str]:
        """Return the ids of the documents that name one of the entities, sorted."""
        ...

    def names(
        self, entities: Collection[str], *, besides: Collection[str]
    ) -> Iterator[tuple[str, str, str | None, Group]]:
        """Yield the groups of entities in all documents besides these, as ``Gathered.add_names`` takes them."""
        ...

    def replace_links(self, links: Iterable[Link]) -> None:
        """Replace all links; each must name a group of the store, and a group has at most one."""
        ...

    def amend(self, readings: Iterable[Reading]) -> None:
        """Put readings in place of what was read in their articles, which is kept aside; in one transaction.

        The links of their groups go.
        """
        ...

    def restore(self) -> None:
        """Put back what was read where ``amend`` put something else."""
        ...

    def as_read(self, documents: Collection[str]) -> Iterator[tuple[Document, list[Reading]]]:
        """Yield these documents with what was read in them, whatever ``amend`` put in its place."""
        ...

    def decisions(self) -> Iterator[Decided]:
        """Yield the decisions that the graph follows, in the order of their file."""
        ...

    def replace_decisions(self, decisions: Iterable[Decided]) -> None: ...
    def replace_reprints(self, originals: Mapping[str, str]) -> None:
        """Set for articles that have reprints the one that stands for them all, by their ids; for all others none."""
        ...

    def judgements(self) -> Iterator[Judgement]: ...

    def judge(self, judgement: Judgement) -> None:
        """Keep a judgement, in place of an earlier one of the same fact; building anew takes it along."""
        ...

    def skipped(self) -> Iterator[Skipped]: ...

    def replace_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Replace what earlier runs skipped by what the last one did."""
        ...

    def meta(self) -> dict[str, str]:
        """Return what is known of the store itself: its format, and what ``write_meta`` wrote."""
        ...

    def write_meta(self, values: Mapping[str, str]) -> None:
        """Add or replace values, such as the digests of schema and settings; ``format`` is the store's own."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many documents, articles, mentions, groups, claims, links, judgements and skipped there are."""
        ...

    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_store(path: str | Path, *, write: bool = False, timeout: float = 5.0) -> Store:
    """Open a store; with ``write``, make it where it is missing (its folder must be there).

    A store opened for reading shows the file as it was at that moment and blocks nobody. ``timeout`` is how many
    seconds to wait for another writer. Raises StoreError where the file is missing, is no store, is of another
    format, or cannot be read or written.
    """
    from kg.store.sqlite import SqliteStore

    return SqliteStore(Path(path), write=write, timeout=timeout)

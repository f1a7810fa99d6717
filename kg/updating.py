"""What a run changes of a store: which documents are read, and which go because of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.ingest import Skipped, Source
from kg.model import Article, Document
from kg.repair import repair
from kg.store import Store

_LINE = re.compile(r"(?P<file>.+)#\d+")
"""The path of a line of a file of JSON lines."""


_Parts = tuple[Document, Sequence[Article]]


class Update:
    """The documents of a run against those of a store; ``before`` are the ids and paths that the store had.

    A working copy may hold more: what a stopped run had read.
    """

    def __init__(self, store: Store, before: Mapping[str, str], made_by: str, *, prune: bool) -> None:
        self._store, self._before, self._made_by, self._prune = store, before, made_by, prune
        self._known = {entry.id: entry for entry in store.entries()}
        self.seen: dict[str, str] = {}
        self.again = 0

    def sources(self, given: Iterable[Source | Skipped], skipped: list[Skipped]) -> Iterator[_Parts]:
        """Yield what has to be read: inputs that are new or changed, then what was read with something else.

        Of the latter the text and its articles are those of the store. What is skipped is added to ``skipped``.
        """
        for source in given:
            if isinstance(source, Skipped):
                skipped.append(source)
                continue
            document = source.document
            if document.id in self.seen:  # a file that was given twice, as itself and in its folder
                continue
            self.seen[document.id] = document.path
            if not self.is_current(document):
                self.again += document.id in self._before
                yield document, source.articles if source.articles is not None else repair(document)
        stale = [id_ for id_ in self._before if id_ not in self.seen and self._known[id_].made_by != self._made_by]
        going = set(self._going())
        for id_ in stale:
            if id_ not in going:
                self.again += 1
                ((document, readings),) = self._store.read([id_])
                yield document, [reading.article for reading in readings]

    def is_current(self, document: Document) -> bool:
        """Say whether the store has the document, read with what this run reads with."""
        known = self._known.get(document.id)
        return known is not None and known.made_by == self._made_by and self._store.document(known.id) == document

    def drop(self) -> None:
        """Remove the documents that those of this run replace, and what a stopped run had read beside them."""
        for id_ in self._going():
            self._store.remove(id_)

    def _going(self) -> list[str]:
        """Return the ids of what goes: all that is at a path, or a line of a file, that the run has read."""
        paths = set(self.seen.values())
        files = {found["file"] for path in paths if (found := _LINE.fullmatch(path))}
        return [
            id_
            for id_, entry in self._known.items()
            if id_ not in self.seen
            and (
                self._prune
                or id_ not in self._before
                or entry.path in paths
                or ((found := _LINE.fullmatch(entry.path)) is not None and found["file"] in files)
            )
        ]

    def counts(self) -> tuple[int, int, int]:
        """Return how many documents are new, changed (another one was at their path) and removed."""
        now = {entry.id: entry.path for entry in self._store.entries()}
        gone = [path for id_, path in self._before.items() if id_ not in now]
        came = [path for id_, path in now.items() if id_ not in self._before]
        changed = len(set(gone) & set(came))
        return len(came) - changed, changed, len(gone) - changed

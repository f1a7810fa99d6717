"""Decisions follow their words: to another line of a file of JSON lines, to a file that was moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import ahocorasick

from kg.decisions.anchors import count_quote
from kg.decisions.records import Anchor, Decision
from kg.model import Reading
from kg.store import Store

_TELLING = 12
"""Characters from which on words are taken to be those that were meant, wherever they stand."""

Readings = dict[str, list[Reading]]
"""What was read in documents, by path."""


def follow(store: Store, decisions: Sequence[Decision]) -> tuple[list[Decision], Readings]:
    """Return the decisions with the documents in which their words stand now, and what was read in those.

    Words are looked for elsewhere where their document is gone, or was a line of a file and has other words; they are
    followed to the one document that has them, if they are telling enough. The readings are as read, not as amended.
    """
    paths = {entry.id: entry.path for entry in store.entries()}
    read: Readings = {}
    _add(read, store, paths, {anchor.document for one in decisions for anchor in _anchors(one)})
    lost = {anchor.quote for one in decisions for anchor in _anchors(one) if _is_lost(anchor, read)}
    homes = _homes(store, {quote for quote in lost if len("".join(quote.split())) >= _TELLING})
    if not homes:
        return list(decisions), read
    _add(read, store, paths, {paths[document] for document in homes.values()} - read.keys())

    def home(anchor: Anchor) -> str:
        found = homes.get(anchor.quote) if _is_lost(anchor, read) else None
        return paths[found] if found is not None else anchor.document

    moved = []
    for one in decisions:
        into = replace(one.into, document=home(one.into)) if one.into is not None else None
        moved.append(replace(one, document=home(one.anchor), into=into))
    return moved, read


def _anchors(decision: Decision) -> list[Anchor]:
    return [decision.anchor, *([decision.into] if decision.into is not None else [])]


def _add(read: Readings, store: Store, paths: dict[str, str], wanted: Iterable[str]) -> None:
    named = set(wanted)
    ids = [id_ for id_, path in paths.items() if path in named] if named else []
    for document, readings in store.as_read(ids):
        read.setdefault(document.path, []).extend(readings)


def _is_lost(anchor: Anchor, read: Readings) -> bool:
    readings = read.get(anchor.document)
    return readings is None or ("#" in anchor.document and not count_quote(readings, anchor.quote))


def _homes(store: Store, quotes: Iterable[str]) -> dict[str, str]:
    """Return the document of each quote that stands in just one."""
    automaton = ahocorasick.Automaton()
    for quote in quotes:
        words = "".join(quote.split())
        automaton.add_word(words, [*(automaton.get(words, ())), quote])
    if not len(automaton):
        return {}
    automaton.make_automaton()
    found: dict[str, set[str]] = {}
    for _, document, text in store.texts():
        for _, meant in automaton.iter("".join(text.split())):
            for quote in meant:
                found.setdefault(quote, set()).add(document)
    return {quote: next(iter(documents)) for quote, documents in found.items() if len(documents) == 1}

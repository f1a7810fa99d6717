"""Names that a model lists, as mentions of the text: each located, of a type of the schema, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kg.label_maps import LabelMap
from kg.language_models.counting import Tally
from kg.language_models.prompts import kinds
from kg.language_models.quotes import Passage, Place, bare, within
from kg.model import Mention, Span
from kg.schema import Schema

_MOST = 500
"""How many names of one answer are looked at."""

_SHORTEST, _LONGEST = 2, 80


class NameGate:
    """Turns answers into mentions; what does not pass is counted by reason."""

    def __init__(self, schema: Schema, tally: Tally, *, finder: str, score: float) -> None:
        self._schema, self._tally = schema, tally
        self._finder, self._score = finder, score
        labels = ((label, label.partition("/")) for label in kinds(schema))
        self._labels = LabelMap("the schema", {label: (type_, sub or None) for label, (type_, _, sub) in labels})

    def mentions(
        self, answer: dict[str, Any], text: str, passage: Span, sentences: Sequence[Span]
    ) -> Iterator[Mention]:
        """Yield a mention for each place where a listed name stands in the passage, in text order.

        Where a longer one of the listed names stands, those inside it are passed over.
        """
        listed = answer["names"]
        self._drop("more than are looked at", max(0, len(listed) - _MOST))
        reader = Passage(text, passage)
        found: dict[tuple[Span, str], str] = {}
        seen: set[str] = set()
        for item in listed[:_MOST]:
            if (written := repr(item)) in seen:
                self._drop("listed twice")
                continue
            seen.add(written)
            for place, label in self._places(item, reader, text, sentences):
                found.setdefault((place.span, label.partition("/")[0]), label)
        outer = _outermost({span for span, _ in found})
        for (span, _), label in sorted(found.items()):
            if span in outer:
                mention = self._labels.mention(
                    text, span.start, span.end, label, finder=self._finder, score=self._score
                )
                if mention is not None:  # the subtype that the name itself shows may be none of this schema's
                    known = mention.subtype in self._schema.types[mention.type].subtypes
                    yield mention if known else replace(mention, subtype=None)

    def _places(
        self, item: object, reader: Passage, text: str, sentences: Sequence[Span]
    ) -> Iterator[tuple[Place, str]]:
        if not isinstance(item, dict) or not all(isinstance(item.get(key), str) for key in ("name", "type")):
            self._drop("not of the form asked for")
            return
        name, (type_, _, subtype) = bare(item["name"]), item["type"].partition("/")
        if type_ not in self._schema.types:
            self._drop("type that the schema lacks")
            return
        if not _SHORTEST <= len(name) <= _LONGEST:
            self._drop("too short or too long")
            return
        label = type_
        if subtype in self._schema.types[type_].subtypes:
            label = f"{type_}/{subtype}"
        elif subtype:
            self._tally.add("names: subtype that the schema lacks, left open")
        places = reader.places(name)
        if not places:
            self._drop("do not stand in the text")
            return
        whole = [place for place in places if _is_whole(text, place.span, sentences)]
        if not whole:
            self._drop("only part of a word, or not within a sentence")
            return
        self._tally.add("names: located loosely" if whole[0].loose else "names: located exactly")
        for place in whole:
            yield place, label

    def _drop(self, reason: str, number: int = 1) -> None:
        self._tally.add(f"names dropped: {reason}", number)


def _is_whole(text: str, span: Span, sentences: Sequence[Span]) -> bool:
    """Say whether a name lies within a sentence and cuts through no word of letters or figures (GR in GREE)."""
    if within(sentences, span.start, span.end) is None or not text[span.start : span.end].strip():
        return False
    return not any(
        0 < at < len(text) and all(one.isascii() and one.isalnum() for one in text[at - 1 : at + 1])
        for at in (span.start, span.end)
    )


def _outermost(spans: set[Span]) -> set[Span]:
    """Return the spans that lie inside no other."""
    outer: set[Span] = set()
    last: Span | None = None
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if last is None or span.end > last.end:
            outer.add(span)
            last = span
    return outer

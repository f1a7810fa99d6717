"""Texts cut for models that take only so much at once: between sentences, else behind a clause mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.model import Span


def cut(text: str, sentences: Iterable[Span], longest: int) -> Iterator[Span]:
    """Yield the sentences; one of more than ``longest`` characters is cut behind a mark, or where there is none."""
    for sentence in sentences:
        start = sentence.start
        while sentence.end - start > longest:
            window = text[start : start + longest]
            end = start + (max(window.rfind(mark) for mark in "；，：、 ") + 1 or longest)
            yield Span(start, end)
            start = end
        yield Span(start, sentence.end)


def runs(text: str, sentences: Iterable[Span], longest: int) -> Iterator[Span]:
    """Yield runs of whole sentences, with what stands between them, of at most ``longest`` characters."""
    run: Span | None = None
    for part in cut(text, sentences, longest):
        if run is not None and part.end - run.start <= longest:
            run = Span(run.start, part.end)
            continue
        if run is not None:
            yield run
        run = part
    if run is not None:
        yield run

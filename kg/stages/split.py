"""Sentences: where each begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.model import Reading
from kg.protocols import Stage
from kg.registry import declare
from kg.text import sentences


@declare(adds=("sentences",))
def make() -> Stage:
    """Split each article into sentences."""

    def split(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, sentences=tuple(sentences(reading.article.text))) for reading in batch]

    return split

"""Names that the trained recognizer finds, and what it says of those that others found.

It votes on every mention found before it, with the probability that its network gives to just that mention, and adds
mentions of its own; ``settle`` weighs the votes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kg.errors import ConfigError
from kg.model import Mention, Reading, Span
from kg.naming import subtype_of
from kg.protocols import Stage
from kg.registry import declare
from kg.resources import data_path
from kg.schema import Schema

NAME = "find_tagger"


@declare(needs=("sentences",), adds=("mentions",))
def make(*, schema: Schema, model: str = "", at_least: float = 0.08) -> Stage:
    """Find names with a trained recognizer: ``model`` is a file that `kg train` wrote, the shipped one if not given.

    Mentions that are less probable than ``at_least`` are not added; those that another stage found get its vote all the
    same. Types that the schema does not have are left out. Raises ConfigError where the file is missing, or the schema
    has none of its types.
    """
    from kg.tagger.recognizer import Recognizer  # NumPy is slow to import, and other pipelines do without

    path = Path(model) if model else data_path("tagger", "recognizer.npz")
    if not path.is_file():
        raise ConfigError(f"{path}: no such model; `kg train` makes one")
    recognizer = Recognizer.load(path)
    types = frozenset(recognizer.types) & frozenset(schema.types)
    if not types:
        raise ConfigError(
            f"{path}: it finds {', '.join(recognizer.types)}, none of which the schema has; train with a label map"
        )

    def find_tagger(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=reading.mentions + _votes(reading)) for reading in batch]

    def _votes(reading: Reading) -> tuple[Mention, ...]:
        text = reading.article.text
        said = recognizer.read(text)
        probabilities = {
            span[:3]: span.probability
            for span in said.likely(at_least)
            if span.type in types and not (text[span.start].isspace() or text[span.end - 1].isspace())
        }
        for mention in reading.mentions:
            place = (mention.span.start, mention.span.end, mention.type)
            if place not in probabilities and mention.type in types:
                probabilities[place] = said.probability(*place)
        bodies = {m.span.end: m for m in reading.mentions if m.type == "Organization"}
        return tuple(
            Mention(
                Span(start, end),
                text[start:end],
                kind,
                subtype_of(kind, text, start, end, bodies),
                NAME,
                round(probability, 3),
            )
            for (start, end, kind), probability in sorted(probabilities.items())
        )

    return find_tagger

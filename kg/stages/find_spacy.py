"""Names that a spaCy pipeline finds: any pipeline, by the name of its package or its folder.

Needs the extra ``spacy``. The pipeline's labels become types by a label map (kg.label_maps), its tokens characters
by kg.anchors, whatever its tokenizer does to white space and letters.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.label_maps import load_label_map
from kg.model import Mention, Reading, Span
from kg.pieces import runs
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg.spacy_models import load_pipeline, token_anchors

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.tokens import Span as Entity

NAME = "find_spacy"


@declare(needs=("sentences",), adds=("mentions",))
def make(
    *,
    schema: Schema,
    model: str = "",
    labels: str = "default",
    disable: Sequence[str] = (),
    spans_key: str = "",
    longest: int = 10_000,
    score: float = 0.7,
) -> Stage:
    """Find what a spaCy pipeline finds: ``model`` is its package or folder, ``labels`` a label map.

    ``disable`` lists components to leave out, for speed. Entities are those of ``doc.ents``, or of
    ``doc.spans[spans_key]``. A text of more than ``longest`` characters, or than the pipeline takes, is given to it in
    pieces of whole sentences. ``score`` is given to each mention. Raises MissingPackageError without spaCy and
    ConfigError where there is no such pipeline.
    """
    names = load_label_map(labels, schema)
    nlp = load_pipeline(model, disable, stage=NAME)
    names.check(_labels(nlp, "doc.spans" if spans_key else "doc.ents"), model=f"the spaCy pipeline {model}")
    longest = max(1, min(longest, nlp.max_length))

    def read(reading: Reading) -> Reading:
        text = reading.article.text
        pieces = list(runs(text, reading.sentences, longest))
        docs = nlp.pipe([text[piece.start : piece.end] for piece in pieces])
        found = [mention for piece, doc in zip(pieces, docs, strict=True) for mention in _mentions(doc, piece, text)]
        return replace(reading, mentions=(*reading.mentions, *found))

    def _mentions(doc: Doc, piece: Span, text: str) -> Iterator[Mention]:
        entities = doc.spans.get(spans_key, ()) if spans_key else doc.ents
        for start, end, label in _places(entities, doc, text[piece.start : piece.end]):
            mention = names.mention(text, piece.start + start, piece.start + end, label, finder=NAME, score=score)
            if mention is not None:
                yield mention

    def find_spacy(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch]  # an article at a time: the answer never depends on its batch

    return find_spacy


def _places(entities: Iterable[Entity], doc: Doc, text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and label of the entities, in code points of the text; say which could not be placed."""
    anchors = token_anchors(doc, text)
    for entity in entities:
        start, end = anchors[entity.start][0], anchors[entity.end - 1][1]
        if start is None or end is None or start >= end:
            warnings.warn(
                f"{NAME}: left out {entity.text!r}: the pipeline's tokenizer changed its ends, so that its place in "
                "the text is unknown",
                stacklevel=2,
            )
        else:
            yield start, end, entity.label_


def _labels(nlp: Language, where: str) -> set[str]:
    """Return the labels that the components which assign ``doc.ents`` or ``doc.spans`` say they can give."""
    names = (name for name in nlp.pipe_names if where in nlp.get_pipe_meta(name).assigns)
    return {label for name in names for label in nlp.pipe_labels.get(name, ())}

"""Claims by the dependencies that a spaCy pipeline finds: any pipeline with a parser, by its package or folder.

Needs the extra ``spacy``. Sentences are parsed one by one; kg.parses says whose arguments the names are, and the frames
of the schema what that claims (kg.parse_claims).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kg.errors import ConfigError
from kg.model import Span
from kg.parse_claims import ParseStage, Reader
from kg.parses import ROOT, Predication, Token, from_dependencies, readable
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg.spacy_models import load_pipeline, token_anchors

NAME = "relate_spacy"


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(
    *, schema: Schema, model: str = "", disable: Sequence[str] = (), longest: int = 500, score: float = 0.9
) -> Stage:
    """Read claims by the dependencies of a spaCy pipeline: ``model`` is its package or folder.

    ``disable`` lists components to leave out, for speed. A sentence of more than ``longest`` characters, or than the
    pipeline takes, is cut. The score of a claim is that of the frame that reads it, times ``score``: how far the parser
    is trusted. Raises MissingPackageError without spaCy and ConfigError where there is no such pipeline, or it has no
    parser.
    """
    nlp = load_pipeline(model, disable, stage=NAME)
    if not any("token.dep" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names):
        there = ", ".join(nlp.pipe_names) or "none"
        raise ConfigError(f"stage {NAME}: the spaCy pipeline {model} has no parser; its components: {there}")

    def parse(text: str, parts: Sequence[Span], counts: Counter[str]) -> list[list[Predication]]:
        parsed = []
        docs = nlp.pipe([text[part.start : part.end] for part in parts])
        for part, doc in zip(parts, docs, strict=True):
            places = token_anchors(doc, text[part.start : part.end])
            heads = [ROOT if token.head.i == token.i else token.head.i for token in doc]
            tokens = [
                Token.at(part, place, head, token.dep_) for token, place, head in zip(doc, places, heads, strict=True)
            ]
            parsed.append(from_dependencies(tokens, text) if readable(tokens, counts) else [])
        return parsed

    return ParseStage(Reader.of(schema, NAME, score), parse, min(longest, nlp.max_length))

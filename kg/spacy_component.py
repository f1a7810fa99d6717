"""``nlp.add_pipe("kg")``: a spaCy pipeline's documents get the names, their entities and the facts that are read here.

spaCy imports this module by its entry point, whenever a pipeline is made: nothing of this package but kg.spacy_docs is
loaded before the component is. A document gets

- ``doc.ents``: the names; ``label_`` is the type, ``kb_id_`` the id of the entity as ``kg build`` would write it for
  this document alone (``Region:350902``);
- ``span._.kg_subtype``, ``kg_label`` (the type in Chinese), ``kg_name`` (the entity's fullest name in the document),
  ``kg_adcode`` (a region's GB/T 2260 code where it is certain), ``kg_score``;
- ``doc.spans["kg"]``: all names, also those that ``doc.ents`` cannot hold because they overlap;
- ``doc._.kg_facts``, ``doc._.kg_groups``: what the document says, and which names stand for one thing
  (kg.spacy_docs.DocFact, DocGroup);
- ``doc._.kg``: the kg.model.Reading with offsets in characters: groups, references, claims and their evidence;
- ``doc._.kg_unaligned``: the (start, end) of names whose ends are not those of tokens.

A date set before, ``doc._.kg_date = "2025-06-10"``, is what 今年 and 去年 are counted from. All of it survives
``doc.to_bytes()`` and ``nlp.pipe(n_process=2)``.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import ConfigError, StageError
from kg.spacy_docs import extend, fill

if TYPE_CHECKING:
    from kg.model import Reading
    from kg.pipeline import Pipeline
    from kg.schema import Schema

NAME = "kg"
_ALIGNMENTS = {"expand": "widened to whole tokens", "contract": "narrowed to whole tokens", "strict": "left out"}


@Language.factory(
    NAME,
    assigns=[
        "doc.ents",
        "doc.spans",
        "doc._.kg",
        "doc._.kg_facts",
        "doc._.kg_groups",
        "doc._.kg_unaligned",
        "token.ent_iob",
        "token.ent_type",
    ],
    default_config={
        "pipeline": "default",
        "schema": None,
        "alignment": "expand",
        "overwrite_ents": False,
        "spans_key": "kg",
    },
)
def make_component(
    nlp: Language,
    name: str,
    pipeline: str,
    schema: str | None,
    alignment: str,
    overwrite_ents: bool,
    spans_key: str,
) -> Component:
    """Make the component: ``pipeline`` is a pipeline file or the name of a shipped one, ``schema`` a schema folder.

    ``alignment`` says what becomes of a name whose ends are not those of tokens: it is widened to whole tokens
    (``expand``), narrowed to those inside it (``contract``), or left out (``strict``); the reading keeps it as it is.
    Entities that are set already stay, and ours that overlap them are in ``doc.spans[spans_key]`` only, unless
    ``overwrite_ents``. Raises KGError where a pipeline or schema cannot be read.
    """
    return Component(name, pipeline, schema, alignment, overwrite_ents, spans_key)


class Component:
    """Reads documents. It can be pickled, as processes that are spawned need: the pipeline is then made again."""

    def __init__(
        self, name: str, pipeline: str, schema: str | None, alignment: str, overwrite_ents: bool, spans_key: str
    ) -> None:
        if alignment not in _ALIGNMENTS:
            raise ConfigError(f"component {name}: alignment must be one of {', '.join(_ALIGNMENTS)}, not {alignment!r}")
        self._settings = (name, pipeline, schema, alignment, overwrite_ents, spans_key)
        self._pipeline, self._schema = _load(pipeline, schema)
        self._warned = False
        extend()

    def __reduce__(self) -> tuple[Callable[..., Component], tuple[Any, ...]]:
        return Component, self._settings

    def __call__(self, doc: Doc) -> Doc:
        """Read the document; raises StageError where a stage fails on it."""
        from kg.resolve import resolve

        name, _, _, alignment, overwrite_ents, spans_key = self._settings
        reading = _read(doc, self._pipeline)
        entities = {link.group: link.entity for link in resolve([reading])}
        if overwrite_ents:
            doc.ents = []
        fill(doc, reading, entities, self._schema, alignment=alignment, spans_key=spans_key)
        unaligned = doc._.kg_unaligned
        if unaligned and not self._warned:
            self._warned = True  # once for each component: the next documents say it in doc._.kg_unaligned
            warnings.warn(
                f"component {name}: {len(unaligned)} of {len(reading.mentions)} names do not end where tokens do and "
                f"are {_ALIGNMENTS[alignment]} (see doc._.kg_unaligned); the char segmenter avoids that",
                stacklevel=2,
            )
        return doc


def _load(pipeline: str, schema: str | None) -> tuple[Pipeline, Schema]:
    from kg.config import load_pipeline
    from kg.pipeline import make_pipeline
    from kg.schema import load_schema

    known = load_schema(schema)
    return make_pipeline(load_pipeline(pipeline), known), known


def _read(doc: Doc, pipeline: Pipeline) -> Reading:
    """Read the document's text as an article; its id comes from the text, so that the same text has the same ids."""
    from kg.ids import article_id, document_id
    from kg.model import Article, Reading

    digest = hashlib.sha256(doc.text.encode()).hexdigest()
    document = document_id("", digest)
    article = Article(article_id(document, 1), document, 1, doc.text, date=doc._.kg_date)
    readings, failures = pipeline([Reading(article)])
    if failures:
        raise StageError(f"stage {failures[0].stage} failed: {failures[0].message}")
    return readings[0]

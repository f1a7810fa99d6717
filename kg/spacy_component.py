"""``nlp.add_pipe("kg")``: a spaCy pipeline's documents get the names, their entities and the facts that are read here.

spaCy imports this module by its entry point, whenever a pipeline is made: nothing of this package is loaded before the
component is. A document gets

- ``doc.ents``: the names; ``label_`` is the type, ``kb_id_`` the id of the entity as ``kg build`` would write it for
  this document alone (``Region:350902``);
- ``span._.kg_subtype``, ``kg_name`` (the entity's fullest name in the document), ``kg_adcode`` (a region's GB/T 2260
  code where it is certain), ``kg_score``;
- ``doc.spans["kg"]``: all names, also those that ``doc.ents`` cannot hold because they overlap;
- ``doc._.kg``: the kg.model.Reading with offsets in characters: groups, references, claims and their evidence;
- ``doc._.kg_unaligned``: the (start, end) of names whose ends are not those of tokens.

A date set before, ``doc._.kg_date = "2025-06-10"``, is what 今年 and 去年 are counted from. All of it survives
``doc.to_bytes()`` and ``nlp.pipe(n_process=2)``.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.errors import ConfigError, StageError

if TYPE_CHECKING:
    from kg.model import Group, Mention, Reading
    from kg.pipeline import Pipeline

NAME = "kg"
_ROWS = "kg_rows"
"""The key of ``doc.user_data`` under which a reading is kept, as rows of plain values that spaCy can store."""

_ALIGNMENTS = {"expand": "widened to whole tokens", "contract": "narrowed to whole tokens", "strict": "left out"}


@Language.factory(
    NAME,
    assigns=["doc.ents", "doc.spans", "doc._.kg", "doc._.kg_unaligned", "token.ent_iob", "token.ent_type"],
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
        self._read = _pipeline(pipeline, schema)
        self._warned = False
        _extend()

    def __reduce__(self) -> tuple[Callable[..., Component], tuple[Any, ...]]:
        return Component, self._settings

    def __call__(self, doc: Doc) -> Doc:
        """Read the document; raises StageError where a stage fails on it."""
        name, _, _, alignment, overwrite_ents, spans_key = self._settings
        reading = _read(doc, self._read)
        _keep(doc, reading)
        spans, unaligned = _spans(doc, reading, alignment)
        doc._.kg_unaligned = unaligned
        doc.spans[spans_key] = spans
        doc.ents = list(_without_overlaps(spans, () if overwrite_ents else doc.ents))
        if unaligned and not self._warned:
            self._warned = True  # once for each component: the next documents say it in doc._.kg_unaligned
            warnings.warn(
                f"component {name}: {len(unaligned)} of {len(reading.mentions)} names do not end where tokens do and "
                f"are {_ALIGNMENTS[alignment]} (see doc._.kg_unaligned); the char segmenter avoids that",
                stacklevel=2,
            )
        return doc


def _pipeline(pipeline: str, schema: str | None) -> Pipeline:
    from kg.config import load_pipeline
    from kg.pipeline import make_pipeline
    from kg.schema import load_schema

    return make_pipeline(load_pipeline(pipeline), load_schema(schema))


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


def _spans(doc: Doc, reading: Reading, alignment: str) -> tuple[list[Span], list[tuple[int, int]]]:
    """Return the names as spans of tokens, and the places of those whose ends are not those of tokens."""
    from kg.resolve import resolve

    entity_of = {link.group: link.entity for link in resolve([reading])}
    group_of = {mention: group for group in reading.groups for mention in group.mentions}
    spans, unaligned = [], []
    for mention in sorted(reading.mentions, key=lambda mention: mention.span):
        group = group_of.get(mention)
        kb_id = entity_of.get(group.id, "") if group is not None else ""
        place = mention.span.start, mention.span.end
        span = doc.char_span(*place, label=mention.type, kb_id=kb_id, alignment_mode=alignment)
        if span is None or (span.start_char, span.end_char) != place:
            unaligned.append(place)
        if span is not None:
            spans.append(_described(span, mention, group))
    return spans, unaligned


def _described(span: Span, mention: Mention, group: Group | None) -> Span:
    span._.kg_subtype = mention.subtype
    span._.kg_score = mention.score
    span._.kg_name = group.name if group is not None else mention.text
    span._.kg_adcode = group.adcode if group is not None else None
    return span


def _without_overlaps(spans: list[Span], standing: tuple[Span, ...]) -> Iterator[Span]:
    """Yield what stands already, and in text order the spans that share no token with what was yielded."""
    taken: set[int] = set()
    for span in (*standing, *spans):
        if taken.isdisjoint(range(span.start, span.end)):
            taken.update(range(span.start, span.end))
            yield span


# --- what documents keep --------------------------------------------------------------------------------------------


def _keep(doc: Doc, reading: Reading) -> None:
    from kg.store.rows import article_row, part_rows

    doc.user_data[_ROWS] = [list(article_row(reading)), *([list(row) for row in part] for part in part_rows(reading))]


def _reading(doc: Doc) -> Reading | None:
    """Return the reading of a document that the component has read, else None."""
    from kg.store.rows import to_reading

    kept = doc.user_data.get(_ROWS)
    return to_reading(*kept) if kept is not None else None


def _extend() -> None:
    """Register the attributes, once in a process."""
    if not Doc.has_extension("kg"):
        Doc.set_extension("kg", getter=_reading)
        Doc.set_extension("kg_date", default=None)
        Doc.set_extension("kg_unaligned", default=())
        for attribute in ("kg_subtype", "kg_name", "kg_adcode", "kg_score"):
            Span.set_extension(attribute, default=None)

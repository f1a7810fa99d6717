"""Readings as documents of spaCy: names as entities, facts and groups as small records, DocBin files.

Whatever the tokens: the reading is kept beside them with its offsets in characters. What a document is given survives
``doc.to_bytes()``, DocBin and ``nlp.pipe(n_process=2)``, because it is plain values in ``doc.user_data``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc, DocBin, Span

if TYPE_CHECKING:  # spaCy imports this module for every pipeline: the rest of the package waits until it is needed
    from kg.model import Claim, Group, Mention, Reading
    from kg.model import Span as Place
    from kg.schema import Schema

_ROWS, _ENTITIES, _LABELS, _ARTICLE = "kg_rows", "kg_entities", "kg_labels", "kg_article"
"""Keys of ``doc.user_data``: a reading as rows, the entity of each group, labels in Chinese, what article it is."""

_ATTRIBUTES = ["ENT_IOB", "ENT_TYPE", "ENT_KB_ID"]
"""What a DocBin keeps of each token."""

_PART = 1000
"""Documents a file of a folder."""

SEGMENTERS = ("char", "jieba")


@dataclass(frozen=True, slots=True)
class DocFact:
    """What a document says, in spans of its tokens; ``label`` is the predicate in Chinese.

    ``qualifiers`` are the words as written, by name. The spans are widened to whole tokens where a name or sentence
    does not end where tokens do; ``claim`` has the exact offsets, the normalized values and who else says the same.
    """

    subject: Span
    predicate: str
    label: str
    object: Span | str
    qualifiers: Mapping[str, str]
    modality: str
    polarity: str
    evidence: tuple[Span, ...]
    score: float
    reader: str
    claim: Claim

    def __str__(self) -> str:
        object_ = self.object if isinstance(self.object, str) else self.object.text
        said = [*self.qualifiers.values(), *({self.modality, self.polarity} - {"done", "affirmed"})]
        return f"{self.subject.text} {self.label} {object_}" + (f"（{'，'.join(said)}）" if said else "")


@dataclass(frozen=True, slots=True)
class DocGroup:
    """The names of a document that stand for one thing, its id as an entity and the fullest of the names."""

    kb_id: str
    name: str
    type: str
    subtype: str | None
    label: str
    adcode: str | None
    mentions: tuple[Span, ...]


# --- what documents are given ---------------------------------------------------------------------------------------


def fill(
    doc: Doc,
    reading: Reading,
    entities: Mapping[str, str],
    schema: Schema,
    *,
    alignment: str = "strict",
    spans_key: str = "kg",
    types: Collection[str] = (),
) -> None:
    """Give a document its reading: entities that do not overlap those it has, spans, and the reading itself.

    ``entities`` are the ids of the groups' entities. Where ``types`` are given, other names are in the reading alone.
    """
    extend()
    _keep(doc, reading, entities, schema)
    group_of = {mention: group for group in reading.groups for mention in group.mentions}
    spans, unaligned = [], []
    for mention in sorted(reading.mentions, key=lambda mention: mention.span):
        if types and mention.type not in types:
            continue
        group = group_of.get(mention)
        kb_id = entities.get(group.id, "") if group is not None else ""
        place = mention.span.start, mention.span.end
        span = doc.char_span(*place, label=mention.type, kb_id=kb_id, alignment_mode=alignment)
        if span is None or (span.start_char, span.end_char) != place:
            unaligned.append(place)
        if span is not None:
            spans.append(_described(span, mention, group))
    doc._.kg_unaligned = unaligned
    doc.spans[spans_key] = spans
    doc.ents = list(_without_overlaps(spans, doc.ents))


def leave_open(doc: Doc, places: Iterable[tuple[int, int]]) -> None:
    """Say of the tokens at these places, where no entity stands, that they may or may not be one."""
    taken = {at for entity in doc.ents for at in range(entity.start, entity.end)}
    tokens = {
        at
        for start, end in places
        if (span := doc.char_span(start, end, alignment_mode="expand")) is not None
        for at in range(span.start, span.end)
    }
    doc.set_ents(list(doc.ents), missing=[doc[at : at + 1] for at in sorted(tokens - taken)], default="outside")


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


def _keep(doc: Doc, reading: Reading, entities: Mapping[str, str], schema: Schema) -> None:
    from kg.store.rows import article_row, part_rows

    article = reading.article
    doc.user_data[_ROWS] = [list(article_row(reading)), *([list(row) for row in part] for part in part_rows(reading))]
    doc.user_data[_ENTITIES] = {group.id: entities[group.id] for group in reading.groups if group.id in entities}
    used = dict.fromkeys([*(m.type for m in reading.mentions), *(claim.predicate for claim in reading.claims)])
    labels = {name: one.zh for name, one in schema.types.items()}
    labels |= {name: one.zh for name, one in schema.predicates.items()}
    doc.user_data[_LABELS] = {name: labels[name] for name in used if name in labels}
    doc.user_data[_ARTICLE] = {
        "id": article.name or article.id,
        "title": article.title,
        "date": article.date,
        "publication": article.publication,
        "page": article.page,
    }


def _reading(doc: Doc) -> Reading | None:
    """Return the reading of a document that has one, else None."""
    from kg.store.rows import to_reading

    kept = doc.user_data.get(_ROWS)
    return to_reading(*kept) if kept is not None else None


def _facts(doc: Doc) -> tuple[DocFact, ...]:
    """Return the facts of a document, in the order of the reading's claims."""
    reading = _reading(doc)
    if reading is None:
        return ()
    kb_ids = _kb_ids(doc, reading)
    return tuple(_fact(doc, claim, kb_ids) for claim in reading.claims)


def _fact(doc: Doc, claim: Claim, kb_ids: Mapping[Mention, str]) -> DocFact:
    object_ = claim.object if isinstance(claim.object, str) else _span(doc, claim.object, kb_ids)
    qualifiers = {qualifier.name: qualifier.text for qualifier in claim.qualifiers}
    evidence = tuple(_at(doc, one.span) for one in claim.evidence)
    return DocFact(
        _span(doc, claim.subject, kb_ids), claim.predicate, _label(doc, claim.predicate), object_, qualifiers,
        claim.modality, claim.polarity, evidence, claim.score, claim.reader, claim,
    )  # fmt: skip


def _groups(doc: Doc) -> tuple[DocGroup, ...]:
    """Return the groups of a document, in text order."""
    reading = _reading(doc)
    if reading is None:
        return ()
    kb_ids = _kb_ids(doc, reading)
    return tuple(_group(doc, group, kb_ids) for group in reading.groups)


def _group(doc: Doc, group: Group, kb_ids: Mapping[Mention, str]) -> DocGroup:
    mentions = tuple(_span(doc, mention, kb_ids) for mention in group.mentions)
    kb_id, label = kb_ids[group.mentions[0]], _label(doc, group.type)
    return DocGroup(kb_id, group.name, group.type, group.subtype, label, group.adcode, mentions)


def _kb_ids(doc: Doc, reading: Reading) -> dict[Mention, str]:
    entities = doc.user_data[_ENTITIES]
    return {mention: entities.get(group.id, "") for group in reading.groups for mention in group.mentions}


def _span(doc: Doc, mention: Mention, kb_ids: Mapping[Mention, str]) -> Span:
    return _at(doc, mention.span, label=mention.type, kb_id=kb_ids.get(mention, ""))


def _at(doc: Doc, place: Place, **named: str) -> Span:
    return doc.char_span(place.start, place.end, alignment_mode="expand", **named)


def _label(doc: Doc, name: str) -> str:
    """Return the label in Chinese of a type or predicate, its name where it has none."""
    label: str = doc.user_data.get(_LABELS, {}).get(name, name)
    return label


def extend() -> None:
    """Register the attributes, once in a process."""
    if not Doc.has_extension("kg"):
        Doc.set_extension("kg", getter=_reading)
        Doc.set_extension("kg_facts", getter=_facts)
        Doc.set_extension("kg_groups", getter=_groups)
        Doc.set_extension("kg_date", default=None)
        Doc.set_extension("kg_unaligned", default=())
        Span.set_extension("kg_label", getter=lambda span: _label(span.doc, span.label_))
        for attribute in ("kg_subtype", "kg_name", "kg_adcode", "kg_score"):
            Span.set_extension(attribute, default=None)


# --- files ----------------------------------------------------------------------------------------------------------


def tokenizer(segmenter: str) -> Callable[[str], Doc]:
    """Return what makes documents of texts: their tokens are characters, or the words of jieba.

    Raises ImportError where jieba is not installed.
    """
    jieba = logging.getLogger("jieba")
    said, jieba.disabled = jieba.disabled, True  # it tells of its dictionary whenever it loads it
    try:
        nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"segmenter": segmenter}}})
    finally:
        jieba.disabled = said
    nlp.max_length = 2**31  # a limit for models, which cut no words
    make: Callable[[str], Doc] = nlp.make_doc
    return make


@contextmanager
def docbin(path: str | Path) -> Iterator[Callable[[Doc], None]]:
    """Give what takes documents: for a file ``.spacy``, which is whole or not there, or a folder of numbered ones.

    A folder is for many documents: no more than a part of them is in memory. Raises ConfigError where it cannot be
    written, or holds such files already.
    """
    place = Path(path)
    if place.suffix == ".spacy":
        from kg.export.files import opened

        held = _empty()
        with opened(place) as file:
            yield held.add
            file.write(held.to_bytes())
        return
    parts = _Parts(place)
    yield parts.add
    parts.write()


class _Parts:
    """Files of a folder, each of the next documents."""

    def __init__(self, folder: Path) -> None:
        from kg.errors import ConfigError
        from kg.export.files import make_folder

        if any(make_folder(folder).glob("*.spacy")):
            raise ConfigError(f"{folder}: has documents already; give a new folder, or a file .spacy")
        self._folder, self._number, self._held = folder, 0, _empty()

    def add(self, doc: Doc) -> None:
        self._held.add(doc)
        if len(self._held) == _PART:
            self.write()

    def write(self) -> None:
        """Write the documents held as the next file."""
        from kg.export.files import opened

        if len(self._held):
            self._number += 1
            with opened(self._folder / f"{self._number:05}.spacy") as file:
                file.write(self._held.to_bytes())
            self._held = _empty()


def _empty() -> DocBin:
    return DocBin(attrs=_ATTRIBUTES, store_user_data=True)

"""An article with what was read in it: plain data for displaCy, and HTML of its own that needs no spaCy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from kg.errors import ConfigError
from kg.marking import PAGE, mark, tint
from kg.model import Claim, Mention, Reading, Span
from kg.schema import Schema, load_schema

_GREY = "#888888"
_CELL = '<td style="text-align:left;vertical-align:top;padding:2px 8px">{}</td>'
_STYLES = ("ent", "dep")


def displacy_data(
    reading: Reading, *, style: Literal["ent", "dep"] = "ent", schema: str | Path | Schema | None = None
) -> list[dict[str, Any]]:
    """Return what ``displacy.render(…, manual=True)`` draws in the same style; it is plain data and needs no spaCy.

    ``ent`` is one picture of the text, its names on the colours of their types; of names that overlap the first stands.
    ``dep`` is one for each sentence that facts rest on: the names in their order, joined by the facts. Labels are in
    Chinese. What displaCy does not escape (titles, labels) is escaped here.
    """
    known = _schema(schema)
    if style not in _STYLES:
        raise ConfigError(f"no style is named {style!r}; there are {', '.join(_STYLES)}")
    return [_entities(reading, known)] if style == "ent" else list(_sentences(reading, known))


def article_html(reading: Reading, *, schema: str | Path | Schema | None = None, page: bool = False) -> str:
    """Return an article as HTML: its text with the names marked by type, and under it the facts with their quotes.

    With ``page`` it is a page of its own, to be written to a file.
    """
    known = _schema(schema)
    article = reading.article
    about = " · ".join(escape(part) for part in (article.publication, article.date, article.page) if part)
    title = f"<b>{escape(article.title)}</b>" if article.title else ""
    rows = "".join(f"<tr>{''.join(_CELL.format(cell) for cell in row)}</tr>" for row in _rows(reading, known))
    used = dict.fromkeys(mention.type for mention in reading.mentions)
    legend = " ".join(mark(_color(type_, known), _type_label(type_, known)) for type_ in used)
    html = (
        f'<div style="{PAGE}">{title}<div style="color:#666">{about}</div>'
        f'<div style="white-space:pre-wrap">{_marked(reading, known)}</div>'
        f'<div style="color:#666">{legend}</div><table style="border:0">{rows}</table></div>'
    )
    if not page:
        return html
    return f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(article.title or "")}</title>{html}\n'


def _schema(given: str | Path | Schema | None) -> Schema:
    return given if isinstance(given, Schema) else load_schema(given)


def _color(type_: str, schema: Schema) -> str:
    return tint(schema.types[type_].color if type_ in schema.types else _GREY)


def _type_label(type_: str, schema: Schema) -> str:
    return schema.types[type_].zh if type_ in schema.types else type_


def _kind_label(mention: Mention, schema: Schema) -> str:
    """Return the label of the subtype, where there is one, else of the type."""
    known = schema.types.get(mention.type)
    label = _type_label(mention.type, schema)
    return known.subtypes.get(mention.subtype or "", label) if known is not None else label


def _predicate_label(name: str, schema: Schema) -> str:
    return schema.predicates[name].zh if name in schema.predicates else name


def _apart(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the mentions in text order, without those that overlap one before."""
    end = 0
    for mention in sorted(mentions, key=lambda mention: mention.span):
        if mention.span.start >= end:
            yield mention
            end = mention.span.end


# --- displaCy -------------------------------------------------------------------------------------------------------


def _entities(reading: Reading, schema: Schema) -> dict[str, Any]:
    entities = [
        {
            "start": mention.span.start,
            "end": mention.span.end,
            "label": escape(_kind_label(mention, schema)),
            "params": {"bg": _color(mention.type, schema)},
        }
        for mention in _apart(reading.mentions)
    ]
    return {"text": reading.article.text, "ents": entities, "title": escape(reading.article.title or "") or None}


_Word = tuple[int, int, str, str]
"""Where it stands, so that words keep their order; the word and its label."""


def _sentences(reading: Reading, schema: Schema) -> Iterator[dict[str, Any]]:
    """Yield the words and arcs of each sentence that claims rest on, in text order."""
    claims = sorted(reading.claims, key=lambda claim: (claim.evidence[0].span, claim.id))
    for sentence, said in groupby(claims, key=lambda claim: claim.evidence[0].span):
        joined = [
            (_word(c.subject, sentence, reading, schema), _word(c.object, sentence, reading, schema), c) for c in said
        ]
        words = sorted({word for subject, object_, _ in joined for word in (subject, object_)})
        arcs = {_arc(words.index(subject), words.index(object_), claim, schema) for subject, object_, claim in joined}
        yield {
            "words": [{"text": text, "tag": escape(label)} for _, _, text, label in words],
            "arcs": [dict(zip(("start", "end", "label", "dir"), arc, strict=True)) for arc in sorted(arcs)],
        }


def _word(end: Mention | str, sentence: Span, reading: Reading, schema: Schema) -> _Word:
    """Return a claim's end as a word; a literal stands where the sentence has it, else behind the sentence."""
    if isinstance(end, Mention):
        return end.span.start, end.span.end, end.text, _kind_label(end, schema)
    at = reading.article.text.find(end, sentence.start, sentence.end)
    start = at if at >= 0 else sentence.end
    return start, start + len(end), end, ""


def _arc(subject: int, object_: int, claim: Claim, schema: Schema) -> tuple[int, int, str, str]:
    label = " ".join([_predicate_label(claim.predicate, schema), *_details(claim)])
    return min(subject, object_), max(subject, object_), escape(label), "right" if subject < object_ else "left"


# --- HTML of our own ------------------------------------------------------------------------------------------------


def _marked(reading: Reading, schema: Schema) -> str:
    text, at, parts = reading.article.text, 0, []
    for mention in _apart(reading.mentions):
        parts.append(escape(text[at : mention.span.start]))
        parts.append(mark(_color(mention.type, schema), mention.text, title=_kind_label(mention, schema)))
        at = mention.span.end
    return "".join([*parts, escape(text[at:])])


def _rows(reading: Reading, schema: Schema) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each claim, in the order of the sentences: ends, predicate, details, the words it rests on."""
    for claim in sorted(reading.claims, key=lambda claim: (claim.evidence[0].span, claim.subject.span, claim.id)):
        details = "，".join(_details(claim))
        quotes = "".join(f'<div style="color:#666">“{escape(evidence.quote)}”</div>' for evidence in claim.evidence)
        label = f"<b>{escape(_predicate_label(claim.predicate, schema))}</b>"
        yield _end_html(claim.subject, schema), label, _end_html(claim.object, schema), escape(details), quotes


def _end_html(end: Mention | str, schema: Schema) -> str:
    if isinstance(end, str):
        return escape(end)
    return mark(_color(end.type, schema), end.text, title=_kind_label(end, schema))


def _details(claim: Claim) -> list[str]:
    """Return the qualifiers as written, and what the claim is but done and affirmed."""
    said = [qualifier.text for qualifier in claim.qualifiers]
    said += [claim.modality] if claim.modality != "done" else []
    return said + ([claim.polarity] if claim.polarity != "affirmed" else [])

"""Annotated documents as readings: the way back from the exchange form of ``kg annotate`` and of gold files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.claims import make_claim
from kg.errors import InputError
from kg.ids import group_id
from kg.model import Article, Claim, Group, Mention, Qualifier, Reading, Span
from kg.text import sentences

FINDER = "annotation"
"""Who found and read what stands in a file."""

_MODALITIES = ("done", "ongoing", "planned")


@dataclass(frozen=True, slots=True)
class Annotated:
    """What a document says of its text, and what it leaves open as ``optional``: these mentions are not in the reading.

    ``open_facts`` counts the facts that are open, or rest on such a mention; nor are they in the reading.
    """

    reading: Reading
    open_mentions: tuple[Mention, ...]
    open_facts: int


def read_annotated(article: Article, record: Mapping[str, Any]) -> Annotated:
    """Return what a record in the exchange form says of the text of an article.

    Raises InputError where it is not in that form or does not fit the text.
    """
    try:
        return _read(article, record)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        said = f"no {error}" if isinstance(error, KeyError) else error
        raise InputError(f"not an annotation of its text: {said}") from error


def _read(article: Article, record: Mapping[str, Any]) -> Annotated:
    mentions: list[Mention] = []
    open_mentions: list[Mention] = []
    members: dict[str, list[Mention]] = {}
    for row in sorted(record["mentions"], key=lambda row: (row["start"], row["end"])):
        span = _span(article.text, row["start"], row["end"])
        words = article.text[span.start : span.end]
        if row.get("text", words) != words:
            raise ValueError(f"{row['text']!r} does not stand at {span.start}")
        mention = Mention(span, words, str(row["type"]), row.get("subtype"), FINDER, float(row.get("score", 1.0)))
        if row.get("optional"):
            open_mentions.append(mention)
            continue
        mentions.append(mention)
        members.setdefault(str(row.get("entity", f"@{span.start}")), []).append(mention)
    entities = {str(row["id"]): row for row in record.get("entities", ())}
    groups = [_group(article, entities.get(entity, {}), own) for entity, own in members.items()]
    facts = record.get("facts", ())
    claims = [claim for row in facts if (claim := _claim(article, row, members, entities)) is not None]
    reading = Reading(article, tuple(sentences(article.text)), tuple(mentions), tuple(groups), (), tuple(claims))
    return Annotated(reading, tuple(open_mentions), len(facts) - len(claims))


def _span(text: str, start: int, end: int) -> Span:
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start} to {end} is no place in a text of {len(text)} characters")
    return Span(int(start), int(end))


def _group(article: Article, entity: Mapping[str, Any], own: Sequence[Mention]) -> Group:
    name = entity.get("name") or max((mention.text for mention in own), key=len)
    first = own[0]
    return Group(
        group_id(article.id, first.span.start), first.type, entity.get("subtype", first.subtype), str(name),
        tuple(own), entity.get("adcode"), "as annotated",
    )  # fmt: skip


def _claim(
    article: Article, row: Mapping[str, Any], members: Mapping[str, list[Mention]], entities: Mapping[str, Any]
) -> Claim | None:
    """Return the claim of a fact; None where it, or the only names of an end, are open."""
    start, end = row["evidence"]
    evidence = _span(article.text, start, end)
    subject = _end(members.get(str(row["subject"]), ()), evidence)
    named = str(row["object"])
    object_ = _end(members[named], evidence) if named in members else None if named in entities else named
    if row.get("optional") or subject is None or object_ is None:
        return None
    qualifiers = dict(row.get("qualifiers", {}))
    modality = qualifiers.pop("modality", "done")
    if modality not in _MODALITIES:
        raise ValueError(f"{modality!r} is no modality; there are {', '.join(_MODALITIES)}")
    return make_claim(
        article, subject, str(row["predicate"]), object_, evidence=[evidence], reader=str(row.get("reader", FINDER)),
        score=float(row.get("score", 1.0)), modality=modality,
        qualifiers=[_qualifier(name, value) for name, value in qualifiers.items()],
    )  # fmt: skip


def _end(mentions: Sequence[Mention], evidence: Span) -> Mention | None:
    """Return the entity's mention in the sentence of the evidence, else its first; None where it has none."""
    return next((mention for mention in mentions if evidence.contains(mention.span)), next(iter(mentions), None))


def _qualifier(name: str, value: Any) -> Qualifier:
    if not isinstance(value, Mapping):
        return Qualifier(name, str(value))
    return Qualifier(name, str(value["text"]), tuple(sorted((key, one) for key, one in value.items() if key != "text")))

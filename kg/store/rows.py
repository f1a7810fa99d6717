"""Records as rows and rows as records, without any SQL.

A mention is stored once; whatever speaks of it names its number within the article. Mentions that only a group, a
reference or a claim knows are stored after those that the reading lists. Small tuples become JSON.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kg.model import (
    Article,
    Claim,
    Document,
    Evidence,
    Group,
    Heading,
    Mention,
    Piece,
    Qualifier,
    Reading,
    Reference,
    Span,
)
from kg.named import ArticleNames, Named, Said
from kg.store import Judgement

Row = tuple[Any, ...]

DOCUMENT = ("id", "path", "sha256", "publication", "date", "page", "text")
ARTICLE = ("id", "document", "number", "title", "name", "publication", "date", "page", "kind", "byline", "headings",
           "captions", "offsets", "text", "original", "sentences", "mentions")  # fmt: skip
MENTION = ("article", "number", "start", "end", "text", "type", "subtype", "finder", "score")
GROUP = ("article", "number", "id", "type", "subtype", "name", "mentions", "adcode", "reason")
REFERENCE = ("article", "number", "start", "end", "text", "mention", "reason", "score")
CLAIM = ("article", "number", "id", "subject", "predicate", "object", "value", "qualifiers", "modality", "polarity",
         "evidence", "reader", "score", "agreed")  # fmt: skip
NONE_AGREED = "[]"
"""What a claim of a store of format 3 has for ``agreed``, which that format lacks."""
JUDGEMENT = ("fact", "predicate", "statement", "claims", "right")


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def document_row(document: Document) -> Row:
    """Return the row of a document; its text is compressed."""
    text = zlib.compress(document.text.encode("utf-8"), 6)
    return (
        document.id, document.path, document.sha256, document.publication, document.date, document.page, text,
    )  # fmt: skip


def to_document(row: Row) -> Document:
    """Return the document of a row in the order of DOCUMENT."""
    id_, path, sha256, publication, date, page, text = row
    return Document(id_, path, sha256, zlib.decompress(text).decode("utf-8"), publication, date, page)


def article_row(reading: Reading) -> Row:
    """Return the row of a reading's article, with the sentences and the number of mentions that the reading lists."""
    article = reading.article
    return (
        article.id, article.document, article.number, article.title, article.name, article.publication, article.date,
        article.page, article.kind, _json(article.byline), _json([(h.before, h.text) for h in article.headings]),
        _json(article.captions), _json([_piece_row(piece) for piece in article.offsets]),
        article.text, article.original, _json([(s.start, s.end) for s in reading.sentences]), len(reading.mentions),
    )  # fmt: skip


def to_article(row: Row) -> Article:
    """Return the article of a row in the order of ARTICLE."""
    (id_, document, number, title, name, publication, date, page, kind, byline, headings, captions, offsets, text,
     original, *_) = row  # fmt: skip
    return Article(
        id_, document, number, text, title, name, tuple(json.loads(byline)),
        tuple(Heading(*heading) for heading in json.loads(headings)), tuple(json.loads(captions)),
        tuple(_to_piece(*piece) for piece in json.loads(offsets)), publication, date, page, kind, original,
    )  # fmt: skip


def _piece_row(piece: Piece) -> tuple[float | None, ...]:
    """Return a piece as numbers; only those of a PDF have a page and a box."""
    return (piece.text_start, piece.text_end, piece.file_start, *((piece.page, *piece.box) if piece.box else ()))


def _to_piece(start: int, end: int, file_start: int, page: int | None = None, *box: float) -> Piece:
    return Piece(start, end, file_start, page, (box[0], box[1], box[2], box[3]) if box else None)


def part_rows(reading: Reading) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    """Return the rows of what was read in an article: mentions, groups, references, claims."""
    article = reading.article.id
    numbers: dict[Mention, int] = {}
    mentions: list[Row] = []

    def number_of(mention: Mention) -> int:
        number = numbers.get(mention)
        return add(mention) if number is None else number

    def add(mention: Mention) -> int:
        number = numbers[mention] = len(mentions)
        mentions.append((
            article, number, mention.span.start, mention.span.end, mention.text, mention.type, mention.subtype,
            mention.finder, mention.score,
        ))  # fmt: skip
        return number

    for mention in reading.mentions:
        add(mention)
    groups = [
        (article, number, group.id, group.type, group.subtype, group.name,
         _json([number_of(mention) for mention in group.mentions]), group.adcode, group.reason)
        for number, group in enumerate(reading.groups)
    ]  # fmt: skip
    references = [
        (article, number, form.span.start, form.span.end, form.text, number_of(form.mention), form.reason, form.score)
        for number, form in enumerate(reading.references)
    ]
    claims = [_claim_row(article, number, claim, number_of) for number, claim in enumerate(reading.claims)]
    return mentions, groups, references, claims


def _claim_row(article: str, number: int, claim: Claim, number_of: Callable[[Mention], int]) -> Row:
    literal = isinstance(claim.object, str)
    qualifiers = [(qualifier.name, qualifier.text, qualifier.normal) for qualifier in claim.qualifiers]
    evidence = [(quote.article, quote.span.start, quote.span.end, quote.quote) for quote in claim.evidence]
    return (
        article, number, claim.id, number_of(claim.subject), claim.predicate,
        None if isinstance(claim.object, str) else number_of(claim.object), claim.object if literal else None,
        _json(qualifiers), claim.modality, claim.polarity, _json(evidence), claim.reader, claim.score,
        _json(claim.agreed),
    )  # fmt: skip


def parts_cell(mentions: int, parts: Iterable[Iterable[Row]]) -> str:
    """Return what was read in an article, its rows and how many mentions the reading lists, as one value."""
    return _json([mentions, *map(list, parts)])


def to_parts(cell: str) -> tuple[int, list[list[Row]]]:
    """Return what ``parts_cell`` made one value of."""
    mentions, *parts, claims = json.loads(cell)
    return mentions, [*parts, [row if len(row) == len(CLAIM) else [*row, NONE_AGREED] for row in claims]]


def as_read(reading: Reading, cell: str) -> Reading:
    """Return the reading with the parts that ``parts_cell`` made one value of."""
    mentions, parts = to_parts(cell)
    row = article_row(reading)
    return to_reading((*row[:-1], mentions), *parts)


def judgement_row(judgement: Judgement) -> Row:
    """Return the row of a judgement."""
    return judgement.fact, judgement.predicate, judgement.statement, _json(judgement.claims), int(judgement.right)


def to_judgement(row: Row) -> Judgement:
    """Return the judgement of a row in the order of JUDGEMENT."""
    fact, predicate, statement, claims, right = row
    return Judgement(fact, predicate, statement, tuple(json.loads(claims)), bool(right))


def to_reading(
    article: Row, mentions: Iterable[Row], groups: Iterable[Row], references: Iterable[Row], claims: Iterable[Row]
) -> Reading:
    """Return the reading that these rows, each kind in order, hold."""
    known = [
        Mention(Span(start, end), text, type_, subtype, finder, score)
        for _, _, start, end, text, type_, subtype, finder, score in mentions
    ]
    return Reading(
        to_article(article),
        tuple(Span(start, end) for start, end in json.loads(article[-2])),
        tuple(known[: article[-1]]),
        tuple(
            Group(id_, type_, subtype, name, tuple(known[number] for number in _numbers(members)), adcode, reason)
            for _, _, id_, type_, subtype, name, members, adcode, reason in groups
        ),
        tuple(
            Reference(Span(start, end), text, known[number], reason, score)
            for _, _, start, end, text, number, reason, score in references
        ),
        tuple(_to_claim(row, known) for row in claims),
    )


def to_group(row: Row) -> Group:
    """Return the group of a row in the order of GROUP, and behind it its mentions' rows, less article and number."""
    _, _, id_, type_, subtype, name, _, adcode, reason, members = row
    mentions = (Mention(Span(start, end), *rest) for start, end, *rest in json.loads(members))
    return Group(id_, type_, subtype, name, tuple(mentions), adcode, reason)


def to_names(article: Row, groups: Iterable[Row], mentions: Iterable[Row], claims: Iterable[Row]) -> ArticleNames:
    """Return what an article names, of an article's id, document and day and the rows, in order, of these columns.

    Groups: id, type, subtype, name, mentions, adcode; mentions: number, start, end, text; claims: subject, predicate,
    object, title.
    """
    known = list(mentions)  # a mention's number is its place among those of its article
    names: list[Named] = []
    members: list[list[int]] = []
    for _, id_, type_, subtype, name, cell, adcode in groups:
        numbers = _numbers(cell)
        members.append(numbers)
        forms = {known[number][4] for number in numbers}
        forms.discard(name)
        names.append(Named(id_, type_, subtype, name, tuple(sorted(forms)), adcode))
    said: list[Said] = []
    at: dict[tuple[int, int], int] = {}
    for _, subject, predicate, object_, title in claims:
        at = at or {known[one][2:4]: number for number, ones in enumerate(members) for one in ones}
        left, right = at.get(known[subject][2:4]), at.get(known[object_][2:4])
        if left is not None and right is not None:
            said.append(Said(left, predicate, right, title))
    id_, document, date = article
    return ArticleNames(id_, document, date, tuple(names), tuple(said))


def _numbers(cell: str) -> list[int]:
    """Return the numbers of a JSON list; most are of one, and there are many."""
    return [int(cell[1:-1])] if cell[1:-1].isdecimal() else json.loads(cell)


def _list(cell: str) -> list[Any]:
    """Return the items of a JSON list; most are empty, and there are many."""
    return [] if cell == "[]" else json.loads(cell)


def ids_cell(ids: Iterable[str]) -> str:
    """Return ids as one value, which SQL's ``json_each`` takes apart."""
    return _json(sorted(ids))


def _to_claim(row: Row, known: Sequence[Mention]) -> Claim:
    (_, _, id_, subject, predicate, object_, value, qualifiers, modality, polarity, evidence, reader, score,
     agreed) = row  # fmt: skip
    return Claim(
        id_, known[subject], predicate, value if object_ is None else known[object_],
        tuple(Qualifier(name, text, tuple(map(tuple, normal))) for name, text, normal in _list(qualifiers)),
        modality, polarity,
        tuple(Evidence(article, Span(start, end), quote) for article, start, end, quote in json.loads(evidence)),
        reader, score, tuple(_list(agreed)),
    )  # fmt: skip

"""JSON lines: an article a line, each a document of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from kg.errors import InputError
from kg.ids import article_id, document_id
from kg.ingest.dates import to_iso
from kg.ingest.decoding import decode
from kg.ingest.sources import Origin, Skipped, Source
from kg.model import Article, Document, Piece


def read_records(lines: Iterable[bytes], shown: str, name: str, origin: Origin) -> Iterator[Source | Skipped]:
    """Yield the article of each line, and what could not be read with its line number (from 1); blank lines count.

    ``shown`` is the file as it was given, ``name`` its path relative to the input, ``origin`` what holds where a line
    says nothing.
    """
    seen: dict[str, int] = {}
    empty = True
    for number, line in enumerate(lines, start=1):
        data = line.strip(b"\xef\xbb\xbf \t\r\n") if number == 1 else line.strip(b" \t\r\n")
        if not data:
            continue
        empty = False
        try:
            record = _parse(data)
            given = str(record["id"])
            if given in seen:
                raise InputError(f"the id {given!r} is already that of line {seen[given]}; ids must differ")
        except InputError as error:
            yield Skipped(shown, number, str(error))
            continue
        seen[given] = number
        yield _source(record, data, f"{name}#{number}", origin)
    if empty:
        yield Skipped(shown, None, "an empty file")


def _parse(data: bytes) -> dict[str, Any]:
    try:
        record = json.loads(decode(data))
    except (json.JSONDecodeError, RecursionError) as error:
        what = f"column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(f"not valid JSON: {what}") from None
    except ValueError:  # an integer of thousands of digits
        raise InputError("not valid JSON: a number is too long") from None
    if not isinstance(record, dict):
        raise InputError('not a record; a line is {"id", "title", "date", "text"}')
    if not isinstance(record.get("id"), str | int) or isinstance(record["id"], bool) or record["id"] == "":
        raise InputError('no "id"; each line needs one')
    if not isinstance(record.get("text"), str) or not record["text"].strip():
        raise InputError('no "text"; each line needs one')
    try:
        record["text"].encode()
    except UnicodeEncodeError:
        raise InputError('"text" holds half of a surrogate pair; write the character whole') from None
    return record


def _source(record: dict[str, Any], data: bytes, path: str, origin: Origin) -> Source:
    text: str = record["text"]
    sha256 = hashlib.sha256(data).hexdigest()
    publication = _text(record, "publication") or _text(record, "source") or origin.publication
    date = to_iso(_text(record, "date")) or origin.date
    page = _text(record, "page") or origin.page
    document = Document(document_id(path, sha256), path, sha256, text, publication, date, page)
    article = Article(
        id=article_id(document.id, 1),
        document=document.id,
        number=1,
        text=text,
        title=_text(record, "title"),
        name=str(record["id"]),
        offsets=_identity(text),
        publication=publication,
        date=date,
        page=page,
    )
    return Source(document, (article,))


def _text(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value.strip() or None if isinstance(value, str) else None


def _identity(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text that stands in its document as it is: one a line, newlines left out."""
    pieces = []
    start = 0
    for line in text.split("\n"):
        if line:
            pieces.append(Piece(start, start + len(line), start))
        start += len(line) + 1
    return tuple(pieces)

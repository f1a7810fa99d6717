"""Inputs as a person gives them: files, folders, standard input; one document or one reason after the other."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import ConfigError, InputError
from kg.ids import document_id
from kg.ingest.dates import to_iso
from kg.ingest.decoding import decode, open_lines
from kg.ingest.jsonlines import read_records
from kg.ingest.sources import Origin, Skipped, Source
from kg.model import Document

STDIN = "-"
_TEXT = (".txt",)
_LINES = (".jsonl", ".ndjson")
_DOCX = (".docx",)
_HTML = (".html", ".htm", ".xhtml", ".shtml")
_PDF = (".pdf",)
SUFFIXES = (*_TEXT, *_LINES, *_DOCX, *_HTML, *_PDF)
"""Suffixes of the files that are read."""

_LARGEST_TEXT = 64 << 20  # bytes; a page has some 50,000
_TOO_LARGE = f"a text of over {_LARGEST_TEXT >> 20} MB; split it"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SNIFFED = 1024  # bytes
_MARKUP = re.compile(
    rb"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+"
    rb"<(?:!doctype\s+html|html|head|body|meta|title|script|style|frameset|table|center|div|article|section|h[1-6]|p|br)\b",
    re.IGNORECASE | re.DOTALL,
)
_GROUPS = ("publication", "date", "page")


def read_inputs(
    inputs: Sequence[str | Path],
    *,
    publication: str | None = None,
    date: str | None = None,
    page: str | None = None,
    pattern: str | None = None,
) -> Iterator[Source | Skipped]:
    """Yield a document for each page or article in the inputs, and what could not be read with its reason.

    An input is a file (one of SUFFIXES), a folder (read with its folders in sorted order, hidden files left out) or
    ``-`` for standard input: JSON lines if it begins with a brace, a PDF, a .docx file or a web page if it begins as
    one, else text. ``pattern`` is a regular expression with groups named publication, date or page, searched in each
    path relative to its input; what it finds goes before the options of the same names, which hold for every file, and
    what a JSON line says goes before both. Dates are kept as ISO 8601 where they are unambiguous, else unknown.

    Nothing is read before the first document is asked for, and one file (of JSON lines, one line) at a time is held.
    Raises ConfigError at the call for a bad pattern or date.
    """
    if date is not None and to_iso(date) is None:
        raise ConfigError(f"--date {date!r}: not a date; write it like 2025-06-10")
    given = Origin(publication, to_iso(date), page)
    return _read(inputs, given, _compile(pattern))


def _compile(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"pattern {pattern!r}: not a regular expression: {error}") from error
    if not set(compiled.groupindex) & set(_GROUPS):
        raise ConfigError(
            f"pattern {pattern!r} names no group; it needs (?P<date>...), (?P<page>...) or (?P<publication>...)"
        )
    return compiled


def _read(inputs: Sequence[str | Path], given: Origin, pattern: re.Pattern[str] | None) -> Iterator[Source | Skipped]:
    for each in inputs:
        if str(each) == STDIN:
            yield from _read_stdin(given)
            continue
        path = Path(each)
        if path.is_dir():
            yield from _read_folder(path, given, pattern)
        else:
            yield from _read_file(path, path.name, given, pattern)


def _read_folder(root: Path, given: Origin, pattern: re.Pattern[str] | None) -> Iterator[Source | Skipped]:
    failed: list[OSError] = []
    found = False
    for folder, folders, files in os.walk(root, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                found = True
                path = Path(folder, name)
                yield from _read_file(path, path.relative_to(root).as_posix(), given, pattern)
    for error in failed:
        yield Skipped(_printable(str(error.filename)), None, _os_reason(error))
    if not found and not failed:
        yield Skipped(str(root), None, "no file in this folder; give .txt, .jsonl, .html, .docx or .pdf")


def _read_file(path: Path, name: str, given: Origin, pattern: re.Pattern[str] | None) -> Iterator[Source | Skipped]:
    """Read one file; ``name`` is its path relative to the input."""
    shown, name = _printable(str(path)), _printable(name)
    origin = _find_origin(name, given, pattern)
    kind = path.suffix.lower()
    try:
        if not path.is_file():
            yield Skipped(shown, None, "no such file" if not path.exists() else "not a regular file")
        elif kind in _LINES:
            with path.open("rb") as file:
                yield from read_records(open_lines(file), shown, name, origin)
        elif kind in _TEXT:
            if path.stat().st_size > _LARGEST_TEXT:
                raise InputError(_TOO_LARGE)
            yield _read_text(path.read_bytes(), shown, name, origin)
        elif kind in _HTML:
            from kg.ingest import html  # late, as few runs read pages of this kind

            with path.open("rb") as file:
                yield html.read_html(file.read(html.LARGEST + 1), shown, name, origin)
        elif kind in _PDF:
            from kg.ingest import pdf

            with path.open("rb") as file:
                yield from pdf.read_pdf(file.read(pdf.LARGEST + 1), shown, name, origin)
        elif kind in _DOCX:
            from kg.ingest import docx

            with path.open("rb") as file:
                data = file.read(docx.LARGEST + 1)
            yield _source(docx.read_docx(data), data, name, origin)
        else:
            yield Skipped(
                shown, None, f"not a kind read here: {kind or 'no extension'}; give .txt, .jsonl, .html, .docx or .pdf"
            )
    except InputError as error:
        yield Skipped(shown, None, str(error))
    except OSError as error:
        yield Skipped(shown, None, _os_reason(error))


def _read_stdin(origin: Origin) -> Iterator[Source | Skipped]:
    """Read standard input: JSON lines if it begins with a brace, else one file of the kind that it begins as."""
    stream = sys.stdin.buffer
    head = b""
    while not head.strip(_BLANK):
        line = stream.readline(_LARGEST_TEXT)
        if not line:
            break
        head += line
    if head.lstrip(_BLANK).startswith(b"{"):
        yield from read_records(itertools.chain(head.splitlines(keepends=True), stream), STDIN, STDIN, origin)
        return
    data = head + stream.read(max(_LARGEST_TEXT + 1 - len(head), 0))
    try:
        if data.startswith(b"%PDF-"):
            from kg.ingest import pdf

            data += stream.read(max(pdf.LARGEST + 1 - len(data), 0))
            yield from pdf.read_pdf(data, STDIN, STDIN, origin)
        elif data.startswith(b"PK\x03\x04"):
            from kg.ingest import docx

            yield _source(docx.read_docx(data), data, STDIN, origin)
        elif _is_markup(data):
            from kg.ingest import html

            yield html.read_html(data, STDIN, STDIN, origin)
        else:
            yield _read_text(data, STDIN, STDIN, origin)
    except InputError as error:
        yield Skipped(STDIN, None, str(error))


def _is_markup(data: bytes) -> bool:
    """Say whether the bytes begin as a web page does, in whichever encoding."""
    start = data[:_SNIFFED].replace(b"\0", b"").lstrip(_BLANK + b"\xff\xfe")
    return _MARKUP.match(start) is not None


def _read_text(data: bytes, shown: str, name: str, origin: Origin) -> Source | Skipped:
    if len(data) > _LARGEST_TEXT:
        return Skipped(shown, None, _TOO_LARGE)
    try:
        text = decode(data)
    except InputError as error:
        return Skipped(shown, None, str(error))
    if not text.strip():
        return Skipped(shown, None, "an empty file")
    return _source(text, data, name, origin)


def _source(text: str, data: bytes, name: str, origin: Origin) -> Source:
    """Return a document to repair."""
    sha256 = hashlib.sha256(data).hexdigest()
    return Source(Document(document_id(name, sha256), name, sha256, text, origin.publication, origin.date, origin.page))


def _find_origin(name: str, given: Origin, pattern: re.Pattern[str] | None) -> Origin:
    """Return what the pattern finds in the path, and the options where it finds nothing."""
    found = pattern.search(name) if pattern else None
    if not found:
        return given
    said = found.groupdict()
    page = said.get("page")
    return Origin(
        said.get("publication") or given.publication,
        to_iso(said.get("date")) or given.date,
        (page.lstrip("0") or page) if page else given.page,
    )


def _printable(path: str) -> str:
    """Return a path whose bytes are no UTF-8 in a form that can be printed and stored."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return error.strerror.lower() if error.strerror else "cannot be read"

"""Bytes to text: byte-order marks, strict UTF-8, then GB 18030; anything else is no text.

Pages of markup may declare their encoding, which is tried before the guess.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper

from kg.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"
_SAMPLE = 65536  # characters looked at for control characters
_MOST_CONTROL = 0.1
_DECLARED = re.compile(
    rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([\w-]{2,20})|<\?xml\b[^>]{0,100}?\bencoding\s*=\s*["']([\w-]{2,20})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 8192  # bytes; the standard asks for the first 1024, pages often put scripts before
_ENCODINGS = {
    b"utf-8": "utf-8", b"utf8": "utf-8", b"big5": "big5hkscs", b"big5-hkscs": "big5hkscs",
    # supersets of each other, and pages that declare the smaller hold characters of the larger
    **dict.fromkeys((b"gb2312", b"gb_2312-80", b"gbk", b"x-gbk", b"cp936", b"gb18030"), "gb18030"),
}  # fmt: skip
_SURELY_UTF8 = 40  # bytes that are not ASCII; fewer of GBK may by chance be valid UTF-8 too
_MOST_BROKEN = 0.001  # of the characters: publishing systems cut summaries in the middle of a character
_CONTROL = dict.fromkeys([*range(9), *range(14, 32), 127])


def decode(data: bytes) -> str:
    """Return the text of a file, its byte-order mark removed and its line ends untouched.

    Raises InputError, with the reason, where the bytes are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _check(_try(data[len(mark) :], encoding, f"marked as {encoding.upper()} but not valid"))
    if b"\0" in data:
        raise InputError(_BINARY)
    try:
        return _check(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _check(_try(data, "gb18030", "not text in UTF-8 or GB 18030; save it as UTF-8"))


def decode_markup(data: bytes) -> str:
    """Return the text of a page of markup, its byte-order mark removed and its line ends untouched.

    The encoding is that of the mark, else the declared one, else UTF-8 or GB 18030, whichever holds. A page that is
    valid UTF-8 at length is read as such whatever it declares. Where the declared encoding fails at a few bytes, each
    becomes U+FFFD. Raises InputError, with the reason, where the bytes are no text.
    """
    if data.startswith(tuple(mark for mark, _ in _MARKS)) or b"\0" in data:
        return decode(data)
    found = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    declared = _ENCODINGS.get((found[1] or found[2]).lower()) if found else None
    if declared is None or len(data.translate(None, bytes(range(128)))) > _SURELY_UTF8:
        try:
            return _check(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    if declared is None:
        return decode(data)
    text = data.decode(declared, "replace")
    if text.count("\ufffd") <= _MOST_BROKEN * len(text):
        return _check(text)
    return decode(data)


def open_lines(file: BufferedReader) -> Iterator[bytes]:
    """Return the lines of a file of JSON lines, those of a UTF-16 or UTF-32 file as UTF-8.

    Raises InputError where the file is no text.
    """
    head = file.peek(_SAMPLE)
    for mark, encoding in _MARKS[1:]:
        if head.startswith(mark):
            file.read(len(mark))
            return _recode(file, encoding)
    if b"\0" in head:
        raise InputError(_BINARY)
    return iter(file)


def _recode(file: BufferedReader, encoding: str) -> Iterator[bytes]:
    lines = TextIOWrapper(file, encoding, errors="replace")
    try:
        for line in lines:
            yield line.encode("utf-8", "surrogatepass")
    finally:
        lines.detach()  # whoever opened the file closes it


def _try(data: bytes, encoding: str, otherwise: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(otherwise) from None


def _check(text: str) -> str:
    sample = text[:_SAMPLE]
    control = len(sample) - len(sample.translate(_CONTROL))
    if "\0" in text or control > _MOST_CONTROL * len(sample):
        raise InputError(_BINARY)
    return text

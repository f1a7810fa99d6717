"""Office Open XML documents: their paragraphs as text, a line each (ECMA-376, part 1, section 17).

The document's text is what this gives, and offsets count its characters: the file itself is an archive. A text box
follows the paragraph that it is anchored in; footnotes and endnotes stand at the end. Headers and footers, macros,
pictures, comments, deleted text and whatever else the archive holds are left alone, and nothing is fetched.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from xml.parsers import expat

from kg.errors import InputError

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; more is not read."""

_MOST_TEXT = 64 * 1024 * 1024  # bytes of unpacked XML
_BODY = "word/document.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_SAID_TWICE = (
    "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback",  # what Choice said
    *(f"{namespace}moveFrom" for namespace in _NAMESPACES),
)
_SKIPPED = "skipped"
_BOX = "txbxContent"
_NOTE, _SEPARATORS = ("footnote", "endnote"), ("separator", "continuationSeparator", "continuationNotice")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_DAMAGED = "a damaged .docx file; save it again"


def read_docx(data: bytes) -> str:
    """Return the text of a .docx file. Raises InputError, with the reason, where it is none or too large."""
    try:
        text = "\n".join(_read_part(xml) for xml in _unpack(data))
    except expat.ExpatError:
        raise InputError(_DAMAGED) from None
    if not text.strip():
        raise InputError("no text in this .docx file")
    return text


def _unpack(data: bytes) -> list[bytes]:
    """Return the XML of the body and of the notes."""
    if len(data) > LARGEST:
        raise InputError(f"a .docx file of over {LARGEST >> 20} MB; give its parts")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("an encrypted or old .doc file; save it as .docx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, parts, left = set(archive.namelist()), [], _MOST_TEXT
            for name in (_BODY, *(each for each in _NOTES if each in names)):
                with archive.open(name) as file:
                    parts.append(file.read(left + 1))
                left -= len(parts[-1])
                if left < 0:
                    break
    except KeyError:
        raise InputError(f"no .docx file: it holds no {_BODY}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise InputError(_DAMAGED) from None
    if left < 0:
        raise InputError(f"a .docx file whose text unpacks to over {_MOST_TEXT >> 20} MB; give its parts")
    return parts


def _read_part(xml: bytes) -> str:
    """Return the text of a part in order, a line for each paragraph and each row of cells."""
    written: list[str] = []
    outer: list[tuple[list[str], Counter[str]]] = []  # what stands around a text box: what is written, where it is
    boxes: list[str] = []  # of the paragraph around them
    inside: Counter[str] = Counter()
    marks: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal written, inside
        name = _local(name)
        separator = name in _NOTE and any(value in _SEPARATORS for value in attributes.values())
        marks.append(_SKIPPED if separator else name)
        inside[marks[-1]] += 1
        if name == _BOX and not inside[_SKIPPED]:
            outer.append((written, inside))
            written, inside = [], Counter()

    def end(_: str) -> None:
        nonlocal written, inside
        name = marks.pop()
        if name == _BOX and outer and not inside[_SKIPPED]:
            boxes.extend(written)
            written, inside = outer.pop()
        inside[name] -= 1
        if inside[_SKIPPED]:
            return
        if name in _SIGNS:
            written.append(_SIGNS[name])
        elif name == "p":
            written.append(" " if inside["tc"] else "\n")
            if not outer:
                written.extend(boxes)
                boxes.clear()
        elif name in ("tc", "tr"):
            written.append("\t" if name == "tc" else "\n")

    def characters(text: str) -> None:
        if inside["t"] and not inside[_SKIPPED]:
            written.append(text)

    def refuse(*_: object) -> None:
        raise InputError("a .docx file with a document type, which no office program writes; not read")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = characters, refuse
    parser.Parse(xml, True)
    return "".join(written)


def _local(name: str) -> str:
    """Return the name of an element of the text, one name for all that is said twice, and "" for any other."""
    if name in _SAID_TWICE:
        return _SKIPPED
    return next((name.removeprefix(each) for each in _NAMESPACES if name.startswith(each)), "")

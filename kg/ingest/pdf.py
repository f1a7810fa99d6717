"""PDF files: their characters in file order and how they are set; scans, damaged and oversized files are refused.

PDFium reads in a process of its own (``pdf_reader.py``) under limits of memory and time, so that a hostile file can
end that process and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from kg.errors import InputError, MissingPackageError
from kg.ids import document_id
from kg.ingest.sources import Origin, Skipped, Source
from kg.model import Box, Document, PageLayout
from kg.resources import data_path

LARGEST = 256 << 20
"""Bytes of a file."""
MOST_PAGES = 1000
MOST_CHARACTERS = 200_000
"""Characters a page; a full newspaper page has about 15,000."""
MOST_SECONDS = 600
_READER = Path(__file__).with_name("pdf_reader.py")
_FLOATS = 7
_PROTECTED = (4, 5)  # of FPDF_GetLastError: a password is needed, or the kind of encryption is not known
_SIGALRM = 14
_UTF32 = f"utf-32-{sys.byteorder[0]}e"
_UNREADABLE = "\ufffd"
_MOST_UNREADABLE = 0.5
_NO_CHARACTERS = dict.fromkeys([*range(9), *range(14, 32), 127, 0xFFFE, 0xFFFF], _UNREADABLE)
_NO_CHARACTERS.update(dict.fromkeys(range(9, 14), " "))
_WHAT_TO_DO = "OCR is not done: give a PDF with text"


def read_pdf(data: bytes, shown: str, name: str, origin: Origin) -> Iterator[Source | Skipped]:
    """Yield the document that a PDF file is, and one line about pages of it that give no text.

    Its text is the characters that can be seen and the spaces between them, in file order, page after page. ``shown``
    is the file as it was given, ``name`` its path relative to the input. Raises InputError, with the reason, where the
    file is damaged, encrypted, too big for the limits, or has no text at all.
    """
    if len(data) > LARGEST:
        raise InputError(f"larger than {LARGEST >> 20} MB; split it")
    layout, texts = [], []
    scanned, garbled = [], []
    start = 0
    for number, page in enumerate(_read_pages(data), start=1):
        end = start + len(page.text)
        layout.append(PageLayout(number, page.width, page.height, start, end, page.glyphs, page.images, page.rules))
        texts.append(page.text)
        dense = "".join(page.text.split())
        if not dense and page.images:
            scanned.append(number)
        elif dense.count(_UNREADABLE) > _MOST_UNREADABLE * len(dense):
            garbled.append(number)
        start = end
    problems = []
    if scanned:
        problems.append(f"{_name(scanned, 'has', 'have')} no text layer; {_WHAT_TO_DO}")
    if garbled:
        problems.append(f"{_name(garbled, 'does', 'do')} not say which characters are printed; {_WHAT_TO_DO}")
    text = "".join(texts)
    if not text.strip() or len(garbled) == len(layout):
        raise InputError("; ".join(problems) or "no text and no picture in it; an empty PDF")
    sha256 = hashlib.sha256(data).hexdigest()
    yield Source(
        Document(
            document_id(name, sha256), name, sha256, text, origin.publication, origin.date, origin.page, tuple(layout)
        )
    )
    for problem in problems:
        yield Skipped(shown, None, problem)


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    height: float
    text: str
    glyphs: bytes
    images: tuple[Box, ...]
    rules: tuple[Box, ...]


def _read_pages(data: bytes) -> Iterator[_Page]:
    """Let the reader read the file; raise InputError where it finds or meets something wrong."""
    command = [sys.executable, "-P", str(_READER), str(MOST_PAGES), str(MOST_CHARACTERS), str(data_path("fonts"))]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise InputError(f"takes more than {MOST_SECONDS} seconds to read; split it") from None
    if b"No module named 'pypdfium2" in ran.stderr:
        raise MissingPackageError("reading PDF needs pypdfium2; run: pip install pypdfium2")
    answer = BytesIO(ran.stdout)
    head = json.loads(answer.readline() or "{}")
    if "error" in head or head.get("pages") == 0:
        protected = head.get("error") in _PROTECTED
        raise InputError("encrypted; give a PDF without a password" if protected else "a damaged PDF, or none at all")
    if head and head["pages"] > MOST_PAGES:
        raise InputError(f"{head['pages']} pages; at most {MOST_PAGES} are read, split it")
    for number in range(1, head.get("pages", 1) + 1):
        record = json.loads(answer.readline() or "{}")
        if not record:  # the reader ended here
            slow = ran.returncode == -_SIGALRM
            what = "takes too long to read" if slow else "is damaged, or needs too much memory to read"
            raise InputError(f"page {number} {what}")
        if "error" in record:
            many = f"has more than {MOST_CHARACTERS} characters"
            raise InputError(f"page {number} {many if record['error'] == 'characters' else 'is damaged'}")
        count = record["characters"]
        text = answer.read(4 * count).decode(_UTF32).translate(_NO_CHARACTERS)
        glyphs = answer.read(4 * _FLOATS * count)
        images, rules = (tuple(tuple(box) for box in record[kind]) for kind in ("images", "rules"))
        yield _Page(record["width"], record["height"], text, glyphs, images, rules)


def _name(pages: Sequence[int], one: str, several: str) -> str:
    return f"page {pages[0]} {one}" if len(pages) == 1 else f"pages {', '.join(map(str, pages))} {several}"

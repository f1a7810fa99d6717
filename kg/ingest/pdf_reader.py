"""A PDF's characters and where they stand, read by PDFium in a process of its own and written to standard output.

Run as a script by ``kg.ingest.pdf``, never imported: a file that crashes PDFium, fills the memory or takes for ever
ends this process and nothing else. It imports nothing of the package, so that it starts fast.

The file comes on standard input. The answer is a line of JSON, ``{"pages": count}`` or ``{"error": code}``, and for
each page a line of JSON and two arrays: the characters as UTF-32 and seven 32-bit floats for each (see GLYPH).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import sys
import unicodedata
from array import array
from typing import Any

import pypdfium2_raw as pdfium

GLYPH = ("x0", "y0", "x1", "y1", "base", "size", "face")
"""The advance of a character from x0 to x1, its ink from y0 to y1, its base line and font size, in points.

``face`` numbers the fonts of the page, each with its way of drawing: bold type may be outlined besides.
"""

MOST_MEMORY = 2 << 30  # bytes of address space
SECONDS_A_PAGE = 10
_HYPHEN = 0x2D
_RADICALS = range(0x2E80, 0x2FE0)
_UPRIGHT = dict(
    zip(
        map(ord, "︐︑︒︓︔︕︖︗︘︙︱︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈"),
        map(ord, "，、。：；！？〖〗…—＿（）｛｝〔〕【】《》〈〉「」『』［］"),
        strict=True,
    )
)
"""The signs that vertical forms stand for (Unicode, Vertical Forms and CJK Compatibility Forms)."""
_PATH, _IMAGE = 2, 3  # of FPDFPageObj_GetType


def main() -> None:
    """Read a PDF from standard input; ``argv``: the most pages, the most characters a page, the folder of fonts."""
    most_pages, most_characters = int(sys.argv[1]), int(sys.argv[2])
    _limit()
    data = sys.stdin.buffer.read()
    _start(sys.argv[3])
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        _tell({"error": pdfium.FPDF_GetLastError()})
        return
    count = pdfium.FPDF_GetPageCount(document)
    _tell({"pages": count})
    if count > most_pages:
        return
    for number in range(count):
        _alarm(SECONDS_A_PAGE)
        _write_page(document, number, most_characters)
    _alarm(0)


def _tell(record: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(record).encode() + b"\n")
    sys.stdout.buffer.flush()


def _start(fonts: str) -> None:
    """Start PDFium with no other fonts than those in the folder: what it reads shall not depend on the machine.

    It leaves characters out whose font is neither in the file nor found (a font that is named only).
    """
    folder = ctypes.create_string_buffer(os.fsencode(fonts))
    folders = (ctypes.POINTER(ctypes.c_char) * 2)()  # the second stays null and ends the list
    folders[0] = ctypes.cast(folder, ctypes.POINTER(ctypes.c_char))
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(2, folders, None, 0))


def _limit() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: int) -> None:
    """End this process after that time, even inside PDFium; 0 calls it off."""
    import signal

    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _write_page(document: Any, number: int, most: int) -> None:
    page = pdfium.FPDF_LoadPage(document, number)
    text = pdfium.FPDFText_LoadPage(page) if page else None
    if not text:
        _tell({"error": "damaged"})
        return
    found = pdfium.FPDFText_CountChars(text)
    if found > 3 * most:  # two line ends that are not in the file may be counted for each character
        _tell({"error": "characters"})
        return
    turn = _Turn(page)
    codes, glyphs = _glyphs(text, found, turn)
    images, rules = _drawn(page, turn)
    record = {"width": turn.width, "height": turn.height, "characters": len(codes), "images": images, "rules": rules}
    _tell({"error": "characters"} if len(codes) > most else record)
    if len(codes) <= most:
        sys.stdout.buffer.write(codes.tobytes() + glyphs.tobytes())
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)


class _Turn:
    """From a page's own coordinates to those of the page as it is shown: its corner at 0, 0, its rotation undone."""

    def __init__(self, page: Any) -> None:
        self.width: float = round(pdfium.FPDF_GetPageWidthF(page), 2)
        self.height: float = round(pdfium.FPDF_GetPageHeightF(page), 2)
        self._times: int = pdfium.FPDFPage_GetRotation(page) % 4
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page, box)
        self._left, self._bottom = box.left, box.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self._left, y - self._bottom
        if self._times == 0:
            return x, y
        if self._times == 1:
            return y, self.height - x
        if self._times == 2:
            return self.width - x, self.height - y
        return self.width - y, x

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = self.point(left, bottom), self.point(right, top)
        return min(a, c), min(b, d), max(a, c), max(b, d)


class _Styles:
    """The font size in points of each piece of text, and the number of its font and way of drawing, as first met."""

    def __init__(self) -> None:
        self._objects: dict[int | None, tuple[float, int]] = {}
        self._fonts: dict[int, bytes] = {}
        self._numbers: dict[tuple[bytes, int], int] = {}
        self._name = ctypes.create_string_buffer(128)
        self._matrix = pdfium.FS_MATRIX()

    def of(self, text: Any, place: int) -> tuple[float, int]:
        held = pdfium.FPDFText_GetTextObject(text, place)
        address = ctypes.addressof(held.contents) if held else None
        if address is None or address not in self._objects:
            self._objects[address] = self._read(text, place, held)
        return self._objects[address]

    def _read(self, text: Any, place: int, held: Any) -> tuple[float, int]:
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(text, place, matrix)
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        face = (b"", 0)
        if held:
            face = (self._font(pdfium.FPDFTextObj_GetFont(held)), pdfium.FPDFTextObj_GetTextRenderMode(held))
        return pdfium.FPDFText_GetFontSize(text, place) * scale, self._numbers.setdefault(face, len(self._numbers))

    def _font(self, font: Any) -> bytes:
        """Return the name of a font, without the six letters that tell its subsets apart (ISO 32000-1, 9.6.4)."""
        if not font:
            return b""
        address = ctypes.addressof(font.contents)
        if address not in self._fonts:
            pdfium.FPDFFont_GetBaseFontName(font, self._name, len(self._name))
            self._fonts[address] = self._name.value.partition(b"+")[2] or self._name.value
        return self._fonts[address]


def _glyphs(text: Any, found: int, turn: _Turn) -> tuple[array[int], array[float]]:
    """Return the characters that can be seen, in file order, and their places."""
    codes, glyphs = array("I"), array("f")
    loose = pdfium.FS_RECTF()
    styles = _Styles()
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    for place in range(found):
        if pdfium.FPDFText_IsGenerated(text, place):
            continue
        hyphen = pdfium.FPDFText_IsHyphen(text, place) == 1  # one at the end of a line has no code of its own
        code = _HYPHEN if hyphen else _whole(pdfium.FPDFText_GetUnicode(text, place))
        pdfium.FPDFText_GetLooseCharBox(text, place, loose)
        pdfium.FPDFText_GetCharBox(text, place, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        size, face = styles.of(text, place)
        x0, y0, x1, y1 = turn.box(loose.left, loose.bottom, loose.right, loose.top)
        base = turn.point(x.value, y.value)[1]
        extent = max(y1 - y0, x1 - x0, 1e-6)
        if not 0.4 < size / extent < 2.5:
            size = extent
        _, ink0, _, ink1 = turn.box(left.value, bottom.value, right.value, top.value)
        if ink1 <= ink0:
            ink0, ink1 = base - 0.12 * size, base + 0.88 * size
        if not (-size < x0 < turn.width and -size < base < turn.height + size and size > 0.5):
            continue  # outside the page, or too small to be seen
        codes.append(code)
        glyphs.extend((x0, ink0, x1, ink1, base, size, face))
    return codes, glyphs


def _whole(code: int) -> int:
    """Return a code point that a text can hold; half of a surrogate pair is none.

    Fonts draw 一 and the radical ⼀ with one glyph, and programs that print then often name the radical: the ideograph
    is meant (Unicode Standard, 18.1, Kangxi Radicals). So it is with signs turned for vertical text.
    """
    if code in _UPRIGHT:
        return _UPRIGHT[code]
    if code in _RADICALS:
        ideograph = unicodedata.normalize("NFKC", chr(code))
        return ord(ideograph) if len(ideograph) == 1 else code
    return 0xFFFD if not 0 < code <= 0x10FFFF or 0xD800 <= code < 0xE000 else code


def _drawn(page: Any, turn: _Turn) -> tuple[list[Any], list[Any]]:
    """Return the boxes of the pictures and of the lines and frames drawn on the page."""
    images: list[Any] = []
    rules: list[Any] = []
    bounds = [ctypes.c_float() for _ in range(4)]
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        each = pdfium.FPDFPage_GetObject(page, number)
        kind = pdfium.FPDFPageObj_GetType(each)
        if kind in (_PATH, _IMAGE) and pdfium.FPDFPageObj_GetBounds(each, *bounds):
            box = [round(value, 1) for value in turn.box(*(value.value for value in bounds))]
            (images if kind == _IMAGE else rules).append(box)
    return images, rules


if __name__ == "__main__":
    main()

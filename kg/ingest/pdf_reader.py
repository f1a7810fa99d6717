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
_UNSURE = frozenset([*range(33), 0xFFFE])
"""Codes of spaces, line ends and hyphens that PDFium may have added; no other is."""
_RADICALS = range(0x2E80, 0x2FE0)
_IDEOGRAPH_OF = dict(
    zip(
        map(ord, "⺎⺐⺓⺔⺕⺝⺟⺠⺧⺩⺬⺶⺻⺽⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻳⼾⾭"),
        map(ord, "兀尢幺彑彐月母民牛王示羊聿臼虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龜龟户青"),
        strict=True,
    )
)
"""Radicals that no compatibility mapping leads back (Unicode Character Database, EquivalentUnifiedIdeograph.txt), and
two that one would lead to forms which are not used on the mainland."""
_TWO_EM_DASH, _DASH = 0x2E3A, 0x2014  # fonts draw —— as one
_IDEOGRAPHS = range(0x3400, 0xA000)
_UPRIGHT = dict(
    zip(
        map(ord, "︐︑︒︓︔︕︖︗︘︙︱︳︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈"),
        map(ord, "，、。：；！？〖〗…—＿（）｛｝〔〕【】《》〈〉‘’“”［］"),
        strict=True,
    )
)
"""The signs that vertical forms stand for (Unicode, Vertical Forms and CJK Compatibility Forms).

Set downwards, quotation marks are replaced by brackets (GB/T 15834-2011, 5.2), and so do fonts.
"""
_NO_WIDTH = 0.01  # points, of PDFium
_TEXT, _PATH, _IMAGE = 1, 2, 3  # of FPDFPageObj_GetType


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
    if not page:
        _tell({"error": "damaged"})
        return
    turn = _Turn(page)
    images, rules = _drawn(page, turn)
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        _tell({"error": "damaged"})
        return
    found = pdfium.FPDFText_CountChars(text)
    if found > 3 * most:  # two line ends that are not in the file may be counted for each character
        _tell({"error": "characters"})
        return
    codes, glyphs = _glyphs(text, found, turn)
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
        if self._times == 0:
            return left - self._left, bottom - self._bottom, right - self._left, top - self._bottom
        (a, b), (c, d) = self.point(left, bottom), self.point(right, top)
        return min(a, c), min(b, d), max(a, c), max(b, d)


class _Styles:
    """The font size in points of each piece of text, and the number of its font and way of drawing, as first met."""

    def __init__(self) -> None:
        self._objects: dict[int | None, tuple[float, int]] = {}
        self._fonts: dict[int | None, bytes] = {}
        self._numbers: dict[tuple[bytes, int], int] = {}
        self._name = ctypes.create_string_buffer(128)
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_place = ctypes.byref(self._matrix)
        self._object = _by_address(pdfium.FPDFText_GetTextObject)
        self._font_of = _by_address(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p)
        self._mode_of = _by_address(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_void_p, returned=ctypes.c_int)
        self._name_of = _by_address(
            pdfium.FPDFFont_GetBaseFontName,
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.c_size_t,
            returned=ctypes.c_size_t,
        )

    def of(self, text: Any, place: int) -> tuple[float, int]:
        address = self._object(text, place)
        known = self._objects.get(address)
        if known is None or address is None:
            known = self._objects[address] = self._read(text, place, address)
        return known

    def _read(self, text: Any, place: int, address: int | None) -> tuple[float, int]:
        matrix = self._matrix
        pdfium.FPDFText_GetMatrix(text, place, self._matrix_place)
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
        face = (b"", 0)
        if address is not None:
            face = (self._font(self._font_of(address)), self._mode_of(address))
        return pdfium.FPDFText_GetFontSize(text, place) * scale, self._numbers.setdefault(face, len(self._numbers))

    def _font(self, address: int | None) -> bytes:
        """Return the name of a font, without the six letters that tell its subsets apart (ISO 32000-1, 9.6.4)."""
        if address is None:
            return b""
        if address not in self._fonts:
            self._name_of(address, self._name, len(self._name))
            self._fonts[address] = self._name.value.partition(b"+")[2] or self._name.value
        return self._fonts[address]


def _by_address(function: Any, *takes: Any, returned: Any = ctypes.c_void_p) -> Any:
    """Return a function of PDFium that passes pointers as numbers, which are made and compared fast."""
    function.restype = returned
    if takes:
        function.argtypes = takes
    return function


def _glyphs(text: Any, found: int, turn: _Turn) -> tuple[array[int], array[float]]:
    """Return the characters that can be seen, in file order, and their places."""
    codes, glyphs = array("I"), array("f")
    styles = _Styles()
    loose = pdfium.FS_RECTF()
    left, right, bottom, top, x, y = numbers = [ctypes.c_double() for _ in range(6)]
    rectangle, *places = [ctypes.byref(each) for each in (loose, *numbers)]  # made once: this runs for each character
    box_places, origin_places = places[:4], places[4:]
    code_of, loose_box, box, origin = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharBox,
        pdfium.FPDFText_GetCharOrigin,
    )
    width, height = turn.width, turn.height
    for place in range(found):
        code = code_of(text, place)
        if code in _UNSURE:
            if pdfium.FPDFText_IsGenerated(text, place):
                continue
            if pdfium.FPDFText_IsHyphen(text, place) == 1:
                code = _HYPHEN
        code = _whole(code)
        loose_box(text, place, rectangle)
        box(text, place, *box_places)
        origin(text, place, *origin_places)
        size, face = styles.of(text, place)
        x0, y0, x1, y1 = turn.box(loose.left, loose.bottom, loose.right, loose.top)
        base = turn.point(x.value, y.value)[1]
        extent = max(y1 - y0, x1 - x0, 1e-6)
        if not 0.4 < size / extent < (2.5 if code in _IDEOGRAPHS else 12):  # a sign set downwards is all ink
            size = extent
        _, ink0, _, ink1 = turn.box(left.value, bottom.value, right.value, top.value)
        if ink1 <= ink0:
            ink0, ink1 = base - 0.12 * size, base + 0.88 * size
        if not (-size < x0 < width and -size < base < height + size and size > 0.5):
            continue  # outside the page, or too small to be seen
        if code != _TWO_EM_DASH:
            codes.append(code)
            glyphs.extend((x0, ink0, x1, ink1, base, size, face))
            continue
        codes.extend((_DASH, _DASH))
        if x1 - x0 > ink1 - ink0:
            middle = (x0 + x1) / 2
            glyphs.extend((x0, ink0, middle, ink1, base, size, face, middle, ink0, x1, ink1, base, size, face))
        else:
            middle = (ink0 + ink1) / 2
            glyphs.extend((x0, middle, x1, ink1, middle, size, face, x0, ink0, x1, middle, base, size, face))
    return codes, glyphs


def _whole(code: int) -> int:
    """Return a code point that a text can hold; half of a surrogate pair is none.

    Fonts draw 一 and the radical ⼀ with one glyph, and programs that print then often name the radical: the ideograph
    is meant (Unicode Standard, 18.1, Kangxi Radicals). So it is with signs turned for vertical text.
    """
    if _RADICALS.stop <= code < 0xD800:  # most characters of a page
        return code
    if code in _UPRIGHT:
        return _UPRIGHT[code]
    if code in _RADICALS:
        if code in _IDEOGRAPH_OF:
            return _IDEOGRAPH_OF[code]
        ideograph = unicodedata.normalize("NFKC", chr(code))
        return ord(ideograph) if len(ideograph) == 1 else code
    return 0xFFFD if not 0 < code <= 0x10FFFF or 0xD800 <= code < 0xE000 else code


def _drawn(page: Any, turn: _Turn) -> tuple[list[Any], list[Any]]:
    """Return the boxes of the pictures and of the lines and frames drawn on the page.

    Letters that their font draws as nothing get a width on the way: PDFium leaves out text that has none.
    """
    images: list[Any] = []
    rules: list[Any] = []
    bounds = [ctypes.c_float() for _ in range(4)]
    left, _, right, _ = bounds
    read, kind_of, object_at = pdfium.FPDFPageObj_GetBounds, pdfium.FPDFPageObj_GetType, pdfium.FPDFPage_GetObject
    for number in range(pdfium.FPDFPage_CountObjects(page)):
        each = object_at(page, number)
        if not read(each, *bounds):
            continue
        kind = kind_of(each)
        if kind in (_PATH, _IMAGE):
            box = [round(value, 1) for value in turn.box(*(value.value for value in bounds))]
            (images if kind == _IMAGE else rules).append(box)
        elif kind == _TEXT and right.value - left.value < _NO_WIDTH:
            _widen(each)
    return images, rules


def _widen(text: Any) -> None:
    """Give a piece of text a width: that of the outline it is now drawn with, known once it is moved."""
    pdfium.FPDFTextObj_SetTextRenderMode(text, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
    pdfium.FPDFPageObj_SetStrokeWidth(text, 0.1)
    pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, 0, 0)


if __name__ == "__main__":
    main()

"""PDF pages made by hand: glyphs at given places in a given order, in a Chinese font that is named but not embedded.

The encoding UniGB-UCS2-H says which characters the codes are (ISO 32000-1, 9.7.5.2), so that no font is needed to read
the text. A small typesetter sets articles in columns as a newspaper does.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from noisy_page import NOT_FIRST, Clean

WIDTH, HEIGHT = 842.0, 1191.0  # A3 in points
_TOKEN = re.compile(r"[A-Za-z0-9.,%+\-]+|.", re.DOTALL)


class Drawn(NamedTuple):
    """One character with the start of its base line and its font size, in points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float


@dataclass
class Sheet:
    """A page: its glyphs in the order in which they are drawn, frames as (x, y, width, height)."""

    glyphs: list[Drawn] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)
    rotation: int = 0
    box: tuple[float, float, float, float] = (0, 0, WIDTH, HEIGHT)
    picture: bool = False


# --- setting type ---------------------------------------------------------------------------------------------------


def em(character: str) -> float:
    """Return the advance of a character in em."""
    return 0.5 if character.isascii() else 1.0


def set_line(text: str, x: float, y: float, size: float, width: float | None = None) -> Iterator[Drawn]:
    """Set one line; with a width, spread it over that width."""
    spare = 0.0 if width is None or len(text) < 2 else (width - size * sum(map(em, text))) / (len(text) - 1)
    for character in text:
        yield Drawn(character, x, y, size)
        x += size * em(character) + spare


def set_down(text: str, x: float, y: float, size: float) -> Iterator[Drawn]:
    """Set one line downwards; ``y`` is the upper edge of its first character."""
    for number, character in enumerate(text):
        yield Drawn(character, x, y - 1.05 * size * number - 0.88 * size, size)


def break_lines(text: str, room: float, indent: float) -> list[str]:
    """Break a paragraph into lines of so many em, the first shorter by its indent; no line begins with a comma."""
    lines, used = [""], indent
    for token in _TOKEN.findall(text):
        width = sum(map(em, token))
        if used + width > room and lines[-1] and token not in NOT_FIRST:
            lines.append("")
            used = 0.0
        lines[-1] += token
        used += width
    return lines


class Column(NamedTuple):
    """Where text flows: left edge, upper edge, width, lower edge."""

    x: float
    top: float
    width: float
    bottom: float


def fill(columns: Sequence[Column], article: Clean, size: float = 10.0, leading: float = 1.5) -> list[Drawn]:
    """Set an article's byline, paragraphs and sub-headings into columns, justified, paragraphs indented by 2 em."""
    room = columns[0].width / size
    rows: list[tuple[str, float, bool]] = [(byline, 0.0, True) for byline in article.byline]
    headings = dict(article.headings)
    for number, paragraph in enumerate(article.paragraphs):
        if number in headings:
            rows.append((headings[number], (room - len(headings[number])) / 2, True))
        lines = break_lines(paragraph, room, 2.0)
        for place, line in enumerate(lines):
            rows.append((line, 0.0 if place else 2.0, place == len(lines) - 1))
    drawn: list[Drawn] = []
    waiting = iter(rows)
    for column in columns:
        y = column.top - size
        while y > column.bottom and (row := next(waiting, None)) is not None:
            text, indent, last = row
            width = None if last else column.width - indent * size
            drawn += set_line(text, column.x + indent * size, y, size, width)
            y -= leading * size
    assert next(waiting, None) is None, "the columns are too short for the article"
    return drawn


def split_width(x: float, width: float, count: int, top: float, bottom: float, gutter: float = 16.0) -> list[Column]:
    """Return that many columns side by side."""
    each = (width - gutter * (count - 1)) / count
    return [Column(x + number * (each + gutter), top, each, bottom) for number in range(count)]


def row_by_row(glyphs: Iterable[Drawn]) -> list[Drawn]:
    """Return the glyphs as a press system may draw them: row by row across the columns."""
    return sorted(glyphs, key=lambda glyph: (-round(glyph.y / 3), glyph.x))


# --- files ----------------------------------------------------------------------------------------------------------


def write_pdf(sheets: Sequence[Sheet], *, trailer: str = "", pages: int | None = None) -> bytes:
    """Return a PDF file with those pages; ``pages`` is the number that it claims to have."""
    kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(sheets)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages or len(sheets)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        b" /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 752 /Descent -271 /CapHeight 737 /StemV 58 >> >>",
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Length 1 >>\nstream\n0\nendstream",
    ]
    for number, sheet in enumerate(sheets):
        box = " ".join(f"{value:g}" for value in sheet.box)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Rotate {sheet.rotation} /Contents {7 + 2 * number} 0 R "
            "/Resources << /Font << /F 3 0 R >> /XObject << /I 5 0 R >> >> >>".encode()
        )
        objects.append(stream(_content(sheet)))
    return join_objects(objects, trailer)


def _content(sheet: Sheet) -> bytes:
    parts = ["q 500 0 0 500 100 100 cm /I Do Q"] if sheet.picture else []
    parts += [f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S" for x, y, width, height in sheet.frames]
    parts += ["BT"]
    parts += [f"/F {g.size:.2f} Tf 1 0 0 1 {g.x:.2f} {g.y:.2f} Tm <{ord(g.text):04X}> Tj" for g in sheet.glyphs]
    return "\n".join([*parts, "ET"]).encode()


def stream(data: bytes) -> bytes:
    """Return a compressed stream object."""
    packed = zlib.compress(data)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)


def join_objects(objects: Iterable[bytes], trailer: str = "") -> bytes:
    """Return the file of those objects, numbered from 1; the first is the catalog."""
    data = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}".encode() + end.encode()

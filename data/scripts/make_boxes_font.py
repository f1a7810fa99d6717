"""Make data/fonts/boxes.ttf: a font whose every character is an empty box of one em, or half an em for Latin letters.

Run: pip install fonttools, then python data/scripts/make_boxes_font.py. The file is the same each time.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

OUT = Path(__file__).resolve().parents[1] / "fonts" / "boxes.ttf"
ASCENT, DESCENT = 880, -120
CODE_PAGES = sum(1 << bit for bit in (0, 17, 18, 19, 20))  # Latin, Japanese, simplified Chinese, Korean, traditional


def box(width):
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    for point in ((0, ASCENT), (width, ASCENT), (width, DESCENT)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def cmap():
    basic = CmapSubtable.newSubtable(4)
    basic.platformID, basic.platEncID, basic.language, basic.cmap = 3, 1, 0, {0x4E00: "box"}
    many = CmapSubtable.newSubtable(13)  # a range of characters has one glyph
    many.platformID, many.platEncID, many.language, many.format = 3, 10, 0, 13
    many.reserved = many.length = many.nGroups = 0
    many.cmap = {code: "half" if code < 0x100 else "box" for code in range(0x20, 0x40000)}
    table = newTable("cmap")
    table.tableVersion, table.tables = 0, [basic, many]
    return table


def main():
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "box", "half"])
    builder.setupGlyf({".notdef": box(1000), "box": box(1000), "half": box(500)})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "box": (1000, 0), "half": (500, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.font["cmap"] = cmap()
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "fullName": "Boxes", "psName": "Boxes"})
    builder.setupOS2(
        version=1, sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT,
        ulCodePageRange1=CODE_PAGES, ulCodePageRange2=0,
    )  # fmt: skip
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    OUT.parent.mkdir(exist_ok=True)
    builder.save(OUT)


if __name__ == "__main__":
    main()

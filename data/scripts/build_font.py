"""Make data/fonts/kg-sans-sc.otf: the characters that Chinese news needs, out of Noto Sans CJK SC, for pictures.

Run: pip install fonttools, then python data/scripts/build_font.py NotoSansCJK-Regular.ttc, the file of Debian's package
fonts-noto-cjk or of github.com/notofonts/noto-cjk. The same file gives the same bytes. What is left: the characters of
GB 2312, Latin letters and marks, the other characters of this project's tables, schemas and samples, and some of
names; no traditional ones, no hints, no layout features. The licence (OFL-1.1) reserves the name "Source" and Noto is a
trademark, so it has a name of its own.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "data" / "fonts" / "kg-sans-sc.otf"
FACE, NAME, FILE_NAME = "Noto Sans CJK SC", "KG Sans SC", "KGSansSC-Regular"
KEPT_NAMES = (0, 7, 8, 9, 10, 11, 12, 13, 14)  # copyright, trademark, makers, licence
RARE = "〇垚晛昉昇昳珮珵鋆焜熺燚勍弢悳媜婼嬢瑊倞欸瞭橦槃棨栢畤塅墘墣堨垱滘滧漄溇筼筜碶罍藠蹚勠抔籑鮸錞鹮盨啰邨崑甦峯樸"
UNCHANGING = 3_700_000_000  # when it was changed last, in seconds since 1904: said once, for equal bytes


def characters():
    """GB 2312, Latin-1, the marks and signs of newspapers, and what the project's own files hold."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    found = {code for pair in pairs for code in map(ord, pair.decode("gb2312", "ignore"))}
    found |= {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040), 0x20AC, 0x2212, *range(0xFF01, 0xFF5F)}
    tables = [path for path in ROOT.glob("data/**/*.tsv") if path.name != "traditional.tsv"]
    files = [*tables, *ROOT.glob("data/sample/*"), *ROOT.glob("schemas/**/*.toml")]
    found |= set(map(ord, RARE))
    return found | {ord(character) for path in files for character in path.read_text(encoding="utf-8")}


def face(path):
    fonts = TTCollection(path).fonts if path.endswith(".ttc") else [TTFont(path)]
    return next(font for font in fonts if font["name"].getDebugName(4) == FACE)


def rename(font):
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in KEPT_NAMES and record.langID == 0x409]
    said = {1: NAME, 2: "Regular", 3: f"2.004;{FILE_NAME}", 4: NAME, 5: "Version 2.004; a part of the original"}
    for number, text in {**said, 6: FILE_NAME}.items():
        names.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [FILE_NAME]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = NAME, NAME


def main():
    font = face(sys.argv[1])
    options = Options(hinting=False, layout_features=[], name_IDs=["*"], name_languages=["*"])
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    rename(font)
    font.recalcTimestamp = False
    font["head"].modified = UNCHANGING
    font.save(OUT)
    print(f"{OUT.name}: {len(font.getBestCmap())} characters, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

"""Rebuild data/regions.tsv from the table of divisions inside a jionlp wheel (Apache-2.0).

    pip download --no-deps jionlp==1.5.31
    python data/scripts/build_regions.py jionlp-1.5.31-py2.py3-none-any.whl

The table of jionlp keeps stale codes of renamed divisions; they are replaced by way of region_changes.tsv, which is
kept by hand. The zones that only the statistical bureau counts as counties (fifth digit 7, and a few more) have no code
in GB/T 2260 and are left out, as are its pseudo-divisions (市辖区, 省直辖行政区划) and the divisions of Taiwan.
"""

import io
import sys
import zipfile
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
HEADER = """\
# Administrative divisions of China from provinces to counties, with six-digit codes after GB/T 2260; end of 2023.
# Source: the table china_location of jionlp 1.5.31 (Apache-2.0), corrected with region_changes.tsv; the codes are
# public facts announced by the Ministry of Civil Affairs (民政部). Rebuild: data/scripts/build_regions.py.
# adcode\tname\tlevel\tparent\tother names that no rule gives, separated by a blank
"""
LEVELS = ("province", "prefecture", "county")
ZONES_WITHOUT_CODE = {"510102", "510156"}  # 成都高新技术产业开发区, 天府新区: a code of another kind
SPLIT_AND_GONE = {"360105", "530422"}  # merged or upgraded, and the heir stands in the table too
WRONG_CODES = {"650929": "659011"}  # 新星市
ADDED = [("白杨市", "659012")]  # made in 2023
# Prefecture-level cities that have no counties stand in the table under a pseudo-division of the same code.
WITHOUT_COUNTIES = {"441900": "东莞市", "442000": "中山市", "460400": "儋州市", "620200": "嘉峪关市"}
OTHER_NAMES = {
    "150221": "土右旗", "150121": "土左旗", "150826": "杭后旗", "150621": "达旗", "150622": "准旗",
    "150627": "伊旗", "150722": "莫旗", "150521": "科左中旗", "150522": "科左后旗", "152221": "科右前旗",
    "152222": "科右中旗", "152525": "东乌旗", "152526": "西乌旗", "152921": "阿左旗",
    "152922": "阿右旗", "150223": "达茂旗",
    "110000": "京", "120000": "津", "130000": "冀", "140000": "晋", "150000": "蒙", "210000": "辽", "220000": "吉",
    "230000": "黑", "310000": "沪 申", "320000": "苏", "330000": "浙", "340000": "皖", "350000": "闽", "360000": "赣",
    "370000": "鲁", "410000": "豫", "420000": "鄂", "430000": "湘", "440000": "粤", "450000": "桂", "460000": "琼",
    "500000": "渝", "510000": "川 蜀", "520000": "贵 黔", "530000": "云 滇", "540000": "藏", "610000": "陕 秦",
    "620000": "甘 陇", "630000": "青", "640000": "宁", "650000": "新", "710000": "台",
    "810000": "港 香港特区", "820000": "澳 澳门特区",
    "652700": "博州", "652800": "巴州", "653000": "克州",
}  # fmt: skip


def table(wheel: str) -> list[tuple[int, str, str]]:
    """Return (depth, name, code) of the table's provinces, prefectures and counties that bear a code."""
    with zipfile.ZipFile(wheel) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read("jionlp/dictionary/china_location.zip")))
    rows = []
    for line in inner.read("china_location.txt").decode("utf-8").splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        fields = line.strip().split("\t")
        if depth < len(LEVELS) and len(fields) > 1:
            rows.append((depth, fields[0], fields[1]))
    return rows


def changes() -> dict[str, tuple[str, str]]:
    """Return the present code and name of each former code."""
    lines = (DATA / "region_changes.tsv").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if not line.startswith("#")]
    return {old: (code, name) for _, _, old, code, name, *_ in fields if old}


def divisions(wheel: str) -> dict[str, tuple[str, str, str]]:
    """Return {adcode: (name, level, parent)}."""
    renamed = changes()
    found = {}
    for depth, name, code in [*table(wheel), *[(2, *row) for row in ADDED]]:
        code = WRONG_CODES.get(code, code)
        pseudo = name.endswith("行政区划") or (depth > 0 and code.endswith("0000"))
        zone = depth == 2 and (code[4] == "7" or code in ZONES_WITHOUT_CODE)
        if zone or code in SPLIT_AND_GONE or (pseudo and code not in WITHOUT_COUNTIES):
            continue
        if code[:2] == "71" and depth > 0:
            continue
        code, name = renamed.get(code, (code, name))
        if code in WITHOUT_COUNTIES:
            name, depth = WITHOUT_COUNTIES[code], 1
        found[code] = (name, LEVELS[depth])
    return {code: (name, level, parent(code, level, found)) for code, (name, level) in sorted(found.items())}


def parent(code: str, level: str, found: dict[str, tuple[str, str]]) -> str:
    """Return the code of the next division above: a county directly under its province has no prefecture."""
    if level == "province":
        return ""
    prefecture = code[:4] + "00"
    return prefecture if level == "county" and prefecture in found else code[:2] + "0000"


def main() -> None:
    rows = divisions(sys.argv[1])
    with (DATA / "regions.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEADER)
        for code, (name, level, above) in rows.items():
            out.write("\t".join((code, name, level, above, OTHER_NAMES.get(code, ""))) + "\n")
    counts = {level: sum(row[1] == level for row in rows.values()) for level in LEVELS}
    print(", ".join(f"{count} {level}" for level, count in counts.items()))


if __name__ == "__main__":
    main()

"""Write traditional.tsv, traditional characters with their simplified ones, from the wheel of an OpenCC package.

    python data/scripts/build_traditional.py opencc_python_reimplemented-0.1.7-py2.py3-none-any.whl

Takes dictionary/TSCharacters.txt of the wheel (OpenCC, Apache-2.0); the package itself is no dependency. Where a
character has several simplified forms the first, OpenCC's own choice, is taken.
"""

from __future__ import annotations

import sys
import zipfile

from kg.resources import data_path

HEADER = """\
# Traditional characters and their simplified ones: traditional, simplified. From TSCharacters.txt of OpenCC
# (Apache-2.0), as the package opencc-python-reimplemented 0.1.7 (2023) ships it; rebuilt by build_traditional.py.
"""


def main(wheel: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("opencc/dictionary/TSCharacters.txt").decode("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if "\t" in line]
    pairs = sorted((old, new.split(" ")[0]) for old, new in rows)
    kept = [f"{old}\t{new}" for old, new in pairs if old != new and len(old) == len(new) == 1 and ord(old) < 0x20000]
    data_path("traditional.tsv").write_text(HEADER + "\n".join(kept) + "\n", encoding="utf-8")
    print(f"traditional.tsv: {len(kept)} characters")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("build_traditional.py: give the wheel of opencc-python-reimplemented")
    main(sys.argv[1])

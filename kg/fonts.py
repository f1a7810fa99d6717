"""Chinese in the pictures of matplotlib, whose own fonts have none.

A font that ships has the characters of GB 2312 and of this project's tables, so that a picture is the same on every
machine. What it lacks comes from the Chinese fonts installed there; what none of them has can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.errors import MissingPackageError
from kg.resources import data_path

_SHIPPED = ("fonts", "kg-sans-sc.otf")
_INSTALLED = (
    "Noto Sans CJK SC", "Noto Sans SC", "Noto Sans CJK JP", "Source Han Sans SC", "Source Han Sans CN",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Heiti SC", "Heiti TC", "SimHei", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
"""Fonts of the usual systems that have more characters, those with most first."""
_REGULAR = (400, "normal", "regular")


def use_chinese_font() -> tuple[str, ...]:
    """Have matplotlib write Chinese from now on; return the families that it looks characters up in, one after another.

    Raises MissingPackageError where matplotlib is not there.
    """
    try:
        from matplotlib import font_manager, rcParams
    except ImportError:
        raise MissingPackageError(
            "pictures need matplotlib; run: pip install 'regional-industry-kg[notebooks]'"
        ) from None

    path = data_path(*_SHIPPED)
    fonts = font_manager.fontManager.ttflist
    known = {font.name for font in fonts if font.weight in _REGULAR}  # another weight is complained of at each text
    name = font_manager.FontProperties(fname=path).get_name()
    if name not in known:
        font_manager.fontManager.addfont(path)
    families = (name, *(family for family in _INSTALLED if family in known), "DejaVu Sans")
    rcParams["font.family"] = list(families)
    return families


def missing_characters(texts: Iterable[str]) -> str:
    """Return the characters of the texts that none of matplotlib's present families has: they are drawn as boxes."""
    from matplotlib import font_manager, rcParams
    from matplotlib.ft2font import FT2Font

    wanted = {character for text in texts for character in text if not character.isspace()}
    for family in rcParams["font.family"]:
        known = FT2Font(font_manager.findfont(family)).get_charmap()
        wanted = {character for character in wanted if ord(character) not in known}
    return "".join(sorted(wanted))

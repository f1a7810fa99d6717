"""Pictures can be written on in Chinese on a machine without a Chinese font, and what is missing is told."""

import warnings
from collections.abc import Iterator

import pytest

import kg.fonts
from kg.errors import MissingPackageError
from kg.regions import divisions
from kg.resources import data_path

matplotlib = pytest.importorskip("matplotlib", reason="needs the extra notebooks")
FONT = data_path("fonts", "kg-sans-sc.otf")


@pytest.fixture(autouse=True)
def _no_chinese_font_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from matplotlib import font_manager

    known = [font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", known)
    with matplotlib.rc_context():
        yield
    font_manager.fontManager._findfont_cached.cache_clear()


def test_chinese_is_written_without_boxes() -> None:
    from matplotlib import pyplot

    families = kg.fonts.use_chinese_font()
    assert families == ("KG Sans SC", "DejaVu Sans")
    figure = pyplot.figure()
    figure.text(0, 0, "福建省宁德市 超6亿元 −1.5 （2025年）“电机”… café")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each character that it lacks
        figure.canvas.draw()
    pyplot.close(figure)


def test_what_no_font_has_is_told() -> None:
    kg.fonts.use_chinese_font()
    assert kg.fonts.missing_characters(["福建 沐禾\n", "𠮷野家", "龘"]) == "龘𠮷"
    assert kg.fonts.missing_characters([]) == ""


def test_the_font_has_gb_2312_and_the_names_of_all_divisions() -> None:
    kg.fonts.use_chinese_font()
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = {character for pair in pairs for character in pair.decode("gb2312", "ignore")}
    assert len(characters) == 6763
    assert kg.fonts.missing_characters([*characters, *(one.name for one in divisions())]) == ""


def test_calling_it_twice_is_calling_it_once() -> None:
    from matplotlib import font_manager

    assert kg.fonts.use_chinese_font() == kg.fonts.use_chinese_font()
    assert [font.name for font in font_manager.fontManager.ttflist].count("KG Sans SC") == 1


def test_the_font_is_small_and_keeps_its_licence() -> None:
    from matplotlib.ft2font import FT2Font

    assert FONT.stat().st_size < 3_000_000
    names = {key[3]: value for key, value in FT2Font(FONT).get_sfnt().items() if key[0] == 3}
    told = {number: value.decode("utf-16-be") for number, value in names.items()}
    assert "Source" not in told[1] + told[4] + told[6], "a reserved font name"
    assert "Noto" not in told[1] + told[4] + told[6], "a trademark"
    assert "SIL Open Font License, Version 1.1" in told[13]
    licence = FONT.with_name("kg-sans-sc.LICENSE.txt").read_text("utf-8")
    assert "Reserved Font Name 'Source'" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingPackageError, match=r"regional-industry-kg\[notebooks\]"):
        kg.fonts.use_chinese_font()

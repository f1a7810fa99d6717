"""PDF: articles in reading order whatever the order in the file, places that lead back, hostile files refused."""

import io
import itertools
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_page import Clean
from pdf_pages import (
    HEIGHT,
    Column,
    Drawn,
    Sheet,
    break_lines,
    fill,
    join_objects,
    row_by_row,
    set_down,
    set_line,
    split_width,
    stream,
    write_pdf,
)

from kg import api
from kg.ingest import Skipped, Source, read_inputs
from kg.ingest.pdf import MOST_CHARACTERS
from kg.model import Article, Document
from kg.repair import Dropped, Repaired, repair, repair_page, to_record
from kg.repair.layout_glyphs import Glyph
from kg.repair.layout_lines import find_lines

HERE = Path(__file__).resolve().parent
SAMPLE = [
    Clean(each["title"], each["paragraphs"], each["byline"], [tuple(x) for x in each["headings"]])
    for each in json.loads((HERE / "sample_page.json").read_text(encoding="utf-8"))
]
ORDERS = ["streamed", "row by row", "at random"]


def save(folder: Path, sheets: list[Sheet], name: str = "page.pdf") -> Path:
    file = folder / name
    file.write_bytes(write_pdf(sheets))
    return file


def shuffle(glyphs: list[Drawn], order: str) -> list[Drawn]:
    if order == "row by row":
        return row_by_row(glyphs)
    return glyphs if order == "streamed" else Random(1).sample(glyphs, len(glyphs))


def read(file: Path) -> Document:
    (source,) = read_inputs([file])
    assert isinstance(source, Source)
    return source.document


def dense(text: str) -> str:
    return "".join(text.split())


def words_of(article: Article) -> str:
    headings = [heading.text for heading in article.headings]
    return dense("".join([article.title or "", *article.byline, *headings, *article.captions, article.text]))


def check_whole(document: Document, page: Repaired) -> None:
    """No character is lost or added, and each piece leads back to its place in the file and on its page."""
    kept = Counter("".join(words_of(article) for article in page.articles))
    kept += Counter(dense("".join(each.text for each in page.dropped)))
    assert kept == Counter(dense(document.text))
    for each in page.dropped:
        assert document.text[each.start : each.start + len(each.text)] == each.text
    for article in page.articles:
        last = 0
        for piece in article.offsets:
            length = piece.text_end - piece.text_start
            assert article.text[piece.text_start : piece.text_end] == document.text[piece.file_start :][:length]
            assert not article.text[last : piece.text_start].strip()
            last = piece.text_end
            assert piece.page is not None
            assert piece.box is not None
            x0, y0, x1, y1 = piece.box
            layout = document.layout[piece.page - 1]
            assert layout.start <= piece.file_start < layout.end
            assert -9 < x0 < x1 < layout.width + 9
            assert -9 < y0 < y1 < layout.height + 9
        assert not article.text[last:].strip()


def parts(article: Article) -> tuple[object, ...]:
    headings = [(heading.before, heading.text) for heading in article.headings]
    return article.title, list(article.byline), headings, article.text.split("\n")


def wanted(article: Clean) -> tuple[object, ...]:
    return article.title, article.byline, article.headings, article.paragraphs


# --- pages ----------------------------------------------------------------------------------------------------------


def stacked() -> Sheet:
    """Return a page of three articles under one another, each with a headline over its columns."""
    glyphs = [*set_line("2025年6月12日", 50, 1150, 9), *set_line("第3版", 760, 1150, 9)]
    top = 1120.0
    for article, count, size in zip(SAMPLE, (3, 4, 2), (32, 24, 20), strict=False):
        bottom = top - 330
        glyphs += set_line(article.title, 60, top - size, size)
        glyphs += fill(split_width(50, 740, count, top - size - 20, bottom), article)
        top = bottom - 24
    return Sheet(glyphs)


def side_by_side() -> Sheet:
    """Return a page on which two articles with headlines of one height stand side by side below a third."""
    glyphs = [*set_line(SAMPLE[0].title, 150, 1100, 36), *fill(split_width(50, 740, 4, 1080, 850), SAMPLE[0])]
    glyphs += [*set_line(SAMPLE[1].title, 60, 800, 22), *fill(split_width(50, 362, 2, 780, 300), SAMPLE[1])]
    glyphs += [*set_line(SAMPLE[2].title, 440, 800, 18), *fill(split_width(430, 362, 2, 780, 300), SAMPLE[2])]
    return Sheet(glyphs)


def flowing() -> Sheet:
    """Return a page of three columns through which articles flow, their headlines inside the columns."""
    glyphs: list[Drawn] = []
    columns = split_width(50, 740, 3, 1120, 200)
    for column, article in zip(columns, SAMPLE, strict=False):
        glyphs += set_line(article.title, column.x, column.top - 14, 14)
        glyphs += fill([column._replace(top=column.top - 22)], article, size=9.5)
    return Sheet(glyphs)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("make", [stacked, side_by_side, flowing])
def test_columns_are_read_whatever_the_order_in_the_file(tmp_path: Path, make, order: str) -> None:
    sheet = make()
    document = read(save(tmp_path, [replace(sheet, glyphs=shuffle(sheet.glyphs, order))]))
    page = repair_page(document)
    check_whole(document, page)
    assert [parts(article) for article in page.articles] == [wanted(article) for article in SAMPLE[:3]]


def test_the_order_in_the_file_is_kept_in_the_offsets(tmp_path: Path) -> None:
    sheet = stacked()
    document = read(save(tmp_path, [sheet]))
    assert document.text == "".join(glyph.text for glyph in sheet.glyphs)
    (first, *_), text = repair(document), "".join(SAMPLE[0].paragraphs)
    assert to_record(first)["offsets"][0][2] == document.text.index(text[:10])


def test_radicals_and_long_dashes_are_read_as_what_they_stand_for(tmp_path: Path) -> None:
    """Fonts draw them with the glyphs of ideographs and of two dashes, and programs that print name either."""
    written = "甲⻓⻔⼀⼾⸺乙"
    codes = " ".join(f"<{number:02X}> <{ord(sign):04X}>" for number, sign in enumerate(written, start=65))
    (tmp_path / "a.pdf").write_bytes(drawn_font(written, codes, b"1000 0 0 0 900 900 d1 0 0 900 900 re f"))
    assert read(tmp_path / "a.pdf").text == "甲长门一户——乙"


def test_a_letter_that_its_font_draws_as_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(drawn_font("年℃", "<41> <5E74> <42> <2103>", b"1000 0 0 0 0 0 d1"))
    assert read(tmp_path / "a.pdf").text == "年℃"


def drawn_font(text: str, codes: str, glyph: bytes) -> bytes:
    """Return a page in a font of drawings (ISO 32000-1, 9.6.5), all the same, whose codes from 65 on stand for text."""
    names = " ".join(f"/G{number}" for number in range(len(text)))
    shown = "".join(f"<{65 + number:02X}> Tj 12 0 Td " for number in range(len(text)))
    cmap = (
        f"/CMapName /A def 1 begincodespacerange <00> <FF> endcodespacerange {len(text)} beginbfchar {codes} endbfchar"
    )
    return join_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            (
                f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 65"
                f" /LastChar {64 + len(text)} /Widths [{'1000 ' * len(text)}] /ToUnicode 7 0 R /Resources << >>"
                f" /CharProcs << {' '.join(f'/G{number} 6 0 R' for number in range(len(text)))} >>"
                f" /Encoding << /Type /Encoding /Differences [65 {names}] >> >>"
            ).encode(),
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>",
            stream(f"BT /F 10 Tf 100 100 Td {shown} ET".encode()),
            stream(glyph),
            stream(cmap.encode()),
        ]
    )


def test_furniture_says_the_date_and_page(tmp_path: Path) -> None:
    document = read(save(tmp_path, [stacked()]))
    assert {(article.date, article.page) for article in repair(document)} == {("2025-06-12", "3")}


def test_the_exchange_form_says_where_on_the_page(tmp_path: Path) -> None:
    sheet = stacked()
    out = tmp_path / "out.jsonl"
    assert api.repair_page(save(tmp_path, [sheet]), out) == 3
    record = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert len(record["pages"]) == len(record["offsets"])
    for (start, end, file_start), (place, page, box) in zip(record["offsets"], record["pages"], strict=True):
        assert (place, page) == (file_start, 1)
        drawn = sheet.glyphs[file_start : file_start + end - start]
        assert all(box[0] - 1 <= glyph.x <= box[2] and box[1] <= glyph.y <= box[3] for glyph in drawn)


# --- what stands in and beside columns ------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
def test_a_framed_box_with_a_headline_is_an_article_of_its_own(tmp_path: Path, order: str) -> None:
    around, inside = SAMPLE[0], Clean("屋顶光伏照亮乡亲路", SAMPLE[3].paragraphs[:2])
    first, second, third = split_width(50, 740, 3, 1060, 760)
    upper, lower = second._replace(bottom=970), second._replace(top=750, bottom=600)
    glyphs = [*set_line(around.title, 100, 1080, 32), *fill([first, upper, lower, third], around)]
    glyphs += set_line(inside.title, second.x + 10, 935, 14)
    glyphs += fill([Column(second.x + 8, 925, second.width - 16, 770)], inside)
    frame = (second.x, 760.0, second.width, 200.0)
    document = read(save(tmp_path, [Sheet(shuffle(glyphs, order), [frame])]))
    page = repair_page(document)
    check_whole(document, page)
    assert {parts(article)[0]: parts(article)[3] for article in page.articles} == {
        around.title: around.paragraphs,
        inside.title: inside.paragraphs,
    }


@pytest.mark.parametrize("order", ORDERS)
def test_text_set_downwards_is_a_paragraph_of_its_article(tmp_path: Path, order: str) -> None:
    article, note = SAMPLE[1], "竖排的文字从右到左读每行从上到下单位公里"
    first, second = split_width(50, 500, 2, 1060, 700)
    glyphs = [*set_line(article.title, 60, 1080, 24), *fill([first._replace(bottom=560), second], article)]
    for number in range(2):
        glyphs += set_down(note[10 * number : 10 * number + 10], second.x + 60 - 16 * number, 680, 10)
    document = read(save(tmp_path, [Sheet(shuffle(glyphs, order), [(second.x + 30, 560, 60, 130)])]))
    page = repair_page(document)
    check_whole(document, page)
    assert [parts(each) for each in page.articles] == [(article.title, article.byline, [], [*article.paragraphs, note])]


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_headline_set_downwards(tmp_path: Path, side: str) -> None:
    article = SAMPLE[2]
    glyphs = list(set_down(article.title, 60 if side == "left" else 600, 1060, 24))
    glyphs += fill(split_width(100, 480, 3, 1060, 800), article)
    (found,) = repair(read(save(tmp_path, [Sheet(glyphs)])))
    assert (found.title, found.text) == (article.title, "\n".join(article.paragraphs))


def test_lines_above_and_below_a_headline_and_a_larger_subheading(tmp_path: Path) -> None:
    article = SAMPLE[2]
    glyphs = [*set_line("产业观察", 300, 1100, 14), *set_line(article.title, 100, 1060, 28)]
    glyphs += [*set_line("——来自一线的调查", 250, 1030, 14)]
    first, second = split_width(50, 500, 2, 1010, 800)
    glyphs += fill([first], replace(article, paragraphs=article.paragraphs[:2]))
    glyphs += set_line("多方合力", second.x + 80, 998, 12)
    glyphs += fill([second._replace(top=990)], replace(article, paragraphs=article.paragraphs[2:]))
    (found,) = repair(read(save(tmp_path, [Sheet(glyphs)])))
    assert found.title == f"{article.title}——来自一线的调查"
    assert [(heading.before, heading.text) for heading in found.headings] == [(0, "产业观察"), (2, "多方合力")]
    assert found.text.split("\n") == article.paragraphs


def test_lines_beside_a_picture_are_one_text_and_its_caption_none(tmp_path: Path) -> None:
    article, caption = SAMPLE[2], "图为园区的生产线。本报记者 周一鸣摄"
    first, second = split_width(50, 500, 2, 1060, 700)
    narrow = Column(first.x, 1060, 130, 1000)
    glyphs = [*set_line(article.title, 60, 1080, 24), *set_line(caption[:9], 190, 990, 8)]
    glyphs += set_line(caption[9:], 190, 980, 8)
    glyphs += fill([first._replace(top=970), second], article)
    document = read(save(tmp_path, [Sheet(glyphs, [(190.0, 1000.0, 100.0, 55.0)])]))
    assert narrow.width < first.width
    (found,) = repair(document)
    assert found.captions == ("图为园区的生产线。本报记者 周一鸣摄",)
    assert found.text.split("\n") == article.paragraphs


def test_bold_type_that_is_printed_twice_is_read_once(tmp_path: Path) -> None:
    article = SAMPLE[2]
    title = list(set_line(article.title, 60, 1080, 24))
    again = [glyph._replace(x=glyph.x + 0.4) for glyph in title]
    glyphs = [*title, *fill(split_width(50, 500, 2, 1060, 700), article), *again]
    document = read(save(tmp_path, [Sheet(glyphs)]))
    page = repair_page(document)
    check_whole(document, page)
    assert page.articles[0].title == article.title
    assert page.dropped == (Dropped("doubled", article.title, len(glyphs) - len(again)),)


@pytest.mark.parametrize("lift", [0.0, 0.88])
@pytest.mark.parametrize("shuffled", [False, True])
def test_signs_set_too_high_in_text_set_downwards(lift: float, shuffled: bool) -> None:
    """Browsers print digits and signs so in fonts without measures for vertical text; the places are as measured."""
    lines = ["新能源车（增长12.8", "倍），“智造”基地投", "产，覆盖3省。（完）"]
    glyphs: list[Glyph] = []
    for number, line in enumerate(lines):
        axis, y = 300.0 - 15 * number, 680.0
        for sign in line:
            height = {"narrow": 5.5, "wide": 10.0}["narrow" if sign.isascii() else "wide"]
            middle, half = y - height / 2, 4.3 if "一" <= sign <= "鿿" else 2.0 if sign.isascii() else 1.3
            middle += 10 * lift if half < 4 and sign not in "“”" else 0.0
            wide = 5.5 if sign.isascii() else 5.0
            low, high = middle - half, middle + half
            glyphs.append(Glyph(len(glyphs), sign, axis - wide, low, axis + wide, high, low, 10.0))
            y -= height
    if shuffled:
        places = Random(3).sample(range(len(glyphs)), len(glyphs))
        glyphs = [glyph._replace(offset=place) for glyph, place in zip(glyphs, places, strict=True)]
    found = sorted(find_lines(sorted(glyphs)), key=lambda line: -line.x0)
    assert [(line.text, line.downwards) for line in found] == [(line, True) for line in lines]


@pytest.mark.parametrize("order", ORDERS)
def test_signs_side_by_side_may_share_one_em(tmp_path: Path, order: str) -> None:
    text = "他说：“产业链要长。”（完）记者看到，“新”车间已投产。"
    glyphs, x = [*set_line(SAMPLE[2].title, 60, 1080, 24)], 50.0
    for before, sign in itertools.pairwise(["", *text]):
        x -= 5.0 if before and before in "：。”），" and sign in "“”（" else 0.0
        glyphs.append(Drawn(sign, x, 1040, 10))
        x += 10
    document = read(save(tmp_path, [Sheet(shuffle(glyphs, order))]))
    page = repair_page(document)
    check_whole(document, page)
    assert [article.text for article in page.articles] == [text]


def test_lines_beside_a_picture_are_no_subheadings(tmp_path: Path) -> None:
    article = Clean("老茶厂换上新设备", SAMPLE[2].paragraphs)
    glyphs = [*set_line(article.title, 60, 1080, 24)]
    y = 1050.0
    for number, paragraph in enumerate(article.paragraphs):
        place = 0
        while place < len(paragraph):  # without indents, with white between paragraphs, narrow from the second on
            room = 14 if number and y > 960 else 30
            glyphs += set_line(paragraph[place : place + room], 50, y, 10)
            place, y = place + room, y - 15
        y -= 6
    (found,) = repair(read(save(tmp_path, [Sheet(glyphs, [(200.0, 965.0, 150.0, 60.0)])])))
    assert (found.text.split("\n"), found.headings) == (article.paragraphs, ())


def test_subheadings_of_the_size_of_the_text(tmp_path: Path) -> None:
    article = replace(SAMPLE[2], headings=[(1, "科技赋能"), (2, "抓项目"), (3, "打通堵点")])
    column = Column(50, 1060, 300, 500)
    for indent in (0.0, 13.0):
        glyphs, y = [*set_line(article.title, 60, 1080, 24)], 1050.0
        for number, paragraph in enumerate(article.paragraphs):
            if number in dict(article.headings):
                glyphs += set_line(dict(article.headings)[number], column.x + indent * 10, y, 10)
                y -= 15
            for place, line in enumerate(break_lines(paragraph, 30, 2.0)):
                glyphs += set_line(line, column.x + (0 if place else 20), y, 10)
                y -= 15
        (found,) = repair(read(save(tmp_path, [Sheet(glyphs)])))
        assert parts(found) == wanted(replace(article, byline=[]))


@pytest.mark.parametrize("order", ORDERS)
def test_a_headline_set_downwards_right_of_a_byline_and_columns(tmp_path: Path, order: str) -> None:
    above, article = SAMPLE[0], replace(SAMPLE[2], byline=["本报记者 林晓岚"])
    glyphs = [*set_line(above.title, 100, 1100, 30), *fill(split_width(50, 600, 3, 1080, 850), above)]
    glyphs += [*fill(split_width(50, 480, 3, 800, 550), article), *set_down(article.title, 560, 800, 24)]
    document = read(save(tmp_path, [Sheet(shuffle(glyphs, order))]))
    assert [parts(each) for each in repair(document)] == [wanted(above), wanted(article)]


@pytest.mark.parametrize("order", ORDERS)
def test_headlines_close_beside_each_other(tmp_path: Path, order: str) -> None:
    one, other = SAMPLE[1], SAMPLE[2]
    titles = ["清溪园区扩建二期工程", "老茶厂换上自动化新设备"]
    glyphs = [*set_line(titles[0], 50, 1080, 22, 300), *set_line(titles[1], 368, 1080, 22, 300)]
    glyphs += fill(split_width(50, 300, 2, 1060, 500), one) + fill(split_width(368, 300, 2, 1060, 500), other)
    document = read(save(tmp_path, [Sheet(shuffle(glyphs, order))]))
    assert [article.title for article in repair(document)] == titles


def test_a_smaller_headline_over_a_wider_column_opens_an_article(tmp_path: Path) -> None:
    first, second = SAMPLE[0], replace(SAMPLE[2], title="老茶厂换上新设备")
    glyphs = [*set_line(first.title, 60, 1080, 24), *fill(split_width(50, 400, 3, 1060, 700), first, size=8.0)]
    glyphs += [*set_line(second.title, 520, 1080, 12), *fill([Column(480, 1070, 220, 700)], second, size=8.0)]
    document = read(save(tmp_path, [Sheet(glyphs)]))
    assert [parts(article) for article in repair(document)] == [wanted(first), wanted(second)]


def test_the_name_of_the_section_is_furniture(tmp_path: Path) -> None:
    sheet = stacked()
    glyphs = [*sheet.glyphs, *set_line("要闻", 200, 1150, 9)]
    page = repair_page(read(save(tmp_path, [Sheet(glyphs)])))
    assert [parts(article) for article in page.articles] == [wanted(article) for article in SAMPLE[:3]]
    assert "要闻" in {each.text for each in page.dropped}


def test_a_frame_that_holds_a_caption_alone_loses_nothing(tmp_path: Path) -> None:
    article = SAMPLE[2]
    glyphs = [*set_line(article.title, 60, 1080, 24), *fill(split_width(50, 300, 2, 1060, 700), article)]
    for number, line in enumerate(["图为清溪园区的生产线，", "工人正在检查刚下线的", "产品。本报记者 周一鸣摄"]):
        glyphs += set_line(line, 410, 800 - 12 * number, 8)
    document = read(save(tmp_path, [Sheet(glyphs, [(400.0, 765.0, 120.0, 50.0)])]))
    page = repair_page(document)
    check_whole(document, page)
    assert page.articles[0].captions == ("图为清溪园区的生产线，工人正在检查刚下线的产品。本报记者 周一鸣摄",)


def test_an_article_goes_on_over_the_end_of_a_page(tmp_path: Path) -> None:
    article, other = SAMPLE[2], SAMPLE[0]
    drawn = fill(split_width(50, 740, 3, 560, 20), other)
    full = fill([Column(50, 540, 740, 20), Column(50, 1540, 740, 20)], article)
    bottom = sorted({glyph.y for glyph in full if glyph.y < 600})[-4]
    first = [*set_line(other.title, 60, 1100, 24), *(each._replace(y=each.y + 520) for each in drawn)]
    first += set_line(article.title, 60, 560, 24)
    first += [each._replace(y=each.y - bottom + 40) for each in full if bottom <= each.y < 600]
    rest = [each._replace(y=each.y + 1000 - bottom) for each in full if each.y < bottom]
    document = read(save(tmp_path, [Sheet(first), Sheet(rest)]))
    page = repair_page(document)
    check_whole(document, page)
    assert [parts(each) for each in page.articles] == [wanted(other), wanted(article)]
    assert {piece.page for piece in page.articles[1].offsets} == {1, 2}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_whose_corner_is_not_at_zero(tmp_path: Path, rotation: int) -> None:
    left, bottom, width, height = 40.0, 70.0, 842.0, 1191.0
    turn = {
        0: lambda x, y: (x, y),
        90: lambda x, y: (width - y, x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (y, height - x),
    }[rotation]
    shown = stacked() if rotation % 180 == 0 else Sheet([replace_y(glyph) for glyph in flowing().glyphs])
    document = read(save(tmp_path, [shown]))
    turned = [glyph._replace(x=left + x, y=bottom + y) for glyph in shown.glyphs for x, y in [turn(glyph.x, glyph.y)]]
    sheet = Sheet(turned, rotation=rotation, box=(left, bottom, left + width, bottom + height))
    (source,) = read_inputs([save(tmp_path, [sheet], "turned.pdf")])
    assert isinstance(source, Source)
    (page,) = source.document.layout
    assert (page.width, page.height) == ((width, height) if rotation % 180 == 0 else (height, width))
    assert source.document.text == document.text


def replace_y(glyph: Drawn) -> Drawn:
    """Return a glyph of an upright page as one of a page that is 842 points high."""
    return glyph._replace(y=glyph.y - (HEIGHT - 842))


def test_each_page_is_a_page_of_the_newspaper(tmp_path: Path) -> None:
    document = read(save(tmp_path, [flowing(), stacked(), side_by_side()]))
    articles = repair(document)
    assert [(article.number, article.page) for article in articles] == [
        (1, "1"), (2, "1"), (3, "1"), (4, "3"), (5, "3"), (6, "3"), (7, "3"), (8, "3"), (9, "3"),
    ]  # fmt: skip
    assert {piece.page for article in articles[3:6] for piece in article.offsets} == {2}


def test_letters_of_one_size_are_read_like_a_plain_page(tmp_path: Path) -> None:
    article = SAMPLE[1]
    glyphs = [*set_line(article.title, 60, 1080, 10), *fill(split_width(50, 500, 2, 1060, 700), article)]
    (found,) = repair(read(save(tmp_path, [Sheet(glyphs)])))
    assert parts(found) == wanted(article)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.builds(
            Drawn,
            st.sampled_from("福建产业，。Ab1（"),
            st.integers(0, 80).map(lambda x: 10.0 * x),
            st.integers(0, 100).map(lambda y: 11.0 * y),
            st.sampled_from([7.0, 10.0, 10.0, 24.0]),
        ),
        min_size=1,
        max_size=120,
    )
)
def test_scattered_letters_are_all_kept(glyphs: list[Drawn]) -> None:
    document = _document(write_pdf([Sheet(glyphs)]))
    check_whole(document, repair_page(document))


def _document(data: bytes) -> Document:
    from kg.ingest.pdf import read_pdf
    from kg.ingest.sources import Origin

    source = next(read_pdf(data, "page.pdf", "page.pdf", Origin()))
    assert isinstance(source, Source)
    return source.document


# --- files that cannot be read --------------------------------------------------------------------------------------

LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> /ID [<41><41>]"
TEXT = Sheet(list(set_line("福建产业", 100, 100, 10)))


def one_page(content: bytes) -> bytes:
    return join_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>",
            stream(content),
        ]
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "a damaged PDF, or none at all"),
        (b"%PDF-1.7 and nothing more", "a damaged PDF, or none at all"),
        (write_pdf([stacked()])[:2000], "a damaged PDF, or none at all"),
        (write_pdf([TEXT], trailer=LOCKED), "encrypted; give a PDF without a password"),
        (write_pdf([Sheet()]), "no text and no picture in it; an empty PDF"),
        (write_pdf([Sheet(picture=True)]), "page 1 has no text layer; OCR is not done: give a PDF with text"),
        (write_pdf([Sheet()], pages=1_000_000), "1000000 pages; at most 1000 are read, split it"),
        (
            join_objects([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
            "page 1 is damaged",
        ),
        (
            one_page(b"BT /F 2 Tf 10 10 Td " + b"(%s) Tj 0 1.5 Td " % (b"a" * 500) * (MOST_CHARACTERS // 450) + b"ET"),
            f"page 1 has more than {MOST_CHARACTERS} characters",
        ),
    ],
    ids=["empty", "header", "cut off", "encrypted", "blank", "scan", "many pages", "circle", "many characters"],
)
def test_files_that_cannot_be_read(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    (tmp_path / "b.pdf").write_bytes(write_pdf([TEXT]))
    first, second = read_inputs([tmp_path])
    assert first == Skipped(str(tmp_path / "a.pdf"), None, reason)
    assert isinstance(second, Source)


def test_pages_that_are_scanned_are_said_and_the_others_read(tmp_path: Path) -> None:
    file = save(tmp_path, [Sheet(picture=True), TEXT, Sheet(picture=True)])
    source, problem = read_inputs([file])
    assert isinstance(source, Source)
    assert source.document.text == "福建产业"
    assert problem == Skipped(str(file), None, "pages 1, 3 have no text layer; OCR is not done: give a PDF with text")


@pytest.mark.parametrize(
    ("data", "read"), [(write_pdf([TEXT]), "福建产业"), (b"%PDF-1.7\n", "a damaged PDF, or none at all")]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, read: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (found,) = read_inputs(["-"])
    assert (found.document.text if isinstance(found, Source) else found.reason) == read


def test_a_bomb_ends_its_own_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = HERE.parent / "kg" / "ingest" / "pdf_reader.py"
    slow = tmp_path / "pdf_reader.py"
    source = script.read_text(encoding="utf-8")
    assert "SECONDS_A_PAGE = 10" in source
    slow.write_text(source.replace("SECONDS_A_PAGE = 10", "SECONDS_A_PAGE = 1"), encoding="utf-8")
    monkeypatch.setattr("kg.ingest.pdf._READER", slow)
    (tmp_path / "bomb.pdf").write_bytes(one_page(b"0 0 m 1 1 l S " * 2_000_000))
    started = time.perf_counter()
    assert list(read_inputs([tmp_path / "bomb.pdf"])) == [
        Skipped(str(tmp_path / "bomb.pdf"), None, "page 1 takes too long to read")
    ]
    assert time.perf_counter() - started < 20


# --- the whole way --------------------------------------------------------------------------------------------------


def test_a_full_page_is_read_and_repaired_fast(tmp_path: Path) -> None:
    article = Clean(SAMPLE[0].title, [paragraph for each in SAMPLE for paragraph in each.paragraphs] * 4)
    glyphs = [*set_line(article.title, 60, 1150, 32), *fill(split_width(20, 800, 6, 1130, 20), article, 7.5, 1.4)]
    assert len(glyphs) > 9_000
    file = save(tmp_path, [Sheet(row_by_row(glyphs))])
    started = time.process_time()
    (found,) = repair(read(file))
    assert found.text.split("\n") == article.paragraphs
    assert time.process_time() - started < 2  # mostly below 0.3; machines that run tests are busy


def test_a_graph_from_a_pdf_says_page_and_position(tmp_path: Path) -> None:
    api.build([save(tmp_path, [stacked()])], tmp_path / "out")
    command = [sys.executable, "-m", "kg", "show", str(tmp_path / "out" / "graph.sqlite"), "当涂县"]
    shown = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert "page.pdf p. 1 at " in shown.stdout, shown


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to print pages")
def test_pages_printed_by_a_browser(tmp_path: Path) -> None:
    html = "".join(
        f'<h1 style="column-span: all">{article.title}</h1>'
        + "".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs)
        for article in SAMPLE[:1]
    )
    columns = "".join(
        f"<h2>{article.title}</h2>" + "".join(f"<p>{paragraph}</p>" for paragraph in article.paragraphs)
        for article in SAMPLE[1:]
    )
    (tmp_path / "page.html").write_text(
        "<meta charset=utf-8><style>@page {size: A3; margin: 15mm} body {font-size: 10pt; line-height: 1.6}"
        "p {text-indent: 2em; margin: 0; text-align: justify}"
        "div {column-count: 3; column-gap: 16pt; margin-top: 8pt}</style>"
        f"<div>{html}</div><div>{columns}</div>",
        encoding="utf-8",
    )
    file = tmp_path / "page.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={file}"]
    subprocess.run([str(CHROMIUM), *options, str(tmp_path / "page.html")], capture_output=True, check=True, timeout=60)
    document = read(file)
    found = repair_page(document)
    check_whole(document, found)
    if not any("福" in article.text for article in found.articles):
        pytest.skip("no Chinese font for the browser")
    assert [(article.title, article.text.split("\n")) for article in found.articles] == [
        (article.title, article.paragraphs) for article in SAMPLE
    ]

"""PDF: articles in reading order whatever the order in the file, places that lead back, hostile files refused."""

import io
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

"""Ingest: what is read, in which order and how; what is not, and why."""

import codecs
import hashlib
import io
import json
import os
import sys
import time
from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.ids import article_id, document_id
from kg.ingest import Skipped, Source, read_inputs
from kg.ingest.dates import to_iso

TEXT = "晋江市的云织鞋服有限公司去年产值超 3 亿元。"


def sources(*inputs: str | Path, **options: str) -> list[Source]:
    read = list(read_inputs(inputs, **options))
    assert [each for each in read if isinstance(each, Skipped)] == []
    return [each for each in read if isinstance(each, Source)]


def skipped(*inputs: str | Path) -> list[tuple[int | None, str]]:
    return [(each.line, each.reason) for each in read_inputs(inputs) if isinstance(each, Skipped)]


def record(number: int, **fields: object) -> str:
    return json.dumps({"id": f"a{number}", "text": TEXT, **fields}, ensure_ascii=False)


# --- what is read


def test_a_text_file_is_a_document_to_repair(tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes(TEXT.encode())
    (source,) = sources(file, publication="某报", date="2025年6月10日", page="3")
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    assert source.articles is None
    assert source.document.path == "page.txt"
    assert source.document.id == document_id("page.txt", sha256)
    assert (source.document.text, source.document.sha256) == (TEXT, sha256)
    assert (source.document.publication, source.document.date, source.document.page) == ("某报", "2025-06-10", "3")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (TEXT.encode(), TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), TEXT),
        (TEXT.encode("gbk"), TEXT),
        ("㐀𠀀镕".encode("gb18030"), "㐀𠀀镕"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), TEXT),
        (b"ascii only\r\n", "ascii only\r\n"),
        ("福州\r\n泉州\r厦门\n".encode(), "福州\r\n泉州\r厦门\n"),
        ("表\t格\x0c页".encode(), "表\t格\x0c页"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, text: str) -> None:
    file = tmp_path / "page.txt"
    file.write_bytes(data)
    (source,) = sources(file)
    assert source.document.text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "an empty file"),
        (b" \n\t\r\n", "an empty file"),
        (codecs.BOM_UTF8, "an empty file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"),
        (b"\x01\x02\x03\x04abcdefgh", "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"),
        (b"\xff\xff\xff\xff\xff", "not text in UTF-8 or GB 18030; save it as UTF-8"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x41", "marked as UTF-16-LE but not valid"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "b.txt").write_bytes(TEXT.encode())
    assert next(iter(read_inputs([tmp_path]))) == Skipped(str(tmp_path / "a.txt"), None, reason)
    assert len(list(read_inputs([tmp_path]))) == 2  # the good file still flows


def test_each_json_line_is_a_document_with_its_article(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    lines = [
        "",
        record(1, title="标题", date="2025-06-10 08:00", source="某报", text="一\n二"),
        record(2, date="昨天", page=3),
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    first, second = sources(file, publication="别报", page="9")
    assert first.document.path == "corpus.jsonl#2"
    assert first.document.sha256 == hashlib.sha256(lines[1].encode()).hexdigest()
    assert first.articles is not None
    (article,) = first.articles
    assert article.id == article_id(first.document.id, 1)
    assert (article.name, article.title, article.text) == ("a1", "标题", "一\n二")
    assert (article.publication, article.date, article.page) == ("某报", "2025-06-10", "9")
    assert [(p.text_start, p.text_end, p.file_start) for p in article.offsets] == [(0, 1, 0), (2, 3, 2)]
    assert (second.document.publication, second.document.date, second.document.page) == ("别报", None, "3")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "text": ', "not valid JSON: column 20: Expecting value"),
        ("[1, 2]", 'not a record; a line is {"id", "title", "date", "text"}'),
        ('{"text": "福州"}', 'no "id"; each line needs one'),
        ('{"id": "x"}', 'no "text"; each line needs one'),
        ('{"id": "x", "text": " \\n"}', 'no "text"; each line needs one'),
        ('{"id": "x", "text": 5}', 'no "text"; each line needs one'),
        ('{"id": "a1", "text": "福州"}', "the id 'a1' is already that of line 1; ids must differ"),
        ('{"id": "x", "text": "\\ud83d"}', '"text" holds half of a surrogate pair; write the character whole'),
        ("[" * 100_000, "not valid JSON: nested too deeply"),
        ('{"id": "x", "text": "福州", "n": ' + "9" * 5000 + "}", "not valid JSON: a number is too long"),
    ],
)
def test_a_broken_line_is_named_and_the_others_flow(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text("\n".join([*(record(n) for n in range(1, 7)), line, record(8)]), encoding="utf-8")
    read = list(read_inputs([file]))
    assert read[6] == Skipped(str(file), 7, reason)
    assert sum(isinstance(each, Source) for each in read) == 7


def test_json_lines_in_other_encodings(tmp_path: Path) -> None:
    lines = record(1) + "\n" + record(2) + "\n"
    (tmp_path / "a.jsonl").write_bytes(codecs.BOM_UTF8 + lines.encode())
    (tmp_path / "b.jsonl").write_bytes(lines.encode("gbk"))
    (tmp_path / "c.ndjson").write_bytes(codecs.BOM_UTF16_LE + lines.encode("utf-16-le"))
    assert [source.document.text for source in sources(tmp_path)] == [TEXT] * 6


def test_json_lines_that_hold_nothing_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n \n")
    (tmp_path / "b.jsonl").write_bytes(b"\x00\x01\n" * 1000)
    assert skipped(tmp_path) == [
        (None, "an empty file"),
        (None, "a binary file, not text; give .txt, .jsonl, .html, .docx or .pdf"),
    ]


# --- folders and other inputs


def test_folders_are_read_in_sorted_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.txt", "b/1.txt", "a.txt", "c.TXT", ".hidden.txt", ".git/x.txt", "b/.x.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(TEXT, encoding="utf-8")
    assert [source.document.path for source in sources(tmp_path)] == ["a.txt", "c.TXT", "b/1.txt", "b/2.txt"]


def test_ids_do_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    ids = []
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "a.txt").write_text(TEXT, encoding="utf-8")
        ids += [source.document.id for source in sources(tmp_path / place)]
    assert ids[0] == ids[1]


def test_what_is_no_input_is_said(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"\x89PNG")
    (tmp_path / "README").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert skipped(tmp_path / "page.png", tmp_path / "README", tmp_path / "gone.txt", tmp_path / "gone") == [
        (None, "not a kind read here: .png; give .txt, .jsonl, .html, .docx or .pdf"),
        (None, "not a kind read here: no extension; give .txt, .jsonl, .html, .docx or .pdf"),
        (None, "no such file"),
        (None, "no such file"),
    ]
    assert skipped(tmp_path / "empty") == [(None, "no file in this folder; give .txt, .jsonl, .html, .docx or .pdf")]
    assert skipped(tmp_path / "pipe.txt") == [(None, "not a regular file")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "a.txt").chmod(0)
    assert skipped(tmp_path) == [(None, "no permission to read it")]


def test_an_error_of_the_disk_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert skipped(tmp_path) == [(None, "no permission to read it")]


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (TEXT.encode(), ["-"]),
        (f"\n {record(1)}\n{record(2)}\n".encode(), ["-#2", "-#3"]),
        (codecs.BOM_UTF8 + record(1).encode(), ["-#1"]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, paths: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert [source.document.path for source in sources("-")] == paths


# --- where, when, which page


def test_the_pattern_goes_before_the_options_and_the_line_before_both(tmp_path: Path) -> None:
    folder = tmp_path / "某报" / "20250610"
    folder.mkdir(parents=True)
    (folder / "p03.txt").write_text(TEXT, encoding="utf-8")
    (folder / "x.jsonl").write_text(record(1, page="5"), encoding="utf-8")
    pattern = r"(?P<publication>[^/]+)/(?P<date>\d{8})/(?:p(?P<page>\d+))?"
    text, line = sources(tmp_path, pattern=pattern, publication="别报", date="2001-01-01", page="9")
    assert (text.document.publication, text.document.date, text.document.page) == ("某报", "2025-06-10", "3")
    assert (line.document.publication, line.document.date, line.document.page) == ("某报", "2025-06-10", "5")


@pytest.mark.parametrize("pattern", ["(", r"\d+", r"(?P<year>\d+)"])
def test_a_bad_pattern_is_refused_at_the_call(pattern: str) -> None:
    with pytest.raises(ConfigError, match="pattern"):
        read_inputs([], pattern=pattern)


def test_a_bad_date_is_refused_at_the_call() -> None:
    with pytest.raises(ConfigError, match="06/10/2025"):
        read_inputs([], date="06/10/2025")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-06-10", "2025-06-10"),
        ("2025-6-1", "2025-06-01"),
        ("2025/06/10", "2025-06-10"),
        ("2025.6.10", "2025-06-10"),
        ("20250610", "2025-06-10"),
        ("2025年6月10日", "2025-06-10"),
        ("2025 年 6 月 10 日", "2025-06-10"),
        ("2025年6月10日 星期二", "2025-06-10"),
        ("2025-06-10T08:00:00+08:00", "2025-06-10"),
        ("2025-06", "2025-06"),
        ("2025年6月", "2025-06"),
        ("2025", "2025"),
        ("06/10/2025", None),
        ("10-06-25", None),
        ("2025-02-30", None),
        ("2025-13", None),
        ("昨天", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, iso: str | None) -> None:
    assert to_iso(text) == iso


# --- size


def test_five_megabytes_in_one_line_are_read_fast(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("福州市，" * 420_000, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(record(1, text="福州市，" * 420_000), encoding="utf-8")
    started = time.perf_counter()
    assert len(sources(tmp_path)) == 2
    assert time.perf_counter() - started < 5


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    read = read_inputs([tmp_path / "a.txt", tmp_path / "gone.txt"])
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert isinstance(next(iter(read)), Source)

"""Sorting beyond memory: the same lines as sorting in memory, whatever is held at once."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sorting
from kg.sorting import grouped, sort_lines

LINES = st.lists(st.binary(min_size=1, max_size=6).filter(lambda line: b"\n" not in line), max_size=60)


@given(LINES, st.integers(1, 40))
def test_each_line_once_and_in_order(lines: list[bytes], held: int) -> None:
    assert list(sort_lines(lines, held=held)) == sorted(set(lines))


def test_more_runs_than_may_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_RUNS", 4)
    lines = [f"{number * 7919 % 1000:04}".encode() for number in range(1000)]
    assert list(sort_lines(lines, held=40)) == sorted(lines)


def test_the_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stream = sort_lines([b"b", b"a", b"c"], held=1)
    assert next(stream) == b"a"
    stream.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_groups() -> None:
    lines = [b"a\t1", b"a\t2\t3", b"b\t1"]
    assert [(key, list(rests)) for key, rests in grouped(lines)] == [(b"a", [b"1", b"2\t3"]), (b"b", [b"1"])]

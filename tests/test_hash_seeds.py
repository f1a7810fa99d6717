"""The same page gives the same graph: every export byte for byte, the store row for row.

Whatever the hash seed and the number of processes.
"""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg.export import FORMATS

EXPORTS = ("graph.gexf", "graph.graphml", "graph.ttl", "entities.csv", "facts.csv", "evidence.csv")


def _build(inputs: list[Path], out: Path, seed: str, jobs: int) -> Path:
    command = [sys.executable, "-m", "kg", "build", *map(str, inputs), "-o", str(out), "-j", str(jobs)]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    subprocess.run(command, check=True, capture_output=True, env=environment, timeout=120)
    return out


def _rows(out: Path) -> list[str]:
    connection = sqlite3.connect(f"file:{out / 'graph.sqlite'}?mode=ro", uri=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def inputs(sample_page: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample page, and enough articles beside it for several batches."""
    lines = tmp_path_factory.mktemp("inputs") / "articles.jsonl"
    lines.write_text(
        "".join(
            f'{{"id": "{n}", "text": "海西银行向福建启明电机有限公司授信{n}00万元。宁德市市长陈立新在福安市说。"}}\n'
            for n in range(1, 60)
        ),
        encoding="utf-8",
    )
    return [sample_page, lines]


@pytest.fixture(scope="module")
def first(inputs: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(inputs, tmp_path_factory.mktemp("first"), "1", 1)


@pytest.mark.parametrize(("seed", "jobs"), [("2", 1), ("3", 2)])
def test_the_graph_is_the_same(inputs: list[Path], first: Path, tmp_path: Path, seed: str, jobs: int) -> None:
    other = _build(inputs, tmp_path / "other", seed, jobs)
    for name in EXPORTS:
        assert (other / name).read_bytes() == (first / name).read_bytes(), name
    assert _rows(other) == _rows(first)


def test_the_order_of_the_inputs_does_not_matter(inputs: list[Path], first: Path, tmp_path: Path) -> None:
    other = _build(inputs[::-1], tmp_path / "other", "1", 1)
    for name in EXPORTS:
        assert (other / name).read_bytes() == (first / name).read_bytes(), name
    formats = sorted(set(FORMATS) - {"duckdb"})  # a database's bytes are not ours to fix
    folders = [tmp_path / "from first", tmp_path / "from other"]
    for out, folder in zip((first, other), folders, strict=True):
        kg.export_graph(out / "graph.sqlite", folder, formats)
    assert [file.name for file in sorted(folders[0].iterdir())] == [file.name for file in sorted(folders[1].iterdir())]
    for file in sorted(folders[0].iterdir()):
        assert file.read_bytes() == (folders[1] / file.name).read_bytes(), file.name

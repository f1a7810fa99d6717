"""Corpora in Python and a store alone: a graph in one line, readings one by one, exports that are asked for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from kg.export.rows import fact_rows

TEXT = "海西第{n}银行向位于宁德市蕉城区的福建闽东启明电机有限公司授信{n}300万元。"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    lines = (json.dumps({"id": f"a{n}", "text": TEXT.format(n=n)}, ensure_ascii=False) for n in range(1, 40))
    (folder / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "one.txt").write_text(TEXT.format(n=50), encoding="utf-8")
    return folder


def test_a_graph_in_one_line_is_that_of_the_folder(pages: Path, tmp_path: Path) -> None:
    summary = kg.build([pages], tmp_path / "out", pipeline="fast")
    graph = kg.build([pages], pipeline="fast")
    stored = kg.load_graph(tmp_path / "out" / "graph.sqlite")
    assert list(fact_rows(graph)) == list(fact_rows(stored))
    assert len(graph.facts) == sum(summary.facts.values()) > 0
    evidence = graph.facts[0].claims[0].evidence[0]
    assert graph.place(evidence) == stored.place(evidence)


def test_what_a_graph_in_one_line_could_not_read_is_a_warning(pages: Path) -> None:
    (pages / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"bad\.jsonl:1"):
        graph = kg.build([pages], pipeline="fast")
    assert graph.facts
    with pytest.raises(kg.KGError, match="no article could be read"):
        kg.build([pages / "bad.jsonl"])


@pytest.mark.parametrize("jobs", [1, 2])
def test_readings_come_one_by_one_and_are_those_of_the_store(pages: Path, tmp_path: Path, jobs: int) -> None:
    kg.build([pages], tmp_path / "out", pipeline="fast")
    told: list[str] = []
    (pages / "bad.jsonl").write_text("{}\n", encoding="utf-8")
    given = list(kg.read([pages, pages / "one.txt"], pipeline="fast", jobs=jobs, tell=told.append))
    assert len(told) == 1
    assert "bad.jsonl:1" in told[0]
    assert {one.article.id: one for one in given} == {
        one.article.id: one for one in kg.readings(tmp_path / "out" / "graph.sqlite")
    }
    assert len(given) == 40


def test_readings_are_read_when_they_are_asked_for(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr("kg.corpus.repair", lambda document: seen.append(document.path) or ())
    given = kg.read([pages], pipeline="fast")
    assert next(given).claims
    assert not seen  # the second file comes after 39 articles


def test_a_build_writes_what_is_asked_for_and_leaves_nothing_stale(pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["build", str(pages), "-o", str(out), "--pipeline", "fast", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    def files() -> list[str]:
        return sorted(file.name for file in out.iterdir())

    assert "entities" in run()
    assert len(files()) == 7
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    said = run("--format", "none")
    assert files() == ["graph.sqlite", "notes.txt"]
    assert "entities" not in said
    run("--format", "json", "--format", "graphology")
    assert files() == ["graph.graphology.json", "graph.json", "graph.sqlite", "notes.txt"]
    run()
    assert sorted(files()) == [
        "entities.csv", "evidence.csv", "facts.csv", "graph.gexf", "graph.graphml", "graph.sqlite", "graph.ttl",
        "notes.txt",
    ]  # fmt: skip


def test_wrong_formats_are_refused_before_anything_is_read(pages: Path, tmp_path: Path) -> None:
    for wrong, code in ((["--format", "gefx"], 1), (["--format", "none", "--format", "csv"], 2)):
        result = CliRunner().invoke(main, ["build", str(pages), "-o", str(tmp_path / "out"), *wrong])
        assert result.exit_code == code
        assert not (tmp_path / "out").exists()
    assert (
        "no format is named 'gefx'"
        in CliRunner().invoke(main, ["build", str(pages), "-o", str(tmp_path / "out"), "--format", "gefx"]).output
    )

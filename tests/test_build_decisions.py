"""Decisions in a build: replayed, kept for the next one, listed where they no longer apply, and equal however built."""

from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import main
from kg.decisions import decide
from kg.errors import InputError

TEXTS = {
    "one": "海岚银行向云岭电机有限公司授信5300万元。泉州市市长陈牧远到云岭电机有限公司调研。",
    "two": "云岭电机有限公司位于福安市。海岚银行宁德分行向云岭电机有限公司发放贷款1996万元。",
}
BUILT = ("graph.gexf", "graph.graphml", "graph.ttl", "entities.csv", "facts.csv", "evidence.csv")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    write(tmp_path / "pages", **TEXTS)
    return tmp_path / "pages"


def write(folder: Path, **texts: str) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")


def build(pages: Path, out: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["build", str(pages), "-o", str(out), "--pipeline", "fast", *options])


def digests(out: Path) -> list[str]:
    return [sha256((out / name).read_bytes()).hexdigest() for name in BUILT]


@pytest.fixture
def file(pages: Path, tmp_path: Path) -> Path:
    """Decisions on a build without any."""
    kg.build([pages], tmp_path / "plain", pipeline="fast")
    store, path = tmp_path / "plain" / "graph.sqlite", tmp_path / "decisions.jsonl"
    decide(path, store, "reject", "海岚银行", "grantsCredit", "云岭电机有限公司")
    decide(path, store, "merge", "海岚银行宁德分行", "海岚银行")
    decide(path, store, "pin", "云岭电机有限公司", "Organization:yunling")
    return path


def test_a_build_follows_its_decisions_and_the_next_one_too(pages: Path, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = build(pages, out, "--decisions", str(file))
    assert done.exit_code == 0, done.output
    assert "decisions that apply" in done.output
    graph = kg.load_graph(out / "graph.sqlite")
    assert not [fact for fact in graph.facts if fact.predicate == "grantsCredit"]
    assert "Organization:yunling" in graph.entities
    assert "Organization:海岚银行宁德分行" not in graph.entities
    assert [one["problem"] for one in kg.stats(out / "graph.sqlite")["decisions"]] == [None, None, None]
    first = digests(out)
    for options in ((), ("--anew",), ("--decisions", str(file), "-j", "2")):
        assert build(pages, out, *options).exit_code == 0
        assert digests(out) == first, options


def test_pages_one_after_the_other_make_the_same_graph(pages: Path, file: Path, tmp_path: Path) -> None:
    build(pages, tmp_path / "whole", "--decisions", str(file))
    some = tmp_path / "some"
    write(some, one=TEXTS["one"])
    early = build(some, tmp_path / "parts", "--decisions", str(file))
    assert "does not apply: two.txt: merge 海岚银行宁德分行: there is no document two.txt" in early.output
    write(some, two=TEXTS["two"])
    assert "does not apply" not in build(some, tmp_path / "parts").output
    assert digests(tmp_path / "parts") == digests(tmp_path / "whole")


def test_an_empty_file_ends_them(pages: Path, file: Path, tmp_path: Path) -> None:
    build(pages, tmp_path / "out", "--decisions", str(file))
    assert digests(tmp_path / "out") != digests(tmp_path / "plain")
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    assert build(pages, tmp_path / "out", "--decisions", str(tmp_path / "none.jsonl")).exit_code == 0
    assert digests(tmp_path / "out") == digests(tmp_path / "plain")


def test_removing_a_page_keeps_the_decisions(pages: Path, file: Path, tmp_path: Path) -> None:
    build(pages, tmp_path / "out", "--decisions", str(file))
    assert CliRunner().invoke(main, ["remove", str(tmp_path / "out"), "two.txt"]).exit_code == 0
    held = kg.stats(tmp_path / "out" / "graph.sqlite")
    assert "grantsCredit" not in held["facts"]
    assert [one["problem"] for one in held["decisions"]].count("there is no document two.txt") == 1
    assert (
        "there is no document two.txt"
        in CliRunner().invoke(main, ["stats", str(tmp_path / "out" / "graph.sqlite")]).output
    )


def test_a_file_that_is_wrong_costs_nothing(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("# 决定\nreject\n", encoding="utf-8")
    done = build(pages, tmp_path / "out", "--decisions", str(tmp_path / "bad.jsonl"))
    assert done.exit_code == 1
    assert f"{tmp_path / 'bad.jsonl'}:2: not JSON" in done.output
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="cannot be read"):
        kg.build([pages], tmp_path / "out", decisions=tmp_path / "missing.jsonl")


def test_a_text_that_was_edited_lists_what_it_no_longer_says(pages: Path, file: Path, tmp_path: Path) -> None:
    build(pages, tmp_path / "out", "--decisions", str(file))
    write(pages, one=TEXTS["one"].replace("5300", "6000"))
    done = build(pages, tmp_path / "out")
    assert done.exit_code == 0
    assert (
        "does not apply: one.txt: reject 海岚银行 grantsCredit 云岭电机有限公司: these words do not stand there"
        in done.output
    )
    assert kg.stats(tmp_path / "out" / "graph.sqlite")["facts"]["grantsCredit"] == 1

"""Builds onto what is there: equal to a build from nothing, whatever was stopped, killed or changed on the way."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.errors import ConfigError, InputError, KGError, StoreError
from kg.resolve import keys_of
from kg.store import Judgement, open_store
from kg.working import is_stopped

ARTICLE = (
    "{bank}向福建闽东启明电机有限公司授信{sum}万元，已投放贷款1996万元。福建闽东启明电机有限公司位于宁德市蕉城区。"
)
EXPORTS = ("graph.gexf", "graph.graphml", "graph.ttl", "entities.csv", "facts.csv", "evidence.csv")


def line(number: int, amount: int = 5300) -> str:
    text = ARTICLE.format(bank=f"海西第{number % 5}银行", sum=amount + number)
    return json.dumps({"id": f"a{number}", "text": text, "date": "2025-06-10"}, ensure_ascii=False)


def write(folder: Path, name: str, lines: list[str]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder


def exports(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in EXPORTS}


def rows(out: Path) -> dict[str, list[tuple]]:
    """Return all rows of a store, table by table."""
    with closing(sqlite3.connect(out / "graph.sqlite")) as store:
        tables = [
            name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        return {name: sorted(store.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = write(tmp_path / "pages", "a.jsonl", [line(n) for n in range(6)])
    (folder / "one.txt").write_text(ARTICLE.format(bank="海西银行", sum=8000), encoding="utf-8")
    return folder


def test_a_second_build_reads_nothing_and_writes_the_same(pages: Path, tmp_path: Path) -> None:
    first = kg.build([pages], tmp_path / "out")
    before, held = exports(tmp_path / "out"), rows(tmp_path / "out")
    again = kg.build([pages], tmp_path / "out")
    assert (first.documents, first.new, first.articles) == (7, 7, 7)
    assert (again.documents, again.new, again.changed, again.again, again.removed, again.articles) == (7, 0, 0, 0, 0, 0)
    assert exports(tmp_path / "out") == before
    assert rows(tmp_path / "out") == held
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == sorted([*EXPORTS, "graph.sqlite"])


def test_resolution_works_out_what_is_new_alone(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a store keeps of articles serves the next build, until the article or the program changes."""
    asked: list[int] = []
    monkeypatch.setattr("kg.building.keys_of", lambda names: asked.append(len(names.names)) or keys_of(names))

    def worked_out(*settings: Path, **named: Any) -> int:
        asked.clear()
        kg.build([pages, *settings], tmp_path / "out", pipeline="fast", formats=(), **named)
        return len(asked)

    assert worked_out() == 7
    (pages / "two.txt").write_text(ARTICLE.format(bank="闽东银行", sum=7000), encoding="utf-8")
    assert worked_out() == 1
    (pages / "one.txt").write_text(ARTICLE.format(bank="海西银行", sum=8100), encoding="utf-8")
    assert worked_out() == 1
    with closing(sqlite3.connect(tmp_path / "out" / "graph.sqlite")) as store, store:
        store.execute("UPDATE meta SET value = 'another' WHERE key = 'kept by'")
    assert worked_out() == 8
    held = rows(tmp_path / "out")
    kg.build([pages], tmp_path / "whole", pipeline="fast", formats=())
    assert rows(tmp_path / "whole") == held


def test_what_is_added_makes_what_all_at_once_makes(pages: Path, tmp_path: Path) -> None:
    more = write(tmp_path / "more", "b.jsonl", [line(n) for n in range(20, 24)])
    kg.build([pages], tmp_path / "out")
    added = kg.build([more], tmp_path / "out")
    kg.build([more, pages], tmp_path / "whole")
    assert (added.documents, added.new, added.articles) == (11, 4, 4)
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")


def test_what_changed_replaces_what_it_was(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    write(pages, "a.jsonl", [line(0), line(1, amount=9000), line(2)])  # one line changed, three gone
    summary = kg.build([pages], tmp_path / "out")
    assert (summary.documents, summary.new, summary.changed, summary.removed, summary.articles) == (4, 0, 1, 3, 1)
    kg.build([pages], tmp_path / "whole")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")


def test_another_date_is_another_reading(pages: Path, tmp_path: Path) -> None:
    kg.build([pages / "one.txt"], tmp_path / "out", date="2025-06-10")
    summary = kg.build([pages / "one.txt"], tmp_path / "out", date="2024-06-10")
    assert (summary.documents, summary.again, summary.articles) == (1, 1, 1)
    kg.build([pages / "one.txt"], tmp_path / "whole", date="2024-06-10")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")


def test_documents_that_are_gone_stay_unless_pruned(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    (pages / "one.txt").unlink()
    assert kg.build([pages], tmp_path / "out").documents == 7
    summary = kg.build([pages], tmp_path / "out", prune=True)
    assert (summary.documents, summary.removed, summary.articles) == (6, 1, 0)
    kg.build([pages], tmp_path / "whole")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")


def test_anew_begins_from_nothing_but_keeps_what_people_said(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    judgement = Judgement("0123", "grantsCredit", "海西银行 grantsCredit …", ("c1",), True)
    with open_store(tmp_path / "out" / "graph.sqlite", write=True) as store:
        store.judge(judgement)
    summary = kg.build([pages / "one.txt"], tmp_path / "out", anew=True)
    assert (summary.documents, summary.new) == (1, 1)
    with open_store(tmp_path / "out" / "graph.sqlite") as store:
        assert list(store.judgements()) == [judgement]


def test_other_settings_read_everything_again(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    (pages / "one.txt").unlink()  # what is no input any more is read again from the store
    summary = kg.build([pages / "a.jsonl"], tmp_path / "out", pipeline="fast")
    assert (summary.documents, summary.again, summary.articles) == (7, 7, 7)
    (pages / "one.txt").write_text(ARTICLE.format(bank="海西银行", sum=8000), encoding="utf-8")
    kg.build([pages], tmp_path / "whole", pipeline="fast")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")
    assert rows(tmp_path / "out") == rows(tmp_path / "whole")


def test_an_article_that_failed_is_tried_again(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.stages import split

    whole = split.sentences

    def fails(text: str):
        if "第3银行" in text:
            raise ValueError("a bad day")
        return whole(text)

    monkeypatch.setattr(split, "sentences", fails)
    summary = kg.build([pages], tmp_path / "out")
    assert len(summary.failures) == 1
    assert "a bad day" in summary.failures[0].message
    monkeypatch.setattr(split, "sentences", whole)
    summary = kg.build([pages], tmp_path / "out")
    assert (summary.again, summary.articles, summary.failures) == (1, 1, ())
    kg.build([pages], tmp_path / "whole")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")


def test_inputs_without_an_article_change_nothing(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    before = (tmp_path / "out" / "graph.sqlite").read_bytes()
    with pytest.raises(InputError, match="nothing built"):
        kg.build([tmp_path / "missing.txt"], tmp_path / "out")
    assert (tmp_path / "out" / "graph.sqlite").read_bytes() == before
    assert not is_stopped(tmp_path / "out")


def test_reprints_are_one_witness(tmp_path: Path) -> None:
    told = ARTICLE.format(bank="海西银行", sum=5300) + "该公司的电机出口东南亚多个国家，今年前五个月订单增长两成以上。"
    other = "海西银行向福建闽东启明电机有限公司授信5300万元。"
    for name, text in (("a", told), ("b", told + "更多消息见本网。"), ("c", other)):
        write(tmp_path / "pages", f"{name}.txt", [text])
    kg.build([tmp_path / "pages"], tmp_path / "out")
    facts = kg.load_graph(tmp_path / "out" / "graph.sqlite").facts
    (credit,) = [fact for fact in facts if fact.predicate == "grantsCredit"]
    assert (len(credit.claims), credit.documents) == (3, 2)
    kg.remove(tmp_path / "out", ["c.txt"])
    facts = kg.load_graph(tmp_path / "out" / "graph.sqlite").facts
    assert [fact.documents for fact in facts if fact.predicate == "grantsCredit"] == [1]


# --- removing -------------------------------------------------------------------------------------------------------


def test_removing_documents(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    assert kg.remove(tmp_path / "out", ["one.txt", "a.jsonl#[56]"]) == ["a.jsonl#5", "a.jsonl#6", "one.txt"]
    write(pages, "a.jsonl", [line(n) for n in range(4)])
    kg.build([pages / "a.jsonl"], tmp_path / "whole")
    assert exports(tmp_path / "out") == exports(tmp_path / "whole")
    assert kg.list_documents(tmp_path / "out" / "graph.sqlite") == [f"a.jsonl#{n}" for n in range(1, 5)]
    assert len(kg.remove(tmp_path / "out", ["a.jsonl"])) == 4
    assert kg.list_documents(tmp_path / "out" / "graph.sqlite") == []


def test_a_name_that_matches_nothing_removes_nothing(pages: Path, tmp_path: Path) -> None:
    kg.build([pages], tmp_path / "out")
    before = (tmp_path / "out" / "graph.sqlite").read_bytes()
    with pytest.raises(InputError, match=r"no document is named two.txt; kg stats --documents lists them"):
        kg.remove(tmp_path / "out", ["one.txt", "two.txt"])
    assert (tmp_path / "out" / "graph.sqlite").read_bytes() == before
    with pytest.raises(StoreError, match="no store here"):
        kg.remove(tmp_path / "nothing", ["one.txt"])


# --- stopped, killed, crowded out -----------------------------------------------------------------------------------

_BUILD = "import sys, kg; kg.build([sys.argv[1]], sys.argv[2], jobs=1)"


def start(pages: Path, out: Path, code: str = _BUILD) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, pages, out], stdout=-1, stderr=-1, text=True)


def read_so_far(out: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{out / '.building' / 'graph.sqlite'}?mode=ro", uri=True)) as store:
            return int(store.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return write(tmp_path / "many", "many.jsonl", [line(n) for n in range(120)])


def test_a_build_that_is_interrupted_goes_on(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(many, out)
    deadline = time.monotonic() + 60
    while read_so_far(out) < 16 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    kept = read_so_far(out)
    if not (out / "graph.sqlite").exists():  # else it was quicker than the signal
        assert is_stopped(out)
        assert kept >= 16
        summary = kg.build([many], out)
        assert summary.articles == 120 - kept
    kg.build([many], tmp_path / "whole")
    assert exports(out) == exports(tmp_path / "whole")
    assert not is_stopped(out)


def test_what_a_stopped_build_had_read_is_no_part_of_another(many: Path, pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / ".building").mkdir(parents=True)
    kg.build([many], tmp_path / "half")
    (tmp_path / "half" / "graph.sqlite").rename(out / ".building" / "graph.sqlite")
    kg.build([pages], out)
    kg.build([pages], tmp_path / "whole")
    assert exports(out) == exports(tmp_path / "whole")
    assert rows(out) == rows(tmp_path / "whole")


@pytest.mark.parametrize("left", [b"", b"no store", b"SQLite format 3\0" + bytes(4000)])
def test_a_working_copy_that_is_broken_is_made_again(pages: Path, tmp_path: Path, left: bytes) -> None:
    kg.build([pages], tmp_path / "out")
    before = exports(tmp_path / "out")
    (tmp_path / "out" / ".building").mkdir()
    (tmp_path / "out" / ".building" / "graph.sqlite").write_bytes(left)
    (tmp_path / "out" / ".building" / "graph.ttl").write_bytes(b"half")
    assert kg.build([pages], tmp_path / "out").documents == 7
    assert exports(tmp_path / "out") == before


def kills(many: Path, tmp_path: Path, times: int, seed: int) -> Iterator[int]:
    """Kill builds at random moments; after each the folder is as it was or as it will be. Yield how many it took."""
    chance = random.Random(seed)
    kg.build([many], tmp_path / "whole")
    wanted = exports(tmp_path / "whole")
    first = write(tmp_path / "first", "many.jsonl", [line(n) for n in range(30)])
    out = tmp_path / "out"
    started = time.perf_counter()
    kg.build([first], out)
    alone = time.perf_counter() - started
    before = exports(out)
    for number in range(times):
        process = start(many, out)
        time.sleep(chance.uniform(0.3, 2 + 3 * alone))
        process.kill()
        process.communicate(timeout=60)
        with open_store(out / "graph.sqlite") as store:
            assert store.counts()["documents"] in (30, 120)
            assert store.counts()["links"] == sum(1 for _ in store.groups())
        for name, data in exports(out).items():
            assert data in (before[name], wanted[name])
        yield number
    kg.build([many], out)
    assert exports(out) == wanted


def test_killed_builds_leave_the_store_whole(many: Path, tmp_path: Path) -> None:
    assert len(list(kills(many, tmp_path, 4, seed=1))) == 4


def test_a_second_build_at_once_is_told_to_wait(pages: Path, tmp_path: Path) -> None:
    from kg.working import working_copy

    with (
        working_copy(tmp_path / "out"),
        pytest.raises(StoreError, match="another process is writing to it; wait until it is done"),
    ):
        kg.build([pages], tmp_path / "out")
    with pytest.raises(KGError):  # nothing was made in that block, so nothing is there
        kg.load_graph(tmp_path / "out" / "graph.sqlite")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of file sizes are POSIX's")
def test_a_full_disk_leaves_the_earlier_graph(pages: Path, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kg.build([pages], out)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    size = len(before["graph.sqlite"])
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 4096}, {size + 4096}))\n"
        "from kg.cli import main\n"
        "main(['build', sys.argv[1], '-o', sys.argv[2], '-j', '1'])"
    )
    process = start(many, out, code)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(said.strip().splitlines()) == 1, said
    assert "disk" in said or "written" in said
    assert {file.name: file.read_bytes() for file in out.iterdir() if file.is_file()} == before
    kg.build([many], out)
    kg.build([pages, many], tmp_path / "whole")
    assert exports(out) == exports(tmp_path / "whole")


def test_a_wrong_date_touches_nothing(pages: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        kg.build([pages], tmp_path / "out", date="yesterday")
    assert not (tmp_path / "out").exists()

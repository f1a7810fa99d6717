"""The index beside a store: built once, anew when the store changes, whole or not there."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sample_graph import NASTY
from sparql_index import store_of_pages

from kg.errors import StoreError
from kg.sparql import engine
from kg.sparql.asking import query
from kg.sparql.index import open_index
from kg.store import Judgement, open_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return store_of_pages(tmp_path / "graph.sqlite")


def test_it_is_built_once_and_anew_when_the_store_or_the_base_changes(store: Path) -> None:
    told: list[str] = []
    first = open_index(store, tell=told.append)
    assert open_index(store, tell=told.append).folder == first.folder
    assert told == [f"{store}: building its index"]
    assert first.folder.parent == store.with_name("graph.sqlite.index")
    with open_store(store, write=True) as opened:
        opened.judge(Judgement("f", "p", "s", (), True))
    second = open_index(store, tell=told.append)
    assert second.folder != first.folder
    assert not first.folder.exists()
    assert open_index(store, base="https://data.example.com/g").folder != second.folder


def test_what_is_no_store_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none\.sqlite: no such store"):
        open_index(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("text")
    with pytest.raises(StoreError, match="not a store"):
        open_index(tmp_path / "text.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["text.sqlite"]


def test_a_folder_that_cannot_be_written_sends_it_to_the_cache(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.with_name("graph.sqlite.index").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    told: list[str] = []
    index = open_index(store, tell=told.append)
    assert index.folder.is_relative_to(tmp_path / "cache")
    assert open_index(store, tell=told.append).folder == index.folder
    (line,) = told
    assert "cannot be written" in line

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    index = open_index(store, tell=told.append)
    assert "temporary" in told[-1]
    assert len(engine.open_folder(index.folder)) > 100


def test_a_killed_build_leaves_nothing_that_is_taken_for_an_index(store: Path) -> None:
    code = f"""
import time
from kg.sparql import engine, index
fill = engine.fill
def half(folder, nodes):
    fill(folder, nodes)
    print("filled", flush=True)
    time.sleep(60)
engine.fill = half
index.open_index({str(store)!r})
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"filled\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    place = store.with_name("graph.sqlite.index")
    (left,) = place.iterdir()
    assert left.name.endswith(".part")
    index = open_index(store)
    assert list(place.iterdir()) == [index.folder]
    assert next(iter(query(store, "SELECT (COUNT(*) AS ?n) { ?f a kg:Fact }").records()))["n"] > 10


def test_two_that_build_at_once_both_get_it(store: Path) -> None:
    code = f"from kg.sparql.index import open_index; print(open_index({str(store)!r}).folder)"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1] == f"{open_index(store).folder}\n".encode()


def test_every_nasty_name_is_found_again(store: Path) -> None:
    rows = query(store, "SELECT ?name { ?one a kg:Organization ; skos:prefLabel ?name }").records()
    names = {row["name"] for row in rows}
    assert {name.replace("\x00", "\u2400") for name in NASTY} <= names | {name.replace("\x00", "") for name in NASTY}


def test_the_default_graph_is_the_union_without_doubles_and_graphs_are_documents(store: Path) -> None:
    counted = "SELECT (COUNT(*) AS ?n) { ?bank kg:grantsCredit ?firm }"
    assert next(iter(query(store, counted).records()))["n"] == 1  # two documents say it
    graphs = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?bank kg:grantsCredit ?firm } }"
    assert next(iter(query(store, graphs).records()))["n"] == 2

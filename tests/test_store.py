"""The contract of every store, and what is particular to one in a SQLite file."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sample_graph import page, pages

from kg.claims import make_claim
from kg.errors import StoreError
from kg.graph import build_graph
from kg.model import Evidence, Link, Mention, Reading, Span
from kg.resolve import resolve
from kg.schema import load_schema
from kg.store import FORMAT, Judgement, Skipped, Store, open_store

TESTS = Path(__file__).parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "graph.sqlite"


@pytest.fixture
def store(path: Path):
    with open_store(path, write=True) as opened:
        yield opened


def fill(store: Store) -> None:
    for document, readings in pages():
        store.write(document, readings)
    store.replace_links(resolve(store.readings()))


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        lines = list(db.iterdump())
    db.close()
    return lines


# --- the contract ---------------------------------------------------------------------------------------------------


def test_what_is_written_comes_back(store: Store) -> None:
    fill(store)
    assert list(store.read()) == pages()
    assert list(store.readings()) == [reading for _, readings in pages() for reading in readings]
    assert list(store.documents()) == [document for document, _ in pages()]
    assert list(store.articles()) == [reading.article for reading in store.readings()]
    assert list(store.groups()) == [group for reading in store.readings() for group in reading.groups]
    assert list(store.claims()) == [claim for reading in store.readings() for claim in reading.claims]


def test_one_record_by_its_id(store: Store) -> None:
    fill(store)
    document, readings = pages()[1]
    assert store.document(document.id) == document
    assert store.article(readings[0].article.id) == readings[0].article
    assert store.reading(readings[0].article.id) == readings[0]
    for find in (store.document, store.article, store.reading):
        with pytest.raises(StoreError, match="has the id none-such"):
            find("none-such")


def test_order_of_writing_does_not_matter(tmp_path: Path) -> None:
    found = []
    for name, order in (("a", pages()), ("b", pages()[::-1])):
        with open_store(tmp_path / name, write=True) as store:
            for document, readings in order:
                store.write(document, readings)
            found.append(list(store.read()))
    assert found[0] == found[1]


def test_articles_come_by_number(store: Store) -> None:
    document, (reading,) = pages()[0]
    several = [Reading(replace(reading.article, id=f"{document.id}/{number}", number=number)) for number in (10, 2, 1)]
    store.write(document, several)
    assert [article.number for article in store.articles()] == [1, 2, 10]


def test_writing_twice_changes_nothing(path: Path) -> None:
    with open_store(path, write=True) as store:
        fill(store)
    first = dump(path)
    with open_store(path, write=True) as store:
        assert [store.write(document, readings) for document, readings in pages()] == [False, False, False]
    assert dump(path) == first


def test_a_changed_reading_replaces_the_old_one_and_its_links(store: Store) -> None:
    fill(store)
    document, (reading,) = pages()[0]
    assert store.write(document, [replace(reading, groups=(), claims=())])
    assert store.reading(reading.article.id).claims == ()
    gone = {group.id for group in reading.groups}
    assert gone.isdisjoint(link.group for link in store.links())
    assert store.counts()["documents"] == 3


def test_remove(store: Store) -> None:
    fill(store)
    document, (reading,) = pages()[0]
    assert store.remove(document.id)
    assert not store.remove(document.id)
    assert document.id not in {kept.id for kept in store.documents()}
    assert reading.article.id not in {article.id for article in store.articles()}
    assert all(not link.group.startswith(document.id) for link in store.links())


def test_mentions_that_only_a_claim_knows_come_back(store: Store) -> None:
    document, (reading,) = pages()[0]
    hidden = Mention(Span(0, 2), reading.article.text[:2], "Organization", None, "other", 0.5)
    claim = replace(reading.claims[0], subject=hidden)
    changed = replace(reading, claims=(claim, *reading.claims[1:]))
    store.write(document, [changed])
    assert store.reading(reading.article.id) == changed


def test_no_claim_without_evidence(store: Store, path: Path) -> None:
    """It can neither be made nor stored, not even past this package."""
    document, (reading,) = pages()[0]
    claim = reading.claims[0]
    assert not isinstance(claim.object, str)
    with pytest.raises(ValueError, match="needs evidence"):
        make_claim(reading.article, claim.subject, "supplies", claim.object, evidence=(), reader="test", score=1.0)
    bare = replace(reading, claims=(*reading.claims[1:], replace(claim, evidence=())))
    with pytest.raises(StoreError, match="a claim without evidence"):
        store.write(document, [bare])
    assert store.counts()["documents"] == 0
    fill(store)
    with sqlite3.connect(path) as db, pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        db.execute("UPDATE claims SET evidence = '[]'")
    db.close()


def test_no_evidence_that_does_not_stand_there(store: Store) -> None:
    document, (reading,) = pages()[0]
    span = reading.sentences[0]
    invented = replace(reading.claims[0], evidence=(Evidence(reading.article.id, span, "谁也没有说过的话。"),))
    with pytest.raises(StoreError, match="quotes what does not stand there"):
        store.write(document, [replace(reading, claims=(invented,))])
    assert store.counts()["documents"] == 0


def test_judgements_replace_each_other_and_outlive_what_they_judge(store: Store) -> None:
    fill(store)
    first = Judgement("f2", "supplies", "甲 supplies 乙", ("c1", "c2"), True)
    other = replace(first, fact="f1")
    for one in (first, other, replace(first, right=False)):
        store.judge(one)
    for document, _ in pages():
        store.remove(document.id)
    assert list(store.judgements()) == [other, replace(first, right=False)]


def test_links_by_group_whatever_their_order(store: Store) -> None:
    fill(store)
    links = sorted(store.links(), key=lambda link: link.group)
    store.replace_links(reversed(links))
    assert list(store.links()) == links
    assert len(links) == store.counts()["groups"]


def test_a_link_to_nothing_is_refused_and_the_old_ones_stay(store: Store) -> None:
    fill(store)
    before = list(store.links())
    with pytest.raises(StoreError, match="a group that the store does not hold"):
        store.replace_links([Link("nowhere/1@0", "Region:350902", "test")])
    assert list(store.links()) == before


def test_two_links_of_one_group_are_refused(store: Store) -> None:
    fill(store)
    link = next(store.links())
    with pytest.raises(StoreError, match="two records have one id"):
        store.replace_links([link, replace(link, entity="Region:350902")])


def test_skipped_are_those_of_the_last_run(store: Store) -> None:
    store.replace_skipped([Skipped("old.txt", "ingest", "empty")])
    last = [Skipped("z.jsonl:7", "ingest", "not JSON"), Skipped("d/1", "find_regions", "ValueError: x")]
    store.replace_skipped(last)
    assert list(store.skipped()) == last


def test_meta(store: Store) -> None:
    store.write_meta({"schema": "a", "pipeline": "b"})
    store.write_meta({"schema": "c"})
    assert store.meta() == {"format": str(FORMAT), "pipeline": "b", "schema": "c"}
    with pytest.raises(StoreError, match="the store's own"):
        store.write_meta({"format": "9"})


def test_counts(store: Store) -> None:
    assert set(store.counts().values()) == {0}
    fill(store)
    assert store.counts() == {
        "documents": 3, "articles": 3, "mentions": 22, "groups": 19, "claims": 18, "links": 19, "judgements": 0,
        "skipped": 0,
    }  # fmt: skip


def test_an_article_of_another_document_is_refused(store: Store) -> None:
    (first, _), (_, others), _ = pages()
    with pytest.raises(StoreError, match="belongs to another document"):
        store.write(first, others)
    assert store.counts()["documents"] == 0


def test_two_articles_with_one_id_are_refused_as_a_whole(store: Store) -> None:
    document, (reading,) = pages()[0]
    with pytest.raises(StoreError, match=r"第1页\.txt: two records have one id"):
        store.write(document, [reading, reading])
    assert store.counts()["documents"] == 0


def test_half_a_surrogate_pair_is_refused_by_name(store: Store) -> None:
    document, readings = pages()[0]
    with pytest.raises(StoreError, match=r"第1页\.txt: its text is not valid Unicode"):
        store.write(replace(document, text="\ud800"), readings)
    assert store.counts()["documents"] == 0


# --- the SQLite file ------------------------------------------------------------------------------------------------


def test_a_store_for_reading_refuses_to_write(path: Path) -> None:
    open_store(path, write=True).close()
    with open_store(path) as store, pytest.raises(StoreError, match="opened for reading"):
        fill(store)


def test_one_file_is_left_after_writing_and_after_reading(path: Path) -> None:
    with open_store(path, write=True) as store:
        fill(store)
    assert list(path.parent.iterdir()) == [path]
    before = path.read_bytes()
    with open_store(path) as store:
        assert len(list(store.read())) == 3
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_reader_sees_what_was_there_when_it_opened(path: Path) -> None:
    first, second, _ = pages()
    with open_store(path, write=True) as writer:
        writer.write(*first)
        with open_store(path) as reader:
            writer.write(*second)
            assert [document.path for document in reader.documents()] == [first[0].path]
        with open_store(path) as reader:
            assert reader.counts()["documents"] == 2


def test_a_second_writer_gets_one_line(path: Path) -> None:
    with open_store(path, write=True) as store:
        fill(store)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreError, match="another process is writing"):
            open_store(path, write=True, timeout=0.05)
        with open_store(path) as reader:
            assert reader.counts()["documents"] == 3
    finally:
        other.close()


@pytest.mark.parametrize("write", [False, True])
def test_what_is_no_store_is_refused_and_left_alone(path: Path, write: bool) -> None:
    path.write_bytes("不是数据库，只是一段文字。".encode() * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a store"):
        open_store(path, write=write)
    assert path.read_bytes() == before


@pytest.mark.parametrize("write", [False, True])
def test_somebody_elses_database_is_refused(path: Path, write: bool) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="not a store of kg"):
        open_store(path, write=write)


@pytest.mark.parametrize("write", [False, True])
def test_another_format_is_refused(path: Path, write: bool) -> None:
    open_store(path, write=True).close()
    db = sqlite3.connect(path)
    db.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match=rf"format 99; this version of kg reads format {FORMAT}"):
        open_store(path, write=write)


def test_missing_and_empty_files(path: Path) -> None:
    with pytest.raises(StoreError, match="no such store"):
        open_store(path)
    path.touch()
    with pytest.raises(StoreError, match="empty, not a store"):
        open_store(path)
    open_store(path, write=True).close()
    assert path.stat().st_size > 0


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such folder"):
        open_store(tmp_path / "none" / "graph.sqlite", write=True)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path, write=True)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_folder(path: Path) -> None:
    with open_store(path, write=True) as store:
        fill(store)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        with open_store(path) as reader:
            assert reader.counts()["documents"] == 3
        with pytest.raises(StoreError, match="cannot be"):
            open_store(path, write=True)
    finally:
        path.parent.chmod(0o755)


def test_errors_are_one_line(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096)
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")


ENDLESS = """
import sys
from itertools import count
from sample_graph import page, parse, _FIRST
from kg.store import open_store

with open_store(sys.argv[1], write=True) as store:
    for number in count():
        store.write(*page(f"{number:06}.txt", *parse(_FIRST)))
        print(number, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_run_leaves_the_store_whole(path: Path) -> None:
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", ENDLESS, path], cwd=TESTS, stdout=subprocess.PIPE)
        assert process.stdout is not None
        for _ in range(20):
            assert process.stdout.readline()
        time.sleep(0.01)
        process.kill()
        process.stdout.close()
        process.wait()
        with open_store(path) as store:
            found = list(store.read())
        assert len(found) >= 20
        for document, readings in found:
            assert [(document, readings)] == [again(document.path)]


def again(path: str):
    from sample_graph import _FIRST, parse

    return page(path, *parse(_FIRST))


def test_bulk_writing_is_fast(store: Store) -> None:
    document, (reading,) = pages()[0]
    started = time.perf_counter()
    for number in range(1000):
        own = replace(document, id=f"d{number}", path=f"{number}.txt")
        article = replace(reading.article, id=f"d{number}/1", document=own.id)
        groups = tuple(replace(group, id=f"{article.id}@{n}") for n, group in enumerate(reading.groups))
        store.write(own, [replace(reading, article=article, groups=groups)])
    assert time.perf_counter() - started < 10  # about 0.5 s alone on one core
    assert store.counts()["articles"] == 1000


def test_the_graph_is_the_same_through_the_store(store: Store) -> None:
    fill(store)
    schema = load_schema()
    links = resolve(reading for _, readings in pages() for reading in readings)
    assert list(store.links()) == links
    assert build_graph(store.read(), store.links(), schema) == build_graph(pages(), links, schema)

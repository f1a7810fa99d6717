"""The store as one SQLite file in WAL mode: one writer, readers never blocked; the longer SQL is in ``statements``."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.errors import StoreError
from kg.model import Article, Claim, Document, Group, Link, Reading
from kg.named import ArticleNames
from kg.store import FORMAT, Decided, Entry, Judgement, Member, Skipped, rows
from kg.store import statements as sql


class SqliteStore:
    """A store in a SQLite file; ``kg.store.open_store`` makes it."""

    def __init__(self, path: Path, *, write: bool, timeout: float) -> None:
        self._path = path
        self._write = write
        self._parts = sql.SELECT_PARTS
        with self._errors():
            self._db = _connect(path, write=write, timeout=timeout)
        try:
            with self._errors():
                self._prepare()
        except StoreError:
            self._db.close()
            raise

    def _prepare(self) -> None:
        if not self._write:
            self._db.execute("PRAGMA query_only = ON")
            self._db.execute("BEGIN")  # one snapshot for as long as the store is open
        if not self._is_empty():
            self._check_format()
        elif not self._write:
            raise StoreError(f"{self._path}: empty, not a store; build one with kg build")
        if self._write:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")  # whole after a kill; only a power cut may undo the last
            self._db.execute("PRAGMA foreign_keys = ON")
            with self._transaction():
                if self._is_empty():
                    for statement in sql.SCHEMA.split(";\n"):
                        self._db.execute(statement)
                    self._db.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
                elif self._found_format() == sql.FORMAT_3:
                    for statement in sql.FROM_3:
                        self._db.execute(statement)
                    self._db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))

    def _is_empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None

    def _found_format(self) -> str | None:
        try:
            found = self._db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        except sqlite3.OperationalError:  # no such table: somebody else's database
            return None
        return found[0] if found is not None else None

    def _check_format(self) -> None:
        found = self._found_format()
        if found is None:
            raise StoreError(f"{self._path}: a SQLite file, but not a store of kg; give another path")
        if found not in (sql.FORMAT_3, str(FORMAT)):
            raise StoreError(
                f"{self._path}: a store of format {found}; this version of kg reads format {FORMAT}; build it anew"
            )
        if found == sql.FORMAT_3 and not self._write:
            self._parts = sql.SELECT_PARTS_3

    def write(self, document: Document, readings: Sequence[Reading], *, made_by: str | None = None) -> bool:
        for reading in readings:
            if reading.article.document != document.id:
                raise StoreError(f"{document.path}: article {reading.article.id} belongs to another document")
            _check_evidence(document, reading)
        ordered = sorted(readings, key=lambda reading: reading.article.number)
        with self._transaction(f"{document.path}: "):
            old = self._db.execute(f"{sql.SELECT_DOCUMENTS} WHERE id = ?", (document.id,)).fetchone()
            if old is not None:
                if rows.to_document(old) == document and self._readings_of(document.id) == ordered:
                    self._db.execute("UPDATE documents SET made_by = ? WHERE id = ?", (made_by, document.id))
                    return False
                self._db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
            columns = (*rows.DOCUMENT, "made_by")
            self._db.execute(sql.insert("documents", columns), (*rows.document_row(document), made_by))
            for reading in ordered:
                self._db.execute(sql.insert("articles", rows.ARTICLE), rows.article_row(reading))
                for statement, part in zip(sql.INSERT_PARTS, rows.part_rows(reading), strict=True):
                    self._db.executemany(statement, part)
        return True

    def remove(self, document_id: str) -> bool:
        with self._transaction():
            return self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount > 0

    def read(self, documents: Collection[str] | None = None) -> Iterator[tuple[Document, list[Reading]]]:
        for document in self.documents() if documents is None else self._documents_of(documents):
            with self._errors():
                readings = self._readings_of(document.id)
            yield document, readings

    def readings(self) -> Iterator[Reading]:
        for row in self._select(sql.ALL_ARTICLES):
            with self._errors():
                reading = self._reading(row)
            yield reading

    def reading(self, article_id: str) -> Reading:
        row = self._one(f"{sql.SELECT_ARTICLES} WHERE id = ?", article_id, "article")
        with self._errors():
            return self._reading(row)

    def documents(self) -> Iterator[Document]:
        return map(rows.to_document, self._select(f"{sql.SELECT_DOCUMENTS} ORDER BY path, id"))

    def entries(self) -> Iterator[Entry]:
        return (Entry(*row) for row in self._select("SELECT id, path, made_by FROM documents ORDER BY path, id"))

    def _documents_of(self, ids: Collection[str]) -> Iterator[Document]:
        statement = f"{sql.SELECT_DOCUMENTS} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY path, id"
        return map(rows.to_document, self._select(statement, (rows.ids_cell(ids),)))

    def document(self, document_id: str) -> Document:
        return rows.to_document(self._one(f"{sql.SELECT_DOCUMENTS} WHERE id = ?", document_id, "document"))

    def articles(self) -> Iterator[Article]:
        return map(rows.to_article, self._select(sql.ALL_ARTICLES))

    def article(self, article_id: str) -> Article:
        return rows.to_article(self._one(f"{sql.SELECT_ARTICLES} WHERE id = ?", article_id, "article"))

    def groups(self) -> Iterator[Group]:
        return (group for reading in self.readings() for group in reading.groups)

    def named(self, articles: Collection[str] | None = None) -> Iterator[ArticleNames]:
        named, *parts = (self._select_of(statement, articles) for statement in sql.NAMED)
        walks = [_Walk(part) for part in parts]
        for article in named:
            with self._errors():
                names = rows.to_names(article, *(walk.at(article[0]) for walk in walks))
            yield names

    def texts(self, articles: Collection[str] | None = None) -> Iterator[tuple[str, str, str]]:
        return ((id_, document, text) for id_, document, text in self._select_of(sql.TEXTS, articles))

    def _select_of(self, statement: str, articles: Collection[str] | None) -> Iterator[rows.Row]:
        """Select what concerns all articles, or those of these ids; the statement says where in braces."""
        if articles is None:
            return self._select(statement.format(id="true", article="true"))
        wanted = "{} IN (SELECT value FROM json_each(?))"
        statement = statement.format(id=wanted.format("id"), article=wanted.format("article"))
        return self._select(statement, (rows.ids_cell(articles),))

    def kept(self, what: str) -> Iterator[tuple[str, str | None]]:
        return ((article, value) for article, value in self._select(sql.KEPT, (what,)))

    def keep(self, what: str, values: Iterable[tuple[str, str]]) -> None:
        statement = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)"
        with self._transaction():
            self._db.executemany(statement, ((what, article, value) for article, value in values))

    def forget(self) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM kept")

    def claims(self) -> Iterator[Claim]:
        return (claim for reading in self.readings() for claim in reading.claims)

    def links(self, document_id: str | None = None) -> Iterator[Link]:
        wanted, values = "", tuple[str, ...]()
        if document_id is not None:
            articles = "SELECT id FROM articles WHERE document = ?"
            wanted, values = f'WHERE "group" IN (SELECT id FROM groups WHERE article IN ({articles}))', (document_id,)
        statement = f'SELECT "group", entity, reason, "by" FROM links {wanted} ORDER BY "group"'
        return (Link(*row) for row in self._select(statement, values))

    def members(self, entity: str) -> Iterator[Member]:
        for path, title, name, forms, *reasons in self._select(sql.MEMBERS, (entity,)):
            yield Member(path, title, name, tuple(json.loads(forms)), *reasons)

    def codes(self) -> Iterator[tuple[str, str]]:
        return ((entity, code) for entity, code in self._select(sql.CODES))

    def joined(self, predicates: Collection[str]) -> Iterator[tuple[str, str]]:
        return ((subject, object_) for subject, object_ in self._select(sql.JOINED, (rows.ids_cell(predicates),)))

    def documents_naming(self, entities: Collection[str]) -> list[str]:
        return [id_ for (id_,) in self._select(sql.NAMING, (rows.ids_cell(entities),))]

    def names(
        self, entities: Collection[str], *, besides: Collection[str]
    ) -> Iterator[tuple[str, str, str | None, Group]]:
        for entity, document, date, *group in self._select(
            sql.NAMES, (rows.ids_cell(entities), rows.ids_cell(besides))
        ):
            yield entity, document, date, rows.to_group(tuple(group))

    def replace_links(self, links: Iterable[Link]) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM links")
            self._db.executemany(
                "INSERT INTO links VALUES (?, ?, ?, ?)", ((x.group, x.entity, x.reason, x.by) for x in links)
            )

    def amend(self, readings: Iterable[Reading]) -> None:
        with self._transaction():
            for reading in readings:
                _check_evidence(self.document(reading.article.document), reading)
                id_ = reading.article.id
                (mentions,) = self._one("SELECT mentions FROM articles WHERE id = ?", id_, "article")
                parts = [self._db.execute(select, (id_,)).fetchall() for select in self._parts]
                cell = rows.parts_cell(mentions, parts)
                self._db.execute("INSERT OR IGNORE INTO as_read VALUES (?, ?)", (id_, cell))
                self._put(id_, len(reading.mentions), rows.part_rows(reading))

    def restore(self) -> None:
        with self._transaction():
            for id_, cell in self._db.execute("SELECT article, parts FROM as_read").fetchall():
                self._put(id_, *rows.to_parts(cell))
            self._db.execute("DELETE FROM as_read")

    def _put(self, article: str, mentions: int, parts: Iterable[Sequence[rows.Row]]) -> None:
        """Replace what is read in an article, of which the reading lists so many mentions; what was kept of it goes."""
        self._db.execute("DELETE FROM kept WHERE article = ?", (article,))
        self._db.execute("UPDATE articles SET mentions = ? WHERE id = ?", (mentions, article))
        for (table, _), statement, part in zip(sql.PARTS, sql.INSERT_PARTS, parts, strict=True):
            self._db.execute(f'DELETE FROM "{table}" WHERE article = ?', (article,))
            self._db.executemany(statement, part)

    def as_read(self, documents: Collection[str]) -> Iterator[tuple[Document, list[Reading]]]:
        for document, readings in self.read(documents):
            with self._errors():
                cells = dict(self._db.execute(sql.AS_READ, (document.id,)))
            yield document, [rows.as_read(one, cells[id_]) if (id_ := one.article.id) in cells else one
                             for one in readings]  # fmt: skip

    def decisions(self) -> Iterator[Decided]:
        return (Decided(*row) for row in self._select("SELECT line, problem FROM decisions ORDER BY number"))

    def replace_decisions(self, decisions: Iterable[Decided]) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM decisions")
            self._db.executemany(
                "INSERT INTO decisions (line, problem) VALUES (?, ?)", ((one.line, one.problem) for one in decisions)
            )

    def replace_reprints(self, originals: Mapping[str, str]) -> None:
        with self._transaction():
            self._db.execute("UPDATE articles SET original = NULL WHERE original IS NOT NULL")
            self._db.executemany(
                "UPDATE articles SET original = ? WHERE id = ?", ((one, id_) for id_, one in originals.items())
            )

    def judgements(self) -> Iterator[Judgement]:
        statement = f"SELECT {sql.columns(rows.JUDGEMENT)} FROM judgements ORDER BY fact"
        return map(rows.to_judgement, self._select(statement))

    def judge(self, judgement: Judgement) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM judgements WHERE fact = ?", (judgement.fact,))
            self._db.execute(sql.insert("judgements", rows.JUDGEMENT), rows.judgement_row(judgement))

    def skipped(self) -> Iterator[Skipped]:
        return (Skipped(*row) for row in self._select('SELECT "where", step, message FROM skipped ORDER BY number'))

    def replace_skipped(self, skipped: Iterable[Skipped]) -> None:
        with self._transaction():
            self._db.execute("DELETE FROM skipped")
            self._db.executemany(
                'INSERT INTO skipped ("where", step, message) VALUES (?, ?, ?)',
                ((skip.where, skip.step, skip.message) for skip in skipped),
            )

    def meta(self) -> dict[str, str]:
        return dict(self._select("SELECT key, value FROM meta ORDER BY key"))

    def write_meta(self, values: Mapping[str, str]) -> None:
        if "format" in values:
            raise StoreError(f"{self._path}: the format is the store's own to set")
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def counts(self) -> dict[str, int]:
        return {table: next(self._select(f"SELECT count(*) FROM {table}"))[0] for table in sql.TABLES}

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _readings_of(self, document_id: str) -> list[Reading]:
        found = self._db.execute(f"{sql.SELECT_ARTICLES} WHERE document = ? ORDER BY number", (document_id,)).fetchall()
        return [self._reading(row) for row in found]

    def _reading(self, article: rows.Row) -> Reading:
        return rows.to_reading(article, *(self._db.execute(select, (article[0],)) for select in self._parts))

    def _select(self, statement: str, values: Sequence[str] = ()) -> Iterator[rows.Row]:
        with self._errors():
            yield from self._db.execute(statement, values)

    def _one(self, statement: str, id_: str, kind: str) -> rows.Row:
        with self._errors():
            row: rows.Row | None = self._db.execute(statement, (id_,)).fetchone()
        if row is None:
            raise StoreError(f"{self._path}: no {kind} has the id {id_}")
        return row

    @contextmanager
    def _transaction(self, about: str = "") -> Iterator[None]:
        if not self._write:
            raise StoreError(f"{self._path}: opened for reading; open it with write=True to change it")
        with self._errors(about):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _errors(self, about: str = "") -> Iterator[None]:
        """Turn what SQLite says into one line that a person can act on; ``about`` says what was being written."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {about}{_explain(error)}") from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self._path}: {about}its text is not valid Unicode (half a surrogate pair)") from error


class _Walk:
    """The rows of a table, article by article; their first column is the article's id, by which they are sorted."""

    def __init__(self, found: Iterator[rows.Row]) -> None:
        self._found = groupby(found, key=itemgetter(0))
        self._next = next(self._found, None)

    def at(self, article: str) -> Iterator[rows.Row]:
        """Yield the rows of that article; articles are asked for in their order."""
        if self._next is not None and self._next[0] == article:
            yield from self._next[1]
            self._next = next(self._found, None)


def _check_evidence(document: Document, reading: Reading) -> None:
    """Raise StoreError where a claim has no evidence, or quotes what does not stand in its article."""
    article = reading.article
    for claim in reading.claims:
        if not claim.evidence:
            raise StoreError(f"{document.path}: {claim.reader} gave a claim without evidence ({claim.predicate})")
        for evidence in claim.evidence:
            span = evidence.span
            if evidence.article == article.id and article.text[span.start : span.end] != evidence.quote:
                raise StoreError(f"{document.path}: {claim.reader} quotes what does not stand there: {evidence.quote}")


def _explain(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", None) or ""
    for prefix, meaning in _MEANINGS:
        if name.startswith(prefix):
            return meaning
    return f"{error}; if this stays so, build the store anew"


_MEANINGS = (
    ("SQLITE_BUSY", "another process is writing to this store; wait until it is done, or give another path"),
    ("SQLITE_LOCKED", "another process is writing to this store; wait until it is done, or give another path"),
    ("SQLITE_NOTADB", "not a store; give another path"),
    ("SQLITE_CORRUPT", "damaged; build it anew from its documents"),
    ("SQLITE_READONLY", "cannot be written; check the permissions of the file and its folder"),
    ("SQLITE_CANTOPEN", "cannot be opened; check the path and its permissions"),
    ("SQLITE_FULL", "the disk is full; make room and run again"),
    ("SQLITE_IOERR", "the disk cannot be read or written; check it, or give another path"),
    ("SQLITE_CONSTRAINT_CHECK", "a claim without evidence; there is none without it"),
    ("SQLITE_CONSTRAINT_FOREIGNKEY", "a link names a group that the store does not hold; resolve anew"),
    ("SQLITE_CONSTRAINT", "two records have one id; each article, group and link may be given once"),
)


def _connect(path: Path, *, write: bool, timeout: float) -> sqlite3.Connection:
    if not write and not path.exists():
        raise StoreError(f"{path}: no such store; build one with kg build")
    if write and not path.parent.is_dir():
        raise StoreError(f"{path.parent}: no such folder; make it first")
    if write:
        mode = "rwc"
    elif os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        mode = "rw"  # not "ro", which would leave WAL's two side files behind; query_only forbids changes
    elif Path(f"{path}-wal").exists():
        mode = "ro"
    else:
        mode = "ro&immutable=1"  # WAL needs a file beside the store; on a read-only disk nobody can be writing
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)

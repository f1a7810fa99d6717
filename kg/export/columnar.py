"""The three tables as Parquet files and as one DuckDB file: the one module that knows DuckDB, which the extra brings.

The same graph gives the same Parquet bytes. DuckDB gives every database file an identifier of its own, so that of two
such files the contents are equal and the bytes are not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ConfigError, MissingPackageError
from kg.export.files import make_folder
from kg.export.rows import ENTITY_ROW, EVIDENCE_ROW, FACT_ROW, Row, entity_rows, evidence_rows, fact_rows
from kg.export.values import Value
from kg.schema import Schema
from kg.spooling import GraphView

if TYPE_CHECKING:
    import duckdb

TABLES: Mapping[str, Mapping[str, type]] = {"entities": ENTITY_ROW, "facts": FACT_ROW, "evidence": EVIDENCE_ROW}

_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", date: "DATE"}
_CHUNK = 2048
"""So many rows are given to DuckDB at once: as many as one of its vectors holds."""

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,  # more would write rows in an order of their own
    "memory_limit": "1GB",  # the rest stays on disk
    "autoinstall_known_extensions": False,  # nothing is fetched
    "autoload_known_extensions": False,
}
_VIEWS = {
    "stated": "SELECT * FROM facts WHERE polarity = 'affirmed' AND modality <> 'planned'",
    "quotes": """SELECT subject_name, predicate_zh, object_name, facts.value, modality, polarity, evidence.*
        FROM facts JOIN evidence USING (fact)""",
}
_VIEWS_OF = {
    "credit": (
        ("grantsCredit", "lendsTo"),
        """SELECT fact, subject_name AS lender, object_name AS borrower, object_type AS borrower_type, predicate_zh,
            amount, amount_bound, amount_cny, date, date_start, date_end, modality, documents, quote, path""",
    ),
    "posts": (
        ("holdsPosition",),
        "SELECT fact, subject_name AS person, title, object_name AS holder, first_seen, last_seen, quote, path",
    ),
    "figures": (
        ("statistic",),
        """SELECT fact, subject_name AS holder, subject_type AS holder_type, indicator, value, figure_value,
            figure_high, figure_bound, figure_unit, date, date_start, date_end, modality, documents, quote, path""",
    ),
}
"""Views over the affirmed facts of some predicates, for schemas that have these."""


def write_parquet(graph: GraphView, folder: str | Path, *, schema: Schema) -> None:
    """Write entities.parquet, facts.parquet and evidence.parquet into the folder, which is made if missing.

    Raises MissingPackageError without DuckDB, ConfigError where the folder cannot be written.
    """
    _need_engine()
    root = make_folder(folder)
    with _room(root) as room:
        with _filled(room / "tables.duckdb", graph, schema) as database:
            for name in TABLES:
                database.table(name).write_parquet(str(room / f"{name}.parquet"), compression="zstd")
        for name in TABLES:
            (room / f"{name}.parquet").replace(root / f"{name}.parquet")


def write_duckdb(graph: GraphView, path: str | Path, *, schema: Schema) -> None:
    """Write a DuckDB database with the tables entities, facts and evidence, and views over them.

    Raises MissingPackageError without DuckDB, ConfigError where the path cannot be written.
    """
    _need_engine()
    target = Path(path)
    with _room(target.parent) as room:
        with _filled(room / "graph.duckdb", graph, schema) as database:
            for name, query in _views(schema):
                database.execute(f"CREATE VIEW {name} AS {query}")
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)  # DuckDB would add it to the new database
        (room / "graph.duckdb").replace(target)


def _views(schema: Schema) -> Iterator[tuple[str, str]]:
    yield from _VIEWS.items()
    for name, (predicates, query) in _VIEWS_OF.items():
        if not schema.predicates.keys().isdisjoint(predicates):
            among = ", ".join(f"'{predicate}'" for predicate in predicates)
            yield name, f"{query} FROM facts WHERE predicate IN ({among}) AND polarity = 'affirmed'"


def _need_engine() -> None:
    try:
        import duckdb  # noqa: F401
    except ImportError:
        raise MissingPackageError(
            "Parquet and DuckDB files need duckdb; run: pip install 'regional-industry-kg[tables]'"
        ) from None


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Give a hidden folder in the folder, gone at the end: what is written there is moved when whole."""
    try:
        with tempfile.TemporaryDirectory(prefix=".kg-tables-", dir=folder) as room:
            yield Path(room)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror}; give another place") from error


@contextmanager
def _filled(path: Path, graph: GraphView, schema: Schema) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a new database at that path with the tables in it."""
    import duckdb

    rows = {
        "entities": entity_rows(graph, schema=schema),
        "facts": fact_rows(graph, schema=schema),
        "evidence": evidence_rows(graph),
    }
    try:
        with duckdb.connect(str(path), config=_SETTINGS) as database:
            for name, columns in TABLES.items():
                _load(database, name, columns, rows[name])
            yield database
    except duckdb.Error as error:
        raise ConfigError(f"{path.parent.parent}: tables cannot be written: {str(error).splitlines()[0]}") from error


def _load(database: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, type], rows: Iterable[Row]) -> None:
    declared = ", ".join(f'"{name}" {_TYPES[type_]}' for name, type_ in columns.items())
    database.execute(f"CREATE TABLE {table} ({declared})")
    values = ", ".join(f"unnest(${number}::{_TYPES[type_]}[])" for number, type_ in enumerate(columns.values(), 1))
    database.begin()
    rows = iter(rows)
    while chunk := list(islice(rows, _CHUNK)):
        lists = [_column([row[name] for row in chunk], type_) for name, type_ in columns.items()]
        database.execute(f"INSERT INTO {table} SELECT {values}", lists)
    database.commit()


def _column(values: list[Value], type_: type) -> list[Value]:
    if type_ is str:
        return [_whole(value) if isinstance(value, str) else value for value in values]
    if type_ is float:  # integers of any size are among them
        return [float(value) if value is not None else None for value in values]
    return values


def _whole(text: str) -> str:
    """Return the text with U+FFFD for half surrogate pairs, which UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text

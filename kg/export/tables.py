"""Entities, facts and evidence as CSV tables (RFC 4180, UTF-8) that a spreadsheet opens without harm.

A text that a spreadsheet would run as a formula gets an apostrophe in front; so does one that begins with an
apostrophe, so that ``plain`` gives every text back as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from kg.errors import ConfigError
from kg.export.files import writing
from kg.export.values import ENTITY_COLUMNS, FACT_COLUMNS, Value, entity_values, fact_values
from kg.graph import Graph
from kg.model import Fact
from kg.schema import Schema

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_FULL_WIDTH = ("＝", "＋", "－", "＠")
_EVIDENCE = ("fact", "claim", "number", "quote", "document", "path", "article", "article_number", "start", "end",
             "line", "column", "reader", "score")  # fmt: skip


def guarded(text: str) -> str:
    """Return the text as a cell that no spreadsheet runs (OWASP, CSV injection; full-width signs for East Asian Excel).

    >>> guarded("=1+1"), guarded("兴业银行")
    ("'=1+1", '兴业银行')
    """
    return f"'{text}" if text.startswith(_DANGEROUS + _FULL_WIDTH) else text


def plain(cell: str) -> str:
    """Return the text of a cell that ``guarded`` made."""
    return cell.removeprefix("'")


def write_tables(graph: Graph, folder: str | Path, *, schema: Schema, bom: bool = False) -> None:
    """Write entities.csv, facts.csv and evidence.csv into the folder, which is made if missing.

    ``bom`` puts a byte-order mark in front, by which Excel knows UTF-8. Planned and denied facts are in, and say so.
    """
    root = Path(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{root}: cannot be made: {error.strerror}; give another folder") from error
    ends = ("subject", "subject_name", "object", "object_name")
    _write(root / "entities.csv", ("id", *ENTITY_COLUMNS), _entities(graph, schema), bom)
    _write(root / "facts.csv", (*ends, *FACT_COLUMNS), _facts(graph, schema), bom)
    _write(root / "evidence.csv", _EVIDENCE, (row for fact in graph.facts for row in _evidence(graph, fact)), bom)


def _entities(graph: Graph, schema: Schema) -> Iterator[list[Value]]:
    for entity in graph.entities.values():
        yield [entity.id, *entity_values(graph, entity, schema).values()]


def _facts(graph: Graph, schema: Schema) -> Iterator[list[Value]]:
    for fact in graph.facts:
        name = graph.entities[fact.object].name if fact.object is not None else None
        ends = [fact.subject, graph.entities[fact.subject].name, fact.object, name]
        yield [*ends, *fact_values(graph, fact, schema).values()]


def _evidence(graph: Graph, fact: Fact) -> Iterator[list[Value]]:
    for claim in fact.claims:
        for number, evidence in enumerate(claim.evidence, start=1):
            source, place = graph.source(evidence), graph.place(evidence)
            at = (place.line, place.column) if place else (None, None)
            yield [
                fact.id, claim.id, number, evidence.quote, source.document, source.path, source.title, source.number,
                evidence.span.start, evidence.span.end, *at, claim.reader, claim.score,
            ]  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]], bom: bool) -> None:
    with writing(path) as write:
        if bom:
            write("\ufeff")
        line = _csv_lines()
        write(line(header))
        for row in rows:
            write(line(row))


def _csv_lines() -> Callable[[Sequence[Value]], str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)

    def line(row: Sequence[Value]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        return buffer.getvalue()

    return line

"""Entities, facts and evidence as CSV tables (RFC 4180, UTF-8) that a spreadsheet opens without harm.

A text that a spreadsheet would run as a formula gets an apostrophe in front; so does one that begins with an
apostrophe, so that ``plain`` gives every text back as it was.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from kg.export.files import make_folder, writing
from kg.export.rows import ENTITY_ROW, EVIDENCE_ROW, FACT_ROW, Row, entity_rows, evidence_rows, fact_rows
from kg.schema import Schema
from kg.spooling import GraphView

_DANGEROUS = frozenset("=+-@\t\r\n'＝＋－＠")


def guarded(text: str) -> str:
    """Return the text as a cell that no spreadsheet runs (OWASP, CSV injection; full-width signs for East Asian Excel).

    >>> guarded("=1+1"), guarded("兴业银行")
    ("'=1+1", '兴业银行')
    """
    return f"'{text}" if text[:1] in _DANGEROUS else text


def plain(cell: str) -> str:
    """Return the text of a cell that ``guarded`` made."""
    return cell.removeprefix("'")


def write_tables(graph: GraphView, folder: str | Path, *, schema: Schema, bom: bool = False) -> None:
    """Write entities.csv, facts.csv and evidence.csv into the folder, which is made if missing.

    ``bom`` puts a byte-order mark in front, by which Excel knows UTF-8. Planned and denied facts are in, and say so.
    """
    root = make_folder(folder)
    _write(root / "entities.csv", ENTITY_ROW, entity_rows(graph, schema=schema), bom)
    _write(root / "facts.csv", FACT_ROW, fact_rows(graph, schema=schema), bom)
    _write(root / "evidence.csv", EVIDENCE_ROW, evidence_rows(graph), bom)


def _write(path: Path, columns: Iterable[str], rows: Iterable[Row], bom: bool) -> None:
    header = tuple(columns)
    with writing(path) as write:
        if bom:
            write("\ufeff")
        writer = csv.writer(SimpleNamespace(write=write))
        writer.writerow(header)
        for row in rows:
            cells = [row[name] for name in header]
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])

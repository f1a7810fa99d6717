"""The answers to queries in the forms that W3C gives them, as a table that a spreadsheet opens, and as plain values.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV; RDF 1.2 triple terms are written as the engine writes them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from kg.export.quads import XSD, Iri, Literal
from kg.export.tables import guarded
from kg.sparql.engine import Row, Triple, Value

Write = Callable[[str], object]
Plain = str | int | float | bool | None

ROW_FORMATS = ("json", "xml", "csv", "tsv")
"""The formats of a SELECT's and an ASK's answer."""

_STRING = f"{XSD}string"
_WHOLE = frozenset(f"{XSD}{name}" for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))
_REAL = frozenset(f"{XSD}{name}" for name in ("decimal", "double", "float"))
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_XML = "http://www.w3.org/2005/sparql-results#"
_XML_START = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_rows(write: Write, variables: Sequence[str], rows: Iterable[Row], format_: str) -> None:
    """Write a SELECT's answer in one of ROW_FORMATS, row by row."""
    {"json": _write_json, "xml": _write_xml, "csv": _write_csv, "tsv": _write_tsv}[format_](write, variables, rows)


def boolean(answer: bool, format_: str) -> str:
    """Return an ASK's answer; CSV and TSV, which have no form for it, get the bare word."""
    word = "true" if answer else "false"
    if format_ == "json":
        return f'{{"head":{{}},"boolean":{word}}}'
    if format_ == "xml":
        return f'{_XML_START}<sparql xmlns="{_XML}"><head/><boolean>{word}</boolean></sparql>\n'
    return word + ("\r\n" if format_ == "csv" else "\n")


def write_cells(write: Write, variables: Sequence[str], rows: Iterable[Row], prefixes: Mapping[str, str]) -> None:
    """Write a SELECT's answer as a table for spreadsheets: short names, and no cell that one would run as a formula."""
    line = _csv_lines()
    write(line([guarded(name) for name in variables]))
    for row in rows:
        cells = (plain_value(value, prefixes) for value in row)
        write(line([guarded(cell) if isinstance(cell, str) else cell for cell in cells]))


def plain_value(value: Value | None, prefixes: Mapping[str, str]) -> Plain:
    """Return a number, a boolean or a text: of a literal what it says, of an address its short name."""
    if value is None:
        return None
    if not isinstance(value, Literal):
        return short_name(value.value, prefixes) if isinstance(value, Iri) else str(value)
    type_, text = value.datatype.value, value.value
    if type_ in _WHOLE and re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
        return int(text)
    if type_ in _REAL and _NUMBER.fullmatch(text):
        return float(text)
    if type_ == f"{XSD}boolean" and text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    return text


def short_name(address: str, prefixes: Mapping[str, str]) -> str:
    """Return the address with the longest prefix that it begins with, or itself.

    >>> short_name("https://schema.org/name", {"schema": "https://schema.org/"})
    'schema:name'
    """
    found = max(
        ((space, prefix) for prefix, space in prefixes.items() if address.startswith(space)),
        key=lambda pair: (len(pair[0]), pair[1]), default=None,
    )  # fmt: skip
    return address if found is None else f"{found[1]}:{address.removeprefix(found[0])}"


# --- the forms of W3C -----------------------------------------------------------------------------------------------


def _write_json(write: Write, variables: Sequence[str], rows: Iterable[Row]) -> None:
    write(f'{{"head":{{"vars":{_json(list(variables))}}},"results":{{"bindings":[')
    for number, row in enumerate(rows):
        bound = {name: _json_term(value) for name, value in zip(variables, row, strict=True) if value is not None}
        write((",\n" if number else "\n") + _json(bound))
    write("\n]}}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _json_term(value: Value) -> dict[str, Any]:
    if isinstance(value, Literal):
        if value.language is not None:
            return {"type": "literal", "value": value.value, "xml:lang": value.language}
        type_ = value.datatype.value
        typed = {} if type_ == _STRING else {"datatype": type_}
        return {"type": "literal", "value": value.value, **typed}
    if isinstance(value, Iri):
        return {"type": "uri", "value": value.value}
    if isinstance(value, Triple):
        parts = {"subject": value.subject, "predicate": value.predicate, "object": value.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    return {"type": "bnode", "value": value.value}


def _write_xml(write: Write, variables: Sequence[str], rows: Iterable[Row]) -> None:
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in variables)
    write(f'{_XML_START}<sparql xmlns="{_XML}"><head>{head}</head><results>\n')
    for row in rows:
        bound = (
            f"<binding name={quoteattr(name)}>{_xml_term(value)}</binding>"
            for name, value in zip(variables, row, strict=True)
            if value is not None
        )
        write(f"<result>{''.join(bound)}</result>\n")
    write("</results></sparql>\n")


def _xml_term(value: Value) -> str:
    if isinstance(value, Literal):
        type_ = value.datatype.value
        typed = "" if type_ == _STRING else f" datatype={quoteattr(type_)}"
        attribute = f" xml:lang={quoteattr(value.language)}" if value.language is not None else typed
        return f"<literal{attribute}>{_xml(value.value)}</literal>"
    if isinstance(value, Iri):
        return f"<uri>{_xml(value.value)}</uri>"
    if isinstance(value, Triple):
        parts = {"subject": value.subject, "predicate": value.predicate, "object": value.object}
        return f"<triple>{''.join(f'<{name}>{_xml_term(part)}</{name}>' for name, part in parts.items())}</triple>"
    return f"<bnode>{_xml(value.value)}</bnode>"


def _xml(text: str) -> str:
    """Escape a text; what XML cannot hold at all becomes U+FFFD, and line ends stay what they are."""
    return escape(_NOT_IN_XML.sub("\ufffd", text), {"\r": "&#13;"})


def _write_csv(write: Write, variables: Sequence[str], rows: Iterable[Row]) -> None:
    line = _csv_lines()
    write(line(variables))
    for row in rows:
        write(line([_csv_term(value) for value in row]))


def _csv_term(value: Value | None) -> str:
    if value is None:
        return ""
    return value.value if isinstance(value, Literal | Iri) else str(value)


def _csv_lines() -> Callable[[Sequence[object]], str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)

    def line(row: Sequence[object]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(row)
        return buffer.getvalue()

    return line


def _write_tsv(write: Write, variables: Sequence[str], rows: Iterable[Row]) -> None:
    write("\t".join(f"?{name}" for name in variables) + "\n")
    for row in rows:
        write("\t".join(map(_tsv_term, row)) + "\n")


def _tsv_term(value: Value | None) -> str:
    """Return the term as Turtle has it: N-Triples' form, and whole numbers and decimals bare."""
    if value is None:
        return ""
    if isinstance(value, Literal):
        type_ = value.datatype.value
        if (type_ == f"{XSD}integer" and re.fullmatch(r"[+-]?\d+", value.value, re.ASCII)) or (
            type_ == f"{XSD}decimal" and re.fullmatch(r"[+-]?\d*\.\d+", value.value, re.ASCII)
        ):
            return value.value
    return str(value).replace("\t", "\\t")


def counted(rows: Iterable[Row], most: int, exceeded: Callable[[], Exception]) -> Iterator[Row]:
    """Yield the rows, and raise what ``exceeded`` makes when there are more than ``most``."""
    for number, row in enumerate(rows, start=1):
        if number > most:
            raise exceeded()
        yield row

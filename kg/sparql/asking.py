"""Questions to a store: a query or a named question in, rows, a yes or no, or triples out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigError
from kg.export.files import Target, opened, writing
from kg.export.iris import DEFAULT_BASE
from kg.sparql import engine
from kg.sparql.index import Tell, open_index
from kg.sparql.questions import Select, fill_in, find_question
from kg.sparql.results import ROW_FORMATS, Plain, boolean, plain_value, write_cells, write_rows
from kg.sparql.tokens import declared, refuse_services

ANSWER_FORMATS = ("csv", *(name for name in ROW_FORMATS if name != "csv"), *engine.GRAPH_FORMATS)
"""What an answer can be written as: tables for SELECT and ASK, RDF for CONSTRUCT and DESCRIBE."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answers, for one pass; ``query`` is what was asked, with all that was filled in.

    There are the ``rows`` of a SELECT (None where a variable is unbound), the ``triples`` of a CONSTRUCT or DESCRIBE,
    or the ``boolean`` of an ASK.
    """

    query: str
    variables: tuple[str, ...]
    rows: Iterator[engine.Row]
    triples: Iterator[engine.Triple] | None
    boolean: bool | None
    prefixes: Mapping[str, str]

    def records(self) -> Iterator[dict[str, Plain]]:
        """Yield the rows as plain values by variable, for data frames: numbers, texts, short names of addresses."""
        for row in self.rows:
            yield {name: plain_value(value, self.prefixes) for name, value in zip(self.variables, row, strict=True)}

    def standalone(self) -> str:
        """Return the query with the prefixes that it uses, as any other SPARQL engine takes it."""
        return declared(self.query, self.prefixes)

    def write(self, target: Target, format: str) -> None:  # noqa: A002
        """Write the answer in one of ANSWER_FORMATS; ``csv`` is for spreadsheets, with short names and safe cells.

        Raises ConfigError where the format does not fit the kind of answer.
        """
        fits = tuple(engine.GRAPH_FORMATS) if self.triples is not None else ROW_FORMATS
        if format not in fits:
            kind = "triples" if self.triples is not None else "a table"
            raise ConfigError(f"the answer is {kind} and cannot be written as {format}; formats: {', '.join(fits)}")
        if self.triples is not None:
            with opened(target) as file:
                engine.write_triples(self.triples, file, format, self.prefixes)
            return
        with writing(target) as write:
            if self.boolean is not None:
                write(boolean(self.boolean, format))
            elif format == "csv":
                write_cells(write, self.variables, self.rows, self.prefixes)
            else:
                write_rows(write, self.variables, self.rows, format)


def query(
    store: str | Path,
    question: str,
    parameters: Mapping[str, str] | None = None,
    *,
    schema: str | Path | None = None,
    base: str = DEFAULT_BASE,
    tell: Tell | None = None,
) -> Answer:
    """Put a query, or the named question of that name with its parameters, to the graph of a store.

    ``question`` is SPARQL where it is no bare name; the prefixes of the exports need not be declared. The index is
    built when it is first asked (kg.sparql.index). Raises InputError where it is no SPARQL or a value fits nothing.
    """
    index = open_index(store, schema=schema, base=base, tell=tell)
    opened_ = engine.open_folder(index.folder)
    if not re.fullmatch(r"[\w-]+", question):
        if parameters:
            raise ConfigError(f"only named questions take parameters, not {', '.join(parameters)}")
        text = question
    else:
        text = fill_in(find_question(question), parameters or {}, index.iris, index.schema, lookup(opened_))
    refuse_services(text)
    found = engine.ask(opened_, text, prefixes=index.prefixes)
    rows = found.rows if isinstance(found, engine.Rows) else iter(())
    return Answer(
        query=text,
        variables=found.variables if isinstance(found, engine.Rows) else (),
        rows=rows,
        triples=found.triples if isinstance(found, engine.Triples) else None,
        boolean=found if isinstance(found, bool) else None,
        prefixes=index.prefixes,
    )


def lookup(opened_: engine.Engine) -> Select:
    """Return the function by which named questions find what their parameters name."""

    def select(text: str) -> list[tuple[str, ...]]:
        found = engine.ask(opened_, text, prefixes={})
        rows = found.rows if isinstance(found, engine.Rows) else iter(())
        return [tuple(str(plain_value(value, {})) for value in row) for row in rows]

    return select

"""``kg query``: SPARQL and named questions to a store."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import BASE, SCHEMA
from kg.cli.screen import complain, show_table

if TYPE_CHECKING:
    from kg.sparql.asking import Answer
    from kg.sparql.questions import Question

_SUFFIXES = {".csv": "csv", ".json": "json", ".xml": "xml", ".tsv": "tsv", ".ttl": "turtle", ".nt": "ntriples",
             ".rdf": "rdfxml", ".jsonld": "jsonld"}  # fmt: skip
_FORMATS = ("table", *_SUFFIXES.values())


class _Query(click.Command):
    """Gives help on a named question too: ``kg query STORE who-finances --help``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if {"-h", "--help"} & set(args):
            from kg import api

            names = {question.name: question for question in api.list_questions()}
            for arg in args:
                if arg in names:
                    _explain(names[arg])
                    ctx.exit()
        return super().parse_args(ctx, args)


@click.command(cls=_Query, context_settings={"ignore_unknown_options": True})
@click.argument("store", type=click.Path(path_type=Path), required=False)
@click.argument("question", required=False, metavar="QUERY.rq|NAME")
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
@click.option("--list", "listing", is_flag=True, help="List the named questions.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="Form of the answer; a table on the screen.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT", help="Write to a file, by its suffix.")
@click.option("--rows", type=click.IntRange(min=1), default=200, show_default=True, help="Rows of the table shown.")
@click.option("--print", "printing", is_flag=True, help="Print the query that is asked, with its prefixes.")
@BASE
@SCHEMA
def query(
    store: Path | None,
    question: str | None,
    parameters: tuple[str, ...],
    listing: bool,
    format_: str | None,
    out: Path | None,
    rows: int,
    printing: bool,
    base: str | None,
    schema: Path | None,
) -> None:
    """Ask STORE in SPARQL: a query in a file (- is standard input), or a named question with its parameters.

    The prefixes of the exports (kg:, organization:, region:, rdfs:, schema:, ...) need not be declared. The first
    question to a store builds an index beside it; later ones are answered at once, until the store changes.

    \b
    Examples:
      kg query --list
      kg query who-finances --help
      kg query out/graph.sqlite who-finances --region 350000
      kg query out/graph.sqlite evidence --subject 海岚银行 --object 云织鞋服有限公司 -o evidence.csv
      kg query out/graph.sqlite my.rq --format json
      echo 'SELECT * { ?a kg:supplies ?b }' | kg query out/graph.sqlite -
    """
    from kg import api

    if listing:
        show_table(((one.name, _usage(one), one.title) for one in api.list_questions()), columns=("name", "", "asks"))
        return
    if store is None or question is None:
        raise click.UsageError("give STORE and a query; kg query --list lists the named questions")
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # Ctrl-C ends the engine too, which would not hear of it before its end
    asked, given = _question(question), _parameters(parameters)
    settings = {"base": base} if base is not None else {}
    answer = api.query(store, asked, given, schema=schema, tell=lambda line: complain([line]), **settings)
    if printing:
        click.echo(answer.standalone(), nl=False)
        return
    if out is not None:
        format_ = format_ or _SUFFIXES.get(out.suffix.lower())
        if format_ in (None, "table"):
            raise click.UsageError(f"{out}: give a --format, or one of the suffixes {', '.join(_SUFFIXES)}")
        answer.write(out, format_)
        click.echo(f"written: {out}", err=True)
    elif format_ not in (None, "table"):
        answer.write(sys.stdout.buffer, format_)
    else:
        _show(answer, rows)


def _question(question: str) -> str:
    """Return the text of a query's file, or a question's name."""
    from kg.errors import InputError

    if question != "-" and not question.endswith(".rq") and not Path(question).is_file():
        return question
    try:
        text = sys.stdin.read() if question == "-" else Path(question).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{question}: cannot be read: {error.strerror}; give a file with a query") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{question}: not UTF-8; save it so") from error
    return f"{text.rstrip()}\n"  # white space at the end: a query, not a name


def _parameters(words: Sequence[str]) -> dict[str, str]:
    """Return ``--region 350000`` and ``--region=350000`` as a mapping; raises UsageError for anything else."""
    given: dict[str, str] = {}
    left = iter(words)
    for word in left:
        if not word.startswith("--") or len(word) == 2:
            raise click.UsageError(f"{word}: parameters are given as --name value")
        name, equals, value = word[2:].partition("=")
        if not equals:
            try:
                value = next(left)
            except StopIteration:
                raise click.UsageError(f"{word} needs a value") from None
        if name in given:
            raise click.UsageError(f"--{name} is given twice")
        given[name] = value
    return given


def _show(answer: Answer, most: int) -> None:
    if answer.boolean is not None:
        click.echo("yes" if answer.boolean else "no")
        return
    if answer.triples is not None:
        answer.write(sys.stdout.buffer, "turtle")
        return
    records = answer.records()
    shown = [list(record.values()) for record in islice(records, most)]
    left = sum(1 for _ in records)
    show_table((["" if cell is None else cell for cell in row] for row in shown), columns=answer.variables)
    if left:
        complain([f"{left:,} more rows; --rows shows more, --format csv gives all"])
    elif not shown:
        complain(["no rows"])


def _usage(question: Question) -> str:
    words = (f"--{one.name} {one.type.upper()}" for one in question.parameters)
    return " ".join(
        word if one.default is None and not one.optional else f"[{word}]"
        for word, one in zip(words, question.parameters, strict=True)
    )


def _explain(question: Question) -> None:
    click.echo(f"kg query STORE {question.name} {_usage(question)}\n\n{question.title}\n{question.zh}\n")
    if question.about:
        click.echo(f"{question.about}\n")
    for one in question.parameters:
        how = "optional" if one.optional else "required" if one.default is None else f"default {one.default}"
        click.echo(f"  --{one.name} ({one.type}, {how}): {one.about}")
    click.echo(f"\nExample:\n  kg query out/graph.sqlite {' '.join((question.name, *question.example))}")

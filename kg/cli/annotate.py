"""``kg annotate``: texts in, annotated documents out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import reading_options
from kg.cli.screen import complain, progress_bar, tally_lines


@click.command()
@click.argument("source", metavar="IN.jsonl")
@click.option("-o", "--out", required=True, metavar="OUT.jsonl", help="File to write; - for standard output.")
@reading_options
def annotate(source: str, out: str, schema: Path | None, pipeline: str, jobs: int | None) -> None:
    """Annotate texts with names, entities and facts.

    A line of IN.jsonl is {"id", "text", "title"?, "date"?}; - reads standard input. OUT.jsonl holds a line for each, in
    the same order: {"id", "mentions", "entities", "facts"}, with offsets in code points of the text.

    \b
    Example:
      kg annotate articles.jsonl -o annotated.jsonl
    """
    from kg import api

    with progress_bar("annotating", unit="bytes") as progress:
        summary = api.annotate(source, out, schema=schema, pipeline=pipeline, jobs=jobs, progress=progress)
    complain(f"skipped: {problem}" for problem in summary.problems)
    complain(tally_lines(summary.tallies))
    click.echo(f"{summary.annotated} of {summary.given} texts annotated in {summary.seconds:.1f} s", err=True)
    if summary.problems:
        sys.exit(1)

"""``kg check``: does a graph keep its contract."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import SCHEMA
from kg.cli.quotes import add_line
from kg.cli.screen import console, progress_bar, show_table

if TYPE_CHECKING:
    from kg.check.findings import CheckResult, Finding, Words

_STYLES = {"violation": "bold red", "warning": "yellow", "info": "dim"}


@click.command()
@click.argument("source", metavar="STORE|FILE", type=click.Path(path_type=Path))
@click.option(
    "-n", "shown", type=click.IntRange(min=0), default=10, show_default=True, help="Nodes shown of each rule."
)
@click.option("--all", "everything", is_flag=True, help="Show all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@SCHEMA
def check(source: Path, shown: int, everything: bool, as_json: bool, schema: Path | None) -> None:
    """Check the graph of STORE, or of an RDF file, against the schema.

    SHACL shapes look at each node: types, required properties, IRIs, codes, sums, offsets. SPARQL queries look at what
    takes several: a triple that no fact states, a plan that stands as done, a region in itself, a post with two
    holders on one day, a part that exceeds its whole, a quote that is not in its article.

    A violation breaks what the graph promises (exit code 1); a warning is for an editor to look at; an info says what
    is not known. With each stands the sentence behind it. FILE is .ttl, .nt, .trig, .nq, .rdf or .jsonld.

    \b
    Examples:
      kg check out/graph.sqlite
      kg check graph.trig --all
    """
    from kg import api

    with progress_bar("checking", unit="nodes") as progress:
        result = api.check_graph(source, schema=schema, progress=progress)
    if as_json:
        click.echo(json.dumps(_to_json(result), ensure_ascii=False, indent=1))
    else:
        _show(result, None if everything else shown)
    if result.counts["violation"]:
        sys.exit(1)


def _show(result: CheckResult, shown: int | None) -> None:
    from rich.text import Text

    out = Text()
    for _, group in groupby(result.findings, key=lambda one: (one.severity, one.rule)):
        for line in _render(list(group), shown):
            add_line(out, *line)
        out.append("\n")
    console().print(out, end="")
    if result.findings:
        found = Counter((one.severity, one.rule) for one in result.findings)
        show_table([(*rule, count) for rule, count in found.items()], columns=("severity", "rule", "found"))
        click.echo()
    said = ", ".join(f"{count:,} {_plural(severity, count)}" for severity, count in result.counts.items())
    click.echo(
        f"{result.source}: {said}; {result.facts:,} facts, {result.triples:,} triples"
        f" checked by {result.shapes} shapes and {result.checks} queries"
    )


def _plural(severity: str, count: int) -> str:
    return severity if count == 1 else f"{severity}s"


def _render(found: list[Finding], shown: int | None) -> Iterator[list[tuple[str, str]]]:
    """Yield the lines on the findings of one rule, each as texts and their styles."""
    first = found[0]
    said = {one.message for one in found}
    title = f"  {first.message}" if len(said) == 1 else ""
    yield [(first.severity, _STYLES[first.severity]), (f"  {first.rule}", "bold"), (title, "")]
    for one in found[:shown]:
        value = f"  {one.value}" if one.value not in (None, "") else ""
        yield [(f"  {one.label if title else one.message}", "green"), (value, ""), (f"  {one.node}", "dim")]
        for words in one.words:
            yield [(f"    “{words.text}”", "italic")]
            yield [(f"    {_place(words)}", "dim")]
    if shown is not None and len(found) > shown:
        yield [(f"  and {len(found) - shown:,} more; --all shows them", "dim")]


def _place(words: Words) -> str:
    place = words.path or "place unknown"
    if words.line is not None:
        place += f":{words.line}" + (f":{words.column}" if words.column is not None else "")
    return place + (f"  《{words.headline}》" if words.headline else "")


def _to_json(result: CheckResult) -> dict[str, Any]:
    return {**asdict(result), "counts": dict(result.counts)}

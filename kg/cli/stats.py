"""``kg stats``: what a store holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli.audit import show_precision
from kg.cli.options import SCHEMA, STORE
from kg.cli.screen import clean, show_table


@click.command()
@STORE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--documents", is_flag=True, help="List the paths of the documents instead.")
@SCHEMA
def stats(store: Path, as_json: bool, documents: bool, schema: Path | None) -> None:
    """Show what STORE holds.

    These are its rows, entities per type, facts per predicate, what people said of its facts (`kg audit`), and what was
    skipped and why.

    \b
    Example:
      kg stats out/graph.sqlite
    """
    from kg import api

    if documents:
        for path in api.list_documents(store):
            click.echo(clean(path))
        return
    held = api.stats(store, schema=schema)
    if as_json:
        click.echo(json.dumps(held, ensure_ascii=False, indent=1))
        return
    for name in ("rows", "entities", "facts"):
        show_table(held[name].items(), columns=(name, ""))
        click.echo()
    if decisions := held["decisions"]:
        problems = [(one["line"], one["problem"]) for one in decisions if one["problem"]]
        show_table([("apply", len(decisions) - len(problems)), ("do not", len(problems))], columns=("decisions", ""))
        click.echo()
        if problems:
            show_table(problems, columns=("decision", "does not apply"))
            click.echo()
    if held["audit"]:
        show_precision(held["audit"])
        click.echo()
    left_out = [(f"claims left out: {reason}", count) for reason, count in held["claims_left_out"].items() if count]
    if left_out:
        show_table(left_out, columns=("", ""))
    if held["skipped"]:
        rows = [(row["where"], row["step"], row["message"]) for row in held["skipped"]]
        show_table(rows, columns=("skipped", "by", "why"))

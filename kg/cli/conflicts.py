"""``kg conflicts``: what does not go together."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import SCHEMA, STORE
from kg.cli.quotes import add_line, where
from kg.cli.screen import console, show_table

if TYPE_CHECKING:
    from rich.text import Text

    from kg.contradictions import Conflict

_NO_CONFLICT = ("succession", "plan and fact")


@click.command()
@STORE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@SCHEMA
def conflicts(store: Path, as_json: bool, schema: Path | None) -> None:
    """List the claims of STORE that contradict each other.

    Both sides are kept in the graph; here they stand with their quotes: a statistic with two values, a relation with
    two sums, a post held by two people, a fact that is also denied, a region in two others. Values are compared by
    what they mean: 500万元 and 0.05亿元 agree, and so do 超6亿元 and 6.2亿元. Figures that can hardly be right are
    there too: parts that exceed their whole, 万 taken for 亿. What follows them need be no contradiction: one person
    after another in a post, a plan told as done.

    \b
    Example:
      kg conflicts out/graph.sqlite
    """
    from kg import api

    found = api.conflicts(store, schema=schema)
    if as_json:
        click.echo(json.dumps([_to_json(one) for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        click.echo("no contradictions")
        return
    show_table(Counter(one.kind for one in found).items(), columns=("kind", "found"))
    click.echo()
    console().print(_render(found), end="")


def _render(found: Sequence[Conflict]) -> Text:
    from rich.text import Text

    out = Text()
    for number, conflict in enumerate(found):
        if number:
            out.append("\n")
        add_line(
            out, (f"{conflict.kind}  ", "dim"), (conflict.message, "bold" if conflict.kind not in _NO_CONFLICT else "")
        )
        for side in conflict.sides:
            add_line(out, (f"  {side.statement}", "green"), (f"  {side.fact.id}", "dim"))
            for quote in side.quotes:
                add_line(out, (f"    “{quote.text}”", "italic"))
                add_line(out, (f"    {where(quote)}", "dim"))
    return out


def _to_json(conflict: Conflict) -> dict[str, Any]:
    sides = [
        {
            "fact": side.fact.id,
            "claim": side.claim.id,
            "statement": side.statement,
            "quotes": [asdict(quote) for quote in side.quotes],
        }
        for side in conflict.sides
    ]
    return {"kind": conflict.kind, "message": conflict.message, "sides": sides}

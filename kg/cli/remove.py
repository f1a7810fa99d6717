"""``kg remove``: documents out of a graph."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import SCHEMA
from kg.cli.screen import clean


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("names", metavar="DOCUMENT...", nargs=-1, required=True)
@SCHEMA
def remove(out: Path, names: tuple[str, ...], schema: Path | None) -> None:
    """Remove documents from the graph in the folder OUT, and write it anew.

    DOCUMENT is a path as kg stats --documents lists it, a file of JSON lines with all of its lines, or a pattern.

    \b
    Examples:
      kg remove out page.txt
      kg remove out '2024-05-*/*.txt'
    """
    from kg import api

    for path in api.remove(out, names, schema=schema):
        click.echo(f"removed: {clean(path)}")

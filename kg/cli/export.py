"""``kg export``: a store's graph as files for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import BASE, SCHEMA, STORE
from kg.cli.screen import complain


@click.command()
@STORE
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="File or folder.")
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Format; may be given several times.")
@BASE
@SCHEMA
def export(store: Path, out: Path, formats: tuple[str, ...], base: str | None, schema: Path | None) -> None:
    """Write the graph of STORE in other formats.

    FORMAT is gexf, graphml, json (node-link), turtle, ntriples, trig, nquads, rdfxml, jsonld, void (a description of
    the data set) or csv. Without it the suffix of OUT says which. For several formats, and for csv, OUT is a folder.

    \b
    Examples:
      kg export out/graph.sqlite -o graph.gexf
      kg export out/graph.sqlite -o files --format csv --format trig
      kg export out/graph.sqlite -o graph.ttl --base https://data.example.com/graph
    """
    from kg import api
    from kg.export.iris import DEFAULT_BASE

    written = api.export_graph(
        store, out, formats, schema=schema, base=base or DEFAULT_BASE, tell=lambda line: complain([line])
    )
    for path in written:
        click.echo(f"written: {path}", err=True)

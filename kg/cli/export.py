"""``kg export``: a store's graph as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import BASE, SCHEMA, STORE, condition_options
from kg.cli.screen import complain

if TYPE_CHECKING:
    from kg.graph import Conditions

_VIEWS = ("entity", "fact", "simple", "reified", "dynamic")
_LAYOUTS = ("sunflower", "force", "none")


@click.command()
@STORE
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="File or folder.")
@click.option("--format", "formats", multiple=True, metavar="FORMAT", help="Format; may be given several times.")
@click.option("--view", type=click.Choice(_VIEWS), default="entity", show_default=True, help="What networks show.")
@click.option(
    "--layout", type=click.Choice(_LAYOUTS), default="sunflower", show_default=True, help="Where nodes stand."
)
@click.option("--bom", is_flag=True, help="Mark CSV as UTF-8 for Excel, with a byte-order mark.")
@condition_options
@BASE
@SCHEMA
def export(
    store: Path,
    out: Path,
    formats: tuple[str, ...],
    view: str,
    layout: str,
    bom: bool,
    conditions: Conditions,
    base: str | None,
    schema: Path | None,
) -> None:
    """Write the graph of STORE, or a part of it, in other formats.

    FORMAT is a network: gexf, graphml, json (node-link), graphology; RDF: turtle, ntriples, trig, nquads, rdfxml,
    jsonld, void (a description of the data set); or tables: csv, parquet, duckdb, neo4j. Without it the suffix of OUT
    says which. For several formats, and for csv, parquet and neo4j, OUT is a folder.

    Views of a network: entity draws one edge for each subject, predicate and object, fact one for each fact, simple
    one for each pair; in reified facts and documents are nodes too; dynamic gives edges their days. The layout force
    needs the extra layout.

    \b
    Examples:
      kg export out/graph.sqlite -o graph.gexf
      kg export out/graph.sqlite -o files --format csv --format trig
      kg export out/graph.sqlite -o fujian.gexf --region 350000 --since 2024-01-01 --planned
      kg export out/graph.sqlite -o banks.gexf --predicate grantsCredit --predicate lendsTo --layout force
      kg export out/graph.sqlite -o graph.ttl --base https://data.example.com/graph
    """
    from kg import api
    from kg.export.iris import DEFAULT_BASE

    written = api.export_graph(
        store, out, formats, schema=schema, base=base or DEFAULT_BASE, view=view, layout=layout,
        bom=bom, tell=lambda line: complain([line]), **conditions,
    )  # fmt: skip
    for path in written:
        click.echo(f"written: {path}", err=True)

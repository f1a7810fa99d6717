"""``kg serve``: a store's graph as a SPARQL endpoint on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import BASE, SCHEMA, STORE
from kg.cli.screen import complain


@click.command()
@STORE
@click.option(
    "--port", type=click.IntRange(0, 65535), default=7878, show_default=True, help="Port; 0 takes a free one."
)
@click.option("--seconds", type=click.IntRange(min=1), default=30, show_default=True, help="Most time for a query.")
@click.option("--rows", type=click.IntRange(min=1), default=100_000, show_default=True, help="Most rows of an answer.")
@click.option("--memory", type=click.IntRange(min=64), default=1024, show_default=True, help="Most MB for a query.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Queries answered at once.")
@click.option("--cors", "origins", multiple=True, metavar="ORIGIN", help="Let web pages of that origin ask.")
@BASE
@SCHEMA
def serve(
    store: Path,
    port: int,
    seconds: int,
    rows: int,
    memory: int,
    workers: int,
    origins: tuple[str, ...],
    base: str | None,
    schema: Path | None,
) -> None:
    """Serve the graph of STORE on this machine (127.0.0.1) until Ctrl-C.

    There is a SPARQL 1.1 endpoint at /sparql, for queries only, and a page to write queries on at /. A query that takes
    too long or too much is ended; the server goes on. When the store changes, the new graph is served.

    \b
    Examples:
      kg serve out/graph.sqlite
      curl 'http://127.0.0.1:7878/sparql' --data-urlencode 'query=SELECT * { ?a kg:supplies ?b }' -H 'Accept: text/csv'
    """
    from kg import api

    settings = {"base": base} if base is not None else {}
    limits = api.Limits(seconds=seconds, rows=rows, memory=memory, workers=workers)
    api.serve(
        store, port=port, limits=limits, origins=origins, schema=schema, tell=lambda line: complain([line]), **settings
    )

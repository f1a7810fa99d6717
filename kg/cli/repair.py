"""``kg repair``: a broken page as whole articles."""

from __future__ import annotations

import click


@click.command()
@click.argument("page")
@click.option("-o", "--out", required=True, metavar="OUT.jsonl", help="File to write; - for standard output.")
def repair(page: str, out: str) -> None:
    """Repair a newspaper page into whole articles.

    PAGE is the text of the page as it came, a PDF, an HTML page or a .docx file. Its articles are written as JSON
    lines, each with its headline, byline, paragraphs, headings and captions, and with where every piece stood in the
    file; of a PDF also on which page and in which box.

    \b
    Example:
      kg repair page.txt -o articles.jsonl
    """
    from kg import api

    count = api.repair_page(page, out)
    click.echo(f"{count} article{'s' if count != 1 else ''} written to {out}", err=True)

"""``kg docbin``: a store or annotated texts as documents of spaCy."""

from __future__ import annotations

import sys

import click

from kg.cli.options import SCHEMA
from kg.cli.screen import complain


@click.command()
@click.argument("source", metavar="IN")
@click.option("-o", "--out", required=True, metavar="OUT", help="File (.spacy) to write, or a folder for many.")
@click.option("--held-out", metavar="DEV", help="Every fifth text, by its id, goes there instead.")
@click.option("--texts", metavar="FILE.jsonl", help="The texts, where the lines of IN have none.")
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="Only names of this type are entities; several times."
)
@click.option(
    "--segmenter", default="char", show_default=True, metavar="NAME", help="What tokens are: char, or words by jieba."
)
@SCHEMA
def docbin(
    source: str,
    out: str,
    held_out: str | None,
    texts: str | None,
    types: tuple[str, ...],
    segmenter: str,
    schema: str | None,
) -> None:
    """Write a store, or annotated texts, as DocBin files of spaCy.

    IN is a store, or JSON lines (.jsonl) in the form of `kg annotate` or of GOLD of `kg eval`. Documents are what the
    spaCy component `kg` makes: entities with their ids, facts, groups; `spacy train` learns from them. Needs the extra
    spacy.

    \b
    Examples:
      kg docbin out/graph.sqlite -o articles.spacy
      kg docbin annotated.jsonl -o train.spacy --held-out dev.spacy --type Organization --type Person
    """
    from kg import api

    done = api.write_docbin(
        source, out, held_out=held_out, texts=texts, types=types, segmenter=segmenter, schema=schema
    )
    complain(f"skipped: {problem}" for problem in done.problems)
    said = f"{done.texts:,} texts" + (f", {done.held_out:,} held out" if held_out is not None else "")
    said += f": {done.names:,} names, {done.facts:,} facts"
    said += f"; {done.unaligned:,} names are cut by tokens and left open" if done.unaligned else ""
    said += (
        f"; open in the annotation: {done.open_names:,} names, {done.open_facts:,} facts"
        if done.open_facts + done.open_names
        else ""
    )
    click.echo(said, err=True)
    if done.problems:
        sys.exit(1)

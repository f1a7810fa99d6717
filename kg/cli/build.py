"""``kg build``: from newspaper pages to a graph."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import reading_options
from kg.cli.screen import complain, progress_bar, show_table, tally_lines

if TYPE_CHECKING:
    from kg.api import BuildSummary

_NONE = "none"
"""What stands for no format at all."""


@click.command()
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), metavar="OUT", help="Folder for the graph."
)
@click.option("--publication", metavar="NAME", help="The newspaper that the inputs are from.")
@click.option("--date", metavar="YYYY-MM-DD", help="When it appeared; dates such as 去年 are counted from it.")
@click.option("--page", metavar="PAGE", help="The page of the paper.")
@click.option(
    "--pattern",
    metavar="REGEX",
    help="Reads these from paths, by groups of these names: '(?P<date>\\d{8})-(?P<page>\\d+)'.",
)
@click.option(
    "--decisions", type=click.Path(path_type=Path), metavar="FILE",
    help="What people decided (kg decide, kg review); without it what the last build was given holds.",
)  # fmt: skip
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    help="What to write beside the store, as kg export names it; several times; none for the store alone."
    "  [default: gexf graphml turtle csv]",
)
@click.option("--anew", is_flag=True, help="Begin from nothing: what OUT holds is replaced.")
@click.option("--prune", is_flag=True, help="Drop the documents that are not among the inputs.")
@reading_options
def build(
    inputs: tuple[str, ...],
    out: Path,
    publication: str | None,
    date: str | None,
    page: str | None,
    pattern: str | None,
    decisions: Path | None,
    formats: tuple[str, ...],
    anew: bool,
    prune: bool,
    schema: Path | None,
    pipeline: str,
    jobs: int | None,
) -> None:
    """Build the graph of files and folders.

    INPUT is a newspaper page or an article (.txt), articles a line (.jsonl), a folder of such files, or - for standard
    input. OUT gets graph.sqlite, graph.gexf and graph.graphml (for Gephi), graph.ttl (RDF), and entities.csv, facts.csv
    and evidence.csv.

    Where OUT holds a graph the inputs are added to it: what was read already is not read again, changed files replace
    what they were. Until all is done OUT stays as it was; a build that was stopped goes on where it was.

    \b
    Examples:
      kg build pages/ -o out --publication 经济日报
      kg build pages/ -o out --prune          (files that are gone from pages/ go from the graph)
      kg build pages/ -o out --format none    (the store alone: quicker to add a few pages to many)
    """
    from kg import api

    wanted = _formats(formats)
    try:
        with progress_bar("reading") as progress:
            summary = api.build(
                inputs, out, publication=publication, date=date, page=page, pattern=pattern, schema=schema,
                pipeline=pipeline, jobs=jobs, decisions=decisions, anew=anew, prune=prune, progress=progress,
                formats=wanted,
            )  # fmt: skip
    except KeyboardInterrupt:
        complain([f"stopped; {out} is as it was. What was read is kept: run the same command to go on"])
        sys.exit(1)
    _show_summary(summary, out, exported=bool(wanted))
    complain(tally_lines(summary.tallies))
    complain(f"skipped: {api.describe_skipped(skipped)}" for skipped in summary.skipped)
    complain(f"set aside: {api.describe_failure(failure)}" for failure in summary.failures)
    complain(f"does not apply: {api.describe_unapplied(one)}" for one in summary.decided.unapplied)
    if summary.failures or summary.missed:
        sys.exit(1)


def _formats(asked: tuple[str, ...]) -> tuple[str, ...]:
    from kg import api

    if _NONE in asked and len(asked) > 1:
        raise click.UsageError(f"--format {_NONE} stands alone")
    return () if asked == (_NONE,) else asked or api.FORMATS_BUILT


def _show_summary(summary: BuildSummary, out: Path, *, exported: bool) -> None:
    for what, counts in (("entities", summary.entities), ("facts", summary.facts)):
        if exported:
            show_table([*counts.items(), ("all", sum(counts.values()))], columns=(what, ""))
            click.echo()
    rate = summary.characters / summary.reading_seconds
    changes = [("new", summary.new), ("changed", summary.changed), ("read again", summary.again),
               ("removed", summary.removed)]  # fmt: skip
    held = [("documents", summary.documents), ("mentions", summary.mentions), *(row for row in changes if row[1])]
    held += [("decisions that apply", summary.decided.applied)] if summary.decided.applied else []
    show_table(held, columns=("in the store", ""))
    click.echo()
    rows = [
        ("articles", summary.articles), ("characters", summary.characters),
        ("characters in no article", summary.unplaced),
        ("inputs skipped", len(summary.skipped)), ("articles set aside", len(summary.failures)),
    ]  # fmt: skip
    show_table(rows, columns=("read", ""))
    speed = f", {rate:,.0f} characters a second read" if summary.articles else ""
    click.echo(f"\n{out}: written in {summary.seconds:.1f} s{speed}")

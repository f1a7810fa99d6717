"""``kg compare``: what one pipeline finds that another does not, and which of the two is better."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import JOBS, SCHEMA
from kg.cli.quotes import add_line, read_by
from kg.cli.screen import complain, console, progress_bar, show_table, tally_lines

if TYPE_CHECKING:
    from rich.text import Text

    from kg.pipeline_comparison import Counted, Difference, PipelineComparison

_GROUPS = (
    ("mention", "A", "names that A alone finds"),
    ("mention", "B", "names that B alone finds"),
    ("fact", "A", "facts that A alone finds"),
    ("fact", "B", "facts that B alone finds"),
    ("fact", "both", "facts that both find, with other details"),
)
_RIGHT = {True: ("  right", "green"), False: ("  wrong", "red"), None: ("", "")}


@click.command()
@click.argument("pipeline_a", metavar="PIPELINE_A")
@click.argument("pipeline_b", metavar="PIPELINE_B")
@click.argument("source", metavar="INPUT")
@click.option("-n", "count", type=click.IntRange(min=0), default=5, show_default=True, help="Examples of each group.")
@click.option("--json", "out", metavar="FILE", help="Write all of it as JSON too; - for standard output, alone.")
@click.option(
    "--samples", type=click.IntRange(min=100), default=1000, show_default=True, help="Draws of texts for the intervals."
)
@SCHEMA
@JOBS
def compare(
    pipeline_a: str,
    pipeline_b: str,
    source: str,
    count: int,
    out: str | None,
    samples: int,
    schema: Path | None,
    jobs: int | None,
) -> None:
    """Show what PIPELINE_A finds in INPUT that PIPELINE_B does not, and the other way round.

    Pipelines are shipped names or files. INPUT is a file of JSON lines {"id", "text", "title"?, "date"?}, - for
    standard input, or any page or folder that `kg build` reads. Where a line is annotated too (mentions, entities,
    facts), both pipelines are scored against it as `kg eval` does; the interval of a difference holds 95 % of what
    other texts would show. A text on which a stage fails is set aside for both.

    \b
    Examples:
      kg compare default fast articles.jsonl
      kg compare default my-pipeline.toml gold.jsonl --json compared.json
    """
    from kg import api
    from kg.export.files import writing

    target = sys.stdout.buffer if out == "-" else out
    with nullcontext() if target is None else writing(target) as write:  # what cannot be written is said at once
        with progress_bar("reading", unit="bytes") as progress:
            found = api.compare(
                pipeline_a, pipeline_b, source, schema=schema, jobs=jobs, samples=samples, progress=progress
            )
        if write is not None:
            write(json.dumps(_as_json(found), ensure_ascii=False, indent=1) + "\n")
    if out != "-":
        _show(found, count)
    complain(f"set aside: {problem}" for problem in found.problems)
    for side, tallies in zip("AB", found.tallies, strict=True):
        complain(f"{side}: {line}" for line in tally_lines(tallies))
    given = found.texts + len(found.problems)
    complain([f"{found.texts:,} of {given:,} texts compared in {found.seconds:.1f} s"])
    if found.problems:
        sys.exit(1)


def _as_json(found: PipelineComparison) -> dict[str, Any]:
    """Return all of it but the time it took: the same texts and pipelines give the same bytes."""
    return {name: value for name, value in asdict(found).items() if name != "seconds"}


def _show(found: PipelineComparison, count: int) -> None:
    click.echo(f"A: {found.a}\nB: {found.b}\n")
    rows = [*_counts("mentions", found.mentions), *_counts("facts", found.facts)]
    columns = ["", "both", "A alone", "B alone", "other details"]
    if found.scored:
        columns += ["A alone right", "B alone right"]
    show_table([row[: len(columns)] for row in rows], columns=columns)
    if found.scored:
        click.echo(f"\nscored against the annotation of {found.scored:,} texts; 95 % interval of B's F1 less A's\n")
        show_table(
            [
                (row.name, row.a["p"], row.b["p"], row.a["r"], row.b["r"], row.a["f1"], row.b["f1"],
                 f"{row.difference:+.3f}", f"{row.low:+.3f} to {row.high:+.3f}")
                for row in found.scores
            ],
            columns=("", "precision A", "B", "recall A", "B", "F1 A", "B", "B − A", "interval"),
        )  # fmt: skip
    from rich.text import Text

    out = Text()
    for kind, side, title in _GROUPS:
        group = [one for one in found.differences if (one.kind, one.side) == (kind, side)]
        _add(out, title, group, count)
    console().print(out, end="")


def _counts(kind: str, counted: Mapping[str, Counted]) -> Iterable[tuple[object, ...]]:
    for name, one in counted.items():
        judged = [f"{right} of {said}" if said else "" for right, said in (one.right_a, one.right_b)]
        yield f"{kind}: {name}", one.both, one.only_a, one.only_b, one.other_details, *judged


def _add(out: Text, title: str, group: list[Difference], count: int) -> None:
    """Add the first of a group that has any."""
    if not group or not count:
        return
    out.append("\n")
    add_line(out, (f"{title} ({len(group):,}{f', the first {count}' if len(group) > count else ''})", "bold"))
    for one in group[:count]:
        said = f"{one.said} ({one.name})" if one.kind == "mention" else one.said
        add_line(out, (f"  {said}", ""), _RIGHT[one.right])
        if one.other is not None:
            add_line(out, (f"    B: {one.other}", ""))
        add_line(out, (f"    “{one.sentence}”", "italic"))
        found_by = f"found by {one.reader}" if one.kind == "mention" else read_by(one.reader, one.agreed)
        add_line(out, (f"    {one.text}  {found_by}, score {one.score:.2f}", "dim"))

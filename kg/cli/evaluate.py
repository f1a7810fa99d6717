"""``kg eval``: how good it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from kg.cli.options import reading_options
from kg.cli.screen import complain, progress_bar, show_table, tally_lines

_SHARES = {
    "subtype_accuracy": "subtypes of matched mentions right",
    "grouping_b3_f1": "grouping of matched mentions, B-cubed F1",
    "short_names_linked": "short names put with their full name",
    "adcode_accuracy": "codes of regions right",
    "evidence_in_place": "evidence in the right sentence",
}
_REPAIRED = {
    "found": "articles found",
    "exact": "bodies exact",
    "title": "headline right",
    "byline": "byline right",
    "headings": "sub-headings right",
    "captions": "captions right",
}


@click.command("eval")
@click.argument("gold", metavar="GOLD.jsonl")
@click.argument("system", metavar="[SYSTEM.jsonl]", required=False)
@click.option("--repair", "of_repair", is_flag=True, help="Score the repair of the pages in GOLD instead.")
@click.option("--ner", metavar="MODEL.npz", help="Score a recognizer alone on the annotated texts in GOLD instead.")
@click.option("--labels", metavar="MAP", help="With --ner: what the labels in GOLD mean; a file, or `default`.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@reading_options
def evaluate(
    gold: str,
    system: str | None,
    of_repair: bool,
    ner: str | None,
    labels: str | None,
    as_json: bool,
    schema: Path | None,
    pipeline: str,
    jobs: int | None,
) -> None:
    """Score a pipeline against GOLD, or with --repair the repair of pages.

    The texts of GOLD are read with the pipeline and compared with their annotation, per type and predicate. SYSTEM, a
    file that `kg annotate` wrote for these texts, is scored instead if given.

    For --ner, GOLD is any corpus that `kg train` reads, MODEL what it wrote, or `recognizer`, the one that ships.

    For --repair, GOLD holds a page a line, {"page": its text or file, "articles": what `kg repair` should write}; an
    article may list "names" that must come out whole.

    \b
    Examples:
      kg eval gold.jsonl
      kg eval --ner recognizer corpus.jsonl
      kg eval --repair pages.jsonl
    """
    from kg import api

    if (ner is not None or of_repair) and (pipeline, jobs) != ("default", None):
        raise click.UsageError("--ner and --repair read no articles; leave --pipeline and -j out")
    if ner is not None:
        if of_repair or system is not None:
            raise click.UsageError("--ner scores a recognizer; leave SYSTEM and --repair out")
        _evaluate_recognizer(ner, gold, labels, schema, as_json)
        return
    if labels is not None:
        raise click.UsageError("--labels goes with --ner")
    if of_repair:
        if system is not None:
            raise click.UsageError("--repair repairs the pages itself; leave SYSTEM out")
        _evaluate_repair(gold, as_json)
        return
    with progress_bar("reading") as progress:
        result = api.evaluate(gold, system, schema=schema, pipeline=pipeline, jobs=jobs, progress=progress)
    complain(f"skipped: {problem}" for problem in result["problems"])
    complain(tally_lines(result["tallies"]))
    if result["missing"]:
        complain([f"{len(result['missing'])} documents have no annotation: {', '.join(map(str, result['missing']))}"])
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
        return
    click.echo(f"{result['documents']} documents")
    rows = [
        *_rows("mentions", result["mentions"]),
        _row("mentions, all types", result["mentions_all"]),
        _row("mentions, four core types", result["mentions_core"]),
        *_rows("facts", result["facts"]),
        _row("facts between entities", result["facts_related"]),
        _row("facts with values", result["facts_value"]),
        *_rows("qualifiers", result["qualifiers"]),
    ]
    show_table(rows, columns=("", "precision", "recall", "F1", "right", "found", "in gold"))
    click.echo()
    show_table(
        [(label, result[key]) for key, label in _SHARES.items() if result[key] is not None], columns=("", "share")
    )


def _evaluate_repair(gold: str, as_json: bool) -> None:
    from kg import api

    with progress_bar("repairing", unit="pages") as progress:
        result = api.evaluate_repair(gold, progress=progress)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
        return
    click.echo(f"{result['pages']} pages, {result['articles']} articles")
    shares = [(label, result[key]) for key, label in _REPAIRED.items()] + [("names whole", result["names"]["whole"])]
    show_table([row for row in shares if row[1] is not None], columns=("", "share"))
    click.echo()
    columns = ("", "precision", "recall", "F1", "right", "found", "in gold")
    show_table([_row("paragraph ends", result["boundaries"])], columns=columns)
    click.echo()
    show_table(list(result["characters"].items()), columns=("characters", "count"))


def _evaluate_recognizer(model: str, test: str, labels: str | None, schema: Path | None, as_json: bool) -> None:
    from kg import api

    result = api.evaluate_recognizer(model, test, labels=labels, schema=schema)
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1))
        return
    click.echo(f"{result['texts']:,} texts")
    rows = [*(_row(name, tally) for name, tally in result["types"].items()), _row("all types", result["all"])]
    show_table(rows, columns=("", "precision", "recall", "F1", "right", "found", "in gold"))


def _rows(kind: str, tallies: Mapping[str, Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [_row(f"{kind}: {name}", tally) for name, tally in tallies.items()]


def _row(name: str, tally: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        name, float(tally["p"]), float(tally["r"]), float(tally["f1"]), tally["right"], tally["system"], tally["gold"],
    )  # fmt: skip

"""``kg audit``: a sample of facts judged by a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.keys import key_reader, pressed
from kg.cli.options import SCHEMA, STORE
from kg.cli.screen import complain, console, show_table
from kg.cli.why import render_explanation

if TYPE_CHECKING:
    from kg.api import AuditResult
    from kg.review import Answer, Question

_KEYS: Mapping[str, Answer] = {"y": "yes", "n": "no", "s": "skip", "b": "back", "q": "quit"}
_PROMPT = "right? y yes  n no  s skip  b back  q quit: "


@click.command()
@STORE
@click.option("-n", "count", type=click.IntRange(min=1), default=50, show_default=True, help="Facts in the sample.")
@click.option("--predicate", metavar="P", help="Facts of this predicate only.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another sample.")
@click.option("--spread", is_flag=True, help="As many facts of each predicate as can be.")
@click.option("--answers", metavar="FILE", help="Take answers from a table: fact id, tab, y or n; nothing is asked.")
@click.option("--export", metavar="FILE", help="Write the sample as such a table, to be filled in; nothing is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON; nothing is asked.")
@SCHEMA
def audit(
    store: Path,
    count: int,
    predicate: str | None,
    seed: int,
    spread: bool,
    answers: str | None,
    export: str | None,
    as_json: bool,
    schema: Path | None,
) -> None:
    """Judge a random sample of the facts in STORE.

    Facts are shown one by one with their sentences; one key says whether the words state the fact. Every answer is in
    STORE at once, so that one may stop at any time (q or Ctrl-C) and go on with the same command; `kg build` takes the
    answers along. The result is the share of right facts per predicate, each with its 95 % interval (Wilson's).

    \b
    Examples:
      kg audit out/graph.sqlite -n 50
      kg audit out/graph.sqlite -n 200 --export sample.tsv
      kg audit out/graph.sqlite --answers sample.tsv
    """
    from kg import api

    asks = answers is None and export is None and not as_json
    result = api.audit(
        store, _ask if asks else None, n=count, predicate=predicate, seed=seed, spread=spread, answers=answers,
        export=export, schema=schema,
    )  # fmt: skip
    complain(result.problems)
    if as_json:
        click.echo(json.dumps(asdict(result), ensure_ascii=False, indent=1))
    else:
        _show(result, count, export)
    if result.problems:
        sys.exit(1)


def _show(result: AuditResult, count: int, export: str | None) -> None:
    if export is not None:
        click.echo(f"written: {export}", err=True)
    click.echo(f"{result.given} answers kept; {result.left} of the sample not judged yet", err=True)
    show_precision(asdict(result))


def show_precision(result: Mapping[str, Any]) -> None:
    """Print what judgements show: an AuditResult as plain values."""
    rows = list(result["predicates"].items())
    if rows:
        rows += [("all judged", result["overall"]), ("all, weighted by what the store holds", result["weighted"])]
        show_table([_row(name, one) for name, one in rows],
                   columns=("judged", "precision", "95 % from", "to", "right", "of", "in store"))  # fmt: skip
    if result["stale"]:
        complain(f"no longer as it was judged: {statement}" for statement in result["stale"])


def _row(name: str, one: Mapping[str, Any]) -> tuple[Any, ...]:
    return name, one["share"], one["low"], one["high"], one["right"], one["judged"], one["facts"]


def _ask(question: Question) -> Answer:
    from rich.text import Text

    out, screen = Text(), console()
    earlier = "" if question.earlier is None else f", judged {'right' if question.earlier else 'wrong'} before"
    out.append(f"\n{question.number} of {question.total}{earlier}\n", style="dim")
    render_explanation(out, question.explanation, colored=screen.is_terminal)
    screen.print(out)
    click.echo(_PROMPT, nl=False)
    answer = _KEYS[pressed(key_reader(), _KEYS)]
    click.echo(answer)
    return answer

"""``kg review``: facts decided on one after the other, the most doubtful first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.keys import key_reader, pressed
from kg.cli.options import SCHEMA, STORE
from kg.cli.screen import complain, console
from kg.cli.why import render_explanation

if TYPE_CHECKING:
    from kg.api import Correction
    from kg.review import Answer, Question

_KEYS: Mapping[str, Answer] = {"y": "yes", "n": "no", "s": "skip", "b": "back", "q": "quit"}
_PROMPT = "right? y yes  n no  t type  m merge  s skip  b back  q quit: "


@click.command()
@STORE
@click.option("--decisions", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where they go.")
@click.option("--predicate", metavar="P", help="Facts of this predicate only.")
@SCHEMA
def review(store: Path, decisions: Path, predicate: str | None, schema: Path | None) -> None:
    """Decide on the facts of STORE, those of the lowest score first.

    Facts are shown one by one with their sentences. y accepts one, n rejects it, t corrects the type of one of its
    ends, m says with what an end is one, s leaves it for later. Every answer is in FILE at once, so that one may stop
    at any time (q or Ctrl-C) and go on with the same command. `kg build --decisions FILE` replays the file.

    \b
    Example:
      kg review out/graph.sqlite --decisions decisions.jsonl --predicate grantsCredit
    """
    from kg import api

    result = api.review_facts(
        store, decisions, _ask, predicate=predicate, tell=lambda line: complain([line]), schema=schema
    )
    click.echo(f"{decisions}: {result.given} decisions added; {result.left} facts not decided on yet", err=True)


def _ask(question: Question) -> Answer | Correction:
    from rich.text import Text

    out, screen = Text(), console()
    earlier = "" if question.earlier is None else f", {'accepted' if question.earlier else 'rejected'} before"
    out.append(f"\n{question.number} of {question.total}{earlier}\n", style="dim")
    render_explanation(out, question.explanation, colored=screen.is_terminal)
    screen.print(out)
    press = key_reader()
    while True:
        click.echo(_PROMPT, nl=False)
        key = pressed(press, {*_KEYS, "t", "m"})
        click.echo(_KEYS.get(key, {"t": "type", "m": "merge"}.get(key, "")))
        if key in _KEYS:
            return _KEYS[key]
        correction = _correction(question, key, press)
        if correction is not None:
            return correction


def _correction(question: Question, key: str, press: Callable[[], str]) -> Correction | None:
    """Ask which end is meant and what it is; None where nothing is said."""
    from kg.api import Correction

    end = "1"
    if question.explanation.fact.object is not None:
        click.echo("1 subject  2 object: ", nl=False)
        end = pressed(press, {"1", "2", "q"})
        click.echo(end)
        if end == "q":
            return None
    prompt = "type, as in Organization/company: " if key == "t" else "is one with (name or id): "
    click.echo(prompt, nl=False)
    value = sys.stdin.readline().strip()
    if not value:
        return None
    return Correction("type" if key == "t" else "merge", "subject" if end == "1" else "object", value)

"""``kg why`` and ``kg whynot``: what a fact rests on, and what stopped one that is not there."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import SCHEMA, STORE
from kg.cli.quotes import add_line, add_marked, page_place, read_by, source_place
from kg.cli.screen import console

if TYPE_CHECKING:
    from rich.text import Text

    from kg.gates import WhyNot
    from kg.provenance import Explanation, Ground, RawLine


@click.command()
@STORE
@click.argument("fact", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@SCHEMA
def why(store: Path, fact: tuple[str, ...], as_json: bool, schema: Path | None) -> None:
    """Show what a fact of STORE rests on.

    FACT is its id, which `kg show` prints, or SUBJECT PREDICATE OBJECT by any of their names. Of each claim stand the
    rule or model that read it, the sentence, what 该公司 and the like stand for, and the lines of the file as it came,
    with the ends and the qualifiers marked.

    \b
    Examples:
      kg why out/graph.sqlite 海岚银行 grantsCredit 沐禾电驱
      kg why out/graph.sqlite 9c28b26f1a1f3f85
    """
    from kg import api

    if len(fact) not in (1, 3):
        raise click.UsageError("FACT is one id, or SUBJECT PREDICATE OBJECT")
    found = api.why(store, *fact, schema=schema)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
        return
    from rich.text import Text

    out, screen = Text(), console()
    for number, explanation in enumerate(found):
        out.append("\n" if number else "")
        render_explanation(out, explanation, colored=screen.is_terminal)
    screen.print(out, end="")


def render_explanation(out: Text, explanation: Explanation, *, colored: bool) -> None:
    """Add a fact and its grounds."""
    add_line(out, (explanation.statement, "bold"), (f"  {explanation.fact.id}", "dim"))
    for ground in explanation.grounds:
        out.append("\n")
        _render_ground(out, ground, colored=colored)


def _render_ground(out: Text, ground: Ground, *, colored: bool) -> None:
    rule, claim = ground.rule, ground.claim
    add_line(out, (f"  {read_by(claim.reader, claim.agreed)}, score {claim.score:.2f}", ""))
    if rule.pattern is not None:
        add_line(out, (f"    frame, score {rule.score:.2f}: {rule.pattern}", "dim"))
    elif rule.summary:
        add_line(out, (f"    {rule.summary}", "dim"))
    for said in ground.resolved:
        add_line(out, (f"    {said}", ""))
    for passage in ground.passages:
        label = "" if passage.kind == "sentence" else f"{passage.kind}: "
        add_marked(out, f"    {label}“", passage.text, passage.marks, "”", colored=colored)
        add_line(out, (f"    {source_place(passage.source, passage.place)}", "dim"))
        for line in passage.lines:
            add_marked(out, f"      {_position(line)} │ ", line.text, line.marks, "", colored=colored)


def _position(line: RawLine) -> str:
    if line.box is not None:
        return page_place(line.page, line.box)
    return f"{line.line:>5}"


@click.command()
@STORE
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@SCHEMA
def whynot(store: Path, subject: str, predicate: str, object_: str, as_json: bool, schema: Path | None) -> None:
    """Show what stopped a fact that STORE does not have.

    It may be a name that was not read, a type that the predicate does not take, or that no sentence holds both ends.
    Where sentences do, they are read again with the pipeline that STORE was built with, and with each stands its gate:
    no word of a frame, a frame with other ends, too low a score, a supposition, a probability below its threshold.

    \b
    Example:
      kg whynot out/graph.sqlite 海岚银行 lendsTo 当涂县
    """
    from kg import api

    found = api.whynot(store, subject, predicate, object_, schema=schema)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    screen = console()
    screen.print(_render_whynot(found, store, colored=screen.is_terminal), end="")


def _render_whynot(found: WhyNot, store: Path, *, colored: bool) -> Text:
    from rich.text import Text

    out = Text()
    if found.facts:
        add_line(out, (f"{found.question}: it is there", "bold"))
        for fact in found.facts:
            add_line(out, (f"  kg why {store} {fact.id}", ""))
        return out
    add_line(out, (f"{found.question}: not there", "bold"))
    for gate in found.gates:
        add_line(out, (f"  {gate.name}: ", "bold"), (gate.detail, ""))
    for candidate in found.candidates:
        out.append("\n")
        add_marked(out, "  “", candidate.text, candidate.marks, "”", colored=colored)
        add_line(out, (f"  {source_place(candidate.source, candidate.place)}", "dim"))
        for gate in candidate.gates:
            add_line(out, (f"    {gate.name}: ", "bold"), (gate.detail, ""))
    if found.more:
        add_line(out, (f"\n  and {found.more} more sentences", "dim"))
    return out

"""``kg decide``: decisions about the graph, added to their file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.cli.options import SCHEMA
from kg.cli.screen import clean, complain

if TYPE_CHECKING:
    from kg.api import Decision

_F = TypeVar("_F", bound=Callable[..., Any])

_FILE = click.argument("decisions", type=click.Path(path_type=Path))
_STORE = click.argument("store", type=click.Path(path_type=Path))
_QUOTE = click.option("--quote", metavar="WORDS", help="Words of a document that the decision is about.")
_DOCUMENT = click.option("--document", metavar="PATH", help="The document in which they stand, if several hold them.")
_OCCURRENCE = click.option(
    "--occurrence", type=click.IntRange(min=1), default=1, metavar="N", help="The N-th time that they stand there."
)
_NOTE = click.option("--note", metavar="TEXT", help="Why, for people.")


def _on(*options: Callable[[Any], Any]) -> Callable[[_F], _F]:
    """Give a command the arguments DECISIONS and STORE and options, those of all commands last."""

    def add(command: _F) -> _F:
        for option in reversed((_FILE, _STORE, *options, _NOTE, SCHEMA)):
            command = option(command)
        return command

    return add


@click.group()
def decide() -> None:
    """Add a decision to the file DECISIONS, on the graph of STORE.

    The file holds a decision a line, each anchored to words of a document; keep it with the data, in git. `kg build
    --decisions FILE` replays it, whatever is read by then, and says which decisions no longer apply. STORE is only
    looked into: what is decided must stand there.

    \b
    Examples:
      kg decide reject decisions.jsonl out/graph.sqlite 海岚银行 grantsCredit 沐禾电驱
      kg decide type decisions.jsonl out/graph.sqlite 研值贷 Product
      kg decide check decisions.jsonl out/graph.sqlite
    """


@decide.command()
@_on(click.argument("fact", nargs=-1, required=True))
def accept(decisions: Path, store: Path, fact: tuple[str, ...], note: str | None, schema: Path | None) -> None:
    """Keep a fact, whatever rules read later.

    FACT is its id, which `kg show` prints, or SUBJECT PREDICATE OBJECT by any of their names.
    """
    _decide(decisions, store, "accept", *fact, note=note, schema=schema)


@decide.command()
@_on(click.argument("fact", nargs=-1, required=True))
def reject(decisions: Path, store: Path, fact: tuple[str, ...], note: str | None, schema: Path | None) -> None:
    """Leave a fact out: none of its quotes says it.

    FACT is its id, which `kg show` prints, or SUBJECT PREDICATE OBJECT by any of their names.
    """
    _decide(decisions, store, "reject", *fact, note=note, schema=schema)


@decide.command()
@_on(
    click.argument("subject"),
    click.argument("predicate"),
    click.argument("object_", metavar="OBJECT"),
    click.option("--quote", metavar="WORDS", required=True, help="The words that say it, as they stand."),
    _DOCUMENT,
    _OCCURRENCE,
    click.option("--with", "with_", metavar="NAME=WORDS", multiple=True, help="A qualifier, as in amount=5300万元."),
    click.option("--modality", type=click.Choice(["done", "ongoing", "planned"]), default="done"),
    click.option("--denied", is_flag=True, help="The words deny it."),
    click.option("--subject-type", metavar="TYPE", help="What SUBJECT is, where it was not read as a name."),
    click.option("--object-type", metavar="TYPE", help="What OBJECT is, where it was not read as a name."),
)
def add(
    decisions: Path,
    store: Path,
    subject: str,
    predicate: str,
    object_: str,
    with_: tuple[str, ...],
    denied: bool,
    note: str | None,
    **values: Any,
) -> None:
    """Add a fact that was missed: SUBJECT and OBJECT as the document names them."""
    qualifiers = dict(one.split("=", 1) for one in with_ if "=" in one)
    if len(qualifiers) < len(with_):
        raise click.UsageError("--with takes NAME=WORDS, each name once")
    _decide(
        decisions, store, "add", subject, predicate, object_, qualifiers=qualifiers,
        polarity="denied" if denied else "affirmed", note=note, **values,
    )  # fmt: skip


@decide.command("type")
@_on(click.argument("name"), click.argument("type_", metavar="TYPE"), _QUOTE, _DOCUMENT, _OCCURRENCE)
def correct_type(decisions: Path, store: Path, name: str, type_: str, **values: Any) -> None:
    """Say of which TYPE the entity NAME is: Organization, or Organization/company.

    A name in --quote that was not read becomes one.
    """
    _decide(decisions, store, "type", name, type_, **values)


@decide.command()
@_on(click.argument("name"), click.argument("into"), _QUOTE, _DOCUMENT, _OCCURRENCE)
def merge(decisions: Path, store: Path, name: str, into: str, **values: Any) -> None:
    """Say that the entities NAME and INTO are one, which keeps the id of INTO."""
    _decide(decisions, store, "merge", name, into, **values)


@decide.command()
@_on(
    click.argument("name"),
    click.option("--document", metavar="PATH", required=True, help="The document in which it is another one."),
    _QUOTE,
    _OCCURRENCE,
    click.option("--id", "id_", metavar="ID", help="What it is there: a new id, or another entity's."),
)
def split(decisions: Path, store: Path, name: str, id_: str | None, **values: Any) -> None:
    """Say that NAME is another one in a document than elsewhere."""
    _decide(decisions, store, "split", name, id=id_, **values)


@decide.command()
@_on(click.argument("name"), click.argument("id_", metavar="ID"), _QUOTE, _DOCUMENT, _OCCURRENCE)
def pin(decisions: Path, store: Path, name: str, id_: str, **values: Any) -> None:
    """Give the entity NAME an ID that stays: its type, a colon, letters, digits, ideographs, _ or -."""
    _decide(decisions, store, "pin", name, id_, **values)


@decide.command()
@_FILE
@_STORE
@SCHEMA
def check(decisions: Path, store: Path, schema: Path | None) -> None:
    """List the decisions that do not apply to STORE, and why; exit code 1 where there are any."""
    from kg import api

    found = api.check_decisions(decisions, store, schema=schema)
    click.echo(f"{found.applied} of {found.applied + len(found.unapplied)} decisions apply")
    complain(f"does not apply: {api.describe_unapplied(one)}" for one in found.unapplied)
    if found.unapplied:
        sys.exit(1)


def _decide(decisions: Path, store: Path, kind: Any, *words: str, **values: Any) -> None:
    from kg import api

    _say(decisions, api.decide(decisions, store, kind, *words, **values))


def _say(path: Path, added: list[Decision]) -> None:
    from kg.api import decision_line

    for one in added:
        click.echo(clean(decision_line(one)))
    click.echo(f"{path}: {len(added)} added" if added else f"{path}: has it already", err=True)

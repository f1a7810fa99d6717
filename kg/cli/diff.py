"""``kg diff``: what came, went and changed between two stores."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import SCHEMA
from kg.cli.quotes import add_line
from kg.cli.screen import console, show_table

if TYPE_CHECKING:
    from rich.text import Text

    from kg.comparison import Changed, ComparedFact, Comparison, FactChange, PostChange
    from kg.model import Entity

Item = Sequence[tuple[str, str]]
"""A line as pieces of text, each with its style."""


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("-n", "count", type=click.IntRange(min=0), default=10, show_default=True, help="Lines of each group.")
@click.option("--all", "show_all", is_flag=True, help="All lines of each group.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
@click.option("--exit-code", is_flag=True, help="End with 1 where anything differs, 0 where nothing does.")
@SCHEMA
def diff(
    before: Path, after: Path, count: int, show_all: bool, as_json: bool, exit_code: bool, schema: Path | None
) -> None:
    """Show what came, went and changed from the store BEFORE to AFTER.

    Both are stores, or the folders of builds. Documents, entities, names, posts and facts are compared; where a fact
    went and one of the same ends came with another amount, date or title, that is shown as a change of it. Entities
    that stand for the same mentions under another id are shown as renamed, merged or split.

    \b
    Examples:
      kg diff out-2024 out-2025
      kg diff before.sqlite out/graph.sqlite --json
    """
    from kg import api

    found = api.diff(before, after, schema=schema)
    if as_json:
        click.echo(json.dumps({"counts": found.counts(), **asdict(found)}, ensure_ascii=False, indent=1))
    elif not found.differs:
        click.echo("nothing differs")
    else:
        _show(found, sys.maxsize if show_all else count)
    if exit_code and found.differs:
        sys.exit(1)


def _show(found: Comparison, count: int) -> None:
    told: list[FactChange] = []
    changed: list[FactChange] = []
    for each in found.facts_changed:
        (told if {change.part for change in each.changes} == {"documents"} else changed).append(each)
    rows = [
        ("documents", len(found.documents_came), len(found.documents_went), len(found.documents_changed)),
        ("entities", len(found.entities_came), len(found.entities_went), len(found.entities_changed)),
        ("facts", len(found.facts_came), len(found.facts_went), len(changed)),
        ("posts", sum(bool(p.came and not p.went) for p in found.posts),
         sum(bool(p.went and not p.came) for p in found.posts), sum(bool(p.came and p.went) for p in found.posts)),
    ]  # fmt: skip
    show_table(rows, columns=("", "came", "went", "changed"))
    from rich.text import Text

    out = Text()
    _add(out, "documents that came", [[(path, "green")] for path in found.documents_came], count)
    _add(out, "documents that went", [[(path, "red")] for path in found.documents_went], count)
    _add(out, "documents that changed", [[(path, "")] for path in found.documents_changed], count)
    for kind in ("merged", "split", "regrouped", "renamed"):
        items = [_identity(one.before, one.after) for one in found.identities if one.kind == kind]
        _add(out, f"entities {kind}", items, count)
    _add(out, "entities that came", [_entity(entity, "green") for entity in found.entities_came], count)
    _add(out, "entities that went", [_entity(entity, "red") for entity in found.entities_went], count)
    _add(out, "entities that changed", [[(e.after.name, ""), *_changes(e.changes)] for e in found.entities_changed],
         count)  # fmt: skip
    _add(out, "posts", [_post(post) for post in found.posts], count)
    _add(out, "facts that came", [_fact(fact, "green") for fact in found.facts_came], count)
    _add(out, "facts that went", [_fact(fact, "red") for fact in found.facts_went], count)
    _add(out, "facts that changed", [[*_fact(c.before, ""), *_changes(c.changes)] for c in changed], count)
    _add(out, "facts that more or fewer documents tell",
         [[*_fact(c.before, ""), *_changes(c.changes)] for c in told], count)  # fmt: skip
    if found.facts_carried:
        out.append("\n")
        add_line(out, (f"{found.facts_carried} facts are the same but for the ids of their ends", "dim"))
    console().print(out, end="")


def _add(out: Text, title: str, items: Sequence[Item], count: int) -> None:
    """Add the first lines of a group that has any, and how many more there are."""
    if not items:
        return
    out.append("\n")
    add_line(out, (f"{title} ({len(items):,})", "bold"))
    for item in items[:count]:
        add_line(out, ("  ", ""), *item)
    if len(items) > count:
        add_line(out, (f"  and {len(items) - count:,} more (--all)", "dim"))


def _entity(entity: Entity, style: str) -> Item:
    return [(entity.name, style), (f"  {entity.id}", "dim")]


def _identity(before: Iterable[Entity], after: Iterable[Entity]) -> Item:
    ends = (" + ".join(f"{entity.name} {entity.id}" for entity in side) for side in (before, after))
    return [(" → ".join(ends), "")]


def _fact(fact: ComparedFact, style: str) -> Item:
    return [(fact.statement, style), (f"  {fact.id}  {fact.where}", "dim")]


def _changes(changes: Iterable[Changed]) -> Item:
    return [(f"  {change.part}: {change.before or '–'} → {change.after or '–'}", "yellow") for change in changes]


def _post(post: PostChange) -> Item:
    moves = [(f"  {sign} {name}", style) for sign, style, names in (("-", "red", post.went), ("+", "green", post.came))
             for name in names]  # fmt: skip
    return [(f"{post.body} {post.title}", ""), *moves]

"""``kg show``: the card of one entity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import SCHEMA, STORE
from kg.cli.quotes import add_line, where
from kg.cli.screen import console, show_table

if TYPE_CHECKING:
    from rich.text import Text

    from kg.export.cards import Card, CardFact


@click.command()
@STORE
@click.argument("name")
@click.option("--names", is_flag=True, help="What each article calls it, and why that is one with the others.")
@SCHEMA
def show(store: Path, name: str, names: bool, schema: Path | None) -> None:
    """Show an entity, its facts and their quotes.

    NAME is any of its names, its id or its code. After each quote stands where it is in the file as it came: path, line
    and column, or of a PDF the page and the box on it in points. Where several entities match, they are listed.

    \b
    Examples:
      kg show out/graph.sqlite 兴业银行
      kg show out/graph.sqlite 兴业银行 --names    (what was merged, and why; kg decide split takes it apart)
    """
    from kg import api

    if names:
        members = api.list_members(store, name, schema=schema)
        told = [(one.name, "、".join(one.forms), one.path, one.title or "", one.within, one.reason) for one in members]
        columns = ("name", "as written", "document", "title", "one in the article", "one with the others")
        show_table(told, columns=columns)
        return
    cards = api.show(store, name, schema=schema)
    if len(cards) == 1:
        console().print(_render(cards[0]), end="")
        return
    rows = [(card.entity.name, _kind(card), len(card.facts), card.entity.id) for card in cards]
    show_table(rows, columns=("name", "type", "facts", "id"))
    click.echo(f"\n{len(cards)} entities match {name}; show one by its full name or its id", err=True)


def _kind(card: Card) -> str:
    return f"{card.entity.type}/{card.entity.subtype}" if card.entity.subtype else card.entity.type


def _render(card: Card) -> Text:
    from rich.text import Text

    from kg.industry_scheme import SCHEMES, industry_path

    out = Text()
    entity = card.entity
    add_line(out, (entity.name, "bold"), (f"  {_kind(card)}", ""))
    if entity.names:
        add_line(out, (f"  also: {'、'.join(entity.names)}", ""))
    for scheme, code in entity.codes:
        titles = [one.title for one in industry_path(code)] if scheme in SCHEMES else []
        add_line(out, (f"  {scheme}: {' ← '.join([f'{code} {titles[0]}', *titles[1:]]) if titles else code}", ""))
    add_line(out, (f"  id: {entity.id}", "dim"))
    add_line(out, (f"  mentions: {card.mentions}, documents: {card.documents}, facts: {len(card.facts)}", "dim"))
    for fact in card.facts:
        out.append("\n")
        _render_fact(out, card, fact)
    return out


def _render_fact(out: Text, card: Card, fact: CardFact) -> None:
    from kg.export.cards import fact_details

    other = fact.other.name if fact.other is not None else fact.fact.value or ""
    ends = (card.entity.name, other) if fact.forward else (other, card.entity.name)
    said = "".join(f"  {detail}" for detail in fact_details(fact.fact))
    predicate = f" {fact.fact.predicate} "
    add_line(out, (ends[0], ""), (predicate, "bold"), (ends[1], ""), (said, "green"), (f"  {fact.fact.id}", "dim"))
    for quote in fact.quotes:
        add_line(out, (f"    “{quote.text}”", "italic"))
        add_line(out, (f"    {where(quote)}", "dim"))

"""``kg show``: the card of one entity."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import SCHEMA, STORE
from kg.cli.screen import clean, console, show_table

if TYPE_CHECKING:
    from rich.text import Text

    from kg.export.cards import Card, CardFact, Quote
    from kg.places import Place


@click.command()
@STORE
@click.argument("name")
@SCHEMA
def show(store: Path, name: str, schema: Path | None) -> None:
    """Show an entity, its facts and their quotes.

    NAME is any of its names, its id or its code. After each quote stands where it is in the file as it came: path, line
    and column, or of a PDF the page and the box on it in points. Where several entities match, they are listed.

    \b
    Example:
      kg show out/graph.sqlite 兴业银行
    """
    from kg import api

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

    out = Text()
    entity = card.entity
    _line(out, (entity.name, "bold"), (f"  {_kind(card)}", ""))
    if entity.names:
        _line(out, (f"  also: {'、'.join(entity.names)}", ""))
    for scheme, code in entity.codes:
        _line(out, (f"  {scheme}: {code}", ""))
    _line(out, (f"  id: {entity.id}", "dim"))
    _line(out, (f"  mentions: {card.mentions}, documents: {card.documents}, facts: {len(card.facts)}", "dim"))
    for fact in card.facts:
        out.append("\n")
        _render_fact(out, card, fact)
    return out


def _render_fact(out: Text, card: Card, fact: CardFact) -> None:
    other = fact.other.name if fact.other is not None else fact.fact.value or ""
    ends = (card.entity.name, other) if fact.forward else (other, card.entity.name)
    details = [f"{qualifier.name} {qualifier.text}" for qualifier in fact.fact.qualifiers]
    details += [fact.fact.modality] if fact.fact.modality != "done" else []
    details += [fact.fact.polarity] if fact.fact.polarity != "affirmed" else []
    said = "".join(f"  {detail}" for detail in details)
    _line(out, (ends[0], ""), (f" {fact.fact.predicate} ", "bold"), (ends[1], ""), (said, "green"))
    for quote in fact.quotes:
        _line(out, (f"    “{quote.text}”", "italic"))
        _line(out, (f"    {_where(quote)}", "dim"))


def _where(quote: Quote) -> str:
    path = f"{quote.source.path}{_position(quote.place)}"
    title = f"《{quote.source.title}》" if quote.source.title else ""
    said = [title, quote.source.publication, quote.source.date, quote.source.page and f"page {quote.source.page}"]
    return "  ".join([path, *(part for part in said if part), f"read by {quote.reader}, score {quote.score:.2f}"])


def _position(place: Place | None) -> str:
    """Return where in its file a quote stands: line and column, or of a PDF the page and the box in points."""
    if place is None:
        return ""
    if place.box is not None:
        return f" p. {place.page} at {', '.join(f'{value:.0f}' for value in place.box)}"
    return f":{place.line}:{place.column}"


def _line(out: Text, *parts: tuple[str, str]) -> None:
    for text, style in parts:
        out.append(clean(text).replace("\n", " "), style=style)
    out.append("\n")

"""As much of a reading as resolution needs: what each article names, where it plays, who holds which post there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.model import Mention, Reading, Span

JOINING = ("holdsPosition", "partOf")
"""The predicates that say which of two things of one name is meant: by the body of its post, by what it lies in."""


class Named(NamedTuple):
    """A group: its name, the other forms by which the article calls it (sorted), and its code where it is certain."""

    group: str
    type: str
    subtype: str | None
    name: str
    forms: tuple[str, ...]
    adcode: str | None


class Said(NamedTuple):
    """A claim between two groups of the article, by their numbers; ``title`` is that of a post."""

    subject: int
    predicate: str
    object: int
    title: str | None


class ArticleNames(NamedTuple):
    """What one article names, in the order of its groups, and what it says of the predicates in ``JOINING``."""

    article: str
    document: str
    date: str | None
    names: tuple[Named, ...]
    said: tuple[Said, ...]


def names_in(readings: Iterable[Reading]) -> Iterator[ArticleNames]:
    """Yield what each reading names."""
    for reading in readings:
        article = reading.article
        number: dict[Span, int] = {}
        names: list[Named] = []
        for group in reading.groups:
            number.update((mention.span, len(names)) for mention in group.mentions)
            forms = {mention.text for mention in group.mentions} - {group.name}
            names.append(Named(group.id, group.type, group.subtype, group.name, tuple(sorted(forms)), group.adcode))
        said: list[Said] = []
        for claim in reading.claims:
            if claim.predicate not in JOINING or not isinstance(claim.object, Mention):
                continue
            subject, object_ = number.get(claim.subject.span), number.get(claim.object.span)
            if claim.polarity == "affirmed" and subject is not None and object_ is not None:
                title = next((q.text for q in claim.qualifiers if q.name == "title"), None)
                said.append(Said(subject, claim.predicate, object_, title))
        yield ArticleNames(article.id, article.document, article.date, tuple(names), tuple(said))

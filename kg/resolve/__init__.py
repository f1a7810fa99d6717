"""Groups of all articles become entities: regions by code, bodies by division and kind, the rest by what names tell.

What a name and its article cannot tell apart stays apart: a wrong merge costs more than a missed one.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.garbage import collection_paused
from kg.model import Link, Reading
from kg.named import ArticleNames, names_in
from kg.resolve.resolver import Resolver


def resolve(readings: Iterable[Reading]) -> list[Link]:
    """Return one link for each group, ordered by group: a function of the set of readings, not of their order."""
    return resolve_names(sorted(names_in(readings)))


def resolve_names(articles: Iterable[ArticleNames]) -> list[Link]:
    """Return what ``resolve`` does, for articles in the order of their ids, as ``Store.named`` gives them."""
    resolver = Resolver()
    with collection_paused():
        for article in articles:
            resolver.add(article)
        return resolver.links()

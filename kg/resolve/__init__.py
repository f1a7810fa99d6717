"""Groups of all articles become entities: regions by code, bodies by division and kind, the rest by what names tell.

What a name and its article cannot tell apart stays apart: a wrong merge costs more than a missed one.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.garbage import collection_paused
from kg.model import Link, Reading
from kg.named import names_in
from kg.resolve.keys import keys_of
from kg.resolve.resolver import Resolver

__all__ = ["keys_of", "resolve", "resolve_keys"]


def resolve(readings: Iterable[Reading]) -> list[Link]:
    """Return one link for each group, ordered by group: a function of the set of readings, not of their order."""
    return resolve_keys((names.article, keys_of(names)) for names in sorted(names_in(readings)))


def resolve_keys(articles: Iterable[tuple[str, str]]) -> list[Link]:
    """Return what ``resolve`` does, of the articles' ids, in their order, and what ``keys_of`` gives of each."""
    resolver = Resolver()
    with collection_paused():
        for article, keys in articles:
            resolver.add(article, keys)
        return resolver.links()

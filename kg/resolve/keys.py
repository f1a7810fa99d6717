"""What resolution needs of one article, worked out from it alone and kept as one line of JSON.

The line depends on nothing but the article, so that a store can keep it: adding ten articles to thousands then works
out ten.
"""

from __future__ import annotations

import json

from kg.named import ArticleNames, Named
from kg.periods import iso_day
from kg.resolve import organizations, people, regions, works
from kg.resolve.places import Setting, setting_of
from kg.text import fold

Key = tuple[str, ...]
"""A type, a kind of key and what it tells a thing by: ``("Organization", "body", "350000", "财政局")``."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def keys_of(article: ArticleNames) -> str:
    """Return a JSON list of what one article names: its province, its year, then of its groups in their order

    - the ids, the names and the types;
    - the keys: whether the key by itself tells the thing, type, kind, …; null where the name does not tell it;
    - of the people: group, folded name (null where it is no name of a person), subtype;
    - of the other forms: group, form, its key;
    - of the posts: person's group, body's group, title.
    """
    setting = setting_of(article)
    date = article.date if article.date is not None and iso_day(article.date) is not None else None
    around = _surroundings(article)
    keys: list[list[str | bool] | None] = []
    persons, forms = [], []
    for number, name in enumerate(article.names):
        if name.type == "Person":
            folded = fold(name.name)
            persons.append((number, None if people.is_withheld(folded) else folded, name.subtype))
            keys.append(None)
            continue
        keys.append(_key(name, name.name, setting, date, around.get(number)))
        for form in name.forms if name.type != "Region" or name.adcode is None else ():
            short = _key(name, form, setting, date, around.get(number))
            if short is not None:
                forms.append((number, form, short))
    posts = [
        (said.subject, said.object, said.title or "") for said in article.said if said.predicate == "holdsPosition"
    ]
    names = article.names
    return _encode([
        setting.province, int(date[:4]) if date is not None else None, [name.group for name in names],
        [name.name for name in names], [name.type for name in names], keys, persons, forms, posts,
    ])  # fmt: skip


def _key(name: Named, form: str, setting: Setting, date: str | None, around: str | None) -> list[str | bool] | None:
    """Return the key that the form of a name has in its article, with whether it is sure, None where it has none."""
    sure, key = True, None
    if name.type == "Region":
        key = regions.key_of(form, name.subtype, name.adcode, setting, around)
    elif name.type == "Organization":
        key = organizations.key_of(form, name.subtype, setting)
        sure = key is None or organizations.is_sure(key)
    elif name.type == "Industry":
        key = works.industry_of(form)
    elif name.type in ("Program", "Event", "Product"):
        if name.type == "Program":
            title = works.program_of(form)
        elif name.type == "Event":
            title = works.event_of(form, date[:7] if date else None)
        else:
            title = works.product_of(form)
        local = title.national and setting.province is not None
        key, sure = None if title.apart or local else title.key, title.sure
        if key is not None and name.type == "Program" and works.is_periodic(key[1]):
            key = ("year", key[1], date[:4]) if date else None
    else:  # a type of the user's own schema
        key = "name", fold(form)
    return None if key is None else [sure, name.type, *key]


def _surroundings(article: ArticleNames) -> dict[int, str]:
    """Return the code of what each region lies in, where the article says so of just one."""
    found: dict[int, set[str]] = {}
    for said in article.said:
        if said.predicate == "partOf" and (code := article.names[said.object].adcode) is not None:
            found.setdefault(said.subject, set()).add(code)
    return {number: min(codes) for number, codes in found.items() if len(codes) == 1}

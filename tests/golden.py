"""Golden tables: sentences in which brackets mark what should be found.

``[福安市|Region/county]`` marks a mention of that type and subtype; everything outside brackets is plain text.
Offsets come from the brackets, so that a person can write and read a row.
"""

import re

from kg.model import Article, Mention, Reading, Span
from kg.text import sentences

_MARK = re.compile(r"\[([^\[\]|]+)\|(\w+)(?:/(\w+))?\]")


def parse(marked: str) -> tuple[str, tuple[Mention, ...]]:
    """Return the plain text and the marked mentions of a row."""
    text, mentions, last = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[last : mark.start()]
        start = len(text)
        text += mark[1]
        mentions.append(Mention(Span(start, len(text)), mark[1], mark[2], mark[3], "gold", 1.0))
        last = mark.end()
    return text + marked[last:], tuple(mentions)


def show(text: str, mentions: tuple[Mention, ...]) -> str:
    """Return the text with its mentions marked: the inverse of ``parse``, for readable failures."""
    out, last = "", 0
    for mention in sorted(mentions, key=lambda m: m.span):
        kind = mention.type + (f"/{mention.subtype}" if mention.subtype else "")
        out += f"{text[last : mention.span.start]}[{mention.text}|{kind}]"
        last = mention.span.end
    return out + text[last:]


def reading(text: str, mentions: tuple[Mention, ...] = (), **fields: str) -> Reading:
    """Return a reading of one article with that text, split into sentences."""
    article = Article(id="d/1", document="d", number=1, text=text, **fields)
    return Reading(article, tuple(sentences(text)), mentions)

"""SPARQL cut into its tokens, to bind parameters and to refuse what reaches beyond the data set.

The engine alone parses queries. Here only as much is read as tells a word of the language from a name, a text, an
address or a comment (SPARQL 1.1, section 19.8), so that nothing is ever put into a query by joining strings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from kg.errors import InputError
from kg.export.quads import XSD, Literal, Term

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n\r]*)
  | (?P<text>\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^"\\\n\r])*\"|'(?:\\.|[^'\\\n\r])*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z0-9-]+)
  | (?P<name>(?:[^\W\d_][\w.·-]*(?<![.]))?:(?:(?:%[0-9A-Fa-f]{2}|\\[^\w\s]|[\w:.·-])*(?<![.]))?|_:[\w.·-]*(?<![.]))
  | (?P<word>[^\W\d_]\w*)
  | (?P<other>[\d.]+(?:[eE][+-]?\d+)?|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query; ``kind`` is space, text, iri, variable, language, name, word or other."""

    kind: str
    text: str


def tokens(query: str) -> Iterator[Token]:
    """Yield the tokens of a query; joined, they are the query."""
    for match in _TOKEN.finditer(query):
        yield Token(str(match.lastgroup), match[0])


def bind(query: str, terms: Mapping[str, Sequence[Term]]) -> str:
    """Return the query with each ``$name`` of ``terms`` replaced by its terms, as the engine writes them.

    ``$name`` within texts, addresses and comments stays; so does ``?name``, and every variable without a term.
    """
    return "".join(
        " ".join(map(_written, terms[token.text[1:]]))
        if token.kind == "variable" and token.text[0] == "$" and token.text[1:] in terms
        else token.text
        for token in tokens(query)
    )


def declared(query: str, prefixes: Mapping[str, str]) -> str:
    """Return the query with a PREFIX line for each of ``prefixes`` that it uses and does not declare itself."""
    words = [token for token in tokens(query) if token.kind != "space"]
    names = {token.text.partition(":")[0] for token in words if token.kind == "name"}
    own = {after.text[:-1] for word, after in pairwise(words) if word.text.upper() == "PREFIX" and word.kind == "word"}
    lines = [f"PREFIX {prefix}: <{space}>\n" for prefix, space in prefixes.items() if prefix in names - own]
    return "".join(lines) + query


def _written(term: Term) -> str:
    """Return a term as a query has it; whole numbers as LIMIT needs them, without their type."""
    whole = isinstance(term, Literal) and term.datatype.value == f"{XSD}integer" and term.value.isdigit()
    return term.value if whole else str(term)


def refuse_services(query: str) -> None:
    """Raise InputError where the query would ask another server (SERVICE)."""
    for token in tokens(query):
        if token.kind == "word" and token.text.upper() == "SERVICE":
            raise InputError("SERVICE is refused: a query sees this graph only")


def refuse_other_graphs(graphs: Collection[str], known: Collection[str]) -> None:
    """Raise InputError where one of the graphs that a query names is not in the data set."""
    for graph in graphs:
        if graph not in known:
            raise InputError(f"no graph of this data set is named <{graph}>; nothing is fetched from elsewhere")


def named_in_from(query: str, prefixes: Mapping[str, str], base: str | None) -> list[str]:
    """Return the addresses of the graphs after FROM and FROM NAMED; raises InputError where a prefix is unknown."""
    known, found = dict(prefixes), []
    words = [token for token in tokens(query) if token.kind != "space"]
    for index, token in enumerate(words):
        word = token.text.upper() if token.kind == "word" else ""
        after = words[index + 1 : index + 3]
        if word == "BASE" and after and after[0].kind == "iri":
            base = urljoin(base or "", after[0].text[1:-1])
        elif word == "PREFIX" and [one.kind for one in after] == ["name", "iri"]:
            known[after[0].text[:-1]] = urljoin(base or "", after[1].text[1:-1])
        elif word == "FROM":
            if after and after[0].kind == "word" and after[0].text.upper() == "NAMED":
                after = after[1:]
            if after and after[0].kind in ("iri", "name"):
                found.append(_absolute(after[0], known, base))
    return found


def _absolute(token: Token, prefixes: Mapping[str, str], base: str | None) -> str:
    if token.kind == "iri":
        return urljoin(base or "", token.text[1:-1])
    prefix, _, local = token.text.partition(":")
    if prefix not in prefixes:
        raise InputError(f"{token.text}: the prefix {prefix}: is not declared")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

"""RDF as text: N-Triples, N-Quads, Turtle and TriG, written as it comes, without an RDF library.

A term is a text in N-Triples form; a node is a subject with its predicates and objects. There are no blank nodes and
no relative IRIs. What is given in one order is written in that order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

Node = tuple[str, list[tuple[str, str]]]
"""A subject and its (predicate, object) pairs, each a term."""

Named = tuple[str | None, Iterable[Node]]
"""A graph's IRI as a term, None for the default graph, and its nodes."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = f"<{RDF}type>"

_NOT_IN_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')  # RDF 1.1 Turtle, IRIREF
_ESCAPED = re.compile('[\x00-\x1f\x7f-\x9f"\\\\]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LOCAL = re.compile(  # the part of PN_LOCAL that needs no escapes
    "[0-9A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff\uf900-\ufdcf"
    "\U00010000-\U000effff][0-9A-Za-z_\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u3001-\ud7ff"
    "\uf900-\ufdcf\U00010000-\U000effff-]*"
)
_BARE = re.compile(rf'"([+-]?[0-9]+)"\^\^<{XSD}integer>|"([+-]?[0-9]+\.[0-9]+)"\^\^<{XSD}decimal>')


def iri(text: str) -> str:
    """Return the term of an absolute IRI; raises ValueError where it holds what no IRI may."""
    if _NOT_IN_IRI.search(text):
        raise ValueError(f"not an IRI: {text!r}")
    return f"<{text}>"


def literal(text: str, *, language: str | None = None, datatype: str | None = None) -> str:
    """Return the term of a literal; U+0000, which many readers refuse, is left out. ``datatype`` is an IRI's text."""
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(_escape, text)
    if language is not None:
        return f'"{text}"@{language}'
    return f'"{text}"^^<{datatype}>' if datatype is not None else f'"{text}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _ESCAPES.get(character) or (f"\\u{ord(character):04X}" if character != "\x00" else "")


def write_lines(write: Callable[[str], None], graphs: Iterable[Named]) -> None:
    """Write N-Triples, or N-Quads where a graph is named."""
    for name, nodes in graphs:
        end = f" {name} .\n" if name is not None else " .\n"
        for subject, pairs in nodes:
            write("".join(f"{subject} {predicate} {object_}{end}" for predicate, object_ in pairs))


def write_turtle(write: Callable[[str], None], graphs: Iterable[Named], prefixes: Mapping[str, str]) -> None:
    """Write Turtle, or TriG where a graph is named. ``prefixes`` map a prefix to its namespace."""
    for prefix, namespace in prefixes.items():
        write(f"@prefix {prefix}: <{namespace}> .\n")
    shorten = _shortener(prefixes)
    for name, nodes in graphs:
        indent = "" if name is None else "  "
        if name is not None:
            write(f"\n{shorten(name)} {{\n")
        for subject, pairs in nodes:
            if pairs:
                write(_block(shorten, subject, pairs, indent))
        if name is not None:
            write("}\n")


def _block(shorten: Callable[[str], str], subject: str, pairs: list[tuple[str, str]], indent: str) -> str:
    text, last = f"\n{indent}{shorten(subject)}", None
    for predicate, object_ in pairs:
        if predicate == last:
            text += f" , {shorten(object_)}"
        else:
            text += " " if last is None else f" ;\n{indent}    "
            text += f"{'a' if predicate == TYPE else shorten(predicate)} {shorten(object_)}"
        last = predicate
    return f"{text} .\n"


def _shortener(prefixes: Mapping[str, str]) -> Callable[[str], str]:
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}

    @lru_cache(maxsize=1 << 16)  # predicates, types and the subjects just written come again and again
    def shorten_iri(term: str) -> str:
        cut = max(term.rfind("/"), term.rfind("#")) + 1
        prefix, local = by_namespace.get(term[1:cut]), term[cut:-1]
        return term if prefix is None or not _LOCAL.fullmatch(local) else f"{prefix}:{local}"

    def shorten(term: str) -> str:
        if term[0] == "<":
            return shorten_iri(term)
        if term[-1] != ">":
            return term
        bare = _BARE.fullmatch(term)
        if bare:
            return bare[1] or bare[2]
        text, _, datatype = term.rpartition("^^")
        return f"{text}^^{shorten_iri(datatype)}"

    return shorten

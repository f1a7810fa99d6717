"""Numbers, dates and words as RDF literals, each in one canonical form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from kg.export.quads import TYPE, XSD, Iri, Literal, Term, literal
from kg.export.terms import standard
from kg.model import Qualifier
from kg.periods import iso_day

_BOUNDS = frozenset({"exact", "above", "below", "about"})


def zh(text: str) -> Literal:
    """Return words of the paper."""
    return literal(text, language="zh")


def integer(number: int) -> Literal:
    """Return an xsd:integer."""
    return literal(str(number), datatype=f"{XSD}integer")


def offset(number: int) -> Literal:
    """Return an offset as NIF has them."""
    return literal(str(number), datatype=f"{XSD}nonNegativeInteger")


def decimal(number: float) -> Literal:
    """Return an xsd:decimal, with a fraction even where it is whole, as Turtle writes one."""
    text = format(Decimal(repr(number)), "f")
    return literal(text if "." in text else f"{text}.0", datatype=f"{XSD}decimal")


def number(value: float) -> Literal:
    """Return an xsd:integer where the number is whole, else an xsd:decimal."""
    return integer(int(value)) if isinstance(value, int) or value.is_integer() else decimal(value)


def date(text: str) -> Literal:
    """Return an ISO date with the datatype of its precision, any other text as it is."""
    for pattern, datatype in ((r"\d{4}-\d\d-\d\d", "date"), (r"\d{4}-\d\d", "gYearMonth"), (r"\d{4}", "gYear")):
        if re.fullmatch(pattern, text, re.ASCII) and iso_day(text) is not None:
            return literal(text, datatype=f"{XSD}{datatype}")
    return literal(text)


def interval(qualifier: Qualifier) -> Iterator[tuple[str, Literal]]:
    """Yield the first and the last day of a date, as far as they are known, with the names of their properties."""
    normal = dict(qualifier.normal)
    for key, name, last in (("start", "notBefore", False), ("end", "notAfter", True)):
        day = iso_day(str(normal.get(key, "")), last=last)
        if day is not None:
            yield name, literal(day, datatype=f"{XSD}date")


def quantity(qualifier: Qualifier, term: Callable[[str], Iri]) -> list[tuple[Iri, Term]]:
    """Return what is said of the node of a number: a sum of money where it has a currency or nothing is known of it.

    schema:value is the number as told, so that sums can be taken; minValue and maxValue are what it implies.
    """
    normal = dict(qualifier.normal)
    money = "currency" in normal or not normal
    pairs: list[tuple[Iri, Term]] = [(TYPE, standard(f"schema:{'MonetaryAmount' if money else 'QuantitativeValue'}"))]
    value, high, bound = normal.get("value"), normal.get("high"), str(normal.get("bound", ""))
    if isinstance(value, (int, float)):
        pairs.append((standard("schema:value"), number(value)))
        if bound == "above" or high is not None:
            pairs.append((standard("schema:minValue"), number(value)))
        if bound == "below" and high is None:
            pairs.append((standard("schema:maxValue"), number(value)))
    if isinstance(high, (int, float)):
        pairs.append((standard("schema:maxValue"), number(high)))
    if "currency" in normal:
        pairs.append((standard("schema:currency"), literal(str(normal["currency"]))))
    unit = str(normal.get("unit", "")) or ("%" if qualifier.name == "share" else "")  # shares are read as percentages
    if unit:
        pairs.append((standard("schema:unitText"), zh(unit)))
    if bound in _BOUNDS:
        pairs.append((term("bound"), term(bound)))
    return [*pairs, (standard("schema:description"), zh(qualifier.text))]

"""Which of the formats that we have a client likes best (RFC 9110, 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping

ROW_TYPES = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""Media types of a SELECT's or ASK's answer, those that we like best first."""
GRAPH_TYPES = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/rdf+xml": "rdfxml",
    "application/ld+json": "jsonld",
    "application/trig": "trig",
    "application/n-quads": "nquads",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
}
"""Media types of a CONSTRUCT's or DESCRIBE's answer."""


def acceptable(accept: str, offers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (format, media type) of the offers that an Accept header takes, best first; none given takes all."""
    ranges = [parsed for part in (accept or "*/*").split(",") if (parsed := _range(part)) is not None]
    liked = [
        (_quality(type_, ranges), number, format_, type_) for number, (type_, format_) in enumerate(offers.items())
    ]
    return [
        (format_, type_)
        for quality, _, format_, type_ in sorted(liked, key=lambda one: (-one[0], one[1]))
        if quality > 0
    ]


def _range(part: str) -> tuple[str, float] | None:
    """Return a media range and its quality; None where it is none."""
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    if "/" not in name:
        return ("*/*", 1.0) if name == "*" else None  # old Java clients write a bare *
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return None
    return name, 1.0


def _quality(type_: str, ranges: list[tuple[str, float]]) -> float:
    """Return the quality that the most specific fitting range gives."""
    for wanted in (type_, f"{type_.partition('/')[0]}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0

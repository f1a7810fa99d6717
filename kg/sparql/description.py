"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from io import BytesIO

from kg.export.quads import RDF, iri
from kg.sparql.engine import Triple, write_triples

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
    "RDF_XML", "JSON-LD",
)  # fmt: skip


def describe(endpoint: str, format_: str) -> bytes:
    """Return the description in one of the formats of graphs: queries only, and what answers come in."""
    service, dataset, default = iri(endpoint), iri(f"{endpoint}#dataset"), iri(f"{endpoint}#union")
    said = [
        (service, f"{RDF}type", f"{_SD}Service"),
        (service, f"{_SD}endpoint", endpoint),
        (service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
        (service, f"{_SD}defaultDataset", dataset.value),
        *((service, f"{_SD}resultFormat", f"{_FORMATS}{name}") for name in _RESULTS),
        (dataset, f"{RDF}type", f"{_SD}Dataset"),
        (dataset, f"{_SD}defaultGraph", default.value),
        (default, f"{RDF}type", f"{_SD}Graph"),
    ]
    out = BytesIO()
    triples = (Triple(subject, iri(predicate), iri(object_)) for subject, predicate, object_ in said)
    write_triples(triples, out, format_, {"sd": _SD, "formats": _FORMATS})
    return out.getvalue()

"""Does a graph keep its contract: SHACL shapes and SPARQL checks together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.check.dataset import open_dataset
from kg.check.findings import CheckResult, in_order
from kg.check.sparql_checks import load_checks, run_check
from kg.errors import MissingPackageError
from kg.export.shapes import write_shapes
from kg.schema import load_schema

Progress = Callable[[int, int | None], None]

_CHECK = 100
"""A query takes about the time of so many nodes."""


def check_graph(
    source: str | Path, *, schema: str | Path | None = None, progress: Progress | None = None
) -> CheckResult:
    """Check the graph of a store (its file, or the folder of a build) or of an RDF file; return what is wrong with it.

    The shapes are those that the schema makes, the checks those of schemas/checks. Where it is a store, quotes are
    compared with the articles. ``progress`` is told of nodes. Raises InputError where a file cannot be read as what
    its suffix says, MissingPackageError where pySHACL is not there.
    """
    try:
        from kg.check.shacl import count_shapes, validate
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pyshacl", "rdflib"):
            raise
        message = "checking a graph needs pySHACL; run: pip install 'regional-industry-kg[check]'"
        raise MissingPackageError(message) from None
    known = load_schema(schema)
    checks = load_checks()
    tell = progress if progress is not None else lambda done, total: None
    tell(0, None)
    dataset = open_dataset(source, known)
    shapes = write_shapes(known, dataset.iris.base)
    nodes = seen = 0

    def start(count: int) -> Callable[[int], None]:
        nonlocal nodes
        nodes = count
        return done

    def done(more: int) -> None:
        nonlocal seen
        seen += more
        tell(seen, nodes + _CHECK * len(checks))

    findings, nodes = validate(dataset, shapes, start=start)
    for check in checks:
        findings |= set(run_check(dataset, check))
        done(_CHECK)
    return CheckResult(
        source=str(source),
        triples=dataset.triples,
        nodes=nodes,
        facts=dataset.count("Fact"),
        shapes=count_shapes(shapes),
        checks=len(checks),
        findings=in_order(findings),
    )

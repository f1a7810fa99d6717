"""The run that made a store, as PROV-O tells it: what it used, which software and settings it was done with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kg.export.iris import Iris, local
from kg.export.quads import TYPE, Iri, Node, iri, literal
from kg.export.terms import LABEL, standard
from kg.ids import digest

_SOFTWARE = "regional-industry-kg"


def run_iri(iris: Iris, made_by: Mapping[str, str]) -> Iri:
    """Return the name of a run: the same for the same version, pipeline and schema. There is no time in it."""
    known = [made_by.get(key) for key in ("version", "pipeline", "schema")]
    return iri(f"{iris.namespace('run')}{digest('run', *known, length=12)}")


def run_nodes(iris: Iris, made_by: Mapping[str, str], documents: Iterable[str]) -> Iterator[Node]:
    """Yield the run, with the documents (their ids) that it used, and the software."""
    version = made_by.get("version", "")
    agent = iri(f"{iris.namespace('software')}{local(f'{_SOFTWARE}_{version}')}")
    run = run_iri(iris, made_by)
    yield (
        run,
        [
            (TYPE, iri(iris.term("Run"))),
            (LABEL, literal(f"{_SOFTWARE} {version}".strip())),
            (standard("prov:wasAssociatedWith"), agent),
            *((iri(iris.term(name)), literal(made_by[key])) for key, name in _TOLD if key in made_by),
        ],
    )
    for document in documents:
        yield run, [(standard("prov:used"), iri(iris.document(document)))]
    yield (
        agent,
        [
            (TYPE, standard("prov:SoftwareAgent")),
            (TYPE, standard("schema:SoftwareApplication")),
            (LABEL, literal(_SOFTWARE)),
            (standard("schema:softwareVersion"), literal(version)),
        ],
    )


_TOLD = (("pipeline", "pipeline"), ("schema", "schemaDigest"))

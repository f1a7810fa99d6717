"""Rules that take more than one node to see, as SPARQL queries over the whole data set: schemas/checks/*.rq.

A query's first lines say what it finds: ``# severity:`` (violation, warning or info), ``# message:`` in English and
``# message_zh:``. It selects ``?node``, the node at fault; ``?fact``, whose words are shown with it, where that is
another node; and what its message names in braces: entities and facts stand there by their labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.check.dataset import Dataset
from kg.check.findings import Finding
from kg.errors import SchemaError
from kg.export.iris import DEFAULT_BASE
from kg.export.shape_turtle import SEVERITIES, Severity
from kg.resources import schemas_path

_HEADER = re.compile(r"# (\w+): (.+)")
_NAMED = re.compile(r"\{(\w+)\}")
_KEYS = ("severity", "message", "message_zh")


@dataclass(frozen=True, slots=True)
class Check:
    """One query, and what its rows mean."""

    name: str
    severity: Severity
    message: str
    message_zh: str
    query: str


def load_checks(folder: str | Path | None = None) -> tuple[Check, ...]:
    """Return the queries of a folder, by name, or those that ship with the package.

    Raises SchemaError, with the file, where a header is not as it should be.
    """
    root = Path(folder) if folder is not None else schemas_path("checks")
    return tuple(_check(path) for path in sorted(root.glob("*.rq")))


def _check(path: Path) -> Check:
    query = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    for line in query.splitlines():
        found = _HEADER.fullmatch(line)
        if not found:
            break
        header[found[1]] = found[2].strip()
    if tuple(header) != _KEYS:
        raise SchemaError(f"{path}: must begin with {', '.join(f'# {key}: …' for key in _KEYS)}, a line each")
    severity = next((one for one in SEVERITIES if one == header["severity"]), None)
    if severity is None:
        raise SchemaError(f"{path}: no severity is called {header['severity']!r}; there are {', '.join(SEVERITIES)}")
    return Check(path.stem, severity, header["message"], header["message_zh"], query)


def run_check(dataset: Dataset, check: Check) -> Iterator[Finding]:
    """Yield what one query finds: the default graph holds everything, GRAPH what each document says.

    Raises SchemaError where the query is none, or does not select what its message names.
    """
    query = check.query.replace(f"<{DEFAULT_BASE}/", f"<{dataset.iris.base}/")
    try:
        names, rows = dataset.select(query)
    except SyntaxError as error:
        raise SchemaError(f"check {check.name}: no SPARQL query: {' '.join(str(error).split())}") from error
    missing = {"node", *_NAMED.findall(check.message)} - set(names)
    if missing:
        raise SchemaError(f"check {check.name}: must select {', '.join(f'?{name}' for name in sorted(missing))}")
    for row in rows:
        node = row["node"]
        labels = {name: dataset.label(value) for name, value in row.items()}
        said = _NAMED.sub(lambda found, labels=labels: labels[found[1]], check.message)  # type: ignore[misc]
        facts = [row.get("fact") or node, row.get("other")]
        words = dict.fromkeys(one for fact in facts if fact is not None for one in dataset.words(fact))
        yield Finding(
            check.severity, check.name, said, str(getattr(node, "value", node)), dataset.label(node), None, tuple(words)
        )

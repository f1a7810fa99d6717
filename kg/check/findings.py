"""What checks find wrong with a graph: where, how bad it is, and the words behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from kg.export.shape_turtle import SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Words:
    """A quote of the graph and where it stands: ``line`` and ``column`` count from 1 and may be unknown."""

    text: str
    path: str | None
    line: int | None
    column: int | None
    headline: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One node that breaks one rule.

    ``rule`` is the name of a shape or of a query of schemas/checks, ``node`` an IRI and ``label`` what people call it;
    ``value`` is the value at fault, where it is one. ``words`` are those of the facts concerned; an entity's are those
    of its first fact.
    """

    severity: Severity
    rule: str
    message: str
    node: str
    label: str
    value: str | None
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was looked at and what was found: violations first, then by rule and node.

    ``triples`` are those of the graph without its ontology, ``nodes`` those that some shape is about.
    """

    source: str
    triples: int
    nodes: int
    facts: int
    shapes: int
    checks: int
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


def in_order(findings: set[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, rule and node."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (SEVERITIES.index(one.severity), one.rule, one.node, one.value or "", one.message),
        )
    )

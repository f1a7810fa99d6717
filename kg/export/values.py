"""What stands in a cell of a table or in an attribute of a network."""

from __future__ import annotations

from kg.schema import Schema

Value = str | int | float | None


def predicate_label(predicate: str, schema: Schema) -> str:
    """Return the predicate's Chinese label, or its name where the schema does not know it."""
    known = schema.predicates.get(predicate)
    return known.zh if known else predicate

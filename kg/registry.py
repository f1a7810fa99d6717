"""The stages there are: entry points of the group ``kg.stages``, our own and other people's alike.

A stage's factory takes keyword-only settings and is marked with ``declare``, which says what it needs and adds.
A factory that has a parameter ``schema`` is given the schema of the run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, TypeVar

from kg.errors import ConfigError
from kg.protocols import Stage
from kg.schema import Schema

GROUP = "kg.stages"
PARTS = ("sentences", "mentions", "groups", "references", "claims")
"""The fields of a Reading that a stage may need or add."""

Factory = Callable[..., Stage]
_F = TypeVar("_F", bound=Factory)


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A registered stage: its factory, the parts of a reading that it needs and adds, the first line of its help."""

    name: str
    factory: Factory
    needs: tuple[str, ...]
    adds: tuple[str, ...]
    summary: str
    alone: bool = False
    """Whether it wants one process for all articles: it keeps a budget, or a model too large to load twice."""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that the factory takes, with their defaults."""
        parameters = inspect.signature(self.factory).parameters.values()
        return {p.name: p.default for p in parameters if p.name != "schema"}

    def make(self, schema: Schema, settings: dict[str, Any]) -> Stage:
        """Make the stage; unknown settings are refused with the list of those it takes."""
        unknown = sorted(set(settings) - set(self.settings))
        if unknown:
            known = ", ".join(self.settings) or "none"
            raise ConfigError(f"stage {self.name} has no setting {unknown[0]!r}; its settings: {known}")
        takes_schema = "schema" in inspect.signature(self.factory).parameters
        return self.factory(**settings, schema=schema) if takes_schema else self.factory(**settings)


def declare(*, needs: Iterable[str] = (), adds: Iterable[str] = (), alone: bool = False) -> Callable[[_F], _F]:
    """Mark a stage's factory with the parts of a reading that it needs and adds, and whether it wants one process."""

    def mark(factory: _F) -> _F:
        for part in (*needs, *adds):
            if part not in PARTS:
                raise ValueError(f"a reading has no part {part!r}; it has {', '.join(PARTS)}")
        marks = {"needs": tuple(needs), "adds": tuple(adds), "alone": alone}
        for name, value in marks.items():
            setattr(factory, name, value)
        return factory

    return mark


@cache
def stage_names() -> tuple[str, ...]:
    """Return the names of the registered stages, sorted."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def find_stage(name: str) -> StageSpec:
    """Return the stage registered under that name; only its own module is imported."""
    found = sorted(entry_points(group=GROUP, name=name), key=lambda entry: entry.value)
    if not found:
        raise ConfigError(f"no stage is named {name!r}; registered: {', '.join(stage_names())}")
    if len({entry.value for entry in found}) > 1:
        raise ConfigError(f"two stages are named {name!r}: {', '.join(entry.value for entry in found)}; remove one")
    factory = found[0].load()
    if not hasattr(factory, "needs"):
        raise ConfigError(f"stage {name!r} ({found[0].value}) is not marked with kg.registry.declare")
    summary = (inspect.getdoc(factory) or "").partition("\n")[0]
    return StageSpec(name, factory, factory.needs, factory.adds, summary, getattr(factory, "alone", False))

"""The stages there are: entry points of the group ``kg.stages``, our own and other people's alike.

A stage's factory takes keyword-only settings and is marked with ``declare``, which says what it needs and adds.
A factory that has a parameter ``schema`` is given the schema of the run.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from os import PathLike
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
    environment: tuple[str, ...] = ()
    """The variables of the environment that say what it reads with, as settings do."""
    idle: tuple[str, ...] = ()
    """The settings that never change what is read: a folder for its answers, how many requests it sends at once."""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings that the factory takes, with their defaults; NEEDED for those that must be given."""
        return {name: one.default for name, one in self._parameters().items()}

    def _parameters(self) -> dict[str, inspect.Parameter]:
        parameters = inspect.signature(self.factory).parameters
        return {name: one for name, one in parameters.items() if name != "schema"}

    def make(self, schema: Schema, settings: Mapping[str, Any]) -> Stage:
        """Make the stage; unknown settings are refused with the list of those it takes, and values of another kind."""
        parameters = self._parameters()
        unknown = sorted(set(settings) - set(parameters))
        if unknown:
            known = ", ".join(parameters) or "none"
            raise ConfigError(f"stage {self.name} has no setting {unknown[0]!r}; its settings: {known}")
        for name, one in parameters.items():
            if name not in settings and one.default is NEEDED:
                raise ConfigError(f"stage {self.name} needs the setting {name}")
            kind = _kind(one)
            if name in settings and kind is not None and not _is_of(kind, settings[name]):
                raise ConfigError(f"stage {self.name}: {name} must be {_SAID[kind]}, not {settings[name]!r}")
        given = {"schema": schema} if "schema" in inspect.signature(self.factory).parameters else {}
        try:
            return self.factory(**settings, **given)
        except (OSError, ValueError) as error:  # a file that a setting names, or what is in it
            raise ConfigError(f"stage {self.name}: {type(error).__name__}: {error}") from error


NEEDED = inspect.Parameter.empty
"""Stands for the default of a setting that has none."""

_SAID = {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list", dict: "a table"}


def _kind(parameter: inspect.Parameter) -> type | None:
    """Return the kind of value that a setting takes, as its default shows; None where that shows none."""
    default = parameter.default
    kind = list if isinstance(default, tuple) else type(default)
    if kind is int and parameter.annotation in (float, "float"):  # budget: float = 0
        kind = float
    return kind if kind in _SAID else None


def _is_of(kind: type, value: object) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is type(value)
    taken: dict[type, tuple[type, ...]] = {float: (int, float), str: (str, PathLike), list: (list, tuple)}
    return isinstance(value, taken.get(kind, kind))


def declare(
    *,
    needs: Iterable[str] = (),
    adds: Iterable[str] = (),
    alone: bool = False,
    environment: Iterable[str] = (),
    idle: Iterable[str] = (),
) -> Callable[[_F], _F]:
    """Mark a stage's factory with the parts of a reading that it needs and adds, and what else StageSpec holds."""

    def mark(factory: _F) -> _F:
        for part in (*needs, *adds):
            if part not in PARTS:
                raise ValueError(f"a reading has no part {part!r}; it has {', '.join(PARTS)}")
        marks = {"needs": tuple(needs), "adds": tuple(adds), "alone": alone}
        marks |= {"environment": tuple(environment), "idle": tuple(idle)}
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
    try:
        factory = found[0].load()
    except Exception as error:  # another package's module may need what is not here, or be broken in any way
        reason = f"{type(error).__name__}: {error}"
        raise ConfigError(f"stage {name!r} ({found[0].value}) cannot be imported: {reason}") from error
    if not hasattr(factory, "needs"):
        raise ConfigError(f"stage {name!r} ({found[0].value}) is not marked with kg.registry.declare")
    summary = (inspect.getdoc(factory) or "").partition("\n")[0]
    marks = {name: getattr(factory, name) for name in ("alone", "environment", "idle") if hasattr(factory, name)}
    return StageSpec(name, factory, factory.needs, factory.adds, summary, **marks)

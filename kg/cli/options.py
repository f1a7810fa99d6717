"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

_F = TypeVar("_F", bound=Callable[..., Any])

STORE = click.argument("store", type=click.Path(path_type=Path))
SCHEMA = click.option(
    "--schema", type=click.Path(path_type=Path), metavar="DIR", help="Schema folder instead of the one that ships."
)
BASE = click.option("--base", metavar="URL", help="What the addresses (IRIs) of the graph begin with.")
_PIPELINE = click.option(
    "--pipeline", default="default", metavar="FILE", show_default=True, help="Pipeline: a shipped name, or a file."
)
JOBS = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), help="Processes that read articles; one a core where there are many."
)


def reading_options(command: _F) -> _F:
    """Give the command the options of those that read articles: --schema, --pipeline, -j."""
    return SCHEMA(_PIPELINE(JOBS(command)))


_REGION = click.option(
    "--region", "regions", multiple=True, metavar="REGION",
    help="What lies in a region and what is joined to it; an adcode (350000) or an id. May be given several times.",
)  # fmt: skip
_TYPE = click.option("--type", "types", multiple=True, metavar="TYPE", help="Entities of this type; several times.")
_PREDICATE = click.option(
    "--predicate", "predicates", multiple=True, metavar="NAME", help="Facts of this predicate; several times."
)
_SINCE = click.option("--since", metavar="DAY", help="Facts of this day or later: their own date, else the paper's.")
_UNTIL = click.option("--until", metavar="DAY", help="Facts of this day or earlier.")
_SUPPORT = click.option("--support", type=click.IntRange(min=1), metavar="N", help="Facts that N documents tell.")
_PLANNED = click.option(
    "--planned/--no-planned", default=None, help="Planned facts too; without either, networks leave them out."
)
_ISOLATED = click.option(
    "--isolated/--no-isolated", default=None,
    help="Entities without a fact too; without either, they are left out where facts were selected.",
)  # fmt: skip
_OF_FACTS = ("predicates", "since", "until", "support")
_CONDITIONS = (*_OF_FACTS, "regions", "types", "planned", "isolated")


def condition_options(command: _F) -> _F:
    """Give the command the options that ask for a part of the graph, as one argument ``conditions``.

    Those not given are not in it.
    """

    @wraps(command)
    def run(**arguments: Any) -> Any:
        asked = {name: arguments.pop(name) for name in _CONDITIONS}
        if asked["isolated"] is None and any(asked[name] for name in _OF_FACTS):
            asked["isolated"] = False
        given = {name: value for name, value in asked.items() if value not in ((), None)}
        return command(**arguments, conditions=given)

    for option in (_ISOLATED, _PLANNED, _SUPPORT, _UNTIL, _SINCE, _PREDICATE, _TYPE, _REGION):
        run = option(run)
    return cast(_F, run)

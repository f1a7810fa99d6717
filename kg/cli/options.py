"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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
_JOBS = click.option(
    "-j", "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that read articles."
)


def reading_options(command: _F) -> _F:
    """Give the command the options of those that read articles: --schema, --pipeline, -j."""
    return SCHEMA(_PIPELINE(_JOBS(command)))

"""``kg stages``: what a pipeline can use."""

from __future__ import annotations

import click

from kg.cli.screen import show_table


@click.command()
def stages() -> None:
    """List the stages that a pipeline can use.

    With each stands what it needs from stages before it, what it adds, and its settings with their defaults.

    \b
    Example:
      kg stages
    """
    from kg import api

    rows = [
        (
            spec.name,
            ", ".join(spec.needs) or "-",
            ", ".join(spec.adds) or "-",
            ", ".join(f"{name}={value!r}" for name, value in spec.settings.items()) or "-",
            spec.summary,
        )
        for spec in api.list_stages()
    ]
    show_table(rows, columns=("stage", "needs", "adds", "settings", "what it does"))

"""``kg stages``: what a pipeline can use."""

from __future__ import annotations

import click

from kg.cli.screen import show_table


@click.command()
@click.option("--pipeline", metavar="NAME", help="Print the file of a shipped pipeline instead, to copy from.")
def stages(pipeline: str | None) -> None:
    """List the stages that a pipeline can use, and the pipelines that ship.

    With each stage stands what it needs from stages before it, what it adds, and its settings with their defaults.

    \b
    Examples:
      kg stages
      kg stages --pipeline fast > mine.toml
    """
    from kg import api
    from kg.registry import NEEDED

    files = api.list_pipelines()
    if pipeline is not None:
        if pipeline not in files:
            raise click.BadParameter(f"no shipped pipeline is named so; there are {', '.join(files)}")
        click.echo(files[pipeline].read_text(encoding="utf-8"), nl=False)
        return
    rows = [
        (
            spec.name,
            ", ".join(spec.needs) or "-",
            ", ".join(spec.adds) or "-",
            ", ".join(name if value is NEEDED else f"{name}={value!r}" for name, value in spec.settings.items()) or "-",
            spec.summary,
        )
        for spec in api.list_stages()
    ]
    show_table(rows, columns=("stage", "needs", "adds", "settings", "what it does"))
    click.echo()
    show_table([(name, str(file)) for name, file in files.items()], columns=("pipeline", "file"))

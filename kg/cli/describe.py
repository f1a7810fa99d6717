"""``kg stages`` and ``kg schema``: what there is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

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


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def schema(folder: Path | None, as_json: bool) -> None:
    """Show what the graph can say.

    These are the types, the predicates, and how many frames read each. FOLDER is a schema folder of your own; without
    it the one that ships is shown.

    \b
    Example:
      kg schema --json
    """
    from kg import api

    described = api.describe_schema(folder)
    if as_json:
        click.echo(json.dumps(described, ensure_ascii=False, indent=2))
        return
    types = [(t["name"], t["zh"], t["en"], ", ".join(t["subtypes"]) or "-") for t in described["types"]]
    show_table(types, columns=("type", "zh", "en", "subtypes"))
    click.echo()
    frames = Counter(frame["predicate"] for frame in described["frames"])
    predicates = [
        (
            p["name"],
            p["zh"],
            p["en"],
            f"{', '.join(p['domain'])} {'↔' if p['symmetric'] else '→'} {', '.join(p['range'])}",
            ", ".join(f"{name}*" if name in p["identifying"] else name for name in p["qualifiers"]) or "-",
            frames[p["name"]],
        )
        for p in described["predicates"]
    ]
    show_table(
        predicates, columns=("predicate", "zh", "en", "subject → object", "qualifiers (* identifying)", "frames")
    )

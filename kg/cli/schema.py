"""``kg schema``: what the graph can say, and the files that say it to other programs."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from kg.cli.options import BASE
from kg.cli.screen import show_table


class _Schema(click.Group):
    """``kg schema FOLDER`` is short for ``kg schema show FOLDER``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else None
        if first not in self.commands and first not in self.get_help_option_names(ctx):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Schema)
def schema() -> None:
    """Show what the graph can say, copy it to change it, or write its ontology.

    \b
    Examples:
      kg schema
      kg schema copy my-schema
      kg schema show my-schema --json
      kg schema build my-schema -o files
    """


@schema.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(folder: Path | None, as_json: bool) -> None:
    """Show what the graph can say.

    These are the types, the predicates, and how many frames read each. FOLDER is a schema folder of your own; without
    it the one that ships is shown.

    \b
    Example:
      kg schema show --json
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


@schema.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the files.")
@BASE
def build(folder: Path | None, out: Path | None, base: str | None) -> None:
    """Write the ontology, the SHACL shapes, the JSON-LD context and the reference page of a schema.

    FOLDER is a schema folder of your own. Without FOLDER and -o, in a checkout of the project, those that it keeps of
    its own schema are written anew.

    \b
    Example:
      kg schema build my-schema -o files --base https://data.example.com/graph
    """
    from kg import api

    settings = {"base": base} if base is not None else {}
    for path in api.build_schema(folder, out, **settings):
        click.echo(f"written: {path}", err=True)


@schema.command()
@click.argument("folder", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Copy the schema that ships into a new FOLDER, to add types, predicates and frames of your own.

    \b
    Example:
      kg schema copy my-schema
    """
    from kg import api

    api.copy_schema(folder)
    click.echo(f"copied to {folder}: edit it, then kg schema show {folder}, kg build … --schema {folder}", err=True)

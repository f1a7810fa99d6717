"""The command ``kg``: each command parses its arguments, calls one function of kg.api and prints what it returns.

Exit codes: 0 done; 1 something that was named could not be read or done; 2 wrong usage.
"""

from __future__ import annotations

from typing import Any

import click

from kg.cli.annotate import annotate
from kg.cli.audit import audit
from kg.cli.build import build
from kg.cli.check import check
from kg.cli.compare import compare
from kg.cli.conflicts import conflicts
from kg.cli.decide import decide
from kg.cli.describe import stages
from kg.cli.diff import diff
from kg.cli.docbin import docbin
from kg.cli.evaluate import evaluate
from kg.cli.export import export
from kg.cli.query import query
from kg.cli.remove import remove
from kg.cli.repair import repair
from kg.cli.review import review
from kg.cli.schema import schema
from kg.cli.serve import serve
from kg.cli.show import show
from kg.cli.stats import stats
from kg.cli.train import train
from kg.cli.why import why, whynot
from kg.errors import KGError


class _Commands(click.Group):
    """Shows errors that a person can act on without a traceback; anything else is a bug and keeps its own."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KGError as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of use, not of the alphabet


def _print_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # slow to import

        click.echo(f"kg {version('regional-industry-kg')}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def main() -> None:
    """Knowledge graphs of regional industry from Chinese newspapers, in which every fact keeps its quote.

    \b
    Example:
      kg build data/sample/page.txt -o out
      kg stats out/graph.sqlite
    """


for _command in (
    build, remove, show, why, whynot, conflicts, check, audit, review, decide, diff, stats, query, serve, export,
    docbin, annotate, evaluate, compare, train, repair, stages, schema,
):  # fmt: skip
    main.add_command(_command)

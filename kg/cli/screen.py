"""What commands put on the screen: tables and text to standard output, progress and problems to standard error.

Plain, unwrapped and uncoloured where the output is no terminal, so that it can be piped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:  # rich is imported when something is shown, so that `kg --help` is quick
    from rich.console import Console

Progress = Callable[[int, int | None], None]
"""Told how much is done, and of how much where that is known."""

_CONTROL = {code: "�" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
_UNWRAPPED = 1_000_000
"""Columns where there is no terminal: nothing is folded."""


def clean(text: str) -> str:
    """Replace control characters, with which a text could command the terminal, and lone surrogates."""
    return text.translate(_CONTROL).encode("utf-8", "replace").decode("utf-8")


def console(stream: TextIO | None = None) -> Console:
    """Return a console on ``stream`` (standard output) that prints texts as they are."""
    from rich.console import Console

    stream = stream if stream is not None else sys.stdout
    width = None if stream.isatty() else _UNWRAPPED
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def show_table(rows: Iterable[Sequence[object]], *, columns: Sequence[str], title: str | None = None) -> None:
    """Print rows under their column names; numbers stand to the right."""
    from rich.table import Table
    from rich.text import Text

    rows = [list(row) for row in rows]
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", title_style="bold")
    for index, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers else "left")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return f"{value:,}" if isinstance(value, int) else clean(str(value))


def tally_lines(tallies: Mapping[str, float]) -> list[str]:
    """Return a line for each thing that stages counted: ``find_llm: requests: 12``."""
    return [f"{what}: {number:,.4f}".rstrip("0").rstrip(".") for what, number in sorted(tallies.items())]


def complain(lines: Iterable[str]) -> None:
    """Print problems to standard error, a line each."""
    out = console(sys.stderr)
    for line in lines:
        out.print(clean(line).replace("\n", " "))


@contextmanager
def progress_bar(what: str, *, unit: str = "characters") -> Iterator[Progress]:
    """Show a bar on standard error while the block runs, if that is a terminal; yield what must be told."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn(what), BarColumn(), TextColumn(f"{{task.completed:,.0f}} {unit}"), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Bar(*columns, console=console(sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

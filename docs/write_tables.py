"""Write the answers in docs/tables.md: ``python docs/write_tables.py``. They are those of the graph of data/sample."""

from __future__ import annotations

import ast
import contextlib
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas

import kg

DOCS = Path(__file__).parent
PAGE, SAMPLE = DOCS / "tables.md", DOCS.parent / "data" / "sample"
BLOCK = re.compile(r"```(sql|python)\n(.*?)```\n(?:\n(?:\|[^\n]*\n)+)?", re.DOTALL)
"""A query with its answer, a table behind it, if there is one."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        kg.build([SAMPLE], Path(folder) / "out")
        PAGE.write_text(page(Path(folder)), encoding="utf-8")


def page(folder: Path) -> str:
    """Return the page with the answers of the graph in ``folder``/out, running its blocks in that folder."""
    names: dict[str, Any] = {}

    def answered(found: re.Match[str]) -> str:
        kind, code = found.groups()
        answer = ask(code) if kind == "sql" else run(code, names)
        return f"```{kind}\n{code}```\n" + (f"\n{table(answer)}" if answer else "")

    with contextlib.chdir(folder):
        kg.export_graph("out/graph.sqlite", "tables", ("parquet",))
        kg.export_graph("out/graph.sqlite", "graph.duckdb")
        return BLOCK.sub(answered, PAGE.read_text(encoding="utf-8"))


def ask(query: str) -> list[dict[str, Any]]:
    """Return the rows of an answer."""
    with duckdb.connect("graph.duckdb", read_only=True) as database:
        found = database.execute(query)
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def run(code: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table that the last line of the code gives, none where it gives no table."""
    *lines, last = ast.parse(code).body
    exec(compile(ast.Module(lines, []), "<docs>", "exec"), names)
    if not isinstance(last, ast.Expr):
        exec(compile(ast.Module([last], []), "<docs>", "exec"), names)
        return []
    answer = eval(compile(ast.Expression(last.value), "<docs>", "eval"), names)
    return answer.reset_index().to_dict("records") if isinstance(answer, pandas.DataFrame) else []


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    rows = list(rows)
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([cell(value) for value in row.values()] for row in rows)]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def cell(value: object) -> str:
    """Return a value for a cell; sums as whole yuan."""
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    return "" if value is None else str(value).replace("|", "\\|")


if __name__ == "__main__":
    main()

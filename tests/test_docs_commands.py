"""What the documents show is what happens: their commands and Python are run, what they print is compared.

Each page has a folder of its own with ``data`` and ``schemas``, in which its blocks are run from top to bottom:

- of ``sh`` and ``console`` the lines that begin with ``kg`` (or ``$ kg``, or in a chain of ``&&``, ``.venv/bin/kg``); a
  block that makes its own files (``cp``, ``cat``, ``echo``) as a whole;
- ``python``, in one namespace a page; what a line ``print(…)  # [this]`` says is compared where it is a Python value;
- in ``console``, what follows a command is compared to what it prints, up to a line ``…``.

A block with ``<!-- not run: why -->`` before it is not run; how many of them a page has stands below.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from kg.cli import main

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
NOT_RUN = {
    "README.md": 1,
    "CONTRIBUTING.md": 1,
    "docs/language-models.md": 1,
    "docs/neo4j.md": 1,
    "docs/recognizer.md": 2,
    "docs/spacy.md": 2,
    "docs/sparql.md": 1,
}
FILES = {"my.rq": "SELECT ?firm { ?bank kg:lendsTo ?firm }\n"}
"""What a reader brings along."""
NEEDED = {"docbin": "spacy"}
"""The commands that need an extra, and its package."""

FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"<!-- not run: \S.* -->\n *$")
SHELLS, MAKES_FILES = ("sh", "bash", "console"), re.compile(r"^(?:cp|cat|echo|mkdir) ", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    text: str
    line: int
    is_run: bool


def blocks(name: str) -> list[Block]:
    page = (ROOT / name).read_text(encoding="utf-8")
    found = []
    for fence in FENCE.finditer(page):
        before = page[: fence.start()]
        is_run = MARK.search(before) is None
        found.append(Block(fence[2], textwrap.dedent(fence[3]), before.count("\n") + 1, is_run))
    return found


def commands(block: Block) -> list[tuple[str, str]]:
    """Return the commands of a block of the shell that are this project's, each with what is said to be printed."""
    found: list[tuple[str, str]] = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if block.language == "console" and not line.startswith("$ "):
            if found:
                found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
            continue
        chain = [part.strip().removeprefix(".venv/bin/") for part in line.removeprefix("$ ").split(" && ")]
        found += [(part, "") for part in chain if part.startswith("kg ")]
    return found


def is_runnable(block: Block) -> bool:
    return block.language == "python" or (block.language in SHELLS and bool(commands(block)))


RUNNABLE = [name for name in PAGES if any(block.is_run and is_runnable(block) for block in blocks(name))]


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_page_does_what_it_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for shared in ("data", "schemas"):
        (tmp_path / shared).symlink_to(ROOT / shared)
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    left_out: set[str] = set()
    names: dict[str, object] = {}
    for block in blocks(name):
        where = f"{name}:{block.line}"
        if not block.is_run or not is_runnable(block):
            continue
        if block.language == "python":
            left_out |= _missing(block.text)
            if not left_out:
                _run_python(block.text, names, where)
        elif MAKES_FILES.search(block.text):
            _run_shell(block.text, where)
        else:
            for command, expected in commands(block):
                needed = NEEDED.get(command.split()[1])
                if needed and find_spec(needed) is None:
                    left_out.add(needed)
                else:
                    _run_command(command, expected, where)
    if left_out:
        pytest.skip(f"all is run but what needs {', '.join(sorted(left_out))}")


def _missing(text: str) -> set[str]:
    imported = re.findall(r"^(?:import|from) (\w+)|^import \w+, (\w+)$", text, re.MULTILINE)
    return {name for names in imported for name in names if name and find_spec(name) is None}


def _run_python(text: str, names: dict[str, object], where: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(text, where, "exec"), names)
    for said in re.findall(r"^print\(.*\)  # ([\[{(\"'\d].*)$", text, re.MULTILINE):
        assert _settled(said.partition("…")[0]) in _settled(printed.getvalue()), where


def _run_shell(text: str, where: str) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, f"{where}: {done.stderr}"


def _run_command(command: str, expected: str, where: str) -> None:
    words = shlex.split(command, comments=True)
    assert not {"|", ">", "<", "&&", ";"} & set(words), f"{where}: {command}"
    done = CliRunner().invoke(main, words[1:])
    assert done.exit_code == 0, f"{where}: {command}: {done.output}{done.exception!r}"
    before, shortened, after = expected.partition("\n…\n")
    assert not after, f"{where}: what follows the line … is not compared"
    if shortened:
        assert _settled(done.output).startswith(_settled(before)), where
    elif expected:
        assert _settled(done.output).strip() == _settled(expected).strip(), where


def _settled(text: str) -> str:
    """Return the text without what differs between runs and processors: seconds, rates, the digits of scores."""
    text = re.sub(r"\b\d+(?:\.\d+)? s\b|\b[\d,]+ characters a second", "#", text)
    return re.sub(r"\b0\.\d+", "0.#", text)


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    counted = {name: sum(not block.is_run for block in blocks(name)) for name in PAGES}
    assert {name: count for name, count in counted.items() if count} == NOT_RUN
    for name in PAGES:
        page = (ROOT / name).read_text(encoding="utf-8")
        assert len(re.findall("^ *<!-- not run", page, re.MULTILINE)) == counted[name], (
            f"{name}: a mark without its reason or its block"
        )


def test_most_pages_that_show_commands_are_run() -> None:
    assert {"README.md", "docs/gephi.md", "docs/rdf.md", "docs/sparql.md", "docs/neo4j.md", "docs/tables.md"} <= set(
        RUNNABLE
    )

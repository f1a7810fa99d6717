"""The example in CONTRIBUTING.md: one more type and one more kind of fact, from the command line, without code."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(os.name != "posix", reason="the example is written for a POSIX shell")
def test_the_example_builds_a_graph_of_a_users_own_type(tmp_path: Path) -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Add a type or a kind of fact")[2]
    commands = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert commands is not None
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euc", commands[1]], cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "facts.csv").open(encoding="utf-8", newline="") as file:
        facts = {(row["subject_name"], row["predicate"], row["object_name"]) for row in csv.DictReader(file)}
    assert {("蕉城区", "grows", "芦笋"), ("蕉城区", "grows", "山药")} <= facts

"""The documents say what is there: every command, every data file, and links that lead somewhere."""

import re
from pathlib import Path

import pytest

from kg.cli import main

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "docs/architecture.md"]
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def test_the_readme_shows_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in main.commands if f"kg {name}" not in readme] == []


def test_every_data_file_is_accounted_for() -> None:
    described = set(re.findall(r"^\| `([^`]+)`", (ROOT / "data" / "README.md").read_text(encoding="utf-8"), re.M))
    files = {path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*.*") if path.is_file()}
    kept = {name for name in files if not name.startswith("scripts/") and name != "README.md"}
    assert described == kept


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_module_that_is_named_is_there(name: str) -> None:
    named = re.findall(r"`(kg/[\w/]+(?:\.py|/))`", (ROOT / name).read_text(encoding="utf-8"))
    assert [module for module in named if not (ROOT / module).exists()] == []

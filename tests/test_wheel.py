"""The built wheel carries all that it needs: alone on the path and in another folder, it builds a graph."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="needs hatchling to build the wheel: pip install -e '.[test]'")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_schemas_data_and_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("schemas", "data"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"kg/_shipped/{path.relative_to(ROOT).as_posix()}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "kg/py.typed" in names


def test_the_wheel_works_alone_in_another_folder(wheel: Path, sample_page: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(alone)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(alone)}
    code = "import kg, sys; from kg.cli import main; print(kg.__file__, file=sys.stderr); main()"
    said = subprocess.run(
        [sys.executable, "-c", code, "build", str(sample_page), "-o", "out"],
        cwd=elsewhere, env=environment, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert Path(said.stderr.strip()).is_relative_to(alone)
    assert (elsewhere / "out" / "graph.gexf").stat().st_size > 1000

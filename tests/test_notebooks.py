"""The notebooks run on the sample and show what is committed, and run on any other store, without the network."""

import base64
import io
import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kg

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LARGEST = 400_000  # bytes

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the kernel's own packages
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # on encryption between the kernel and the test
]


@pytest.fixture(scope="module")
def refresh() -> ModuleType:
    for package in ("matplotlib", "nbclient", "pandas", "ipykernel", "scipy"):
        pytest.importorskip(package, reason="needs the extra notebooks")
    spec = spec_from_file_location("refresh", FOLDER / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cells(notebook: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    return [("".join(cell["source"]), cell["outputs"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _words(output: dict[str, Any]) -> str:
    """Return what an output says, but for white space and the last digits of scores, which processors round."""
    data = output.get("data", {})
    if "image/png" in data:
        return "a picture"
    page = "text/html" in data and "dataframe" not in "".join(data["text/html"])
    said = data.get("text/markdown") or (data.get("text/html") if page else data.get("text/plain"))
    text = "".join(said or output.get("text", ""))
    return " ".join(re.sub(r"\b0\.\d+", "0.#", text).split())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_committed_is_what_it_shows(path: Path, refresh: ModuleType) -> None:
    """Fails when a notebook, the sample or what is read in it has changed: run notebooks/refresh.py."""
    committed, now = json.loads(path.read_text("utf-8")), refresh.run(path)
    for (source, shown), (_, found) in zip(_cells(committed), _cells(now), strict=True):
        assert [_words(output) for output in found] == [_words(output) for output in shown], source
        assert not [output for output in found if output.get("name") == "stderr"], source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_sent_on(path: Path) -> None:
    text = path.read_text("utf-8")
    notebook = json.loads(text)
    assert path.stat().st_size < LARGEST
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert "".join(cells[0]["source"]).startswith("STORE = None")
    assert sum(len(re.findall(r"^STORE = ", "".join(cell["source"]), re.M)) for cell in cells) == 1
    assert not re.search(r"/tmp|/home|/root|/Users|/work|Traceback", re.sub(r'"image/png": "[^"]*"', "", text))
    assert all(set(cell["metadata"]) <= {"tags"} for cell in cells), "no timings"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_picture_is_empty(path: Path) -> None:
    image = pytest.importorskip("matplotlib.image", reason="needs the extra notebooks")
    pictures = [
        output["data"]["image/png"]
        for _, outputs in _cells(json.loads(path.read_text("utf-8")))
        for output in outputs
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 2
    for picture in pictures:
        pixels = image.imread(io.BytesIO(base64.b64decode(picture)))
        assert (pixels[..., :3] < 0.5).any(axis=2).mean() > 0.002  # something dark is written on it


OFFLINE = """
import socket, sys
def refuse(self, address):
    raise AssertionError(f"the network was asked for: {address}")
socket.socket.connect = socket.socket.connect_ex = refuse
import matplotlib
matplotlib.use("Agg")
sys.path.insert(0, sys.argv[1])
import json
from pathlib import Path
import refresh
for path in sorted(Path(sys.argv[1]).glob("*.ipynb")):
    names = {}
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            source = refresh.STORE.sub(f"STORE = {sys.argv[2]!r}", "".join(cell["source"]))
            exec(compile(source, path.name, "exec"), names)
"""


@pytest.mark.parametrize(
    "text",
    [
        "云岭电机有限公司位于福建省福安市。福安市市长林知远说，要让企业放心发展。",
        "今天的天气很好。",
        "海岚银行向云岭电机有限公司发放贷款5000万美元。云岭电机有限公司将向沐禾材料有限公司投资3亿元。",
    ],
    ids=["no money", "nothing", "dollars and a plan"],
)
def test_it_runs_on_a_store_of_ones_own(text: str, refresh: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text(text, encoding="utf-8")
    kg.build([tmp_path / "article.txt"], tmp_path / "out")
    command = [sys.executable, "-c", OFFLINE, str(FOLDER), str(tmp_path / "out" / "graph.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not re.search(r"^\S*Warning", done.stderr, re.M), done.stderr
    assert (tmp_path / "out" / "network.gexf").is_file()


def test_a_store_of_ones_own_takes_the_place_of_the_sample(refresh: ModuleType) -> None:
    for path in NOTEBOOKS:
        sources = [source for source, _ in _cells(json.loads(path.read_text("utf-8")))]
        changed = refresh.STORE.sub("STORE = 'mine.sqlite'", sources[0])
        assert changed == "STORE = 'mine.sqlite'"

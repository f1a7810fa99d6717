"""The example of a package with stages of its own (tests/example_stage): built, installed, used from the command line.

And what a package does wrong: settings that do not fit, stages that raise or return what may not be, broken modules.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import main
from kg.registry import stage_names

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "tests" / "example_stage"
ARTICLES = {
    "a": "云岭电机有限公司位于宁德市蕉城区。该公司取得发明专利（专利号：ZL202110345678.3）。订单号ZL202110345678.9。",
    "b": "海岚银行向闽东茶业有限公司授信5300万元。",
}


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip built and installed the example."""
    source = tmp_path_factory.mktemp("source") / "example"
    shutil.copytree(EXAMPLE, source)
    return _install(source, tmp_path_factory.mktemp("plugins"))


def _install(source: Path, folder: Path) -> Path:
    """Have pip build a package and install it into a folder, offline; return the folder."""
    pytest.importorskip("hatchling", reason="needs hatchling to build the wheel: pip install -e '.[test]'")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
               "--disable-pip-version-check", "--target", str(folder), str(source)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles, the package's files beside them, and the schema that its README makes."""
    folder = tmp_path_factory.mktemp("place")
    lines = (json.dumps({"id": key, "text": text}, ensure_ascii=False) + "\n" for key, text in ARTICLES.items())
    (folder / "articles").mkdir()
    (folder / "articles" / "texts.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "schemas").symlink_to(ROOT / "schemas")
    shutil.copytree(EXAMPLE / "schema", folder / "schema")
    shutil.copy(EXAMPLE / "patents.toml", folder)
    return folder


def _environment(plugins: Path, **more: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join([str(plugins), str(ROOT)]), **more}


def _kg(plugins: Path, place: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, words)],
        cwd=place, env=_environment(plugins, **more), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def _refused(done: subprocess.CompletedProcess[str] | Result) -> str:
    """Return the one line with which a command ended."""
    assert (done.exit_code if isinstance(done, Result) else done.returncode) == 1
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, place: Path) -> Iterator[Callable[..., Result]]:
    """Runs ``kg`` in this process, which is quicker, with a folder of packages on the path."""

    def run(plugins: Path, *words: object) -> Result:
        stage_names.cache_clear()
        monkeypatch.syspath_prepend(plugins)
        monkeypatch.chdir(place)
        return CliRunner().invoke(main, [str(word) for word in words])

    yield run
    stage_names.cache_clear()


@pytest.fixture(scope="module")
def built(plugins: Path, place: Path) -> subprocess.CompletedProcess[str]:
    """What the commands of the package's README did, but for the one that installs it."""
    pytest.importorskip("fcntl", reason="the commands are written for a POSIX shell")
    block = re.search(r"```sh\n(.*?)```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    commands = [line for line in block[1].splitlines() if not line.startswith("pip ")]
    script = "\n".join(commands)
    return subprocess.run(
        ["bash", "-euc", script],
        cwd=place, env=_environment(plugins), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_readme_s_commands_build_a_graph_with_its_facts(
    built: subprocess.CompletedProcess[str], place: Path
) -> None:
    assert built.returncode == 0, built.stderr
    assert built.stderr.splitlines() == ["find_patents: numbers with a wrong check digit left out: 1"]
    facts = [row for row in _rows(place / "out" / "facts.csv") if row["predicate"] == "holdsPatent"]
    assert [(row["subject_name"], row["object_name"]) for row in facts] == [("云岭电机有限公司", "ZL202110345678.3")]
    quotes = [row["quote"] for row in _rows(place / "out" / "evidence.csv") if row["fact"] == facts[0]["fact"]]
    assert quotes == ["该公司取得发明专利（专利号：ZL202110345678.3）。", "云岭电机有限公司位于宁德市蕉城区。"]


def test_the_stages_are_listed_with_their_settings(plugins: Path, place: Path) -> None:
    lines = _kg(plugins, place, "stages").stdout.splitlines()
    (line,) = (line for line in lines if line.startswith("find_patents "))
    assert "kinds=(), unchecked=False, score=0.99" in line
    assert line.endswith("Find patents by their numbers: ZL202110345678.3.")


def test_annotated_and_scored(built: subprocess.CompletedProcess[str], plugins: Path, place: Path) -> None:
    how = ["--schema", "my-schema", "--pipeline", "patents.toml"]
    texts = place / "articles" / "texts.jsonl"
    told = {}
    for jobs in (1, 2):
        done = _kg(plugins, place, "annotate", texts, "-o", "-", "-j", jobs, *how, PYTHONHASHSEED=str(jobs))
        assert done.returncode == 0, done.stderr
        told[jobs] = done.stdout
    assert told[1] == told[2]
    records = [json.loads(line) for line in told[1].splitlines()]
    names = {entity["id"]: (entity["type"], entity["subtype"]) for entity in records[0]["entities"]}
    (fact,) = (fact for fact in records[0]["facts"] if fact["predicate"] == "holdsPatent")
    assert names[fact["object"]] == ("Patent", "invention")
    start, end = fact["evidence"]
    assert "ZL202110345678.3" in ARTICLES["a"][start:end]
    gold = [{**record, "text": text} for record, text in zip(records, ARTICLES.values(), strict=True)]
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in gold)
    (place / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
    done = _kg(plugins, place, "eval", "gold.jsonl", "--json", *how)
    assert json.loads(done.stdout)["facts"]["holdsPatent"]["f1"] == 1.0


def test_the_example_s_own_tests_pass(plugins: Path, tmp_path: Path) -> None:
    copy = tmp_path / "example"
    shutil.copytree(EXAMPLE, copy)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=copy, env=_environment(plugins), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'kinds = ["invention"',
            'kind = ["invention"',
            "stage find_patents has no setting 'kind'; its settings: kinds, ",
        ),
        ('kinds = ["invention", "utility_model"]', 'kinds = "invention"', "kinds must be a list, not 'invention'"),
        ('"utility_model"]', '"trade_mark"]', "kinds names 'trade_mark'; Patent has invention, utility_model, design"),
        ('use = "find_patents"', 'use = "find_patent"', "no stage is named 'find_patent'; registered: "),
        ('use = "split"', 'use = "relate_patents"', "stage relate_patents needs sentences, which no stage before it"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    built: object, here: Callable[..., Result], plugins: Path, place: Path, before: str, after: str, said: str
) -> None:
    text = (place / "patents.toml").read_text(encoding="utf-8")
    assert before in text
    (place / "changed.toml").write_text(text.replace(before, after), encoding="utf-8")
    how = ["--schema", "my-schema", "--pipeline", "changed.toml"]
    assert said in _refused(here(plugins, "build", "articles", "-o", "none", *how))
    assert not (place / "none" / "graph.sqlite").exists()


def test_a_change_of_the_package_s_code_has_everything_read_again(plugins: Path, place: Path, tmp_path: Path) -> None:
    """Its version stays the same while somebody works on it."""
    copy = tmp_path / "plugins"
    shutil.copytree(plugins, copy)
    how = ["build", "articles", "-o", tmp_path / "out", "--schema", "my-schema", "--pipeline", "patents.toml"]
    _kg(copy, place, *how)
    assert "read again" not in _kg(copy, place, *how).stdout
    module = copy / "kg_stage_patents" / "relate_patents.py"
    module.write_text(module.read_text(encoding="utf-8").replace("获得|获|取得", "获得|获"), encoding="utf-8")
    assert "read again" in _kg(copy, place, *how).stdout
    facts = _rows(tmp_path / "out" / "facts.csv")
    assert facts
    assert "holdsPatent" not in {row["predicate"] for row in facts}


def test_the_package_of_the_documents_works(here: Callable[..., Result], tmp_path: Path) -> None:
    page = (ROOT / "docs" / "stages.md").read_text(encoding="utf-8")
    source = tmp_path / "source"
    source.mkdir()
    for language, file in (("python", "kg_stage_listed.py"), ("toml", "pyproject.toml")):
        block = re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)
        assert block is not None
        (source / file).write_text(block[1], encoding="utf-8")
    folder = _install(source, tmp_path / "installed")
    assert "find_listed" in here(folder, "stages").stdout
    (tmp_path / "names.txt").write_text("云织\n沐禾\n", encoding="utf-8")
    pipeline = _pipeline(tmp_path, {"names": "names.txt"}, "find_listed")
    kg.check_stage("find_listed", pipeline=pipeline, texts=["云织与沐禾签约。"])
    assert [mention.text for mention in kg.read_text("云织与沐禾签约。", pipeline=pipeline).mentions] == [
        "云织",
        "沐禾",
    ]


# --- packages that do wrong ------------------------------------------------------------------------------------------

BROKEN = '''"""Stages that do wrong, on texts that hold 专利."""

from dataclasses import replace

from kg.errors import ConfigError
from kg.model import Mention, Span
from kg.registry import declare


def _raises(one):
    raise RuntimeError("out of\\nideas")


def _invents(one):
    return replace(one, mentions=(*one.mentions, Mention(Span(0, 4), "甲乙丙丁", "Organization", None, "broken", 0.9)))


def _looses(one):
    return None


def _stops(one):
    raise ConfigError("the model is not there; fetch it first")


@declare(needs=("sentences",), adds=("mentions",))
def make(*, how: str, where: str = ""):
    """Do wrong: ``how`` says how."""
    wrong = {"raises": _raises, "invents": _invents, "looses": _looses, "stops": _stops}[how]
    if where:
        open(where).close()
    return lambda batch: [wrong(one) if "专利" in one.article.text else one for one in batch]


def unmarked():
    return list
'''


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a package of stages that do wrong, registered as pip would do it."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    info = folder / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", encoding="utf-8")
    entries = {"broken": "broken:make", "unmarked": "broken:unmarked", "absent": "broken.nowhere:make"}
    lines = "".join(f"{name} = {value}\n" for name, value in entries.items())
    (info / "entry_points.txt").write_text(f"[kg.stages]\n{lines}", encoding="utf-8")
    return folder


def _pipeline(folder: Path, settings: Mapping[str, str], use: str = "broken") -> Path:
    text = (ROOT / "schemas" / "pipelines" / "fast.toml").read_text(encoding="utf-8")
    table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    path = folder / "broken.toml"
    path.write_text(
        text.replace('[[stage]]\nuse = "settle"\n', f'[[stage]]\nuse = "{use}"\n{table}\n[[stage]]\nuse = "settle"\n'),
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("raises", "stage broken failed: RuntimeError: out of ideas"),
        ("invents", "failed: mention '甲乙丙丁' is said to stand at 0-4, where the text has '云岭电机'"),
        ("looses", "stage broken failed: a stage must return readings, not [None]"),
    ],
)
def test_an_article_on_which_a_stage_does_wrong_is_set_aside(
    broken: Path, place: Path, tmp_path: Path, how: str, said: str
) -> None:
    pipeline = _pipeline(tmp_path, {"how": how})
    done = _kg(broken, place, "build", "articles", "-o", tmp_path / "out", "--pipeline", pipeline)
    assert said in _refused(done)
    assert done.stderr.startswith("set aside: article ")
    facts = {(row["subject_name"], row["object_name"]) for row in _rows(tmp_path / "out" / "facts.csv")}
    assert facts == {("海岚银行", "闽东茶业有限公司")}
    assert {row["name"] for row in _rows(tmp_path / "out" / "entities.csv")} == {"海岚银行", "闽东茶业有限公司"}


def test_commands_that_write_no_graph_say_so_too(
    broken: Path, here: Callable[..., Result], place: Path, tmp_path: Path
) -> None:
    pipeline, said = _pipeline(tmp_path, {"how": "raises"}), "a: stage broken failed: RuntimeError: out of ideas"
    done = here(broken, "annotate", "articles/texts.jsonl", "-o", tmp_path / "out.jsonl", "--pipeline", pipeline)
    assert done.exit_code == 1
    assert said in done.stderr.splitlines()[0]
    (line,) = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == "b"
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        "".join(json.dumps({**json.loads(line), "id": key, "text": text}) + "\n" for key, text in ARTICLES.items()),
        encoding="utf-8",
    )
    assert said in here(broken, "eval", gold, "--pipeline", pipeline).stderr.splitlines()[0]


def test_a_stage_may_end_the_run(broken: Path, here: Callable[..., Result], tmp_path: Path) -> None:
    pipeline = _pipeline(tmp_path, {"how": "stops"})
    done = here(broken, "build", "articles", "-o", tmp_path / "out", "--pipeline", pipeline)
    assert _refused(done) == "Error: the model is not there; fetch it first"


@pytest.mark.parametrize(
    ("use", "settings", "said"),
    [
        ("broken", {}, "stage broken needs the setting how"),
        ("broken", {"how": "raises", "where": "absent"}, "stage broken: FileNotFoundError: [Errno 2] No such file"),
        ("unmarked", {}, "stage 'unmarked' (broken:unmarked) is not marked with kg.registry.declare"),
        ("absent", {}, "stage 'absent' (broken.nowhere:make) cannot be imported: ModuleNotFoundError: No module named"),
    ],
)
def test_what_cannot_be_made_is_told(
    broken: Path, here: Callable[..., Result], tmp_path: Path, use: str, settings: dict[str, str], said: str
) -> None:
    pipeline = _pipeline(tmp_path, settings, use)
    assert said in _refused(here(broken, "build", "articles", "-o", tmp_path / "out", "--pipeline", pipeline))


def test_a_name_that_two_packages_use_is_told(
    broken: Path, here: Callable[..., Result], plugins: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "other"
    shutil.copytree(broken, copy)
    entries = copy / "broken-1.0.dist-info" / "entry_points.txt"
    entries.write_text("[kg.stages]\nfind_patents = broken:make\n", encoding="utf-8")
    shutil.copytree(plugins, copy, dirs_exist_ok=True)
    line = _refused(here(copy, "stages"))
    assert "two stages are named 'find_patents': broken:make, kg_stage_patents.find_patents:make; remove one" in line

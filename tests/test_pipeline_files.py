"""Pipelines as files: those that ship, and what a file of one's own may say and where its paths count from."""

import os
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.config import PipelineConfig, load_pipeline, shipped_pipelines
from kg.errors import ConfigError
from kg.fingerprint import fingerprint
from kg.pipeline import make_pipeline
from kg.registry import find_stage
from kg.resources import data_path
from kg.schema import load_schema

ENGINES = {"spacy": "spacy", "hanlp": "hanlp"}
"""Of the shipped pipelines that need an extra, the module without which they cannot run."""

SHIPPED = sorted(shipped_pipelines())


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


# --- those that ship -------------------------------------------------------------------------------------------------


def test_the_pipelines_that_ship_are_those_that_are_promised() -> None:
    assert {"default", "fast", "spacy", "hanlp", "llm"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_pipeline_is_named_as_its_file_and_says_what_it_is(name: str) -> None:
    path = shipped_pipelines()[name]
    assert load_pipeline(name).name == name
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_stages_of_a_shipped_pipeline_are_there_in_order_with_settings_that_they_take(name: str) -> None:
    have: set[str] = set()
    config = load_pipeline(name)
    for step in config.stages:
        spec = find_stage(step.use)
        assert set(spec.needs) <= have, step.use
        have.update(spec.adds)
        assert set(step.settings) <= set(spec.settings), step.use
    assert {"sentences", "mentions", "groups", "references", "claims"} == have
    names = [step.use for step in config.stages]
    settle = names.index("settle")
    assert all(not use.startswith("find_") or number < settle for number, use in enumerate(names))
    assert all(not use.startswith("relate_") or number > names.index("refer") for number, use in enumerate(names))


@pytest.mark.parametrize("name", [name for name in SHIPPED if name in ENGINES])
def test_a_missing_extra_is_told_in_one_line(name: str, sample_page: Path, tmp_path: Path) -> None:
    if find_spec(ENGINES[name]) is not None:
        pytest.skip(f"{ENGINES[name]} is installed")
    done = run("build", sample_page, "-o", tmp_path / "out", "--pipeline", name)
    assert done.exit_code == 1
    (line,) = done.stderr.splitlines()
    assert f"pip install 'regional-industry-kg[{name}]'" in line


def test_the_shipped_pipelines_are_listed_and_printed() -> None:
    lines = run("stages").stdout.splitlines()
    for name, path in shipped_pipelines().items():
        assert any(line.split() == [name, str(path)] for line in lines)
        assert run("stages", "--pipeline", name).stdout == path.read_text(encoding="utf-8")
    done = run("stages", "--pipeline", "nothere")
    assert done.exit_code == 2
    assert "there are default, fast" in done.stderr


def test_a_shipped_name_is_not_mistaken_for_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fast").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_pipeline("fast").name == "fast"
    with pytest.raises(ConfigError, match="fast: not a pipeline file"):
        load_pipeline("./fast")


# --- files of one's own ----------------------------------------------------------------------------------------------


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_name_a_pipeline_is_named_as_its_file(tmp_path: Path) -> None:
    assert load_pipeline(write(tmp_path / "mine.toml", '[[stage]]\nuse = "split"\n')).name == "mine"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 3\n[[stage]]\nuse = 'split'\n", "name must be text, not 3"),
        ("[[stages]]\nuse = 'split'\n", "has an unknown key 'stages'; a pipeline has a name and [[stage]] tables"),
        ("[stage]\nuse = 'split'\n", "a pipeline needs at least one [[stage]] table"),
        ("", "a pipeline needs at least one [[stage]] table"),
        ("[[stage]]\n", 'stage 1 needs use = "name of a stage"'),
        ("[[stage]]\nuse = 'split'\n\n[[stage]]\nuse = find\n", "(at line 5, column 7)"),
        ("[[stage]]\nuse = 'split'\nuse = 'settle'\n", "(at line 3, column 15)"),
    ],
)
def test_what_is_no_pipeline_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "mine.toml", text)
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load_pipeline(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("use = 'settle'\nmin_score = '0.5'", "stage settle: min_score must be a number, not '0.5'"),
        ("use = 'settle'\nvotes = 1", "stage settle: votes must be true or false, not 1"),
        ("use = 'settle'\nmin_score = true", "stage settle: min_score must be a number, not True"),
        ("use = 'find_spacy'\nmodel = 3", "stage find_spacy: model must be text, not 3"),
        ("use = 'find_spacy'\ndisable = 'parser'", "stage find_spacy: disable must be a list, not 'parser'"),
        ("use = 'find_spacy'\nlongest = 2.5", "stage find_spacy: longest must be a whole number, not 2.5"),
    ],
)
def test_values_of_another_kind_are_refused(tmp_path: Path, table: str, message: str) -> None:
    path = write(
        tmp_path / "mine.toml", f"[[stage]]\nuse = 'split'\n[[stage]]\nuse = 'find_words'\n[[stage]]\n{table}\n"
    )
    with pytest.raises(ConfigError, match=re.escape(message)):
        make_pipeline(load_pipeline(path), load_schema())


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    text = "[[stage]]\nuse = 'split'\n[[stage]]\nuse = 'find_words'\nscore = 1\n"
    make_pipeline(load_pipeline(write(tmp_path / "mine.toml", text)), load_schema())


def test_claims_are_not_made_twice_over(tmp_path: Path) -> None:
    fast = shipped_pipelines()["fast"].read_text(encoding="utf-8")
    again = write(tmp_path / "mine.toml", f'{fast}\n[[stage]]\nuse = "relate_frames"\n')
    with pytest.raises(ConfigError, match="stage relate_frames is in it twice with the same settings; take one out"):
        make_pipeline(load_pipeline(again), load_schema())
    other = write(tmp_path / "mine.toml", f'{fast}\n[[stage]]\nuse = "relate_frames"\nmin_score = 0.9\n')
    make_pipeline(load_pipeline(other), load_schema())


# --- paths -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pipeline and what it names; the working directory is another."""
    write(tmp_path / "project" / "maps" / "mine.toml", 'ignore = ["X"]\n')
    write(tmp_path / "project" / "ner" / "config.cfg", "")
    write(tmp_path / "elsewhere" / "here.toml", 'ignore = ["X"]\n')
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "project"


def _settings(project: Path, written: str) -> PipelineConfig:
    text = f'[[stage]]\nuse = "split"\n[[stage]]\nuse = "find_spacy"\nlabels = {written}\n'
    return load_pipeline(write(project / "mine.toml", text))


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("maps/mine.toml", "{}/maps/mine.toml"),
        ("./maps/mine.toml", "{}/maps/mine.toml"),
        ("../project/ner", "{}/../project/ner"),
        ("./not-there-yet", "{}/not-there-yet"),
        ("ner", "ner"),  # a word: the name of a package, of a task, of a shipped map
        ("ner/pku", "ner/pku"),  # no such file: a name with a slash in it
        ("zh_core_web_sm", "zh_core_web_sm"),
        ("https://models.example.com/a.zip", "https://models.example.com/a.zip"),
        ("/somewhere/else", "/somewhere/else"),
        ("说明" * 500 + "/", "说明" * 500 + "/"),
    ],
)
def test_paths_count_from_the_pipeline_file(project: Path, written: str, given: str) -> None:
    step = _settings(project, f'"{written}"').stages[1]
    assert step.settings == {"labels": written}
    assert step.located == {"labels": given.format(project)}


def test_paths_in_lists_too(project: Path) -> None:
    step = _settings(project, '["maps/mine.toml", "ner"]').stages[1]
    assert step.located == {"labels": [f"{project}/maps/mine.toml", "ner"]}


def test_a_path_that_only_the_working_directory_has_is_refused(project: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_pipeline(_settings(project, '"here.toml"'), load_schema())
    assert str(caught.value) == (
        "stage find_spacy: labels = 'here.toml' stands in the working directory; paths count from the folder of the "
        f"pipeline file, {project}: write '../elsewhere/here.toml'"
    )


def test_the_path_given_reaches_the_stage(project: Path) -> None:
    """From wherever it is run: the label map is read, and refused for what is in it."""
    write(project / "maps" / "mine.toml", "labels = 3\n")
    with pytest.raises(ConfigError, match=re.escape(f"{project}/maps/mine.toml: not a label map")):
        make_pipeline(_settings(project, '"maps/mine.toml"'), load_schema())


def test_what_the_files_hold_counts_and_not_from_where_they_are_seen(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = fingerprint(_settings(project, '"maps/mine.toml"'), None)
    monkeypatch.chdir(project)
    relative = load_pipeline(os.path.relpath(project / "mine.toml"))
    assert fingerprint(relative, None) == seen
    write(project / "maps" / "mine.toml", 'ignore = ["Y"]\n')
    assert fingerprint(relative, None) != seen


def test_whynot_reads_with_the_same_files_from_elsewhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(data_path("relations", "pairs.npz"), project)
    text = shipped_pipelines()["default"].read_text(encoding="utf-8")
    own = text.replace('use = "relate_pairs"', 'use = "relate_pairs"\nmodel = "pairs.npz"')
    assert own != text
    write(project / "mine.toml", own)
    write(project / "a.txt", "海岚银行向闽东茶业有限公司授信5300万元。\n")
    monkeypatch.chdir(project)
    assert run("build", "a.txt", "-o", "out", "--pipeline", "mine.toml").exit_code == 0
    monkeypatch.chdir(project.parent)
    done = run("whynot", project / "out" / "graph.sqlite", "海岚银行", "lendsTo", "闽东茶业有限公司")
    assert done.exit_code == 0, done.stderr
    assert str(project) not in (project / "out" / "graph.ttl").read_text(encoding="utf-8")

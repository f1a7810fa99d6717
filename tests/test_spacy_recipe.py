"""The recipe of docs/spacy.md, gone through with a few sentences: texts, training, weights of the votes, reading."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from golden import parse
from small_models import marked_sentences, need

import kg
from kg.docbin import is_held_out
from kg.votes import read_weights

ROOT = Path(__file__).parents[1]
STEPS = {
    "training.max_steps": "120", "training.eval_frequency": "60", "training.batcher.size": "150",
    "training.optimizer.learn_rate.warmup_steps": "10",
}  # fmt: skip
"""What makes the training short: it knows its few sentences afterwards, which is all that is asked here."""


def run(*command: str, folder: Path) -> str:
    """Run a command in a folder, return what it says."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, timeout=240)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the recipe was gone through."""
    need("spacy")
    pytest.importorskip("jieba", reason="needs jieba: pip install jieba, or .ci/run --extras")
    folder = tmp_path_factory.mktemp("recipe")
    with (folder / "annotated.jsonl").open("w", encoding="utf-8") as file:
        for number, row in enumerate(marked_sentences("Person", "Organization", "Region")):
            text, mentions = parse(row)
            found: list[dict[str, Any]] = [
                {"start": m.span.start, "end": m.span.end, "text": m.text, "type": m.type, "subtype": None,
                 "entity": m.text}
                for m in mentions
            ]  # fmt: skip
            file.write(json.dumps({"id": f"s{number}", "text": text, "mentions": found}, ensure_ascii=False) + "\n")
    done = kg.write_docbin(
        folder / "annotated.jsonl", folder / "train.spacy", held_out=folder / "dev.spacy", segmenter="jieba"
    )
    assert (done.texts + done.held_out, done.held_out > 3) == (36, True)
    overrides = [word for name, value in STEPS.items() for word in (f"--{name}", value)]
    config = str(ROOT / "data" / "train" / "spacy.cfg")
    run(
        sys.executable, "-m", "spacy", "train", config, "--paths.train", "train.spacy", "--paths.dev", "dev.spacy",
        "-o", "model", *overrides, folder=folder,
    )  # fmt: skip
    finder = '[[stage]]\nuse = "find_spacy"\nmodel = "./model/model-best"\n\n[[stage]]\nuse = "find_tagger"'
    default = (ROOT / "schemas" / "pipelines" / "default.toml").read_text(encoding="utf-8")
    voting = default.replace('[[stage]]\nuse = "find_tagger"', finder)
    (folder / "plain.toml").write_text(voting, encoding="utf-8")
    weighed = voting.replace("votes = true", 'votes = true\nweights = "./weights.tsv"')
    (folder / "voting.toml").write_text(weighed, encoding="utf-8")
    fit = str(ROOT / "data" / "scripts" / "fit_votes.py")
    run(sys.executable, fit, "plain.toml", "annotated.jsonl", "--held-out", "-o", "weights.tsv", folder=folder)
    return folder


def test_the_model_finds_the_names_that_it_learned(trained: Path) -> None:
    stages = ('use = "split"', 'use = "find_spacy"\nmodel = "./model/model-best"', 'use = "settle"', 'use = "refer"')
    (trained / "alone.toml").write_text("".join(f"[[stage]]\n{stage}\n" for stage in stages), encoding="utf-8")
    said = run(
        sys.executable, "-m", "kg", "eval", "annotated.jsonl", "--pipeline", "alone.toml", "--json", folder=trained
    )
    scored = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert scored["mentions"]["Organization"]["f1"] > 0.5


def test_the_weights_are_of_the_new_finder_alone(trained: Path) -> None:
    table = (trained / "weights.tsv").read_text(encoding="utf-8")
    features = [line.split("\t")[0] for line in table.splitlines() if not line.startswith("#")]
    assert {"find_spacy odds", "without find_spacy Organization", "without find_spacy Person"} <= set(features)
    assert all("find_spacy" in feature for feature in features)
    known = read_weights(trained / "weights.tsv")
    assert known["find_spacy odds"] > 0 > known["without find_spacy Organization"]


def test_weights_come_from_held_out_texts_and_are_the_same_again(trained: Path) -> None:
    before = (trained / "weights.tsv").read_bytes()
    names = [json.loads(line)["id"] for line in (trained / "annotated.jsonl").read_text(encoding="utf-8").splitlines()]
    assert 0 < sum(map(is_held_out, names)) < len(names) / 2
    fit = str(ROOT / "data" / "scripts" / "fit_votes.py")
    run(sys.executable, fit, "plain.toml", "annotated.jsonl", "--held-out", "-o", "again.tsv", folder=trained)
    assert (trained / "again.tsv").read_bytes() == before


def test_the_voting_pipeline_reads_from_anywhere(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text(
        '{"id": 1, "text": "海岚银行董事长林知远来到福建省调研。"}\n', encoding="utf-8"
    )
    pipeline = str(trained / "voting.toml")
    run(
        sys.executable,
        "-m",
        "kg",
        "annotate",
        "texts.jsonl",
        "-o",
        "out.jsonl",
        "--pipeline",
        pipeline,
        folder=tmp_path,
    )
    found = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert [m["text"] for m in found["mentions"]] == ["海岚银行", "林知远", "福建省"]
